"""Charts of Altair that stack shares of several rows to more than the whole, as bars of rows in one place do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.database.table import Table

if TYPE_CHECKING:
    from toolkit.charts.aggregated_rows import RowGroups

WHOLE = 1.01  # of parts that were rounded


def shares_over_the_whole(
    specifications: Iterable[Mapping[str, Any]], tables: Mapping[str, Table], where: str
) -> Iterator[Problem]:
    """A problem for each column of shares of which marks stand on each other, higher than the whole.

    `tables` are those of the specifications' data, by name. Rows that the chart filters or groups are not looked at.
    """
    shares = {name: {one.name for one in table.columns if one.form == "percent"} for name, table in tables.items()}
    if not any(shares.values()):
        return
    from toolkit.charts.aggregated_rows import aggregated_rows

    found: dict[str, float] = {}
    for groups in (one for specification in specifications for one in aggregated_rows(specification)):
        if groups.stacked and not (groups.grouped or groups.filters):
            for name in shares.get(groups.data, set()) & {field for field, _ in groups.summarized}:
                found[name] = max(found.get(name, 0.0), _highest(tables[groups.data], groups, name))
    for name, high in found.items():
        if high > WHOLE:
            yield Problem(
                f"{where}, {name}",
                f"shares of several rows, which the chart stacks to {high:.0%}",
                "one share in each place, or parts of one whole",
                f"draw their mean, mean({name}), or give each row a place of its own: an offset, a facet",
            )


def _highest(table: Table, groups: RowGroups, name: str) -> float:
    """The largest sum of several shares of a group; 0 where no group has several, or groups are no columns'."""
    if not {*groups.fields} <= {column.name for column in table.columns}:
        return 0.0
    values_by_place = defaultdict[tuple[object, ...], list[float]](list)
    for row in table:
        if isinstance(cell := row[name], Number):
            values_by_place[tuple(row[field] for field in groups.fields)].append(cell.high)
    return max((sum(values) for values in values_by_place.values() if len(values) > 1), default=0.0)
