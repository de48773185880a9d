"""Rows that a JOIN finds several times, which a sum, a mean or a count would then take as often.

Each SELECT with a JOIN is asked once more with a number for each row of its tables: in a group no row of what an
aggregate takes may stand twice. An aggregate of columns of several tables takes pairs of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.core.errors import Problem, ToolkitError
from toolkit.database.expression_meaning import ADDING, AVERAGING
from toolkit.database.query_tree import (
    Node,
    every_node,
    expression_sql,
    function_arguments,
    is_grouped,
    nearest_below,
    run_with,
    sql_of,
    tree_of,
    unplaced,
)
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

ROW = "\1row"  # the number of a row of the table at a place of FROM, as no author's column is named
# aggregates that take each row as often as it stands there
TAKING = ADDING | AVERAGING | {"count", "count_star", "product", "string_agg", "group_concat", "listagg"}
OF_VALUES = ADDING | AVERAGING | {"product"}  # which with DISTINCT take equal values of several rows once


def doubled_rows(
    cursor: Connection, tree: Node, parameters: Mapping[str, object], where: str, *, private: bool = False
) -> Iterator[Problem]:
    """A problem for each column of a query that adds up, averages or counts rows of a table that a JOIN repeats.

    It says how many, unless they are `private`. Of a SELECT that cannot run by itself nothing is known.
    """
    yield from _equal_values(cursor, tree, where)
    for node, ctes in _selects(tree, []):
        tables = list(_tables(node["from_table"]))
        if node["from_table"]["type"] != "JOIN" or not is_grouped(node):
            continue
        try:
            yield from _of_select(cursor, node, ctes, tables, parameters, where, private)
        except (EngineError, ToolkitError):  # correlated with an outer query
            continue


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


def _of_select(
    cursor: Connection,
    node: Node,
    ctes: Sequence[Node],
    tables: Sequence[Node],
    parameters: Mapping[str, object],
    where: str,
    private: bool,
) -> Iterator[Problem]:
    scope = {**node["cte_map"], "map": [*ctes, *node["cte_map"]["map"]]}
    columns = [_columns(cursor, table, scope, parameters) for table in tables]
    taken = [
        (e, call, places)
        for e in node["select_list"]
        for call, weighted in _calls(e)
        if (places := _places([call, *weighted], tables, columns, e["alias"]))
    ]
    if not taken:
        return
    counting = [_repeated(cursor, call, places) for _, call, places in taken]
    named = [{**one, "alias": f"{ROW}s{place}"} for place, one in enumerate(counting)]
    asked = {
        **node,
        "cte_map": scope,
        "select_list": [*node["select_list"], *named],
        "from_table": _numbered(cursor, node["from_table"], {id(table): place for place, table in enumerate(tables)}),
        "modifiers": [],
        "qualify": None,
    }
    rows = run_with(cursor, sql_of(cursor, asked), parameters).fetchall()
    for place, (e, call, places) in enumerate(taken, -len(taken)):
        most = max((row[place] or 0 for row in rows), default=0)
        if most > 0:
            more = "rows" if private else f"{most:,} rows" if most > 1 else "one row"
            yield _problem(f"{where}, column", cursor, e, call, [tables[one] for one in places], more)


def _problem(where: str, cursor: Connection, e: Node, call: Node, tables: Sequence[Node], more: str) -> Problem:
    """The problem of an aggregate `call` that takes so many rows `more` than there are of `tables`."""
    said = expression_sql(cursor, call)
    name = _name(tables[0])
    remedy = (
        f"join {name} with SELECT DISTINCT of the columns of ON, or with what is grouped by them: "
        "(SELECT …, count(*) AS n FROM … GROUP BY …), whose n is a weight; or count(DISTINCT …)"
    )
    if call["function_name"] == "count_star":
        remedy = f"count the rows of one table, count(DISTINCT {name}.…); if pairs are meant, say n_pairs"
    return Problem(
        f"{where} {e['alias'] or said}",
        f"{said}, which takes {more} of {' with '.join(map(_name, tables))} more than there are: a JOIN finds some "
        "several times",
        "each row once in a sum, a mean, a count or a list",
        remedy,
    )


def _selects(tree: Any, ctes: list[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Every SELECT of a tree, with the tables that WITH names around it."""
    if isinstance(tree, list):
        for one in tree:
            yield from _selects(one, ctes)
    elif isinstance(tree, dict):
        inside = ctes
        if "cte_map" in tree:
            for entry in tree["cte_map"]["map"]:
                yield from _selects(entry["value"]["query_node"], inside)
                inside = [*inside, entry]
        if tree.get("type") == "SELECT_NODE":
            yield tree, ctes
        for name, part in tree.items():
            if name != "cte_map":
                yield from _selects(part, inside)


