"""Questions: what a query gives becomes numbers with unit, kind and inputs, or an error that says what to mend."""

from pathlib import Path

import pytest

from toolkit.desk.database import open_desk
from toolkit.desk.questions import ask, column_unit, read_question
from toolkit.errors import NumberError, ToolkitError
from toolkit.kind import Kind
from toolkit.numbers import Number
from toolkit.project import find_project
from toolkit.units import unit_text

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(sample):
    return open_desk(sample)


def asked(desk, sql, **parameters):
    return ask(desk, "asked", sql, parameters)


def refused(desk, sql, **parameters):
    with pytest.raises(ToolkitError) as raised:
        asked(desk, sql, **parameters)
    assert all(problem.where.startswith("notebooks/sql/asked.sql") for problem in raised.value.problems)
    assert all(problem.found and problem.allowed and problem.remedy for problem in raised.value.problems)
    return str(raised.value)


HEAVY = "FROM figures WHERE source = 'office-survey' AND figures.id = 'heavy'"
BUDGET = "FROM figures WHERE figures.id = 'budget'"


@pytest.mark.parametrize("column, unit, form", [
    ("capex_usd", "USD", "quantity"), ("usd", "USD", "quantity"), ("heavy_cups_per_week", "cup/week", "quantity"),
    ("cup_per_day", "cup/day", "quantity"), ("heavy_share", "1", "percent"), ("share", "1", "percent"),
    ("told_multiple", "1", "times"), ("n_readings", "1", "quantity"), ("pages", "page", "quantity"),
    ("page_per_cup_per_day", "page/cup/day", "quantity"),
])  # fmt: skip
def test_a_column_ends_in_its_unit(desk, column, unit, form):
    found, written, _ = column_unit(column, desk.units)
    assert (unit_text(found), written) == (unit_text(desk.units.Unit("" if unit == "1" else unit)), form)


@pytest.mark.parametrize("column", ["total", "cups_total", "usd_heavy", "per_week", "mugs_per_week", "sharex"])
def test_a_column_without_a_unit_at_its_end_has_none(desk, column):
    assert column_unit(column, desk.units) is None


def test_one_figure_asked_for_is_that_figure(desk):
    table = asked(desk, f"SELECT low AS heavy_cups_per_week, [key] AS keys {HEAVY}")
    number = table.one("heavy_cups_per_week")
    assert number == desk.leaf("figure:office-survey#heavy")
    assert (number.kind, number.inputs) == (Kind.REPORTED, ())


def test_a_count_of_readings_rests_on_each_of_them_in_figures_or_in_words(desk):
    keys = [row["key"] for row in desk.rows("SELECT key FROM figures ORDER BY key")]
    stated = [row["key"] for row in desk.rows("SELECT key FROM figures WHERE low IS NULL")]
    number = asked(desk, "SELECT count(*) AS n_readings, list_sort(list(key)) AS keys FROM figures").one("n_readings")
    assert (number.low, str(number), number.kind) == (len(keys), str(len(keys)), Kind.COMPUTED)
    assert [leaf.ref for leaf in number.leaves()] == keys and stated
    one = asked(desk, f"SELECT count(*) AS n_readings, list(key) AS keys FROM figures WHERE key = '{stated[0]}'")
    assert one.one("n_readings").kind == Kind.COMPUTED
    assert desk.leaf(stated[0]).label == desk.reading(stated[0])["says"]


def test_a_value_that_is_not_the_figure_is_computed_from_it(desk):
    table = asked(desk, f"SELECT low * 2 AS heavy_cups_per_week, [key] AS keys {HEAVY}")
    number = table.one("heavy_cups_per_week")
    assert (number.low, number.kind) == (70, Kind.COMPUTED)
    assert number.leaves() == (desk.leaf("figure:office-survey#heavy"),)
    assert "asked" in number.method and "heavy" in number.method


def test_one_end_of_a_range_is_not_the_range(desk):
    number = asked(desk, f"SELECT low AS budget_usd, [key] AS keys {BUDGET}").one("budget_usd")
    assert (number.low, number.high, number.kind) == (1.2e6, 1.2e6, Kind.COMPUTED)


def test_low_and_high_become_one_range(desk):
    table = asked(desk, f"SELECT low AS budget_low_usd, high AS budget_high_usd, [key] AS keys {BUDGET}")
    assert [(column.name, column.label, column.unit) for column in table.columns] == [("budget_usd", "Budget", "USD")]
    assert table.one("budget_usd") == desk.leaf("figure:office-survey#budget")


def test_low_over_high_is_refused(desk):
    with pytest.raises(NumberError, match="low"):
        asked(desk, f"SELECT high AS budget_low_usd, low AS budget_high_usd, [key] AS keys {BUDGET}")


def test_a_low_without_a_high_stays_a_column(desk):
    table = asked(desk, f"SELECT low AS budget_low_usd, [key] AS keys {BUDGET}")
    assert [column.name for column in table.columns] == ["budget_low_usd"]


