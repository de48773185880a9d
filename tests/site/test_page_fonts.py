"""The fonts of a story's page have every letter that the page may show, and few others."""

import base64
import io
import re
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tests.site import sample_story
from toolkit.charts import typography
from toolkit.charts.typography import cut_font_faces, cut_for
from toolkit.site.page_fonts import PageFonts, shown_pairs
from toolkit.site.table_style import _quoted

REPORTS = Path(__file__).parents[2] / "reports"
STORIES = [file for file in sorted(REPORTS.glob("*.html")) if (REPORTS / file.stem).is_dir()]
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
      const strings = style.content.replace(/"((?:[^"\\\\\\\\]|\\\\\\\\.)*)"/g, "$1");
      add(style, strings.replace(/attr\\(([\\w-]+)\\)/g, (_, name) => around.getAttribute(name) ?? ""));
    }
  }
  return found;
}"""


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
    html = file.read_text(encoding="utf-8")
    assert len(letters_of_fonts(html)) == 4 and not_in_its_fonts(open_page(file.as_uri()), html) == set()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_no_letter_of_a_published_page_is_in_another_font(open_page, file):
    html = file.read_text(encoding="utf-8")
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
