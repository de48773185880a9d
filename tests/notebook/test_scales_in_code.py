"""A scale that the code of a notebook changes by hand is not taken for the unit that was read."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

SHOPS = "town,year,pct,fee\nA,2023,40,4.1\nA,2024,45.5,6\nB,2023,30,3\nB,2024,20,2.5\n"
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: year, printed: year, type: integer}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
"""
WIDE = "w = frame.pivot(index='town', columns='year', values='pct').reset_index()\nw['change'] = w[2024] - w[2023]\n"


@pytest.fixture
def shops(desk_with):
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, year, pct, fee]"))
    return story, story.sql("SELECT town, year, pct / 100 AS pct, round(fee * 1e6) AS fee FROM shops").frame


SCALED = {
    "rounded, by a name": (
        "most = round(100 * frame['pct'].max(), 1)\nmade = story.number(most, 'share', how='most')",
        "most = frame['pct'].max()\nmade = story.number(most, 'share', how='most')",
        "46%",
    ),
    "by a method": (
        "made = story.number(frame.pct.mul(100).max(), 'share', how='most')",
        "made = story.number(frame.pct.max(), 'share', how='most')",
        "46%",
    ),
    "by a function": (
        "def largest(x):\n    return x.max() * 1e2\nmade = story.number(largest(frame.pct), 'share', how='most')",
        "def largest(x):\n    return x.max()\nmade = story.number(largest(frame.pct), 'share', how='most')",
        "46%",
    ),
    "euros in millions": (
        "made = story.number(frame.fee.sum() / 1_000_000, 'USD', how='all')",
        "made = story.number(frame.fee.sum(), 'USD', how='all')",
        "$16m",
    ),
    "a column in thousands, then added up": (
        "made = story.table(frame.assign(k=frame.fee / 10**3).groupby('town', as_index=False).agg(all=('k', 'sum')),"
        " units={'all': 'USD'})['all'][0]",
        "made = story.table(frame.assign(k=frame.fee).groupby('town', as_index=False).agg(all=('k', 'sum')),"
        " units={'all': 'USD'})['all'][0]",
        "$10.1m",
    ),
    "a whole pivot": (
        "w = frame.pivot(index='town', columns='year', values='fee') / 1e6\n"
        "made = story.table(w.reset_index(), units='USD')['2024'][0]",
        "w = frame.pivot(index='town', columns='year', values='fee')\n"
        "made = story.table(w.reset_index(), units='USD')['2024'][0]",
        "$6m",
    ),
    "a column that is changed in place": (
        "f = frame.copy()\nf['part'] = f.fee / f.fee.sum()\nf['part'] *= 100\n"
        "made = story.table(f[['town', 'year', 'part']], units={'part': 'share'})['part'][0]",
        "f = frame.copy()\nf['part'] = f.fee / f.fee.sum()\n"
        "made = story.table(f[['town', 'year', 'part']], units={'part': 'share'})['part'][0]",
        "26%",
    ),
    "by a number with a name": (
        "MILLION = 1_000_000\nmade = story.number(frame.fee.sum() / MILLION, 'USD', how='all')",
        "made = story.number(frame.fee.sum(), 'USD', how='all')",
        "$16m",
    ),
    "millions without a rest": (
        "made = story.number(frame.fee.sum() // 1000000, 'USD', how='all')",
        "made = story.number(frame.fee.sum(), 'USD', how='all')",
        "$16m",
    ),
    "cents": (
        "made = story.table(frame.assign(cents=frame.fee * 100)[['cents']], units={'cents': 'USD'})['cents'][0]",
        "made = story.table(frame.assign(cents=frame.fee * 1)[['cents']], units={'cents': 'USD'})['cents'][0]",
        "$4.1m",
    ),
    "whole thousands": (
        "made = story.number((frame.fee // 1000).sum(), 'USD', how='all')",
        "made = story.number(frame.fee.sum(), 'USD', how='all')",
        "$16m",
    ),
    "millions put back": (
        "made = story.number(frame.fee.sum() * 1e6, 'USD', how='all')",
        "made = story.number(frame.fee.sum(), 'USD', how='all')",
        "$16m",
    ),
    "thousands put back, by a name": (
        "made = story.table(frame.assign(fee_usd=frame.fee.mul(1000))[['town', 'fee_usd']])['fee_usd'][0]",
        "made = story.table(frame.assign(fee_usd=frame.fee.mul(1))[['town', 'fee_usd']])['fee_usd'][0]",
        "$4.1m",
    ),
    "millions put back, a head": (
        "made = story.number(frame.fee.sum() * 1e6 / frame.town.size, 'USD', how='of one shop')",
        "made = story.number(frame.fee.sum() / frame.town.size, 'USD', how='of one shop')",
        "$3.9m",
    ),
    "a name that says thousands alone": (
        "made = story.table(frame.assign(thousands=frame.fee / 1000)[['town', 'thousands']])['thousands'][0]",
        "made = story.table(frame.assign(fees=frame.fee * 1)[['town', 'fees']], units={'fees': 'USD'})['fees'][0]",
        "$4.1m",
    ),
}


