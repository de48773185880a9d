"""Values of one unit in two sizes that code puts together are refused; converted by the code they are right."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

TOWNS = "town,region,planned,debt,people,pct,price,used\nA,N,40000,300,50,12,4,1\nB,S,250,0.1,20,40,6,2\n"
OF_TOWNS = """\
  - {name: town, printed: town, type: text}
  - {name: region, printed: region, type: text}
  - {name: planned, printed: planned, type: decimal, unit: thousand USD}
  - {name: debt, printed: debt, type: decimal, unit: million USD}
  - {name: people, printed: people, type: integer, unit: thousand person}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: price, printed: price, type: decimal, unit: USD/kg}
  - {name: used, printed: used, type: decimal, unit: tonne}
"""
UNITS = (
    "seat = [seat] = _ = seats\n"
    "thousand = 1e3\nperson = [person] = _ = people\nkg = [mass] = _ = kilogram = kilograms\n"
    "tonne = 1000 * kg = _ = tonnes\n"
)
READ = "import numpy as np\nimport pandas as pd\nf = story.sql('SELECT * FROM towns').frame\n"
THOUSAND = ", 'thousand USD', how='all')"


@pytest.fixture
def story(desk_with):
    names = TOWNS.splitlines()[0]
    return Story("any", desk_with("towns", TOWNS, OF_TOWNS, units=UNITS, publish=f"[{names}]"))


def table(value, unit="thousand USD"):
    return f"story.table(f.assign(x={value})[['town', 'x']], units={{'x': '{unit}'}})"


MIXED = {
    "a sum": table("f.planned + f.debt"),
    "a difference by a method": table("f.planned.sub(f.debt)"),
    "an eval": table("f.eval('planned + debt')"),
    "a function of rows": table("f.apply(lambda r: r.planned + r.debt, axis=1)"),
    "columns together": table("f[['debt', 'planned']].sum(axis=1)"),
    "a choice": table("np.where(f.town == 'A', f.debt, f.planned)"),
    "what is filled": table("f.debt.where(f.town == 'A').fillna(f.planned)"),
    "a difference of sums": "story.number(f.planned.sum() - f.debt.sum()" + THOUSAND,
    "melted and added up": (
        "story.table(f.melt('town', value_vars=['planned', 'debt'], value_name='x').groupby('variable').x.sum()"
        ".reset_index(), units={'x': 'thousand USD'})"
    ),
    "a comparison": "story.number(int((f.debt > f.planned).sum()), '1', how='towns')",
    "a query": "story.number(len(f.query('debt > planned')), '1', how='towns')",
    "one less per cent": table("1 - f.pct", "percent"),
    "a hundred less shares": table("100 - f.pct / 100", "percent"),
    "shares beside per cent": table("f.pct - f.planned / f.planned.sum()", "percentage points"),
}


@pytest.mark.parametrize("source", MIXED.values(), ids=MIXED)
def test_two_sizes_together_are_refused(story, source):
    with pytest.raises(ToolkitError, match="values of one unit, in one size of it"):
        run_cell(story, None, f"{READ}made = {source}")


RIGHT = {
    "a sum": (table("f.planned + f.debt * 1000"), "$340m"),
    "in millions": (table("f.planned / 1000 + f.debt", "million USD"), "$340m"),
    "a difference of sums": ("story.number(f.planned.sum() - f.debt.sum() * 1000" + THOUSAND, "−$260m"),
    "a comparison": ("story.number(int((f.debt * 1000 > f.planned).sum()), '1', how='towns')", "1"),
    "more than a tenth over": (
        "story.number(int((f.debt * 1000 * 1.1 > f.planned).sum() + (f.planned > 1.1 * f.planned).sum()), '1',"
        " how='n')",
        "1",
    ),
    "weights": (table("0.4 * f.planned + 0.6 * (f.debt * 1000)"), "$196m"),
    "a column taken off by its sign": (table("f.planned + f.planned * -0.5"), "$20m"),
    "a hundred less per cent": (table("100 - f.pct", "percent"), "88%"),
    "one less shares": (table("1 - f.pct / 100", "share"), "88%"),
    "points of per cent over a hundred": (
        "story.number((f.pct.max() - f.pct.min()) / 100, 'percentage points', how='gap')",
        "28 percentage points",
    ),
    "points of per cent and shares times a hundred": (
        table("f.pct - f.planned / f.planned.sum() * 100", "percentage points"),
        "−87 percentage points",
    ),
    "people without those of per cent": (
        "story.table(f.assign(n_people=(f.people * (1 - f.pct / 100) * 1000).round().astype(int))"
        "[['town', 'n_people']])",
        "44,000",
    ),
    "a crosstab of values": (
        "story.table(pd.crosstab(f.town, f.region, values=f.debt, aggfunc='sum').fillna(0)[['N']].reset_index(),"
        " units='million USD')",
        "$300m",
    ),
}


@pytest.mark.parametrize(("source", "right"), RIGHT.values(), ids=RIGHT)
def test_what_the_code_converts_is_of_one_size(story, source, right):
    made = run_cell(story, None, f"{READ}made = {source}")
    assert str(made.rows[0][-1] if hasattr(made, "rows") else made) == right


@pytest.mark.parametrize(
    "source",
    [
        "story.number(f.used.sum() * 100, 'kg', how='all')",
        "story.number(f.used.sum() / 1000, 'kg', how='all')",
        "story.number((f.price * f.used).sum() / 10, 'USD', how='paid')",
        table("f.people * 10", "person"),
    ],
)
def test_a_factor_that_is_not_between_two_units_is_no_conversion(story, source):
    with pytest.raises(ToolkitError, match="convert the values|do not change the scale"):
        run_cell(story, None, f"{READ}made = {source}")


@pytest.mark.parametrize(
    ("label", "taken"),
    [
        ("over $30,000", True),
        ("over $30k", True),
        ("$30 and more", False),
        ("over 30 dollars", False),
        ("30 seats", True),
    ],
)
def test_a_class_of_money_is_named_after_the_amount_that_its_scale_makes(story, label, taken):
    cut = f"story.table(f.assign(x=np.where(f.planned > 30, '{label}', 'others'))[['town', 'x']])"
    choice = f"CASE WHEN planned > 30 THEN '{label}' ELSE 'others' END AS x"
    query = f'story.sql("SELECT {choice}, count(*) AS n FROM towns GROUP BY 1")'
    for source in (cut, query):
        if taken:
            assert len(run_cell(story, None, f"{READ}made = {source}").rows) == (2 if source == cut else 1)
        else:
            with pytest.raises(ToolkitError, match="a number without a receipt"):
                run_cell(story, None, f"{READ}made = {source}")


def test_one_unit_for_all_is_not_heard_where_columns_have_several_sizes(story):
    source = "p = f.pivot_table(index='region', values=['planned', 'debt'], aggfunc='sum').reset_index()\n"
    source += "p.columns = ['region', 'd', 'p']\nmade = story.table(p, units='million USD')"
    with pytest.raises(ToolkitError, match="numbers without a unit in 2 columns"):
        run_cell(story, None, READ + source)
