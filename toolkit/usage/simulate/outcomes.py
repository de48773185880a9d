"""What a week of work leads to: merged pull requests, review, reverts and incidents of a block of developers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from toolkit.usage.simulate.draws import BLOCK, stream
from toolkit.usage.simulate.people import People
from toolkit.usage.simulate.scenario import Scenario


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of a block in one week, by developer: arrays of shape (BLOCK,)."""

    merged_prs: numpy.ndarray
    review_hours: numpy.ndarray  # that others spent, to hundredths
    reverts: numpy.ndarray  # of these pull requests
    incidents: numpy.ndarray  # traced to them


def outcomes(
    scenario: Scenario, seed: int, block: int, week: int, members: People, at_work: numpy.ndarray, added: numpy.ndarray
) -> Outcomes:
    """The outcomes of a block's week.

    `at_work` has shape (BLOCK,); `added`, the number of padding sessions, (incentives, BLOCK). Merged requests are
    negative binomial: Poisson with a mean that varies by week as a gamma variable of mean 1. What padding leads to is
    added to ordinary outcomes, which do not depend on it.
    """
    random = stream(seed, "outcome", block, week)
    shape = scenario["prs_week_shape"]
    merged = random.poisson(members.prs * random.gamma(shape, 1 / shape, BLOCK)) * at_work
    hours = scenario["review_hours"] * merged * random.gamma(4, 0.25, BLOCK)  # mean 1, coefficient of variation 1/2
    reverts = random.binomial(merged, scenario["revert_share"])
    incidents = random.poisson(merged * scenario["incident_share"])
    for number, incentive in enumerate(scenario.incentives):
        random = stream(seed, f"cost {incentive.id}", block, week)
        merged_more = random.poisson(added[number] * incentive.costs["prs"].value)
        hours = hours + added[number] * incentive.costs["review_hours"].value + merged_more * scenario["review_hours"]
        merged = merged + merged_more
        incidents = incidents + random.poisson(added[number] * incentive.costs["incidents"].value)
    return Outcomes(merged, hours.round(2), reverts, incidents)
