"""Spark Connect servers of our own, on this machine alone: Apache Spark with a master; or Sail, for trying things out.

A server is held by a process of its own (`hold_server`), which ends it when it is told to, and when the process that
started it has ended, however that happened; with it goes its folder of temporary files.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.core.errors import ToolkitError
from toolkit.core.scratch import new_scratch

LONGEST_START = 120  # seconds
LOOPBACK = "127.0.0.1"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
HOLD = "from toolkit.engine.spark_server import hold_server; hold_server()"
INSTALLED = Path(sys.prefix) / "spark"  # where `make spark` puts it
LOG = "server.log"


@dataclass(frozen=True)
class Server:
    """A Connect server of our own: its address for clients, and the process that holds it."""

    remote: str
    holder: subprocess.Popen[bytes]

    def close(self) -> None:
        """Ends the server and waits until nothing of it is left."""
        if self.holder.stdin:
            self.holder.stdin.close()
        self.holder.wait()


def start_spark(master: str, settings: Mapping[str, str]) -> Server:
    """Starts an Apache Spark whose driver runs here, with this master: local[*], spark://HOST:PORT, yarn …

    `settings` override its spark-defaults.conf, and what a server of ours needs overrides both. Clients need the token
    in the address. Raises ToolkitError where there is no Spark or no Java, or where it does not start, with the first
    error in its log or, without one, its last line.
    """
    home = spark_home()
    folder, port, token = new_scratch(), _free_port(), secrets.token_hex(16)
    master_is_here = master.startswith("local") or urlsplit(master).hostname in (LOOPBACK, "localhost")
    ours = {
        "spark.connect.grpc.binding.address": LOOPBACK,
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.authenticate.token": token,
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        **({"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK} if master_is_here else {}),
    }
    properties = folder / "server.conf"
    properties.touch(mode=0o600)  # it has the token, and may have keys of an object store
    properties.write_text("".join(f"{key} {value}\n" for key, value in {**settings, **ours}.items()), encoding="utf-8")
    submit = [str(home / "bin" / "spark-submit"), "--class", SERVER, "--master", master]
    command = [*submit, "--properties-file", str(properties), "--load-spark-defaults"]
    variables = {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_NO_DAEMONIZE": "1"}
    if master_is_here:
        variables["SPARK_LOCAL_IP"] = LOOPBACK
    # clients send a token without encryption only to a host that is written "localhost"
    return _started(
        f"Apache Spark, master {master}", command, variables, folder, port, f"localhost:{port}/;token={token}"
    )


def start_sail() -> Server:
    """Starts a Sail server, which is for trying out: everybody on this machine can ask it while it runs.

    Raises ToolkitError where Sail is not installed or does not start.
    """
    if importlib.util.find_spec("pysail") is None:
        raise ToolkitError(
            "the engine spark",
            "no server is named, and Sail, which is for trying out, is not installed here",
            "--remote sc://HOST:PORT, --master URL, or Sail",
            'name one, or: pip install "pysail<0.8"',
        )
    port = _free_port()
    command = [sys.executable, "-m", "pysail", "spark", "server", "--ip", LOOPBACK, "--port", str(port)]
    return _started("Sail", command, {"RUST_LOG": "error"}, new_scratch(), port, f"{LOOPBACK}:{port}")


def spark_home() -> Path:
    """The folder of Apache Spark: what SPARK_HOME names, else what `make spark` installed.

    Raises ToolkitError where there is none, or no Java.
    """
    from_environment = os.environ.get("SPARK_HOME")
    candidates = (
        [Path(from_environment)] if from_environment else sorted(INSTALLED.glob("lib/python*/site-packages/pyspark"))
    )
    homes = [home for home in candidates if (home / "bin" / "spark-submit").is_file()]
    if not homes:
        raise ToolkitError(
            "Apache Spark",
            f"not in {from_environment}, which SPARK_HOME names" if from_environment else "not installed here",
            "Spark 4.2",
            "run make spark, or let SPARK_HOME name its folder",
        )
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ToolkitError("Apache Spark", "no Java here", "Java 17 or 21", "install it, or let JAVA_HOME name it")
    return homes[-1]  # the last by name, where several Pythons have one


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


def _started(
    name: str, command: list[str], variables: Mapping[str, str], folder: Path, port: int, address: str
) -> Server:
    """Starts a process that holds the server which `command` runs, and waits until its port answers.

    `variables` are added to the environment, `folder` is for its files and removed with it, `address` is for clients.
    Raises ToolkitError with the cause for `name` where it ends, or does not answer in LONGEST_START.
    """
    job = json.dumps({"command": command, "folder": str(folder)})
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, job],
        stdin=subprocess.PIPE,
        env={**os.environ, **variables},
        cwd=folder,
        start_new_session=True,  # Ctrl-C, or the end of our group, does not reach it: it has time to end the server
    )
    server = Server(f"sc://{address}", holder)
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and holder.poll() is None:
        if listens(LOOPBACK, port):
            return server
        time.sleep(0.05)
    cause = _cause_in(folder / LOG)
    server.close()
    shutil.rmtree(folder, ignore_errors=True)
    raise ToolkitError(f"{name}, its Connect server", cause, "a server that starts", "mend what it says")


def listens(host: str, port: int, seconds: float = 1) -> bool:
    """Whether a port can be connected to within so many seconds."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=seconds):
        return True
    return False


def _cause_in(log: Path) -> str:
    """Why a server did not start: the first line of its log with an error, else the last, at most 300 characters."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    lines_with_words = [line for line in lines if not line.startswith(("at ", "..."))]
    telling = [line for line in lines_with_words if "Exception" in line or "ERROR" in line]
    return (telling[:1] or lines_with_words[-1:] or ["it ended at once, or said nothing for two minutes"])[0][:300]


def hold_server() -> None:
    """Runs a server until standard input ends, this process gets SIGTERM, SIGINT or SIGHUP, or it ends by itself.

    In a process of its own, which removes the folder. The command and the folder come as JSON on the command line; what
    the server says goes to a log in the folder, which stays where the server ended by itself.
    """
    job = json.loads(sys.argv[1])
    folder, stop = Path(job["folder"]), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with open(folder / LOG, "wb") as log:
        server = subprocess.Popen(
            job["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    for work in (partial(_read_to_end, stop), partial(_end_when, stop, server)):
        threading.Thread(target=work, daemon=True).start()
    server.wait()
    if stop.is_set():
        shutil.rmtree(folder, ignore_errors=True)


def _read_to_end(stop: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stop.set()


def _end_when(stop: threading.Event, server: subprocess.Popen[bytes]) -> None:
    stop.wait()
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(server.pid, number)
            server.wait(10)
