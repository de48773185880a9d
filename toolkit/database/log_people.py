"""How many people are behind each row of an answer about a read log, and what is withheld because they are too few.

Numbers of rows that fewer than FEWEST people are behind are withheld, and so are those of a second row wherever such a
row is alone among rows that add up with it. What cannot be counted is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.columns import is_quantity
from toolkit.database.group_sizes import aggregate_conditions
from toolkit.database.query_tree import (
    Node,
    aggregate_functions,
    every_node,
    expression_sql,
    function_arguments,
    is_group_key,
    is_grouped,
    refers,
    sql_of,
    tree_of,
)
from toolkit.database.rows_behind import is_plain
from toolkit.engine.connect import Connection, arrays_of, columns_of
from toolkit.engine.select_only import refuse_other_than_select

if TYPE_CHECKING:
    import numpy

    from toolkit.engine.connect import Columns

FEWEST = 5  # people behind a number that is published of a read log
PERSON = "user_id"  # the column of tables that has people
EXACT = (
    "stored_event",
    "stored_request",
)  # tables with times to the millisecond, which no question sees: usage_event has the hours
CUTS = ("LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER")
OF_PEOPLE = ("gaps", "grains")  # of what a log says about itself: days without use, and tokens
OF_ALL = ("accounting", "incentive", "price")  # tables that have nothing of single people
USED = {"developer": "tokens > 0", "developer_week": "requests IS NOT NULL", "rolled_week": "requests IS NOT NULL"}
# aggregates whose value is of all rows of a group; others may show that of one
OVER_ALL = (
    "avg corr count count_star count_if covar_pop covar_samp entropy median quantile quantile_cont quantile_disc mad "
    "kurtosis regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy skewness "
    "stddev stddev_pop stddev_samp sum var_pop var_samp variance"
).split()
QUANTILES = ("quantile", "quantile_cont", "quantile_disc")  # percentile_cont and percentile_disc are read as these
MOMENTS = ("time_utc", "day_on", "week_start_on")  # whose first and last are of nobody
DO = "ask one table of the log with GROUP BY and sums, counts, means or medians, or a metric of toolkit/usage/metrics"


def rows_of_read_log(cursor: Connection, where: str, sql: str, parameters: Mapping[str, object] | None) -> Columns:
    """The columns of an answer about a read log, names and types, and their arrays; withheld numbers are masked.

    What HAVING and LIMIT leave out counts too: who knows the sum of all would find it. Raises ToolkitError for a query
    whose people cannot be counted, and for one without a row that FEWEST people or more are behind.
    """
    tables = refuse_other_than_select(where, sql, cursor) - {*OF_ALL}
    counts = _counts(cursor, where, sql, tables, _tables_of_people(cursor), parameters)
    node = tree_of(cursor, sql)
    if not counts:
        cursor.execute(sql, dict(parameters) if parameters else None)
        return columns_of(cursor), [*arrays_of(cursor).values()]
    keys = [is_group_key(node, e) for e in node["select_list"]]
    columns, arrays, behind = _with_people(cursor, node, counts, keys, parameters or {})
    if node["having"] or any(one["type"] in CUTS for one in node["modifiers"]):
        whole = {**node, "having": None, "modifiers": []}
        _, all_arrays, all_behind = _with_people(cursor, whole, counts, keys, parameters or {})
        withheld = _few_and_seconds(_labels(all_arrays, keys), all_behind)
        hidden = {label for label, one in zip(_labels(all_arrays, keys), withheld, strict=True) if one}
        few = [label in hidden for label in _labels(arrays, keys)]
    else:
        few = _few_and_seconds(_labels(arrays, keys), behind)
    return _withheld(where, columns, arrays, few, keys)


def _with_people(
    cursor: Connection, node: Node, counts: Sequence[Node], keys: Sequence[bool], parameters: Mapping[str, object]
) -> tuple[list[tuple[str, str]], list[numpy.ndarray], list[list[int]]]:
    """The columns of an answer, its arrays, and how many people are behind each row, by each of several counts."""
    asked = sql_of(cursor, {**node, "select_list": [*node["select_list"], *counts]})
    used = {name: value for name, value in parameters.items() if f"${name}" in asked}
    cursor.execute(asked, used or None)
    columns, arrays = columns_of(cursor), [*arrays_of(cursor).values()]
    shown = len(columns) - len(counts)
    behind = [values.tolist() for values in arrays[shown:]]
    if node["where_clause"]:
        behind.append(_left_out(cursor, tree_of(cursor, sql_of(cursor, node), parameters), keys, arrays))
    return columns[:shown], arrays[:shown], behind


def _left_out(cursor: Connection, node: Node, keys: Sequence[bool], arrays: Sequence[numpy.ndarray]) -> list[int]:
    """The people behind what a query's WHERE leaves out of each row of its answer, whose first columns `arrays` are.

    Who knows the same answer without the WHERE finds what they used by taking one from the other.
    """
    name = node["from_table"]["table_name"].lower()
    condition = expression_sql(cursor, node["where_clause"])
    counted = f"count(DISTINCT {PERSON}) FILTER (WHERE {USED.get(name, 'true')} AND ({condition}) IS NOT TRUE)"
    column = {**tree_of(cursor, f"SELECT {counted}")["select_list"][0], "alias": "\1left_out"}
    asked = {
        **node,
        "where_clause": None,
        "having": None,
        "modifiers": [],
        "select_list": [*node["select_list"], column],
    }
    *whole, people = arrays_of(cursor.execute(sql_of(cursor, asked))).values()
    found: dict[tuple[object, ...], list[int]] = {}
    for label, number in zip(_labels(whole, keys), people.tolist(), strict=True):
        found.setdefault(label, []).append(number)
    return [min((number for number in found.get(label, ()) if number), default=0) for label in _labels(arrays, keys)]


def _labels(arrays: Sequence[numpy.ndarray], keys: Sequence[bool]) -> list[tuple[object, ...]]:
    """What each row is told apart by: its values in the columns of which `keys` says so."""
    columns = [values.tolist() for values, key in zip(arrays, keys, strict=False) if key]
    return [*zip(*columns, strict=True)] if columns else [()] * len(arrays[0])


def without_few(where: str, found: Columns, tables: Collection[str], ask: Callable[[str, str], Columns]) -> Columns:
    """The answer of a metric, which reads these `tables`, about a read log; withheld numbers are masked.

    `ask` asks the log another query, by its place and text. Raises ToolkitError for an answer without a row that
    FEWEST people or more are behind.
    """
    columns, arrays = found
    if not {*tables} - {*OF_ALL}:
        return found
    keys = [not is_quantity(*column) for column in columns]
    withheld = _few_and_seconds(_labels(arrays, keys), [_people_of_metric(ask, *found)])
    return _withheld(where, columns, arrays, withheld, keys)


def _withheld(
    where: str,
    columns: list[tuple[str, str]],
    arrays: list[numpy.ndarray],
    withheld: Sequence[bool],
    keys: Sequence[bool],
) -> Columns:
    """The answer without the numbers of rows that are `withheld`; `keys`, which rows are told apart by, stay.

    Raises ToolkitError where all rows are.
    """
    if withheld and all(withheld):
        raise _too_few(where)
    return columns, [values if key else _masked(values, withheld) for key, values in zip(keys, arrays, strict=True)]


def _few_and_seconds(labels: Sequence[tuple[object, ...]], behind: Sequence[Sequence[int]]) -> list[bool]:
    """Which rows are withheld: those that too few people are behind, by any of the counts, and `with_second`."""
    few = [any(0 < count < FEWEST for count in row) or not row[0] for row in zip(*behind, strict=True)]
    return with_second(labels, few, [*behind[0]]) if few else []


def with_second(labels: Sequence[tuple[object, ...]], few: Sequence[bool], people: Sequence[int]) -> list[bool]:
    """Which rows are withheld: those with few people, and wherever one of them is alone, the next smallest beside it.

    Rows are beside each other that differ in one label: who knows their sum would find the one that is missing.
    """
    withheld = [*few]
    lines: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(labels):
        for column in range(max(1, len(row))):
            lines.setdefault((column, row[:column] + row[column + 1 :]), []).append(place)
    grew = True
    while grew:
        grew = False
        for line in lines.values():
            missing = [place for place in line if withheld[place]]
            if len(missing) == 1 and len(line) > 1:
                next_one = min(
                    (place for place in line if not withheld[place]), key=lambda place: (people[place], place)
                )
                withheld[next_one] = grew = True
    return withheld


def _tables_of_people(cursor: Connection) -> set[str]:
    asked = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = ? AND NOT internal"
    return {name for (name,) in cursor.execute(asked, [PERSON]).fetchall()}


def _counts(
    cursor: Connection,
    where: str,
    sql: str,
    tables: Collection[str],
    people: Collection[str],
    parameters: Mapping[str, object] | None,
) -> list[Node]:
    """Columns that count the people behind each row, behind what its aggregates pick out, and past its quantiles.

    Raises ToolkitError for a query whose people cannot be counted.
    """
    if not tables:
        return []
    node = tree_of(cursor, sql)
    name = node["from_table"]["table_name"].lower() if is_plain(node) else ""
    if name in EXACT:
        raise ToolkitError(where, f"{name}, whose times are exact", "times of the hour", "ask usage_event")
    if name not in people or not is_grouped(node):
        raise ToolkitError(where, "people behind each row, who cannot be counted", "groups of people of a read log", DO)
    one = sorted({called for called in _aggregates(node) if called not in OVER_ALL})
    if one:
        raise ToolkitError(
            where, f"{', '.join(one)}, which may show the value of one person", "sums, counts, means", DO
        )
    used = USED.get(name, "true")
    conditions = [used]
    for _, condition in aggregate_conditions(
        cursor, node
    ):  # and what it leaves out, which a sum of all would give away
        conditions += [f"{used} AND ({condition})", f"{used} AND ({condition}) IS NOT TRUE"]
    counted = [f"SELECT count(DISTINCT {PERSON}) FILTER (WHERE {condition})" for condition in conditions]
    past = min(_past_quantiles(cursor, where, tree_of(cursor, sql, parameters)), default=0.5)
    if past < 0.5:  # a median is of all, as a mean is
        counted += [
            f"SELECT least({count}, greatest(1, CAST(floor({count} * {past}) AS BIGINT)))"
            for count in (one.removeprefix("SELECT ") for one in counted)
        ]
    return [
        {**tree_of(cursor, one)["select_list"][0], "alias": f"\1people{place}"} for place, one in enumerate(counted)
    ]


def _past_quantiles(cursor: Connection, where: str, node: Node) -> list[float]:
    """Of each quantile of a query the share of a group's people that lies past it, on the side that has fewer.

    Raises ToolkitError for one whose share is not between 0 and 1, or is no constant: it may be that of one person.
    """
    found: list[float] = []
    for part in every_node(node):
        if part.get("class") == "FUNCTION" and part["function_name"].lower() in QUANTILES:
            past = [round(min(one, 1 - one), 9) for one in _shares(cursor, function_arguments(part)[-1])]
            if not past or not all(one > 0 for one in past):
                raise ToolkitError(
                    where,
                    f"{part['function_name']}, which may show the value of one person",
                    "a quantile whose share is a constant between 0 and 1, and is neither",
                    f"ask one that {FEWEST} people or more lie past, such as 0.9 of {FEWEST * 10}",
                )
            found += past
    return found


def _shares(cursor: Connection, expression: Node) -> list[float]:
    """The constant that a quantile is given as its share, or those of its list; empty if it is none."""
    if refers(expression):
        return []
    (value,) = cursor.execute(f"SELECT {expression_sql(cursor, expression)}").fetchone() or (None,)
    try:
        return [abs(float(one)) for one in (value if isinstance(value, list) else [value])]
    except (TypeError, ValueError):
        return []


def _aggregates(node: Node) -> list[str]:
    """The aggregates of a query, but the first and last of moments."""
    found = []
    for part in every_node(node):
        if part.get("class") == "FUNCTION" and (name := part["function_name"].lower()) in aggregate_functions():
            inner = [
                one["column_names"][-1].lower()
                for one in every_node(function_arguments(part))
                if one.get("class") == "COLUMN_REF"
            ]
            if not (name in ("min", "max") and inner and {*inner} <= {*MOMENTS}):
                found.append(name)
    return found


def _people_of_metric(
    ask: Callable[[str, str], Columns], columns: Sequence[tuple[str, str]], arrays: Sequence[numpy.ndarray]
) -> list[int]:
    """The people with any use behind each row of a metric: those of its week and team, or of the whole log."""
    keys = [place for place, (name, _) in enumerate(columns) if name in ("week_start_on", "team")]
    names = [columns[place][0] for place in keys]
    selected = "".join(f"CAST({name} AS STRING) AS {name}, " for name in names)
    asked = f"SELECT {selected}count(DISTINCT {PERSON}) AS people FROM developer_week WHERE requests IS NOT NULL"
    found = ask("people behind a metric", f"{asked} GROUP BY {', '.join(names)}" if keys else asked)[1]
    rows = [*zip(*(values.tolist() for values in found), strict=True)]
    known = {row[:-1]: row[-1] for row in rows}
    listed = [[str(value)[:10] if "week" in columns[place][0] else value for value in arrays[place]] for place in keys]
    if not keys:
        return [known.get((), 0)] * len(arrays[0])
    return [known.get(row, 0) for row in zip(*listed, strict=True)]


def refuse_few(where: str, name: str, people: int) -> None:
    """Raises ToolkitError for what a read log of too few people says about itself that is about them."""
    if name in OF_PEOPLE and people < FEWEST:
        raise _too_few(where)


def _masked(values: numpy.ndarray, withheld: Sequence[bool]) -> numpy.ndarray:
    import numpy

    return numpy.ma.array(values, mask=numpy.ma.getmaskarray(values) | numpy.array(withheld))


def _too_few(where: str) -> ToolkitError:
    return ToolkitError(
        [
            Problem(
                where,
                f"no row that {FEWEST} people or more are behind",
                f"at least {FEWEST} people behind each number that is published of a read log",
                "group more coarsely; a metric is of one grain and one meaning of tokens: log.grains has all",
            )
        ]
    )
