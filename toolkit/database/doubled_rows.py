"""Rows that a JOIN finds several times, which a sum, a mean or a count would then take as often.

Each SELECT with a JOIN is asked once more with a number for each row of its tables: in a group no row of what an
aggregate takes may stand twice. An aggregate of columns of several tables takes pairs of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
    selects_inside_out,
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
    for node, ctes in selects_inside_out(tree, []):
        if not is_grouped(node):
            continue
        try:
            yield from _of_select(_Reader(cursor, parameters, [*ctes, *node["cte_map"]["map"]]), node, where, private)
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


def _of_select(reader: _Reader, node: Node, where: str, private: bool) -> Iterator[Problem]:
    cursor = reader.cursor
    numbered, sources = reader.numbered(node["from_table"])
    if len(sources) < 2:
        return
    taken = [
        (e, call, found)
        for e in node["select_list"]
        for call, weighted in _calls(e)
        if (found := _taken([call, *weighted], sources, e["alias"]))
    ]
    if not taken:
        return
    counting = [_repeated(cursor, call, [one.row for one in found]) for _, call, found in taken]
    named = [{**one, "alias": f"{ROW}s{place}"} for place, one in enumerate(counting)]
    asked = {
        **node,
        "cte_map": reader.scope(node),
        "select_list": [*node["select_list"], *named],
        "from_table": numbered,
        "modifiers": [],
        "qualify": None,
    }
    rows = run_with(cursor, sql_of(cursor, asked), reader.parameters).fetchall()
    for place, (e, call, found) in enumerate(taken, -len(taken)):
        most = max((row[place] or 0 for row in rows), default=0)
        if most > 0:
            more = "rows" if private else f"{most:,} rows" if most > 1 else "one row"
            yield _problem(f"{where}, column", cursor, e, call, [one.name for one in found], more)


def _problem(where: str, cursor: Connection, e: Node, call: Node, names: Sequence[str], more: str) -> Problem:
    """The problem of an aggregate `call` that takes so many rows `more` than there are of `tables`."""
    said = expression_sql(cursor, call)
    name = names[0]
    remedy = (
        f"join {name} with SELECT DISTINCT of the columns of ON, or with what is grouped by them: "
        "(SELECT …, count(*) AS n FROM … GROUP BY …), whose n is a weight; or count(DISTINCT …)"
    )
    if call["function_name"] == "count_star":
        remedy = f"count the rows of one table, count(DISTINCT {name}.…); if pairs are meant, say n_pairs"
    return Problem(
        f"{where} {e['alias'] or said}",
        f"{said}, which takes {more} of {' with '.join(names)} more than there are: a JOIN finds some several times",
        "each row once in a sum, a mean, a count or a list",
        remedy,
    )


def _name(table: Node) -> str:
    return str(table["alias"] or table.get("table_name", ""))


@dataclass(frozen=True)
class _Source:
    """A table whose rows a SELECT takes: the column with their numbers, its names, and its columns as seen there."""

    row: str
    name: str
    names: frozenset[str]
    seen_as: str  # the name before a point: its own, or that of the SELECT in FROM or WITH that joins it
    columns: frozenset[str]

    def has(self, reference: Node) -> bool:
        """Whether a reference to a column is one to a column of the table."""
        *table, name = (one.lower() for one in reference["column_names"])
        return name in self.columns and (not table or table[-1] == self.seen_as)


@dataclass(frozen=True)
class _Reader:
    """Reads the tables of a SELECT; `ctes` are what WITH names in it and around it."""

    cursor: Connection
    parameters: Mapping[str, object]
    ctes: Sequence[Node]

    def scope(self, node: Node) -> Node:
        """The WITH of a SELECT with all that is named around it."""
        return {**node["cte_map"], "map": [*self.ctes]}

    def numbered(self, table: Node, place: str = "0") -> tuple[Node, list[_Source]]:
        """A FROM whose tables have a number for each row, and these tables; a SELECT in it that only joins is them."""
        if table["type"] == "JOIN":
            left, of_left = self.numbered(table["left"], f"{place}0")
            right, of_right = self.numbered(table["right"], f"{place}1")
            return {**table, "left": left, "right": right}, [*of_left, *of_right]
        if (joined := self._joining(table)) is not None:
            return self._through(table, joined, place)
        row = f"{ROW}{place}"
        asked = f"SELECT 1 FROM (SELECT *, row_number() OVER () AS {identifier(row)} FROM x) AS y"
        made: Node = tree_of(self.cursor, asked)["from_table"]
        names = frozenset(f"n_{table.get(key, '')}".lower() for key in ("alias", "table_name"))
        source = _Source(row, _name(table), names, _name(table).lower(), frozenset(self._columns(table)))
        return _as_table(made, table, {**made["subquery"]["node"], "from_table": table}), [source]

    def _joining(self, table: Node) -> Node | None:
        """The SELECT that a table is, by WITH or in FROM, if it joins tables and makes no groups; None for all else."""
        named = {one["key"].lower(): one["value"] for one in self.ctes if not one["value"]["aliases"]}
        inside: Node | None = table["subquery"]["node"] if table["type"] == "SUBQUERY" else None
        if table["type"] == "BASE_TABLE" and (known := named.get(table["table_name"].lower())):
            inside = known["query_node"]
        if inside is None or table["column_name_alias"] or inside.get("type") != "SELECT_NODE":
            return None
        plain = not is_grouped(inside) and not inside["modifiers"] and not inside["qualify"]
        return inside if plain and inside["from_table"]["type"] == "JOIN" else None

    def _through(self, table: Node, joined: Node, place: str) -> tuple[Node, list[_Source]]:
        """As `numbered`, of a table that is a SELECT of a JOIN, whose tables are looked at."""
        numbered, inner = self.numbered(joined["from_table"], f"{place}_")
        stars = [e["relation_name"].lower() for e in joined["select_list"] if e["class"] == "STAR"]
        sources, added = [], []
        for one in inner:
            starred = "" in stars or one.seen_as in stars
            shown = {
                str(e["alias"] or (e.get("column_names") or [""])[-1]).lower()
                for e in joined["select_list"]
                if any(part.get("class") == "COLUMN_REF" and one.has(part) for part in every_node(e))
            }
            columns = frozenset(shown | (one.columns if starred else set()))
            sources.append(replace(one, seen_as=_name(table).lower(), columns=columns))
            if not starred:
                added.append(tree_of(self.cursor, f"SELECT {identifier(one.row)}")["select_list"][0])
        made = tree_of(self.cursor, "SELECT 1 FROM (SELECT 1) AS y")["from_table"]
        node = {**joined, "from_table": numbered, "select_list": [*joined["select_list"], *added]}
        return _as_table(made, table, node), sources

    def _columns(self, table: Node) -> set[str]:
        """The names of a table's columns, in small letters; none of what cannot run by itself."""
        asked = {**tree_of(self.cursor, "SELECT * LIMIT 0"), "from_table": table}
        asked["cte_map"] = self.scope(asked)
        try:
            found = columns_of(run_with(self.cursor, sql_of(self.cursor, asked), self.parameters))
        except (EngineError, ToolkitError):
            return set()
        return {name.lower() for name, _ in found}


