"""Rows of a dataset that are totals of others, as it declares: who adds them up with these counts them twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.database.query_tree import Node, every_node, has_aggregates_or_windows, is_grouped
from toolkit.database.rows_behind import RowSelection
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.engine.paths import identifier, quoted

if TYPE_CHECKING:
    from toolkit.database.open import Database
    from toolkit.database.table import Table

CONDITIONS = ("where_clause", "having", "qualify", "filter", "when_expr", "condition")  # where a query chooses rows


def totals_added_up(
    database: Database, datasets: Iterable[Dataset], tree: Node, chosen: RowSelection | None, where: str
) -> Iterator[Problem]:
    """A problem for each column with totals, where a query adds up rows and leaves these in.

    Of a plain query the rows that it takes are looked at; any other has to choose rows by the column or group by it.
    """
    if not has_aggregates_or_windows(tree):
        return
    for dataset in datasets:
        for column in dataset.columns:
            if not column.totals:
                continue
            if chosen is not None and chosen.dataset == dataset.name and chosen.grouped:
                wrong = _only_where(tree, column.name) and _takes(database, dataset, column, chosen.where)
            else:
                apart = _chooses_by(tree, column.name) or _groups_by(tree, column.name)
                wrong = not apart and _takes(database, dataset, column)
            if wrong:
                yield total_problem(where, dataset, column)


def total_problem(where: str, dataset: Dataset, column: DatasetColumn) -> Problem:
    """The problem of rows that are totals of others, and count beside these."""
    listed = ", ".join(map(quoted, column.totals or ()))
    return Problem(
        where,
        f"rows of {dataset.name} that are totals of others, {column.name} {listed}, added up with these",
        "rows that stand for themselves",
        f"leave them out, WHERE coalesce({column.name}, '') NOT IN ({listed}); or, if they are no totals, write "
        f"totals: [] under {column.name} in data/datasets/{dataset.name}.yml",
    )


def tables_with_totals(database: Database, tables: Iterable[Table]) -> Iterator[tuple[Dataset, DatasetColumn]]:
    """Each column of a dataset's totals that stands, with such a row, in one of these answers."""
    seen = set()
    for table in tables:
        names = {column.name for column in table.columns}
        for dataset in (database.datasets[name] for name in table.datasets if name in database.datasets):
            for column in dataset.columns:
                if column.totals and column.name in names and (dataset.name, column.name) not in seen:
                    if not {*column.totals}.isdisjoint(table[column.name]):
                        seen.add((dataset.name, column.name))
                        yield dataset, column


def _takes(database: Database, dataset: Dataset, column: DatasetColumn, where: str = "") -> bool:
    """Whether there are rows of totals that fulfil a condition."""
    own = f" AND ({where})" if where else ""
    return bool(database.first_rows(dataset.name, [column.name], f"{_is_total(column)}{own}"))


def _is_total(column: DatasetColumn) -> str:
    return f"{identifier(column.name)} IN ({', '.join(map(quoted, column.totals or ()))})"


def _names(part: object, column: str) -> bool:
    """Whether a column is named in a part of a query."""
    return any(
        one.get("class") == "COLUMN_REF" and one["column_names"][-1].lower() == column.lower()
        for one in every_node(part)
    )


def _chooses_by(tree: Node, column: str) -> bool:
    conditions = (part[name] for part in every_node(tree) for name in CONDITIONS if part.get(name))
    return any(_names(one, column) for one in conditions)


def _only_where(tree: Node, column: str) -> bool:
    """Whether the rows of one SELECT are chosen by a column in its WHERE alone, and not grouped by it."""
    inside = [tree[name] for name in ("select_list", "group_expressions", "having", "qualify") if tree.get(name)]
    return not _names(inside, column)


def _groups_by(tree: Node, column: str) -> bool:
    """Whether one SELECT, and no other, makes groups, in each of which the column has one value."""
    grouping = [
        one
        for one in every_node(tree)
        if one.get("type") == "SELECT_NODE" and (is_grouped(one) or has_aggregates_or_windows(one["select_list"]))
    ]
    if len(grouping) != 1 or len(grouping[0]["group_sets"]) > 1:
        return False
    if any(part.get("class") == "WINDOW" for part in every_node(tree)):
        return False
    keys = grouping[0]["group_expressions"] or grouping[0]["select_list"]
    return _names(keys, column) or _names(grouping[0]["select_list"], column)
