"""PIVOT as the SELECT that it stands for, which groups rows, and the columns that UNPIVOT puts below one another."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.database.meaning import LABEL, Columns, both
from toolkit.database.query_tree import Node, every_node

COLUMN = {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": ""}


def select_of_pivot(table: Node, columns: Sequence[str]) -> Node | None:
    """The SELECT that a PIVOT of a source with these `columns` stands for; None where its columns have other names.

    They are named by the values of one column, and by the aliases of the aggregates.
    """
    if len(table["pivots"]) != 1 or not table["aggregates"] or table["unpivot_names"]:
        return None
    (pivot,), aggregates = table["pivots"], table["aggregates"]
    literals = [entry.get("star_expr") or {} for entry in pivot["entries"]]
    if any(literal.get("class") != "CONSTANT" for literal in literals) or (
        len(aggregates) > 1 and not all(e["alias"] for e in aggregates)
    ):
        return None
    names = [
        e["column_names"][-1].lower() for part in (pivot, aggregates) for e in every_node(part) if "column_names" in e
    ]
    groups = table["groups"] or [name for name in columns if name.lower() not in names]
    keys = [{**COLUMN, "column_names": [name]} for name in groups]
    values = [
        entry["alias"] or literal["literal"]["text"] for entry, literal in zip(pivot["entries"], literals, strict=True)
    ]
    pivoted = [{**e, "alias": f"{value}_{e['alias']}" if e["alias"] else value} for value in values for e in aggregates]
    return {
        "type": "SELECT_NODE",
        "cte_map": {"map": []},
        "modifiers": [],
        "select_list": [*keys, *pivoted],
        "from_table": table["source"],
        "group_expressions": keys,
        "aggregate_handling": "STANDARD_HANDLING",
    }


def columns_of_unpivot(table: Node, columns: Columns) -> Columns:
    """What the columns of an UNPIVOT of a source with these columns hold; {} where it lists no plain columns."""
    if len(table["pivots"]) != 1 or len(table["unpivot_names"]) != 1:
        return {}
    (pivot,), (value,), (name,) = table["pivots"], table["unpivot_names"], table["pivots"][0]["unpivot_names"]
    listed = [entry["column_names"][-1].lower() for entry in every_node(pivot["entries"]) if "column_names" in entry]
    by_lower_name = {own.lower(): meaning for own, meaning in columns.items()}
    if not listed or not by_lower_name.keys() >= {*listed}:
        return {}
    other_columns = {own: meaning for own, meaning in columns.items() if own.lower() not in listed}
    return {**other_columns, name: LABEL, value: both([by_lower_name[column] for column in listed])}
