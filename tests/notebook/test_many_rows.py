"""Charts of Altair over more rows than a page holds: groups are asked in SQL, else the query is named."""

import altair as alt
import pytest
import vl_convert

from tests.notebook.test_from_altair import WORDS
from tests.small_dataset import declare
from toolkit.charts import read_drawing, vega_lite
from toolkit.core.errors import StoryError
from toolkit.database.open import open_database
from toolkit.notebook.many_rows import bin_step
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy
TOWNS = ("Aberley", "Brockham", "Castleton")
ROWS = "".join(f"{TOWNS[n % 3]},{(n * 37) % 100},2024-{n % 12 + 1:02d}-05\n" for n in range(3000))
COLUMNS = """\
  - {name: town, printed: town, type: text}
  - {name: score, printed: score, type: integer, unit: cup}
  - {name: day, printed: day, type: date}
"""


@pytest.fixture
def visits(desk_with):
    story = Story("many", desk_with("visits", f"town,score,day\n{ROWS}", COLUMNS))
    return story, story.sql("SELECT town, score, day FROM visits")


def test_groups_are_asked_of_duckdb_and_each_number_has_its_rows(visits):
    story, table = visits
    made = story.chart(alt.Chart(table.frame).mark_bar().encode(x="mean(score)", y="town"), id="means", **WORDS)
    assert made.table["town"] == TOWNS and made.altair["frames"] == [3]
    assert [number.low for number in made.table["mean_score"]] == [49.5] * 3
    assert made.table["mean_score"][0].inputs[0].low == 1000 and made.table.datasets == ("visits",)
    encoding = made.altair["specification"]["encoding"]
    assert encoding["x"] == {"title": "Mean of score", "type": "quantitative", "field": "mean_score"}


def test_a_histogram_and_months_are_the_ones_that_altair_would_draw(visits):
    story, table = visits
    bars = alt.Chart(table).mark_bar()
    for chart in (
        bars.encode(x=alt.X("score", bin=True), y="count()"),
        bars.encode(x="yearmonth(day):T", y="sum(score)", color="town"),
    ):
        made = story.chart(chart, id="grouped", **WORDS)
        ours = vl_convert.vegalite_to_svg(vega_lite(read_drawing(made.to_json())), vl_version="6.4")
        with alt.data_transformers.enable("default", max_rows=None):
            theirs = vl_convert.vegalite_to_svg(chart.properties(data=table.frame).to_dict(), vl_version="6.4")
        assert len(made.table) < 40 and ours.count('roledescription="bar"') == theirs.count('roledescription="bar"') > 5


def test_values_of_single_rows_that_no_page_may_show_are_drawn_as_groups(with_database):
    declare(with_database, name="visits", content="\n".join(["town,score,day", *ROWS.split()[:6], ""]), columns=COLUMNS)
    story = Story("many", open_database(with_database))
    frame = story.sql("SELECT * FROM visits").frame
    chart = alt.Chart(frame).mark_bar()
    for some in (frame, frame[["town", "score"]], frame.drop(columns="day")):
        made = story.chart(alt.Chart(some).mark_bar().encode(x="mean(score)", y="town"), id="grouped", **WORDS)
        assert made.table["town"] == TOWNS and made.table.numbers[0].inputs[0].low == 2
    with pytest.raises(StoryError, match="fewer than 2 rows"):
        story.chart(alt.Chart(frame[1:]).mark_bar().encode(x="mean(score)", y="town"), id="grouped", **WORDS)
    with pytest.raises(StoryError, match="values of single rows"):
        story.chart(chart.encode(x="score", y="town"), id="grouped", **WORDS)


def test_bins_of_years_have_no_commas(desk_with):
    columns = "  - {name: school, printed: school, type: text}\n  - {name: founded, printed: founded, type: integer}\n"
    content = "school,founded\n" + "".join(f"School {n},{1880 + n}\n" for n in range(0, 99, 7))
    story = Story("many", desk_with("schools", content, columns, publish="[school, founded]"))
    frame = story.sql("SELECT * FROM schools").frame
    bars = alt.Chart(frame).mark_bar().encode(x=alt.X("founded:Q", bin=alt.Bin(step=20)), y="count()")
    made = story.chart(bars, id="founded", **WORDS)
    drawn = vl_convert.vegalite_to_svg(vega_lite(read_drawing(made.to_json())), vl_version="6.4")
    assert ">1900<" in drawn and ">1,900<" not in drawn


def test_rows_that_are_marks_are_refused_with_the_query_to_write(visits):
    story, table = visits
    chart = alt.Chart(table.frame).mark_point().encode(x="score", y="town")
    with pytest.raises(
        StoryError, match=r"3,000 rows.*\n.*2,000.*\n.*SELECT score, town, count\(\*\) AS n FROM … GROUP"
    ):
        story.chart(chart, **WORDS)
    with pytest.raises(StoryError, match="3,000 rows"):
        story.chart(chart + alt.Chart(table).mark_rule().encode(x="mean(score)"), **WORDS)


def test_bins_are_vegas():
    assert [bin_step(0, 99, 10), bin_step(0, 99, 30), bin_step(-8, 108, 10), bin_step(0.1, 0.9, 6)] == [10, 5, 20, 0.2]


SCALES = "town,meals,budget\n" + "".join(
    f"{TOWNS[n % 3]},{(n * 37) % 100 + 0.5},{n % 70 + 0.25}\n" for n in range(3000)
)
OF_SCALES = """\
  - {name: town, printed: town, type: text}
  - {name: meals, printed: meals, type: decimal, unit: percent}
  - {name: budget, printed: budget, type: decimal, unit: million USD}
"""


def test_groups_of_columns_with_a_scale_are_drawn_in_it(desk_with):
    story = Story("many", desk_with("meals", SCALES, OF_SCALES))
    table = story.sql("SELECT * FROM meals")
    bars = alt.Chart(table.frame).mark_bar()
    made = story.chart(bars.encode(x=alt.X("meals", bin=alt.Bin(step=10)), y="count()"), id="bins", **WORDS)
    (rows,) = vega_lite(read_drawing(made.to_json()))["datasets"].values()
    assert [(row["meals_from"], row["meals_to"]) for row in rows] == [(n, n + 10) for n in range(0, 100, 10)]
    assert [number.low for number in made.table["meals_to"]] == [n / 10 for n in range(1, 11)]
    made = story.chart(bars.encode(x="sum(budget)", y="town"), id="sums", **WORDS)
    assert made.altair["specification"]["encoding"]["x"]["title"] == "Sum of budget (million USD)"
    assert [number.low for number in made.table["sum_budget"]] == [
        1e6 * sum(n % 70 + 0.25 for n in range(k, 3000, 3)) for k in range(3)
    ]
    made = story.chart(bars.encode(x="mean(meals)", y="town"), id="means", **WORDS)
    drawn = vl_convert.vegalite_to_svg(vega_lite(read_drawing(made.to_json())), vl_version="6.4")
    assert ">40%<" in drawn and made.table["mean_meals"][0].low == pytest.approx(0.5)
