"""What a chart form refuses, and how it says so."""

import re
from dataclasses import replace

import pytest

from tests.charts.example_charts import EXAMPLES, cell, drawing, same
from toolkit.charts import FORMS, Cell, Drawing, draw_svg, svg
from toolkit.charts.drawn_marks import read_marks
from toolkit.charts.forms import load_examples
from toolkit.core.errors import ToolkitError


def fault(chart: Drawing, width: str = "wide") -> str:
    with pytest.raises(ToolkitError) as caught:
        draw_svg(chart, width)
    return str(caught.value)


def test_an_unknown_form_names_the_forms():
    said = fault(drawing("pie", [{"a": "b"}]))
    assert "unknown form 'pie'" in said and "allowed: " in said and "lines" in said


def test_all_faults_of_encodings_come_at_once():
    said = fault(drawing("dots", [{"n": cell(1, "1"), "who": "a"}], x="count", colour="who"))
    assert "chart sample-dots, form dots" in said
    assert "x='count': the table has no such column" in said and "n, who" in said
    assert "unknown encoding 'colour'" in said
    assert "missing y= (a text column: the row's name)" in said


@pytest.mark.parametrize("form", FORMS)
def test_every_form_lists_what_it_misses(form):
    said = fault(drawing(form, [{"a": "b"}]))
    wanted = [name for name, encoding in FORMS[form].encodings.items() if encoding.required]
    assert wanted
    assert all(f"{name}= (" in said for name in wanted)


@pytest.mark.parametrize("form", [name for name, form in FORMS.items() if "emphasis" in form.encodings])
def test_an_emphasis_that_names_nothing_is_refused_with_the_near_one(form):
    chart = load_examples()[form]()
    of = FORMS[form].encodings["emphasis"]
    columns = [chart.encodings[name] for name in of.among.split() if name in chart.encodings]
    cells = [row.get(column) for column in columns for row in chart.rows]
    named = next(iter(of.choices or [cell for cell in cells if cell]), "")
    said = fault(replace(chart, encodings={**chart.encodings, "emphasis": f"{named}x"}))
    assert f"emphasis='{named}x'" in said
    assert f"write {named!r}, or name one of them" in said if named else "allowed: none" in said


def test_emphasis_may_be_none_of_the_rows():
    chart = load_examples()["bars"]()
    drawn = draw_svg(replace(chart, encodings={**chart.encodings, "emphasis": ""}), "wide")
    assert "accent" not in drawn


def test_a_wrong_cell_is_named_with_its_row():
    said = fault(drawing("bars", [{"n": "a", "v": cell(1, "1")}, {"n": cell(2, "2"), "v": None}], label="n", value="v"))
    assert "row 2: label='n' holds a number" in said
    assert "row 2: no value" in said


def test_rows_of_a_role_want_their_own():
    rows = [{"role": "node", "node": "a", "label": "A", "layer": cell(0, "0")}, {"role": "edge", "source": "a"}]
    said = fault(drawing("tree", rows, **same("role", "node", "label", "layer", "source"), target="node"))
    assert "row 2: no target" in said


def test_edges_name_nodes_and_go_forward():
    chart = EXAMPLES["tree"]()
    said = fault(replace(chart, rows=(*chart.rows, {"role": "edge", "source": "tr", "target": "nobody"})))
    assert "an edge names 'nobody'" in said
    said = fault(replace(chart, rows=(*chart.rows, {"role": "edge", "source": "tr", "target": "tc"})))
    assert "does not go to a later layer" in said


def test_bars_start_at_zero():
    said = fault(replace(EXAMPLES["bars"](), encodings={**EXAMPLES["bars"]().encodings, "base": 50}))
    assert "unknown encoding 'base'" in said


def test_a_log_axis_wants_values_above_zero():
    rows = [{"n": "a", "v": cell(0, "0")}, {"n": "b", "v": cell(10, "10")}]
    assert "0 on a log scale" in fault(drawing("dots", rows, x="v", y="n", scale="log"))


def test_no_two_parts_have_one_colour():
    rows = [{"n": "a", "who": name, "v": cell(1, "1")} for name in "pqrst"]
    said = fault(drawing("range_bars", rows, label="n", entity="who", value="v"))
    assert "no colour for s, t" in said and "at most 3 groups without one of their own" in said


