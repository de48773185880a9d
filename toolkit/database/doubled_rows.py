"""Rows that a JOIN or a UNION ALL finds several times, or not at all, which a sum, a mean or a count would then take.

A school with three inspections stands three times in `schools JOIN inspections`, and `sum(pupils)` counts its pupils
three times. So each SELECT with a JOIN is asked once more with a number for each row of its tables: in a group, or a
window, no row of what an aggregate takes may stand twice. One of columns of several tables takes pairs of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.column_names import COUNTS
from toolkit.database.expression_meaning import ADDING, AVERAGING
from toolkit.database.numbered_rows import ROW, JoinedTable, Reader, connected, of_columns
from toolkit.database.own_functions import averages
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    function_arguments,
    has_aggregates_or_windows,
    is_grouped,
    nearest_below,
    run_with,
    selects_inside_out,
    sql_of,
    tree_of,
    unplaced,
)
from toolkit.engine.connect import Connection
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

# aggregates that take each row as often as it stands there
TAKE_EACH_ROW = ADDING | AVERAGING | {"count", "count_star", "product", "string_agg", "group_concat", "listagg"}
TAKE_VALUES = ADDING | AVERAGING | {"product"}  # which with DISTINCT take equal values of several rows once
COUNTING_RANKS = ("rank", "percent_rank", "cume_dist", "ntile")  # which count the rows before a row
PARTS_OF_OVER = ("partitions", "orders", "start", "end", "start_expr", "end_expr", "exclude_clause")
EVERY_ROW = {"orders": [], "start": "UNBOUNDED_PRECEDING", "end": "CURRENT_ROW_RANGE"}  # of a partition


def doubled_rows(
    cursor: Connection, tree: Node, parameters: Mapping[str, object], where: str, *, private: bool = False
) -> Iterator[Problem]:
    """A problem for each column of a query that adds up, averages or counts rows of a table that a JOIN repeats.

    It says how many, unless they are `private`. Of a SELECT that cannot run by itself nothing is known.
    """
    yield from _equal_values(cursor, tree, where)
    yield from rows_taken_again(cursor, tree, parameters, where, private=private)


def rows_taken_again(
    cursor: Connection, tree: Node, parameters: Mapping[str, object], where: str, *, private: bool = False
) -> Iterator[Problem]:
    """As `doubled_rows`, without what DISTINCT leaves out of sums: of figures their keys tell it."""
    for node, ctes in selects_inside_out(tree, []):
        if not has_aggregates_or_windows(node["select_list"]):
            continue
        reader = Reader(cursor, parameters, [*ctes, *node["cte_map"]["map"]])
        yield from dict.fromkeys(_rows_of_two_sides(reader, node, where))
        try:
            surpluses = [*_surpluses(reader, node)]
        except (EngineError, ToolkitError):  # correlated with an outer query
            continue
        for aggregate, surplus in surpluses:
            if surplus.count or surplus.joined_with_all_of:
                yield aggregate.problem(f"{where}, column", surplus, private)


def _equal_values(cursor: Connection, tree: Node, where: str) -> Iterator[Problem]:
    """A problem for each sum or mean of DISTINCT values: two rows that happen to have one value count once in it."""
    for part in every_node(tree):
        if part.get("class") == "FUNCTION" and part["distinct"] and part["function_name"].lower() in TAKE_VALUES:
            yield Problem(
                where,
                f"{expression_sql(cursor, part)}, which takes equal values of different rows once",
                "each row once in a sum or a mean",
                "take it of rows that are each there once: FROM (SELECT DISTINCT id, value FROM …)",
            )


def _rows_of_two_sides(reader: Reader, node: Node, where: str) -> Iterator[Problem]:
    """A problem for each two sides of a UNION ALL that take one row both, where a SELECT takes the rows of it."""
    for part in _read_by(node["from_table"], reader.ctes):
        if part.get("type") == "SET_OPERATION_NODE" and part["setop_type"] == "UNION" and part["setop_all"]:
            for side, other in combinations(map(unplaced, part["children"]), 2):
                if _overlap(reader, side, other):
                    yield Problem(
                        where,
                        f"a UNION ALL of rows that are there already, {sql_of(reader.cursor, other)}",
                        "each row once in a sum, a mean, a count or a list",
                        "take one side alone, or choose the rows of each in WHERE so that none is in both",
                    )


def _read_by(table: Node, ctes: Sequence[Node]) -> Iterator[Node]:
    """Every part of a FROM, and of what WITH names that stands in it."""
    queries_by_name = {cte["key"].lower(): cte["value"]["query_node"] for cte in ctes}
    waiting = [table]
    while waiting:
        for part in every_node(waiting.pop()):
            yield part
            if part.get("type") == "BASE_TABLE" and (query := queries_by_name.pop(part["table_name"].lower(), None)):
                waiting.append(query)


def _overlap(reader: Reader, side: Node, other: Node) -> bool:
    """Whether two sides of a UNION ALL that differ in WHERE at most take one row of a table both."""
    if side.get("type") != "SELECT_NODE" or side["from_table"]["type"] == "EMPTY":
        return False
    if {**side, "where_clause": None} != {**other, "where_clause": None}:
        return False
    if side == other or is_grouped(side) or side["modifiers"] or side["qualify"] or side["sample"]:
        return side == other
    clauses = [clause for clause in (side["where_clause"], other["where_clause"]) if clause]
    conditions = [f"({expression_sql(reader.cursor, clause)})" for clause in clauses]
    condition = tree_of(reader.cursor, f"SELECT 1 WHERE {' AND '.join(conditions)}")["where_clause"]
    both_sides = {**side, "cte_map": reader.scope(side), "where_clause": condition}
    try:
        sql = f"SELECT 1 FROM ({sql_of(reader.cursor, both_sides)}) LIMIT 1"
        return bool(run_with(reader.cursor, sql, reader.parameters).fetchall())
    except (EngineError, ToolkitError):  # correlated with an outer query
        return False


@dataclass(frozen=True)
class _Surplus:
    """How many rows of some tables an aggregate takes more than there are, in the group with the most of them."""

    sources: Sequence[JoinedTable]
    repeated: int
    missing: int  # rows of a LEFT JOIN that have none of the table
    joined_with_all_of: str = ""  # a table with each of whose rows all of these are joined, as no condition is between

    @property
    def count(self) -> int:
        return self.repeated + self.missing


@dataclass(frozen=True)
class _Aggregate:
    """An aggregate or a window `call` in the `column` of a SELECT that joins the tables `sources`.

    Of `sum(score * pupils) / sum(pupils)` the call sum(pupils) has the first sum as one of `weighted_sums`.
    """

    reader: Reader
    column: Node
    call: Node
    weighted_sums: Sequence[Node]
    sources: Sequence[JoinedTable]

    @property
    def name(self) -> str:
        name = str(self.call["function_name"]).lower()
        return "count_star" if name == "count" and not self.call["arguments"] else name

    @property
    def choices(self) -> list[list[JoinedTable]]:
        """The tables whose rows it takes together: of count(*) each of those that it may count by itself."""
        if self.name == "count_star":
            pairs_are_meant = "pairs" in self.column["alias"].lower()
            return [] if pairs_are_meant else [[table] for table in self.counted or self.sources]
        calls = [self.call, *self.weighted_sums]
        arguments = self.call["orders"] if self.name in COUNTING_RANKS else [*map(function_arguments, calls)]
        tables = of_columns(self.sources, arguments)
        return [tables] if tables else []

    @cached_property
    def counted(self) -> list[JoinedTable]:
        """The tables whose rows count(*) counts by its name: n_<table>, or n_<columns>; [] if it says none."""
        alias = self.column["alias"].lower()
        counted = next((alias.removeprefix(prefix) for prefix in COUNTS if alias.startswith(prefix)), "")
        singulars = _singulars(counted or alias) - {counted or alias}
        names = {counted} | singulars
        tables = [table for table in self.sources if any(names & _singulars(name) for name in table.names)]
        if len(tables) == 1:
            return tables
        columns = singulars | {f"{name}_id" for name in singulars}  # a column "weeks" holds a number of them
        return [table for table in self.sources if columns & table.columns]

    def counts(self) -> list[Node]:
        """For each of `choices` two expressions: rows that are taken again, and rows that are not there."""
        cursor, select_list = self.reader.cursor, []
        arguments = [f"({expression_sql(cursor, argument)})" for argument in function_arguments(self.call)[:1]]
        filter_of_call = self.call.get("filter") or self.call.get("filter_expr")
        condition = [f"({expression_sql(cursor, filter_of_call)})"] if filter_of_call else []
        over = " OVER ()" if self.call["class"] == "WINDOW" else ""
        for sources in self.choices:
            rows = [identifier(table.row) for table in sources]
            not_null = rows if self.name in (*COUNTING_RANKS, "count_star") else [*arguments, *rows]
            is_taken = " AND ".join([*(f"{value} IS NOT NULL" for value in not_null), *condition])
            is_missing = " AND ".join([f"{rows[0]} IS NULL", *condition]) if self.name == "count_star" else "false"
            taken, missing = (f"count(*) FILTER (WHERE {which}){over}" for which in (is_taken, is_missing))
            there_are = f"count(DISTINCT ({', '.join(rows)})) FILTER (WHERE {is_taken}){over}"
            select_list += [f"{taken} - {there_are}", missing]
        expressions = _expressions(cursor, ", ".join(select_list))
        window = {key: self.call[key] for key in PARTS_OF_OVER if key in self.call}
        if self.name in COUNTING_RANKS:
            window |= EVERY_ROW
        for part in every_node(expressions):
            if part.get("class") == "WINDOW":
                part.update(window)
        return expressions

    def surplus(self, node: Node, counts: Sequence[int], several: Sequence[JoinedTable]) -> _Surplus:
        """What `counts` came to; `several` are the tables that have more than one row in the JOIN of the SELECT."""
        repeated_and_missing = zip(self.choices, counts[::2], counts[1::2], strict=True)
        surpluses = [_Surplus(*of_choice) for of_choice in repeated_and_missing]
        surplus = min(surpluses, key=lambda choice: (choice.count, choice.repeated))
        largest = max(surpluses, key=lambda choice: choice.repeated)
        if self.name == "count_star" and self.counted and largest.repeated:
            surplus = largest
        connected_rows = connected(node, self.sources, [*surplus.sources, *of_columns(self.sources, self.column)])
        apart = [table.name for table in several if table.row not in connected_rows]
        return replace(surplus, joined_with_all_of=apart[0]) if apart else surplus

    def problem(self, where: str, surplus: _Surplus, private: bool) -> Problem:
        """The problem of taking so many rows more than there are."""
        cursor, names = self.reader.cursor, [table.name for table in surplus.sources]
        call_sql, name = expression_sql(cursor, self.call), names[0]
        rows = "rows" if private else f"{surplus.count:,} rows" if surplus.count > 1 else "one row"
        found = f"{call_sql}, which takes {rows} of {' with '.join(names)} more than there are"
        found += ": a JOIN finds some several times"
        remedy = (
            f"join {name} with SELECT DISTINCT of the columns of ON, or with what is grouped by them: "
            "(SELECT …, count(*) AS n FROM … GROUP BY …), whose n is a weight; or count(DISTINCT …)"
        )
        if self.name == "count_star":
            remedy = f"count the rows of one table, count(DISTINCT {name}.…); if pairs are meant, say n_pairs"
        if not surplus.count:
            other = surplus.joined_with_all_of
            found = f"{call_sql}, which takes all rows of {name} for each of {other}: no condition joins them"
            remedy = f"join {name} with {other} ON a column of both, or ask it in a query of its own"
        elif not surplus.repeated:
            have = "has" if surplus.count == 1 and not private else "have"
            found = f"{call_sql}, which counts {rows} that {have} none of {name}: a LEFT JOIN keeps them"
            remedy = f"count what is there: count of a column of {name} that is never empty"
        allowed = "each row once in a sum, a mean, a count or a list"
        return Problem(f"{where} {self.column['alias'] or call_sql}", found, allowed, remedy)


def _singulars(word: str) -> set[str]:
    """A word, and what it may be the plural of."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return {word, *(word.removesuffix(end) + singular for end, singular in endings if word.endswith(end))} - {""}


