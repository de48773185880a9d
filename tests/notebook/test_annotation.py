"""Notes on a chart as a notebook gives them: words without typed numbers, places with receipts, refused in the cell."""

import pytest

from tests.notebook.test_story import WORDS, draw, story, told  # noqa: F401
from toolkit import assume, note, say, table
from toolkit.core.errors import StoryError, ToolkitError
from toolkit.core.kind import Kind
from toolkit.notebook.chart_call import encodings_of, forms


def refused(*arguments, **named):
    with pytest.raises(ToolkitError) as raised:
        note(*arguments, **named)
    return "\n".join(map(str, raised.value.problems))


def test_a_note_and_its_numbers_are_part_of_the_chart(story, told):  # noqa: F811
    limit = assume(3, "1", why="invented").times
    made = draw(story, told, notes_at=[note(say("a limit of {}", limit), x=limit)])
    shown = made.to_json()["notes_at"][0]
    assert shown["label"]["text"] == "a limit of 3 times" and shown["x"][0]["node"] in made.to_json()["nodes"]
    assert made.kind == Kind.ASSUMED and made.source.endswith("our computation")


def test_a_typed_number_is_refused_in_words_and_as_a_place():
    assert "a typed number" in refused("12 were counted", x="2026")
    assert 'write x="2026"' in refused("the law", x=2026)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "no place"),
        ({"x": ("2025", "2026", "2027")}, "3 values"),
        ({"x": ("2025", "2026"), "y": "a"}, "a band on one axis"),
        ({"z": "2026"}, "'z'"),
    ],
)
def test_a_note_without_one_place_is_refused(place, said):
    assert said in refused("the law", **place)


def test_a_place_that_the_table_has_nothing_like_is_refused_in_the_cell(story, told):  # noqa: F811
    cups = assume(3, "cup", why="invented")
    with pytest.raises(StoryError) as raised:
        draw(story, told, notes_at=[note("here", y="Invented Ofice"), note("there", x=cups), "nowhere"])
    said = [str(problem) for problem in raised.value.problems]
    assert "notes_at=[" in said[0] and "Invented Office" in said[1] and "in cup" in said[2]
    assert not story.charts


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"refrence": "told_multiple"}, "write 'reference'"),
        ({"titel": "x"}, "write 'title'"),
        ({"reference": "told_multipel"}, "write 'told_multiple'"),
        ({"detail": "told_multiple"}, "a text column"),
        ({"scale": "logarithmic"}, "log, linear"),
        ({"emphasis": "nobody"}, "name one of them"),
        ({"x_from": "zero"}, "a plain number"),
    ],
)
def test_encodings_are_checked_before_any_prose_is_asked_for(story, told, given, said):  # noqa: F811
    with pytest.raises(StoryError) as raised:
        story.chart(told, "dots", x="told_multiple", y="publisher", **given)
    assert said in str(raised.value) and "title" not in raised.value.problems[0].where


def test_a_missing_encoding_and_an_empty_cell_are_refused_in_the_cell(story, told):  # noqa: F811
    with pytest.raises(StoryError, match="missing y="):
        story.chart(told, "dots", x="told_multiple")
    gaps = table("gaps", [{"told_multiple": None, "publisher": "x"}])
    with pytest.raises(StoryError, match="row 1: no x"):
        story.chart(gaps, "dots", x="told_multiple", y="publisher", **WORDS)


def test_options_in_words_may_hold_numbers(story, told):  # noqa: F811
    guess = assume(3, "1", why="invented").times
    assert draw(story, told, x_title=say("in the office, of {}", guess)).encodings["x_title"]


@pytest.mark.heavy
def test_what_is_read_of_a_form_is_what_it_declares():
    from toolkit.charts import FORMS

    assert list(FORMS) == forms()
    for name, form in FORMS.items():
        found = encodings_of(name)
        assert list(found) == list(form.encodings)
        for encoding, one in form.encodings.items():
            assert bool(found[encoding].given.get("required")) is one.required
            assert found[encoding].given.get("choices", ()) == one.choices
