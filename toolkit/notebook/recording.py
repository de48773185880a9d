"""An IPython extension for the kernels of a build: it records what a notebook opens, for the build to take.

The build names it to each kernel that it starts (`kernels.py`). In JupyterLab it is not loaded.
"""

from __future__ import annotations

import os
import sys
from importlib.util import source_from_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.notebook import mime
from toolkit.notebook.story import OPENED, Chart, Story

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAGIC = "story_record"  # %story_record shows the recording


class Recording:
    """The stories that a notebook opened, and the files in data/ and notebooks/ that it read by itself."""

    def __init__(self) -> None:
        self.stories: list[Story] = []
        self.files: set[str] = set()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook: keeps each story that is opened, and from the first one on the names of files."""
        if event == OPENED:
            self.stories.append(arguments[0])
        elif event == "open" and self.stories and isinstance(arguments[0], str):
            self._keep_file(Path(os.path.abspath(arguments[0])))

    def _keep_file(self, path: Path) -> None:
        project = self.stories[0].database.project
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            path = Path(source_from_cache(str(path)))
        inside = any(path.is_relative_to(folder) for folder in (project.data, project.notebooks))
        if inside and not path.is_relative_to(project.build):
            self.files.add(path.relative_to(project.root).as_posix())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The last story's record, and the traces of all; no record if none was opened."""
        if not self.stories:
            return {"text/plain": "no story was opened"}
        last = self.stories[-1]
        for name in sorted(self.files):
            last.database.file_digest(name)
        trace = {asked: answer for story in self.stories for asked, answer in story.database.trace.items()}
        return {
            "text/plain": last.slug,
            mime.RECORD: {"record": last.record(), "trace": trace, "database": last.database.path.name},
        }


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Starts a recording. Charts are not drawn: the build does that itself, while kernels compute."""
    recording = Recording()
    sys.addaudithook(recording.hear)
    shell.magics_manager.register_function(lambda line: recording, magic_name=MAGIC)
    if shell.display_formatter is not None:
        shell.display_formatter.formatters["image/svg+xml"].for_type(Chart, lambda chart: None)
