"""What a build keeps of pages of claims and of letters: taken again as it was, made anew where it was changed."""

import pytest

from toolkit.build.kept_fonts import KeptLetters
from toolkit.build.kept_pages import keep_pages, last_pages
from toolkit.site import page_fonts

PARTS = {"claims.html": ("the database", 1), "claims-tea.html": ("the database", 2)}
STYLE = "p::before { content: attr(data-sign) }"


def made(project, parts=PARTS, code="one"):
    """The pages of an edition that are made of these parts, and which of them were made anew."""
    files, anew = last_pages(project, code), []
    pages = {
        name: files.file(name, of, lambda name=name, of=of: anew.append(name) or f"{name} of {of}".encode()).decode()
        for name, of in parts.items()
    }
    keep_pages(project, code, files, pages)
    return pages, anew


def test_pages_of_the_same_parts_are_taken_again_and_others_are_forgotten(sample):
    first, anew = made(sample)
    assert anew == [*PARTS] and made(sample) == (first, [])
    changed = PARTS | {"claims-tea.html": ("the database", 3)}
    assert made(sample, changed)[1] == ["claims-tea.html"] and made(sample)[1] == ["claims-tea.html"]
    assert len([*(sample.build / "claims").glob("*/*")]) == len(PARTS)


def test_pages_that_other_code_made_are_made_anew(sample):
    made(sample)
    assert made(sample, code="two")[1] == [*PARTS] and made(sample)[1] == [*PARTS]


@pytest.mark.parametrize(
    "change", [lambda kept: b"", lambda kept: kept.replace(b"tea", b"Tea"), lambda kept: kept[:-1]]
)
def test_a_kept_page_that_was_changed_is_made_anew(sample, change):
    first, _ = made(sample)
    for path in (sample.build / "claims").glob("*/*"):
        if b"tea" in path.read_bytes():
            path.write_bytes(change(path.read_bytes()))
    assert made(sample) == (first, ["claims-tea.html"])


def test_letters_are_looked_for_once_in_the_same_page_and_style(sample, monkeypatch):
    looked_through = []

    def counted(html, style):
        looked_through.append(html)
        return page_fonts.shown_pairs(html, style)

    monkeypatch.setattr("toolkit.build.kept_fonts.shown_pairs", counted)
    html = '<body><p data-sign="§">Tea, née Thé</p>'
    for code, style, anew in (("one", STYLE, 1), ("one", STYLE, 1), ("one", "", 2), ("two", "", 3)):
        letters = KeptLetters(sample, code)
        assert letters.pairs(html, style) == page_fonts.shown_pairs(html, style)
        letters.keep()
        assert len(looked_through) == anew
