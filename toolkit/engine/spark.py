"""Spark Connect: opened here and nowhere else. One client for Apache Spark and for Sail, which speaks its protocol.

Parquet files become views, SQL is passed as it is written, and an answer comes back as Arrow. Times are UTC.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from toolkit.core.errors import ToolkitError
from toolkit.engine.spark_server import LOOPBACK, Server, listens, start_sail, start_spark

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import SparkSession

DIGITS = 12  # significant ones of doubles in an answer
PORT = 15002  # of a Connect server whose address names none
REMOTE = "SPARK_REMOTE"  # Spark's own variable for the address of a Connect server
HADOOP = "spark.hadoop."  # before the names of Hadoop's settings, such as those of an object store
IN_UTC = {"spark.sql.session.timeZone": "UTC", "spark.sql.timestampType": "TIMESTAMP_NTZ"}


@dataclass(frozen=True)
class Spark:
    """A session of a Connect server, and the server where it is our own; `close` ends both, as leaving `with` does."""

    session: SparkSession
    server: Server | None = None
    host: str = LOOPBACK  # where the server, or the master of its workers, is

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the session, and the server that was started for it."""
        with contextlib.suppress(Exception):  # the server may be gone
            self.session.stop()
        if self.server:
            self.server.close()

    def read_any_encoding(self) -> None:
        """Has Apache Spark read its files row by row: its faster reader does not know BYTE_STREAM_SPLIT."""
        self.session.conf.set("spark.sql.parquet.enableVectorizedReader", "false")

    def view(
        self, name: str, paths: Sequence[str], columns: Mapping[str, str] | None = None, where: str = "true"
    ) -> None:
        """Makes a temporary view over Parquet files: paths, addresses of an object store, or globs of both.

        `columns` are those of the view, each an expression in Spark's SQL, None for all; `where` is a condition.
        Raises ToolkitError for files that cannot be read.
        """
        with running_on_spark(f"the files of {name}"):
            rows = self.session.read.parquet(*paths).where(where)
            if columns is not None:
                rows = rows.selectExpr(*(f"{column} AS {made}" for made, column in columns.items()))
            rows.createOrReplaceTempView(name)

    def columns_of(self, where: str, paths: Sequence[str], names: Sequence[str]) -> list[str]:
        """Those of the names that are columns of Parquet files, paths as in `view`.

        Raises ToolkitError where there are no files, or none that can be read.
        """
        from pyspark.errors import PySparkException

        rows = self.session.read.parquet(*paths)

        def readable(*expressions: str) -> bool:
            with contextlib.suppress(PySparkException):
                return bool(rows.selectExpr(*expressions).columns)
            return False

        allowed, remedy = "Parquet files that the server can read", "correct the pattern or the address"
        with contextlib.suppress(PySparkException):  # Sail has no name for texts with a dictionary, nor for their files
            if present := set(rows.columns):
                return [name for name in names if name in present]
            raise ToolkitError(where, "no files", allowed, remedy)
        with running_on_spark(where, allowed, remedy):
            _ = rows.selectExpr("1 AS one").columns
        return [name for name in names if readable(f"CAST(`{name}` AS STRING) AS one")]

    def define(self, name: str, sql: str, keep: bool = False) -> None:
        """Makes a temporary view of a query; the server may `keep` its rows. Raises ToolkitError as `ask` does."""
        with running_on_spark(name):
            rows = self.session.sql(sql)
            (rows.persist() if keep else rows).createOrReplaceTempView(name)

    def hold(self, name: str, table: pyarrow.Table) -> None:
        """Makes a temporary view of rows that are sent to the server. Raises ToolkitError with what Spark says."""
        from pyspark.sql.pandas.types import from_arrow_schema

        with running_on_spark(name):
            rows = table if len(table) else []
            self.session.createDataFrame(rows, from_arrow_schema(table.schema)).createOrReplaceTempView(name)

    def each(
        self, where: str, make: Callable[[int], Mapping[str, object]], columns: str, numbers: int, tasks: int
    ) -> pyarrow.Table:
        """The rows of `columns` that `make` gives for the numbers from 0 to `numbers`, in so many tasks, in no order.

        `make` runs in Pythons of the server's workers, which have the modules that it needs; a task whose worker is
        lost is run again. Raises ToolkitError with what Spark says of a task that fails.
        """

        def rows(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
            for batch in batches:
                yield type(batch).from_pylist([dict(make(number)) for number in batch["id"].to_pylist()])

        with running_on_spark(where):
            return self.session.range(0, numbers, 1, tasks).mapInArrow(rows, columns).toArrow()

    def by_key(
        self,
        where: str,
        sql: str,
        key: str,
        make: Callable[[Iterator[pyarrow.RecordBatch]], Iterator[Mapping[str, object]]],
        columns: str,
        tasks: int,
    ) -> pyarrow.Table:
        """The rows of `columns` that `make` gives for the rows of a query, in so many tasks, in no order.

        All rows of one value of the column `key` come to one call of `make`, which runs as in `each`. Raises
        ToolkitError with what Spark says of the query, or of a task that fails.
        """

        def rows(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
            import pyarrow

            for row in make(batches):
                yield pyarrow.RecordBatch.from_pylist([dict(row)])

        with running_on_spark(where):
            return self.session.sql(sql).repartition(tasks, key).mapInArrow(rows, columns).toArrow()

    def ask(self, where: str, sql: str, parameters: Mapping[str, object] | None = None) -> pyarrow.Table:
        """The answer to a query, which `where` names, of `parameters` that it marks with `:` or, as DuckDB does, `$`.

        Doubles are rounded to DIGITS: their last bits depend on the order in which partitions arrive. Raises
        ToolkitError with what Spark says of the query.
        """
        with running_on_spark(where):
            answer = self.session.sql(_with_colons(sql, parameters or {}), dict(parameters or {})).toArrow()
        return _rounded(answer)


def _with_colons(sql: str, parameters: Mapping[str, object]) -> str:
    """The query with Spark's mark of a parameter, `:name`, in place of DuckDB's, `$name`: nothing else is changed."""
    if not parameters:
        return sql
    pattern = re.compile(rf"('(?:[^']|'')*'|--[^\n]*)|\$(?=(?:{'|'.join(map(re.escape, parameters))})\b)")
    return pattern.sub(lambda match: match[1] or ":", sql)


def _rounded(answer: pyarrow.Table) -> pyarrow.Table:
    import pyarrow

    for index, column in enumerate(answer.columns):
        if pyarrow.types.is_floating(column.type):
            values = [None if value is None else float(f"{value:.{DIGITS}g}") for value in column.to_pylist()]
            answer = answer.set_column(index, answer.column_names[index], pyarrow.array(values, pyarrow.float64()))
    return answer


def open_spark(
    remote: str | None = None, master: str | None = None, settings: Mapping[str, str] | None = None
) -> Spark:
    """A session of the Connect server at `remote`; or of an Apache Spark with `master`, which is started for it.

    Without either the variable SPARK_REMOTE names a server, else Sail is started, for trying out. `settings` are
    Spark's own, such as those of an object store: they are passed as they are. Raises ToolkitError where the client is
    not installed, nobody answers at the address, or no server starts.
    """
    _import_client()
    settings = dict(settings or {})
    remote = remote or (None if master else os.environ.get(REMOTE))
    if remote:
        _refuse_unreachable(remote)
        return Spark(_session(remote, settings), None, _host(remote))
    server = start_spark(master, settings) if master else start_sail()
    try:
        return Spark(_session(server.remote, {} if master else settings), server, _host(master or ""))
    except BaseException:
        server.close()
        raise


def _host(address: str) -> str:
    """The host of an address; this machine's loopback where it names none, as local[*] does."""
    return urlsplit(address).hostname or LOOPBACK if "://" in address else LOOPBACK


def _import_client() -> None:
    try:
        with (
            warnings.catch_warnings(action="ignore", category=FutureWarning),  # on pandas 3, which is not used here
            _main_with_a_file(),
        ):
            importlib.import_module("pyspark.sql.connect.session")
        importlib.import_module("sqlglot")  # which reads queries before they are passed
    except ImportError as error:
        raise ToolkitError(
            "the engine spark",
            "its client is not installed here",
            "pyspark-client 4.2",
            'pip install "pyspark-client<4.3"',
        ) from error
    logging.getLogger("SQLQueryContextLogger").disabled = True  # it would print what `running_on_spark` says in a line


@contextlib.contextmanager
def _main_with_a_file() -> Iterator[None]:
    """Where the main module has no file, as in kernels and `python -c`, pyspark takes itself for tested, and exits."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = ""
    try:
        yield
    finally:
        del main.__file__


def _session(remote: str, settings: Mapping[str, str]) -> SparkSession:
    """A session with settings; those of Hadoop have their bare names in a session too, as its readers know them so.

    Raises ToolkitError with each that the server does not take.
    """
    from pyspark.sql import SparkSession

    bare = {key.removeprefix(HADOOP): value for key, value in settings.items()}
    with (
        running_on_spark("the session of Spark Connect"),
        warnings.catch_warnings(action="ignore", category=UserWarning),
    ):
        builder = SparkSession.builder.remote(remote)
        for key, value in {**IN_UTC, **settings, **bare}.items():
            builder = builder.config(key, value)
        session = builder.create()
        refused = [key for key, value in settings.items() if session.conf.get(key, None) != value]
    if refused:
        with contextlib.suppress(Exception):
            session.stop()
        raise ToolkitError(
            "pyproject.toml, [tool.toolkit.spark]",
            f"settings that the server at {_host(remote)} does not take while it runs: {', '.join(refused)}",
            "settings of a session, such as those of an object store",
            "leave them out, and set them where that server is started",
        )
    return session


def _refuse_unreachable(remote: str) -> None:
    """Raises ToolkitError for what is no address, and where nobody listens: the client itself would try for minutes."""
    try:
        address = urlsplit(remote)
        host, port = address.hostname or "", address.port or PORT
    except ValueError:
        host, port = "", PORT
    if not host or not remote.startswith("sc://"):
        raise ToolkitError("--remote", repr(remote), "sc://HOST:PORT, the address of a Connect server", "correct it")
    if not listens(host, port, 10):
        raise ToolkitError(
            f"Spark Connect at {host}:{port}",
            "nobody answers",
            "a server that runs",
            "start it, or correct the address",
        )


@contextlib.contextmanager
def running_on_spark(
    where: str, allowed: str = "one SELECT that Spark can run", remedy: str = "mend the query"
) -> Iterator[None]:
    """Asks Spark; `where` names the query. Raises ToolkitError with the first line of what Spark says."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        text = str(error).strip()
        task_error = re.search(
            rf"\b{ToolkitError.__name__}: (.+?)(?:\n    allowed: (.+))?(?:\n    do: (.+))?$", text, re.MULTILINE
        )
        if task_error:  # by a task
            raise ToolkitError(where, task_error[1], task_error[2] or allowed, task_error[3] or remedy) from None
        lines = text.splitlines() or [type(error).__name__]
        raise ToolkitError(where, lines[0][:300], allowed, remedy) from error
