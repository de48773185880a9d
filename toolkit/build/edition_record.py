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


@dataclass(frozen=True)
class EditionRecord:
    """The last edition: `made_from` is its `digest_of_inputs`, `data` are digests of what its data was.

    It is that of all days from `first` to `last` (ISO dates), has the stories `slugs`, and `held` says which others are
    held back. `linked` has path and SHA-256 of its datasets outside data/, by name, `files` digests of its files.
    """

    made_from: str
    data: list[str]
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

    `record` is that of the last edition, None without one; `altered` has the names of files in the folder of editions
    that are not as it was built (changed, gone or added), None where it was made from something else.
    """

    shared: Mapping[str, str]
    made_from: str
    record: EditionRecord | None
    altered: list[str] | None


def build_state(project: Project, folder: Path) -> BuildState:
    """What there is to build from, and what `folder` holds of the last edition. Raises OSError where it cannot read."""
    shared = shared_inputs(project)
    made_from, record = digest_of_inputs(project, shared), recorded(project)
    if record is None or record.made_from != made_from:
        return BuildState(shared, made_from, record, None)
    files = folder_digests(folder)
    altered = sorted(name for name in {*files, *record.files} if files.get(name) != record.files.get(name))
    return BuildState(shared, made_from, record, altered)


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
    files = {f"toolkit/{path.relative_to(PACKAGE).as_posix()}": path for path in _files(PACKAGE)}
    files["requirements.lock"] = project.root / "requirements.lock"
    return {
        **{name: _file_digest(path) for name, path in files.items()},
        "the interpreter": digest([sys.version, sys.platform]),
        "an installed library": digest([*libraries, *required]),
        "the language": digest([project.language]),
    }


def digest_of_inputs(project: Project, shared: Mapping[str, str]) -> str:
    """One digest over all that an edition can be made from: `shared_inputs`, data/, notebooks/, pyproject.toml.

    Beside these the day says which stories it has, and datasets that lie elsewhere are as their declarations say.
    """
    inputs = {**shared, **project_files(project), "what was chosen": json.dumps(dict(project.chosen), sort_keys=True)}
    return digest(part for pair in sorted(inputs.items()) for part in pair)


def project_files(project: Project) -> dict[str, str]:
    """The digests of the files of data/ and notebooks/ and of pyproject.toml, by name."""
    paths = [path for top in (project.data, project.notebooks) for path in _files(top, without=project.build)]
    return {project.name(path): _file_digest(path) for path in [*paths, project.root / "pyproject.toml"]}


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
    return {path.relative_to(folder).as_posix(): _file_digest(path) for path in _files(folder)}


def _is_as_it_was(project: Project, name: str, path: str, sha256: str) -> bool:
    try:
        return remembered_sha256(project, name, project.root / path) == sha256
    except OSError:
        return False


def _file_digest(path: Path) -> str:
    """The digest of a file's content; "" if there is no such file."""
    if not path.is_file():
        return ""
    with open(path, "rb") as file:  # a dataset may be larger than the memory
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path, without: Path | None = None) -> Iterator[Path]:
    """Every file below a folder, in order, outside the folder `without`."""
    for parent, folders, names in os.walk(folder):
        skipped = ("__pycache__", ".ipynb_checkpoints")  # made by Python and JupyterLab
        folders[:] = sorted(name for name in folders if name not in skipped and Path(parent, name) != without)
        yield from (Path(parent, name) for name in sorted(names))
