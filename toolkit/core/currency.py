"""The table of currencies. Another currency is one more line here and its unit in data/units.txt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Currency:
    """How a currency is written: its `sign` beside digits, `name` on a chart's axis, `words` where there are no digits.

    Where the sign stands, and whether apart from the digits, is the language's (`Locale.with_sign`).
    """

    sign: str
    name: str
    words: str


CURRENCIES = {
    "USD": Currency("$", "dollar", "US dollars"),
    "EUR": Currency("€", "euro", "euros"),
}
AXIS_UNITS = (*(one.name for one in CURRENCIES.values()), "percent", "points", "times", "count")  # of a chart's axis


def has_currency(units: Iterable[str]) -> bool:
    """Whether one of some names of units is that of a currency, whatever its definition calls its dimension."""
    return not CURRENCIES.keys().isdisjoint(units)
