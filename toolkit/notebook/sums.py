"""Sums of percentages over a whole; of a column without a value; and over no rows, where some were to be chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from toolkit.core.unit import is_dimensionless
from toolkit.database.rates import over_whole
from toolkit.notebook.made import PERCENT, MadeOf


def wrong_sum(made: MadeOf, values: Sequence[float | None]) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) of sums of percentages over 100%, and of sums of a column over no value."""
    numbers = [value for value in values if value is not None]
    names, most = " and ".join(dict.fromkeys(made.names)), max(map(abs, numbers), default=0) * made.size()
    of_shares = made.added_up and made.form == PERCENT and (made.unit is None or is_dimensionless(made.unit))
    if of_shares and (found := over_whole(names, most)):
        return found
    if not (made.added_up and made.tables and math.isclose(made.factor, 1)) or math.fsum(numbers):
        return None
    (name,) = made.names
    read = [table.frame[name].dropna().astype(float).tolist() for table in made.tables]
    if not any(read):
        return (
            f"a sum of {name}, of which no row has a value",
            "a column with values",
            "say in the dataset's declaration how its cells are written (`thousands`, `decimal`, `around`), then run "
            "toolkit add --update",
        )
    if not all(rows and min(rows) > 0 for rows in read):
        return None
    return (
        f"a sum of {name} over no rows: nothing was chosen",
        "rows that are there",
        "look at what is compared: years of series and keys may be numbers in a frame, as its dtypes say",
    )
