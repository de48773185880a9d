"""How many rows of a dataset are behind the groups of a query and behind its aggregates.

Of an aggregate those rows are meant that it picks out of its group, by FILTER or CASE.
A query that is not plain is safe where every SELECT that reads the dataset itself makes groups of it, each of enough
rows: what is asked of these groups rests on no fewer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    function,
    function_arguments,
    has_column,
    is_distinct,
    is_grouped,
    refers,
    run_with,
    sql_of,
    tree_of,
)
from toolkit.engine.connect import Connection
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

BOOLEAN_CLASSES = ("COMPARISON", "CONJUNCTION", "BETWEEN")
LIKE = ("~~", "!~~", "~~*", "!~~*", "contains", "prefix", "suffix", "starts_with", "ends_with", "regexp_matches")
COUNT_IF = ("count_if", "countif")
COALESCE = "OPERATOR_COALESCE"
# percentile_cont and percentile_disc are read as the first of these
QUANTILES = ("quantile", "quantile_cont", "quantile_disc", "approx_quantile", "reservoir_quantile")
NULLABLE = {"LEFT": ("right",), "RIGHT": ("left",), "OUTER": ("left", "right"), "FULL": ("left", "right")}


def aggregate_conditions(cursor: Connection, node: Node) -> list[tuple[int, str]]:
    """(place in the select list, condition) of what an aggregate picks out of its group, as SQL.

    That is what its FILTER, its CASE, its comparisons and its columns of yes and no say, and that what it adds up is
    not missing.
    """
    conditions, truth_columns = [], yes_or_no(cursor)
    for index, e in enumerate(node["select_list"]):
        for call in every_node(e):
            if is_aggregate(call):
                filter_condition = f"({expression_sql(cursor, call['filter'])})" if call["filter"] else ""
                inside = [f"({condition})" for condition in _argument_conditions(cursor, call, truth_columns)]
                conditions += [
                    (index, " AND ".join(filter(None, (filter_condition, condition))))
                    for condition in inside or ([filter_condition] if filter_condition else [])
                ]
    return list(dict.fromkeys(conditions))


def aggregate_counts(cursor: Connection, node: Node, of: str = "") -> list[tuple[int, Node]]:
    """(place in the select list, expression that counts rows) of all that an aggregate of it may show by itself.

    That is what it picks out of its group, what it leaves of it, which a sum of all would give away, and what lies past
    its quantile. `of` is that of `counting`.
    """
    conditions = dict.fromkeys([*aggregate_conditions(cursor, node), *_left_by_aggregates(cursor, node)])
    counts = [(index, counting(cursor, condition, of)) for index, condition in conditions]
    every = expression_sql(cursor, counting(cursor, of=of))
    for index, e in enumerate(node["select_list"]):
        past = min((share for _, share in quantile_shares(cursor, e)), default=0.5)
        if past < 0.5:
            few = f"SELECT greatest(1, CAST(floor({every} * {past}) AS BIGINT))"
            counts.append((index, tree_of(cursor, few)["select_list"][0]))
    return counts


def quantile_shares(cursor: Connection, tree: object) -> Iterator[tuple[str, float]]:
    """(function, the share of rows past it on the side that has fewer) of each quantile; 0 where it is no constant."""
    for part in every_node(tree):
        if part.get("class") == "FUNCTION" and part["function_name"].lower() in QUANTILES:
            arguments = function_arguments(part)[1:2]  # after what it is of
            shares = [share for one in arguments for share in _constants(cursor, one)] or [0.0]
            yield part["function_name"], min(max(round(min(share, 1 - share), 9), 0.0) for share in shares)


def _constants(cursor: Connection, expression: Node) -> list[float]:
    """The constant that a quantile is given as its share, or those of its list; empty if it is none."""
    if refers(expression):
        return []
    (value,) = cursor.execute(f"SELECT {expression_sql(cursor, expression)}").fetchone() or (None,)
    try:
        return [abs(float(number)) for number in (value if isinstance(value, list) else [value])]
    except (TypeError, ValueError):
        return []


def _left_by_aggregates(cursor: Connection, node: Node) -> Iterator[tuple[int, str]]:
    """(place, condition) of the rows of a group that an aggregate leaves in it, by its FILTER or by what it is given.

    Where a value is missing, so that a condition is neither true nor false, there is none that a sum could give away.
    """
    truth_columns = yes_or_no(cursor)
    for index, e in enumerate(node["select_list"]):
        for call in every_node(e):
            if is_aggregate(call):
                filter_condition = f"({expression_sql(cursor, call['filter'])})" if call["filter"] else ""
                parts = [part for part in every_node(function_arguments(call)) if part.get("type") != COALESCE]
                inside = [
                    f"({condition}) IS FALSE"
                    for part in parts
                    for condition in _conditions_of(cursor, part, truth_columns)
                ]
                yield from ((index, " AND ".join(filter(None, (filter_condition, condition)))) for condition in inside)
                if filter_condition:
                    yield index, f"{filter_condition} IS FALSE"


def yes_or_no(cursor: Connection) -> set[str]:
    """The names of columns that hold true and false, of whatever table."""
    sql = "SELECT DISTINCT lower(column_name) FROM duckdb_columns() WHERE data_type = 'BOOLEAN' AND NOT internal"
    return {name for (name,) in cursor.execute(sql).fetchall()}


def _argument_conditions(cursor: Connection, call: Node, truth_columns: set[str]) -> Iterator[str]:
    """`truth_columns` are columns that hold true and false."""
    for argument in function_arguments(call):
        if argument.get("class") not in ("STAR", "CONSTANT"):
            yield f"({expression_sql(cursor, argument)}) IS NOT NULL"
            if call["function_name"].lower() in COUNT_IF:
                yield expression_sql(cursor, argument)
        for part in every_node(argument):
            yield from _conditions_of(cursor, part, truth_columns)


def _conditions_of(cursor: Connection, part: Node, truth_columns: set[str]) -> Iterator[str]:
    """What one part of an aggregate's argument picks out."""
    if part.get("class") == "CASE":
        checks = [(expression_sql(cursor, check["when_expr"]), check["then_expr"]) for check in part["case_checks"]]
        for condition, then in checks:
            yield condition
            if has_column(then):
                yield f"({condition}) AND ({expression_sql(cursor, then)}) IS NOT NULL"
        if not _is_null_or_zero(part["else_expr"]):
            yield " AND ".join(f"(({condition}) IS NOT TRUE)" for condition, _ in checks)
    elif part.get("type") == COALESCE:
        yield from (f"({expression_sql(cursor, child)}) IS NOT NULL" for child in part["children"] if has_column(child))
    elif part.get("class") in BOOLEAN_CLASSES or _is_operator(part) or _is_said(part, truth_columns):
        yield expression_sql(cursor, part)


