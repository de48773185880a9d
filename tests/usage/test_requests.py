"""Requests of a session: physical regularities that hold whatever is drawn."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.core.project import find_project
from toolkit.usage.simulate.draws import BLOCK, stream
from toolkit.usage.simulate.outcomes import outcomes
from toolkit.usage.simulate.people import people
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.requests import expand
from toolkit.usage.simulate.sessions import WEEK_MS, draw_sessions, week_of_sessions

PLAN = make_plan(find_project(), "target-and-board", 300, 12, seed=5)
SHAPES = [shape.id for shape in PLAN.scenario.shapes]
LIFETIME, PREFIX = 3_600_000, 14_000


def drawn(seed, shape, count=40):
    developer = numpy.zeros(count, numpy.int64)
    number = numpy.full(count, SHAPES.index(shape), numpy.int32)
    sessions, raw = draw_sessions(PLAN.tables, stream(seed, "test", 0), 0, developer, number, 0)
    return sessions, expand(PLAN.tables, sessions, raw, LIFETIME, PREFIX)


@given(st.integers(0, 2**32 - 1), st.sampled_from(SHAPES))
def test_every_session_is_physically_possible(seed, shape):
    sessions, made = drawn(seed, shape)
    last = numpy.cumsum(sessions.requests)
    for number, end in enumerate(last):
        part = slice(end - sessions.requests[number], end)
        inputs, read, time = made.input[part], made.cache_read[part], made.time[part]
        assert (made.uncached[part] + read + made.cache_creation[part] == inputs).all()
        assert min(made.uncached[part].min(), read.min(), made.cache_creation[part].min(), made.output[part].min()) >= 0
        assert inputs.max() <= sessions.window[number]
        assert inputs[0] == sessions.context[number] and read[0] == 0
        assert (read[1:] <= numpy.maximum(inputs[:-1], PREFIX)).all()
        assert (made.reasoning[part] <= made.output[part]).all() and made.reasoning[part].min() >= 0
        assert not made.reasoning[part][made.error[part]].any()
        assert (numpy.diff(time) >= 0).all() and 0 <= time[0] and time[-1] < WEEK_MS
        smaller = inputs[1:] < inputs[:-1]  # only by compaction
        assert (inputs[1:][smaller] >= min(sessions.compacted[number], inputs[0])).all()


@settings(max_examples=counts.examples(8))
@given(st.integers(0, 2**32 - 1))
def test_padding_has_the_shape_its_name_says(seed):
    sessions, made = drawn(seed, "repeated-prompts", 5)
    first = numpy.cumsum(sessions.requests) - sessions.requests
    for begin, size in zip(first, sessions.requests, strict=True):
        assert numpy.ptp(made.input[begin : begin + size]) == 0
    sessions, made = drawn(seed, "fixed-interval", 5)
    first = numpy.cumsum(sessions.requests) - sessions.requests
    for begin, size in zip(first, sessions.requests, strict=True):
        assert set(numpy.diff(made.time[begin : begin + size])) == {60_000}
    _, reads = drawn(seed, "long-reads")
    assert reads.output.mean() < 40 < 50_000 < reads.input.mean()


@settings(max_examples=counts.examples(6))
@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, 11), st.integers(1, BLOCK))
def test_a_block_that_is_cut_keeps_its_first_people(seed, block, week, present):
    members = people(PLAN.scenario, seed, block)
    whole = week_of_sessions(PLAN.scenario, PLAN.tables, seed, block, week, members, BLOCK)
    cut = week_of_sessions(PLAN.scenario, PLAN.tables, seed, block, week, members, present)
    kept = whole[0].developer < present
    assert (whole[0].id[kept] == cut[0].id).all() and (whole[0].start[kept] == cut[0].start).all()
    assert (numpy.repeat(kept, whole[0].requests).sum() == len(cut[1])) and (whole[1][: len(cut[1])] == cut[1]).all()
    assert (whole[2] == cut[2]).all() and (whole[3] == cut[3]).all()


def test_people_stay_who_they_are_under_another_incentive():
    other = make_plan(find_project(), "none", 300, 12, seed=5)
    for block in range(3):
        one, two = people(PLAN.scenario, 5, block), people(other.scenario, 5, block)
        assert one.ids == two.ids and (one.tokens == two.tokens).all() and (one.prs == two.prs).all()
        assert one.reacts.any() and two.reacts.size == 0


def test_only_those_in_reach_of_an_incentive_react():
    board = [incentive.id for incentive in PLAN.scenario.incentives].index("board")
    tokens, reacts = [], []
    for block in range(40):
        members = people(PLAN.scenario, 5, block)
        tokens += members.tokens.tolist()
        reacts += members.reacts[board].tolist()
    place = numpy.argsort(numpy.argsort(tokens)) / len(tokens)
    assert 0.58 < place[reacts].min() and place[reacts].max() < 0.998
    assert numpy.mean(reacts) == pytest.approx(0.35 * (0.995 - 0.6), rel=0.15)


@pytest.mark.parametrize("twin", ["automation", "evaluation", "onboarding", "migration"])
def test_honest_twins_are_in_every_population_of_a_thousand(twin):
    number = [known.id for known in PLAN.scenario.twins].index(twin)
    share = PLAN.scenario.twins[number].developers.value
    for seed in range(5):
        marked = sum(people(PLAN.scenario, seed, block).twins[number].sum() for block in range(8))
        assert marked >= 1 and abs(marked - 8 * BLOCK * share) <= 1


def test_padding_costs_review_and_adds_no_work_of_its_own():
    members = people(PLAN.scenario, 5, 0)
    here = numpy.ones(BLOCK, bool)
    none = outcomes(PLAN.scenario, 5, 0, 9, members, here, numpy.zeros((2, BLOCK), int))
    much = outcomes(PLAN.scenario, 5, 0, 9, members, here, numpy.full((2, BLOCK), 20))
    assert (much.review_hours > none.review_hours).all()
    assert (much.merged_prs >= none.merged_prs).all() and (much.reverts == none.reverts).all()
    assert much.merged_prs.sum() - none.merged_prs.sum() == pytest.approx(0.02 * 20 * BLOCK, rel=0.5)
