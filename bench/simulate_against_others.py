"""Events a second of the simulator, of the same model written plainly, and of a generator from PyPI, in one run.

All write Parquet with zstd. The plain model and mimesis run on one core and are multiplied by the number of cores,
as if they lost nothing by sharing the work. mimesis draws each column by itself, without sessions or calibration.
Exits with 1 if the simulator makes fewer than 6 million events a second, needs more than 2 GB, or more than 16 bytes
an event.

    python -m bench.simulate_against_others [--scenario public-board] [--developers N] [--weeks N]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas

from bench.build_against_nbconvert import Memory, machine
from bench.plain_model import write
from toolkit.core.project import find_project
from toolkit.usage.simulate.plan import make_plan

RATE, MEMORY, BYTES = 6e6, 2e9, 16
SMALL = (100, 2)  # developers and weeks of the plain model's run
ROWS = 100_000  # of the generator from PyPI


@dataclass(frozen=True)
class Run:
    """What one run made, in how long, with how much memory (0: not measured)."""

    name: str
    events: int
    seconds: float
    peak: int
    size: int
    cores: int

    @property
    def rate(self) -> float:
        """Events a second on all cores."""
        return self.events / self.seconds * self.cores


def ours(scenario: str, size: list[str], folder: Path) -> Run:
    """The command, from its start to its end."""
    command = [sys.executable, "-m", "toolkit", "simulate", scenario, *size, "--out", str(folder)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = Memory(process.pid)
    status = process.wait()
    seconds = time.perf_counter() - start
    peak = memory.stop()
    if status:
        sys.exit(f"{' '.join(command)} ended with {status}")
    files = list(folder.glob("synthetic-*/events/*.parquet"))
    import pyarrow.parquet as parquet

    events = sum(parquet.read_metadata(path).num_rows for path in files)
    run = Run("toolkit simulate", events, seconds, peak, sum(path.stat().st_size for path in files), 1)
    shutil.rmtree(folder)
    return run


def timed(name: str, make: Callable[[Path], int]) -> Run:
    """A generator that runs in this process, on one core."""
    with tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        events = make(Path(scratch))
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(scratch).iterdir())
    return Run(name, events, seconds, 0, size, os.cpu_count() or 1)


def mimesis(folder: Path) -> int:
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
    ).to_parquet(folder / "rows.parquet", compression="zstd", index=False)
    return ROWS


def show(runs: list[Run]) -> None:
    """Prints runs as a table in Markdown; times as much for ours over each of the others."""
    print("| generator | events | seconds | million a second, all cores | bytes an event | peak MB | ours is faster |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for run in runs:
        peak = f"{run.peak / 1e6:.0f}" if run.peak else ""
        print(
            f"| {run.name} | {run.events:,} | {run.seconds:.2f} | {run.rate / 1e6:.3f} "
            f"| {run.size / run.events:.1f} | {peak} "
            f"| {runs[0].rate / run.rate:.0f} times |"
        )


def main() -> int:
    """Measures; 0 if the simulator keeps its limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenario", default="public-board")
    parser.add_argument("--developers", type=int)
    parser.add_argument("--weeks", type=int)
    options = parser.parse_args()
    print(f"Machine: {machine()}; scenario {options.scenario}\n")
    size = [
        part
        for key in ("developers", "weeks")
        if getattr(options, key)
        for part in (f"--{key}", str(getattr(options, key)))
    ]
    with tempfile.TemporaryDirectory() as scratch:
        runs = [ours(options.scenario, size, Path(scratch) / "feed")]
        plan = make_plan(find_project(), "none", *SMALL).prepared()
        runs.append(timed("same model, NumPy and pandas", lambda folder: write(plan, folder)))
        try:
            runs.append(timed("mimesis, columns drawn apart", mimesis))
        except ImportError:
            print("mimesis is not installed: left out. To compare: pip install mimesis\n")
        show(runs)
    first = runs[0]
    return 0 if first.rate >= RATE and first.peak <= MEMORY and first.size <= BYTES * first.events else 1


if __name__ == "__main__":
    sys.exit(main())
