"""The simulator: same bytes, larger holds smaller, synthetic in every row, whole or not at all, a truth that fits."""

import hashlib
import json
import shutil
import subprocess
import sys
import time

import duckdb
import numpy
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from tests import counts
from tests.usage.test_scenarios import HERE, named_in
from toolkit.usage.contract import EVENT, OUTCOME, TRUTH
from toolkit.usage.log_views import stored_event
from toolkit.usage.simulate.draws import BLOCK, SIZE, Quantiles, pseudonyms, shares_table
from toolkit.usage.simulate.part_files import FOLDERS, PART
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

pytestmark = pytest.mark.heavy


def digests(folder):
    """Of every file of a run; the roll-up that a reader adds is not one."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "roll-up" not in str(path)
    }


def rows(folder, sql):
    with duckdb.connect() as connection:
        for room in FOLDERS:
            files = f"read_parquet('{folder}/{room}/*.parquet', file_row_number = true)"
            read = f"({stored_event({'kind': 'synthetic'}, files)})" if room == "events" else files
            connection.execute(f"CREATE VIEW {room} AS SELECT *, file_row_number + 1 AS line FROM {read}")
        return connection.execute(sql).fetchall()


def test_same_bytes_for_any_number_of_processes(plan, usage_log, tmp_path):
    other = simulate(plan, tmp_path, processes=3)
    assert other.name == usage_log.name
    assert digests(other) == digests(usage_log)


def test_another_seed_is_another_usage_log(plan, usage_log, tmp_path):
    other = simulate(make_plan(HERE, "target-and-board", 300, 2, seed=8), tmp_path, processes=1)
    assert other.name != usage_log.name
    first = "events/week-0000-part-0000.parquet"
    assert digests(other)[first] != digests(usage_log)[first]
    assert not set(rows(other, "SELECT DISTINCT user_id FROM events")) & set(
        rows(usage_log, "SELECT DISTINCT user_id FROM events")
    )


def test_a_larger_and_longer_run_holds_the_smaller(usage_log, tmp_path):
    """Every row of the smaller is a row of the larger, which has no others for the same people and weeks."""
    small = simulate(make_plan(HERE, "target-and-board", 130, 9, seed=7), tmp_path, processes=1)
    columns = ", ".join(f'"{column.name}"' for column in EVENT if column.stored is not None)
    people = {name for (name,) in rows(small, "SELECT DISTINCT user_id FROM outcomes")}
    assert len(people) == 130
    only = f"user_id IN {tuple(sorted(people))}"
    weeks = "week_start_on < DATE '2026-03-09'"
    wanted = rows(small, f"SELECT {columns} FROM events ORDER BY source_file, line")
    assert wanted == rows(
        usage_log, f"SELECT {columns} FROM events WHERE {only} AND source_file < 90000 ORDER BY source_file, line"
    )
    for room in ("outcomes", "truth"):
        hidden = "EXCLUDE (line, first_line)" if room == "truth" else "EXCLUDE (line)"
        assert rows(small, f"SELECT * {hidden} FROM {room} ORDER BY ALL") == rows(
            usage_log, f"SELECT * {hidden} FROM {room} WHERE {only} AND {weeks} ORDER BY ALL"
        )


def test_whole_files_are_the_same_in_a_larger_run(tmp_path):
    size = PART * BLOCK
    small = simulate(make_plan(HERE, "none", size, 1), tmp_path, processes=1)
    large = simulate(make_plan(HERE, "none", size + 1, 1), tmp_path, processes=1)
    assert digests(small).items() - digests(large).items() == {("log.json", digests(small)["log.json"])}


def test_incentives_add_to_a_population_and_leave_the_rest_alone(usage_log, tmp_path):
    """Ordinary events and twins are the same with an incentive and without one."""
    none = simulate(make_plan(HERE, "none", 300, 12, seed=7), tmp_path, processes=1)
    columns = ", ".join(f'"{column.name}"' for column in EVENT if column.stored is not None)
    padding = "SELECT conversation_id FROM truth WHERE role = 'padding'"
    ours = f'SELECT {columns} FROM events WHERE "gen_ai.conversation.id" NOT IN ({padding})'
    theirs = f"SELECT {columns} FROM read_parquet('{none}/events/*.parquet')"
    assert rows(usage_log, f"SELECT count(*) FROM ({ours})") == rows(none, "SELECT count(*) FROM events")
    assert rows(usage_log, f"SELECT count(*) FROM ({ours} EXCEPT ALL {theirs})") == [(0,)]


def test_every_row_file_and_name_says_synthetic(usage_log):
    assert usage_log.name.startswith("synthetic-")
    assert json.loads((usage_log / "log.json").read_text())["kind"] == "synthetic"
    for path in usage_log.rglob("*.parquet"):
        file = parquet.ParquetFile(path)
        assert file.metadata.metadata[b"synthetic"] == b"true"
        assert file.metadata.metadata[b"log"] == b"synthetic-target-and-board"
    for room in FOLDERS:
        assert rows(usage_log, f"SELECT DISTINCT synthetic FROM {room}") == [(True,)]
    assert rows(usage_log, "SELECT DISTINCT source_format FROM events") == [("synthetic",)]


def test_no_firm_is_named_in_a_usage_log(usage_log):
    words = {"log.json": (usage_log / "log.json").read_text()}
    for path in usage_log.rglob("*.parquet"):
        words[path.name] = str(parquet.ParquetFile(path).metadata.metadata)
    for column in (
        "user_id",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.agent.name",
        "gen_ai.operation.name",
    ):
        words[column] = str(rows(usage_log, f'SELECT DISTINCT "{column}" FROM events'))
    words["teams"] = str(rows(usage_log, "SELECT DISTINCT team FROM outcomes"))
    assert {place: named_in(text) for place, text in words.items() if named_in(text)} == {}


def test_files_hold_the_contract(usage_log):
    for room, columns in zip(FOLDERS, (EVENT, OUTCOME, TRUTH), strict=True):
        for path in (usage_log / room).iterdir():
            assert parquet.read_schema(path).names == [column.name for column in columns if column.stored is not None]
    parts = '"usage.uncached_input_tokens" + '
    parts += '"gen_ai.usage.cache_read.input_tokens" + "gen_ai.usage.cache_creation.input_tokens"'
    assert rows(usage_log, f'SELECT count(*) FROM events WHERE "gen_ai.usage.input_tokens" <> {parts}') == [(0,)]
    for name in (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "usage.uncached_input_tokens",
        "gen_ai.usage.output_tokens",
    ):
        assert rows(usage_log, f'SELECT min("{name}") >= 0 FROM events') == [(True,)]
    assert rows(
        usage_log, "SELECT min(time_utc) >= TIMESTAMP '2026-01-05', max(time_utc) < TIMESTAMP '2026-03-30' FROM events"
    ) == [(True, True)]
    assert rows(usage_log, "SELECT count(*), count(DISTINCT user_id || week_start_on) FROM outcomes") == [(3600, 3600)]
    assert rows(usage_log, "SELECT count(*) FROM events WHERE user_id NOT IN (SELECT user_id FROM outcomes)") == [(0,)]


def test_no_column_of_the_contract_is_empty(usage_log):
    """Reasoning, errors, sub-agents and projects too, each about as often as the scenario says."""
    stored = [column.name for column in EVENT if column.stored is not None]
    counted = ", ".join(f'count("{name}")' for name in stored)
    assert len(set(rows(usage_log, f"SELECT count(*), {counted} FROM events")[0])) == 1
    (reasoning, errors, side) = rows(
        usage_log,
        """SELECT sum("gen_ai.usage.reasoning.output_tokens") / sum("gen_ai.usage.output_tokens"),
        avg(CAST(is_error AS INTEGER)), avg(CAST(is_sidechain AS INTEGER)) FROM events""",
    )[0]
    assert reasoning == pytest.approx(0.3, rel=0.05) and errors == pytest.approx(0.01, rel=0.05) and 0.002 < side < 0.03
    projects = """SELECT max(n) FROM (SELECT count(DISTINCT project) AS n FROM events JOIN outcomes USING (user_id)
        GROUP BY team)"""
    assert rows(usage_log, projects) == [(3,)]


def test_an_event_is_at_most_sixteen_bytes(usage_log):
    size = sum(path.stat().st_size for path in (usage_log / "events").iterdir())
    assert size / rows(usage_log, "SELECT count(*) FROM events")[0][0] <= 16


def test_the_truth_names_the_lines_of_its_events(usage_log):
    """Each session of the truth is exactly the lines it names, with the tokens it names; nothing is named twice."""
    found = rows(
        usage_log,
        """
        SELECT truth.events, truth.tokens, count(*), sum("gen_ai.usage.input_tokens" + "gen_ai.usage.output_tokens"),
            min(events.line) = first_line, max(events.line) = first_line + truth.events - 1,
            bool_and(events.source_file = truth.source_file AND events.user_id = truth.user_id)
        FROM truth JOIN events ON events."gen_ai.conversation.id" = truth.conversation_id
        GROUP BY conversation_id, truth.events, truth.tokens, first_line""",
    )
    assert len(found) == rows(usage_log, "SELECT count(*) FROM truth")[0][0] > 100
    assert all(row[0] == row[2] and row[1] == row[3] and row[4:] == (True, True, True) for row in found)


def test_nobody_reacts_before_the_incentive_and_somebody_after(usage_log):
    by_week = dict(rows(usage_log, "SELECT week_start_on, count(*) FROM truth WHERE role = 'padding' GROUP BY ALL"))
    assert all(day.isoformat() >= "2026-03-02" for day in by_week)
    assert len(by_week) == 4
    causes = rows(usage_log, "SELECT DISTINCT cause, role FROM truth ORDER BY ALL")
    assert ("board", "padding") in causes and ("target", "padding") in causes and ("automation", "twin") in causes


def test_a_withdrawn_board_leaves_no_padding(tmp_path):
    usage_log = simulate(make_plan(HERE, "board-withdrawn", 300, 20), tmp_path, processes=1)
    files = rows(
        usage_log, "SELECT min(source_file // 10000), max(source_file // 10000) FROM truth WHERE role = 'padding'"
    )
    assert files == [(8, 17)]


def test_a_weekly_target_is_met_by_padding_of_the_idle(usage_log):
    """The target's padding falls in weeks in which the person did nothing else."""
    found = rows(
        usage_log,
        """
        WITH target AS (SELECT DISTINCT user_id, source_file // 10000 AS week FROM truth WHERE cause = 'target')
        SELECT count(*) FROM events JOIN target ON events.user_id = target.user_id AND source_file // 10000 = week
        WHERE "gen_ai.conversation.id" NOT IN (SELECT conversation_id FROM truth)""",
    )
    assert found == [(0,)]


