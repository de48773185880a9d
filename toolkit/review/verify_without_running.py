"""Checks of an edition what can be checked in its project without running a notebook or SQL of the edition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.build.edition_inputs import edition_inputs
from toolkit.build.manifest import altered_files, stored_manifest
from toolkit.build.shared_files import shared_files
from toolkit.core.project import Project
from toolkit.core.scratch import scratch
from toolkit.review import archive_check
from toolkit.review.archive import members
from toolkit.review.compare_manifest import compare_canonical_form, compare_inputs
from toolkit.review.compare_two_files import difference, written_otherwise
from toolkit.review.two_editions import Editions, Mismatch, Side
from toolkit.review.unpacking import EDITION, unpacked
from toolkit.review.verdict import NAMED_BY_EDITION, Verdict, changed_file

NOT_RUN = """\
No notebook was run. Worked out again from the project's data: the findings, as far as their steps can be followed.
Not checked: that the notebooks give these numbers and words, and the words, links, styles and scripts of pages.
`toolkit verify` without --no-run checks them; it runs the notebooks, which are code."""


def verify_without_running(project: Project, edition: Path) -> Verdict:
    """Compares an edition's inputs, hashes, arithmetic and shared files with the project; `edition` may be an archive.

    Raises ToolkitError if there is no edition to read, or for data that a build would refuse.
    """
    with unpacked(edition) as (folder, root):
        stored = stored_manifest(folder)
        of_project = {"inputs": edition_inputs(project, stored["stories"]), "stories": {}}
        editions = Editions(Side(folder, stored), Side(project.root, of_project))
        counts = {}
        counts["input"], missed = compare_inputs(editions)
        counts["entry"], mismatches = compare_canonical_form(editions)
        missed += mismatches
        counts["shared"], mismatches = _shared(project, editions.old)
        missed += mismatches
        mismatches = [changed_file("hash", name, "as it was built", how) for name, how in altered_files(folder, stored)]
        counts["hash"] = len({*stored["files"], *(mismatch.where for mismatch in mismatches)})
        missed += mismatches
        notes: tuple[str, ...] = ()
        checked = [_made_again(project, folder)] if not mismatches else []
        checked += [archive_check.alone(root, stored)] if root else []
        for checked_part, subject in zip(checked, ("parts", "archive"), strict=False):
            counts[subject] = checked_part.count
            missed += [replace(mismatch, what=subject) for mismatch in checked_part.missed]
            notes = (*notes, checked_part.notes[0])
    environment = [str(difference) for difference in editions.inputs if difference.cause == "environment"]
    environment_notes = (NAMED_BY_EDITION, *environment) if environment else ()
    return Verdict(counts, tuple(dict.fromkeys(missed)), tuple(editions.inputs), (*notes, *environment_notes, NOT_RUN))


def _shared(project: Project, side: Side) -> tuple[int, list[Mismatch]]:
    """(number of the files that all pages share, those that are not as they are made here): styles and scripts."""
    pages = [content.decode(errors="replace") for name, content in side.files.items() if name.endswith(".html")]
    expected = shared_files(project, pages)
    mismatches = []
    for name, content in expected.items():
        content_here = side.files.get(name, b"")
        if content_here != content:
            first = difference(name, content_here, content) or written_otherwise(name, content_here, content)
            mismatches.append(Mismatch("shared", name, first.old, first.new, part=first.what, place=first.where))
    return len(expected), mismatches


def _made_again(project: Project, folder: Path) -> archive_check.Checked:
    """Checks the archive that would be made of an edition: whether its pages, its receipts and the data agree."""
    stored = stored_manifest(folder)
    with scratch() as place:
        try:
            files = members(project, folder, stored, {**stored, "stories": {}})  # rows are asked in SQL
        except archive_check.TORN as error:
            message = " ".join(str(error).split())
            missed = (Mismatch("parts", "the edition and the data of the project", "", message),)
            return archive_check.Checked(1, missed, ("the edition does not fit the data",))
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        checked = archive_check.alone(place, stored_manifest(place / EDITION))
    plain = [replace(mismatch, where=mismatch.where.removeprefix("archive, ")) for mismatch in checked.missed]
    return replace(checked, missed=tuple(plain))
