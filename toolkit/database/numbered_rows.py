"""The tables of a SELECT's FROM with a number for each of their rows, and what connects them with one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.core.errors import ToolkitError
from toolkit.database.query_tree import (
    Node,
    every_node,
    is_grouped,
    run_with,
    sql_of,
    tree_of,
)
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

ROW = "\1row"  # the number of a row of the table at a place of FROM, as no author's column is named
UNNAMED = "what FROM selects"  # the name of a SELECT there that has none


def _name(table: Node) -> str:
    return str(table["alias"] or table.get("table_name", ""))


@dataclass(frozen=True)
class JoinedTable:
    """A table whose rows a SELECT takes: the column with their numbers, its names, and its columns as seen there."""

    row: str
    name: str
    names: frozenset[str]  # its alias and that of the table, in small letters
    seen_as: str  # the name before a point: its own, or that of the SELECT in FROM or WITH that joins it
    columns: frozenset[str]

    def has(self, reference: Node) -> bool:
        """Whether a reference to a column is one to a column of the table."""
        *table, name = (part_of_name.lower() for part_of_name in reference["column_names"])
        return name in self.columns and (not table or table[-1] == self.seen_as)


@dataclass(frozen=True)
class Reader:
    """Reads the tables of a SELECT; `ctes` are what WITH names in it and around it."""

    cursor: Connection
    parameters: Mapping[str, object]
    ctes: Sequence[Node]

    def scope(self, node: Node) -> Node:
        """The WITH of a SELECT with all that is named around it."""
        return {**node["cte_map"], "map": [*self.ctes]}

    def joins(self, table: Node) -> bool:
        """Whether a FROM joins tables, by itself or in a SELECT that only joins."""
        return table["type"] == "JOIN" or self._joining(table) is not None

    def numbered(self, table: Node, place: str = "0") -> tuple[Node, list[JoinedTable]]:
        """A FROM whose tables have a number for each row, and these tables; a SELECT in it that only joins is them."""
        if table["type"] == "JOIN":
            left, of_left = self.numbered(table["left"], f"{place}0")
            right, of_right = self.numbered(table["right"], f"{place}1")
            return {**table, "left": left, "right": right}, [*of_left, *of_right]
        if (joining := self._joining(table)) is not None:
            return self._through(table, joining, place)
        row = f"{ROW}{place}"
        sql = f"SELECT 1 FROM (SELECT *, row_number() OVER () AS {identifier(row)} FROM x) AS y"
        numbered_table: Node = tree_of(self.cursor, sql)["from_table"]
        names = frozenset(table.get(key, "").lower() for key in ("alias", "table_name")) - {""}
        source = JoinedTable(row, _name(table) or UNNAMED, names, _name(table).lower(), frozenset(self._columns(table)))
        return _as_table(numbered_table, table, {**numbered_table["subquery"]["node"], "from_table": table}), [source]

    def _joining(self, table: Node) -> Node | None:
        """The SELECT that a table is, by WITH or in FROM, if it joins tables and makes no groups; None for all else."""
        ctes_by_name = {entry["key"].lower(): entry["value"] for entry in self.ctes if not entry["value"]["aliases"]}
        inside: Node | None = table["subquery"]["node"] if table["type"] == "SUBQUERY" else None
        if table["type"] == "BASE_TABLE" and (cte := ctes_by_name.get(table["table_name"].lower())):
            inside = cte["query_node"]
        if inside is None or table["column_name_alias"] or inside.get("type") != "SELECT_NODE":
            return None
        plain = not is_grouped(inside) and not inside["modifiers"] and not inside["qualify"]
        return inside if plain and inside["from_table"]["type"] == "JOIN" else None

    def _through(self, table: Node, joining: Node, place: str) -> tuple[Node, list[JoinedTable]]:
        """As `numbered`, of a table that is a SELECT of a JOIN, whose tables are looked at."""
        numbered, inner = self.numbered(joining["from_table"], f"{place}_")
        stars = [e["relation_name"].lower() for e in joining["select_list"] if e["class"] == "STAR"]
        sources, added = [], []
        for source in inner:
            starred = "" in stars or source.seen_as in stars
            shown_columns = {
                str(e["alias"] or (e.get("column_names") or [""])[-1]).lower()
                for e in joining["select_list"]
                if any(part.get("class") == "COLUMN_REF" and source.has(part) for part in every_node(e))
            }
            columns = frozenset(shown_columns | (source.columns if starred else set()))
            sources.append(replace(source, seen_as=_name(table).lower(), columns=columns))
            if not starred:
                added.append(tree_of(self.cursor, f"SELECT {identifier(source.row)}")["select_list"][0])
        frame_of_table = tree_of(self.cursor, "SELECT 1 FROM (SELECT 1) AS y")["from_table"]
        node = {**joining, "from_table": numbered, "select_list": [*joining["select_list"], *added]}
        return _as_table(frame_of_table, table, node), sources

    def _columns(self, table: Node) -> set[str]:
        """The names of a table's columns, in small letters; none of what cannot run by itself."""
        all_columns = {**tree_of(self.cursor, "SELECT * LIMIT 0"), "from_table": table}
        all_columns["cte_map"] = self.scope(all_columns)
        try:
            columns = columns_of(run_with(self.cursor, sql_of(self.cursor, all_columns), self.parameters))
        except (EngineError, ToolkitError):
            return set()
        return {name.lower() for name, _ in columns}


