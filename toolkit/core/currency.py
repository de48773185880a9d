"""The currencies: a table, where another is a line; its unit stands in data/units.txt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Currency:
    """A unit that is written by a sign before or after the digits.

    `name` is what the axis of a chart calls it, `words` what a page says where there are no digits.
    """

    sign: str
    name: str
    words: str


CURRENCIES = {
    "USD": Currency("$", "dollar", "US dollars"),
    "EUR": Currency("€", "euro", "euros"),
}
