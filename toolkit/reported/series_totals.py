"""Rows of a series that add others up: beside these, a sum counts them twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from math import sqrt

from toolkit.core.total_words import is_total, reads_as_total
from toolkit.reported.series_cells import Wrong
from toolkit.reported.series_declaration import SeriesColumn, Value
from toolkit.reported.series_rows import Amount, Cell, SeriesRow

TotalColumns = tuple[str, ...]  # the columns of a row's key in which a word for a total stands


def rows_of_totals(
    rows: list[SeriesRow], keys: tuple[str, ...], columns: dict[str, SeriesColumn], values: tuple[Value, ...]
) -> Iterator[tuple[int, Wrong]]:
    """Problems of rows that add others up, by their index.

    They are those with a word for a total in their key, and those with such a word in a longer text ("Total towns")
    that state the sum of the rows that share the rest of their key. Words that are declared among a column's values
    are names of groups.
    """
    open_keys = [name for name in keys if columns[name].allowed is None and columns[name].type == "text"]
    named_totals = dict(_named_totals(rows, keys, open_keys))
    yield from named_totals.items()
    amounts = [name for value in values for name in value.columns]
    yield from _stated_sums(rows, keys, open_keys, amounts, {*named_totals})


def _named_totals(rows: list[SeriesRow], keys: tuple[str, ...], open_keys: list[str]) -> Iterator[tuple[int, Wrong]]:
    """Problems of rows that sum others: a cell of the key is a word for a total, the rest equals another row's.

    "All" may be a group: it is one where it is declared among the column's values.
    """
    total_words = {word for name in open_keys for word in {row.cells[name] for row in rows} if is_total(str(word))}
    for columns, totals in _rows_with_words(rows, open_keys, dict.fromkeys(open_keys, total_words)).items():
        rest_of_key = [name for name in keys if name not in columns]
        are_totals = {*totals}
        other_rows = {_cells(row, rest_of_key) for index, row in enumerate(rows) if index not in are_totals}
        for index in totals:
            cells = _cells(rows[index], rest_of_key)
            empty = {place for place, cell in enumerate(cells) if cell is None}
            if cells in other_rows or (empty and any(_equal_but(cells, other, empty) for other in other_rows)):
                yield index, _wrong(rows[index], columns, "beside the rows that it adds up")


def _rows_with_words(
    rows: list[SeriesRow], open_keys: list[str], total_words: Mapping[str, Collection[Cell]]
) -> dict[TotalColumns, list[int]]:
    """The rows with a word for a total, by the columns in which it stands; `total_words` are those of each column."""
    rows_by_columns: dict[TotalColumns, list[int]] = {}
    for index, row in enumerate(rows if any(total_words.values()) else ()):
        if columns := tuple(name for name in open_keys if row.cells[name] in total_words[name]):
            rows_by_columns.setdefault(columns, []).append(index)
    return rows_by_columns


def _cells(row: SeriesRow, names: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(row.cells[name] for name in names)


def _equal_but(cells: tuple[Cell, ...], other: tuple[Cell, ...], empty: set[int]) -> bool:
    """Whether cells are those of another row but for the `empty` ones."""
    return all(index in empty or one == two for index, (one, two) in enumerate(zip(cells, other, strict=True)))


def _stated_sums(
    rows: list[SeriesRow], keys: tuple[str, ...], open_keys: list[str], amounts: list[str], named_totals: set[int]
) -> Iterator[tuple[int, Wrong]]:
    """Problems of rows that read as totals and state a sum; `named_totals` are left out, and added up by none."""
    total_words = {
        name: {text for text in {row.cells[name] for row in rows} if reads_as_total(str(text))} for name in open_keys
    }
    rows_by_columns = {
        columns: unnamed
        for columns, indexes in _rows_with_words(rows, open_keys, total_words).items()
        if (unnamed := [index for index in indexes if index not in named_totals])
    }
    totals = named_totals.union(*rows_by_columns.values())
    for columns, indexes in rows_by_columns.items():
        rest_of_key = [name for name in keys if name not in columns]
        sums = _sums(rows, indexes, totals, rest_of_key, amounts)
        # a row that equals one other alone may have its value by chance, unless its word is that of a sum of several
        words_of_sums = {rows[index].cells[columns[0]] for index, (_, count) in sums.items() if count > 1}
        for index, (column, count) in sums.items():
            if rows[index].cells[columns[0]] in words_of_sums:
                other_rows = f"{count} other row{'s' if count > 1 else ''}"
                explanation = f"and {column}, {rows[index].text(column)}, is the sum of {other_rows}"
                yield index, _wrong(rows[index], columns, explanation)


def _sums(
    rows: list[SeriesRow], indexes: list[int], totals: set[int], rest_of_key: list[str], amounts: list[str]
) -> dict[int, tuple[str, int]]:
    """The rows among `indexes` that state a sum: of which column, and of how many rows with the same rest of the key.

    A sum is of all of these rows, or of those between the total before it and itself.
    """
    summands: dict[tuple[Cell, ...], list[int]] = {}
    totals_of_group: dict[tuple[Cell, ...], list[int]] = {}
    for index, row in enumerate(rows):
        group = totals_of_group if index in totals else summands
        group.setdefault(_cells(row, rest_of_key), []).append(index)
    sums = {}
    for index in indexes:
        cells = _cells(rows[index], rest_of_key)
        all_summands, group_totals = summands.get(cells, []), totals_of_group[cells]
        total_before = group_totals[bisect_left(group_totals, index) - 1] if group_totals[0] < index else -1
        above = all_summands[bisect_left(all_summands, total_before) : bisect_left(all_summands, index)]
        for added in (all_summands, above):
            if column := next((name for name in amounts if _is_sum(rows, index, added, name)), None):
                sums[index] = (column, len(added))
    return sums


def _is_sum(rows: list[SeriesRow], index: int, added: Sequence[int], column: str) -> bool:
    """Whether a row states the sum of the `added` ones in a column, but for the rounding of what is printed."""
    total = rows[index].amount(column)
    amounts = [amount for place in added if (amount := rows[place].amount(column))]
    if total is None or not amounts:
        return False
    step = max(_last_place(amount) for amount in (total, *amounts))
    rounding = min(float(step) * (1 + sqrt(len(amounts))) / 2, abs(float(total.printed)) / 100)
    return abs(float(total.printed - sum(amount.printed for amount in amounts))) <= rounding


def _last_place(amount: Amount) -> Decimal:
    """One of the last decimal that is printed: 0.1 of 2.5; 1 of a whole number."""
    return Decimal(1).scaleb(min(int(amount.printed.as_tuple().exponent), 0))


def _wrong(row: SeriesRow, columns: TotalColumns, explanation: str) -> Wrong:
    cells = " and ".join(f"{name} is {row.cells[name]!r}" for name in columns)
    remedy = f"leave the row out, or declare the word under values of {columns[0]}"
    return f"{cells}, {explanation}", "rows that can be added up", remedy
