"""Numbers typed into the words of tables and charts in code, as into prose: named; those put together are not."""

import linecache

import altair
import numpy
import pandas
import pytest

from toolkit.core.errors import ToolkitError
from toolkit.notebook.story import Story
from toolkit.notebook.typed_labels import label_problems


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('story.table(df, units={"x": "1"}, caption="The top 10 districts")', [("table(caption=…)", "10")]),
        ('table("x", rows, mean="Mean of 3 counts")', [("table(mean=…)", "3")]),
        ('scores.labelled("Shares", share="Two thirds of all")', [("labelled(share=…)", "Two thirds")]),
        ('story.chart(t, "bars", value="x", note="about 40%")', [("chart(note=…)", "40%")]),
        ('story.chart(t, "lines", x="day", x_title="Of 5 places", emphasis="No. 4")', [("chart(x_title=…)", "5")]),
        ('alt.X("gap", title="Points over 12")', [("alt.X(title=…)", "12")]),
        ('alt.X("gap").title("Fee of 42 towns")', [("title(…)", "42")]),
        ("alt.Axis(labelExpr=\"format(abs(datum.value) / 1000, ',.0f')\")", []),
        ("alt.Axis(labelExpr=\"datum.label + ' (12 shops)'\")", [("alt.Axis(labelExpr=…)", "12")]),
        ('story.table(df, caption=f"The top {n} districts", name="t2026")', []),
        ('story.chart(t, "bars", value="x", note="in May 2026", title=say("{}", n), id="c1")', []),
        ('alt.Y("index", title="Thefts, first month = 100")', []),
        ('alt.Y("index").title("Rent = 100 in the first quarter")', []),
        ('alt.Y("late", title="Share over 18 weeks")', []),
        ('alt.Y("mean", title="7-day mean of calls")', []),
        ('t.labelled(late="Waited more than 18 weeks")', []),
        ('alt.Y("late", title="Share = 100%")', [("alt.Y(title=…)", "100%")]),
        ('alt.Y("rate", title="Infections per 1,000 patient days")', []),
        ('alt.Y("rate", title="Deaths per 100 000 residents")', []),
        ('alt.Y("rate", title="Deaths per 1,250 residents")', [("alt.Y(title=…)", "1,250")]),
        ('alt.Y("late", title="18 weeks")', [("alt.Y(title=…)", "18")]),
        ('t.labelled(caption="It took more than 18 weeks")', [("labelled(caption=…)", "18")]),
        ('print("50%")\nlabel = "3 of 5"', []),
        ("%%time\nx = 3", []),
        ('story.chart(t, "squares", left_title="A square is $3", left_per_square=3)', []),
        ('story.chart(t, "dots", x="score", note="GPT-5")', []),
    ],
)
def test_typed_numbers_in_labels_are_named_with_their_argument(source, found):
    problems = [(one.where, one.found) for one in label_problems(source, ["GPT-5"], "cell 2")]
    assert problems == [(f"cell 2, {argument}", f"a typed number: {typed}") for argument, typed in found]


@pytest.mark.parametrize(
    ("selected", "typed"),
    [
        ("id || ': spent $5m' AS note, low AS amount", "$5m"),
        ("CASE WHEN low > 3 THEN '57%' ELSE 'less' END AS share, low AS amount", "57%"),
        ("CASE WHEN low > 3 THEN 'over 3' ELSE '3 or less' END AS size, low AS amount", ""),
        ("CASE WHEN id = 'more than 7' THEN 'most' ELSE '2 May 2026' END AS size, low AS amount", ""),
        ("42 || '%' AS note, low AS amount", "42%"),
        ("printf('%d million', 42) AS note, low AS amount", "42 million"),
        ("CASE WHEN low > 3 THEN 'Brewer 3000' END AS brewer, low AS amount", ""),
    ],
)
def test_a_number_typed_into_a_text_of_a_query_is_refused(desk_with, selected, typed):
    story = Story("any", desk_with())
    sql = f"SELECT {selected}, [key] AS keys FROM figures WHERE low IS NOT NULL"
    if not typed:
        assert len(story.sql(sql))
        return
    with pytest.raises(ToolkitError) as raised:
        story.sql(sql)
    assert [one.found for one in raised.value.problems] == [f"a number without a receipt: {typed}"]


