"""Guards the texts of a CSV file against formula injection, also where a spreadsheet splits a cell in several."""

from __future__ import annotations

import re

# a formula at the start of a text, of a line in it, and after a tab or semicolon, which separate cells in some
# countries; spreadsheets read full-width signs as well, and ignore spaces and quotation marks before them
_BEFORE, _SIGN = r"""((?:^|[\n\r\t;])[ \xa0\u3000"]*)""", "(?=[=+\\-@＝＋－＠])"
_BEGINS = re.compile(rf"{_BEFORE}{_SIGN}|^(?=[\t\r])")
_GUARDED = re.compile(rf"{_BEFORE}'{_SIGN}|^'(?=[\t\r])")


def without_formula(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin a formula; a spreadsheet shows it as it is."""
    return _BEGINS.sub(lambda match: f"{match[1] or ''}'", text)


def without_apostrophes(cell: str) -> str:
    """The text that `without_formula` made a cell of; one that had such apostrophes by itself loses them too."""
    return _GUARDED.sub(lambda match: match[1] or "", cell)
