"""Cancels units of one thing in two sizes: a price per million tokens, times tokens, is money."""

from __future__ import annotations

from functools import cache
from typing import cast

from toolkit.core.unit import MEASURED, Unit, UnitRegistry, is_counted, powers


def is_time(unit: Unit) -> bool:
    """True for a unit of time alone."""
    return str(unit.dimensionality) == "[time]"


def is_share_of_counted(unit: Unit) -> bool:
    """True for one counted thing over another, as votes per voter: a share, if its author calls it one."""
    found = powers(unit)
    return sorted(found.values()) == [-1, 1] and all(is_counted(unit._REGISTRY.Unit(name)) for name in found)


def cancelled(unit: Unit) -> Unit:
    """`unit` without counted things and times that stand above and below the line in two sizes.

    "USD*token/million_tokens" and "USD/hour*minute" are "USD".
    """
    return _cancelled(unit._REGISTRY, unit)


@cache
def _cancelled(units: UnitRegistry, unit: Unit) -> Unit:
    sizes = [(units.Unit(name).dimensionality, cast(float, power)) for name, power in unit._units.items()]
    counted = [
        (size, power)
        for size, power in sizes
        if size and (str(size) == "[time]" or not any(name in MEASURED for name in size))
    ]
    above = [size for size, power in counted if power > 0]
    if any(power < 0 and size in above for size, power in counted):
        return cast(Unit, units.Quantity(1.0, unit).to_reduced_units().units)
    return unit
