"""The rows that a usage log's engine answers a query with, and which queries it may be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import Kind
from toolkit.database.doubled_rows import doubled_rows
from toolkit.database.log_grains import refuse_several_grains
from toolkit.database.log_people import refuse_few, rows_of_read_log
from toolkit.database.metric_people import without_few
from toolkit.database.opened_log import OpenedLog
from toolkit.database.query_tree import tree_of
from toolkit.engine.errors import running_query
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.usage.log_views import METRIC_TABLES

if TYPE_CHECKING:
    from toolkit.engine.connect import Columns

SQL = Path(__file__).parents[1] / "usage"


def answer_columns(usage_log: OpenedLog, name: str, sql: str, parameters: Mapping[str, object] | None) -> Columns:
    """The answer to a query by column, of the log's engine; of a read log without what too few people are behind.

    Raises ToolkitError for what is no SELECT, means something else on the log's engine, would show single people, or
    adds events of several grains.
    """
    where, synthetic = f"{name}.sql", usage_log.kind == Kind.SYNTHETIC
    about, own = is_of_toolkit("about", name, sql), is_of_toolkit("metrics", name, sql)
    tables = refuse_other_than_select(where, sql)
    if about:
        if not synthetic:
            refuse_few(where, name, usage_log.declared["developers"])
        return usage_log.rows_of_duckdb(where, sql, parameters)
    if usage_log.spark:
        from toolkit.engine.portable import refuse_unportable

        refuse_other_tables(where, tables)
        refuse_unportable(where, sql)
    if synthetic or own:
        if not (own or usage_log.spark):
            _refuse_doubled(usage_log, where, sql, parameters or {})
        columns = usage_log.rows(where, sql, parameters)
        return columns if synthetic else without_few(where, columns, tables, usage_log.rows)
    if usage_log.spark:
        raise ToolkitError(
            where,
            f"a question of one's own of the read log {usage_log.name} on Spark",
            "metrics of toolkit/usage/metrics: the people behind other answers are counted by DuckDB alone",
            'ask a metric, or have engine = "duckdb"',
        )
    cursor = usage_log.connection.cursor()
    with running_query(where, cursor):
        columns = rows_of_read_log(cursor, where, sql, parameters)
        _refuse_doubled(usage_log, where, sql, parameters or {})
        refuse_several_grains(cursor, where, sql, tables, parameters)
        return columns


def refuse_other_tables(where: str, tables: Collection[str]) -> None:
    """Raises ToolkitError for tables that metrics, and questions on Spark, cannot ask: not all logs have them."""
    if other_tables := sorted(name for name in tables if name.lower() not in METRIC_TABLES):
        raise ToolkitError(
            [
                Problem(
                    where,
                    f"the table {name}, which is not there of every log and on every engine",
                    ", ".join(METRIC_TABLES),
                    "ask one of them (docs/tables.md has their columns); a question of one's own on DuckDB sees more",
                )
                for name in other_tables
            ]
        )


def _refuse_doubled(usage_log: OpenedLog, where: str, sql: str, parameters: Mapping[str, object]) -> None:
    """Raises ToolkitError for what a JOIN of the log's tables counts or adds up several times."""
    cursor, private = usage_log.connection.cursor(), usage_log.kind != Kind.SYNTHETIC
    with running_query(where, cursor):
        tree = tree_of(cursor, sql)
        if doubled := list(doubled_rows(cursor, tree, parameters, where, private=private)):
            raise ToolkitError(doubled)


def is_of_toolkit(room: str, name: str, sql: str) -> bool:
    """Whether a query is one of the toolkit's: one of its metrics, or what a log says "about" itself."""
    path = SQL / room / f"{name}.sql"
    return path.is_file() and path.read_text(encoding="utf-8") == sql