def _as_table(frame_of_table: Node, table: Node, node: Node) -> Node:
    """A SELECT to stand in FROM in a table's place, under its name."""
    return {**frame_of_table, "alias": _name(table), "subquery": {**frame_of_table["subquery"], "node": node}}


def references(part: object) -> Iterator[Node]:
    """The columns that are named anywhere in a part of a query."""
    return (node for node in every_node(part) if node.get("class") == "COLUMN_REF")


def of_columns(sources: Iterable[JoinedTable], part: object) -> list[JoinedTable]:
    """Those of these tables of which a part of a query names a column."""
    columns_named = [*references(part)]
    return [source for source in sources if any(map(source.has, columns_named))]


def connected(node: Node, sources: Sequence[JoinedTable], starts: Sequence[JoinedTable]) -> set[str]:
    """The rows of the tables that a condition of a SELECT, ON, USING or WHERE, connects with the tables `starts`."""
    rows = {source.row for source in starts}
    groups = [{source.row for source in of_columns(sources, part)} for part in _conjuncts(node["where_clause"])]
    groups += [*_joined(node["from_table"], sources)]
    groups += [
        {source.row for source in sources if source.seen_as == seen_as}
        for seen_as in {source.seen_as for source in sources}
    ]
    while grown := {row for group in groups if group & rows for row in group} - rows:
        rows |= grown
    return rows


def _joined(table: Node, sources: Sequence[JoinedTable], place: str = "0") -> Iterator[set[str]]:
    """The rows of the tables that each JOIN connects: by its condition, by columns of one name, or all of them."""
    if table["type"] != "JOIN":
        return
    yield from _joined(table["left"], sources, f"{place}0")
    yield from _joined(table["right"], sources, f"{place}1")
    before = [source for source in sources if source.row.startswith(f"{ROW}{place}0")]
    if table["condition"] is not None:
        yield from ({source.row for source in of_columns(sources, part)} for part in _conjuncts(table["condition"]))
    elif table["ref_type"] != "CROSS" or of_columns(before, table["right"]):  # USING, NATURAL, or LATERAL
        yield {source.row for source in sources}


def _conjuncts(condition: Node | None) -> list[Node]:
    """The parts of a condition all of which must be true."""
    if condition is None:
        return []
    return condition["children"] if condition["type"] == "CONJUNCTION_AND" else [condition]
