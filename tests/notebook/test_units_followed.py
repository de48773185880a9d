"""Where the code takes values together as they were read, nobody has to say their unit; what has none takes none."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.notebook.test_mixed_scales import OF_TOWNS, TOWNS
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

ROWS = "town,region,planned,debt,people,pct,price,used\n" + TOWNS.partition("\n")[2] + "C,N,1000,0.5,10,30,5,4\n"
UNITS = (
    "thousand = 1e3\nperson = [person] = _ = people\nkg = [mass] = _ = kilogram = kilograms\n"
    "tonne = 1000 * kg = _ = tonnes\nhour = 3600 * second = _ = hours\nmonth = 30.4375 * day = _ = months\n"
    "town = [town] = _ = towns\n"
)
READ = (
    "import math\nimport numpy as np\nimport pandas as pd\n"
    "f = story.sql('SELECT * FROM towns').frame\nc = story.sql('SELECT town, used FROM towns').frame\n"
    "days = pd.to_datetime(f.region.map({'N': '2024-01-01', 'S': '2024-03-01'}))\n"
)
PIVOT = "p = f.pivot_table(index='region', columns='town', values='planned', aggfunc='sum')\n"


@pytest.fixture
def story(desk_with):
    return Story("any", desk_with("towns", ROWS, OF_TOWNS, units=UNITS, publish=f"[{ROWS.splitlines()[0]}]"))


def words(story, source):
    made = run_cell(story, None, READ + source)
    return str(made.rows[0][-1]) if hasattr(made, "rows") else str(made)


def table(frame, more=""):
    return f"made = story.table({frame}{more})"


def number(value, unit):
    return f"made = story.number({value}, '{unit}', how='x')"


FOLLOWED = {
    "a sum by groups": (table("f.groupby('region', as_index=False).planned.sum()"), "$41m"),
    "means of several": (table("f.groupby('region')[['debt', 'planned']].mean().reset_index()"), "$20.5m"),
    "a named sum": (table("f.groupby('region').agg(total=('planned', 'sum')).reset_index()"), "$41m"),
    "a mean of per cent": (table("f.groupby('region').pct.mean().reset_index()"), "21%"),
    "a product": ("f['cost'] = f.price * f.used\n" + table("f[['town', 'cost']]"), "$4,000"),
    "a ratio": ("f['each'] = f.planned / f.people\n" + table("f[['town', 'each']]"), "$800 per person"),
    "a ratio by name": (
        "f['usd_per_person'] = f.planned / f.people\n" + table("f[['town', 'usd_per_person']]"),
        "$800 per person",
    ),
    "another name": (table("f.rename(columns={'planned': 'Plans'})[['town', 'Plans']]"), "$40m"),
    "a part of a year": (
        "f['month'] = days.dt.month\n" + table("f.groupby('month').planned.sum().reset_index()"),
        "$41m",
    ),
    "columns named anew": (
        PIVOT + "p.columns = ['one', 'two', 'three']\n" + table("p[['one']].reset_index()"),
        "$40m",
    ),
    "a difference of such": (
        PIVOT
        + "p.columns = [f'in {c}' for c in p.columns]\np['gap'] = p['in A'] - p['in C']\n"
        + table("p[['gap']].dropna().reset_index()"),
        "$39m",
    ),
    "a prefix": (PIVOT + "p = p.add_prefix('in_').reset_index()\n" + table("p[['region', 'in_A']]"), "$40m"),
    "joined names": (
        "g = f.groupby('region').agg({'planned': ['sum', 'mean'], 'pct': 'mean'})\n"
        "g.columns = ['_'.join(c) for c in g.columns]\n" + table("g[['pct_mean', 'planned_mean']].reset_index()"),
        "$20.5m",
    ),
    "series side by side": (
        "a, b = f.groupby('region').planned.sum(), f.groupby('region').debt.sum()\n"
        "g = pd.concat([a.rename('plans'), b.rename('owed')], axis=1).rename_axis('region').reset_index()\n"
        + table("g"),
        "$300m",
    ),
    "a merge of sums": (
        "b = f.groupby('town', as_index=False).planned.sum()\nm = b.merge(c, on='town')\n"
        "m['cost'] = m.planned / m.used\n" + table("m[['town', 'cost']]"),
        "$40m per tonne",
    ),
    "a root of squares": (number("np.sqrt((f.planned ** 2).sum())", "thousand USD"), "$40m"),
    "a deviation": (number("f.planned.var() ** 0.5", "thousand USD"), "$23m"),
    "a mean of logarithms": (number("np.exp(np.log(f.planned).mean())", "thousand USD"), "$2.2m"),
    "squares of shares": (number("((f.planned / f.planned.sum()) ** 2).sum()", "1"), "0.94"),
    "counts a month": (number("len(f) / days.dt.to_period('M').nunique()", "town/month"), "1.5 towns a month"),
    "days between": (number("(days.max() - days.min()).days", "day"), "60 days"),
}


@pytest.mark.parametrize(("source", "right"), FOLLOWED.values(), ids=FOLLOWED)
def test_what_code_takes_together_has_its_unit(story, source, right):
    assert words(story, source) == right


OTHERWISE = {
    "a count": (number("f.planned.count()", "thousand USD"), "a count"),
    "a count by groups": (table("f.groupby('region').planned.count().reset_index()", ", units='USD'"), "a count"),
    "a count by name": (table("f.groupby('region').agg(all_usd=('planned', 'nunique')).reset_index()"), "a count"),
    "ranks": (number("f.planned.rank().sum()", "million USD"), "a count"),
    "places": (number("f.planned.argmax()", "thousand USD"), "labels"),
    "a condition": (
        "f['x'] = f.planned > 300\n" + table("f[['town', 'x']].astype({'x': int})", ", units={'x': 'thousand USD'}"),
        "conditions",
    ),
    "logarithms": (number("np.log(f.planned).sum()", "thousand USD"), "a logarithm"),
    "logarithms of each": (number("f.planned.apply(np.log).sum()", "thousand USD"), "a logarithm"),
    "roots": (number("f.planned.map(math.sqrt).sum()", "thousand USD"), r"USD\*\*0.5"),
    "squares": (number("(f.planned ** 2).sum()", "thousand USD"), r"USD\*\*2"),
    "a variance": (number("f.planned.var()", "thousand USD"), r"USD\*\*2"),
    "days as hours": (number("(days.max() - days.min()).days", "hour"), r"convert the values, \* 24"),
    "seconds as days": (number("(days.max() - days.min()).total_seconds()", "day"), "convert the values, / 86400"),
    "typed beside nothing of it": (number("4200000 + 0 * f.planned.sum()", "USD"), "typed numbers"),
    "a column under another's name": (
        "f['planned'] = f.debt\n" + table("f[['town', 'planned']]"),
        "without a unit|the values of debt",
    ),
    "a rate under its name": (
        "f['cost_per_head'] = f.planned / 2\n" + table("f[['town', 'cost_per_head']]"),
        "without a unit",
    ),
    "thousands by a ratio's name": (
        "f['usd_per_person'] = f.debt / f.people * 1e6\n" + table("f[['town', 'usd_per_person']]"),
        "thousand|leave out",
    ),
    "a name of a query inside": (
        "made = story.sql('SELECT x AS y_per_head FROM (SELECT debt AS x FROM towns)')",
        "says per head",
    ),
}


@pytest.mark.parametrize(("source", "found"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_no_such_value_is_refused(story, source, found):
    with pytest.raises(ToolkitError, match=found):
        words(story, source)


BY_AUTHOR = {
    "code of another": ("f['x'] = f.planned.apply(getattr(np, 'cbrt'))\n", "f.x.max()"),
    "a text read again": ("", "float(f'{f.planned.sum():.0f}')"),
    "a column by its place": ("", "f.iloc[:, 2].max()"),
}


@pytest.mark.parametrize(("source", "value"), BY_AUTHOR.values(), ids=BY_AUTHOR)
def test_a_unit_that_code_does_not_say_is_said_to_be_its_authors(story, source, value):
    made = run_cell(story, None, READ + source + number(value, "thousand USD"))
    assert dict(made.operation.settings)["unit_by"] == "author"
    plain = run_cell(story, None, READ + source + number("f.planned.max()", "thousand USD"))
    assert "unit_by" not in dict(plain.operation.settings)


def test_so_it_is_of_a_column(story):
    made = run_cell(
        story,
        None,
        READ + "f['x'] = f.planned.apply(getattr(np, 'cbrt'))\n"
        "made = story.table(f[['x', 'debt']], units={'x': 'thousand USD'})",
    )
    assert ["unit_by" in dict(cell.operation.settings) for cell in made.rows[0]] == [True, False]
