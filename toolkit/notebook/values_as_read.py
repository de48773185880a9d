"""Which values in a frame of pandas are as a notebook read them: under their own name, another one, or melted.

pandas keeps the name `votes` through a count of rows, and loses through `reset_index` which row was which. So values
are compared row by row where the frame still has the index that was read, and else with the whole column: if 70123 and
65432 both stand in `electors`, this is not by chance; 1 and 2 may be counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.database.frame_columns import FrameColumn
from toolkit.database.table import Column, Table

if TYPE_CHECKING:
    import numpy

BY_CHANCE_BELOW = 1_000  # whole numbers, and whole totals, below it may stand in two columns by chance
ENOUGH_VALUES = 4  # of so many different ones, small as they are, each in its row, this is not by chance
NEARBY = 0.1  # of a value: how far below the least and above the greatest a column is counted for its whole numbers
MOST_BY_CHANCE = 1e-3  # the probability from which on values may stand in a column by chance


class ColumnAsRead(NamedTuple):
    """A column of an answer, and its name in the frame of that answer: of a range `fee`, `fee_low` or `fee_high`."""

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

    def of_name(self, name: str) -> list[ColumnAsRead]:
        """The columns that were read under this name."""
        return [read for read in self._all if read.name == name]

    def under_own_name(self, values: FrameColumn) -> ColumnAsRead | None:
        """The column of quantities of the same name in which all values stand as they were read; None without one."""
        return next((read for read in self._quantities(values.name) if self._is_unchanged(values, read)), None)

    def same_in_rows(self, values: FrameColumn) -> ColumnAsRead | None:
        """The column of quantities of another name whose values these are, row by row; None if there is none."""
        if len({*_without_missing(values)}) < 2:  # one number in all rows may be a constant
            return None
        return next((read for read in self._of_other_names(values) if self._is_same_in_rows(values, read)), None)

    def under_other_name(self, values: FrameColumn) -> ColumnAsRead | None:
        """The column of quantities of another name that has these values, or their sum; None if there is none."""
        numbers = _without_missing(values)
        not_by_chance = len({value for value in numbers if value % 1 or abs(value) >= BY_CHANCE_BELOW}) > 1
        if not not_by_chance and len({*numbers}) < ENOUGH_VALUES:
            return None
        others = self._of_other_names(values)
        by_row = (read for read in others if self._is_same_in_rows(values, read))
        by_value = (read for read in others if _are_of(numbers, read.values) or _add_up_to(numbers, read.values))
        return next(by_row, None) or (next(by_value, None) if not_by_chance else None)

    def quantities_in_rows(self) -> Iterator[list[float | None]]:
        """The values of each column of quantities that was read, in the rows of the frame, where these are known."""
        for read in self._all:
            if read.column.unit and self._has_rows_of(read.table.frame):
                values_read = read.table.frame[read.name].loc[self.frame.index]
                missing = values_read.isna()
                yield [None if gone else float(value) for value, gone in zip(values_read, missing, strict=True)]

    def whole_labels(self) -> Iterator[float]:
        """The whole numbers that were read without a unit: years, codes."""
        for read in self._all:
            if not read.column.unit and read.table.frame[read.name].dtype.kind in "iu":
                yield from read.table.frame[read.name].tolist()

    def melted(self, values: FrameColumn, texts: Sequence[FrameColumn]) -> list[ColumnAsRead]:
        """The columns whose names stand beside values that are theirs, as after `melt`; [] where it is not so."""
        for names in texts:
            column_names = [*dict.fromkeys(name for name in names.array.tolist() if name is not None)]
            read_by_name = {name: read for name in column_names for read in self._quantities(name)[:1]}
            values_by_name = {name: {*read.values.tolist()} for name, read in read_by_name.items()}
            pairs = zip(names.array.tolist(), values.array.tolist(), strict=True)
            if column_names and len(read_by_name) == len(column_names) and _all_stand_under(values_by_name, pairs):
                return [*read_by_name.values()]
        return []

    def may_be_aggregates(self, values: FrameColumn) -> bool:
        """Whether values may be sums, or shares means, of the column of their name: not counts, ranks or parts of it.

        Sums lie between the least value that was read and the sum of all. A count lies there too where the least is
        no greater than the number of rows: then nobody can tell.
        """
        numbers = _without_missing(values)
        values_read = next((read.values for read in self._quantities(values.name)), None)
        if not numbers or values_read is None or not len(values_read) or min(numbers) < values_read.min():
            return False
        means_of_shares = max(numbers) <= values_read.max() <= 1 and any(value % 1 for value in numbers)
        no_counts = values_read.min() > len(values_read)
        return bool(means_of_shares or (no_counts and max(numbers) <= values_read.sum()))

    @cached_property
    def _all(self) -> list[ColumnAsRead]:
        """The columns of all answers as their frames have them, the last answer first."""
        columns_read = []
        for table in reversed(self.asked):
            frame_columns = {*table.frame.columns}
            for column in table.columns:
                names = (column.name, f"{column.name}_low", f"{column.name}_high")
                columns_read += [ColumnAsRead(table, column, name) for name in names if name in frame_columns]
        return columns_read

    def _quantities(self, name: str) -> list[ColumnAsRead]:
        return [read for read in self.of_name(name) if read.column.unit]

    def _of_other_names(self, values: FrameColumn) -> list[ColumnAsRead]:
        return [read for read in self._all if read.column.unit and read.name != values.name]

    def _is_unchanged(self, values: FrameColumn, read: ColumnAsRead) -> bool:
        """Whether a column has the values that were read under its name, by themselves or row by row.

        Row by row another column has to be unchanged too: counts by town have an index from 0 on, as rows read have.
        """
        frame_read, numbers = read.table.frame, _without_missing(values)
        if not _all_in(numbers, read.values):
            return False
        if not numbers or _are_of(numbers, read.values):
            return True
        if not self._has_rows_of(frame_read):
            return False
        rows_read = frame_read.loc[self.frame.index]
        others = [name for name in getattr(self.frame, "columns", []) if name in frame_read and name != values.name]
        unchanged = [self.frame[name].equals(rows_read[name]) for name in others]
        column_now = self.frame[values.name] if hasattr(self.frame, "columns") else self.frame
        return bool(column_now.equals(rows_read[values.name]) and (any(unchanged) or not unchanged))

    def _is_same_in_rows(self, values: FrameColumn, read: ColumnAsRead) -> bool:
        import numpy

        frame_read = read.table.frame
        if not self._has_rows_of(frame_read):
            return False
        values_read = frame_read[read.name].loc[self.frame.index].to_numpy(dtype=float, na_value=numpy.nan)
        return numpy.array_equal(values_read, numpy.array(values.array.tolist(), dtype=float), equal_nan=True)

    def _has_rows_of(self, frame_read: Any) -> bool:
        """Whether the index of the frame says which rows that were read are its own."""
        index = getattr(self.frame, "index", None)
        return index is not None and index.nlevels == 1 and index.is_unique and index.isin(frame_read.index).all()


def all_in(values: FrameColumn, values_read: numpy.ndarray) -> bool:
    """Whether all values of a column stand among those that were read."""
    return _all_in(_without_missing(values), values_read)


def _without_missing(values: FrameColumn) -> list[float]:
    return [value for value in values.array.tolist() if value is not None]


def _all_in(numbers: Sequence[float], values_read: numpy.ndarray) -> bool:
    import numpy

    return bool(numpy.isin(numbers, values_read).all())


def _are_of(numbers: Sequence[float], values_read: numpy.ndarray) -> bool:
    """Whether all numbers stand in a column that was read, and not by chance.

    Of a column that has 20 of the 1,000 whole numbers around these, one of them is by chance in 20 of 1,000 cases, and
    three different ones are in 0.02³.
    """
    if not numbers or not _all_in(numbers, values_read):
        return False
    if any(value % 1 for value in numbers):
        return True
    low = min(numbers) - NEARBY * abs(min(numbers))
    high = max(numbers) + NEARBY * abs(max(numbers))
    read_nearby = len({*values_read[(values_read >= low) & (values_read <= high)].tolist()})
    return bool((read_nearby / (high - low + 1)) ** len({*numbers}) < MOST_BY_CHANCE)


def _add_up_to(numbers: Sequence[float], values_read: numpy.ndarray) -> bool:
    """Whether numbers are sums of groups of a column, so that together they are all of it.

    A total that many columns have, as shares have 1, says nothing.
    """
    total = math.fsum(values_read)
    not_by_chance = abs(total) >= BY_CHANCE_BELOW or (total % 1 and not all(value % 1 == 0 for value in numbers))
    return bool(not_by_chance) and math.isclose(math.fsum(numbers), total, rel_tol=1e-12)


def _all_stand_under(values_by_name: dict[str, set[float]], pairs: Iterable[tuple[str | None, Any]]) -> bool:
    """Whether each value of the pairs (name of a column, value) stands in the column of that name."""
    return all(value is None or (name is not None and value in values_by_name[name]) for name, value in pairs)