def _surpluses(reader: Reader, node: Node) -> Iterator[tuple[_Aggregate, _Surplus]]:
    """What each aggregate of a SELECT takes of the tables that it joins."""
    if not reader.joins(node["from_table"]):
        return
    numbered_tables, sources = reader.numbered(node["from_table"])
    of_rows = not is_grouped(node)
    calls = [(column, *call) for column in node["select_list"] for call in _calls(column, of_rows)]
    aggregates = [_Aggregate(reader, *call, sources) for call in calls]
    aggregates = [aggregate for aggregate in aggregates if aggregate.choices]
    if not aggregates:
        return
    counts_of_each = [aggregate.counts() for aggregate in aggregates]
    all_connected = connected(node, sources, sources[:1]).issuperset(table.row for table in sources)
    bounded = [] if all_connected else sources  # of which the least and the greatest row tell whether there are several
    bounds_sql = "{0}, {0}" if of_rows else "min({0}), max({0})"
    bounds = [
        bound for table in bounded for bound in _expressions(reader.cursor, bounds_sql.format(identifier(table.row)))
    ]
    lows, highs, counts = _asked(reader, node, numbered_tables, bounds, [*chain.from_iterable(counts_of_each)])
    ends = zip(bounded, lows, highs, strict=True)
    several = [table for table, low, high in ends if low is not None and low != high]
    for aggregate, own_counts in zip(aggregates, counts_of_each, strict=True):
        yield aggregate, aggregate.surplus(node, counts[: len(own_counts)], several)
        del counts[: len(own_counts)]


