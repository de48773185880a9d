"""Answers against the rows they used: one key gives that row's value, a sum the exact sum; what does not is refused.

Real databases of small invented projects, with values from 1e-12 to 1e18 in every unit and scale of the desk.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import counts
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import Project
from toolkit.core.unit import convert_value, parse_unit, registry, unit_text, unit_without_scales
from toolkit.database.evidence_summary import KEYS
from toolkit.database.open import Database, open_database
from toolkit.database.query import ask
from toolkit.database.table import Table
from toolkit.notebook.story import Story
from toolkit.site.equations import equation

pytestmark = pytest.mark.heavy  # each input is a database of its own

ROOT = Path(__file__).parents[2]
UNITS = registry(ROOT / "data" / "units.txt")
NAMES = sorted(name for name in UNITS._units if name.isidentifier() and name != "pi")
SCALES = ("", "thousand ", "million ", "billion ", "trillion ", "percent ")

SOURCE = """\
schema: 1
id: survey
publisher: The Survey
title: What was counted
published: 2026-04-15
address: https://example.org/survey
primary: true
seen: in full
relies_on: []
"""
SERIES = """\
schema: 1
id: rows
title: Rows of an invented count
licence: CC0
as_of: 2026-07-31
label: "{name}"
key: [name]
source: source
value: amount
unit: UNIT
columns:
  - {name: name, type: text, meaning: which row}
  - {name: amount, type: TYPE, unit: UNIT, meaning: how much}
  - {name: source, type: text, meaning: id of the document in data/sources}
