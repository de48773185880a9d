"""What JupyterLab does with stories: it saves them without outputs, and says what a build will refuse.

Where the toolkit is installed, a plain `jupyter lab` does so too with a project's stories: pyproject.toml lists the
files that Jupyter looks for in an environment, and `python -m toolkit.lab` puts them there for an editable install,
which brings none. What `toolkit lab` adds is the folder, and that nothing is sent.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from toolkit.commands.lab import EXTENSIONS
from toolkit.commands.strip import strip_cells
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.notebook.notebook_file import read_notebook

SAVED = "urn:toolkit:saved"  # the event by which a browser learns what was saved (static/toolkit.js)


def install(prefix: Path) -> None:
    """Puts the files by which a plain `jupyter lab` knows the toolkit into the environment at `prefix`."""
    settings = prefix / "etc" / "jupyter" / "jupyter_server_config.d"
    settings.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXTENSIONS / "toolkit.json", settings)
    shutil.copytree(
        EXTENSIONS / "toolkit", prefix / "share" / "jupyter" / "labextensions" / "toolkit", dirs_exist_ok=True
    )


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """What Jupyter calls when it starts: declares the event before a browser listens, and looks after each save."""
    texts = {"path": {"type": "string"}, "notice": {"type": "string"}}
    server.event_logger.register_event_schema({"$id": SAVED, "version": "1", "type": "object", "properties": texts})
    server.contents_manager.register_pre_save_hook(on_save)


def on_save(model: dict[str, Any], path: str, contents_manager: Any, **_: object) -> None:
    """A pre-save hook of Jupyter: removes outputs from stories, and tells the browser what a build would refuse.

    Notebooks that are no story of a project are left as they are.
    """
    notebook, file = model["content"], Path(contents_manager.root_dir, path)
    if model["type"] != "notebook" or not notebook or notebook.get("nbformat") != 4 or not is_story(file):
        return
    strip_cells(notebook)
    said = notice(notebook, file)
    contents_manager.event_logger.emit(schema_id=SAVED, data={"path": path, "notice": said})


def is_story(path: Path) -> bool:
    """Whether a notebook lies in the notebooks/ of a project, or below."""
    try:
        return path.resolve().is_relative_to(find_project(path.parent).notebooks)
    except ToolkitError:
        return False


def notice(notebook: dict[str, Any], path: Path) -> str:
    """What a build would refuse in a notebook as it is stored, typed numbers first of all; "" for nothing.

    Words of the first problem, with its remedy, and how many others there are. JupyterLab shows 140 characters.
    """
    try:
        read_notebook(path, json.dumps(notebook).encode())
    except ToolkitError as error:
        first, *others = error.problems
        more = f" (and {len(others)} more)" if others else ""
        where = first.where.removeprefix(f"story {path.stem}, ")
        return f"A build refuses {first.found}{more}, in {where}. Allowed: {first.allowed}. Do: {first.remedy}."
    return ""


if __name__ == "__main__":
    install(Path(sys.prefix))
