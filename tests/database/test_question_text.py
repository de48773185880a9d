"""Questions as they were asked: their parameters come back from the text as they were given."""

from datetime import date

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.database.question_text import parameters_of, question_as_asked, question_of

plain = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)
plain |= st.dates() | st.datetimes() | st.times() | st.decimals(allow_nan=False)
names = st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True)


@given(names, st.dictionaries(names, plain | st.lists(plain)), st.sampled_from(["", " of synthetic-none"]))
def test_parameters_come_back_as_they_were_given(name, parameters, log):
    asked = question_as_asked(name, parameters) + log
    found = parameters_of(asked)
    assert question_of(asked) == name and found == parameters
    assert [type(value) for value in found.values()] == [type(parameters[key]) for key in found]


def test_scalars_of_numpy_are_plain_values():
    asked = question_as_asked(
        "told", {"a": numpy.float64(0.5), "b": numpy.int64(2), "c": numpy.True_, "d": numpy.str_("x")}
    )
    assert asked == 'told {"a": 0.5, "b": 2, "c": true, "d": "x"}'
    assert parameters_of(question_as_asked("told", {"day": date(2026, 1, 2)})) == {"day": date(2026, 1, 2)}


@pytest.mark.parametrize(
    "asked",
    [
        question_as_asked("told", {"a": object}),
        question_as_asked("told", {"a": [{1, 2}]}),
        "told a='2026'",
        'told {"a": {"date": "x"}}',
        'told {"a": {"decimal": "x"}}',
        'told {"a": ',
        "told [1]",
    ],
)
def test_what_cannot_be_read_back_is_none(asked):
    assert parameters_of(asked) is None
