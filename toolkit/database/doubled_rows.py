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
            doubled = [(aggregate, more) for aggregate, more in _of_select(reader, node) if more.count or more.apart]
        except (EngineError, ToolkitError):  # correlated with an outer query
            continue
        yield from (aggregate.problem(f"{where}, column", more, private) for aggregate, more in doubled)


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
    named = {one["key"].lower(): one["value"]["query_node"] for one in ctes}
    left = [table]
    while left:
        for part in every_node(left.pop()):
            yield part
            if part.get("type") == "BASE_TABLE" and (known := named.pop(part["table_name"].lower(), None)):
                left.append(known)


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
class _More:
    """How many rows of some tables an aggregate takes more than there are, in the group with the most of them."""

    sources: Sequence[JoinedTable]
    repeated: int
    missing: int  # rows of a LEFT JOIN that have none of the table
    apart: str = ""  # a table with each of whose rows all of these are joined, as no condition is between them

    @property
    def count(self) -> int:
        return self.repeated + self.missing


@dataclass(frozen=True)
class _Taken:
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
        found = of_columns(self.sources, parts)
        return [found] if found else []

    @property
    def calls(self) -> list[Node]:
        return [self.call, *self.weighted]

    @cached_property
    def counted(self) -> list[JoinedTable]:
        """The tables whose rows count(*) counts by its name: n_<table>, or n_<columns>; [] if it says none."""
        words = self.e["alias"].lower()
        said = next((words.removeprefix(one) for one in COUNTS if words.startswith(one)), "")
        one = _singulars(said or words) - {said or words}
        tables = [table for table in self.sources if any(({said} | one) & _singulars(name) for name in table.names)]
        if len(tables) == 1:
            return tables
        columns = one | {f"{name}_id" for name in one}  # a column "weeks" holds a number of them
        return [table for table in self.sources if columns & table.columns]

    def columns(self) -> list[Node]:
        """For each of `choices` two expressions: rows that are taken again, and rows that are not there."""
        cursor, listed = self.reader.cursor, []
        for sources in self.choices:
            rows = [identifier(one.row) for one in sources]
            given = [f"({expression_sql(cursor, one)})" for one in function_arguments(self.call)[:1]]
            filtered = self.call.get("filter") or self.call.get("filter_expr")
            kept = [f"({expression_sql(cursor, filtered)})"] if filtered else []
            of_rows = [*given, *rows] if self.name not in (*COUNTING_RANKS, "count_star") else rows
            there = " AND ".join([*(f"{one} IS NOT NULL" for one in of_rows), *kept])
            none = " AND ".join([f"{rows[0]} IS NULL", *kept]) if self.name == "count_star" else "false"
            over = " OVER ()" if self.call["class"] == "WINDOW" else ""
            of = [f"count(*) FILTER (WHERE {one}){over}" for one in (there, none)]
            distinct = f"count(DISTINCT ({', '.join(rows)})) FILTER (WHERE {there}){over}"
            listed += [f"{of[0]} - {distinct}", of[1]]
        made = _expressions(cursor, ", ".join(listed))
        window = {key: self.call[key] for key in WINDOW if key in self.call}
        if self.name in COUNTING_RANKS:
            window |= EVERY_ROW
        for part in every_node(made):
            if part.get("class") == "WINDOW":
                part.update(window)
        return made

    def more(self, node: Node, counts: Sequence[int], several: Sequence[JoinedTable]) -> _More:
        """What its columns counted; `several` are the tables that have more than one row in the JOIN of the SELECT."""
        found = [
            _More(one, again, none) for one, again, none in zip(self.choices, counts[::2], counts[1::2], strict=True)
        ]
        chosen, most = min(found, key=lambda one: (one.count, one.repeated)), max(found, key=lambda one: one.repeated)
        if self.name == "count_star" and self.counted and most.repeated:
            chosen = most
        beside = connected(node, self.sources, [*chosen.sources, *of_columns(self.sources, self.e)])
        apart = [one.name for one in several if one.row not in beside]
        return replace(chosen, apart=apart[0]) if apart else chosen

    def problem(self, where: str, more: _More, private: bool) -> Problem:
        """The problem of taking so many rows more than there are."""
        cursor, names = self.reader.cursor, [one.name for one in more.sources]
        said, name = expression_sql(cursor, self.call), names[0]
        rows = "rows" if private else f"{more.count:,} rows" if more.count > 1 else "one row"
        found = (
            f"{said}, which takes {rows} of {' with '.join(names)} more than there are: a JOIN finds some several times"
        )
        remedy = (
            f"join {name} with SELECT DISTINCT of the columns of ON, or with what is grouped by them: "
            "(SELECT …, count(*) AS n FROM … GROUP BY …), whose n is a weight; or count(DISTINCT …)"
        )
        if self.name == "count_star":
            remedy = f"count the rows of one table, count(DISTINCT {name}.…); if pairs are meant, say n_pairs"
        if not more.count:
            found = f"{said}, which takes all rows of {name} for each of {more.apart}: no condition joins them"
            remedy = f"join {name} with {more.apart} ON a column of both, or ask it in a query of its own"
        elif not more.repeated:
            have = "has" if more.count == 1 and not private else "have"
            found = f"{said}, which counts {rows} that {have} none of {name}: a LEFT JOIN keeps them"
            remedy = f"count what is there: count of a column of {name} that is never empty"
        allowed = "each row once in a sum, a mean, a count or a list"
        return Problem(f"{where} {self.e['alias'] or said}", found, allowed, remedy)


