"""The files that paths lead to, in an order that does not depend on the disk, and whose each is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
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
    given = [Path(path) for path in paths]
    for place, (path, label) in enumerate(zip(given, _labels(given), strict=True)):
        try:
            for one in sorted(_below(path), key=str):
                name = one.relative_to(path).as_posix() if one != path else path.name
                stat = one.stat()
                found.setdefault(
                    (stat.st_dev, stat.st_ino), Found(one, f"{label}/{name}", _owner(path, label, one), stat.st_size)
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


def _labels(paths: Sequence[Path]) -> list[str]:
    """What each path is called: by its own name, and where several places have that name by the whole path."""
    whole = [os.path.abspath(path) for path in paths]
    places: dict[str, set[str]] = {}
    for path, one in zip(paths, whole, strict=True):
        places.setdefault(path.name, set()).add(one)
    return [path.name if len(places[path.name]) == 1 else one for path, one in zip(paths, whole, strict=True)]


def _owner(path: Path, label: str, file: Path) -> str:
    """The folder above the tool's own, of which each person whose files were collected has another.

    It is looked for below the path, and above it where that is a file or lies in a tool's own folder. Where no folder
    is known to be a tool's it is the first one below the path: folders of days or projects are no people.
    """
    given = Path(os.path.abspath(path.parent if file == path else path))
    hidden = [place for place, part in enumerate(given.parts) if part in TOOL_FOLDERS and part.startswith(".")]
    if file != path and not hidden and given.name not in TOOL_FOLDERS:
        parts = [*filter(None, [label]), *file.relative_to(path).parts[:-1]]
        above = [*takewhile(lambda part: part not in TOOL_FOLDERS, parts)]
        if above:
            return "/".join(above if len(above) < len(parts) else above[:2])
    own = [place for place, part in enumerate(given.parts) if part in TOOL_FOLDERS]
    end = (
        hidden[-1] if hidden else own[-1] if own and (file == path or given.name in TOOL_FOLDERS) else len(given.parts)
    )
    while end and given.parts[end - 1] in TOOL_FOLDERS:
        end -= 1
    return "/".join(given.parts[:end])
