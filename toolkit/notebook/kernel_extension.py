"""Refuses files that nothing declares, and notes stories and files that a notebook opens: an IPython extension.

Each kernel of a build is started with the option that loads it (`fork_server.OPTIONS`), and the build reads what was
opened when the notebook has run (`client.py`). In JupyterLab it is not loaded.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sys
from importlib.util import source_from_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import ToolkitError
from toolkit.core.unit_dependencies import definitions_of
from toolkit.notebook import mime
from toolkit.notebook.chart import Chart
from toolkit.notebook.declared_reads import DeclaredReads, declared_reads
from toolkit.notebook.fork_server import READS
from toolkit.notebook.opened_datasets import dataset_files, rows_read
from toolkit.notebook.story import OPENED, Story

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SQLITE_ADDRESS = re.compile(r"^file:(?://)?|\?.*$")  # what sqlite3 takes around a path
MAGIC = "story_record"  # the line magic %story_record returns what was opened


class OpenedFiles:
    """What a notebook opened: its stories in order, and files by their names from the project's root.

    The files are those in data/ and notebooks/ that Python opened for reading or writing, by a path that is text, after
    the first story was opened. The build's own folder, data/build/, is left out. The project is the first story's. A
    dataset's file counts as an input of the last story.
    `refused` are the files that the notebook tried to read and that `reads` does not declare.
    """

    def __init__(self, declared: DeclaredReads) -> None:
        self.stories: list[Story] = []
        self.files: set[str] = set()
        self.refused: set[str] = set()
        self._reads = declared
        self._dataset_files: dict[str, str] = {}

    def audit_hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The hook for `sys.addaudithook`: Python calls it at every `open`, and `open_story` for every story.

        Raises PermissionError for the reading of a file that nothing declares.
        """
        if event == OPENED:
            self.stories.append(arguments[0])
            self._dataset_files |= dataset_files(arguments[0])
        elif event in ("open", "sqlite3.connect") and isinstance(arguments[0], (str, bytes, os.PathLike)):
            name = os.fsdecode(arguments[0])
            path = os.path.abspath(SQLITE_ADDRESS.sub("", name) if event == "sqlite3.connect" else name)
            if not _only_writes(*arguments[1:]) and not self._reads.allow(path) and os.path.isfile(path):
                self.refused.add(path)
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            if event == "open" and self.stories and isinstance(arguments[0], str):
                self._add_file(Path(path))

    def _add_file(self, path: Path) -> None:
        if name := self._dataset_files.get(str(path)):
            with contextlib.suppress(ToolkitError):  # a file that was changed meanwhile: the trace has that
                self.stories[-1].inputs.add(rows_read(self.stories[-1], name))
            return
        project = self.stories[0].database.project
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            with contextlib.suppress(ValueError):  # not a name that Python gives a cache: a file as any other
                path = Path(source_from_cache(str(path)))  # the module that the cache was compiled from
        inside = any(path.is_relative_to(folder) for folder in (project.data, project.notebooks))
        if inside and not path.is_relative_to(project.build):
            self.files.add(path.relative_to(project.root).as_posix())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The last story's record, and one trace of all stories and files; text alone if no story was opened."""
        if not self.stories:
            return {"text/plain": "no story was opened"}
        last = self.stories[-1]
        for name in sorted(self.files):
            last.database.file_digest(name)  # for its entry in the trace: the story runs again if the file changes
        last.database.call(definitions_of, sorted(last.database.units.looked_up))
        trace = {question: answer for story in self.stories for question, answer in story.database.trace.items()}
        return {
            "text/plain": last.slug,
            mime.RECORD: {
                "record": last.record(),
                "trace": trace,
                "database": last.database.path.name,
                "refused": sorted(self.refused),
            },
        }


def _only_writes(mode: str | None = None, flags: int = 0) -> bool:
    """Whether an `open` event only writes, by its flags: the mode is None for a file opened by number or by C."""
    return flags & (os.O_WRONLY | os.O_RDWR) == os.O_WRONLY


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Notes from now on what the notebook opens, and has charts shown without an SVG.

    The build draws charts itself while kernels compute.
    """
    opened = OpenedFiles(declared_reads(json.loads(os.environ.pop(READS))))
    sys.addaudithook(opened.audit_hook)
    shell.magics_manager.register_function(lambda line: opened, magic_name=MAGIC)
    if shell.display_formatter is not None:
        shell.display_formatter.formatters["image/svg+xml"].for_type(Chart, lambda chart: None)
