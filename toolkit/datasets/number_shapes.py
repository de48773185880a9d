"""What cells show of how a column's numbers are written, by their shapes: the text with 9 for each digit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.datasets.casts import FOOTNOTE
from toolkit.datasets.declaration import CellFormat

SIGNS = {  # what may stand before or after a number, and the unit that it means
    "%": "percent",
    "‰": "",
    "€": "EUR",
    "EUR": "EUR",
    "US$": "USD",
    "USD": "USD",
    "$": "USD",
    "£": "GBP",
    "GBP": "GBP",
    "CHF": "CHF",
    "Fr.": "CHF",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
    "Kč": "CZK",
    "kr": "",
    "R$": "BRL",
}
LONGEST_WHOLE = 18  # digits that 64 bits hold
_SIGN = "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True)))
_CELL = re.compile(rf"({_SIGN})?\s*[-+\u2212\u2013]?\s*({_SIGN})?\s*([0-9.,'’\s]*[0-9][0-9.,'’\s]*?)\s*({_SIGN})?")
_PARENTHESES = re.compile(rf"((?:{_SIGN})?)\s*\(\s*(.+?)\s*\)\s*((?:{_SIGN})?)")
_EXPONENT = re.compile(r"[-+\u2212]?[0-9]*\.?[0-9]*(?:(?<=\.[0-9])[0-9]*[eE][0-9]+|[eE][-+][0-9]+)")
_FOOTNOTE = re.compile(FOOTNOTE)
_CODE = re.compile(r"[0-9]+[A-Za-z]+[0-9A-Za-z]*|[A-Za-z]+[-_/]?[0-9][0-9A-Za-z-]*")


@dataclass(frozen=True)
class NumberShape:
    """How one shape writes a number: its separators, and the signs before and after it (`around`).

    `maybe` is a separator that may be of decimals or of thousands, as in 1,234. `digits` is how many there are where
    there is nothing but digits, else 0; `zeros` is true where they begin with a zero, as codes do.
    """

    decimal: str = ""
    thousands: str = ""
    maybe: str = ""
    around: tuple[str, ...] = ()
    parentheses: bool = False
    footnotes: bool = False
    digits: int = 0
    zeros: bool = False


def looks_like_code(shape: str) -> bool:
    """True for digits grown together with letters, such as A99 or 9e9."""
    return _CODE.fullmatch(shape) is not None


def number_shape(shape: str) -> NumberShape | None:
    """How a shape writes a number; None if it is none. A shape has a first digit 0 as it is."""
    if _EXPONENT.fullmatch(shape):
        return NumberShape(decimal=".")
    text = _FOOTNOTE.sub("", shape)
    footnotes, inner = text != shape, _PARENTHESES.fullmatch(text)
    match = _CELL.fullmatch(f"{inner[1]}{inner[2]}{inner[3]}" if inner else text)
    if not match:
        return None
    core = re.sub(r"\s", " ", match[3].replace("’", "'")).strip()
    around = tuple(sign for sign in (match[1], match[2], match[4]) if sign)
    separators = _separators(core)
    if separators is None:
        return None
    decimal, thousands, maybe = separators
    digits = core if core.isdigit() else ""
    zeros = len(digits) > 1 and digits[0] == "0"
    return NumberShape(decimal, thousands, maybe, around, inner is not None, footnotes, len(digits), zeros)


def _separators(core: str) -> tuple[str, str, str] | None:
    """The separators between digits: (decimal, thousands, one that may be either); None where they make no number."""
    groups, signs = re.split(r"[^0-9]", core), re.findall(r"[^0-9]", core)
    if not signs:
        return "", "", ""
    last, kinds = signs[-1], set(signs)
    if len(kinds) > 2:
        return None
    if len(kinds) == 2:
        integer_groups, sign = groups[:-1], (kinds - {last}).pop()
        fits = last in ".," and signs.count(last) == 1 and _grouped(integer_groups)
        return (last, sign, "") if fits else None
    if last in ".," and len(signs) == 1:
        is_undecided = len(groups[1]) == 3 and 1 <= len(groups[0]) <= 3 and groups[0][0] != "0"
        return ("", "", last) if is_undecided else (last, "", "")
    return ("", last, "") if _grouped(groups) else None


def _grouped(groups: list[str]) -> bool:
    """True for groups as thousands have them, or as lakhs and crores do."""
    inner = groups[1:-1]
    return 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in inner)


def cell_format(shapes: Iterable[tuple[NumberShape, int]], file_decimal: str = "") -> tuple[CellFormat, str]:
    """How a column's numbers are written, and the separator that may be of thousands or decimals if nothing decides.

    `file_decimal` is the decimal sign of other columns, which decides then.
    """
    counts = list(shapes)
    decimals = {sign: sum(n for shape, n in counts if shape.decimal == sign) for sign in ".,"}
    grouped = {shape.thousands for shape, _ in counts} - {""}
    undecided_signs = {shape.maybe for shape, _ in counts} - {""}
    decimal = max(decimals, key=lambda sign: decimals[sign]) if any(decimals.values()) else ""
    undecided = ""
    if not decimal:
        if grouped & {".", ","}:
            decimal = "." if "," in grouped else ","
        elif file_decimal:
            decimal = file_decimal
        else:
            decimal, undecided = ".", next(iter(sorted(undecided_signs)), "")
    thousands = next(iter(sorted((grouped | undecided_signs) - {decimal})), "")
    if not (thousands or undecided_signs or any(decimals.values())):
        decimal = "."  # there is no separator
    return CellFormat(
        decimal=decimal,
        thousands=thousands,
        around=tuple(
            sorted({sign for shape, _ in counts for sign in shape.around}, key=lambda sign: (-len(sign), sign))
        ),
        parentheses=any(shape.parentheses for shape, _ in counts),
        footnotes=any(shape.footnotes for shape, _ in counts),
    ), undecided


def decimal_evidence(shapes: Iterable[NumberShape]) -> str:
    """The decimal sign that the shapes of a column show beyond doubt; "" if they show none."""
    for shape in shapes:
        if shape.decimal and not shape.around and shape.decimal == ",":
            return ","
        if shape.decimal:
            return shape.decimal
        if shape.thousands in (".", ","):
            return "," if shape.thousands == "." else "."
    return ""
