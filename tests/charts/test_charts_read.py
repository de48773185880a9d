"""What must be readable off a chart at either width: axes that say what they are, words on their own ground."""

import re
from xml.etree import ElementTree

import pytest

from tests.charts.drawn import nodes
from tests.charts.example_charts import cell, drawing, same
from toolkit.charts import LAYOUTS, draw_svg
from toolkit.charts.theme import paint
from toolkit.charts.typography import text_width

pytestmark = pytest.mark.heavy
FAR = {10: "ten", 100: "a hundred", 1000: "a thousand"}
each_width = pytest.mark.parametrize("width", LAYOUTS)


def words(source: str) -> list[str]:
    return [node.text for node in nodes(source, "text")]


@each_width
@pytest.mark.parametrize("form", ["dots", "dumbbell"])
def test_a_log_axis_of_rows_says_how_far_its_own_lines_lie_apart(form, width):
    rows = [{"n": str(power), "a": cell(2 * 10.0**power, ""), "b": cell(3 * 10.0**power, "")} for power in range(5)]
    pair = {"label": "n", "first": "a", "second": "b", "first_title": "x", "second_title": "y"}
    told = {"x": "b", "y": "n"} if form == "dots" else pair
    said = words(draw_svg(drawing(form, rows, scale="log", **told), width))
    ticks = [float(word.replace(",", "")) for word in said if re.fullmatch(r"1[0,]{1,}", word)]
    assert f"each line is {FAR[round(ticks[1] / ticks[0])]} times the one before" in said


@each_width
def test_an_even_axis_goes_on_to_a_line_that_it_all_but_reaches(width):
    def said(highest: float) -> list[str]:
        rows = [{"n": "a", "v": cell(highest, "x%")}, {"n": "b", "v": cell(0.1, "y%")}]
        return words(draw_svg(drawing("dots", rows, x="v", y="n"), width))

    assert "100%" in said(0.97)
    assert "80%" in said(0.82) or "75%" in said(0.82)


@each_width
def test_words_on_simulated_cells_stand_on_paper(width):
    columns, names = ("cost", "cache", "merged", "nobody"), [f"No. {place}" for place in range(1, 11)]
    rows = [{"x": x, "y": y, "state": "yes", "label": f"place {y[4:]}"} for y in names for x in columns]
    source = draw_svg(drawing("grid", rows, kind="synthetic", **same("x", "y", "state", "label")), width)
    rims = {group.get("stroke") for group in nodes(source, "g") for text in group if (text.text or "")[:5] == "place"}
    assert len([node for node in nodes(source, "text") if node.text.startswith("place")]) == len(rows)
    assert rims == {paint("paper")}


@each_width
def test_a_cell_may_be_partly_so(width):
    rows = [{"x": "told", "y": name, "state": state} for name, state in (("one", "yes"), ("two", "partly"))]
    source = draw_svg(drawing("grid", rows, **same("x", "y", "state")), width)
    assert "in part" in words(source) and "not known" not in words(source)
    assert 'stroke-dasharray="3,2.2"' in source


@each_width
def test_the_two_words_of_a_dumbbell_differ_as_their_key_does(width):
    rows = [
        {"n": "a", "a": cell(5.02, "real 5"), "b": cell(5, "made 5", kind="synthetic")},
        {"n": "b", "a": cell(1, "real 1"), "b": cell(9, "made 9", kind="synthetic")},
    ]
    chart = drawing(
        "dumbbell", rows, kind="synthetic", label="n", first="a", second="b", first_title="real", second_title="made"
    )
    source = draw_svg(chart, width)
    weights = {node.text: node.get("font-weight") or "400" for node in nodes(source, "text")}
    assert {weights[word] for word in ("real", "real 5", "real 1")} == {"400"}
    assert {weights[word] for word in ("made", "made 5", "made 9")} == {"600"}
    assert "-hatch-ink" in source  # the key's second point is drawn as the marks are


@each_width
def test_a_band_is_as_smooth_as_its_line(width):
    rows = [{"x": cell(place, ""), "y": cell(place**2, "", place**2 + 5)} for place in range(1, 7)]
    source = draw_svg(drawing("lines", rows, x="x", y="y", interpolate="monotone"), width)
    bands = [node.get("d") for node in nodes(source, "path") if node.get("fill-opacity") == "0.16"]
    assert bands and all("c" in band for band in bands)


@each_width
def test_simulated_does_not_run_into_a_rows_name(width):
    rows = [{"n": f"Name of row {place}", "v": cell(place, f"{place}", kind="synthetic")} for place in range(1, 9)]
    source = draw_svg(drawing("dots", rows, kind="synthetic", x="v", y="n"), width)
    stamp = next(node for node in nodes(source, "text") if node.text == "SIMULATED")
    (left, base), size = place_of(stamp), float(stamp.get("font-size"))
    right = left + text_width("SIMULATED", size, 600)
    for node in nodes(source, "text"):
        at, on = place_of(node)
        wide, tall = text_width(node.text, float(node.get("font-size")), 600), float(node.get("font-size"))
        if node.text != stamp.text and not node.get("text-anchor") and on > base - size and on - tall < base:
            assert at + wide < left - 8 or at > right + 8, node.text


def place_of(node: ElementTree.Element) -> tuple[float, float]:
    return float(node.get("x")), float(node.get("y"))
