"""Ends a child process when its parent ends, also when the parent was killed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping

VARIABLE = "TOOLKIT_ENDS_WITH"  # of the environment: the parent's process id
EVERY = 0.3  # seconds


def child_environment() -> Mapping[str, str]:
    """What the environment of a child process needs so that `end_with_parent` ends it with this process."""
    return {VARIABLE: str(os.getpid())}


def end_with_parent() -> None:
    """Has this process end soon after the parent that its environment names; does nothing where it names none.

    Children of its own have to do the same: they are not ended with it.
    """
    parent = int(os.environ.pop(VARIABLE, "0"))
    if parent and os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # a process whose parent has ended is given another
        time.sleep(EVERY)
    os._exit(1)
