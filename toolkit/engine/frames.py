"""Frames of a cell as tables of one question: `FROM df`, as in DuckDB's replacement scans."""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

from toolkit.engine.connect import Connection

FRAMES = {"pandas": ("DataFrame",), "polars": ("DataFrame", "LazyFrame"), "pyarrow": ("Table", "RecordBatch")}


def variables_of(caller: FrameType) -> Mapping[str, Any]:
    """The variables that a caller of Python sees: its own before those of its module."""
    return ChainMap(caller.f_locals, caller.f_globals)


def frames_in(tables: Iterable[str], project_tables: Iterable[str], variables: Mapping[str, Any]) -> dict[str, Any]:
    """The frames among `variables` that a question names: of pandas, Polars or Arrow, or what has one as its `.frame`.

    `tables` are the names that the question uses as tables (`refuse_other_than_select`). A name that is one of
    `project_tables`, in whatever case, stays the project's.
    """
    of_project = {name.lower() for name in project_tables}
    values = {name: variables[name] for name in sorted(tables) if name.lower() not in of_project and name in variables}
    frames = {name: value if is_frame(value) else getattr(value, "frame", None) for name, value in values.items()}
    return {name: frame for name, frame in frames.items() if is_frame(frame)}


def is_frame(value: object) -> bool:
    """Whether a value is a frame of pandas or Polars, or a table of Arrow; none of them is imported for it."""
    return any(
        isinstance(value, getattr(sys.modules[library], name))
        for library, names in FRAMES.items()
        if library in sys.modules
        for name in names
    )


def register_frames(cursor: Connection, frames: Mapping[str, Any]) -> None:
    """Makes frames tables of a cursor, by their names, as long as it lives.

    Raises `errors.EngineError` for a frame with a column that DuckDB has no type for.
    """
    for name, frame in frames.items():
        cursor.register(name, frame)
