"""The process that a build's kernels are forked from: it has imported what all of them need.

`kernels.py` starts it with `python -c`. It imports modules of the toolkit only for the kernels to have them at once.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import sys

PRELOADED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",  # each kernel would import it, as it starts
    "toolkit.notebook.story",
    "toolkit.notebook.landlock",
    "toolkit.notebook.kernel_extension",
    "toolkit.datasets.read_all",
    "toolkit.charts",  # which has Altair: half a second in each kernel
)
READS = "TOOLKIT_READS"  # a variable of a kernel's environment: JSON, the paths that its notebook may read
LOOKS_EVERY = 0.1  # seconds
OPTIONS = (  # of every kernel of a build; the last loads the extension that records what a notebook opens
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=CRITICAL",
    "--IPKernelApp.extensions=toolkit.notebook.kernel_extension",
)


def serve() -> None:
    """Forks a kernel for each line of standard input and writes its process id to standard output.

    A line is JSON with the arguments of `_become_kernel`. At the end of input all kernels are killed, and the folder
    named on the command line is removed. One that has ended is waited for only then, so that no other process has its
    id meanwhile. A fork copies one thread alone: before it are imports, no socket, no thread.
    """
    _import_what_kernels_need()
    with contextlib.suppress(ValueError):  # not there under PYTHONSAFEPATH
        sys.path.remove("")  # the working folder of this process; a kernel adds its own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the build, which closes standard input
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
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)  # none writes to the folder now
    shutil.rmtree(sys.argv[1], ignore_errors=True)


def _import_what_kernels_need() -> None:
    """Imports PRELOADED; the process ends soon if the one that asks for kernels does meanwhile, which takes seconds.

    A signal looks, as a thread would be there at the first fork, and one module may take longer than all others.
    """
    signal.signal(signal.SIGALRM, _end_if_alone)
    signal.setitimer(signal.ITIMER_REAL, LOOKS_EVERY, LOOKS_EVERY)
    gc.disable()
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # all of it stays: no kernel searches it for what is left over
    gc.enable()
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _end_if_alone(*_: object) -> None:
    if _is_alone():
        shutil.rmtree(sys.argv[1], ignore_errors=True)
        os._exit(0)


def _is_alone() -> bool:
    """Whether the process that asks for kernels has ended: nobody waits for those that it still asked for."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    return any(event & select.POLLHUP for _, event in poll.poll(0))


def _become_kernel(connection_file: str, folder: str, variables: dict[str, str]) -> None:
    """Runs a kernel in the forked process, in a session of its own, working in `folder`; never returns.

    `variables` are added to its environment. What it may read is limited now, as Landlock limits one thread and those
    that come of it, and there is one.
    """
    from ipykernel.kernelapp import IPKernelApp

    from toolkit.notebook import landlock
    from toolkit.notebook.declared_reads import declared_reads

    try:
        server = os.getppid()
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        null_device = os.open(os.devnull, os.O_RDWR)
        os.dup2(null_device, 0)
        os.dup2(2, 1)
        os.chdir(folder)
        os.environ.update(variables, JPY_PARENT_PID=str(server))
        if landlock.is_supported():
            landlock.limit_reads(declared_reads(json.loads(variables[READS])).paths)
        IPKernelApp.launch_instance(argv=["-f", connection_file, f"--IPKernelApp.parent_handle={server}", *OPTIONS])
    finally:
        os._exit(0)
