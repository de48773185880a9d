"""Sums of prices and shares, powers, products, means by month, values replaced: their unit is said, or refused."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

UNITS = (
    "thousand = 1e3\nhour = 3600 * second = _ = hours\nmonth = 30.4375 * day = _ = months\n"
    "year = 12 * month = _ = years\npatient = [patient] = _ = patients\nmegawatt_hour = [energy] = _ = megawatt_hours\n"
)
ROWS = """\
ward,month,patients,spend,occupancy,hours,rate,price,wait
A,2024-01-01,100,4100,80,5000,50,60,30
A,2024-02-01,300,3900,90,5200,50,90,34
B,2024-01-01,50,600,60,800,60,60,10
B,2024-02-01,50,700,70,900,60,90,12
"""
OF_WARDS = """\
  - {name: ward, printed: ward, type: text}
  - {name: month, printed: month, type: date}
  - {name: patients, printed: patients, type: integer, unit: patient}
  - {name: spend, printed: spend, type: decimal, unit: thousand USD}
  - {name: occupancy, printed: occupancy, type: decimal, unit: percent}
  - {name: hours, printed: hours, type: decimal, unit: hour}
  - {name: rate, printed: rate, type: decimal, unit: USD/hour}
  - {name: price, printed: price, type: decimal, unit: USD/megawatt_hour}
  - {name: wait, printed: wait, type: decimal, unit: day}
"""
READ = (
    "import numpy as np\nimport pandas as pd\nf = story.sql('SELECT * FROM wards').frame\n"
    "f['month'] = pd.to_datetime(f.month)\n"
)
CUTS = "c = f.merge(pd.DataFrame({'cut': [5, 10]}), how='cross')\nc['saved'] = c.spend * c.cut / 100\n"


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("wards", ROWS, OF_WARDS, units=UNITS, publish=f"[{ROWS.splitlines()[0]}]"))


def number(value, unit):
    return f"made = story.number({value}, '{unit}', how='x')"


def table(value, unit=""):
    return f"made = story.table({value}" + (f", units='{unit}')" if unit else ")")


def sql(value, unit="", more="FROM wards GROUP BY ward ORDER BY ward"):
    return f"made = story.sql('SELECT {value} AS x {more}'" + (f", units={{'x': '{unit}'}})" if unit else ")")


def by_month(value="avg(total)"):
    return value, "FROM (SELECT month, sum(spend) AS total FROM wards GROUP BY month)"


def made_of(story, source):
    """The words of the last cell, and whether the receipt says that its unit is its author's word."""
    made = run_cell(story, None, READ + source)
    cell = made.rows[0][-1] if hasattr(made, "rows") else made
    return str(cell), "unit_by" in dict(cell.operation.settings)


FOLLOWED = {
    "a dot product": (number("np.dot(f.hours, f.rate)", "USD"), "$610,000"),
    "a product by @": (number("f.hours.to_numpy() @ f.rate.to_numpy()", "USD"), "$610,000"),
    "a weighted mean": (number("np.average(f.wait, weights=f.patients)", "day"), "29 days"),
    "a mean of shares": (number("f.occupancy.mean()", "percent"), "75%"),
    "a mean of prices": (number("f.price.sum() / len(f)", "USD/megawatt_hour"), "$75 per megawatt hour"),
    "a price weighted": (number("(f.hours * f.rate).sum() / f.hours.sum()", "USD/hour"), "$51 an hour"),
    "a mean by month": (number("f.groupby('month').spend.sum().mean()", "thousand USD/month"), "$4.7m a month"),
    "a mean by a time": (
        number("f.groupby(f.month.dt.to_period('M')).spend.sum().mean()", "thousand USD/month"),
        "$4.7m a month",
    ),
    "a mean of what is resampled": (
        number("f.set_index('month').spend.resample('MS').sum().mean()", "thousand USD/month"),
        "$4.7m a month",
    ),
    "values that nothing stands for": (
        "f['spend'] = f.spend.replace({600: np.nan, 700: np.nan})\n" + number("f.spend.sum()", "thousand USD"),
        "$8m",
    ),
    "a mean by month in SQL": (sql(*by_month()[:1], "thousand USD/month", by_month()[1]), "$4.65m a month"),
    "a product in SQL": (sql("sum(hours * rate)"), "$510,000"),
    "squares in SQL": (sql("sum(spend * spend)"), "32 trillion dollars²"),
    "a root in SQL": (sql("sqrt(avg(wait ** 2))", "day"), "32 days"),
    "a deviation in SQL": (sql("sqrt(var_pop(wait))"), "2 days"),
    "a mean of shares in SQL": (sql("avg(occupancy)"), "85%"),
}


@pytest.mark.parametrize(("source", "right"), FOLLOWED.values(), ids=FOLLOWED)
def test_the_code_says_it(story, source, right):
    assert made_of(story, source) == (right, False)


