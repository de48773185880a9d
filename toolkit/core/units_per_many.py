"""Units per many of a thing, such as USD/million_tokens: a scale below the line has no words of its own."""

from __future__ import annotations

import math
from typing import Any

import pint

from toolkit.core.errors import NumberError
from toolkit.core.unit import (
    Unit,
    base_units,
    is_dimensionless,
    parse_unit,
    powers,
    singular_and_plural,
    unit_text,
    unit_without_scales,
    units_of,
)

SCALES = ("thousand", "million", "billion", "trillion", "lakh", "crore")


def unit_with_words(text: str, units: pint.UnitRegistry[Any]) -> Unit:
    """The unit of a text, to show a number in.

    Raises NumberError where it is not defined, or has a scale such as million below the line: that has no words.
    """
    unit = parse_unit(text, units)
    below = {name: units.Unit(name).dimensionless for name, power in powers(unit).items() if power < 0}
    if not any(below.values()):
        return unit
    remedy = "take one that holds the scale, or define it there in one line"
    if sorted(below.values()) == [False, True]:
        (scale,) = (name for name, is_scale in below.items() if is_scale)
        (counted,) = (name for name, is_scale in below.items() if not is_scale)
        unit_name = f"{scale}_{singular_and_plural(counted, units)[1].replace(' ', '_')}"
        line = ""
        if unit_name not in units:
            size = base_units(units.Unit(scale))[0]
            line = f"add the line {unit_name} = {size:.0f} * {counted} to data/units.txt, and "
        remedy = f"{line}write {unit_text(unit * units.Unit(scale) * units.Unit(counted))}/{unit_name}"
    raise NumberError(
        f"the unit {text!r}",
        "a scale below the line, which no number's words can carry",
        "units of data/units.txt, such as USD/million_tokens",
        remedy,
    )


def in_one_scale(unit: Unit) -> Unit:
    """The same unit with the one scale that all of its scales make: thousand EUR/person of million over thousand.

    Itself where it has one at most, or no scale of data/units.txt is as large.
    """
    units, plain = units_of(unit), unit_without_scales(unit)
    scales = [name for name in powers(unit) if is_dimensionless(units.Unit(name))]
    by = base_units(unit)[0] / base_units(plain)[0]
    if len(scales) < 2 or is_dimensionless(plain):
        return unit
    if math.isclose(by, 1):
        return plain
    found = (units.Unit(name) for name in SCALES if name in units)
    return next((one * plain for one in found if math.isclose(by, base_units(one)[0])), unit)
