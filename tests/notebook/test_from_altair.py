"""Charts of Altair: what they are taken apart into, what is refused, and a page with one."""

import json

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from tests.notebook.test_run import write
from tests.small_dataset import declare
from toolkit.charts import draw_svg, read_drawing, vega_lite
from toolkit.core.errors import StoryError
from toolkit.database.open import open_database
from toolkit.notebook.run import execute_all
from toolkit.notebook.story import Story
from toolkit.site import page

pytestmark = pytest.mark.heavy
WORDS = {
    "title": "The largest multiple stands out",
    "subtitle": "Multiples that three publishers told",
    "notes": "Invented data.",
    "alt": "Bars for each publisher, the longest of them on top, from none to all of the multiple.",
}


@pytest.fixture
def story(desk_with):
    return Story("coffee", desk_with())


def bars(data):
    return alt.Chart(data).mark_bar().encode(x="told_multiple", y="publisher")


@pytest.mark.parametrize("of", [lambda table: table, lambda table: table.frame])
def test_the_numbers_of_a_tables_own_frame_keep_their_receipts(story, of):
    told = story.ask("told")
    made = story.chart(bars(of(told)), id="told", **WORDS)
    assert made.table == told.only(["publisher", "told_multiple"]) and made.form == "altair" and made.kind == told.kind
    found = made.to_json()
    assert found["frames"] == [len(told)] and found["specification"]["data"] == {"name": "table-1"}
    assert "datasets" not in found["specification"]
    assert "told_multiple" in json.dumps(found["specification"]["encoding"])


def test_a_frame_worked_out_in_pandas_becomes_a_table(story):
    frame = story.ask("told").frame
    frame["gap"] = frame.told_multiple - frame.told_multiple.min()
    made = story.chart(
        alt.Chart(frame).mark_bar().encode(x="gap", y="publisher"), units={"gap": "multiple"}, id="gaps", **WORDS
    )
    assert [column.name for column in made.table.columns] == ["publisher", "gap"]
    assert made.table.numbers[0].operation.name == "code"


def test_a_chart_holds_and_publishes_the_columns_that_it_names(story):
    frame = story.ask("told").frame
    frame["odd"] = frame.told_multiple * 7.3  # without a unit
    frame["gap"] = frame.told_multiple - frame.told_multiple.min()
    marks = alt.Chart(frame).mark_bar()
    for drawn, names in (
        (marks.encode(x="gap", y="publisher"), ["publisher", "gap"]),
        (marks.encode(x="gap", tooltip="published_on"), ["published_on", "gap"]),
        (marks.encode(x="gap").transform_filter("datum['publisher'] != 'x'"), ["publisher", "gap"]),
        (marks.encode(x="gap", y=alt.Y("publisher", sort=alt.EncodingSortField("told_multiple"))), None),
    ):
        made = story.chart(drawn, units={"gap": "multiple"}, id="gaps", **WORDS).table
        assert [column.name for column in made.columns] == (names or ["publisher", "told_multiple", "gap"])
        assert [*made.frame.columns] == [column.name for column in made.columns] and len(made) == len(frame)
    with pytest.raises(StoryError, match="column odd: numbers without a unit"):
        story.chart(marks.encode(x="gap", size="odd"), units={"gap": "multiple"}, id="gaps", **WORDS)


def test_a_field_that_nothing_has_is_refused_with_the_column_that_was_meant(story):
    marks = alt.Chart(story.ask("told").frame).mark_bar()
    for drawn, name in (
        (marks.encode(x="Told Multiple:Q"), "told_multiple"),
        (marks.encode(x="told_multiple", tooltip="publishr:N"), "publisher"),
        (marks.encode(x="told_multiple").transform_filter("datum.Publisher != 'x'"), "publisher"),
        (marks.encode(x="told_multiple").facet("properties\\.publisher:N"), "publisher"),
        (marks.transform_aggregate(most="max(told_multiples)").encode(x="most:Q"), "told_multiple"),
    ):
        with pytest.raises(StoryError, match=f"(?s)do not have.*write '{name}'"):
            story.chart(drawn, id="told", **WORDS)


