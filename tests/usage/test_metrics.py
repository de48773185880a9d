"""Metrics over a sample of four people and two weeks, each answer worked out by hand."""

import json
import math
import shutil
import time
from pathlib import Path

import duckdb
import numpy
import pytest
from pyarrow import parquet

from toolkit.analysis.elasticity import DRAWS, interval, output_elasticity
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import Project, find_project
from toolkit.core.unit import registry
from toolkit.database.log_rows import SQL
from toolkit.database.usage_logs import UsageLog, ask_usage_log, metric_sql, open_usage_log, simulated_usage_log
from toolkit.usage import roll_up
from toolkit.usage.contract import EVENT
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import (
    EVENT_ROW,
    OF_REQUESTS,
    USUAL_GRAIN,
    in_grain,
    make_derived,
    measured_sql,
    request_views,
    stored_request,
)
from toolkit.usage.roll_up import roll_up_folder

pytestmark = pytest.mark.heavy

HERE = find_project()
METRICS = sorted(path.stem for path in (SQL / "metrics").glob("*.sql"))
USD = 1_000_000_000  # in the billionths that costs are kept in
# person, session, time, uncached, cache read, cache creation, output, cost
REQUESTS = [
    ("a", "a1", "2026-01-05 09:00:00", 10, 800, 150, 40, 1),
    ("a", "a1", "2026-01-12 09:30:00", 10, 900, 70, 20, 1),
    ("b", "b1", "2026-01-06 10:00:00", 50, 0, 40, 10, 0.5),
    ("c", "c1", "2026-01-13 11:00:00", 100, 700, 100, 100, 3),
    ("c", "c2", "2026-01-14 12:00:00", 0, 1800, 100, 100, 2),
]
# person, team, merged requests and review hours of the two weeks
OUTCOMES = [
    ("a", "t1", (1, 1), (0.5, 0.5)),
    ("b", "t1", (2, 0), (1, 0)),
    ("c", "t2", (0, 4), (0, 2)),
    ("d", "t2", (1, 1), (0.5, 0.5)),
]
DECLARED = {
    "log": "synthetic-sample",
    "kind": "synthetic",
    "made_from": "four people, two weeks",
    "developers": 4,
    "weeks": 2,
    "events": 40,
    "accounting": [],
    "prices_nanousd_per_token": [],
    "start_on": "2026-01-05",
    "incentives": [{"id": "board", "mechanism": "board", "from_week": 1, "until_week": None}],
}


def sample(kind="synthetic"):
    connection = duckdb.connect()
    types = {column.name: column.type for column in EVENT}
    columns = {name: types[of] for name, of in {**EVENT_ROW, **OF_REQUESTS}.items()}
    connection.execute(f"CREATE TABLE event_row ({', '.join(map(' '.join, columns.items()))})")
    connection.executemany(
        "INSERT INTO event_row BY NAME SELECT true AS synthetic, 'request' AS time_grain, "
        "'all_types' AS token_definition, 'agent' AS agent, 'model' AS model, false AS is_headless, 1 AS requests, "
        "? AS user_id, ? AS session_id, CAST(? AS TIMESTAMP) AS time_utc, ? AS uncached_tokens, "
        "? AS cache_read_tokens, ? AS cache_creation_tokens, "
        "? AS output_tokens, ? AS cost_usd",
        REQUESTS,
    )
    connection.execute(
        "UPDATE event_row SET input_tokens = uncached_tokens + cache_read_tokens + cache_creation_tokens"
    )
    for table in declared_tables(DECLARED):
        table.make(connection)
    views = {
        "stored_request": stored_request(DECLARED),
        **request_views(DECLARED),
        "activity_day": measured_sql("activity_day"),
    }
    for name, sql in views.items():
        connection.execute(f"CREATE VIEW {name} AS {sql}")
    connection.execute(
        "CREATE TABLE stored_outcome (user_id VARCHAR, team VARCHAR, week_start_on DATE, merged_prs INTEGER, "
        "review_hours DOUBLE)"
    )
    for person, team, merged, hours in OUTCOMES:
        for week, count, spent in zip(("2026-01-05", "2026-01-12"), merged, hours, strict=True):
            connection.execute("INSERT INTO stored_outcome VALUES (?, ?, ?, ?, ?)", [person, team, week, count, spent])
    connection.execute(f"CREATE TABLE stored_week AS {(SQL / 'views' / 'developer_week.sql').read_text()}")
    make_derived(connection)
    return UsageLog(
        HERE, Path("sample"), {**DECLARED, "kind": kind}, lambda: connection, registry(HERE.data / "units.txt")
    )


