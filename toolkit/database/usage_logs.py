"""Usage logs, opened: views over their files, and questions whose numbers have the log as their input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import Problem, ToolkitError, collect_problems
from toolkit.core.followed import IN_SQL
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import Project, digest
from toolkit.core.text import HASH_SHOWN, nearest_first
from toolkit.core.unit import Unit, convert_exactly, registry, unit_text, unit_without_scales
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values, text_maker
from toolkit.database.cell import Cell
from toolkit.database.column_meaning import Meanings
from toolkit.database.columns import FINITE, is_quantity, refuse_columns
from toolkit.database.log_columns import columns_of_log, columns_on_spark, unit_in_query
from toolkit.database.log_engine import log_engine
from toolkit.database.log_people import PERSON
from toolkit.database.log_rows import SQL, answer_columns, is_of_toolkit, refuse_other_tables
from toolkit.database.meaning import Meaning
from toolkit.database.opened_log import OpenedLog
from toolkit.database.query_tree import tree_of
from toolkit.database.table import Column, Table, heading
from toolkit.database.withheld import numbers_in_text
from toolkit.engine.connect import Connection, in_memory, lock
from toolkit.engine.errors import RUN_AGAIN, reading_file, running_query
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.usage.declaration import LOG_JSON, LogDeclaration
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import (
    METRIC_TABLES,
    event_statement,
    make_derived,
    make_event_views,
    make_outcome_view,
    make_view,
    request_views,
)
from toolkit.usage.logs.store import declared_log, log_folder
from toolkit.usage.roll_up import build_roll_up, roll_up_folder, roll_up_folder_of_read_log

if TYPE_CHECKING:
    import numpy

    from toolkit.engine.spark import Spark


@dataclass(frozen=True)
class UsageLog(OpenedLog):
    """An opened usage log as a notebook has it: with tables of what is known about the log itself."""

    @property
    def people(self) -> Table:
        """One row: the people with any use and the days with any, as counts, and the first and last day (UTC)."""
        return self._about("extent")

    @property
    def accounting(self) -> Table:
        """A row a format: lines of the log's files, and how many are events, duplicates, without use, quarantined."""
        return self._about("accounting")

    @property
    def grains(self) -> Table:
        """A row for each grain of time and definition of a token: its rows, requests and tokens. None may be added."""
        return self._about("grains")

    @property
    def gaps(self) -> Table:
        """A row for each run of days without any use between the first day and the last."""
        return self._about("gaps")

    def _about(self, name: str) -> Table:
        return ask_usage_log(self, name, (SQL / "about" / f"{name}.sql").read_text(encoding="utf-8"))


def usage_log_named(
    project: Project,
    name: str,
    developers: int | None = None,
    weeks: int | None = None,
    seed: int = 1,
    spark: Spark | None = None,
) -> UsageLog:
    """The read log of a name, or else the simulated one of a scenario, at a size; its metrics are asked of `spark`.

    Raises ToolkitError for a size of a read log, and as `open_usage_log` and `simulated_usage_log` do.
    """
    folder = log_folder(project, name)
    if not folder.is_dir():
        return simulated_usage_log(project, name, developers, weeks, seed, spark)
    if (developers, weeks, seed) != (None, None, 1):
        raise ToolkitError(f"the usage log {name}", "a size, which it has", "its name alone", "leave the size out")
    return open_usage_log(project, folder, spark)


def made_from(project: Project, name: str, developers: int | None, weeks: int | None, seed: int) -> str:
    """The fingerprint of the log that `usage_log_named` opens for these arguments, and the engine of its metrics.

    Raises ToolkitError as that does.
    """
    from toolkit.usage.simulate.plan import make_plan

    declared = declared_log(log_folder(project, name))
    fingerprint = declared["fingerprint"] if declared else make_plan(project, name, developers, weeks, seed).fingerprint
    return f"{fingerprint} on {log_engine(project).name}"


def simulated_usage_log(
    project: Project,
    scenario: str,
    developers: int | None = None,
    weeks: int | None = None,
    seed: int = 1,
    spark: Spark | None = None,
) -> UsageLog:
    """The usage log of a scenario at a size (None: the declared one), opened; it is simulated if it is not there.

    Raises ScenarioError with every problem of the scenario and the size, ToolkitError as `simulate` does.
    """
    from toolkit.usage.simulate.plan import make_plan
    from toolkit.usage.simulate.run import simulate

    folder = simulate(make_plan(project, scenario, developers, weeks, seed), project.build / "usage_logs")
    return open_usage_log(project, folder, spark)


