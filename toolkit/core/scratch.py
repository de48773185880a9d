"""Folders for what can be made again: data/build/, and temporary ones, of which the next process removes those left."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from toolkit.core.project import Project, is_running, replace_file

_NAME = re.compile(r"toolkit-(\d+)-\w+")


def build_folder(project: Project) -> Path:
    """The project's data/build/, made if it is not there; git leaves it out, as it has rows of private datasets.

    Raises OSError where the disk refuses it.
    """
    ignored = project.build / ".gitignore"
    if not ignored.exists():
        replace_file(ignored, b"*\n")
    return project.build


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A new folder for temporary files, which is removed after the block. Raises OSError where none can be made."""
    folder = new_scratch()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_scratch() -> Path:
    """A new folder for temporary files, which the caller removes; those of processes that were killed are removed.

    Raises OSError where none can be made.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"toolkit-{os.getpid()}-"))
    with contextlib.suppress(OSError):
        for left in folder.parent.iterdir():
            match = _NAME.fullmatch(left.name)
            if match and not is_running(int(match[1])) and _own_folder(left):
                shutil.rmtree(left, ignore_errors=True)
    return folder


def _own_folder(path: Path) -> bool:
    """Whether it is a folder, no link, and this user's: others have theirs beside it."""
    status = path.lstat()
    return stat.S_ISDIR(status.st_mode) and (not hasattr(os, "geteuid") or status.st_uid == os.geteuid())
