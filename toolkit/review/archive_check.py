"""Checks an unpacked archive: each file against one made again from the project, or, without it, from the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.build.edition_inputs import PACKAGE, package_files, sha256
from toolkit.build.manifest import NAME, altered_files
from toolkit.core.errors import ToolkitError
from toolkit.core.project import CRLF, UNDO_CRLF, Project, with_lf
from toolkit.database.question_text import question_of
from toolkit.datasets.file_hash import sha256_of
from toolkit.review import recompute, ro_crate
from toolkit.review.active_content import active_content
from toolkit.review.archive import COPIED, RULES, SCRIPT, completed, members
from toolkit.review.archive_pages import disagreements
from toolkit.review.compare_two_files import difference, written_otherwise
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.repeated_words import repeated_word_disagreements
from toolkit.review.scripts_and_policies import foreign_sources, shared_disagreements
from toolkit.review.two_editions import Mismatch
from toolkit.review.unpacking import EDITION

OF_TOOLKIT = (SCRIPT, *(f"toolkit/{name}" for name in RULES), "README.md")
TABLES = {
    f"{folder}/{name}"
    for folder, names in {
        "figures": ("figures.csv", "sources.csv"),
        "series": ("series.csv",),
        "rows": ("rows.csv", "datasets.csv"),
    }.items()
    for name in (*names, "datapackage.json")
}
ALONE = """\
Checked without the project: the parts of the archive agree with each other. That shows that no finding, figure,
number in the text, step of a receipt, cell of a table, title or words of a chart were changed by halves; of tables
`edition/recheck.html`, opened in a browser, sees more. Of pages it looked at what they may run and load, not at
links, styles, marks of drawings and sentences without a number. It cannot show that this is what was published, that
its sources say what its figures say, or that its notebooks give these numbers. For that compare its SHA-256 with the
one that its publisher gives, check a signature (--signed-by), or run `toolkit verify` in the project."""
OTHER_VERSION = """\
It was made by another version of the toolkit: its script and README were not compared. Do not run the script before
you have read it; its findings were worked out by the script of this version."""
TORN = (*recompute.UNREADABLE, ToolkitError, LookupError, UnicodeError)


@dataclass(frozen=True)
class Checked:
    """How many files an archive has, what is wrong with them, and what else is to be said."""

    count: int
    missed: tuple[Mismatch, ...]
    notes: tuple[str, ...]


def against_project(root: Path, stored: Mapping, project: Project, rebuilt: Mapping) -> Checked:
    """Makes every file of an archive again, from its edition and from a project, and compares them byte by byte.

    `rebuilt` is the manifest of the project's own edition: SQL is asked as it stands there, not as the archive has it.
    """
    files, missed = _with_lf(root)
    try:
        expected = members(project, root / EDITION, stored, rebuilt)
    except (*TORN, OSError) as error:
        missed.append(_wrong("cannot be made again", "", _words(error)))
    else:
        missed += _differences(files, expected)
    return _with_findings(root, files, missed, ())


def alone(root: Path, stored: Mapping) -> Checked:
    """Makes the files of an archive again that follow from its others, and looks whether its parts agree."""
    files, missed = _with_lf(root)
    missed += [
        _wrong(f"edition/{name}", "as the manifest has it", how) for name, how in altered_files(root / EDITION, stored)
    ]
    missed += [
        _wrong(name, "", "no file of an archive") for name in sorted(files.keys() - _allowed_paths(files, stored))
    ]
    same = package_files().items() <= stored["inputs"].get("code", {}).items()
    try:
        tables = PrintedTables.of(files)
        expected = completed({name: content for name, content in files.items() if name.startswith(COPIED)}, stored)
        skipped = set() if same else {*OF_TOOLKIT, ro_crate.NAME}
        missed += _differences(
            *({name: side[name] for name in side if name not in skipped} for side in (files, expected))
        )
        missed += [_wrong(where, old, new) for where, old, new in disagreements(files, stored, tables)]
        missed += [
            _wrong(name, "as its hash in the manifest", "changed") for name in _unlike_inputs(root, files, stored)
        ]
        edition = {name.removeprefix(EDITION): content for name, content in files.items() if name.startswith(EDITION)}
        missed += [_wrong(EDITION + name, old, new) for name, old, new in active_content(edition)]
        if same:
            missed += [_wrong(EDITION + name, old, new) for name, old, new in shared_disagreements(edition, stored)]
            repeated = repeated_word_disagreements(edition, stored)
            missed += [_wrong(EDITION + name, old, new) for name, old, new in repeated]
        else:
            missed += [_wrong(EDITION + name, old, new) for name, old, new in foreign_sources(edition)]
            # the crate of another version is not made again: it is held against the files that it names
            hashes = ro_crate.hashes(files.get(ro_crate.NAME, b""))
            changed = [name for name in sorted(files) if hashes.get(name, sha256(files[name])) != sha256(files[name])]
            missed += [_wrong(name, f"as its hash in {ro_crate.NAME}", "changed") for name in changed]
    except TORN as error:
        missed.append(_wrong("does not hold together", "", _words(error)))
    return _with_findings(root, files, missed, (ALONE,) if same else (ALONE, OTHER_VERSION))


def files_in(root: Path) -> dict[str, bytes]:
    """The files below a folder by path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _with_lf(root: Path) -> tuple[dict[str, bytes], list[Mismatch]]:
    """The files below `root`, which is ours, with the ends of lines put back that something changed, and which."""
    files = files_in(root)
    try:
        hashes = ro_crate.hashes(with_lf(files.get(ro_crate.NAME, b"")))
    except TORN:
        return files, []
    mismatches = []
    for name, content in files.items():
        stated_hash = sha256(with_lf(content)) if name == ro_crate.NAME else hashes.get(name)
        if stated_hash and sha256(content) != stated_hash == sha256(with_lf(content)):
            files[name] = with_lf(content)
            (root / name).write_bytes(files[name])
            cause = (f"line endings were changed to CRLF; {UNDO_CRLF}",)
            mismatches.append(Mismatch("archive", f"archive, {name}", "as it was written", CRLF, causes=cause))
    return files, mismatches