def open_usage_log(project: Project, folder: Path, spark: Spark | None = None) -> UsageLog:
    """Opens the usage log in a folder that `toolkit simulate` or `toolkit ingest` made.

    Its metrics are asked of `spark`; without it of DuckDB, and a missing roll-up is built. Raises ToolkitError if the
    folder holds no usage log, or Spark cannot read it.
    """
    if not (folder / LOG_JSON).is_file():
        raise ToolkitError(
            f"the usage log {folder.name}",
            f"no {LOG_JSON} there",
            "a folder made by toolkit simulate or toolkit ingest",
            "run the command again, or correct the name",
        )
    declared = json.loads((folder / LOG_JSON).read_text(encoding="utf-8"))
    if not declared["files"]:
        raise ToolkitError(f"the usage log {folder.name}", "no event", "a log with events", "read files that have some")

    def opened() -> Connection:
        connection = in_memory()
        lock(connection, folders=make_log_tables(connection, project, declared, folder))
        return connection

    if spark:
        from toolkit.usage.spark_views import define_log

        define_log(spark, declared, folder)
    usage_log = UsageLog(project, folder, declared, opened, registry(project.data / "units.txt"), spark)
    _ = spark or usage_log.connection  # so that what is wrong with the log is said here
    return usage_log


def make_log_tables(connection: Connection, project: Project, declared: LogDeclaration, folder: Path) -> list[Path]:
    """Makes the tables and views of the usage log in a folder, which `declared` so; returns the folders they read.

    Raises ToolkitError where a file of it cannot be read, such as one that another process has removed meanwhile.
    """
    with reading_file(f"the usage log {declared['log']}", RUN_AGAIN):
        for table in declared_tables(declared):
            table.make(connection)
        is_read_log = declared["kind"] == "measured"
        rolled = roll_up_folder_of_read_log(project.build, declared) if is_read_log else roll_up_folder(folder)
        parts = build_roll_up(connection, declared, folder, rolled)
        make_event_views(connection, declared, folder, declared["files"])
        make_outcome_view(connection, declared, folder, declared["files"], "outcome")
        if declared["kind"] == "synthetic":
            make_view(connection, "truth", [folder / "truth" / name for name in declared["files"]])
        for name, grain in (("activity_day", "day"), ("stored_week", "week")):
            make_view(connection, name, [rolled / grain / part for part in parts])
        connection.execute(event_statement(declared))
        for name, sql in request_views(declared).items():
            connection.execute(f"CREATE VIEW {name} AS {sql}")
        make_derived(connection)
    return [folder, rolled]


def metric_sql(name: str) -> str:
    """The SQL of a usage metric.

    Raises ToolkitError naming the metrics there are, and for one that is no SELECT of METRIC_TABLES: another table is
    not there on every engine.
    """
    path = SQL / "metrics" / f"{name}.sql"
    if not path.is_file():
        near = nearest_first(name, sorted(file.stem for file in (SQL / "metrics").glob("*.sql")))
        raise ToolkitError(f"the metric {name!r}", "no such file in toolkit/usage/metrics", near, "correct the name")
    sql = path.read_text(encoding="utf-8")
    refuse_other_tables(f"toolkit/usage/metrics/{name}.sql", refuse_other_than_select(f"{name}.sql", sql))
    return sql


