"""Tables at the edge of what a form shows: one row, zeros, two values in one place. Drawn, or refused in words."""

from dataclasses import replace

import pytest

from tests.charts.drawn import nodes
from toolkit.charts import LAYOUTS, Cell, draw_svg
from toolkit.charts.forms import load_examples
from toolkit.charts.slots import slots_of
from toolkit.core.errors import ToolkitError
from toolkit.core.locales import LOCALES

pytestmark = pytest.mark.heavy
PLACES = ("longitude", "latitude")
TWICE = {
    "areas": "2 values for Repairs, 2020",
    "small_multiples": "2 values for Aberley, 2025-01",
    "bump": "2 values for Aberley, 2021",
    "choropleth": "2 values for Aberley",
    "columns": "2 values for 1",
    "distribution": "2 values for 156",
    "funnel": "2 values for Complaints received",
    "icon_array": "2 values for With a queue, weeks ended late",
    "grid": "2 values for A new school, Programme",
    "lines": "2 values for Aberley, 2020",
}
RANGES = {
    "areas": "€41m for Repairs, 2020",
    "bump": "the place '1' of Aberley, 2021",
    "choropleth": "the range '6%'",
    "histogram": "the range '3', which may lie in several steps",
    "icon_array": "23 weeks ended late",
    "point_map": "size 120 in row 1",
    "quantile_dots": "the range '4'",
    "scatter": "the range '12'",
}
DRAWN = ("choropleth", "funnel", "histogram", "icon_array", "point_map", "scatter", "lines")
ZEROS = ("areas", "small_multiples", "choropleth", "funnel", "histogram", "point_map", "quantile_dots", "lines")


def changed(form: str, **ends: float):
    drawing = load_examples()[form]()
    rows = [{name: end(name, cell, **ends) for name, cell in row.items()} for row in drawing.rows]
    return replace(drawing, rows=tuple(rows))


def end(name: str, cell: Cell | str | None, times: float, more: float = 0) -> Cell | str | None:
    if not isinstance(cell, Cell) or name in PLACES:
        return cell
    return replace(cell, low=cell.low * times, high=cell.low * times + more)


def fault(drawing) -> str:
    with pytest.raises(ToolkitError) as caught:
        draw_svg(drawing, "narrow")
    return str(caught.value)


@pytest.mark.parametrize("form", DRAWN)
def test_one_row_is_drawn(form):
    drawing = load_examples()[form]()
    encodings = {name: value for name, value in drawing.encodings.items() if name != "emphasis"}
    for width in LAYOUTS:
        assert "<path" in draw_svg(replace(drawing, rows=drawing.rows[:1], encodings=encodings), width)


@pytest.mark.parametrize("form", ZEROS)
def test_zeros_alone_are_drawn(form):
    for width in LAYOUTS:
        assert "<path" in draw_svg(changed(form, times=0), width)


@pytest.mark.parametrize("form", TWICE)
def test_two_values_in_one_place_are_refused_by_name(form):
    drawing = load_examples()[form]()
    said = fault(replace(drawing, rows=(*drawing.rows, drawing.rows[0])))
    assert TWICE[form] in said and "one value in one place" in said


@pytest.mark.parametrize("form", RANGES)
def test_ranges_are_refused_where_they_cannot_be_drawn(form):
    assert RANGES[form] in fault(changed(form, times=1, more=1.5))


@pytest.mark.parametrize("form", ["areas", "small_multiples", "bump", "funnel", "icon_array", "point_map"])
def test_values_below_zero_are_refused_where_they_mean_nothing(form):
    assert "from zero" in (said := fault(changed(form, times=-1))) or "whole number" in said


def test_a_funnel_narrows():
    drawing = load_examples()["funnel"]()
    said = fault(replace(drawing, rows=drawing.rows[::-1]))
    assert "310 at 'Inspected on site', more than 42 at 'Fined'" in said and '"bars"' in said


def test_areas_have_a_value_of_each_part_at_each_place():
    drawing = load_examples()["areas"]()
    assert "no value for Repairs, 2020" in fault(replace(drawing, rows=drawing.rows[1:]))


def test_counts_stand_beside_the_ranges_that_they_count():
    drawing = load_examples()["histogram"]()
    rows = tuple(
        {"days": Cell(low, low + 5, f"{low} to {low + 5}"), "n": Cell(count, count, str(count))}
        for low, count in ((0.0, 4.0), (5.0, 9.0), (10.0, 2.0))
    )
    counted = replace(drawing, rows=rows, encodings={"x": "days", "y": "n"})
    assert "<path" in draw_svg(counted, "narrow")
    single = tuple({**row, "days": Cell(1.0, 1.0, "1")} for row in rows)
    assert "y= beside single values of x" in fault(replace(counted, rows=single))


