"""A second process that draws a build's charts, while kernels compute and pages are written.

It is started for the first chart that has to be drawn, and ends when its standard input does, at the latest with the
build.
"""

from __future__ import annotations

import contextlib
import gc
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from toolkit.build import drawings
from toolkit.build.preload import load_site
from toolkit.core.project import Project, digest
from toolkit.notebook import mime

SERVE = "from toolkit.build.drawing_process import serve; serve()"


class DrawingProcessEnded(Exception):
    """The process ended while it drew a chart, twice: Vega ends its process where memory is short."""


class DrawingProcess:
    """Has charts drawn into data/build/drawings/ by a process of its own, until `close`.

    It draws one after the other. Futures raise OSError where the process cannot start, and DrawingProcessEnded.
    """

    def __init__(self, project: Project, drawn_by: str):
        self._project, self._drawn_by = project, drawn_by
        self._thread = ThreadPoolExecutor(1)  # asks for a chart and waits until it is drawn
        self._asked: dict[str, Future[None]] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, data: Mapping[str, Any]) -> Future[None]:
        """Has a chart drawn in all its states; the future ends when it is. A chart is asked for once.

        `data` is that of the chart's output.
        """
        chart = json.dumps({name: data[name] for name in (mime.CHART, mime.STATES) if name in data})
        key = digest([chart])
        if key not in self._asked:
            self._asked[key] = self._thread.submit(self._drawn, chart)
        return self._asked[key]

    def _drawn(self, chart: str) -> None:
        load_site()
        if drawings.are_cached(json.loads(chart), self._project, self._drawn_by):
            return
        if not (self._is_answered(chart) or self._is_answered(chart)):  # what ended it may have come from outside
            raise DrawingProcessEnded

    def _is_answered(self, line: str) -> bool:
        """Sends a line of JSON to the process; False if it ends without an answer: the next line starts another."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", SERVE, str(self._project.root), self._drawn_by],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what it cannot draw, the page's rendering says
            )
        sent, answers = self._process.stdin, self._process.stdout
        if sent is None or answers is None:
            raise OSError("no process draws charts here")
        with contextlib.suppress(BrokenPipeError):
            sent.write(line.encode() + b"\n")
            sent.flush()
            if answers.readline():
                return True
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._process = None
        return False

    def close(self) -> None:
        """Ends the process; what it has not begun is not drawn."""
        self._thread.shutdown(cancel_futures=True)
        if self._process:
            self._process.communicate()


def memory_is_limited() -> bool:
    """Whether the system limits the memory of this process, as `ulimit -v` does: Vega would end it."""
    if sys.platform == "win32":
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def serve() -> None:
    """Draws the chart of each line of standard input, which is JSON, and answers with an empty line.

    The command line names the project's folder, and the digest of the code that draws (`drawings.draw_or_reuse`).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build, which closes standard input
    gc.set_threshold(50_000, 20, 20)  # as in the build's own process: most of what there is stays
    root, drawn_by = sys.argv[1:]
    project = Project(Path(root))
    for line in sys.stdin.buffer:
        chart = json.loads(line)
        drawings.draw_or_reuse(chart, project, drawn_by)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
