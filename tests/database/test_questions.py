"""Questions: what a query gives becomes numbers with unit, kind and inputs, or an error that says what to mend."""

from pathlib import Path

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import find_project
from toolkit.core.unit import parse_unit
from toolkit.database.column_names import unit_or_form
from toolkit.database.open import open_database
from toolkit.database.query import ask, read_question

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(desk_with):
    return desk_with()


def asked(database, sql, **parameters):
    return ask(database, "asked", sql, parameters)


def refused(database, sql, **parameters):
    with pytest.raises(ToolkitError) as raised:
        asked(database, sql, **parameters)
    assert all(problem.where.startswith("notebooks/sql/asked.sql") for problem in raised.value.problems)
    assert all(problem.found and problem.allowed and problem.remedy for problem in raised.value.problems)
    return str(raised.value)


HEAVY = "FROM figures WHERE source = 'office-survey' AND figures.id = 'heavy'"
BUDGET = "FROM figures WHERE figures.id = 'budget'"


@pytest.mark.parametrize(
    "column, unit, form",
    [
        ("capex_usd", "USD", "quantity"),
        ("usd", "USD", "quantity"),
        ("heavy_cups_per_week", "cup/week", "quantity"),
        ("cup_per_day", "cup/day", "quantity"),
        ("heavy_share", "1", "percent"),
        ("share", "1", "percent"),
        ("told_multiple", "1", "times"),
        ("growth_percent", "1", "percent"),
        ("pages", "page", "quantity"),
        ("amount_million_usd", "million USD", "quantity"),
        ("page_per_cup_per_day", "page/cup/day", "quantity"),
    ],
)
def test_a_column_ends_in_its_unit(database, column, unit, form):
    found = unit_or_form(column, database.units)
    assert (found.unit, found.form) == (parse_unit(unit, database.units), form)


@pytest.mark.parametrize("column", ["total", "cups_total", "usd_heavy", "per_week", "mugs_per_week", "sharex"])
def test_a_column_without_a_unit_at_its_end_has_none(database, column):
    assert unit_or_form(column, database.units).unit is None


def test_one_figure_asked_for_is_that_figure(database):
    table = asked(database, f"SELECT low AS heavy_cups_per_week, [key] AS keys {HEAVY}")
    number = table.one("heavy_cups_per_week")
    assert number == database.leaf("figure:office-survey#heavy")
    assert (number.kind, number.inputs) == (Kind.REPORTED, ())


def test_a_count_of_readings_rests_on_each_of_them_in_figures_or_in_words(database):
    keys = [row["key"] for row in database.rows("SELECT key FROM figures ORDER BY key")]
    stated = [row["key"] for row in database.rows("SELECT key FROM figures WHERE low IS NULL")]
    number = asked(database, "SELECT count(*) AS n_readings, list_sort(list(key)) AS keys FROM figures").one(
        "n_readings"
    )
    assert (number.low, str(number), number.kind) == (len(keys), str(len(keys)), Kind.COMPUTED)
    assert [leaf.ref for leaf in number.leaves()] == keys and stated
    one = asked(database, f"SELECT count(*) AS n_readings, list(key) AS keys FROM figures WHERE key = '{stated[0]}'")
    assert one.one("n_readings").kind == Kind.COMPUTED
    assert database.leaf(stated[0]).label == database.reading(stated[0])["says"]


def test_a_cell_with_one_key_that_is_not_its_rows_value_is_refused(database):
    said = refused(database, f"SELECT low * 2 AS heavy_cups_per_week, [key] AS keys {HEAVY}")
    assert "70.0" in said and "35.0" in said and "in the notebook" in said


def test_a_unit_comes_from_the_rows_and_a_name_that_says_another_is_refused(database):
    plain = asked(database, f"SELECT low AS heavy, [key] AS keys {HEAVY}")
    assert (plain.columns[0].unit, plain.columns[0].label, str(plain.rows[0][0])) == (
        "cup/week",
        "Heavy",
        "35 cups a week",
    )
    for name in ("heavy_usd", "heavy_share", "heavy_multiple", "heavy_cups_per_day", "heavy_cups"):
        assert "its values are in cup/week" in refused(database, f"SELECT low AS {name}, [key] AS keys {HEAVY}")
    said = refused(
        database, f"SELECT low AS budget_low_million_usd, high AS budget_high_million_usd, [key] AS keys {BUDGET}"
    )
    assert "million USD" in said and "name it after USD" in said


