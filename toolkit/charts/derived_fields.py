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
RATIO = re.compile(
    rf"(?P<rest>1-)?(?:{SIGN}[+-])*{SIGN}/(?P<whole>{SIGN})(?:\+{SIGN})*(?P<less>-1)?"
)  # without blanks and brackets
FACTOR = re.compile(r"^(10+)\*|\*(10+)$")
MEANS = ("mean", "average")
CONDITION = re.compile(r"^[^?]*[<>=][^?]*(\?(?:1:0|0:1))?$")  # 1 or 0
REST = re.compile(r"^1\s*-\s*(?=\S+$)")  # of a share
OF_COLUMN = re.compile(r"datum(?:\.(\w+)|\[(['\"])(.+?)\2\])(?:\s*([*/])\s*([\d.]+(?:e[+-]?\d+)?))?")


@dataclass(frozen=True)
class DerivedField:
    """Values of `columns` multiplied by `times`; of no columns: what is counted, a ratio of two fields, or not known.

    `share` says that a ratio is how much one field is more than another, or a mean of a `condition`, which is 1 or 0.
    """

    columns: tuple[str, ...] = ()
    times: float = 1
    counted: bool = False
    ratio: bool = False
    share: bool = False
    condition: bool = False


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
    elif "quantile" in step:
        probability, value = names or ("prob", "value")
        yield from ((probability, DerivedField(ratio=True)), (value, DerivedField((step["quantile"],))))
    elif "bin" in step:
        yield from ((name, DerivedField((step["field"],))) for name in names)
    else:
        yield from ((name, DerivedField()) for name in names)
    for one in (part for listed in step.values() if isinstance(listed, list) for part in listed):
        if isinstance(one, dict) and isinstance(one.get("as"), str):
            keeps = one.get("op") in KEEPING and isinstance(one.get("field"), str)
            columns = (one["field"],) if keeps else ()
            counted, averaged = one.get("op") in (*COUNTS, *RANKS), one.get("op") in MEANS
            yield one["as"], DerivedField(columns, counted=counted, share=averaged)


def _calculated(expression: Expression) -> DerivedField:
    """What an expression makes: values of one column, or these times a number; a ratio of two; else nothing known."""
    found = OF_COLUMN.fullmatch(REST.sub("", expression.text))
    if found is None:
        return _ratio(expression.plain)
    number = float(found[5] or 1) or 1.0
    return DerivedField((found[1] or found[3],), 1 / number if found[4] == "/" else number)


def _ratio(plain: str) -> DerivedField:
    """What an expression makes that may be fields over fields, or the difference of two over one of them."""
    bare = re.sub(r"[\s()]", "", plain)
    factor, found = FACTOR.search(bare), RATIO.fullmatch(FACTOR.sub("", bare))
    if found is None:
        return DerivedField(condition=CONDITION.search(bare) is not None)
    share = bool(found["less"] or found["rest"]) or f"-{found['whole']}/{found['whole']}" in bare
    return DerivedField(times=float(factor[1] or factor[2]) if factor else 1, ratio=True, share=share)


def _of_columns(one: DerivedField, known: Mapping[str, DerivedField]) -> DerivedField:
    """A field as made of columns of the chart's table, where it is made of fields that other transforms make."""
    if not one.columns:
        return one
    parts = [known.get(name, DerivedField((name,))) for name in one.columns]
    if len(parts) == 1 and parts[0].condition:
        return DerivedField(ratio=one.share, share=one.share, counted=not one.share)
    if len(parts) == 1 and parts[0].ratio:
        return replace(parts[0], times=parts[0].times * one.times)
    times = {part.times for part in parts}
    if not all(part.columns for part in parts) or len(times) > 1:
        return DerivedField()
    columns = tuple(name for part in parts for name in part.columns)
    return DerivedField(columns, one.times * times.pop(), one.counted)