def test_fields_that_a_transform_makes_are_no_unknown_ones(story):
    marks = alt.Chart(story.ask("told").frame).mark_bar()
    first = story.ask("told").frame.publisher.iloc[0]
    for drawn in (
        marks.transform_fold(["told_multiple"]).encode(x="value:Q", y="key:N"),
        marks.transform_bin("step", "told_multiple", bin=alt.Bin(maxbins=3)).encode(x="step:Q", x2="step_end:Q"),
        marks.transform_window(place="rank()", sort=[alt.SortField("told_multiple")]).encode(x="place:O"),
        marks.transform_pivot("publisher", value="told_multiple").encode(x=alt.X(f"{first}:Q", title="told")),
        marks.transform_timeunit(month="yearmonth(published_on)").encode(x="month:T", y="count()"),
    ):
        assert len(story.chart(drawn, id="told", **WORDS).table)


def test_a_mark_of_a_view_without_data_is_drawn_once(story):
    line = alt.Chart().mark_rule().encode(y=alt.datum("Invented Paper"))
    made = story.chart(bars(story.ask("told").frame) + line, id="told", **WORDS)
    assert made.altair["specification"]["layer"][1]["data"] == {"values": [{}]}
    assert made.altair["typed"] == ["told_multiple"]


def test_the_edge_and_the_grid_of_a_map_are_no_typed_values(story):
    told = story.ask("told").frame
    edge = alt.sphere()
    over = alt.Chart(alt.graticule()).mark_geoshape(filled=False) + alt.Chart(told).mark_bar().encode(y="publisher")
    made = story.chart(alt.Chart(edge).mark_geoshape() + over, id="told", **WORDS)
    assert '"data": {"sphere": true}' in json.dumps(made.altair["specification"])


def test_units_beside_a_table_are_refused_not_ignored(story):
    with pytest.raises(StoryError, match="have theirs"):
        story.chart(story.ask("told"), "bars", units={"told_multiple": "multiple"}, **WORDS)


def test_two_frames_stand_in_one_table_row_after_row(story):
    told = story.ask("told")
    top = story.table(told.frame.nlargest(1, "told_multiple")[["publisher", "told_multiple"]], name="top")
    made = story.chart(bars(told.frame) + bars(top.frame), id="both", **WORDS)
    assert made.altair["frames"] == [len(told), 1]
    layers = made.altair["specification"]["layer"]
    assert [layer["data"]["name"] for layer in layers] == ["table-1", "table-2"]
    assert made.table["told_multiple"][-1] == top["told_multiple"][0]


def test_another_chart_for_the_phone_is_made_of_the_same_rows(story):
    told = story.ask("told")
    phone = alt.Chart(told.frame).mark_bar().encode(x="told_multiple")
    made = story.chart(bars(told), narrow=phone, id="told", **WORDS).to_json()
    assert made["frames"] == [len(told)] and "y" not in made["narrow"]["encoding"]
    assert made["narrow"]["data"] == made["specification"]["data"] == {"name": "table-1"}
    with pytest.raises(StoryError, match="lays itself out"):
        story.chart(told, "bars", narrow=phone, **WORDS)


OUTLINES = """name,geometry
Bronx,"POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))"
Queens,"POLYGON ((2 0, 4 0, 4 1, 2 1, 2 0))"
"""


def test_a_map_takes_outlines_of_a_dataset_and_values_of_another_and_names_both(with_database):
    columns = "  - {name: name, printed: name, type: text}\n  - {name: geometry, printed: geometry, type: text}\n"
    declare(with_database, publish="[name, geometry]", name="boroughs", content=OUTLINES, columns=columns)
    declare(with_database)
    story = Story("maps", open_database(with_database))
    areas = story.sql("SELECT name, geometry FROM boroughs")
    means = story.sql("SELECT borough, avg(score) AS score FROM inspections GROUP BY borough HAVING count(*) > 1")
    values = alt.LookupData(means.frame, "borough", ["score"])
    shaded = alt.Chart(areas).mark_geoshape().transform_lookup("name", from_=values).encode(color="score:Q")
    made = story.chart(shaded, id="map", **WORDS)
    assert made.altair["frames"] == [2, 2] and made.table.datasets == ("boroughs", "inspections")
    assert made.altair["specification"]["transform"][0]["from"]["data"] == {"name": "table-2"}
    drawing = read_drawing(made.to_json())
    found = vega_lite(drawing)
    assert found["datasets"]["table-1"][0]["geometry"]["type"] == "Polygon"
    assert found["projection"] == {"type": "mercator"} and found["height"] == pytest.approx(170, abs=2)
    assert draw_svg(drawing, "narrow").count("<path") >= 2


