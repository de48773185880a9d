"""Events a second of the simulator, of the same model in NumPy with three writers, and of a generator from PyPI.

Each is a command of its own that uses all cores, from its start to its end; all write Parquet, the first four the same
columns, with LZ4. Rounds go through all of them, each round from another one on; times are medians. mimesis draws each
column by itself, without sessions or calibration, and few rows, as it takes long.
The size is about 100 million events. Exits with 1 if the simulator makes fewer than 10 million events a second, needs
more than 1 GB, or more than 16 bytes an event.

    python -m bench.simulate_against_others [--scenario public-board] [--developers N] [--weeks N] [--rounds 5]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas
from pyarrow import parquet

from bench.build_against_nbconvert import Memory, machine
from bench.plain_model import WRITERS
from bench.rows import Row, keep

RATE, MEMORY, BYTES = 10e6, 1e9, 16
ROWS = 20_000  # of each process of the generator from PyPI


@dataclass(frozen=True)
class Run:
    """What one run made, in how long, with how much memory of all its processes."""

    events: int
    seconds: float
    peak: int
    size: int

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def run(command: list[str], folder: Path) -> Run:
    """A command that writes events under `folder`, which is removed after it."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    memory = Memory(process.pid)
    _, said = process.communicate()
    seconds = time.perf_counter() - start
    peak = memory.stop()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {said[-500:]}")
    files = [path for path in folder.rglob("*.parquet") if path.parent.name not in ("outcomes", "truth")]
    events = sum(parquet.read_metadata(path).num_rows for path in files)
    found = Run(events, seconds, peak, sum(path.stat().st_size for path in files))
    shutil.rmtree(folder)
    return found


def mimesis(path: Path) -> None:
    """Rows with the same columns from the generator's own providers."""
    from mimesis import Fieldset, Locale

    field = Fieldset(locale=Locale.EN, i=ROWS)
    numbers = {
        name: field("numeric.integer_number", start=low, end=high)
        for name, low, high in (
            ("input_tokens", 6_000, 900_000),
            ("uncached_tokens", 1, 12),
            ("cache_read_tokens", 0, 800_000),
            ("cache_creation_tokens", 0, 100_000),
            ("output_tokens", 1, 18_000),
        )
    }
    pandas.DataFrame(
        {
            "time_utc": field("datetime.datetime", start=2026, end=2026),
            "user_id": field("cryptographic.token_hex", entropy=8),
            "conversation": field("cryptographic.uuid"),
            "model": field("choice", items=["large-1", "middle-1", "small-2"]),
            "agent": field("choice", items=["coding-assistant", "chat"]),
            "is_headless": field("development.boolean"),
            **numbers,
        }
    ).to_parquet(path, compression="lz4", index=False)


def mimesis_on_all_cores(folder: Path) -> None:
    """A file of rows of mimesis from each core."""
    folder.mkdir()
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(mimesis, [folder / f"{core}.parquet" for core in range(cores)]))


def show(runs: dict[str, list[Run]]) -> None:
    """Prints medians as a table in Markdown; "ours is faster" is the median of the ratios within a round."""
    print("| generator | events | seconds | million a second | bytes an event | peak MB | ours is faster |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    ours = next(iter(runs.values()))
    for name, found in runs.items():
        one = found[0]
        ratio = statistics.median(first.rate / other.rate for first, other in zip(ours, found, strict=True))
        print(
            f"| {name} | {one.events:,} | {statistics.median(run.seconds for run in found):.2f} "
            f"| {statistics.median(run.rate for run in found) / 1e6:.2f} | {one.size / one.events:.1f} "
            f"| {statistics.median(run.peak for run in found) / 1e6:.0f} | {ratio:.2f} times |"
        )


def main() -> int:
    """Measures; 0 if the simulator keeps its limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenario", default="public-board")
    parser.add_argument("--developers", type=int, default=24_500)
    parser.add_argument("--weeks", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mimesis", type=Path, help=argparse.SUPPRESS)  # a process of its own
    chosen = parser.parse_args()
    if chosen.mimesis:
        mimesis_on_all_cores(chosen.mimesis)
        return 0
    print(f"Machine: {machine()}; scenario {chosen.scenario}, medians of {chosen.rounds} rounds\n", flush=True)
    size = ["--developers", str(chosen.developers), "--weeks", str(chosen.weeks)]
    with tempfile.TemporaryDirectory() as scratch:
        out = str(Path(scratch) / "out")
        plain = ["bench.plain_model", chosen.scenario, out, *size, "--writer"]
        commands = {
            "toolkit simulate": ["toolkit", "simulate", chosen.scenario, *size, "--out", out],
            **{f"same model, NumPy and {writer}": [*plain, writer] for writer in WRITERS},
            "mimesis, columns drawn apart": ["bench.simulate_against_others", "--mimesis", out],
        }
        runs: dict[str, list[Run]] = {name: [] for name in commands}
        names = list(commands)
        for number in range(chosen.rounds):
            start = number % len(names)
            for name in names[start:] + names[:start]:
                runs[name].append(run(commands[name], Path(out)))
    show(runs)
    rows = rows_of(runs)
    events = next(iter(runs.values()))[0].events
    keep("simulate_against_others", f"{machine()}; {events:,} events of {chosen.scenario}", rows)
    return 0 if all(row.holds for row in rows) else 1


def rows_of(runs: dict[str, list[Run]]) -> list[Row]:
    """The rows of the page: ours, the first of the runs, beside each other generator, and within its limits."""
    ours, *others = ((name, 1e6 / statistics.median(run.rate for run in found)) for name, found in runs.items())
    own = runs[ours[0]]
    return [
        *(Row("a million events simulated", "s", ours[1], seconds, name) for name, seconds in others),
        Row("an event", "ns", ours[1] * 1e3, goal=round(1e9 / RATE)),
        Row("an event in its file", "bytes", own[0].size / own[0].events, goal=BYTES),
        Row("most memory", "MB", statistics.median(run.peak for run in own) / 1e6, goal=MEMORY / 1e6),
    ]


if __name__ == "__main__":
    sys.exit(main())
