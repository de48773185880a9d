"""The weight of the committed edition as files: in all, of each kind of file, and nothing twice."""

from collections import Counter
from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[2] / "reports"
FILES = [file for file in REPORTS.rglob("*") if file.is_file()]
IN_ALL = 9_000_000
# the most bytes of one file, by how its name ends
LARGEST = {
    "-interactive.html": 16_000,
    ".vl.json": 30_000,
    ".svg": 26_000,
    ".png": 45_000,
    "vega.js": 400_000,
    ".css": 70_000,
}

pytestmark = pytest.mark.slow


def test_the_edition_keeps_to_its_bytes():
    assert sum(file.stat().st_size for file in FILES) <= IN_ALL


@pytest.mark.parametrize("end", LARGEST)
def test_no_file_of_a_kind_is_larger_than_its_bound(end):
    sizes = {file.name: file.stat().st_size for file in FILES if file.name.endswith(end)}
    assert sizes and {name: size for name, size in sizes.items() if size > LARGEST[end]} == {}


def test_no_file_is_there_twice():
    found = Counter(file.read_bytes() for file in FILES)
    assert [content[:80] for content, times in found.items() if times > 1] == []