def test_too_many_squares_are_refused():
    said = fault(replace(EXAMPLES["squares"](), encodings={**EXAMPLES["squares"]().encodings, "left_per_square": 0.1}))
    assert "18,220 squares" in said and "left_per_square" in said


def test_strip_codes_are_checked():
    chart = EXAMPLES["multiples"]()
    rows = ({**chart.rows[0], "more": "11"}, *chart.rows[1:])
    assert "the strip code '11'" in fault(replace(chart, rows=rows))


def test_a_text_out_of_its_box_is_refused_with_how_far():
    row = {"n": "Wordlonger" * 12, "v": cell(1, "1")}
    said = fault(drawing("bars", [row], label="n", value="v"), "narrow")
    assert re.search(r"'(Wordlonger)+' runs [\d.]+ px out of the drawing", said)
    assert "sample-bars" in said and "narrow" in said


def test_texts_that_overlap_are_refused_by_name():
    style = (("font-size", "15"), ("fill", "none"))
    marks = [svg.Element("text", word, style, x, 20) for word, x in (("first", 10), ("second", 20), ("third", 200))]
    with pytest.raises(ToolkitError, match="'first' and 'second' overlap") as caught:
        svg.check_texts(marks, 300, 40, "chart a", 13)
    assert "third" not in str(caught.value)


def test_small_print_is_refused():
    with pytest.raises(ToolkitError, match="12 px high"):
        svg.check_texts([svg.Element("text", "a", (("font-size", "12"),), 10, 20)], 300, 40, "chart a", 14.2)


def test_clipped_marks_are_refused():
    source = '<svg xmlns="http://www.w3.org/2000/svg"><g><clipPath id="clip1"/></g></svg>'
    with pytest.raises(ToolkitError, match="without gradients"):
        svg.elements(read_marks(source).marks, "chart a")


@pytest.mark.parametrize("paint", ["fill", "stroke"])
def test_a_colour_that_would_be_loaded_is_refused(paint):
    for colour in ("url(https://example.org/#a)", "URL(//example.org)", "url(#hatch-accent) url(a)"):
        source = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0,0h9" {paint}="{colour}"/></svg>'
        with pytest.raises(ToolkitError, match="a gradient or a file"):
            svg.elements(read_marks(source).marks, "chart a")


@pytest.mark.parametrize("name", ["Chart 1", "", "a<b", "é"])
def test_an_id_must_be_fit_for_a_page(name):
    with pytest.raises(ToolkitError, match="small letters"):
        replace(EXAMPLES["dots"](), id=name)


def test_a_date_must_be_one():
    rows = [{"d": "soon", "v": cell(1, "1"), "s": "a"}]
    assert "'soon' is not a date" in fault(drawing("lines", rows, x="d", y="v", color="s"))


def test_a_timeline_needs_two_days():
    rows = [{"d": "2026-05-12", "n": "one"}, {"d": "2026-05-12", "n": "two"}]
    assert "all events on one day" in fault(drawing("timeline", rows, start="d", label="n"))


@pytest.mark.parametrize("form", ["curve", "paired", "distribution", "lines", "columns", "tree"])
def test_an_empty_number_is_named_or_left_out_but_never_a_crash(form):
    chart = EXAMPLES[form]()
    for column in {name for row in chart.rows for name, value in row.items() if isinstance(value, Cell)}:
        for role in {row.get("role") for row in chart.rows}:
            at = next(place for place, row in enumerate(chart.rows) if row.get("role") == role)
            rows = list(chart.rows)
            rows[at] = {**rows[at], column: None}
            try:
                draw_svg(replace(chart, rows=tuple(rows)), "narrow")
            except ToolkitError as error:
                assert f"row {at + 1}: no" in str(error) or "chart" in str(error)


def test_an_empty_point_of_a_curve_is_named_with_its_row():
    chart = EXAMPLES["distribution"]()
    said = fault(replace(chart, rows=({**chart.rows[0], "density": None}, *chart.rows[1:])))
    assert "row 1: no density" in said and "in each row of role curve" in said
