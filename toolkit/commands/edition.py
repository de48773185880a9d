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


def diff(chosen: Namespace, project: Project) -> int:
    """Prints the differences of two editions; returns 1 if there are any.

    Raises ToolkitError for what is no edition.
    """
    from toolkit.review import correction_draft
    from toolkit.review.diff import as_json, changes, report
    from toolkit.review.edition_location import edition_at

    with edition_at(project, chosen.old) as old, edition_at(project, chosen.new) as new:
        found = changes(old, new)
        drafts = correction_draft.drafts(old, new, found)
    if chosen.json:
        print_json({"differences": as_json(found), "corrections": correction_draft.as_json(drafts)}, indent=1)
        return 1 if found else 0
    print(report(found))
    if drafts:
        print(
            f"\nFor data/corrections.yml, where readers have seen the old edition:\n{correction_draft.as_text(drafts)}"
        )
    return 1 if found else 0


def archive_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit archive`."""
    parser.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help="a folder (default: reports/)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where it goes (default: data/build/NAME-HASH.zip)")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign it with an SSH key: FILE.sig beside it")


def archive(chosen: Namespace, project: Project) -> int:
    """Writes an archive; returns 0. Raises ToolkitError as `toolkit.review.archive.archive` does."""
    from toolkit.review.archive import archive
    from toolkit.review.signature import sign

    made = archive(project, chosen.edition or project.reports, chosen.out)
    print(f"{here(made)}, {made.stat().st_size // 1024} KB")
    if chosen.sign:
        print(f"{here(sign(made, chosen.sign))}, the signature")
    return 0


def verify_arguments(parser: ArgumentParser) -> None:
    """Adds the arguments of `toolkit verify`."""
    what = "a folder, or a file of `toolkit archive`, which outside a project is checked by itself (default: reports/)"
    parser.add_argument("edition", type=Path, nargs="?", metavar="EDITION", help=what)
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


def verify(chosen: Namespace, project: Project) -> int:
    """Prints what differs from a rebuild; returns 1 if anything does.

    Raises ToolkitError as `toolkit.review.verify` does.
    """
    from toolkit.review.signature import held
    from toolkit.review.verdict import as_json, report, with_signature

    with held(chosen.edition) if chosen.edition else nullcontext() as edition:
        signature = _signature_of(edition, chosen.signed_by)
        found = _verdict(chosen, edition)
    found = with_signature(found, signature) if signature else found
    if chosen.json:
        print_json(as_json(found), indent=1)
    else:
        print(report(found))
    return 0 if found.holds else 1


def _verdict(chosen: Namespace, edition: Path | None) -> Verdict:
    from toolkit.review.verify import verify, verify_alone
    from toolkit.review.verify_without_running import verify_without_running

    progress = sys.stderr if chosen.json else sys.stdout
    try:
        project = find_project(chosen.project)
    except ToolkitError:
        if chosen.project or not (edition and edition.is_file()):
            raise
        return verify_alone(edition)
    if chosen.no_run:
        return verify_without_running(project, edition or project.reports)
    return verify(project, edition or project.reports, lambda line: print(line, file=progress, flush=True))
