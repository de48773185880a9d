"""The pages of reports/ on paper, printed by the browser: how many sheets, none mostly blank, small tables whole."""

import re
import zlib
from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[2] / "reports"
PAGES = sorted(REPORTS.glob("*.html"))
SHEETS = 30  # the most that a page may take
LEAST = 0.4  # of a sheet's height that its print reaches down to; a plot that is kept whole may leave the rest
LAST = 0.2  # the same of the last of several sheets, where what is left of the page stands
SMALL = """() => [...document.querySelectorAll("table.whole")].filter(table =>
  getComputedStyle(table).breakInside !== "avoid" || table.offsetHeight > 900).map(table => table.id)"""
TOKEN = re.compile(rb"\[(?:[^\]\\]|\\.)*\]|<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\)|/\S+|[-+.\d]+|[A-Za-z'\"*]+")

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_no_sheet_is_mostly_blank_and_small_tables_are_whole(open_page, file, paper):
    page = open_page(file.as_uri(), 794)
    page.emulate_media(media="print")
    assert page.evaluate(SMALL) == []
    reached = depths(page.pdf(format=paper))
    assert 1 <= len(reached) <= SHEETS
    assert [(sheet, depth) for sheet, depth in enumerate(reached[:-1], 1) if depth < LEAST] == []
    assert len(reached) == 1 or reached[-1] >= LAST


def depths(pdf: bytes) -> list[float]:
    """How far down each sheet of a PDF the browser's print reaches, as a part of its height."""
    objects = {int(number): body for number, body in re.findall(rb"(?s)(?<!\d)(\d+) 0 obj\n(.*?)\nendobj", pdf)}
    (root,) = [body for body in objects.values() if b"/Type /Pages" in body and b"/Parent" not in body]
    return [_depth(sheet, objects) for sheet in _sheets(root, objects)]


def _sheets(node: bytes, objects: dict[int, bytes]) -> list[bytes]:
    if b"/Type /Pages" not in node:
        return [node]
    kids = re.search(rb"/Kids \[(.*?)\]", node, re.DOTALL)[1]
    return [sheet for kid in re.findall(rb"(\d+) 0 R", kids) for sheet in _sheets(objects[int(kid)], objects)]


def _depth(sheet: bytes, objects: dict[int, bytes]) -> float:
    """Follows the transformations of the sheet's content to the lowest text or filled shape on it."""
    height = float(re.search(rb"/MediaBox \[\S+ \S+ \S+ (\S+?)\]", sheet)[1])
    content = objects[int(re.search(rb"/Contents (\d+) 0 R", sheet)[1])]
    stream = zlib.decompress(content.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])
    at, kept, given, lowest = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], [], height
    for token in TOKEN.findall(stream):
        if re.fullmatch(rb"[-+.\d]+", token):
            given.append(float(token))
            continue
        if token == b"q":
            kept.append(at)
        elif token == b"Q":
            at = kept.pop()
        elif token == b"cm":
            at = _then(tuple(given[-6:]), at)
        elif token == b"Tm":
            lowest = min(lowest, _then(tuple(given[-6:]), at)[5])
        given = []
    return (height - lowest) / height


def _then(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    """The transformation of a PDF that does `one`, then `other`."""
    a, b, c, d, e, f = one
    m, n, o, p, q, r = other
    return a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r
