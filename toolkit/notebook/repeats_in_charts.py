"""Charts of Altair that add up, average or stack rows of which some are one row that was read, as after a merge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem
from toolkit.database.table import Table
from toolkit.notebook.repeated_rows import counted_again, counted_several_times

if TYPE_CHECKING:
    from toolkit.charts.aggregated_rows import RowGroups

MEANS = {"mean": "mean", "average": "mean", "median": "median"}  # operations of Vega as pandas names them


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
        for name, how in groups.summarized if groups.data in held and not groups.grouped else ():
            if name not in seen and _repeats(held[groups.data], groups, name, MEANS.get(how, "sum"), answers):
                seen.add(name)
                yield Problem(f"{where}, {name}", *counted_several_times(name))


def _may_repeat(table: Table, answer: Table) -> bool:
    """Whether rows of an answer may stand several times in a table that is made of it."""
    return answer is not table and 0 < len(answer) < len(table)


def _repeats(table: Table, groups: RowGroups, name: str, how: str, answers: Sequence[Table]) -> bool:
    """Whether a group of a table has a row of an answer several times, and all its rows are of that answer."""
    import numpy

    rows, chosen = table.frame, any(not one.startswith("isValid(") for one in groups.filters)
    if chosen or name not in rows or not {*groups.fields} <= {*rows}:
        return False
    keys = [*groups.fields]
    grouped = rows.groupby(keys, dropna=False).ngroup().to_numpy() if keys else numpy.zeros(len(rows))
    return counted_again(rows, name, grouped, how, answers)