def _tables(table: Node) -> Iterator[Node]:
    """The tables that a FROM joins."""
    if table["type"] == "JOIN":
        yield from _tables(table["left"])
        yield from _tables(table["right"])
    else:
        yield table


def _count_names(table: Node) -> list[str]:
    """The names that say of a count that it is of a table."""
    return [f"n_{table.get(key, '')}".lower() for key in ("alias", "table_name")]


def _name(table: Node) -> str:
    return str(table["alias"] or table.get("table_name", ""))


def _columns(cursor: Connection, table: Node, scope: Node, parameters: Mapping[str, object]) -> set[str]:
    """The names of a table's columns, in small letters; none of what cannot run by itself."""
    asked = {**tree_of(cursor, "SELECT * LIMIT 0"), "from_table": table, "cte_map": scope}
    try:
        return {name.lower() for name, _ in columns_of(run_with(cursor, sql_of(cursor, asked), parameters))}
    except (EngineError, ToolkitError):
        return set()


def _calls(e: Node) -> Iterator[tuple[Node, list[Node]]]:
    """The aggregates of an expression that take each row as often as it stands there; those of its queries not.

    With the sum of weights by which a weighted sum is divided, that one.
    """
    name = str(e.get("function_name", "")).lower()
    if e["class"] == "FUNCTION" and name in TAKING and not e["distinct"]:
        yield e, []
    elif name == "/":
        left, right = ([*_calls(side)] for side in function_arguments(e))
        yield from left
        for call, own in right:
            given = [unplaced(one) for one in function_arguments(call)]
            parts = [(one, [unplaced(part) for part in every_node(function_arguments(one))]) for one, _ in left]
            yield call, own + [one for one, inside in parts if all(part in inside for part in given)]
    elif e["class"] not in ("SUBQUERY", "WINDOW"):
        for one in nearest_below(list(e.values())):
            yield from _calls(one)


def _places(calls: Sequence[Node], tables: Sequence[Node], columns: Sequence[set[str]], alias: str) -> list[int]:
    """The places in FROM of the tables whose columns these aggregates take; of count(*) those of all.

    That of one, where the name of the count, n_<table>, says so; of none where it says that pairs are counted.
    """
    found = set()
    if calls[0]["function_name"] == "count_star":
        if "pairs" in alias.lower():
            return []
        named = [place for place, one in enumerate(tables) if alias.lower() in _count_names(one)]
        return named if len(named) == 1 else [*range(len(tables))]
    for part in every_node([function_arguments(call) for call in calls]):
        if part.get("class") == "COLUMN_REF":
            *table, name = (one.lower() for one in part["column_names"])
            found |= {
                place
                for place, one in enumerate(tables)
                if name in columns[place] and (not table or table[-1] == _name(one).lower())
            }
    return sorted(found)


def _repeated(cursor: Connection, call: Node, places: Sequence[int]) -> Node:
    """How many rows an aggregate takes, less how many different ones; of count(*) those of the table repeated least.

    A row of a LEFT JOIN that has none of a table is counted by count(*), and is none of its rows.
    """
    if call["function_name"] == "count_star" and len(places) > 1:
        return _least(cursor, [_repeated(cursor, call, [place]) for place in places])
    rows = ", ".join(identifier(f"{ROW}{place}") for place in places)
    missing = [f"{identifier(f'{ROW}{place}')} IS NOT NULL" for place in places]
    given = [f"({expression_sql(cursor, one)}) IS NOT NULL" for one in function_arguments(call)[:1]]
    kept = [f"({expression_sql(cursor, call['filter'])})"] if call["filter"] else []
    condition = " AND ".join([*missing, *given, *kept])
    taken = " AND ".join(kept) or "true" if call["function_name"] == "count_star" else condition
    counted = f"count(*) FILTER (WHERE {taken}) - count(DISTINCT ({rows})) FILTER (WHERE {condition})"
    made: Node = tree_of(cursor, f"SELECT {counted}")["select_list"][0]
    return made


def _least(cursor: Connection, counts: Sequence[Node]) -> Node:
    listed = ", ".join(expression_sql(cursor, one) for one in counts)
    made: Node = tree_of(cursor, f"SELECT least({listed})")["select_list"][0]
    return made


def _numbered(cursor: Connection, table: Node, places: Mapping[int, int]) -> Node:
    """A FROM whose tables have a number for each row, in a column ROW<place>."""
    if table["type"] == "JOIN":
        return {**table, **{side: _numbered(cursor, table[side], places) for side in ("left", "right")}}
    row = identifier(f"{ROW}{places[id(table)]}")
    made: Node = tree_of(cursor, f"SELECT 1 FROM (SELECT *, row_number() OVER () AS {row} FROM x) AS y")["from_table"]
    inner = {**made["subquery"]["node"], "from_table": table}
    return {**made, "alias": _name(table), "subquery": {**made["subquery"], "node": inner}}
