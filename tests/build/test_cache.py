"""The build's cache: an entry comes back as it was stored, and a damaged one counts as none."""

import pytest

from toolkit.build.staleness import CacheEntry, load, store

ENTRY = CacheEntry({"notebooks/coffee.ipynb": "a" * 64}, {'["question"]': "b" * 64}, b"the page\nof coffee")


def test_an_entry_is_loaded_as_it_was_stored(sample):
    assert load(sample, "coffee", "page") is None
    store(sample, "coffee", "page", ENTRY)
    assert load(sample, "coffee", "page") == ENTRY


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[]\n", b"1\n", b"null\n", b'{"sha256": "a"}\nthe page'])
def test_a_damaged_entry_counts_as_none(sample, content):
    store(sample, "coffee", "page", ENTRY)
    (sample.build / "stories" / "coffee.page").write_bytes(content)
    assert load(sample, "coffee", "page") is None