def ask_usage_log(usage_log: OpenedLog, name: str, sql: str, parameters: Mapping[str, object] | None = None) -> Table:
    """The answer to the query `sql` over a usage log; its numbers have the log as input and name the query's hash.

    A column of numbers has the unit of what it is made of, or, where the query does not say it, of its name: n_<what>,
    or one that ends in a unit or a word of UNITLESS. Raises ToolkitError if it is no SELECT, with what DuckDB says,
    with every column that has no unit or is not finite, or if it would show single people of a log that is not
    synthetic; of such a log, what fewer than five people are behind is withheld.
    """
    columns, arrays = answer_columns(usage_log, name, sql, parameters)
    with running_query(f"{name}.sql"):
        refuse_columns(f"{name}.sql", columns)
    problems: list[Problem] = []
    units: dict[str, tuple[Unit, str]] = {}
    of_toolkit = [room for room in ("about", "metrics") if is_of_toolkit(room, name, sql)]
    meanings = _meanings(usage_log, sql, [column for column, _ in columns], "about" in of_toolkit)
    by_name = bool(of_toolkit)
    if not by_name:
        texts = [
            column for (column, kind), one in zip(columns, meanings, strict=True) if kind == "VARCHAR" and one.told
        ]
        problems += [numbers_in_text(f"{name}.sql", column) for column in texts]
    for (column, kind), meaning in zip(columns, meanings, strict=True):
        if is_quantity(column, kind, meaning.role):
            with collect_problems(problems):
                units[column] = unit_in_query(f"{name}.sql", column, meaning, usage_log.units, by_name)
    question = f"question {name}, {digest([sql, repr(sorted((parameters or {}).items()))])[:HASH_SHOWN]}"
    answer = Answer(
        [
            Values(
                array,
                _cell_of(usage_log, question, column, (kind, array), units.get(column)),
                f"{column}, {question}, {usage_log.leaf.digest}",
            )
            for (column, kind), array in zip(columns, arrays, strict=True)
        ]
    )
    problems += [
        Problem(f"{name}.sql, column {column}", "a value that is not finite", *FINITE)
        for (column, _), values in zip(columns, answer.columns, strict=True)
        if not values.finite
    ]
    if problems:
        raise ToolkitError(problems)
    refuse_single_people(usage_log, f"{name}.sql", [column for column, _ in columns])
    table_columns = [
        Column(
            column,
            heading(column),
            unit_text(unit_without_scales(unit_and_form[0])),
            unit_as_read=unit_text(unit_and_form[0]),
            form=unit_and_form[1],
        )
        if (unit_and_form := units.get(column))
        else Column(column, heading(column), None)
        for column, _ in columns
    ]
    return Table(name, tuple(table_columns), answer, sql)


def _meanings(usage_log: OpenedLog, sql: str, names: Sequence[str], on_duckdb: bool) -> list[Meaning]:
    """What each column of a query holds, by the tables of the engine that answers it."""
    if usage_log.spark and not on_duckdb:
        metric_tables = {table.lower(): table for table in METRIC_TABLES}
        tables_named = [
            metric_tables[name.lower()] for name in refuse_other_than_select("", sql) if name.lower() in metric_tables
        ]
        tables = columns_on_spark(usage_log.spark, tables_named, usage_log.units)
        tree = tree_of(in_memory(), sql)
    else:
        tables = columns_of_log(usage_log.connection, usage_log.units)
        tree = tree_of(usage_log.connection.cursor(), sql)
    return Meanings({}, tables, usage_log.units).of_columns(tree, names)


def refuse_single_people(usage_log: OpenedLog, where: str, columns: Iterable[str]) -> None:
    """Raises ToolkitError where an answer with these columns shows single people of a log that is not synthetic."""
    if PERSON in columns and usage_log.kind != Kind.SYNTHETIC:
        raise ToolkitError(where, "a row for each person", "groups of people", "group by team or week")


def _cell_of(
    usage_log: OpenedLog,
    question: str,
    column: str,
    typed: tuple[str, numpy.ndarray],
    unit_and_form: tuple[Unit, str] | None,
) -> Callable[[Any, int], Cell]:
    """What makes the cells of a column, of a value and its row; `unit_and_form` is None for no quantity.

    `typed` are its DuckDB type and its values.
    """
    if unit_and_form is None:
        return text_maker(*typed)
    unit, base, style, method, inputs = (
        unit_and_form[0],
        unit_without_scales(unit_and_form[0]),
        Style(unit_and_form[1]),
        operation("query", question=question, column=column, how=IN_SQL),
        (usage_log.leaf,),
    )
    return lambda value, row: Number(
        low=convert_exactly(value, unit, base) if unit != base else float(value),
        high=convert_exactly(value, unit, base) if unit != base else float(value),
        unit=base,
        kind=usage_log.kind,
        operation=method,
        inputs=inputs,
        style=style,
    )
