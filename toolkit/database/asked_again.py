"""A question of figures and series, asked again of the rows alone that a cell's keys name: they must give the cell.

So a receipt names the rows that a number is of, whatever the query makes of them: a median, a ratio, a share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import ToolkitError
from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.columns import is_key
from toolkit.database.evidence_summary import Range
from toolkit.database.plain_aggregate import uncast
from toolkit.database.query_tree import (
    Node,
    aggregates,
    every_node,
    has_aggregates_or_windows,
    is_grouped,
    tree_of,
    unplaced,
)
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    from toolkit.database.open import Database

TABLES = """
SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal
    AND (column_name = 'key' OR starts_with(column_name, 'key_')) AND data_type = 'VARCHAR' GROUP BY table_name
"""
MOST = 50  # sets of keys for which a question is asked again: what is wrong in a query is so in its first rows
NEAR = 1e-9  # of the greater: rows that are left are added in another order
LISTS = ("list", "array_agg")
COUNTS_OF_ROWS = ("count", "count_star", "count_if", "countif")


@dataclass(frozen=True)
class AskedAgain:
    """Compares cells of the answer to a query `sql` with what it gives of the rows that their keys name."""

    database: Database
    sql: str
    parameters: Mapping[str, object]

    def refuse_other_rows(
        self, where: str, column: str, parts: Sequence[str], ends: Range, keys: Sequence[str]
    ) -> None:
        """Raises ToolkitError where the rows of `keys` give a column other values than `ends`, in its `parts`.

        Where they give no row, as under a HAVING that counts others too, nothing is known of them. Of counts that the
        SELECT itself does not make, such as those of the steps of a recursive one, the keys of their row say nothing.
        """
        has_own_keys, expression = f"keys_{column}" in self._selected, self._selected.get(parts[0])
        keys_column = f"keys_{column}" if has_own_keys else "keys"
        if (
            column.startswith("n_")
            and not has_own_keys
            and (expression is None or not has_aggregates_or_windows(expression))
        ):
            return
        if all(self._same_rows(part, keys_column) for part in parts):
            return
        if (
            expression is not None
            and len({*keys}) > ends[0]
            and (has_own_keys or self._is_alone)
            and self._counts(expression, keys_column)
        ):
            raise ToolkitError(
                where,
                f"a count of {ends[0]:.0f}, and the keys of {len({*keys})} rows",
                "the key of each row that it counts",
                f"list those alone: list(key) FILTER (WHERE …) AS {keys_column}, with the FILTER of the count",
            )
        if expression is not None and len({*keys}) > 1 and self._of_one_row(expression, keys_column):
            raise ToolkitError(
                where,
                f"the value of one row, and the keys of {len({*keys})} rows",
                "its own key",
                f"select [key] AS {keys_column}, of several value columns [key_<column>]",
            )
        rows = self._rows(tuple(sorted({key.removeprefix("-") for key in keys})))
        ends_of_rows = [[row.get(part) for part in (parts[0], parts[-1])] for row in rows]
        values = [[float(end) for end in pair if end is not None] for pair in ends_of_rows]
        if rows and not any(len(pair) == 2 and all(map(_near, pair, ends)) for pair in values):
            plain = next((f"{pair[0]:.12g}" for pair in values if pair), "nothing")
            raise ToolkitError(
                where,
                f"{ends[0]:.12g}, of other rows than its keys name",
                f"{plain}, as the rows of its keys give",
                f"give it the keys of all rows that it takes: keys_{column}, with the same FILTER, WHERE or JOIN as "
                "its values; of a share those of the whole: (SELECT list(key) FROM …), or list(key) OVER (…)",
            )

    def _rows(self, keys: tuple[str, ...]) -> list[dict[str, Any]]:
        """The rows that the query gives of these keys alone; [] where it gives none, or too many sets were asked."""
        if keys not in self._found and len(self._found) < MOST:
            self._found[keys] = self._answer(keys)
        return self._found.get(keys, [])

    def _answer(self, keys: tuple[str, ...]) -> list[dict[str, Any]]:
        try:
            self._cursor.execute("SET VARIABLE asked_keys = $keys::VARCHAR[]", {"keys": list(keys)})
            self._cursor.execute(self.sql, dict(self.parameters) or None)
            names = [name for name, _ in columns_of(self._cursor)]
            return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        except EngineError:  # such as a scalar query that now has no row, where one is wanted
            return []

    @cached_property
    def _found(self) -> dict[tuple[str, ...], list[dict[str, Any]]]:
        return {}

    @cached_property
    def _cursor(self) -> Connection:
        """A cursor whose tables have the rows alone that the variable `asked_keys` names."""
        cursor = self.database.cursor()
        for table, columns in cursor.execute(TABLES).fetchall():
            condition = " OR ".join(
                f"list_contains(getvariable('asked_keys'), {identifier(column)})" for column in columns
            )
            name = identifier(table)
            cursor.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM project.main.{name} WHERE {condition}")
        cursor.execute("SET search_path = 'temp.main,project.main,memory.main'")
        return cursor

    # what needs no second asking

    @cached_property
    def _tree(self) -> Node:
        return tree_of(self.database.cursor(), self.sql)

    @cached_property
    def _selected(self) -> dict[str, Node]:
        """The expressions of a SELECT by the names of their columns; {} where some stand in no list of one."""
        selected = self._tree.get("select_list", [])
        return {e["alias"] or (e.get("column_names") or [""])[-1]: e for e in selected}

    @cached_property
    def _groups_once(self) -> bool:
        """Whether the query makes groups of rows of tables, and nothing in its FROM and WITH makes any."""
        inside = [self._tree.get("from_table"), self._tree.get("cte_map")]
        selects = [part for part in every_node(inside) if part.get("type") == "SELECT_NODE"]
        return bool(self._tree.get("select_list")) and is_grouped(self._tree) and not any(map(is_grouped, selects))

    def _of_one_row(self, expression: Node, keys_column: str) -> bool:
        """Whether a column is one of each row, and the keys beside it are gathered from several by a window."""
        gathered = any(part.get("class") == "WINDOW" for part in every_node(self._selected.get(keys_column)))
        plain = self._tree.get("from_table", {}).get("type") == "BASE_TABLE" and not is_grouped(self._tree)
        return gathered and plain and uncast(expression)["class"] == "COLUMN_REF"

    @property
    def _is_alone(self) -> bool:
        """Whether the query aggregates one column alone beside its keys, which so are of its rows."""
        return sum(aggregates(e) for name, e in self._selected.items() if not is_key(name)) == 1

    def _counts(self, expression: Node, keys_column: str) -> bool:
        """Whether a column counts rows of which the keys beside it list one key each."""
        functions = [
            part["function_name"].lower() for part in every_node(self._selected.get(keys_column)) if "arguments" in part
        ]
        count = uncast(expression)
        is_count = count.get("function_name", "").lower() in COUNTS_OF_ROWS and not count.get("distinct")
        return is_count and self._groups_once and bool({*LISTS} & {*functions}) and "list_value" not in functions

    def _same_rows(self, part: str, keys_column: str) -> bool:
        """Whether a column and the list of its keys take the same rows of each group: by what is written of them."""
        if not (self._groups_once and part in self._selected and keys_column in self._selected):
            return False
        filters, keys = _filters(self._selected[part]), _filters(self._selected[keys_column], LISTS)
        return filters is not None and filters == keys


def _filters(e: Node, only: Sequence[str] = ()) -> list[str] | None:
    """The one FILTER of all aggregates of an expression, in a list; None where they differ, or it asks for more rows.

    With `only` they must be of these names.
    """
    filters = []
    for part in every_node(e):
        if part.get("class") in ("SUBQUERY", "WINDOW", "CASE") or part.get("function_name") in ("count_if", "countif"):
            return None
        if is_aggregate(part):
            if only and part["function_name"].lower() not in only:
                return None
            filters.append(repr(unplaced(part["filter"])))
    return filters[:1] if len({*filters}) == 1 else None


def _near(value: float, other: float) -> bool:
    return abs(value - other) <= NEAR * max(abs(value), abs(other))
