"""Filters, calculations and conditions of Altair charts: numbers they compare, and rows that lack what they read."""

import re

import altair as alt
import pytest
import vl_convert

from tests.notebook.test_from_altair import WORDS
from toolkit.charts import read_drawing, vega_lite
from toolkit.core.errors import StoryError
from toolkit.notebook.story import Story

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


COMPARED = {
    "a filter": lambda chart: counted(chart).transform_filter("datum.meals > 40"),
    "a filter of Altair's": lambda chart: counted(chart).transform_filter(alt.datum.meals >= 40),
    "from the other side": lambda chart: counted(chart).transform_filter("40 < datum['meals'] && datum.town != 'Ulm'"),
    "between": lambda chart: counted(chart).transform_filter("inrange(datum.meals, [40, 60])"),
    "a predicate": lambda chart: counted(chart).transform_filter(alt.FieldGTPredicate(field="meals", gt=40)),
    "ends of a predicate": lambda chart: counted(chart).transform_filter({"field": "meals", "range": [40, 60]}),
    "one of several": lambda chart: counted(chart).transform_filter({"not": {"field": "meals", "lt": 40}}),
    "classes": lambda chart: counted(chart).transform_calculate(poor="datum.meals > 40 ? 'many' : 'few'"),
    "a colour": lambda chart: counted(chart).encode(
        color=alt.condition("datum.meals > 40", alt.value("black"), alt.value("grey"))
    ),
    "a mean": lambda chart: (
        chart.transform_aggregate(mean="mean(meals)", groupby=["town"])
        .transform_filter("datum.mean > 40")
        .mark_bar()
        .encode(x="mean:Q", y="town:N")
    ),
    "millions": lambda chart: counted(chart).transform_filter("datum.fees < 40"),
    "what is added": lambda chart: (
        chart.transform_calculate(rest="40 - datum.meals").mark_bar().encode(x="mean(rest):Q", y="town:N")
    ),
    "the end of a scale": lambda chart: chart.mark_point().encode(
        x=alt.X("meals:Q", scale=alt.Scale(domain=[0, 40])), y="town:N"
    ),
    "ticks": lambda chart: chart.mark_bar().encode(x=alt.X("mean(meals):Q").axis(values=[0, 40]), y="town:N"),
    "the width of bins": lambda chart: chart.mark_bar().encode(x=alt.X("meals:Q", bin=alt.Bin(step=40)), y="count()"),
    "bins of a transform": lambda chart: (
        chart.transform_bin("b", field="meals", bin=alt.Bin(step=40)).mark_bar().encode(x="b:O", y="count()")
    ),
    "the end of a scale of millions": lambda chart: chart.mark_point().encode(
        x=alt.X("fees:Q", title="Fees", scale=alt.Scale(domain=[0, 40])), y="town:N"
    ),
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_number_meant_in_the_scale_of_a_file_is_refused_with_the_one_to_write(calls, name):
    story, frame = calls
    with pytest.raises(StoryError, match="4?0 compared with a column in (percent|million USD)") as raised:
        story.chart(COMPARED[name](alt.Chart(frame)), id="any", **WORDS)
    assert re.search(r"do: write 40 [*/] 10+$", str(raised.value), re.M)


def test_what_a_refusal_says_to_write_is_taken(calls):
    story, frame = calls
    for expression in (
        "datum.meals > 40 / 100",
        "datum.meals * 100 > 40",
        "datum.meals > 0.4",
        "datum.fees < 40 * 1000000",
        "datum.fees / 1e6 < 40",
        "datum.wait > 40",
        "datum.town == '40'",
    ):
        chart = counted(alt.Chart(frame)).transform_filter(expression)
        assert story.chart(chart, id="any", **WORDS).form == "altair", expression


def test_what_a_chart_says_of_values_without_their_scale_is_taken(calls):
    story, frame = calls
    chart = alt.Chart(frame).mark_point()
    for taken in (
        chart.encode(x=alt.X("meals:Q", scale=alt.Scale(domain=[0, 0.8])), y="id:N"),
        chart.encode(x=alt.X("meals:Q", scale=alt.Scale(domain=[0, 1.2])), y="id:N"),
        chart.encode(x=alt.X("meals:Q").axis(values=[0, 0.5, 1]), y="id:N"),
        chart.encode(x=alt.X("fees:Q", title="Fees", scale=alt.Scale(domain=[0, 1e8])), y="id:N"),
        chart.encode(x=alt.X("wait:Q", bin=alt.Bin(step=60)), y="count()"),
        chart.encode(x="id:N", y=alt.Y("count():Q", scale=alt.Scale(domain=[0, 40]))),
        chart.transform_calculate(rest="1 - datum.meals").encode(x="rest:Q", y="id:N"),
    ):
        assert story.chart(taken, id="any", **WORDS).form == "altair"


def test_a_number_below_all_values_that_is_among_them_in_the_scale_of_the_file_was_meant_in_it(desk_with):
    columns = "  - {name: shop, printed: shop, type: text}\n"
    columns += "  - {name: rent, printed: rent, type: integer, unit: million USD}\n"
    database = desk_with("rents", "shop,rent\na,900\nb,1200\nc,8000\n", columns, publish="[shop, rent]")
    story = Story("any", database)
    bars = alt.Chart(story.sql("SELECT * FROM rents").frame).mark_bar().encode(x="count()", y="shop:N")
    assert story.chart(bars.transform_filter("datum.rent > 1000000000"), id="any", **WORDS).form == "altair"
    with pytest.raises(StoryError, match="1000 compared with a column in million USD"):
        story.chart(bars.transform_filter("datum.rent > 1000"), id="any", **WORDS)


def test_a_scale_is_not_taken_out_a_second_time(calls):
    story, frame = calls
    for expression in ("datum.meals / 100 * datum.fees", "datum.fees * 1e6"):
        chart = alt.Chart(frame).transform_calculate(m=expression).mark_bar().encode(x="sum(m):Q", y="town:N")
        with pytest.raises(
            StoryError, match="the scale of (meals, percent|fees, million USD), taken out a second time"
        ):
            story.chart(chart, id="any", **WORDS)


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


def test_a_share_that_the_notebook_worked_out_is_compared_with_shares(calls):
    story, _ = calls
    means = story.sql("SELECT town, avg(meals) AS mean_meals FROM calls GROUP BY town").frame
    with pytest.raises(StoryError, match="write 40 / 100"):
        story.chart(counted(alt.Chart(means)).transform_filter("datum.mean_meals > 40"), id="any", **WORDS)


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
        "datum.meals < 0.9 || datum.fees > 1e7",
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
    for expression in ("datum.wait < 90 || datum.fees > 1e7", "datum.town == 'Ulm' ? datum.wait / 60 : 0"):
        chart = counted(alt.Chart(frame))
        with pytest.raises(StoryError, match="datum.wait, which some rows lack: Vega would take it for 0") as raised:
            story.chart(chart.transform_calculate(m=expression), id="any", **WORDS)
        (left_out,) = re.findall(r'transform_filter\("(.*?)"\)', str(raised.value))
        left = chart.transform_filter(left_out).transform_calculate(m=expression)
        assert story.chart(left, id="any", **WORDS).form == "altair"
