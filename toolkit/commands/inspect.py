"""`toolkit inspect`: its options, and what it prints."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from toolkit.commands.terminal import aligned, plain_rows, print_json
from toolkit.core.project import Project, here


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
    if arguments.json:
        as_rows = {name: plain_rows(table) if table else None for name, table in inspection.tables.items()}
        print_json({"log": inspection.usage_log.name, "withheld": inspection.withheld or None, **as_rows}, indent=1)
        return 0
    print(f"{inspection_headline(inspection)}\n")
    for table in inspection.tables.values():
        text = aligned(rows_in_words(table)) if table else f"Signals of padding are not shown: {inspection.withheld}."
        print(f"{text}\n")
    if inspection.values_withheld:
        print(f"{FEW}\n")
    print("A pass is no proof; a fail may be another tool, version, proxy or export. Nothing here is of one person.")
    if arguments.page:
        print(f"{here(arguments.page)}, {arguments.page.stat().st_size // 1024} KB")
    return 0
