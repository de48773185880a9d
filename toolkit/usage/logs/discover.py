"""The files that paths lead to, in an order that does not depend on the disk, and whose each is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError

TOOL_FOLDERS = (
    "projects",
    "sessions",
    ".claude",
    ".codex",
    ".gemini",
    ".config",
    "claude",
)  # below them: no person's name
COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True)
class Found:
    """One file: where it is, its name from the path that was given, the folder of whoever it belongs to, its bytes.

    `name` and `owner` identify it and are never kept: only their keyed hashes are.
    """

    path: Path
    name: str
    owner: str
    size: int

    @property
    def compression(self) -> str:
        """gz, zst, or nothing."""
        return self.path.suffix.removeprefix(".") if self.path.suffix in COMPRESSED else ""


def discover(paths: Iterable[Path]) -> list[Found]:
    """All files under `paths`, sorted by name. Folders that links lead to are not entered, nor is a file taken twice.

    Raises ToolkitError with every path that is not there or cannot be read.
    """
    found: dict[tuple[int, int], Found] = {}
    problems: list[Problem] = []
    for place, path in enumerate(paths):
        try:
            for one in sorted(_below(path), key=str):
                name = one.relative_to(path).as_posix() if one != path else path.name
                stat = one.stat()
                found.setdefault(
                    (stat.st_dev, stat.st_ino), Found(one, f"{path.name}/{name}", _owner(path, name), stat.st_size)
                )
        except OSError as error:
            problems.append(
                Problem(f"path {place + 1}", error.strerror or "it cannot be read", "files and folders", "correct it")
            )
    if not (found or problems):
        problems.append(Problem("the paths", "no file", "files of usage, or folders with some", "name others"))
    if problems:
        raise ToolkitError(problems)
    return sorted(found.values(), key=lambda one: one.name)


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        os.stat(path)  # raises where there is none
        if path.is_file():
            yield path
        return
    for folder, folders, files in os.walk(path, onerror=_raise):
        folders.sort()
        yield from (one for name in files if (one := Path(folder, name)).is_file())


def _raise(error: OSError) -> None:
    raise error


def _owner(path: Path, name: str) -> str:
    """The folders above the tool's own, of which each person whose files were collected has another."""
    above = []
    for part in (*path.parts[-1:], *Path(name).parts[:-1]):
        if part in TOOL_FOLDERS:
            break
        above.append(part)
    return "/".join(above) if len(above) < 3 else "/".join(above[:2])
