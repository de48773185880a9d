"""Typed numbers beside values of series are in the unit that SQL has, and not in the scale as printed."""

import pytest

from tests.notebook.test_from_pandas import run_cell
from tests.small_series import declared
from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.notebook.story import Story

MILLIONS = [("A", "2023", "310", "paper"), ("A", "2024", "1450.5", "paper"), ("B", "2024", "95", "paper")]
PER_CENT = [("A", "2023", "6.1", "paper"), ("A", "2024", "2.5", "paper"), ("B", "2024", "-8", "paper")]
KEYS = "list_sort(list(key)) AS keys"


@pytest.fixture
def budgets(desk_of_series):
    return desk_of_series(MILLIONS)


@pytest.fixture
def rates(desk_of_series):
    return desk_of_series(PER_CENT, declared(unit="percent"))


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ("WHERE amount > 1000", "1000 * 1000000"),
        ("WHERE 1000 < amount", "1000 * 1000000"),
        ("WHERE amount BETWEEN 100 AND 500", "100 * 1000000"),
        ("HAVING sum(amount) > 1500", "1500 * 1000000"),
        ("WHERE amount - 50 > 0", "50 * 1000000"),
    ],
)
def test_a_number_in_the_printed_scale_is_refused(budgets, condition, meant):
    with pytest.raises(ToolkitError, match="beside values in USD, from 95,000,000 to 1,") as raised:
        answer_question(budgets, f"SELECT count(*) AS n_towns, {KEYS} FROM prices {condition}")
    assert f"write {meant}" in str(raised.value)


@pytest.mark.parametrize(
    ("condition", "right"),
    [
        ("WHERE amount > 1000e6", "1"),
        ("WHERE amount / 1e6 > 1000", "1"),
        ("WHERE amount > 0", "3"),
        ("WHERE amount > 5e6", "3"),
        ("WHERE amount < 40e9", "3"),
        ("WHERE year > 2023", "2"),
    ],
)
def test_a_number_in_the_unit_of_sql_is_taken(budgets, condition, right):
    (number,) = answer_question(budgets, f"SELECT count(*) AS n_towns, {KEYS} FROM prices {condition}").numbers
    assert str(number) == right


def test_per_cent_of_a_series_are_shares(rates):
    for condition, right in {"amount > 0.05": "1", "amount <= 1": "3", "amount < -0.05": "1"}.items():
        sql = f"SELECT count(*) AS n_towns, {KEYS} FROM prices WHERE {condition}"
        assert str(answer_question(rates, sql).numbers[0]) == right
    for condition in ("amount < 5", "amount >= -3"):
        with pytest.raises(ToolkitError, match="beside values in shares, from -0.08 to 0.061"):
            answer_question(rates, f"SELECT count(*) AS n_towns, {KEYS} FROM prices WHERE {condition}")
    with pytest.raises(ToolkitError, match="/ 100 of values that are in shares already"):
        answer_question(rates, f"SELECT max(1 + amount / 100) AS most, {KEYS} FROM prices")


def test_per_cent_of_several_rows_are_no_more_than_all(desk_of_series):
    parts = desk_of_series([("A", "2023", "61", "paper"), ("B", "2023", "54.5", "paper")], declared(unit="percent"))
    asked = f"SELECT {{}}(amount) AS part, {KEYS} FROM prices"
    assert str(answer_question(parts, asked.format("avg")).numbers[0]) == "58%"
    with pytest.raises(ToolkitError, match="a sum of part that comes to 116%"):
        answer_question(parts, asked.format("sum"))


@pytest.mark.parametrize(
    ("value", "unit", "right"),
    [
        ("len(f[f.amount > 1000])", "1", "beside values in USD"),
        ("len(f.query('amount > 1000'))", "1", "beside values in USD"),
        ("(f.amount - 50).max()", "USD", "beside values in USD"),
        ("len(f[f.amount > 1e9])", "1", None),
        ("(f.amount - 50e6).max()", "USD", None),
        ("(f.amount / 1e6).max()", "million USD", None),
    ],
)
def test_frames_have_the_values_of_sql(budgets, value, unit, right):
    source = "f = story.sql('SELECT town, amount, [key] AS keys FROM prices').frame\n"
    source += f"made = story.number({value}, '{unit}', how='x')"
    if right is None:
        assert str(run_cell(Story("any", budgets), None, source)) in ("1", "$1.4bn", "$1.5bn")
    else:
        with pytest.raises(ToolkitError, match=right):
            run_cell(Story("any", budgets), None, source)


def test_a_series_in_per_cent_deflates_without_a_hundred(rates):
    read = "f = story.sql('SELECT town, amount, [key] AS keys FROM prices').frame\n"
    made = "made = story.number((1 / (1 + f.amount{})).min(), '1', how='prices of the year before')"
    assert str(run_cell(Story("any", rates), None, read + made.format(""))) == "0.94"
    with pytest.raises(ToolkitError, match="leave out the factor 0.01"):
        run_cell(Story("any", rates), None, read + made.format(" / 100"))
