"""What a manifest lists as an edition's inputs: data, code and environment, each file by its SHA-256; how two differ.

The inputs by which the cache knows what to do again are in `staleness.py`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.build.edition_record import files_below
from toolkit.core.project import Project, digest, with_lf
from toolkit.database.question_text import question_of
from toolkit.reported.data_files import FILES

PACKAGE = Path(__file__).parents[1]
FONTS = PACKAGE / "charts" / "fonts"
DISTRIBUTION = "numberdesk"  # what is installed; the import and the command are `toolkit`
DATA = (".yml", ".csv", ".txt")  # endings of the files in data/ that are inputs
RECORD = ("claims", "sources", "series", *FILES)  # of data/: what an edition publishes as a whole
CAUSES = ("data", "code", "environment")


@dataclass(frozen=True, order=True)
class InputDifference:
    """One input that differs between two editions: its cause (one of CAUSES), its name, its hash or version in both.

    `old` or `new` is empty where an edition does not have the input.
    """

    cause: str
    name: str
    old: str
    new: str

    def __str__(self) -> str:
        if not (self.old and self.new):
            return f"{self.cause}: {self.name} is {'new' if self.new else 'gone'}"
        values = f", {self.old} then and {self.new} now" if self.cause == "environment" and len(self.old) < 64 else ""
        return f"{self.cause}: {self.name}{values}"


def edition_inputs(
    project: Project, stories: Mapping[str, Mapping[str, Any]], known: Mapping[str, str] | None = None
) -> dict[str, dict[str, str]]:
    """The SHA-256 (of libraries the version) of every input by cause and name; files are named from the project's root.

    `known` has those of files that were read already, by name.

    Of notebooks, questions, datasets, usage logs, scenarios and declarations only those of these stories, which are
    entries of a manifest: nothing tells of a story that is held back. Line endings do not count, but those of the
    toolkit's own code do: the name of a usage log is a hash of that code. Raises DataFileError for a declaration of a
    dataset that is wrong.
    """
    notebooks = [path for path in (project.notebooks / f"{slug}.ipynb" for slug in sorted(stories)) if path.is_file()]
    datasets = {name for story in stories.values() for name in story.get("datasets", {})}
    questions = {question_of(key) for story in stories.values() for key in story.get("questions", {})}
    of_data = _files_of_data(project)
    data: list[str | Path] = [path for path, room in of_data.items() if room in RECORD]
    data += _named_in(project, notebooks, [path for path, room in of_data.items() if room not in RECORD])
    data += [path for path in sorted((project.data / "datasets").glob("[!.]*.yml")) if path.stem in datasets]
    code = [path for name in ("pyproject.toml", "requirements.lock") if (path := project.root / name).is_file()]
    code += [
        path
        for path in sorted(project.questions.rglob("*.sql"))
        if path.relative_to(project.questions).with_suffix("").as_posix() in questions
    ]
    code += notebooks
    return {
        "data": {
            **_hashes(project, data, known or {}),
            **_dataset_files(project, datasets),
        },
        "code": {
            **package_files(),
            **_line_ends(),
            **_hashes(project, code, known or {}),
        },
        "environment": environment(),
    }


def _hashes(project: Project, paths: Iterable[str | Path], known: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of files with LF by name, each of `known` or else of its content."""
    names = ((path, project.name(path)) for path in paths)
    return {name: known.get(name) or sha256(with_lf(Path(path).read_bytes())) for path, name in names}


def _files_of_data(project: Project) -> dict[str, str]:
    """The files of data/ but those of datasets and what was built, without hidden ones; the room of each, by path.

    A file's room is the first part of its path in data/. There may be many, so that a path is text.
    """
    start = len(f"{project.data}{os.sep}")
    paths = (path for path in files_below(project.data, without=project.build) if path.endswith(DATA))
    rooms = {path: path[start:].partition(os.sep)[0] for path in paths if f"{os.sep}." not in path[start - 1 :]}
    return {path: room for path, room in rooms.items() if room != "datasets"}


def _named_in(project: Project, notebooks: Iterable[Path], others: Iterable[str]) -> list[Path]:
    """The files of data/ outside the record that notebooks name, or that a file so named names.

    These are declarations and scenarios by their id, usage logs by their name, `others` by their path.
    """
    names = {path: path.parent.name for path in (project.data / "logs").glob("*/log.json")}
    for path in map(Path, others):
        room = path.relative_to(project.data).parts[0]
        names[path] = path.stem if room in ("declarations", "scenarios") else project.name(path)
    files: list[Path] = []
    left = [path.read_text(encoding="utf-8", errors="replace") for path in notebooks]
    while left:
        words = left.pop()
        named_paths = [path for path, name in names.items() if name in words and _is_named(name, words)]
        for path in named_paths:
            del names[path]
        left += [path.read_text(encoding="utf-8", errors="replace") for path in named_paths if path.suffix == ".yml"]
        files += named_paths
    return sorted(files)


def _is_named(name: str, words: str) -> bool:
    """Whether a text has the name, and not as a part of another."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words) is not None


def _dataset_files(project: Project, names: Collection[str]) -> dict[str, str]:
    """The SHA-256 of the files of these datasets, by their names from the project's root, or, outside it, their own.

    Raises DataFileError with every problem of the datasets' declarations.
    """
    from toolkit.database.dataset_views import declarations
    from toolkit.datasets.stored import dataset_path

    datasets = [dataset for name, dataset in declarations(project).items() if name in names]
    return {project.name(dataset_path(project, dataset)): dataset.sha256 for dataset in datasets}


def environment() -> dict[str, str]:
    """Interpreter, platform, a hash of the fonts, and the version of each library that the toolkit requires."""
    required = (line for line in importlib.metadata.requires(DISTRIBUTION) or () if "extra ==" not in line)
    libraries = {re.split(r"[^\w.-]", line)[0] for line in required}
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.machine()}",
        "fonts": _hash_of(path for path in FONTS.iterdir() if path.is_file()),
        **{name: importlib.metadata.version(name) for name in sorted(libraries)},
    }


def package_files() -> dict[str, str]:
    """The SHA-256 of each file of the package but its fonts, by its name: toolkit/cli.py."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {
        f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}": sha256(with_lf(path.read_bytes()))
        for path in files
        if FONTS not in path.parents
    }


def _hash_of(paths: Iterable[Path]) -> str:
    named_paths = sorted((path.relative_to(PACKAGE).as_posix(), path) for path in paths)
    return digest(part for name, path in named_paths for part in (name, with_lf(path.read_bytes())))


def _line_ends() -> dict[str, str]:
    """An input that says so where the package's own code has CRLF at the ends of lines; usually {}."""
    changed = any(b"\r\n" in path.read_bytes() for path in PACKAGE.rglob("*.py"))
    return {"CRLF at the ends of the toolkit's lines": "CRLF"} if changed else {}


def input_differences(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> list[InputDifference]:
    """The inputs that differ between two editions (`inputs` of each), in the order of CAUSES."""
    differences = []
    for cause in CAUSES:
        before, after = old.get(cause, {}), new.get(cause, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                differences.append(InputDifference(cause, name, before.get(name, ""), after.get(name, "")))
    return differences


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
