"""An Apache Spark cluster on loopback for tests: a master and workers, each a process that can be killed."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import psutil

from toolkit.engine.spark_server import LOOPBACK, spark_home

LONGEST = 240  # seconds until a worker is registered: where other work runs, that takes long
CLASSES = "org.apache.spark.deploy."
JAVA = "-Xss4m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # to compile what runs so shortly any further takes longer
QUICK = {"spark.driver.extraJavaOptions": JAVA}  # of a master in one process, local[2]
SMALL = {"spark.executor.memory": "600m", "spark.executor.cores": "1", "spark.sql.shuffle.partitions": "4"}


def free_port():
    with socket.create_server((LOOPBACK, 0)) as found:
        return found.getsockname()[1]


class Cluster:
    """A master and its workers of one core each; as a context it ends with all that they started."""

    def __init__(self, folder, workers=2):
        self.folder, self.port, self.page = folder, free_port(), free_port()
        self.url = f"spark://{LOOPBACK}:{self.port}"
        self.workers, self._all = [], []
        self._first = workers

    def __enter__(self):
        try:
            self._start("master.Master", "--host", LOOPBACK, "--port", str(self.port), "--webui-port", str(self.page))
            self.fill(self._first)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        for process in self._all:
            end_tree(process)

    def fill(self, number):
        """Starts workers until there are so many, and waits for them."""
        while len(self.workers) < number:
            place = self.folder / f"worker-{len(self._all)}"
            small = ("--host", LOOPBACK, "--webui-port", str(free_port()), "--cores", "1", "--memory", "800m")
            self.workers.append(self._start("worker.Worker", *small, "--work-dir", str(place), self.url))
        end = time.monotonic() + LONGEST
        while self.alive() != number:
            assert time.monotonic() < end, f"{self.alive()} of {number} workers after {LONGEST} s"
            time.sleep(0.2)

    def alive(self):
        """How many workers the master has."""
        with contextlib.suppress(OSError, ValueError):
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.page}/json/", timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        return -1

    def hold_a_worker(self):
        """Stops the oldest worker with its executors and their Pythons: what they have begun does not end."""
        for one in tree(self.workers[0]):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.suspend()

    def kill_a_worker(self):
        """Kills the oldest worker with its executors and their Pythons, by SIGKILL."""
        end_tree(self.workers.pop(0))

    def _start(self, name, *arguments):
        variables = {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_NO_DAEMONIZE": "1", "PYSPARK_PYTHON": sys.executable}
        process = subprocess.Popen(
            [str(spark_home() / "bin" / "spark-class"), CLASSES + name, *arguments],
            env={**os.environ, **variables},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._all.append(process)
        return process


def tree(process):
    """A process with all its descendants, it last; none where it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(process.pid)
        return [*found.children(recursive=True), found]
    return []


def end_tree(process):
    """Kills a process with all its descendants, and waits until they are gone."""
    found = tree(process)
    for one in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(found, timeout=30)
    process.wait()
