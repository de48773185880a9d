"""Writes an edition beside its place and puts it there in one step; runs one build at a time."""

from __future__ import annotations

import contextlib
import ctypes
import glob
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from toolkit.core.project import is_running


@contextlib.contextmanager
def exclusive_lock(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds a lock in `folder` inside the block; `waiting` is called first if another process has it.

    The system releases the lock of a process that dies. Raises OSError where the folder or the lock cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to write an edition into; removed, if it is still there, when the block ends.

    Raises OSError where it cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target)
    folder = target.parent / f".{target.name}.{os.getpid()}.tmp"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(target: Path) -> None:
    """Removes folders that this process or a killed one left beside `target`.

    A process killed between the two steps of `swap` left no `target`: then the old edition is put back.
    """
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.*"):
        number, kind = left.name.split(".")[-2:]  # the process, and "tmp" for a new edition or "old" for the last
        if (
            kind not in ("tmp", "old")
            or not number.isdigit()
            or (is_running(int(number)) and int(number) != os.getpid())
        ):
            continue
        if kind == "old" and not target.exists():
            os.replace(left, target)
        shutil.rmtree(left, ignore_errors=True)


def swap(new: Path, target: Path) -> None:
    """Puts the folder `new` in the place of `target`: in one step where the system can exchange names, else in two.

    After an exchange `new` has the old edition. Raises OSError where it cannot.
    """
    if not target.exists():
        os.replace(new, target)
    elif not _exchange(new, target):
        old = target.with_name(f".{target.name}.{os.getpid()}.old")
        os.replace(target, old)
        os.replace(new, target)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(new: Path, target: Path) -> bool:
    """Exchanges two names (renameat2 with RENAME_EXCHANGE); False where Linux or the file system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    current_folder, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h> and <linux/fs.h>
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(current_folder, os.fsencode(new), current_folder, os.fsencode(target), exchange) == 0


def write(folder: Path, name: str, content: str | bytes) -> None:
    """Writes one file of an edition, with its folders. Raises OSError where it cannot."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
