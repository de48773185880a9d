"""DuckDB's errors as ToolkitErrors: where, what was found, what is allowed, what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError

EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
DISK_FULL = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
NOT_PERMITTED = ("Permission denied", "Read-only file system", "Operation not permitted")


@contextlib.contextmanager
def question(where: str) -> Iterator[None]:
    """Runs a query; `where` names its file or cell. Raises ToolkitError with DuckDB's message where the query fails."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(where, _first_line(error), "one SELECT that DuckDB can run", "mend the query") from error


@contextlib.contextmanager
def writing_parquet(where: str, allowed: str) -> Iterator[None]:
    """Writes a Parquet file, which `where` names. Raises ToolkitError with DuckDB's message where that fails."""
    try:
        yield
    except duckdb.IOException as error:
        raise ToolkitError(where, _first_line(error), allowed, "allow writing there, or make room") from error


@contextlib.contextmanager
def writing_database() -> Iterator[None]:
    """Builds the database. Raises ToolkitError with DuckDB's message, and a remedy for it, where that fails."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(
            "data/build, the database", _first_line(error), "a database that can be written", _remedy(error)
        ) from error


@contextlib.contextmanager
def reading_file(where: str, remedy: str) -> Iterator[None]:
    """Reads a data file, which `where` names. Raises ToolkitError with DuckDB's message where that fails."""
    try:
        yield
    except duckdb.Error as error:
        found = DISK_FULL[0] if any(words in str(error) for words in DISK_FULL) else _first_line(error)
        raise ToolkitError(where, found, "a file that can be read to its end", remedy) from error


def _remedy(error: duckdb.Error) -> str:
    found = _first_line(error)
    if any(words in found for words in DISK_FULL):
        return "make room on the disk"
    if any(words in found for words in NOT_PERMITTED):
        return "allow writing there"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "end other programs, or build on a machine with more memory"
    return "report this with the data: it is no fault of theirs or of the disk"


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
