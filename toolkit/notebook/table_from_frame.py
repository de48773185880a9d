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
from toolkit.core.unit import Unit, is_dimensionless, no_unit, unit_text
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values, text_maker
from toolkit.database.cell import Cell
from toolkit.database.columns import is_key
from toolkit.database.frame_columns import FLOATS, INTEGERS, MOMENTS, NUMBERS, FrameColumn, columns_of_frame, frame_hash
from toolkit.database.frame_withheld import withheld_columns
from toolkit.database.given_units import refuse_per_many
from toolkit.database.meaning import Role
from toolkit.database.open import Database
from toolkit.database.query import column_sources
from toolkit.database.table import Column, Table, Words, datasets_of, heading
from toolkit.database.withheld import UnpublishableNumber
from toolkit.datasets.declaration import Dataset
from toolkit.engine.paths import identifier, quoted
from toolkit.notebook.calling_cell import Call, calling_cell
from toolkit.notebook.compared_numbers import ComparedNumbers
from toolkit.notebook.frame_units import FrameUnits, MeasuredColumn
from toolkit.notebook.number_from_pandas import NotebookInputs, basis_of, converted, refuse_typed_frame
from toolkit.notebook.numbers_as_text import numbers_as_text
from toolkit.notebook.prose import allowed_names
from toolkit.notebook.quantities_in_texts import QuantitiesInTexts, scales_of_money, typed_in_code, written_problem
from toolkit.notebook.read_by_libraries import numbers_as_in_file
from toolkit.notebook.repeated_rows import RepeatedRows
from toolkit.notebook.totals_in_frames import totals_left_in
from toolkit.notebook.values_as_read import ValuesAsRead
from toolkit.notebook.values_in_texts import ValuesInTexts, known_numbers
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
    told: Mapping[str, Unit] = MappingProxyType({}),
) -> Table:
    """A frame that a call made as a table; `where` names it in errors; `withheld` says what no page may show.

    `units` are those of columns by name, of those `told` the unit in which a query has their values, `lacking` is that
    of all that have none. Of the numbers only those in `drawn` columns are held and stand in the table; None for all.

    Raises StoryError, or ToolkitError for what no table can hold, as `Story.table` says.
    """
    columns = {column.name: column for column in columns_of_frame(frame, where)}
    units = {str(key): unit for key, unit in units.items()}
    problems = [*_misnamed(columns, {"units": units, "labels": labels}, where), *_without_numbers(columns, where)]
    problems += _of_texts(frame, columns, call, inputs, database, where)
    opened, rows, registry = inputs.files(database, call), len(frame), database.units
    problems += _of_rows(columns, rows, call, of, opened, inputs, database, where)
    found = FrameUnits(frame, inputs.asked, opened, registry, call, told=told)
    whole_labels = _labels(columns, found, columns if lacking == "1" else units)
    sources = _sources(columns, whole_labels, drawn)
    quantities: dict[str, MeasuredColumn] = {}
    for column, parts in sources.items():
        with collect_problems(problems):
            if parts:
                given = _one_unit({units.get(key) for key in (column, *parts)}, f"{where}, units, {column}")
                quantities[column] = found.measured(column, given, columns[parts[0]], where, lacking)
                refuse_per_many(f"{where}, column {column}", column, quantities[column].published)
                found.refuse_sum_of_nothing(columns[parts[0]], where)
            else:
                found.refuse_label(columns[column], where)
        problems += _crossed(column, [columns[part] for part in parts], where)
    with collect_problems(problems):
        basis = basis_of(inputs, database, call, of, where)
    if problems:
        raise StoryError(joined(problems, where))
    held = list(columns.values())
    withheld = {**withheld, **withheld_columns(database, datasets_of(basis.inputs), inputs.raw, held, where)}
    about = f"the rows of the table {name}"
    whole = basis.number((rows, rows), no_unit(registry), about, Style(digits=len(str(rows))), frame=frame_hash(held))
    made, values = [], []
    for column, parts in sources.items():
        own = [columns[part] for part in parts or (column,)]
        why = next((withheld[part.name] for part in own if part.name in withheld), None)
        made.append(_column(column, quantities.get(column), labels, why, own[0].type))
        values.append(_values(name, column, own, quantities.get(column), whole, why, column in whole_labels))
    answer = Answer(values)
    by_row = any(len(parts) > 1 for parts in sources.values()) or any(one.type == NUMBERS for one in held)
    return Table(name, tuple(made), tuple(answer) if by_row else answer, None, caption, (whole,))


def _labels(columns: Mapping[str, FrameColumn], found: FrameUnits, given: Collection[str]) -> set[str]:
    """The columns of whole numbers that are labels: by their name, or, without a unit that is given, by their code."""
    coded = {name for name, one in columns.items() if one.type in (FLOATS, INTEGERS) and name not in given}
    return {name for name, one in columns.items() if one.is_label or (name in coded and found.is_label(one))}


def _sources(
    columns: Mapping[str, FrameColumn], labels: Collection[str], drawn: Collection[str] | None
) -> dict[str, tuple[str, ...]]:
    """The columns of a frame that the numbers of each column of a table are in; of words, and of `labels` that are
    whole numbers, (), of a range two.
    """
    roles = {name: Role.LABEL if name in labels else Role.QUANTITY for name in columns}
    kinds = {name: INTEGERS if name in labels else one.type for name, one in columns.items()}
    found = column_sources(kinds, roles)
    return {one: parts for one, parts in found.items() if drawn is None or not parts or {one, *parts} & {*drawn}}


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


