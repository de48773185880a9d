"""The whole build from an empty data/build/, against stock nbconvert executing the same notebooks.

Both run in a copy of the project, in turn, so that neither has a quieter machine, and each from an empty data/build/:
who needs the database or a feed makes it. Stock only executes the notebooks, one after the other, and writes HTML; the
build also makes everything beside the pages. Exits with 1 if the build takes more than 0.6 of stock's time (medians) or
needs more than 1.5 GB at any moment.

    python -m bench.build_against_nbconvert [--rounds 3] [notebook ...]
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
from importlib import metadata
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).parents[1]
LIMIT = 1_500_000_000  # bytes
SHARE = 0.6  # of stock's time
PAUSE = 0.1  # seconds between two looks at the memory
BUILD = "toolkit build"
STOCK = "nbconvert --execute --to html"


@dataclass(frozen=True)
class Run:
    seconds: float
    peak: int  # bytes, resident, of the process and all below it


def copy_project(notebooks: list[Path], to: Path, site: str = "") -> None:
    """What a build reads, with only these notebooks, without a database, as an edition of that address."""
    shutil.copytree(ROOT / "data", to / "data", ignore=lambda folder, names: {"build"} & set(names))
    shutil.copytree(ROOT / "notebooks", to / "notebooks", ignore=shutil.ignore_patterns("*.ipynb", ".*"))
    for notebook in notebooks:
        shutil.copy(notebook, to / "notebooks")
    shutil.copy(ROOT / "requirements.lock", to)
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    without_order = re.sub(r"^stories = \[[^]]*\]\n", "", settings, flags=re.MULTILINE)
    addressed = f'[tool.toolkit]\nsite = "{site}"'
    (to / "pyproject.toml").write_text(without_order.replace("[tool.toolkit]", addressed), encoding="utf-8")


def measure(command: list[str], folder: Path) -> Run:
    """Run a command to its end; its wall time, and the most memory that it and its kernels held together."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        sampler = Memory(process.pid)
        status = process.wait()
        seconds = time.perf_counter() - started
        peak = sampler.stop()
        if status:
            output.seek(0)
            tail = output.read().decode(errors="replace")[-3000:]
            sys.exit(f"{' '.join(command)} ended with exit status {status}:\n{tail}")
    return Run(seconds, peak)


class Memory:
    """Looks at a process and its descendants until stopped."""

    def __init__(self, pid: int):
        self.peak = 0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self.peak

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, self._now())
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


def compare(notebooks: list[Path], rounds: int) -> dict[str, list[Run]]:
    """The build and stock in turn, each from an empty data/build/: who needs a feed simulates it."""
    runs = {BUILD: [], STOCK: []}
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        copy_project(notebooks, project)
        for n in range(rounds):
            build = ["toolkit", "build", "--out", str(Path(scratch) / f"reports-{n}")]
            empty(project)
            runs[BUILD].append(measure(build, project))
            empty(project)
            to = ["--output-dir", str(Path(scratch) / f"stock-{n}")]
            stock = ["nbconvert", "--execute", "--to", "html", *to, *(path.name for path in notebooks)]
            runs[STOCK].append(measure(stock, project / "notebooks"))
    return runs


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


def report(runs: dict[str, list[Run]], notebooks: list[Path]) -> bool:
    """Print the table; true if the build is no slower than stock and stays below the limit."""
    seconds = {name: median(run.seconds for run in done) for name, done in runs.items()}
    peaks = {name: max(run.peak for run in done) for name, done in runs.items()}
    rounds = len(runs[BUILD])
    print(f"Machine: {machine()}, nbconvert {metadata.version('nbconvert')}")
    print(f"Stories: {', '.join(path.stem for path in notebooks)}; {rounds} rounds, in turn\n")
    print(f"| {'what ran':<33} | median s | peak MB | each round, s |")
    print(f"| {'-' * 33} | -------: | ------: | ------------- |")
    for name, done in runs.items():
        each = ", ".join(f"{run.seconds:.2f}" for run in done)
        print(f"| {name:<33} | {seconds[name]:8.2f} | {peaks[name] / 1e6:7.0f} | {each} |")
    share = seconds[BUILD] / seconds[STOCK]
    fast, small = share <= SHARE, peaks[BUILD] <= LIMIT
    print(f"\nThe build takes {share:.2f} of stock's time: {'at most' if fast else 'MORE THAN'} {SHARE:g}.")
    print(f"Its peak is {'within' if small else 'OVER'} {LIMIT / 1e6:.0f} MB.")
    return fast and small


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    notebooks = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    if not notebooks:
        parser.error("there is no notebook in notebooks/")
    return 0 if report(compare(notebooks, options.rounds), notebooks) else 1


if __name__ == "__main__":
    sys.exit(main())
