"""What a billion simulated events, and more, ask of this machine: of DuckDB with 4 GB, and of a cluster on loopback.

DuckDB answers every metric of the log twice: of its roll-up, which is made first, and of its files alone, as `--events`
does, where all weeks are grouped at once. How much it lays on the disk meanwhile is looked at all the time. The cluster
(an Apache Spark master and two workers of one core) makes logs of the size of --each and counts them, so many as
--rounds says, each of another seed and removed after it. What ten billion would take is a line through the sizes, with
the largest distance of a measured size from its own as the error. Hours, and 12 GB of disk for a billion.

    python -m bench.large_logs [--million 1000] [--rounds 0] [--folder DIR]
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

import numpy

from bench.build_against_nbconvert import Memory, machine
from bench.growth import SCENARIO, WEEKS
from bench.rows import Row, keep
from tests.cluster import SMALL, Cluster
from toolkit.core.errors import ToolkitError
from toolkit.core.project import find_project
from toolkit.core.unit import registry
from toolkit.database import event_files
from toolkit.database.log_rows import SQL
from toolkit.database.usage_logs import UsageLog, ask_usage_log, make_tables, metric, open_usage_log
from toolkit.engine.connect import Connection, in_memory
from toolkit.engine.spark import open_spark
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

PEOPLE = 70  # who make a million events in WEEKS, about
LIMIT = "4GB"
PARAMETERS = {"weekly_active": {"target_share": 0.8}, "leaderboards": {"n_places": 20}}
ASKED = "concentration"  # the metric that is asked of files, and of Spark
TEN_BILLION = 10_000  # million


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
    """Seconds of the roll-up and of each metric after it."""
    project = find_project()
    declared = json.loads((folder / "feed.json").read_text(encoding="utf-8"))
    connection, start = limited(spill), time.perf_counter()
    make_tables(connection, project, declared, folder)
    found = {"roll-up": time.perf_counter() - start}
    opened = UsageLog(project, folder, declared, lambda: connection, registry(project.data / "units.txt"))
    for name in sorted(path.stem for path in (SQL / "metrics").glob("*.sql")):
        start = time.perf_counter()
        ask_usage_log(opened, name, metric(name), PARAMETERS.get(name))
        found[name] = time.perf_counter() - start
    return found


def of_files(folder: Path, spill: Path) -> dict:
    """Seconds of a metric of the log's files, or what DuckDB says where it does not come to an end."""
    event_files.in_memory = lambda: limited(spill)
    start, pattern = time.perf_counter(), str(folder / "events" / "*.parquet")
    try:
        ask_usage_log(event_files.open_events(find_project(), pattern, metric(ASKED)), ASKED, metric(ASKED))
    except ToolkitError as error:
        return {"refused": str(error)}
    return {ASKED: time.perf_counter() - start}


def in_duckdb(how: str, folder: Path, scratch: Path) -> dict:
    """What a process of its own finds that answers so, its peak memory in bytes, and the bytes that it spilled."""
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
    return {**json.loads(printed), "peak": peak, **laid}


def made(million: int, folder: Path, seed: int = 1, spark=None) -> tuple[Path, float]:
    """The log of so many million events, about, and the seconds of making it; 0 where it was there."""
    start = time.perf_counter()
    plan = make_plan(find_project(), SCENARIO, million * PEOPLE, WEEKS, seed)
    there = (folder / plan.name).is_dir()
    return simulate(plan, folder, spark=spark), 0.0 if there else time.perf_counter() - start


