"""Rows that a JOIN or a UNION ALL finds several times, or not at all, which a sum, a mean or a count would then take.

Each SELECT with a JOIN is asked once more with a number for each row of its tables: in a group, or a window, no row of
what an aggregate takes may stand twice. An aggregate of columns of several tables takes pairs of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.column_names import COUNTS
from toolkit.database.expression_meaning import ADDING, AVERAGING
from toolkit.database.numbered_rows import ROW, JoinedTable, Reader, connected, of_columns
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
TAKING = ADDING | AVERAGING | {"count", "count_star", "product", "string_agg", "group_concat", "listagg"}
OF_VALUES = ADDING | AVERAGING | {"product"}  # which with DISTINCT take equal values of several rows once
COUNTING_RANKS = ("rank", "percent_rank", "cume_dist", "ntile")  # which count the rows before a row
WINDOW = ("partitions", "orders", "start", "end", "start_expr", "end_expr", "exclude_clause")  # of an OVER
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
        yield from dict.fromkeys(_taken_by_two(reader, node, where))
        try:
            doubled = [pair for pair in _of_select(reader, node) if pair[1].count or pair[1].apart]
        except (EngineError, ToolkitError):  # correlated with an outer query
            continue
        yield from (aggregate.problem(f"{where}, column", surplus, private) for aggregate, surplus in doubled)


def _equal_values(cursor: Connection, tree: Node, where: str) -> Iterator[Problem]:
    """A problem for each sum or mean of DISTINCT values: two rows that happen to have one value count once in it."""
    for part in every_node(tree):
        if part.get("class") == "FUNCTION" and part["distinct"] and part["function_name"].lower() in OF_VALUES:
            yield Problem(
                where,
                f"{expression_sql(cursor, part)}, which takes equal values of different rows once",
                "each row once in a sum or a mean",
                "take it of rows that are each there once: FROM (SELECT DISTINCT id, value FROM …)",
            )


def _taken_by_two(reader: Reader, node: Node, where: str) -> Iterator[Problem]:
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
    queries_by_name = {one["key"].lower(): one["value"]["query_node"] for one in ctes}
    left = [table]
    while left:
        for part in every_node(left.pop()):
            yield part
            if part.get("type") == "BASE_TABLE" and (query := queries_by_name.pop(part["table_name"].lower(), None)):
                left.append(query)


def _overlap(reader: Reader, side: Node, other: Node) -> bool:
    """Whether two sides of a UNION ALL that differ in WHERE at most take one row of a table both."""
    if side.get("type") != "SELECT_NODE" or side["from_table"]["type"] == "EMPTY":
        return False
    if {**side, "where_clause": None} != {**other, "where_clause": None}:
        return False
    if side == other or is_grouped(side) or side["modifiers"] or side["qualify"] or side["sample"]:
        return side == other
    conditions = [f"({expression_sql(reader.cursor, e)})" for e in (side["where_clause"], other["where_clause"]) if e]
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
    apart: str = ""  # a table with each of whose rows all of these are joined, as no condition is between them

    @property
    def count(self) -> int:
        return self.repeated + self.missing


@dataclass(frozen=True)
class _Aggregate:
    """An aggregate or a window `call` of the column `e` of a SELECT that joins the tables `sources`.

    `weighted` are weighted sums that the call divides, being the sum of their weights.
    """

    reader: Reader
    e: Node
    call: Node
    weighted: Sequence[Node]
    sources: Sequence[JoinedTable]

    @property
    def name(self) -> str:
        name = str(self.call["function_name"]).lower()
        return "count_star" if name == "count" and not self.call["arguments"] else name

    @property
    def choices(self) -> list[list[JoinedTable]]:
        """The tables whose rows it takes together: of count(*) each of those that it may count by itself."""
        if self.name == "count_star":
            return [] if "pairs" in self.e["alias"].lower() else [[one] for one in self.counted or self.sources]
        parts = self.call["orders"] if self.name in COUNTING_RANKS else [*map(function_arguments, self.calls)]
        tables = of_columns(self.sources, parts)
        return [tables] if tables else []

    @property
    def calls(self) -> list[Node]:
        return [self.call, *self.weighted]

    @cached_property
    def counted(self) -> list[JoinedTable]:
        """The tables whose rows count(*) counts by its name: n_<table>, or n_<columns>; [] if it says none."""
        words = self.e["alias"].lower()
        counted = next((words.removeprefix(prefix) for prefix in COUNTS if words.startswith(prefix)), "")
        singular = _singulars(counted or words) - {counted or words}
        tables = [one for one in self.sources if any(({counted} | singular) & _singulars(name) for name in one.names)]
        if len(tables) == 1:
            return tables
        columns = singular | {f"{name}_id" for name in singular}  # a column "weeks" holds a number of them
        return [table for table in self.sources if columns & table.columns]

    def columns(self) -> list[Node]:
        """For each of `choices` two expressions: rows that are taken again, and rows that are not there."""
        cursor, select_list = self.reader.cursor, []
        for sources in self.choices:
            rows = [identifier(one.row) for one in sources]
            argument = [f"({expression_sql(cursor, one)})" for one in function_arguments(self.call)[:1]]
            filtered = self.call.get("filter") or self.call.get("filter_expr")
            condition = [f"({expression_sql(cursor, filtered)})"] if filtered else []
            of_rows = [*argument, *rows] if self.name not in (*COUNTING_RANKS, "count_star") else rows
            is_there = " AND ".join([*(f"{one} IS NOT NULL" for one in of_rows), *condition])
            none = " AND ".join([f"{rows[0]} IS NULL", *condition]) if self.name == "count_star" else "false"
            over = " OVER ()" if self.call["class"] == "WINDOW" else ""
            of = [f"count(*) FILTER (WHERE {one}){over}" for one in (is_there, none)]
            distinct = f"count(DISTINCT ({', '.join(rows)})) FILTER (WHERE {is_there}){over}"
            select_list += [f"{of[0]} - {distinct}", of[1]]
        expressions = _expressions(cursor, ", ".join(select_list))
        window = {key: self.call[key] for key in WINDOW if key in self.call}
        if self.name in COUNTING_RANKS:
            window |= EVERY_ROW
        for part in every_node(expressions):
            if part.get("class") == "WINDOW":
                part.update(window)
        return expressions

    def surplus(self, node: Node, counts: Sequence[int], several: Sequence[JoinedTable]) -> _Surplus:
        """What its columns counted; `several` are the tables that have more than one row in the JOIN of the SELECT."""
        surpluses = [
            _Surplus(one, again, none) for one, again, none in zip(self.choices, counts[::2], counts[1::2], strict=True)
        ]
        surplus = min(surpluses, key=lambda one: (one.count, one.repeated))
        largest = max(surpluses, key=lambda one: one.repeated)
        if self.name == "count_star" and self.counted and largest.repeated:
            surplus = largest
        connected_rows = connected(node, self.sources, [*surplus.sources, *of_columns(self.sources, self.e)])
        apart = [one.name for one in several if one.row not in connected_rows]
        return replace(surplus, apart=apart[0]) if apart else surplus

    def problem(self, where: str, surplus: _Surplus, private: bool) -> Problem:
        """The problem of taking so many rows more than there are."""
        cursor, names = self.reader.cursor, [one.name for one in surplus.sources]
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
            found = f"{call_sql}, which takes all rows of {name} for each of {surplus.apart}: no condition joins them"
            remedy = f"join {name} with {surplus.apart} ON a column of both, or ask it in a query of its own"
        elif not surplus.repeated:
            have = "has" if surplus.count == 1 and not private else "have"
            found = f"{call_sql}, which counts {rows} that {have} none of {name}: a LEFT JOIN keeps them"
            remedy = f"count what is there: count of a column of {name} that is never empty"
        allowed = "each row once in a sum, a mean, a count or a list"
        return Problem(f"{where} {self.e['alias'] or call_sql}", found, allowed, remedy)


def _singulars(word: str) -> set[str]:
    """A word, and what it may be the plural of."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return {word, *(word.removesuffix(end) + singular for end, singular in endings if word.endswith(end))} - {""}


