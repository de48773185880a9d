"""A number that code compares with a column as its file states it, in percent or in millions, is refused."""

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
# what each counts, of the number as the file states it and of the one in the unit without its scale
COMPARED = {
    "a mask": ("", "(frame.pct > {}).sum()", "40", "40 / 100", "1"),
    "rows, by a variable": ("few = frame[frame.pct <= {}]", "len(few)", "30", "0.3", "2"),
    "a query": ("", "len(frame.query('fee > {}'))", "20", "2e7", "2"),
    "a query with a variable": ("least = {}", "len(frame.query('pct >= @least'))", "40", "40 / 100", "2"),
    "thousands": ("", "(frame.rent > {}).sum()", "1000", "1000 * 1000_000", "2"),
    "a method": ("", "frame['pct'].ge({}).sum()", "40", "0.4", "2"),
    "between": ("", "frame.pct.between(0, {}).sum()", "30", "0.30", "2"),
    "np.where": ("frame['few'] = np.where(frame.fee < {}, 1, 0)", "frame.few.sum()", "10", "1e7", "2"),
    "a lambda": ("", "frame.groupby('town').pct.apply(lambda x: (x > {}).sum()).max()", "35", ".35", "2"),
    "a function": ("def some(x):\n    y = x[x.pct > {}]\n    return len(y)", "some(frame)", "35", ".35", "2"),
    "a difference": ("", "(frame.pct - frame.pct_before > {}).sum()", "5", "0.05", "2"),
    "a mean": ("", "(frame.groupby('town').fee.mean() > {}).sum()", "20", "20e6", "1"),
}


@pytest.fixture
def shops(desk_with):
    return Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish=NAMES))


def run(story, source):
    return run_cell(story, None, f"frame = story.sql('SELECT * FROM shops').frame\n{source}")


def test_numbers_as_the_file_states_them_are_refused_and_as_the_remedy_writes_them_right(shops):
    for name, (before, value, stated, plain, right) in COMPARED.items():
        with pytest.raises(ToolkitError, match=r"compared with a column in (percent|million USD)") as raised:
            run(shops, WHOLE.format(before.format(stated), value.format(stated)))
        (problem,) = raised.value.problems
        assert f"{stated} /" in problem.remedy or f"{stated} *" in problem.remedy, name
        made = run(shops, WHOLE.format(before.format(plain), value.format(plain)))
        assert str(made).split()[0] == right, name


def test_classes_are_cut_at_numbers_without_scales(shops):
    cut = "import pandas as pd\nframe['band'] = pd.cut(frame.pct, {}, labels=['few', 'many'])\nmade = " + BANDS.format(
        "frame"
    )
    with pytest.raises(ToolkitError, match="write 35 / 100, 100 / 100") as raised:
        run(shops, cut.format("[0, 35, 100]"))
    assert "“pd.cut(frame.pct, [0, 35, 100], labels=['few', 'many'])”" in str(raised.value)
    for source in (cut.format("[0, 0.35, 1]"), cut.format("2"), cut.replace("pct", "pct * 100").format("[0, 35, 100]")):
        assert str(run(shops, source)) == "2"
    named = BAND + "\nmade = " + BANDS.format("frame.assign(band=frame.pct.map(band))")
    with pytest.raises(ToolkitError, match="“frame.pct > 40”"):
        run(shops, named.format(40))
    assert str(run(shops, named.format(0.4))) == "3"


@pytest.mark.heavy
def test_a_chart_is_drawn_of_no_rows_that_a_scale_chose(shops):
    chart = (
        "import altair as alt\n"
        "chart = alt.Chart(frame[frame.pct > {}]).mark_point().encode(x='pct', y='town')\nmade = story.chart(chart,"
        " id='some', title='Some shops', subtitle='What shops took', notes='Invented data.',"
        " alt='Points for each shop, from the least to the most.')"
    )
    with pytest.raises(ToolkitError, match="write 30 / 100"):
        run(shops, chart.format(30))
    assert len(run(shops, chart.format("30 / 100")).table) == 2


@pytest.mark.parametrize(
    ("source", "right"),
    [
        ("story.number(int((frame.pct / frame.pct_before > 1.1).sum()), '1', how='risen')", "2"),
        ("story.number(int((frame.fee > 0).sum()), '1', how='paid')", "4"),
        ("story.number(int((frame.rent / frame.fee > 125).sum()), '1', how='dear')", "2"),
        ("story.number(int((frame.rent > 2_000_000_000).sum()), '1', how='dear')", "2"),
        ("story.number(int((frame.pct < 1).sum()), '1', how='shares')", "4"),
        ("story.number(int((frame.pct.rank() > 2).sum()), '1', how='the first')", "2"),
        ("story.table(frame[frame.groupby('town').kind.transform('size') > 1])['pct'][0]", "40.0%"),
    ],
)
def test_other_comparisons_are_taken(shops, source, right):
    assert str(run(shops, f"made = {source}")) == right


def test_what_is_given_a_right_column_anew_is_forgotten_and_so_is_what_is_only_looked_at(shops):
    looked = "(frame.pct > 50).sum()\nframe['late'] = frame.fee > 30\nframe['late'] = frame.fee > 30e6\n"
    assert str(run(shops, looked + "made = story.number(int(frame.late.sum()), '1', how='late')")) == "1"
