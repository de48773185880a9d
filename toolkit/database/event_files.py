"""Parquet files of events as a usage log that declares nothing of itself: of whatever program, wherever they are.

They have the columns of toolkit/usage/contract.py, or of these the ones that the simulator stores. Without a roster the
log's people are those seen in it, and what they made is not known; prices and incentives are not known either.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import registry
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import Connection, in_memory, lock
from toolkit.engine.errors import reading_file
from toolkit.engine.paths import from_parquet, identifier
from toolkit.usage.declaration import LogDeclaration
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import REQUEST, SQL, in_grain, make_derived, measured_sql, outcome_query, roll_up_grain
from toolkit.usage.roll_up import GRAINS
from toolkit.usage.spark_views import TEXTS, define_roll_ups

if TYPE_CHECKING:
    from toolkit.engine.spark import Spark

    Summary = Sequence[tuple[bool | None, str, str, date, int, int]]  # the rows of SUMMARY

CONTRACT = {**REQUEST["measured"], "time_grain": "time_grain", "token_definition": "token_definition"}
STORED = REQUEST["synthetic"]
# what the simulator's files leave out, beside input: the same in every row, and costs, which need its prices
LEFT_OUT = {
    "time_grain": "'request'",
    "token_definition": "'all_types'",
    "requests": "CAST(1 AS BIGINT)",
    "cost_usd": "CAST(NULL AS DECIMAL(18, 9))",
}
INPUT = ("uncached_tokens", "cache_read_tokens", "cache_creation_tokens")
SUMMARY = """
SELECT synthetic, time_grain, token_definition, CAST(date_trunc('week', time_utc) AS DATE) AS week_start_on,
    count(*) AS events, count(cost_usd) AS costs
