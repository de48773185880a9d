"""An author's own Altair chart at both widths: it fits, its colours are the page's, what cannot be read is refused."""

import json
from dataclasses import replace

import altair as alt
import pandas as pd
import pytest
import vl_convert
from PIL import ImageColor

from tests.charts.drawn import nodes
from toolkit.charts import HOUSE, LAYOUTS, draw_svg, interactive_specification, picture, standalone, vega_lite
from toolkit.charts.altair_theme import RAMP, blend, labels_in
from toolkit.charts.contrast import contrast
from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.svg_document import size
from toolkit.core.errors import ToolkitError
from toolkit.core.locales import LOCALES

pytestmark = pytest.mark.heavy
TOWNS = ("Aberley", "Brockham", "Castleton", "Dunmore", "Easton", "Fairhaven")
ROWS = [
    {"town": town, "year": year, "score": (7 * place + 13 * int(year)) % 90 + 5, "group": "ABC"[place % 3]}
    for place, town in enumerate(TOWNS)
    for year in ("2022", "2023", "2024")
]
FRAME = pd.DataFrame(ROWS)
CHART = alt.Chart(FRAME)
SCORE = alt.X("score", title="Score")
CHARTS = {
    "bars": lambda: CHART.mark_bar().encode(x="mean(score)", y="town"),
    "layers": lambda: CHART.mark_bar().encode(x="mean(score)", y="town") + CHART.mark_rule().encode(x="mean(score)"),
    "points": lambda: CHART.mark_point().encode(x=SCORE, y="year:O", color="group"),
    "lines": lambda: CHART.mark_line().encode(x="year:O", y="score", detail="town", color="group"),
    "heat": lambda: CHART.mark_rect().encode(x="year:O", y="town", color="score"),
    "histogram": lambda: CHART.mark_bar().encode(x=alt.X("score", bin=True), y="count()"),
    "area": lambda: CHART.mark_area(opacity=0.7).encode(x="year:O", y="sum(score)", color="group"),
    "boxes": lambda: CHART.mark_boxplot().encode(x="group", y="score"),
    "arcs": lambda: CHART.mark_arc().encode(theta="sum(score)", color="group"),
    "turned": lambda: CHART.mark_bar().encode(x=alt.X("group", axis=alt.Axis(labelAngle=-45)), y="mean(score)"),
    "facet": lambda: CHART.mark_bar().encode(x="score", y="year:O", facet=alt.Facet("town", columns=3)),
    "column": lambda: CHART.mark_bar().encode(x="year:O", y="mean(score)", column="group"),
    "row": lambda: CHART.mark_bar().encode(x="score", y="year:O", row="group"),
    "hconcat": lambda: CHART.mark_point().encode(x=SCORE, y="year:O") | CHART.mark_bar().encode(x="count()", y="group"),
    "vconcat": lambda: CHART.mark_point().encode(x=SCORE, y="year:O") & CHART.mark_bar().encode(x="count()", y="group"),
    "repeat": lambda: (
        CHART.mark_bar()
        .encode(x=alt.X(alt.repeat("column"), type="nominal"), y="count()")
        .repeat(column=["year", "group"])
    ),
}


def drawing(chart, kind="computed", rows=ROWS):
    found = chart.to_dict()
    for key in ("datasets", "$schema", "config"):
        found.pop(key, None)
    cells = tuple({name: cell(value) for name, value in row.items()} for row in rows)
    words = dict.fromkeys(("title", "subtitle", "source", "notes", "alt"), "Invented data, in words enough")
    return Drawing("own", "altair", cells, {}, kind, **words, specification=named(found), frames=(len(cells),))


def cell(value):
    return Cell(float(value), float(value), str(value)) if isinstance(value, (int, float)) else value


def named(tree):
    if isinstance(tree, list):
        return [named(part) for part in tree]
    if not isinstance(tree, dict):
        return tree
    return {key: {"name": "table-1"} if key == "data" else named(part) for key, part in tree.items()}


@pytest.mark.parametrize("name", CHARTS)
def test_every_kind_of_chart_fits_both_widths_and_no_text_overlaps_or_runs_out(name):
    made = drawing(CHARTS[name]())
    for width, layout in LAYOUTS.items():
        found = draw_svg(made, width)
        across, down = size(found)
        assert across == layout.width and 100 < down < 2500
        assert nodes(found, "path") and nodes(found, "text")
        assert not [text for text in nodes(found, "text") if not text.get("fill", "").startswith("var(--")]


def test_the_narrow_chart_sets_fewer_plots_side_by_side():
    made = drawing(CHARTS["column"]())
    wide, narrow = (size(draw_svg(made, width))[1] for width in LAYOUTS)
    assert narrow > 1.5 * wide


