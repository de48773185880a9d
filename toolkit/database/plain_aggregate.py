"""Aggregates that anybody can work out again from the rows of a group: sum, count, mean, least and greatest."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.database.query_tree import Node, expression_sql, function_arguments
from toolkit.engine.connect import Connection

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


@dataclass(frozen=True)
class Aggregate:
    """A primitive and what it is taken `of` in each row, as SQL: "" for `count(*)`. `cast`: a CAST is around it."""

    primitive: str
    of: str
    cast: bool = False


def aggregate_of(cursor: Connection, expression: Node) -> Aggregate | None:
    """The aggregate that an expression is, of all rows of its group; None for all else."""
    inside = uncast(expression)
    if inside["class"] != "FUNCTION" or inside["distinct"] or inside["filter"]:
        return None
    primitive, arguments = FOLLOWED.get(inside["function_name"].lower()), function_arguments(inside)
    if (
        primitive is None
        or inside["order_bys"]["orders"]
        or len(arguments) > 1
        or not (arguments or primitive == "count")
    ):
        return None
    of = expression_sql(cursor, arguments[0]) if arguments and arguments[0]["class"] != "STAR" else ""
    return Aggregate(primitive, of, inside is not expression)


def uncast(expression: Node) -> Node:
    """An expression without the CAST around it."""
    return expression["child"] if expression["class"] == "CAST" else expression


def without_casts(expression: Node) -> Node:
    """An expression without any CAST around it."""
    return without_casts(expression["child"]) if expression["class"] == "CAST" else expression
