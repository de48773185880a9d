"""What a billion simulated events ask of DuckDB that may hold 4 GB, on two threads: of the roll-up, and of files alone.

It answers every metric of the log, whose roll-up is made first, week by week; then one metric of its files, as
`--events` does, where all weeks are grouped at once. How much it lays on the disk meanwhile is looked at all the time.
Minutes where nothing else runs, and 12 GB of disk for a billion.

    python -m bench.large_logs [--million 1000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.build_against_nbconvert import Memory, machine
from bench.rows import Row, keep
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.core.unit import registry
from toolkit.database import event_files
from toolkit.database.log_rows import SQL
from toolkit.database.usage_logs import UsageLog, ask_usage_log, make_log_tables, metric_sql
from toolkit.engine.connect import Connection, in_memory
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

SCENARIO, WEEKS = "public-board", 26
PEOPLE = 70  # who make a million events in WEEKS, about
LIMIT = "4GB"
PARAMETERS = {"weekly_active": {"target_share": 0.8}, "leaderboards": {"n_places": 20}}
ASKED = "concentration"  # the metric that is asked of files


def limited(spill: Path) -> Connection:
    """DuckDB on two threads that holds at most LIMIT, and lays the rest into a folder."""
    connection = in_memory()
    for setting in (f"memory_limit = '{LIMIT}'", "threads = 2", f"temp_directory = '{spill}'"):
        connection.execute(f"SET {setting}")
    return connection


@contextlib.contextmanager
def watched(spill: Path) -> Iterator[dict[str, int]]:
    """The most bytes that lie in a folder while the block runs, under `spilled`."""
    found, ended = {"spilled": 0}, threading.Event()

    def look() -> None:
        while not ended.wait(0.1):
            with contextlib.suppress(OSError):
                found["spilled"] = max(found["spilled"], sum(path.stat().st_size for path in spill.rglob("*")))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def of_roll_up(folder: Path, spill: Path) -> dict:
    """Seconds of the roll-up, and of the slowest metric after it."""
    project = find_project()
    declared = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    connection, start = limited(spill), time.perf_counter()
    make_log_tables(connection, project, declared, folder)
    found, asked = {"roll-up": time.perf_counter() - start}, {}
    opened = UsageLog(project, folder, declared, lambda: connection, registry(project.data / "units.txt"))
    for name in sorted(path.stem for path in (SQL / "metrics").glob("*.sql")):
        start = time.perf_counter()
        ask_usage_log(opened, name, metric_sql(name), PARAMETERS.get(name))
        asked[name] = time.perf_counter() - start
    slowest = max(asked, key=lambda name: asked[name])
    return {**found, f"the slowest of {len(asked)} metrics, {slowest}": asked[slowest]}


def of_files(folder: Path, spill: Path) -> dict:
    """Seconds of a metric of the log's files, or what DuckDB says where it does not come to an end."""
    event_files.in_memory = lambda: limited(spill)
    start, pattern = time.perf_counter(), str(folder / "events" / "*.parquet")
    try:
        ask_usage_log(event_files.open_events(find_project(), pattern, metric_sql(ASKED)), ASKED, metric_sql(ASKED))
    except ToolkitError as error:
        return {"refused": str(error)}
    return {ASKED: time.perf_counter() - start}


def in_duckdb(how: str, folder: Path, scratch: Path) -> dict:
    """What a process of its own finds that answers so, processor time, peak memory and what it spilled, bytes."""
    spill = Path(tempfile.mkdtemp(dir=scratch))
    command = [
        sys.executable,
        "-m",
        "bench.large_logs",
        "--answer",
        how,
        "--folder",
        str(folder),
        "--spill",
        str(spill),
    ]
    with watched(spill) as laid:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        memory = Memory(process.pid)
        printed, _ = process.communicate()
        peak = memory.stop()
    shutil.rmtree(spill)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return {**json.loads(printed), "processors": memory.processor, "peak": peak, **laid}


def rows_of(million: int, of: dict[str, dict]) -> list[Row]:
    """What was found, for the page."""
    rows = []
    for how, found in of.items():
        for name, value in found.items():
            unit = {"peak": "GB", "spilled": "GB"}.get(name, "s")
            if name != "refused":
                said = f"{million / 1000:g} billion events, {how}: {name}"
                rows.append(Row(said, unit, value / 1e9 if unit == "GB" else value))
    return rows


def main() -> int:
    """Measures, prints and keeps; 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--million", type=int, default=1_000, help="events of the log (default: 1000)")
    parser.add_argument("--folder", type=Path, help="where the log is made (default: the system's temporary folder)")
    parser.add_argument("--answer", choices=("roll-up", "files"), help=argparse.SUPPRESS)
    parser.add_argument("--spill", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer = of_roll_up if options.answer == "roll-up" else of_files
        print(json.dumps(answer(options.folder, options.spill)))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        scratch, start = Path(name), time.perf_counter()
        plan = make_plan(find_project(), SCENARIO, options.million * PEOPLE, WEEKS)
        folder = simulate(plan, scratch)
        of: dict[str, dict] = {"made here": {"making": time.perf_counter() - start}}
        for how in ("roll-up", "files"):
            of[f"of its {how}"] = in_duckdb(how, folder, scratch)
            print(json.dumps(of), flush=True)
    refused = [f"{how}, {found['refused']}" for how, found in of.items() if "refused" in found]
    keep("large_logs", f"{machine()}, DuckDB with {LIMIT}", rows_of(options.million, of), refused)
    return 0


if __name__ == "__main__":
    sys.exit(main())
