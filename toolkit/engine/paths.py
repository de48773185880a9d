"""File names in SQL for DuckDB, which takes the name of a file to read as a glob pattern, of one to write as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

WILDCARD = re.compile(r"[*?\[]")


def quoted(text: object) -> str:
    """A text, or the path of a file to write, as a string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of a column or table as SQL takes it, whatever signs it has."""
    return '"' + name.replace('"', '""') + '"'


def literal_pattern(path: Path) -> str:
    """The glob pattern that matches one file and no other, though its path may have wildcards in it."""
    return WILDCARD.sub(r"[\g<0>]", str(path))


def from_parquet(paths: Iterable[Path], rows: bool = False) -> str:
    """The table function, for use after FROM, that reads Parquet files; `rows` adds the column file_row_number."""
    listed = ", ".join(quoted(literal_pattern(path)) for path in paths)
    return f"read_parquet([{listed}]{', file_row_number = true' if rows else ''})"


def from_csv(path: Path) -> str:
    """The table function, for use after FROM, that reads a CSV file."""
    return f"read_csv({quoted(literal_pattern(path))})"
