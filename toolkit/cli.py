"""The list of the commands of `toolkit`; what each does is in toolkit/commands/, in the module of its name."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from toolkit.commands import (
    add,
    archive,
    build,
    check,
    claims,
    diff,
    docs,
    ingest,
    init,
    inspect,
    lab,
    metric,
    new,
    page,
    preview,
    signals,
    simulate,
    strip,
    tables,
    verify,
)
from toolkit.commands.terminal import json_argument
from toolkit.core.project import Project


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as `toolkit --help` shows it; `run` returns the exit status, and may raise ToolkitError.

    `passes_on` says that it takes options which are not known here, in `chosen.rest`; without `needs_project` it runs
    anywhere, and is given the working directory as its project.
    """

    name: str
    help: str
    example: str
    run: Callable[[Namespace, Project], int]
    arguments: Callable[[ArgumentParser], None] | None = None
    passes_on: bool = False
    needs_project: bool = True


COMMANDS = (
    Command(
        name="init",
        help="begin an investigation: an empty desk in a new folder, with one invented story",
        example='toolkit init kitchens --title "Kitchens, inspected"',
        run=init.init,
        arguments=init.init_arguments,
        needs_project=False,
    ),
    Command(
        name="add",
        help="bring in a file of data as a dataset, and say what is in it",
        example="toolkit add inspections.csv --source city-register-2026",
        run=add.add,
        arguments=add.add_arguments,
    ),
    Command(
        name="build",
        help="build the database, then the published stories, into reports/; drafts are listed",
        example="toolkit build spending-per-desk --out /tmp/edition",
        run=build.build,
        arguments=build.build_arguments,
    ),
    Command(
        name="preview",
        help="render one story, drafts too, and open it in the browser; again on each save",
        example="toolkit preview spending-per-desk",
        run=preview.preview,
        arguments=preview.preview_arguments,
    ),
    Command(
        name="page",
        help="make one self-contained page of anybody's notebook, as it was stored; nothing is run or checked",
        example="toolkit page analysis.ipynb -o analysis.html",
        run=page.page,
        arguments=page.page_arguments,
        needs_project=False,
    ),
    Command(
        name="check",
        help="check data/, the questions and the notebooks",
        example="toolkit check --json",
        run=check.check,
        arguments=json_argument,
    ),
    Command(
        name="claims",
        help="list claims with sources and origins, or one claim's readings side by side",
        example="toolkit claims kitchens.closed_rate",
        run=claims.claims,
        arguments=claims.claims_arguments,
    ),
    Command(
        name="tables",
        help="list the tables and columns that SQL can ask, with what they mean",
        example="toolkit tables --json",
        run=tables.tables,
        arguments=json_argument,
    ),
    Command(
        name="diff",
        help="say what differs between two editions, in value or in print, and draft the correction; "
        "exit status 1 if anything differs",
        example="toolkit diff HEAD~1 reports",
        run=diff.diff,
        arguments=diff.diff_arguments,
    ),
    Command(
        name="docs",
        help="write data/README.md and the certainty rule in CONTRIBUTING.md as declared",
        example="toolkit docs --check",
        run=docs.docs,
        arguments=docs.docs_arguments,
    ),
    Command(
        name="simulate",
        help="simulate a usage log from a scenario of data/scenarios",
        example="toolkit simulate public-board --developers 1000 --weeks 12",
        run=simulate.simulate,
        arguments=simulate.simulate_arguments,
    ),
    Command(
        name="ingest",
        help="read files of AI use that somebody handed over into a usage log, and say what became of each line; "
        "names become keyed hashes",
        example="toolkit ingest handed-over/ --as newsroom-logs",
        run=ingest.ingest,
        arguments=ingest.ingest_arguments,
    ),
    Command(
        name="signals",
        help="say how often the declared signals of padding are right, recipe by recipe, in simulated logs",
        example="toolkit signals --json",
        run=signals.signals,
        arguments=signals.signals_arguments,
    ),
    Command(
        name="inspect",
        help="say how far a usage log is consistent with real traffic, and what marks its people as a group",
        example="toolkit inspect newsroom-logs --page inspection.html",
        run=inspect.inspect,
        arguments=inspect.inspect_arguments,
    ),
    Command(
        name="metric",
        help="answer a metric of a usage log, on DuckDB or on Spark, for logs that one machine takes too long for",
        example="toolkit metric concentration --log newsroom-logs --format csv",
        run=metric.metric,
        arguments=metric.metric_arguments,
    ),
    Command(
        name="new",
        help="write the notebook of a new story, to be filled in; of a dataset it runs as it is",
        example="toolkit new spending-per-desk --dataset spending",
        run=new.new,
        arguments=new.new_arguments,
    ),
    Command(
        name="strip",
        help="remove outputs from the stored notebooks",
        example="toolkit strip",
        run=strip.strip,
    ),
    Command(
        name="archive",
        help="write one file with an edition, its data and a script that checks both",
        example="toolkit archive --out edition.zip",
        run=archive.archive,
        arguments=archive.archive_arguments,
    ),
    Command(
        name="verify",
        help="build everything again in a clean place and compare it with an edition; exit status 1 if it differs",
        example="toolkit verify reports",
        run=verify.verify,
        arguments=verify.verify_arguments,
        needs_project=False,
    ),
    Command(
        name="lab",
        help="open JupyterLab on the stories; notebooks are saved without outputs, and options "
        "that are not known here are passed on to it",
        example="toolkit lab --no-browser",
        run=lab.lab,
        passes_on=True,
    ),
)
