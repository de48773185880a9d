"""What is counted and what is measured: seats are counted, kilograms are not, whatever a desk adds to its units."""

import pytest

from toolkit.core.unit import is_counted, parse_unit, registry_of_text
from toolkit.core.unit_cancelling import cancelled, is_share_of_counted, money_of_things

UNITS = registry_of_text(
    "thousand = 1e3\nUSD = [currency]\nday = [time]\nweek = 7 * day\nwatt = [power]\nkilowatt = 1e3 * watt\n"
    "metre = [length]\nkilogram = [mass]\ngram = kilogram / 1e3\nkelvin = [temperature]\n"
    "seat = [seat] = _ = seats\nthousand_seats = 1e3 * seat\nchair = seat\nvoter = [voter]\n",
    "units.txt",
)


@pytest.mark.parametrize("unit", ["seat", "thousand_seats", "thousand seat", "chair", "seat/voter"])
def test_a_thing_with_a_dimension_of_its_own_name_is_counted(unit):
    assert is_counted(parse_unit(unit, UNITS))


@pytest.mark.parametrize(
    "unit",
    ["metre", "metre**2", "kilogram", "gram", "kelvin", "USD", "week", "kilowatt", "seat*day", "seat/metre"],
)
def test_what_is_measured_is_not(unit):
    assert not is_counted(parse_unit(unit, UNITS))


def test_a_share_is_of_counted_things():
    assert is_share_of_counted(parse_unit("seat/voter", UNITS))
    assert not is_share_of_counted(parse_unit("kilogram/metre", UNITS))


@pytest.mark.parametrize(
    "unit", ["USD*seat/thousand_seats", "USD*day/week", "USD*gram/kilogram", "USD*watt/kilowatt", "USD"]
)
def test_a_price_times_what_it_is_of_is_money(unit):
    assert str(cancelled(parse_unit(unit, UNITS))) == "USD"


@pytest.mark.parametrize("unit", ["day/week", "seat*day/week", "gram/kilogram", "metre*day/week"])
def test_what_is_declared_and_what_leaves_nothing_measured_stays(unit):
    assert cancelled(parse_unit(unit, UNITS), [parse_unit("day/week", UNITS)]) == parse_unit(unit, UNITS)


@pytest.mark.parametrize(
    ("unit", "left"),
    [
        ("USD*seat", "USD"),
        ("USD*seat/week", "USD/week"),
        ("USD*seat/thousand_seats", "USD*seat/thousand_seats"),
        ("USD*thousand_seats", "USD*thousand_seats"),
        ("USD*day", "USD*day"),
        ("seat*day", "seat*day"),
    ],
)
def test_money_for_a_number_of_things_is_money(unit, left):
    assert money_of_things(parse_unit(unit, UNITS)) == parse_unit(left, UNITS)
