"""Who is in the population: what each developer tends to use and to merge, and whom an incentive or a twin concerns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy

from toolkit.usage.simulate.draws import BLOCK, names, stream
from toolkit.usage.simulate.scenario import Scenario

WEEKS_A_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class People:
    """A block of developers, as arrays in their order."""

    ids: list[str]
    teams: list[str]
    tokens: numpy.ndarray  # a week at work, mean
    prs: numpy.ndarray  # merged requests a week at work, mean
    reacts: numpy.ndarray  # incentive by developer
    twins: numpy.ndarray  # twin by developer


def people(scenario: Scenario, seed: int, block: int) -> People:
    """The developers of one block; they are the same in every population that holds the block."""
    random = stream(seed, "person", block)
    use, other = random.standard_normal((2, BLOCK))
    quantile = numpy.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in use.tolist()])
    cap = scenario["tokens_cap"]
    capped = numpy.minimum(use, NormalDist().inv_cdf(cap)) if cap < 1 else use
    tokens = scenario["tokens_median"] / WEEKS_A_MONTH * numpy.exp(scenario["tokens_sigma"] * capped)
    link = scenario["output_link"]
    output = link * use + math.sqrt(1 - link * link) * other
    prs = numpy.minimum(scenario["prs_median"] * numpy.exp(scenario["prs_sigma"] * output), scenario["prs_cap"])
    number = numpy.arange(block * BLOCK, (block + 1) * BLOCK)
    reacts = [
        (stream(seed, f"reaction {incentive.id}", block).random(BLOCK) < incentive.share.value)
        & (incentive.quantile_from.value <= quantile)
        & (quantile <= incentive.quantile_to.value)
        for incentive in scenario.incentives
    ]
    twins = [_one_in(twin.developers.value, seed, f"twin {twin.id}", number) for twin in scenario.twins]
    teams = names("sim-team-", seed, number // int(scenario["team_size"]))
    return People(names("sim-", seed, number), teams, tokens, prs, _matrix(reacts), _matrix(twins))


def _one_in(share: float, seed: int, purpose: str, number: numpy.ndarray) -> numpy.ndarray:
    """Exactly one in every 1/share developers in a row, at a place that the seed decides."""
    before = numpy.floor((number + stream(seed, purpose, 0).random() / max(share, 1e-9)) * share)
    return numpy.floor((number + 1 + stream(seed, purpose, 0).random() / max(share, 1e-9)) * share) > before


def _matrix(rows: list[numpy.ndarray]) -> numpy.ndarray:
    return numpy.array(rows, dtype=bool).reshape(len(rows), BLOCK)
