"""The palette holds what it promises on both grounds, and a project's own colours are read or refused."""

import itertools
import re
from pathlib import Path

import pytest
from coloraide import Color

from tests.charts.example_charts import PALETTE
from toolkit import site
from toolkit.charts import HOUSE, read_palette
from toolkit.charts.theme import OWN, paint
from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project

TEMPLATES = Path(site.__file__).parent / "templates"
THEMES = {"light": PALETTE.light, "dark": PALETTE.dark}
COMPANIES = tuple(colour.role for colour in PALETTE.entities)
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
    assert THEMES[name].keys() == PALETTE.light.keys()


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
    light, dark = (Color(palette[role]).convert("oklch")["hue"] for palette in (PALETTE.light, PALETTE.dark))
    assert abs((light - dark + 180) % 360 - 180) <= 30


def test_css_holds_every_role_twice_and_paper_is_light():
    css = PALETTE.css_variables()
    for role in PALETTE.light:
        assert css.count(f"--{role}:") == 2
    assert "@media screen and (prefers-color-scheme:dark)" in css


def test_resolved_leaves_no_variable():
    assert PALETTE.resolved(f'<path fill="{paint("accent")}"/>') == f'<path fill="{PALETTE.light["accent"]}"/>'


def project(tmp_path, colours: str) -> Project:
    (tmp_path / "pyproject.toml").write_text(f"[tool.toolkit]\nname = 'x'\n{colours}", encoding="utf-8")
    return Project(tmp_path)


def test_a_project_without_colours_has_those_of_the_house(tmp_path):
    assert read_palette(project(tmp_path, "")) == HOUSE and HOUSE.role_of("Amazon") is None
    assert COMPANIES and not set(COMPANIES) & HOUSE.light.keys()


def test_a_project_gives_entities_colours(tmp_path):
    told = '[tool.toolkit.colours]\ntea = {entities = ["Tea", "Green tea"], light = "#005500", dark = "#aaffaa"}\n'
    palette = read_palette(project(tmp_path, told))
    assert palette.role_of("Green tea") == "tea" and palette.role_of("Coffee") is None
    assert palette.resolved(paint("tea")) == "#005500" and "--tea:#aaffaa;" in palette.css_variables()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('ink = {entities = ["A"], light = "#005500", dark = "#aaffaa"}', ["colours] ink: the name 'ink'"]),
        ('sans = {entities = ["A"], light = "#005500", dark = "#aaffaa"}', ["colours] sans: the name 'sans'"]),
        ('tea = {entities = [], light = "green", dark = "#AAFFAA"}', ["tea, entities: []", "light: 'green'", "dark: "]),
        ('tea = {entities = ["A"], light = "#005500"}', ["colours] tea: entities, light", "dark = "]),
        ('tea = "#005500"', ["colours] tea: '#005500'", "entities, light and dark"]),
    ],
)
def test_a_wrong_colour_is_named_with_what_is_allowed(tmp_path, entry, said):
    with pytest.raises(ToolkitError) as caught:
        read_palette(project(tmp_path, f"[tool.toolkit.colours]\n{entry}\n"))
    assert all(part in str(caught.value) for part in said) and "do: " in str(caught.value)


def test_an_entity_has_one_colour(tmp_path):
    entry = '{entities = ["A"], light = "#005500", dark = "#aaffaa"}'
    with pytest.raises(ToolkitError, match="'A', which is in tea too"):
        read_palette(project(tmp_path, f"[tool.toolkit.colours]\ntea = {entry}\ncup = {entry}\n"))
    with pytest.raises(ToolkitError, match="a table of its own"):
        read_palette(project(tmp_path, "colours = 3\n"))


def test_no_colour_takes_the_name_of_a_variable_of_the_style_sheets():
    used = {name for file in TEMPLATES.rglob("*.css") for name in re.findall(r"--([a-z]+):", file.read_text("utf-8"))}
    assert used - HOUSE.light.keys() <= set(OWN)
