"""Which values in a frame of pandas are as a notebook read them: under their own name, another one, or melted.

pandas keeps names and gives up rows' places. So values are looked for by row, and where the rows were ordered or
numbered anew in the whole column: large or broken numbers that all stand there are no counts that are so by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.database.frame_columns import FrameColumn
from toolkit.database.table import Column, Table

if TYPE_CHECKING:
    import numpy

TELLING = 1_000  # whole numbers, and whole totals, below it may be alike by chance
SEVERAL = 4  # of them row by row are not
AROUND = 0.1  # of values: how far around them a column is looked at for how many whole numbers it has
UNLIKELY = 1e-3


class Read(NamedTuple):
    """A column of an answer, and its name in the frame of that: of a range, two columns there, one of the two."""

    table: Table
    column: Column
    name: str

    @property
    def values(self) -> numpy.ndarray:
        """The numbers in it, without those that are missing."""
        return self.table.frame[self.name].dropna().to_numpy(dtype=float)


@dataclass(frozen=True)
class ValuesAsRead:
    """Holds the columns of a frame against `asked`, the answers that its notebook took; the last one counts first."""

    frame: Any
    asked: Sequence[Table]

    def alike(self, name: str) -> list[Read]:
        """The columns of this name."""
        return [read for read in self._all if read.name == name]

    def named_after(self, name: str) -> list[Read]:
        """The columns of quantities whose name stands in another one, as `fee` does in `fee_2024` after a merge."""
        may_be_named = "_per_" not in name
        return [read for read in self._all if may_be_named and read.column.unit and f"_{read.name}_" in f"_{name}_"]

    def own(self, values: FrameColumn) -> Read | None:
        """The column of quantities of the same name in which all values stand as they were read; None without one."""
        return next((read for read in self._quantities(values.name) if self._is_read(values, read)), None)

    def kept(self, values: FrameColumn) -> Read | None:
        """The column of quantities of another name whose values these are, row by row; None if there is none."""
        others = [read for read in self._all if read.column.unit and read.name != values.name]
        telling = len({*_there(values)}) > 1
        return next((read for read in others if telling and self._in_rows(values, read)), None)

    def renamed(self, values: FrameColumn) -> Read | None:
        """The column of quantities of another name that has these values, or their sum; None if there is none."""
        numbers = _there(values)
        telling = len({value for value in numbers if value % 1 or abs(value) >= TELLING}) > 1
        if not telling and len({*numbers}) < SEVERAL:
            return None
        others = [read for read in self._all if read.column.unit and read.name != values.name]
        by_row = (read for read in others if self._in_rows(values, read))
        by_value = (read for read in others if _are_of(numbers, read.values) or _add_up(numbers, read.values))
        return next(by_row, None) or (next(by_value, None) if telling else None)

    def by_row(self) -> Iterator[list[float | None]]:
        """The values of each column of quantities that was read, in the rows of the frame, where these are known."""
        for read in self._all:
            if read.column.unit and self._has_rows_of(read.table.frame):
                then = read.table.frame[read.name].loc[self.frame.index]
                yield [None if gone else float(one) for one, gone in zip(then, then.isna(), strict=True)]

    def labels(self) -> Iterator[float]:
        """The whole numbers that were read without a unit: years, codes."""
        for read in self._all:
            if not read.column.unit and read.table.frame[read.name].dtype.kind in "iu":
                yield from read.table.frame[read.name].tolist()

    def melted(self, values: FrameColumn, texts: Sequence[FrameColumn]) -> list[Read]:
        """The columns whose names stand beside values that are theirs, as after `melt`; [] where it is not so."""
        for names in texts:
            column_names = [*dict.fromkeys(name for name in names.array.tolist() if name is not None)]
            read_by_name = {name: one for name in column_names for one in self._quantities(name)[:1]}
            values_by_name = {name: {*one.values.tolist()} for name, one in read_by_name.items()}
            pairs = zip(names.array.tolist(), values.array.tolist(), strict=True)
            if column_names and len(read_by_name) == len(column_names) and _each_in(values_by_name, pairs):
                return [*read_by_name.values()]
        return []

    def made_of(self, values: FrameColumn) -> bool:
        """Whether values may be a sum, or shares a mean, of the column of their name: not a count, a rank or a part.

        A sum lies between the least of what was read and all of it together, and over any number of rows.
        """
        numbers, values_read = _there(values), next((read.values for read in self._quantities(values.name)), None)
        if not numbers or values_read is None or not len(values_read) or min(numbers) < values_read.min():
            return False
        shares = max(numbers) <= values_read.max() <= 1 and any(value % 1 for value in numbers)
        return bool(shares or (values_read.min() > len(values_read) and max(numbers) <= values_read.sum()))

    @cached_property
    def _all(self) -> list[Read]:
        """The columns of all answers as their frames have them, the last answer first."""
        columns_read = []
        for table in reversed(self.asked):
            frame_columns = {*table.frame.columns}
            for column in table.columns:
                names = (column.name, f"{column.name}_low", f"{column.name}_high")
                columns_read += [Read(table, column, name) for name in names if name in frame_columns]
        return columns_read

    def _quantities(self, name: str) -> list[Read]:
        return [read for read in self.alike(name) if read.column.unit]

    def _is_read(self, values: FrameColumn, read: Read) -> bool:
        frame_read, numbers = read.table.frame, _there(values)
        if not _within(numbers, read.values):
            return False
        if not numbers or _are_of(numbers, read.values):
            return True
        if not self._has_rows_of(frame_read):
            return False
        then = frame_read.loc[self.frame.index]
        others = [one for one in getattr(self.frame, "columns", []) if one in frame_read and one != values.name]
        same = [self.frame[one].equals(then[one]) for one in others]
        column_now = self.frame[values.name] if hasattr(self.frame, "columns") else self.frame
        return bool(column_now.equals(then[values.name]) and (any(same) or not same))

    def _in_rows(self, values: FrameColumn, read: Read) -> bool:
        import numpy

        frame_read, numbers = read.table.frame, values.array.tolist()
        if not self._has_rows_of(frame_read):
            return False
        then = frame_read[read.name].loc[self.frame.index].to_numpy(dtype=float, na_value=numpy.nan)
        return numpy.array_equal(then, numpy.array(numbers, dtype=float), equal_nan=True)

    def _has_rows_of(self, frame_read: Any) -> bool:
        index = getattr(self.frame, "index", None)
        return index is not None and index.nlevels == 1 and index.is_unique and index.isin(frame_read.index).all()


def within(values: FrameColumn, read: numpy.ndarray) -> bool:
    """Whether all values of a column stand among those that were read."""
    return _within(_there(values), read)


def _there(values: FrameColumn) -> list[float]:
    return [value for value in values.array.tolist() if value is not None]


def _within(numbers: Sequence[float], read: numpy.ndarray) -> bool:
    import numpy

    return bool(numpy.isin(numbers, read).all())


def _are_of(numbers: Sequence[float], read: numpy.ndarray) -> bool:
    """Whether all values stand in a column, and not by chance: of the numbers around them it has few."""
    if not numbers or not _within(numbers, read):
        return False
    if any(value % 1 for value in numbers):
        return True
    low, high = min(numbers) - AROUND * abs(min(numbers)), max(numbers) + AROUND * abs(max(numbers))
    near = len({*read[(read >= low) & (read <= high)].tolist()})
    return bool((near / (high - low + 1)) ** len({*numbers}) < UNLIKELY)


def _add_up(numbers: Sequence[float], read: numpy.ndarray) -> bool:
    """Whether values are sums of groups of a column: together they are all of it.

    A total that many columns have, as shares have 1, tells nothing.
    """
    total = math.fsum(read)
    telling = abs(total) >= TELLING or (total % 1 and not all(value % 1 == 0 for value in numbers))
    return bool(telling) and math.isclose(math.fsum(numbers), total, rel_tol=1e-12)


def _each_in(values_by_name: dict[str, set[float]], pairs: Any) -> bool:
    return all(value is None or (name is not None and value in values_by_name[name]) for name, value in pairs)