def test_rows_of_several_units_need_keys_of_their_own(database):
    sql = (
        "SELECT sum(low) AS together, list(key) AS keys FROM figures WHERE source = 'office-survey' AND low IS NOT NULL"
    )
    said = refused(database, sql)
    assert "rows in " in said and "USD" in said and "cup/week" in said and "keys_together" in said


@pytest.mark.parametrize(
    "sql, said",
    [
        ("low AS cups_per_week, high * 2 AS cups_per_week", "2 columns of this name"),
        ("[1, 2] AS parts_usd", "the type INTEGER[]"),
        ("INTERVAL 1 DAY AS gap", "the type INTERVAL"),
        ("{'a': 1} AS both", "the type STRUCT"),
        ("'2026-01-01'::TIMESTAMPTZ AS at", "TIMESTAMP WITH TIME ZONE"),
        ("MAP {'a': 1} AS many", "the type MAP"),
        ("'a'::BLOB AS raw", "the type BLOB"),
    ],
)
def test_columns_that_no_table_can_show_are_refused_before_a_row_is_read(database, sql, said):
    assert said in refused(database, f"SELECT {sql}, [key] AS keys {HEAVY}")


def test_an_empty_cell_needs_no_row_with_a_value(database):
    table = asked(database, "SELECT says, low AS value, [key] AS keys FROM figures WHERE low IS NULL")
    assert len(table) and set(table["value"]) == {None}


def test_one_end_of_a_range_is_not_the_range(database):
    number = asked(database, f"SELECT low AS budget_usd, [key] AS keys {BUDGET}").one("budget_usd")
    assert (number.low, number.high, number.kind, number.method) == (1.2e6, 1.2e6, Kind.COMPUTED, "the low end of {0}")


def test_low_and_high_become_one_range(database):
    table = asked(database, f"SELECT low AS budget_low_usd, high AS budget_high_usd, [key] AS keys {BUDGET}")
    assert [(column.name, column.label, column.unit) for column in table.columns] == [("budget_usd", "Budget", "USD")]
    assert table.one("budget_usd") == database.leaf("figure:office-survey#budget")


def test_low_over_high_is_refused(database):
    assert "1500000" in refused(
        database, f"SELECT high AS budget_low_usd, low AS budget_high_usd, [key] AS keys {BUDGET}"
    )


def test_a_low_without_a_high_stays_a_column(database):
    table = asked(database, f"SELECT low AS budget_low_usd, [key] AS keys {BUDGET}")
    assert [column.name for column in table.columns] == ["budget_low_usd"]


CUPS = "WHERE source = 'office-survey' AND claim LIKE 'coffee.cups%'"


def test_an_answer_that_is_the_sum_of_its_figures_says_so_and_keeps_its_question(database):
    heavy, median = database.leaf("figure:office-survey#heavy"), database.leaf("figure:office-survey#median")
    both = asked(database, f"SELECT sum(low) AS all_cups_per_week, list(key) AS keys FROM figures {CUPS}").rows[0][0]
    assert (both.low, both.method, both.ref) == (45, "{0} + {1}", "question:asked#all")
    less = asked(
        database,
        "SELECT sum(CASE WHEN id = 'median' THEN -low ELSE low END) AS more_cups_per_week, "
        f"list_sort(list(CASE WHEN id = 'median' THEN '-' || key ELSE key END)) AS keys FROM figures {CUPS}",
    )
    assert (less.rows[0][0].low, less.rows[0][0].method, less.rows[0][0].inputs) == (25, "{0} − {1}", (heavy, median))
    assert (less.rows[0][0] / heavy).low == 25 / 35
    sql_says = "“all” worked out in SQL in the answer to asked"
    for sql, value, method in (
        ("max(low)", 35, "greatest of {0}, {1}"),
        ("min(low)", 10, "least of {0}, {1}"),
        ("avg(low)", 22.5, "({0} + {1}) ÷ 2"),
        ("stddev_pop(low)", 12.5, sql_says),
        ("abs(min(low) - max(low))", 25, sql_says),
    ):
        other = asked(database, f"SELECT {sql} AS all_cups_per_week, list(key) AS keys FROM figures {CUPS}").rows[0][0]
        assert (other.low, other.method) == (value, method)


