"""Values of a frame's rows in its texts: "Red (18234)", "Red 45.2" stand bare there, without unit, kind and receipt.

A plain whole number may be a name's ("District 12"). It is a value where a column of numbers has it in the same row. A
number with decimals is no name's unless the data, the code or data/names_with_digits.txt say so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.notebook.quantities_in_texts import INTERVAL
from toolkit.notebook.typed_numbers import without_dates

NUMBER = re.compile(r"(?<![\w.,])(?<!\w-)\d+(?:\.\d+)?(?!\w|[.,]\d)")
SIZES = (1.0, 100.0, 1e-3, 1e-6)  # a share is written as per cent, an amount in thousands
TELLING = 1_000  # whole numbers below it stand in a row by chance
Texts = Sequence[str | None]
Values = Sequence[float | None]


@dataclass(frozen=True)
class ValuesInTexts:
    """Finds values in texts, but for numbers that are `known`: of texts and labels as they were read, and of code."""

    names: Sequence[str]
    known: Collection[str]
    cuts: Sequence[float]  # numbers that the code types

    def first(self, texts: Texts, columns: Iterable[Values]) -> tuple[str, str] | None:
        """(a text, the value that it says) of a column of texts beside columns of numbers, row by row; None if none."""
        written = {row: found for row, text in enumerate(texts) if text and (found := self._numbers(text))}
        for row, found in written.items():
            if broken := next((one for one in found if "." in one and float(one) not in self.cuts), None):
                return str(texts[row]), broken
        for values in columns if written else ():
            for size in SIZES:
                same = {row: one for row, found in written.items() for one in found if _says(one, values[row], size)}
                telling = next((row for row, one in same.items() if float(one) >= TELLING), None)
                if telling is None and _most(same, written):
                    telling = next(iter(same))
                if telling is not None:
                    return str(texts[telling]), same[telling]
        return None

    def _numbers(self, text: str) -> list[str]:
        """The numbers that a text says which are not known."""
        if not any(map(str.isdigit, text)) or INTERVAL.search(text):
            return []
        for name in self.names:
            text = text.replace(name, " ")
        return [number for number in NUMBER.findall(without_dates(text)) if number not in self.known]


def known_numbers(texts: Iterable[str], labels: Iterable[float], sources: Iterable[str]) -> set[str]:
    """The numbers in texts that were read, of whole numbers without a unit, and in the texts that code types."""
    typed = (one for source in dict.fromkeys(sources) for one in _texts_in(source))
    return {*(f"{one:.0f}" for one in labels), *(n for text in (*texts, *typed) for n in NUMBER.findall(text))}


def _most(same: Mapping[int, str], rows_with_numbers: Collection[int]) -> bool:
    """Whether the values of most rows are said in them, and not by chance: of all, or of two in three and several."""
    several = len({*same.values()})
    return (several > 1 and len(same) == len(rows_with_numbers)) or (
        several > 2 and 3 * len(same) >= 2 * len(rows_with_numbers)
    )


def _says(number: str, value: float | None, size: float) -> bool:
    """Whether a number is a value as it is written in this size, with as many decimals as the number has."""
    decimals = len(number.partition(".")[2])
    return value is not None and abs(abs(value) * size - float(number)) <= 0.5 * 10**-decimals * (1 + 1e-9)


def _texts_in(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics
        return
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
