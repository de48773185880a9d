"""How certain the sourcing of a claim is: the rule, line by line, and the facts it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from toolkit.core.text import period_days
from toolkit.reported.figures import Figure
from toolkit.reported.lineage import origins
from toolkit.reported.read_all import Reported
from toolkit.reported.sources import Source

LEVELS = ("low", "moderate", "high")
EFFECTS: dict[str, Callable[[int], int]] = {
    "start": lambda level: LEVELS.index("moderate"),
    "raise": lambda level: level + 1,
    "lower": lambda level: level - 1,
    "cap": lambda level: min(level, LEVELS.index("moderate")),
}
DISAGREEMENT = 0.1  # two ranges differ if the gap between them is more than this fraction of the lower range's high end
OLD = 730  # days: two years


@dataclass(frozen=True)
class ClaimSourcing:
    """The facts that CERTAINTY_RULE uses: a claim's figures and origins.

    `read_as` has, by an origin's id, the ways in which it was read ("in full", "excerpt" …). `days_behind` are the days
    from the newest figure to the newest source in data/, not to today; None without dates.
    """

    figures: tuple[Figure, ...]
    origins: tuple[Source, ...]
    read_as: dict[str, set[str]]
    days_behind: int | None

    @property
    def primary_seen(self) -> bool:
        """True if a primary document among the origins was read itself."""
        ways_of_reading = {"in full", "archived copy"}
        return any(origin.primary and self.read_as[origin.id] & ways_of_reading for origin in self.origins)


@dataclass(frozen=True)
class RuleLine:
    """One line of the certainty rule: its effect on the level (of EFFECTS), when it applies, and why.

    `short_reason` is the phrase in a claim's list of reasons; {origins} in it becomes the number of its origins.
    """

    effect: str
    when: str
    why: str
    short_reason: str
    applies: Callable[[ClaimSourcing], bool]


CERTAINTY_RULE = (
    RuleLine(
        "start",
        "every claim: moderate",
        "one origin, seen as it was published, is no more than that",
        "{origins}",
        lambda facts: True,
    ),
    RuleLine(
        "raise",
        "two or more origins",
        "somebody else measured or said it too",
        "more than one origin",
        lambda facts: len(facts.origins) > 1,
    ),
    RuleLine(
        "raise",
        "a primary document was seen in full or as an archived copy",
        "these are the words of those who measured it",
        "primary document seen",
        lambda facts: facts.primary_seen,
    ),
    RuleLine(
        "lower",
        "every reading was seen only through another",
        "no document that states it was read",
        "seen only through another",
        lambda facts: all(f.seen == "through another" for f in facts.figures),  # of a claim without figures too
    ),
    RuleLine(
        "lower",
        "every origin rests on unnamed people",
        "nobody can be asked",
        "unnamed people",
        lambda facts: bool(facts.origins) and not any(o.named for o in facts.origins),
    ),
    RuleLine(
        "lower",
        "readings for the same period and population lie more than a tenth apart",
        "retellings or measurements disagree",
        "readings differ",
        lambda facts: differing(facts.figures),
    ),
    RuleLine(
        "lower",
        "an origin has an interest in the number",
        "whoever gains by a number is not its best witness",
        "an interest in the number",
        lambda facts: any(o.interest for o in facts.origins),
    ),
    RuleLine(
        "lower",
        "the newest reading is more than two years older than our newest source",
        "the quantity may have moved",
        "older than two years",
        lambda facts: (facts.days_behind or 0) > OLD,
    ),
    RuleLine(
        "cap",
        "an origin has no address of its own: moderate at the most",
        "a stranger cannot look it up",
        "an origin without an address of its own",
        lambda facts: any(o.address is None for o in facts.origins),
    ),
)


@dataclass(frozen=True)
class Certainty:
    """How well a claim is sourced (not whether it is true): a level of LEVELS, and the reasons of the lines applied."""

    level: str
    reasons: tuple[str, ...]


def claim_sourcing(reported: Reported, claim: str, origin_ids: Iterable[str]) -> ClaimSourcing:
    """The facts that CERTAINTY_RULE uses for one claim, whose origins have these ids."""
    figures = reported.figures_by_claim.get(claim, ())
    own_origins = tuple(reported.sources[source] for source in origin_ids)
    by_source: dict[str, set[str]] = {}
    for figure in figures:
        by_source.setdefault(figure.source.id, set()).add(figure.seen)
    read_as = {origin.id: by_source.get(origin.id) or {origin.seen} for origin in own_origins}
    days = [period_days(figure.source.published)[1] for figure in figures if figure.source.published]
    days_behind = (reported.newest - max(days)).days if days and reported.newest else None
    return ClaimSourcing(figures, own_origins, read_as, days_behind)


def certainty(reported: Reported, claim: str, origin_ids: Iterable[str] | None = None) -> Certainty:
    """The level that the lines of CERTAINTY_RULE give a claim, in their order, and their reasons.

    After the last line a level below low is low, and one above high is high.

    `origin_ids` are the claim's origins where the caller has them; otherwise they are looked up.
    """
    sourcing = claim_sourcing(reported, claim, origins(reported, claim) if origin_ids is None else origin_ids)
    lines = [line for line in CERTAINTY_RULE if line.applies(sourcing)]
    level = 0
    for line in lines:
        level = EFFECTS[line.effect](level)
    count = f"{len(sourcing.origins)} origin{'s' if len(sourcing.origins) != 1 else ''}"
    reasons = tuple(line.short_reason.format(origins=count) for line in lines)
    return Certainty(LEVELS[max(0, min(len(LEVELS) - 1, level))], reasons)


def differing(figures: tuple[Figure, ...]) -> bool:
    """True if the ranges of figures of one claim, for one period and population, lie over DISAGREEMENT apart."""
    groups: dict[object, list[tuple[float, float]]] = {}
    for figure in figures:
        if (number := figure.quantity) is not None:
            groups.setdefault((figure.period, figure.population), []).append((number.low, number.high))
    for ranges in groups.values():
        highest_low, lowest_high = max(low for low, _ in ranges), min(high for _, high in ranges)
        if highest_low > lowest_high and highest_low - lowest_high > DISAGREEMENT * abs(lowest_high):
            return True
    return False
