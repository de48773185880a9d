"""The time after which a query has failed."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

import duckdb

from toolkit.core.errors import ToolkitError

QUERY_TIMEOUT = 300  # seconds after which a query is interrupted
GRACE_PERIOD = 60  # seconds later the process ends: inside one call of a function DuckDB looks for no interruption
WITHOUT_END = (
    "give WITH RECURSIVE an end condition and each JOIN a key, or aggregate first: "
    "`toolkit add FILE` keeps an intermediate result as a dataset"
)
LONG_TEXTS = "give functions of texts and lists, such as levenshtein and repeat, shorter ones"


@contextlib.contextmanager
def limit_of_time(where: str, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Around a query that `cursor` runs, for QUERY_TIMEOUT at the most; `where` names its file or cell in errors.

    Raises ToolkitError where it takes longer. Where nothing stops it, the process ends with that error.
    """
    ended = threading.Event()
    timer = threading.Thread(target=_interrupt, args=(where, cursor, ended), daemon=True)
    timer.start()  # as a daemon: a process that is told to end does not wait for it
    try:
        yield
    except duckdb.InterruptException as error:
        raise _no_answer(where) from error
    finally:
        ended.set()
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
