"""DuckDB's errors as ToolkitErrors: where, what was found, what is allowed, what to do."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError

EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
DISK_FULL = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
SECONDS = 300  # a question that takes longer is stopped
MORE = 60  # seconds after which a process ends whose question does not stop: DuckDB is inside one call of a function
WITHOUT_END = (
    "have WITH RECURSIVE end and each JOIN name a key, or count fewer rows: "
    "toolkit add FILE keeps what was worked out before as a dataset"
)
LONG_TEXTS = "give functions of texts and lists, such as levenshtein and repeat, shorter ones"
NOT_PERMITTED = ("Permission denied", "Read-only file system", "Operation not permitted")


@contextlib.contextmanager
def question(where: str, asked: duckdb.DuckDBPyConnection | None = None) -> Iterator[None]:
    """Runs a query; `where` names its file or cell, and `asked` is the cursor that runs it, for SECONDS at the most.

    Raises ToolkitError with DuckDB's message where the query fails, and where it takes longer. Where nothing stops it,
    the process ends with that error.
    """
    ended = threading.Event()
    limit = threading.Thread(target=_interrupt, args=(where, asked, ended), daemon=True) if asked else None
    if limit:  # as a daemon: a process that is told to end does not wait for it
        limit.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise _no_answer(where) from error
    except duckdb.Error as error:
        raise ToolkitError(where, _first_line(error), "one SELECT that DuckDB can run", "mend the query") from error
    finally:
        ended.set()
        if limit:
            limit.join()  # one that still runs when Python ends has it end by SIGABRT


def _interrupt(where: str, asked: duckdb.DuckDBPyConnection, ended: threading.Event) -> None:
    """After SECONDS, and again until the question has ended: before DuckDB begins to run it, nothing is interrupted."""
    if ended.wait(SECONDS):
        return
    last = time.monotonic() + MORE
    while not ended.wait(0.2):
        asked.interrupt()
        if time.monotonic() > last:
            print(_no_answer(where, LONG_TEXTS), file=sys.stderr, flush=True)
            os._exit(1)


def _no_answer(where: str, remedy: str = WITHOUT_END) -> ToolkitError:
    allowed = f"a question that is answered within {SECONDS} seconds"
    return ToolkitError(where, f"no answer after {SECONDS} seconds", allowed, remedy)


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