CUPS = "WHERE source = 'office-survey' AND claim LIKE 'coffee.cups%'"


def test_an_answer_that_is_the_sum_of_its_figures_says_so_and_keeps_its_question(desk):
    heavy, median = desk.leaf("figure:office-survey#heavy"), desk.leaf("figure:office-survey#median")
    both = asked(desk, f"SELECT sum(low) AS all_cups_per_week, list(key) AS keys FROM figures {CUPS}").rows[0][0]
    assert (both.low, both.method, both.ref) == (45, "{0} + {1}", "question:asked#all")
    less = asked(desk, "SELECT sum(CASE WHEN id = 'median' THEN -low ELSE low END) AS more_cups_per_week, "
                 f"list_sort(list(CASE WHEN id = 'median' THEN '-' || key ELSE key END)) AS keys FROM figures {CUPS}")
    assert (less.rows[0][0].low, less.rows[0][0].method, less.rows[0][0].inputs) == (25, "{0} − {1}", (heavy, median))
    assert (less.rows[0][0] / heavy).low == 25 / 35
    for sql, value in (("max(low)", 35), ("2 * sum(low)", 90), ("sum(low) + 0.001", 45.001)):
        other = asked(desk, f"SELECT {sql} AS all_cups_per_week, list(key) AS keys FROM figures {CUPS}").rows[0][0]
        assert (other.low, other.method) == (value, "column all of the question asked"), "its arithmetic stays in SQL"


def test_a_key_that_is_taken_off_must_be_known_and_leaves_the_ends_to_the_arithmetic_of_ranges(desk):
    sql = ("SELECT -300000.0 AS left_low_usd, 300000.0 AS left_high_usd, "
           "['figure:office-survey#budget', '-figure:office-survey#{}'] AS keys")  # fmt: skip
    with pytest.raises(ToolkitError, match="office-survey#spent"):
        asked(desk, sql.format("spent"))
    number = asked(desk, sql.format("budget")).rows[0][0]
    assert number.method.startswith("column left"), "a figure taken from itself leaves nothing, not a range"


@pytest.mark.parametrize("column, method", [
    ("n_readings", "count"), ("n_told_claims", "count of distinct claims"), ("n_papers_sources",
     "count of distinct sources"), ("n_origins", "count of distinct sources"), ("n_things", "count"),
])  # fmt: skip
def test_a_count_says_what_it_counts_where_it_has_keys_of_its_own(desk, column, method):
    what = {"claims": "DISTINCT claim", "sources": "DISTINCT source", "origins": "DISTINCT source"}
    counted = f"count({what.get(column.rpartition('_')[2], '*')})"
    sql = f"SELECT {{}} AS {column}, list_sort(list(key)) AS keys, list_sort(list(key)) AS keys_{column} FROM figures"
    number = asked(desk, sql.format(counted)).rows[0][0]
    assert (number.method, len(number.inputs)) == (method, len(desk.rows("SELECT key FROM figures")))
    assert number.ref.startswith("question:asked#")
    assert asked(desk, sql.format(f"{counted} + 1")).rows[0][0].method.startswith("column ")
    shared = asked(desk, f"SELECT {counted} AS {column}, list(key) AS keys FROM figures").rows[0][0]
    assert shared.method.startswith("column ") is (column != "n_readings"), "keys of a row need not be what is counted"


def test_every_row_has_its_own_inputs(desk):
    table = asked(desk, """
        SELECT publisher, sum(low) AS cups_per_week, list_sort(list(key)) AS keys
        FROM figures JOIN sources ON sources.id = source WHERE claim LIKE 'coffee.cups%' GROUP BY 1 ORDER BY 1
    """)
    survey, paper = ({leaf.ref for leaf in number.leaves()} for number in table["cups_per_week"])
    assert survey == {"figure:office-survey#heavy", "figure:office-survey#median"}
    assert paper == {"figure:paper-retelling#heavy_a_day"}
    assert table["publisher"] == ("Invented Office", "Invented Paper")


def test_a_column_with_keys_of_its_own_rests_on_those_only(desk):
    table = asked(desk, """
        SELECT sum(low) AS all_cups_per_week, max(low) AS most_cups_per_week,
            list_sort(list(key)) AS keys, [arg_max(key, low)] AS keys_most_cups_per_week
        FROM figures WHERE source = 'office-survey' AND claim LIKE 'coffee.cups%'
    """)
    assert [column.name for column in table.columns] == ["all_cups_per_week", "most_cups_per_week"]
    assert table.one("most_cups_per_week") == desk.leaf("figure:office-survey#heavy")
    assert len(table.one("all_cups_per_week").leaves()) == 2


