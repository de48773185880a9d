"""Fields that the transforms of a chart make of its columns: which of them have the unit of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.charts.arrangement import Specification, views
from toolkit.charts.expressions import Expression

COUNTS = ("count", "distinct", "valid", "missing")  # what Vega-Lite makes of any column
RANKS = ("row_number", "rank", "dense_rank", "ntile")
# what keeps the unit of its column, in an encoding or a transform
KEEPING = (
    *("sum", "mean", "average", "median", "min", "max", "q1", "q3", "ci0", "ci1", "stdev", "stdevp", "stderr"),
    *("lag", "lead", "first_value", "last_value", "nth_value"),
)
OF_COLUMN = re.compile(r"datum(?:\.(\w+)|\[(['\"])(.+?)\2\])(?:\s*([*/])\s*([\d.]+(?:e[+-]?\d+)?))?")


@dataclass(frozen=True)
class DerivedField:
    """Values of `columns` multiplied by `times`; of no columns: what is counted, or not known."""

    columns: tuple[str, ...] = ()
    times: float = 1
    counted: bool = False


def derived_fields(made: Specification) -> dict[str, DerivedField]:
    """The fields that the transforms of a specification make, by name."""
    found: dict[str, DerivedField] = {}
    for view in views(made):
        for step in view.get("transform", ()):
            found |= {name: _of_columns(one, {**found, name: DerivedField((name,))}) for name, one in _made_by(step)}
    return found


def made_by(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a transform of Vega-Lite makes; of a lookup they are columns of another table of the chart."""
    yield from (name for name, _ in _made_by(step))


def _made_by(step: Mapping[str, Any]) -> Iterator[tuple[str, DerivedField]]:
    if "lookup" in step:
        return
    named = step.get("as", ())
    names: Sequence[str] = [named] if isinstance(named, str) else named
    if "calculate" in step:
        yield from ((name, _calculated(Expression(str(step["calculate"])).without_guard.strip())) for name in names)
    elif "fold" in step:
        key, value = names or ("key", "value")
        yield from ((key, DerivedField()), (value, DerivedField(tuple(step["fold"]))))
    elif "bin" in step:
        yield from ((name, DerivedField((step["field"],))) for name in names)
    else:
        yield from ((name, DerivedField()) for name in names)
    for one in (part for listed in step.values() if isinstance(listed, list) for part in listed):
        if isinstance(one, dict) and isinstance(one.get("as"), str):
            keeps = one.get("op") in KEEPING and isinstance(one.get("field"), str)
            columns = (one["field"],) if keeps else ()
            yield one["as"], DerivedField(columns, counted=one.get("op") in (*COUNTS, *RANKS))


def _calculated(expression: str) -> DerivedField:
    """What an expression makes of one column: its values, or these times or divided by a number; else nothing known."""
    found = OF_COLUMN.fullmatch(expression)
    if found is None:
        return DerivedField()
    number = float(found[5] or 1) or 1.0
    return DerivedField((found[1] or found[3],), 1 / number if found[4] == "/" else number)


def _of_columns(one: DerivedField, known: Mapping[str, DerivedField]) -> DerivedField:
    """A field as made of columns of the chart's table, where it is made of fields that other transforms make."""
    parts = [known.get(name, DerivedField((name,))) for name in one.columns]
    times = {part.times for part in parts}
    if not all(part.columns for part in parts) or len(times) > 1:
        return DerivedField()
    columns = tuple(name for part in parts for name in part.columns)
    return DerivedField(columns, one.times * (times.pop() if times else 1), one.counted)