REFUSED = {
    "values": (lambda told: alt.Chart(alt.Data(values=[{"a": 1}])).mark_bar().encode(x="a:Q"), "as data"),
    "address": (lambda told: alt.Chart("https://example.org/a.csv").mark_bar().encode(x="a:Q"), "data at an address"),
    "no data": (lambda told: alt.Chart().mark_bar(), "without data"),
    "title": (lambda told: bars(told).properties(title="Bars"), "a title in the chart"),
    "datum": (lambda told: bars(told) + alt.Chart(told.frame).mark_rule().encode(x=alt.datum(3)), "typed number 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_receipt_can_name_is_refused_with_what_to_do(story, case):
    made, said = REFUSED[case]
    told = story.ask("told")
    with pytest.raises(StoryError, match=said) as raised:
        story.chart(made(told), **WORDS)
    assert all(problem.remedy and problem.allowed for problem in raised.value.problems)


def test_typed_values_are_refused_in_the_call_and_behind_its_names(story):
    story.ask("told")
    typed = pd.DataFrame({"told_multiple": [3.0], "publisher": ["x"]})
    chart = alt.Chart(typed).mark_bar().encode(x="told_multiple", y="publisher")
    with pytest.raises(StoryError, match="typed values"):
        story.chart(chart, **WORDS)


CELL = """import altair as alt
told = story.ask("told")
bars = alt.Chart(told.frame).mark_bar().encode(x=alt.X("told_multiple", title=None), y=alt.Y("publisher", title=None))
story.chart(bars, title="One stands out", subtitle="Multiples told", notes="Invented.", id="told",
            alt="Bars for each publisher, the longest of them on top, from none to all.")"""


def test_a_page_shows_the_chart_with_its_table_and_files(sample):
    opened = 'from toolkit import open_story\nstory = open_story("cups")'
    prose = "---\ndek: A dek.\n---\n# Cups\n\nThey differ, {eval}`told['told_multiple'][0]` here."
    (run,) = execute_all([write(sample, "cups", opened, CELL, prose)])
    made = page.render(run, open_database(sample), page.edition_context(sample, [run]))
    soup = BeautifulSoup(made.html, "lxml")
    drawn = soup.select_one("#chart-told svg.chart-wide")
    assert "Invented Paper" in drawn.get_text() and "var(--accent)" in str(drawn)
    assert len(soup.select("#chart-told tbody tr")) == len(
        json.loads(made.files["charts/told.vl.json"])["datasets"]["table-1"]
    )
    assert {name.partition(".")[2] for name in made.files if "/told." in name} >= {
        "csv",
        "svg",
        "png",
        "html",
        "vl.json",
    }
    assert "charts/told-interactive.html" in made.files


WORD = "TOTAL".title()  # the code of this file does not have it as it stands in the data
SHOPS = f"town,year,kind,fee\nUlm,2024,tea,3\nBonn,2024,tea,4\n{WORD},2024,All,7\nUlm,2025,tea,5\n{WORD},2025,All,5\n"
OF_SHOPS = f"""\
  - {{name: town, printed: town, type: text, totals: [{WORD}]}}
  - {{name: year, printed: year, type: text}}
  - {{name: kind, printed: kind, type: text, totals: [All]}}
  - {{name: fee, printed: fee, type: decimal, unit: USD}}
"""
BY_YEAR = {"x": "year:N", "y": "fee:Q"}
ADDED_UP = {
    "sums": lambda frame: alt.Chart(frame).mark_line().encode(x="year:N", y="sum(fee):Q"),
    "means": lambda frame: alt.Chart(frame).mark_bar().encode(x="year:N", y="mean(fee):Q"),
    "counts": lambda frame: alt.Chart(frame).mark_bar().encode(x="year:N", y="count()"),
    "bars of several rows": lambda frame: alt.Chart(frame).mark_bar().encode(**BY_YEAR),
    "stacks": lambda frame: alt.Chart(frame).mark_bar().encode(**BY_YEAR, color="town:N"),
    "a circle": lambda frame: alt.Chart(frame).mark_arc().encode(theta="fee:Q", color="town:N"),
    "boxes": lambda frame: alt.Chart(frame).mark_boxplot().encode(**BY_YEAR),
    "a histogram": lambda frame: alt.Chart(frame).mark_bar().encode(x=alt.X("fee:Q", bin=True), y="count()"),
    "a mean's line": lambda frame: (
        alt.Chart(frame).mark_point().encode(**BY_YEAR) + alt.Chart(frame).mark_rule().encode(y="mean(fee):Q")
    ),
    "a transform": lambda frame: (
        alt.Chart(frame)
        .mark_bar()
        .encode(x="year:N", y="all:Q")
        .transform_aggregate(**{"all": "sum(fee)"}, groupby=["year"])
    ),
    "facets": lambda frame: (
        alt.Chart(frame).mark_bar().encode(x="year:N", y="sum(fee):Q", color="town:N").facet("year:N")
    ),
}
APART = {
    "a mark for each row": lambda frame: alt.Chart(frame).mark_point().encode(**BY_YEAR),
    "a bar for each": lambda frame: alt.Chart(frame).mark_bar().encode(**BY_YEAR, xOffset="town:N"),
    "a line for each": lambda frame: alt.Chart(frame).mark_line().encode(**BY_YEAR, color="town:N"),
    "a sum for each": lambda frame: alt.Chart(frame).mark_bar().encode(y="town:N", x="sum(fee):Q"),
    "a plot for each": lambda frame: alt.Chart(frame).mark_bar().encode(**BY_YEAR).facet("town:N"),
    "the largest": lambda frame: alt.Chart(frame).mark_point().encode(x="year:N", y="max(fee):Q"),
    "a filter": lambda frame: (
        alt.Chart(frame)
        .mark_bar()
        .encode(x="year:N", y="sum(fee):Q")
        .transform_filter("datum.town == 'Ulm' && datum.kind == 'tea'")
    ),
    "without them": lambda frame: alt.Chart(frame[frame.kind == "tea"]).mark_bar().encode(x="year:N", y="sum(fee):Q"),
    "the totals alone": lambda frame: alt.Chart(frame[frame.kind != "tea"]).mark_bar().encode(x="year:N", y="sum(fee)"),
}


@pytest.fixture
def shops(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, year, kind, fee]"))
    return story, story.sql("SELECT town, year, kind, fee FROM shops").frame


def test_rows_of_totals_are_not_drawn_together_with_what_they_are_totals_of(shops):
    story, frame = shops
    for name, make in ADDED_UP.items():
        with pytest.raises(StoryError, match="rows of shops that are totals of others, town 'Total'") as raised:
            story.chart(make(frame), id="fees", **WORDS)
        assert f"alt.Chart(frame[~frame['town'].isin(['{WORD}'])])" in str(raised.value), name


def test_totals_may_stand_beside_what_they_are_totals_of(shops):
    story, frame = shops
    for name, make in APART.items():
        assert story.chart(make(frame), id="fees", **WORDS).form == "altair", name


def test_a_title_of_another_scale_is_refused_with_labels_that_say_it(shops):
    story, frame = shops
    with pytest.raises(StoryError, match="'Fees [(]USD thousand[)]', where labels count no thousands") as raised:
        story.chart(alt.Chart(frame).mark_point().encode(x=alt.X("fee", title="Fees (USD thousand)")), **WORDS)
    expression = str(raised.value).split('labelExpr="')[1].split('"')[0]
    divided = alt.X("fee", title="Fees (USD thousand)", axis=alt.Axis(labelExpr=expression))
    made = story.chart(alt.Chart(frame).mark_point().encode(x=divided, y="town"), id="fees", **WORDS)
    drawn = draw_svg(read_drawing(made.to_json()), "wide")
    assert ">0.007<" in drawn and ">7<" not in drawn