def _asked(
    reader: Reader, node: Node, numbered_tables: Node, bounds: Sequence[Node], counts: Sequence[Node]
) -> tuple[list[int | None], list[int], list[int]]:
    """What a SELECT has over all its groups: the least of each first bound, the greatest of each second and count."""
    added = [{**column, "alias": f"{ROW}s{index}"} for index, column in enumerate([*bounds, *counts])]
    query = {
        **node,
        "cte_map": reader.scope(node),
        "select_list": [*node["select_list"], *added],
        "from_table": numbered_tables,
        "modifiers": [],
    }
    names = [identifier(column["alias"]) for column in added]
    low_names, high_names, count_names = names[: len(bounds) : 2], names[1 : len(bounds) : 2], names[len(bounds) :]
    columns = [f"min({name})" for name in low_names]
    columns += [f"coalesce(max({name}), 0)" for name in (*high_names, *count_names)]
    sql = f"SELECT {', '.join(columns)} FROM ({sql_of(reader.cursor, query)})"
    row = [*(run_with(reader.cursor, sql, reader.parameters).fetchone() or ())]
    after_lows = row[len(low_names) :]
    return row[: len(low_names)], after_lows[: len(high_names)], after_lows[len(high_names) :]


def _expressions(cursor: Connection, select_list: str) -> list[Node]:
    expressions: list[Node] = tree_of(cursor, f"SELECT {select_list}")["select_list"]
    return expressions


