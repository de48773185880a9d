"""The rows of a dataset behind each row of an answer, where its query is a plain selection and grouping of one dataset.

It is plain if it selects FROM one dataset, with WHERE and GROUP BY or neither: no other table, no query inside it, no
windows. Then each row of the answer rests on the rows that fulfil a condition, which receipts print.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.database.group_sizes import counting, picked
from toolkit.database.query_tree import (
    Node,
    expression_sql,
    groups,
    is_distinct,
    is_key,
    parts,
    sql_of,
    tree_of,
)
from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted

COUNT = "\1rows"  # the columns that are added to an answer: how many rows are behind each row, and what they share
KEY = "\1key"
PICKED = "\1picked"


@dataclass(frozen=True)
class Selection:
    """A plain query of one dataset: the SQL that also gives, of each row, COUNT and its keys, and what rows it takes.

    `where` is the query's own condition, "" without one; `keys` are the expressions by which it groups, as SQL, each in
    a column KEY<place>. `grouped` is false for a query whose rows are rows of the dataset. Counts of the rows that
    aggregates pick out of their groups come after the keys: `picked` has the places of the columns that they are of.
    """

    dataset: str
    sql: str
    where: str
    keys: tuple[str, ...]
    grouped: bool
    picked: tuple[int, ...] = ()

    @property
    def added(self) -> int:
        """How many columns `sql` gives after those of the query."""
        return len(self.keys) + len(self.picked) + self.grouped

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
    datasets: Collection[str],
    limited: Collection[str] = (),
) -> Selection | None:
    """The selection that a query is; None for a query that is not plain.

    What aggregates pick out is counted of `limited` datasets: of these no small group is published.
    """
    node = tree_of(cursor, sql)
    if not is_plain(node) or (name := node["from_table"]["table_name"].lower()) not in datasets:
        return None
    grouped, filled = groups(node), tree_of(cursor, sql, parameters)
    added = [{**e, "alias": f"{KEY}{place}"} for place, e in enumerate(_keys(node))]
    chosen = picked(cursor, node) if grouped and name in limited else []
    added += [{**counting(cursor, one), "alias": f"{PICKED}{place}"} for place, (_, one) in enumerate(chosen)]
    if grouped:
        added.append({**counting(cursor), "alias": COUNT})
    where = expression_sql(cursor, _unqualified(filled["where_clause"])) if filled["where_clause"] else ""
    keys = tuple(_bracketed(expression_sql(cursor, _unqualified(e)), e) for e in _keys(filled))
    asked = sql_of(cursor, {**node, "select_list": [*node["select_list"], *added]})
    return Selection(name, asked, where, keys, grouped, tuple(place for place, _ in chosen))


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
        and not (stars and groups(node))
        and not any(part.get("class") in ("SUBQUERY", "WINDOW") for part in parts(inside))
    )


def _keys(node: Node) -> list[Node]:
    """The expressions by which a SELECT groups; what stands in GROUP BY as a place or another name is resolved."""
    selected = node["select_list"]
    if node["aggregate_handling"] == "FORCE_AGGREGATES":
        return [e for e in selected if is_key(node, e)]
    return [_resolved(e, selected) for e in node["group_expressions"]]


def _resolved(e: Node, selected: Sequence[Node]) -> Node:
    if e["class"] == "CONSTANT" and e["literal"]["kind"] == "INTEGER":
        return selected[int(e["literal"]["text"]) - 1]
    if e["class"] == "COLUMN_REF" and len(e["column_names"]) == 1:
        return next((one for one in selected if one["alias"].lower() == e["column_names"][0].lower()), e)
    return e


def _unqualified(part: Any) -> Any:
    """A part of a query of one table, with columns named without the table."""
    if isinstance(part, list):
        return [_unqualified(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("class") == "COLUMN_REF":
        return {**part, "column_names": part["column_names"][-1:]}
    return {name: _unqualified(one) for name, one in part.items()}


def _bracketed(text: str, e: Node) -> str:
    return text if e["class"] == "COLUMN_REF" or (e["class"] == "FUNCTION" and not e["is_operator"]) else f"({text})"


def literal(value: object) -> str:
    """A value of a key as SQL; a day or a time as the text that DuckDB compares with it."""
    if isinstance(value, (bool, int, float)):
        return repr(value).lower()
    return quoted(value.isoformat() if isinstance(value, date) else value)
