"""Whether the parts inside an archive agree: receipts with themselves, findings, tables and figures with the pages."""

from __future__ import annotations

import csv
import html
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.build.manifest import numbers_of
from toolkit.core.number import Number
from toolkit.core.tree import shared_digest
from toolkit.review.archive_front_page import front_disagreements
from toolkit.review.archive_page_numbers import page_disagreements
from toolkit.review.markup_text import TAG, inside, page_text, without
from toolkit.review.printed_tables import PrintedTables
from toolkit.review.recompute import range_text
from toolkit.review.unpacking import EDITION

Disagreement = tuple[str, str, str]  # where, what one part says, what the other says
LINKED_DATA = '<script type="application/ld+json">'
TABLE, CLAIM = '<table id="figures-', '<div id="c-'
CLAIM_PAGES = f"{EDITION}claims-"


def disagreements(files: Mapping[str, bytes], stored: Mapping, tables: PrintedTables) -> Iterator[Disagreement]:
    """Where the parts of an archive do not agree with each other; `files` are its files, `stored` is its manifest.

    Raises ToolkitError for a receipt that cannot be read.
    """
    numbers = numbers_of(stored)
    yield from _receipts(stored, numbers)
    for slug, story in stored["stories"].items():
        paths = [EDITION + story[key]["path"] for key in ("html", "annex") if key in story]
        pages = [page_text(files.get(path, b"")) for path in paths]
        yield from _findings(slug, story, numbers[slug], pages)
        yield from _charts(slug, story, "\n".join(pages), files)
    yield from _readings(files, tables)
    yield from page_disagreements(files, stored, numbers)
    edition = {name.removeprefix(EDITION): content for name, content in files.items() if name.startswith(EDITION)}
    yield from front_disagreements(edition, stored, numbers)


def _receipts(stored: Mapping, numbers: Mapping[str, Mapping[str, Number]]) -> Iterator[Disagreement]:
    for slug, by_node in numbers.items():
        nodes = stored["stories"][slug]["nodes"]
        for name, number in by_node.items():
            where = f"{slug}, {number.label or number.method}"
            if number.digest != shared_digest(name):
                yield where, f"named {shared_digest(name)} in the receipts", f"{number.digest} by value and inputs"
            if str(number) != nodes[name].get("printed", str(number)):
                yield where, f"printed {nodes[name]['printed']}", f"{number} by its value"


def _findings(slug: str, story: Mapping, numbers: Mapping[str, Number], pages: list[str]) -> Iterator[Disagreement]:
    """The findings of the manifest that are not those which its pages give to machines, or of another value."""
    claims: dict[str, Any] = {}
    words = html.unescape(TAG.sub("", " ".join(without(page, "script", "style") for page in pages)))
    for page in pages:
        for linked_data in inside(page, LINKED_DATA, "</script>"):
            try:
                graph = json.loads(linked_data)["@graph"]
                claims |= {entry["identifier"]: entry for entry in graph if entry.get("@type") == "Claim"}
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                yield slug, "JSON-LD that cannot be read", "those of a page as built"
    for name in sorted({*claims, *story["findings"]}):
        where = f"{slug}, {name}"
        if name not in claims or name not in story["findings"]:
            sides = ("in the manifest", "not on the page")
            yield where, *(sides if name in story["findings"] else ("on the page", "not in the manifest"))
            continue
        finding, text, about = story["findings"][name], str(claims[name].get("text", "")), claims[name].get("about", {})
        number, ends = numbers[finding["node"]], [about.get("minValue"), about.get("maxValue")]
        if ends != [number.low, number.high]:
            yield where, f"{range_text((number.low, number.high))} in its receipt", f"{range_text(ends)} on the page"
        if not text.startswith(f"{finding.get('label', '')}: "):
            yield where, f"labelled “{finding.get('label', '')}” in the manifest", f"“{text}” on the page"
        printed = finding["printed"]
        if printed not in words and printed not in {str(number) for number in numbers.values()}:
            yield where, f"printed {printed} in the manifest", "printed otherwise on the page"


def _charts(slug: str, story: Mapping, page: str, files: Mapping[str, bytes]) -> Iterator[Disagreement]:
    listed = {name: body.partition("<tbody>")[2].count("<tr") for name, body in _parts(page, TABLE, "</table>")}
    for name, chart in story["charts"].items():
        rows = list(csv.reader(io.StringIO(files.get(EDITION + chart["csv"], b"").decode("utf-8", "replace"))))
        count, on_page = len(rows) - 1, listed.get(name)
        lines = rows and rows[0][:1] == ["role"]  # lines between boxes are rows of the file alone
        if on_page is not None and (on_page > count if lines else on_page != count):
            yield f"{slug}, chart {name}", f"{count} rows in its table for download", f"{on_page} rows on the page"


def _readings(files: Mapping[str, bytes], tables: PrintedTables) -> Iterator[Disagreement]:
    """The claims of which the pages list another number of figures than the table has."""
    entered = Counter(row["claim"] for row in tables.figures.values())
    listed: Counter[str] = Counter()
    for path, content in files.items():
        if path.startswith(CLAIM_PAGES) and path.endswith(".html"):
            for claim, body in _parts(page_text(content), CLAIM, "</div>"):
                listed[claim] += body.partition("<ul>")[2].count("<li>")
    for claim in sorted({*entered, *listed}) if listed else ():
        if entered[claim] != listed[claim]:
            yield f"the claim {claim}", f"{entered[claim]} figures in the table", f"{listed[claim]} on its page"


def _parts(page: str, start: str, end: str) -> Iterator[tuple[str, str]]:
    """(the rest of the id, what follows) of each part of a page that begins so, up to its end."""
    for text in page.split(start)[1:]:
        name, _, rest = text.partition('"')
        yield html.unescape(name), rest.partition(end)[0]
