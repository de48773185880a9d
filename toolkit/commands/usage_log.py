"""`toolkit simulate`, `toolkit signals` and `toolkit inspect`: their options, and what they print."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands.engine_options import job_arguments, spark_for_job
from toolkit.commands.terminal import aligned, plain_rows, print_json
from toolkit.core.project import Project, here

if TYPE_CHECKING:
    from toolkit.usage.simulate.run import Progress


def simulate_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit simulate`."""
    parser.add_argument("scenario", metavar="SCENARIO", help="the name of a file in data/scenarios")
    parser.add_argument("--developers", type=int, metavar="N", help="people (default: as the scenario declares)")
    parser.add_argument("--weeks", type=int, metavar="N", help="length of the log (default: as the scenario declares)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same bytes (default: 1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the log goes (default: data/build/usage_logs)")
    job_arguments(parser, "make the log; all its workers see --out")


def simulate(arguments: Namespace, project: Project) -> int:
    """Makes a synthetic usage log. Returns 0.

    Raises ToolkitError with every problem of the scenario and the size, and where there is no Spark that was asked for.
    """
    from toolkit.usage.simulate import run
    from toolkit.usage.simulate.plan import make_plan

    terminal, last = sys.stderr.isatty(), 0.0

    def tell(state: Progress) -> None:
        """Prints progress at most once a second and at the end; on a terminal each time over the same line."""
        nonlocal last
        now = time.perf_counter()
        if now - last >= 1 or state.parts == state.all_parts:
            last = now
            print(f"\r{state}   " if terminal else state, end="" if terminal else "\n", file=sys.stderr, flush=True)

    plan = make_plan(project, arguments.scenario, arguments.developers, arguments.weeks, arguments.seed)
    with spark_for_job(arguments, project) as spark:
        folder = run.simulate(plan, arguments.out or project.build / "usage_logs", None, tell, spark)
    if last and terminal:
        print(file=sys.stderr)
    print(here(folder))
    return 0


def signals_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit signals`."""
    parser.add_argument("--page", type=Path, metavar="FILE", help="write a page of it, with who describes each")
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def signals(arguments: Namespace, project: Project) -> int:
    """Prints how often the declared signals of padding are right in simulated logs, recipe by recipe. Returns 0.

    Raises ToolkitError where the project has no recipe or no declared signals.
    """
    from toolkit.analysis.padding_recipes import HEADINGS, described_by, recipe_rates, scored_recipes

    rates, described = recipe_rates(project, scored_recipes(project)), described_by(project)
    if arguments.page:
        from toolkit.core.project import replace_file
        from toolkit.reported.read_all import read_reported
        from toolkit.site.recipes_page import recipes_page

        replace_file(arguments.page, recipes_page(rates, described, read_reported(project).sources).encode())
    if arguments.json:
        print_json(plain_rows(rates), indent=1)
        return 0
    print("SIMULATED. Shares of person-weeks, as ranges over draws of people; no row is about anybody real.\n")
    print(aligned([tuple(HEADINGS.values()), *(tuple(str(row[key]) for key in HEADINGS) for row in rates)]))
    for row in rates:
        sources = ", ".join(described[str(row["scenario"])]) or "no report or tool that was read"
        print(f"\n{row['scenario']}: {row['recipe']}.\n  Honest twin: {row['twin']}.\n  Described by: {sources}.")
    return 0


def inspect_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit inspect`."""
    parser.add_argument("name", metavar="NAME", help="a log that was read, or a scenario of data/scenarios")
    parser.add_argument("--developers", type=int, metavar="N", help="people simulated (default: as declared)")
    parser.add_argument("--weeks", type=int, metavar="N", help="weeks simulated (default: as declared)")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write a page of it too")
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def inspect(arguments: Namespace, project: Project) -> int:
    """Prints how far a usage log is consistent with real traffic, and signals as shares of all its people. Returns 0.

    Raises ToolkitError where there is no such log, or data/ has no base rates or no declared signals.
    """
    from toolkit.analysis.inspection import inspect, rows_in_words
    from toolkit.core.project import replace_file
    from toolkit.database.usage_logs import usage_log_named
    from toolkit.site.inspection_page import FEW, inspection_headline, inspection_page

    inspection = inspect(usage_log_named(project, arguments.name, arguments.developers, arguments.weeks))
    if arguments.page:
        replace_file(arguments.page, inspection_page(inspection).encode())
    tables = {"checks": inspection.checks, "signals": inspection.signals, "accounting": inspection.usage_log.accounting}
    if arguments.json:
        as_rows = {name: plain_rows(table) if table else None for name, table in tables.items()}
        print_json({"log": inspection.usage_log.name, "withheld": inspection.withheld or None, **as_rows}, indent=1)
        return 0
    print(f"{inspection_headline(inspection)}\n")
    for table in tables.values():
        text = aligned(rows_in_words(table)) if table else f"Signals of padding are not shown: {inspection.withheld}."
        print(f"{text}\n")
    if inspection.values_withheld:
        print(f"{FEW}\n")
    print("A pass is no proof; a fail may be another tool, version, proxy or export. Nothing here is of one person.")
    if arguments.page:
        print(f"{here(arguments.page)}, {arguments.page.stat().st_size // 1024} KB")
    return 0
