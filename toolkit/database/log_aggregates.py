"""Which aggregates a question of a read log may use: those whose value is of all people of a group, not of one.

What an aggregate adds up is a column, a sum or difference of columns, or such a thing times or over a number; what it
picks out is said by FILTER, CASE or a comparison, so that the people behind it can be counted. A function may give one
person more weight than others.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.errors import ToolkitError
from toolkit.core.smallest_group import OF_LOG
from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.group_sizes import BOOLEAN_CLASSES, COUNT_IF, quantile_shares
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    function_arguments,
    has_column,
    nearest_below,
)
from toolkit.engine.connect import Connection

# aggregates whose value is of all rows of a group; others may show that of one
OVER_ALL = (
    *COUNT_IF,
    *(
        "avg corr count count_star covar_pop covar_samp entropy median quantile quantile_cont quantile_disc mad "
        "kurtosis regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy skewness "
        "stddev stddev_pop stddev_samp sum var_pop var_samp variance"
    ).split(),
)
MOMENTS = ("time_utc", "day_on", "week_start_on")  # whose first and last are of nobody
DO = "ask one table of the log with GROUP BY and sums, counts, means or medians, or a metric of toolkit/usage/metrics"


def refuse_showing_one(cursor: Connection, where: str, node: Node) -> None:
    """Raises ToolkitError for a query with an aggregate that may show the value of one person."""
    calls = [call for call in _aggregates(node) if not _is_of_moments(call)]
    of_one_person = {name for call in calls if (name := call["function_name"].lower()) not in OVER_ALL}
    of_one_person |= {
        f"{call['function_name']} of DISTINCT values" for call in calls if call["distinct"] and not _counts(call)
    }
    for call in calls:
        values = () if _counts(call) else function_arguments(call)
        of_one_person |= {expression_sql(cursor, part) for value in values for part in _weighing(value)}
    if of_one_person:
        raise ToolkitError(
            where,
            f"{', '.join(sorted(of_one_person))}, which may show the value of one person",
            "sums, counts, means of columns, and of what FILTER, CASE or a comparison picks out",
            DO,
        )


def share_past_quantiles(cursor: Connection, where: str, node: Node) -> float:
    """The least share of a group's people that lies past a quantile of a query, on the side that has fewer.

    It is 0.5 without one: a median is of all, as a mean is. Raises ToolkitError for a quantile whose share is not
    between 0 and 1, or is no constant: it may be that of one person.
    """
    shares = [0.5]
    for name, past in quantile_shares(cursor, node):
        if not past:
            raise ToolkitError(
                where,
                f"{name}, which may show the value of one person",
                "a quantile whose share is a constant between 0 and 1, and is neither",
                f"ask one that {OF_LOG} people or more lie past, such as 0.9 of {OF_LOG * 10}",
            )
        shares.append(past)
    return min(shares)


def _aggregates(node: Node) -> Iterator[Node]:
    for part in every_node(node):
        if is_aggregate(part):
            yield part


def _counts(call: Node) -> bool:
    """True for an aggregate that counts rows or values, of which none weighs more than another."""
    return call["function_name"].lower() in ("count", "count_star", *COUNT_IF)


def _is_of_moments(call: Node) -> bool:
    """True for the first or the last of moments."""
    columns = [
        part["column_names"][-1].lower()
        for part in every_node(function_arguments(call))
        if part.get("class") == "COLUMN_REF"
    ]
    return call["function_name"].lower() in ("min", "max") and bool(columns) and {*columns} <= {*MOMENTS}


def _weighing(expression: Node) -> Iterator[Node]:
    """The parts of an aggregate's argument that may give single rows another weight than others."""
    kind, name = expression["class"], str(expression.get("function_name", ""))
    if kind in ("COLUMN_REF", "CONSTANT", "STAR", "PARAMETER", "TYPE") or not has_column(expression):
        return
    if kind in BOOLEAN_CLASSES or (kind == "OPERATOR" and expression["type"] != "OPERATOR_COALESCE"):
        return  # a condition, whose people are counted
    if kind == "CASE":
        below = [*(check["then_expr"] for check in expression["case_checks"]), expression["else_expr"]]
    else:
        below = list(nearest_below(list(expression.values())))
    columns = sum(map(has_column, below))
    is_plain = kind in ("CASE", "CAST", "OPERATOR") or name in ("+", "-") or (name in ("*", "/") and columns == 1)
    if not is_plain or (name == "/" and not has_column(below[0])):
        yield expression
        return
    for part in below:
        yield from _weighing(part)
