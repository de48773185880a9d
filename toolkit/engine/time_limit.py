"""The time after which a query has failed, and its failures in the toolkit's words."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError
from toolkit.engine.errors import AGAIN, first_line, names_like_it, without_folders

QUERY_TIMEOUT = 300  # seconds after which a query is interrupted
GRACE_PERIOD = 60  # seconds later the process ends: inside one call of a function DuckDB looks for no interruption
WITHOUT_END = (
    "give WITH RECURSIVE an end condition and each JOIN a key, or aggregate first: "
    "`toolkit add FILE` keeps an intermediate result as a dataset"
)
LONG_TEXTS = "give functions of texts and lists, such as levenshtein and repeat, shorter ones"


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
    except duckdb.IOException as error:
        allowed = "files that stay as they were when they were opened, and room on the disk"
        raise ToolkitError(where, without_folders(error), allowed, AGAIN) from error
    except duckdb.Error as error:
        near = names_like_it(error)
        allowed = f"a name that is there, such as {near}" if near else "one SELECT that DuckDB can run"
        raise ToolkitError(
            where, first_line(error), allowed, "correct the name" if near else "mend the query"
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
