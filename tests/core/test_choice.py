"""Numbers evaluated again for another option of a choice, and what cannot be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.analysis.uncertainty import draw
from toolkit.core.choice import Choice, picks_of, with_options
from toolkit.core.errors import NumberError
from toolkit.core.number_functions import assume, exp, high_end, least_to_greatest, log, total
from toolkit.core.tree import chosen_in

ENDS = st.tuples(st.floats(0.01, 1), st.floats(1.01, 3))


def choice(*options, declared="a", id="part"):
    made = {key: assume(option, "1", why=f"option {key}") for key, option in zip("abcd", options, strict=False)}
    return Choice(id, "a part", made, {key: key for key in made}, declared)


def computed(part, other):
    """Something that uses a choice more than once."""
    kept = (part / (part + 1 / other)).percent
    return least_to_greatest([total([kept, log(exp(part)) * other]), high_end(part * other) ** 2])


@given(ENDS, ENDS, st.floats(0.05, 0.9))
def test_a_number_evaluated_again_is_the_number_computed_with_that_option(one, two, share):
    found, other = choice(one, two, share), assume((0.2, 0.4), "1", why="beside it")
    choices = {"part": found}
    declared = computed(found.number("a"), other)
    for key in found.options:
        again, wanted = with_options(declared, {"part": key}, choices), computed(found.number(key), other)
        assert again == wanted and str(again) == str(wanted) and again.to_json() == wanted.to_json()
    assert with_options(declared, {"part": "a"}, choices).to_json() == declared.to_json()
    assert with_options(other, {"part": "b"}, choices) is other


def test_labels_and_styles_stay_and_options_are_written_alike():
    found = choice(0.5, 0.25)
    named = replace(found.number("a"), label="half of it").percent
    again = with_options(named, {"part": "b"}, {"part": found})
    assert (str(named), str(again), again.label) == ("50%", "25%", "half of it")


def test_every_combination_begins_with_the_declared_one():
    choices = {"part": choice(1, 2, 3, declared="b"), "other": choice(4, 5, id="other")}
    found = list(picks_of(choices, {"part", "other"}))
    assert found[0] == {"part": "b", "other": "a"} and len(found) == 6
    assert list(picks_of(choices, {"other"})) == [{"other": "a"}, {"other": "b"}]


def test_what_cannot_be_run_again_is_refused_by_name_only_where_it_rests_on_a_choice():
    found = choice((0.1, 0.9), 0.5)
    part, beside = found.number("a"), assume((1, 2), "1", why="beside")
    median = draw(part * beside, assume(20, "1", why="draws")).median
    assert chosen_in(median) == {"part"}
    with pytest.raises(NumberError, match="the operation draws on the choice part: it cannot be run again"):
        with_options(median, {"part": "b"}, {"part": found})
    fixed = draw(beside, assume(20, "1", why="draws")).median
    assert with_options(fixed * part, {"part": "b"}, {"part": found}) == fixed * found.number("b")


def test_a_comparison_on_a_choice_and_a_divisor_that_may_be_zero_are_refused():
    found = choice(2, (-1, 1))
    with pytest.raises(NumberError, match="a comparison that rests on the choice part"):
        _ = found.number("a") < assume(3, "1", why="x")
    with pytest.raises(NumberError, match="may be zero for one of the options"):
        with_options(1 / found.number("a"), {"part": "b"}, {"part": found})
