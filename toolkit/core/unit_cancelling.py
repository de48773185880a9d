"""Units of one thing in two sizes: a price per million tokens, times tokens, is money; months are added to years."""

from __future__ import annotations

from functools import cache
from typing import cast

import pint

from toolkit.core.unit import Unit, UnitRegistry, is_counted, powers, unit_without_scales


def is_time(unit: Unit) -> bool:
    """True for a unit of time alone."""
    return str(unit.dimensionality) == "[time]"


def is_share_of_counted(unit: Unit) -> bool:
    """True for one counted thing over another, as votes per voter: a share, if its author calls it one."""
    found = powers(unit)
    return sorted(found.values()) == [-1, 1] and all(is_counted(unit._REGISTRY.Unit(name)) for name in found)


def cancelled(unit: Unit) -> Unit:
    """`unit` without what stands above and below the line in two sizes, but for money.

    "USD*token/million_tokens", "USD/hour*minute" and "USD/kilogram*gram" are "USD".
    """
    return _cancelled(unit._REGISTRY, unit)


@cache
def _cancelled(units: UnitRegistry, unit: Unit) -> Unit:
    sizes = [(units.Unit(name).dimensionality, cast(float, power)) for name, power in unit._units.items()]
    sizes = [(size, power) for size, power in sizes if size and "[currency]" not in size]
    above = [size for size, power in sizes if power > 0]
    if any(power < 0 and size in above for size, power in sizes):
        return cast(Unit, units.Quantity(1.0, unit).to_reduced_units().units)
    return unit


def aligned(left: Unit, right: Unit) -> tuple[Unit, Unit]:
    """Both units without scales; where both have a unit of one dimension, `right` gets that of `left`.

    USD/year and USD/month become USD/year and USD/year.
    """
    return _aligned(left._REGISTRY, left, right)


@cache
def _aligned(units: UnitRegistry, left: Unit, right: Unit) -> tuple[Unit, Unit]:
    left, right = unit_without_scales(left), unit_without_scales(right)
    measures = {units.Unit(name).dimensionality: name for name in left._units}
    unit_powers: dict[str, float] = {}
    for name, power in powers(right).items():
        other = measures.get(units.Unit(name).dimensionality, name)
        unit_powers[other] = unit_powers.get(other, 0) + power
    return left, units.Unit(pint.util.UnitsContainer(unit_powers))
