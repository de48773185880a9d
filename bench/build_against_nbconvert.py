"""The whole build from an empty data/build/, against stock nbconvert of the same notebooks at its best.

Stock runs them two at a time as the build does, in kernels that draw no chart, and writes HTML (`bench/stock.py`); the
build also draws, and makes everything beside the pages. Both run in a copy of the project, another one first in every
round, and each from an empty data/build/: who needs the database or a usage log makes it. Memory is measured in a round
of its own after these: to look at it takes time, more of it where there are more processes. Exits with 1 if the build
takes more than 0.7 of stock's time (medians) or needs more than 1.2 GB at any moment.

    python -m bench.build_against_nbconvert [--rounds 5]
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from statistics import median

import psutil

from bench.rows import LEAST, Row, in_turn, keep

ROOT = Path(__file__).parents[1]
LIMIT = 1_200_000_000  # bytes
SHARE = 0.7  # of stock's time
PAUSE = 0.1  # seconds between two looks at the memory
BUILD = "toolkit build"
STOCK = "nbconvert, two at a time"


@dataclass(frozen=True)
class Run:
    seconds: float
    peak: int  # bytes, resident, of the process and all below it
    processor: float  # seconds of all cores, of these processes


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def copy_project(to: Path, site: str = "") -> None:
    """What a build reads, without a database, as an edition of that address; all stories, as they name one another."""
    shutil.copytree(ROOT / "data", to / "data", ignore=lambda folder, names: {"build"} & set(names))
    shutil.copytree(ROOT / "notebooks", to / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "requirements.lock", to)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    without_order = re.sub(r"^stories = \[[^]]*\]\n", "", settings, flags=re.MULTILINE)
    addressed = f'[tool.toolkit]\nsite = "{site}"'
    (to / "pyproject.toml").write_text(without_order.replace("[tool.toolkit]", addressed), encoding="utf-8")


def measure(command: list[str], folder: Path, watched: bool = True) -> Run:
    """Run a command to its end: its wall time, and, `watched`, the most memory that it and its kernels held at once."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},  # stock's kernels find bench.stock
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        sampler = Memory(process.pid) if watched else None
        status = process.wait()
        seconds = time.perf_counter() - started
        peak = sampler.stop() if sampler else 0
        if status:
            output.seek(0)
            tail = output.read().decode(errors="replace")[-3000:]
            sys.exit(f"{' '.join(command)} ended with exit status {status}:\n{tail}")
    return Run(seconds, peak, sampler.processor if sampler else 0.0)


class Memory:
    """Looks at the memory and the processor time of a process and its descendants until stopped."""

    def __init__(self, pid: int):
        self.peak = 0
        self._used: dict[int, float] = {}
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self.peak

    @property
    def processor(self) -> float:
        """Seconds of all cores, each process as it was last seen."""
        return sum(self._used.values())

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, self._now())
            self._sum(self._note_processor)
            if self._ended.wait(PAUSE):
                return

    def _now(self) -> int:
        """Resident memory; where it would be a new peak, with pages that processes share counted once (Linux)."""
        resident = self._sum(lambda process: process.memory_info().rss)
        return self._sum(self._shared) if resident > self.peak else resident

    @staticmethod
    def _shared(process: psutil.Process) -> int:
        full = process.memory_full_info()
        return getattr(full, "pss", full.rss)

    def _note_processor(self, process: psutil.Process) -> int:
        times = process.cpu_times()
        self._used[process.pid] = times.user + times.system
        return 0

    def _sum(self, of) -> int:
        total = 0
        try:
            for process in [self._root, *self._root.children(recursive=True)]:
                try:
                    total += of(process)
                except psutil.Error:
                    continue  # it has just ended
        except psutil.Error:
            pass  # the root has just ended
        return total


def compare(rounds: int) -> tuple[dict[str, list[Run]], dict[str, list[Run]]]:
    """The build and stock in turn, each from an empty data/build/: (the rounds, and one more that was watched)."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        copy_project(project)

        def build(watched: bool) -> Run:
            empty(project)
            return measure(["toolkit", "build", "--out", str(Path(scratch) / "reports")], project, watched)

        def stock(watched: bool) -> Run:
            empty(project)
            names = [str(project / "notebooks" / path.name) for path in NOTEBOOKS]
            return measure(["bench.stock", "--to", str(Path(scratch) / "stock"), *names], project, watched)

        timed, watched = ({BUILD: partial(build, look), STOCK: partial(stock, look)} for look in (False, True))
        return in_turn(timed, rounds), in_turn(watched, 1)


def empty(project: Path) -> None:
    shutil.rmtree(project / "data" / "build", ignore_errors=True)


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = psutil.virtual_memory().total / 1e9
    python = f"Python {platform.python_version()}"
    return f"{cores} cores, {memory:.0f} GB, {_processor()}, {platform.system()}, {python}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    named = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return named[1].strip() if named else platform.processor() or platform.machine()


def report(runs: dict[str, list[Run]], watched: dict[str, list[Run]]) -> bool:
    """Print the table; true if the build is no slower than stock and stays below the limit."""
    seconds = {name: median(run.seconds for run in done) for name, done in runs.items()}
    peaks = {name: max(run.peak for run in done) for name, done in watched.items()}
    rounds = len(runs[BUILD])
    print(f"Machine: {machine()}, nbconvert {metadata.version('nbconvert')}")
    print(f"Stories: {', '.join(path.stem for path in NOTEBOOKS)}; {rounds} rounds, in turn, another first in each\n")
    print(f"| {'what ran':<33} | median s | peak MB | each round, s |")
    print(f"| {'-' * 33} | -------: | ------: | ------------- |")
    for name, done in runs.items():
        each = ", ".join(f"{run.seconds:.2f}" for run in done)
        print(f"| {name:<33} | {seconds[name]:8.2f} | {peaks[name] / 1e6:7.0f} | {each} |")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    floor = median(run.processor for run in watched[BUILD]) / cores
    busy = "every core busy all the time"
    found = [
        Row("build from empty", "s", seconds[BUILD], seconds[STOCK], STOCK, floor, busy, SHARE),
        Row("its peak of memory", "GB", peaks[BUILD] / 1e9, goal=LIMIT / 1e9),
    ]
    keep("build_against_nbconvert", machine(), found)
    share = found[0].ratio
    print(f"\nThe build takes {share:.2f} of stock's time: {'at most' if found[0].holds else 'MORE THAN'} {SHARE:g}.")
    print(f"Its peak is {'within' if found[1].holds else 'OVER'} {LIMIT / 1e6:.0f} MB.")
    return all(row.holds for row in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=LEAST)
    options = parser.parse_args()
    return 0 if report(*compare(options.rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
