"""Rebuilds an edition in a clean place and compares: the same bytes, or the first difference of each part, in words."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from toolkit.build.edition_inputs import Difference
from toolkit.build.manifest import CRLF, NAME, UNDO_CRLF, altered, stored_manifest
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.database.dataset_views import declarations
from toolkit.datasets.stored import file_of
from toolkit.review import archive_check
from toolkit.review.file_parts import CRLF_LINES, difference, written_otherwise
from toolkit.review.rebuild_differences import CHANGED, Editions, Mismatch, Side, compare_findings
from toolkit.review.rebuilt_files import ENDED, compare_charts, compare_files, compare_pages, only_written_otherwise
from toolkit.review.rebuilt_manifest import compare_entries, compare_inputs, compare_pictures, compare_tables
from toolkit.review.signature import Signature
from toolkit.review.unpacking import EDITION, unpacked

Progress = Callable[[str], None]
COMPARED = {
    "input": compare_inputs,
    "finding": compare_findings,
    "chart": compare_charts,
    "table": compare_tables,
    "picture": compare_pictures,
    "page": compare_pages,
    "file": compare_files,
    "entry": compare_entries,
}
SAID = {
    "input": "inputs (data and code) as here",
    "finding": "findings reproduced",
    "chart": "charts: data, words, specification, drawings",
    "table": "tables",
    "picture": "photographs and scans, with their words",
    "page": "pages: words, links, styles, scripts",
    "file": "other files, none missing and none too many",
    "entry": "other entries of the manifest",
    "hash": "files as the manifest has them",
    "archive": "files of the archive as they are made",
}
OPTIONAL = ("table", "picture", "archive")  # of which nothing is said where there are none
BY_ITSELF = ("hash", "archive")  # compared with what the edition or the archive says of itself
ALIKE = (
    "every file is as the manifest says and no input differs: either the manifest was changed as well, "
    "or the build does not repeat itself"
)
OTHER_ENVIRONMENT = "another environment made this edition; it was compared by what its files mean, not by their bytes"
CAUSES = 6  # so many causes are written out; JSON has them all
JSON_NAMES = {"text_changed": "reprinted", "deepest_difference": "first"}


@dataclass(frozen=True)
class Verdict:
    """The result of a comparison: how many things of each kind there are, what differs, which inputs do, and notes.

    `counts` is by kind, those of SAID; `otherwise` has the files that mean the same and have other bytes, which only
    another environment excuses.
    """

    counts: dict[str, int]
    missed: tuple[Mismatch, ...]
    differing: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True if nothing differs."""
        return not self.missed


def verify(project: Project, edition: Path, progress: Progress = lambda line: None) -> Verdict:
    """Builds the project again in a temporary folder and compares the result with an edition's folder or archive.

    Raises ToolkitError if there is no edition to read, or, where the build fails, with its error.
    """
    with unpacked(edition) as (folder, root), tempfile.TemporaryDirectory(prefix="toolkit-") as place:
        stored = stored_manifest(folder)  # before minutes are spent on a build
        copy = clean_copy(project, Path(place))
        progress("building in a clean place")
        rebuild(copy, copy / "verified", _day(stored), progress)
        return verdict(folder, copy / "verified", root, progress, Project(copy))


def verify_alone(archive: Path) -> Verdict:
    """What an archive's file shows by itself, without the project; nothing of it is run.

    Raises ToolkitError for a file that is no archive, or whose manifest cannot be read.
    """
    with unpacked(archive) as (folder, root):
        checked = archive_check.alone(root or folder, stored_manifest(folder))
    return Verdict({"archive": checked.count}, checked.missed, (), checked.notes)


def _day(stored: Mapping) -> date:
    """The day for which an edition was built; today for one of a version that did not say it."""
    day = stored.get("day")
    return date.today() if day is None else date.fromisoformat(day) if day else date.min


def with_signature(found: Verdict, signature: Signature) -> Verdict:
    """A verdict that says who signed the archive, and holds only if the signature does."""
    missed = () if signature.holds else (Mismatch("archive", "its signature", "by one of --signed-by", signature.said),)
    notes = (*found.notes, signature.said) if signature.holds else found.notes
    return replace(found, missed=(*found.missed, *missed), notes=notes)


def verdict(
    edition: Path,
    rebuilt: Path,
    archive: Path | None,
    progress: Progress = lambda line: None,
    project: Project | None = None,
) -> Verdict:
    """Compares the folders of an edition and its rebuild; `archive` is the folder of the edition's archive, if any.

    Every file of the archive is made again from `project`; without it, what follows from the archive's other files.

    Raises ToolkitError if one of them has no manifest that can be read.
    """
    both = Editions(Side(edition, stored_manifest(edition)), Side(rebuilt, stored_manifest(rebuilt)))
    progress("comparing")
    counts: dict[str, int] = {}
    missed: list[Mismatch] = []
    for what, compare in COMPARED.items():
        count, found = compare(both)
        if count or what not in OPTIONAL:
            counts[what] = count
        missed += found
    if not missed and not both.inputs:
        missed += _manifest_bytes(edition, rebuilt)
    broken = [_broken("hash", name, "as it was built", what) for name, what in altered(edition, both.old.stored)]
    counts["hash"] = len({*both.old.stored["files"], *(mismatch.where for mismatch in broken)})
    notes = _notes(both)
    if archive:
        stored = both.old.stored
        checked = (
            archive_check.against_project(archive, stored, project, both.new.stored)
            if project
            else archive_check.alone(archive, stored)
        )
        counts["archive"] = checked.count
        broken, notes = [*broken, *checked.missed], [*notes, *checked.notes]
    if missed and not broken and not both.inputs:
        notes.append(ALIKE)
    return Verdict(counts, (*missed, *broken), tuple(both.inputs), tuple(notes), tuple(only_written_otherwise(both)))


