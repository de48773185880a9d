"""Numbers typed into the words of tables and charts in code, as into prose: named; those put together are not."""

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.database.open import open_database
from toolkit.notebook.story import Story
from toolkit.notebook.typed_labels import frame_problems, label_problems


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('story.table(df, units={"x": "1"}, caption="The top 10 districts")', [("table(caption=…)", "10")]),
        ('table("x", rows, mean="Mean of 3 counts")', [("table(mean=…)", "3")]),
        ('scores.labelled("Shares", share="Two thirds of all")', [("labelled(share=…)", "Two thirds")]),
        ('story.chart(t, "bars", value="x", note="about 40%")', [("chart(note=…)", "40%")]),
        ('story.chart(t, "lines", x="day", x_title="Of 5 places", emphasis="No. 4")', [("chart(x_title=…)", "5")]),
        ('alt.X("gap", title="Points over 12")', [("alt.X(title=…)", "12")]),
        ('story.table(df, caption=f"The top {n} districts", name="t2026")', []),
        ('story.chart(t, "bars", value="x", note="in May 2026", title=say("{}", n), id="c1")', []),
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
        ("CASE WHEN low > 3 THEN 'Brewer 3000' END AS brewer, low AS amount", ""),
    ],
)
def test_a_number_typed_into_a_text_of_a_query_is_refused(sample, selected, typed):
    story = Story("any", open_database(sample))
    sql = f"SELECT {selected}, [key] AS keys FROM figures WHERE low IS NOT NULL"
    if not typed:
        assert len(story.sql(sql))
        return
    with pytest.raises(ToolkitError) as raised:
        story.sql(sql)
    assert [one.found for one in raised.value.problems] == [f"a typed number: {typed}"]


@pytest.mark.parametrize(
    ("code", "texts", "typed"),
    [
        ('df = df.assign(note="Grew 42 percent")', ["Grew 42 percent"], "42"),
        ('df["note"] = df.town + ": spent $5m"', ["Ulm: spent $5m"], "$5m"),
        ('df["note"] = [f"{t} in 3 of 5 years" for t in df.town]', ["Ulm in 3 of 5 years"], "3"),
        ('pd.cut(df.fee, [0, 10, 20], labels=["0 to 10", "10 to 20"])', ["0 to 10", "10 to 20"], ""),
        ('df[df.code == "A 10"]; df[df.code.isin(["B 12"])]; df.loc["C 13"]', ["A 10", "B 12", "C 13"], ""),
        ('story.table(df, units={"n": "1"}, name="t2")', ["District 1", "t2"], ""),
        ('df["note"] = "since May 2026, GPT-5"', ["since May 2026, GPT-5"], ""),
        ('%%time\ndf["note"] = "of 42"', ["of 42"], ""),
    ],
)
def test_a_number_typed_into_a_text_of_a_frame_is_named(code, texts, typed):
    problems = [one.found for one in frame_problems([code], texts, ["GPT-5", "t2"], "table x")]
    assert problems == ([f"a typed number: {typed}"] if typed else [])


def test_a_table_of_a_frame_refuses_a_typed_number_in_its_cells(sample):
    story = Story("any", open_database(sample))
    frame = story.sql("SELECT id, low AS amount, [key] AS keys FROM figures WHERE low IS NOT NULL").frame
    assert len(story.table(frame[["id"]], name="as_read"))
    with pytest.raises(ToolkitError, match="the text 'spent .5m': a typed number"):
        story.table(frame.assign(note="spent $5m")[["id", "note"]], name="noted")
