"""What a manifest lists as an edition's inputs: data, code and environment, each file by its SHA-256; how two differ.

The inputs by which the cache knows what to do again are in `staleness.py`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.project import Project, digest, with_lf

PACKAGE = Path(__file__).parents[1]
FONTS = PACKAGE / "charts" / "fonts"
DISTRIBUTION = "numberdesk"  # what is installed; the import and the command are `toolkit`
DATA = (".yml", ".csv", ".txt")  # endings of the files in data/ that are inputs
CODE = ("pyproject.toml", "requirements.lock", "notebooks/sql/**/*.sql")  # beside the stories' notebooks
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


def inputs(project: Project, slugs: Collection[str]) -> dict[str, dict[str, str]]:
    """The SHA-256 (of libraries the version) of every input by cause and name; files are named from the project's root.

    Of notebooks only those of the stories `slugs`, without drafts; of the toolkit every file. Line endings do
    not count, but those of the toolkit's own code do: the name of a usage log is a hash of that code. Raises
    DataFileError for a declaration of a dataset that is wrong.
    """
    found = sorted(path for path in project.data.rglob("*") if path.suffix in DATA and path.is_file())
    apart = {project.build, project.data / "datasets"}
    data = [path for path in found if apart.isdisjoint(path.parents) and "/." not in project.name(path)]
    data += sorted((project.data / "datasets").glob("[!.]*.yml"))
    data += sorted((project.data / "logs").glob("*/log.json"))  # which names the log's files by their content
    code = [path for pattern in CODE for path in sorted(project.root.glob(pattern))]
    code += [path for path in (project.notebooks / f"{slug}.ipynb" for slug in sorted(slugs)) if path.is_file()]
    return {
        "data": {project.name(path): sha256(with_lf(path.read_bytes())) for path in data} | _dataset_files(project),
        "code": {
            **package_files(),
            **_line_ends(),
            **{project.name(path): sha256(with_lf(path.read_bytes())) for path in code},
        },
        "environment": environment(),
    }


def _dataset_files(project: Project) -> dict[str, str]:
    """The SHA-256 of the file of each dataset, by its name from the project's root, or, outside it, the file's name.

    Raises DataFileError with every problem of the datasets' declarations.
    """
    from toolkit.database.dataset_views import declarations
    from toolkit.datasets.stored import dataset_path

    return {project.name(dataset_path(project, one)): one.sha256 for one in declarations(project).values()}


def environment() -> dict[str, str]:
    """Interpreter, platform, a hash of the fonts, and the version of each library that the toolkit requires."""
    required = (line for line in importlib.metadata.requires(DISTRIBUTION) or () if "extra ==" not in line)
    wanted = {re.split(r"[^\w.-]", line)[0] for line in required}
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.machine()}",
        "fonts": _hash_of(path for path in FONTS.iterdir() if path.is_file()),
        **{name: importlib.metadata.version(name) for name in sorted(wanted)},
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
    named = sorted((path.relative_to(PACKAGE).as_posix(), path) for path in paths)
    return digest(part for name, path in named for part in (name, with_lf(path.read_bytes())))


def _line_ends() -> dict[str, str]:
    """An input that says so where the package's own code has CRLF at the ends of lines; usually {}."""
    changed = any(b"\r\n" in path.read_bytes() for path in PACKAGE.rglob("*.py"))
    return {"CRLF at the ends of the toolkit's lines": "CRLF"} if changed else {}


def input_differences(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> list[InputDifference]:
    """The inputs that differ between two editions (`inputs` of each), in the order of CAUSES."""
    found = []
    for cause in CAUSES:
        before, after = old.get(cause, {}), new.get(cause, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append(InputDifference(cause, name, before.get(name, ""), after.get(name, "")))
    return found


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
