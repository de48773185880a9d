"""Sums of a column of which the rows that were read tell that they cannot be: of rows found twice, or of none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from toolkit.notebook.made import MadeOf


def wrong_sum(made: MadeOf, values: Sequence[float]) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) where sums of a column, each of its own rows, are more than all rows that were read.

    So is a sum of nothing where no row has a nothing: no row was chosen. None where the sums may be right.
    """
    if not (made.added_up and made.tables and math.isclose(made.factor, 1)):
        return None
    (name,), total = made.names, math.fsum(values)
    read = [table.frame[name].dropna().astype(float).tolist() for table in made.tables]
    if any(not rows or min(rows) < 0 for rows in read):
        return None
    if total > max(map(math.fsum, read)) * (1 + 1e-9):
        return counted_several_times(name)
    if total == 0 and min(map(min, read)) > 0:
        return (
            f"a sum of {name} over no rows: nothing was chosen",
            "rows that are there",
            "look at what is compared: years of series and keys may be numbers in a frame, as its dtypes say",
        )
    return None


def counted_several_times(name: str) -> tuple[str, str, str]:
    """(found, allowed, remedy) where rows of a column count more often than they were read."""
    return (
        f"{name} adds up to more than all rows that were read: some count several times, as after a merge",
        "sums in which each row counts once",
        "add up before the merge, or merge with one row for each: drop_duplicates, or groupby(…)",
    )
