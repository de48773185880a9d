"""The fonts that pages share: cut once for the same letters, anew for other code or where what is kept was changed."""

import pytest

from toolkit.build.kept_fonts import cut_or_kept
from toolkit.build.shared_files import shared_files
from toolkit.charts import typography
from toolkit.site.style import LINK_TO_SHARED, SHARED

TEXTS, OTHER = frozenset({"T", "o", "To"}), frozenset({"T", "o"})


@pytest.fixture
def cuts(monkeypatch):
    """The texts for which fonts are cut, one after the other."""
    texts_cut, cut = [], typography.cut_font_faces
    monkeypatch.setattr(typography, "cut_font_faces", lambda texts: texts_cut.append(texts) or cut(texts))
    return texts_cut


def test_fonts_are_cut_once_for_the_same_letters_and_code(sample, cuts):
    first = cut_or_kept(sample, "one", TEXTS)
    assert cut_or_kept(sample, "one", TEXTS) == first and first.count("@font-face") == 4
    assert cut_or_kept(sample, "one", OTHER) != first
    assert cut_or_kept(sample, "two", OTHER) == typography.cut_font_faces(OTHER)
    assert cuts == [TEXTS, OTHER, OTHER, OTHER]


@pytest.mark.parametrize(
    "change", [lambda kept: b"", lambda kept: kept.replace(b"400", b"900"), lambda kept: kept[:-9]]
)
def test_kept_fonts_that_were_changed_are_cut_anew(sample, cuts, change):
    first = cut_or_kept(sample, "one", TEXTS)
    path = sample.build / "shared_fonts"
    path.write_bytes(change(path.read_bytes()))
    assert cut_or_kept(sample, "one", TEXTS) == first
    assert cuts == [TEXTS, TEXTS] and [*sample.build.glob("shared_fonts*")] == [path]


def test_shared_files_without_a_digest_of_code_take_nothing_that_is_kept(sample, cuts):
    pages = [f"<head>{LINK_TO_SHARED}</head><body>To"]
    first = shared_files(sample, pages, "one")
    assert shared_files(sample, pages, "one") == first and len(cuts) == 1
    assert shared_files(sample, pages)[SHARED] == first[SHARED] and len(cuts) == 2