W1, W2 = "2026-01-05", "2026-01-12"
EXPECTED = {
    "weekly_active": [(W1, 4, 2, 0.5, True), (W2, 4, 2, 0.5, True)],
    "leaderboards": [("c", 3000, 500, 5, 4 / 3000, "1", "1", "1", "2"), ("a", 2000, 300, 2, 0.001, "2", "2", "2", "3")],
    "board_agreement": [("cost", 1, 1), ("merged requests per token", 0.4, 0), ("uncached tokens", 1, 1)],
    "adoption_intensity": [(W1, 0.5, 550, 550), (W2, 0.5, 2000, 2000)],
    "lorenz": [(0.25, 0), (0.5, 100 / 5100), (0.75, 2100 / 5100), (1, 1)],
    "concentration": [
        ("merged requests", 4, 0.15, 0.4, 0.4, 0.4),
        ("tokens", 4, 2 * 18200 / 20400 - 1.25, 3000 / 5100, 3000 / 5100, 100 / 5100),
    ],
    "top_tenth_multiples": [(3000 / 1050, 3000 / 1275, 2, 1.6)],
    "output_elasticity": [(3, 0.12742, 0.34988)],
    "token_spread": [(3, 1.4)],
    "session_tokens": [(W1, 2, 2, 1050), (W2, 1, 2, 1500)],  # a1, of 2000, and b1 began in the first week
    "blended_price": [(W1, 1.5 / 1100, 800 / 1100), (W2, 0.0015, 0.85)],
    "team_week": [
        ("t1", W1, 2, 1100, 1.5, 3, 1.5),
        ("t1", W2, 2, 1000, 1, 1, 0.5),
        ("t2", W1, 2, 0, 0, 1, 0.5),
        ("t2", W2, 2, 3000, 5, 5, 2.5),
    ],
    "before_after": [
        ("board", "before", W1, 0.5, 275, 0.375, 1, 0.5),
        ("board", "during", W2, 0.5, 1000, 1.5, 1.5, 0.75),
    ],
}
PARAMETERS = {"weekly_active": {"target_share": 0.5}, "leaderboards": {"n_places": 2}}


@pytest.fixture
def project(tmp_path):
    """A project with the scenarios of this one."""
    for name in ("scenarios", "sources"):
        shutil.copytree(HERE.data / name, tmp_path / "data" / name)
    for name in ("calibration.yml", "units.txt"):
        shutil.copy(HERE.data / name, tmp_path / "data")
    return Project(tmp_path)


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_gives_the_rows_worked_out_by_hand(name):
    table = ask_usage_log(sample(), name, metric_sql(name), PARAMETERS.get(name))
    found = [tuple(cell.low if hasattr(cell, "low") else cell for cell in row) for row in table.rows]
    assert len(found) == len(EXPECTED[name])
    for row, wanted in zip(found, EXPECTED[name], strict=True):
        assert len(row) == len(wanted)
        for cell, value in zip(row, wanted, strict=True):
            exact = isinstance(value, (str, bool))
            assert cell == (value if exact else pytest.approx(value, rel=1e-4, abs=1e-12))


