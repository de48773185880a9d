"""`toolkit ingest`: its options, and what it prints."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.commands.engine_options import job_arguments, spark_for_job
from toolkit.commands.terminal import print_json
from toolkit.core.project import Project

UNITS = (
    "token = [token] = _ = tokens",
    "request = [request] = _ = requests",
    "developer = [developer] = _ = developers",
    "week = 7 * day = _ = weeks",
)


def ingest_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit ingest`."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of them; .gz and .zst too"
    )
    parser.add_argument("--as", dest="log", required=True, metavar="NAME", help="how stories call the log")
    parser.add_argument("--format", metavar="F", help="of all these files (default: what the content of each shows)")
    parser.add_argument("--dry-run", action="store_true", help="read everything, say what it is, and write nothing")
    parser.add_argument("--json", action="store_true", help="the same as JSON, with a count for each file")
    job_arguments(parser, "read the files of a new log; all its workers see the files and data/logs")


def ingest(arguments: Namespace, project: Project) -> int:
    """Reads files into a usage log, and prints its account. Returns 0.

    Raises ToolkitError for what cannot be read, and where there is no Spark that was asked for.
    """
    # numpy's threads for matrices, of which there are none here, would wait in a loop: a tenth of what a new file takes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from toolkit.usage.logs.account import as_json, as_text
    from toolkit.usage.logs.ingest import ingest as read

    with spark_for_job(arguments, project) as spark:
        account = read(project, arguments.paths, arguments.log, arguments.format, arguments.dry_run, spark)
    if arguments.json:
        print_json(as_json(account))
    else:
        print(as_text(account))
    if missing := _missing_units(project):
        print("\nto ask the log in a story, add to data/units.txt:", *missing, sep="\n", file=sys.stderr)
    return 0


def _missing_units(project: Project) -> list[str]:
    """The lines of data/units.txt that a usage log needs and that are not there."""
    path = project.data / "units.txt"
    declared = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [line for line in UNITS if not re.search(rf"^{line.split()[0]}\b", declared, re.MULTILINE)]
