"""Charts of rows that a merge repeated: each row that was read counts once in a sum, a mean, a stack."""

import altair as alt
import pytest

from tests.notebook.test_from_altair import WORDS
from toolkit.core.errors import StoryError
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy
DEALS = """id,town,kind,year,people,fee
a,Ulm,city,2024,900,3
b,Ulm,city,2025,900,4
c,Ulm,city,2025,900,5
d,Bonn,city,2024,700,6
e,Ems,village,2025,90,7
"""
OF_DEALS = """\
  - {name: id, printed: id, type: text}
  - {name: town, printed: town, type: text}
  - {name: kind, printed: kind, type: text}
  - {name: year, printed: year, type: text}
  - {name: people, printed: people, type: integer, unit: cup}
  - {name: fee, printed: fee, type: integer, unit: USD}
"""
ADDED_UP = {
    "sums": lambda chart: chart.mark_bar().encode(x="sum(people):Q", y="kind:N"),
    "sums of each": lambda chart: chart.mark_bar().encode(x="sum(people):Q", y="town:N"),
    "means": lambda chart: chart.mark_bar().encode(x="mean(people):Q", y="kind:N"),
    "of all": lambda chart: chart.mark_bar().encode(x="median(people):Q"),
    "stacks": lambda chart: chart.mark_bar().encode(x="people:Q", y="kind:N", color="town:N"),
    "a transform": lambda chart: (
        chart.transform_aggregate(all="sum(people)", groupby=["kind"]).mark_bar().encode(x="all:Q", y="kind:N")
    ),
    "a whole": lambda chart: chart.transform_joinaggregate(all="sum(people)").mark_point().encode(x="all:Q", y="id:N"),
    "facets": lambda chart: chart.mark_bar().encode(x="sum(people):Q", y="town:N").facet("kind:N"),
}
ONCE = {
    "its own rows": lambda chart: chart.mark_bar().encode(x="sum(fee):Q", y="kind:N"),
    "counts": lambda chart: chart.mark_bar().encode(x="count()", y="kind:N"),
    "a mark for each": lambda chart: chart.mark_point().encode(x="people:Q", y="id:N"),
    "the largest": lambda chart: chart.mark_bar().encode(x="max(people):Q", y="town:N"),
    "a group for each": lambda chart: chart.mark_bar().encode(x="sum(people):Q", y="id:N"),
    "one for each town": lambda chart: (
        chart.transform_aggregate(people="max(people)", groupby=["town", "kind"])
        .mark_bar()
        .encode(x="sum(people):Q", y="kind:N")
    ),
    "a filter": lambda chart: (
        chart.transform_filter("datum.id != 'c'").mark_bar().encode(x="sum(people):Q", y="town:N", color="year:N")
    ),
}


@pytest.fixture
def merged(desk_with):
    database = desk_with("deals", DEALS, OF_DEALS, publish="[id, town, kind, year, people, fee]")
    story = Story("any", database)
    towns = story.sql("SELECT town, kind, max(people) AS people FROM deals GROUP BY ALL").frame
    deals = story.sql("SELECT id, town, year, fee FROM deals").frame
    return story, deals.merge(towns, on="town"), towns


@pytest.mark.parametrize("name", ADDED_UP)
def test_rows_that_a_merge_repeated_are_not_added_up(merged, name):
    story, frame, _ = merged
    with pytest.raises(StoryError, match="rows of people that count more often than they were read") as raised:
        story.chart(ADDED_UP[name](alt.Chart(frame)), id="any", **WORDS)
    assert "merge with one row for each" in str(raised.value)


def test_rows_that_count_once_are_drawn(merged):
    story, frame, towns = merged
    for name, make in ONCE.items():
        assert story.chart(make(alt.Chart(frame)), id="any", **WORDS).form == "altair", name
    each = {"before": towns, "one row for each": frame.drop_duplicates("town")[["town", "kind", "people"]]}
    for name, rows in each.items():
        assert story.chart(ADDED_UP["sums"](alt.Chart(rows)), id="any", **WORDS).form == "altair", name
    long = frame.melt(["id", "town", "people"], ["fee"], value_name="usd")
    by_id = alt.Chart(long).mark_bar().encode(x="sum(people):Q", y="id:N")
    assert story.chart(by_id, id="any", units={"usd": "USD"}, **WORDS).form == "altair"
