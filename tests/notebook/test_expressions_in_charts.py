"""Altair charts of columns in percent and in millions, what they compare, and rows that lack what they read."""

import json
import re

import altair as alt
import pytest
import vl_convert

from tests.notebook.test_from_altair import WORDS
from toolkit.charts import draw_svg, interactive_specification, read_drawing, vega_lite
from toolkit.charts.theme import HOUSE
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.database.table import table
from toolkit.notebook.annotation import note
from toolkit.notebook.story import Story
from toolkit.site.exhibits import drawing_of

pytestmark = pytest.mark.heavy
CALLS = """id,town,meals,fees,wait
1,Ulm,48.4,37,60
2,Ulm,12.5,41,
3,Bonn,59.5,12,240
4,Bonn,20,90,120
5,Bonn,5,8,
"""
OF_CALLS = """\
  - {name: id, printed: id, type: text}
  - {name: town, printed: town, type: text}
  - {name: meals, printed: meals, type: decimal, unit: percent}
  - {name: fees, printed: fees, type: integer, unit: million USD}
  - {name: wait, printed: wait, type: integer, unit: second}
"""


@pytest.fixture
def calls(desk_with):
    database = desk_with("calls", CALLS, OF_CALLS, publish="[id, town, meals, fees, wait]")
    story = Story("any", database)
    return story, story.sql("SELECT id, town, meals, fees, wait FROM calls").frame


def counted(chart):
    return chart.mark_bar().encode(x="count()", y="town:N")


AS_IN_THE_FILE = {
    "a filter": lambda chart: counted(chart).transform_filter("datum.meals > 40"),
    "a filter of Altair's": lambda chart: counted(chart).transform_filter(alt.datum.meals >= 40),
    "between": lambda chart: counted(chart).transform_filter("inrange(datum.meals, [40, 60])"),
    "a predicate": lambda chart: counted(chart).transform_filter(alt.FieldGTPredicate(field="meals", gt=40)),
    "classes": lambda chart: (
        counted(chart).transform_calculate(poor="datum.meals > 40 ? 'a' : 'b'").encode(color="poor:N")
    ),
    "a mean": lambda chart: (
        chart.transform_aggregate(mean="mean(meals)", groupby=["town"])
        .transform_filter("datum.mean > 29")
        .mark_bar()
        .encode(x="mean:Q", y="town:N")
    ),
    "millions": lambda chart: counted(chart).transform_filter("datum.fees < 40"),
    "the rest": lambda chart: (
        chart.transform_calculate(rest="100 - datum.meals").mark_bar().encode(x="mean(rest):Q", y="town:N")
    ),
    "a part of millions": lambda chart: (
        chart.transform_calculate(part="datum.meals / 100 * datum.fees")
        .mark_bar()
        .encode(x=alt.X("sum(part):Q", title="Million USD"), y="town:N")
    ),
    "the end of a scale": lambda chart: chart.mark_point().encode(
        x=alt.X("meals:Q", scale=alt.Scale(domain=[0, 100])), y="town:N"
    ),
    "ticks": lambda chart: chart.mark_bar().encode(x=alt.X("mean(meals):Q").axis(values=[0, 40]), y="town:N"),
    "labels": lambda chart: chart.mark_bar().encode(
        x=alt.X("mean(meals):Q").axis(labelExpr="datum.value + ' %'"), y="town:N"
    ),
    "the width of bins": lambda chart: chart.mark_bar().encode(x=alt.X("meals:Q", bin=alt.Bin(step=10)), y="count()"),
    "bins of a transform": lambda chart: (
        chart.transform_bin("b", field="meals", bin=alt.Bin(step=40)).mark_bar().encode(x="b:O", y="count()")
    ),
    "the end of a scale of millions": lambda chart: chart.mark_point().encode(
        x=alt.X("fees:Q", scale=alt.Scale(domain=[0, 100])), y="town:N"
    ),
    "dollars in full": lambda chart: (
        chart.transform_calculate(usd="datum.fees * 1e6").mark_bar().encode(x="sum(usd):Q", y="town:N")
    ),
    "names": lambda chart: chart.mark_bar().encode(x="count()", y="fees:O"),
}


def drawn(specification):
    """(what Vega says of each mark's values, the numbers on axes) of a chart, as any editor of such charts draws it."""
    svg = vl_convert.vegalite_to_svg(specification)
    found = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', svg)
    marks = [{plain(value) for value in re.findall(": ([^;]*)", one)} for one in found if ": " in one]
    said = map(plain, re.findall("<text[^>]*>([^<]*)</text>", svg))
    return sorted(map(sorted, marks)), {one for one in said if re.fullmatch(r"[\d.]+", one)}


def plain(text):
    """A number without signs, to three decimals; any other text as it is."""
    number = re.sub("[%, ]", "", text)
    return f"{float(number):.3f}" if re.fullmatch(r"[\d.]+", number) else text


