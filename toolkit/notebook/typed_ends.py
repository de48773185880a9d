"""Numbers typed into the scale of an axis or a legend: they are in the unit that the values of a chart have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.database.table import Table
from toolkit.notebook.expressions_in_charts import times_scale

if TYPE_CHECKING:
    from toolkit.charts.derived_fields import DerivedField

IN_SHARES = {"percent": 0.01, "points": 0.01}  # how many times what is typed in per cent values are, by their form
SCANT = 0.01  # of the end of an axis: values below it were meant in another unit


class Span(NamedTuple):
    """From the least to the greatest of some values."""

    low: float
    high: float

    def holds(self, other: Span) -> bool:
        """Whether the other lies inside."""
        return self.low <= other.low and other.high <= self.high

    @property
    def size(self) -> float:
        """How far from zero it reaches."""
        return max(abs(self.low), abs(self.high))


def typed_ends_problems(
    specification: Mapping[str, Any], tables: Sequence[Table], held: Mapping[str, float], where: str
) -> Iterator[Problem]:
    """A problem for each domain, and each list of ticks, that suits the numbers in another scale and not as they are.

    So does `domain=[0, 1]` over 48.4 percent, which are 0.484. `held` is how many times such numbers values are.
    """
    from toolkit.charts.derived_fields import KEEP_UNIT, derived_fields, known_as
    from toolkit.charts.specification import channels

    derived = derived_fields(dict(specification), held)
    parts = (
        (channel, part)
        for channel, part in channels(specification)
        if part.get("aggregate", "mean") in KEEP_UNIT and part.get("stack") != "normalize"
    )
    for channel, part in parts:
        field = known_as(str(part.get("field")), derived)
        for name, typed in _typed(part):
            if other := _in_other_scale(typed, field, tables):
                values, times = other
                typed_words = f"{name}={_listed(typed)}, where values are from {values.low:g} to {values.high:g}"
                remedy = f"write {name}={_listed([end * times for end in typed])}, or leave it out"
                yield Problem(f"{where}, {channel}", typed_words, "numbers in the unit of the values", remedy)


def _typed(part: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """(argument, its numbers) of what is typed into a channel's scale, its axis and its legend."""
    scale = part.get("scale") or {}
    places = [part[name] for name in ("axis", "legend") if isinstance(part.get(name), dict)]
    for name, values in (("domain", scale.get("domain")), *(("values", place.get("values")) for place in places)):
        if numbers := [number for number in values if _is_number(number)] if isinstance(values, list) else []:
            yield name, numbers
    if _is_number(scale.get("domainMax")):
        yield "domainMax", [scale["domainMax"]]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _in_other_scale(typed: Sequence[float], field: DerivedField, tables: Sequence[Table]) -> tuple[Span, float] | None:
    """(the span of a field's values, the factor for the typed numbers) where these suit another scale than the values'.

    The other scale is that of pages, 0.45 of 45 percent; of shares it is per cent.
    """
    if len(field.columns) != 1:
        return None
    columns = [
        (table[column.name], column.form)
        for table in tables
        for column in table.columns
        if column.name == field.columns[0]
    ]
    numbers = [cell for cells, _ in columns for cell in cells if isinstance(cell, Number)]
    times = field.times if not math.isclose(field.times, 1) else IN_SHARES.get(columns[0][1] if columns else "", 1)
    if not numbers or times == 1:
        return None
    least, greatest = min(number.low for number in numbers), max(number.high for number in numbers)
    values = Span(*(end / times_scale(numbers[0].unit) * field.times for end in (least, greatest)))
    typed_span = Span(min(0.0, *typed) if len(typed) == 1 else min(typed), max(typed))
    if not values.size or not typed_span.size:
        return None
    scant = times < 1 and values.size < SCANT * typed_span.size
    nearer = abs(math.log(values.size / times / typed_span.size)) < abs(math.log(values.size / typed_span.size))
    return (values, times) if nearer and (scant or not typed_span.holds(values)) else None


def _listed(numbers: Sequence[float]) -> str:
    text = ", ".join(f"{number:.12g}" for number in numbers)
    return text if len(numbers) == 1 else f"[{text}]"
