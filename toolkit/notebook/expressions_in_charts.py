"""What expressions of an Altair chart compute with: columns that they compare with a number, and missing numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.core.text import ONE_PERIOD
from toolkit.core.unit import UnitRegistry
from toolkit.database.compared_literals import (
    IN_PERCENT,
    StatedScale,
    in_scale_problem,
    is_below_all,
    is_in_scale,
    scales_of,
)
from toolkit.database.table import Column, Table
from toolkit.datasets.declaration import Dataset

if TYPE_CHECKING:
    from toolkit.charts.expressions import Expression

NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])"
COMPARES = r"\s*(?:[<>]=?|[!=]==?)\s*"
ADDED = r"\s*[+-]\s*"
CHANGED = r"\s*[*/%+-]"  # what stands beside a number or a field that is not compared as it is
PREDICATES = ("equal", "lt", "lte", "gt", "gte", "range", "oneOf")
SHARES = ("percent", "points")
SAID = ("domain", "extent", "step", "values")  # of scales, bins, axes and legends: numbers beside a field's


class HeldScale(NamedTuple):
    """The scale that the values of a column are meant in, the least and the largest of them; `declared` by a file."""

    scale: StatedScale
    least: float
    most: float
    declared: bool

    def is_meant(self, number: float, compared: bool) -> bool:
        """Whether a number was meant in the scale: one that is `compared` by its size, one of an axis if it is far off.

        So is one below all values that lies among them in the scale of the file.
        """
        size = abs(number)
        if is_below_all(size, self.scale, self.least) and size * self.scale.times <= 2 * self.most:
            return True
        far = (compared and self.declared) or size > (self.most if compared else max(2.0, 2 * self.most))
        return is_in_scale(number, self.scale) and (far or self.scale.times != 1)


def compared_problems(
    specifications: Iterable[Mapping[str, Any]],
    tables: Iterable[Table],
    datasets: Mapping[str, Dataset],
    units: UnitRegistry,
    where: str,
) -> Iterator[Problem]:
    """A problem for each number that a filter, a calculation or a condition compares with a column as its file has it.

    So is one that is added to it, that a scale, a bin or an axis says of it, or that takes the scale out of it again.
    Charts have values without scales, as SQL does. Raises NumberError for a declared unit that is not defined.
    """
    from toolkit.charts.derived_fields import DerivedField, derived_fields

    scales = dict(_scales(tables, datasets, units))
    seen = "of which a chart has values without its scale"
    for made in specifications if scales else ():
        derived = derived_fields(dict(made))
        for compared, found in ((True, _compared(dict(made))), (False, _said(dict(made)))):
            for name, text, said in found:
                field = derived.get(name, DerivedField((name,)))
                for held in (scales[one] for one in field.columns if one in scales and field.times == 1):
                    if held.is_meant(float(text), compared):
                        yield in_scale_problem(f"{where}, {said[:60]}", [text], held.scale, seen)
        for name, by, said in _multiplied(dict(made)):
            known = scales.get(name)
            if known and known.declared and math.isclose(by, known.scale.times / known.scale.over):
                found_twice = f"the scale of {name}, {known.scale.stated}, taken out a second time"
                allowed = "values, which have no scale here"
                yield Problem(f"{where}, {said[:60]}", found_twice, allowed, "leave the factor out")


def _compared(made: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(field, number, where they are compared) of all that a specification compares with a number as it is."""
    from toolkit.charts.arrangement import views
    from toolkit.charts.expressions import Expression, conditions, predicates

    for view in views(made):
        steps = [step[key] for step in view.get("transform", ()) for key in ("calculate", "filter") if key in step]
        for given in (*steps, *(condition["test"] for condition in conditions(view))):
            for one in predicates(given):
                if isinstance(one, str):
                    yield from ((name, number, one) for name, number in _in_expression(Expression(one)))
                else:
                    yield from ((name, number, name) for name, number in _in_predicate(one))