def test_a_key_that_is_taken_off_must_be_known_and_leaves_the_ends_to_the_arithmetic_of_ranges(database):
    sql = (
        "SELECT low - high AS left_low_usd, high - low AS left_high_usd, "
        f"['figure:office-survey#budget', '-figure:office-survey#{{}}'] AS keys {BUDGET}"
    )
    with pytest.raises(ToolkitError, match="office-survey#spent"):
        asked(database, sql.format("spent"))
    number = asked(database, sql.format("budget")).rows[0][0]
    assert "worked out in SQL" in number.method, "a figure taken from itself leaves nothing, not a range"


@pytest.mark.parametrize(
    "column, method",
    [
        ("n_readings", "count"),
        ("n_told_claims", "count of distinct claims"),
        ("n_papers_sources", "count of distinct sources"),
        ("n_origins", "count of distinct sources"),
        ("n_things", "count"),
    ],
)
def test_a_count_says_what_it_counts_where_it_has_keys_of_its_own(database, column, method):
    what = {"claims": "DISTINCT claim", "sources": "DISTINCT source", "origins": "DISTINCT source"}
    counted = f"count({what.get(column.rpartition('_')[2], '*')})"
    sql = f"SELECT {{}} AS {column}, list_sort(list(key)) AS keys, list_sort(list(key)) AS keys_{column} FROM figures"
    number = asked(database, sql.format(counted)).rows[0][0]
    assert (number.method, len(number.inputs)) == (method, len(database.rows("SELECT key FROM figures")))
    assert number.ref.startswith("question:asked#")
    assert "worked out in SQL" in asked(database, sql.format(f"{counted} - count(DISTINCT unit)")).rows[0][0].method
    shared = asked(database, f"SELECT {counted} AS {column}, list(key) AS keys FROM figures").rows[0][0]
    assert ("worked out in SQL" in shared.method) is (column != "n_readings"), (
        "keys of a row need not be what is counted"
    )


def test_every_row_has_its_own_inputs(database):
    table = asked(
        database,
        """
        SELECT publisher, sum(low) AS cups_per_week, list_sort(list(key)) AS keys
        FROM figures JOIN sources ON sources.id = source WHERE claim LIKE 'coffee.cups%' GROUP BY 1 ORDER BY 1
    """,
    )
    survey, paper = ({leaf.ref for leaf in number.leaves()} for number in table["cups_per_week"])
    assert survey == {"figure:office-survey#heavy", "figure:office-survey#median"}
    assert paper == {"figure:paper-retelling#heavy_a_day"}
    assert table["publisher"] == ("Invented Office", "Invented Paper")


def test_a_column_with_keys_of_its_own_rests_on_those_only(database):
    table = asked(
        database,
        """
        SELECT sum(low) AS all_cups_per_week, max(low) AS most_cups_per_week,
            list_sort(list(key)) AS keys, [arg_max(key, low)] AS keys_most_cups_per_week
        FROM figures WHERE source = 'office-survey' AND claim LIKE 'coffee.cups%'
    """,
    )
    assert [column.name for column in table.columns] == ["all_cups_per_week", "most_cups_per_week"]
    assert table.one("most_cups_per_week") == database.leaf("figure:office-survey#heavy")
    assert len(table.one("all_cups_per_week").leaves()) == 2


def test_counts_shares_and_multiples_are_plain_numbers_with_their_wording(database):
    table = asked(database, "SELECT low AS told_multiple, [key] AS keys FROM figures WHERE id = 'told' ORDER BY key")
    assert [str(cell) for cell in table["told_multiple"]] == ["3.5 times", "4 times"]
    share = asked(database, "SELECT low AS told_share, [key] AS keys FROM figures WHERE id = 'told' ORDER BY key")
    assert [str(cell) for cell in share["told_share"]] == ["350%", "400%"]


def test_numbers_without_keys_are_refused(database):
    assert "a column keys" in refused(database, f"SELECT low AS budget_usd {BUDGET}")


def test_a_row_with_empty_keys_is_refused(database):
    assert "an empty keys column" in refused(database, f"SELECT low AS budget_usd, []::VARCHAR[] AS keys {BUDGET}")


def test_keys_that_are_no_list_are_refused(database):
    assert "a list of keys" in refused(database, f"SELECT low AS budget_usd, key AS keys {BUDGET}")


def test_keys_that_no_row_has_are_refused(database):
    with pytest.raises(ToolkitError, match="figure:radio#x"):
        asked(database, "SELECT 1.0 AS budget_usd, ['figure:radio#x'] AS keys")


