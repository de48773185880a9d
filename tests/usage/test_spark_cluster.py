"""An Apache Spark cluster: it simulates and answers though it loses a worker, and reads logs as one machine does."""

import json
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import counts
from tests.cluster import LONGEST, SMALL, Cluster
from tests.engine.test_spark import NO_SPARK
from tests.usage.logs.reading import new_project
from tests.usage.logs.test_ingest_on_spark import planted_samples, refuse_difference
from tests.usage.logs.test_source_protection import MARK
from tests.usage.test_scenarios import HERE
from tests.usage.test_simulate import digests
from toolkit.database.usage_logs import ask_usage_log, metric_sql, open_usage_log
from toolkit.engine.spark import open_spark
from toolkit.usage.logs import spark_job
from toolkit.usage.logs.log_format import log_formats
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

METRIC = "team_week"
pytestmark = [pytest.mark.slow, pytest.mark.long, NO_SPARK]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster that writes event logs, plain, into its folder."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "events").mkdir()
    with Cluster(folder) as running:
        yield running


@pytest.fixture(scope="module")
def spark(cluster):
    logged = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": (cluster.folder / "events").as_uri(),
    }
    with open_spark(master=cluster.url, settings={**SMALL, **logged}) as session:
        yield session


def wait_until_all_work(cluster, spark):
    """Waits until each worker has an executor that does tasks: one that comes later would be given none."""

    def where(rows):
        time.sleep(0.5)
        yield from (some.assign(id=os.getppid()) for some in rows)

    end = time.monotonic() + LONGEST
    tasks = len(cluster.workers)
    while True:
        found = spark.session.range(0, tasks, 1, tasks).mapInPandas(where, "id long").distinct().count()
        if found == tasks:
            return
        assert time.monotonic() < end, f"{found} of {tasks} workers do tasks after {LONGEST} s"


def killed_meanwhile(cluster, spark, begun, work):
    """What `work` gives while a worker is killed as soon as `begun` says so: held until then, it ends nothing."""
    wait_until_all_work(cluster, spark)
    cluster.hold_a_worker()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        end = time.monotonic() + 120
        while not begun() and not running.done() and time.monotonic() < end:
            time.sleep(0.02)
        in_the_middle = not running.done()  # before: to be gone takes a worker long enough for the rest to be done
        cluster.kill_a_worker()
        return running.result(300), in_the_middle


def values(log, spark=None):
    """The rows of a metric of a log, asked as a story asks it."""
    rows = ask_usage_log(open_usage_log(HERE, log, spark), METRIC, metric_sql(METRIC)).rows
    return [[pytest.approx(cell.low, rel=1e-9) if hasattr(cell, "low") else cell for cell in row] for row in rows]


@counts.of("workers")
def test_a_cluster_that_loses_a_worker_gives_the_right_rows(cluster, spark, tmp_path):
    """One of two workers is killed in the middle of a simulation, then one in the middle of a metric of it."""
    plan = make_plan(HERE, "none", 200, 24)
    here = simulate(plan, tmp_path / "here")
    wanted = values(here)
    hit = Counter()
    for number in range(counts.count("workers")):
        folder = tmp_path / f"there-{number}"
        there, middle = killed_meanwhile(
            cluster,
            spark,
            lambda folder=folder: len(list(folder.glob(".synthetic-*/events/*.parquet"))) >= 2,
            lambda folder=folder: simulate(plan, folder, spark=spark),
        )
        assert digests(there) == digests(here)
        hit["simulation"] += middle
        cluster.fill(2)
        started = threading.Event()
        threading.Timer(1 + number % 3, started.set).start()
        found, middle = killed_meanwhile(cluster, spark, started.is_set, lambda there=there: values(there, spark))
        assert found == wanted
        hit["metric"] += middle
        cluster.fill(2)
    assert hit["simulation"], "no worker was killed in the middle of a simulation"
    assert hit["metric"], "no worker was killed in the middle of a metric"


def test_a_cluster_reads_the_same_and_keeps_no_name_and_no_key(cluster, spark, tmp_path, monkeypatch, same_key):
    """What the master and its workers lay on the disk is looked through: event logs, too, which are written plain."""
    monkeypatch.setenv("TOOLKIT_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr(spark_job, "TOGETHER", 200_000)
    desk, other = new_project(tmp_path / "desk"), new_project(tmp_path / "other")
    given = planted_samples(tmp_path / "given", log_formats())
    refuse_difference(desk, other, given, spark)
    found = [path for path in cluster.folder.rglob("*") if path.is_file()]
    assert any("events" in path.parts for path in found) and any(path.name == "stderr" for path in found)
    for path in found:
        content = path.read_bytes()
        for word in (MARK.encode(), same_key, same_key.hex().encode(), json.dumps(str(given)).encode()[1:-1]):
            assert word not in content, path
