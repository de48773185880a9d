"""Fields that the transforms of a chart make of its columns: which of them have the unit of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
SIGN = r"\x00\d+\x00"  # of a field in the plain text of an expression
RATIO = re.compile(rf"(?:{SIGN}[+-])*{SIGN}/(?P<whole>{SIGN})(?:\+{SIGN})*(?P<less>-1)?")  # without blanks and brackets
HUNDRED = re.compile(r"^100\*|\*100$")
OF_COLUMN = re.compile(r"datum(?:\.(\w+)|\[(['\"])(.+?)\2\])(?:\s*([*/])\s*([\d.]+(?:e[+-]?\d+)?))?")


@dataclass(frozen=True)
class DerivedField:
    """Values of `columns` multiplied by `times`; of no columns: what is counted, a ratio of two fields, or not known.

    `relative` says that a ratio is how much one field is more than another.
    """

    columns: tuple[str, ...] = ()
    times: float = 1
    counted: bool = False
    ratio: bool = False
    relative: bool = False


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
        made = _calculated(Expression(Expression(str(step["calculate"])).without_guard.strip()))
        yield from ((name, made) for name in names)
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


def _calculated(expression: Expression) -> DerivedField:
    """What an expression makes: values of one column, or these times a number; a ratio of two; else nothing known."""
    found = OF_COLUMN.fullmatch(expression.text)
    if found is None:
        return _ratio(expression.plain)
    number = float(found[5] or 1) or 1.0
    return DerivedField((found[1] or found[3],), 1 / number if found[4] == "/" else number)


def _ratio(plain: str) -> DerivedField:
    """What an expression makes that may be fields over fields, or the difference of two over one of them."""
    bare = re.sub(r"[\s()]", "", plain)
    found = RATIO.fullmatch(HUNDRED.sub("", bare))
    if found is None:
        return DerivedField()
    relative = bool(found["less"]) or f"-{found['whole']}/{found['whole']}" in bare
    return DerivedField(times=100 if HUNDRED.search(bare) else 1, ratio=True, relative=relative)


def _of_columns(one: DerivedField, known: Mapping[str, DerivedField]) -> DerivedField:
    """A field as made of columns of the chart's table, where it is made of fields that other transforms make."""
    if not one.columns:
        return one
    parts = [known.get(name, DerivedField((name,))) for name in one.columns]
    if len(parts) == 1 and parts[0].ratio:
        return replace(parts[0], times=parts[0].times * one.times)
    times = {part.times for part in parts}
    if not all(part.columns for part in parts) or len(times) > 1:
        return DerivedField()
    columns = tuple(name for part in parts for name in part.columns)
    return DerivedField(columns, one.times * times.pop(), one.counted)
