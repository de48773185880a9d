"""Dates along an axis: the moment that a text means, and the ticks of years, months or days.

A moment is a time in milliseconds since 1970, as Vega has it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from toolkit.core.errors import ToolkitError
from toolkit.core.locales import Locale

ISO = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
DAY = 86_400_000.0  # milliseconds
YEARS, MONTHS = 2.2 * 366, 62.0  # days: longer axes have ticks of years, of months


def moment(text: str, where: str) -> float:
    """The start of "2026", "2026-04" or "2026-04-15" in milliseconds since 1970, as Vega counts time.

    Raises ToolkitError for any other text.
    """
    try:
        if not ISO.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(f"{(text + '-01-01')[:10]}T00:00:00+00:00").timestamp() * 1000
    except ValueError as error:
        allowed = "2026, 2026-04 or 2026-04-15"
        raise ToolkitError(where, f"{text!r} is not a date", allowed, "write ISO dates") from error


def vega_time(at: float) -> str:
    """A moment as Vega reads it: "2026-04-15T00:00:00Z"."""
    return datetime_at(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def vega_date(locale: Locale) -> str:
    """The format by which Vega writes a date in full, in the order of a language: "%-d %B %Y"."""
    return f"{locale.day.format(day='%-d', month='%B')} %Y"


def ticks_of_dates(low: float, high: float, width: float, room: float, locale: Locale) -> list[tuple[float, str]]:
    """(moment, label) of the years, months or days from `low` to `high`, at least `room` pixels of `width` apart.

    Of months, the first label and that of each January have the year.
    """
    days = (high - low) / DAY
    per_day = width / days
    if days > YEARS:
        step = max(1, math.ceil(room / (per_day * 365)))
        return [(at, str(when.year)) for at, when in list(month_starts(low, high, 12))[::step]]
    if days > MONTHS:
        step = next((step for step in (1, 2, 3, 6, 12) if per_day * 30 * step >= room * 1.5), 12)
        found = list(month_starts(low, high, step))
        return [
            (at, f"{locale.short_months[when.month - 1]}{f' {when.year}' if when.month == 1 or not place else ''}")
            for place, (at, when) in enumerate(found)
        ]
    step = next((step for step in (1, 2, 7, 14) if per_day * step >= room * 1.2), 28)
    ticks = [low + place * step * DAY for place in range(int(days // step) + 1)]
    days_of_ticks = ((at, datetime_at(at)) for at in ticks)
    return [(at, locale.day.format(day=on.day, month=locale.short_months[on.month - 1])) for at, on in days_of_ticks]


def datetime_at(at: float) -> datetime:
    """A moment as a time in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)


def month_starts(low: float, high: float, months: int) -> Iterator[tuple[float, datetime]]:
    """(moment, time) of every so many months' first day from `low` to `high`, counted from a January."""
    first = datetime_at(low)
    for place in range((first.year * 12 + first.month - 1) // months, datetime_at(high).year * 12 // months + 12):
        year, month = divmod(place * months, 12)
        when = datetime(year, month + 1, 1, tzinfo=UTC)
        at = when.timestamp() * 1000
        if low <= at <= high:
            yield at, when
