"""Whether an archive's pages are those of its manifest, with the numbers and tables that it says stand on them.

Pages are read as the toolkit writes them: a number or a table that is written otherwise counts as one that is missing.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from toolkit.build.manifest import edition_units
from toolkit.core.number import Number
from toolkit.core.tree import shared_digest
from toolkit.core.unit import UnitRegistry, parse_unit
from toolkit.core.wording import Style, wording_of
from toolkit.review.archive_page_steps import Said, step_disagreements
from toolkit.review.archive_page_tables import STYLES, table_disagreements
from toolkit.review.markup_text import page_text
from toolkit.review.unpacking import EDITION

Disagreement = tuple[str, str, str]  # where, what the manifest says, what the page says
PLACE = re.compile(
    r'<span class="n(?: long)?" id="n-(\d+)" data-note="\d+">([^<]*)'
    r'<button type="button" popovertarget="r-(\d+)" aria-label="Receipt \d+"></button></span>'
)
LIKE_PLACE = re.compile(r"""\s(?:id\s*=\s*["']?n-\d|class\s*=\s*["']?n[\s"'>])""", re.IGNORECASE)
RECEIPT = re.compile(r'<aside class="receipt" id="r-(\d+)" popover role="note" aria-label="Receipt for ([^"]*)">')
TABLE = re.compile(r"""\sid\s*=\s*["']?(figures|table)-([^\s"'>]+)""", re.IGNORECASE)
BEGINS = re.compile(r"<table(?=\s)", re.IGNORECASE)
SHARED = re.compile(r"(index|claims(-[\w.-]+)?|recheck)\.html")


def page_disagreements(
    files: Mapping[str, bytes], stored: Mapping, numbers: Mapping[str, Mapping[str, Number]]
) -> Iterator[Disagreement]:
    """Where the pages of an archive and its manifest do not agree; `files` are its files, `numbers` its receipts'.

    Raises ValueError for a unit that is not defined, ToolkitError for definitions that define none.
    """
    units = edition_units(stored)
    single: set[str] = set()
    edition = {name.removeprefix(EDITION): content for name, content in files.items() if name.startswith(EDITION)}
    for slug, story in stored["stories"].items():
        single |= {f"{slug}/charts/{name}{end}.html" for name in story["charts"] for end in ("", "-interactive")}
        labels = {shared_digest(entry["node"]): entry.get("label", "") for entry in story["findings"].values()}
        said = Said(numbers[slug].values(), labels)
        for path, listed in story["numbers"].items():
            page = page_text(files.get(EDITION + path, b""))
            yield from _numbers(path, page, [(_words(entry, numbers[slug], units), _value(entry)) for entry in listed])
            yield from _tables(path, page, story)
            yield from table_disagreements(path, page, story, edition, units)
            placed = {n: _number(entry, numbers[slug]) for n, entry in enumerate(listed, 1) if "node" in entry}
            yield from step_disagreements(path, page, placed, said)
    stories = {path for story in stored["stories"].values() for path in story["numbers"]}
    for name in sorted(files):
        path = name.removeprefix(EDITION)
        if name.startswith(EDITION) and path.endswith(".html") and path not in stories | single:
            if not SHARED.fullmatch(path):
                yield path, "no page of its stories", "a page"


def _number(listed: Mapping, numbers: Mapping[str, Number]) -> Number:
    """A number in the style in which it stands in the text."""
    return replace(numbers[listed["node"]], style=Style(**listed.get("style", {})))


def _words(listed: Mapping, numbers: Mapping[str, Number], units: UnitRegistry) -> str:
    """A number as it stands in the text."""
    style = Style(**listed.get("style", {}))
    if "node" in listed:
        number = numbers[listed["node"]]
        return str(wording_of(number.low, number.high, number.unit, style).prose)
    return str(wording_of(listed["low"], listed["high"], parse_unit(listed["unit"], units), style).prose)


def words_of(listed: Mapping, numbers: Mapping[str, Number], units: UnitRegistry) -> list[str]:
    """How a number may be written: first as it stands in the text, then in other styles.

    Raises NumberError for a unit that is not defined.
    """
    if "node" in listed:
        number = numbers[listed["node"]]
        low, high, unit = number.low, number.high, number.unit
    else:
        low, high, unit = listed["low"], listed["high"], parse_unit(listed["unit"], units)
    styles = [replace(style, words=spelt) for spelt in (False, True) for style in STYLES]
    in_styles = [str(wording_of(low, high, unit, style).prose) for style in styles]
    return list(dict.fromkeys([_words(listed, numbers, units), *in_styles]))


def _value(listed: Mapping) -> list[object]:
    """Which number it is, however it is written."""
    return [listed.get(name) for name in ("node", "low", "high", "unit")]


def _numbers(path: str, page: str, expected: list[tuple[str, list[object]]]) -> Iterator[Disagreement]:
    on_page = {int(place): (html.unescape(text), int(receipt)) for place, text, receipt in PLACE.findall(page)}
    receipts = {int(place): html.unescape(text) for place, text in RECEIPT.findall(page)}
    if len(LIKE_PLACE.findall(page)) != len(expected) + len(expected):
        yield path, f"{len(expected)} numbers in its text", "another count, or numbers written otherwise"
    for place, (words, value) in enumerate(expected, 1):
        text, receipt = on_page.get(place, ("", 0))  # its own receipt, or that of the same number before it
        same = 0 < receipt <= place and expected[receipt - 1][1] == value
        receipt_says = receipts.get(receipt, "") if same else ""
        for where, shown_words in (("number", text), ("the receipt of number", receipt_says)):
            if shown_words != words:
                yield f"{path}, {where} {place}", words, shown_words or "missing, or written otherwise"


def _tables(path: str, page: str, story: Mapping) -> Iterator[Disagreement]:
    expected = {("figures", name) for name in story["charts"]}
    expected |= {("table", name.replace("_", "-")) for name in story["tables"]}
    tags = (text.partition(">")[0] for text in BEGINS.split(page)[1:])
    on_page = ((kind, html.unescape(name)) for tag in tags for kind, name in TABLE.findall(tag))
    for (kind, name), count in Counter(on_page).items():
        if (kind, name) not in expected or count > 1:
            yield f"{path}, table {name}", "one of its charts and tables, once", "another, or a second"
