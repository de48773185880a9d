"""Parquet, which DuckDB reads where it is."""

from __future__ import annotations

from toolkit.datasets.declaration import ReadOptions
from toolkit.datasets.file_format import Format

FORMAT = Format(
    description=".parquet",
    endings=(".parquet",),
    matches=lambda start, endings: start.startswith(b"PAR1"),
    reading=lambda connection, path, wanted: ReadOptions("parquet"),
    write=None,
    typed=True,
)
