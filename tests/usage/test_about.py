"""What a usage log says of itself: accounting, grains, gaps, people and days, of a simulated log and of a read one."""

from dataclasses import replace
from datetime import date

import pytest

from toolkit.core.kind import Kind
from toolkit.core.project import find_project
from toolkit.database.usage_logs import UsageLog, open_usage_log
from toolkit.engine.connect import in_memory

pytestmark = pytest.mark.heavy  # logs are read and simulated

EVENTS = (  # person, kind of user, when, grain, definition, requests, input and output tokens
    ("a", "person", "2026-01-05 09:00", "request", "all_types", 1, 100, 10),
    ("a", "person", "2026-01-06 09:00", "request", "all_types", 1, 200, 20),
    ("b", "person", "2026-01-09 23:59", "request", "all_types", 1, 300, 30),
    ("k", "key", "2026-01-10 00:00", "day", "unknown", 40, 4000, 400),
    ("k", "key", "2026-01-13 00:00", "day", "unknown", 50, 5000, 500),
)


def read_log(opened: UsageLog) -> UsageLog:
    """A log of a day's grain and a request's, of the kind that is read from files; `opened` lends project and units."""
    connection = in_memory()
    connection.execute(
        "CREATE TABLE stored_event (user_id VARCHAR, user_kind VARCHAR, time_utc TIMESTAMP, time_grain VARCHAR, "
        'token_definition VARCHAR, requests BIGINT, "gen_ai.usage.input_tokens" BIGINT, '
        '"gen_ai.usage.output_tokens" BIGINT)'
    )
    for event in EVENTS:
        connection.execute("INSERT INTO stored_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(event))
    connection.execute(
        "CREATE TABLE accounting AS SELECT 'claude-code' AS source_format, 1 AS files, 9 AS lines, 3 AS events, "
        "4 AS duplicates, 1 AS other_lines, 1 AS quarantined UNION ALL SELECT 'claude-code', 1, 2, 2, 0, 0, 0"
    )
    declared = {**opened.declared, "log": "handed-over", "kind": "measured", "made_from": "two files"}
    return replace(opened, declared=declared, open_connection=lambda: connection)


@pytest.fixture(scope="module")
def simulated(usage_log):
    return open_usage_log(find_project(), usage_log)


def values(table):
    return [tuple(getattr(cell, "low", cell) for cell in row.values()) for row in table]


def test_a_log_that_was_read(simulated):
    log = read_log(simulated)
    assert values(log.accounting) == [("claude-code", 2, 11, 5, 4, 1, 1)]
    assert values(log.grains) == [("day", "unknown", 2, 90, 9000, 900), ("request", "all_types", 3, 3, 600, 60)]
    assert [row[2] for row in values(log.gaps)] == [2, 2]
    assert values(log.people)[0][:2] == (2, 5)
    tables = (log.accounting, log.grains, log.gaps, log.people)
    assert {table.kind for table in tables} == {Kind.MEASURED}
    assert not any("user_id" in column.name for table in tables for column in table.columns)


def test_a_log_that_was_simulated(simulated):
    (row,) = simulated.accounting
    assert row["n_lines"].low == row["n_events"].low == simulated.leaf.low
    (row,) = simulated.grains
    assert (row["time_grain"], row["token_definition"]) == ("request", "all_types")
    assert len(simulated.gaps) == 0
    (row,) = simulated.people
    assert 0 < row["n_people"].low <= simulated.developers.low and row["n_days"].low == 12 * 7
    assert date.fromisoformat(str(row["first_on"])) == date(2026, 1, 5)
    assert simulated.people.kind == Kind.SYNTHETIC
