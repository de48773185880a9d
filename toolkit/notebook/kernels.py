"""Kernels for a build: each story has its own process, forked from one that has imported what all of them need."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.project import find_project
from toolkit.core.scratch import new_scratch
from toolkit.notebook.declared_reads import project_reads
from toolkit.notebook.fork_server import OPTIONS, READS

if TYPE_CHECKING:
    from toolkit.notebook.forked_kernels import KernelManager

FORKED = os.name == "posix"
LONGEST = 80  # bytes of a folder's path, for the path of a socket in it is limited to about a hundred
SERVE = "from toolkit.notebook.fork_server import serve; serve()"
FIXED = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": ""}  # so that results repeat
QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # else the debugger that kernels load prints of Python's own modules
READS_NOTEBOOKS = "nbformat"
RUNS_NOTEBOOKS = (READS_NOTEBOOKS, "jupyter_client", "nbclient")

_loading = threading.Lock()


def load_jupyter(*names: str) -> None:
    """Imports these of Jupyter's packages, which takes seconds. Other threads wait until that is done.

    The packages import each other in circles: two threads that began with different ones would see them incomplete.
    """
    with _loading:
        for name in names:
            importlib.import_module(name)


class Kernels:
    """Starts kernels until `close`, all with the same IPython folder, locale, time zone and hash seed.

    Where `forked`, they are forked from one process (`fork_server.py`), which starts at once.
    """

    def __init__(self, forked: bool = FORKED):
        self._folder = str(new_scratch())
        self._environment = {**os.environ, **FIXED, **QUIET, "IPYTHONDIR": os.path.join(self._folder, "ipython")}
        self._one_request = threading.Lock()
        self._forked = False
        self._server = self._start_server() if forked else None

    def _start_server(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", SERVE, self._folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            cwd=self._folder,
        )

    @contextlib.asynccontextmanager
    async def one(self, folder: Path) -> AsyncIterator[KernelManager]:
        """The manager of a new kernel whose working directory is `folder`; the kernel ends with the block.

        What it may read is what the project around `folder` declares. Raises RuntimeError where no kernel starts.
        """
        from jupyter_client.kernelspec import KernelSpec

        from toolkit.notebook.forked_kernels import KernelManager

        own = os.path.join(self._folder, uuid.uuid4().hex[:8])
        manager = KernelManager(
            transport="ipc" if FORKED and len(os.fsencode(self._folder)) < LONGEST else "tcp",
            connection_file=f"{own}.json",
        )
        os.mkdir(own)
        may_read = json.dumps(
            [own, self._environment["IPYTHONDIR"], f"{own}.json", *project_reads(find_project(folder))]
        )
        manager.variables = {"TMPDIR": own, READS: may_read}
        # not the kernel spec that Jupyter would look up: a user may have installed another under the same name
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *OPTIONS]
        manager._kernel_spec = KernelSpec(argv=command, display_name="Python 3", language="python")
        manager.fork = self._fork if self._server else None
        await manager.start_kernel(env={**self._environment, **manager.variables}, cwd=str(folder))
        try:
            yield manager
        finally:
            await manager.shutdown_kernel(now=True)
            shutil.rmtree(own, ignore_errors=True)

    def _fork(self, connection_file: str, folder: str, variables: dict[str, str]) -> int:
        server = self._server
        if server is None or server.stdin is None or server.stdout is None:
            raise RuntimeError("no process starts kernels here")
        with self._one_request:
            self._forked = True
            request = json.dumps({"connection_file": connection_file, "folder": folder, "variables": variables})
            server.stdin.write(request.encode() + b"\n")
            server.stdin.flush()
            answer = server.stdout.readline()
        if not answer:
            raise RuntimeError("the process that starts kernels has ended")
        return int(answer)

    def close(self) -> None:
        """Ends the process that kernels are forked from, and with it every kernel that is left."""
        if self._server:
            if not self._forked:
                self._server.terminate()  # it may still be at its imports
            if self._server.stdin:
                self._server.stdin.close()  # at the end of its input it ends
            self._server.wait()
            if self._server.stdout:
                self._server.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class KernelsOnDemand:
    """Kernels that start when they are first asked for; `close` ends them if they did."""

    def __init__(self) -> None:
        self._kernels: Kernels | None = None

    def started(self) -> Kernels:
        """The kernels, whose process starts its imports with the first call."""
        if self._kernels is None:
            self._kernels = Kernels()
        return self._kernels

    def close(self) -> None:
        """Ends them, if they were asked for."""
        if self._kernels:
            self._kernels.close()
