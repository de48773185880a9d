"""Series in SQL: base units as exact as printed, what was printed beside them, a key for each value."""

import csv
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from tests.small_series import ROOT, column, declared, written
from toolkit.core.errors import ToolkitError
from toolkit.core.unit import registry, unit_text
from toolkit.database.open import open_database
from toolkit.database.query import ask
from toolkit.reported.data_dictionary import dictionary
from toolkit.reported.read_all import read_reported
from toolkit.review.data_packages import series

SPEND = {"seats": "seats", "spend": ["low", "high"]}
SEVERAL = declared(
    column("seats", "integer", unit="person", empty=True),
    column("low", unit="million USD", empty=True),
    column("high", unit="million USD", empty=True),
    value=SPEND,
    unit=None,
)


def opened(folder, texts, **changes):
    rows = [["Bonn", str(2000 + n), text, "paper"] for n, text in enumerate(texts)]
    return open_database(written(folder, rows, declared(**changes)))


def column_of(database, name, table="prices"):
    return [row[name] for row in database.rows(f'SELECT "{name}" FROM "{table}"')]


# values


@pytest.mark.parametrize(
    "unit, texts, values, base",
    [
        ("USD", ["0.0004", "0.0014", "2.5678"], [0.0004, 0.0014, 2.5678], "USD"),
        ("million USD", ["69.1", "0.1", "1234567.89"], [69_100_000.0, 100_000.0, 1_234_567_890_000.0], "USD"),
        ("percent", ["0.5", "45", "-0.07"], [0.005, 0.45, -0.0007], "1"),
        ("dozen", ["1.5"], [18.0], "1"),
        ("billion", ["9007199254740992"], [9.007199254740992e24], "1"),
        ("trillion token/month", ["3200"], [3.2e15], "token/month"),
    ],
)
def test_sql_sees_base_units_as_exact_as_printed_and_the_print_beside_them(tmp_path, unit, texts, values, base):
    database = opened(tmp_path, texts, unit=unit)
    assert column_of(database, "amount") == values
    assert column_of(database, "printed_amount") == texts
    leaves = [database.leaf(key) for key in column_of(database, "key")]
    ends = [(leaf.low, leaf.high, unit_text(leaf.unit)) for leaf in leaves]
    assert ends == [(value, value, base) for value in values]
    rows = database.rows("SELECT printed_low, printed_high, printed_unit FROM series_rows")
    assert [tuple(row.values()) for row in rows] == [(text, text, unit) for text in texts]


def test_a_price_below_a_cent_is_asked_for_as_it_was_printed(tmp_path):
    database = opened(tmp_path, ["0.0004", "0.0014"], unit="USD")
    table = ask(database, "prices", "SELECT amount AS amount_usd, [key] AS keys FROM prices ORDER BY year")
    assert [number.low for number in table["amount_usd"]] == [0.0004, 0.0014]
    assert [number.leaves() for number in table["amount_usd"]] == [(number,) for number in table["amount_usd"]]


def test_no_column_of_the_database_rounds_decimals(tmp_path):
    rows = [["Bonn", "2024", "1", "paper", "9223372036854775807", "0.0004", "2024-02-29"]]
    columns = column("code", "integer"), column("index"), column("on", "date")
    database = open_database(written(tmp_path, rows, declared(*columns)))
    kinds = database.rows("SELECT DISTINCT data_type FROM information_schema.columns")
    assert not [kind for row in kinds if "DECIMAL" in (kind := row["data_type"])]
    (row,) = database.rows('SELECT code, "index", year, CAST("on" AS VARCHAR) AS day FROM prices')
    assert row == {"code": 9223372036854775807, "index": 0.0004, "year": 2024, "day": "2024-02-29"}


# several values


def test_each_value_of_a_row_has_its_own_key_unit_and_leaf(tmp_path):
    rows = [["Bonn", "2024", "", "paper", "21", "1.5", "2"], ["Ulm", "2024", "", "paper", "400", "", ""]]
    database = open_database(written(tmp_path, rows, SEVERAL))
    assert "key" not in database.rows("SELECT * FROM prices")[0]
    assert column_of(database, "key_seats") == ["series:prices#Bonn/2024#seats", "series:prices#Ulm/2024#seats"]
    leaves = {row["key"]: row for row in database.rows("SELECT * FROM series_rows")}
    told = {key: (row["low"], row["high"], row["unit"], row["label"]) for key, row in leaves.items()}
    assert told == {
        "series:prices#Bonn/2024#seats": (21, 21, "person", "Bonn, 2024, seats"),
        "series:prices#Bonn/2024#spend": (1.5e6, 2e6, "USD", "Bonn, 2024, spend"),
        "series:prices#Ulm/2024#seats": (400, 400, "person", "Ulm, 2024, seats"),
    }


