"""DuckDB's errors as ToolkitErrors, and the time after which a query has failed."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import time
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError

EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
DISK_FULL = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
QUERY_TIMEOUT = 300  # seconds after which a query is interrupted
GRACE_PERIOD = 60  # seconds later the process ends: inside one call of a function DuckDB looks for no interruption
WITHOUT_END = (
    "give WITH RECURSIVE an end condition and each JOIN a key, or aggregate first: "
    "`toolkit add FILE` keeps an intermediate result as a dataset"
)
LONG_TEXTS = "give functions of texts and lists, such as levenshtein and repeat, shorter ones"
CANDIDATES = re.compile(r"^(?:Candidate |Did you mean ).*$", re.MULTILINE)  # of DuckDB, on an unknown name
NOT_PERMITTED = ("Permission denied", "Read-only file system", "Operation not permitted")


@contextlib.contextmanager
def running_query(where: str, cursor: duckdb.DuckDBPyConnection | None = None) -> Iterator[None]:
    """Around a query, for QUERY_TIMEOUT at the most where `cursor` runs it; `where` names its file or cell in errors.

    Raises ToolkitError with DuckDB's message and the names that it would have known where the query fails, and where
    it takes longer. Where nothing stops it, the process ends with that error.
    """
    ended = threading.Event()
    timer = threading.Thread(target=_interrupt, args=(where, cursor, ended), daemon=True) if cursor else None
    if timer:  # as a daemon: a process that is told to end does not wait for it
        timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise _no_answer(where) from error
    except duckdb.Error as error:
        near = _names_like_it(error)
        allowed = f"a name that is there, such as {near}" if near else "one SELECT that DuckDB can run"
        raise ToolkitError(
            where, _first_line(error), allowed, "correct the name" if near else "mend the query"
        ) from error
    finally:
        ended.set()
        if timer:
            timer.join()  # a thread that still runs when Python ends makes it end by SIGABRT


def _interrupt(where: str, cursor: duckdb.DuckDBPyConnection, ended: threading.Event) -> None:
    """Interrupts a query after QUERY_TIMEOUT, again and again until it has ended.

    DuckDB drops an interruption that comes before the query runs.
    """
    if ended.wait(QUERY_TIMEOUT):
        return
    last = time.monotonic() + GRACE_PERIOD
    while not ended.wait(0.2):
        cursor.interrupt()
        if time.monotonic() > last:
            print(_no_answer(where, LONG_TEXTS), file=sys.stderr, flush=True)
            os._exit(1)


def _no_answer(where: str, remedy: str = WITHOUT_END) -> ToolkitError:
    allowed = f"a question that is answered within {QUERY_TIMEOUT} seconds"
    return ToolkitError(where, f"no answer after {QUERY_TIMEOUT} seconds", allowed, remedy)


@contextlib.contextmanager
def writing_parquet(where: str, allowed: str) -> Iterator[None]:
    """Around writing a Parquet file, which `where` names. Raises ToolkitError with DuckDB's message where it fails."""
    try:
        yield
    except duckdb.IOException as error:
        raise ToolkitError(where, _first_line(error), allowed, "allow writing there, or make room") from error


@contextlib.contextmanager
def writing_database() -> Iterator[None]:
    """Around the building of the database. Raises ToolkitError with DuckDB's message and a remedy where that fails."""
    try:
        yield
    except duckdb.Error as error:
        raise ToolkitError(
            "data/build, the database", _first_line(error), "a database that can be written", _remedy(error)
        ) from error


@contextlib.contextmanager
def reading_file(where: str, remedy: str) -> Iterator[None]:
    """Around reading a data file, which `where` names. Raises ToolkitError with DuckDB's message where it fails."""
    try:
        yield
    except duckdb.Error as error:
        message = DISK_FULL[0] if any(words in str(error) for words in DISK_FULL) else _first_line(error)
        message = re.sub(r'"[^"]*/([^"/]+)"', r'"\1"', message)  # a name without the scratch folder where it lies
        raise ToolkitError(where, message, "a file that can be read to its end", remedy) from error


def _remedy(error: duckdb.Error) -> str:
    message = _first_line(error)
    if any(words in message for words in DISK_FULL):
        return "make room on the disk"
    if any(words in message for words in NOT_PERMITTED):
        return "allow writing there"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "end other programs, or build on a machine with more memory"
    return "report this as a bug of the toolkit, with the data"


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0]


def _names_like_it(error: duckdb.Error) -> str:
    """The names that DuckDB offers where a column, table or function is unknown; "" for any other error."""
    line = CANDIDATES.search(str(error))
    return ", ".join(re.findall(r'"([^"]+)"', line[0])) if line else ""
