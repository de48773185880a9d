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
        letters = font.getBestCmap().keys()
    packed = typography.font_file(family, weight, "woff2")
    assert packed.stat().st_size < 12_000
    with TTFont(packed) as font:
        assert font.getBestCmap().keys() == letters and font["head"].unitsPerEm == typography.UNITS


def test_font_faces_carry_the_fonts():
    rules = typography.font_faces()
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)\)", rules)
    assert len(found) == 4 == typography.cut_font_faces(frozenset(["café"])).count("base64")
    assert all(base64.b64decode(data)[:4] == b"wOF2" for data in found)


@pytest.mark.parametrize("face", typography.FACES)
def test_a_font_cut_to_some_texts_sets_them_as_the_whole_one_does(face):
    texts = frozenset(["To find “AV”", "waffle", "漢"])
    font = typography.cut_font(*face, texts)
    assert font == typography.cut_font.__wrapped__(*face, frozenset(["漢", "waffle", "To find “AV”"]))
    with TTFont(io.BytesIO(font)) as cut, TTFont(typography.font_file(*face, "ttf")) as whole:
        names, before = cut.getBestCmap(), whole.getBestCmap()
        assert set(names) == set(map(ord, "".join(texts))) - {ord("漢")} and "GSUB" not in cut
        size = cut["head"].unitsPerEm
        scale = size / whole["head"].unitsPerEm
        assert all(
            abs(cut["hmtx"][name][0] - whole["hmtx"][before[code]][0] * scale) <= 0.5 for code, name in names.items()
        )
        kerning, known = cut["kern"].kernTables[0].kernTable, typography.kerning_of(whole)
        assert kerning["T", "o"] < 0 and kerning["A", "V"] < 0 and ("V", "A") not in kerning and len(font) < 2_700
        assert all(abs(value - known[pair] * scale) <= 0.5 for pair, value in kerning.items() if pair in known)
    with TTFont(io.BytesIO(typography.cut_font(*face, texts, ligatures=True))) as cut:
        assert [made.Component for made in cut["GSUB"].table.LookupList.Lookup[0].SubTable[0].ligatures["f"]]


@pytest.mark.parametrize("texts", [frozenset(), frozenset(["漢字"]), frozenset(["z"])])
def test_a_font_of_few_letters_or_none_is_a_font(texts):
    with TTFont(io.BytesIO(typography.cut_font("Desk Sans", 400, texts))) as font:
        assert set(font.getGlyphOrder()) == {".notdef"} | {"z"} & set(texts)


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
