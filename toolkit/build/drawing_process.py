"""A second process that draws a build's charts, while kernels compute and pages are written.

It starts with the first that has to be drawn, and ends with the build: at the end of its input.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from toolkit.build import drawings
from toolkit.build.ahead import load_site
from toolkit.core.project import Project, digest
from toolkit.notebook import mime

SERVE = "from toolkit.build.drawing_process import serve; serve()"


class DrawingProcess:
    """Has charts drawn into data/build/drawings/ by a process of its own, until `close`.

    It does one after the other. Futures have an OSError where the process cannot start or has ended.
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
        if drawings.are_kept(json.loads(chart), self._project, self._drawn_by):
            return
        self._ask(chart)

    def _ask(self, line: str) -> None:
        """Sends a line of JSON to the process, and waits for its answer."""
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
        sent.write(line.encode() + b"\n")
        sent.flush()
        if not answers.readline():
            raise OSError("the process that draws charts has ended")

    def close(self) -> None:
        """Ends the process; what it has not begun is not drawn."""
        self._thread.shutdown(cancel_futures=True)
        if self._process:
            self._process.communicate()


def serve() -> None:
    """Draws the chart of each line of standard input, which is JSON, and answers with an empty line.

    The command line names the project's folder, and the digest of what draws (`drawings.draw`).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build, which closes standard input
    root, drawn_by = sys.argv[1:]
    project = Project(Path(root))
    for line in sys.stdin.buffer:
        chart = json.loads(line)
        drawings.draw(chart, project, drawn_by)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
