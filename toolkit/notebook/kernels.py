"""Kernels for a build: each story has its own process, forked from one that has imported what all of them need."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from toolkit.core.project import alive

FORKED = os.name == "posix"
LONGEST = 80  # bytes of a folder's path in which a socket still has room for its own name
SERVE = "from toolkit.notebook.kernels import serve; serve()"
FIXED = {"TOOLKIT_BUILD": "1", "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
PRELOADED = ("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell", "toolkit")
JUPYTER = ("jupyter_client", "nbformat", "nbclient", "nbconvert")
OPTIONS = ("--HistoryManager.enabled=False", "--IPKernelApp.log_level=CRITICAL")


_loading = threading.Lock()


def load_jupyter() -> None:
    """Imports Jupyter's packages, which takes seconds; for one thread at a time.

    They import each other in circles: two threads that begin at different ends would see them half made.
    """
    with _loading:
        for name in JUPYTER:
            importlib.import_module(name)


class Kernels:
    """Starts kernels until it is closed; their home, locale, time zone and hash seed are the same everywhere."""

    def __init__(self, forked: bool = FORKED):
        self._folder = tempfile.mkdtemp(prefix="toolkit-")
        self._environment = {**os.environ, **FIXED, "IPYTHONDIR": os.path.join(self._folder, "ipython")}
        self._one = threading.Lock()
        self._server = self._serving() if forked else None

    def _serving(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", SERVE, self._folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            cwd=self._folder,
        )

    @contextlib.asynccontextmanager
    async def one(self, folder: Path) -> AsyncIterator[Any]:
        """The manager of a new kernel whose working directory is `folder`; it is ended with the block."""
        from jupyter_client.kernelspec import KernelSpec

        manager = _manager_class()(
            transport="ipc" if FORKED and len(os.fsencode(self._folder)) < LONGEST else "tcp",
            connection_file=os.path.join(self._folder, f"{uuid.uuid4().hex[:8]}.json"),
        )
        # not the one that Jupyter would look for: a user may have put another in its place
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *OPTIONS]
        manager._kernel_spec = KernelSpec(argv=command, display_name="Python 3", language="python")
        manager.fork = self._fork if self._server else None
        await manager.start_kernel(env=self._environment, cwd=str(folder))
        try:
            yield manager
        finally:
            await manager.shutdown_kernel(now=True)

    def _fork(self, connection_file: str, folder: str) -> Forked:
        with self._one:
            request = json.dumps({"connection_file": connection_file, "folder": folder})
            self._server.stdin.write(request.encode() + b"\n")
            self._server.stdin.flush()
            answer = self._server.stdout.readline()
        if not answer:
            raise RuntimeError("the process that starts kernels has ended")
        return Forked(int(answer))

    def close(self) -> None:
        """Ends the process that kernels are forked from, and with it every kernel that is left."""
        if self._server:
            self._server.stdin.close()
            self._server.wait()
            self._server.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Forked:
    """A forked kernel, with as much of Popen as its manager needs."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        return None if alive(self.pid) else 0

    def wait(self) -> int:
        return 0

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _manager_class():
    """Made here because importing jupyter_client takes a while."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import LocalProvisioner

    class ForkingProvisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **options):
            file = self.parent.connection_file
            self.process = await asyncio.to_thread(self.parent.fork, file, options["cwd"])
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    class Manager(AsyncKernelManager):
        fork = None

        async def _async_pre_start_kernel(self, **options):
            if self.fork and self.provisioner is None:
                made = ForkingProvisioner(kernel_id=uuid.uuid4().hex, kernel_spec=self.kernel_spec, parent=self)
                self.provisioner = made
            return await super()._async_pre_start_kernel(**options)

    return Manager


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
