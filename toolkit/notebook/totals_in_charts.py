"""Charts of Altair that add up rows of totals with what these are totals of, each of which would count twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem
from toolkit.database.table import Table
from toolkit.database.total_rows import tables_with_totals, total_problem
from toolkit.datasets.declaration import Dataset, DatasetColumn

if TYPE_CHECKING:
    from toolkit.charts.aggregated_rows import RowGroups


def totals_drawn_together(
    specifications: Iterable[Mapping[str, Any]],
    tables: Mapping[str, Table],
    datasets: Mapping[str, Dataset],
    where: str,
) -> Iterator[Problem]:
    """A problem for each column of whose totals a mark adds up rows with others, averages, counts or stacks them.

    `tables` are those of the specifications' data, by name. Rows that the chart chooses by the column itself are its
    author's choice.
    """
    held = {name: found for name, table in tables.items() if (found := list(tables_with_totals(datasets, [table])))}
    if not held:
        return
    from toolkit.charts.aggregated_rows import aggregated_rows

    seen = set()
    for groups in (one for specification in specifications for one in aggregated_rows(specification)):
        for dataset, column in held.get(groups.data, ()):
            if column.name not in seen and _mixed(tables[groups.data], groups, column):
                seen.add(column.name)
                without = f"frame[~frame[{column.name!r}].isin({list(column.totals or ())})]"
                yield replace(total_problem(where, dataset, column), remedy=f"draw the others: alt.Chart({without})")


def _mixed(table: Table, groups: RowGroups, column: DatasetColumn) -> bool:
    """Whether a group has rows of totals and others."""
    if any(re.search(rf"\b{re.escape(column.name)}\b", one) for one in groups.filters):
        return False
    names = {one.name for one in table.columns}
    keys = [field for field in groups.fields if field in names]
    kinds: dict[tuple[object, ...], set[bool]] = {}
    for row in table:
        kinds.setdefault(tuple(row[key] for key in keys), set()).add(row[column.name] in (column.totals or ()))
    return any(len(found) > 1 for found in kinds.values())