def _as_table(made: Node, table: Node, node: Node) -> Node:
    """A SELECT to stand in FROM in a table's place, under its name."""
    return {**made, "alias": _name(table), "subquery": {**made["subquery"], "node": node}}


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


def _taken(calls: Sequence[Node], sources: Sequence[_Source], alias: str) -> list[_Source]:
    """The tables whose columns these aggregates take; of count(*) all.

    That of one, where the name of the count, n_<table>, says so; none where it says that pairs are counted.
    """
    if calls[0]["function_name"] == "count_star":
        named = [one for one in sources if alias.lower() in one.names]
        return [] if "pairs" in alias.lower() else named if len(named) == 1 else [*sources]
    parts = every_node([function_arguments(call) for call in calls])
    references = [part for part in parts if part.get("class") == "COLUMN_REF"]
    return [one for one in sources if any(map(one.has, references))]


def _repeated(cursor: Connection, call: Node, numbers: Sequence[str]) -> Node:
    """How many rows an aggregate takes, less how many different ones, by the columns of their `numbers`.

    Of count(*) it is that of the table repeated least; a row of a LEFT JOIN that has none of a table is none of its.
    """
    if call["function_name"] == "count_star" and len(numbers) > 1:
        return _least(cursor, [_repeated(cursor, call, [one]) for one in numbers])
    rows = ", ".join(map(identifier, numbers))
    missing = [f"{identifier(one)} IS NOT NULL" for one in numbers]
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
