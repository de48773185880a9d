"""The values of one column are written with as many figures as it takes to tell them apart."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.column_digits import MILLION, column_style
from toolkit.core.locales import ENGLISH
from toolkit.core.unit import parse_unit, registry_of_text
from toolkit.core.wording import Style, wording_of

UNITS = registry_of_text("USD = [currency]\nperson = [person] = _ = people\n", "units.txt")


def unit(text):
    return parse_unit(text, UNITS)


def amount(value, column, of):
    """As a computed number is written, which has two figures where its style says none."""
    style = column.of(value)
    return wording_of(value, value, unit(of), replace(style, digits=style.digits or 2)).low


def written(values, form="quantity", of="1", whole=False, counts=False):
    column = column_style(values, unit(of), Style(form), whole, counts)
    return [amount(value, column, of).text(ENGLISH) for value in values if math.isfinite(value)]


@pytest.mark.parametrize(
    ("values", "form", "words"),
    [
        ([100, 103.2345, 107.5123, 133.21], "quantity", ["100", "103", "108", "133"]),  # an index
        ([1.07123, 0.97432, 0.98913], "percent", ["107%", "97%", "99%"]),
        ([0.79231, 0.78712, 0.78543], "percent", ["79.2%", "78.7%", "78.5%"]),
        ([0.612345, 0.583456], "percent", ["61.2%", "58.3%"]),
        ([0.612345, 0.512345], "percent", ["61%", "51%"]),
        ([0.792, 0.79], "percent", ["79.2%", "79.0%"]),  # as a file states them
        ([164.0, 158.3], "quantity", ["164.0", "158.3"]),
        ([6.81234, 12.31234, 45.1234], "quantity", ["6.8", "12.3", "45.1"]),
        ([3.2123, 120.4567, 4512.3456], "quantity", ["3.2", "120", "4,500"]),  # of very different size
        ([0.00125, 15.0], "quantity", ["0.00125", "15"]),
        ([0.612345], "percent", ["61%"]),
        ([1.0712, math.nan, 1.8321], "times", ["1.1", "1.8"]),
        ([5.0, 0.0], "quantity", ["5", "0"]),
    ],
)
def test_values_of_a_column_are_told_apart(values, form, words):
    assert written(values, form) == words


def test_whole_numbers_below_a_million_have_all_their_figures():
    assert written([2933, 18234, 1234567], of="person", whole=True) == ["2,933", "18,234", "1.2 million"]
    assert written([2933, 1234567], whole=True, counts=True) == ["2,933", "1.234567 million"]


def test_money_has_cents_or_none():
    assert written([39.79, 12.5, 40.0], of="USD") == ["$39.79", "$12.50", "$40"]
    assert written([12.3456, 13.1234], of="USD") == ["$12.35", "$13.12"]
    assert written([1234.5678, 1250.2345, 1198.7654], of="USD") == ["$1,230", "$1,250", "$1,200"]


@given(st.lists(st.floats(0.01, 10 * MILLION) | st.just(0.0), min_size=1, max_size=8))
def test_no_value_is_written_farther_off_than_by_two_figures(values):
    column = column_style(values, unit("person"), Style(), False, False)
    for value in values:
        assert abs(float(amount(value, column, "person").number) - value) <= abs(value) * 0.051


@given(st.lists(st.floats(1, 9.9), min_size=2, max_size=6))
def test_values_that_differ_by_much_of_the_columns_range_are_not_alike(values):
    least, greatest = min(values), max(values)
    column = column_style(values, unit("person"), Style(), False, False)
    ends = [amount(value, column, "person").number for value in (least, greatest)]
    assert greatest - least < greatest / 250 or ends[0] != ends[1]
