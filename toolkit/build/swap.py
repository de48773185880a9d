"""An edition: every story's page, the front page and the manifest, swapped into place as one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from toolkit.core.project import alive


@contextlib.contextmanager
def one_at_a_time(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds a lock in `folder`; `waiting` is told if another process has it. The system frees it when one dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "ab") as handle:
        if not _locked(handle, at_once=True):
            waiting()
            while not _locked(handle, at_once=False):
                pass
        yield


def _locked(handle: BinaryIO, at_once: bool) -> bool:
    """True when the lock is held; without `at_once` the system may wait a while first."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if at_once else 0))
        else:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK if at_once else msvcrt.LK_LOCK, 1)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


@contextlib.contextmanager
def room_beside(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to write an edition into; what is left of it goes when the block ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    clear(target)
    folder = target.parent / f".{target.name}.{os.getpid()}.tmp"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear(target: Path) -> None:
    """Removes what this process or a killed one left beside `target`; puts `target` back if it was taken away."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.*"):
        number, kind = left.name.split(".")[-2:]
        if kind not in ("tmp", "old") or not number.isdigit() or (alive(int(number)) and int(number) != os.getpid()):
            continue
        if kind == "old" and not target.exists():
            os.replace(left, target)
        shutil.rmtree(left, ignore_errors=True)


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
