"""Ratios between groups of people ranked by their tokens, and the range that chance alone gives them.

A multiple is one group's mean, or tokens per merged request, over another's. Weights, of shape (people,), say how often
a bootstrap draw has each person.
"""

from __future__ import annotations

import numpy

from toolkit.analysis.microdata import Totals
from toolkit.analysis.resampling import TIMES, Estimate, PeopleBootstrap
from toolkit.core.number import Number
from toolkit.core.operation import operation

MIDDLE_FIFTH = 0.2  # the width, in ranks of 0 to 1, of the group around the median


def output_multiple(people: Totals, group: Number, draws: PeopleBootstrap) -> Estimate:
    """Mean merged requests of the people with the most tokens over the mean of those with the fewest.

    Both groups are the share `group` of people, 0 to 1. Raises ToolkitError if no draw has a finite value.
    """
    tokens, merged = people.rows["tokens"], people.rows["merged_prs"]

    def ratio(weights: numpy.ndarray) -> float:
        rank = _ranks(tokens, weights)
        top, fewest = (weights * inside for inside in (rank > 1 - group.low, rank < group.low))
        numerator, denominator = ((part @ merged) / part.sum() for part in (top, fewest))
        return numerator / denominator if denominator else float("nan")

    method = f"merged requests a person, {group} with the most tokens over {group} with the fewest"
    return draws.of_people(ratio, len(tokens), (people.base, group), method, TIMES)


def chance_multiple(people: Totals, group: Number, draws: PeopleBootstrap) -> Number:
    """The range of `output_multiple` by chance alone: a permutation test, merged requests shuffled among people.

    `draws` gives the range's coverage, the number of permutations and their seed.
    """
    merged = people.rows["merged_prs"]
    rank = _ranks(people.rows["tokens"], numpy.ones(len(merged)))
    top, fewest = rank > 1 - group.low, rank < group.low
    random = numpy.random.default_rng(int(draws.seed.low))
    shuffled = (random.permutation(merged) for _ in range(int(draws.count.low)))
    values = [requests[top].mean() / requests[fewest].mean() for requests in shuffled]
    low, high = (float(end) for end in numpy.quantile(values, draws.tail_levels))
    # {1} to {4} stand for inputs, counted from 0
    method = "middle {2} of {3} random deals of the merged requests, seed {4}: {1} with the most tokens over the fewest"
    return Number(
        low=low,
        high=high,
        unit=group.unit,
        kind=people.base.kind,
        operation=operation("statistic", said=method),
        inputs=(people.base, group, draws.coverage, draws.count, draws.seed),
        style=TIMES,
    )


def tokens_per_output_multiple(people: Totals, group: Number, draws: PeopleBootstrap) -> Estimate:
    """Tokens per merged request of the people with the most tokens, as a multiple of that of the middle fifth.

    `group` is the share of people with the most, 0 to 1. Raises ToolkitError if no draw has a finite value.
    """
    tokens, merged = people.rows["tokens"], people.rows["merged_prs"]

    def ratio(weights: numpy.ndarray) -> float:
        rank = _ranks(tokens, weights)
        top, middle = (weights * inside for inside in (rank > 1 - group.low, abs(rank - 1 / 2) < MIDDLE_FIFTH / 2))
        numerator, denominator = (
            (part @ tokens) / (part @ merged) if part @ merged else float("nan") for part in (top, middle)
        )
        return numerator / denominator

    method = f"tokens per merged request, {group} with the most tokens over the middle fifth"
    return draws.of_people(ratio, len(tokens), (people.base, group), method, TIMES)


def _ranks(tokens: numpy.ndarray, weights: numpy.ndarray) -> numpy.ndarray:
    """Each person's rank by tokens, 0 (fewest) to 1; of a person drawn several times, the rank of the middle copy."""
    order = numpy.argsort(tokens, kind="stable")
    cumulative = numpy.empty(len(tokens))  # the sum of weights as far as this person, inclusive
    cumulative[order] = numpy.cumsum(weights[order])
    return (cumulative - weights / 2) / weights.sum()