def test_a_ramp_is_steps_of_the_accent_on_any_ground():
    found = draw_svg(drawing(CHARTS["heat"]()), "wide")
    opacities = {float(path.get("fill-opacity")) for path in nodes(found, "path") if path.get("fill-opacity")}
    assert opacities == {part for part in RAMP if part < 1} and "#9e2513" not in found


def test_a_ramp_of_the_rows_that_a_condition_takes_is_steps_too():
    colour = alt.condition("datum.score > 30", "score:Q", alt.value("#8a867d"))
    found = draw_svg(drawing(CHART.mark_rect().encode(x="year:O", y="town", color=colour)), "wide")
    cells = {path.get("fill") for path in nodes(found, "path")} - {None}
    assert cells == {"var(--accent)", "var(--context)"} and "url(" not in found


def test_black_and_white_are_the_pages_ink_and_paper():
    found = draw_svg(drawing(CHART.mark_bar(color="black", stroke="white").encode(x="mean(score)", y="town")), "wide")
    bar = next(path for path in nodes(found, "path") if path.get("fill") == "var(--ink)")
    assert bar.get("stroke") == "var(--paper)" and "black" not in found and "#fff" not in found


def test_an_offset_of_labels_is_data():
    spots = []
    for shift in (0, -5):
        rows = [{**row, "shift": shift} for row in ROWS[:1]]
        label = CHART.mark_text(align="right", dx=alt.ExprRef("datum.shift")).encode(x="score", y="town", text="group")
        spots += [
            float(text.get("x"))
            for text in nodes(draw_svg(drawing(label, rows=rows), "wide"), "text")
            if text.text == "A"
        ]
    assert spots[1] - spots[0] == -5


@pytest.mark.parametrize(
    ("weight", "drawn"), [("bold", "600"), ("bolder", "600"), (700, "600"), (500, None), (300, None)]
)
def test_a_text_of_any_weight_has_that_of_the_nearest_font(weight, drawn):
    rows = [{**ROWS[0], "town": "Kelby"}]
    made = drawing(CHART.mark_text(fontWeight=weight).encode(x="score", text="town"), rows=rows)
    text = next(text for text in nodes(draw_svg(made, "wide"), "text") if text.text == "Kelby")
    assert text.get("font-weight") == drawn and "Kelby" in standalone(made) and picture(made)


def test_more_categories_than_the_theme_has_get_colours_that_are_read_on_both_grounds():
    rows = [{**row, "group": row["town"]} for row in ROWS]
    made = drawing(alt.Chart(pd.DataFrame(rows)).mark_bar().encode(x="sum(score)", y="year:O", color="town"), rows=rows)
    fills = {one.get("fill") for one in nodes(draw_svg(made, "wide"), "path") if one.get("fill")} - {"none"}
    own = [fill for fill in fills if fill.startswith("#")]
    assert len(own) >= 4 and all(contrast(fill, ground["paper"]) >= 3 for fill in own for ground in GROUNDS)


def test_a_ramp_with_a_middle_has_its_two_sides_on_either_side_of_it():
    rows = [{**ROWS[0], "town": str(place), "score": score} for place, score in enumerate((-40, -20, 20, 90))]
    shade = alt.Color("score:Q", scale=alt.Scale(domainMid=0))
    made = drawing(CHART.mark_rect().encode(x="town:N", color=shade), rows=rows)
    fills = [one.get("fill") for one in nodes(draw_svg(made, "wide"), "path") if str(one.get("fill")).startswith("rgb")]
    below, above = (ImageColor.getrgb(fill) for fill in fills[1:3])
    assert below[2] > below[0] and above[0] > above[2]


def test_labels_of_a_narrow_axis_of_names_are_turned_and_those_of_years_left_out():
    years = [str(year) for year in range(1950, 2010)]
    rows = [{**ROWS[0], "year": year, "score": place} for place, year in enumerate(years)]
    frame = alt.Chart(pd.DataFrame(rows))
    for width in LAYOUTS:
        texts = nodes(draw_svg(drawing(frame.mark_bar().encode(x="year:O", y="score"), rows=rows), width), "text")
        said = [one.text for one in texts if one.text in years]
        assert "1950" in said and 3 < len(said) < len(years)
    rows = [{**row, "town": f"{row['town']} on Sea"} for row in ROWS]
    named = drawing(CHART.mark_bar().encode(x="town", y="mean(score)"), rows=rows)
    assert ["rotate(" in draw_svg(named, width) for width in LAYOUTS] == [False, True]


def test_plots_that_are_too_low_for_the_names_beside_them_are_as_high_as_these_need():
    low = CHART.mark_point().encode(x="score", y="town", facet=alt.Facet("year", columns=2)).properties(height=30)
    for width in LAYOUTS:
        assert {"Aberley", "Fairhaven"} <= {one.text for one in nodes(draw_svg(drawing(low), width), "text")}


