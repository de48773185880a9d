"""A session of Spark Connect: on Sail here, on Apache Spark in the slow tests; nothing of either is left behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pyarrow
import pytest
from pyarrow import parquet

from tests.cluster import QUICK
from toolkit.core.errors import ToolkitError
from toolkit.engine import spark_server
from toolkit.engine.spark import open_spark

pytestmark = pytest.mark.heavy

FAILS = """#!/bin/sh
echo "WARN NativeCodeLoader: no native library"
{}
echo "	at org.example.Main(Main.java:7)"
echo "Shutting down"
exit 1
"""
STARTS = "from toolkit.engine.spark_server import start_sail; print(start_sail().remote, flush=True); input()"
NO_SPARK = pytest.mark.skipif(
    not spark_server.INSTALLED.is_dir() and "CI" not in os.environ, reason="no Apache Spark here: make spark"
)


def answers(spark, tmp_path):
    """What files, rows and a parameter become."""
    parquet.write_table(pyarrow.table({"person": ["a", "b", "b"], "tokens": [1, 2, None]}), tmp_path / "one.parquet")
    spark.view("event", [str(tmp_path / "*.parquet")])
    spark.hold("price", pyarrow.table({"who": ["b"], "usd": [0.5]}))
    spark.define("total", "SELECT person, sum(tokens) AS tokens FROM event GROUP BY person")
    sql = "SELECT person, tokens * usd * :times AS usd FROM total JOIN price ON who = person"
    return spark.ask("usd.sql", sql, {"times": 3}).to_pylist()


def test_the_client_is_found_where_the_main_module_has_no_file():
    """As in kernels, and in `python -c`."""
    code = "from toolkit.engine.spark import open_spark; open_spark('sc://127.0.0.1:1')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and "nobody answers" in done.stderr


@pytest.mark.parametrize(
    "line, cause",
    [('echo "Exception in thread main: no master"', "Exception in thread main: no master"), ("true", "Shutting down")],
)
def test_a_server_that_does_not_start_says_its_first_error_or_its_last_line(tmp_path, monkeypatch, line, cause):
    program = tmp_path / "bin" / "spark-submit"
    program.parent.mkdir()
    program.write_text(FAILS.format(line))
    program.chmod(0o755)
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ToolkitError) as caught:
        spark_server.start_spark("local[1]", {})
    assert [problem.found for problem in caught.value.problems] == [cause]


def test_a_session_reads_parquet_and_rows_and_passes_settings_on(tmp_path):
    endpoint = {"fs.s3a.endpoint": "http://127.0.0.1:9000"}
    with open_spark(settings=endpoint) as spark:
        assert answers(spark, tmp_path) == [{"person": "b", "usd": 3.0}]
        assert spark.session.conf.get("fs.s3a.endpoint") == "http://127.0.0.1:9000"
        assert spark.ask("zone", "SELECT TIMESTAMP '2026-03-29 02:30:00' AS at")["at"].type == pyarrow.timestamp("us")
        with pytest.raises(ToolkitError, match=r"mine\.sql.*nowhere(.|\n)*mend the query"):
            spark.ask("mine.sql", "SELECT 1 FROM nowhere")


def test_a_second_session_has_views_of_its_own(tmp_path):
    server = spark_server.start_sail()
    try:
        with open_spark(server.remote) as one, open_spark(server.remote) as other:
            one.define("mine", "SELECT 1 AS x")
            with pytest.raises(ToolkitError, match="mine"):
                other.ask("q", "SELECT x FROM mine")
    finally:
        server.close()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:15002", "sc://", "sc://127.0.0.1:x", "http://127.0.0.1:1", "sc://127.0.0.1:1"]
)
def test_an_address_where_nobody_answers_is_said_at_once(address):
    before = time.monotonic()
    with pytest.raises(ToolkitError, match="sc://HOST:PORT|nobody answers"):
        open_spark(address)
    assert time.monotonic() - before < 60  # its client alone tries for minutes


@pytest.mark.parametrize("whose, number", [("process", signal.SIGKILL), ("holder", signal.SIGTERM)])
def test_a_server_ends_with_the_process_that_wanted_it_and_with_its_holder(whose, number):
    process = subprocess.Popen([sys.executable, "-c", STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"sc://127.0.0.1:")
    (holder,) = psutil.Process(process.pid).children()
    started = [holder, *holder.children(recursive=True)]
    folders = {one.cwd() for one in started}
    assert len(started) == 2 and len(folders) == 1
    (process if whose == "process" else holder).send_signal(number)
    assert psutil.wait_procs(started[1:], timeout=120)[1] == []
    process.communicate(b"\n" if whose == "holder" else None)
    assert psutil.wait_procs(started, timeout=120)[1] == []
    assert not any(map(os.path.exists, folders))


def test_without_client_server_or_spark_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(spark_server, "INSTALLED", tmp_path)
    monkeypatch.delenv("SPARK_HOME", raising=False)
    with pytest.raises(ToolkitError, match="make spark"):
        open_spark(master="local[1]")
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    with pytest.raises(ToolkitError, match="which SPARK_HOME names"):
        open_spark(master="local[1]")
    monkeypatch.setitem(sys.modules, "pysail", None)
    monkeypatch.setattr(spark_server.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with pytest.raises(ToolkitError, match="Sail, which is for trying out, is not installed"):
        open_spark()
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.session", None)
    with pytest.raises(ToolkitError, match="its client is not installed"):
        open_spark()


@NO_SPARK
@pytest.mark.slow
def test_apache_spark_is_started_with_a_master_asked_and_ended(tmp_path):
    store, size = {"spark.hadoop.fs.s3a.impl": "org.invented.Store"}, {"spark.executor.memory": "600m"}
    with open_spark(master="local[1]", settings={**store, **size, **QUICK}) as spark:
        holder = psutil.Process(spark.server.holder.pid)
        started = [holder, *holder.children(recursive=True)]
        assert answers(spark, tmp_path) == [{"person": "b", "usd": 3.0}]
        with pytest.raises(ToolkitError, match=r"org\.invented\.Store"):  # so the setting has reached what reads files
            spark.view("away", ["s3a://bucket/events/*.parquet"])
        other = {"spark.hadoop.fs.s3a.impl": "org.invented.Other"}
        with open_spark(spark.server.remote, settings={**other, **size}) as session:  # as a kernel of a build opens it
            with pytest.raises(ToolkitError, match=r"org\.invented\.Other"):
                session.view("away", ["s3a://bucket/events/*.parquet"])
        with pytest.raises(ToolkitError, match=r"does not take while it runs: spark\.executor\.memory"):
            open_spark(spark.server.remote, settings={"spark.executor.memory": "700m"})
        running = [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        assert holder in running and not any("invented" in word for one in running for word in one.cmdline())
    assert psutil.wait_procs(started, timeout=120)[1] == []


@NO_SPARK
@pytest.mark.slow
def test_a_master_that_spark_does_not_know_is_an_error_in_a_line():
    with pytest.raises(ToolkitError, match="nonsense"):
        open_spark(master="nonsense://here")
