"""DuckDB's errors as ToolkitErrors: where, what was found, what is allowed, what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError
from toolkit.engine.time_limit import limit_of_time

# for rooms that may not import duckdb
EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
DISK_FULL = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
HELD = re.compile(r"lock on file .* \(PID (\d+)\)")
RUN_AGAIN = "run the command again, a notebook from its first cell"
CANDIDATES = re.compile(r"^(?:Candidate |Did you mean ).*$", re.MULTILINE)  # of DuckDB, on an unknown name
DAMAGED = "Corrupt database file"
MADE_AGAIN = "remove the file: it is made again from data/"
NOT_PERMITTED = ("Permission denied", "Read-only file system", "Operation not permitted")


@contextlib.contextmanager
def running_query(where: str, cursor: duckdb.DuckDBPyConnection | None = None) -> Iterator[None]:
    """Around a query, with the limit of time if the `cursor` that runs it is given; `where` names it in errors.

    Raises ToolkitError with DuckDB's message, and the names that DuckDB offers instead of an unknown one, where the
    query fails, and where it takes too long.
    """
    try:
        with limit_of_time(where, cursor) if cursor else contextlib.nullcontext():
            yield
    except duckdb.IOException as error:
        allowed = "files that stay as they were when they were opened, and room on the disk"
        raise ToolkitError(where, without_folders(error), allowed, RUN_AGAIN) from error
    except duckdb.Error as error:
        if damage := damaged_database(str(error)):
            raise damage from error
        near = names_offered(error)
        allowed = f"a name that is there, such as {near}" if near else "one SELECT that DuckDB can run"
        raise ToolkitError(
            where, first_line(error), allowed, "correct the name" if near else "mend the query"
        ) from error


@contextlib.contextmanager
def writing_parquet(where: str, allowed: str) -> Iterator[None]:
    """Around writing a Parquet file, which `where` names. Raises ToolkitError with DuckDB's message where it fails."""
    try:
        yield
    except duckdb.IOException as error:
        raise ToolkitError(where, first_line(error), allowed, "allow writing there, or make room") from error


@contextlib.contextmanager
def writing_database() -> Iterator[None]:
    """Around the building of the database. Raises ToolkitError with DuckDB's message and a remedy where that fails."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(
            "data/build, the database", first_line(error), "a database that can be written", _remedy_for_writing(error)
        ) from error


@contextlib.contextmanager
def reading_file(where: str, remedy: str) -> Iterator[None]:
    """Around reading a data file, which `where` names. Raises ToolkitError with DuckDB's message where it fails."""
    try:
        yield
    except duckdb.Error as error:
        message = DISK_FULL[0] if any(words in str(error) for words in DISK_FULL) else without_folders(error)
        raise ToolkitError(where, message, "a file that can be read to its end", remedy) from error


@contextlib.contextmanager
def opening_database(where: str) -> Iterator[None]:
    """Around opening the database, whose file `where` names. Raises ToolkitError with a remedy where that fails."""
    try:
        yield
    except duckdb.Error as error:
        message = first_line(error)
        if "does not exist" in message:
            found, remedy = "another process removed it, which works on other data or is another version", RUN_AGAIN
        elif holder := HELD.search(message):
            found = f"another program, process {holder[1]}, has it open for writing"
            remedy = "end that program, or open the file there read-only"
        else:
            found, remedy = without_folders(error), MADE_AGAIN
        raise ToolkitError(
            where, found, "a database that this version made of data/ and nobody writes to", remedy
        ) from error


def damaged_database(message: str) -> ToolkitError | None:
    """The error of a part of the database that is not as it was written, by DuckDB's `message`; None for any other.

    DuckDB reads a part when it is asked for: any question may find it so.
    """
    if DAMAGED not in message:
        return None
    found, allowed = message.splitlines()[0], "a database as this version wrote it"
    return ToolkitError("data/build, the file database-….duckdb", found, allowed, MADE_AGAIN)


def _remedy_for_writing(error: duckdb.Error) -> str:
    message = first_line(error)
    if any(words in message for words in DISK_FULL):
        return "make room on the disk"
    if any(words in message for words in NOT_PERMITTED):
        return "allow writing there"
    if isinstance(error, OutOfMemory):
        return "end other programs, or build on a machine with more memory"
    return "report this as a bug of the toolkit, with the data"


def without_folders(error: duckdb.Error) -> str:
    """As `first_line`, with the names of files alone: where they lie is this machine's, or a temporary folder."""
    return re.sub(r'"[^"]*/([^"/]+)"', r'"\1"', first_line(error))


def first_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the query and the arrow under it."""
    return str(error).splitlines()[0]


def names_offered(error: duckdb.Error) -> str:
    """The names that DuckDB offers where a column, table or function is unknown; "" for any other error."""
    line = CANDIDATES.search(str(error))
    return ", ".join(re.findall(r'"([^"]+)"', line[0])) if line else ""
