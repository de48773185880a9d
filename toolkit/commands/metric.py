"""`toolkit metric`: its options, and what it prints."""

from __future__ import annotations

import contextlib
import csv
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from toolkit.commands.engine_options import engine_arguments, with_engine
from toolkit.commands.terminal import aligned, plain_rows, print_json
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project


def metric_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit metric`."""
    parser.add_argument("name", metavar="NAME", help="a metric of toolkit/usage/metrics, such as concentration")
    of = parser.add_mutually_exclusive_group(required=True)
    of.add_argument("--log", metavar="LOG", help="a log that was read, or a scenario")
    files = "Parquet files of events; on Spark its server reads them, and the glob may be an object store's address"
    of.add_argument("--events", metavar="GLOB", help=files)
    help_text = "a parameter of the metric, such as target_share=0.8"
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=help_text)
    engine_arguments(parser)
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="(default: table)")


def metric(arguments: Namespace, project: Project) -> int:
    """Prints the answer of a metric of a usage log, on the engine that was chosen. Returns 0.

    Raises ToolkitError where there is no such metric, log, file or server, and for a parameter that is no number
    or missing.
    """
    from toolkit.core.kind import Kind
    from toolkit.database.event_files import open_events
    from toolkit.database.log_engine import log_engine
    from toolkit.database.usage_logs import ask_usage_log, metric_sql, usage_log_named

    sql, parameters = metric_sql(arguments.name), _parameters(arguments.set)
    if missing := sorted({*re.findall(r"\$([a-z]\w*)", sql)} - {*parameters}):
        options = " ".join(f"--set {name}=NUMBER" for name in missing)
        raise ToolkitError(
            f"the metric {arguments.name}", f"no value for {', '.join(missing)}", "one for each", options
        )
    spark = log_engine(with_engine(project, arguments)).open()
    with spark or contextlib.nullcontext():
        if arguments.events:
            usage_log = open_events(project, arguments.events, sql, spark)
        else:
            usage_log = usage_log_named(project, arguments.log, spark=spark)
        table = ask_usage_log(usage_log, arguments.name, sql, parameters)
        rows = plain_rows(table)
    names = [column.name for column in table.columns]
    if arguments.format == "json":
        print_json(rows, indent=1)
    elif arguments.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *([_one_value(row[name]) for name in names] for row in rows)])
    else:
        simulated = "SIMULATED. " if usage_log.kind == Kind.SYNTHETIC else ""
        print(f"{simulated}{arguments.name} of {usage_log.name}\n")
        print(aligned([tuple(names), *(tuple(_text(_one_value(row[name])) for name in names) for row in rows)]))
    return 0


def _parameters(settings: Sequence[str]) -> dict[str, float]:
    """The parameters of `--set NAME=VALUE`. Raises ToolkitError for what is no name and number."""
    parameters: dict[str, float] = {}
    for text in settings:
        name, _, value = text.partition("=")
        try:
            parameters[name] = int(value) if value.isdigit() else float(value)
        except ValueError as error:
            raise ToolkitError("--set", repr(text), "NAME=NUMBER, such as target_share=0.8", "correct it") from error
    return parameters


def _text(value: object) -> str:
    """A value of a table as words: whole numbers whole, others with six digits, NULL as what is not known."""
    if not isinstance(value, float):
        return "not known" if value is None else str(value)
    return str(int(value)) if value.is_integer() else f"{value:.6g}"


def _one_value(cell: object) -> object:
    """A cell of `plain_rows`: a number once where its two ends are one."""
    return cell[0] if isinstance(cell, list) and cell[0] == cell[1] else cell
