"""Numbers that code compares with a column as its file states it choose its rows; with shares per cent are refused."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story

SHOPS = (
    "town,kind,pct,pct_before,fee,rent\nA,x,40,30,4.1,300\nA,y,45.5,40,26,4000\nB,x,30,29,43,5200\nB,y,20,26,2.5,800\n"
)
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: kind, printed: kind, type: text}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: pct_before, printed: pct_before, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
  - {name: rent, printed: rent, type: integer, unit: million USD}
"""
NAMES = "[town, kind, pct, pct_before, fee, rent]"
WHOLE = "import pandas as pd, numpy as np\n{}\nmade = story.number(int({}), '1', how='shops')"
BANDS = "story.table({}.groupby('band', observed=True).size().reset_index(name='n_shops'))['n_shops'][0]"
BAND = "def band(x):\n    if x > {}:\n        return 'many'\n    return 'few'"
# what each counts: of the number as the file states it, and for shares of it over a hundred
COMPARED = {
    "a mask": ("", "(frame.pct > {}).sum()", "40", "1"),
    "rows, by a variable": ("few = frame[frame.pct <= {}]", "len(few)", "30", "2"),
    "a query": ("", "len(frame.query('fee > {}'))", "20", "2"),
    "a query with a variable": ("least = {}", "len(frame.query('pct >= @least'))", "40", "2"),
    "thousands": ("", "(frame.rent > {}).sum()", "1000", "2"),
    "a method": ("", "frame['pct'].ge({}).sum()", "40", "2"),
    "between": ("", "frame.pct.between(0, {}).sum()", "30", "2"),
    "np.where": ("frame['few'] = np.where(frame.fee < {}, 1, 0)", "frame.few.sum()", "10", "2"),
    "a lambda": ("", "frame.groupby('town').pct.apply(lambda x: (x > {}).sum()).max()", "35", "2"),
    "a function": ("def some(x):\n    y = x[x.pct > {}]\n    return len(y)", "some(frame)", "35", "2"),
    "a difference": ("", "(frame.pct - frame.pct_before > {}).sum()", "5", "2"),
    "a mean": ("", "(frame.groupby('town').fee.mean() > {}).sum()", "20", "1"),
}


@pytest.fixture
def shops(desk_with):
    return Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish=NAMES))


def run(story, source, read="*"):
    return run_cell(story, None, f"frame = story.sql('SELECT {read} FROM shops').frame\n{source}")


SHARES = "town, kind, pct / 100 AS pct, pct_before / 100 AS pct_before"


@pytest.mark.parametrize(("before", "value", "stated", "right"), COMPARED.values(), ids=COMPARED)
def test_numbers_as_the_file_states_them_choose_rows_and_per_cent_of_shares_is_refused(
    shops, before, value, stated, right
):
    code = WHOLE.format(before.format(stated), value.format(stated))
    assert str(run(shops, code)).split()[0] == right
    if "pct" in before + value:
        with pytest.raises(ToolkitError, match=f"write {stated} / 100"):
            run(shops, code, SHARES)
        plain = f"{stated} / 100"
        assert str(run(shops, WHOLE.format(before.format(plain), value.format(plain)), SHARES)).split()[0] == right


def test_classes_are_cut_at_numbers_of_the_file(shops):
    cut = "import pandas as pd\nframe['band'] = pd.cut(frame.pct, {}, labels=['few', 'many'])\nmade = " + BANDS.format(
        "frame"
    )
    for source in (cut.format("[0, 35, 100]"), cut.format("2")):
        assert str(run(shops, source)) == "2"
    with pytest.raises(ToolkitError, match="write 35 / 100, 100 / 100") as raised:
        run(shops, cut.format("[0, 35, 100]"), SHARES)
    assert "“pd.cut(frame.pct, [0, 35, 100], labels=['few', 'many'])”" in str(raised.value)
    assert str(run(shops, cut.format("[0, 0.35, 1]"), SHARES)) == "2"
    named = BAND + "\nmade = " + BANDS.format("frame.assign(band=frame.pct.map(band))")
    assert str(run(shops, named.format(40))) == "3"
    with pytest.raises(ToolkitError, match="“frame.pct > 40”"):
        run(shops, named.format(40), SHARES)


@pytest.mark.heavy
def test_a_chart_is_drawn_of_the_rows_that_a_number_of_the_file_chose(shops):
    chart = (
        "import altair as alt\n"
        "chart = alt.Chart(frame[frame.pct > {}]).mark_point().encode(x='pct', y='town')\nmade = story.chart(chart,"
        " id='some', title='Some shops', subtitle='What shops took', notes='Invented data.',"
        " alt='Points for each shop, from the least to the most.')"
    )
    assert len(run(shops, chart.format(30)).table) == 2
    with pytest.raises(ToolkitError, match="write 30 / 100"):
        run(shops, chart.format(30), SHARES)


@pytest.mark.parametrize(
    ("source", "right"),
    [
        ("story.number(int((frame.pct / frame.pct_before > 1.1).sum()), '1', how='risen')", "2"),
        ("story.number(int((frame.fee > 0).sum()), '1', how='paid')", "4"),
        ("story.number(int((frame.rent / frame.fee > 125).sum()), '1', how='dear')", "2"),
        ("story.number(int((frame.rent > 2_000).sum()), '1', how='dear')", "2"),
        ("story.number(int((frame.pct < 1).sum()), '1', how='shares')", "0"),
        ("story.number(int((frame.pct.rank() > 2).sum()), '1', how='the first')", "2"),
        ("story.table(frame[frame.groupby('town').kind.transform('size') > 1])['pct'][0]", "40.0%"),
    ],
)
def test_other_comparisons_are_taken(shops, source, right):
    assert str(run(shops, f"made = {source}")) == right


def test_what_is_given_a_right_column_anew_is_forgotten_and_so_is_what_is_only_looked_at(shops):
    looked = "(frame.pct > 50).sum()\nframe['late'] = frame.pct > 30\nframe['late'] = frame.pct > 0.4\n"
    made = looked + "made = story.number(int(frame.late.sum()), '1', how='late')"
    assert str(run(shops, made, SHARES)) == "1"
