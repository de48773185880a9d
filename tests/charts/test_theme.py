"""The palette holds what it promises on both grounds, and the fonts are what the page and the charts measure with."""

import base64
import io
import itertools
import re

import pytest
from coloraide import Color
from fontTools.ttLib import TTFont

from toolkit.charts import theme

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
COMPANIES = ("amazon", "alphabet", "meta", "microsoft")
BLINDNESS = {"protan": ("brettel", "machado", "vienot"), "deutan": ("brettel", "machado", "vienot")}
BLINDNESS["tritan"] = ("brettel", "machado")  # Viénot's model was not made for tritan vision


def contrast(one: str, other: str) -> float:
    return Color(one).contrast(other, method="wcag21")


def seen(colour: str) -> list[Color]:
    """The colour as people with each kind of colour vision see it."""
    plain = Color(colour)
    simulated = (plain.filter(kind, method=way) for kind, ways in BLINDNESS.items() for way in ways)
    return [each.convert("lab-d65") for each in (plain, *simulated)]


def distance(one: str, other: str) -> float:
    return min(a.delta_e(b, method="2000") for a, b in zip(seen(one), seen(other), strict=True))


@pytest.mark.parametrize("name", THEMES)
def test_both_themes_have_the_same_roles(name):
    assert THEMES[name].keys() == theme.LIGHT.keys()


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ["ink", "muted", "accent", *COMPANIES])
def test_text_colours_pass_on_paper_and_slip(name, role):
    palette = THEMES[name]
    assert contrast(palette[role], palette["paper"]) >= 4.5
    assert contrast(palette[role], palette["slip"]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ["context", "accent", *COMPANIES])
def test_marks_stand_out_from_their_ground(name, role):
    palette = THEMES[name]
    assert contrast(palette[role], palette["paper"]) >= 3
    assert contrast(palette[role], palette["slip"]) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_the_accent_is_legible_on_its_tint(name):
    assert contrast(THEMES[name]["accent"], THEMES[name]["tint"]) >= 4.5
    assert contrast(THEMES[name]["ink"], THEMES[name]["tint"]) >= 7


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", list(itertools.combinations(COMPANIES, 2)), ids="-".join)
def test_companies_stay_apart_for_all_kinds_of_colour_vision(name, pair):
    assert distance(*(THEMES[name][role] for role in pair)) >= 14


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", COMPANIES)
def test_the_accent_is_no_company(name, role):
    # lower than between companies: the accent never stands for one, and its marks are named
    assert distance(THEMES[name]["accent"], THEMES[name][role]) >= 8


@pytest.mark.parametrize("role", COMPANIES)
def test_a_company_keeps_its_hue_in_the_dark(role):
    light, dark = (Color(palette[role]).convert("oklch")["hue"] for palette in (theme.LIGHT, theme.DARK))
    assert abs((light - dark + 180) % 360 - 180) <= 30


def test_css_holds_every_role_twice_and_paper_is_light():
    css = theme.css_variables()
    for role in theme.LIGHT:
        assert css.count(f"--{role}:") == 2
    assert "@media screen and (prefers-color-scheme:dark)" in css


def test_resolved_leaves_no_variable():
    assert theme.resolved(f'<path fill="{theme.paint("accent")}"/>') == f'<path fill="{theme.LIGHT["accent"]}"/>'


@pytest.mark.parametrize("family", theme.FAMILIES)
@pytest.mark.parametrize("weight", theme.WEIGHTS)
def test_fonts_are_renamed_small_and_set_what_a_newsroom_writes(family, weight):
    path = theme.font_file(family, weight, "ttf")
    with TTFont(path) as font:
        assert font["name"].getDebugName(16) == family
        assert "Source" not in "".join(font["name"].getDebugName(n) for n in (1, 3, 4, 6))
        wanted = "–—‘’“”×÷·…→≈≤≥−½§°é€£✓\u202f\u2009\u00a0ßøñ"
        assert set(map(ord, wanted)) <= font.getBestCmap().keys()
        assert {"kern"} <= {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
    assert theme.font_file(family, weight, "woff2").stat().st_size < 14_000


def test_font_faces_carry_the_fonts():
    rules = theme.font_faces()
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)\)", rules)
    assert len(found) == 4
    assert all(base64.b64decode(data)[:4] == b"wOF2" for data in found)


def test_a_font_cut_to_some_texts_sets_them_as_the_whole_one_does():
    texts = frozenset(["To find “AV”", "waffle"])
    font = theme.cut_font("Desk Sans", 600, texts)
    assert font == theme.cut_font.__wrapped__("Desk Sans", 600, frozenset(["waffle", "To find “AV”"]))
    with TTFont(io.BytesIO(font)) as cut, TTFont(theme.font_file("Desk Sans", 600, "ttf")) as whole:
        names = cut.getBestCmap()
        assert set(names) == set(map(ord, "".join(texts)))
        assert all(cut["hmtx"][name] == whole["hmtx"][name] for name in names.values())
        kerning = cut["kern"].kernTables[0].kernTable
        assert kerning["T", "o"] < 0 and len(font) < 4_000
        size = whole["head"].unitsPerEm
        assert kerning["A", "V"] == round(theme.metrics(600).kerning[ord("A"), ord("V")] * size)


def test_widths_add_up_and_unknown_signs_count_as_wide():
    assert theme.text_width("201", 20) == pytest.approx(3 * theme.text_width("0", 20))  # tabular figures
    assert theme.text_width("To", 20) < theme.text_width("T", 20) + theme.text_width("o", 20)  # kerning
    assert theme.text_width("漢", 20) == 20


def test_balanced_lines_are_as_few_and_as_even_as_can_be():
    text = "Only tokens per merged request come near ten; plain token counts differ by about seven"
    lines = theme.balanced(text, 680, 22, 600)
    assert " ".join(lines) == text
    assert len(lines) == len(theme.wrapped(text, 680, 22, 600)) == 2
    widths = [theme.text_width(line, 22, 600) for line in lines]
    assert max(widths) - min(widths) < 120
