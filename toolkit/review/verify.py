"""Rebuilds an edition in a clean place and compares: the same bytes, or the first difference of each part, in words."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from toolkit.build.manifest import NAME, altered_files, canonical, stored_manifest
from toolkit.core import parent_process
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.scratch import scratch
from toolkit.database.dataset_views import declarations
from toolkit.datasets.stored import dataset_path
from toolkit.review import archive_check
from toolkit.review.compare_all_files import compare_charts, compare_files, compare_pages, only_written_otherwise
from toolkit.review.compare_findings import compare_findings
from toolkit.review.compare_manifest import compare_entries, compare_inputs, compare_pictures, compare_tables
from toolkit.review.compare_two_files import difference, written_otherwise
from toolkit.review.two_editions import Editions, Mismatch, Side
from toolkit.review.unpacking import unpacked
from toolkit.review.verdict import ALIKE, OPTIONAL, OTHER_ENVIRONMENT, Verdict, changed_file

Progress = Callable[[str], None]
WARNING = "this runs the project's notebooks, which are code; --no-run checks what can be checked without"
COMPARISONS = {  # by the kind of thing that is compared, as `Verdict.counts` has it
    "input": compare_inputs,
    "finding": compare_findings,
    "chart": compare_charts,
    "table": compare_tables,
    "picture": compare_pictures,
    "page": compare_pages,
    "file": compare_files,
    "entry": compare_entries,
}


def verify(project: Project, edition: Path, progress: Progress = lambda line: None) -> Verdict:
    """Builds the project again in a temporary folder and compares the result with an edition's folder or archive.

    Raises ToolkitError if there is no edition to read, or, where the build fails, with its error.
    """
    with unpacked(edition) as (folder, root), scratch() as place:
        stored = stored_manifest(folder)  # before minutes are spent on a build
        copy = clean_copy(project, place)
        progress(WARNING)
        progress("building in a clean place")
        rebuild(copy, copy / "verified", _day(stored), progress)
        return verdict(folder, copy / "verified", root, progress, Project(copy))


def verify_alone(archive: Path) -> Verdict:
    """Checks an archive by itself, without the project; nothing of it is run.

    Raises ToolkitError for a file that is no archive, or whose manifest cannot be read.
    """
    with unpacked(archive) as (folder, root):
        checked = archive_check.alone(root or folder, stored_manifest(folder))
    return Verdict({"archive": checked.count}, checked.missed, (), checked.notes)


def _day(stored: Mapping) -> date:
    """The day for which an edition was built; today for an edition of a toolkit that did not write it down yet.

    Raises ToolkitError for what is no date.
    """
    day = stored.get("day")
    try:
        return date.today() if day is None else date.fromisoformat(day) if day else date.min
    except ValueError as error:
        raise ToolkitError(f"{NAME}, day", ascii(day)[:20], "a date, 2026-04-15", "build the edition again") from error


def verdict(
    edition: Path,
    rebuilt: Path,
    archive: Path | None,
    progress: Progress = lambda line: None,
    project: Project | None = None,
) -> Verdict:
    """Compares the folders of an edition and its rebuild; `archive` is the folder of the edition's archive, if any.

    Every file of the archive is made again from `project`; without it those that can be made from the others.

    Raises ToolkitError if one of them has no manifest that can be read.
    """
    editions = Editions(Side(edition, stored_manifest(edition)), Side(rebuilt, stored_manifest(rebuilt)))
    progress("comparing")
    counts: dict[str, int] = {}
    missed: list[Mismatch] = []
    for subject, compare in COMPARISONS.items():
        count, mismatches = compare(editions)
        if count or subject not in OPTIONAL:
            counts[subject] = count
        missed += mismatches
    if not missed:
        missed += _manifest_bytes(editions)
    changed = [
        changed_file("hash", name, "as it was built", how) for name, how in altered_files(edition, editions.old.stored)
    ]
    counts["hash"] = len({*editions.old.stored["files"], *(mismatch.where for mismatch in changed)})
    notes = _notes(editions)
    if archive:
        stored = editions.old.stored
        checked = (
            archive_check.against_project(archive, stored, project, editions.new.stored)
            if project
            else archive_check.alone(archive, stored)
        )
        counts["archive"] = checked.count
        changed, notes = [*changed, *checked.missed], [*notes, *checked.notes]
    if missed and not changed and not editions.inputs:
        notes.append(ALIKE)
    return Verdict(
        counts, (*missed, *changed), tuple(editions.inputs), tuple(notes), tuple(only_written_otherwise(editions))
    )


def _manifest_bytes(editions: Editions) -> list[Mismatch]:
    """What differs between two manifests of which every part that was compared is equal.

    One of other inputs is held against how a build writes it: it may have no key twice.
    """
    old, new = (side.folder.joinpath(NAME).read_bytes() for side in (editions.old, editions.new))
    if editions.inputs:
        new = canonical(editions.old.stored)
    if old == new:
        return []
    first = difference(NAME, old, new) or written_otherwise(NAME, old, new)
    return [Mismatch("entry", NAME, first.old, first.new, part=first.what, place=first.where)]


def clean_copy(project: Project, place: Path) -> Path:
    """A copy of all that a build reads, and of nothing built before, in a folder of the project's name below `place`.

    Files that datasets link to are not copied: they are linked where the copy looks for them. Raises DataFileError with
    every problem of the datasets' declarations.
    """
    linked = [dataset for dataset in declarations(project).values() if dataset.linked]
    # so many folders around the copy that what "../" in a dataset's path leads to is below `place`
    above = max((Path(dataset.file).parts.count("..") for dataset in linked), default=0)
    root = place.joinpath(*["above"] * above, project.root.name)
    root.mkdir(parents=True)
    ignored = shutil.ignore_patterns(".*", "__pycache__")
    for name in ("pyproject.toml", "requirements.lock"):
        if (project.root / name).is_file():
            shutil.copy2(project.root / name, root / name)
    for folder in (project.data, project.notebooks):
        shutil.copytree(folder, root / folder.name, ignore=ignored)
    for path in (entry for entry in root.rglob("*") if entry.is_dir()):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)  # copies of read-only folders have to be writable
    shutil.rmtree(root / project.build.relative_to(project.root), ignore_errors=True)
    for dataset in linked:
        path = Path(os.path.normpath(root / dataset.file))
        if not path.exists():  # an absolute path is there for the copy too
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(dataset_path(project, dataset).resolve())
    return root


def rebuild(root: Path, out: Path, on: date, progress: Progress) -> None:
    """Runs `toolkit build` for the project at `root` in a process of its own, for the edition of that day.

    Raises ToolkitError with its error.
    """
    command = [sys.executable, "-m", "toolkit", "build", "--out", str(out), "--on", on.isoformat()]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(
            command,
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **parent_process.child_environment()},
        ) as running:
            for line in running.stdout or ():
                if not line.rstrip().endswith("index.html"):
                    progress(line.rstrip())
        errors.seek(0)
        if running.returncode:
            raise ToolkitError(
                "the build in a clean place",
                errors.read().strip().replace(str(root), root.name),
                "a build that ends well",
                "mend what it names; run `toolkit build`",
            )


def _notes(editions: Editions) -> list[str]:
    """How many files have the same bytes, and in which respects another environment made the edition."""
    same = len(editions.names) - len(editions.differing)
    notes = [f"{same} of {len(editions.names)} files have the same bytes"]
    environment = [str(difference) for difference in editions.inputs if difference.cause == "environment"]
    return [*notes, OTHER_ENVIRONMENT, *environment] if environment else notes
