"""Simulations as Spark jobs: the same bytes as on one machine, on Sail here, on a cluster that loses a worker too."""

import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import counts
from tests.cluster import SMALL, Cluster
from tests.usage.test_scenarios import HERE
from tests.usage.test_simulate import digests
from toolkit.core.errors import ToolkitError
from toolkit.database.usage_logs import ask_usage_log, metric_sql, open_usage_log
from toolkit.engine import spark_server
from toolkit.engine.spark import open_spark
from toolkit.usage.simulate import spark_job
from toolkit.usage.simulate.plan import Plan, make_plan
from toolkit.usage.simulate.run import simulate

NO_SPARK = pytest.mark.skipif(
    not spark_server.INSTALLED.is_dir() and "CI" not in os.environ, reason="no Apache Spark here: make spark"
)
METRIC = "concentration"


@pytest.mark.heavy
def test_a_simulation_on_sail_has_the_same_bytes(tmp_path):
    plan = make_plan(HERE, "target-and-board", 130, 5, seed=7)
    here = simulate(plan, tmp_path / "here", processes=1)
    with open_spark() as spark:
        there = simulate(plan, tmp_path / "there", spark=spark)
    assert digests(there) == digests(here)
    assert [path.name for path in there.parent.iterdir()] == [here.name]


def test_a_worker_with_another_version_writes_nothing(plan, tmp_path):
    parts = list(plan.parts())
    with pytest.raises(ToolkitError, match="another version"):
        spark_job.write_whole(Plan(plan.scenario, plan.seed), "0" * 12, parts, tmp_path, 0)
    assert list(tmp_path.iterdir()) == []


def killed_meanwhile(cluster, begun, work):
    """What `work` gives while a worker is killed as soon as `begun` says so: held until then, it ends nothing."""
    cluster.hold_a_worker()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        end = time.monotonic() + 120
        while not begun() and not running.done() and time.monotonic() < end:
            time.sleep(0.02)
        cluster.kill_a_worker()
        in_the_middle = not running.done()
        return running.result(300), in_the_middle


def values(log, spark=None):
    """The rows of a metric of a log, asked as a story asks it."""
    rows = ask_usage_log(open_usage_log(HERE, log, spark), METRIC, metric_sql(METRIC)).rows
    return [[pytest.approx(cell.low, rel=1e-9) if hasattr(cell, "low") else cell for cell in row] for row in rows]


@counts.of("workers")
@pytest.mark.slow
@NO_SPARK
def test_a_cluster_that_loses_a_worker_gives_the_right_rows(tmp_path):
    """One of two workers is killed in the middle of a simulation, then one in the middle of a metric of it."""
    plan = make_plan(HERE, "none", 800, 24)
    here = simulate(plan, tmp_path / "here")
    wanted = values(here)
    hit = Counter()
    with Cluster(tmp_path) as cluster, open_spark(master=cluster.url, settings=SMALL) as spark:
        for number in range(counts.count("workers")):
            folder = tmp_path / f"there-{number}"
            there, middle = killed_meanwhile(
                cluster,
                lambda folder=folder: len(list(folder.glob(".synthetic-*/events/*.parquet"))) >= 2,
                lambda folder=folder: simulate(plan, folder, spark=spark),
            )
            assert digests(there) == digests(here)
            hit["simulation"] += middle
            cluster.fill(2)
            started = threading.Event()
            threading.Timer(1 + number % 3, started.set).start()
            found, middle = killed_meanwhile(cluster, started.is_set, lambda there=there: values(there, spark))
            assert found == wanted
            hit["metric"] += middle
            cluster.fill(2)
    assert hit["simulation"], "no worker was killed in the middle of a simulation"
    assert hit["metric"], "no worker was killed in the middle of a metric"
