"""Signals of padding: from events alone, scored against a truth kept apart, and never over real people."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import numpy
import pytest

from toolkit.analysis import groups
from toolkit.analysis.microdata import totals
from toolkit.analysis.padding import (
    SIGNALS,
    PersonWeeks,
    Scored,
    flag_weeks,
    marked,
    pool,
    precision_at,
    with_truth,
)
from toolkit.analysis.resampling import PeopleBootstrap
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number_functions import assume
from toolkit.core.project import find_project
from toolkit.core.unit import registry
from toolkit.database.usage_logs import UsageLog, open_usage_log
from toolkit.reported.declaration_file import read_declaration
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

pytestmark = pytest.mark.heavy

HERE = find_project()
RULES = read_declaration(HERE, "padding-signals")
DRAWS = PeopleBootstrap(RULES["interval"].value, RULES["resamples"].value, RULES["seed"].value)
MONDAY = datetime(2026, 1, 5, 9)
DECLARED = {
    "log": "synthetic-sample",
    "kind": "synthetic",
    "made_from": "four people, one week",
    "developers": 4,
    "weeks": 1,
    "events": 40,
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Usage logs of a hundred people over ten weeks, with and without a board."""
    into = tmp_path_factory.mktemp("usage_logs")
    return {
        name: simulate(make_plan(HERE, name, 100, 10, seed=3), into, processes=1) for name in ("none", "public-board")
    }


@pytest.fixture(scope="module")
def board(folders):
    return open_usage_log(HERE, folders["public-board"])


def session(
    person,
    name,
    requests,
    seconds=lambda step: step * 37 % 301 + 5,
    sizes=lambda step: 50_000 + 777 * step,
    output=400,
    start=MONDAY,
    headless=False,
):
    """Events of one session; requests are `seconds` apart, of `sizes` input tokens."""
    at = start
    for step in range(requests):
        yield person, name, at, headless, sizes(step), output
        at += timedelta(seconds=seconds(step))


def sample(sessions, kind="synthetic"):
    connection = duckdb.connect()
    connection.execute(
        'CREATE TABLE stored_event (user_id VARCHAR, "gen_ai.conversation.id" VARCHAR, time_utc TIMESTAMP, '
        'is_headless BOOLEAN, "gen_ai.usage.input_tokens" BIGINT, "gen_ai.usage.output_tokens" BIGINT, '
        "time_grain VARCHAR DEFAULT 'request', token_definition VARCHAR DEFAULT 'all_types')"
    )
    columns = (
        'user_id, "gen_ai.conversation.id", time_utc, is_headless, "gen_ai.usage.input_tokens", '
        '"gen_ai.usage.output_tokens"'
    )
    rows = [event for made in sessions for event in made]
    connection.executemany(f"INSERT INTO stored_event ({columns}) VALUES (?, ?, ?, ?, ?, ?)", rows)
    return UsageLog(HERE, HERE.build, {**DECLARED, "kind": kind}, lambda: connection, registry(HERE.data / "units.txt"))


def signals_of(*sessions):
    found = flag_weeks(sample(sessions), RULES)
    return {
        person: {name for name, mark in zip(SIGNALS, marks, strict=True) if mark}
        for person, marks in zip(found.person, found.marks, strict=True)
    }


# each signal fires at its declared threshold and not short of it


def test_ordinary_work_is_not_marked():
    assert signals_of(session("a", "s1", 40), session("a", "s2", 12, start=MONDAY + timedelta(days=1))) == {"a": set()}


def test_long_reads_with_little_written():
    def reads(step):
        return 100_446 + step

    assert signals_of(
        session("a", "s", 7, sizes=reads, output=104),
        session("b", "t", 7, sizes=reads, output=105),
        session("c", "u", 7, sizes=lambda step: 100_440 + step, output=104),
        session("d", "v", 6, sizes=reads, output=104),
    ) == {"a": {"long_read"}, "b": set(), "c": set(), "d": set()}


def test_identical_prompts_are_found_in_one_session_and_over_a_day():
    same, half = (lambda step: 9_000), (lambda step: 9_000 if step < 5 else 9_000 + step)
    apart = [
        session("c", f"c{n}", 8, sizes=lambda step: 7_000 + step, start=MONDAY + timedelta(hours=n)) for n in range(3)
    ]
    found = signals_of(
        session("a", "s", 10, sizes=same),
        session("b", "t", 10, sizes=half),
        *apart,
        session("d", "v", 8, sizes=lambda step: 7_000 + step),
        session("d", "w", 8, sizes=lambda step: 7_000 + step, start=MONDAY + timedelta(days=1)),
    )
    assert found == {"a": {"repeated_prompt"}, "b": set(), "c": {"repeated_prompt"}, "d": set()}