def _singulars(word: str) -> set[str]:
    """A word, and what it may be the plural of."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return {word, *(word.removesuffix(end) + own for end, own in endings if word.endswith(end))} - {""}


def _of_select(reader: Reader, node: Node) -> Iterator[tuple[_Taken, _More]]:
    """What each aggregate of a SELECT takes of the tables that it joins."""
    cursor = reader.cursor
    numbered, sources = reader.numbered(node["from_table"])
    if len(sources) < 2:
        return
    of_rows = not is_grouped(node)
    calls = [(e, call, weighted) for e in node["select_list"] for call, weighted in _calls(e, of_rows)]
    taken = [one for one in (_Taken(reader, *call, sources) for call in calls) if one.choices]
    if not taken:
        return
    columns = [one.columns() for one in taken]
    apart = [one for one in sources if one.row not in connected(node, sources, sources[:1])]
    apart = sources if apart else []
    ends = "{0}, {0}" if of_rows else "min({0}), max({0})"
    numbers = [e for one in apart for e in _expressions(cursor, ends.format(identifier(one.row)))]
    added = [*numbers, *(column for each in columns for column in each)]
    named = [{**column, "alias": f"{ROW}s{place}"} for place, column in enumerate(added)]
    asked = {
        **node,
        "cte_map": reader.scope(node),
        "select_list": [*node["select_list"], *named],
        "from_table": numbered,
        "modifiers": [],
    }
    said = [identifier(one["alias"]) for one in named]
    least = [f"min({one})" for one in said[: len(numbers) : 2]]
    greatest = [f"coalesce(max({one}), 0)" for one in (*said[1 : len(numbers) : 2], *said[len(numbers) :])]
    sql = f"SELECT {', '.join([*least, *greatest])} FROM ({sql_of(cursor, asked)})"
    found = run_with(cursor, sql, reader.parameters).fetchone() or ()
    lows, highs, counts = found[: len(apart)], found[len(apart) : 2 * len(apart)], [*found[2 * len(apart) :]]
    several = [one for one, low, high in zip(apart, lows, highs, strict=True) if low is not None and low != high]
    for one, each in zip(taken, columns, strict=True):
        yield one, one.more(node, counts[: len(each)], several)
        del counts[: len(each)]


def _expressions(cursor: Connection, listed: str) -> list[Node]:
    expressions: list[Node] = tree_of(cursor, f"SELECT {listed}")["select_list"]
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
        for call, own in right:
            given = [unplaced(one) for one in function_arguments(call)]
            parts = [(one, [unplaced(part) for part in every_node(function_arguments(one))]) for one, _ in left]
            yield call, own + [one for one, inside in parts if all(part in inside for part in given)]
    elif e["class"] != "SUBQUERY":
        for one in nearest_below(list(e.values())):
            yield from _calls(one, of_rows)
