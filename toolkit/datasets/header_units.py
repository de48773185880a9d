"""What the words of a header, or of a line beside the table, say of its numbers: millions, per cent, a currency."""

from __future__ import annotations

import re
from collections.abc import Collection

from toolkit.datasets.number_shapes import SIGNS

PERCENT = "percent"
SHARED = ("USD", "JPY", "kr")  # what $, ¥ and kr are taken for; other currencies have these signs too
NO_MATCH = "(?!)"  # a pattern that matches nothing
SCALES = {  # by the unit's name, patterns: of its words, of letters after a currency, of letters before one (k€, TEUR)
    "thousand": (
        r"thousands?|tausend|tsd|milliers?|miles de|'?000s?|1[.,' ]?000s|(?:in |[x×(] ?)1[.,' ]?000",
        "k",
        "k|t",
    ),
    "million": ("millions?|millionen|millones|milh[oõ]es|mio|mln|mn", "mm|m|mill?", "m"),
    "billion": ("billions?|milliarden?|milliards?|mrd|bn|bln", "b", NO_MATCH),
    "trillion": ("trillions?|billionen", "tn|t", NO_MATCH),
    "lakh": ("lakhs?", NO_MATCH, NO_MATCH),
    "crore": ("crores?", "cr", NO_MATCH),
}
CODES = "AUD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD INR ISK JPY MXN NOK NZD PLN RMB SEK SGD TWD USD".split()
DOLLARS = {"A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "NT$": "TWD"}
MONEY = {sign: unit for sign, unit in SIGNS.items() if sign not in "%‰"}
_ANY_CURRENCY = "|".join(map(re.escape, [*MONEY, *DOLLARS, *CODES]))
_SIGN = re.compile("|".join(map(re.escape, sorted(MONEY, key=len, reverse=True))))
# where a word begins, but after no digit, and not after "per": "per thousand" is no scale
_START = r"(?<![^\W_])(?<!\d[ .,'])(?<!per )(?<!pro )(?<!je )(?<!par )(?<!por )(?<!/)(?<!/ )"
_END = r"(?![^\W_])"
_CURRENCY = re.compile(rf"(?<![^\W_])({'|'.join([*map(re.escape, DOLLARS), *CODES])})(?![A-Z])")
_PERCENT = re.compile(rf"%|{_START}(?:per ?cent|pct|prozent|pour ?cent|por ciento){_END}", re.IGNORECASE)
_PER = re.compile(r"/|\b(?:per|pro|je|par|por)\b", re.IGNORECASE)
# an amount alone in the place of a unit, in brackets or behind a comma: "($1,000)", ", 1000 EUR"
_ITS_NAME = rf"(?:{_ANY_CURRENCY}|euros?|dollars?|pounds?)"
_A_THOUSAND = re.compile(
    rf"(?:[(,]|\bin)\s*(?:(?:{_ANY_CURRENCY})\s?1[.,' ]?000|1[.,' ]?000\s?{_ITS_NAME})\s*(?:\)|$)", re.IGNORECASE
)
_SCALE_PATTERNS = {
    scale: re.compile(
        rf"{_START}(?:(?:{words}|(?:{_ANY_CURRENCY})[ _]?(?:{words}|{after})){_END}|(?:{before})(?:{_ANY_CURRENCY}))",
        re.IGNORECASE,
    )
    for scale, (words, after, before) in SCALES.items()
}


def scale_said(text: str) -> str:
    """The scale that words say, as data/units.txt names it: "million" of "Sales ($m)"; "" for none."""
    said = (scale for scale, pattern in _SCALE_PATTERNS.items() if pattern.search(text))
    return next(said, "thousand" if _A_THOUSAND.search(text) else "")


def currency_said(header: str) -> str:
    """The currency that a header names, by its code (A$ counts as one) or else by its sign; "" for none or several."""
    codes = {DOLLARS.get(name, name) for name in _CURRENCY.findall(header)}
    currencies = codes or {MONEY[sign] for sign in _SIGN.findall(header)}
    return currencies.pop() if len(currencies) == 1 else ""


def says_percent(text: str) -> bool:
    """Whether words say per cent, by its sign or its name."""
    return _PERCENT.search(text) is not None


def unit_and_doubt(header: str, sign: str, beside: str, units: Collection[str]) -> tuple[str | None, str]:
    """(unit, doubt) of a column of numbers: None where the unit is not certain, "" where there is nothing to say.

    `sign` is the unit that the signs in its cells mean, "" if they have none; `beside` is the scale that a line above
    or below the table says; `units` are the names of units that the project has.
    """
    scale, percent = scale_said(header), says_percent(header)
    if not sign:
        currency = currency_said(header)
        if (scale and percent) or not (scale or percent or currency):  # the two contradict each other
            return None, ""
        each = "/…" if not scale and _PER.search(header) else ""
        unit = PERCENT if percent else f"{scale} {currency or '…'}{each}".strip()
        return None, f"its header says {PERCENT if percent else scale or currency}: write unit: {unit}"
    if sign == PERCENT:
        return (sign if sign in units else None), ""
    currency = currency_said(header) or sign
    unit = f"{scale} {currency}".strip()
    if currency != sign and sign not in SHARED:
        return None, f"its cells say {sign} and its header {currency}: write its unit"
    if lacking := [name for name in unit.split() if name not in units]:
        remedy = f"define {' and '.join(lacking)} in data/units.txt, then write unit: {unit}"
        return None, f"its header says {unit}: {remedy}" if unit != sign else ""
    if beside and not scale:
        return None, f"a line beside the table says {beside}: write unit: {beside} {currency}, or unit: {currency}"
    return unit, f"its header says {unit}: taken for it; else write unit: {sign}" if unit != sign else ""