def _calls(expression: Node, of_rows: bool) -> Iterator[tuple[Node, list[Node]]]:
    """The aggregates of an expression that take each row as often as it stands there; those of its queries not.

    `of_rows`: windows take rows, and no groups. Beside each stand the weighted sums that it divides, if it is the sum
    of their weights.
    """
    name = str(expression.get("function_name", "")).lower()
    counts_rows_before = name in COUNTING_RANKS and expression["class"] == "WINDOW"
    takes_each_row = name in TAKE_EACH_ROW or averages(name) or counts_rows_before
    class_of_calls = "WINDOW" if of_rows else "FUNCTION"
    if expression["class"] == class_of_calls and takes_each_row and not expression["distinct"]:
        yield expression, []
    elif name == "/":
        above, below = ([*_calls(side, of_rows)] for side in function_arguments(expression))
        yield from above
        for call, weighted_sums in below:
            weights = [unplaced(argument) for argument in function_arguments(call)]
            yield call, weighted_sums + [sum_ for sum_, _ in above if _takes_all(sum_, weights)]
    elif expression["class"] != "SUBQUERY":
        for inner in nearest_below(list(expression.values())):
            yield from _calls(inner, of_rows)


def _takes_all(call: Node, weights: Sequence[Node]) -> bool:
    """Whether all of some expressions stand in the arguments of a call."""
    arguments = [unplaced(part) for part in every_node(function_arguments(call))]
    return all(weight in arguments for weight in weights)