@pytest.mark.parametrize("name", METRICS)
def test_every_number_is_synthetic_and_rests_on_the_usage_log(name):
    table = ask_usage_log(sample(), name, metric_sql(name), PARAMETERS.get(name))
    assert table.numbers and table.kind == Kind.SYNTHETIC
    for number in table.numbers:
        assert number.kind == Kind.SYNTHETIC
        assert {leaf.ref for leaf in number.leaves()} == {"log:synthetic-sample"}
        assert name in number.method
    assert "four people, two weeks" in table.numbers[0].leaves()[0].label


def test_numbers_of_another_query_are_other_numbers():
    usage_log = sample()
    sql = metric_sql("weekly_active")
    one, same, other = (
        ask_usage_log(usage_log, "weekly_active", sql, {"target_share": share})["active_share"][0]
        for share in (0.5, 0.5, 0.6)
    )
    assert one == same and one != other


def test_nobody_is_ranked_in_a_real_usage_log():
    usage_log = sample("measured")
    for name, parameters in (("concentration", {}), ("leaderboards", {"n_places": 2})):
        with pytest.raises(ToolkitError, match="at least 5 people"):  # the sample has four
            ask_usage_log(usage_log, name, metric_sql(name), parameters)


def test_what_is_wrong_with_a_question_is_said_at_once():
    with pytest.raises(ToolkitError) as caught:
        ask_usage_log(sample(), "mine", "SELECT 1 AS one, sin(tokens) AS two FROM developer")
    typed, unread = (problem.found for problem in caught.value.problems)
    assert typed.startswith("a number that is typed") and unread == "an expression whose unit cannot be read"
    with pytest.raises(ToolkitError, match=r"mine\.sql"):
        ask_usage_log(sample(), "mine", "SELECT nothing FROM nowhere")
    for sql in ("COPY price TO 'x'", "FROM read_text('x')", "WITH a AS (DELETE FROM price RETURNING *) FROM a"):
        with pytest.raises(ToolkitError, match="toolkit add FILE|in WITH"):
            ask_usage_log(sample(), "mine", sql)
    with pytest.raises(ToolkitError, match="weekly_active"):
        metric_sql("weekly_activ")


def test_a_usage_log_is_opened_with_the_whole_contract(usage_log):
    opened = open_usage_log(HERE, usage_log)
    described = dict(
        opened.connection.execute("SELECT column_name, column_type FROM (DESCRIBE usage_event)").fetchall()
    )
    assert list(described) == [column.name for column in EVENT]
    for column in EVENT:
        assert described[column.name].startswith(column.type.split("(")[0])
    rows = opened.connection.execute(
        "SELECT count(*), count(DISTINCT dedup_key), "
        'count(DISTINCT "gen_ai.response.id"), '
        "min(source_line), count(cost_usd) FROM usage_event"
    ).fetchone()
    assert rows[0] == rows[1] == rows[2] == rows[4] == opened.declared["events"] and rows[3] == 1


def test_the_roll_up_adds_up_to_the_events(usage_log):
    """Tokens and costs by day are those of the events to the last token and the last billionth of a dollar."""
    opened = open_usage_log(HERE, usage_log)
    days = opened.connection.execute(
        "SELECT sum(requests), sum(tokens), sum(cost_nanousd) FROM activity_day"
    ).fetchone()
    events = opened.connection.execute("SELECT count(*), sum(tokens), sum(cost_usd) FROM request_all_types").fetchone()
    assert days[:2] == events[:2]
    assert days[2] == int(events[2] * USD)
    assert opened.connection.execute("SELECT DISTINCT synthetic FROM activity_day").fetchall() == [(True,)]
    weeks = "SELECT sum(requests), sum(tokens), sum(cost_nanousd) FROM activity_week"
    assert opened.connection.execute(weeks).fetchone() == days
    for path in roll_up_folder(usage_log).glob("*/*.parquet"):
        assert parquet.ParquetFile(path).metadata.metadata[b"log"] == b"synthetic-target-and-board"


