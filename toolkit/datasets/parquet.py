"""Parquet files, which DuckDB reads where they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError

if TYPE_CHECKING:  # importing it takes a while
    import pyarrow


def field_names(path: Path) -> list[str]:
    """The names of a Parquet file's columns, in its order. Raises ToolkitError for a file that is no Parquet."""
    return [str(name) for name in _schema(path).names]


def text_fields(path: Path) -> frozenset[str]:
    """The names of those whose cells are texts. Raises ToolkitError as `field_names`."""
    from pyarrow import types

    kinds = {field.name: getattr(field.type, "value_type", field.type) for field in _schema(path)}  # of a dictionary's
    texts = (types.is_string, types.is_large_string, types.is_string_view)
    return frozenset(name for name, kind in kinds.items() if any(is_text(kind) for is_text in texts))


def _schema(path: Path) -> pyarrow.Schema:
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.read_schema(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise ToolkitError(path.name, f"no Parquet file: {error}", "a whole Parquet file", "fetch it again") from error
