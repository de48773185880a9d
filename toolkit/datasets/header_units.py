"""What the words of a header, or of a line beside the table, say of its numbers: millions, per cent, a currency."""

from __future__ import annotations

import re
from collections.abc import Collection

from toolkit.datasets.number_shapes import SIGNS

PERCENT = "percent"
SHARED = ("USD", "JPY", "kr")  # $, ¥ and kr are signs of other currencies too
NONE = "(?!)"  # which nothing matches
SCALES = {  # names of units: (words for them, letters after a currency, letters before one, as in k€ or TEUR)
    "thousand": (
        r"thousands?|tausend|tsd|milliers?|miles de|'?000s?|1[.,' ]?000s|(?:in |[x×(] ?)1[.,' ]?000",
        "k",
        "k|t",
    ),
    "million": ("millions?|millionen|millones|milh[oõ]es|mio|mln|mn", "mm|m|mill?", "m"),
    "billion": ("billions?|milliarden?|milliards?|mrd|bn|bln", "b", NONE),
    "trillion": ("trillions?|billionen", "tn|t", NONE),
    "lakh": ("lakhs?", NONE, NONE),
    "crore": ("crores?", "cr", NONE),
}
CODES = "AUD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD INR ISK JPY MXN NOK NZD PLN RMB SEK SGD TWD USD".split()
DOLLARS = {"A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "NT$": "TWD"}
MONEY = {sign: unit for sign, unit in SIGNS.items() if sign not in "%‰"}
_MONEY = "|".join(map(re.escape, [*MONEY, *DOLLARS, *CODES]))
_SIGN = re.compile("|".join(map(re.escape, sorted(MONEY, key=len, reverse=True))))
_START = r"(?<![^\W_])(?<!\d[ .,'])(?<!per )(?<!pro )(?<!je )(?<!par )(?<!por )(?<!/)(?<!/ )"
_END = r"(?![^\W_])"
_CURRENCY = re.compile(rf"(?<![^\W_])({'|'.join([*map(re.escape, DOLLARS), *CODES])})(?![A-Z])")
_PERCENT = re.compile(rf"%|{_START}(?:per ?cent|pct|prozent|pour ?cent|por ciento){_END}", re.IGNORECASE)


_SCALES = {
    scale: re.compile(
        rf"{_START}(?:(?:{words}|(?:{_MONEY})[ _]?(?:{words}|{after})){_END}|(?:{before})(?:{_MONEY}))", re.IGNORECASE
    )
    for scale, (words, after, before) in SCALES.items()
}


def scale_said(text: str) -> str:
    """The scale that words say, as data/units.txt names it: "million" of "Sales ($m)"; "" for none."""
    return next((scale for scale, form in _SCALES.items() if form.search(text)), "")


def currency_said(header: str) -> str:
    """The one currency that a header names, by its code or as one of several dollars, else by a sign; "" for none."""
    codes = {DOLLARS.get(name, name) for name in _CURRENCY.findall(header)}
    found = codes or {MONEY[sign] for sign in _SIGN.findall(header)}
    return found.pop() if len(found) == 1 else ""


def says_percent(text: str) -> bool:
    """Whether words say per cent, by its sign or its name."""
    return _PERCENT.search(text) is not None


def unit_and_doubt(header: str, sign: str, beside: str, units: Collection[str]) -> tuple[str | None, str]:
    """The unit of a column of numbers, None where it is not certain, and what to know of it, "" for nothing.

    `sign` is the unit that signs in its cells mean, "" without any; `beside` is the scale that a line beside the table
    says; `units` are the names that a unit may be made of.
    """
    scale, percent = scale_said(header), says_percent(header)
    if not sign:
        said = "" if bool(scale) == percent else f"{scale} {currency_said(header) or '…'}" if scale else PERCENT
        return None, f"its header says {scale or PERCENT}: write unit: {said}" if said else ""
    if sign == PERCENT:
        return (sign if sign in units else None), ""
    currency = currency_said(header) or sign
    unit = f"{scale} {currency}".strip()
    if currency != sign and sign not in SHARED:
        return None, f"its cells say {sign} and its header {currency}: write its unit"
    if lacking := [name for name in unit.split() if name not in units]:
        wanted = f"define {' and '.join(lacking)} in data/units.txt, then write unit: {unit}"
        return None, f"its header says {unit}: {wanted}" if unit != sign else ""
    if beside and not scale:
        return None, f"a line beside the table says {beside}: write unit: {beside} {currency}, or unit: {currency}"
    return unit, f"its header says {unit}: taken for it; else write unit: {sign}" if unit != sign else ""
