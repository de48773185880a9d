"""What expressions of an Altair chart compute with: columns that they compare with a number, and missing numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.core.text import ONE_PERIOD
from toolkit.core.unit import UnitRegistry
from toolkit.database.compared_literals import IN_PERCENT, StatedScale, scaled_problem, scales_of
from toolkit.database.table import Column, Table
from toolkit.datasets.declaration import Dataset

if TYPE_CHECKING:
    from toolkit.charts.expressions import Expression

NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])"
COMPARES = r"\s*(?:[<>]=?|[!=]==?)\s*"
CHANGED = r"\s*[*/%+-]"  # what stands beside a number or a field that is not compared as it is
PREDICATES = ("equal", "lt", "lte", "gt", "gte", "range", "oneOf")
SHARES = ("percent", "points")


def compared_problems(
    specifications: Iterable[Mapping[str, Any]],
    tables: Iterable[Table],
    datasets: Mapping[str, Dataset],
    units: UnitRegistry,
    where: str,
) -> Iterator[Problem]:
    """A problem for each number that a filter, a calculation or a condition compares with a column as its file has it.

    Charts have values without scales, as SQL does. Raises NumberError for a declared unit that is not defined.
    """
    from toolkit.charts.derived_fields import DerivedField, derived_fields

    scales = dict(_scales(tables, datasets, units))
    for made in specifications if scales else ():
        derived = derived_fields(dict(made))
        for name, text, said in _compared(dict(made)):
            field = derived.get(name, DerivedField((name,)))
            for scale, most in (scales[one] for one in field.columns if one in scales and field.times == 1):
                seen = "of which a chart has values without its scale"
                problem = scaled_problem(f"{where}, {said[:60]}", text, scale, seen)
                if problem and (most is None or abs(float(text)) > most):
                    yield problem


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


def _scales(
    tables: Iterable[Table], datasets: Mapping[str, Dataset], units: UnitRegistry
) -> Iterator[tuple[str, tuple[StatedScale, float | None]]]:
    """The scale that each column of tables is meant in, by name, and the largest value of shares that no file has."""
    for table in tables:
        stated = scales_of((datasets[name] for name in table.datasets), units)
        for column in table.columns:
            scale = stated.get(column.name.lower())
            if scale is not None and (column.form in SHARES or scale.stated != IN_PERCENT.stated):
                yield column.name, (scale, None)
            elif column.form in SHARES:
                values = [abs(cell.high) for cell in table[column.name] if isinstance(cell, Number)]
                yield column.name, (IN_PERCENT, max(values, default=0.0))


def _in_expression(expression: Expression) -> Iterator[tuple[str, str]]:
    """(field, number) of each that an expression compares, as both are."""
    for name in expression.fields:
        sign = re.escape(expression.sign(name))
        for before, number, after in re.findall(
            rf"({CHANGED})?\s*{sign}{COMPARES}({NUMBER})({CHANGED})?", expression.plain
        ):
            yield from () if before or after else ((name, number),)
        for before, number, after in re.findall(
            rf"([*/%+]\s*)?({NUMBER}){COMPARES}{sign}({CHANGED})?", expression.plain
        ):
            yield from () if before or after else ((name, number),)
        for ends in re.findall(rf"\binrange\(\s*{sign}\s*,\s*\[([^\]]*)\]", expression.plain):
            yield from ((name, one) for one in map(str.strip, ends.split(",")) if re.fullmatch(NUMBER, one))


def _in_predicate(predicate: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, number) of each number that a predicate of Vega-Lite compares a field with."""
    for value in (predicate[key] for key in PREDICATES if key in predicate):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, (int, float)) and not isinstance(one, bool):
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
