"""Sums of a column over no rows, where the rows that were read tell that something was to be chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from toolkit.notebook.made import MadeOf


def sum_of_nothing(made: MadeOf, values: Sequence[float]) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) where a column adds up to nothing, and no row that was read is so; else None."""
    if not (made.added_up and made.tables and math.isclose(made.factor, 1)) or math.fsum(values):
        return None
    (name,) = made.names
    read = [table.frame[name].dropna().astype(float).tolist() for table in made.tables]
    if not all(rows and min(rows) > 0 for rows in read):
        return None
    return (
        f"a sum of {name} over no rows: nothing was chosen",
        "rows that are there",
        "look at what is compared: years of series and keys may be numbers in a frame, as its dtypes say",
    )