def test_a_minimum_spend_is_reached_by_padding(tmp_path):
    """Those who pad and would spend less than the minimum of 23 USD a week spend about that, once the ramp is over."""
    usage_log = simulate(make_plan(HERE, "minimum-spend", 800, 20), tmp_path, processes=1)
    found = rows(
        usage_log,
        """
        WITH spend AS (
            SELECT user_id, source_file // 10000 AS week, sum(0.5 * "gen_ai.usage.cache_read.input_tokens"
                + 6.25 * "gen_ai.usage.cache_creation.input_tokens" + 25 * "gen_ai.usage.output_tokens") / 1e6 AS usd
            FROM events WHERE "gen_ai.conversation.id" IN (SELECT conversation_id FROM truth WHERE role = 'padding')
            GROUP BY ALL)
        SELECT count(DISTINCT user_id), sum(usd) / count(DISTINCT user_id) / 7 FROM spend WHERE week >= 13""",
    )
    people, usd = found[0]
    assert 250 < people < 450  # half of the lower nine tenths, but for those who spend enough
    assert 8 < usd < 23  # what was missing, at the price of the largest model


def test_a_session_stays_with_one_person_model_and_tool(usage_log):
    assert rows(
        usage_log,
        """SELECT count(*) FROM (SELECT "gen_ai.conversation.id" FROM events GROUP BY ALL HAVING
        count(DISTINCT user_id) > 1 OR count(DISTINCT "gen_ai.request.model") > 1
        OR count(DISTINCT is_headless) > 1)""",
    ) == [(0,)]


