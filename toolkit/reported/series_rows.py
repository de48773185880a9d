"""The rows of a series as they are read: typed cells, and where their problems go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from toolkit.core.errors import Problem


class Amount(NamedTuple):
    """A value: the text that was printed, the number it is in the printed unit, and the same in base units."""

    text: str
    printed: Decimal
    base: float

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | date | Amount | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key, the source it cites, its line in the file, its typed cells by column (a value's an Amount)."""

    key: str
    source: str
    line: int
    cells: dict[str, Cell]

    def amount(self, column: str) -> Amount | None:
        """The value in a column of values; None in an empty cell."""
        cell = self.cells[column]
        return cell if isinstance(cell, Amount) else None

    def text(self, column: str) -> str:
        """The text in a column; empty in an empty cell."""
        cell = self.cells[column]
        return "" if cell is None else str(cell)


@dataclass
class Table:
    """A table while it is read: its rows, and where problems go."""

    file: str
    rows: list[Row]
    problems: list[Problem] = field(repr=False)

    def add_problem(self, row: Row, found: str, allowed: str = "", remedy: str = "") -> None:
        """Notes one problem of a row."""
        self.problems.append(Problem(f"{self.file}, line {row.line}, {row.key}", found, allowed, remedy))
