"""Columns of texts in a frame that are numbers, written out, and not codes that were cut of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from toolkit.core.errors import Problem
from toolkit.database.table import Table

# a number that is written out with its sign, unit or decimals: what has digits alone may be a code
WRITTEN = re.compile(r"[-−+(]?\s?([$€£¥]\s?[\d.,]*\d\w*|[\d.,]*\d\s?%|\d[\d,]*\.\d+\s?\w{0,3}|\d{1,3}(,\d{3})+)\)?")
PLAIN = re.compile(r"[-−+]?\d+(\.\d+)?")  # digits alone


def numbers_as_text(
    columns: Mapping[str, set[str]], asked: Sequence[Table], texts_read: set[str], where: str
) -> Iterator[Problem]:
    """The problems of columns with texts that are numbers, written out; codes are cut of `texts_read`."""
    for name, texts in columns.items():
        are_numbers = all(map(WRITTEN.fullmatch, texts)) or (
            _are_values(texts, asked) and not _are_codes(texts, texts_read)
        )
        if texts and are_numbers:
            yield Problem(
                f"{where}, column {name}",
                f"numbers as text, {sorted(texts)[0]!r}",
                "numbers, which are written with their unit where they are shown; labels",
                f"leave {name} a column of numbers, and give its unit with units=",
            )


def _are_values(texts: set[str], asked: Sequence[Table]) -> bool:
    """Whether texts are the values of a column of quantities that an answer has, written out."""
    if not all(map(PLAIN.fullmatch, texts)):
        return False
    values = {float(text) for text in texts}
    columns = (
        table.frame[one.name] for table in asked for one in table.columns if one.unit and one.name in table.frame
    )
    return any(values <= {*map(float, column.dropna())} for column in columns)


def _are_codes(texts: set[str], texts_read: set[str]) -> bool:
    """Whether texts of one length are all the first, or all the last, signs of texts that were read."""
    length = len(next(iter(texts), ""))
    ends = {text[:length] for text in texts_read}, {text[-length:] for text in texts_read}
    return all(len(text) == length for text in texts) and any(texts <= one for one in ends)