def _is_said(part: Node, truth_columns: set[str]) -> bool:
    return part.get("class") == "COLUMN_REF" and part["column_names"][-1].lower() in truth_columns


def _is_operator(part: Node) -> bool:
    if part.get("class") == "OPERATOR":
        return str(part["type"]).startswith("COMPARE_") or "NULL" in str(part["type"]) or part["type"] == "OPERATOR_NOT"
    return part.get("class") == "FUNCTION" and part["function_name"].lower() in LIKE


def _is_null_or_zero(e: Node | None) -> bool:
    return e is None or (e["class"] == "CONSTANT" and e["literal"]["text"] in ("", "0"))


def counting(cursor: Connection, condition: str = "", of: str = "") -> Node:
    """The expression that counts rows that fulfil a condition; with `of`, the name of a table, different rows of it."""
    if not (condition or of):
        return function("count_star", [])
    count = f"count(DISTINCT {identifier(of)})" if of else "count(*)"
    filter_clause = f" FILTER (WHERE {condition})" if condition else ""
    expression: Node = tree_of(cursor, f"SELECT {count}{filter_clause}")["select_list"][0]
    return expression


def least_rows(
    cursor: Connection, tree: Node, dataset: str, parameters: Mapping[str, object], private: bool = False
) -> int | None:
    """The fewest rows of a dataset behind a group that a query makes of it; None where it cannot be told.

    A group without any row does not count. What only filters is counted of a `private` dataset alone: whether there is
    such a row may not be told either.
    """
    counts: list[int] = []
    for node in selects_of(tree, dataset, filters=private):
        counts_of_select = _least(cursor, node, dataset, parameters)
        if counts_of_select is None:
            return None
        counts += counts_of_select
    return min(counts, default=0)


def selects_of(tree: Any, dataset: str, filters: bool = False) -> Iterator[Node]:
    """Every SELECT that has a dataset in its FROM; with `filters` those that only filter, in WHERE and HAVING, too."""
    if isinstance(tree, list):
        for one in tree:
            yield from selects_of(one, dataset, filters)
    elif isinstance(tree, dict):
        if tree.get("type") == "SELECT_NODE" and any(
            _is_table(part, dataset) for part in from_parts(tree["from_table"])
        ):
            yield tree
        skipped = ("where_clause", "having") if tree.get("type") == "SELECT_NODE" and not filters else ()
        for name, part in tree.items():
            if name not in skipped:
                yield from selects_of(part, dataset, filters)


def from_parts(table: Node) -> Iterator[Node]:
    """The parts of a FROM that are not inside a SELECT of their own."""
    yield table
    for part in table.values():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, dict) and inner.get("type") not in ("SELECT_NODE", "SET_OPERATION_NODE"):
                yield from from_parts(inner)


def _is_table(part: Node, dataset: str) -> bool:
    return part.get("type") == "BASE_TABLE" and part["table_name"].lower() == dataset


def _least(cursor: Connection, node: Node, dataset: str, parameters: Mapping[str, object]) -> list[int] | None:
    """Counts of rows behind the groups of one SELECT, those that are 0 left out; None where they cannot be told."""
    alias = dataset_alias(node["from_table"], dataset)
    if alias is None or not is_grouped(node) or is_distinct(node) or len(node["group_sets"]) > 1 or node["sample"]:
        return None
    counts = [
        counting(cursor, of=alias),
        *(count for _, count in aggregate_counts(cursor, node, alias)),
    ]
    # \1 is in no author's name of a column
    named_counts = [{**count, "alias": f"\1{index}"} for index, count in enumerate(counts)]
    with_counts = {**node, "select_list": [*node["select_list"], *named_counts], "modifiers": [], "qualify": None}
    text = sql_of(cursor, with_counts)
    try:
        rows = run_with(cursor, text, parameters).fetchall()
    except (EngineError, ToolkitError):  # correlated with an outer query, it cannot run by itself
        return None
    return [count for row in rows for count in row[-len(named_counts) :] if count]


def dataset_alias(table: Node, dataset: str) -> str | None:
    """The name of a dataset in a FROM of tables; None where it stands there twice, or its rows may be missing."""
    aliases, pending = [], deque([(table, False)])
    while pending:
        part, missing = pending.popleft()
        if part["type"] == "JOIN":
            nullable_sides = NULLABLE.get(part["join_type"], ())
            pending += [(part[side], missing or side in nullable_sides) for side in ("left", "right")]
        elif _is_table(part, dataset):
            aliases.append(None if missing or part["sample"] else part["alias"] or part["table_name"])
        elif part["type"] not in ("BASE_TABLE", "SUBQUERY", "EMPTY"):
            return None
    return aliases[0] if len(aliases) == 1 else None
