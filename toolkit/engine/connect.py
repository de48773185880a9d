"""Opens DuckDB; nothing else in the toolkit does.

Times are in UTC, whatever the machine's zone. Answers are repeatable where a connection works on one thread, since sums
of doubles depend on their order, and cannot read files that may change: `lock` ensures both, and `open_read_only`
locks. What else is opened uses all cores and reads any file. DuckDB's lock also allows writing to the files that may be
read, and to the database: so a project's queries are checked before they run (`select_only.py`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from toolkit.engine.paths import literal_pattern, quoted

if TYPE_CHECKING:
    import numpy
    import pyarrow

    Columns = tuple[list[tuple[str, str]], list[numpy.ndarray]]  # names and DuckDB types of columns, and their arrays

Connection = duckdb.DuckDBPyConnection
SET_UTC = "SET GLOBAL TimeZone = 'UTC'"  # else times without a zone are read in the machine's
DATABASE = "project"  # the name of the database file in a connection that `open_read_only` opened


def open_for_writing(path: Path) -> Connection:
    """A connection that may write the database file at `path`, which is made if it is missing.

    Raises `errors.EngineError` if it cannot be made or is no database.
    """
    return _quiet(duckdb.connect(str(path)))


def open_read_only(path: Path, files: Iterable[Path] = ()) -> Connection:
    """A connection, on one thread, that reads one database file and these `files`: no other file, no network.

    Ask on a `cursor_of` it. Raises `errors.EngineError` if the file is missing or no database.
    """
    connection = _quiet(duckdb.connect(config={"threads": 1}))
    connection.execute(f"ATTACH {quoted(path)} AS {DATABASE} (READ_ONLY)")
    lock(connection, files)
    return connection


def cursor_of(connection: Connection) -> Connection:
    """A cursor of an `open_read_only` connection; what is registered or created on it, no other cursor sees.

    It sees the tables of the database file, and the views that were made on the connection itself.
    """
    cursor = connection.cursor()
    cursor.execute(f"SET search_path = '{DATABASE}.main,memory.main'")
    return cursor


def lock(connection: Connection, files: Iterable[Path] = (), folders: Iterable[Path] = ()) -> None:
    """Has a connection work on one thread, read no files but its databases, these and those in `folders`, for good.

    Replacement scans are off: of Python's variables only those that are registered are tables.
    """
    connection.execute("SET threads = 1")
    connection.execute(SET_UTC)
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute(f"SET allowed_paths = {_path_list(files)}")
    connection.execute(f"SET allowed_directories = {_path_list(folders)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _path_list(paths: Iterable[Path]) -> str:
    """A list of paths in SQL, each literally and with its wildcards escaped: DuckDB compares both."""
    texts = dict.fromkeys(text for path in paths for text in (str(path), literal_pattern(path)))
    return f"[{', '.join(map(quoted, texts))}]"


def in_memory() -> Connection:
    """A connection to an empty database in memory, which may read and write files."""
    connection = _quiet(duckdb.connect())
    connection.execute(SET_UTC)
    return connection


def _quiet(connection: Connection) -> Connection:
    """The connection without the bar that DuckDB prints on standard output while a statement takes seconds."""
    with contextlib.suppress(duckdb.InvalidInputException):  # a Jupyter kernel without widgets has no bar
        connection.execute("SET enable_progress_bar = false")
    return connection


def in_memory_spilling_to(scratch: Path, memory: str = "700MB") -> Connection:
    """A connection as `in_memory` gives it, that takes at most `memory` and spills the rest to the folder `scratch`."""
    connection = in_memory()
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute("SET temp_directory = ?", [str(scratch)])
    return connection


def in_memory_beside(path: Path) -> Connection:
    """A connection as `in_memory` gives it, that reads one database file too; ask on a `cursor_of` it.

    Raises `errors.EngineError` if the file is missing or no database.
    """
    connection = in_memory()
    connection.execute(f"ATTACH {quoted(path)} AS {DATABASE} (READ_ONLY)")
    return connection


def use_one_thread(connection: Connection) -> None:
    """Makes a connection work on one thread, so that doubles are added in the same order each time."""
    connection.execute("SET threads = 1")


def columns_of(result: Connection) -> list[tuple[str, str]]:
    """(name, DuckDB type) of each column of the query that was executed last; names may repeat."""
    return [(column[0], str(column[1])) for column in result.description or ()]


def arrays_of(result: Connection) -> dict[str, numpy.ndarray]:
    """The columns of the query that was executed last: an array of shape (rows,) each, by name.

    A column with NULL is a masked array, but one of an ENUM type an array of objects with nan for NULL. Where two
    columns have one name, the later is named with a suffix, as DuckDB gives it.
    """
    import numpy

    columns = result.fetchnumpy().items()  # an ENUM column is a pandas Categorical, which is no array
    return {
        name: values if isinstance(values, numpy.ndarray) else numpy.array(values.tolist(), dtype=object)
        for name, values in columns
    }


def columns_of_arrow(table: pyarrow.Table) -> Columns:
    """The columns of a table of Arrow, with the types and arrays that DuckDB would give them (`arrays_of`)."""
    connection = in_memory()
    connection.register("answer", table)
    result = connection.execute("SELECT * FROM answer")
    return columns_of(result), [*arrays_of(result).values()]


def first_value(result: Connection) -> Any:
    """The first value of the first row of the query that was executed last, None for NULL.

    Raises LookupError where there is no row.
    """
    row = result.fetchone()
    if row is None:
        raise LookupError("the query has no row")
    return row[0]