@pytest.mark.parametrize(
    ("xs", "slots"),
    [
        (["2019", "2021", "2022"], ["2019", "2020", "2021", "2022"]),
        (["2016", "2020", "2024"], ["2016", "2020", "2024"]),
        (["2025-01", "2025-02", "2025-04"], ["2025-01", "2025-02", "2025-03", "2025-04"]),
        (["2025-01-05", "2025-01-06", "2025-01-20"], ["2025-01-05", "2025-01-06", "2025-01-20"]),
        (["north", "south"], ["north", "south"]),
    ],
)
def test_a_column_that_is_left_out_keeps_its_place(xs, slots):
    assert list(slots_of(xs, LOCALES["en"])) == slots


@pytest.mark.parametrize("years", [("2016", "2017", "2018", "2022"), ("2016", "2020", "2024")])
@pytest.mark.parametrize(
    ("form", "more"), [("lines", {"color": "s"}), ("small_multiples", {"facet": "s", "mark": "line"})]
)
def test_a_line_has_a_gap_where_years_are_left_out(form, more, years):
    rows = tuple({"year": year, "v": Cell(at, at, str(at)), "s": "a"} for at, year in enumerate(years, 1))
    chart = replace(load_examples()[form](), rows=rows, encodings={"x": "year", "y": "v"} | more)
    paths = [node.get("d") for node in nodes(draw_svg(chart, "wide"), "path") if node.get("stroke-width") == "2.25"]
    assert sum(path.count("l") for path in paths) == 2


def test_a_misspelt_encoding_names_the_nearest():
    drawing = load_examples()["scatter"]()
    said = fault(replace(drawing, encodings={"x": "hours", "y": "visit", "colour": "library"}))
    assert "write 'color', or" in said and "write 'visits', or" in said


def test_a_column_may_be_named_by_a_word_that_javascript_keeps():
    example = load_examples()["dots"]()
    rows = tuple({**row, "if": "AB"[place > 1]} for place, row in enumerate(example.rows))
    named = replace(example, rows=rows, encodings={**example.encodings, "group": "if", "emphasis": "A"})
    assert all("Police" in draw_svg(named, width) for width in LAYOUTS)


@pytest.mark.parametrize(("form", "names"), [("icon_array", ("first", "icon", "down")), ("columns", ("top", "foot"))])
def test_a_column_may_be_named_as_what_a_form_computes(form, names):
    example = load_examples()[form]()
    new = dict(zip(example.rows[0], names, strict=False))
    rows = tuple({new.get(name, name): value for name, value in row.items()} for row in example.rows)
    encodings = {name: new.get(value, value) for name, value in example.encodings.items() if "title" not in name}
    untitled = {name: value for name, value in example.encodings.items() if "title" not in name}
    for width in LAYOUTS:
        renamed = draw_svg(replace(example, rows=rows, encodings=encodings), width)
        assert renamed == draw_svg(replace(example, encodings=untitled), width)


@pytest.mark.parametrize(("form", "start", "least"), [("dots", 5_000, "4500"), ("dumbbell", 10e6, "9e+06")])
def test_a_value_left_of_where_an_axis_starts_is_refused(form, start, least):
    drawing = load_examples()[form]()
    said = fault(replace(drawing, encodings={**drawing.encodings, "x_from": start}))
    assert f"a value of {least} left of the axis" in said and "set x_from lower" in said


def test_icons_of_several_arrays_stand_in_any_order():
    example = load_examples()["icon_array"]()
    late, on_time, other_late, other_on_time = example.rows
    mixed = replace(example, rows=(late, other_late, on_time, other_on_time))
    drawn = [sorted(node.get("d") for node in nodes(draw_svg(one, "wide"), "path")) for one in (example, mixed)]
    assert drawn[0] == drawn[1]


def test_a_timeline_without_an_emphasis_accents_nothing():
    example = load_examples()["timeline"]()
    plain = {name: value for name, value in example.encodings.items() if name not in ("emphasis", "group")}
    assert "--accent" in draw_svg(example, "wide") and "--accent" not in draw_svg(
        replace(example, encodings=plain), "wide"
    )
