"""Logs made and counted by an Apache Spark cluster on loopback, a master and two workers of one core, to ten billion.

First a hundredth of --million, of which a metric is asked too, and a tenth, then --rounds of that size, each of another
seed, counted and removed: the disk need hold one. What ten billion would take is a line through these, with the largest
distance of a log of full size from it as the error; of fewer than three such logs nothing is said of it. Minutes a
billion where nothing else runs, and 12 GB of disk.

    python -m bench.cluster_logs [--million 1000] [--rounds 3] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy

from bench.build_against_nbconvert import machine
from bench.large_logs import ASKED, PEOPLE, SCENARIO, WEEKS
from bench.rows import Row, keep
from tests import cluster as loopback
from toolkit.core.project import find_project
from toolkit.database.usage_logs import ask_usage_log, metric_sql, open_usage_log
from toolkit.engine import spark_server
from toolkit.engine.spark import Spark, open_spark
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

TEN_BILLION = 10_000  # million
LEAST_FULL = 3  # logs of full size: of fewer nobody knows how far they lie apart
PATIENT = 900  # seconds that a start may take: where other work runs, it takes minutes


def on_cluster(million: int, rounds: int, scratch: Path) -> Iterator[dict]:
    """Events, bytes, and seconds of making, counting and of the metric, of each log that a cluster makes and reads."""
    loopback.LONGEST = spark_server.LONGEST_START = PATIENT
    start = time.perf_counter()
    with loopback.Cluster(scratch) as cluster, open_spark(master=cluster.url, settings=loopback.SMALL) as spark:
        yield {"starting": time.perf_counter() - start}
        spark.read_any_encoding()
        for seed, size in enumerate((million // 100, million // 10, *(million,) * rounds), 2):
            yield of_cluster(size, seed, scratch, spark, ASKED if size < million // 10 else "")


def of_cluster(million: int, seed: int, scratch: Path, spark: Spark, asked: str) -> dict:
    """What `on_cluster` says of one log, which is removed."""
    start = time.perf_counter()
    folder = simulate(make_plan(find_project(), SCENARIO, million * PEOPLE, WEEKS, seed), scratch / "made", spark=spark)
    making, start = time.perf_counter() - start, time.perf_counter()
    declared = json.loads((folder / "log.json").read_text(encoding="utf-8"))["events"]
    spark.view("made", [str(folder / "events" / "*.parquet")])
    events = spark.ask("the count", "SELECT count(*) AS n FROM made")["n"][0].as_py()
    found = {"events": events, "making": making, "counting": time.perf_counter() - start}
    if events != declared:
        sys.exit(f"{events:,} events counted, {declared:,} made")
    if asked:
        start = time.perf_counter()
        ask_usage_log(open_usage_log(find_project(), folder, spark), asked, metric_sql(asked))
        found[asked] = time.perf_counter() - start
    found["bytes"] = sum(path.stat().st_size for path in (folder / "events").iterdir())
    shutil.rmtree(folder)
    return found


def of_ten_billion(found: list[dict], what: str) -> tuple[float, float]:
    """What ten billion events would take by a line through the measured logs, and the error as a share of it."""
    sizes, values = (numpy.array([one[key] for one in found], float) for key in ("events", what))
    slope, start = numpy.polyfit(sizes, values, 1)
    largest = sizes > sizes.max() / 2
    error = max(abs(values[largest] / (start + slope * sizes[largest]) - 1))
    return float(start + slope * TEN_BILLION * 1e6), float(error)


def rows_of(starting: float, logs: list[dict]) -> list[Row]:
    """What was found, for the page."""
    rows = [Row("starting a master, two workers and a Connect server", "s", starting)]
    for one in logs:
        events = f"{one['events'] / 1e6:,.0f} million events"
        rows += [Row(f"{events}: {what}", "s", one[what]) for what in ("making", "counting", ASKED) if what in one]
    rows.append(Row("events made and counted in all", "billion", sum(one["events"] for one in logs) / 1e9))
    full = sum(one["events"] > max(log["events"] for log in logs) / 2 for one in logs)
    told = (("making", "s", 1), ("counting", "s", 1), ("bytes", "GB", 1e9)) if full >= LEAST_FULL else ()
    for what, unit, scale in told:
        value, error = of_ten_billion(logs, what)
        rows.append(Row(f"ten billion, by a line through these, error {error:.0%}: {what}", unit, value / scale))
    return rows


def main() -> int:
    """Measures, prints and keeps, after each log; 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--million", type=int, default=1_000, help="events of a log (default: 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="logs of that size (default: 3)")
    parser.add_argument("--folder", type=Path, help="where logs are made (default: the system's temporary folder)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the cluster ends with it
    found: list[dict] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        for one in on_cluster(options.million, options.rounds, Path(scratch)):
            print(json.dumps(one), flush=True)
            found.append(one)
            if len(found) > 1:
                keep("cluster_logs", machine(), rows_of(found[0]["starting"], found[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
