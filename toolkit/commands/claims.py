"""`toolkit claims`: lists the claims that are entered, or the readings of one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from toolkit.commands.terminal import json_argument, print_json
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.text import nearest_first


def claims_arguments(parser: ArgumentParser) -> None:
    """The options of `toolkit claims`."""
    parser.add_argument("id", nargs="?", help="a claim, or the start of its id")
    json_argument(parser)


def claims(arguments: Namespace, project: Project) -> int:
    """Prints all claims with sources and origins, or the readings of one. Returns 0.

    Raises ToolkitError for a claim that is not in data/claims/.
    """
    from toolkit.database.claim_list import as_json, as_text, claim_list, claim_readings
    from toolkit.database.open import open_database

    database = open_database(project)
    rows = claim_list(database, arguments.id or "")
    if arguments.id and any(row["id"] == arguments.id for row in rows):
        rows = claim_readings(database, arguments.id) or [row for row in rows if row["id"] == arguments.id]
    if not rows:
        near = nearest_first(arguments.id or "", [row["id"] for row in claim_list(database, "")])
        raise ToolkitError(f"the claim {arguments.id!r}", "not in data/claims/", near, "correct the id")
    if arguments.json:
        print_json(as_json(rows), indent=1)
    else:
        print(as_text(rows))
    return 0