def test_calls_at_a_fixed_interval():
    def jittery(step):
        return 30 + (2 if step % 2 else 0)

    assert signals_of(
        session("a", "s", 20, seconds=lambda step: 60),
        session("b", "t", 20, seconds=lambda step: 61),
        session("c", "u", 20, seconds=jittery),
        session("d", "v", 20, seconds=lambda step: 10 + 7 * (step % 9)),
    ) == {"a": {"fixed_interval"}, "b": set(), "c": {"fixed_interval"}, "d": set()}


def test_a_context_kept_large():
    grown = session("b", "t", 30, sizes=lambda step: 100_000 + 20_000 * step)
    assert signals_of(session("a", "s", 30, sizes=lambda step: 209_036 + step), grown) == {
        "a": {"large_context"},
        "b": set(),
    }


def test_activity_at_all_hours():
    round_the_clock = [session("a", f"a{hour}", 1, start=datetime(2026, 1, 5, hour)) for hour in range(24)]
    office = [
        session("b", f"b{day}-{hour}", 1, start=datetime(2026, 1, 5 + day, hour))
        for day in range(7)
        for hour in range(7, 23)
    ]
    assert signals_of(*round_the_clock, *office) == {"a": {"all_hours"}, "b": set()}


def test_a_small_part_of_a_week_does_not_flag_it():
    work = [
        session(
            "a",
            f"w{n}",
            40,
            sizes=lambda step, n=n: 50_000 + 777 * step + n,
            start=MONDAY + timedelta(days=n % 5, hours=n),
        )
        for n in range(9)
    ]
    paced = list(session("a", "s", 7, seconds=lambda step: 60, sizes=lambda step: 20_011 + step))
    assert signals_of(paced) == {"a": {"fixed_interval"}}
    assert signals_of(paced, *work) == {"a": set()}


def test_a_flagged_week_sent_with_nobody_watching_is_read_as_automation():
    def same(step):
        return 9_000

    found = flag_weeks(
        sample([session("a", "s", 10, sizes=same, headless=True), session("b", "t", 10, sizes=same)]), RULES
    )
    assert found.flagged.tolist() == [True, True] and found.automation.tolist() == [True, False]


# the truth is kept apart, and nobody real is scored


def test_signals_do_not_need_the_truth(folders, board, tmp_path):
    bare = tmp_path / folders["public-board"].name
    shutil.copytree(folders["public-board"], bare)
    opened = open_usage_log(HERE, bare)
    shutil.rmtree(bare / "truth")
    one, other = flag_weeks(board, RULES), flag_weeks(opened, RULES)
    assert (one.marks == other.marks).all() and one.base == other.base


def test_nobody_real_is_scored_ranked_or_matched():
    real = sample([session("a", "s", 10)], kind="measured")
    weeks = flag_weeks(sample([session("a", "s", 10)]), RULES)
    for action in (
        lambda: flag_weeks(real, RULES),
        lambda: with_truth(replace(weeks, usage_log=real), RULES),
        lambda: totals(real, assume(0, "week", why="all")),
    ):
        with pytest.raises(ToolkitError, match="rows of real people"):
            action()


# scores


def judged(person, flagged, padded):
    """Weeks whose signals and truth are given; every one is of the same shape."""
    base = flag_weeks(sample([session("a", "s", 10)]), RULES)
    count, marks = len(person), numpy.zeros((len(person), len(SIGNALS)), bool)
    marks[:, 0] = flagged
    weeks = PersonWeeks(
        base.usage_log,
        numpy.array(person),
        numpy.zeros(count, "datetime64[D]"),
        marks,
        numpy.array(flagged),
        numpy.zeros(count, bool),
        numpy.ones(count, int),
        base.base,
    )
    return Scored(weeks, numpy.array(padded), {"long-reads": numpy.array(padded)}, {})


