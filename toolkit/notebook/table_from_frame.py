"""A pandas frame, brought back as a table whose numbers rest on what their notebook took from the project."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from toolkit.core.column_digits import styles_in_column
from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import is_dimensionless, no_unit, unit_text
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values, text_maker
from toolkit.database.cell import Cell
from toolkit.database.columns import is_key
from toolkit.database.frame_columns import FLOATS, INTEGERS, MOMENTS, NUMBERS, FrameColumn, columns_of_frame, frame_hash
from toolkit.database.frame_withheld import withheld_columns
from toolkit.database.given_units import refuse_per_many
from toolkit.database.meaning import Meaning, Role
from toolkit.database.open import Database
from toolkit.database.query import column_sources
from toolkit.database.table import Column, Table, Words, datasets_of, heading
from toolkit.database.withheld import UnpublishableNumber
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call, calling_cell
from toolkit.notebook.compared_numbers import ComparedNumbers
from toolkit.notebook.frame_units import FrameUnits, MeasuredColumn
from toolkit.notebook.number_from_pandas import NotebookInputs, basis_of, converted, refuse_typed_frame
from toolkit.notebook.repeated_rows import RepeatedRows
from toolkit.notebook.texts_in_frames import problems_of_texts
from toolkit.notebook.totals_in_frames import totals_left_in
from toolkit.notebook.without_unit import joined


def table_from_frame(
    slug: str,
    inputs: NotebookInputs,
    database: Database,
    frame: Any,
    units: Mapping[str, str] | str,
    name: str,
    caption: str = "",
    of: Any = None,
    labels: Mapping[str, str] = MappingProxyType({}),
    drawn: Collection[str] | None = None,
) -> Table:
    """A frame as a table, of whose numbers only those in `drawn` columns stand in it; None for all.

    Raises StoryError as `Story.table` says, ToolkitError as `columns_of_frame` does.
    """
    call = calling_cell()
    name = name or call.target.lower() or "frame"
    where = f"story {slug}, table {name}"
    refuse_typed_frame(call, where)
    by_column, lacking = ({}, units) if isinstance(units, str) else (units, None)
    return table_of_call(
        call, where, inputs, database, frame, by_column, name, caption, of, labels, lacking=lacking, drawn=drawn
    )


def table_of_call(
    call: Call,
    where: str,
    inputs: NotebookInputs,
    database: Database,
    frame: Any,
    units: Mapping[str, str],
    name: str,
    caption: str = "",
    of: Any = None,
    labels: Mapping[str, str] = MappingProxyType({}),
    withheld: Mapping[str, Problem] = MappingProxyType({}),
    lacking: str | None = None,
    drawn: Collection[str] | None = None,
    meanings: Mapping[str, Meaning] = MappingProxyType({}),
) -> Table:
    """A frame that a call made as a table; `where` names it in errors; `withheld` says what no page may show.

    `units` are those of columns by name, `meanings` what those of a query are in it;
    `lacking` is that of all that have none. The table has numbers of `drawn` columns alone; None for all.

    Raises StoryError, or ToolkitError for what no table can hold, as `Story.table` says.
    """
    columns = {column.name: column for column in columns_of_frame(frame, where)}
    units = {str(key): unit for key, unit in units.items()}
    problems = [*_misnamed(columns, {"units": units, "labels": labels}, where), *_without_numbers(columns, where)]
    problems += problems_of_texts(frame, columns, call, inputs, database, where)
    opened, rows, registry = inputs.files(database, call), len(frame), database.units
    problems += _of_rows(columns, rows, call, of, opened, inputs, database, where)
    frame_units = FrameUnits(frame, inputs.answers, opened, registry, call, of_query=meanings)
    whole_labels = _labels(columns, frame_units, columns if lacking == "1" else units)
    sources = _sources(columns, whole_labels, drawn)
    quantities: dict[str, MeasuredColumn] = {}
    for column, ends in sources.items():  # the columns that it has in the frame: of a range two, of a text none
        with collect_problems(problems):
            if ends:
                unit_given = _one_unit({units.get(key) for key in (column, *ends)}, f"{where}, units, {column}")
                quantities[column] = frame_units.measured(column, unit_given, columns[ends[0]], where, lacking)
                refuse_per_many(f"{where}, column {column}", column, quantities[column].published)
                frame_units.refuse_sum(columns[ends[0]], where)
            else:
                frame_units.refuse_label(columns[column], where)
        problems += _crossed(column, [columns[part] for part in ends], where)
    with collect_problems(problems):
        basis = basis_of(inputs, database, call, of, where)
    if problems:
        raise StoryError(joined(problems, where))
    arrays = list(columns.values())
    withheld = {**withheld, **withheld_columns(database, datasets_of(basis.inputs), inputs.raw, arrays, where)}
    style, about = Style(digits=len(str(rows))), f"the rows of the table {name}"
    whole = basis.number((rows, rows), no_unit(registry), about, style, frame=frame_hash(arrays))
    columns_of_table, values = [], []
    for column, ends in sources.items():
        fields = [columns[part] for part in ends or (column,)]
        why = next((withheld[part.name] for part in fields if part.name in withheld), None)
        columns_of_table.append(_column(column, quantities.get(column), labels, why, fields[0].type))
        values.append(_values(name, column, fields, quantities.get(column), whole, why, column in whole_labels))
    answer = Answer(values)
    by_row = any(len(ends) > 1 for ends in sources.values()) or any(one.type == NUMBERS for one in arrays)
    return Table(name, tuple(columns_of_table), tuple(answer) if by_row else answer, None, caption, (whole,))


def _labels(columns: Mapping[str, FrameColumn], frame_units: FrameUnits, with_unit: Collection[str]) -> set[str]:
    """The columns of whole numbers that are labels: by their name, or, without a unit that is given, by their code."""
    coded = {name for name, column in columns.items() if column.type in (FLOATS, INTEGERS) and name not in with_unit}
    return {
        name for name, column in columns.items() if column.is_label or (name in coded and frame_units.is_label(column))
    }


def _sources(
    columns: Mapping[str, FrameColumn], labels: Collection[str], drawn: Collection[str] | None
) -> dict[str, tuple[str, ...]]:
    """The columns of a frame that the numbers of each column of a table are in; of words, and of `labels` that are
    whole numbers, (), of a range two.
    """
    roles = {name: Role.LABEL if name in labels else Role.QUANTITY for name in columns}
    kinds = {name: INTEGERS if name in labels else one.type for name, one in columns.items()}
    sources = column_sources(kinds, roles)
    return {one: parts for one, parts in sources.items() if drawn is None or not parts or {one, *parts} & {*drawn}}


def _misnamed(
    columns: Collection[str], names_by_argument: Mapping[str, Mapping[str, str]], where: str
) -> Iterator[Problem]:
    """The problems of columns that an author names and the frame lacks."""
    ends = {name for column in columns for name in column_sources({column: "DOUBLE"})}
    allowed = [*columns, *column_sources(dict.fromkeys(columns, "DOUBLE")), *ends]
    for argument, names in names_by_argument.items():
        for name in names:
            if name not in allowed:
                near = difflib.get_close_matches(name, columns, 3, 0.4)
                yield Problem(
                    f"{where}, {argument}",
                    f"the frame has no column {name!r}",
                    ", ".join(near or columns),
                    f"write {near[0]!r}" if near else "name a column of the frame",
                )


def _one_unit(units_given: Collection[str | None], where: str) -> str | None:
    """The unit that is given for a column, or an end of a range. Raises StoryError where the two ends are given two."""
    units = sorted(filter(None, units_given))
    if len(units) > 1:
        remedy = "give one, and convert the other end"
        raise StoryError(where, " and ".join(units), "one unit for both ends of a range", remedy)
    return units[0] if units else None


def _of_rows(
    columns: Mapping[str, FrameColumn],
    rows: int,
    call: Call,
    of: Any,
    opened: Sequence[Dataset],
    inputs: NotebookInputs,
    database: Database,
    where: str,
) -> Iterator[Problem]:
    """The problems of rows that are totals of others, or that a number in another scale than theirs chose."""
    texts_by_column = {name: {*one.array.tolist()} for name, one in columns.items() if one.type == "VARCHAR"}
    yield from totals_left_in(database, inputs.answers, call, of, where, opened, texts_by_column, [*columns], rows)
    yield from ComparedNumbers(call, inputs.answers, database).problems(where)
    yield from RepeatedRows(call, inputs.answers).problems(where, columns)


def _without_numbers(columns: Mapping[str, FrameColumn], where: str) -> Iterator[Problem]:
    if not columns:
        yield Problem(where, "a frame without columns", "a column or more", "look at the frame")
    for name in filter(is_key, columns):
        yield Problem(f"{where}, column {name}", "a name that is kept for keys of rows", "another name", "rename it")


def _values(
    table: str,
    column: str,
    parts: list[FrameColumn],
    quantity: MeasuredColumn | None,
    whole: Number,
    why: Problem | None,
    label: bool,
) -> Values:
    """The values of one column of the table, and how they become cells; `why` says why no page may show them."""
    origin = f"{column}, {whole.digest}"
    array = parts[0].array
    if quantity is None and parts[0].type in MOMENTS:
        moments = _moments(array)
        return Values(moments, text_maker(parts[0].type, moments), origin)
    if quantity is None:
        return Values(array, (lambda value, row: str(int(value))) if label else _as_it_is, origin)
    if len(parts) == 2:
        array = _pairs(parts)
    if why is not None:
        return Values(array, lambda value, row: UnpublishableNumber(_ends(value)[0], why), origin)
    return Values(array, _number_of(table, column, array, parts[0].type == INTEGERS, quantity, whole), origin)


def _moments(array: Any) -> Any:
    """An array of days or times that are written out as such, as the database gives them."""
    import numpy

    moments = numpy.array([value or "NaT" for value in array.tolist()], dtype="datetime64[us]")
    return numpy.ma.masked_array(moments, numpy.isnat(moments))


def _as_it_is(value: Any, row: int) -> Cell:
    cell: Cell = value
    return cell


def _number_of(
    table: str, column: str, array: Any, integers: bool, quantity: MeasuredColumn, whole: Number
) -> Callable[[Any, int], Cell]:
    """A function from a value of an array, or a pair of two, and its row to the number in its cell."""
    step = operation("code", how=f"“{column}” in the table {table}", sha=whole.operation["sha"], **quantity.by)
    counted, unit = integers or quantity.counted or column.startswith("n_"), quantity.published

    def values() -> Iterator[float]:
        for one in array.tolist():
            yield from () if one is None else converted(_ends(one), quantity.unit, unit)[0]

    style_of_value = styles_in_column(values, unit, Style(quantity.form), counted, counted and is_dimensionless(unit))

    def number(value: Any, row: int) -> Number:
        ends, _ = converted(_ends(value), quantity.unit, unit)
        return Number(*ends, unit, whole.kind, step, (whole,), style=style_of_value(ends[1]))

    return number


def _ends(value: Any) -> tuple[float, float]:
    return value if isinstance(value, tuple) else (value, value)


def _pairs(parts: list[FrameColumn]) -> Any:
    """An array of (low, high), None where either is missing."""
    import numpy

    low, high = (part.array.tolist() for part in parts)
    pairs = numpy.empty(len(low), dtype=object)
    pairs[:] = [None if None in pair else pair for pair in zip(low, high, strict=True)]
    return pairs


def _crossed(column: str, parts: list[FrameColumn], where: str) -> Iterator[Problem]:
    """A problem for the first row of a range whose low is over its high."""
    for row, pair in enumerate(_pairs(parts) if len(parts) == 2 else (), 1):
        if pair is not None and pair[0] > pair[1]:
            found = f"low {pair[0]!r} over high {pair[1]!r} in row {row}"
            yield Problem(f"{where}, column {column}", found, "low <= high", "look at the row")
            return


def _column(
    column: str, quantity: MeasuredColumn | None, labels: Mapping[str, str], why: Problem | None, kind: str
) -> Column:
    if quantity is None:
        words = Words.MOMENTS if kind in MOMENTS else Words.TEXT
        return Column(column, labels.get(column, heading(column)), None, why, words=words)
    label, unit, unit_as_read = (
        labels.get(column, quantity.heading),
        unit_text(quantity.published),
        unit_text(quantity.unit),
    )
    return Column(column, label, unit, why, unit_as_read, form=quantity.form)
