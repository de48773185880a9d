"""`toolkit simulate`: its options, and what it prints."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands.engine_options import job_arguments, spark_for_job
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