def _one_unit(given: Collection[str | None], where: str) -> str | None:
    """The unit that is given for a column, or an end of a range. Raises StoryError where the two ends are given two."""
    found = sorted(filter(None, given))
    if len(found) > 1:
        remedy = "give one, and convert the other end"
        raise StoryError(where, " and ".join(found), "one unit for both ends of a range", remedy)
    return found[0] if found else None


def _of_texts(
    frame: Any, columns: Mapping[str, FrameColumn], call: Call, inputs: NotebookInputs, database: Database, where: str
) -> list[Problem]:
    """The problems of texts that say numbers, and that the notebook did not read so."""
    texts, sources = _texts_not_read(columns, inputs.asked), (*call.before, call.module)
    cuts, names = typed_in_code(sources), allowed_names(database.project)
    found = [*numbers_as_in_file(texts, inputs.files(database, call), where)]
    cut = any(".str" in source for source in sources)
    money = scales_of_money(inputs.asked, inputs.files(database, call), database.units, "\n".join(sources))
    found += numbers_as_text(texts, inputs.asked, _texts_read(inputs.asked) if cut else set(), where)
    found += _quantities_as_text(texts, QuantitiesInTexts(names, cuts, database.units, money), database, inputs, where)
    if found or not any(any(map(str.isdigit, text)) for column in texts.values() for text in column):
        return found
    read = ValuesAsRead(frame, inputs.asked)
    known = known_numbers(_texts_read(inputs.asked), read.labels(), sources)
    beside = [one.array.tolist() for one in columns.values() if one.type in (FLOATS, INTEGERS) and not one.is_label]
    values = ValuesInTexts(names, known, cuts)
    for name, not_read in texts.items():
        cells = [cell if cell in not_read else None for cell in columns[name].array.tolist()]
        said = values.first(cells, [*beside, *read.by_row()])
        if said and not _in_file(database, inputs, said[1]):
            found.append(written_problem(f"{where}, column {name}", *said))
    return found


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
    kept = {name: {*one.array.tolist()} for name, one in columns.items() if one.type == "VARCHAR"}
    yield from totals_left_in(database, inputs.asked, call, of, where, opened, kept, [*columns], rows)
    yield from ComparedNumbers(call, inputs.asked, database).problems(where)
    yield from RepeatedRows(call, inputs.asked).problems(where, columns)


def _texts_not_read(columns: Mapping[str, FrameColumn], asked: Sequence[Table]) -> dict[str, set[str]]:
    """The texts of each column of texts, but for those that an answer has in its column of that name."""
    found: dict[str, set[str]] = {}
    for name, column in columns.items():
        if column.type == "VARCHAR":
            read = {cell for table in asked if name in [one.name for one in table.columns] for cell in table[name]}
            found[name] = {value for value in column.array.tolist() if value} - read
    return found


def _quantities_as_text(
    columns: Mapping[str, set[str]], said: QuantitiesInTexts, database: Database, inputs: NotebookInputs, where: str
) -> Iterator[Problem]:
    """A problem for the first text of each column that says a quantity which no text of the project's data says."""
    found = {name: [(text, said.first(text)) for text in sorted(texts)] for name, texts in columns.items()}
    found = {name: [one for one in pairs if one[1]] for name, pairs in found.items()}
    read = _texts_read(inputs.asked) if any(found.values()) else set()
    for name, pairs in found.items():
        for text, quantity in pairs:
            if not any(quantity in cell for cell in read) and not _in_file(database, inputs, quantity):
                yield written_problem(f"{where}, column {name}", text, quantity)
                break


def _texts_read(asked: Sequence[Table]) -> set[str]:
    columns = (table[one.name] for table in asked for one in table.columns if not one.unit)
    return {cell for column in columns for cell in column if isinstance(cell, str)}


def _in_file(database: Database, inputs: NotebookInputs, text: str) -> bool:
    """Whether a dataset whose file a library read by itself has a text in one of its cells."""
    return any(
        database.first_rows(name, [column.name], f"contains({identifier(column.name)}, {quoted(text)})")
        for name in sorted(inputs.opened)
        for column in database.dataset(name).columns
        if column.type == "text"
    )


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

    found = numpy.array([value or "NaT" for value in array.tolist()], dtype="datetime64[us]")
    return numpy.ma.masked_array(found, numpy.isnat(found))


def _as_it_is(value: Any, row: int) -> Cell:
    cell: Cell = value
    return cell


def _number_of(
    table: str, column: str, array: Any, integers: bool, quantity: MeasuredColumn, whole: Number
) -> Callable[[Any, int], Cell]:
    """A function from a value of an array, or a pair of two, and its row to the number in its cell."""
    made = operation("code", how=f"“{column}” in the table {table}", sha=whole.operation["sha"])
    counted, unit = integers or quantity.counted or column.startswith("n_"), quantity.published

    def values() -> Iterator[float]:
        for one in array.tolist():
            yield from () if one is None else converted(_ends(one), quantity.unit, unit)[0]

    written = styles_in_column(values, unit, Style(quantity.form), counted, counted and is_dimensionless(unit))

    def number(value: Any, row: int) -> Number:
        ends, _ = converted(_ends(value), quantity.unit, unit)
        return Number(*ends, unit, whole.kind, made, (whole,), style=written(ends[1]))

    return number


def _ends(value: Any) -> tuple[float, float]:
    return value if isinstance(value, tuple) else (value, value)


def _pairs(parts: list[FrameColumn]) -> Any:
    """An array of (low, high), None where either is missing."""
    import numpy

    low, high = (part.array.tolist() for part in parts)
    made = numpy.empty(len(low), dtype=object)
    made[:] = [None if None in pair else pair for pair in zip(low, high, strict=True)]
    return made


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
    label, unit, held = labels.get(column, quantity.heading), unit_text(quantity.published), unit_text(quantity.unit)
    return Column(column, label, unit, why, held, form=quantity.form)
