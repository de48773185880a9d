"""The gallery shows the forms as they are: its pictures are compared with those drawn now, as text."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from toolkit.charts import FORMS, LAYOUTS
from toolkit.charts.contrast import contrast
from toolkit.charts.example import simulated
from toolkit.charts.forms import load_examples
from toolkit.charts.gallery import DRAWN, code, drawn, gallery_page
from toolkit.core.text import shortened
from toolkit.notebook.typed_numbers import typed_numbers

pytestmark = pytest.mark.heavy
GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
MEND = "look at it in docs/gallery/drawn, then run: make gallery"

each_form = pytest.mark.parametrize("form", FORMS)


@cache
def pictures(form: str) -> dict[str, str]:
    return dict(drawn(load_examples()[form]()))


@each_form
def test_each_example_is_drawn_as_it_was(form):
    """At both widths, simulated and not; the colours are the reader's, light or dark."""
    for name, now in pictures(form).items():
        before = (GALLERY / name).read_text(encoding="utf-8") if (GALLERY / name).is_file() else ""
        changed = [line for line in now.splitlines() if line not in before.splitlines()]
        assert now == before, f"{name} changed: {shortened(' '.join(changed))}; {MEND}"


@each_form
def test_each_is_readable_in_the_light_and_in_the_dark(form):
    drawing = load_examples()[form]()
    for name, picture in pictures(form).items():
        roles = set(re.findall(r"<text[^>]* fill=\"var\\(--([a-z]+)\\)", picture))
        for colours in (drawing.palette.light, drawing.palette.dark):
            assert all(contrast(colours[role], colours["paper"]) > 3 for role in roles - {"paper"})
        assert ("SIMULATED" in picture) is ("-simulated" in name)


@each_form
def test_its_code_is_short_and_says_no_typed_number(form):
    drawing = load_examples()[form]()
    made = code(drawing)
    assert len(made.splitlines()) <= 14
    call = ast.parse(made).body[-1].value
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg != "notes_at"}
    words = {name: given.pop(name) for name in ("title", "subtitle", "notes", "alt")}
    assert given == drawing.encodings
    assert not [typed for text in words.values() for typed in typed_numbers(text)]
    assert "invented" in words["notes"]


def test_the_gallery_is_whole_and_current():
    assert (GALLERY / "README.md").read_text(encoding="utf-8") == gallery_page(), MEND
    names = {f"{DRAWN}/{form}-{width}{kind}.svg" for form in FORMS for width in LAYOUTS for kind in ("", "-simulated")}
    there = {path.relative_to(GALLERY).as_posix() for path in GALLERY.rglob("*.svg")}
    assert there == names | {f"{form}.svg" for form in FORMS}


def test_a_simulated_example_is_simulated_in_each_number():
    made = simulated(load_examples()["bars"]())
    assert {cell.kind for row in made.rows for cell in row.values() if hasattr(cell, "kind")} == {"synthetic"}
