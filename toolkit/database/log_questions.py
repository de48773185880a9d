"""Questions of a usage log together with the datasets, figures and series of its project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import Kind
from toolkit.database.dataset_answer import DatasetAnswer
from toolkit.database.dataset_questions import QueryResult
from toolkit.database.log_answers import answers_of_log
from toolkit.database.log_columns import columns_of_log
from toolkit.database.query_tree import named_parameters, tree_of
from toolkit.database.table import Table
from toolkit.database.usage_logs import UsageLog, make_log_tables, refuse_single_people
from toolkit.engine.connect import Connection, cursor_of, in_memory_beside, lock
from toolkit.engine.errors import opening_database
from toolkit.engine.frames import register_frames
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.usage.log_views import METRIC_TABLES

if TYPE_CHECKING:
    from toolkit.database.open import Database

APART = 'ask it by itself, used = story.sql("…", of=log).frame, and join its answer: story.sql("… FROM used JOIN …")'


def asks_project(database: Database, usage_log: UsageLog, where: str, sql: str) -> bool:
    """Whether a question reads a table of the project that the usage log has none of. Raises ToolkitError as `ask`."""
    project = {*database.datasets, *database.reported_columns}
    project_tables = project & {name.lower() for name in refuse_other_than_select(where, sql)}
    if not project_tables:
        return False
    own = METRIC_TABLES if usage_log.spark else columns_of_log(usage_log.connection, usage_log.units)
    return not project_tables <= {*own}


def answer_with_log(
    database: Database,
    usage_log: UsageLog,
    name: str,
    where: str,
    sql: str,
    units: Mapping[str, str] | str,
    parameters: Mapping[str, object],
) -> Table:
    """The answer to a question of a usage log and the project's other tables; its numbers rest on each that it reads.

    `where` names it in errors. Of a log that was read each SELECT is answered by itself, and what too few people are
    behind withheld. Raises ToolkitError as `answer_question`, `ask_usage_log` and `answers_of_log` do, for a log on
    Spark, and where two tables have one name.
    """
    if usage_log.spark:
        raise ToolkitError(
            where,
            f"the usage log {usage_log.name} on Spark together with tables of the project",
            "a question of the log alone: the project's tables are in DuckDB",
            APART,
        )
    logged = columns_of_log(usage_log.connection, usage_log.units)
    _refuse_names_twice(database, usage_log, {*logged})
    if usage_log.kind == Kind.SYNTHETIC:
        cursor = cursor_of(_connection(database, usage_log))
        result = database.asked_on(cursor, where, sql, parameters, {*logged})
    else:
        result = _asked_of_read_log(database, usage_log, where, sql, {*logged}, parameters)
    refuse_single_people(usage_log, where, [column for column, _ in result.columns])
    for table in result.others:  # for the trace: a later build asks these again, and not the log
        database.rows_digest(table)
    return DatasetAnswer(
        database, name, where, result, parameters, units, usage_log if result.logged else None, logged
    ).table(sql)


def _asked_of_read_log(
    database: Database,
    usage_log: UsageLog,
    where: str,
    sql: str,
    logged: Collection[str],
    parameters: Mapping[str, object],
) -> QueryResult:
    """The answer to a question whose SELECTs of the log are answered before it: it is asked where the log is not."""
    names = {name.lower() for name in logged}
    apart = answers_of_log(usage_log.connection.cursor(), where, sql, names, parameters)
    cursor = database.cursor()
    register_frames(cursor, apart.tables)
    parameters_left = named_parameters(cursor, apart.sql, parameters)
    result = database.asked_on(cursor, where, apart.sql, parameters_left, {*apart.tables})
    log_tables_read = sorted(names & {name.lower() for name in refuse_other_than_select(where, sql)})
    return replace(result, tree=tree_of(cursor, sql), logged=tuple(log_tables_read))


def _connection(database: Database, usage_log: UsageLog) -> Connection:
    """A locked connection to the tables of both, made once."""
    key = str(usage_log.folder)
    if key not in database.with_logs:
        with opening_database(database.project.name(database.path)):
            connection = in_memory_beside(database.path)
        folders = make_log_tables(connection, usage_log.project, usage_log.declared, usage_log.folder)
        database.declared.make_views(connection)
        lock(connection, files=database.declared.files, folders=folders)
        database.with_logs[key] = connection
    return database.with_logs[key]


def _refuse_names_twice(database: Database, usage_log: UsageLog, tables: set[str]) -> None:
    problems = [
        Problem(
            f"data/{'datasets' if name in database.datasets else 'series'}/{name}.yml",
            f"the name {name}, which a table of the usage log {usage_log.name} has",
            "a name of its own, where both are asked together",
            "rename it: its file, and its id",
        )
        for name in sorted(tables & {*database.datasets, *database.reported_columns})
    ]
    if problems:
        raise ToolkitError(problems)