def test_the_order_of_rows_tells_nothing_of_padding(usage_log):
    """Within a person's week sessions stand by their start, padding or not."""
    found = rows(
        usage_log,
        """
        WITH session AS (SELECT source_file, user_id, "gen_ai.conversation.id" AS id, min(line) AS line,
                         min(time_utc) AS start
                         FROM events GROUP BY ALL),
            placed AS (SELECT start >= lag(start) OVER person AS well FROM session
                       WINDOW person AS (PARTITION BY source_file, user_id ORDER BY line))
        SELECT avg(CAST(well AS INTEGER)) FROM placed WHERE well IS NOT NULL""",
    )
    assert found[0][0] > 0.99  # a session that would leave its week is moved to fit


def test_a_usage_log_that_is_there_is_not_made_again(plan, usage_log):
    before = digests(usage_log)
    times = {path: path.stat().st_mtime_ns for path in usage_log.rglob("*")}
    assert simulate(plan, usage_log.parent) == usage_log
    assert digests(usage_log) == before and {path: path.stat().st_mtime_ns for path in usage_log.rglob("*")} == times


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_that_reads_as_a_usage_log(tmp_path):
    for developers in (4_000, 16_000, 64_000):  # where the machine is so fast that a run has ended, a larger one
        arguments = ["simulate", "none", "--developers", str(developers), "--weeks", "10", "--out", str(tmp_path)]
        running = psutil.Popen([sys.executable, "-m", "toolkit", *arguments], cwd=HERE.root, stderr=subprocess.DEVNULL)
        while not list(tmp_path.glob(".synthetic-*.tmp/events/*.parquet")) and running.poll() is None:
            time.sleep(0.02)
        if running.poll() is None:
            running.suspend()  # what follows finds it in the middle
            workers = running.children(recursive=True)
            if workers and not list(tmp_path.glob("synthetic-*")):
                break
            running.resume()
        running.wait()
        for made in tmp_path.iterdir():
            shutil.rmtree(made)
    running.kill()
    running.wait()
    assert workers and psutil.wait_procs(workers, timeout=120)[1] == []
    assert list(tmp_path.glob(".synthetic-*.tmp"))
    assert not list(tmp_path.glob("synthetic-*"))
    usage_log = simulate(make_plan(HERE, "none", 50, 1), tmp_path, processes=1)
    assert [path.name for path in tmp_path.iterdir()] == [usage_log.name]


