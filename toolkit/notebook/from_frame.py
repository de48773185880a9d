"""A pandas frame, brought back as a table whose numbers rest on what their notebook took from the project."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from toolkit.core.errors import Problem, StoryError, ToolkitError, collect_problems
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import Unit, UnitRegistry, no_unit, unit_text
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values
from toolkit.database.columns import is_key, is_quantity
from toolkit.database.frame_columns import INTEGERS, NUMBERS, FrameColumn, columns_of_frame, frame_hash
from toolkit.database.query import column_sources, name_of
from toolkit.database.table import Cell, Column, Table, heading
from toolkit.notebook.calling_cell import Call, calling_cell
from toolkit.notebook.from_pandas import Taken, basis_of, converted, parse_given, refuse_typed_frame, style_of

COUNTS = ("n", "count", "size")  # names that pandas gives to columns of counts; others begin with n_


@dataclass(frozen=True)
class Quantity:
    """What a column of numbers measures: its unit, the form of writing it, its heading."""

    unit: Unit
    form: str
    heading: str


def table_from_frame(
    slug: str,
    taken: Taken,
    registry: UnitRegistry,
    frame: Any,
    units: Mapping[str, str],
    name: str,
    caption: str,
    of: Any,
    labels: Mapping[str, str],
) -> Table:
    """A frame as a table. Raises StoryError as `Story.table` says."""
    call = calling_cell()
    name = name or call.target.lower() or "frame"
    where = f"story {slug}, table {name}"
    refuse_typed_frame(call, where)
    return table_of_call(call, where, taken, registry, frame, units, name, caption, of, labels)


def table_of_call(
    call: Call,
    where: str,
    taken: Taken,
    registry: UnitRegistry,
    frame: Any,
    units: Mapping[str, str],
    name: str,
    caption: str = "",
    of: Any = None,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    """A frame that a call made as a table; `where` names it in errors. Raises StoryError as `Story.table` says."""
    columns = {column.name: column for column in columns_of_frame(frame, where)}
    problems = [*_misnamed(columns, {"units": units, "labels": labels}, where), *_without_numbers(columns, where)]
    sources = column_sources({column.name: column.type for column in columns.values()})
    quantities: dict[str, Quantity] = {}
    for column, parts in sources.items():
        with collect_problems(problems):
            if parts:
                given = next((units[key] for key in (column, *parts) if key in units), None)
                quantities[column] = _quantity(column, given, columns[parts[0]].type, registry, where)
    with collect_problems(problems):
        basis = basis_of(taken, call, of, where)
    if problems:
        raise StoryError(problems)
    rows = len(next(iter(columns.values())).array)
    said, hashed = f"the rows of the table {name}", frame_hash(list(columns.values()))
    whole = basis.number((rows, rows), no_unit(registry), said, Style(digits=len(str(rows))), frame=hashed)
    values = [
        _values(name, column, [columns[part] for part in parts or (column,)], quantities.get(column), whole, where)
        for column, parts in sources.items()
    ]
    answer = Answer(values)
    by_row = any(len(parts) > 1 for parts in sources.values()) or any(c.type == NUMBERS for c in columns.values())
    made = [_column(column, quantities.get(column), labels) for column in sources]
    return Table(name, tuple(made), tuple(answer) if by_row else answer, None, caption)


def _misnamed(columns: Collection[str], given: Mapping[str, Mapping[str, str]], where: str) -> Iterator[Problem]:
    """The problems of columns that an author names and the frame lacks."""
    ends = {name for column in columns for name in column_sources({column: "DOUBLE"})}
    known = [*columns, *column_sources(dict.fromkeys(columns, "DOUBLE")), *ends]
    for argument, names in given.items():
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, columns, 3, 0.4)
                yield Problem(
                    f"{where}, {argument}",
                    f"the frame has no column {name!r}",
                    ", ".join(near or columns),
                    f"write {near[0]!r}" if near else "name a column of the frame",
                )


def _without_numbers(columns: Mapping[str, FrameColumn], where: str) -> Iterator[Problem]:
    if not columns:
        yield Problem(where, "a frame without columns", "a column or more", "look at the frame")
    for name in filter(is_key, columns):
        yield Problem(f"{where}, column {name}", "a name that is kept for keys of rows", "another name", "rename it")


def _quantity(column: str, given: str | None, kind: str, registry: UnitRegistry, where: str) -> Quantity:
    """What a column measures: by `given`, or else by its name. Raises ToolkitError if neither says a unit."""
    if given is not None:
        try:
            return Quantity(*parse_given(given, registry), heading(column))
        except ToolkitError as error:
            raise StoryError(
                Problem(f"{where}, units, {column}", problem.found, problem.allowed, problem.remedy)
                for problem in error.problems
            ) from error
    if column.startswith("n_") or (column in COUNTS and kind == INTEGERS):
        return Quantity(no_unit(registry), "quantity", heading(column.removeprefix("n_")))
    found = name_of(column, registry)
    if found.unit is None:
        raise StoryError(
            f"{where}, column {column}",
            "numbers without a unit",
            f'units={{"{column}": "…"}}, a name that ends in a unit, or n_… for a count',
            f'give its unit: story.table(…, units={{"{column}": "1"}}) if it has none',
        )
    return Quantity(found.unit, found.form, heading(found.words))


def _values(
    table: str, column: str, parts: list[FrameColumn], quantity: Quantity | None, whole: Number, where: str
) -> Values:
    """The values of one column of the table, and how they become cells."""
    origin = f"{column}, {whole.digest}"
    array = parts[0].array
    if quantity is None:
        label = parts[0].type == INTEGERS and not is_quantity(column, INTEGERS)
        return Values(array, (lambda value, row: str(int(value))) if label else _as_it_is, origin)
    if len(parts) == 2:
        array = _pairs(parts, f"{where}, column {column}")
    return Values(array, _number_of(table, column, parts[0].type == INTEGERS, quantity, whole), origin)


def _as_it_is(value: Any, row: int) -> Cell:
    cell: Cell = value
    return cell


def _number_of(
    table: str, column: str, integers: bool, quantity: Quantity, whole: Number
) -> Callable[[Any, int], Cell]:
    """A function from a value, or a pair of two, and its row to the number in its cell."""
    made = operation("code", how=f"“{column}” in the table {table}", sha=whole.operation["sha"])

    def number(value: Any, row: int) -> Number:
        low, high = value if isinstance(value, tuple) else (value, value)
        ends, unit = converted((low, high), quantity.unit)
        style = style_of(quantity.unit, quantity.form, integers or column.startswith("n_"), high)
        return Number(*ends, unit, whole.kind, made, (whole,), style=style)

    return number


def _pairs(parts: list[FrameColumn], where: str) -> Any:
    """An array of (low, high), None where either is missing. Raises StoryError where low is over high."""
    import numpy

    low, high = (part.array.tolist() for part in parts)
    made = numpy.empty(len(low), dtype=object)
    for place, pair in enumerate(zip(low, high, strict=True)):
        if None in pair:
            continue
        if pair[0] > pair[1]:
            raise StoryError(
                where, f"low {pair[0]!r} over high {pair[1]!r} in row {place + 1}", "low <= high", "look at the row"
            )
        made[place] = pair
    return made


def _column(column: str, quantity: Quantity | None, labels: Mapping[str, str]) -> Column:
    if quantity is None:
        return Column(column, labels.get(column, heading(column)), None)
    _, unit = converted((0, 0), quantity.unit)
    return Column(column, labels.get(column, quantity.heading), unit_text(unit))
