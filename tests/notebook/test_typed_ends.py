"""Numbers typed into a chart of Altair or a house form are in the unit that the column has in its frame."""

import re

import altair as alt
import pytest

from tests.notebook.test_from_altair import WORDS
from toolkit.charts import draw_svg, vega_lite
from toolkit.charts.theme import HOUSE
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.database.table import table
from toolkit.notebook.annotation import note
from toolkit.notebook.story import Story
from toolkit.site.exhibits import drawing_of

pytestmark = pytest.mark.heavy
CALLS = """id,meals,fees,few
1,48.4,37,0.2
2,12.5,41,0.5
3,59.5,12,0.9
4,20,90,0.4
5,5,8,0.3
"""
OF_CALLS = """\
  - {name: id, printed: id, type: text}
  - {name: meals, printed: meals, type: decimal, unit: percent}
  - {name: fees, printed: fees, type: integer, unit: million USD}
  - {name: few, printed: few, type: decimal, unit: percent}
"""


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("typed_calls", CALLS, OF_CALLS, publish="[id, meals, fees, few]"))


@pytest.fixture
def calls(story):
    return story.sql("SELECT id, meals, fees, few FROM typed_calls")


def drawing(story, *given, **more):
    return drawing_of(story.chart(*given, id="any", **WORDS, **more).to_json(), HOUSE)


def texts(made):
    return re.findall("<text[^>]*>([^<]*)</text>", draw_svg(made, "wide"))


def of(channel, **more):
    return {"x": alt.X(channel, **more), "y": "id:N"}


def on(domain, channel="meals:Q", **more):
    return of(channel, scale=alt.Scale(domain=domain, **more))


OFF = {
    "shares over percent": (on([0, 1]), "write domain=[0, 100]"),
    "shares over percent, which are cut off": (on([0, 1], clamp=True), "write domain=[0, 100]"),
    "a part of one": (on([0.2, 0.5]), "write domain=[20, 50]"),
    "one end": (of("meals:Q", scale=alt.Scale(domainMax=1)), "write domainMax=100"),
    "colours": ({"y": "id:N", "color": alt.Color("meals:Q", scale=alt.Scale(domain=[0, 1]))}, "domain=[0, 100]"),
    "ticks": (of("meals:Q", axis=alt.Axis(values=[0, 0.5])), "write values=[0, 50]"),
    "means": (on([0, 1], "mean(meals):Q"), "write domain=[0, 100]"),
    "dollars over millions": (on([0, 100e6], "fees:Q"), "write domain=[0, 100]"),
}
RIGHT = {
    "percent": on([0, 100]),
    "more than the values": on([0, 1000]),
    "small percentages": on([0, 1], "few:Q"),
    "ticks": of("meals:Q", axis=alt.Axis(values=[0, 50])),
    "one tick": of("meals:Q", axis=alt.Axis(values=[40])),
    "a scale of few colours": {"y": "id:N", "color": alt.Color("meals:Q", scale=alt.Scale(domain=[0, 50]))},
    "zero": of("meals:Q", axis=alt.Axis(values=[0])),
    "millions": on([0, 5000], "fees:Q"),
}


@pytest.mark.parametrize("name", OFF)
def test_an_axis_that_suits_the_numbers_in_another_scale_is_refused_by_name(story, calls, name):
    encoded, remedy = OFF[name]
    with pytest.raises(StoryError, match="where values are from") as raised:
        story.chart(alt.Chart(calls.frame).mark_bar().encode(**encoded), id="any", **WORDS)
    assert remedy in str(raised.value)


@pytest.mark.parametrize("name", RIGHT)
def test_an_axis_in_the_unit_of_its_values_is_drawn(story, calls, name):
    assert texts(drawing(story, alt.Chart(calls.frame).mark_point().encode(**RIGHT[name])))


def test_a_domain_in_per_cent_over_shares_is_refused(story):
    shares = story.sql("SELECT id, meals / 100 AS part FROM typed_calls", {"part": "share"})
    points = alt.Chart(shares.frame).mark_point()
    with pytest.raises(StoryError, match=r"write domain=\[0, 1\]"):
        story.chart(points.encode(**on([0, 100], "part:Q")), id="any", **WORDS)
    assert texts(drawing(story, points.encode(**on([0, 1], "part:Q"))))


def test_numbers_typed_into_a_form_are_in_the_unit_of_the_frame(story, calls):
    assert texts(drawing(story, calls, "dots", x="meals", y="id", x_from=2))[:3] == ["20", "40", "60%"]
    assert texts(drawing(story, calls, "histogram", x="meals", step=10))[:7] == [
        "0",
        "10",
        "20",
        "30",
        "40",
        "50",
        "60%",
    ]
    parts = texts(drawing(story, calls, "histogram", x="fees", step=25))
    assert parts[0] == "0" and parts[-1].isdecimal() and "$100m" in parts
    limited = str(vega_lite(drawing(story, calls, "quantile_dots", x="meals", dots=5, limit=40)))
    assert "datum.quantile >= 0.4 " in limited
    spent = drawing(
        story,
        calls,
        "squares",
        label="id",
        left="fees",
        right="meals",
        left_per_square=1,
        right_per_square=5,
        left_title="Fees",
        right_title="Meals",
    )
    assert "37000000" in str(vega_lite(spent)) and texts(spent)


def test_what_is_refused_of_them_names_them_as_they_were_typed(story, calls):
    for given, said in (
        ({"form": "dots", "y": "id", "x_from": 10}, "a value of 5 left of the axis.*values from 10"),
        ({"form": "histogram", "step": 0.5}, "step=0.5.*cuts 5 to 59.5 into at most 60.*give 2.5"),
    ):
        made = drawing(story, calls, x="meals", **given)
        with pytest.raises(ToolkitError, match=re.compile(said, re.S)):
            draw_svg(made, "wide")


def test_a_form_draws_converted_numbers_as_those_that_were_not(story, calls):
    rows = [
        {"id": row["id"], "share": row["meals"].to("percent"), "spent": row["fees"].to("million USD")} for row in calls
    ]
    converted = table("converted", rows)
    bars = texts(drawing(story, converted, "bars", value="share", label="id"))
    assert bars == texts(drawing(story, calls, "bars", value="meals", label="id")) and "40%" in bars
    dots = texts(drawing(story, converted, "dots", x="spent", y="id", x_from=5))
    assert "$80m" in dots and dots == texts(drawing(story, calls, "dots", x="fees", y="id", x_from=5))


def test_a_note_stands_at_a_converted_number(story, calls):
    converted = table("converted", [{"id": row["id"], "spent": row["fees"].to("million USD")} for row in calls])
    level = note("level", x=converted["spent"][0])
    points = alt.Chart(converted).mark_point().encode(x="spent:Q", y="id:N")
    for given in ((converted, "dots"), (calls, "dots"), (points,)):
        more = {} if len(given) == 1 else {"x": "spent" if given[0] is converted else "fees", "y": "id"}
        made = vega_lite(drawing(story, *given, notes_at=[level], **more))
        (place,) = {float(found) for found in re.findall(r"'at_x': ([\d.]+)", str(made))}
        assert place == (37 if len(given) == 1 else 37e6)


def test_bars_below_zero_end_at_zero(story):
    losses = story.sql("SELECT id, -meals AS meals FROM typed_calls")
    made = drawing(story, losses, "bars", value="meals", label="id")
    assert texts(made)[:3] == ["−40", "−20", "0%"]
    assert draw_svg(made, "narrow")
