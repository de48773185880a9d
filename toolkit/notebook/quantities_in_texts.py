"""Quantities in the texts of tables: "$5m", "42 per cent", "2 seats" stand bare there, without unit, kind and receipt.

A class may be called after the numbers that the code cuts at ("over $5m" beside `fee > 5e6`). A plain whole number is a
name's ("District 12"), and what the project's data say in their own texts is theirs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from toolkit.core.currency import has_currency
from toolkit.core.errors import Problem
from toolkit.core.text import ONE_PERIOD, shortened
from toolkit.core.unit import (
    UnitRegistry,
    convert_exactly,
    is_counted,
    parse_unit,
    powers,
    unit_without_scales,
)
from toolkit.database.table import Table
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.typed_numbers import COUNTED, UNITS, typed_in_words
from toolkit.reported.series_names import words_of_units

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}  # directly after a number
WORDS = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALES = rf"(?:(?:{'|'.join(LETTERS)})|\s?(?:{'|'.join(WORDS)}))\b"
INTERVAL = re.compile(rf"[\[(]-?({NUMBER}), ?-?({NUMBER})[\])]")
NEAR = (0, 1, -1)  # "2 to 4 seats" begins one after a cut at 1
SIZES = (1.0, 100.0, 0.01)  # 50% of a cut at 0.5


@dataclass(frozen=True)
class QuantitiesInTexts:
    """Finds quantities in texts, but for those in `names` and those at `cuts`, numbers that the code types.

    `money` are the scales that amounts of money are held in where they are compared: beside thousands a cut at 300 is
    "over €300,000".
    """

    names: Sequence[str]
    cuts: Sequence[float]
    units: UnitRegistry
    money: frozenset[float] = frozenset({1.0})

    def first(self, text: str) -> str:
        """The first quantity that a text says, as it says it; "" where it says none."""
        if ONE_PERIOD.fullmatch(text):
            return ""
        typed = typed_in_words(text, self.names)
        in_words = (one for one in typed if not any(map(str.isdigit, one)))
        if words := [one for one in in_words if not re.search(rf"\d\s?{re.escape(one)}", text)]:
            return words[0]
        plain = text
        for name in self.names:
            plain = plain.replace(name, " ")
        return (
            next((found for found, sizes in self._said(plain) if not self._cut_at(found, sizes)), "") if typed else ""
        )

    def _said(self, text: str) -> Iterator[tuple[str, list[float]]]:
        """(a quantity as the text says it, its sizes: as printed, and with its scale)."""
        for match in INTERVAL.finditer(text):
            yield from ((group, [_float(group)]) for group in match.groups())
        for match in self._pattern.finditer(text):
            size = _float(match["money"] or match["number"])
            yield (
                match.group().strip(),
                [size, size * (LETTERS | WORDS).get((match["scale"] or "").strip().lower(), 1.0)],
            )

    def _cut_at(self, found: str, sizes: Iterable[float]) -> bool:
        of_money = self._money.search(found) is not None
        return any(
            abs(size * times - (cut + near)) <= 1e-9 * abs(size * times)
            for size in (list(sizes)[-1:] if of_money else sizes)
            for times in ([1 / one for one in self.money] if of_money else SIZES)
            for cut in self.cuts
            for near in (NEAR if cut == int(cut) else NEAR[:1])
        )

    @cached_property
    def _money(self) -> re.Pattern[str]:
        """What says that a quantity is of money: a sign, or the name of a currency."""
        units = words_of_units(self.units)
        words = (word for word, unit in units.items() if has_currency(powers(parse_unit(unit, self.units))))
        return re.compile(rf"[$€£¥]|\b(?:{'|'.join(map(re.escape, sorted({*words, 'usd', 'eur'})))})\b", re.I)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """A number with what says that it is a quantity: money, a scale, per cent, a unit, thousands in groups."""
        units = words_of_units(self.units)
        words = [word for word, unit in units.items() if is_counted(parse_unit(unit, self.units))]
        unit_words = "|".join(map(re.escape, sorted({*words, *COUNTED.split("|"), *UNITS.split("|"), "usd", "eur"})))
        after = rf"(?={SCALES})|\+?[ -]?(?:%|‰|×|x\b|(?:{unit_words})\b)|(?<=,\d\d\d)(?!\d)|e[+-]\d+"
        number = rf"[$€£¥]\s?(?P<money>{NUMBER})|(?<![\w.,])(?P<number>{NUMBER})(?:{after})"
        return re.compile(rf"(?:{number})(?P<scale>{SCALES})?", re.I)


def scales_of_money(
    tables: Iterable[Table], datasets: Iterable[Dataset], units: UnitRegistry, code: str
) -> frozenset[float]:
    """The scales of money in columns of these tables and datasets that code names; 1 alone where none has money.

    Raises NumberError for a unit that is not defined.
    """
    columns = [(column.name, table.unit_in_frame(column)) for table in tables for column in table.columns]
    columns += [(column.name, column.unit) for dataset in datasets for column in dataset.columns]
    words = {*re.findall(r"\w+", code)}
    units_held = {parse_unit(text, units) for name, text in columns if text and name in words}
    money = [unit for unit in units_held if has_currency(powers(unit))]
    return frozenset(convert_exactly(1.0, unit, unit_without_scales(unit)) for unit in money) or frozenset({1.0})


def typed_in_code(sources: Iterable[str]) -> list[float]:
    """The numbers that code types."""
    return [*dict.fromkeys(number for source in sources for number in _numbers_typed_in(source))]


@cache  # each call of a notebook looks at all cells before it
def _numbers_typed_in(source: str) -> tuple[float, ...]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return ()
    typed = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return tuple(float(value) for value in typed if isinstance(value, (int, float)))


def written_problem(where: str, text: str, quantity: str) -> Problem:
    """The problem of a text that says a quantity."""
    return Problem(
        f"{where}, the text {shortened(repr(text))}",
        f"a number without a receipt: {quantity}",
        "labels; classes named after the numbers that the code compares; names of data/names_with_digits.txt",
        "keep what it says as a column of numbers, or enter it as a figure of a source; a name goes into that file",
    )


def _float(text: str) -> float:
    return float(text.replace(",", ""))
