"""`toolkit lab`: JupyterLab in notebooks/, with the extension of `toolkit/lab.py`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project

EXTENSIONS = Path(__file__).parents[1] / "notebook" / "labextensions"
SERVER_EXTENSION = "toolkit.lab"  # the module that Jupyter's server loads, which removes outputs at each save
OFFLINE = (  # nothing leaves the machine: no news, no look for updates, no list of extensions
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


def lab(chosen: Namespace, project: Project) -> int:
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
        f"--ServerApp.jpserver_extensions={{'{SERVER_EXTENSION}': True}}",
        *OFFLINE,
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # as in a container
        *chosen.rest,
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
