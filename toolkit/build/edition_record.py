"""What the last edition was made from, and which files it has: whether there is anything to build.

This is asked before anything is imported that a build needs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from toolkit.core.project import Project, digest, replace_file
from toolkit.datasets.file_hash import remembered_sha256

PACKAGE = Path(__file__).parents[1]
AT_ONCE = 1 << 16  # bytes of a file: a dataset may be larger than the memory


@dataclass(frozen=True)
class ProjectFiles:
    """The SHA-256 of the files of data/ and notebooks/, and of pyproject.toml, by name; some of them have a CR."""

    digests: Mapping[str, str]
    with_cr: frozenset[str]

    @property
    def with_lf(self) -> dict[str, str]:
        """The SHA-256 of the files that have no CR to be taken out, by name."""
        return {name: sha256 for name, sha256 in self.digests.items() if name not in self.with_cr}


@dataclass(frozen=True)
class EditionRecord:
    """The last edition: `made_from` is its `digest_of_inputs`, `data` are digests of what its data and code were.

    `database` is the name of the file of its database.
    It is that of all days from `first` to `last` (ISO dates), has the stories `slugs`, and `held` says which others are
    held back. `linked` has path and SHA-256 of its datasets outside data/, by name, `files` digests of its files.
    """

    made_from: str
    data: list[str]
    database: str
    first: str
    last: str
    slugs: list[str]
    held: list[str]
    linked: Mapping[str, tuple[str, str]]
    files: Mapping[str, str]

    def is_of(self, project: Project, on: date, only: Collection[str]) -> bool:
        """Whether it is the edition of that day, has all stories of `only`, and linked datasets are as they were."""
        return (
            self.first <= on.isoformat() <= self.last
            and set(only) <= set(self.slugs)
            and all(_is_as_it_was(project, name, *path_and_hash) for name, path_and_hash in self.linked.items())
        )


@dataclass(frozen=True)
class BuildState:
    """What a build starts from: `shared`, the inputs that all stories share, and `made_from`, the digest of all inputs.

    `files` are those of the project among these. `record` is that of the last edition, None without one; `altered` has
    the names of files in the folder of editions that are not as it was built (changed, gone or added), None where it
    was made from something else.
    """

    shared: Mapping[str, str]
    files: ProjectFiles
    made_from: str
    record: EditionRecord | None
    altered: list[str] | None

    def known_database(self, data: list[str]) -> str:
        """The name of the file of the last edition's database, where its `data` were the same; else ""."""
        return self.record.database if self.record and self.record.data == data else ""


def build_state(project: Project, folder: Path) -> BuildState:
    """What there is to build from, and what `folder` holds of the last edition. Raises OSError where it cannot read."""
    shared, files = shared_inputs(project), project_files(project)
    made_from, record = digest_of_inputs(project, shared, files), recorded(project)
    if record is None or record.made_from != made_from:
        return BuildState(shared, files, made_from, record, None)
    built = folder_digests(folder)
    altered = sorted(name for name in {*built, *record.files} if built.get(name) != record.files.get(name))
    return BuildState(shared, files, made_from, record, altered)


def shared_inputs(project: Project) -> dict[str, str]:
    """The inputs that all stories share, digests by name.

    These are every file of the toolkit with its templates, requirements.lock, the interpreter's version, the language
    of the project, and the libraries, of which only names and versions are looked at.
    """
    folders = [Path(folder) for folder in sys.path if os.path.isdir(folder)]
    # the folder name-version.dist-info beside each installed library; that of the toolkit says what it requires
    installed = [folder / name for folder in folders for name in os.listdir(folder) if name.endswith("-info")]
    libraries = sorted(path.name for path in installed)
    required = [_file_digest(path / "METADATA") for path in installed if path.name.startswith("numberdesk-")]
    return {
        **{f"toolkit/{name}": digest_of_file for name, digest_of_file in folder_digests(PACKAGE).items()},
        "requirements.lock": _file_digest(project.root / "requirements.lock"),
        "the interpreter": digest([sys.version, sys.platform]),
        "an installed library": digest([*libraries, *required]),
        "the language": digest([project.language]),
    }


def digest_of_inputs(project: Project, shared: Mapping[str, str], files: ProjectFiles) -> str:
    """One digest over all that an edition can be made from: `shared_inputs` and `project_files`.

    Beside these the day says which stories it has, and datasets that lie elsewhere are as their declarations say.
    """
    inputs = {**shared, **files.digests, "what was chosen": json.dumps(dict(project.chosen), sort_keys=True)}
    return digest(part for pair in sorted(inputs.items()) for part in pair)


def digest_now(project: Project) -> str:
    """The `digest_of_inputs` that an edition made now would have."""
    return digest_of_inputs(project, shared_inputs(project), project_files(project))


def project_files(project: Project) -> ProjectFiles:
    """The files of data/ and notebooks/, and pyproject.toml, as they are now."""
    settings = str(project.root / "pyproject.toml")
    paths = [path for top in (project.data, project.notebooks) for path in files_below(top, without=project.build)]
    digests, with_cr = {}, set()
    for path in [*paths, *([settings] if os.path.isfile(settings) else [])]:
        name = project.name(path)
        digests[name], has_cr = _digest_and_cr(path)
        if has_cr:
            with_cr.add(name)
    return ProjectFiles(digests, frozenset(with_cr))


def record_edition(project: Project, record: EditionRecord) -> None:
    """Puts an edition on record."""
    replace_file(project.build / "edition.json", json.dumps(asdict(record), indent=1).encode())


def forget_edition(project: Project) -> None:
    """Makes the next build check every story, after an edition was written in which some pages are out of date."""
    (project.build / "edition.json").unlink(missing_ok=True)


def recorded(project: Project) -> EditionRecord | None:
    """The record of the last edition; None if there is none, or another version of the toolkit wrote it."""
    try:
        return EditionRecord(**json.loads((project.build / "edition.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def folder_digests(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder, by its path from the folder."""
    start = len(f"{folder}{os.sep}")
    return {path[start:].replace(os.sep, "/"): _digest_and_cr(path)[0] for path in files_below(folder)}


def _is_as_it_was(project: Project, name: str, path: str, sha256: str) -> bool:
    try:
        return remembered_sha256(project, name, project.root / path) == sha256
    except OSError:
        return False


def files_below(folder: Path | str, without: Path | None = None) -> Iterator[str]:
    """The path of every file below a folder, in order, outside the folder `without`; there may be a hundred thousand.

    What is no file is left out, and so are folders behind a link.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    skipped = ("__pycache__", ".ipynb_checkpoints")  # made by Python and JupyterLab
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in skipped and entry.path != str(without):
                yield from files_below(entry.path, without)
        elif entry.is_file():
            yield entry.path


def _file_digest(path: Path | str) -> str:
    """The digest of a file's content; "" if there is no such file."""
    return _digest_and_cr(path)[0] if os.path.isfile(path) else ""


def _digest_and_cr(path: Path | str) -> tuple[str, bool]:
    """The digest of a file's content, and whether a CR is in it."""
    running, has_cr = hashlib.sha256(), False
    with open(path, "rb", buffering=0) as file:
        while part := file.read(AT_ONCE):
            running.update(part)
            has_cr |= b"\r" in part
    return running.hexdigest(), has_cr
