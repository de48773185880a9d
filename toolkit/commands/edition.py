"""The commands that check editions and archives, with their arguments: archive, verify, diff."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands.terminal import print_json
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, find_project, here

if TYPE_CHECKING:
    from toolkit.review.signature import Signature
    from toolkit.review.verdict import Verdict


def diff_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit diff`."""
    parser.add_argument("old", metavar="OLD", help="an edition: a folder, or a git revision whose reports/ is meant")
    parser.add_argument("new", metavar="NEW", help="another edition, as OLD")
    parser.add_argument("--json", action="store_true", help="differences and drafted corrections as JSON")


def diff(arguments: Namespace, project: Project) -> int:
    """Prints the differences of two editions; returns 1 if there are any.

    Raises ToolkitError for what is no edition.
    """
    from toolkit.review import correction_draft
    from toolkit.review.diff import as_json, changes, report
    from toolkit.review.edition_location import edition_at

    with edition_at(project, arguments.old) as old, edition_at(project, arguments.new) as new:
        differences = changes(old, new)
        drafts = correction_draft.drafts(old, new, differences)
    if arguments.json:
        print_json({"differences": as_json(differences), "corrections": correction_draft.as_json(drafts)}, indent=1)
        return 1 if differences else 0
    print(report(differences))
    if drafts:
        print(
            f"\nFor data/corrections.yml, where readers have seen the old edition:\n{correction_draft.as_text(drafts)}"
        )
    return 1 if differences else 0


def archive_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit archive`."""
    parser.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help="a folder (default: reports/)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: data/build/NAME-HASH.zip)")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign it with an SSH key: FILE.sig beside it")


def archive(arguments: Namespace, project: Project) -> int:
    """Writes an archive; returns 0. Raises ToolkitError as `toolkit.review.archive.archive` does."""
    from toolkit.review.archive import archive
    from toolkit.review.signature import sign

    path = archive(project, arguments.edition or project.reports, arguments.out)
    print(f"{here(path)}, {path.stat().st_size // 1024} KB")
    if arguments.sign:
        print(f"{here(sign(path, arguments.sign))}, the signature")
    return 0


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


def verify(arguments: Namespace, project: Project) -> int:
    """Prints what differs from a rebuild; returns 1 if anything does.

    Raises ToolkitError as `toolkit.review.verify` does.
    """
    from toolkit.review.signature import held
    from toolkit.review.verdict import as_json, report, with_signature

    with held(arguments.edition) if arguments.edition else nullcontext() as edition:
        signature = _signature_of(edition, arguments.signed_by)
        verdict = _verdict(arguments, edition)
    verdict = with_signature(verdict, signature) if signature else verdict
    if arguments.json:
        print_json(as_json(verdict), indent=1)
    else:
        print(report(verdict))
    return 0 if verdict.holds else 1


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
