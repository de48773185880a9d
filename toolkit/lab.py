"""JupyterLab on the stories: opened where they lie, saved without outputs."""

from __future__ import annotations

import subprocess
import sys

from toolkit.checks import strip_cells
from toolkit.project import Project


def start(project: Project, arguments: list[str]) -> int:
    """Runs JupyterLab in notebooks/ until it is closed; returns its exit status."""
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={project.notebooks}",
        "--FileContentsManager.pre_save_hook=toolkit.lab.strip_on_save", *arguments,
    ]  # fmt: skip
    return subprocess.run(command, cwd=project.root, check=False).returncode


def strip_on_save(model: dict, **_: object) -> None:
    """A Jupyter pre-save hook: a notebook reaches the disk without outputs."""
    if model["type"] == "notebook" and model["content"] and model["content"].get("nbformat") == 4:
        strip_cells(model["content"])
