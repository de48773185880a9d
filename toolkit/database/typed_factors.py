"""Typed numbers beside columns whose unit has a scale: what pct / 100, eur_thousand / 1000 and 100 - pct mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from toolkit.core.unit import Unit, UnitRegistry, base_units, is_dimensionless, powers, unit_text
from toolkit.core.unit_answers import kept_in_registry
from toolkit.core.unit_cancelling import cancelled
from toolkit.core.units_per_many import SCALES
from toolkit.database.meaning import Meaning, Role, Step

TINY = 1e-9


def multiplied(found: Meaning, by: float, units: UnitRegistry) -> Meaning | None:
    """The meaning of values that are multiplied by a typed number which changes the scale of their unit; else None.

    A thousand takes it out of thousand EUR, a thousandth makes it million EUR, a sixtieth hours of minutes; a hundredth
    takes it out of percent, and a hundred makes a share or a ratio per cent.
    """
    unit = found.unit
    if found.role is not Role.QUANTITY or unit is None:
        return None
    if unit_text(unit) == "1" and (found.ratio or found.relative) and by == 100 and "percent" in units:
        return replace(found, unit=units.Unit("percent"), ratio=False, relative=True)
    made = unit_after(unit, by, units)
    return replace(found, unit=made, relative=found.relative or unit_text(unit) == "percent") if made else None


def unit_after(unit: Unit, by: float, units: UnitRegistry) -> Unit | None:
    """The other unit that values in a unit are in when a typed number multiplies them; None where it makes no other."""
    others = (*_other_scales(unit, units), *_of_one_kind(units, unit))
    made = (one for one in others if math.isclose(by, base_units(unit)[0] / base_units(one)[0]))
    return next((one for one in made if one != unit), None) if by != 1 else None


def beside(found: Meaning, number: float, less: bool) -> Meaning | None:
    """The meaning of per cent with a typed number added, or with it taken off, which `less` says; None of others.

    45% less 40 are 5 points; 115% less 100 is how much more.
    """
    if found.role is not Role.QUANTITY or found.unit is None or unit_text(found.unit) != "percent":
        return None
    return replace(found, step=Step.OTHER, points=found.points or (less and number not in (0, 100)))


def is_conversion(factor: float, right: float) -> bool:
    """Whether values that are multiplied by a factor may be in another unit, of which there are `right` in one.

    What is ten or a thousand times too much is a slip, and so is a conversion the other way; a working day may have 8
    hours.
    """
    left = factor / right
    tens = left > 0 and abs(left - 1) > TINY and abs(math.log10(left) - round(math.log10(left))) < TINY
    return not tens and (abs(left - 1) < TINY or not math.isclose(factor * right, 1)) and factor != 1


def is_same(unit: Unit, own: Unit) -> bool:
    """Whether values are the same in two units, of whichever names: USD/million_cups and USD over a million cups."""
    return unit.dimensionality == own.dimensionality and math.isclose(base_units(unit)[0], base_units(own)[0])


def _other_scales(unit: Unit, units: UnitRegistry) -> Iterator[Unit]:
    """The units that are left of one without its scales, or without one of them, or with another in its place."""
    yield cancelled(unit)
    for name, power in powers(unit).items():
        if is_dimensionless(units.Unit(name)):
            yield (rest := unit / units.Unit(name) ** power)
            if power == 1 and name in SCALES:
                yield from (units.Unit(scale) * rest for scale in SCALES if scale in units)


@kept_in_registry
def _of_one_kind(units: UnitRegistry, unit: Unit) -> tuple[Unit, ...]:
    """The units of data/units.txt that measure what a unit alone does: hours and days of minutes; () of others."""
    if is_dimensionless(unit) or [*powers(unit).values()] != [1]:
        return ()
    named = (units.Unit(name) for name in sorted(units))
    return tuple(one for one in named if one.dimensionality == unit.dimensionality)
