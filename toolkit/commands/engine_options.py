"""The options of commands that say where work is done: on this machine, by DuckDB, or on Spark."""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.core.project import Project

if TYPE_CHECKING:
    from toolkit.engine.spark import Spark


def engine_arguments(parser: ArgumentParser) -> None:
    """The options that say on which engine the metrics of usage logs are asked."""
    help_text = (
        "where metrics of usage logs are asked (default: [tool.toolkit] engine, else duckdb); spark is for logs that "
        "do not fit here: on two cores it was the slower one at all sizes measured, with 12 million events 38 s, 21 of "
        "them start-up (Sail 3.3 s, DuckDB 1.1 s), and DuckDB answered a billion in 3 GB of memory"
    )
    parser.add_argument("--engine", choices=("duckdb", "spark"), help=help_text)
    _server_arguments(parser)


def job_arguments(parser: ArgumentParser, work: str) -> None:
    """The options of a command whose work Spark can do; `work` says in the help what its tasks then do."""
    local = f"local: this machine does it (default); spark: tasks of a cluster {work}"
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help=local)
    _server_arguments(parser)


def spark_for_job(arguments: Namespace, project: Project) -> AbstractContextManager[Spark | None]:
    """The Spark session that the options of `job_arguments` ask for; None where this machine does the work.

    Raises ToolkitError where there is no such Spark.
    """
    if arguments.engine == "local" and not (arguments.remote or arguments.master):
        return contextlib.nullcontext()
    from toolkit.database.log_engine import log_engine

    spark_arguments = Namespace(engine="spark", remote=arguments.remote, master=arguments.master)
    return log_engine(with_engine(project, spark_arguments)).open() or contextlib.nullcontext()


def _server_arguments(parser: ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--remote", metavar="sc://HOST:PORT", help="a Spark Connect server that runs")
    where.add_argument("--master", metavar="URL", help="an Apache Spark to start: local[*], spark://HOST:PORT")


def with_engine(project: Project, arguments: Namespace) -> Project:
    """The project with the engine that the options name in place of that of its pyproject.toml."""
    server = {"remote": arguments.remote, "master": arguments.master} if arguments.remote or arguments.master else {}
    engine = arguments.engine or ("spark" if server else None)
    settings = {"engine": engine, **server} if engine else {}
    return replace(project, chosen={name: value or "" for name, value in settings.items()})
