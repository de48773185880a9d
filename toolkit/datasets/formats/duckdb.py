"""DuckDB files: one table or view of them, in the types that it has."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.core.errors import Problem, ToolkitError
from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.file_format import Format, one_table
from toolkit.engine.connect import DATABASE, Connection, cursor_of, open_read_only
from toolkit.engine.errors import EngineError, reading_file, running_query
from toolkit.engine.paths import identifier
from toolkit.engine.select_only import LOWER_CASE, refuse_other_than_select

IDENTIFIER = r'("([^"]|"")*"|\w+)'
BEGINNING = re.compile(rf"CREATE VIEW ({IDENTIFIER}\.)*{IDENTIFIER} (\({IDENTIFIER}(, {IDENTIFIER})*\) )?AS ")
REMEDY = "write its answer into a table of the file, or export it as Parquet, and add that"
MEND = "close the program that writes to it, and copy the file again"


def _write_table(connection: Connection, path: Path, reading: ReadOptions, out: Path) -> dict[str, int]:
    """Writes a table as Parquet under the names of its columns; no column is said to have digits as text.

    Raises ToolkitError where it cannot be read.
    """
    import pyarrow.parquet

    with reading_file(path.name, MEND):
        file = open_read_only(path)
        _refuse_reaching_out(file, path.name, reading.table)
        cursor = cursor_of(file)
        table = cursor.sql(f"FROM {identifier(reading.table)}")
        columns = zip(table.columns, map(str, table.types), strict=True)
        batches = table.project(", ".join(_as_parquet(name, type_) for name, type_ in columns)).to_arrow_reader(100_000)
        with running_query(path.name, cursor), pyarrow.parquet.ParquetWriter(out, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        file.close()
    return {}


def _refuse_reaching_out(file: Connection, where: str, table: str) -> None:
    """Raises ToolkitError for a view that is no question of the file's tables alone, or rests on one, or on a macro."""
    views = dict(file.execute("SELECT lower(view_name), sql FROM duckdb_views() WHERE NOT internal").fetchall())
    macros = "SELECT function_name FROM duckdb_functions() WHERE NOT internal AND contains(lower(?), function_name)"
    pending = [table]
    while pending:
        name = pending.pop()
        if sql := views.pop(name.translate(LOWER_CASE), ""):
            at = f"{where}, the view {name}"
            if macro := file.execute(macros, [sql]).fetchone():
                raise ToolkitError(at, f"the macro {macro[0]}", "a SELECT of the file's tables", REMEDY)
            try:
                pending += refuse_other_than_select(at, BEGINNING.sub("", sql, count=1), file)
            except ToolkitError as error:
                raise ToolkitError(
                    Problem(at, problem.found, problem.allowed, REMEDY) for problem in error.problems
                ) from error


def _as_parquet(name: str, type_: str) -> str:
    """A column as it is written: what Arrow cannot write as Parquet as text."""
    column = identifier(name)
    return f"CAST({column} AS VARCHAR) AS {column}" if "INTERVAL" in type_ or "UNION(" in type_ else column


def _tables_of(path: Path) -> list[str]:
    """The names of a file's tables and views in its main schema. Raises ToolkitError for a file that cannot be read."""
    try:
        file = open_read_only(path)
    except EngineError as error:
        raise ToolkitError(path.name, str(error).splitlines()[0], "a whole DuckDB file", MEND) from error
    query = (
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = ? AND table_schema = 'main' ORDER BY 1"
    )
    rows = file.execute(query, [DATABASE])
    names = [str(name) for (name,) in rows.fetchall()]
    file.close()
    return names


FORMAT = Format(
    description="DuckDB",
    endings=(".duckdb", ".db"),
    matches=lambda start, endings: start[8:12] == b"DUCK",
    options=("table",),
    sidecars=(".wal",),
    reading=lambda connection, path, wanted: ReadOptions(
        "duckdb", table=one_table(path, _tables_of(path), wanted.table)
    ),
    write=_write_table,
    typed=True,
)