def test_every_cell_that_does_not_hold_is_named_at_once(database):
    said = refused(database, f"SELECT low + 1 AS total, low AS words_usd, says AS words, [key] AS keys {HEAVY}")
    assert "column total" in said and "column words_usd" in said and "column words:" not in said


@pytest.mark.parametrize(
    "sql, said",
    [
        ("SELEKT 1", "syntax error"),
        ("SELECT nothing FROM figures", "nothing"),
        ("SELECT 1 FROM nowhere", "nowhere"),
        ("SELECT CAST(statement AS INTEGER) AS n_x, ['x'] AS keys FROM claims", "Could not convert"),
        ("SELECT id FROM claims WHERE id = $claim", "claim"),
        ("DELETE FROM claims", "DELETE"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("FROM 'data/units.txt'", "toolkit add data/units.txt"),
    ],
)
def test_what_the_database_refuses_is_said_with_the_file(database, sql, said):
    assert said in refused(database, sql)


def test_parameters_fill_their_places(database):
    sql = "SELECT figures.id, low AS cups_per_week, [key] AS keys FROM figures WHERE claim = $claim ORDER BY key"
    assert len(asked(database, sql, claim="coffee.cups_heavy")) == 2
    assert len(asked(database, sql, claim="coffee.cups_heavy'; DROP TABLE figures; --")) == 0


def test_words_dates_years_and_gaps_are_no_numbers(database):
    table = asked(
        database,
        """
        SELECT publisher, published_on, 2026 AS fiscal_year, 1 AS rank, is_primary, NULL::DOUBLE AS budget_usd, address,
            [key] AS keys
        FROM sources JOIN figures ON source = sources.id WHERE key LIKE '%paper%told'
    """,
    )
    assert table.rows == (("Invented Paper", "2026-05-02", "2026", "1", False, None, None),)
    assert table.numbers == ()


def test_an_endless_value_is_refused(database):
    assert "finite" in refused(database, f"SELECT 'inf'::DOUBLE AS budget_usd, [key] AS keys {BUDGET}")


def test_an_answer_without_rows_keeps_its_columns(database):
    table = asked(database, "SELECT publisher, 1.0 AS budget_usd, [id] AS keys FROM sources WHERE false")
    assert (len(table), [column.name for column in table.columns]) == (0, ["publisher", "budget_usd"])


def test_a_question_is_a_file_and_an_unknown_one_names_those_there_are(sample):
    assert "told_multiple" in read_question(open_database(sample), "told")
    with pytest.raises(ToolkitError, match="told"):
        read_question(open_database(sample), "tolled")


def test_the_question_of_the_sample_gives_its_readings(sample, database):
    table = ask(database, "told", read_question(open_database(sample), "told"))
    assert [str(number) for number in table["told_multiple"]] == ["3.5 times", "4 times"]
    assert all(isinstance(number, Number) and number.kind == Kind.REPORTED for number in table["told_multiple"])
    assert table["published_on"] == ("2026-04-15", "2026-05-02")


def questions_of_figures():
    """The stories' questions of figures and series: those that name no dataset of the desk."""
    datasets = [f" {path.stem}\n" for path in (ROOT / "data" / "datasets").glob("*.yml")]
    files = sorted((ROOT / "notebooks" / "sql").glob("*.sql"))
    return [file for file in files if not any(name in file.read_text(encoding="utf-8") for name in datasets)]


@pytest.fixture(scope="module")
def desks_own():
    return open_database(find_project(ROOT))


@pytest.mark.heavy
@pytest.mark.parametrize("file", questions_of_figures(), ids=lambda file: file.stem)
def test_the_arithmetic_of_the_stories_questions_can_be_done_again(desks_own, file):
    database = desks_own.with_empty_trace()
    sql = file.read_text(encoding="utf-8")
    values = {"articles": ["aiwirenews-tokenmaxxing-scandal", "techradar-amazon-tokenmaxxing"], "claim": "%"}
    answer = ask(database, file.stem, sql, {name: values[name] for name in values if f"${name}" in sql})
    assert len(answer)
    left = {
        column.name
        for column in answer.columns
        for cell in answer[column.name]
        if isinstance(cell, Number) and "worked out in SQL" in cell.method
    }
    assert {name for name in left if not name.startswith("n_")} == set(), "SQL selects, adds and counts"