@given(st.lists(st.floats(-1e5, 1e6), min_size=2, max_size=8), st.integers(0, 2**32))
def test_a_table_gives_back_its_quantiles(values, seed):
    values = sorted(values)
    shares = tuple(place / (len(values) - 1) for place in range(len(values)))
    table = Quantiles(shares, tuple(values), "token", "assumption").table()
    assert len(table) == SIZE
    assert numpy.all(numpy.diff(table) >= 0)
    assert values[0] - 1 <= table[0] and table[-1] <= values[-1] + 1
    for share, value in zip(shares[1:-1], values[1:-1], strict=True):
        place = int(share * SIZE)
        assert table[max(place - 1, 0)] - 1 <= value <= table[min(place + 1, SIZE - 1)] + 1


@given(st.lists(st.floats(0, 10), min_size=1, max_size=9).filter(lambda shares: sum(shares) > 0.1))
def test_shares_come_out_as_declared(shares):
    counted = numpy.bincount(shares_table(numpy.array(shares)), minlength=len(shares)) / SIZE
    assert numpy.allclose(counted, numpy.array(shares) / sum(shares), atol=2 / SIZE)


@settings(max_examples=counts.examples(8))
@given(st.integers(0, 2**32 - 1))
def test_no_two_pseudonyms_are_the_same(seed):
    made = pseudonyms("sim-", seed, numpy.arange(20_000))
    assert len(set(made)) == 20_000
