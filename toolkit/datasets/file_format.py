"""What a file format of datasets is: how its files are known, and how they become rows. `formats/` has one a module."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from toolkit.core.errors import ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.engine.connect import Connection

Writer = Callable[[Connection, Path, ReadOptions, Path], dict[str, int]]


@dataclass(frozen=True)
class Wanted:
    """What the user says of how a file is read, by the options of `toolkit add`; "" where it is to be found."""

    sheet: str = ""
    table: str = ""
    encoding: str = ""
    delimiter: str = ""


def _same_place(path: Path, declared: ReadOptions, headers: Collection[str]) -> Wanted:
    return Wanted(sheet=declared.sheet, table=declared.table)


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format; its name is that of its module.

    `description` names its files in a message, `endings` are those of their names. `matches` tells a file by its first
    512 bytes and the endings of its name: formats of a lower `rank` are asked first, and files of `text` once it is
    clear that they are no page or picture. `reading` says how a file is read, without header and footer; `options` are
    the fields of Wanted that it takes; `what_still_holds` says what of an older version's reading holds for a file,
    which may have some of its headers. `write` writes rows as Parquet, and returns the columns in which the file has
    digits as text, each with the last row of such; it is None for files that are read where they are. `sidecars` are
    endings of files beside one, such as -wal, that may have rows which it does not have yet. `header` is true where
    that is among the rows, `typed` where values are no texts. `merged` gives the rows,
    from 1, with cells merged across columns.
    """

    description: str
    endings: tuple[str, ...]
    matches: Callable[[bytes, Sequence[str]], bool]
    reading: Callable[[Connection, Path, Wanted], ReadOptions]
    write: Writer | None
    options: tuple[str, ...] = ()
    what_still_holds: Callable[[Path, ReadOptions, Collection[str]], Wanted] = _same_place
    sidecars: tuple[str, ...] = ()
    rank: int = 0
    text: bool = False
    header: bool = False
    typed: bool = False
    merged: Callable[[Path, ReadOptions], frozenset[int]] = lambda path, reading: frozenset()
    notes: Callable[[Path, ReadOptions], list[str]] = lambda path, reading: []


def one_table(path: Path, names: Sequence[str], asked_name: str) -> str:
    """The table that is wanted, else the only one. Raises ToolkitError naming the tables there are."""
    if asked_name in names:
        return asked_name
    if not asked_name and len(names) == 1:
        return names[0]
    problem = f"no table {asked_name!r}" if asked_name else f"{len(names)} tables"
    raise ToolkitError(
        path.name,
        problem,
        f"one of {', '.join(names) or 'none'}",
        f"name it: --table {quote(names[0]) if names else 'NAME'}",
    )
