"""`toolkit lab`: JupyterLab in notebooks/, which saves notebooks without outputs and says what a build will refuse.

Where the toolkit is installed, a plain `jupyter lab` does so too with a project's stories: pyproject.toml lists the
files that Jupyter looks for in an environment, and `python -m toolkit.lab` puts them there for an editable install,
which brings none. What `toolkit lab` adds is the folder, and that nothing is sent.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from toolkit.commands.strip import strip_cells
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, find_project
from toolkit.notebook.notebook_file import read_notebook

EXTENSIONS = Path(__file__).parent / "notebook" / "labextensions"
OFFLINE = (  # nothing leaves the machine: no news, no look for updates, no list of extensions
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
SAVED = "urn:toolkit:saved"  # the event by which a browser learns what was saved (static/toolkit.js)


def start(project: Project, arguments: list[str]) -> int:
    """Runs JupyterLab in notebooks/ until it is closed; returns its exit status.

    Raises ToolkitError if Jupyter's runtime folder cannot be written.
    """
    _make_runtime_folder()
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={project.notebooks}",
        f"--LabApp.extra_labextensions_path={EXTENSIONS}",
        f"--ServerApp.jpserver_extensions={{'{__name__}': True}}",
        *OFFLINE,
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # as in a container
        *arguments,
    ]
    if os.name == "posix":  # in the place of this process, so that nothing runs on where this one is killed
        sys.stdout.flush()
        os.chdir(project.root)
        os.execv(sys.executable, command)
    return subprocess.run(command, cwd=project.root, check=False).returncode


def _make_runtime_folder() -> None:
    """Makes Jupyter's runtime folder, where it records running servers; without it JupyterLab ends with a traceback."""
    from jupyter_core.paths import jupyter_runtime_dir

    folder = Path(jupyter_runtime_dir())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ToolkitError(
            "the home folder, where Jupyter notes its running servers",
            error.strerror or type(error).__name__,
            "a folder that this user may write",
            "set the environment variable JUPYTER_RUNTIME_DIR to such a folder",
        ) from error


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