def test_years_that_are_numbers_in_a_frame_are_numbers_in_its_filters_and_conditions():
    chosen = CHART.mark_bar().encode(x="sum(score)", y="town").transform_filter(alt.datum.year == 2023)
    made = replace(drawing(chosen), typed=("year",))
    assert vega_lite(made)["datasets"]["table-1"][0]["year"] == 2022
    for width in LAYOUTS:
        assert draw_svg(made, width)
    flags = [{**row, "year": str(place % 2 == 0)} for place, row in enumerate(ROWS)]
    open_ones = CHART.mark_bar().encode(x="sum(score)", y="town").transform_filter(alt.datum.year == True)  # noqa: E712
    assert draw_svg(replace(drawing(open_ones, rows=flags), typed=("year",)), "wide")


def test_a_chart_whose_filters_no_row_passes_is_refused():
    with pytest.raises(ToolkitError, match="no mark: no row passes"):
        draw_svg(drawing(CHARTS["bars"]().transform_filter(alt.datum.score > 900)), "wide")


def test_a_brush_that_nobody_has_drawn_is_no_bar_without_a_size():
    brushed = CHART.mark_point().encode(x=SCORE, y="year:O").add_params(alt.selection_interval())
    assert nodes(draw_svg(drawing(brushed), "wide"), "path")


def test_of_many_texts_that_overlap_the_first_is_named_and_the_others_counted():
    with pytest.raises(ToolkitError) as raised:
        draw_svg(drawing(*REFUSED["overlap"]()[:1]), "wide")
    assert len(raised.value.problems) == 1 and "overlap, and" in str(raised.value)


def test_simulated_data_say_so_above_the_plot():
    made = drawing(CHARTS["points"](), kind="synthetic")
    for width in LAYOUTS:
        assert [text.text for text in nodes(draw_svg(made, width), "text")].count("SIMULATED") == 1


def test_the_files_for_readers_are_made():
    made = drawing(CHARTS["points"]())
    assert picture(made).startswith(b"\x89PNG") and "var(--" not in standalone(made)
    found = vega_lite(made)
    assert found["datasets"]["table-1"][0] == {
        "town": "Aberley",
        "year": "2022",
        "score": 11,
        "group": "A",
        "score_text": "11",
    }
    assert alt.Chart.from_dict(found).to_dict()["mark"] == {"type": "point"}


GROUNDS = (HOUSE.light, HOUSE.dark)
MANY = [{"town": f"Town {place}", "year": "2024", "score": place, "group": f"G{place}"} for place in range(11)]
LONG = [{**row, "town": "A town with a name that no narrow chart has room for at all"} for row in ROWS[:2]]
REFUSED = {
    "colours": lambda: (CHARTS["points"](), MANY, "11 colours for group"),
    "hard to read": lambda: (
        CHART.mark_text(color="#222222").encode(x="score", y="town", text="group"),
        ROWS,
        "hard to read",
    ),
    "too small": lambda: (CHART.mark_text(fontSize=7).encode(x="score", y="town", text="group"), ROWS[:2], "7 px high"),
    "overlap": lambda: (CHART.mark_text().encode(x=alt.value(20), y=alt.value(20), text="town"), ROWS, "overlap"),
    "dark on dark": lambda: (
        CHART.mark_bar(color="midnightblue").encode(x="mean(score)", y="town"),
        ROWS,
        "#191970 cannot be",
    ),
    "an offset": lambda: (
        CHART.mark_text().encode(x="score:Q", y="town", text="group", xOffset=alt.XOffset("score:Q", scale=None)),
        ROWS,
        r'mark_text(dx=alt.ExprRef("datum.score"))',
    ),
    "not Vega-Lite": lambda: (
        CHART.mark_bar().encode(x="score", y="town").transform_filter("datum.("),
        ROWS,
        "Vega-Lite draws",
    ),
}


EMPTY = {
    "a log scale": lambda: CHART.mark_bar().encode(x=alt.X("score", scale=alt.Scale(type="log")), y="town"),
    "a log scale upwards": lambda: CHART.mark_bar().encode(y=alt.Y("score", scale=alt.Scale(type="log")), x="town"),
    "a domain that stacks leave": lambda: CHART.mark_bar().encode(
        x=alt.X("score", scale=alt.Scale(domain=[10, 20])), y=alt.Y("town", title=None)
    ),
}
BARS = CHART.mark_bar().encode(x="score", y="town")


@pytest.mark.parametrize("name", EMPTY)
def test_bars_without_any_length_are_no_chart(name):
    with pytest.raises(ToolkitError, match="bars, none of which has a width and a height|out of the drawing"):
        draw_svg(drawing(EMPTY[name](), rows=ROWS[:3]), "wide")


