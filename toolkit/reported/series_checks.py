"""The checks that a series may declare: sums of quarters, running totals, bases that must not mix.

A check takes the table and its entry in the declaration, and adds a problem for each row that fails. A new one is a
function here and its entry in CHECKS.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.core.text import period_days
from toolkit.reading.entry import Entry
from toolkit.reported.series_periods import FiscalTable, fiscal_end
from toolkit.reported.series_rows import SeriesRow

ORDINALS = ("first", "second", "third", "fourth")
Group = dict[tuple[int, str], SeriesRow]  # by fiscal year and part of it: (2025, "Q3"), (2025, "") for the year


@dataclass(frozen=True)
class Check:
    """A check as a series declares it.

    `keys` are those that its entry has beside `check` and `why`, all required; `columns` are those that name columns.
    One `of_amounts` is of one value, which the entry names under `value` where rows state several.
    """

    add_problems: Callable[[FiscalTable, Entry], None]
    keys: tuple[str, ...]
    columns: tuple[str, ...] = ()
    of_amounts: bool = False


def one_main_row(table: FiscalTable, entry: Entry) -> None:
    """At most one row with "main" in column `line` a group (`within`); main rows of a metric (`of`) share one basis."""
    line, basis = entry.required_text("line"), entry.required_text("basis")
    for rows in table.groups(entry.texts("within")):
        main = [row for row in rows if row.cells[line] == "main"]
        for row in main[1:]:
            table.add_problem(
                row,
                f"a second main row for the period (first in line {main[0].line})",
                "one main row",
                "set the other vintage or basis to second",
            )
    for rows in table.groups(entry.texts("of")):
        main = [row for row in rows if row.cells[line] == "main" and row.cells[basis] in entry.texts("never_both")]
        usual = Counter(row.cells[basis] for row in main).most_common(1)
        for row in main:
            if row.cells[basis] != usual[0][0]:
                table.add_problem(
                    row,
                    f"main rows are {row.cells[basis]} here and {usual[0][0]} elsewhere",
                    "one basis in all main rows of a metric",
                    "set the rows of one basis to second",
                )


def _tolerance(entry: Entry) -> Decimal:
    """The declared tolerance, as the exact decimal that is written."""
    return Decimal(entry.required_text("tolerance"))


def _sum(table: FiscalTable, rows: Iterable[SeriesRow]) -> Decimal:
    return sum((table.amount(row) for row in rows), Decimal(0))


def _years(table: FiscalTable, entry: Entry) -> Iterator[tuple[Group, int]]:
    """(group, year) for each group of rows and each fiscal year in it."""
    for rows in table.groups(entry.texts("within")):
        rows_of_year: Group = {}
        for row in rows:
            match = table.fiscal(row)
            if match and row.cells[table.value] is not None:
                rows_of_year[int(match[1]), match[2] or ""] = row
        for year in sorted({year for year, _ in rows_of_year}):
            yield rows_of_year, year


def _quarters(group: Group, year: int, last: int, count: int) -> list[SeriesRow] | None:
    """The rows of `count` quarters in order, up to quarter `last` of `year`; None if one is missing."""
    steps = range(4 * year + last - count, 4 * year + last)
    rows = [row for step in steps if (row := group.get((step // 4, f"Q{step % 4 + 1}"))) is not None]
    return rows if len(rows) == count else None


def quarters_add_up(table: FiscalTable, entry: Entry) -> None:
    """Quarters add up to the half-year, year or trailing year reported for them, within the tolerance.

    Of a year with quarters missing, the others may not exceed the whole, unless its metric may be negative.
    """
    for group, year in _years(table, entry):
        for part, last, count in (
            ("", 4, 4),
            ("H1", 2, 2),
            ("H2", 4, 2),
            *((f"T{n}", n, 4) for n in range(1, 5)),
        ):
            full_year = group.get((year, part))
            if full_year is None:
                continue
            rows = _quarters(group, year, last, count)
            allowed = _tolerance(entry) + table.slack([full_year, *(rows or [])])
            if rows is not None:
                total = _sum(table, rows)
                if abs(total - table.amount(full_year)) > allowed:
                    _explain(table, group, year, full_year, rows, allowed)
            elif part == "" and full_year.text(entry.required_text("metric")) not in entry.texts("may_be_negative"):
                quarters = [group[year, f"Q{n}"] for n in range(1, 5) if (year, f"Q{n}") in group]
                total = _sum(table, quarters)
                if total > table.amount(full_year) + _tolerance(entry) + table.slack([full_year, *quarters]):
                    table.add_problem(
                        full_year,
                        f"the year is {table.amount(full_year)}, {len(quarters)} of its quarters {total}",
                        "quarters that leave something for the rest",
                        "look for a year-to-date value",
                    )


def _explain(
    table: FiscalTable, group: Group, year: int, full_year: SeriesRow, rows: list[SeriesRow], allowed: Decimal
) -> None:
    """Adds the problem of a sum that differs, with the mistake that would explain it, if one does, as remedy."""
    amounts, value = [table.amount(row) for row in rows], table.amount(full_year)
    terms = " + ".join(map(str, amounts))
    found = f"{full_year.text(table.periods.fiscal)} is {value}, its quarters make {sum(amounts)} ({terms})"
    remedy = "compare with the filing, row by row"
    for place in range(1, len(amounts)):
        earlier = sum(amounts[:place])
        if abs(sum(amounts) - earlier - value) <= allowed:
            remedy = f"the {ORDINALS[place]} value is the year to date: take off {earlier}"
    if abs(amounts[-1] - value) <= allowed and len(amounts) > 1:
        remedy = "the whole equals its last quarter: one of the two is the other"
    for other in range(4 * year - 3, 4 * year + 8):
        trailing = _quarters(group, other // 4, other % 4 + 1, 4) if len(rows) == 4 else None
        if trailing and trailing != rows and abs(_sum(table, trailing) - value) <= allowed:
            end = trailing[-1].text(table.periods.fiscal)
            remedy = f"the value is that of the four quarters to {end}, not of the year"
    table.add_problem(full_year, found, f"a difference of {allowed:g} at most", remedy)


def no_running_total(table: FiscalTable, entry: Entry) -> None:
    """No quarter has the year to date as its value.

    A value is refused if it equals the half-year or year that ends with the quarter. Where neither is reported, it is
    compared with last year's quarter times the growth of the quarter before: it is refused if the value minus the
    earlier quarters is closer to that by more than `margin`, in natural logarithms.
    """
    for group, year in _years(table, entry):
        for quarter in range(2, 5):
            row, earlier = group.get((year, f"Q{quarter}")), _quarters(group, year, quarter - 1, quarter - 1)
            if row is None or earlier is None:
                continue
            value, before = table.amount(row), _sum(table, earlier)
            wholes = [
                group[year, part] for part in ("H1",) * (quarter == 2) + ("",) * (quarter == 4) if (year, part) in group
            ]
            allowed = _tolerance(entry) + table.slack([row])
            equals_whole = any(abs(value - table.amount(whole)) <= allowed < abs(before) for whole in wholes)
            if equals_whole or (
                not wholes and (year, "") not in group and _fits_less(table, group, year, quarter, before, entry)
            ):
                table.add_problem(
                    row,
                    f"{value} looks like the year to date: the quarters before it make {before}",
                    f"three months, about {value - before}",
                    "take off the earlier quarters, or correct them",
                )


def _fits_less(table: FiscalTable, group: Group, year: int, quarter: int, before: Decimal, entry: Entry) -> bool:
    """True if a quarter minus `before`, the sum of those before it, is closer to what last year predicts."""
    places = ((year, quarter), (year - 1, quarter), (year, quarter - 1), (year - 1, quarter - 1))
    rows = [row for at, number in places if (row := group.get((at, f"Q{number}"))) is not None]
    if len(rows) < len(places):
        return False
    value, last_year, prior, prior_last_year = map(table.amount, rows)
    if min(value - before, last_year, prior, prior_last_year) <= 0:
        return False
    expected = math.log(last_year * prior / prior_last_year)
    return abs(math.log(value) - expected) - abs(math.log(value - before) - expected) > float(
        entry.required_text("margin")
    )


def parts_add_up(table: FiscalTable, entry: Entry) -> None:
    """Where a whole and all its parts are reported for a period, the parts add up to it within the tolerance."""
    entity, name = entry.required_text("entity"), entry.required_text("whole")
    for rows in table.by_period():
        if rows[0].text(table.periods.entity) != entity:
            continue
        rows_by_name = _rows_by_name(table, rows, entry)
        options = [rows_by_name.get(part, []) for part in (name, *entry.texts("parts"))]
        sums = [(whole, parts) for whole, *parts in itertools.product(*options)]
        wrong = [
            (whole, parts)
            for whole, parts in sums
            if abs(_sum(table, parts) - table.amount(whole)) > _tolerance(entry) + table.slack([whole, *parts])
        ]
        if sums and len(wrong) == len(sums):
            whole, parts = wrong[0]
            table.add_problem(
                whole,
                f"{name} is {table.amount(whole)}, "
                + " plus ".join(
                    f"{part} {table.amount(row)}" for part, row in zip(entry.texts("parts"), parts, strict=True)
                ),
                f"a difference of {entry['tolerance']} at most: {entry['why']}",
                "compare with the filing",
            )


def not_above(table: FiscalTable, entry: Entry) -> None:
    """In no period is the amount of a line in `lower` over that of the line `upper`."""
    upper = entry.required_text("upper")
    for rows in table.by_period():
        rows_by_name = _rows_by_name(table, rows, entry)
        for name in entry.texts("lower"):
            for low, high in itertools.product(rows_by_name.get(name, []), rows_by_name.get(upper, [])):
                if table.amount(low) > table.amount(high) + _tolerance(entry) + table.slack([low, high]):
                    table.add_problem(
                        low,
                        f"{name} is {table.amount(low)}, {upper} is {table.amount(high)}",
                        f"at most the latter: {entry['why']}",
                        "look whether the two are exchanged",
                    )


def _rows_by_name(table: FiscalTable, rows: list[SeriesRow], entry: Entry) -> dict[str, list[SeriesRow]]:
    """The rows that have a value, by the texts of their columns `by`, joined by a space."""
    rows_by_name: dict[str, list[SeriesRow]] = {}
    for row in rows:
        if row.cells[table.value] is None:
            continue
        rows_by_name.setdefault(" ".join(str(row.cells[name]) for name in entry.texts("by")), []).append(row)
    return rows_by_name


def said_before_the_end(table: FiscalTable, entry: Entry) -> None:
    """An outlook was published (column `published_on`) before its period was over."""
    column, why = entry.required_text("said"), entry.required_text("why")
    for row in table.rows:
        text, published_on, period = row.text(table.periods.fiscal), row.cells[column], table.fiscal(row)
        words = table.periods.year_ends[row.text(table.periods.entity)]
        end = fiscal_end(words, int(period[1]), period[2] or "") if period else period_days(text)[1]
        if isinstance(published_on, date) and published_on > end:
            table.add_problem(row, f"an outlook for {text}, given on {published_on}", f"a day up to {end}", why)


CHECKS = {
    "one_main_row": Check(
        one_main_row, ("within", "line", "of", "basis", "never_both"), columns=("within", "line", "of", "basis")
    ),
    "quarters_add_up": Check(
        quarters_add_up,
        ("within", "tolerance", "metric", "may_be_negative"),
        columns=("within", "metric"),
        of_amounts=True,
    ),
    "no_running_total": Check(
        no_running_total, ("within", "tolerance", "margin"), columns=("within",), of_amounts=True
    ),
    "parts_add_up": Check(
        parts_add_up, ("entity", "by", "parts", "whole", "tolerance"), columns=("by",), of_amounts=True
    ),
    "not_above": Check(not_above, ("by", "lower", "upper", "tolerance"), columns=("by",), of_amounts=True),
    "said_before_the_end": Check(said_before_the_end, ("said",), columns=("said",)),
}