@pytest.mark.parametrize("changed, plain, right", SCALED.values(), ids=SCALED)
def test_a_scale_changed_by_hand_is_refused_and_what_is_left_without_it_is_right(shops, changed, plain, right):
    story, frame = shops
    with pytest.raises(ToolkitError, match=r"leave out (\* 100|[*/] 1000|[*/] 1000000), and rounding"):
        run_cell(story, frame.copy(), changed)
    assert str(run_cell(story, frame.copy(), plain)) == right


@pytest.mark.parametrize(
    "source, right",
    [
        ("story.number(frame.fee.sum() / 12, 'USD', how='a month')", "$1.3m"),
        ("story.number(frame.fee.sub(frame.fee.min()).div(frame.fee.min()).max(), 'share', how='rise')", "140%"),
        ("story.number((frame.pct * 100).mean() / 100, 'share', how='all')", "34%"),
        ("story.number((frame.pct * 100).max() / frame.pct.max(), '1', how='times')", "100"),
        ("story.number(frame.fee.count() / frame.fee.sum() * 1_000_000, '1', how='of a million dollars')", "0.26"),
    ],
)
def test_other_arithmetic_with_typed_numbers_is_no_change_of_scale(shops, source, right):
    assert str(run_cell(*shops, f"made = {source}")).startswith(right)


@pytest.mark.parametrize(
    ("source", "right"),
    [
        ("story.number(frame.pct.max() * 100, 'percent', how='most')", "46%"),
        ("story.number((frame.fee > 3e6).mean() * 100, 'percent', how='dear ones')", "50%"),
        ("story.table(frame.assign(fee_share=frame.pct * 100)[['town', 'fee_share']])['fee_share'][0]", "40.0%"),
        ("story.number(frame.fee.sum() / 1e6, 'million USD', how='all')", "$16m"),
        ("story.table(frame.assign(million_usd=frame.fee / 1e6)[['town', 'million_usd']])['million_usd'][0]", "$4.1m"),
        ("story.table(frame.assign(k=frame.fee / 1e6)[['k']], units={'k': 'million USD'})['k'][0]", "$4.1m"),
        (
            "story.table(frame.town.value_counts(normalize=True).mul(100).round(1).reset_index(),"
            " units={'proportion': 'percent'})['proportion'][0]",
            "50%",
        ),
    ],
)
def test_a_scale_that_is_changed_and_said_is_right(shops, source, right):
    assert str(run_cell(*shops, f"made = {source}")) == right


@pytest.mark.parametrize(
    "source",
    [
        "story.number(frame.pct.max(), 'percent', how='most')",
        "story.number(frame.fee.sum(), 'million USD', how='all')",
        "story.number(frame.fee.sum() / 1e3, 'million USD', how='all')",
        "story.table(frame.assign(million_usd=frame.fee / 2)[['town', 'million_usd']])",
    ],
)
def test_a_scale_that_is_said_and_not_changed_is_refused(shops, source):
    with pytest.raises(ToolkitError, match="scale yourself"):
        run_cell(*shops, f"made = {source}")


