"""Whether a query takes rows of two kinds together in one value: those that are totals of others, and the others.

Most SELECTs leave one kind out: no row of theirs has it, which is asked first. Others are asked again of rows of one
kind alone. Where they take them apart, their answer is that of one kind, or the rows of the answers of all kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.database.aggregate_functions import is_aggregate
from toolkit.database.query_tree import (
    Node,
    every_node,
    group_keys,
    has_aggregates_or_windows,
    nearest_below,
    run_with,
    selects_inside_out,
    sql_of,
    tree_of,
)
from toolkit.engine.connect import Connection, arrays_of
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier, quoted

CONDITIONS = ("filter", "when_expr", "where_clause", "having", "qualify", "condition")  # where rows are chosen
ORDERS = ("ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER")
Rows = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class RowKinds:
    """The rows of a dataset that have one of the texts `totals` in a column, and the others."""

    cursor: Connection
    dataset: str
    column: str
    totals: Sequence[str]
    parameters: Mapping[str, object]

    def are_mixed(self, tree: Node) -> bool:
        """Whether a SELECT anywhere in a query takes rows of several kinds together."""
        pure: set[int] = set()  # the SELECTs that take rows of one kind: what is asked of them may be of the other
        return any(self._mixes(node, ctes, pure) for node, ctes in selects_inside_out(tree, []))

    def are_all_in(self, tree: Node) -> bool:
        """Whether the answer to a query has rows of totals and of others, each apart; False where it cannot be told."""
        try:
            return tree.get("type") == "SELECT_NODE" and self._found(tree, set()) == "apart"
        except (EngineError, ToolkitError):  # with parameters, or tables of a log
            return False

    def _mixes(self, node: Node, ctes: Sequence[Node], pure: set[int]) -> bool:
        """Whether a SELECT takes rows of several kinds together; notes it in `pure` if it takes those of one."""
        whole_node = {
            **node,
            "cte_map": {**node["cte_map"], "map": [*ctes, *node["cte_map"]["map"]]},
            "modifiers": [modifier for modifier in node["modifiers"] if modifier["type"] not in ORDERS],
        }
        try:
            kinds_taken = self._found(whole_node, pure)
            if kinds_taken == "one kind":
                pure.add(id(node))
            return not kinds_taken and has_aggregates_or_windows(node) and not self._each_apart(whole_node, pure)
        except (EngineError, ToolkitError):  # correlated with the query around it, which is asked again as a whole
            return False

    def _found(self, node: Node, pure: set[int]) -> str:
        """How a SELECT takes the kinds: "one kind", "apart", or "" for together."""
        places = [*self._places(node, pure)]
        taken_at_places = [
            [self._takes(node, pure, place, kind) for kind in (self._totals, self._others)] for place in places
        ]
        put_together = len({*map(tuple, taken_at_places)}) > 1 and any(
            part.get("type") == "SET_OPERATION_NODE" for part in every_node(node)
        )
        if [True, True] not in taken_at_places and not put_together:
            return "one kind"
        return "apart" if places == [node["from_table"]] and self._is_key(node) else self._compared(node, pure)

    def _compared(self, node: Node, pure: set[int]) -> str:
        """As `_found`, by the answers to a SELECT of rows of both kinds, and of each alone."""
        all_rows, other_rows = self._rows(node, pure, "true"), self._rows(node, pure, self._others)
        if all_rows == other_rows:
            return "one kind"
        totals = self._rows(node, pure, self._totals)
        adds_nothing = all(cell in ("None", "0") for row in other_rows for cell in row)
        if all_rows == totals and (adds_nothing or self._is_named(node)):
            return "one kind"
        return "apart" if all_rows == other_rows + totals and self._each_total_apart(node, pure, totals) else ""

    def _each_total_apart(self, node: Node, pure: set[int], together: Rows) -> bool:
        """Whether no two totals are taken together: two of them differ in a digit of their place, in base two."""
        for digit in range((len(self.totals) - 1).bit_length()):
            halves = [[total for index, total in enumerate(self.totals) if index >> digit & 1 == bit] for bit in (0, 1)]
            if together != sum((self._rows(node, pure, self._is_one_of(half)) for half in halves), Rows()):
                return False
        return True

    @property
    def _totals(self) -> str:
        return self._is_one_of(self.totals)

    @property
    def _others(self) -> str:
        return f"NOT {self._totals}"

    def _is_one_of(self, texts: Sequence[str]) -> str:
        return f"coalesce({identifier(self.column)}, '') IN ({', '.join(map(quoted, texts))})"

    def _places(self, tree: Any, pure: set[int]) -> Iterator[Node]:
        """The dataset wherever it is a table of a query, but in the SELECTs that are pure."""
        if isinstance(tree, list):
            for part in tree:
                yield from self._places(part, pure)
        elif isinstance(tree, dict) and id(tree) not in pure:
            if self._is_place(tree):
                yield tree
            yield from self._places([*tree.values()], _pure_in(tree, pure))

    def _is_place(self, part: Node) -> bool:
        """Whether a part of a query is the dataset as a table."""
        return part.get("type") == "BASE_TABLE" and part["table_name"].lower() == self.dataset

    def _takes(self, node: Node, pure: set[int], place: Node, condition: str) -> bool:
        """Whether a SELECT takes a row of the dataset, at a place of it, that fulfils a condition."""
        bare = {"select_list": tree_of(self.cursor, "SELECT 1")["select_list"], "having": None, "qualify": None}
        bare |= {"group_expressions": [], "group_sets": [], "aggregate_handling": "STANDARD_HANDLING", "modifiers": []}
        rows = sql_of(self.cursor, self._of_rows({**node, **bare}, pure, condition, place))
        return bool(run_with(self.cursor, f"SELECT 1 FROM ({rows}) LIMIT 1", self.parameters).fetchall())

    def _is_key(self, node: Node) -> bool:
        """Whether the column is one of those by which a SELECT makes groups, each of which so has rows of one text."""
        if len(node["group_sets"]) > 1 or any(part.get("class") == "WINDOW" for part in every_node(node)):
            return False
        keys = group_keys(node)
        return any(e["class"] == "COLUMN_REF" and e["column_names"][-1].lower() == self.column.lower() for e in keys)

    def _each_apart(self, node: Node, pure: set[int]) -> bool:
        """Whether each aggregate of a SELECT, by its own FILTER or CASE, takes the kinds apart."""
        selected = node["select_list"]
        if any(part.get("class") == "WINDOW" for part in every_node(selected)):
            return False
        calls = [(index, call) for index, e in enumerate(selected) for call in _calls(e)]
        null = tree_of(self.cursor, "SELECT NULL")["select_list"][0]
        plain = [null if [*_calls(e)] else e for e in selected]
        return bool(calls) and all(
            self._compared({**node, "select_list": [*plain[:index], call, *plain[index + 1 :]]}, pure)
            for index, call in calls
        )

    def _rows(self, node: Node, pure: set[int], condition: str) -> Rows:
        """The rows of a SELECT's answer, of the dataset's rows that fulfil a condition."""
        sql = sql_of(self.cursor, self._of_rows(node, pure, condition))
        columns = arrays_of(run_with(self.cursor, sql, self.parameters))
        return Counter(zip(*(map(_cell, column.tolist()) for column in columns.values()), strict=True))

    def _of_rows(self, tree: Any, pure: set[int], condition: str, place: Node | None = None) -> Any:
        """A query whose dataset has rows of a condition alone: at one place, or wherever `_places` finds it."""
        if isinstance(tree, list):
            return [self._of_rows(part, pure, condition, place) for part in tree]
        if not isinstance(tree, dict) or id(tree) in pure:
            return tree
        pure = _pure_in(tree, pure)
        if self._is_place(tree) and (place is None or place is tree):
            inside = f"SELECT 1 FROM (SELECT * FROM {identifier(self.dataset)} WHERE {condition}) AS y"
            filtered = tree_of(self.cursor, inside)["from_table"]
            own_parts = {key: tree[key] for key in ("column_name_alias", "sample") if key in tree}
            return {**filtered, "alias": tree["alias"] or tree["table_name"], **own_parts}
        return {key: self._of_rows(part, pure, condition, place) for key, part in tree.items()}

    def _is_named(self, node: Node) -> bool:
        """Whether a SELECT chooses rows by the column."""
        parts = [part[name] for part in every_node(node) for name in CONDITIONS if part.get(name)]
        return any(
            one.get("class") == "COLUMN_REF" and one["column_names"][-1].lower() == self.column.lower()
            for one in every_node(parts)
        )


def _pure_in(tree: Node, pure: set[int]) -> set[int]:
    """Those of pure SELECTs that are so in a part of a query: a UNION puts some of one kind each together."""
    return set() if tree.get("type") == "SET_OPERATION_NODE" else pure


def _calls(e: Node) -> Iterator[Node]:
    """The aggregates of an expression; those of the queries in it are their own."""
    if is_aggregate(e):
        yield e
    elif e["class"] != "SUBQUERY":
        for below in nearest_below(list(e.values())):
            yield from _calls(below)


def _cell(value: Any) -> str:
    """A cell as text: numbers to the digits in which sums of doubles agree, lists in any order."""
    if hasattr(value, "tolist"):  # a list, as numpy has it
        value = value.tolist()
    if isinstance(value, list):
        return repr(sorted(map(_cell, value)))
    return f"{value:.9g}" if isinstance(value, float) else str(value)
