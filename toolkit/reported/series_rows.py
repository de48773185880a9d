"""The rows of a series: typed cells, and the list of their problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from toolkit.core.errors import Problem


class Amount(NamedTuple):
    """A value: the text as printed, and the number in base units."""

    text: str
    base: float

    @property
    def printed(self) -> Decimal:
        """The number in the printed unit."""
        return Decimal(self.text)

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | date | Amount | None


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One row: its key, the id of its source, its line in the file, and its cells by column, Amounts for values."""

    key: str
    source: str
    line: int
    cells: dict[str, Cell]

    def amount(self, column: str) -> Amount | None:
        """The value in a column of values; None for an empty cell, or another column."""
        cell = self.cells[column]
        return cell if isinstance(cell, Amount) else None

    def text(self, column: str) -> str:
        """The cell as text; "" for an empty cell."""
        cell = self.cells[column]
        return "" if cell is None else str(cell)


@dataclass
class SeriesTable:
    """A table while it is read: its rows, and the list that collects problems."""

    file: str
    rows: list[SeriesRow]
    problems: list[Problem] = field(repr=False)

    def add_problem(self, row: SeriesRow, found: str, allowed: str = "", remedy: str = "") -> None:
        """Adds one problem, with the row's line and key."""
        self.problems.append(Problem(f"{self.file}, line {row.line}, {row.key}", found, allowed, remedy))