def test_counts_shares_and_multiples_are_plain_numbers_with_their_wording(desk):
    table = asked(desk, "SELECT count(*) AS n_readings, 0.25 AS heavy_share, 3.5 AS told_multiple, "
                  "list_sort(list(key)) AS keys FROM figures WHERE low IS NOT NULL")  # fmt: skip
    assert [str(cell) for cell in table.rows[0]] == ["6", "25%", "3.5 times"]
    assert table.one("n_readings").leaves()


def test_numbers_without_keys_are_refused(desk):
    assert "a column keys" in refused(desk, f"SELECT low AS budget_usd {BUDGET}")


def test_a_row_with_empty_keys_is_refused(desk):
    assert "an empty keys column" in refused(desk, f"SELECT low AS budget_usd, []::VARCHAR[] AS keys {BUDGET}")


def test_keys_that_are_no_list_are_refused(desk):
    assert "a list of keys" in refused(desk, f"SELECT low AS budget_usd, key AS keys {BUDGET}")


def test_keys_that_no_row_has_are_refused(desk):
    with pytest.raises(ToolkitError, match="figure:radio#x"):
        asked(desk, "SELECT 1.0 AS budget_usd, ['figure:radio#x'] AS keys")


def test_every_column_without_a_unit_is_named_at_once(desk):
    message = refused(desk, "SELECT low AS total, high AS most, says AS words, [key] AS keys FROM figures")
    assert "column total" in message and "column most" in message and "column words" not in message
    assert "_usd" in message


@pytest.mark.parametrize("sql, said", [
    ("SELEKT 1", "syntax error"), ("SELECT nothing FROM figures", "nothing"), ("SELECT 1 FROM nowhere", "nowhere"),
    ("SELECT CAST(statement AS INTEGER) AS n_x, ['x'] AS keys FROM claims", "Could not convert"),
    ("SELECT id FROM claims WHERE id = $claim", "claim"), ("DELETE FROM claims", "read-only"),
])  # fmt: skip
def test_what_the_database_refuses_is_said_with_the_file(desk, sql, said):
    assert said in refused(desk, sql)


def test_parameters_fill_their_places(desk):
    sql = "SELECT figures.id, low AS cups_per_week, [key] AS keys FROM figures WHERE claim = $claim ORDER BY key"
    assert len(asked(desk, sql, claim="coffee.cups_heavy")) == 2
    assert len(asked(desk, sql, claim="coffee.cups_heavy'; DROP TABLE figures; --")) == 0


def test_words_dates_years_and_gaps_are_no_numbers(desk):
    table = asked(desk, """
        SELECT publisher, published_on, 2026 AS fiscal_year, 1 AS rank, is_primary, NULL::DOUBLE AS budget_usd, address,
            [key] AS keys
        FROM sources JOIN figures ON source = sources.id WHERE key LIKE '%paper%told'
    """)
    assert table.rows == (("Invented Paper", "2026-05-02", "2026", "1", False, None, None),)
    assert table.numbers == ()


def test_an_endless_value_is_refused(desk):
    with pytest.raises(NumberError, match="finite"):
        asked(desk, f"SELECT 'inf'::DOUBLE AS budget_usd, [key] AS keys {BUDGET}")


def test_an_answer_without_rows_keeps_its_columns(desk):
    table = asked(desk, "SELECT publisher, 1.0 AS budget_usd, [id] AS keys FROM sources WHERE false")
    assert (len(table), [column.name for column in table.columns]) == (0, ["publisher", "budget_usd"])


def test_a_question_is_a_file_and_an_unknown_one_names_those_there_are(sample):
    assert "told_multiple" in read_question(open_desk(sample), "told")
    with pytest.raises(ToolkitError, match="told"):
        read_question(open_desk(sample), "tolled")


def test_the_question_of_the_sample_gives_its_readings(sample, desk):
    table = ask(desk, "told", read_question(open_desk(sample), "told"))
    assert [str(number) for number in table["told_multiple"]] == ["3.5 times", "4 times"]
    assert all(isinstance(number, Number) and number.kind == Kind.REPORTED for number in table["told_multiple"])
    assert table["published_on"] == ("2026-04-15", "2026-05-02")


@pytest.mark.parametrize("file", sorted((ROOT / "notebooks" / "sql").glob("*.sql")), ids=lambda file: file.stem)
def test_the_arithmetic_of_the_stories_questions_can_be_done_again(file):
    desk = open_desk(find_project(ROOT))
    sql = file.read_text(encoding="utf-8")
    values = {"articles": ["aiwirenews-tokenmaxxing-scandal", "techradar-amazon-tokenmaxxing"], "claim": "%"}
    answer = ask(desk, file.stem, sql, {name: values[name] for name in values if f"${name}" in sql})
    assert len(answer)
    left = {column.name for column in answer.columns for cell in answer[column.name]
            if isinstance(cell, Number) and cell.method.startswith("column ")}  # fmt: skip
    assert {name for name in left if not name.startswith("n_")} == set(), "SQL selects, adds and counts"