def test_precision_and_recall_by_hand():
    one = judged(list("aabb"), [True, True, False, False], [True, False, True, False])
    two = judged(list("abbb"), [True, True, True, False], [True, True, True, True])
    assert pool([one, two], "padded", "flagged", DRAWS, ("hits", "cases")).value.low == pytest.approx(4 / 5)
    assert pool([one, two], "flagged", "padded", DRAWS, ("hits", "cases")).value.low == pytest.approx(4 / 6)
    assert pool([one], "flagged", "not padded", DRAWS, ("hits", "cases")).value.low == pytest.approx(1 / 2)
    assert pool([one], "any long_read large_context", "only long-reads & tenth 1", DRAWS, ("h", "c")).value.low == 0.5
    with pytest.raises(ToolkitError, match="flaged"):
        marked(one, "flaged")


def test_what_a_flag_is_worth_follows_from_how_common_padding_is(board):
    scored = [with_truth(flag_weeks(board, RULES), RULES)]
    recall, false_alarms = (
        pool(scored, "flagged", cases, DRAWS, ("hits", "cases")).value for cases in ("padded", "not padded")
    )
    common = assume(float(scored[0].padded.mean()), "1", why="as in the usage log")
    counted = pool(scored, "padded", "flagged", DRAWS, ("hits", "cases")).value
    assert precision_at(common, recall, false_alarms).low == pytest.approx(counted.low)
    rare = assume(float(scored[0].padded.mean()) / 10, "1", why="rarer")
    assert precision_at(rare, recall, false_alarms).low < counted.low


def test_every_score_knows_usage_log_question_and_thresholds(board):
    found = pool(
        [with_truth(flag_weeks(board, RULES), RULES)], "padded", "flagged", DRAWS, ("padded weeks", "flagged weeks")
    )
    leaves = found.interval.leaves()
    assert found.interval.kind == Kind.SYNTHETIC and board.leaf in leaves and "seed 3" in board.leaf.label
    declared = {leaf.ref.rpartition(", ")[2] for leaf in leaves if "padding-signals" in (leaf.ref or "")}
    assert {"long_read_input", "fixed_interval", "all_hours", "week_share", "interval", "seed"} <= declared
    (base,) = found.value.inputs[0].inputs
    assert "question padding_weeks, " in base.method


def test_the_truth_of_a_board_is_padding_after_it_starts(board):
    scored = with_truth(flag_weeks(board, RULES), RULES)
    weeks = scored.weeks.week[scored.padded]
    assert weeks.min() >= numpy.datetime64("2026-03-02")  # its eighth week
    assert scored.padded.any() and set(scored.shapes) <= {
        "long-reads",
        "repeated-prompts",
        "all-hours-agent",
        "kept-large",
        "fixed-interval",
        "busywork",
    }


# groups and pairs


def test_totals_are_those_of_the_same_people(folders, board):
    late = assume(8, "week", why="the board's first")
    plain, raised = totals(open_usage_log(HERE, folders["none"]), late), totals(board, late)
    tokens = raised.multiple(plain, "tokens", "weeks", DRAWS, "tokens a person").value
    merged = raised.multiple(plain, "merged_prs", "weeks", DRAWS, "merged requests a person").value
    assert 1.1 < tokens.low and 1 <= merged.low < 1.1
    assert plain.share("active_weeks", "weeks", DRAWS, ("active weeks", "weeks")).value.high < 1
    other = replace(plain, rows={**plain.rows, "user_id": plain.rows["user_id"][::-1]})
    with pytest.raises(ToolkitError, match="other people"):
        raised.multiple(other, "tokens", "weeks", DRAWS, "tokens")


def test_groups_of_the_null_company_by_hand_and_by_chance(folders):
    people = totals(open_usage_log(HERE, folders["none"]), assume(0, "week", why="all"))
    fifth = RULES["null_output_group"].value
    order = numpy.argsort(people.rows["tokens"], kind="stable")
    merged = people.rows["merged_prs"][order]
    found = groups.output_multiple(people, fifth, DRAWS)
    assert found.value.low == pytest.approx(merged[-20:].mean() / merged[:20].mean())
    assert found.interval.low < found.value.low < found.interval.high
    chance = groups.chance_multiple(people, fifth, DRAWS)
    assert chance.low < 1 < chance.high
    per = people.rows["tokens"][order]
    tenth = groups.tokens_per_output_multiple(people, RULES["null_tokens_group"].value, DRAWS).value.low
    middle = slice(40, 60)
    assert tenth == pytest.approx(per[-10:].sum() / merged[-10:].sum() / (per[middle].sum() / merged[middle].sum()))