def _multiplied(made: dict[str, Any]) -> Iterator[tuple[str, float, str]]:
    """(field, what it is multiplied by, the expression) of all that calculations and filters multiply or divide."""
    from toolkit.charts.arrangement import views
    from toolkit.charts.expressions import Expression

    for step in (one for view in views(made) for one in view.get("transform", ())):
        given = step.get("calculate", step.get("filter"))
        expression = Expression(given if isinstance(given, str) else "")
        for name in expression.fields:
            behind = rf"{re.escape(expression.sign(name))}\s*([*/])\s*({NUMBER})"
            for sign, number in re.findall(behind, expression.plain):
                if float(number):
                    yield name, float(number) if sign == "*" else 1 / float(number), expression.text


def _said(made: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(field, number, where it stands) of all that scales, bins, axes and legends of a field say of its values."""
    from toolkit.charts.arrangement import views
    from toolkit.charts.formats import channel_parts

    for view in views(made):
        parts = [(name, one) for name, given in view.get("encoding", {}).items() for one in channel_parts(given)]
        for name, part in (*parts, *(("bin", step) for step in view.get("transform", ()) if "bin" in step)):
            places = [part.get(place) for place in ("scale", "bin", "axis", "legend")]
            counted = part.get("aggregate") in ("count", "distinct", "valid", "missing")
            for given in (one[key] for one in places if isinstance(one, dict) for key in SAID if key in one):
                numbers = given if isinstance(given, list) else [given]
                if not counted and part.get("stack") != "normalize":
                    yield from ((str(part.get("field")), repr(one), name) for one in numbers if _is_number(one))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _scales(
    tables: Iterable[Table], datasets: Mapping[str, Dataset], units: UnitRegistry
) -> Iterator[tuple[str, HeldScale]]:
    """The scale that each column of tables is meant in, by name: that of a file, or per cent of other shares."""
    for table in tables:
        stated = scales_of((datasets[name] for name in table.datasets), units)
        for column in table.columns:
            scale = stated.get(column.name.lower())
            declared = scale is not None and (column.form in SHARES or scale.stated != IN_PERCENT.stated)
            if declared or column.form in SHARES:
                values = [abs(cell.high) for cell in table[column.name] if isinstance(cell, Number)] or [0.0]
                held = scale if declared and scale is not None else IN_PERCENT
                yield column.name, HeldScale(held, min(values), max(values), declared)


def _in_expression(expression: Expression) -> Iterator[tuple[str, str]]:
    """(field, number) of each that an expression compares, as both are."""
    for name in expression.fields:
        sign = re.escape(expression.sign(name))
        patterns = (
            rf"({CHANGED})?\s*{sign}(?:{COMPARES}|{ADDED})({NUMBER})({CHANGED})?",
            rf"([*/%+-]\s*)?({NUMBER})(?:{COMPARES}|{ADDED}){sign}({CHANGED})?",
        )
        for before, number, after in (found for one in patterns for found in re.findall(one, expression.plain)):
            yield from () if before or after else ((name, number),)
        for ends in re.findall(rf"\binrange\(\s*{sign}\s*,\s*\[([^\]]*)\]", expression.plain):
            yield from ((name, one) for one in map(str.strip, ends.split(",")) if re.fullmatch(NUMBER, one))


def _in_predicate(predicate: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, number) of each number that a predicate of Vega-Lite compares a field with."""
    for value in (predicate[key] for key in PREDICATES if key in predicate):
        for one in value if isinstance(value, list) else [value]:
            if _is_number(one):
                yield str(predicate["field"]), repr(one)


def lacking_numbers(tables: Iterable[Table]) -> set[str]:
    """The fields of numbers or days that some row of these tables has none for."""
    return {field for table in tables for column in table.columns for field in _lacking(table, column)}


def _lacking(table: Table, column: Column) -> Iterator[str]:
    cells = [*table[column.name]]
    held = [cell for cell in cells if cell is not None]
    if (
        len(held) < len(cells)
        and held
        and all(isinstance(one, Number) or ONE_PERIOD.fullmatch(str(one)) for one in held)
    ):
        yield from (column.name, f"{column.name}_low", f"{column.name}_high")
