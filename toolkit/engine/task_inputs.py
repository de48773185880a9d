"""The inputs of Spark tasks, which each task asks for over a TCP connection of its own.

Spark may write a task into files of the cluster: what may stand in no file, such as the key of pseudonyms, is no part
of the task and is asked for where it runs.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import socket
import socketserver
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.core.errors import ToolkitError

TIMEOUT = 60  # seconds that one side waits for the other


@dataclass(frozen=True)
class TaskInputs:
    """Where tasks ask for their inputs, and the token that lets them in, as long as these are served."""

    host: str
    port: int
    token: str

    def of(self, number: int) -> bytes:
        """The input of a task by number. Raises ToolkitError where nobody answers, or not with an input."""
        try:
            with socket.create_connection((self.host, self.port), TIMEOUT) as connection:
                connection.sendall(f"{self.token} {number}\n".encode())
                with connection.makefile("rb") as stream:
                    size, content = stream.readline(), stream.read()
        except OSError:
            size, content = b"", b""
        if size != b"%d\n" % len(content):
            raise ToolkitError(
                "a worker of Spark",
                f"the command does not answer it at {self.host}",
                "workers that reach the machine of the command",
                "run the command on a machine of the cluster",
            )
        return content


@contextlib.contextmanager
def served_inputs(inputs: Sequence[bytes], server: str) -> Iterator[TaskInputs]:
    """Serves `inputs` to tasks while the block runs, on the address from which this machine reaches the `server`.

    Raises OSError where no port can be had.
    """
    token = secrets.token_hex(16)

    class Handler(socketserver.StreamRequestHandler):
        timeout = TIMEOUT

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError, IndexError):  # from something that is no task
                sent_token, _, number = self.rfile.readline(200).decode("ascii").partition(" ")
                if hmac.compare_digest(sent_token, token):
                    content = inputs[int(number)]
                    self.wfile.write(b"%d\n" % len(content) + content)

    with _Server((_own_address(server), 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            host, port = listening.server_address[:2]
            yield TaskInputs(str(host), port, token)
        finally:
            listening.shutdown()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


def _own_address(server: str) -> str:
    """The address of this machine in the network of `server`, to which nothing is sent for that."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect((server, 9))
        return str(route.getsockname()[0])