FROM event_row
GROUP BY synthetic, time_grain, token_definition, CAST(date_trunc('week', time_utc) AS DATE)
"""
REMEDY = "name Parquet files of events that are whole"


def open_events(project: Project, pattern: str, sql: str, spark: Spark | None = None) -> UsageLog:
    """The Parquet files that match a glob, as a usage log of which the metric `sql` can be asked, and nothing else.

    On `spark` the server reads them, and the glob may be an address of an object store. Raises ToolkitError where no
    file matches, one cannot be read, columns are missing, some rows are synthetic and others not, or the metric needs
    costs or incentives that are not there.
    """
    where = f"--events {pattern}"
    connection = in_memory()
    if spark:
        declared = _on_spark(spark, where, pattern, sql)
    else:
        declared = _on_duckdb(connection, where, pattern, sql)
    return UsageLog(project, Path(), declared, lambda: connection, registry(project.data / "units.txt"), spark)


def _on_duckdb(connection: Connection, where: str, pattern: str, sql: str) -> LogDeclaration:
    """Makes the tables that metrics ask, in memory, and locks the connection; returns what the log is."""
    if "://" in pattern:
        raise ToolkitError(where, "an address", "files on this machine, for DuckDB", "ask with --engine spark")
    files = from_parquet(Path(path) for path in _matching(where, pattern))
    with reading_file(where, REMEDY):
        columns = dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM {files})").fetchall())
        made = _expressions(where, columns, identifier)
        if "TIME ZONE" in columns["time_utc"]:
            made["time_utc"] = "time_utc AT TIME ZONE 'UTC'"  # else its days were those of this machine's clock
        selected = ", ".join(f"{expression} AS {name}" for name, expression in made.items())
        connection.execute(f"CREATE VIEW event_row AS SELECT {selected} FROM {files}")
        log, query_of = _declared(where, pattern, connection.execute(SUMMARY).fetchall(), sql)
        for table in declared_tables(log):
            table.make(connection)
        for name, query in {**query_of, "activity_day": measured_sql("activity_day")}.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        weeks = (SQL / GRAINS["week"]).read_text(encoding="utf-8")
        connection.execute(f"CREATE TABLE stored_week AS {weeks}")
        make_derived(connection)
    lock(connection)
    return log


def _on_spark(spark: Spark, where: str, pattern: str, sql: str) -> LogDeclaration:
    """Makes the views that metrics ask; returns what the log is."""
    files = [pattern if "://" in pattern else os.path.abspath(pattern)]
    columns = spark.columns_of(where, files, [*CONTRACT.values()])
    made = _expressions(where, columns, lambda name: f"`{name}`")
    if "requests" not in columns:
        spark.read_any_encoding()  # the simulator writes counts so
    # Sail has no name for the type of texts that are stored as numbers with a dictionary
    made |= {name: f"CAST({made[name]} AS STRING)" for name in TEXTS}
    spark.view("event_row", files, made)
    rows = [tuple(row.values()) for row in spark.ask(where, SUMMARY).to_pylist()]
    log, query_of = _declared(where, pattern, rows, sql)
    for name, query in query_of.items():
        spark.define(name, query)
    define_roll_ups(spark, {**log, "kind": "measured"})  # which has the roll-up that needs no prices
    return log


def _matching(where: str, pattern: str) -> list[str]:
    found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not found:
        raise ToolkitError(where, "no files", "Parquet files of events", "correct the pattern, and put it in quotes")
    return found


def _expressions(where: str, columns: Collection[str], spelled: Callable[[str], str]) -> dict[str, str]:
    """The columns of event_row, and what each is in files with these columns, whose names an engine has `spelled` so.

    Raises ToolkitError naming the columns that are missing.
    """
    stored = not {"time_grain", "requests"} & {*columns}
    wanted = STORED if stored else CONTRACT
    if missing := [column for column in wanted.values() if column not in columns]:
        raise ToolkitError(
            [
                Problem(
                    f"{where}, column {column}",
                    "missing",
                    "the columns of toolkit/usage/contract.py",
                    "name files that have it",
                )
                for column in missing
            ]
        )
    made = {name: spelled(column) for name, column in wanted.items()}
    if stored:
        made |= LEFT_OUT
        made["input_tokens"] = " + ".join(f"CAST({made[name]} AS BIGINT)" for name in INPUT)
    return made


def _declared(where: str, pattern: str, rows: Summary, sql: str) -> tuple[LogDeclaration, dict[str, str]]:
    """What a log of these rows of SUMMARY is, and the queries of the views that the roll-ups read.

    Raises ToolkitError for a log that the metric `sql` cannot be asked of.
    """
    synthetic = {bool(row[0]) for row in rows}
    if len(synthetic) != 1:
        found = "synthetic events and others" if rows else "no event"
        raise ToolkitError(where, found, "events, all of them synthetic or none", "name files of one log")
    needed = {"cost_nanousd": ("costs", "cost_usd has some"), "incentive": ("incentives", "a log declares them")}
    costs = sum(row[5] for row in rows)
    if lacking := [what for name, what in needed.items() if name in sql and not (name == "cost_nanousd" and costs)]:
        raise ToolkitError(
            [
                Problem(where, f"no {what}, which the metric needs", allowed, "ask another metric, or a log by --log")
                for what, allowed in lacking
            ]
        )
    weeks = sorted({str(row[3]) for row in rows})
    events = sum(row[4] for row in rows)
    log = LogDeclaration(
        schema=1,
        log=pattern,
        kind="synthetic" if synthetic == {True} else "measured",
        title=pattern,
        made_from=f"{events} events in {pattern}, weeks of {weeks[0]} to {weeks[-1]}",
        fingerprint="",
        events=events,
        developers=0,  # nobody is on a roster
        weeks=len(weeks),
        start_on=weeks[0],
        files=weeks,
        accounting=[],
        incentives=[],
        prices_nanousd_per_token=[],
        grains=sorted({(row[1], row[2]) for row in rows}),
    )
    request = f"SELECT * FROM event_row WHERE {in_grain(*roll_up_grain(log))}"
    outcome = outcome_query(weeks, "stored_request")
    return log, {"stored_request": request, "outcome": outcome, "stored_outcome": "SELECT * FROM outcome"}