def test_dictionary_and_data_package_name_the_unit_of_each_value(tmp_path):
    project = written(tmp_path, [["Bonn", "2024", "", "paper", "21", "1.5", "2"]], SEVERAL)
    reported = read_reported(project)
    assert "1 rows, in person and million USD" in dictionary(project, reported)
    made = series(reported)
    lines = csv.DictReader(made["series.csv"].decode().splitlines())
    assert [(line["low"], line["high"], line["unit"]) for line in lines] == [
        ("21.0", "21.0", "person"),
        ("1.5", "2.0", "million USD"),
    ]


def test_a_sum_of_dollars_cannot_name_seats_as_its_input(tmp_path):
    rows = [["Bonn", "2024", "", "paper", "21", "1.5", "1.5"], ["Ulm", "2024", "", "paper", "400", "2", "2"]]
    database = open_database(written(tmp_path, rows, SEVERAL))
    table = ask(database, "spend", "SELECT sum(low) AS spend_usd, list_sort(list(key_spend)) AS keys FROM prices")
    spent = table.one("spend_usd")
    assert (spent.low, [leaf.label for leaf in spent.leaves()]) == (3.5e6, ["Bonn, 2024, spend", "Ulm, 2024, spend"])
    assert {unit_text(leaf.unit) for leaf in spent.leaves()} == {"USD"}
    with pytest.raises(duckdb.BinderException):
        database.rows("SELECT key_low FROM prices")


def test_a_value_is_not_called_so_much_per_something_that_it_is_not_divided_by(tmp_path):
    database = opened(tmp_path, ["1.5"])
    with pytest.raises(ToolkitError, match="says per head, and the values of amount as they are"):
        ask(database, "heads", "SELECT amount AS amount_per_head, [key] AS keys FROM prices")


def test_a_heading_says_its_unit_in_parentheses_and_is_printed_without_it(tmp_path):
    database = opened(tmp_path, ["1.5"])
    table = ask(database, "fees", 'SELECT amount AS "Fees, total (USD)", [key] AS keys FROM prices')
    assert [column.label for column in table.columns] == ["Fees, total"] and str(table.rows[0][0]) == "$1.5m"


def test_a_label_has_the_words_of_its_row_as_they_are_entered_and_declared(tmp_path):
    more = (
        column("place", "text", empty=True),
        column("kind", "text", values={"it's": "own {kind}", "none": ""}),
        column("on", "date"),
        column("share", empty=True),
        column("code", "integer", values={"7": "seven"}),
    )
    label = "{{%}} {town}'s {amount}/{kind} {kind}, {on} {share}{code}; {place}"
    rows = [["Bönn", "2024", "007.50", "paper", "page 7", "it's", "2024-02-29", "", "7"]]
    rows += [["Ulm", "2024", "-1", "paper", "", "none", "2025-01-01", "2.50", "7"], ["Jena", "1", "", *rows[0][3:]]]
    read = open_database(written(tmp_path, rows, declared(*more, label=label))).rows
    assert [(row["label"], row["place"]) for row in read("SELECT label, place FROM series_rows ORDER BY rowid")] == [
        ("{%} Bönn's 007.50/own {kind} own {kind}, 2024-02-29 seven; page 7", "page 7"),
        ("{%} Ulm's -1/none none, 2025-01-01 2.5seven; ", None),
    ]


# any series

UNITS = registry(ROOT / "data" / "units.txt")
SCALES = {
    "": Decimal(1),
    "thousand": Decimal(10**3),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
    "quadrillion": Decimal(10**15),
    "dozen": Decimal(12),
    "percent": Decimal("0.01"),
}
NAMES = sorted({unit_text(UNITS.Unit(name)) for name in UNITS._units if name.isidentifier()} - SCALES.keys() - {"1"})
NAMES = [name for name in NAMES if not UNITS.Unit(name).dimensionless]


@st.composite
def units(draw):
    """(unit as printed, what it is in plain scale, the factor between them)."""
    scale, over = draw(st.sampled_from(list(SCALES))), draw(st.sampled_from(["1", *NAMES]))
    under = draw(st.none() | st.sampled_from([name for name in NAMES if not shared(name, over)]))
    base = over + (f"/{under}" if under else "")
    return f"{scale} {over}".strip() + (f"/{under}" if under else ""), base, SCALES[scale]


