"""Where the figures of a claim come from: their origins, what retellings changed, and how certain the sourcing is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from toolkit.core.text import period_days
from toolkit.core.unit import UnitRegistry, parse_unit, powers
from toolkit.core.unit_answers import kept_in_registry
from toolkit.reported.figures import Figure
from toolkit.reported.read_all import Reported
from toolkit.reported.sources import Source

LEVELS = ("low", "moderate", "high")
EFFECTS: dict[str, Callable[[int], int]] = {
    "start": lambda level: LEVELS.index("moderate"),
    "raise": lambda level: level + 1,
    "lower": lambda level: level - 1,
    "cap": lambda level: min(level, LEVELS.index("moderate")),
}
DISAGREEMENT = 0.1  # two ranges differ if the gap between them is over this share of the lower range's high end
OLD = 730  # days: two years


@dataclass(frozen=True)
class ClaimSourcing:
    """What CERTAINTY_RULE decides by: a claim's figures and origins.

    `seen` has, by an origin's id, the ways in which it was seen ("in full", "excerpt" …); `age` is in days, from the
    newest figure to the newest source in data/, None without dates.
    """

    figures: tuple[Figure, ...]
    origins: tuple[Source, ...]
    seen: dict[str, set[str]]
    age: int | None

    @property
    def primary_seen(self) -> bool:
        """True if a primary document among the origins was read itself."""
        ways_of_reading = {"in full", "archived copy"}
        return any(origin.primary and self.seen[origin.id] & ways_of_reading for origin in self.origins)


@dataclass(frozen=True)
class RuleLine:
    """One line of the certainty rule: its effect on the level (of EFFECTS), when it applies, and why.

    `short_reason` is the phrase in a claim's list of reasons; {origins} in it is their count.
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
        lambda found: True,
    ),
    RuleLine(
        "raise",
        "two or more origins",
        "somebody else measured or said it too",
        "more than one origin",
        lambda found: len(found.origins) > 1,
    ),
    RuleLine(
        "raise",
        "a primary document was seen in full or as an archived copy",
        "these are the words of those who measured it",
        "primary document seen",
        lambda found: found.primary_seen,
    ),
    RuleLine(
        "lower",
        "every reading was seen only through another",
        "no document that states it was read",
        "seen only through another",
        lambda found: all(f.seen == "through another" for f in found.figures),
    ),
    RuleLine(
        "lower",
        "every origin rests on unnamed people",
        "nobody can be asked",
        "unnamed people",
        lambda found: bool(found.origins) and not any(o.named for o in found.origins),
    ),
    RuleLine(
        "lower",
        "readings for the same period and population lie more than a tenth apart",
        "retellings or measurements disagree",
        "readings differ",
        lambda found: differing(found.figures),
    ),
    RuleLine(
        "lower",
        "an origin has an interest in the number",
        "whoever gains by a number is not its best witness",
        "an interest in the number",
        lambda found: any(o.interest for o in found.origins),
    ),
    RuleLine(
        "lower",
        "the newest reading is more than two years older than our newest source",
        "the quantity may have moved",
        "older than two years",
        lambda found: (found.age or 0) > OLD,
    ),
    RuleLine(
        "cap",
        "an origin has no address of its own: moderate at the most",
        "a stranger cannot look it up",
        "an origin without an address of its own",
        lambda found: any(o.address is None for o in found.origins),
    ),
)


@dataclass(frozen=True)
class Certainty:
    """How well a claim is sourced (not whether it is true): a level of LEVELS, and the reasons of the lines applied."""

    level: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Mutation:
    """One field in which a figure (`told_by`, a key) differs from a figure (`source`, a key) that it relies on.

    `told` and `stated` are the field's texts in the two. `holds` is true where the value was only rounded or bounded,
    so that what the retelling says is true of the source's value.
    """

    claim: str
    field: str
    told_by: str
    told: str
    source: str
    stated: str
    holds: bool


def origins(reported: Reported, claim: str) -> tuple[str, ...]:
    """The ids, sorted, of the origins of a claim: the sources to which the chains of its figures lead."""
    return tuple(sorted({name for names in origins_by_figure(reported, claim).values() for name in names}))


