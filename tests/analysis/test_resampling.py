"""Intervals from drawing people again: known values, how often they hold the truth, and what they rest on."""

import numpy
import pytest

from toolkit.analysis.resampling import TIMES, PeopleBootstrap, wilson
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import leaf
from toolkit.core.unit import parse_unit


def given(value, unit="1", kind=Kind.ASSUMED):
    return leaf(value, value, parse_unit(unit), kind, f"given {value}", "given")


BASE = (given(300.0, kind=Kind.SYNTHETIC),)


def draws(seed=1, coverage=0.9, count=400):
    return PeopleBootstrap(given(coverage), given(float(count)), given(float(seed)))


@pytest.mark.parametrize(
    "hits, trials, ends",
    [
        (8, 10, (0.4902, 0.9433)),
        (0, 10, (0, 0.2775)),
        (10, 10, (0.7225, 1)),
        (81, 263, (0.2553, 0.3662)),
    ],
)
def test_wilsons_interval_gives_published_values(hits, trials, ends):
    """8 of 10 and 81 of 263: Brown, Cai and DasGupta (2001) and Newcombe (1998) print such values."""
    assert wilson(hits, trials, 0.95) == pytest.approx(ends, abs=5e-5)


def test_wilson_refuses_what_is_no_share():
    with pytest.raises(ToolkitError, match="3 of 2"):
        wilson(3, 2, 0.9)


def test_a_share_knows_its_counts_its_base_and_its_draws():
    found = draws().share(numpy.array([1.0, 0, 2, 1]), numpy.array([2.0, 1, 2, 3]), BASE, ("hits", "cases"))
    assert found.value.low == pytest.approx(0.5) and found.interval.low < 0.5 < found.interval.high
    assert found.interval.kind == Kind.SYNTHETIC and BASE[0] in found.interval.leaves()
    assert [number.low for number in found.value.inputs] == [4, 8]
    assert found.interval.inputs[0] == found.value and len(found.interval.inputs) == 4
    again, other = (
        draws(seed).share(numpy.array([1.0, 0, 2, 1]), numpy.array([2.0, 1, 2, 3]), BASE, ("hits", "cases"))
        for seed in (1, 2)
    )
    assert again.interval == found.interval != other.interval


def test_none_of_the_cases_is_not_none_for_sure():
    none = draws().share(numpy.zeros(20), numpy.ones(20), BASE, ("hits", "cases"))
    every = draws().share(numpy.ones(20), numpy.ones(20), BASE, ("hits", "cases"))
    assert (none.interval.low, none.interval.high) == pytest.approx(wilson(0, 20, 0.9))
    assert (every.interval.low, every.interval.high) == pytest.approx(wilson(20, 20, 0.9))
    with pytest.raises(ToolkitError, match="no cases"):
        draws().share(numpy.zeros(20), numpy.zeros(20), BASE, ("hits", "cases"))


@pytest.mark.heavy
def test_the_interval_holds_the_true_share_as_often_as_it_says_though_weeks_of_a_person_are_alike():
    """Of 150 samples of people whose own shares differ, about nine in ten intervals hold the share of all."""
    random, held, narrow = numpy.random.default_rng(4), 0, 0
    for seed in range(150):
        own = random.beta(0.5, 1.5, 120)
        hits, cases = random.binomial(12, own).astype(float), numpy.full(120, 12.0)
        found = draws(seed).share(hits, cases, BASE, ("hits", "cases")).interval
        held += found.low <= 0.25 <= found.high
        low, high = wilson(int(hits.sum()), 1440, 0.9)
        narrow += low <= 0.25 <= high
    assert 125 <= held <= 145
    assert narrow < 100  # weeks as trials promise too much


def test_a_rule_of_sums_and_a_rule_of_people_agree():
    values = numpy.random.default_rng(2).exponential(1, (50, 2))
    sums = draws().of_sums(lambda a, b: a / b, values, BASE, "ratio", TIMES)
    people = draws().of_people(lambda times: (times @ values[:, 0]) / (times @ values[:, 1]), 50, BASE, "ratio", TIMES)
    for one, other in ((sums.value, people.value), (sums.interval, people.interval)):
        assert (one.low, one.high) == pytest.approx((other.low, other.high))
