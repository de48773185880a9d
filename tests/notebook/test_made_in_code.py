"""A unit that is said of what pandas worked out is held against what its code makes of the columns that it read."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

JOBS = """\
job,place,wage,minutes,hours,rent,people,area,part,fee
A,East,12.5,90,1.5,900,45210,12.4,45.2,4.1
B,West,20,30,0.5,1200,88100,30.1,37.2,6
C,East,15,600,10,700,23050,55,17.6,2.5
"""
UNITS = {
    "wage": "EUR/hour",
    "minutes": "minute",
    "hours": "hour",
    "rent": "EUR/month",
    "people": "person",
    "area": "km**2",
    "part": "percent",
    "fee": "million EUR",
}
OF_JOBS = "".join(
    f"  - {{name: {name}, printed: {name}, type: {'decimal' if name in UNITS else 'text'}"
    + (f", unit: {UNITS[name]}}}\n" if name in UNITS else "}\n")
    for name in JOBS.splitlines()[0].split(",")
)
MORE = """\
thousand = 1e3
EUR = [euro] = _ = euro = euros
person = [person] = _ = people
km = [length] = _ = kilometre = kilometres
minute = 60 * second = _ = minutes
hour = 60 * minute = _ = hours
year = 365.25 * 24 * hour = _ = years
month = year / 12 = _ = months
thousand_people = 1000 * person
"""
PLAIN = "s = story.sql('SELECT * EXCLUDE (part, fee), part / 100 AS part, round(fee * 1e6) AS fee FROM jobs').frame"
READ = f"import pandas as pd\nf = pd.read_csv('{{}}/datasets/jobs.csv')\n{PLAIN}\nmade = "


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("jobs", JOBS, OF_JOBS, units=MORE, publish=f"[{JOBS.splitlines()[0]}]"))


def made(story, source):
    """What a cell makes, after one that read the file by pandas and in SQL; of a table its last column."""
    found = run_cell(story, None, READ.format(story.database.project.data) + source)
    return [str(row[-1]) for row in found.rows] if hasattr(found, "rows") else str(found)


def number(value, unit):
    return f"story.number({value}, '{unit}', how='x')"


def column(value, unit="", name="x"):
    return f"story.table(s.assign({name}={value})[['job', '{name}']]" + (
        f", units={{'{name}': '{unit}'}})" if unit else ")"
    )


RIGHT = {
    "a file has its own scale": (number("f.part.max()", "percent"), "45%"),
    "beside SQL, which has shares": (number("s.part.max()", "share"), "45%"),
    "millions of a file": (number("f.fee.sum()", "million EUR"), "€13m"),
    "a difference in a file": (number("f.part.max() - f.part.min()", "percentage points"), "28 percentage points"),
    "a difference of shares": (number("s.part.max() - s.part.min()", "percentage points"), "28 percentage points"),
    "wages by hours": (number("(s.wage * s.hours).sum()", "EUR"), "€180"),
    "wages by minutes over 60": (number("(s.wage * s.minutes / 60).sum()", "EUR"), "€180"),
    "hours by name": (column("s.minutes / 60", name="all_hours"), ["1.5 hours", "0.5 hours", "10.0 hours"]),
    "a year's rent": (column("s.rent * 12", "EUR/year"), ["€10,800 a year", "€14,400 a year", "€8,400 a year"]),
    "monthly mean in millions": (number("s.fee.sum() / 12 / 1e6", "million EUR"), "€1.1m"),
    "a density": (column("s.people / s.area", "person/km**2"), None),
    "a rise by methods": (column("s.fee.sub(s.fee.min()).div(s.fee.min())", "share"), ["64%", "140%", "0%"]),
    "a rate per thousand": (
        number("1000 * s.job.count() / s.people.sum()", "1/thousand_people"),
        "0.019 per thousand people",
    ),
    "a rate by its name": (
        column("10_000 * s.job.count() / s.people", "1", name="jobs_per_10000_people"),
        ["0.66", "0.34", "1.30"],
    ),
    "a rate per 1,000": (number("1000 * (s.hours > 1).sum() / s.people.sum()", "person"), "0.013 people"),
    "points by groups": (
        number("s.groupby('place').part.mean().diff().iloc[-1]", "percentage points"),
        "5.8 percentage points",
    ),
    "the part of a condition": (number("(s.minutes > 60).mean()", "share"), "67%"),
    "points by weights": (
        number("((s.part - s.part.mean()) * s.people).sum() / s.people.sum()", "percentage points"),
        "3.3 percentage points",
    ),
    "money by month": (number("s.groupby('place').fee.sum().mean()", "EUR/month"), "€6.3m a month"),
    "a month's rents together": (number("s.rent.sum()", "EUR"), "€2,800"),
    "hours by the name of a count": (column("s.minutes // 60", name="n_hours"), ["1", "0", "10"]),
    "columns by a dictionary": (
        "story.table(pd.DataFrame({'job': s.job, 'k': s.fee / 1e6}), units={'k': 'million EUR'})",
        ["€4.1m", "€6m", "€2.5m"],
    ),
    "a rest": (number("1 - s.part.max()", "share"), "55%"),
    "money a head said as money": (number("s.fee.sum() / s.people.sum()", "EUR"), "€81"),
    "an eval": ("story.table(s.eval('x = fee / hours')[['job', 'x']], units={'x': 'EUR/hour'})", None),
    "a choice of rows": (column("__import__('numpy').where(s.hours > 1, s.fee, 0)", "EUR"), ["€4.1m", "€0", "€2.5m"]),
    "all of a unit": (
        "story.table((s.set_index('job')[['fee']] / 1e6).reset_index(), units='million EUR')",
        ["€4.1m", "€6m", "€2.5m"],
    ),
}


@pytest.mark.parametrize(("source", "right"), RIGHT.values(), ids=RIGHT)
def test_what_the_code_makes_is_taken_in_its_unit(story, source, right):
    found = made(story, source)
    assert right is None or found == right


WRONG = {
    "a file's percentages as shares": (number("f.part.max()", "share"), 'say "percent"'),
    "shares as per cent": (number("s.part.max()", "percent"), 'say "share"'),
    "means of a file as shares": (
        "story.table(f.groupby('place', as_index=False).part.mean(), units={'part': 'share'})",
        'say "percent"',
    ),
    "millions of a file as one": (number("f.fee.sum()", "EUR"), 'say "million EUR"'),
    "minutes as hours": (column("s.minutes", "hour"), "convert the values, / 60"),
    "minutes as hours by name": (column("s.minutes", name="all_hours"), "convert the values, / 60"),
    "by a dictionary": (
        "story.table(pd.DataFrame({'job': s.job, 'all_hours': s.minutes}))",
        "convert the values, / 60",
    ),
    "by rename": (
        "story.table(s.rename(columns={'minutes': 'all_hours'})[['job', 'all_hours']])",
        "convert the values, / 60",
    ),
    "a month's rent as a year's": (column("s.rent", name="eur_per_year"), r"convert the values, \* 12"),
    "wages by minutes": (number("(s.wage * s.minutes).sum()", "EUR"), "convert the values, / 60"),
    "a rise in points": (column("s.fee.sub(s.fee.mean()).div(s.fee.mean())", "percentage points"), 'say "share"'),
    "a rate per 1,000 as of one": (number("1000 * s.job.count() / s.people.sum()", "1/person"), r"leave out \* 1000"),
    "a rate per 10,000 by name": (column("10_000 * s.job.count() / s.people", name="jobs_per_10000_people"), 'say "1"'),
    "thousands as people": (column("(s.people // 1000).astype(int)", name="n_people"), "times 0.001"),
    "a density as people": (column("s.people / s.area", "person"), r'say "person/km\*\*2"'),
    "a share without its sign": (column("s.part", "1", name="top"), "in 1|say .share"),
    "cents as euros": (number("s.wage.max() * 100", "EUR/hour"), r"leave out \* 100"),
    "a share of nothing like it": (number("s.fee.sum()", "share"), 'say "EUR"'),
}


@pytest.mark.parametrize(("source", "remedy"), WRONG.values(), ids=WRONG)
def test_another_unit_than_the_code_makes_is_refused(story, source, remedy):
    with pytest.raises(ToolkitError, match=remedy):
        made(story, source)


def test_a_product_in_one_cell_says_nothing_of_another(story):
    assert made(story, f"0\nx = s.wage * s.minutes\nmade = {number('(s.wage * s.hours).sum()', 'EUR')}") == "€180"


ASKED = {
    "a share": (column("s.groupby('place').part.transform('max')", name="best"), '"best": "share"'),
    "a change": (column("(s.fee / s.fee.mean() - 1) * 100", name="change_pct"), '"change_pct": "percent"'),
    "a product with a factor": (column("s.wage * s.hours * 1.2", name="pay"), '"pay": "EUR"'),
    "a part under the name of the whole": (column("s.people / s.people.sum()", name="people"), '"people": "share"'),
    "a ratio under the name of one": (column("s.hours / s.people", name="people"), '"people": "hour/person"'),
    "a count of a file": ("story.table(f.groupby('place', as_index=False).people.count())", '"people": "1"'),
    "a count": ("story.table(s.groupby('place').agg(jobs=('job', 'count')).reset_index())", '"jobs": "1"'),
}


@pytest.mark.parametrize(("source", "remedy"), ASKED.values(), ids=ASKED)
def test_a_column_without_a_unit_is_asked_for_that_of_its_code(story, source, remedy):
    with pytest.raises(ToolkitError, match=remedy):
        made(story, source)


@pytest.mark.parametrize(
    "counted",
    [
        "s.pivot_table(index='job', columns='place', values='people', aggfunc=len, fill_value=0)",
        "s.groupby('place').agg({'people': 'sum', 'job': 'count'})",
        "s.groupby('place').people.agg(['sum', len])",
    ],
)
def test_one_unit_for_all_is_none_of_counts_however_pandas_counts(story, counted):
    with pytest.raises(ToolkitError, match='"1"'):
        made(story, f"story.table({counted}.reset_index(), units='person')")


@pytest.mark.parametrize("source", ["s.area.sum()", "s[s.place == 'East'].area.sum()"])
def test_a_sum_of_a_column_that_could_not_be_read_is_no_zero(desk_with, source):
    empty = JOBS.replace(",12.4,", ",,").replace(",30.1,", ",,").replace(",55,", ",,")
    story = Story("any", desk_with("jobs", empty, OF_JOBS, units=MORE, publish=f"[{JOBS.splitlines()[0]}]"))
    with pytest.raises(ToolkitError, match="(?s)a sum of area, of which no row has a value.*toolkit add --update"):
        made(story, number(source, "km**2"))
    assert made(story, number("s.people.sum()", "person")) == "160,000 people"


def test_a_sum_of_more_rows_than_were_read_is_refused_and_so_is_one_of_none(story):
    twice = "s.merge(pd.concat([s, s])[['place']], on='place')"
    for source in (
        number(f"{twice}.people.sum()", "person"),
        f"story.table({twice}.groupby('place')[['people']].sum().reset_index(), units='person')",
    ):
        with pytest.raises(ToolkitError, match="rows of people that count more often than they were read"):
            made(story, source)
    once = "s.merge(s[['place']].drop_duplicates(), on='place')"
    assert made(story, number(f"{once}.people.sum()", "person")) == "160,000 people"
    sums = "s.groupby('place', as_index=False).people.sum()"
    assert made(story, f"story.table(s[['job', 'place']].merge({sums}, on='place'))")[0] == "68,260 people"
    assert made(story, column("s.people.sum()", "person"))[0] == "156,360 people"
    with pytest.raises(ToolkitError, match="over no rows: nothing was chosen"):
        made(story, number("s[s.place == 'Nowhere'].people.sum()", "person"))
    assert made(story, number("s[s.place == 'East'].people.sum()", "person")) == "68,000 people"
