"""An answer about a usage log, stored by column: cells become Numbers when they are read, so a big one costs little."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from toolkit.core.project import digest

if TYPE_CHECKING:
    import numpy

    from toolkit.database.table import Cell


@dataclass(frozen=True)
class Values:
    """One column as the database gave it, and how its values become cells."""

    array: numpy.ndarray  # shape (rows,), masked where a value is NULL
    cell: Callable[[Any], Cell]  # makes the cell of a value that is not NULL
    origin: str  # column, question and log in words; a part of the digest

    def frame_values(self) -> list[float | Cell]:
        """The values for a pandas frame: numbers as floats, others as cells, None for NULL."""
        if self.array.dtype.kind not in "iuf":
            return [*self[:]]
        return [None if value is None else float(value) for value in self.array.tolist()]

    def __getitem__(self, place: int | slice | list[int]) -> list[Cell]:
        chosen = self.array[place : place + 1] if isinstance(place, int) else self.array[place]
        return [None if value is None else self.cell(value) for value in chosen.tolist()]

    @property
    def finite(self) -> bool:
        """Whether no value is infinite or nan; NULL counts as finite."""
        if self.array.dtype.kind != "f":
            return True
        return math.isfinite(self._filled.sum())

    def digest_parts(self) -> Iterator[bytes | str]:
        """The column's origin, values and mask, to be digested."""
        yield self.origin
        if self.array.dtype.kind == "O":
            yield repr(self.array.tolist())
        else:
            yield self._filled.tobytes()
            if hasattr(self.array, "mask"):
                yield self.array.mask.tobytes()

    @property
    def _filled(self) -> numpy.ndarray:
        """The array with zero in place of NULL."""
        import numpy

        return numpy.ma.filled(self.array, 0)


class Answer(Sequence["tuple[Cell, ...]"]):
    """Rows of cells, to be read like a tuple of tuples; cells are made anew, and equal, at each reading."""

    def __init__(self, columns: Sequence[Values]):
        self.columns = tuple(columns)

    def __len__(self) -> int:
        return len(self.columns[0].array)

    @overload
    def __getitem__(self, place: int) -> tuple[Cell, ...]: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[Cell, ...], ...]: ...

    def __getitem__(self, place: int | slice) -> tuple[Cell, ...] | tuple[tuple[Cell, ...], ...]:
        if isinstance(place, slice):
            return tuple(zip(*(column[place] for column in self.columns), strict=True))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return tuple(column[place % len(self)][0] for column in self.columns)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def column(self, place: int) -> tuple[Cell, ...]:
        """The cells of the column at `place`, from 0."""
        return tuple(self.columns[place][:])

    def first(self) -> tuple[Cell, ...]:
        """For each column its first cell that is not None (None where there is none).

        That is enough to know a column: all its numbers have the same kind and unit.
        """
        found = []
        for column in self.columns:
            place = next((place for place, value in enumerate(column.array.tolist()) if value is not None), 0)
            found.append(column[place][0] if len(self) else None)
        return tuple(found)

    def only(self, wanted: Mapping[int, object]) -> Answer:
        """The rows whose cells equal `wanted`, values by place of the column."""
        places = list(range(len(self)))
        for place, value in wanted.items():
            cells = self.columns[place][places]
            places = [row for row, cell in zip(places, cells, strict=True) if cell == value]
        return Answer([Values(column.array[places], column.cell, column.origin) for column in self.columns])

    @cached_property
    def digest(self) -> str:
        """A hash of all values and of what they were computed from."""
        return digest(part for column in self.columns for part in column.digest_parts())