def origins_by_source(reported: Reported, sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The ids, sorted, of the origins of each of these sources, by the source's id, for all in one walk."""
    sources = list(sources)
    origins_of = _origins_from(sources, lambda name: [reported.sources[name].relies_on])
    return {name: tuple(sorted(origins_of[name])) for name in sources}


def origins_by_figure(reported: Reported, claim: str) -> dict[str, tuple[str, ...]]:
    """The ids, sorted, of the origins of each figure of a claim, by the figure's key, for all in one walk.

    From a source on which a figure relies, the walk follows the `relies_on` of that source's own figures of the claim,
    or, where it has none, that of the source.
    """
    figures = reported.figures_by_claim.get(claim, ())
    own: dict[str, list[tuple[str, ...]]] = {}
    for figure in figures:
        own.setdefault(figure.source.id, []).append(figure.relies_on)
    starts = {name for figure in figures for name in figure.relies_on}
    origins_of = _origins_from(starts, lambda name: own.get(name) or [reported.sources[name].relies_on])
    return {
        figure.key: tuple(sorted({origin for name in figure.relies_on for origin in origins_of[name]}))
        or (figure.source.id,)
        for figure in figures
    }


def _origins_from(
    starts: Iterable[str], relied_on: Callable[[str], list[tuple[str, ...]]]
) -> dict[str, frozenset[str]]:
    """The origins of `starts`, and of all sources that these rely on, by id.

    `relied_on` gives for a source the sources that each of its figures relies on. A figure that relies on none is
    original: its source is an origin. No recursion: chains may be thousands long.
    """
    origins_of: dict[str, frozenset[str]] = {}
    visited: set[str] = set()
    stack = list(starts)
    while stack:
        source = stack[-1]
        by_figure = relied_on(source)
        further = [name for names in by_figure for name in names]
        if source not in visited:
            visited.add(source)
            stack += [name for name in further if name not in visited]
            continue
        stack.pop()
        if source not in origins_of:
            itself = frozenset() if all(by_figure) else frozenset([source])
            origins_of[source] = itself.union(*(origins_of.get(name, ()) for name in further))
    return origins_of


def claim_sourcing(reported: Reported, claim: str, origin_ids: Iterable[str]) -> ClaimSourcing:
    """What CERTAINTY_RULE decides by for one claim, whose origins have these ids."""
    figures = reported.figures_by_claim.get(claim, ())
    own_origins = tuple(reported.sources[source] for source in origin_ids)
    by_source: dict[str, set[str]] = {}
    for figure in figures:
        by_source.setdefault(figure.source.id, set()).add(figure.seen)
    seen = {origin.id: by_source.get(origin.id) or {origin.seen} for origin in own_origins}
    days = [period_days(figure.source.published)[1] for figure in figures if figure.source.published]
    age = (reported.newest - max(days)).days if days and reported.newest else None
    return ClaimSourcing(figures, own_origins, seen, age)


def certainty(reported: Reported, claim: str, origin_ids: Iterable[str] | None = None) -> Certainty:
    """The level that the lines of CERTAINTY_RULE give a claim, never below low or above high, and their reasons.

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


def mutations(reported: Reported, claim: str) -> tuple[Mutation, ...]:
    """The fields in which figures of a claim differ from those of the sources they rely on.

    A figure is compared with the nearest source that states the claim, and with that source's most similar figure.
    """
    figures = reported.figures_by_claim.get(claim, ())
    figures_of: dict[str, list[Figure]] = {}
    for figure in figures:
        figures_of.setdefault(figure.source.id, []).append(figure)
    differing = []
    nearest: dict[str, tuple[str, ...]] = {}
    for figure in figures:
        for source in _nearest_stating(reported, figure.relies_on, figures_of, nearest):
            compared = [(_differences(figure, other), other) for other in figures_of[source]]
            changed, original = min(compared, key=lambda pair: len(pair[0]))
            still_true = _is_true_of(figure, original)
            differing += [
                Mutation(claim, name, figure.key, new, original.key, old, still_true and name in ("value", "bound"))
                for name, new, old in changed
            ]
    return tuple(differing)


def _nearest_stating(
    reported: Reported, sources: tuple[str, ...], stated: Mapping[str, object], nearest: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The sources that state the claim (are in `stated`) and are reached first from `sources`.

    A source that does not state it is followed to those that it relies on. `nearest` is a cache by source, which is
    added to.
    """
    stack = list(sources)
    while stack:
        source = stack[-1]
        relied_on = () if source in stated else reported.sources[source].relies_on
        further = [name for name in relied_on if name not in nearest]
        if source not in nearest and further:
            nearest[source] = ()  # so that sources which rely on each other end here
            stack += further
            continue
        stack.pop()
        nearest[source] = (
            (source,)
            if source in stated
            else tuple(dict.fromkeys(near for name in relied_on for near in nearest[name]))
        )
    return tuple(dict.fromkeys(name for source in sources for name in nearest[source]))


def _differences(retelling: Figure, original: Figure) -> list[tuple[str, str, str]]:
    """(field, in the retelling, in the original) for each field in which two figures differ."""
    pairs = [
        ("baseline", retelling.baseline, original.baseline),
        ("denominator", retelling.population, original.population),
        ("qualifier", retelling.qualifier, original.qualifier),
        ("attribution", retelling.attributed_to, original.attributed_to),
        ("period", retelling.period, original.period),
        ("bound", retelling.bound, original.bound),
        ("stance", retelling.stance, original.stance),
    ]
    if retelling.unit != original.unit and _unit_without_scales(retelling) != _unit_without_scales(original):
        pairs.insert(0, ("unit", retelling.unit, original.unit))
    a, b = retelling.quantity, original.quantity
    if a is not None and b is not None:
        if not (math.isclose(a.low, b.low) and math.isclose(a.high, b.high)):
            pairs.insert(0, ("value", str(a), str(b)))
    return [(name, new or "not given", old or "not given") for name, new, old in pairs if new != old]


def _is_true_of(retelling: Figure, original: Figure) -> bool:
    """True if what a retelling says of a value, with its bound or as a range, is true of the value stated."""
    a, b = retelling.quantity, original.quantity
    if a is None or b is None or _unit_without_scales(retelling) != _unit_without_scales(original):
        return False
    if retelling.bound in ("more than", "at least"):
        return a.low <= b.low
    if retelling.bound in ("less than", "at most"):
        return a.high >= b.high
    return a.low < a.high and a.low <= b.low and b.high <= a.high


def _unit_without_scales(figure: Figure) -> frozenset[tuple[str, float]]:
    """The unit of a figure as printed, as pairs of name and power, without scales such as million; empty without unit.

    Per cent stays: a share in per cent that is retold as a plain number has changed its unit.
    """
    if figure.unit is None or figure.quantity is None:
        return frozenset()
    return _powers_without_scales(figure.quantity.unit._REGISTRY, figure.unit)


@kept_in_registry
def _powers_without_scales(units: UnitRegistry, unit: str) -> frozenset[tuple[str, float]]:
    parts = powers(parse_unit(unit, units))
    return frozenset((name, power) for name, power in parts.items() if not _is_scale(name, units))


def _is_scale(name: str, units: UnitRegistry) -> bool:
    return units.Unit(name).dimensionless and units.Quantity(1.0, name).to("").magnitude > 1
