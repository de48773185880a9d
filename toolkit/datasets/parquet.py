"""Parquet files, which DuckDB reads where they are."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.errors import ToolkitError


def field_names(path: Path) -> list[str]:
    """The names of a Parquet file's columns, in its order. Raises ToolkitError for a file that is no Parquet."""
    import pyarrow
    import pyarrow.parquet

    try:
        return [str(name) for name in pyarrow.parquet.read_schema(path).names]
    except (pyarrow.ArrowException, OSError) as error:
        raise ToolkitError(path.name, f"no Parquet file: {error}", "a whole Parquet file", "fetch it again") from error
