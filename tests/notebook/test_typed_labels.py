"""Numbers typed into the words of tables and charts in code, as into prose: named; those put together are not."""

import pytest

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
