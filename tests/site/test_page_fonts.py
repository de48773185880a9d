"""The fonts of a page have every letter that the page may show, and few others: its own, and those that pages share."""

import base64
import io
import re
import time
from html import escape
from itertools import pairwise
from pathlib import Path
from string import ascii_letters

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tests.site import sample_story
from toolkit.charts import HOUSE, typography
from toolkit.charts.typography import cut_font_faces, cut_for
from toolkit.site.page_fonts import PageFonts, shown_pairs
from toolkit.site.style import LINK_TO_SHARED, SHARED, shared_styles
from toolkit.site.table_style import _quoted

REPORTS = Path(__file__).parents[2] / "reports"
PAGES = [file for file in sorted(REPORTS.glob("*.html")) if file.stem != "recheck"]  # which is set in no font of ours
WITH = TTFont(typography.font_file("Desk Serif", 400, "ttf")).getBestCmap().keys()
# all text of a page, and what its style shows before and after elements, by the font in which it is set
SET_IN = """() => {
  const found = {};
  const add = (style, text) => {
    const family = style.fontFamily.split(",")[0].replaceAll('"', "");
    found[family] = (found[family] ?? "") + text;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (!around.closest("script, style")) add(getComputedStyle(around), texts.currentNode.data);
  }
  for (const around of document.body.querySelectorAll("*")) {
    for (const side of ["::before", "::after"]) {
      const style = getComputedStyle(around, side);
      if (["none", "normal"].includes(style.content)) continue;
      const strings = style.content.replace(/"((?:[^"\\\\]|\\\\.)*)"/g, "$1")
        .replace(/\\\\([0-9a-f]+) ?/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
      add(style, strings.replace(/attr\\(([\\w-]+)\\)/g, (_, name) => around.getAttribute(name) ?? ""));
    }
  }
  return found;
}"""


def style_and(page: Path) -> str:
    """A page, after the style that it shares where it does."""
    html = page.read_text(encoding="utf-8")
    return (page.with_name(SHARED).read_text(encoding="utf-8") if LINK_TO_SHARED in html else "") + html


def letters_of_fonts(page: str) -> list[set[int]]:
    """The code points of each font inside a page."""
    fonts = re.findall(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", page)
    return [set(TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()) for font in fonts]


def not_in_its_fonts(page, html: str) -> set[str]:
    """The letters that an open page shows in a font of ours that it has not in it, though the whole font has."""
    (letters,) = {frozenset(letters) for letters in letters_of_fonts(html)}
    missing = set()
    for media, width in (("screen", 390), ("screen", 1280), ("print", 1280)):
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.evaluate(SET_IN)
        assert {family for family in shown if family.startswith("Desk")} == set(typography.FAMILIES)
        missing |= {sign for family in typography.FAMILIES for sign in shown[family] if ord(sign) in WITH - letters}
    return missing


@pytest.mark.browser
def test_no_letter_of_a_page_is_in_another_font(open_page, tmp_path):
    file = sample_story.make(tmp_path / "tea").write(tmp_path)
    for page in (file, file.with_name("index.html")):
        html = style_and(page)
        assert len(letters_of_fonts(html)) == 4 and not_in_its_fonts(open_page(page.as_uri()), html) == set()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_no_letter_of_a_published_page_is_in_another_font(open_page, file):
    html = style_and(file)
    assert not_in_its_fonts(open_page(file.as_uri()), html) == set()
    assert all(len(letters) < len(WITH) * 0.6 for letters in letters_of_fonts(html))


WORDS = st.text("".join(map(chr, sorted(WITH))), max_size=20)


@given(WORDS, WORDS, WORDS)
def test_pairs_are_those_of_text_and_of_attributes_and_strings_that_the_style_shows_and_not_of_code(text, shown, code):
    style = f"a::after{{content:attr(data-note)}}td{{--label:{_quoted({'label': shown, 'unit': ''})}}}"
    html = f'<head><title>@</title></head><body><p id="#">{escape(text)}</p><i data-note="{escape(shown)}"></i>'
    pairs = shown_pairs(f"{html}<i data-note=plain></i><pre>{escape(code)}</pre>", style)
    wanted = {one + other for words in (text, shown, "plain") for one, other in pairwise(words)}
    assert wanted <= pairs and set("".join(pairs)) <= {*"plain0123456789.-\n", *text, *shown}


def test_letters_on_both_sides_of_a_tag_are_neighbours_and_code_has_none():
    assert {"To", "AV", "“V", "V”"} <= shown_pairs("<body><b>T</b>o <i>A</i>V<q class=x>V</q>", "")
    assert not {"xy", "zz"} & shown_pairs("<body>x<code>zz</code>y<script>zz</script><pre>zz</pre>", "")


def test_fonts_are_those_of_before_where_the_pairs_are_the_same():
    fonts = PageFonts().of("<body><p>To be</p>", "")
    assert fonts.rules.count("@font-face") == 4
    assert fonts.of("<body><h1>To be</h1>", "") is fonts
    assert fonts.of("<body><h1>To bé</h1>", "").rules != fonts.rules


def test_fonts_are_those_of_before_where_other_pairs_have_no_kerning():
    fonts = PageFonts().of("<body><p>To 1023</p>", "")
    assert fonts.of("<body><p>To 1032</p>", "") is fonts  # figures are of one width, and have none
    assert fonts.of("<body><p>oT 1023</p>", "").rules != fonts.rules


def test_fonts_cut_for_letters_and_kerned_pairs_are_those_of_all_pairs():
    pairs = shown_pairs("<body><p>Total: $2.5–3 AVAILABLE, fit “To” 10\u202f000</p>", "")
    texts = cut_for(pairs)
    assert {"To", "AV"} <= texts and "10" not in texts and cut_font_faces(texts) == cut_font_faces(pairs)


def test_shared_fonts_have_what_pages_show_that_load_them_and_what_readers_may_type_in_any_order():
    pages = [
        f'<head>{LINK_TO_SHARED}<style>td{{--label:"{label}"}}</style></head><body>To {text}'
        for label, text in ("é×", "−ñ")
    ]
    shared = shared_styles(HOUSE, [*pages, "<head></head><body>€ÿ"])[SHARED].decode()
    letters = set(map(ord, f"{ascii_letters}é×−ñ")) & WITH
    assert [letters <= found and not found & {*map(ord, "€ÿ")} for found in letters_of_fonts(shared)] == [True] * 4
    assert shared_styles(HOUSE, pages[::-1])[SHARED].decode() == shared
    assert all(
        found - {*map(ord, "é×")} == found
        for found in letters_of_fonts(shared_styles(HOUSE, pages[1:])[SHARED].decode())
    )


@pytest.mark.parametrize("begun", ["<pre ", "<q ", "<", "<style>", '<i data-note="'])
def test_what_has_no_end_in_a_page_that_somebody_hands_over_takes_no_time(begun):
    began = time.process_time()
    shared_styles(HOUSE, [f"<head>{LINK_TO_SHARED}</head><body>{begun * 200_000}"])
    assert time.process_time() - began < 20  # minutes, where the rest is looked through at each
