"""A question without an end is stopped after a stated time, wherever it is asked."""

import subprocess
import sys

import pandas
import pytest

from tests.small_dataset import declare
from tests.usage.test_metrics import sample as sample_log
from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.database.frame_questions import ask_frames
from toolkit.database.open import open_database
from toolkit.database.usage_logs import ask_usage_log
from toolkit.engine import time_limit

pytestmark = pytest.mark.heavy
WITHOUT_END = {
    "recursive": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n % 7 + 1 FROM t) SELECT count(*) AS n_rows FROM t",
    "cross join": "SELECT count(*) AS n_rows FROM range(1000000000) AS many (n), range(1000000000) AS more (m)",
}


@pytest.mark.parametrize("sql", WITHOUT_END.values(), ids=WITHOUT_END)
def test_it_is_stopped_and_the_next_one_is_answered(sample, monkeypatch, sql):
    declare(sample)
    database, log = open_database(sample), sample_log()
    monkeypatch.setattr(time_limit, "QUERY_TIMEOUT", 0.01)  # before some of them run
    asking = [
        lambda: answer_question(database, sql),
        lambda: answer_question(database, f"{sql}, inspections"),
        lambda: database.answer("mine", sql),
        lambda: ask_frames(database, "mine", sql, {}, {"df": pandas.DataFrame({"n": [1]})}),
        lambda: ask_usage_log(log, "mine", sql),
    ]
    for ask in asking:
        with pytest.raises(ToolkitError, match="(?s)no answer after 0.01 seconds.*WITH RECURSIVE an end condition"):
            ask()
    monkeypatch.setattr(time_limit, "QUERY_TIMEOUT", 60)
    assert len(answer_question(database, "SELECT borough, count(*) AS n FROM inspections GROUP BY borough")) == 3


def test_what_limits_a_question_is_gone_with_it():
    """A thread of it that still ran when Python ends had the process end by SIGABRT, or with words of DuckDB's."""
    code = """
from toolkit.engine.connect import in_memory
from toolkit.engine.errors import running_query

connection = in_memory()
for _ in range(20):
    with running_query("mine.sql", connection):
        connection.execute("SELECT 1").fetchall()
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_process_ends_whose_question_is_inside_a_call_that_nothing_stops():
    code = """
from toolkit.engine import time_limit
from toolkit.engine.connect import in_memory
from toolkit.engine.errors import running_query

time_limit.QUERY_TIMEOUT, time_limit.GRACE_PERIOD = 0.1, 0.3
connection = in_memory()
with running_query("mine.sql", connection):
    connection.execute("SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))").fetchall()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith("mine.sql: no answer after 0.1 seconds")
    assert "do: give functions of texts" in done.stderr and "Traceback" not in done.stderr
