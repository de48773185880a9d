"""Inserts all rows of a table of the database at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    import numpy


def insert_rows(connection: Connection, table: str, cells: Sequence[Sequence[object]]) -> None:
    """Inserts the rows of a table, whose cells are given by column, in the table's order; () where there is no row."""
    import numpy

    if not cells:
        return
    names = [name for name, *_ in connection.execute(f"DESCRIBE {identifier(table)}").fetchall()]
    columns = {name: numpy.fromiter(column, object, len(column)) for name, column in zip(names, cells, strict=True)}
    _insert_columns(connection, table, columns)


def _insert_columns(connection: Connection, table: str, columns: dict[str, numpy.ndarray]) -> None:
    """Inserts arrays of Python's objects, which DuckDB reads by the variable's name.

    Arrow's arrays are filled faster, but making the first one imports pandas, a third of a second.
    """
    rows = len(next(iter(columns.values())))
    connection.execute(f"SET pandas_analyze_sample = {rows}")  # else DuckDB takes a column's type from few of its cells
    connection.execute(f"INSERT INTO {identifier(table)} SELECT * FROM columns")
