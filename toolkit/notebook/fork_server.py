"""The process that a build's kernels are forked from: it has imported what all of them need.

It runs by itself (`python -c`, started in `kernels.py`) and imports nothing of the toolkit but to have it at hand.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import signal
import sys

PRELOADED = ("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell", "toolkit", "toolkit.notebook.recording")
OPTIONS = (
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=CRITICAL",
    "--IPKernelApp.extensions=toolkit.notebook.recording",
)


def serve() -> None:
    """Forks a kernel for each line of standard input and answers with its process; ends all at the end of input.

    Nothing but imports happens before a fork: no socket, no thread, no connection.
    """
    for name in PRELOADED:
        importlib.import_module(name)
    with contextlib.suppress(ValueError):  # not there under PYTHONSAFEPATH
        sys.path.remove("")  # the empty folder that this runs in; a kernel adds its own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build, which closes standard input
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets those that have ended
    children, rest = [], b""
    while chunk := os.read(0, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            child = os.fork()
            if not child:
                _become_kernel(**json.loads(line))
            children.append(child)
            with contextlib.suppress(BrokenPipeError):  # the build was killed: the input ends here
                os.write(1, b"%d\n" % child)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):  # said when the last has ended and can write no more
        os.wait()
    shutil.rmtree(sys.argv[1], ignore_errors=True)


def _become_kernel(connection_file: str, folder: str) -> None:
    """The life of a forked process: a kernel in a session of its own, as if it had been started by itself."""
    from ipykernel.kernelapp import IPKernelApp

    try:
        server = os.getppid()
        os.setsid()
        for number in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os.chdir(folder)
        os.environ["JPY_PARENT_PID"] = str(server)
        IPKernelApp.launch_instance(argv=["-f", connection_file, f"--IPKernelApp.parent_handle={server}", *OPTIONS])
    finally:
        os._exit(0)
