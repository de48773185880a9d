"""Landlock, Linux's own limit on what a process reads: once set, it holds for libraries and programs it starts, too."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from functools import cache

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # numbers of system calls, the same on every processor
READ_FILE, MOVE = 1 << 2, 1 << 13
VERSION, BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
OLDEST = 2  # the version from which moving a file to another folder can be allowed


class _Rules(ctypes.Structure):
    _fields_ = [("handled", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


@cache
def is_supported() -> bool:
    """Whether this system has it."""
    if sys.platform != "linux":
        return False
    return int(_system().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)) >= OLDEST


def limit_reads(paths: Iterable[str]) -> None:
    """From now on this thread, and what it starts, reads no content of files but these and those in these folders.

    Names in folders are still seen, and files written and moved. Paths that are not there are left out. Raises OSError
    where the system refuses it.
    """
    rules = _called(CREATE_RULESET, ctypes.byref(_Rules(READ_FILE | MOVE)), ctypes.c_size_t(ctypes.sizeof(_Rules)), 0)
    try:
        _add(rules, "/", MOVE)
        for path in paths:
            _add(rules, path, READ_FILE)
        if _system().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise _error()
        _called(RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _add(rules: int, path: str, allowed: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        _called(ADD_RULE, rules, BENEATH, ctypes.byref(_Beneath(allowed, folder)), 0)
    finally:
        os.close(folder)


def _called(number: int, *arguments: object) -> int:
    result = int(_system().syscall(number, *arguments))
    if result < 0:
        raise _error()
    return result


def _error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"Landlock: {os.strerror(number)}")


@cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
