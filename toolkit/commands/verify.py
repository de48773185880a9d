"""`toolkit verify`: its options, and what it prints."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands.terminal import print_json
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, find_project

if TYPE_CHECKING:
    from toolkit.review.signature import Signature
    from toolkit.review.verdict import Verdict


def verify_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit verify`."""
    help_text = (
        "a folder, or a file of `toolkit archive`, which outside a project is checked by itself (default: reports/)"
    )
    parser.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help=help_text)
    signers = (
        "a file of trusted signers (`man ssh-keygen`, ALLOWED SIGNERS); fails unless one of them signed the archive"
    )
    parser.add_argument("--signed-by", type=Path, metavar="FILE", help=signers)
    no_run = "run no notebook: check only inputs, hashes, the arithmetic of the findings, shared styles and scripts"
    parser.add_argument("--no-run", action="store_true", help=no_run)
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def verify(arguments: Namespace, project: Project) -> int:
    """Prints what differs from a rebuild; returns 1 if anything does.

    Raises ToolkitError as `toolkit.review.verify` does.
    """
    from toolkit.review.signature import held
    from toolkit.review.verdict import as_json, report, with_signature

    if arguments.edition and not arguments.edition.exists():
        raise ToolkitError(
            arguments.edition.name,
            "no such file or folder",
            "a file of `toolkit archive`, or an edition's folder",
            "correct the name",
        )
    with held(arguments.edition) if arguments.edition else nullcontext() as edition:
        signature = _signature_of(edition, arguments.signed_by)
        verdict = _verdict(arguments, edition)
    verdict = with_signature(verdict, signature) if signature else verdict
    if arguments.json:
        print_json(as_json(verdict), indent=1)
    else:
        print(report(verdict))
    return 0 if verdict.holds else 1


def _signature_of(archive: Path | None, signers: Path | None) -> Signature | None:
    """What to say of an archive's signature; None for a folder. Raises ToolkitError where it cannot be checked."""
    from toolkit.review.signature import checked

    if archive and archive.is_file():
        return checked(archive, signers)
    if signers:
        raise ToolkitError(
            "--signed-by",
            "an edition's folder, which has no signature",
            "a file of `toolkit archive`",
            "name the archive",
        )
    return None


def _verdict(arguments: Namespace, edition: Path | None) -> Verdict:
    from toolkit.review.verify import verify, verify_alone
    from toolkit.review.verify_without_running import verify_without_running

    progress = sys.stderr if arguments.json else sys.stdout
    try:
        project = find_project(arguments.project)
    except ToolkitError:
        if arguments.project or not (edition and edition.is_file()):
            raise
        return verify_alone(edition)
    if arguments.no_run:
        return verify_without_running(project, edition or project.reports)
    return verify(project, edition or project.reports, lambda line: print(line, file=progress, flush=True))