def test_prices_change_on_their_day(usage_log):
    opened = open_usage_log(HERE, usage_log)
    opened.connection.execute("DELETE FROM price")
    opened.connection.execute(
        'INSERT INTO price SELECT DISTINCT "gen_ai.request.model", '
        "DATE '2026-01-01', DATE '2026-02-02', "
        "1, 1, 1, 1 FROM stored_event"
    )
    opened.connection.execute(
        "INSERT INTO price SELECT DISTINCT model, DATE '2026-02-02', CAST(NULL AS DATE), 3, 3, 3, 3 FROM price"
    )
    found = opened.connection.execute(
        "SELECT time_utc >= TIMESTAMP '2026-02-02', sum(cost_usd) * 1000000000 / sum(tokens) "
        "FROM request_all_types GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [(late, float(price)) for late, price in found] == [(False, 1.0), (True, 3.0)]


@pytest.mark.parametrize("at_once", [1, roll_up.AT_ONCE])
def test_a_roll_up_is_the_same_of_weeks_one_by_one_and_at_once_and_no_file_is_made_twice(
    usage_log, tmp_path, monkeypatch, at_once
):
    monkeypatch.setattr(roll_up, "AT_ONCE", at_once)
    weeks = [name.partition("-part")[0] for name in sorted(path.name for path in (usage_log / "events").iterdir())]
    expected = [f"{week}-to-{week}.parquet" for week in weeks] if at_once == 1 else ["week-0000-to-week-0011.parquet"]
    declared = json.loads((usage_log / "log.json").read_text())
    with duckdb.connect() as connection:
        for table in declared_tables(declared):
            table.make(connection)
        assert roll_up.build_roll_up(connection, declared, usage_log, tmp_path) == expected
        before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*")}
        assert len(before) == 2 * len(expected)
        (tmp_path / "week" / expected[-1]).unlink()
        before.pop(tmp_path / "week" / expected[-1])  # as if it had been killed before this one
        assert roll_up.build_roll_up(connection, declared, usage_log, tmp_path) == expected
        assert {path: path.stat().st_mtime_ns for path in before} == before
        opened = open_usage_log(HERE, usage_log).connection
        for grain, view in (("day", "activity_day"), ("week", "stored_week")):
            files = [str(tmp_path / grain / name) for name in expected]
            assert connection.read_parquet(files).fetchall() == opened.execute(f"FROM {view}").fetchall()


def test_a_usage_log_counts_those_who_never_used_a_tool(usage_log):
    """The roster is whole in every week; use is missing there, not zero."""
    opened = open_usage_log(HERE, usage_log)
    found = opened.connection.execute(
        "SELECT count(*), count(DISTINCT user_id), count(requests) < count(*), min(requests) > 0 FROM developer_week"
    ).fetchone()
    assert found == (300 * 12, 300, True, True)


def test_a_folder_without_a_usage_log_is_refused(tmp_path, usage_log):
    with pytest.raises(ToolkitError, match="toolkit simulate"):
        open_usage_log(HERE, tmp_path)


def test_a_story_names_a_scenario_and_has_its_usage_log(project):
    made = simulated_usage_log(project, "none", developers=20, weeks=1)
    assert made.folder.parent == project.build / "usage_logs"
    assert made.leaf.kind == Kind.SYNTHETIC and made.leaf.ref == "log:synthetic-none"
    assert simulated_usage_log(project, "none", developers=20, weeks=1).leaf == made.leaf
    assert simulated_usage_log(project, "none", developers=21, weeks=1).leaf != made.leaf
    with pytest.raises(ToolkitError, match="developers"):
        simulated_usage_log(project, "none", developers=0)


def test_padding_moves_the_board_and_not_the_work(usage_log):
    """In the usage log, people use more after the incentives begin, and merge about as much as before."""
    table = ask_usage_log(open_usage_log(HERE, usage_log), "before_after", metric_sql("before_after"))
    before, during = (
        table.one("mean_token_per_developer", incentive="board", phase=phase).low for phase in ("before", "during")
    )
    merged = [table.one("mean_pr_per_developer", incentive="board", phase=phase).low for phase in ("before", "during")]
    assert during > 1.15 * before
    assert merged[1] < 1.15 * merged[0]


def test_elasticity_finds_the_slope_and_its_interval():
    random = numpy.random.default_rng(3)
    use = numpy.exp(random.normal(0, 1.7, 400))
    output = use**0.25 * numpy.exp(random.normal(0, 0.8, 400))
    low, slope, high = interval(use, output)
    assert low < 0.25 < high and low < slope < high and high - low < 0.2
    assert interval(use, output) == (low, slope, high)
    none = interval(numpy.append(use, [0, 5]), numpy.append(output, [5, 0]))
    assert math.isclose(none[1], slope)
    with pytest.raises(ToolkitError, match="ten or more"):
        interval(use[:9], output[:9])


def test_the_interval_holds_the_true_slope_as_often_as_it_says():
    """Of 60 samples with a known slope, about 95 % of the intervals hold it."""
    random = numpy.random.default_rng(5)
    held = 0
    for _ in range(60):
        use = numpy.exp(random.normal(0, 1.7, 80))
        low, _, high = interval(use, use**0.2 * numpy.exp(random.normal(0, 0.8, 80)))
        held += low < 0.2 < high
    assert 51 <= held <= 60


def test_the_elasticity_of_a_usage_log_is_a_range_that_knows_its_usage_log_seed_and_method(usage_log):
    opened = open_usage_log(HERE, usage_log)
    found = output_elasticity(opened, seed=4)
    slope = ask_usage_log(opened, "output_elasticity", metric_sql("output_elasticity")).one("elasticity").low
    assert found.low < slope < found.high and found.kind == Kind.SYNTHETIC
    assert found.leaves() == (opened.leaf,)
    assert "seed 4" in found.method and f"{DRAWS} bootstrap draws" in found.method
    assert output_elasticity(open_usage_log(HERE, usage_log), seed=4) == found != output_elasticity(opened, seed=5)


def test_no_view_or_metric_mixes_grains(usage_log):
    one = "time_grain = 'request' AND token_definition = 'all_types'"
    assert in_grain(*USUAL_GRAIN) == one
    opened = open_usage_log(HERE, usage_log).connection.execute(
        "SELECT sql FROM duckdb_views() WHERE view_name IN ('stored_request', 'request_all_types')"
    )
    for (sql,) in opened.fetchall():
        assert sql.count("time_grain = 'request'") == sql.count("token_definition = 'all_types'") == 1


def test_an_answer_reads_like_rows_of_cells():
    usage_log = sample()
    table = ask_usage_log(usage_log, "team_week", metric_sql("team_week"))
    rows = tuple(table.rows)
    assert len(rows) == len(table) == 4 and table.rows[-1] == rows[3] and table.rows[1:3] == rows[1:3]
    assert table["tokens"] == tuple(row[3] for row in rows)
    assert [row["team"] for row in table.where(team="t2")] == ["t2", "t2"]
    assert table.frame["tokens"].tolist() == [1100, 1000, 0, 3000] and table.frame.attrs["kind"] == "synthetic"
    assert ask_usage_log(usage_log, "team_week", metric_sql("team_week")).digest == table.digest
    assert ask_usage_log(usage_log, "none", "SELECT tokens FROM developer WHERE false").numbers == ()
    with pytest.raises(IndexError):
        table.rows[4]


def test_a_value_that_is_not_finite_is_refused_by_name():
    with pytest.raises(ToolkitError, match="n_people.*not finite"):
        ask_usage_log(sample(), "mine", "SELECT CAST('inf' AS DOUBLE) AS n_people")


def test_a_table_of_many_rows_makes_no_numbers_until_it_is_read():
    many = "SELECT row_number() OVER () AS n_people, tokens FROM developer, range(200000) LIMIT 200000"
    start = time.process_time()
    table = ask_usage_log(sample(), "many", many)
    digest, kind = table.digest, table.kind
    assert time.process_time() - start < 2  # a number for each cell takes more than ten
    assert table.rows[199_999][0].low == 200_000 and digest and kind == Kind.SYNTHETIC
