"""Aggregates that anybody can work out again from the rows of a group: sum, count, mean, least and greatest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.core.unit import Unit, unit_text
from toolkit.database.dataset_questions import Asked
from toolkit.database.query_tree import Node, arguments
from toolkit.datasets.declaration import Dataset

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


def followed(asked: Asked, datasets: Sequence[Dataset], place: int, unit: Unit) -> dict[str, str]:
    """The settings by which a column's values can be worked out again from the rows behind them; {} where not.

    These are a primitive, the column `of` which it is taken, "" for the rows themselves, and that column's unit.
    """
    if asked.selection is None or not asked.selection.grouped:
        return {}
    found = plain_aggregate(asked.tree["select_list"][place], (column.name for column in datasets[0].columns))
    return {"aggregate": found[0], "of": found[1], "unit": unit_text(unit)} if found else {}
