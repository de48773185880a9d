"""The rows of a log's answer, kept as columns: a cell becomes a number when it is asked for, and not before."""

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
    """One column as the database gave it, how a value of it becomes a cell, and words that stand for that way."""

    array: numpy.ndarray
    cell: Callable[[Any], Cell]
    made: str

    def plain(self) -> list[float | Cell]:
        """Numbers as floats, all else as cells; None where there is nothing."""
        if self.array.dtype.kind not in "iuf":
            return [*self[:]]
        return [None if value is None else float(value) for value in self.array.tolist()]

    def __getitem__(self, place: int | slice | list[int]) -> list[Cell]:
        chosen = self.array[place : place + 1] if isinstance(place, int) else self.array[place]
        return [None if value is None else self.cell(value) for value in chosen.tolist()]

    @property
    def finite(self) -> bool:
        """False if a value is infinite or not a number."""
        if self.array.dtype.kind != "f":
            return True
        return math.isfinite(self._filled.sum())

    def parts(self) -> Iterator[bytes | str]:
        """What stands for the column in a digest."""
        yield self.made
        if self.array.dtype.kind == "O":
            yield repr(self.array.tolist())
        else:
            yield self._filled.tobytes()
            if hasattr(self.array, "mask"):
                yield self.array.mask.tobytes()

    @property
    def _filled(self) -> numpy.ndarray:
        """The array with zero where nothing is."""
        import numpy

        return numpy.ma.filled(self.array, 0)


class Answer(Sequence["tuple[Cell, ...]"]):
    """Rows of cells like a tuple of tuples, of the same cells each time; a big one costs little until it is read."""

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
        """The cells of one column."""
        return tuple(self.columns[place][:])

    def first(self) -> tuple[Cell, ...]:
        """Of each column the first cell that holds something: the numbers of a column are all of one kind and unit."""
        found = []
        for column in self.columns:
            place = next((place for place, value in enumerate(column.array.tolist()) if value is not None), 0)
            found.append(column[place][0] if len(self) else None)
        return tuple(found)

    def only(self, wanted: Mapping[int, object]) -> Answer:
        """The rows whose cells in these columns are these."""
        kept = list(range(len(self)))
        for place, value in wanted.items():
            cells = self.columns[place][kept]
            kept = [row for row, cell in zip(kept, cells, strict=True) if cell == value]
        return Answer([Values(column.array[kept], column.cell, column.made) for column in self.columns])

    @cached_property
    def digest(self) -> str:
        """Stands for all values and what they were made from."""
        return digest(part for column in self.columns for part in column.parts())