def test_bars_of_nothing_and_narrow_boxes_are_drawn():
    assert "path" in draw_svg(drawing(BARS, rows=[{**row, "score": 0} for row in ROWS[::3]]), "wide")
    assert "path" in draw_svg(drawing(CHART.mark_boxplot().encode(x="town", y="score"), rows=ROWS[::3]), "wide")
    points = CHART.mark_point().encode(x=alt.X("score", scale=alt.Scale(type="log")), y="town")
    assert "path" in draw_svg(drawing(points, rows=ROWS[:3]), "wide")


STAFF = Cell(410.5, 410.5, "410", long="410 people")
ALONE = {
    "of another axis": lambda: (BARS.mark_text().encode(x="score", y="town", text="staff:Q"), "410 people"),
    "of its own axis": lambda: (BARS.mark_text().encode(x="staff:Q", y="town", text="staff:Q"), "410"),
    "of a legend": lambda: (BARS.mark_text().encode(x="score", y="town", color="staff:Q", text="staff:Q"), "410"),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_text_has_the_words_of_its_unit_where_no_axis_names_it(name):
    chart, said = ALONE[name]()
    made = drawing(chart, rows=ROWS[:1])
    made = replace(made, rows=({**made.rows[0], "staff": STAFF},))
    assert said in [text.text for text in nodes(draw_svg(made, "wide"), "text")]
    formatted = chart.encode(text=alt.Text("staff:Q", format=".1f"))
    made = replace(made, specification=drawing(formatted).specification)
    if said == STAFF.long:
        with pytest.raises(ToolkitError, match="the format '.1f' for numbers such as 410 people"):
            draw_svg(made, "wide")
    else:
        assert "410.5" in [text.text for text in nodes(draw_svg(made, "wide"), "text")]


LABEL = CHART.mark_text().encode(x=SCORE, y="town")
BARE = {
    "calculated": lambda: LABEL.transform_calculate(twice="datum.score * 2").encode(text="twice:N"),
    "aggregated": lambda: CHART.mark_text().encode(x="mean(score)", y="town", text="mean(score)"),
    "counted in a layer": lambda: (
        CHART.mark_bar().encode(x="count()", y="town")
        + CHART.mark_text(dx=9).encode(x="count()", y="town", text="count()")
    ),
    "ranked": lambda: LABEL.transform_window(nth="rank()").encode(text="nth:O"),
    "typed": lambda: LABEL.mark_text(text="up 42%").encode(x=SCORE, y="town"),
    "a value": lambda: LABEL.encode(text=alt.value("up 42%")),
    "an expression": lambda: LABEL.encode(text=alt.value(alt.expr("'+' + datum.score"))),
    "a condition": lambda: LABEL.encode(text=alt.condition("datum.score > 0", alt.value("over 50"), alt.value(""))),
    "in a facet": lambda: LABEL.mark_text().encode(
        x=SCORE, y="year:O", text="max(score)", facet=alt.Facet("town", columns=2)
    ),
    "under its own name": lambda: LABEL.transform_calculate(score="datum.score * 2").encode(text="score:Q"),
}
AS_THEY_ARE = {
    "numbers": lambda: (LABEL.encode(text="score:Q"), "11 points"),
    "nothing": lambda: (LABEL.encode(text="missing:Q"), ""),
    "text": lambda: (LABEL.transform_calculate(said="datum.group + '!'").encode(text="said:N"), "A!"),
    "years": lambda: (LABEL.encode(text="year"), "2022"),
    "of a layer": lambda: (LABEL.encode(text="score") + LABEL.mark_point(), "11 points"),
}


@pytest.mark.parametrize("name", BARE)
def test_a_number_that_no_column_has_is_not_written(name):
    with pytest.raises(ToolkitError, match="which no column of the chart's table has"):
        draw_svg(drawing(BARE[name](), rows=ROWS[:2]), "wide")


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_texts_are_those_of_the_columns_numbers_in_their_words(name):
    chart, said = AS_THEY_ARE[name]()
    made = drawing(chart, rows=ROWS[:1])
    told = {**made.rows[0], "score": Cell(11.0, 11.0, "11 points"), "missing": None}
    both = (told, {**told, "town": "Brockham", "missing": Cell(1.0, 1.0, "1 point")})
    found = draw_svg(replace(made, rows=both, frames=(2,)), "wide")
    texts = [text.text for text in nodes(found, "text")]
    assert said in texts or not said
    assert not {"undefined", "null"} & {*texts}


VOTES = Cell(11.0, 11.0, "11 points")
SHARE, EUROS, DOLLARS = (
    Cell(0.4567, 0.4567, "46%", form="percent"),
    Cell(2e6, 2e6, "€2m", form="money", currency="euro"),
    Cell(2e6, 2e6, "$2m", form="money", currency="dollar"),
)
POINTS = CHART.mark_point().encode(y="town")
STACK = CHART.mark_bar().encode(y="town", color="group")
MAY = alt.condition("datum.score > 0", alt.Text("score:Q", format=".0%"), alt.value(""))
FALSE = {
    "of a text that takes the unit away": lambda: (LABEL.encode(text=alt.Text("score:Q", format=".1f")), VOTES),
    "of a text that takes the sign away": lambda: (LABEL.encode(text=alt.Text("score:Q", format=".1f")), SHARE),
    "of a text in a condition": lambda: (LABEL.encode(text=MAY), VOTES),
    "of an axis in dollars": lambda: (POINTS.encode(x=alt.X("score", axis=alt.Axis(format="$.0f"))), VOTES),
    "of an axis of euros in dollars": lambda: (POINTS.encode(x=alt.X("score", axis=alt.Axis(format="$~s"))), EUROS),
    "of an axis per cent": lambda: (POINTS.encode(x=alt.X("score").axis(format=".0%")), VOTES),
    "of an axis of sums in dollars": lambda: (POINTS.encode(x=alt.X("sum(score)").axis(format="$,.0f")), VOTES),
    "of an axis of means per cent": lambda: (POINTS.encode(x=alt.X("mean(score)").axis(format=".0p")), VOTES),
    "of an axis of counts per cent": lambda: (POINTS.encode(x=alt.X("count()").axis(format="%")), SHARE),
    "of shares in thousandths": lambda: (POINTS.encode(x=alt.X("score", axis=alt.Axis(format="~s"))), SHARE),
    "of bins per cent": lambda: (STACK.encode(x=alt.X("score", bin=True).axis(format="%")), VOTES),
    "of a stack that is no share": lambda: (STACK.encode(x=alt.X("score").axis(format="%")), VOTES),
    "of a normalized stack in dollars": lambda: (
        STACK.encode(x=alt.X("score").stack("normalize").axis(format="$f")),
        DOLLARS,
    ),
    "of means that a transform makes": lambda: (
        POINTS.encode(x=alt.X("m:Q").axis(format="$.2f")).transform_aggregate(m="mean(score)", groupby=["town"]),
        EUROS,
    ),
    "of means beside rows": lambda: (
        POINTS.encode(x=alt.X("m:Q").axis(format="%")).transform_joinaggregate(m="mean(score)"),
        VOTES,
    ),
    "of running sums": lambda: (
        POINTS.encode(x=alt.X("s:Q").axis(format="$~s")).transform_window(s="sum(score)", sort=[{"field": "year"}]),
        EUROS,
    ),
    "of counts that a transform makes": lambda: (
        POINTS.encode(x=alt.X("n:Q").axis(format="%")).transform_aggregate(n="count()", groupby=["town"]),
        SHARE,
    ),
    "of columns folded into one": lambda: (
        POINTS.encode(x=alt.X("value:Q").axis(format="%")).transform_fold(["score"]),
        VOTES,
    ),
    "of a column under another name": lambda: (
        POINTS.encode(x=alt.X("m:Q").axis(format="%")).transform_calculate(m="datum.score"),
        EUROS,
    ),
    "of shares that are multiplied": lambda: (
        POINTS.encode(x=alt.X("m:Q").axis(format="%")).transform_calculate(m="datum['score'] * 100"),
        SHARE,
    ),
    "of one tooltip": lambda: (POINTS.encode(tooltip=alt.Tooltip("score", format="$,.0f")), VOTES),
    "of one of several tooltips": lambda: (
        POINTS.encode(tooltip=["town", alt.Tooltip("score", format="$,.0f")]),
        VOTES,
    ),
}
TRUE = {
    "one digit more of a share": lambda: (LABEL.encode(text=alt.Text("score:Q", format=".1%")), SHARE, "45.7%"),
    "dollars in full": lambda: (LABEL.encode(text=alt.Text("score:Q", format="$,.0f")), DOLLARS, "$2,000,000"),
    "a scale": lambda: (POINTS.encode(x=alt.X("score", axis=alt.Axis(format="~s"))), EUROS, "2M"),
    "sums of dollars": lambda: (
        CHART.mark_bar().encode(x=alt.X("sum(score)").axis(format="$~s"), y="town"),
        DOLLARS,
        "$2M",
    ),
    "shares": lambda: (POINTS.encode(x=alt.X("score").axis(format="%")), SHARE, "40%"),
    "means of shares": lambda: (POINTS.encode(x=alt.X("mean(score)").axis(format="%")), SHARE, "40%"),
    "parts of a normalized stack": lambda: (
        STACK.encode(x=alt.X("score").stack("normalize").axis(format="%")),
        Cell(11.0, 11.0, "11"),
        "100%",
    ),
    "shares without one": lambda: (POINTS.encode(x="score:Q"), SHARE, "40%"),
    "means of shares without one": lambda: (CHART.mark_bar().encode(x="mean(score):Q", y="town"), SHARE, "40%"),
    "shares in a legend": lambda: (POINTS.encode(x="year:O", size="score:Q"), SHARE, "40%"),
    "shares as decimals": lambda: (POINTS.encode(x=alt.X("score").axis(format=".2f")), SHARE, "0.40"),
    "shares that a transform works out": lambda: (
        POINTS.encode(x="score:Q").transform_calculate(score="datum.score * 100"),
        SHARE,
        "40%",
    ),
    "means of shares that a transform makes": lambda: (
        POINTS.encode(x="m:Q").transform_aggregate(m="mean(score)", groupby=["town"]),
        SHARE,
        "40%",
    ),
    "a ratio of two columns": lambda: (
        POINTS.encode(x=alt.X("m:Q").axis(format="%")).transform_calculate(
            m="datum.score / (datum.score + datum.score)"
        ),
        VOTES,
        "20%",
    ),
    "a ratio of two sums that its title calls a share": lambda: (
        POINTS.encode(x=alt.X("m:Q", title="Share of all votes"))
        .transform_aggregate(a="sum(score)", b="mean(score)", groupby=["town"])
        .transform_calculate(m="datum.b / (datum.a + datum.b)"),
        VOTES,
        "20%",
    ),
    "a ratio that its name calls a share": lambda: (
        POINTS.encode(x="sum(share):Q")
        .transform_joinaggregate(all="sum(score)")
        .transform_calculate(share="datum.score / datum.all"),
        VOTES,
        "30%",
    ),
    "a ratio that is no share": lambda: (
        POINTS.encode(x=alt.X("m:Q", title="Votes for each")).transform_calculate(m="datum.score / datum.score"),
        VOTES,
        "0.20",
    ),
    "a ratio less one": lambda: (
        POINTS.encode(x=alt.X("m:Q", title="Growth", scale=alt.Scale(domain=[0, 1]))).transform_calculate(
            m="(datum.score + datum.score) / datum.score - 1"
        ),
        VOTES,
        "50%",
    ),
    "a mean of a condition": lambda: (
        CHART.mark_bar()
        .encode(x=alt.X("mean(won):Q", title="Won", scale=alt.Scale(domain=[0, 1])), y="town")
        .transform_calculate(won="datum.score > 0 ? 1 : 0"),
        VOTES,
        "50%",
    ),
    "a mean of a condition that a transform makes": lambda: (
        CHART.mark_bar()
        .encode(x=alt.X("m:Q", title="Won", scale=alt.Scale(domain=[0, 1])), y="town")
        .transform_calculate(won="datum.score > 0")
        .transform_aggregate(m="mean(won)", groupby=["town"]),
        VOTES,
        "50%",
    ),
    "the share below each value": lambda: (
        CHART.mark_line().encode(x=alt.X("p:Q", title="Share"), y="v:Q").transform_quantile("score", as_=["p", "v"]),
        VOTES,
        "50%",
    ),
    "a difference over what it was": lambda: (
        POINTS.encode(x=alt.X("m:Q", title="Growth", scale=alt.Scale(domain=[0, 1]))).transform_calculate(
            m="(datum.score - datum.score) / datum.score"
        ),
        VOTES,
        "50%",
    ),
    "points": lambda: (POINTS.encode(x="score:Q"), Cell(-0.025, -0.025, "−2.5 points", form="points"), "−2"),
    "points in a legend": lambda: (
        POINTS.encode(x="year:O", color="score:Q"),
        Cell(0.04, 0.04, "4 points", form="points"),
        "4",
    ),
    "days": lambda: (POINTS.encode(x=alt.X("year:T").axis(format="%Y")), VOTES, "2023"),
    "tooltips": lambda: (
        POINTS.encode(x="score", tooltip=["town", alt.Tooltip("score", format=".1%")]),
        SHARE,
        "Castleton",
    ),
}


def told(chart, number):
    """A drawing of a chart of three towns, each of whose scores is a number."""
    made = drawing(chart, rows=ROWS[::4][:3])
    return replace(made, rows=tuple({**row, "score": number} for row in made.rows))


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_an_axis_of_counts_says_each_of_them_once(most):
    rows = [{**ROWS[0], "town": town} for town in ["A"] * most + ["B"]]
    drawn = draw_svg(drawing(CHART.mark_bar().encode(x="count()", y="town"), rows=rows), "wide")
    found = [text.text for text in nodes(drawn, "text") if (text.text or "").isdecimal()]
    assert found == [str(count) for count in range(most + 1)]


def test_labels_say_years_counts_and_what_is_missing():
    rows = [
        {**ROWS[0], "town": town, "year": year}
        for town, year in [("A", "1884"), ("A", "1921"), ("A", "1921"), ("B", "2016")]
    ]
    rows.append({**rows[0], "town": None})
    charts = {
        "binned": CHART.mark_bar().encode(x=alt.X("year:Q", bin=alt.Bin(step=20)), y="count()"),
        "years": CHART.mark_point().encode(x=alt.X("year:Q", scale=alt.Scale(zero=False)), y="town:N"),
        "counts": CHART.mark_rect().encode(x="town:N", y="year:N", color="count():Q"),
        "legend": CHART.mark_bar().encode(x="count()", color="town:N"),
        "classes": CHART.transform_calculate(c="datum.town ? 'named' : null").mark_bar().encode(x="count()", y="c:N"),
        "own": CHART.mark_bar().encode(x="count()", y=alt.Y("town:N").axis(labelExpr="datum.label + '!'")),
    }
    said = {}
    for name, chart in charts.items():
        drawn = draw_svg(drawing(chart, rows=rows), "wide")
        said[name] = {text.text for text in nodes(drawn, "text")}
    assert {"1,900", "1900"} & said["binned"] == {"1,900", "1900"} & said["years"] == {"1900"}
    assert not any("." in (text or "") for text in said["counts"])
    assert all(
        "not given" in said[name] and "null" not in said[name] for name in ("years", "counts", "legend", "classes")
    )
    assert "null!" in said["own"]


def test_labels_of_periods_stand_where_these_begin():
    rows = [{**ROWS[0], "year": f"2024-{month:02d}-0{day}"} for month in range(1, 13) for day in range(1, 8)]
    for unit, said in (
        ("day", ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        ("quarter", ["Q1", "Q2", "Q3", "Q4", "Q1"]),
    ):
        chart = CHART.mark_bar().encode(x=alt.X("year:T", timeUnit=unit), y="count()")
        drawn = draw_svg(drawing(chart, rows=rows), "wide")
        assert [text.text for text in nodes(drawn, "text") if text.text and text.text[:3] in said] == said, unit


def test_a_languages_own_digits_months_and_days_are_on_the_axes_of_authors_charts():
    rows = [{**ROWS[0], "score": 1200.0 * month, "year": f"2026-0{month}-01"} for month in (1, 2, 3)]
    said = {}
    for language in ("en", "de"):
        for x in (alt.X("year:T"), alt.X("year:T", timeUnit="day")):
            made = replace(drawing(CHART.mark_point().encode(x=x, y="score:Q"), rows=rows), language=language)
            said.setdefault(language, set()).update(text.text for text in nodes(draw_svg(made, "wide"), "text"))
    assert {"2,000", "February", "Sun"} <= said["en"] and {"2.000", "Februar", "So"} <= said["de"]
    assert not {"2,000", "February", "Sun"} & said["de"]


def test_a_language_says_the_order_of_its_dates_and_where_the_sign_of_money_stands():
    french = replace(LOCALES["de"], code="fr", day="{day} {month}", money="{minus}{value}{scale} {sign}")
    for locale, date in ((LOCALES["de"], "%-d. %B %Y"), (french, "%-d %B %Y")):
        held = labels_in(locale)["locale"]
        assert held["time"]["date"] == date and held["time"]["dateTime"] == f"{date}, %H:%M"
        assert held["number"]["currency"] == ["", " $"]
    rows = [{**ROWS[0], "year": "2026-04-15"}, {**ROWS[0], "year": "2026-04-16"}]
    chart = drawing(CHART.mark_point().encode(x=alt.X("year:T", axis=alt.Axis(format="%x")), y="score:Q"), rows=rows)
    assert ">15. April 2026<" in draw_svg(replace(chart, language="de"), "wide")
    chart = drawing(CHART.mark_point().encode(x="year:T", y="score:Q"), rows=rows)
    for language, date in (("en", "%-d %B %Y"), ("de", "%-d. %B %Y")):
        pointed = interactive_specification(replace(chart, language=language), "wide")["encoding"]["tooltip"]
        assert date in json.dumps(pointed)


def test_a_step_of_colours_says_where_it_begins():
    def legend(scores):
        rows = [{**ROWS[0], "town": str(place), "score": score} for place, score in enumerate(scores)]
        made = drawing(CHART.mark_rect().encode(x="town:N", color="score:Q"), rows=rows)
        texts = [one.text or "" for one in nodes(draw_svg(made, "wide"), "text")]
        return [float(text.replace("−", "-")) for text in texts if "." in text]

    assert legend([0, 1, 3, 5]) == []  # whole numbers have whole steps
    steps = legend([-2.5, 3.1, 11.9])
    assert len({round(one, 2) for one in steps}) == len(steps) > 1
    assert all(abs(later - one - (steps[1] - steps[0])) < 0.05 for one, later in zip(steps, steps[1:], strict=False))


def test_a_trend_over_days_is_drawn():
    rows = [{**ROWS[0], "year": f"2024-0{month}-01", "score": 3 * month} for month in range(1, 9)]
    for trend in (CHART.transform_regression("year", "score"), CHART.transform_loess("year", "score")):
        drawn = draw_svg(drawing(trend.mark_line().encode(x="year:T", y="score:Q"), rows=rows), "wide")
        assert any((text.text or "").startswith("Mar") for text in nodes(drawn, "text"))


def test_labels_of_an_axis_that_its_format_makes_alike_are_refused_with_one_that_does_not():
    def scores(given):
        axis = alt.Axis() if given is None else alt.Axis(format=given)
        return told(POINTS.encode(x=alt.X("score", axis=axis)), Cell(0.06, 0.06, "6%", form="percent"))

    for given, taken in ((".1f", "f"), (".0%", "%")):
        with pytest.raises(ToolkitError, match="an axis that says .* at several places") as raised:
            draw_svg(scores(given), "wide")
        assert f"format={taken!r}" in str(raised.value)
        assert draw_svg(scores(taken), "wide")
    assert draw_svg(scores(None), "wide")


@pytest.mark.parametrize("name", FALSE)
def test_a_format_says_no_other_unit_than_its_numbers_have(name):
    chart, number = FALSE[name]()
    with pytest.raises(ToolkitError, match="the format '.*' for numbers such as"):
        draw_svg(told(chart, number), "wide")


def test_a_format_of_all_numbers_is_looked_at_too():
    made = told(POINTS.encode(x="score"), VOTES)
    with pytest.raises(ToolkitError, match="the format '%' for numbers such as 11 points"):
        draw_svg(replace(made, specification={**made.specification, "config": {"numberFormat": "%"}}), "wide")


@pytest.mark.parametrize("name", TRUE)
def test_a_format_of_the_same_unit_is_drawn(name):
    chart, number, said = TRUE[name]()
    assert said in [text.text for text in nodes(draw_svg(told(chart, number), "wide"), "text")]


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (POINTS.encode(x="score:Q"), "40%"),
        (POINTS.encode(x=alt.X("score:Q", scale=alt.Scale(type="log"))), "40%"),
        (CHART.mark_bar().encode(x="mean(score):Q", y="town"), "40%"),
        (POINTS.encode(x="year:O", size="score:Q"), "40%"),
        (POINTS.encode(x="m:Q").transform_calculate(m="100 - datum.score"), "50%"),
        (POINTS.encode(x="m:Q").transform_calculate(m="datum.score - 5"), "40"),  # percentage points
    ],
)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_values_in_percent_are_said_in_percent(chart, said, width):
    held = replace(told(chart, SHARE), held={"score": 100.0})
    found = {text.text for text in nodes(draw_svg(held, width), "text")}
    assert said in found and not {"%", "4,000%", "0.4"} & found
    german = {text.text for text in nodes(draw_svg(replace(held, language="de"), width), "text")}
    assert said.replace("%", " %") in german
    (rows,) = vega_lite(held)["datasets"].values()
    assert {row["score"] for row in rows} == {45.67}


