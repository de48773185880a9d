"""Finds an edition by name: a folder, or reports/ in a revision of the project's git history."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.scratch import scratch


@contextlib.contextmanager
def edition_at(project: Project, name: str) -> Iterator[Path]:
    """The folder of the edition named by a path, or else by a git revision, whose reports/ is unpacked for the block.

    Raises ToolkitError if the name is neither, or the revision has no reports/.
    """
    folder = Path(name)
    if name and folder.is_dir():
        yield folder
        return
    commit = _git(project, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
    if not commit:
        raise ToolkitError(
            f"the edition {folder.name!r}",
            "neither a folder nor a revision of this project",
            "a folder with a manifest.json; a git revision such as HEAD~1",
            "correct the name",
        )
    reports = project.reports.relative_to(project.root).as_posix()
    packed = _git(project, "archive", "--format=tar", f"{commit}:./{reports}")
    if not packed:
        raise ToolkitError(
            f"the revision {name}", f"no {reports}/ in it", "a revision that holds an edition", "name a later one"
        )
    with scratch() as taken_out:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(taken_out, filter="data")
        yield taken_out


def _git(project: Project, *arguments: str) -> bytes:
    """The output of a git command, with line endings as they were committed; b"" if it fails or git is missing."""
    command = ["git", "-c", "core.autocrlf=false", "-c", "core.eol=lf", *arguments]
    try:
        done = subprocess.run(command, cwd=project.root, capture_output=True, check=False)
    except OSError:
        return b""
    return done.stdout if done.returncode == 0 else b""
