"""Folders for temporary files. Those that a killed process left are removed by the next process that makes one."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from toolkit.core.project import is_running

_NAME = re.compile(r"toolkit-(\d+)-\w+")


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
            found = _NAME.fullmatch(left.name)
            if found and not is_running(int(found[1])) and _own_folder(left):
                shutil.rmtree(left, ignore_errors=True)
    return folder


def _own_folder(path: Path) -> bool:
    """Whether it is a folder, no link, and this user's: others have theirs beside it."""
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "geteuid") or found.st_uid == os.geteuid())