def _manifest_bytes(edition: Path, rebuilt: Path) -> list[Mismatch]:
    """What differs between two manifests of which every part that was compared is equal."""
    old, new = ((folder / NAME).read_bytes() for folder in (edition, rebuilt))
    if old == new:
        return []
    first = difference(NAME, old, new) or written_otherwise(NAME, old, new)
    return [Mismatch("entry", NAME, first.old, first.new, part=first.what, place=first.where)]


def clean_copy(project: Project, place: Path) -> Path:
    """A copy of all that a build reads, and of nothing built before, in a folder of the project's name below `place`.

    Files that datasets link to are not copied: they are linked where the copy looks for them.
    """
    linked = [dataset for dataset in declarations(project).values() if dataset.linked]
    above = max((Path(dataset.file).parts.count("..") for dataset in linked), default=0)
    root = place.joinpath(*["above"] * above, project.root.name)
    root.mkdir(parents=True)
    left = shutil.ignore_patterns(".*", "__pycache__")
    for name in ("pyproject.toml", "requirements.lock"):
        if (project.root / name).is_file():
            shutil.copy2(project.root / name, root / name)
    for folder in (project.data, project.notebooks):
        shutil.copytree(folder, root / folder.name, ignore=left)
    for path in (found for found in root.rglob("*") if found.is_dir()):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)  # copies of read-only folders have to be writable
    shutil.rmtree(root / project.build.relative_to(project.root), ignore_errors=True)
    for dataset in linked:
        path = Path(os.path.normpath(root / dataset.file))
        if not path.exists():  # an absolute path is there for the copy too
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(file_of(project, dataset).resolve())
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
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
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


def _broken(what: str, where: str, old: str, new: str) -> Mismatch:
    """The mismatch of a file that was changed after it was written."""
    cause = ENDED if new == CRLF else CHANGED
    return Mismatch(what, where, old, new, causes=(cause,))


def _notes(both: Editions) -> list[str]:
    same = len(both.names) - len(both.differing)
    notes = [f"{same} of {len(both.names)} files have the same bytes"]
    environment = [str(one) for one in both.inputs if one.cause == "environment"]
    return [*notes, OTHER_ENVIRONMENT, *environment] if environment else notes


def report(verdict: Verdict) -> str:
    """The verdict as lines for a terminal: what differs, then the counts."""
    ended = {mismatch.where.removeprefix(f"archive, {EDITION}") for mismatch in verdict.missed if _has_crlf(mismatch)}
    lines = [f"line endings were changed to CRLF in {len(ended)} files; {UNDO_CRLF}"] if ended else []
    inputs = [mismatch for mismatch in verdict.missed if mismatch.what == "input"]
    if inputs:
        lines += ["the edition was made from other data or code than is here:"]
        lines += _first([f"  {one.where}, {_state(one)}" for one in inputs])
    for mismatch in verdict.missed:
        if mismatch.what != "input" and not _has_crlf(mismatch):
            lines += _lines(mismatch)
    for what in [what for what in SAID if what in verdict.counts]:
        missed = len({mismatch.where for mismatch in verdict.missed if mismatch.what == what})
        lines.append(f"{verdict.counts[what] - missed} of {verdict.counts[what]} {SAID[what]}")
    if verdict.otherwise:
        some = len(verdict.otherwise) > 1
        told = "files mean the same and are" if some else "file means the same and is"
        lines.append(f"{len(verdict.otherwise)} {told} written otherwise:")
        lines += [f"  {name}" for name in verdict.otherwise]
    return "\n".join([*lines, *verdict.notes])


def _has_crlf(mismatch: Mismatch) -> bool:
    return mismatch.new == CRLF or mismatch.part == CRLF_LINES


def _state(mismatch: Mismatch) -> str:
    if mismatch.old and mismatch.new:
        return "differs"
    if mismatch.what in BY_ITSELF:
        return "missing" if mismatch.old else "too many"
    return "in the edition alone" if mismatch.old else "not in the edition"


def _lines(mismatch: Mismatch) -> list[str]:
    """A mismatch for a terminal: where it is, what it is, how it is in both editions, and why."""
    where = ", ".join(part for part in dict.fromkeys((mismatch.where, mismatch.place)) if part)
    lines = [f"{where}: {f'{mismatch.part}, ' if mismatch.part else ''}{_state(mismatch)}"]
    old, new = ("wanted ", "found  ") if mismatch.what in BY_ITSELF else ("edition", "rebuilt")
    lines += [f"  {old}  {mismatch.old}"] if mismatch.old else []
    lines += [f"  {new}  {mismatch.new}"] if mismatch.new else []
    if mismatch.what == "finding":
        lines.append(f"  the printed text {'would change' if mismatch.text_changed else 'stays'}")
    lines += [f"  first input that differs: {mismatch.deepest_difference}"] if mismatch.deepest_difference else []
    return lines + _first([f"  cause: {cause}" for cause in mismatch.causes])


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - CAUSES
    return lines[:CAUSES] + ([f"  and {more} more"] if more > 0 else [])


def as_json(verdict: Verdict) -> dict:
    """The verdict as JSON values."""
    missed = [
        {JSON_NAMES.get(name, name): value for name, value in asdict(mismatch).items()} for mismatch in verdict.missed
    ]
    return {"holds": verdict.holds, **asdict(verdict), "missed": missed}
