"""Aggregates that anybody can work out again from the rows of a group: sum, count, mean, least and greatest."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.database.query_tree import Node, arguments

# DuckDB's names, and those of the primitives in core/operation.py
FOLLOWED = {
    "sum": "sum",
    "count": "count",
    "count_star": "count",
    "avg": "mean",
    "mean": "mean",
    "min": "least",
    "max": "greatest",
}


def plain_aggregate(expression: Node, columns: Iterable[str]) -> tuple[str, str] | None:
    """(primitive, column) of an aggregate of one column as it is, (count, "") of `count(*)`; None for all else.

    `columns` are those of the dataset that is grouped.
    """
    if expression["class"] != "FUNCTION" or expression["distinct"] or expression["filter"]:
        return None
    name, given = FOLLOWED.get(expression["function_name"].lower()), arguments(expression)
    if name is None or expression["order_bys"]["orders"]:
        return None
    if not given:
        return (name, "") if name == "count" else None
    if len(given) > 1 or given[0]["class"] != "COLUMN_REF":
        return None
    said = given[0]["column_names"][-1].lower()
    return next(((name, column) for column in columns if column.lower() == said), None)