"""


@dataclass(frozen=True)
class Printed:
    """A figure or row as its source prints it."""

    low: Decimal
    high: Decimal
    claim: int = 0


@contextlib.contextmanager
def database_of(
    units: list[str], figures: list[Printed], series: list[Decimal] = (), kind: str = "decimal"
) -> Iterator[Database]:
    """The desk of a project with one claim for each unit, these figures, and a series in the first unit."""
    yield _database_of(tuple(units), tuple(figures), tuple(series), kind)


@functools.lru_cache(maxsize=2)  # many tests ask one after the other
def _database_of(units: tuple[str], figures: tuple[Printed], series: tuple[Decimal], kind: str) -> Database:
    root = Path(tempfile.mkdtemp())
    for room in ("claims", "sources", "series"):
        (root / "data" / room).mkdir(parents=True)
    shutil.copy(ROOT / "data" / "units.txt", root / "data")
    (root / "pyproject.toml").write_text('[tool.toolkit]\nname = "Counted"\n')
    (root / "data" / "claims" / "made.yml").write_text(
        "schema: 1\nclaims:\n" + "".join(_claim(place, unit) for place, unit in enumerate(units))
    )
    (root / "data" / "sources" / "survey.yml").write_text(
        SOURCE + "figures:\n" + "".join(_figure(place, one, units[one.claim]) for place, one in enumerate(figures))
    )
    if series:
        declared = SERIES.replace("UNIT", json.dumps(units[0])).replace("TYPE", kind)
        (root / "data" / "series" / "rows.yml").write_text(declared)
        lines = [f"r{place},{value:f},survey\n" for place, value in enumerate(series)]
        (root / "data" / "series" / "rows.csv").write_text("name,amount,source\n" + "".join(lines))
    database = open_database(Project(root))
    weakref.finalize(database, shutil.rmtree, root, ignore_errors=True)
    return database


def _ends(one: Printed) -> str:
    return f"value: {one.low:f}" if one.low == one.high else f"low: {one.low:f}, high: {one.high:f}"


def _figure(place: int, one: Printed, unit: str) -> str:
    base = ", baseline: none given" if "multiple" in unit else ""
    return f"  - {{id: f{place}, claim: made.c{one.claim}, {_ends(one)}, unit: {json.dumps(unit)}{base}, place: p}}\n"


def _claim(place: int, unit: str) -> str:
    return (
        f"  - {{id: made.c{place}, statement: Claim {place}, unit: {json.dumps(unit)}, entity: nobody, period: 2026}}\n"
    )


def asked(database: Database, sql: str) -> Table:
    return ask(database, "asked", sql)


def refused(database: Database, sql: str) -> str:
    with pytest.raises(ToolkitError) as raised:
        asked(database, sql)
    problems = raised.value.problems
    assert all(one.where.startswith("notebooks/sql/asked.sql") and one.found and one.remedy for one in problems)
    return str(raised.value)


def exact(values: list[float], signs: list[int] | None = None) -> float:
    """The sum of values in the decimals that they print as."""
    return float(sum(sign * Fraction(repr(one)) for one, sign in zip(values, signs or [1] * len(values), strict=True)))


amounts = st.builds(
    lambda digits, power: Decimal(digits).scaleb(power), st.integers(1, 10**9), st.integers(-12, 9)
).map(lambda value: Decimal(f"{value:f}").normalize())
ranges = st.tuples(amounts, st.sampled_from([0, 0, "0.1", "2"])).map(
    lambda pair: Printed(pair[0], pair[0] * (1 + Decimal(pair[1])))
)


@st.composite
def units(draw):
    scale, name = draw(st.sampled_from(SCALES)), draw(st.sampled_from(NAMES))
    over = draw(st.sampled_from(["", "", "/token", "/pr", "/developer/month", "/million_tokens"]))
    return scale.strip() if name in scale else f"{scale}{name}{over}"


@st.composite
def records(draw, most=12):
    """(units, figures of each)."""
    found = draw(st.lists(units(), min_size=1, max_size=4, unique=True))
    figures = draw(st.lists(st.tuples(ranges, st.integers(0, len(found) - 1)), min_size=2, max_size=most))
    return found, [Printed(one.low, one.high, claim) for one, claim in figures]


BASE = st.sampled_from(["USD", "token", "hour", "token/month", "USD/pr"])  # without a scale
few = settings(max_examples=counts.examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow])


# one row


@given(records())
@few
def test_a_cell_with_one_key_is_that_row_exactly(record):
    with database_of(*record) as database:
        table = asked(
            database, "SELECT low AS amount_low, high AS amount_high, [key] AS keys, key AS name FROM figures"
        )
        assert len(table) == len(record[1])
        for amount, name in zip(table["amount"], table["name"], strict=True):
            leaf = database.leaf(name)
            assert amount == leaf and (amount.low, amount.high, amount.unit) == (leaf.low, leaf.high, leaf.unit)
            one = record[1][int(name.rpartition("#f")[2])]
            unit = parse_unit(record[0][one.claim], database.units)
            ends = [float(end) for end in (one.low, one.high)]
            wanted = [convert_value(end, unit, unit_without_scales(unit)) for end in ends]
            assert [leaf.low, leaf.high] == pytest.approx(wanted, rel=1e-15), "as printed, without its scale"


@given(records())
@few
def test_one_end_of_one_row_is_that_end_as_a_step(record):
    with database_of(*record) as database:
        for end in ("low", "high"):
            table = asked(database, f"SELECT {end} AS amount, [key] AS keys, key AS name FROM figures")
            for amount, name in zip(table["amount"], table["name"], strict=True):
                leaf = database.leaf(name)
                assert amount.low == amount.high == getattr(leaf, end) and amount.unit == leaf.unit
                assert amount == leaf if leaf.low == leaf.high else amount.operation.name == f"{end}_end"


CHANGED = ["low * 2", "low + 1e-9 * low", "low * 1000", "low / 3", "-low", "low * (1 + 1e-15)"]


@pytest.mark.parametrize("changed", CHANGED)
def test_a_cell_with_one_key_that_is_not_its_rows_value_is_refused(changed):
    with database_of(["USD"], [Printed(Decimal("3.1"), Decimal("3.1"))]) as database:
        said = refused(database, f"SELECT {changed} AS amount, [key] AS keys FROM figures")
        assert "its one row" in said and "3.1" in said


# many rows

SUMS = """
SELECT claim, sum(CASE WHEN taken THEN -high ELSE low END) AS amount_low,
    sum(CASE WHEN taken THEN -low ELSE high END) AS amount_high,
    list_sort(list(CASE WHEN taken THEN '-' || key ELSE key END)) AS keys