def test_a_difference_of_shares_is_no_share(shops):
    for source in ("story.number(frame.pct.max() - frame.pct.min(), '{}', how='gap')", WIDE_TABLE):
        with pytest.raises(ToolkitError, match="a share, said of a difference"):
            run_cell(*shops, WIDE + "made = " + source.format("share"))
        assert "point" in str(run_cell(*shops, WIDE + "made = " + source.format("percentage points")))


WIDE_TABLE = "story.table(w[['town', 'change']], units={{'change': '{}'}})['change'][0]"


def test_one_unit_for_all_is_none_of_counts(shops):
    story, frame = shops
    for counted in ("frame.groupby('town')[['fee']].count()", "pd.crosstab(frame.town, frame.year)"):
        source = f"import pandas as pd\nmade = story.table({counted}.reset_index(), units='USD')"
        with pytest.raises(ToolkitError, match=r'units={"(fee|2023)": "1"|units="1" where they have none'):
            run_cell(story, frame, source)
    both = "frame.groupby('town')[['fee']].agg(['sum', 'count', 'nunique']).reset_index()"
    table = run_cell(story, frame, f"made = story.table({both}, units='USD')")
    assert [str(cell) for cell in table.rows[0]] == ["A", "$10.1m", "2", "2"]


RENTS = "year,rent,cpi,level\n2023,800,100,100\n2024,840,105,105\n"
OF_RENTS = """\
  - {name: year, printed: year, type: integer}
  - {name: rent, printed: rent, type: decimal, unit: USD}
  - {name: cpi, printed: cpi, type: decimal}
  - {name: level, printed: level, type: decimal, unit: "1"}
"""


@pytest.mark.parametrize("index", ["cpi", "level"])
def test_an_amount_over_an_index_is_multiplied_by_the_base_of_it(desk_with, index):
    story = Story("any", desk_with("rents", RENTS, OF_RENTS, publish="[year, rent, cpi, level]"))
    frame = story.sql("SELECT * FROM rents", units={"cpi": "1"}).frame
    real = f"frame.assign(real=frame.rent / frame.{index} * 100)[['year', 'real']]"
    made = run_cell(story, frame, f"made = story.table({real}, units={{'real': 'USD'}})")
    assert [str(one) for one in made["real"]] == ["$800", "$800"]
    with pytest.raises(ToolkitError, match=r"leave out \* 100"):
        run_cell(story, frame, "made = story.number((frame.rent * 100).max(), 'USD', how='most')")


CHARTED = """\
import altair as alt
x = frame.assign(part={part})
made = story.chart(
    alt.Chart({drawn}).mark_point().encode(x="part", y="town"), units={{"part": "{unit}"}}, id="parts",
    title="The parts", subtitle="What shops took", notes="Invented data.",
    alt="Points for each shop, from the least to the most.",
)
"""


@pytest.mark.heavy
@pytest.mark.parametrize("drawn", ["x", "frame.assign(part={part})"])
def test_a_chart_is_of_a_frame_whose_scale_is_changed_by_its_code_too(shops, drawn):
    story, frame = shops
    for part, unit in (("frame.fee / 1e6", "USD"), ("frame.pct * 100", "share")):
        source = CHARTED.format(part=part, drawn=drawn.format(part=part), unit=unit)
        with pytest.raises(ToolkitError, match=r"leave out (\* 100|/ 1000000), and rounding"):
            run_cell(story, frame, source)
    right = CHARTED.format(part="frame.fee / 1e6", drawn=drawn.format(part="frame.fee / 1e6"), unit="million USD")
    assert [str(row[-1]) for row in run_cell(story, frame, right).table.rows][:2] == ["$4.1m", "$6m"]