def shared(one, other):
    """True if two units have a dimension in common, so that pint may take one for a part of the other."""
    parts = (UNITS.Unit("" if name == "1" else name).dimensionality for name in (one, other))
    return bool(set.intersection(*map(set, parts)))


@st.composite
def values(draw):
    """A number from 1e-12 to 1e18 in digits, at most thirteen of which say something, sometimes below zero."""
    digits, place = draw(st.integers(1, 10**13 - 1)), draw(st.integers(-12, 18))
    number = Decimal(digits).scaleb(place - len(str(digits)) + draw(st.integers(0, 1)))
    return draw(st.sampled_from(["", "-"])) + f"{number:f}"


@st.composite
def tables(draw):
    """(units of three columns, rows of three texts, the second and third a range)."""
    first, second = draw(units()), draw(units())
    rows = draw(st.lists(st.tuples(values(), values(), values()), min_size=1, max_size=12))
    return first, second, [(one, *sorted(ends, key=Decimal)) for one, *ends in rows]


@pytest.mark.heavy
@settings(max_examples=counts.examples(10))
@given(table=tables())
def test_what_sql_sees_is_the_leaf_and_the_leaf_is_what_was_printed(tmp_path_factory, table):
    (one, one_base, one_scale), (two, two_base, two_scale), rows = table
    columns = [column("first", unit=one), column("low", unit=two), column("high", unit=two)]
    declaration = declared(*columns, value={"one": "first", "two": ["low", "high"]}, unit=None)
    texts = [["Bonn", str(n), "", "paper", *row] for n, row in enumerate(rows)]
    database = open_database(written(tmp_path_factory.mktemp("series"), texts, declaration))
    found = database.rows("SELECT * FROM prices ORDER BY year")
    assert len(found) == len(rows)
    for row, (first, low, high) in zip(found, rows, strict=True):
        leaf, pair = database.leaf(row["key_one"]), database.leaf(row["key_two"])
        assert (row["first"], row["first"]) == (leaf.low, leaf.high)
        assert (row["low"], row["high"]) == (pair.low, pair.high)
        assert (unit_text(leaf.unit), unit_text(pair.unit)) == tuple(
            unit_text(UNITS.Unit("" if base == "1" else base)) for base in (one_base, two_base)
        )
        assert (row["printed_first"], row["printed_low"], row["printed_high"]) == (first, low, high)
        for value, text, scale in zip(
            (leaf.low, pair.low, pair.high), (first, low, high), (one_scale, two_scale, two_scale), strict=True
        ):
            assert Fraction(Decimal(repr(value))) / Fraction(scale) == Fraction(Decimal(text))


SUMS = """
SELECT CAST(year % {parts} AS VARCHAR) AS part,
    sum(first) AS one, list_sort(list(key_one) FILTER (first IS NOT NULL)) AS keys,
    sum(low) AS two_low, sum(high) AS two_high, list_sort(list(key_two) FILTER (low IS NOT NULL)) AS keys_two
FROM prices GROUP BY ALL
"""


@pytest.mark.heavy
@settings(max_examples=counts.examples(10))
@given(table=tables(), parts=st.integers(1, 4), holes=st.sets(st.integers(0, 23)))
def test_a_sum_of_one_of_several_values_is_the_exact_sum_of_that_value_s_leaves(tmp_path_factory, table, parts, holes):
    (one, *_), (two, *_), rows = table
    columns = [column(name, unit=unit, empty=True) for name, unit in (("first", one), ("low", two), ("high", two))]
    declaration = declared(*columns, value={"one": "first", "two": ["low", "high"]}, unit=None)
    kept = [
        ("" if n in holes else first, *(("", "") if n + 12 in holes else ends)) for n, (first, *ends) in enumerate(rows)
    ]
    texts = [["Bonn", str(n), "", "paper", *row] for n, row in enumerate(kept)]
    database = open_database(written(tmp_path_factory.mktemp("series"), texts, declaration))
    for row in ask(database, "sums", SUMS.format(parts=parts)):
        for name, place in (("one", 0), ("two", 1)):
            of_part = [n for n, said in enumerate(kept) if n % parts == int(row["part"]) and said[place]]
            leaves = [database.leaf(f"series:prices#Bonn/{n}#{name}") for n in of_part]
            if not leaves:
                assert row[name] is None
                continue
            exact = [float(sum(Fraction(repr(getattr(leaf, end))) for leaf in leaves)) for end in ("low", "high")]
            assert [row[name].low, row[name].high] == exact and row[name].unit == leaves[0].unit
            assert set(row[name].leaves()) == set(leaves)
            assert row[name] == leaves[0] if len(leaves) == 1 else row[name].operation.name == "sum"
