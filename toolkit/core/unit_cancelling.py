"""Units of one thing in two sizes: a price per million tokens, times tokens, is money; months are added to years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from pint.util import UnitsContainer

from toolkit.core.currency import has_currency
from toolkit.core.unit import Unit, UnitRegistry, base_units, is_counted, powers, unit_without_scales
from toolkit.core.unit_answers import kept_in_registry


def is_time(unit: Unit) -> bool:
    """True for a unit of time alone."""
    return str(unit.dimensionality) == "[time]"


def is_share_of_counted(unit: Unit) -> bool:
    """True for one counted thing over another, as votes per voter: a share, if its author calls it one."""
    powers_by_name = powers(unit)
    return sorted(powers_by_name.values()) == [-1, 1] and all(
        is_counted(unit._REGISTRY.Unit(name)) for name in powers_by_name
    )


def cancelled(unit: Unit, declared: Iterable[Unit] = ()) -> Unit:
    """The unit of a product without scales, and without what it has above and below the line in two sizes: not money.

    "USD*token/million_tokens", "USD/hour*minute" and "USD/kilogram*gram" are "USD". Two sizes that one of the
    `declared` units has itself stay, as the hours and weeks of "hour/week", as does what would leave nothing measured.
    """
    return _cancelled(unit._REGISTRY, unit_without_scales(unit), frozenset(declared))


@kept_in_registry
def _cancelled(units: UnitRegistry, unit: Unit, declared: frozenset[Unit]) -> Unit:
    two_sizes = _in_two_sizes(units, unit)
    if two_sizes and not any(two_sizes & _in_two_sizes(units, declared_unit) for declared_unit in declared):
        reduced = cast(Unit, units.Quantity(1.0, unit).to_reduced_units().units)
        if any(power > 0 and not is_counted(units.Unit(name)) for name, power in powers(reduced).items()):
            return reduced
    return unit


def money_of_things(unit: Unit) -> Unit:
    """The money that a number of things cost, each so much: "EUR*pack" is "EUR".

    Any other unit as it is, and that of a price that is declared per some other number of them.
    """
    if not has_currency(powers(unit)):
        return unit
    parts = {name: (unit._REGISTRY.Unit(name), power) for name, power in powers(unit).items()}
    below = {dimension for part, power in parts.values() if power < 0 for dimension in part.dimensionality}
    remaining = {
        name: power
        for name, (part, power) in parts.items()
        if not (_is_number_of_things(part, power) and below.isdisjoint(part.dimensionality))
    }
    return unit if len(remaining) == len(parts) else unit._REGISTRY.Unit(UnitsContainer(remaining))


def _is_number_of_things(unit: Unit, power: float) -> bool:
    """Whether a part of a unit is things that are counted one by one, neither squared nor in dozens."""
    return power == 1 and is_counted(unit) and base_units(unit)[0] == 1


def _in_two_sizes(units: UnitRegistry, unit: Unit) -> set[UnitsContainer]:
    """The dimensions, except money's, that a unit has above the line and below it."""
    sizes = [(units.Unit(name).dimensionality, cast(float, power)) for name, power in unit._units.items()]
    above, below = ({size for size, power in sizes if sign * power > 0} for sign in (1, -1))
    return {size for size in above & below if size and "[currency]" not in size}


def aligned(left: Unit, right: Unit) -> tuple[Unit, Unit]:
    """Both units without scales; where both have a unit of one dimension, `right` gets that of `left`.

    USD/year and USD/month become USD/year and USD/year.
    """
    return _aligned(left._REGISTRY, left, right)


@kept_in_registry
def _aligned(units: UnitRegistry, left: Unit, right: Unit) -> tuple[Unit, Unit]:
    left, right = unit_without_scales(left), unit_without_scales(right)
    name_by_dimension = {units.Unit(name).dimensionality: name for name in left._units}
    unit_powers: dict[str, float] = {}
    for name, power in powers(right).items():
        other = name_by_dimension.get(units.Unit(name).dimensionality, name)
        unit_powers[other] = unit_powers.get(other, 0) + power
    return left, units.Unit(UnitsContainer(unit_powers))
