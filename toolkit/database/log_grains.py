"""Refuses questions of a log that was handed over if they add events of several time grains or token definitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from toolkit.core.errors import ToolkitError
from toolkit.database.query_tree import sql_of, tree_of
from toolkit.engine.connect import Connection, first_value

EVENTS = "usage_event"  # the table that has all grains of a log
BEHIND = "SELECT count(DISTINCT (time_grain, token_definition)) AS grains_behind"
VIEWS = f"SELECT DISTINCT time_grain || '_' || token_definition FROM {EVENTS} ORDER BY ALL"


def refuse_several_grains(
    cursor: Connection, where: str, sql: str, tables: Collection[str], parameters: Mapping[str, object] | None
) -> None:
    """Raises ToolkitError where a row of the answer to `sql` rests on events of two time grains or token definitions.

    `tables` are those that it reads; of EVENTS it is one SELECT with groups, as `rows_of_read_log` allows no other.
    """
    if EVENTS not in map(str.lower, tables):
        return
    node = tree_of(cursor, sql)
    with_grains = sql_of(
        cursor, {**node, "select_list": [*node["select_list"], *tree_of(cursor, BEHIND)["select_list"]]}
    )
    cursor.execute(f"SELECT max(grains_behind) FROM ({with_grains})", dict(parameters) if parameters else None)
    if (first_value(cursor) or 1) > 1:
        views = ", ".join(name for (name,) in cursor.execute(VIEWS).fetchall())
        raise ToolkitError(
            where,
            "events of several time grains or token definitions in one number: the same use may be in two of them",
            "one time grain and one token definition in each row of an answer",
            f"ask one of {views}, or GROUP BY time_grain, token_definition",
        )
