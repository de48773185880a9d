"""SQLite files, read with Python's own module: one table or view of them as rows of texts."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.file_format import Format, one_table
from toolkit.datasets.rows_of_texts import write_rows
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier
from toolkit.engine.time_limit import QUERY_TIMEOUT

LONGEST = 1 << 26  # bytes of a cell: a view can invent one of any size
STEPS = 1_000_000  # instructions of SQLite's virtual machine between two looks at the clock


def _write_table(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes a table as Parquet, all values as texts under the names of its columns.

    Returns the columns in which the table itself has digits as text, with the number of the last row of such. Raises
    ToolkitError where it cannot be read.
    """
    with _opened(path) as file:
        rows = file.execute(f"SELECT * FROM {identifier(reading.table)}")
        return write_rows(rows, out, [column[0] for column in rows.description])


def _tables_of(path: Path) -> list[str]:
    """The names of a file's tables and views. Raises ToolkitError for a file that cannot be read."""
    with _opened(path) as file:
        rows = file.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        )
        return sorted(name for (name,) in rows)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that writes nothing, not even a journal beside the file; rows in a -wal beside it are not seen.

    What is read takes at most QUERY_TIMEOUT: a view may have no end.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            file.text_factory = lambda text: text.decode("utf-8", "replace")
            file.execute("PRAGMA trusted_schema = OFF")  # a view is a stranger's code
            file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            end = time.monotonic() + QUERY_TIMEOUT
            file.set_progress_handler(lambda: time.monotonic() > end, STEPS)
            yield file
    except sqlite3.Error as error:
        raise ToolkitError(
            path.name, f"cannot be read: {error}", "a whole SQLite file and a table of it", "copy the file again"
        ) from error


FORMAT = Format(
    description="SQLite",
    endings=(".sqlite", ".sqlite3", ".db"),
    matches=lambda start, endings: start.startswith(b"SQLite format 3\0"),
    options=("table",),
    sidecars=("-wal", "-journal"),
    reading=lambda connection, path, wanted: ReadOptions(
        "sqlite", table=one_table(path, _tables_of(path), wanted.table)
    ),
    write=_write_table,
)
