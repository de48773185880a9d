"""Rows of a series that add others up: beside these, a sum counts them twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import sqrt

from toolkit.core.total_words import is_total, reads_as_total
from toolkit.reported.series_cells import Wrong
from toolkit.reported.series_declaration import SeriesColumn, Value
from toolkit.reported.series_rows import Amount, Cell, SeriesRow

Words = tuple[str, ...]  # the columns of a row's key in which a word for a total stands


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
    rows_of: dict[tuple[str, ...], list[int]] = {}
    total_words = {word for name in open_keys for word in {row.cells[name] for row in rows} if is_total(str(word))}
    for index, row in enumerate(rows if total_words else ()):
        words = tuple(name for name in open_keys if row.cells[name] in total_words)
        if words:
            rows_of.setdefault(words, []).append(index)
    for words, indexes in rows_of.items():
        rest = [name for name in keys if name not in words]
        totals = set(indexes)
        other_rows = {tuple(row.cells[name] for name in rest) for index, row in enumerate(rows) if index not in totals}
        for index in indexes:
            own = tuple(rows[index].cells[name] for name in rest)
            blank = {place for place, cell in enumerate(own) if cell is None}
            if own in other_rows or (blank and any(_fits(own, part, blank) for part in other_rows)):
                yield index, _wrong(rows[index], words, "beside the rows that it adds up")


def _fits(own: tuple[Cell, ...], part: tuple[Cell, ...], blank: set[int]) -> bool:
    """True if a row's cells are those of another but where they are empty."""
    return all(index in blank or cell == other for index, (cell, other) in enumerate(zip(own, part, strict=True)))


def _stated_sums(
    rows: list[SeriesRow], keys: tuple[str, ...], open_keys: list[str], amounts: list[str], named_totals: set[int]
) -> Iterator[tuple[int, Wrong]]:
    """Problems of rows that read as totals and state a sum; `named_totals` are left out, and added up by none."""
    total_words = {
        name: {text for text in {row.cells[name] for row in rows} if reads_as_total(str(text))} for name in open_keys
    }
    rows_of: dict[Words, list[int]] = {}
    for index, row in enumerate(rows if any(total_words.values()) else ()):
        words = tuple(name for name in open_keys if row.cells[name] in total_words[name])
        if words and index not in named_totals:
            rows_of.setdefault(words, []).append(index)
    totals = named_totals.union(*rows_of.values())
    for words, indexes in rows_of.items():
        rest = [name for name in keys if name not in words]
        groups: dict[tuple[Cell, ...], tuple[list[int], list[int]]] = {}  # the rows that can be added up, and others
        for index, row in enumerate(rows):
            groups.setdefault(tuple(row.cells[name] for name in rest), ([], []))[index in totals].append(index)
        sums = {}
        for index in indexes:
            parts, total_rows = groups[tuple(rows[index].cells[name] for name in rest)]
            before = total_rows[bisect_left(total_rows, index) - 1] if total_rows[0] < index else -1
            above = parts[bisect_left(parts, before) : bisect_left(parts, index)]
            for parts_of_sum in (parts, above):
                if column := next((name for name in amounts if _is_sum(rows, index, parts_of_sum, name)), None):
                    sums[index] = (column, len(parts_of_sum))
        certain = {rows[index].cells[words[0]] for index, (_, count) in sums.items() if count > 1}
        for index, (column, count) in sums.items():
            if rows[index].cells[words[0]] in certain:  # of one row alone it may be another with the same value
                rows_said = f"{count} other row{'s' if count > 1 else ''}"
                sum_words = f"and {column}, {rows[index].text(column)}, is the sum of {rows_said}"
                yield index, _wrong(rows[index], words, sum_words)


def _is_sum(rows: list[SeriesRow], index: int, parts: Sequence[int], column: str) -> bool:
    """Whether a row states the sum of others in a column, but for the rounding of what is printed."""
    own = rows[index].amount(column)
    added = [amount for part in parts if (amount := rows[part].amount(column))]
    if own is None or not added:
        return False
    step = max(_last_place(amount) for amount in (own, *added))
    rounding = min(float(step) * (1 + sqrt(len(added))) / 2, abs(float(own.printed)) / 100)
    return abs(float(own.printed - sum(cell.printed for cell in added))) <= rounding


def _last_place(amount: Amount) -> Decimal:
    """One of the last decimal that is printed: 0.1 of 2.5; 1 of a whole number."""
    return Decimal(1).scaleb(min(int(amount.printed.as_tuple().exponent), 0))


def _wrong(row: SeriesRow, words: Words, explanation: str) -> Wrong:
    cells = " and ".join(f"{name} is {row.cells[name]!r}" for name in words)
    remedy = f"leave the row out, or declare the word under values of {words[0]}"
    return f"{cells}, {explanation}", "rows that can be added up", remedy
