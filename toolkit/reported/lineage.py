"""Where the figures of a claim come from: their origins, and what retellings changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from toolkit.core.unit import UnitRegistry, parse_unit, powers
from toolkit.core.unit_answers import kept_in_registry
from toolkit.reported.figures import Figure
from toolkit.reported.read_all import Reported


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
