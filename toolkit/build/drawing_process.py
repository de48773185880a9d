"""A second process that draws a build's charts, while kernels compute and pages are written.

It is started for the first chart that has to be drawn, and ends when its standard input does, at the latest with the
build.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

from toolkit.build import drawings
from toolkit.build.preload import load_site
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project, digest
from toolkit.notebook import mime

TOO_LITTLE_MEMORY = (
    "the process that draws charts ended at it, as Vega ends where memory is short",
    "a chart for which there is memory",
    "allow more memory (`ulimit -v unlimited`), or draw fewer rows",
)
SERVE = "from toolkit.build.drawing_process import serve; serve()"


class DrawingProcessEnded(Exception):
    """The process ended while it drew a chart, twice: Vega ends its process where memory is short."""


class DrawingProcess:
    """Has charts drawn into data/build/drawings/ by a process of its own, until `close`.

    It draws one after the other. Futures raise OSError where the process cannot start, and DrawingProcessEnded.
    """

    def __init__(self, project: Project, drawing_code: str):
        self._project, self._drawing_code = project, drawing_code
        self._thread = ThreadPoolExecutor(1)  # asks for a chart and waits until it is drawn
        self._asked: dict[str, Future[None]] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, data: Mapping[str, Any]) -> Future[None]:
        """Has a chart drawn in all its states; the future ends when it is. A chart is asked for once.

        `data` is that of the chart's output.
        """
        needed = (mime.CHART, mime.STATES, drawings.ON_FRONT_ALONE)
        chart = json.dumps({name: data[name] for name in needed if name in data})
        key = digest([chart])
        if key not in self._asked:
            self._asked[key] = self._thread.submit(self._draw_if_not_cached, chart)
        return self._asked[key]

    def draw_of_cell(self, cell: Mapping[str, Any]) -> None:
        """As `draw`, of every chart in a cell that has run."""
        for data in drawings.charts_of_cell(cell):
            self.draw(data)

    def draw_all(self, notebook: Mapping[str, Any]) -> list[Future[None]]:
        """As `draw`, of every chart in a notebook that has run."""
        return [self.draw(data) for data in drawings.charts_of_notebook(notebook)]

    def take_drawings(self, slug: str, notebook: Mapping[str, Any], asked: list[Future[None]]) -> None:
        """Takes the drawings of a story's charts, which `draw_all` was `asked` for, once they are there.

        Nothing is drawn in the calling process unless no other starts: Vega, once more from its start, would take
        longer than the wait. Raises ToolkitError where Vega ended the process that draws.
        """
        problems = []
        for data, future in zip(drawings.charts_of_notebook(notebook), asked, strict=True):
            try:
                with contextlib.suppress(OSError):
                    future.result()
            except DrawingProcessEnded:
                problems.append(Problem(f"{slug}, chart {data['text/plain']}", *TOO_LITTLE_MEMORY))
            else:
                drawings.draw_or_reuse(data, self._project, self._drawing_code)
        if problems:
            raise ToolkitError(problems)

    def _draw_if_not_cached(self, chart: str) -> None:
        load_site()
        if drawings.are_cached(json.loads(chart), self._project, self._drawing_code):
            return
        if not (self._is_answered(chart) or self._is_answered(chart)):  # what ended it may have come from outside
            raise DrawingProcessEnded

    def _is_answered(self, line: str) -> bool:
        """Sends a line of JSON to the process; False if it ends without an answer: the next line starts another."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", SERVE, str(self._project.root), self._drawing_code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what it cannot draw, the page's rendering says
                start_new_session=True,  # as each kernel: Linux shares processors by session, and pages wait for it
            )
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise OSError("no process draws charts here")
        with contextlib.suppress(BrokenPipeError):
            requests.write(line.encode() + b"\n")
            requests.flush()
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


def serve() -> NoReturn:
    """Draws the chart of each line of standard input, which is JSON, and answers with an empty line.

    The command line names the project's folder, and the digest of the code that draws (`drawings.draw_or_reuse`).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build, which closes standard input
    gc.set_threshold(50_000, 20, 20)  # as in the build's own process: most of what there is stays
    root, drawing_code = sys.argv[1:]
    project = Project(Path(root))
    for line in sys.stdin.buffer:
        chart = json.loads(line)
        drawings.draw_or_reuse(chart, project, drawing_code)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
    os._exit(0)  # all is written; the build would wait while V8, and what was drawn, are freed one by one
