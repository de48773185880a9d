"""How few rows of a dataset a query leaves out: who knows the sum of all takes what is published off, and has theirs.

What is left out are rows that WHERE or a JOIN drops, and groups that HAVING or LIMIT drops from their line: the groups
that differ in one label, whose sum is often published beside them, or the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from toolkit.core.errors import ToolkitError
from toolkit.database.group_sizes import counting, dataset_alias, selects_of
from toolkit.database.query_tree import Node, expression_sql, group_keys, is_grouped, run_with, sql_of, tree_of
from toolkit.engine.connect import Connection
from toolkit.engine.errors import EngineError
from toolkit.engine.paths import identifier

Label = tuple[object, ...]  # the values by which a group is told apart
CUT: Node = {"having": None, "modifiers": [], "qualify": None}


def fewest_left_out(cursor: Connection, tree: Node, dataset: str, parameters: Mapping[str, object]) -> int | None:
    """The fewest rows that a SELECT of a query leaves out of a dataset, or out of a line of its groups; 0 for none.

    None where that cannot be told.
    """
    counts: list[int] = []
    for node in selects_of(tree, dataset):
        alias = dataset_alias(node["from_table"], dataset)
        if alias is not None and is_grouped(node):
            try:
                counts += _left_out(cursor, node, dataset, alias, parameters)
            except (EngineError, ToolkitError):  # correlated with an outer query, it cannot run by itself
                return None
    return min(filter(None, counts), default=0)


def _left_out(
    cursor: Connection, node: Node, dataset: str, alias: str, parameters: Mapping[str, object]
) -> Iterator[int]:
    """How many rows WHERE and JOIN leave out, then, line by line, how many HAVING and LIMIT do."""
    all_of_dataset = tree_of(cursor, f"SELECT 1 FROM {identifier(dataset)}")
    all_rows = sum(_groups(cursor, all_of_dataset, (), dataset, parameters).values())
    keys, without_cuts = group_keys(node), {**node, **CUT, "where_clause": _false_alone(cursor, node["where_clause"])}
    # in a join a row may be in several groups; without one, WHERE may name columns of the answer
    by = keys if node["from_table"]["type"] == "BASE_TABLE" else ()
    yield all_rows - sum(_groups(cursor, without_cuts, by, alias, parameters).values())
    if not (node["having"] or node["modifiers"]):
        return
    groups = _groups(cursor, {**node, **CUT}, keys, alias, parameters)
    shown_groups = _groups(cursor, node, keys, alias, parameters)
    for column in range(max(1, len(keys))):
        lines: dict[Label, list[Label]] = {}
        for label in groups:
            lines.setdefault(label[:column] + label[column + 1 :], []).append(label)
        for line in lines.values():
            if any(label in shown_groups for label in line):
                yield sum(groups[label] for label in line if label not in shown_groups)


def _groups(
    cursor: Connection, node: Node, keys: Sequence[Node], alias: str, parameters: Mapping[str, object]
) -> Counter[Label]:
    """How many different rows of a dataset are behind each group that a SELECT makes by these keys."""
    named_keys = [{**key, "alias": f"\1key{index}"} for index, key in enumerate(keys)]  # as no author's column is named
    hidden = [] if not keys else node["select_list"]
    selected = [*hidden, *named_keys, {**counting(cursor, of=alias), "alias": "\1rows"}]
    grouped = {} if keys else {"group_expressions": [], "group_sets": [], "aggregate_handling": "STANDARD_HANDLING"}
    rows = run_with(cursor, sql_of(cursor, {**node, **grouped, "select_list": selected}), parameters).fetchall()
    return Counter({tuple(map(repr, row[len(hidden) : -1])): row[-1] for row in rows})


def _false_alone(cursor: Connection, where: Node | None) -> Node | None:
    """A WHERE that drops rows for which it is false; where a value is missing there is none that a sum could have."""
    if where is None:
        return None
    text = f"SELECT 1 WHERE ({_told_by_values(cursor, where)}) IS NOT FALSE"
    condition: Node = tree_of(cursor, text)["where_clause"]
    return condition


def ignoring_missing(cursor: Connection, condition: str) -> str:
    """A condition in SQL without its parts that a value is not missing: true for rows that only they leave out."""
    return _told_by_values(cursor, tree_of(cursor, f"SELECT 1 WHERE {condition}")["where_clause"])


def _told_by_values(cursor: Connection, where: Node) -> str:
    parts = where["children"] if where["type"] == "CONJUNCTION_AND" else [where]
    conditions = [expression_sql(cursor, part) for part in parts if part["type"] != "OPERATOR_IS_NOT_NULL"]
    return " AND ".join(f"({condition})" for condition in conditions) or "true"
