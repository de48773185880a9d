"""The step that a number of a question is: its words, and the rows behind it, by which it can be worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from toolkit.core.followed import IN_SQL
from toolkit.core.number import Number
from toolkit.core.operation import Operation, operation
from toolkit.core.unit import Unit, locale_of, unit_text
from toolkit.core.wording import grouped_digits
from toolkit.database.dataset_questions import QueryResult
from toolkit.database.dataset_rows import rows_of
from toolkit.database.plain_aggregate import Aggregate
from toolkit.database.question_text import question_as_asked
from toolkit.datasets.declaration import Dataset

NAMED = (bool, int, float, str, date, type(None))  # types of keys that a condition can name


def keys_at(result: QueryResult, row: int) -> list[Any]:
    """What the rows behind a row of an answer share: the values of its selection's keys. A DATE is a day."""
    selection = result.selection
    if selection is None:
        return []
    first_key = len(result.columns) - selection.added
    keys = []
    for index in range(first_key, first_key + len(selection.keys)):
        value = result.arrays[index][row : row + 1].tolist()[0]
        keys.append(value.date() if result.columns[index][1] == "DATE" and value is not None else value)
    return keys


def step_of(
    result: QueryResult,
    index: int,
    words: Mapping[str, str],
    unit: Unit,
    parameters: Mapping[str, object],
    datasets: Sequence[Dataset],
    unit_by: Mapping[str, str],
) -> Callable[[int], Operation]:
    """What gives the operation of a column's number in a row.

    `words` are the `question`, the `column` and, where it is short, the `expression`; `unit_by` is a setting that says
    so where the unit is its author's word. Where the number can be worked out again its settings are `aggregate`, a
    primitive, the column or expression `of` which it is taken in each row, and the `unit` of these. Where the rows are
    not those of a dataset they are also how many `rows` of the question's FROM it takes, `where`, and the question as
    it was `asked`.
    """
    selection, aggregate, locale = result.selection, _aggregate(result, index, datasets), locale_of(unit)
    parameter_words = ", ".join(f"{key} = {value}" for key, value in sorted(parameters.items()))

    def operation_of(of_rows: str = "", **settings: str | int) -> Operation:
        is_ = f"is {words['expression']}" if words["expression"] else ""
        how = ", ".join(part for part in (f"{is_}{of_rows}".strip(), IN_SQL) if part)
        how = f"{how}, with {parameter_words}" if parameter_words else how
        return operation("query", question=words["question"], column=words["column"], how=how, **settings, **unit_by)

    if selection is None or (aggregate is None and index not in selection.valued):
        plain = operation_of()
        return lambda row: plain
    if aggregate is None:  # a median, or one with a FILTER
        return lambda row: operation_of(
            f", {grouped_digits(empty, locale)} of its rows empty" if (empty := _rows_of(result, index, row)[1]) else ""
        )
    settings_of_step = {"aggregate": aggregate.primitive, "of": aggregate.of, "unit": unit_text(unit)}

    def of_dataset(row: int) -> Operation:
        count, empty = _rows_of(result, index, row)
        used, of_all = grouped_digits(count - empty, locale), grouped_digits(count, locale)
        return operation_of(f" of {used} of {of_all} rows, the others empty" if empty else "", **settings_of_step)

    def of_from(row: int) -> Operation:
        shared = keys_at(result, row)
        if not all(isinstance(key, NAMED) for key in shared):
            return operation_of()
        (count, empty), where = _rows_of(result, index, row), selection.condition(shared)
        used, of_all = grouped_digits(count - empty, locale), grouped_digits(count, locale)
        counted_of, and_others = (f"{used} of ", ", the others empty") if empty else ("", "")
        of_rows = f" of {counted_of}{of_all} rows{f' where {where}' if where else ''}{and_others}"
        return operation_of(
            of_rows, **settings_of_step, rows=count, where=where, asked=question_as_asked(words["question"], parameters)
        )

    return of_dataset if selection.dataset else of_from


def _rows_of(result: QueryResult, index: int, row: int) -> tuple[int, int]:
    """(rows, empty rows that it takes) behind a row of an answer, for one of its columns; private ones are not told."""
    selection = result.selection
    count = int(result.arrays[-1][row])
    private = any(limit.dataset.smallest_group > 1 for limit in result.limits)
    if selection is None or private or index not in selection.valued:
        return count, 0
    first_key = len(result.columns) - selection.added + len(selection.keys) + len(selection.casts)
    return count, int(result.arrays[first_key + selection.valued.index(index)][row])


def _aggregate(result: QueryResult, index: int, datasets: Sequence[Dataset]) -> Aggregate | None:
    """What a column can be worked out by again; None too where the CAST around it changes a value."""
    selection = result.selection
    aggregate = selection.aggregates.get(index) if selection else None
    if selection is None or aggregate is None:
        return None
    if aggregate.cast:
        import numpy

        at = len(result.columns) - selection.added + len(selection.keys) + selection.casts.index(index)
        as_cast, plain = (numpy.ma.filled(result.arrays[column_place], 0) for column_place in (index, at))
        if not numpy.array_equal(as_cast, plain):
            return None
    names = {
        column.name.lower(): column.name for dataset in datasets if selection.dataset for column in dataset.columns
    }
    of = names.get(aggregate.of.strip('"').lower(), aggregate.of)
    return Aggregate(aggregate.primitive, of)


def rows_at(result: QueryResult, dataset: Dataset, row: int, dimensionless: Unit) -> Number:
    """The number of rows of a dataset, of the unit `dimensionless`, that a row of an answer rests on."""
    selection, count = result.selection, dataset.rows
    step = operation("rows_within", all=dataset.rows)
    if selection is not None and selection.dataset:
        count = int(result.arrays[-1][row]) if selection.grouped else 1
        where = selection.condition(keys_at(result, row))
        step = operation("rows_where", rows=count, all=dataset.rows, where=where)
        if not selection.grouped:
            step = operation("row_where", all=dataset.rows, where=where)
    return rows_of(dataset, count, step, dimensionless)
