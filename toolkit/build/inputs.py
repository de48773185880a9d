"""What an edition is made from: the data, the code and the environment, each file by its hash."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.project import Project, digest, with_lf

PACKAGE = Path(__file__).parents[1]
FONTS = PACKAGE / "charts" / "fonts"
DISTRIBUTION = "numberdesk"  # what is installed; the import and the command are `toolkit`
DATA = (".yml", ".csv", ".txt")
CODE = ("pyproject.toml", "requirements.lock", "notebooks/*.ipynb", "notebooks/sql/**/*.sql")
CAUSES = ("data", "code", "environment")


@dataclass(frozen=True, order=True)
class Difference:
    """One input that is not the same in two editions: its cause (data, code, environment), its name, both states."""

    cause: str
    name: str
    old: str
    new: str

    def __str__(self) -> str:
        if not (self.old and self.new):
            return f"{self.cause}: {self.name} is {'new' if self.new else 'gone'}"
        values = f", {self.old} then and {self.new} now" if self.cause == "environment" and len(self.old) < 64 else ""
        return f"{self.cause}: {self.name}{values}"


def inputs(project: Project) -> dict[str, dict[str, str]]:
    """SHA-256 of every input by cause and name, names from the project's root; no path of the machine is in it.

    How a checkout ends lines does not count, but for those of the package: a usage log is named after its code.
    """
    found = sorted(path for path in project.data.rglob("*") if path.suffix in DATA and path.is_file())
    data = [path for path in found if project.build not in path.parents and "/." not in project.name(path)]
    code = [path for pattern in CODE for path in sorted(project.root.glob(pattern))]
    return {
        "data": {project.name(path): sha256(with_lf(path.read_bytes())) for path in data},
        "code": {
            "toolkit": package_hash(),
            **_line_ends(),
            **{project.name(path): sha256(with_lf(path.read_bytes())) for path in code},
        },
        "environment": environment(),
    }


def environment() -> dict[str, str]:
    """Interpreter, platform, fonts, and the installed version of each library that the toolkit asks for."""
    wanted = {re.split(r"[^\w.-]", line)[0] for line in importlib.metadata.requires(DISTRIBUTION) or ()}
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.machine()}",
        "fonts": _hash_of(path for path in FONTS.iterdir() if path.is_file()),
        **{name: importlib.metadata.version(name) for name in sorted(wanted)},
    }


def package_hash() -> str:
    """One SHA-256 over every file of the package but its fonts, by name and content."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return _hash_of(path for path in files if FONTS not in path.parents)


def _hash_of(paths: Iterable[Path]) -> str:
    named = sorted((path.relative_to(PACKAGE).as_posix(), path) for path in paths)
    return digest(part for name, path in named for part in (name, with_lf(path.read_bytes())))


def _line_ends() -> dict[str, str]:
    """An input of its own where a checkout ended the package's lines otherwise; nothing as a rule."""
    changed = any(b"\r\n" in path.read_bytes() for path in PACKAGE.rglob("*.py"))
    return {"CRLF at the ends of the toolkit's lines": "CRLF"} if changed else {}


def differences(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> list[Difference]:
    """The inputs of two editions that are not the same, data first."""
    found = []
    for cause in CAUSES:
        before, after = old.get(cause, {}), new.get(cause, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append(Difference(cause, name, before.get(name, ""), after.get(name, "")))
    return found


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
