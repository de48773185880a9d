"""What DuckDB refuses, said as the toolkit says it: where, what was found, what is allowed, what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError

EngineError = duckdb.Error
NO_ROOM = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
NO_LEAVE = ("Permission denied", "Read-only file system", "Operation not permitted")


@contextlib.contextmanager
def question(where: str) -> Iterator[None]:
    """Raises ToolkitError with the question's place and what DuckDB says, where it cannot be answered."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(where, _first_line(error), "one SELECT that DuckDB can run", "mend the query") from error


@contextlib.contextmanager
def writing_parquet(where: str, allowed: str) -> Iterator[None]:
    """Raises ToolkitError with what DuckDB says, where a file cannot be written."""
    try:
        yield
    except duckdb.IOException as error:
        raise ToolkitError(where, _first_line(error), allowed, "allow writing there, or make room") from error


@contextlib.contextmanager
def writing_database() -> Iterator[None]:
    """Raises ToolkitError with what DuckDB says and the remedy that it calls for, where a database cannot be built."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(
            "data/build, the database", _first_line(error), "a database that can be written", _remedy(error)
        ) from error


def _remedy(error: duckdb.Error) -> str:
    found = _first_line(error)
    if any(said in found for said in NO_ROOM):
        return "make room on the disk"
    if any(said in found for said in NO_LEAVE):
        return "allow writing there"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "end other programs, or build on a machine with more memory"
    return "report this with the data: it is no fault of theirs or of the disk"


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]
