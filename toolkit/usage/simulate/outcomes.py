"""What a week of work leads to: merged requests, review, reverts and incidents of a block of developers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from toolkit.usage.simulate.draws import BLOCK, stream
from toolkit.usage.simulate.people import People
from toolkit.usage.simulate.scenario import Scenario


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of a block in one week, by developer."""

    merged_prs: numpy.ndarray
    review_hours: numpy.ndarray
    reverts: numpy.ndarray
    incidents: numpy.ndarray


def outcomes(
    scenario: Scenario, seed: int, block: int, week: int, members: People, here: numpy.ndarray, added: numpy.ndarray
) -> Outcomes:
    """Counts are negative binomial: a Poisson count whose mean varies by week as a gamma variable.

    `added` are padding sessions by incentive and developer; what they cost comes on top of ordinary outcomes, which do
    not depend on them.
    """
    random = stream(seed, "outcome", block, week)
    shape = scenario["prs_week_shape"]
    merged = random.poisson(members.prs * random.gamma(shape, 1 / shape, BLOCK)) * here
    hours = scenario["review_hours"] * merged * random.gamma(4, 0.25, BLOCK)
    reverts = random.binomial(merged, scenario["revert_share"])
    incidents = random.poisson(merged * scenario["incident_share"])
    for number, incentive in enumerate(scenario.incentives):
        random = stream(seed, f"cost {incentive.id}", block, week)
        more = random.poisson(added[number] * incentive.costs["prs"].value)
        hours = hours + added[number] * incentive.costs["review_hours"].value + more * scenario["review_hours"]
        merged = merged + more
        incidents = incidents + random.poisson(added[number] * incentive.costs["incidents"].value)
    return Outcomes(merged, hours.round(2), reverts, incidents)