def test_a_format_of_all_axes_is_none_of_shares_over_values_in_percent():
    made = told(POINTS.encode(x="score"), SHARE)
    config = {"axisX": {"format": ".0%"}}
    held = replace(made, held={"score": 100.0}, specification={**made.specification, "config": config})
    with pytest.raises(ToolkitError, match="the format '.0%' for numbers such as 46%"):
        draw_svg(held, "wide")


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused(case):
    chart, rows, said = REFUSED[case]()
    with pytest.raises(ToolkitError) as raised:
        draw_svg(drawing(chart, rows=rows), "narrow")
    assert said in str(raised.value)


def test_the_theme_is_there_for_any_notebook_and_draws():
    with alt.theme.enable("toolkit"):
        found = CHART.mark_bar().encode(x="mean(score)", y="town").to_dict()
    assert found["config"]["mark"]["color"] == HOUSE.light["accent"]
    assert "Desk Sans" in vl_convert.vegalite_to_svg(found, vl_version="6.4")


MARKED = alt.condition("datum.score > 50", alt.value("red"), alt.value("grey"))
COLOURED = alt.condition("datum.score > 50", alt.Color("group:N"), alt.value("grey"))


@pytest.mark.parametrize(
    ("colour", "kept"),
    [
        (MARKED, False),
        ("group:N", True),
        ("count()", True),
        (COLOURED, True),
        (alt.Color("group:N", legend=None), True),
    ],
)
def test_the_configuration_of_legends_and_colours_is_there_where_a_field_has_them(colour, kept):
    own = drawing(CHART.mark_bar().encode(x="mean(score)", y="town", color=colour))
    assert [name in vega_lite(own)["config"] for name in ("legend", "range", "axis")] == [kept, kept, True]


def test_contrast_and_shades_are_those_of_their_definitions():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # as WCAG's own examples round it
    assert blend("#9e2513", "#fffdf8", 1) == HOUSE.light["accent"] and blend("#9e2513", "#fffdf8", 0) == "#fffdf8"
