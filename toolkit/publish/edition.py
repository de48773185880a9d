"""An edition: every story's page, the front page and the manifest, swapped into place as one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.project import Project, alive


@contextlib.contextmanager
def new_edition(project: Project, target: Path) -> Iterator[Path]:
    """A folder to write an edition into; it takes the place of `target` when the block ends well."""
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.name}.*.tmp"):
        if not alive(int(left.name.split(".")[-2])):
            shutil.rmtree(left, ignore_errors=True)
    folder = target.parent / f".{target.name}.{os.getpid()}.tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        swap(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(new: Path, target: Path) -> None:
    """Puts the folder `new` where `target` is, in one step where the system can exchange two names."""
    if not target.exists():
        os.replace(new, target)
    elif not _exchange(new, target):
        old = target.with_name(f".{target.name}.{os.getpid()}.old")
        os.replace(target, old)
        os.replace(new, target)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(new: Path, target: Path) -> bool:
    """renameat2 with RENAME_EXCHANGE, where Linux and the file system have it."""
    if not sys.platform.startswith("linux"):
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(here, os.fsencode(new), here, os.fsencode(target), exchange) == 0


def write(folder: Path, name: str, content: str | bytes) -> None:
    """Writes one file of an edition, with its folders."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


Progress = Callable[[str], None]
