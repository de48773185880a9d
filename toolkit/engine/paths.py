"""Files as DuckDB takes them in SQL: one to read is a pattern to it, one to write a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

PATTERN = re.compile(r"[*?\[]")


def quoted(text: object) -> str:
    """A text, or the path of a file to write, as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def exactly(path: Path) -> str:
    """The pattern that stands for one file and no other, whatever its folders are called."""
    return PATTERN.sub(r"[\g<0>]", str(path))


def from_parquet(paths: Iterable[Path], rows: bool = False) -> str:
    """What stands after FROM for the rows of these files; with `rows` they have the column file_row_number."""
    listed = ", ".join(quoted(exactly(path)) for path in paths)
    return f"read_parquet([{listed}]{', file_row_number = true' if rows else ''})"


def from_csv(path: Path) -> str:
    """What stands after FROM for the rows of a CSV file."""
    return f"read_csv({quoted(exactly(path))})"