def on_cluster(million: int, rounds: int, scratch: Path) -> list[dict]:
    """Events, bytes, and seconds of making, counting and of the metric, of each log that a cluster makes and reads."""
    found = []
    with Cluster(scratch) as cluster, open_spark(master=cluster.url, settings=SMALL) as spark:
        spark.read_any_encoding()
        sizes = [million // 100 or 1, million // 10 or 1] + [million] * rounds
        for seed, size in enumerate(sizes, 2):
            folder, making = made(size, scratch / "made", seed, spark)
            declared = json.loads((folder / "feed.json").read_text(encoding="utf-8"))["events"]
            spark.view("made", [str(folder / "events" / "*.parquet")])
            start = time.perf_counter()
            events = spark.ask("the count", "SELECT count(*) AS n FROM made")["n"][0].as_py()
            counting, start = time.perf_counter() - start, time.perf_counter()
            if events != declared:
                sys.exit(f"{events:,} events counted, {declared:,} made")
            ask_usage_log(open_usage_log(find_project(), folder, spark), ASKED, metric(ASKED))
            stored = sum(path.stat().st_size for path in (folder / "events").iterdir())
            found.append(
                {
                    "events": events,
                    "bytes": stored,
                    "making": making,
                    "counting": counting,
                    "metric": time.perf_counter() - start,
                }
            )
            print(json.dumps(found[-1]), flush=True)
            shutil.rmtree(folder)
    return found


def of_ten_billion(found: list[dict], what: str) -> tuple[float, float]:
    """What ten billion events would take by a line through the measured sizes, and the error as a share of it."""
    sizes, values = (numpy.array([one[key] for one in found], float) for key in ("events", what))
    slope, start = numpy.polyfit(sizes, values, 1)
    largest = sizes == sizes.max()
    error = max(abs(values[largest] / (start + slope * sizes[largest]) - 1))
    return float(start + slope * TEN_BILLION * 1e6), float(error)


def rows_of(million: int, of: dict[str, dict], cluster: list[dict]) -> list[Row]:
    """What was found, for the page."""
    size, rows = f"{million / 1000:g} billion events", []
    for how, found in of.items():
        for name, seconds in found.items():
            unit = {"peak": "GB", "spilled": "GB"}.get(name, "s")
            value = seconds / 1e9 if unit == "GB" else seconds
            if isinstance(value, float):
                rows.append(Row(f"DuckDB with {LIMIT}, {size}, {how}: {name}", unit, value))
    for one in cluster:
        events = f"Spark, {one['events'] / 1e6:,.0f} million events"
        rows += [Row(f"{events}: {what}", "s", one[what]) for what in ("making", "counting", "metric")]
    if cluster:
        rows.append(
            Row("Spark, events made and counted in all", "billion", sum(one["events"] for one in cluster) / 1e9)
        )
        for what in ("making", "counting", "metric", "bytes"):
            value, error = of_ten_billion(cluster, what)
            name = f"Spark, ten billion, by a line through these (error {error:.0%}): {what}"
            rows.append(Row(name, "GB", value / 1e9) if what == "bytes" else Row(name, "s", value))
    return rows


def main() -> int:
    """Measures, prints and keeps; 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--million", type=int, default=1_000, help="events of a log (default: 1000)")
    parser.add_argument("--rounds", type=int, default=0, help="logs of that size that a cluster makes (default: none)")
    parser.add_argument("--folder", type=Path, help="where logs are made (default: the system's temporary folder)")
    parser.add_argument("--answer", choices=("roll-up", "files"), help=argparse.SUPPRESS)
    parser.add_argument("--spill", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer = of_roll_up if options.answer == "roll-up" else of_files
        print(json.dumps(answer(options.folder, options.spill)))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        scratch = Path(name)
        folder, seconds = made(options.million, options.folder or scratch)
        of: dict[str, dict] = {"of its roll-up": {"making the log": seconds}} if seconds else {"of its roll-up": {}}
        of["of its roll-up"] |= in_duckdb("roll-up", folder, scratch)
        print(json.dumps(of), flush=True)
        of["of its files"] = in_duckdb("files", folder, scratch)
        print(json.dumps(of["of its files"]), flush=True)
        cluster = []
        if options.rounds:
            shutil.rmtree(folder)
            cluster = on_cluster(options.million, options.rounds, scratch)
    refused = [f"{how}, {found['refused']}" for how, found in of.items() if "refused" in found]
    keep("large_logs", machine(), rows_of(options.million, of, cluster), refused)
    return 0


if __name__ == "__main__":
    sys.exit(main())