FROM (SELECT *, {taken} AS taken FROM figures) GROUP BY claim
"""


@given(records(), st.integers(2, 5))
@few
def test_a_sum_is_the_exact_sum_of_its_rows_with_those_that_are_taken_off(record, every):
    with database_of(*record) as database:
        for taken in ("false", f"id[2:]::INTEGER % {every} = 0", "true"):
            for row in asked(database, SUMS.format(taken=taken)):
                found = database.rows(f"SELECT key, {taken} AS off FROM figures WHERE claim = $c", {"c": row["claim"]})
                leaves, off = [database.leaf(one["key"]) for one in found], [one["off"] for one in found]
                signs = [-1 if away else 1 for away in off]
                pairs = list(zip(leaves, off, strict=True))
                amount = row["amount"]
                assert amount.low == exact([one.high if away else one.low for one, away in pairs], signs)
                assert amount.high == exact([one.low if away else one.high for one, away in pairs], signs)
                assert amount.unit == leaves[0].unit and set(amount.leaves()) == set(leaves)
                assert amount in leaves if len(found) == 1 and not off[0] else amount.operation.name == "sum"


@given(records())
@few
def test_a_mean_is_the_mean_and_the_least_the_least(record):
    with database_of(*record) as database:
        for how, name in (("avg", "mean"), ("min", "least"), ("max", "greatest")):
            sql = (
                f"SELECT claim, {how}(low) AS amount_low, {how}(high) AS amount_high, list_sort(list(key)) AS keys "
                "FROM figures GROUP BY claim"
            )
            for row in asked(database, sql):
                rows = database.rows("SELECT key FROM figures WHERE claim = $c", {"c": row["claim"]})
                leaves = [database.leaf(one["key"]) for one in rows]
                for end in ("low", "high"):
                    ends = [getattr(one, end) for one in leaves]
                    wanted = {"mean": exact(ends) / len(ends), "least": min(ends), "greatest": max(ends)}[name]
                    assert getattr(row["amount"], end) == pytest.approx(wanted, rel=1e-15)
                    assert name == "mean" or getattr(row["amount"], end) == wanted


def test_the_greatest_is_not_taken_for_a_sum_with_what_hardly_counts():
    with database_of(["USD"], numbers_of([Decimal(10) ** 18, Decimal(1000)])) as database:
        amount = asked(database, "SELECT max(low) AS amount, list(key) AS keys FROM figures").one("amount")
        assert (amount.low, amount.operation.name) == (1e18, "greatest")


def test_a_figure_taken_from_itself_leaves_nothing():
    with database_of(["USD"], [Printed(Decimal("3.1"), Decimal("3.1"))]) as database:
        key = "figure:survey#f0"
        amount = asked(database, f"SELECT low - low AS amount, ['{key}', '-{key}'] AS keys FROM figures").one("amount")
        assert (amount.low, amount.high, equation(amount)) == (0, 0, "$3.10 − $3.10 = $0")


def test_what_is_neither_row_nor_sum_was_worked_out_in_sql():
    figures = [Printed(Decimal(one), Decimal(one)) for one in ("0.3", "0.1", "0.2")]
    with database_of(["USD"], figures) as database:
        amount = asked(database, "SELECT stddev_pop(low) AS amount, list(key) AS keys FROM figures").one("amount")
        assert (amount.operation.name, amount.low, unit_text(amount.unit)) == (
            "query",
            pytest.approx(0.0816496580927726),
            "USD",
        )
        less = asked(
            database,
            "SELECT sum(CASE WHEN id = 'f0' THEN low ELSE -low END) AS amount, "
            "list(CASE WHEN id = 'f0' THEN key ELSE '-' || key END) AS keys FROM figures",
        ).one("amount")
        assert less.low == 0.0, "and not 2.8e-17"


# series, one value column


def check_series(values: list[Decimal], unit: str, kind: str) -> None:
    with database_of([unit], [Printed(Decimal(1), Decimal(1))], values, kind) as database:
        table = asked(database, 'SELECT amount AS found, [key] AS keys, key AS name FROM "rows"')
        leaves = [database.leaf(name) for name in table["name"]]
        assert list(table["found"]) == leaves and len(leaves) == len(values)
        assert [one.low for one in table["found"]] == [one.low for one in leaves]
        whole = asked(database, 'SELECT sum(amount) AS found, list_sort(list(key)) AS keys FROM "rows"').one("found")
        assert whole.low == exact([one.low for one in leaves]) and set(whole.leaves()) == set(leaves)


@given(st.lists(st.integers(-(10**15), 10**15).map(Decimal), min_size=2, max_size=20), BASE)
@few
def test_whole_values_of_a_series_are_what_questions_see(values, unit):
    check_series(values, unit, "integer")


@given(st.lists(amounts, min_size=2, max_size=20), units())
@few
def test_values_of_a_series_are_what_questions_see(values, unit):
    check_series(values, unit, "decimal")


# names, units and types


@given(units())
@few
def test_a_column_may_be_named_after_the_unit_of_its_rows(unit):
    with database_of([unit], [Printed(Decimal(3), Decimal(3))]) as database:
        leaf = database.leaf("figure:survey#f0")
        text = unit_text(leaf.unit)
        if text != "1" and "*" not in text and not text.startswith("1/"):
            name = "_per_".join(text.lower().split("/"))
            table = asked(database, f'SELECT low AS "amount_{name}", [key] AS keys FROM figures')
            assert table.rows == ((leaf,),) and table.columns[0].unit == text


@pytest.mark.parametrize(
    "unit, column, said",
    [
        ("token", "amount_usd", "in token"),
        ("USD", "amount_share", "in USD"),
        ("USD", "amount_percent", "in USD"),
        ("USD", "amount_million_usd", "name it after USD"),
        ("million USD", "amount_million_usd", "name it after USD"),
        ("million USD", '"Amount (million USD)"', "name it after USD"),
        ("USD", '"Amount (tokens)"', "in USD"),
        ("USD", '"Amount [USD per token]"', "in USD"),
        ("USD/token", "amount_usd", "in USD/token"),
        ("USD", "amount_multiple", "in USD"),
        ("token/month", "amount_token_per_week", "in token/month"),
        ("percent", "amount_usd", "plain numbers"),
        ("percent", "growth_percents", "end the name in percent"),
        ("percent", "growth_times", "end the name in multiple"),
    ],
)
def test_a_column_named_after_another_unit_is_refused(unit, column, said):
    with database_of([unit], [Printed(Decimal("3.5"), Decimal("3.5"))] * 2) as database:
        assert said in refused(database, f"SELECT low AS {column}, [key] AS keys FROM figures")
        assert said in refused(database, f"SELECT sum(low) AS {column}, list(key) AS keys FROM figures")


def test_a_column_in_hundredths_prints_hundredths():
    figures = [Printed(Decimal(35), Decimal(35)), Printed(Decimal(4), Decimal(4), 1)]
    with database_of(["percent", "multiple"], figures) as database:
        table = asked(
            database,
            "SELECT low AS growth_percent, low AS growth_share, low AS growth_multiple, low AS growth, "
            "[key] AS keys FROM figures ORDER BY id",
        )
        assert [str(cell) for cell in table.rows[0]][:3] == ["35%", "35%", "0.35 times"]
        assert [str(cell) for cell in table.rows[1]][:3] == ["400%", "400%", "4 times"]


def test_a_hundred_times_a_share_is_a_percentage():
    with database_of(["USD"], numbers_of([Decimal(1), Decimal(3)])) as database:
        share = "low / sum(low) OVER () AS part_share, 100.0 * low / sum(low) OVER () AS part_percent"
        table = asked(database, f"SELECT {share}, (SELECT list(key) FROM figures) AS keys FROM figures ORDER BY low")
        assert [str(cell) for cell in table.rows[0]] == ["25%", "25%"]
        growth = "100 * (max(low) / min(low) - 1) AS growth_percent"
        assert str(asked(database, f"SELECT {growth}, list(key) AS keys FROM figures").one("growth_percent")) == "200%"


def test_rows_of_several_units_make_no_sum():
    with database_of(
        ["USD", "token"], [Printed(Decimal(3), Decimal(3)), Printed(Decimal(4), Decimal(4), 1)]
    ) as database:
        said = refused(database, "SELECT sum(low) AS amount, list(key) AS keys FROM figures")
        assert "USD" in said and "token" in said


@pytest.mark.parametrize(
    "ratio",
    [
        "sum(low) FILTER (unit = 'USD') / sum(low) FILTER (unit = 'token') AS dear",
        "sum(low) FILTER (unit = 'USD') / sum(low) AS dear_share",
        "max(low) / min(low) AS dear",
    ],
)
def test_a_ratio_of_figures_in_several_units_is_no_plain_number(ratio):
    figures = [Printed(Decimal(3), Decimal(3)), Printed(Decimal(4), Decimal(4), 1)]
    with database_of(["USD", "token"], figures) as database:
        said = refused(database, f"SELECT {ratio}, list(key) AS keys FROM figures")
        assert "rows in USD and in token" in said and "compute with numbers in the notebook" in said
    with database_of(["percent", "USD"], figures) as database:
        sql = "SELECT a.low / b.low AS x, [a.key, b.key] AS keys FROM figures a, figures b WHERE a.id < b.id"
        assert "rows in 1 and in USD" in refused(database, sql), "3% over $4 is 0.0075 per dollar"


def test_two_columns_of_one_name_are_refused():
    with database_of(["USD"], [Printed(Decimal(3), Decimal(3))]) as database:
        assert "2 columns of this name" in refused(database, "SELECT low AS a, high AS a, [key] AS keys FROM figures")
        assert "2 columns of this name" in refused(database, "SELECT id, id, 1 AS a, [key] AS keys FROM figures")


@pytest.mark.parametrize(
    "value",
    [
        "[low, high]",
        "{'low': low, 'high': high}",
        "MAP {'a': low}",
        "INTERVAL 3 DAY",
        "TIMESTAMPTZ '2026-01-01 00:00+00'",
        "'abc'::BLOB",
        "'101'::BIT",
        "[[1]]",
        "[key, key]",
        "union_value(a := low)",
        "array_value(low, high)",
    ],
)
def test_a_value_that_no_table_can_show_is_refused_with_its_column(value):
    with database_of(["USD"], [Printed(Decimal(3), Decimal(3))]) as database:
        assert "column odd" in refused(database, f"SELECT {value} AS odd, [key] AS keys FROM figures")


def test_what_is_unknown_stays_empty():
    with database_of(["USD"], [Printed(Decimal(3), Decimal(3)), Printed(Decimal(4), Decimal(4))]) as database:
        table = asked(
            database,
            "SELECT CASE id WHEN 'f0' THEN low END AS amount, NULL AS nothing, NULL::DOUBLE AS none, "
            "id, [key] AS keys FROM figures ORDER BY id",
        )
        assert table["amount"] == (database.leaf("figure:survey#f0"), None)
        assert table["nothing"] == table["none"] == (None, None) and table["id"] == ("f0", "f1")


@pytest.mark.parametrize("value", ["'nan'::DOUBLE", "'inf'::DOUBLE", "-'inf'::DOUBLE"])
def test_a_value_without_size_is_refused(value):
    with database_of(["USD"], [Printed(Decimal(3), Decimal(3))]) as database:
        assert "finite" in refused(database, f"SELECT {value} AS amount, [key] AS keys FROM figures")


@pytest.mark.parametrize(
    "keys",
    [
        "[]::VARCHAR[]",
        "NULL::VARCHAR[]",
        "[NULL]::VARCHAR[]",
        "[key, NULL]",
        "['']",
        "['-']",
    ],
)
def test_a_number_without_a_row_behind_it_is_refused(keys):
    with database_of(["USD"], [Printed(Decimal(3), Decimal(3))]) as database:
        with pytest.raises(ToolkitError):
            asked(database, f"SELECT low AS amount, {keys} AS keys FROM figures")


# more rows than a receipt can hold


def many(count: int) -> list[Decimal]:
    return [Decimal(place * 7919 % 100_003).scaleb(place % 6 - 3) for place in range(1, count + 1)]


def numbers_of(values: list[Decimal]) -> list[Printed]:
    return [Printed(one, one) for one in values]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Database]:
    with database_of(["USD"], numbers_of(many(KEYS + 100))) as database:
        yield database


def test_very_many_rows_give_their_exact_sum_and_a_receipt_that_says_where_they_are(crowd):
    values = [float(one) for one in many(KEYS + 100)]
    amount = asked(crowd, "SELECT sum(low) AS amount, list(key) AS keys FROM figures").one("amount")
    assert (amount.low, amount.high) == (exact(values), exact(values)) and unit_text(amount.unit) == "USD"
    assert (amount.operation.name, amount.operation["how"]) == ("query", "added up")
    assert amount.ref == "question:asked#amount"
    [rows] = amount.leaves()
    assert rows.operation.name == "rows" and rows.operation["count"] == rows.low == KEYS + 100
    assert rows.operation["digest"] in rows.why and "rows/rows.csv" in rows.why and "figures" in rows.label
    assert crowd.sources_of(rows) == ("survey",)
    assert len(json.dumps(amount.to_json())) < 2_000 and "figure:survey#f1" not in json.dumps(amount.to_json())
    assert equation(amount).startswith("“amount” added up: ")
    assert Number.from_json(json.loads(json.dumps(amount.to_json())), crowd.units) == amount


def test_the_digest_of_very_many_rows_stands_for_which_they_are_in_any_order(crowd):
    def digest(order: str) -> str:
        sql = f"SELECT sum(low) AS amount, list(key ORDER BY {order}) AS keys FROM figures"
        return asked(crowd, sql).one("amount").leaves()[0].operation["digest"]

    assert digest("low") == digest("key DESC")
    fewer = asked(crowd, "SELECT sum(low) AS amount, list(key) AS keys FROM figures WHERE id <> 'f7'").one("amount")
    assert fewer.leaves()[0].operation["digest"] != digest("low")


def test_very_many_rows_with_some_taken_off(crowd):
    sql = SUMS.format(taken="id[2:]::INTEGER % 3 = 0")
    signs = [-1 if place % 3 == 0 else 1 for place in range(KEYS + 100)]
    amount = asked(crowd, sql).one("amount")
    assert amount.low == amount.high == exact([float(one) for one in many(KEYS + 100)], signs)


def test_very_many_rows_that_are_not_added_up_say_so(crowd):
    amount = asked(crowd, "SELECT max(low) AS amount, list(key) AS keys FROM figures").one("amount")
    assert amount.low == max(map(float, many(KEYS + 100))) and amount.operation["how"] == "worked out in SQL"
    count = asked(crowd, "SELECT count(*) AS n_readings, list(key) AS keys FROM figures").one("n_readings")
    assert (count.low, count.operation.name, str(count)) == (KEYS + 100, "count", str(KEYS + 100))


@pytest.mark.parametrize("count", [KEYS, KEYS + 1])
def test_a_receipt_holds_so_many_keys_and_not_one_more(crowd, count):
    sql = f"SELECT sum(low) AS amount, list(key) AS keys FROM (FROM figures ORDER BY rowid LIMIT {count})"
    amount = asked(crowd, sql).one("amount")
    assert amount.low == exact([float(one) for one in many(count)])
    assert len(amount.leaves()) == (count if count == KEYS else 1)


def test_very_many_rows_with_one_that_nobody_has_are_refused(crowd):
    with pytest.raises(ToolkitError, match="NULL among the keys"):
        asked(crowd, "SELECT sum(low) AS amount, list_append(list(key), NULL) AS keys FROM figures")
    with pytest.raises(ToolkitError, match="figure:survey#gone"):
        asked(crowd, "SELECT sum(low) AS amount, list_append(list(key), 'figure:survey#gone') AS keys FROM figures")


def test_very_many_rows_named_after_another_unit_are_refused(crowd):
    assert "in USD" in refused(crowd, "SELECT sum(low) AS amount_tokens, list(key) AS keys FROM figures")


def test_a_story_asks_in_the_same_words(crowd):
    folder = crowd.project.questions
    folder.mkdir(parents=True)
    (folder / "all.sql").write_text("SELECT sum(low) AS amount_usd, list(key) AS keys FROM figures")
    amount = Story("any", crowd).ask("all").one("amount_usd")
    assert amount.low == exact([float(one) for one in many(KEYS + 100)]) and amount.kind == Kind.COMPUTED
    assert amount.ref == "question:all#amount"
