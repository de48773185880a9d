"""Where a project's rooms are."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.errors import ToolkitError


@dataclass(frozen=True)
class Project:
    """The folders of one investigation; nothing here touches the disk but `settings`."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def build(self) -> Path:
        return self.data / "build"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def questions(self) -> Path:
        return self.notebooks / "sql"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @cached_property
    def settings(self) -> dict:
        """The table `[tool.toolkit]` of pyproject.toml."""
        text = (self.root / "pyproject.toml").read_text(encoding="utf-8")
        return tomllib.loads(text).get("tool", {}).get("toolkit", {})

    def stories(self) -> list[Path]:
        """The notebooks to publish, in the order of `[tool.toolkit] stories`, then by name."""
        order = self.settings.get("stories", [])
        found = {path.stem: path for path in sorted(self.notebooks.glob("*.ipynb"))}
        missing = [slug for slug in order if slug not in found]
        if missing:
            raise ToolkitError(
                "pyproject.toml, [tool.toolkit] stories",
                f"no notebook for {', '.join(missing)}",
                f"names of files in notebooks/: {', '.join(found) or 'none'}",
                "correct the list or add the notebook",
            )
        return [found[slug] for slug in order] + [path for slug, path in found.items() if slug not in order]

    def name(self, path: Path) -> str:
        """A path as it may be printed: from the project's root, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def find_project(start: Path | None = None) -> Project:
    """The project that holds `start` (default: the working directory).

    Raises ToolkitError if no folder above it has both pyproject.toml and data/units.txt.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "data" / "units.txt").is_file():
            return Project(folder)
    raise ToolkitError(
        "the working directory",
        "this is not inside a project",
        "a folder with pyproject.toml and data/units.txt, or one below it",
        "change into the project's folder",
    )


def digest(parts: Iterable[str | bytes]) -> str:
    """A SHA-256 over parts, each with its length, in hexadecimal."""
    running = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        running.update(f"{len(data)}:".encode())
        running.update(data)
    return running.hexdigest()


def replace_file(path: Path, content: bytes) -> None:
    """Puts a file in its place whole or not at all, with its folders; what a killed process left half made goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        if not alive(int(left.name.split(".")[-2])):
            left.unlink(missing_ok=True)
    half_made = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        half_made.write_bytes(content)
        os.replace(half_made, path)
    finally:
        half_made.unlink(missing_ok=True)


def alive(process: int) -> bool:
    """False if no process of this number runs, so that what it left half made may go."""
    try:
        if os.name == "posix":
            os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