@pytest.mark.parametrize("name", AS_IN_THE_FILE)
def test_a_chart_of_values_with_a_scale_is_on_a_page_what_it_was_in_the_notebook(calls, name):
    story, frame = calls
    chart = AS_IN_THE_FILE[name](alt.Chart(frame))
    page = vega_lite(read_drawing(story.chart(chart, id="any", **WORDS).to_json()))
    marks, ticks = drawn(page)
    theirs, their_ticks = drawn(chart.properties(width=page["width"]).to_dict())
    assert marks == theirs and len(marks) > 0 and ticks <= their_ticks
    (rows,) = page["datasets"].values()
    assert [row["meals"] for row in rows if "meals" in row] in ([], [48.4, 12.5, 59.5, 20, 5])


def test_numbers_of_a_table_and_notes_keep_the_unit_that_pages_have(calls):
    story, frame = calls
    chart = alt.Chart(frame).mark_point().encode(x="meals:Q", y="fees:Q", tooltip=["meals", "fees"])
    half = story.number(frame.meals.mean(), "percent", how="mean of meals")
    fees = story.number(frame.fees.mean(), "million USD", how="mean of fees")
    made = story.chart(chart, id="any", notes_at=[note("mean", x=half), note("dollars", y=fees)], **WORDS)
    assert made.altair["held"] == {"meals": 100.0, "fees": 1e-6}
    assert [number.low for number in made.table["fees"]] == [37e6, 41e6, 12e6, 90e6, 8e6]
    drawing = drawing_of(made.to_json(), HOUSE)  # as a page draws it
    assert drawing.held == made.altair["held"]
    places = {
        key: value
        for row in re.findall(r"\{[^{}]*at_[xy][^{}]*\}", json.dumps(vega_lite(drawing)))
        for key, value in json.loads(row).items()
    }
    assert places["at_x"] == pytest.approx(29.08) and places["at_y"] == pytest.approx(37.6)
    lines = interactive_specification(drawing, "wide")["layer"][0]["encoding"]["tooltip"]
    assert [(line["field"], line["title"]) for line in lines] == [
        ("meals_text", "meals"),
        ("fees", "fees (million USD)"),
    ]


def test_texts_of_marks_say_numbers_as_pages_have_them(calls):
    story, frame = calls
    texts = (
        alt.Chart(frame)
        .mark_text()
        .encode(x=alt.X("fees:Q", scale=alt.Scale(domain=[0, 110])), y="id:N", text="fees:Q")
    )
    found = draw_svg(read_drawing(story.chart(texts, id="any", **WORDS).to_json()), "wide")
    assert {"$37m", "$90m", "fees (million USD)"} <= {*re.findall("<text[^>]*>([^<]*)</text>", found)}


def test_numbers_that_were_converted_are_drawn_as_they_are(calls):
    story, _ = calls
    spent = story.sql("SELECT town, sum(fees) AS fees, avg(meals) AS meals FROM calls GROUP BY town ORDER BY town")
    rows = [
        {"town": row["town"], "spent": row["fees"].to("million USD"), "share": row["meals"].to("percent")}
        for row in spent
    ]
    points = alt.Chart(table("spent", rows)).mark_point().encode(x="spent:Q", y="share:Q", detail="town:N")
    drawing = drawing_of(story.chart(points, id="any", **WORDS).to_json(), HOUSE)
    (drawn_rows,) = vega_lite(drawing)["datasets"].values()
    assert [(row["spent"], row["share"]) for row in drawn_rows] == [(110, pytest.approx(28.1666667)), (78, 30.45)]
    texts = re.findall("<text[^>]*>([^<]*)</text>", draw_svg(drawing, "wide"))
    assert {"spent (million USD)", "100", "30%"} <= {*texts}
    two = alt.Chart(table("spent", rows)).mark_tick().encode(x="spent:Q")
    with pytest.raises(StoryError, match="fees and spent on one scale, which they are not in"):
        dollars = story.table(spent.frame.assign(fees=spent.frame.fees * 1e6), {"fees": "USD"}, name="dollars")
        story.chart(alt.Chart(dollars).mark_point().encode(x="fees:Q") + two, id="any", **WORDS)


