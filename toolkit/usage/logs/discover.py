"""The files that paths lead to, in an order that does not depend on the disk, and whose each is."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.usage.logs.log_format import tool_folders

MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}  # how compressed files begin
# why an entry of a folder is left out
OUT_OF_IT, TO_FOLDER = "a link that leads out of the folder", "a link to a folder"
NOWHERE, NO_FILE = "a link that leads nowhere", "a pipe, a socket or a device"


@dataclass(frozen=True)
class LogFile:
    """One file: where it is, its name from the path that was given, the folder of whoever it belongs to, its bytes.

    `changed` is its time of change, in nanoseconds. `name`, `owner` and it are never kept: only keyed hashes are.
    """

    path: str
    name: str
    owner: str
    size: int
    changed: int = 0

    @cached_property
    def compression(self) -> str:
        """gz, zst, or nothing, by how the file begins, whatever its name ends in."""
        with open(self.path, "rb") as file:
            start = file.read(4)
        return next((name for magic, name in MAGIC.items() if start.startswith(magic)), "")


@dataclass(frozen=True)
class Discovered:
    """The files that paths lead to, sorted by name, and how many entries were left out for which reason."""

    files: list[LogFile]
    left_out: Mapping[str, int]


def discover(paths: Iterable[Path]) -> Discovered:
    """All files under `paths`, none twice. Links that lead out of a path are not followed, nor those to folders.

    Raises ToolkitError with every path that is not there, cannot be read, or has files that cannot.
    """
    files_by_inode: dict[tuple[int, int], LogFile] = {}
    left_out: Counter[str] = Counter()
    problems: list[Problem] = []
    roots = [Path(path) for path in paths]
    for number, (path, label) in enumerate(zip(roots, _labels(roots), strict=True)):
        try:
            listed, start = sorted(_files_below(path, left_out)), os.path.join(path, "")
            owners: dict[str, str] = {}  # by folder: all files of one belong to the same person
            if unreadable := sum(not os.access(file_path, os.R_OK) for file_path in listed):
                problems.append(_unreadable(number, unreadable))
                continue
            for file_path in listed:
                name = file_path.removeprefix(start).replace(os.sep, "/") if file_path != str(path) else path.name
                stat, folder = os.stat(file_path), os.path.dirname(file_path)
                if folder not in owners:
                    owners[folder] = _owner(path, label, Path(file_path))
                file = LogFile(file_path, f"{label}/{name}", owners[folder], stat.st_size, stat.st_mtime_ns)
                files_by_inode.setdefault((stat.st_dev, stat.st_ino), file)
        except OSError as error:
            problems.append(
                Problem(f"path {number + 1}", error.strerror or "it cannot be read", "files and folders", "correct it")
            )
    if not (files_by_inode or problems):
        reasons_left_out = "".join(f"; {number:,} × {reason}" for reason, number in left_out.items() if number)
        problems.append(
            Problem("the paths", f"no file{reasons_left_out}", "files of usage, or folders with some", "name others")
        )
    if problems:
        raise ToolkitError(problems)
    return Discovered(
        sorted(files_by_inode.values(), key=lambda file: file.name),
        {reason: number for reason, number in sorted(left_out.items()) if number},
    )


def _unreadable(path: int, count: int) -> Problem:
    return Problem(
        f"path {path + 1}",
        f"{count:,} {'file' if count == 1 else 'files'} in it that this user may not read",
        "files that can be read: what is left out would be missing from the account",
        "allow it (find PATH -type f ! -readable lists them), or take them out of the folder",
    )


def _files_below(path: Path, left_out: Counter[str]) -> Iterator[str]:
    """The files of a path; what is left out of a folder is counted in `left_out`."""
    if not path.is_dir():
        os.stat(path)  # raises where there is none
        if path.is_file():
            yield str(path)
        else:
            left_out[NO_FILE] += 1
        return
    root = path.resolve()
    folders = [os.fspath(path)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                link = entry.is_symlink()
                if entry.is_dir():
                    left_out[TO_FOLDER] += link
                    folders += [] if link else [entry.path]
                elif link and not Path(entry.path).resolve().is_relative_to(root):
                    left_out[OUT_OF_IT] += 1
                elif entry.is_file():
                    yield entry.path
                else:
                    left_out[NOWHERE if link else NO_FILE] += 1


def _labels(paths: Sequence[Path]) -> list[str]:
    """What each path is called: by its own name, and where several places have that name by the whole path."""
    full_paths = [os.path.abspath(path) for path in paths]
    places: dict[str, set[str]] = {}
    for path, full_path in zip(paths, full_paths, strict=True):
        places.setdefault(path.name, set()).add(full_path)
    return [
        path.name if len(places[path.name]) == 1 else full_path
        for path, full_path in zip(paths, full_paths, strict=True)
    ]


def _owner(path: Path, label: str, file: Path) -> str:
    """The folder above the tool's own, of which each person whose files were collected has another.

    It is looked for below the path, and above it where that is a file or lies in a tool's own folder. Where no folder
    is known to be a tool's it is the first one below the path: folders of days or projects are no people.
    """
    folder = Path(os.path.abspath(path.parent if file == path else path))
    of_tools = tool_folders()
    hidden = [place for place, part in enumerate(folder.parts) if part in of_tools and part.startswith(".")]
    if file != path and not hidden and folder.name not in of_tools:
        parts = [*filter(None, [label]), *file.relative_to(path).parts[:-1]]
        above = [*takewhile(lambda part: part not in of_tools, parts)]
        if above:
            return "/".join(above if len(above) < len(parts) else above[:2])
    own = [place for place, part in enumerate(folder.parts) if part in of_tools]
    end = hidden[-1] if hidden else own[-1] if own and (file == path or folder.name in of_tools) else len(folder.parts)
    while end and folder.parts[end - 1] in of_tools:
        end -= 1
    return "/".join(folder.parts[:end])
