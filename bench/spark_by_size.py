"""From what size of a log on Spark pays: a metric of files of events on DuckDB, on Sail and on Apache Spark, by size.

Each size is asked by the command, in a process of its own, which starts the server that it needs and ends it: what the
smallest size takes is start-up, nearly all of it. Apache Spark runs as local[*], with the same cores, where it is
installed (`make spark`, or SPARK_HOME). One run each, or as many as --rounds.

    python -m bench.spark_by_size [--million 0.1 1 10 30] [--rounds 1]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import machine
from bench.large_logs import ASKED, PEOPLE, SCENARIO, WEEKS
from bench.rows import ROOT, Row, in_turn, keep
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.engine.spark_server import spark_home
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

OURS = "DuckDB"
ENGINES = {
    OURS: ["--engine", "duckdb"],
    "Sail": ["--engine", "spark"],
    "Apache Spark, local[*]": ["--master", "local[*]"],
}
SIZES = (0.1, 1.0, 10.0, 30.0)  # million events


def installed() -> tuple[dict[str, list[str]], list[str]]:
    """The options of the engines that are here, and which are left out and why."""
    try:
        spark_home()
    except ToolkitError as error:
        *rest, spark = ENGINES
        return {name: ENGINES[name] for name in rest}, [f"{spark}: {error.problems[0].found}"]
    return ENGINES, []


def answered(options: list[str], events: str) -> float:
    """Seconds of the command by the clock. Raises SystemExit with what it printed where it fails."""
    command = [sys.executable, "-m", "toolkit", "metric", ASKED, "--events", events, *options, "--format", "csv"]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return time.perf_counter() - start


def measured(million: float, engines: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Seconds of each engine with a log of so many million events."""
    with tempfile.TemporaryDirectory() as name:
        plan = make_plan(find_project(), SCENARIO, max(1, round(million * PEOPLE)), WEEKS)
        log = simulate(plan, Path(name))
        runs = {engine: partial(answered, ENGINES[engine], str(log / "events" / "*.parquet")) for engine in engines}
        found = {engine: median(seconds) for engine, seconds in in_turn(runs, rounds).items()}
        shutil.rmtree(log)
    return found


def main() -> int:
    """Measures, prints and keeps; 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--million", type=float, nargs="*", default=SIZES, help="events of each log")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    engines, left_out = installed()
    rows = []
    for million in options.million:
        found = measured(million, engines, options.rounds)
        print(f"{million:g} million: {found}", flush=True)
        ours = found.pop(OURS)
        rows += [Row(f"{million:g} million events", "s", ours, peer, name) for name, peer in found.items()]
    keep("spark_by_size", f"{machine()}; {options.rounds} of each", rows, left_out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