SHOPS = "town,line,fee,pct,seats\nA,Line 4,4.1,99.6,1\nB,Line 7,0.3,45,2\nC,Line 12,6,12,5\n"
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: line, printed: line, type: text}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: seats, printed: seats, type: integer, unit: seat}
"""
SEATS = "seat = [seat] = _ = seats\n"
CLASSES = [
    'np.where(df.fee > 5e6, "over $5m", "to $5m")',
    'pd.cut(df.fee, [0, 1e6, 1e7], labels=["up to $1m", "1 to 10 million dollars"]).astype(str)',
    'np.where(df.pct >= .5, "50% or more", "under 50%")',
    'pd.cut(df.seats, [0, 1, 4, 99], labels=["1 seat", "2-4 seats", "5+ seats"]).astype(str)',
    'df.town.map({"A": "District 12", "B": "Claude 3.5 Sonnet", "C": "65+ years"})',
    'df.town + " (Ward 7), since May 2026"',
    'df.line + ", " + df.town',
    'np.where(df.line == "Line 4", "Line 4", "other")',
    '"No. " + df.seats.rank().astype(int).astype(str)',
]
QUANTITIES = [
    ('df.town + ": spent $5m"', "$5m"),
    ('"Grew 42 percent"', "42 percent"),
    ('df.town + " doubled"', "doubled"),
    ('df.town + " (" + df.fee.map("${:,.0f}".format) + ")"', "$4,100,000"),
    ('df.fee.map(lambda v: "n/a" if v < 1e6 else f"${v/1e6:.1f}m")', "$4.1m"),
    ('df.town + " grew " + (df.pct*100).round(1).astype(str) + "%"', "99.6%"),
    ('df.town + ", " + df.seats.astype(str) + " seats"', "1 seats"),
    ("df.fee.astype(int).astype(str)", "'300000'"),
    ("pd.cut(df.fee, 3).astype(str)", "2200000.0"),
]


def table_of(desk_with, code):
    """A table of a frame with a column `said`, which code makes that stands alone in its cell."""
    story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, line, fee, pct, seats]", units=SEATS))
    source = "df = story.sql('SELECT town, line, round(fee * 1e6) AS fee, pct / 100 AS pct, seats FROM shops').frame\n"
    source += f"made = story.table(df.assign(said={code})[['town', 'said']])\n"
    linecache.cache["cell"] = (len(source), None, source.splitlines(keepends=True), "cell")
    space = {"story": story, "np": numpy, "pd": pandas, "__name__": "cell"}
    exec(compile(source, "cell", "exec"), space)
    return space["made"]


@pytest.mark.parametrize("code", CLASSES)
def test_a_class_is_named_after_the_numbers_that_its_code_cuts_at(desk_with, code):
    assert len(table_of(desk_with, code)) == 3


@pytest.mark.parametrize(("code", "said"), QUANTITIES)
def test_a_quantity_in_a_text_of_a_frame_is_refused(desk_with, code, said):
    with pytest.raises(ToolkitError) as raised:
        table_of(desk_with, code)
    assert said in raised.value.problems[0].found


def test_a_typed_label_of_a_chart_is_refused_in_its_cell(desk_with):
    words = "title='A', subtitle='B', notes='C', alt='Bars for each town, the longest of them on top of all others.'"
    chart = "alt.Chart(story.table(df[['town']])).mark_bar().encode(x=alt.X('count()', title={title!r}), y='town')"
    for title, typed in (("Shops of 42 towns", True), ("Shops, first month = 100", False)):
        source = f"made = story.chart({chart.format(title=title)}, id='c', {words})\n"
        linecache.cache["chart"] = (len(source), None, source.splitlines(keepends=True), "chart")
        story = Story("any", desk_with("shops", SHOPS, OF_SHOPS, publish="[town, line, fee, pct, seats]", units=SEATS))
        df = story.sql("SELECT town, line, round(fee * 1e6) AS fee, pct / 100 AS pct, seats FROM shops").frame
        space = {"story": story, "alt": altair, "df": df, "__name__": "chart"}
        if typed:
            with pytest.raises(ToolkitError, match=r"alt.X\(title=…\): a typed number: 42"):
                exec(compile(source, "chart", "exec"), space)
        else:
            exec(compile(source, "chart", "exec"), space)
            assert space["made"].form == "altair"
