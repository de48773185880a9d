"""Rows of a dataset that are totals of others, as it declares: who adds them up with these counts them twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.database.query_tree import Node, has_aggregates_or_windows, tree_of
from toolkit.database.row_kinds import RowKinds
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted

if TYPE_CHECKING:
    from toolkit.database.table import Table


def totals_added_up(
    cursor: Connection, datasets: Iterable[Dataset], tree: Node, parameters: Mapping[str, object], where: str
) -> Iterator[Problem]:
    """A problem for each column with totals whose rows a query takes together with others in one value."""
    for dataset in datasets:
        for column in dataset.columns:
            if column.totals and has_aggregates_or_windows(tree):
                kinds = RowKinds(cursor, dataset.name, column.name, column.totals, parameters)
                if kinds.are_mixed(tree):
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


def tables_with_totals(
    datasets: Mapping[str, Dataset], tables: Iterable[Table]
) -> Iterator[tuple[Dataset, DatasetColumn]]:
    """Each column of a dataset's totals that stands, with such a row, in one of these answers."""
    seen = set()
    for table in tables:
        names = {column.name for column in table.columns}
        for dataset in (datasets[name] for name in table.datasets if name in datasets):
            for column in dataset.columns:
                if column.totals and column.name in names and (dataset.name, column.name) not in seen:
                    if not {*column.totals}.isdisjoint(table[column.name]):
                        seen.add((dataset.name, column.name))
                        yield dataset, column


def unnamed_totals(
    cursor: Connection, datasets: Mapping[str, Dataset], table: Table
) -> Iterator[tuple[Dataset, DatasetColumn]]:
    """Each column of a dataset's totals that an answer left out, though it has their rows and others."""
    names = {column.name for column in table.columns}
    for dataset in (datasets[name] for name in table.datasets if name in datasets):
        for column in dataset.columns:
            if column.totals and column.name not in names and table.sql:
                kinds = RowKinds(cursor, dataset.name, column.name, column.totals, {})
                if kinds.are_all_in(tree_of(cursor, table.sql)):
                    yield dataset, column
