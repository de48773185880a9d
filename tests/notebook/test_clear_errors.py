"""A wrong call is answered with the right one, in the toolkit's words, and a traceback is kept for what is a bug."""

import altair
import pandas as pd
import pytest

from tests.notebook.test_run import write
from toolkit import assume, say, table
from toolkit.core.errors import REFUSED, StoryError, ToolkitError
from toolkit.notebook.run import execute_all
from toolkit.notebook.story import Story

FRAME = pd.DataFrame({"n_cups": [1, 2]})
WRONG = {
    "chart of a frame": (lambda s, t: s.chart(FRAME, "dots"), 'story.chart(story.table(frame, name="…"), "dots", …)'),
    "chart of a series": (lambda s, t: s.chart(FRAME.n_cups, "dots"), "story.table(frame"),
    "chart of Altair, typed": (lambda s, t: s.chart(altair.Chart(FRAME).mark_bar()), "take the values from a source"),
    "chart of a list": (lambda s, t: s.chart([1], "dots"), 'story.chart(table, "dots", title=…'),
    "chart without a form": (lambda s, t: s.chart(t), 'story.chart(table, "bars", …)'),
    "chart of no form": (lambda s, t: s.chart(t, "dotz"), 'story.chart(table, "dots", …)'),
    "a table of a frame": (lambda s, t: table("x", FRAME), 'story.table(frame, name="x", units={…})'),
    "a bare finding": (lambda s, t: s.finding("a.b", 3.0), 'story.number(value, "unit", how="what it is")'),
    "no unit": (lambda s, t: s.number(FRAME.n_cups.max()), "story.number(value, unit, *, how, of=None)"),
    "a wrong keyword": (lambda s, t: s.number(1, "cup", hwo="x"), "unexpected keyword argument 'hwo'"),
    "no number": (lambda s, t: s.finding("a.b"), "missing 1 required positional argument: 'number'"),
    "no reason": (lambda s, t: assume(3, "cup"), "assume(value, unit, why)"),
    "no words": (lambda s, t: say(), "say(template, *numbers)"),
    "no rows": (lambda s, t: table("x"), "table(name, rows, caption='', **labels)"),
    "a source": (lambda s, t: s["office-survey-2"], "office-survey"),
    "a unit": (lambda s, t: assume(3, "qqq", why="x"), "such as "),
}


@pytest.fixture
def story(desk_with):
    return Story("coffee", desk_with())


@pytest.mark.parametrize(("build", "call"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_answered_with_the_right_one(story, build, call):
    with pytest.raises(ToolkitError) as raised:
        build(story, story.ask("told"))
    (problem,) = raised.value.problems
    assert call in str(problem) and problem.where and problem.found and problem.allowed and problem.remedy


def test_an_unknown_unit_names_the_nearest_three(story):
    with pytest.raises(ToolkitError) as raised:
        assume(3, "zzz", why="x")
    assert raised.value.problems[0].allowed.count(",") == 3


def test_a_mistake_inside_a_call_keeps_its_traceback(story):
    with pytest.raises(TypeError, match="unhashable"):
        story.finding("a.b", story["office-survey"]["heavy"], label=[]).named({}).label | {[]}


def test_what_a_notebook_shows_is_the_authors_line_and_the_message(story):
    with pytest.raises(ToolkitError) as raised:
        story.chart(FRAME, "dots")
    first, *rest = raised.value._render_traceback_()
    assert first.startswith(f"{REFUSED} at line ") and first.endswith('story.chart(FRAME, "dots")')
    assert "\n".join(rest) == str(raised.value)


OPEN = 'from toolkit import open_story\nstory = open_story("wrong")\ntold = story.ask("told")\ndf = told.frame'
CELLS = {
    "frame": ('\nstory.chart(df, "dots")', 'story.chart(story.table(frame, name="…"), "dots", …)'),
    "bug": ("1 / 0", "ZeroDivisionError: division by zero"),
    "prose": ("# Cups\n\nThey are {eval}`df.told_multiple.max()`.", "story.number(df.told_multiple.max(), "),
    "in-prose": ('# Cups\n\n{eval}`story.number(df.told_multiple.max(), "cup", how="x")`.', "call it in a cell"),
}


@pytest.mark.slow
def test_a_build_says_it_in_the_same_words(sample):
    with pytest.raises(StoryError) as raised:
        execute_all([write(sample, slug, OPEN, cell) for slug, (cell, _) in CELLS.items()])
    found = {problem.where.split(",")[0].removeprefix("story "): str(problem) for problem in raised.value.problems}
    assert found.keys() == CELLS.keys()
    for slug, (_, words) in CELLS.items():
        assert words in found[slug] and "Traceback" not in found[slug] and "\x1b" not in found[slug]
