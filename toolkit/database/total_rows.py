"""Rows of a dataset that are totals of others, as it declares: who adds them up with these counts them twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.query_tree import Node, every_node, has_aggregates_or_windows, run_with, sql_of, tree_of
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.engine.connect import Connection, arrays_of
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier, quoted

if TYPE_CHECKING:
    from toolkit.database.table import Table

INSIDE = ("filter", "when_expr")  # where an expression chooses rows
CONDITIONS = (*INSIDE, "where_clause", "having", "qualify", "condition")  # where a query does


def totals_added_up(
    cursor: Connection,
    datasets: Iterable[Dataset],
    tree: Node,
    answer: Sequence[Any],
    parameters: Mapping[str, object],
    where: str,
) -> Iterator[Problem]:
    """A problem for each column with totals whose rows a query takes with others; `answer` are arrays of its columns.

    It is asked again of the others alone, and of the rows of each total: where it takes them apart, its answer is that
    of the others, or the rows of all these answers; that of the totals, or another, where it chooses by the column.
    """
    if not has_aggregates_or_windows(tree):
        return
    for dataset in datasets:
        for column in dataset.columns:
            if column.totals and not _takes_apart(cursor, tree, dataset, column, answer, parameters):
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


def _takes_apart(
    cursor: Connection,
    tree: Node,
    dataset: Dataset,
    column: DatasetColumn,
    answer: Sequence[Any],
    parameters: Mapping[str, object],
) -> bool:
    """Whether a query takes no row of totals, or none with others in one value."""
    texts = [*map(quoted, column.totals or ())]
    named = f"coalesce({identifier(column.name)}, '')"
    kinds = [f"{named} NOT IN ({', '.join(texts)})", *(f"{named} = {text}" for text in texts)]
    try:
        others, *each, totals = (
            _rows(arrays_of(run_with(cursor, sql_of(cursor, _of_rows(cursor, tree, dataset.name, kind)), parameters)))
            for kind in (*kinds, f"{named} IN ({', '.join(texts)})")
        )
    except (EngineError, ToolkitError):  # such as one that asks for rowid
        return _named(tree, CONDITIONS, column.name)
    whole = _rows(dict(enumerate(answer)))
    if whole in (others, sum(each, others)):
        return True
    return _named(tree, CONDITIONS if whole == totals else INSIDE, column.name)


def _of_rows(cursor: Connection, tree: Any, name: str, condition: str) -> Any:
    """A query whose table `name` has the rows alone that fulfil a condition."""
    if isinstance(tree, list):
        return [_of_rows(cursor, one, name, condition) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("type") == "BASE_TABLE" and tree["table_name"].lower() == name:
        inside = f"SELECT 1 FROM (SELECT * FROM {identifier(name)} WHERE {condition}) AS y"
        made = tree_of(cursor, inside)["from_table"]
        kept = {key: tree[key] for key in ("column_name_alias", "sample") if key in tree}
        return {**made, "alias": tree["alias"] or tree["table_name"], **kept}
    return {key: _of_rows(cursor, one, name, condition) for key, one in tree.items()}


def _rows(columns: Mapping[Any, Any]) -> Counter[tuple[str, ...]]:
    """The rows of an answer and how often each is there: numbers to the digits that sums of doubles agree in."""
    return Counter(zip(*(map(_cell, column.tolist()) for column in columns.values()), strict=True))


def _cell(value: Any) -> str:
    if hasattr(value, "tolist"):  # a list, as numpy has it
        return repr(sorted(map(_cell, value.tolist())))
    if isinstance(value, list):
        return repr(sorted(map(_cell, value)))
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _named(tree: Node, places: Iterable[str], column: str) -> bool:
    """Whether a column is named in one of these parts of a query."""
    parts = [part[name] for part in every_node(tree) for name in places if part.get(name)]
    return any(
        one.get("class") == "COLUMN_REF" and one["column_names"][-1].lower() == column.lower()
        for one in every_node(parts)
    )