BY_AUTHOR = {
    "a sum of rates": (number("f.rate.sum()", "USD"), "$220"),
    "a sum of rates that stays one": (number("f.price.sum()", "USD/megawatt_hour"), "$300 per megawatt hour"),
    "sums of rates by groups": (table("f.groupby('ward').rate.sum().reset_index()"), "$100 an hour"),
    "parts of one whole": (number("f[f.ward == 'B'].occupancy.head(1).sum()", "percent"), "60%"),
    "values of which each may be of a year": (number("f.spend.mean()", "thousand USD/year"), "$2.3m a year"),
    "values of which each may be of one": (number("f.spend.mean()", "thousand USD/patient"), "$2.3m per patient"),
    "months of any year": (
        "f['month'] = f.month.dt.month\n" + number("f.groupby('month').spend.sum().mean()", "thousand USD/month"),
        "$4.7m a month",
    ),
    "typed per cents of each row": (CUTS + number("c.saved.sum()", "thousand USD"), "$1.4m"),
    "a sum of rates in SQL": (sql("sum(rate)"), "$100 an hour"),
    "a sum of rates to money in SQL": (sql("sum(rate)", "USD"), "$100"),
    "parts of one whole in SQL": (sql("sum(occupancy) / 2.5", "percent"), "68%"),
    "what a query does not say": (sql("sum(hash(spend) % 7)", "thousand USD"), None),
}


@pytest.mark.parametrize(("source", "right"), BY_AUTHOR.values(), ids=BY_AUTHOR)
def test_what_the_code_does_not_say_is_its_authors_word(story, source, right):
    words, by_author = made_of(story, source)
    assert by_author and right in (words, None)


REFUSED = {
    "a sum in a loop": (
        "x = 0\nfor one in f.occupancy:\n    x += one\n" + number("x", "percent"),
        "comes to 300%",
    ),
    "shares of frames in SQL": (sql("sum(occupancy)", "percent", "FROM f"), "comes to 300%"),
    "another scale of a ratio": (sql("sum(spend) / sum(patients)", "USD"), "declared"),
    "a sum of prices as money": (number("f.price.sum()", "USD"), 'say "USD/megawatt_hour"'),
    "a sum of shares": (number("f.occupancy.sum()", "percent"), "comes to 300%"),
    "sums of shares by groups": (table("f.groupby('ward').occupancy.sum().reset_index()"), "comes to 170%"),
    "sums of shares in SQL": (sql("sum(occupancy)"), "comes to 170%"),
    "sums of shares in SQL that are said": (sql("sum(occupancy)", "percent"), "take the mean"),
    "shares added up one after the other": (table("f[['ward']].assign(x=f.occupancy.cumsum())", "percent"), "300%"),
    "a dot product as a rate": (number("np.dot(f.hours, f.rate)", "USD/hour"), 'say "USD"'),
    "a product as a rate": (number("(f.hours * f.rate).sum()", "USD/hour"), 'say "USD"'),
    "a mean by month as one of a year": (
        number("f.groupby('month').spend.sum().mean()", "thousand USD/year"),
        'say "thousand USD", .*or "thousand USD/month" of what is added up by month',
    ),
    "a mean by month in SQL as one of a year": (sql(*by_month()[:1], "thousand USD/year", by_month()[1]), "USD/year"),
    "squares in SQL": (sql("sum(spend ** 2)", "thousand USD"), r"USD\*\*2"),
    "squares by a function": (sql("sum(pow(spend, 2))", "thousand USD"), r"USD\*\*2"),
    "a product with itself": (sql("sum(spend * spend)", "thousand USD"), r"USD\*\*2"),
    "a variance in SQL": (sql("var_samp(wait)", "day"), r"day\*\*2"),
    "roots in SQL": (sql("sum(sqrt(wait))", "day"), r"day\*\*0.5"),
    "thousands of some values": (
        "f['spend'] = f.spend.replace({v: v * 1000 for v in f.spend if v < 1000})\n"
        + number("f.spend.sum()", "thousand USD"),
        "times 1000 together",
    ),
    "thousands of a typed value": (
        "wrong = {600: 600000}\nf['spend'] = f.spend.replace(wrong)\n" + number("f.spend.sum()", "thousand USD"),
        "times 1000 together",
    ),
    "thousands of one value": (
        "f['spend'] = f.spend.replace(600, 600000)\n" + number("f.spend.sum()", "thousand USD"),
        "times 1000 together",
    ),
    "thousands of all values": (
        "f['spend'] = f.spend.map({v: v * 1000 for v in f.spend})\n" + number("f.spend.sum()", "thousand USD"),
        r"leave out \* 1000",
    ),
    "typed per cents of each row in another unit": (CUTS + number("c.saved.sum()", "hour"), "thousand USD"),
    "days for each hundred": (number("(f.hours / f.patients * 100).sum()", "hour/patient"), r"leave out \* 100"),
}


@pytest.mark.parametrize(("source", "found"), REFUSED.values(), ids=REFUSED)
def test_another_unit_is_refused(story, source, found):
    with pytest.raises(ToolkitError, match=found):
        made_of(story, source)
