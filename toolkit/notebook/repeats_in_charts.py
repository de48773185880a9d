"""Charts of Altair that add up, average or stack rows of which some are one row that was read, as after a merge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.database.cell import Cell
from toolkit.database.table import Table
from toolkit.notebook.sums_of_rows import counted_several_times

if TYPE_CHECKING:
    from toolkit.charts.aggregated_rows import RowGroups

Row = tuple[Cell | float, ...]


def repeats_added_up(
    specifications: Iterable[Mapping[str, Any]], tables: Mapping[str, Table], asked: Iterable[Table], where: str
) -> Iterator[Problem]:
    """A problem for each column whose values, with the words beside them, a mark has more often than an answer does.

    `tables` are those of the specifications' data, by name, `asked` all answers. Groups by what the chart works out,
    and rows that it filters, are not looked at.
    """
    answers = list(asked)
    held = {name: table for name, table in tables.items() if any(_may_repeat(table, one) for one in answers)}
    if not held:
        return
    from toolkit.charts.aggregated_rows import aggregated_rows

    seen = set()
    for groups in (one for specification in specifications for one in aggregated_rows(specification)):
        for name in groups.summarized if groups.data in held and not groups.grouped else ():
            if name not in seen and any(_repeats(held[groups.data], groups, name, answer) for answer in answers):
                seen.add(name)
                yield Problem(f"{where}, {name}", *counted_several_times(name))


def _may_repeat(table: Table, answer: Table) -> bool:
    """Whether rows of an answer may stand several times in a table that is made of it."""
    return answer is not table and 0 < len(answer) < len(table)


def _repeats(table: Table, groups: RowGroups, name: str, answer: Table) -> bool:
    """Whether a group of a table has a row of an answer several times, and all its rows are of that answer."""
    names = {column.name for column in table.columns}
    own = {column.name: column for column in answer.columns}
    chosen = any(not one.startswith("isValid(") for one in groups.filters)
    if chosen or not _may_repeat(table, answer) or name not in names & own.keys() or not names >= {*groups.fields}:
        return False
    words = [one.name for one in table.columns if one.unit is None and one.name in own and own[one.name].unit is None]
    read = Counter(row for row in _rows(answer, name, words) if row)
    keys = zip(*(table[one] for one in groups.fields), strict=True) if groups.fields else repeat(())
    found: dict[tuple[Cell, ...], Counter[Row]] = {}
    for key, row in zip(keys, _rows(table, name, words), strict=False):
        found.setdefault(key, Counter()).update([row] if row else [])
    of_answer = bool(words) and all(row in read for rows in found.values() for row in rows)
    return of_answer and any(count > read[row] for rows in found.values() for row, count in rows.items())


def _rows(table: Table, name: str, words: list[str]) -> Iterator[Row]:
    """The value of a column in each row, and words beside it; () where it has none."""
    for value, *beside in zip(table[name], *(table[one] for one in words), strict=True):
        yield (value.low, *beside) if isinstance(value, Number) else ()
