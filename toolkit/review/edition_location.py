"""Finds an edition by name: a folder, or reports/ in a revision of the project's git history."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

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
    files = _files(project, f"{commit}:./{reports}")
    if not files:
        raise ToolkitError(
            f"the revision {name}", f"no {reports}/ in it", "a revision that holds an edition", "name a later one"
        )
    with scratch() as taken_out:
        for path, content in files.items():
            (taken_out / path).parent.mkdir(parents=True, exist_ok=True)
            (taken_out / path).write_bytes(content)
        yield taken_out


def _files(project: Project, tree: str) -> dict[str, bytes]:
    """The files of a tree in git by path, as they were committed; links and paths out of it are left out.

    `git archive` would run the programs that a repository's own settings name as filters.
    """
    listed = [entry.partition(b"\t") for entry in _git(project, "ls-tree", "-r", "-z", tree).split(b"\0")[:-1]]
    names = {os.fsdecode(path): about.split()[2] for about, _, path in listed if about.startswith(b"100")}
    names = {path: name for path, name in names.items() if {*PurePosixPath(path).parts}.isdisjoint({"..", "/"})}
    packed = io.BytesIO(_git(project, "cat-file", "--batch", given=b"".join(name + b"\n" for name in names.values())))
    contents = {}
    for path in names:
        size = int(packed.readline().split()[-1])
        contents[path] = packed.read(size + 1)[:size]
    return contents


def _git(project: Project, *arguments: str, given: bytes = b"") -> bytes:
    """The output of a git command, with `given` as its input; b"" if it fails or git is missing."""
    try:
        process = subprocess.run(["git", *arguments], cwd=project.root, input=given, capture_output=True, check=False)
    except OSError:
        return b""
    return process.stdout if process.returncode == 0 else b""
