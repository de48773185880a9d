"""Columns of frames whose names say something else than their values: another unit, or a count."""

from __future__ import annotations

import math
from collections.abc import Sequence

from toolkit.core.errors import StoryError
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    is_counted,
    is_dimensionless,
    unit_text,
    unit_without_scales,
)
from toolkit.database.column_names import unit_or_form
from toolkit.database.frame_columns import FrameColumn
from toolkit.database.given_units import ColumnRead
from toolkit.notebook.made import PERCENT, MadeOf
from toolkit.notebook.stated_units import Stated, problem_of

FLOAT_ERROR = 1e-9  # of a count: what adding floats leaves of whole numbers


def refuse_renamed(renamed: ColumnRead | None, unit: Unit, where: str) -> None:
    """Raises StoryError where a name says another unit than its values were read in under their own name."""
    if renamed is not None and unit_without_scales(renamed.unit) != unit_without_scales(unit):
        raise StoryError(
            where,
            f"a name that says {unit_text(unit)}, and the values of {renamed.name}, in {unit_text(renamed.unit)}",
            "a name that ends in their unit, or in none",
            f'name it otherwise, or give its unit: units={{…: "{unit_text(renamed.unit)}"}}',
        )


def refuse_fractions(values: FrameColumn, where: str) -> None:
    """Raises StoryError for a column named as a count that holds anything but whole numbers."""
    numbers = [value for value in values.array.tolist() if value is not None]
    fraction = next((number for number in numbers if not _is_whole(number)), None)
    if fraction is not None:
        raise StoryError(
            where,
            f"a name that says a count, and {fraction}",
            "whole numbers in a column n_<what>",
            f"name it after what it holds, such as {values.name.replace('n_', 'mean_', 1)}; units= gives its unit",
        )


def _is_whole(number: float) -> bool:
    return math.isclose(number, round(number), rel_tol=FLOAT_ERROR, abs_tol=FLOAT_ERROR)


def refuse_quantity(name: str, made: MadeOf, read: Sequence[ColumnRead], registry: UnitRegistry, where: str) -> None:
    """Raises StoryError where the code of a column named as a count says that it is none: euros, or thousands."""
    own, said = made.known, unit_or_form(name, registry)
    if own is None or is_dimensionless(own):
        return
    if is_counted(unit_without_scales(own)) and math.isclose(made.factor, base_units(own)[0]):
        return
    if said.unit is None or Stated(name, said.unit, said.form).wrong(made, read):
        by = "" if math.isclose(made.factor, 1) else f", times {made.factor:g}"
        raise StoryError(
            where,
            f"a name that says a count, and values in {unit_text(own)}{by}",
            "counts, or what is counted as it was read, in a column n_<what>",
            f'name it otherwise, and say "{unit_text(own)}", without a factor: pages write it in words that fit',
        )


def refuse_guess(column: str, unit: Unit, form: str, made: MadeOf, read: Sequence[ColumnRead], where: str) -> None:
    """Raises StoryError where a name says a unit, and the code or the columns that were read another scale."""
    base = unit_without_scales(unit)
    plain = "share" if is_dimensionless(base) else unit_text(unit)
    if wrong := Stated(f"a name that says {plain}", unit, form).wrong(made, read):
        raise StoryError([problem_of(wrong, where)])
    for other in read if made.kind == "unknown" else ():
        is_percent = unit_text(unit) == "1" and form == PERCENT and unit_text(other.unit) == PERCENT
        in_other_scale = other.unit != unit and unit_without_scales(other.unit) == base
        if is_percent or (in_other_scale and not is_dimensionless(base)):
            given = unit_text(other.unit)
            raise StoryError(
                where,
                f"a name that says {plain}, where {other.name} was read in {given}",
                f'units={{"{column}": "…"}}: a name does not say in which of the two it is',
                f'change no scale yourself, and give it "{given}": pages write it in words that fit',
            )