def _of_select(reader: Reader, node: Node) -> Iterator[tuple[_Aggregate, _Surplus]]:
    """What each aggregate of a SELECT takes of the tables that it joins."""
    cursor = reader.cursor
    if not reader.joins(node["from_table"]):
        return
    numbered, sources = reader.numbered(node["from_table"])
    of_rows = not is_grouped(node)
    calls = [(e, call, weighted) for e in node["select_list"] for call, weighted in _calls(e, of_rows)]
    aggregates = [one for one in (_Aggregate(reader, *call, sources) for call in calls) if one.choices]
    if not aggregates:
        return
    columns = [one.columns() for one in aggregates]
    apart = [one for one in sources if one.row not in connected(node, sources, sources[:1])]
    apart = sources if apart else []
    ends = "{0}, {0}" if of_rows else "min({0}), max({0})"
    numbers = [e for one in apart for e in _expressions(cursor, ends.format(identifier(one.row)))]
    added = [*numbers, *(column for of_aggregate in columns for column in of_aggregate)]
    named_columns = [{**column, "alias": f"{ROW}s{index}"} for index, column in enumerate(added)]
    query = {
        **node,
        "cte_map": reader.scope(node),
        "select_list": [*node["select_list"], *named_columns],
        "from_table": numbered,
        "modifiers": [],
    }
    names = [identifier(one["alias"]) for one in named_columns]
    lows_sql = [f"min({one})" for one in names[: len(numbers) : 2]]
    highs_sql = [f"coalesce(max({one}), 0)" for one in (*names[1 : len(numbers) : 2], *names[len(numbers) :])]
    sql = f"SELECT {', '.join([*lows_sql, *highs_sql])} FROM ({sql_of(cursor, query)})"
    row = run_with(cursor, sql, reader.parameters).fetchone() or ()
    lows, highs, counts = row[: len(apart)], row[len(apart) : 2 * len(apart)], [*row[2 * len(apart) :]]
    several = [one for one, low, high in zip(apart, lows, highs, strict=True) if low is not None and low != high]
    for one, of_aggregate in zip(aggregates, columns, strict=True):
        yield one, one.surplus(node, counts[: len(of_aggregate)], several)
        del counts[: len(of_aggregate)]


