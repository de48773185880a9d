"""The fonts are what pages and charts measure with."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from toolkit.charts import typography


@pytest.mark.parametrize("family", typography.FAMILIES)
@pytest.mark.parametrize("weight", typography.WEIGHTS)
def test_fonts_are_renamed_small_and_set_what_a_newsroom_writes(family, weight):
    path = typography.font_file(family, weight, "ttf")
    with TTFont(path) as font:
        assert font["name"].getDebugName(16) == family
        assert "Source" not in "".join(font["name"].getDebugName(n) for n in (1, 3, 4, 6))
        wanted = "–—‘’“”×÷·…→≈≤≥−½§°é€£✓\u202f\u2009\u00a0ßøñ"
        assert set(map(ord, wanted)) <= font.getBestCmap().keys()
        assert {"kern"} <= {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
        parts = [set(map(ord, letters)) for letters in typography.PARTS.values()]
        assert set.union(*parts) == font.getBestCmap().keys() and not set.intersection(*parts)
    assert typography.font_file(family, f"{weight}-basic", "woff2").stat().st_size < 9_500


def test_font_faces_carry_the_fonts():
    rules = typography.font_faces()
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)\)", rules)
    assert len(found) == 8 and rules.count("unicode-range") == 4
    assert typography.font_faces(rarer=False).count("base64") == 4
    assert typography.RARER.search("café") and not typography.RARER.search("Plain “English”, 3 × 4 − 2 → 10")
    assert all(base64.b64decode(data)[:4] == b"wOF2" for data in found)


def test_a_font_cut_to_some_texts_sets_them_as_the_whole_one_does():
    texts = frozenset(["To find “AV”", "waffle"])
    font = typography.cut_font("Desk Sans", 600, texts)
    assert font == typography.cut_font.__wrapped__("Desk Sans", 600, frozenset(["waffle", "To find “AV”"]))
    with TTFont(io.BytesIO(font)) as cut, TTFont(typography.font_file("Desk Sans", 600, "ttf")) as whole:
        names = cut.getBestCmap()
        assert set(names) == set(map(ord, "".join(texts)))
        size = cut["head"].unitsPerEm
        wide = {name: whole["hmtx"][name][0] * size / whole["head"].unitsPerEm for name in names.values()}
        assert all(abs(cut["hmtx"][name][0] - width) <= 0.5 for name, width in wide.items())
        kerning = cut["kern"].kernTables[0].kernTable
        assert kerning["T", "o"] < 0 and len(font) < 2_500
        assert kerning["A", "V"] == round(typography.metrics(600).kerning[ord("A"), ord("V")] * size)


def test_widths_add_up_and_unknown_signs_count_as_wide():
    assert typography.text_width("201", 20) == pytest.approx(3 * typography.text_width("0", 20))  # tabular figures
    assert typography.text_width("To", 20) < typography.text_width("T", 20) + typography.text_width("o", 20)  # kerning
    assert typography.text_width("漢", 20) == 20


def test_balanced_lines_are_as_few_and_as_even_as_can_be():
    text = "Only tokens per merged request come near ten; plain token counts differ by about seven"
    lines = typography.balanced(text, 680, 22, 600)
    assert " ".join(lines) == text
    assert len(lines) == len(typography.wrapped(text, 680, 22, 600)) == 2
    widths = [typography.text_width(line, 22, 600) for line in lines]
    assert max(widths) - min(widths) < 120
