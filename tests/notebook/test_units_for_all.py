"""A unit alone is that of every column that nothing says one of: in SQL, of frames in SQL, and in charts of Altair."""

import altair
import pytest

from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

ROWS = "shop,fee,price,staff\n" + "".join(f"{'AB'[row % 2]},{row}.5,{row % 10},{row % 7}\n" for row in range(2200))
COLUMNS = """\
  - {name: shop, printed: shop, type: text}
  - {name: fee, printed: fee, type: decimal}
  - {name: price, printed: price, type: decimal, unit: USD}
  - {name: staff, printed: staff, type: integer}
"""
WORDS = {
    "title": "Shop B takes more",
    "subtitle": "Fees by shop, two towns",
    "notes": "Invented.",
    "alt": "Two bars, that of shop B a little longer than that of shop A.",
}


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("fees", ROWS, COLUMNS, publish="[shop, fee, price, staff]"))


def units_of(table):
    return {column.name: column.unit for column in table.columns if column.name != "shop"}


def test_in_sql(story):
    columns = (
        "sum(fee) AS fees, median(fee) AS middle, sum(price) AS prices, count(*) AS n, count(DISTINCT fee) AS kinds"
    )
    table = story.sql(f"SELECT shop, {columns} FROM fees GROUP BY shop ORDER BY shop", units="cup")
    assert units_of(table) == {"fees": "cup", "middle": "cup", "prices": "USD", "n": "1", "kinds": "1"}
    assert not any(column.withheld for column in table.columns)
    grouped = table.frame
    again = story.sql("SELECT shop, fees / 2 AS half, n AS n_rows FROM grouped", units="cup")
    assert units_of(again) == {"half": "cup", "n_rows": "1"} and len(grouped) == 2
    with pytest.raises(ToolkitError, match="'cupz', which is not defined"):
        story.sql("SELECT sum(price) AS prices FROM fees", units="cupz")


@pytest.mark.parametrize(
    "column",
    [
        "sum(staff) AS n",
        "sum(staff) AS number_of_staff",
        "sum(price) * 0.4 AS usd",
        "sum(fee) * 2 AS share",
        "sum(fee) / 7 AS fee_per_month",
        "sum(fee) / sum(price) AS ratio",
        "sum(fee) / sum(staff) AS each",
        "sum(fee) / max(fee) AS part",
    ],
)
def test_not_of_what_is_a_count_a_ratio_or_says_another_unit_itself(story, column):
    (made,) = story.sql(f"SELECT {column} FROM fees", units="cup").columns
    assert made.unit != "cup"
    inside = f"WITH one AS (SELECT {column} FROM fees GROUP BY shop) SELECT max({made.name}) AS {made.name} FROM one"
    assert story.sql(inside, units="cup").columns[0].unit != "cup"


def test_not_of_columns_of_a_frame_whose_names_say_another(story):
    frame = story.sql("SELECT shop, sum(fee) AS fees FROM fees GROUP BY shop", units="cup").frame
    assert units_of(story.table(frame.assign(half=frame.fees / 2), units="cup"))["half"] == "cup"
    with pytest.raises(ToolkitError, match="column fees_per_month: numbers without a unit"):
        story.table(frame.assign(fees_per_month=frame.fees / 12), units="cup")


@pytest.mark.parametrize("units", ["cup", {"fee": "cup"}, {"sum_fee": "cup"}, {"fee": "cup", "staff": "cup"}])
def test_in_a_chart_of_altair_whose_rows_are_too_many(story, units):
    frame = story.sql("SELECT shop, fee, staff FROM fees").frame
    made = story.chart(altair.Chart(frame).mark_bar().encode(x="shop", y="sum(fee)"), **WORDS, units=units)
    assert units_of(made.table) == {"sum_fee": "cup"}


def test_of_bins_in_such_a_chart(story):
    frame = story.sql("SELECT fee, price FROM fees").frame
    chart = altair.Chart(frame).mark_bar().encode(x=altair.X("price", bin=True), y="sum(fee)")
    made = story.chart(chart, **WORDS, units="cup")
    assert units_of(made.table) == {"price_from": "USD", "price_to": "USD", "sum_fee": "cup"}
    with pytest.raises(ToolkitError, match="no column 'fees'"):
        story.chart(chart, **WORDS, units={"fees": "cup"})
