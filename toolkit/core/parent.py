"""Ends a process when the one that started it ends, however that ended."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping

VARIABLE = "TOOLKIT_ENDS_WITH"  # the process id of the one that started this one
EVERY = 0.3  # seconds


def child_environment() -> Mapping[str, str]:
    """The variable that has a program of the toolkit end with this process, for its environment."""
    return {VARIABLE: str(os.getpid())}


def end_with_parent() -> None:
    """Ends this process soon after the one that its environment names; nothing where it names none.

    What it has started itself has to notice its end, as kernels' own process does.
    """
    parent = int(os.environ.pop(VARIABLE, "0"))
    if parent and os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # a process whose parent has ended is given another
        time.sleep(EVERY)
    os._exit(1)
