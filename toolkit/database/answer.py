"""An answer about a usage log, stored by column: cells become Numbers when they are read, so a big one costs little."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from toolkit.core.operation import LARGEST_INTEGER
from toolkit.core.project import digest
from toolkit.database.cell import Cell

if TYPE_CHECKING:
    import numpy


@dataclass(frozen=True)
class Values:
    """One column as the database gave it, and how its values become cells."""

    array: numpy.ndarray  # shape (rows,), masked where a value is NULL
    cell: Callable[[Any, int], Cell]  # makes the cell of a value that is not NULL, and of its row in the whole answer
    origin: str  # column, question, and log or dataset in words; a part of the digest
    rows: Sequence[int] | None = None  # those of the whole answer that are here, where some are left out
    whole: bool = False  # whether whole numbers stay so in a frame
    digested: bool = False  # whether `origin` has a digest of all values of the whole answer

    def frame_values(self) -> Sequence[float | Cell] | numpy.ndarray:
        """The values for a pandas frame: numbers as floats, days and times as such, others as cells, None for NULL."""
        if self.array.dtype.kind == "M":
            return _moments(self.array)
        if self.whole and (plain := self._plain()) is not None:
            return plain
        if self.array.dtype.kind == "b":  # true or false are values to work with, as numbers are
            return list(self.array.tolist())
        if self.array.dtype.kind not in "iuf":
            return [*self[:]]
        values = self.array.tolist()
        return values if self.whole else [None if value is None else float(value) for value in values]

    def __getitem__(self, index: int | slice | list[int]) -> list[Cell]:
        indices = range(len(self.array))[index] if isinstance(index, (int, slice)) else index
        indices = [indices] if isinstance(indices, int) else indices
        rows = indices if self.rows is None else [self.rows[index] for index in indices]
        at = slice(indices.start, indices.stop, indices.step) if isinstance(indices, range) else indices
        values = self.array[at]
        return [
            None if value is None else self.cell(value, row) for value, row in zip(values.tolist(), rows, strict=True)
        ]

    def _plain(self) -> numpy.ndarray | None:
        """Numbers and texts as they are, so that no row is built in Python; None for what has cells of another kind."""
        import numpy

        mask, values = numpy.ma.getmaskarray(self.array), numpy.ma.getdata(self.array)
        if values.dtype.kind in "iuf":
            return numpy.where(mask, numpy.nan, values) if mask.any() else values
        if values.dtype.kind == "O" and all(isinstance(value, str) for value in values[~mask][:1]):
            plain: numpy.ndarray = values.copy()
            plain[mask] = None
            return plain
        return None

    def at(self, indices: list[int]) -> Values:
        """The column with these of its rows."""
        rows = indices if self.rows is None else [self.rows[index] for index in indices]
        return replace(self, array=self.array[indices], rows=rows)

    @property
    def first(self) -> Cell:
        """The first cell that is not None; None where there is none."""
        import numpy

        has_value = ~numpy.ma.getmaskarray(self.array)
        if self.array.dtype.kind == "O":
            has_value &= numpy.array([value is not None for value in self.array], dtype=bool)
        index = int(has_value.argmax()) if has_value.any() else -1
        return self[index][0] if index >= 0 else None

    @property
    def finite(self) -> bool:
        """Whether no value is infinite or nan; NULL counts as finite."""
        if self.array.dtype.kind != "f":
            return True
        return math.isfinite(self._filled.sum())

    def inexact_of(self, kind: str) -> int | None:
        """The first integer that a double does not, or may not, hold in all its digits; None where there is none.

        `kind` is DuckDB's type of the column.
        """
        if self.array.dtype.kind == "f" and kind in ("HUGEINT", "UHUGEINT"):
            large = self._filled[abs(self._filled) >= LARGEST_INTEGER]
            return int(large[0]) if len(large) else None
        if self.array.dtype.kind not in "iu":
            return None
        values = self._filled
        large = values[(values > LARGEST_INTEGER) | (values < -LARGEST_INTEGER)]
        return next((value for value in large.tolist() if int(float(value)) != value), None)

    def digest_parts(self) -> Iterator[bytes | str]:
        """The column's origin, values and mask, to be digested."""
        yield self.origin
        if self.digested:
            yield repr(self.rows)
        elif self.array.dtype.kind == "O":
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
    """Rows of cells, to be read like a tuple of tuples; cells are made anew, and equal, at each reading.

    Raises by [index] IndexError where there is no such row.
    """

    def __init__(self, columns: Sequence[Values]):
        self.columns = tuple(columns)

    def __len__(self) -> int:
        return len(self.columns[0].array)

    @overload
    def __getitem__(self, index: int) -> tuple[Cell, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[Cell, ...], ...]: ...

    def __getitem__(self, index: int | slice) -> tuple[Cell, ...] | tuple[tuple[Cell, ...], ...]:
        if isinstance(index, slice):
            return tuple(zip(*(column[index] for column in self.columns), strict=True))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return tuple(column[index % len(self)][0] for column in self.columns)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def column(self, index: int) -> tuple[Cell, ...]:
        """The cells of the column at an index, from 0."""
        return tuple(self.columns[index][:])

    def first(self) -> tuple[Cell, ...]:
        """For each column its first cell that is not None (None where there is none).

        That is enough to know a column: all its numbers have the same kind and unit.
        """
        return tuple(column.first for column in self.columns)

    def only(self, conditions: Mapping[int, Callable[[Cell], bool]]) -> Answer:
        """The rows whose cells fulfil the `conditions`, by index of the column."""
        rows = list(range(len(self)))
        for index, matches in conditions.items():
            cells = self.columns[index][rows]
            rows = [row for row, cell in zip(rows, cells, strict=True) if matches(cell)]
        return Answer([column.at(rows) for column in self.columns])

    @cached_property
    def digest(self) -> str:
        """A hash of all values and of what they were computed from."""
        return digest(part for column in self.columns for part in column.digest_parts())


def _are_days(array: numpy.ndarray) -> bool:
    moments = _moments(array)
    return bool((moments == moments.astype("datetime64[D]"))[moments == moments].all())  # NaT is not equal to itself


def _moments(array: numpy.ndarray) -> numpy.ndarray:
    """Days or times as pandas has them, with NaT for NULL."""
    import numpy

    moments: numpy.ndarray = numpy.ma.filled(array, numpy.datetime64("NaT")).astype("datetime64[us]")
    return moments


def text_maker(kind: str, array: numpy.ndarray) -> Callable[[Any, int], Cell]:
    """What makes the cells of a column of this DuckDB type that holds no quantity: true, false, or text.

    Times that are all at midnight, such as those of date_trunc, are days.
    """
    if kind == "BOOLEAN":
        return lambda value, row: bool(value)
    if kind == "DATE" or (array.dtype.kind == "M" and _are_days(array)):
        return lambda value, row: str(value.date().isoformat())
    if kind.startswith("TIMESTAMP"):
        return lambda value, row: str(value.isoformat())
    return lambda value, row: str(value)
