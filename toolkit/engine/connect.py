"""Opens DuckDB; nothing else in the toolkit does. Two settings make answers repeatable: one thread, no other files."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import numpy

Connection = duckdb.DuckDBPyConnection


def new_file(path: Path) -> Connection:
    """A connection that may write a new database file. Raises `errors.EngineError` where it cannot be made."""
    return duckdb.connect(str(path))


def locked(path: Path) -> Connection:
    """A connection that reads one database file and nothing else: no writing, no other file, no network.

    Raises `errors.EngineError` if the file is no database.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "threads": 1,
        "lock_configuration": True,
    }
    return duckdb.connect(str(path), read_only=True, config=settings)


def in_memory() -> Connection:
    """A connection to an empty database in memory, which may read files."""
    connection = duckdb.connect()
    with contextlib.suppress(duckdb.InvalidInputException):  # a kernel without widgets has no bar to turn off
        connection.execute("SET enable_progress_bar = false")
    return connection


def one_thread(connection: Connection) -> None:
    """Has a connection work on one thread, so that sums of doubles are added in one order, the same each time."""
    connection.execute("SET threads = 1")


def columns_of(result: Connection) -> list[tuple[str, str]]:
    """Name and DuckDB type of each column of what was executed last."""
    return [(column[0], str(column[1])) for column in result.description or ()]


def arrays_of(result: Connection) -> dict[str, numpy.ndarray]:
    """The columns of what was executed last by name, as arrays; masked where they have NULL."""
    import numpy

    columns = result.fetchnumpy().items()  # of an ENUM a pandas Categorical, which is no array
    return {
        name: values if isinstance(values, numpy.ndarray) else numpy.array(values.tolist(), dtype=object)
        for name, values in columns
    }


def value_of(result: Connection) -> Any:
    """The first value of the first row of what was executed last. Raises LookupError where there is no row."""
    row = result.fetchone()
    if row is None:
        raise LookupError("the query has no row")
    return row[0]