MIXED = {
    "added up": lambda chart: chart.encode(x="m:Q").transform_calculate(m="datum.fees + datum.cost"),
    "compared": lambda chart: chart.encode(x="fees:Q").transform_filter("datum.fees > datum.cost"),
    "compared by a condition": lambda chart: chart.encode(
        x="fees:Q", color=alt.condition("datum.cost < datum.fees", alt.value("black"), alt.value("grey"))
    ),
    "folded": lambda chart: chart.encode(x="value:Q").transform_fold(["fees", "cost"]),
    "on one axis": lambda chart: chart.encode(x="fees:Q") + chart.encode(x="cost:Q"),
    "pivoted": lambda chart: chart.encode(x="Ulm:Q").transform_pivot("town", value="fees"),
    "ends of a bar": lambda chart: chart.encode(x="fees:Q", x2="cost:Q"),
    "repeated on one axis": lambda chart: chart.encode(x=alt.X(alt.repeat("layer"), type="quantitative")).repeat(
        layer=["fees", "cost"]
    ),
}
APART = {
    "converted": lambda chart: chart.encode(x=alt.X("m:Q", title="USD")).transform_calculate(
        m="datum.fees * 1e6 + datum.cost"
    ),
    "compared after it": lambda chart: chart.encode(x="fees:Q").transform_filter("datum.fees * 1000000 > datum.cost"),
    "on one axis after it": lambda chart: (
        chart.encode(x="fees:Q") + chart.encode(x="m:Q").transform_calculate(m="datum.cost / 1e6")
    ),
    "with a typed weight": lambda chart: (
        chart.encode(x="fees:Q") + chart.encode(x="m:Q").transform_calculate(m="datum.fees * 2")
    ),
    "compared with a part": lambda chart: chart.encode(x="fees:Q").transform_filter("datum.fees > 0.5 * datum.fees"),
    "on two axes": lambda chart: (chart.encode(x="fees:Q") + chart.encode(x="cost:Q")).resolve_scale(x="independent"),
    "of other units": lambda chart: chart.encode(x="fees:Q") + chart.encode(x="wait:Q"),
}


@pytest.fixture
def costs(calls):
    story, frame = calls
    whole = frame.assign(cost=frame.fees * 2e6)
    return story, alt.Chart(story.table(whole, {"cost": "USD"}, name="costs")).mark_bar()


@pytest.mark.parametrize("name", MIXED)
def test_values_in_two_scales_are_not_added_up_compared_or_drawn_on_one(costs, name):
    story, chart = costs
    with pytest.raises(
        StoryError, match="in different scales|on one scale, which they are not in|transform_pivot"
    ) as raised:
        story.chart(MIXED[name](chart), id="any", **WORDS)
    assert re.search("do: (convert one of them|pivot in pandas)", str(raised.value))


@pytest.mark.parametrize("name", APART)
def test_values_in_two_scales_may_stand_apart(costs, name):
    story, chart = costs
    assert story.chart(APART[name](chart), id="any", **WORDS).form == "altair"


def test_a_column_that_two_frames_have_in_two_scales_is_refused(calls):
    story, frame = calls
    other = story.table(frame.assign(fees=frame.fees * 1e6), {"fees": "USD"}, name="other")
    two = alt.Chart(frame).mark_point().encode(x="fees:Q") | alt.Chart(other).mark_point().encode(x="fees:Q")
    with pytest.raises(StoryError, match="fees in USD, and in another scale in another frame"):
        story.chart(two, id="any", **WORDS)


def test_a_format_of_shares_over_values_in_percent_is_refused(calls):
    story, frame = calls
    for channel in (alt.X("meals:Q").axis(format=".0%"), alt.X("meals:Q", title=None).axis(format="%")):
        with pytest.raises(StoryError, match="a format of shares for values in percent, which says 4,500% of 45"):
            story.chart(alt.Chart(frame).mark_point().encode(x=channel, y="id:N"), id="any", **WORDS)


def test_an_axis_of_millions_says_no_m_of_its_own(calls):
    story, frame = calls
    made = story.chart(
        alt.Chart(frame).mark_point().encode(x=alt.X("fees:Q").axis(format="~s"), y="id:N"), id="any", **WORDS
    )
    with pytest.raises(ToolkitError, match="the format '~s' for numbers such as"):
        vega_lite(read_drawing(made.to_json()))


def test_shares_of_several_rows_are_not_stacked_beyond_the_whole(calls):
    story, frame = calls
    bars = alt.Chart(frame).mark_bar()
    with pytest.raises(StoryError, match="meals: shares of several rows, which the chart stacks to 216%"):
        rest = alt.Chart(frame.assign(meals=100 - frame.meals)).mark_bar().encode(x="meals:Q", y="town:N")
        story.chart(rest, id="any", units={"meals": "percent"}, **WORDS)
    for taken in (
        bars.encode(x="meals:Q", y="town:N"),  # 84.5% at most
        bars.encode(x="mean(meals):Q", y="town:N"),
        bars.encode(x="meals:Q", y="id:N"),
    ):
        assert story.chart(taken, id="any", **WORDS).form == "altair"


