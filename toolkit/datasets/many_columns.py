"""The cells of many columns below one another: of a short file one query of all costs what one of a column does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from toolkit.engine.paths import identifier

CELLS = 1_000_000  # of one query, as those that differ take memory
T = TypeVar("T")


def in_groups(columns: Sequence[T], rows: int) -> Iterator[Sequence[T]]:
    """The columns in groups for one query each: all of them where there are few rows, one at a time of many rows."""
    size = max(1, CELLS // max(1, rows))
    return (columns[first : first + size] for first in range(0, len(columns), size))


def cells_of(relation: str, fields: Sequence[str]) -> str:
    """The cells of columns of one type as SQL to stand after FROM: `cell`, and `place`, its column's in `fields`."""
    if len(fields) == 1:
        return f"(SELECT 0 AS place, {identifier(fields[0])} AS cell FROM {relation})"
    places, cells = ", ".join(map(str, range(len(fields)))), ", ".join(map(identifier, fields))
    return f"(SELECT unnest([{places}]) AS place, unnest([{cells}]) AS cell FROM {relation})"
