"""`toolkit signals`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.commands.terminal import aligned, plain_rows, print_json
from toolkit.core.project import Project


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
