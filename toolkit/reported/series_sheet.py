"""A series while it is checked: its rows, and what their fiscal periods mean on the calendar."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.text import period_days

FISCAL = re.compile(r"FY([12][0-9]{3})(?:-(Q[1-4]|H[12]|T[1-4]))?")
CALENDAR = re.compile(r"[0-9]{4}(-[QH][0-9])?")
MONTHS = list(month_name)
SUNDAY_OF = "last Sunday of "
TYPES = {"": "year", "Q": "quarter", "H": "half", "T": "trailing_year"}


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
class Sheet:
    """A table while it is read: its rows, and where problems go."""

    file: str
    rows: list[Row]
    problems: list[Problem] = field(repr=False)

    def wrong(self, row: Row, found: str, allowed: str = "", remedy: str = "") -> None:
        """Notes one problem of a row."""
        self.problems.append(Problem(f"{self.file}, line {row.line}, {row.key}", found, allowed, remedy))


@dataclass(frozen=True)
class Periods:
    """The columns that tell a row's fiscal period, and in what words each company's year ends.

    `end`, `type` and `calendar` are the columns of its last day, its type and its name in the calendar, or all None.
    """

    fiscal: str
    entity: str
    year_ends: dict[str, str]
    end: str | None
    type: str | None
    calendar: str | None


@dataclass
class FiscalSheet(Sheet):
    """A table of fiscal periods while it is checked: `value` is the column of the values that a check compares."""

    periods: Periods
    value: str
    rounding: str | None
    as_of: str | None

    def amount(self, row: Row) -> Decimal:
        """The value of a row as printed, or the low end of its range. Raises ValueError where the cell is empty."""
        amount = row.amount(self.value)
        if amount is None:
            raise ValueError(f"no value in line {row.line}")
        return amount.printed

    def fiscal(self, row: Row) -> re.Match[str] | None:
        """Year and part of a row's fiscal period."""
        return FISCAL.fullmatch(row.text(self.periods.fiscal))

    def by_period(self) -> Iterator[list[Row]]:
        """Rows of one company and fiscal period together."""
        yield from self.groups((self.periods.entity, self.periods.fiscal))

    def slack(self, rows: list[Row]) -> Decimal:
        """Half of what each rounded row may have lost; rows rounded to one unit are left to the tolerance."""
        steps = [Decimal(str(row.cells[self.rounding])) for row in rows] if self.rounding else []
        return sum((step / 2 for step in steps if step > 1), Decimal(0))

    def groups(self, columns: tuple[str, ...]) -> Iterator[list[Row]]:
        """Rows that are equal in `columns`, in order of first appearance."""
        found: dict[tuple[Cell, ...], list[Row]] = {}
        for row in self.rows:
            found.setdefault(tuple(row.cells[name] for name in columns), []).append(row)
        yield from found.values()


@cache
def year_end(words: str, year: int) -> date:
    """The last day of the fiscal year that ends in `year`. Raises ValueError for words it does not know."""
    if words.startswith(SUNDAY_OF):
        month = MONTHS.index(words.removeprefix(SUNDAY_OF))
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() + 1) % 7)
    month = MONTHS.index(words or "?")
    return date(year, month, monthrange(year, month)[1])


@cache
def fiscal_end(words: str, year: int, part: str) -> date:
    """The last day of a part (Q3, H1, "" for the whole) of the fiscal year that ends in `year`."""
    quarters = {"": 4, "H": 2 * int(part[1:] or 0)}.get(part[:1], int(part[1:] or 0))
    months = year_end(words, year).month - 3 * (4 - quarters) - 1 + 12 * year
    name = MONTHS[months % 12 + 1]
    return year_end(words[: len(SUNDAY_OF)] + name if words.startswith(SUNDAY_OF) else name, months // 12)


def calendar_name(words: str, end: date, part: str) -> str | None:
    """The calendar quarter, half or year that a period is; None where it is none."""
    size = {"": 12, "Q": 3, "H": 6}.get(part[:1])
    if size is None or words.startswith(SUNDAY_OF) or end.month % size:
        return None
    return f"{end.year}" if size == 12 else f"{end.year}-{part[0]}{end.month // size}"


def periods_fit(sheet: FiscalSheet) -> None:
    """Fiscal period, its type, its calendar name and its last day say the same, by the company's year."""
    periods = sheet.periods
    for row in sheet.rows:
        company, text, found = row.text(periods.entity), row.text(periods.fiscal), sheet.fiscal(row)
        words = periods.year_ends.get(company)
        if words is None:
            sheet.wrong(row, f"{company} has no year end", ", ".join(periods.year_ends), "declare it under periods")
        elif found is None:
            if periods.end or not _calendar(text):
                sheet.wrong(
                    row,
                    f"{periods.fiscal} is {text!r}",
                    "FY2026, FY2026-Q3, FY2026-H1 or FY2026-T1"
                    + ("" if periods.end else "; or 2026, 2026-Q3 or 2026-H1"),
                    "name the fiscal year by the calendar year in which it ends",
                )
        elif periods.end and periods.type and periods.calendar:
            year, part = int(found[1]), found[2] or ""
            end = fiscal_end(words, year, part)
            _same(sheet, row, periods.end, end, f"{company}'s year ends in {words}")
            _same(sheet, row, periods.type, TYPES[part[:1]], f"{periods.fiscal} is {text}")
            _same(sheet, row, periods.calendar, calendar_name(words, end, part), f"{text} ends on {end}")
            if sheet.as_of and end > period_days(sheet.as_of)[1]:
                sheet.wrong(
                    row,
                    f"{text} ends on {end}, after the series was closed",
                    f"periods to {sheet.as_of}",
                    "leave out what is not yet reported; a trailing year is not a year",
                )


def _calendar(text: str) -> bool:
    """True if a text names a calendar year, quarter or half."""
    try:
        return bool(CALENDAR.fullmatch(text) and period_days(text))
    except ValueError:
        return False


def _same(sheet: FiscalSheet, row: Row, column: str, wanted: Cell, because: str) -> None:
    if row.cells[column] != wanted:
        sheet.wrong(
            row,
            f"{column} is {row.cells[column] or 'empty'}",
            f"{wanted or 'empty'}, since {because}",
            "correct the period or the year",
        )
