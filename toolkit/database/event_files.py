"""Parquet files of events as a usage log that declares nothing of itself: of whatever program, wherever they are.

They have the columns of toolkit/usage/contract.py, or of these the ones that the simulator stores. Without a roster the
log's people are those seen in it, and what they made is not known; prices and incentives are not known either.
"""

from __future__ import annotations

import glob
import os
import re
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
from toolkit.engine.select_only import refuse_other_than_select
from toolkit.usage.declaration import LogDeclaration
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import (
    EVENT_ROW,
    OF_REQUESTS,
    SQL,
    event_row,
    make_derived,
    measured_sql,
    outcome_query,
    request_views,
    stored_request,
)
from toolkit.usage.roll_up import GRAINS
from toolkit.usage.spark_views import define_events, define_roll_ups, in_ticks

if TYPE_CHECKING:
    from toolkit.engine.spark import Spark

    Summary = Sequence[tuple[bool | None, str, str, date, int, int]]  # the rows of SUMMARY

NO_TEXTS = {"reasoning_tokens": "BIGINT", "is_sidechain": "BOOLEAN", "is_error": "BOOLEAN"}  # among OF_REQUESTS
NOT_KNOWN = {"incentive": "incentives", "price": "prices", "accounting": "account of lines"}  # tables of a log alone
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
    what files of events do not have: costs, or what a log declares.
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
    paths = [Path(os.path.abspath(path)) for path in _matching(where, pattern)]
    files = from_parquet(paths)
    with reading_file(where, REMEDY):
        columns = dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM {files})").fetchall())
        expressions = _columns(where, columns, sql, identifier)
        if "TIME ZONE" in columns["time_utc"]:
            expressions["time_utc"] = "time_utc AT TIME ZONE 'UTC'"  # else its days were those of this machine's clock
        selected = ", ".join(f"{expression} AS {name}" for name, expression in expressions.items())
        connection.execute(f"CREATE VIEW event_row AS SELECT {selected} FROM {files}")
        log, query_of = _declared(where, pattern, connection.execute(SUMMARY).fetchall(), sql)
        for table in declared_tables(log):
            table.make(connection)
        for name, query in {**query_of, "activity_day": measured_sql("activity_day"), **request_views(log)}.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        weeks = (SQL / GRAINS["week"]).read_text(encoding="utf-8")
        connection.execute(f"CREATE TABLE stored_week AS {weeks}")
        make_derived(connection)
    lock(connection, files=paths)
    return log


def _on_spark(spark: Spark, where: str, pattern: str, sql: str) -> LogDeclaration:
    """Makes the views that metrics ask; returns what the log is."""
    files = [pattern if "://" in pattern else os.path.abspath(pattern)]
    columns = spark.columns_of(where, files, [*{**EVENT_ROW, **OF_REQUESTS}.values()])
    expressions = _columns(where, columns, sql, in_ticks)
    if "requests" not in columns:
        spark.read_any_encoding()  # the simulator writes counts so
    define_events(spark, files, expressions)
    rows = [tuple(row.values()) for row in spark.ask(where, SUMMARY).to_pylist()]
    log, query_of = _declared(where, pattern, rows, sql)
    for name, query in query_of.items():
        spark.define(name, query)
    define_roll_ups(spark, log, measured_sql("activity_day"))  # which needs no prices
    return log


def _matching(where: str, pattern: str) -> list[str]:
    paths = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not paths:
        raise ToolkitError(where, "no files", "Parquet files of events", "correct the pattern, and put it in quotes")
    return paths


def _columns(where: str, present: Collection[str], sql: str, spelled: Callable[[str], str]) -> dict[str, str]:
    """The columns of event_row, and what each is in files in which these are `present`.

    What no roll-up reads may be missing where the metric `sql` asks roll-ups alone. Raises ToolkitError naming the
    columns that are missing else.
    """
    columns = {**EVENT_ROW, **OF_REQUESTS}
    row = event_row(not {"time_grain", "requests"} & {*present}, spelled)
    absent = [name for name in columns if row[name] == spelled(columns[name]) and columns[name] not in present]
    optional = () if "request_all_types" in _asked(sql) else OF_REQUESTS
    if missing := [columns[name] for name in absent if name not in optional]:
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
    return row | {name: f"CAST(NULL AS {NO_TEXTS.get(name, 'STRING')})" for name in absent}


def _asked(sql: str) -> set[str]:
    """The tables that a metric reads, in small letters."""
    return {name.lower() for name in refuse_other_than_select("the metric", sql)}


def _declared(where: str, pattern: str, rows: Summary, sql: str) -> tuple[LogDeclaration, dict[str, str]]:
    """What a log of these rows of SUMMARY is, and the queries of the views that the roll-ups read.

    Raises ToolkitError for a log that the metric `sql` cannot be asked of.
    """
    synthetic = {bool(row[0]) for row in rows}
    if len(synthetic) != 1:
        found = "synthetic events and others" if rows else "no event"
        raise ToolkitError(where, found, "events, all of them synthetic or none", "name files of one log")
    lacking = [
        (lacking_part, "a log declares them") for table, lacking_part in NOT_KNOWN.items() if table in _asked(sql)
    ]
    if re.search(r"\bcost_(nano)?usd\b", sql) and not sum(row[5] for row in rows):
        lacking.append(("costs", "cost_usd has some"))
    if lacking:
        raise ToolkitError(
            [
                Problem(
                    where,
                    f"no {lacking_part}, which the metric needs",
                    allowed,
                    "ask another metric, or a log by --log",
                )
                for lacking_part, allowed in lacking
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
    outcome = outcome_query(weeks, "stored_request")
    return log, {"stored_request": stored_request(log), "outcome": outcome, "stored_outcome": "SELECT * FROM outcome"}
