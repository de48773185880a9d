"""`toolkit metric`: its options, those that choose an engine, and what it prints."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project

if TYPE_CHECKING:
    from toolkit.database.cell import Cell
    from toolkit.database.table import Table
    from toolkit.engine.spark import Spark


def engine_arguments(parser: ArgumentParser) -> None:
    """The options that say on which engine the metrics of usage logs are asked."""
    what = (
        "where metrics of usage logs are asked (default: [tool.toolkit] engine, else duckdb); spark is for logs that "
        "do not fit here: on two cores it was the slower one at all sizes measured, with 12 million events 38 s, 21 of "
        "them start-up (Sail 3.3 s, DuckDB 1.1 s), and DuckDB answered a billion in 3 GB of memory"
    )
    parser.add_argument("--engine", choices=("duckdb", "spark"), help=what)
    _server_arguments(parser)


def job_arguments(parser: ArgumentParser, what: str) -> None:
    """The options of a command whose work tasks of Spark can do; `what` says what they do then."""
    local = f"local: this machine does it (default); spark: tasks of a cluster {what}"
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help=local)
    _server_arguments(parser)


def for_job(chosen: Namespace, project: Project) -> AbstractContextManager[Spark | None]:
    """The session of Spark that the options of `job_arguments` name, None where this machine does the work.

    Raises ToolkitError where there is no such Spark.
    """
    if chosen.engine == "local" and not (chosen.remote or chosen.master):
        return contextlib.nullcontext()
    from toolkit.database.log_engine import log_engine

    named = Namespace(engine="spark", remote=chosen.remote, master=chosen.master)
    return log_engine(with_engine(project, named)).open() or contextlib.nullcontext()


def _server_arguments(parser: ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--remote", metavar="sc://HOST:PORT", help="a Spark Connect server that runs")
    where.add_argument("--master", metavar="URL", help="an Apache Spark to start: local[*], spark://HOST:PORT")


def with_engine(project: Project, chosen: Namespace) -> Project:
    """The project with the engine that the options name in place of that of its pyproject.toml."""
    named = {"remote": chosen.remote, "master": chosen.master} if chosen.remote or chosen.master else {}
    engine = chosen.engine or ("spark" if named else None)
    settings = {"engine": engine, **named} if engine else {}
    return replace(project, chosen={name: value or "" for name, value in settings.items()})


def metric_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit metric`."""
    parser.add_argument("name", metavar="NAME", help="a metric of toolkit/usage/metrics, such as concentration")
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--log", metavar="LOG", help="a log that was read, or a scenario")
    files = "Parquet files of events; on Spark its server reads them, and the glob may be an object store's address"
    of.add_argument("--events", metavar="GLOB", help=files)
    what = "a parameter of the metric, such as target_share=0.8"
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=what)
    engine_arguments(parser)
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="(default: table)")


def metric(chosen: Namespace, project: Project) -> int:
    """Prints the answer of a metric of a usage log, on the engine that was chosen; 0.

    Raises ToolkitError where there is no such metric, log, file or server, and for a parameter that is no number
    or missing.
    """
    from toolkit.core.kind import Kind
    from toolkit.database.event_files import open_events
    from toolkit.database.log_engine import log_engine
    from toolkit.database.usage_logs import ask_usage_log, usage_log_named
    from toolkit.database.usage_logs import metric as sql_of

    sql, parameters = sql_of(chosen.name), _parameters(chosen.set)
    if missing := sorted({*re.findall(r"\$([a-z]\w*)", sql)} - {*parameters}):
        said = " ".join(f"--set {name}=NUMBER" for name in missing)
        raise ToolkitError(f"the metric {chosen.name}", f"no value for {', '.join(missing)}", "one for each", said)
    spark = log_engine(with_engine(project, chosen)).open()
    with spark or contextlib.nullcontext():
        if chosen.events:
            usage_log = open_events(project, chosen.events, sql, spark)
        else:
            usage_log = usage_log_named(project, chosen.log, spark=spark)
        table = ask_usage_log(usage_log, chosen.name, sql, parameters)
        rows = plain_rows(table)
    names = [column.name for column in table.columns]
    if chosen.format == "json":
        print(json.dumps(rows, indent=1))
    elif chosen.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *([_one(row[name]) for name in names] for row in rows)])
    else:
        simulated = "SIMULATED. " if usage_log.kind == Kind.SYNTHETIC else ""
        print(f"{simulated}{chosen.name} of {usage_log.name}\n")
        print(columns([tuple(names), *(tuple(_text(_one(row[name])) for name in names) for row in rows)]))
    return 0


def _parameters(given: Sequence[str]) -> dict[str, float]:
    """The parameters of `--set NAME=VALUE`. Raises ToolkitError for what is no name and number."""
    found: dict[str, float] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            found[name] = int(value) if value.isdigit() else float(value)
        except ValueError as error:
            raise ToolkitError("--set", repr(text), "NAME=NUMBER, such as target_share=0.8", "correct it") from error
    return found


def _text(value: object) -> str:
    """A value of a table as words: whole numbers whole, others with six digits, NULL as what is not known."""
    if not isinstance(value, float):
        return "not known" if value is None else str(value)
    return str(int(value)) if value.is_integer() else f"{value:.6g}"


def _one(cell: object) -> object:
    """A cell of `plain_rows` for CSV: a number once where its two ends are one."""
    return cell[0] if isinstance(cell, list) and cell[0] == cell[1] else cell


def plain_rows(table: Table) -> list[dict[str, object]]:
    """The rows of a table for JSON: words as they are, a number as low and high."""
    return [{key: _plain(cell) for key, cell in row.items()} for row in table]


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of words as lines, each column as wide as its widest word."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _plain(cell: Cell) -> object:
    """A cell for JSON: words as they are, a number as low and high."""
    from toolkit.core.number import Number

    return [cell.low, cell.high] if isinstance(cell, Number) else cell
