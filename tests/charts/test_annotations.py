"""Notes on charts: on scales of numbers, of time and of names, in house forms and in Altair charts of every shape."""

import re
from dataclasses import replace

import altair as alt
import pytest
import vl_convert

from tests.charts.drawn import nodes
from tests.charts.test_altair_chart import CHART, CHARTS, FRAME, drawing
from toolkit.charts import LAYOUTS, draw_svg, interactive_specification, svg, vega_lite
from toolkit.charts.drawing import Annotation
from toolkit.charts.example import number
from toolkit.charts.forms import load_examples
from toolkit.charts.geometry import along_line
from toolkit.charts.rendering import draw_marks
from toolkit.charts.specification import views
from toolkit.charts.svg_paths import vertices
from toolkit.core.errors import ToolkitError

pytestmark = pytest.mark.heavy
SAMPLES = load_examples()
NOTED = {  # a form of each kind of scale: the place of a line, of a band, of a point
    "lines": ({"x": ("2022",)}, {"x": ("2020", "2021")}, {"x": ("2023",), "y": (number(531),)}),
    "scatter": ({"y": (number(350),)}, {"x": (number(30), number(40))}, {"x": (number(63),), "y": (number(520),)}),
    "bars": ({"x": (number(20_000),)}, {"y": ("Castleton",)}, {"x": (number(31_000),), "y": ("Brockham",)}),
    "columns": ({"x": (number(3),)}, {"y": (number(150), number(200))}, {"x": (number(5),), "y": (number(340),)}),
}


def noted(form, *places):
    words = ("a new law", "as in others", "this one")
    notes = tuple(Annotation(said, **place) for said, place in zip(words, places, strict=False))
    return replace(SAMPLES[form](), notes_at=notes)


def words_in(source):
    return [node.text for node in nodes(source, "text")]


@pytest.mark.parametrize("width", LAYOUTS)
@pytest.mark.parametrize("form", NOTED)
def test_a_line_a_band_and_a_point_stand_in_the_form(form, width):
    drawn = draw_svg(noted(form, *NOTED[form]), width)
    plain = draw_svg(noted(form), width)
    assert {"a new law", "as in others", "this one"} <= set(words_in(drawn)) - set(words_in(plain))
    assert drawn.count("var(--slip)") > plain.count("var(--slip)")  # the band


@pytest.mark.parametrize("form", NOTED)
def test_the_published_chart_has_the_notes_where_the_page_has_them(form):
    made = noted(form, *NOTED[form])
    page = draw_svg(made, "wide")
    editor = vl_convert.vegalite_to_svg(vega_lite(made), vl_version="6.4")
    found = [re.search(rf"<text[^>]*>{said}<", editor) for said in ("a new law", "as in others", "this one")]
    assert all(found) and "notes_at" not in page
    notes = [view for view in views(vega_lite(made)) if re.fullmatch(r"notes_at_\d_words", view.get("name", ""))]
    records = [view["data"]["values"][0] for view in notes]
    assert len(records) == 3
    assert all(record["size"] >= 13 and record["align"] in ("left", "right", "center") for record in records)


@pytest.mark.parametrize("form", ["lines", "scatter", "paired", "distribution", "choropleth", "point_map"])
def test_names_that_a_form_writes_into_its_plot_are_published_in_their_place(form):
    made = vega_lite(SAMPLES[form]())
    (layer,) = [view for view in views(made) if view.get("name") == "placed_words"]
    records = made["datasets"][layer["data"]["name"]]
    assert all(record["words"] and record["size"] >= 13 for record in records)
    assert not any("to_place" in record for record in records)
    assert any(record["dx"] or record["dy"] for record in records)


@pytest.mark.parametrize("width", LAYOUTS)
def test_the_name_of_a_region_stands_clear_of_the_curve(width):
    found, _ = draw_marks(SAMPLES["distribution"](), width)
    names = [svg.box_of(one) for one in found if one.shape in ("dearest tenth", "dearest", "tenth")]
    lines = [one for one in found if one.tag == "path" and dict(one.style).get("stroke-width") == "2.25"]
    assert names and len(lines) == 1
    assert not any(name.overlaps(part) for name in names for part in along_line([*vertices(lines[0].shape)]))


@pytest.mark.parametrize("form", SAMPLES)
def test_every_form_takes_the_argument_or_says_that_it_has_no_such_axis(form):
    made = replace(SAMPLES[form](), notes_at=(Annotation("here", x=("nowhere",)),))
    with pytest.raises(ToolkitError) as raised:
        draw_svg(made, "wide")
    said = str(raised.value)
    assert "notes_at 'here'" in said
    assert any(words in said for words in ("is not on the axis", "no plot of the chart has one axis", "on an axis of"))


def test_an_axis_is_as_long_as_its_notes_need():
    with_limit = noted("lines", {"y": (number(2000),)})
    assert "€2,000" in words_in(draw_svg(with_limit, "wide"))


def test_all_notes_that_have_no_place_are_said_at_once_with_the_nearest_name():
    made = noted("bars", {"y": ("Castelton",)}, {"x": ("soon",)})
    with pytest.raises(ToolkitError) as raised:
        draw_svg(made, "wide")
    first, second = raised.value.problems
    assert "write 'Castleton'" in first.remedy and "Castleton" in first.allowed
    assert "on an axis of numbers" in second.found


@pytest.mark.parametrize(
    "name", ["bars", "layers", "points", "lines", "histogram", "facet", "row", "column", "vconcat"]
)
def test_any_chart_of_altair_takes_them(name):
    places = {"x": ("2023",)} if name in ("lines", "column") else {"x": (number(40),)}
    if name in ("points", "lines"):
        places |= {"y": ("2023",)} if name == "points" else {"y": (number(40),)}
    made = replace(drawing(CHARTS[name]()), notes_at=(Annotation("here", **places),))
    for width in LAYOUTS:
        assert "here" in words_in(draw_svg(made, width))
    assert any(view.get("name") == "notes_at_0_words" for view in views(interactive_specification(made, "wide")))


def test_a_name_on_an_axis_that_is_sorted_by_values_leaves_it_sorted():
    sorted_chart = CHART.mark_bar().encode(x="mean(score)", y=alt.Y("town", sort="-x"))
    plain = drawing(sorted_chart)
    names = [words for words in words_in(draw_svg(plain, "wide")) if words.isalpha() and words.istitle()]
    made = replace(plain, notes_at=(Annotation("here", y=("Easton",)),))
    assert [words for words in words_in(draw_svg(made, "wide")) if words in names] == names


def test_words_of_a_note_inherit_nothing_from_the_chart_around_them():
    layered = alt.layer(alt.Chart().mark_point(), data=FRAME).encode(x="score", y="year:O", color="group")
    made = replace(drawing(layered), notes_at=(Annotation("here", x=(number(40),)),))
    assert "null" not in words_in(draw_svg(made, "wide"))
