"""Adapts kernels that are forked from another process to jupyter_client, which would start a program for each.

Importing this imports jupyter_client, which takes a while: `kernels.py` does so when the first kernel starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import uuid
from collections.abc import Callable
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

# forks a kernel for a connection file and a folder, with environment variables, and returns its process
Fork = Callable[[str, str, dict[str, str]], int]


class ForkedProcess:
    """A forked kernel, with the methods of Popen that jupyter_client calls."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """0 if the kernel has ended, None while it runs; the process that forked it keeps the id of an ended one."""
        try:
            return 0 if psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return 0

    def wait(self) -> int:
        """0 at once: only the process that forked the kernel can wait for it."""
        return 0

    def send_signal(self, number: int) -> None:
        """Sends a signal to the kernel, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks the kernel to end."""
        self.send_signal(signal.SIGTERM)


class ForkingProvisioner(LocalProvisioner):
    """Gets a kernel forked, where jupyter_client's own provisioner would start a program."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Forks a kernel, and returns how to connect to it. The command `cmd` is not used."""
        manager: Any = self.parent
        fork_arguments = manager.connection_file, options["cwd"], manager.variables
        process = ForkedProcess(await asyncio.to_thread(manager.fork, *fork_arguments))
        launched: Any = self  # the attributes of jupyter_client's own are typed for a Popen
        launched.process, launched.pid, launched.pgid = process, process.pid, process.pid
        return self.connection_info


class KernelManager(AsyncKernelManager):
    """The manager of one kernel, which is forked by `fork`; None starts a program, as jupyter_client does.

    `variables` are those of its environment that other kernels do not share.
    """

    fork: Fork | None = None
    variables: dict[str, str]

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.fork and self.provisioner is None:
            self.provisioner = ForkingProvisioner(kernel_id=uuid.uuid4().hex, kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**options)