def _with_findings(root: Path, files: Mapping, missed: list[Mismatch], notes: tuple[str, ...]) -> Checked:
    """The result, with what is not worked out again from the tables."""
    try:
        lines, _ = recompute.check(root)
    except recompute.UNREADABLE as error:
        lines = [f"{recompute.WRONG} the tables do not hold together: {_words(error)}"]
    lines = [recompute.printable(line) for line in lines]
    wrong = [line for line in lines if line.startswith(recompute.WRONG)]
    missed += [_wrong("recomputed from its tables", "as published", line) for line in wrong]
    return Checked(max(len(files), len(missed)), tuple(dict.fromkeys(missed)), (lines[-1], *notes))


def _differences(files: Mapping[str, bytes], expected: Mapping[str, bytes]) -> Iterator[Mismatch]:
    for name in sorted({*files, *expected}):
        if name not in expected:
            yield _wrong(name, "", "no file of this archive")
        elif name not in files:
            yield _wrong(name, "a file of this archive", "")
        elif files[name] != expected[name]:
            first = difference(name, expected[name], files[name]) or written_otherwise(
                name, expected[name], files[name]
            )
            yield _wrong(name, first.old, first.new, first.what, first.where)


def _allowed_paths(files: Mapping[str, bytes], stored: Mapping) -> set[str]:
    """The paths that the files of an archive may have, by its manifest."""
    stories = stored["stories"].values()
    questions = {question_of(key).rpartition("/")[2] for story in stories for key in story["questions"]}
    questions |= {name for story in stories for name in story.get("queries", {})}
    names = [f"edition/{name}" for name in (NAME, *stored["files"])] + [f"questions/{name}.sql" for name in questions]
    datasets = [(name, dataset["file"]) for story in stories for name, dataset in story.get("datasets", {}).items()]
    names += [f"datasets/{name}.yml" for name, _ in datasets]
    of_datasets = tuple(f"datasets/{file.rpartition('data/datasets/')[2]}" for _, file in datasets)
    folders = tuple(f"{path}/" for path in of_datasets)
    names += [name for name in files if name in of_datasets or name.startswith(folders)]
    return {*names, *TABLES, *(name for name in files if not name.startswith(COPIED))}


def _unlike_inputs(root: Path, files: Mapping[str, bytes], stored: Mapping) -> Iterator[str]:
    """The questions and datasets that are not as the manifest has their hashes."""
    inputs = {name: sha for cause in ("code", "data") for name, sha in stored["inputs"].get(cause, {}).items()}
    queries = {name for story in stored["stories"].values() for name in story.get("queries", {})}
    for name, content in files.items():
        folder, _, rest = name.partition("/")
        if folder == "questions" and rest.removesuffix(".sql") not in queries:
            own = PACKAGE / "usage" / "metrics" / rest
            hashes = {sha for path, sha in inputs.items() if path.endswith(f"/{rest}")}
            hashes |= {sha256(with_lf(own.read_bytes()))} if own.is_file() else set()
            if hashes and sha256(with_lf(content)) not in hashes:
                yield name
        elif folder == "datasets" and rest.endswith(".yml") and f"data/datasets/{rest}" in inputs:
            if sha256(with_lf(content)) != inputs[f"data/datasets/{rest}"]:
                yield name
    for story in stored["stories"].values():
        for dataset in story.get("datasets", {}).values():
            # the path may lead anywhere: it is only compared
            name = f"datasets/{dataset['file'].rpartition('data/datasets/')[2]}"
            if (
                any(path == name or path.startswith(f"{name}/") for path in files)
                and sha256_of(root / name) != dataset["sha256"]
            ):
                yield name


def _wrong(where: str, old: str, new: str, part: str = "", place: str = "") -> Mismatch:
    plain = recompute.printable
    return Mismatch("archive", plain(f"archive, {where}"), plain(old), plain(new), part=part, place=plain(place))


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) if isinstance(error, ToolkitError) else f"{type(error).__name__} {error}"
