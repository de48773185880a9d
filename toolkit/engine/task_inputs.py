"""The inputs of Spark tasks: each task opens a TCP connection and asks for its own.

Spark may write a task to the cluster's disks. A secret, such as the key of pseudonyms, must not be written there, so it
is no part of the task: the task asks for it where it runs.
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
DISCARD = 9  # the port of a service that throws away what it is sent; any other would do


@dataclass(frozen=True)
class TaskInputs:
    """Where tasks ask for their inputs, and the token that lets them in; valid inside the block of `served_inputs`."""

    host: str
    port: int
    token: str

    def fetch(self, number: int) -> bytes:
        """The input of a task by number. Raises ToolkitError without an answer, or with one that is cut off."""
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
                "workers with network access to the machine that runs the command",
                "run the command on a machine of the cluster",
            )
        return content


@contextlib.contextmanager
def served_inputs(inputs: Sequence[bytes], spark_host: str) -> Iterator[TaskInputs]:
    """Serves `inputs` to tasks while the block runs, on the address from which this machine reaches Spark.

    Raises OSError if no port is free.
    """
    token = secrets.token_hex(16)

    class Handler(socketserver.StreamRequestHandler):
        timeout = TIMEOUT

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError, IndexError):  # a malformed request is ignored
                sent_token, _, number = self.rfile.readline(200).decode("ascii").partition(" ")
                if hmac.compare_digest(sent_token, token):
                    content = inputs[int(number)]
                    self.wfile.write(b"%d\n" % len(content) + content)

    with _Server((_own_address(spark_host), 0), Handler) as listening:
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


def _own_address(spark_host: str) -> str:
    """This machine's address on the way to `spark_host`: connecting a UDP socket picks a route and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        route.connect((spark_host, DISCARD))
        return str(route.getsockname()[0])
