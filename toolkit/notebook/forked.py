"""Kernels that are forked from another process, as jupyter_client manages them.

Importing it imports jupyter_client, which takes a while: `kernels.py` does so when the first kernel starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import uuid
from collections.abc import Callable
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.core.project import is_running

Fork = Callable[[str, str], int]  # forks a kernel for a connection file and a folder, and returns its process


class ForkedProcess:
    """A forked kernel, with as much of Popen as its manager needs."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """0 if it has ended, None while it runs."""
        return None if is_running(self.pid) else 0

    def wait(self) -> int:
        """0 at once: the process that forked it waits for it."""
        return 0

    def send_signal(self, number: int) -> None:
        """Sends a signal, where the process still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)


class ForkingProvisioner(LocalProvisioner):
    """Has a kernel forked where Jupyter's own would start a program."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """The connection of a new kernel; the command of one started by itself is not used."""
        manager: Any = self.parent
        process = ForkedProcess(await asyncio.to_thread(manager.fork, manager.connection_file, options["cwd"]))
        launched: Any = self  # Jupyter's own holds a Popen and the numbers of its process and group
        launched.process, launched.pid, launched.pgid = process, process.pid, process.pid
        return self.connection_info


class KernelManager(AsyncKernelManager):
    """The manager of one kernel, which `fork` starts where it is given."""

    fork: Fork | None = None

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.fork and self.provisioner is None:
            self.provisioner = ForkingProvisioner(kernel_id=uuid.uuid4().hex, kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**options)