def test_what_vega_draws_by_chance_is_refused(calls):
    story, frame = calls
    chart = alt.Chart(frame)
    for drawn, said in (
        (chart.mark_errorbar(extent="ci").encode(x="wait:Q", y="town:N"), "extent 'ci'"),
        (chart.mark_bar().encode(x="ci1(wait):Q", y="town:N"), "aggregate 'ci1'"),
        (chart.transform_sample(2).mark_point().encode(x="wait:Q", y="town:N"), "transform_sample"),
    ):
        with pytest.raises(StoryError, match=f"{said}, which Vega draws by chance"):
            story.chart(drawn, id="any", **WORDS)


def test_shares_are_not_compared_with_numbers_over_the_whole(calls):
    story, _ = calls
    shares = story.sql(
        "SELECT town, avg(meals) / 100 AS meals_share FROM calls GROUP BY town", {"meals_share": "share"}
    )
    chart = counted(alt.Chart(shares.frame))
    for predicate in ("datum.meals_share > 40", {"field": "meals_share", "gt": 40}, "40 <= datum['meals_share']"):
        with pytest.raises(StoryError, match="write 40 / 100"):
            story.chart(chart.transform_filter(predicate), id="any", **WORDS)
    for taken in ("datum.meals_share > 0.4", "datum.meals_share * 100 > 40", "datum.meals_share < 1"):
        assert story.chart(chart.transform_filter(taken), id="any", **WORDS).form == "altair"


def marks(story, chart):
    """What Vega says of each mark of a chart, as any editor would draw it."""
    drawn = vl_convert.vegalite_to_svg(vega_lite(read_drawing(story.chart(chart, id="any", **WORDS).to_json())))
    return sorted(one for one in re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', drawn) if ":" in one)


def test_nothing_is_made_of_a_row_without_what_an_expression_reads(calls):
    story, frame = calls
    chart = alt.Chart(frame)
    means = chart.transform_calculate(m="datum.wait / 60").mark_bar().encode(x="mean(m):Q", y="town:N")
    assert marks(story, means) == ["Mean of m: 1; town: Ulm", "Mean of m: 3; town: Bonn"]
    again = chart.transform_calculate(m="datum.wait / 60", n="datum.m + 1").mark_bar().encode(x="mean(n):Q", y="town:N")
    assert marks(story, again) == ["Mean of n: 2; town: Ulm", "Mean of n: 4; town: Bonn"]
    one = ["Count of Records: 1; town: Ulm"]
    for predicate in (
        "datum.wait < 90",
        alt.datum.wait < 90,
        {"field": "wait", "lt": 90},
        {"not": {"field": "wait", "gte": 90}},
        {"and": ["!(datum.wait > 90)", {"field": "town", "oneOf": ["Ulm", "Bonn"]}]},
    ):
        assert marks(story, counted(chart).transform_filter(predicate)) == one, predicate
    short = chart.transform_calculate(short="datum.wait < 90 ? 1 : 0").mark_bar().encode(x="sum(short):Q", y="town:N")
    assert marks(story, short) == ["Sum of short: 0; town: Bonn", "Sum of short: 1; town: Ulm"]
    before = (
        chart.transform_window(last="lag(fees)", sort=[{"field": "id"}])
        .transform_calculate(more="datum.fees - datum.last")
        .mark_bar()
        .encode(x="count(more):Q", y="id:N")
        .transform_filter("isValid(datum.more)")
    )
    assert len(marks(story, before)) == len(frame) - 1


@pytest.mark.parametrize(
    "expression",
    [
        "isValid(datum.wait) && datum.wait < 90",
        "datum.wait == null || datum.wait > 90",
        "!datum.wait || datum.wait > 90",
        "(datum.wait || 0) < 90",
        "datum.meals < 90 || datum.fees > 10",
    ],
)
def test_what_an_author_says_of_missing_numbers_stays(calls, expression):
    story, frame = calls
    made = story.chart(counted(alt.Chart(frame)).transform_filter(expression), id="any", **WORDS)
    assert made.altair["specification"]["transform"] == [{"filter": expression}]
    copied = counted(alt.Chart(frame)).transform_calculate(m="datum.town == 'Ulm' ? datum.wait : 0")
    assert "isValid" not in str(story.chart(copied, id="any", **WORDS).altair)


def test_what_does_not_say_what_is_made_of_missing_numbers_is_refused(calls):
    story, frame = calls
    for expression in ("datum.wait < 90 || datum.fees > 10", "datum.town == 'Ulm' ? datum.wait / 60 : 0"):
        chart = counted(alt.Chart(frame))
        with pytest.raises(StoryError, match="datum.wait, which some rows lack: Vega would take it for 0") as raised:
            story.chart(chart.transform_calculate(m=expression), id="any", **WORDS)
        (left_out,) = re.findall(r'transform_filter\("(.*?)"\)', str(raised.value))
        left = chart.transform_filter(left_out).transform_calculate(m=expression)
        assert story.chart(left, id="any", **WORDS).form == "altair"