def _expressions(cursor: Connection, select_list: str) -> list[Node]:
    expressions: list[Node] = tree_of(cursor, f"SELECT {select_list}")["select_list"]
    return expressions


def _calls(e: Node, of_rows: bool) -> Iterator[tuple[Node, list[Node]]]:
    """The aggregates of an expression that take each row as often as it stands there; those of its queries not.

    `of_rows`: windows take rows, and no groups. With the sum of weights by which a weighted sum is divided, that one.
    """
    name = str(e.get("function_name", "")).lower()
    takes = name in TAKING or (name in COUNTING_RANKS and e["class"] == "WINDOW")
    if e["class"] == ("WINDOW" if of_rows else "FUNCTION") and takes and not e["distinct"]:
        yield e, []
    elif name == "/":
        left, right = ([*_calls(side, of_rows)] for side in function_arguments(e))
        yield from left
        for call, weights in right:
            arguments = [unplaced(one) for one in function_arguments(call)]
            parts = [(one, [unplaced(part) for part in every_node(function_arguments(one))]) for one, _ in left]
            yield call, weights + [one for one, inside in parts if all(part in inside for part in arguments)]
    elif e["class"] != "SUBQUERY":
        for one in nearest_below(list(e.values())):
            yield from _calls(one, of_rows)
