"""Who is in the population: each developer's mean use and output, who reacts to incentives, and who has twins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy

from toolkit.usage.simulate.draws import BLOCK, pseudonyms, stream
from toolkit.usage.simulate.scenario import Scenario

WEEKS_A_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True)
class People:
    """A block of developers; all arrays and lists are in the order of the developers."""

    ids: list[str]
    teams: list[str]
    tokens: numpy.ndarray  # mean of a week at work, shape (BLOCK,)
    prs: numpy.ndarray  # mean merged pull requests of a week at work, shape (BLOCK,)
    reacts: numpy.ndarray  # to which incentives: bool, shape (incentives, BLOCK)
    twins: numpy.ndarray  # which twins they have: bool, shape (twins, BLOCK)


def people(scenario: Scenario, seed: int, block: int) -> People:
    """The developers of one block, the same in every population that holds the block.

    Tokens and merged requests are lognormal with correlated logarithms, both cut at a greatest value.
    """
    random = stream(seed, "person", block)
    use, other = random.standard_normal((2, BLOCK))  # the normal variables behind tokens and, in part, output
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
    teams = pseudonyms("sim-team-", seed, number // int(scenario["team_size"]))
    return People(
        ids=pseudonyms("sim-", seed, number),
        teams=teams,
        tokens=tokens,
        prs=prs,
        reacts=_matrix(reacts),
        twins=_matrix(twins),
    )


def _one_in(share: float, seed: int, purpose: str, number: numpy.ndarray) -> numpy.ndarray:
    """Whether each developer is one of those taken at the even distance 1/share, from a random first one on.

    A thousand developers so have their share of a rare twin exactly, not by chance.
    """
    first = stream(seed, purpose, 0).random() / max(share, 1e-9)  # a share of 0 takes nobody
    return numpy.floor((number + 1 + first) * share) > numpy.floor((number + first) * share)


def _matrix(rows: list[numpy.ndarray]) -> numpy.ndarray:
    return numpy.array(rows, dtype=bool).reshape(len(rows), BLOCK)
