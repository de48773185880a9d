"""How the database is filled: tables and views from SQL files, rows in bulk, and what to do where it cannot be done."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from toolkit.desk.rows import record_rows, series_tables
from toolkit.errors import ToolkitError
from toolkit.reported.record import Reported

SQL = Path(__file__).parent / "sql"
NO_ROOM = ("No space left", "File too large", "Disk quota exceeded", "disk is full")
NO_LEAVE = ("Permission denied", "Read-only file system", "Operation not permitted")


def fill(connection: duckdb.DuckDBPyConnection, reported: Reported) -> None:
    """Every table and view of a record. Raises duckdb.Error where the database cannot be written."""
    connection.execute("BEGIN")
    connection.execute((SQL / "schema.sql").read_text(encoding="utf-8"))
    for name, columns, cells in series_tables(reported):
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        connection.execute(f'CREATE TABLE "{name}" ({declared})')
        _insert(connection, name, cells)
    for name, rows in record_rows(reported):
        _insert(connection, name, list(zip(*rows, strict=True)))
    for view in sorted((SQL / "views").glob("*.sql")):
        connection.execute(view.read_text(encoding="utf-8"))
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")  # closing would do it too, but says nothing where the disk is full


def _insert(connection: duckdb.DuckDBPyConnection, table: str, cells: Sequence[Sequence]) -> None:
    """Rows into a table, all at once, by the cells of each of its columns; no columns are no rows."""
    import pyarrow

    if not cells:
        return
    columns = connection.execute(f'DESCRIBE "{table}"').fetchall()
    kinds = [(name, kind) for name, kind, *_ in columns]
    arrow = {name: pyarrow.array(column, _arrow(kind)) for (name, kind), column in zip(kinds, cells, strict=True)}
    connection.register("rows_to_insert", pyarrow.table(arrow))
    connection.execute(f'INSERT INTO "{table}" SELECT * FROM rows_to_insert')
    connection.unregister("rows_to_insert")


def _arrow(kind: str):
    """The Arrow type of a DuckDB one, of those that the tables have."""
    import pyarrow

    if kind.endswith("[]"):
        return pyarrow.list_(_arrow(kind[:-2]))
    return {"VARCHAR": pyarrow.string(), "DOUBLE": pyarrow.float64(), "BIGINT": pyarrow.int64(),
            "INTEGER": pyarrow.int32(), "BOOLEAN": pyarrow.bool_(), "DATE": pyarrow.date32()}[kind]  # fmt: skip


def not_built(error: duckdb.Error) -> ToolkitError:
    """What DuckDB says, with the remedy that it calls for."""
    found, remedy = str(error).splitlines()[0], "report this with the data: it is no fault of theirs or of the disk"
    if any(said in found for said in NO_ROOM):
        remedy = "make room on the disk"
    elif any(said in found for said in NO_LEAVE):
        remedy = "allow writing there"
    elif isinstance(error, duckdb.OutOfMemoryException):
        remedy = "end other programs, or build on a machine with more memory"
    return ToolkitError("data/build, the database", found, "a database that can be written", remedy)


@contextlib.contextmanager
def nothing_thrown_away() -> Iterator[None]:
    """Pauses Python's search for garbage: what is read stays to the end, and searching it takes a third of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
