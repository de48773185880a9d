"""How a table is set on a phone and on paper: as rows or as a card a row, broken between pages or whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from toolkit.charts.typography import text_width
from toolkit.site.rendered_table import RenderedTable

PHONE = 350  # pixels: a column of text on a phone of 390
SIZE, GAP, LONG = 15, 20, 165  # pixels: the type of a table, the gap between columns, the least width of long texts
SMALL = 12  # rows that a printed page holds whole


def table_style(headings: Sequence[Mapping], rows: Sequence[Sequence[Mapping]]) -> str:
    """The classes of a table: "cards" where it is too wide for a phone, "whole" where paper holds it whole."""
    widths = [_width(index, heading, rows) for index, heading in enumerate(headings)]
    wide = sum(widths) + GAP * (len(widths) - 1) > PHONE
    return " ".join(filter(None, ("cards" if wide else "", "whole" if len(rows) <= SMALL else "")))


def _width(place: int, heading: Mapping, rows: Sequence[Sequence[Mapping]]) -> float:
    """The least width of a column in pixels: the longest of texts that do not break, LONG of others."""
    words = f"{heading['label']} {heading['unit']}".split()
    least = max((text_width(word, SIZE, 600) for word in words), default=0)
    if heading["style"] == "long":
        return max(least, LONG)
    return max([least, *(text_width(row[place]["text"], SIZE) for row in rows)])


def card_labels(tables: Iterable[RenderedTable]) -> str:
    """CSS that writes the heading of its column before each cell of a card."""
    rules = [
        f"#{_escaped(table.id)} td:nth-child({place}){{--label:{_quoted(heading)}}}"
        for table in tables
        if "cards" in table.style
        for place, heading in enumerate(table.headings, 1)
    ]
    return f"@media screen and (max-width:639px){{{''.join(rules)}}}" if rules else ""


def _quoted(heading: Mapping) -> str:
    """A heading with its unit as a string of CSS, in which nothing ends the string or the style element."""
    text = ", ".join(filter(None, (heading["label"], heading["unit"])))
    return '"' + re.sub(r'[\\"<>&\n]', lambda sign: f"\\{ord(sign[0]):x} ", text) + '"'


def _escaped(name: str) -> str:
    """An id as a selector of CSS."""
    return re.sub(r"[^\w-]", lambda sign: f"\\{ord(sign[0]):x} ", name)
