"""`toolkit lab`: JupyterLab in notebooks/, which saves notebooks without outputs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from toolkit.checks import strip_cells
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project


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
        "--FileContentsManager.pre_save_hook=toolkit.lab.strip_on_save",
        *arguments,
    ]
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


def strip_on_save(model: dict[str, Any], **_: object) -> None:
    """A pre-save hook of Jupyter, which removes outputs from notebooks."""
    if model["type"] == "notebook" and model["content"] and model["content"].get("nbformat") == 4:
        strip_cells(model["content"])
