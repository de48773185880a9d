"""The step that a number of a question is: its words, and the rows behind it, by which it can be worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from toolkit.core.number import Number
from toolkit.core.operation import Operation, operation
from toolkit.core.unit import Unit, unit_text
from toolkit.database.dataset_questions import Asked
from toolkit.database.dataset_rows import rows_of
from toolkit.database.plain_aggregate import Aggregate
from toolkit.database.question_text import question_as_asked
from toolkit.datasets.declaration import Dataset

NAMED = (bool, int, float, str, date, type(None))  # types of keys that a condition can name


def keys_at(asked: Asked, row: int) -> list[Any]:
    """What the rows behind a row of an answer share: the values of its selection's keys. A DATE is a day."""
    chosen = asked.selection
    if chosen is None:
        return []
    first = len(asked.columns) - chosen.added
    found = []
    for place in range(first, first + len(chosen.keys)):
        value = asked.arrays[place][row : row + 1].tolist()[0]
        found.append(value.date() if asked.columns[place][1] == "DATE" and value is not None else value)
    return found


def step_of(
    asked: Asked,
    place: int,
    words: Mapping[str, str],
    unit: Unit,
    parameters: Mapping[str, object],
    datasets: Sequence[Dataset],
) -> Callable[[int], Operation]:
    """What gives the operation of a column's number in a row.

    `words` are the `question`, the `column` and, where it is short, the `expression`. Where the number can be worked
    out again its settings are `aggregate`, a primitive, the column or expression `of` which it is taken in each row,
    and the `unit` of these. Where the rows are not those of a dataset they are also how many `rows` of the question's
    FROM it takes, `where`, and the question as it was `asked`.
    """
    chosen, aggregate = asked.selection, _aggregate(asked, place, datasets)
    given = ", ".join(f"{key} = {value}" for key, value in sorted(parameters.items()))

    def made(of_rows: str = "", **settings: str | int) -> Operation:
        is_ = f"is {words['expression']}" if words["expression"] else ""
        how = ", ".join(part for part in (f"{is_}{of_rows}".strip(), "worked out in SQL") if part)
        how = f"{how}, with {given}" if given else how
        return operation("query", question=words["question"], column=words["column"], how=how, **settings)

    if chosen is None or (aggregate is None and place not in chosen.valued):
        plain = made()
        return lambda row: plain
    if aggregate is None:  # a median, or one with a FILTER
        return lambda row: made(f", {empty:,} of its rows empty" if (empty := _rows_of(asked, place, row)[1]) else "")
    follow = {"aggregate": aggregate.primitive, "of": aggregate.of, "unit": unit_text(unit)}

    def of_dataset(row: int) -> Operation:
        count, empty = _rows_of(asked, place, row)
        return made(f" of {count - empty:,} of {count:,} rows, the others empty" if empty else "", **follow)

    def of_from(row: int) -> Operation:
        shared = keys_at(asked, row)
        if not all(isinstance(key, NAMED) for key in shared):
            return made()
        (count, empty), where = _rows_of(asked, place, row), chosen.condition(shared)
        some, others = (f"{count - empty:,} of ", ", the others empty") if empty else ("", "")
        of_rows = f" of {some}{count:,} rows{f' where {where}' if where else ''}{others}"
        return made(of_rows, **follow, rows=count, where=where, asked=question_as_asked(words["question"], parameters))

    return of_dataset if chosen.dataset else of_from


def _rows_of(asked: Asked, place: int, row: int) -> tuple[int, int]:
    """(rows, empty rows that it takes) behind a row of an answer, for one of its columns; private ones are not told."""
    chosen = asked.selection
    count = int(asked.arrays[-1][row])
    private = any(limit.dataset.smallest_group > 1 for limit in asked.limits)
    if chosen is None or private or place not in chosen.valued:
        return count, 0
    first = len(asked.columns) - chosen.added + len(chosen.keys) + len(chosen.casts)
    return count, int(asked.arrays[first + chosen.valued.index(place)][row])


def _aggregate(asked: Asked, place: int, datasets: Sequence[Dataset]) -> Aggregate | None:
    """What a column can be worked out by again; None too where the CAST around it changes a value."""
    chosen = asked.selection
    found = chosen.aggregates.get(place) if chosen else None
    if chosen is None or found is None:
        return None
    if found.cast:
        import numpy

        at = len(asked.columns) - chosen.added + len(chosen.keys) + chosen.casts.index(place)
        kept, plain = (numpy.ma.filled(asked.arrays[one], 0) for one in (place, at))
        if not numpy.array_equal(kept, plain):
            return None
    names = {column.name.lower(): column.name for one in datasets if chosen.dataset for column in one.columns}
    of = names.get(found.of.strip('"').lower(), found.of)
    return Aggregate(found.primitive, of)


def rows_at(asked: Asked, dataset: Dataset, row: int, none: Unit) -> Number:
    """The number of rows of a dataset, of the unit `none`, that a row of an answer rests on."""
    chosen, count = asked.selection, dataset.rows
    made = operation("rows_within", all=dataset.rows)
    if chosen is not None and chosen.dataset:
        count = int(asked.arrays[-1][row]) if chosen.grouped else 1
        where = chosen.condition(keys_at(asked, row))
        made = operation("rows_where", rows=count, all=dataset.rows, where=where)
        if not chosen.grouped:
            made = operation("row_where", all=dataset.rows, where=where)
    return rows_of(dataset, count, made, none)
