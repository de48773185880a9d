"""Reads one cell of a series: its text becomes a value of the column's type, or a problem if that would lose digits."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Context, Decimal
from functools import cache

from toolkit.core.text import clean_text, exact_float
from toolkit.reported.series_declaration import Scale, SeriesColumn
from toolkit.reported.series_rows import Amount, Cell

FORMS = {
    "integer": (re.compile(r"-?[0-9]+"), "a whole number in digits, such as 98411 or -2790"),
    "decimal": (re.compile(r"-?[0-9]+(\.[0-9]+)?"), "a number in digits, such as 934.5"),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a day as 2026-06-30"),
    "text": (re.compile(r"(?s).*"), "text"),
}
BIGINT_END = 2**63  # the integers of SQL are below
DIGITS_OF_DOUBLE = 15  # a double holds any decimal of so many digits
DECIMALS = Context(prec=60)  # more digits than a value of 15 digits times a scale needs
LARGEST_POWER = 250  # of ten, in which a value of 15 digits stays a double
NO_VALUE = "write what the source states; where it states none leave the row out, or declare empty: true of the column"
Wrong = tuple[str, str, str]  # (found, allowed, remedy) of a problem


def read_cell(column: SeriesColumn, text: str, scale: Scale | None) -> tuple[Cell, Wrong | None]:
    """(value, problem) of a cell; the value is None where the cell is empty or wrong, the problem where it is right.

    `scale` is (multiplier, divisor) to base units in a column of values, which gives an Amount; None in any other.
    """
    name, (form, allowed) = column.name, FORMS[column.type]
    if text == "":
        return None, None if column.empty else (f"{name} is empty", column.meaning, NO_VALUE)
    fits = form.fullmatch(text)
    if not fits or column.type == "text":
        text, unclean = clean_text(text.replace("\r\n", "\n"))  # a line break in a quoted cell
        if unclean:
            return None, (f"{name} is {as_quoted(text)}, with {unclean}", "text without it", "take it out")
    if column.allowed is not None and text not in column.allowed:
        return None, (f"{name} is {as_quoted(text)}", ", ".join(column.allowed), "use one of these, or declare it")
    if not fits:
        missing = column.type != "text" and not any(map(str.isdigit, text))  # "n/a", "-"
        return None, (f"{name} is {as_quoted(text)}", allowed, NO_VALUE if missing else "write it so")
    if column.type == "text":
        return text, None
    if column.type == "date":
        return _date(name, text)
    return _amount(name, text, scale) if scale is not None else _number(column, text)


def _date(name: str, text: str) -> tuple[date | None, Wrong | None]:
    try:
        return date.fromisoformat(text), None
    except ValueError:
        return None, (f"{name} is {text!r}, which no calendar has", FORMS["date"][1], "correct the day")


def _number(column: SeriesColumn, text: str) -> tuple[int | float | None, Wrong | None]:
    """A number in a column that holds no values, such as a year, a code, a rounding step."""
    found = f"{column.name} is {as_quoted(text)}"
    if column.type == "decimal":
        number = exact_float(text)
        return number, None if number is not None else _too_long(found, f", or declare {column.name} as text")
    if len(text) > 20 or not -BIGINT_END <= int(text) < BIGINT_END:
        return None, (
            f"{found}, more than 64 bits",
            f"whole numbers from {-BIGINT_END} to {BIGINT_END - 1}",
            f"declare {column.name} as text, if it is a name",
        )
    return int(text), None


def _amount(name: str, text: str, scale: Scale) -> tuple[Amount | None, Wrong | None]:
    """A value as an Amount, converted in decimal arithmetic; a problem if a double would round it."""
    power = _power_of_ten(scale)
    if power is not None and len(text) <= DIGITS_OF_DOUBLE:  # no double rounds it
        return Amount(text, float(f"{text}e{power}")), None
    printed = Decimal(text)
    scaled = DECIMALS.multiply(printed, scale[0])
    exact = DECIMALS.divide(scaled, scale[1])
    base = float(exact)
    if math.isinf(base) or (base == 0 and printed != 0):
        return None, (
            f"{name} is {as_quoted(text)}",
            "values between 1e-300 and 1e300 in base units",
            "correct the value, or its unit",
        )
    fits = len(text) <= DIGITS_OF_DOUBLE or exact_float(text) is not None
    is_decimal = DECIMALS.multiply(exact, scale[1]) == scaled  # unlike 1/3, which has to be rounded
    if not fits or (is_decimal and Decimal(repr(base)) != exact):
        return None, _too_long(f"{name} is {as_quoted(text)}")
    return Amount(text, base), None


@cache
def _power_of_ten(scale: Scale) -> int | None:
    """The power of ten that a scale is, as 6 for a million; None for another, and for one out of a double's range."""
    exact = DECIMALS.divide(*scale).normalize()
    is_power = exact.as_tuple().digits == (1,) and abs(exact.adjusted()) < LARGEST_POWER
    return exact.adjusted() if is_power else None


def _too_long(found: str, or_else: str = "") -> Wrong:
    return (
        f"{found}, more digits than a number keeps",
        "15 digits for certain, and more where they come out again",
        f"write as many digits as the source is sure of{or_else}",
    )


def as_quoted(text: str) -> str:
    """A text of at most 60 characters in quotes, as repr gives it: invisible characters by their codes."""
    return repr(text if len(text) <= 60 else text[:57] + "…")
