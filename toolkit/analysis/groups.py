"""How far groups of a population lie apart when it is lined up by use: what skew and chance give by themselves."""

from __future__ import annotations

import numpy

from toolkit.analysis.microdata import Totals
from toolkit.analysis.resampling import TIMES, Draws, Estimate
from toolkit.core.number import Number
from toolkit.core.operation import operation

FIFTH = 0.2


def output_multiple(people: Totals, group: Number, draws: Draws) -> Estimate:
    """Mean merged requests in the `group` (a share) with the most tokens over those in the group with the fewest."""
    tokens, merged = people.rows["tokens"], people.rows["merged_prs"]

    def rule(times: numpy.ndarray) -> float:
        at = _places(tokens, times)
        ends = [times * kept for kept in (at > 1 - group.low, at < group.low)]
        over, under = ((end @ merged) / end.sum() for end in ends)
        return over / under if under else float("nan")

    method = f"merged requests a person, {group} with the most tokens over {group} with the fewest"
    return draws.of_people(rule, len(tokens), (people.base, group), method, TIMES)


def chance_multiple(people: Totals, group: Number, draws: Draws) -> Number:
    """The range of `output_multiple` if the same merged requests are dealt out to people at random."""
    merged = people.rows["merged_prs"]
    at = _places(people.rows["tokens"], numpy.ones(len(merged)))
    top, bottom = at > 1 - group.low, at < group.low
    random = numpy.random.default_rng(int(draws.seed.low))
    dealt = (random.permutation(merged) for _ in range(int(draws.count.low)))
    values = [hand[top].mean() / hand[bottom].mean() for hand in dealt]
    low, high = (float(end) for end in numpy.quantile(values, draws.ends))
    method = "middle {2} of {3} random deals of the merged requests, seed {4}: {1} with the most tokens over the fewest"
    return Number(
        low,
        high,
        group.unit,
        people.base.kind,
        operation("statistic", said=method),
        (people.base, group, draws.coverage, draws.count, draws.seed),
        style=TIMES,
    )


def tokens_per_output_multiple(people: Totals, group: Number, draws: Draws) -> Estimate:
    """All tokens over all merged requests in the `group` with the most tokens, as a multiple of the middle fifth's."""
    tokens, merged = people.rows["tokens"], people.rows["merged_prs"]

    def rule(times: numpy.ndarray) -> float:
        at = _places(tokens, times)
        ends = [times * kept for kept in (at > 1 - group.low, abs(at - 1 / 2) < FIFTH / 2)]
        over, under = ((end @ tokens) / (end @ merged) if end @ merged else float("nan") for end in ends)
        return over / under

    method = f"tokens per merged request, {group} with the most tokens over the middle fifth"
    return draws.of_people(rule, len(tokens), (people.base, group), method, TIMES)


def _places(tokens: numpy.ndarray, times: numpy.ndarray) -> numpy.ndarray:
    """Where each person's middle copy stands in the line by tokens, 0 to 1, when each is there so many times."""
    order = numpy.argsort(tokens, kind="stable")
    after = numpy.empty(len(tokens))
    after[order] = numpy.cumsum(times[order])
    return (after - times / 2) / times.sum()
