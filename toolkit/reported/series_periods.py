"""Fiscal periods of a series: their calendar dates, and whether the columns of a row agree on them."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from toolkit.core.text import period_days
from toolkit.reported.series_rows import Cell, SeriesRow, SeriesTable

FISCAL = re.compile(r"FY([12][0-9]{3})(?:-(Q[1-4]|H[12]|T[1-4]))?")
CALENDAR = re.compile(r"[0-9]{4}(-[QH][0-9])?")
MONTHS = list(month_name)
SUNDAY_OF = "last Sunday of "
TYPES = {"": "year", "Q": "quarter", "H": "half", "T": "trailing_year"}


@dataclass(frozen=True)
class Periods:
    """The columns of fiscal periods, and when the year of each company ends.

    `fiscal` has the period (FY2026-Q3), `entity` the company, `end` its last day, `type` one of TYPES, `calendar` its
    name in the calendar (2026-Q2); the last three are None in a series without them. `year_ends` has, by company, a
    month or "last Sunday of" a month.
    """

    fiscal: str
    entity: str
    year_ends: dict[str, str]
    end: str | None
    type: str | None
    calendar: str | None


@dataclass
class FiscalTable(SeriesTable):
    """A table of fiscal periods while it is checked; `value` is the column that a check compares.

    `rounding` is the column of each row's rounding step, or None; `as_of` the period after which nothing is reported.
    """

    periods: Periods
    value: str
    rounding: str | None
    as_of: str | None

    def amount(self, row: SeriesRow) -> Decimal:
        """The value of a row as printed, or the low end of its range. Raises ValueError where the cell is empty."""
        amount = row.amount(self.value)
        if amount is None:
            raise ValueError(f"no value in line {row.line}")
        return amount.printed

    def fiscal(self, row: SeriesRow) -> re.Match[str] | None:
        """The match of a row's fiscal period, with its year and part as groups; None for a calendar period."""
        return FISCAL.fullmatch(row.text(self.periods.fiscal))

    def by_period(self) -> Iterator[list[SeriesRow]]:
        """The rows of each company and fiscal period."""
        yield from self.groups((self.periods.entity, self.periods.fiscal))

    def slack(self, rows: list[SeriesRow]) -> Decimal:
        """The largest rounding error of a sum of these rows: half of each step over 1; the tolerance covers 1."""
        steps = [Decimal(str(row.cells[self.rounding])) for row in rows] if self.rounding else []
        return sum((step / 2 for step in steps if step > 1), Decimal(0))

    def groups(self, columns: tuple[str, ...]) -> Iterator[list[SeriesRow]]:
        """The rows of each combination of texts in `columns`, in order of first appearance."""
        rows_of: dict[tuple[Cell, ...], list[SeriesRow]] = {}
        for row in self.rows:
            rows_of.setdefault(tuple(row.cells[name] for name in columns), []).append(row)
        yield from rows_of.values()


@cache
def year_end(words: str, year: int) -> date:
    """The last day of the fiscal year that ends in calendar year `year`, by the words of `Periods.year_ends`.

    Raises ValueError for other words.
    """
    if words.startswith(SUNDAY_OF):
        month = MONTHS.index(words.removeprefix(SUNDAY_OF))
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() + 1) % 7)
    month = MONTHS.index(words or "?")
    return date(year, month, monthrange(year, month)[1])


@cache
def fiscal_end(words: str, year: int, part: str) -> date:
    """The last day of a part (Q3, H1, T2, "" for the whole) of the fiscal year that ends in `year`.

    Raises ValueError as `year_end` does.
    """
    quarters = {"": 4, "H": 2 * int(part[1:] or 0)}.get(part[:1], int(part[1:] or 0))
    months = year_end(words, year).month - 3 * (4 - quarters) - 1 + 12 * year
    name = MONTHS[months % 12 + 1]
    return year_end(words[: len(SUNDAY_OF)] + name if words.startswith(SUNDAY_OF) else name, months // 12)


def calendar_name(words: str, end: date, part: str) -> str | None:
    """The calendar quarter, half or year that equals a fiscal period with this last day; None if none does."""
    size = {"": 12, "Q": 3, "H": 6}.get(part[:1])
    if size is None or words.startswith(SUNDAY_OF) or end.month % size:
        return None
    return f"{end.year}" if size == 12 else f"{end.year}-{part[0]}{end.month // size}"


def periods_fit(table: FiscalTable) -> None:
    """Adds a problem for each row whose period, type, calendar name and last day disagree, by its company's year."""
    periods = table.periods
    for row in table.rows:
        company, text, fiscal_period = row.text(periods.entity), row.text(periods.fiscal), table.fiscal(row)
        words = periods.year_ends.get(company)
        if words is None:
            table.add_problem(
                row, f"{company} has no year end", ", ".join(periods.year_ends), "declare it under periods"
            )
        elif fiscal_period is None:
            if periods.end or not _calendar(text):
                table.add_problem(
                    row,
                    f"{periods.fiscal} is {text!r}",
                    "FY2026, FY2026-Q3, FY2026-H1 or FY2026-T1"
                    + ("" if periods.end else "; or 2026, 2026-Q3 or 2026-H1"),
                    "name the fiscal year by the calendar year in which it ends",
                )
        elif periods.end and periods.type and periods.calendar:
            year, part = int(fiscal_period[1]), fiscal_period[2] or ""
            end = fiscal_end(words, year, part)
            _same(table, row, periods.end, end, f"{company}'s year ends in {words}")
            _same(table, row, periods.type, TYPES[part[:1]], f"{periods.fiscal} is {text}")
            _same(table, row, periods.calendar, calendar_name(words, end, part), f"{text} ends on {end}")
            if table.as_of and end > period_days(table.as_of)[1]:
                table.add_problem(
                    row,
                    f"{text} ends on {end}, after the series was closed",
                    f"periods to {table.as_of}",
                    "leave out what is not yet reported; a trailing year is not a year",
                )


def _calendar(text: str) -> bool:
    """True if a text names a calendar year, quarter or half."""
    try:
        return bool(CALENDAR.fullmatch(text) and period_days(text))
    except ValueError:
        return False


def _same(table: FiscalTable, row: SeriesRow, column: str, expected: Cell, because: str) -> None:
    """Adds a problem if a row's cell is not `expected`."""
    if row.cells[column] != expected:
        table.add_problem(
            row,
            f"{column} is {row.cells[column] or 'empty'}",
            f"{expected or 'empty'}, since {because}",
            "correct the period or the year",
        )
