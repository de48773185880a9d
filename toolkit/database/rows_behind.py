"""The rows behind each row of an answer: those that fulfil a condition, which receipts print.

A query is plain if it selects FROM one dataset, with WHERE and GROUP BY or neither: no other table, no query inside
it, no windows. Then they are rows of the dataset. Of any other query of datasets alone that groups once they are the
rows of its FROM, which WITH, a JOIN or a SELECT inside made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.group_sizes import aggregate_counts, counting
from toolkit.database.plain_aggregate import Aggregate, aggregate_of, uncast
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    function_arguments,
    group_keys,
    has_aggregates_or_windows,
    is_distinct,
    is_grouped,
    sql_of,
    tree_of,
    unplaced,
)
from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted

COUNT = "\1rows"  # the columns that are added to an answer: how many rows are behind each row, and what they share
KEY = "\1key"
UNCAST = "\1uncast"
EMPTY = "\1empty"
PICKED = "\1picked"
# aggregates of which DuckDB takes the rows of a group together, once there are two of them: that costs a fifth more
GATHERED = frozenset("avg count count_if count_star max mean min sum".split())


@dataclass(frozen=True)
class RowSelection:
    """The rows that a query takes, and the SQL that also gives, of each row of its answer, COUNT and its keys.

    `dataset` is that of a plain query, "" of any other. `where` is the query's own condition, "" without one; `keys`
    are the expressions by which it groups, as SQL, each in a column KEY<place>. `grouped` is false for a query whose
    rows are rows of the dataset. `aggregates` are by place the columns that can be worked out again; of those inside a
    CAST the values without it come after the keys, then how many of the rows that the columns `valued` take are empty.
    Counts of the rows that aggregates pick out of their groups come then: `picked` has the places of these columns.
    """

    dataset: str
    sql: str
    where: str
    keys: tuple[str, ...]
    grouped: bool
    aggregates: Mapping[int, Aggregate] = field(default_factory=dict)
    picked: tuple[int, ...] = ()
    valued: tuple[int, ...] = ()

    @property
    def casts(self) -> list[int]:
        """The places of the columns whose aggregate is inside a CAST."""
        return [index for index, aggregate in self.aggregates.items() if aggregate.cast]

    @property
    def added(self) -> int:
        """How many columns `sql` gives after those of the query."""
        return len(self.keys) + len(self.casts) + len(self.valued) + len(self.picked) + self.grouped

    def condition(self, values: Sequence[Any]) -> str:
        """The condition that the rows behind one row of the answer fulfil, as SQL; `values` are those of its keys."""
        shared = (
            f"{key} IS NULL" if value is None else f"{key} = {literal(value)}"
            for key, value in zip(self.keys, values, strict=True)
        )
        return " AND ".join([*([self.where] if self.where else []), *shared])


def selection_of(
    cursor: Connection,
    sql: str,
    parameters: Mapping[str, object],
    datasets: Mapping[str, Collection[str]],
    limited: Collection[str] = (),
    alone: bool = False,
) -> RowSelection | None:
    """The selection that a query is; None for one that is neither plain nor groups once rows of datasets alone.

    `datasets` has their columns by name. What aggregates pick out is counted of `limited` ones: of these no small group
    is published, and a query that is not plain says nothing of its rows. `alone`: it reads no table but `datasets`.
    """
    node = tree_of(cursor, sql)
    name = node["from_table"]["table_name"].lower() if is_plain(node) else ""
    if name not in datasets:
        if not alone or limited or not groups_once(node):
            return None
        name = ""
    grouped, filled = is_grouped(node), tree_of(cursor, sql, parameters)
    columns = {column.lower() for column in datasets.get(name, ())}
    by_alias = {
        e["alias"].lower(): e for e in filled["select_list"] if e["alias"] and e["alias"].lower() not in columns
    }

    def spelled(part: Any) -> Any:
        """A part of a plain query by columns of its dataset alone."""
        return _by_columns(part, by_alias) if name else part

    numbered = enumerate(filled["select_list"] if grouped else [])
    aggregates = {index: aggregate for index, e in numbered if (aggregate := aggregate_of(cursor, spelled(e)))}
    if not (name or aggregates):
        return None
    added = [{**e, "alias": f"{KEY}{index}"} for index, e in enumerate(group_keys(node))]
    inside = {index: uncast(node["select_list"][index]) for index, aggregate in aggregates.items() if aggregate.cast}
    added += [{**e, "alias": f"{UNCAST}{index}"} for index, e in inside.items()]
    taking = {index: uncast(e) for index, e in enumerate(node["select_list"]) if grouped and _takes_column(uncast(e))}
    apart = _counts_apart(node)
    valued = {index: empty_in(cursor, e, apart) for index, e in taking.items()}
    added += [{**tree, "alias": f"{EMPTY}{index}"} for index, tree in valued.items()]
    counts = aggregate_counts(cursor, node) if grouped and name in limited else []
    added += [{**count, "alias": f"{PICKED}{index}"} for index, (_, count) in enumerate(counts)]
    if grouped:
        added.append({**(_summed(cursor, "1") if apart else counting(cursor)), "alias": COUNT})
    where = expression_sql(cursor, spelled(filled["where_clause"])) if filled["where_clause"] else ""
    keys = tuple(_bracketed(expression_sql(cursor, spelled(e)), e) for e in group_keys(filled))
    with_rows = {**node, "select_list": [*node["select_list"], *added]}
    sql_with_rows = sql_of(cursor, with_rows)
    if not name and unplaced(tree_of(cursor, sql_with_rows)) != unplaced(with_rows):
        return None  # DuckDB writes it otherwise than it read it
    picked = tuple(index for index, _ in counts)
    return RowSelection(name, sql_with_rows, where, keys, grouped, aggregates, picked, tuple(valued))


def _takes_column(e: Node) -> bool:
    """Whether an expression is an aggregate of the values of one column, and no count of them."""
    name = str(e.get("function_name", "")).lower()
    arguments = function_arguments(e) if is_aggregate(e) else []
    return bool(arguments) and arguments[0]["class"] == "COLUMN_REF" and not name.startswith(("count", "approx_count"))


def _counts_apart(node: Node) -> bool:
    """Whether rows are counted as a sum of ones, so that a count is no second aggregate of GATHERED in a group."""
    calls = [
        part["function_name"].lower() for part in every_node(node["select_list"]) if part.get("class") == "FUNCTION"
    ]
    return bool(group_keys(node)) and sum(name in GATHERED for name in calls) < 2


def _summed(cursor: Connection, one: str, filter_clause: str = "") -> Node:
    """An expression that counts by adding up ones and zeros; they are exact up to 2 to the power of 53."""
    text = f"SELECT CAST(coalesce(fsum({one}){filter_clause}, 0) AS BIGINT)"
    expression: Node = tree_of(cursor, text)["select_list"][0]
    return expression


def empty_in(cursor: Connection, call: Node, apart: bool) -> Node:
    """An expression of how many of the rows that an aggregate of a column takes have no value of it.

    It is a difference of counts: where a file says that none is missing, DuckDB counts the rows once. `apart` is what
    `_counts_apart` says.
    """
    filter_clause = f" FILTER (WHERE {expression_sql(cursor, call['filter'])})" if call["filter"] else ""
    column = expression_sql(cursor, function_arguments(call)[0])
    if apart:
        return _summed(cursor, f"CAST({column} IS NULL AS INTEGER)", filter_clause)
    difference = f"count(*){filter_clause} - count({column}){filter_clause}"
    expression: Node = tree_of(cursor, f"SELECT {difference}")["select_list"][0]
    return expression


def is_plain(node: Node) -> bool:
    """True for a selection and grouping of one table, without windows, or queries inside it."""
    if node.get("type") != "SELECT_NODE" or node["from_table"]["type"] != "BASE_TABLE":
        return False
    if node["cte_map"]["map"] or node["qualify"] or node["sample"] or node["from_table"]["sample"] or is_distinct(node):
        return False
    stars = any(e["class"] == "STAR" for e in node["select_list"])
    inside = [part for name, part in node.items() if name != "from_table"]
    return (
        len(node["group_sets"]) <= 1
        and not (stars and is_grouped(node))
        and not any(part.get("class") in ("SUBQUERY", "WINDOW") for part in every_node(inside))
    )


def groups_once(node: Node) -> bool:
    """True for one SELECT that makes groups of the rows of its FROM, each a row of the answer."""
    if (
        node.get("type") != "SELECT_NODE"
        or node["qualify"]
        or node["sample"]
        or is_distinct(node)
        or not is_grouped(node)
    ):
        return False
    if any(part.get("class") == "SUBQUERY" for part in every_node(group_keys(node))):
        return False
    return len(node["group_sets"]) <= 1 and not any(e["class"] == "STAR" for e in node["select_list"])


def sql_of_rows(
    cursor: Connection, sql: str, parameters: Mapping[str, object], condition: str, values: Sequence[str]
) -> str:
    """The SELECT of the rows that a query groups and that fulfil a condition; `values` in SQL are its last columns."""
    node = tree_of(cursor, sql, parameters)
    # a condition may use their names
    plain_columns = [e for e in node["select_list"] if not has_aggregates_or_windows(e)]
    query = {
        **node,
        "select_list": [*plain_columns, *(tree_of(cursor, f"SELECT {value}")["select_list"][0] for value in values)],
        "where_clause": tree_of(cursor, f"SELECT 1 WHERE {condition}")["where_clause"] if condition else None,
        "group_expressions": [],
        "group_sets": [],
        "aggregate_handling": "STANDARD_HANDLING",
        "having": None,
        "modifiers": [],
    }
    return sql_of(cursor, query)


def _by_columns(part: Any, by_alias: Mapping[str, Node]) -> Any:
    """A part of a query of one table, its columns without the table; names that SELECT gives as what they stand for."""
    if isinstance(part, list):
        return [_by_columns(inner, by_alias) for inner in part]
    if not isinstance(part, dict):
        return part
    if part.get("class") == "COLUMN_REF":
        name = part["column_names"][-1]
        if len(part["column_names"]) == 1 and (expression := by_alias.get(name.lower())):
            others = {other: e for other, e in by_alias.items() if other != name.lower()}
            return _by_columns({**expression, "alias": part["alias"]}, others)
        return {**part, "column_names": [name]}
    return {name: _by_columns(inner, by_alias) for name, inner in part.items()}


def _bracketed(text: str, e: Node) -> str:
    return text if e["class"] == "COLUMN_REF" or (e["class"] == "FUNCTION" and not e["is_operator"]) else f"({text})"


def literal(value: object) -> str:
    """A value of a key as SQL; a day or a time as the text that DuckDB compares with it."""
    if isinstance(value, (bool, int, float)):
        return repr(value).lower()
    return quoted(value.isoformat() if isinstance(value, date) else value)
