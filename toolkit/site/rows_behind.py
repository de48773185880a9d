"""The rows of datasets behind a number: how many, and the first of them in the columns that may be published."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.number import Number
from toolkit.core.unit import locale_of
from toolkit.core.wording import grouped_digits
from toolkit.site.sourcing import Sourcing

MOST = 3  # selections of one number that are shown


@dataclass(frozen=True)
class RowsBehind:
    """A selection of rows in a sentence, and the first of them as text, in the columns that may be published."""

    said: str
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


def rows_behind(number: Number, sourcing: Sourcing) -> list[RowsBehind]:
    """The rows behind a number, for each selection that it was computed from; empty where no dataset is behind it."""
    leaves = [leaf for leaf in number.leaves() if sourcing.reading(leaf.ref or "").get("dataset")]
    return [_selected(leaf, sourcing) for leaf in leaves[:MOST]]


def _selected(leaf: Number, sourcing: Sourcing) -> RowsBehind:
    reading = sourcing.reading(leaf.ref or "")
    if leaf.operation.name == "row_where":
        return RowsBehind(f"One row of {reading['title']} is behind this number.")
    if leaf.operation.name != "rows_where":
        return RowsBehind(
            f"Which rows of {reading['title']} are behind this number cannot be listed: it comes from pandas, or from "
            "a query that is no plain selection and grouping."
        )
    rows, columns = int(leaf.low), tuple(reading["publish"])
    of_all, used = (grouped_digits(count, locale_of(leaf.unit)) for count in (int(leaf.operation["all"]), rows))
    words = f"The rows behind this number: {used} of {of_all}."
    if not columns:
        return RowsBehind(f"{words} None of their columns is published.")
    first = sourcing.database.first_rows(reading["dataset"], list(columns), str(leaf.operation["where"]))
    cells = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in first)
    first_of = f"the first {len(cells)} of them" if len(cells) < rows else "these"
    return RowsBehind(f"{words} In the columns that are published, {first_of} are:", columns, cells)
