"""The unit of what SQL works out is read from what it is made of, and never from its name, wherever it is asked."""

import pytest

from tests.small_series import column, declared, written
from tests.usage.test_metrics import sample as usage_log_of
from toolkit.core.errors import ToolkitError
from toolkit.core.unit import parse_unit, unit_text
from toolkit.database.ask import answer_question
from toolkit.database.column_names import unit_or_form
from toolkit.database.open import open_database
from toolkit.database.query import ask
from toolkit.database.table_list import table_list
from toolkit.database.usage_logs import ask_usage_log

HALLS = declared(
    column("seats", unit="person"),
    column("usd", unit="million USD"),
    value={"seats": "seats", "usd": "usd"},
    unit=None,
    key=["town", "year"],
)
ROWS = [
    ["East", "1999", "", "paper", "400", "1.5"],
    ["West", "2004", "", "paper", "20", "2.5"],
    ["West", "2010", "", "paper", "6", "11"],
]
OF_USD, OF_SEATS = "list_sort(list(key_usd)) AS keys FROM prices", "list_sort(list(key_seats)) AS keys FROM prices"


@pytest.fixture(scope="module")
def halls(tmp_path_factory):
    return open_database(written(tmp_path_factory.mktemp("halls"), ROWS, HALLS))


def refusal(asked, *given):
    with pytest.raises(ToolkitError) as caught:
        asked(*given)
    assert all(one.found and one.allowed and one.remedy for one in caught.value.problems)
    return str(caught.value)


# figures and series


@pytest.mark.parametrize(
    ("selected", "words", "unit"),
    [
        (f"sum(usd) AS spent, {OF_USD}", "$15m", "USD"),
        (f"count(*) AS how_many, {OF_USD}", "3", "1"),
        (f"count(DISTINCT town) AS towns, {OF_USD}", "2", "1"),
        (f"len(list(town)) AS towns, {OF_USD}", "3", "1"),
        (f"sum(CASE WHEN town = 'West' THEN 1 ELSE 0 END) AS western, {OF_USD}", "2", "1"),
        (f"sum(usd) FILTER (town = 'West') / sum(usd) AS part, {OF_USD}", "0.90", "1"),
        (f"1.0 * sum(usd) FILTER (town = 'West') / sum(usd) AS west_share, {OF_USD}", "90%", "1"),
        (f"median(usd) AS middle_usd, {OF_USD}", "$2.5m", "USD"),
        (f"max(usd) - min(usd) AS apart, {OF_USD}", "$9.5m", "USD"),
        (f"sum(seats) AS seats, {OF_SEATS}", "430 people", "person"),
        (f"sum(usd)::BIGINT AS spent_rank, {OF_USD}", "$15m", "USD"),
        (f"min(usd) AS min, {OF_USD}", "$1.5m", "USD"),
        (f"sum(usd) AS s, {OF_USD}", "$15m", "USD"),
    ],
)
def test_the_unit_is_that_of_what_it_is_made_of(halls, selected, words, unit):
    (found,) = ask(halls, "asked", f"SELECT {selected}").numbers
    assert (str(found), unit_text(found.unit)) == (words, unit)


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        (f"sum(seats) AS total, {OF_USD}", "values in person, and keys of rows in USD"),
        (f"max(seats) AS most_usd, {OF_USD}", "values in person, and keys of rows in USD"),
        (f"sum(usd) AS n_amount, {OF_USD}", "a name that says a count, and values of rows, in USD"),
        (f"sum(usd) + 1 AS n_amount, {OF_USD}", "something made of values of rows"),
        (f"99 AS n_sources, {OF_USD}", "a name that says a count, and a typed number"),
        (f"99 AS spent_usd, {OF_USD}", "a typed number"),
        (f"sum(usd) * 0.92 AS spent, {OF_USD}", "an expression whose unit cannot be read"),
        (f"sum(usd) / 1000 AS spent_thousands, {OF_USD}", "an expression whose unit cannot be read"),
        (f"sum(usd) AS amount_millions, {OF_USD}", "the name says million, its values are in USD"),
        (f"sum(usd) AS spent_per_year, {OF_USD}", "the name says per year, its values are in USD"),
        (
            f"sum(usd) AS percent_growth, {OF_USD}",
            "the name says a plain number, its values are in USD",
        ),
        (f"sum(usd)::BIGINT AS spent_year, {OF_USD}", "the name says year, its values are in USD"),
        (f"count(*) AS spent_usd, {OF_USD}", "the name says USD, its values are plain numbers"),
        (f"sum(usd) / sum(seats) AS usd_per_person, {OF_USD}", "an expression whose unit cannot be read"),
        (f"count(*) * 3 AS n_rows, {OF_USD}", "something that is worked out"),
        (f"max(year) - min(year) AS n_years, {OF_USD}", "something that is worked out"),
        (f"max(x) AS n_things, {OF_USD}, range(500) AS r (x)", "a typed number"),
        (
            "a AS usd, keys FROM (VALUES (15000000.0)) AS t (a), (SELECT list(key_usd) AS keys FROM prices)",
            "a typed number",
        ),
        (f"lag(sum(usd), 1, 999.0) OVER () AS usd, {OF_USD}", "an expression whose unit cannot be read"),
        (f"(sum(usd) / 7)::INT AS usd_rank, {OF_USD}", "an expression whose unit cannot be read"),
        ("(usd * 3)::INT AS year, [key_usd] AS keys FROM prices", "the value of its one row"),
        ("CAST(printed_usd AS DOUBLE)::INT AS p, [key_usd] AS keys FROM prices", "the value of its one row"),
        (f"sum(year)::INT AS year, {OF_USD}", "an expression whose unit cannot be read"),
    ],
)
def test_what_the_query_does_not_say_is_refused_whatever_its_name(halls, selected, said):
    assert said in refusal(ask, halls, "asked", f"SELECT {selected}")


def test_units_are_followed_through_ctes_unions_joins_and_stars(halls):
    sql = """
        WITH halls_of AS (
            SELECT key_usd AS key, usd, NULL AS none FROM prices WHERE town = 'East'
            UNION ALL SELECT one.key_usd, one.usd, one.usd FROM prices AS one WHERE town = 'West'
        ),
        more AS (SELECT halls_of.* FROM halls_of JOIN prices ON prices.key_usd = halls_of.key)
        SELECT sum(usd) AS {name}, sum(none) AS rest, list_sort(list(key)) AS keys,
            list_sort(list(key) FILTER (none IS NOT NULL)) AS keys_rest FROM more
    """
    table = ask(halls, "asked", sql.format(name="spent"))
    assert [str(cell) for cell in table.rows[0]] == ["$15m", "$14m"]
    assert "values are in USD" in refusal(ask, halls, "asked", sql.format(name="people"))
    mixed = "SELECT sum(n) AS n, list(key) AS keys FROM (SELECT usd AS n, key_usd AS key FROM prices UNION ALL {})"
    said = refusal(ask, halls, "asked", mixed.format("SELECT seats, key_usd FROM prices"))
    assert "an expression whose unit cannot be read" in said


@pytest.mark.parametrize(
    ("column", "unit", "form"),
    [("amount_millions", "million", "quantity"), ("percent_growth", "1", "percent"), ("share_west", "1", "percent")],
)
def test_a_name_says_its_unit_in_other_ways_too(halls, column, unit, form):
    found = unit_or_form(column, halls.units)
    assert (found.unit, found.form) == (parse_unit(unit, halls.units), form)


def test_columns_that_are_named_anew_keep_their_meaning(halls):
    swapped = "WITH t (seats, usd) AS (SELECT usd, seats FROM prices) SELECT sum({}) AS n, {} AS keys FROM t, prices"
    assert "values in person" in refusal(ask, halls, "asked", swapped.format("t.usd", "list_distinct(list(key_usd))"))
    inner = "SELECT sum(cost) AS spent, list(k) AS keys FROM (SELECT usd, key_usd FROM prices) AS t (cost, k)"
    assert str(ask(halls, "asked", inner).one("spent")) == "$15m"
    twice = "SELECT sum(n) AS spent, list(k) AS keys FROM (SELECT usd AS n, seats AS n, key_usd AS k FROM prices)"
    assert "an expression whose unit cannot be read" in refusal(ask, halls, "asked", twice)


def test_what_is_left_of_one_share_less_another_is_in_percentage_points(desk_of_series):
    rows = [["East", "2000", "45", "paper"], ["West", "2001", "40", "paper"]]
    database = desk_of_series(rows, declared(unit="percent"))
    gap = "sum(CASE town WHEN 'East' THEN amount ELSE -amount END)"
    keys = "list(CASE town WHEN 'East' THEN key ELSE '-' || key END) AS keys FROM prices"
    for name in ("gap", "gap_percent", "gap_share"):
        assert str(ask(database, "asked", f"SELECT {gap} AS {name}, {keys}").one(name)) == "5 percentage points"


# the step that a receipt names


@pytest.fixture(scope="module")
def one_two_three(tmp_path_factory):
    rows = [["East", "2000", "1", "paper"], ["West", "2001", "2", "paper"], ["West", "2002", "3", "paper"]]
    return open_database(written(tmp_path_factory.mktemp("prices"), rows, declared(unit="USD")))


@pytest.mark.parametrize(
    ("selected", "step"),
    [
        ("avg(amount)", "mean"),
        ("sum(amount) / count(*)", "mean"),
        ("max(amount) - min(amount)", "query"),  # the mean too, of 1, 2 and 3
        ("median(amount)", "query"),
        ("sum(amount)", "sum"),
        ("sum(amount) FILTER (amount > 0)", "sum"),
        ("sum(sum(amount)) OVER ()", "sum"),
        ("sum(DISTINCT amount)", "query"),
        ("count(*) * max(amount) / count(*) * 1", "query"),  # the greatest
        ("max(amount)", "greatest"),
        ("greatest(max(amount), min(amount))", "query"),
        ("min(CASE WHEN amount > 0 THEN amount END)", "least"),
        ("(SELECT sum(s) FROM (SELECT sum(amount) AS s FROM prices GROUP BY town))", "sum"),
        ("(SELECT max(s) FROM (SELECT sum(amount) AS s FROM prices))", "query"),
    ],
)
def test_a_receipt_names_the_step_of_the_query_and_not_one_with_the_same_value(one_two_three, selected, step):
    asked = f"SELECT {selected} AS found, list(key) AS keys FROM prices"
    assert ask(one_two_three, "asked", asked).one("found").operation.name == step


def test_one_value_that_several_steps_give_is_of_the_step_asked(desk_of_series):
    rows = [["East", "2000", "0", "paper"], ["West", "2001", "5", "paper"]]
    database = desk_of_series(rows, declared(unit="USD"))
    for selected, step in (("sum(amount)", "sum"), ("max(amount)", "greatest")):
        found = ask(database, "asked", f"SELECT {selected} AS found, list(key) AS keys FROM prices").one("found")
        assert (str(found), found.operation.name) == ("$5", step)


def test_a_pair_is_a_range_where_the_query_takes_the_least_and_the_greatest(halls):
    for low, high, step in (("min", "max", "reach"), ("max", "max", "greatest"), ("median", "max", "query")):
        asked = f"SELECT {low}(usd) AS low, {high}(usd) AS high, {OF_USD}"
        assert ask(halls, "asked", asked).numbers[0].operation.name == step


# keys that do not fit the values


def test_a_row_twice_in_a_sum_is_refused_and_so_are_keys_with_wrong_signs(halls):
    for selected in ("sum(usd)", "avg(usd)"):
        said = refusal(ask, halls, "asked", f"SELECT {selected} AS a, list(key_usd) AS keys FROM prices, range(2)")
        assert "the key series:prices#" in said and "twice" in said and "JOIN" in said
    minus = "SELECT sum(usd) AS a, list('-' || key_usd) AS keys FROM prices"
    assert "keys with a minus of rows that it adds" in refusal(ask, halls, "asked", minus)
    more = "FROM prices JOIN (SELECT DISTINCT town FROM prices) USING (town)"
    assert str(ask(halls, "asked", f"SELECT sum(usd) AS a, list(key_usd) AS keys {more}").one("a")) == "$15m"


def test_very_many_rows_twice_in_a_sum_are_refused_too(desk_of_series):
    rows = [[f"T{place}", "2000", "1", "paper"] for place in range(600)]
    database = desk_of_series(rows, declared(unit="USD"))
    doubled = "SELECT sum(amount) AS a, list(key) AS keys FROM prices, range(2)"
    assert "600 keys that stand there before" in refusal(ask, database, "asked", doubled)
    minus = "SELECT sum(amount) AS a, list('-' || key) AS keys FROM prices"
    assert "keys with a minus" in refusal(ask, database, "asked", minus)


def test_a_column_of_a_series_that_states_no_value_is_no_count_for_its_name(desk_of_series):
    declaration = declared(column("n_staff", "integer"), unit="USD")
    database = desk_of_series([["East", "2000", "3", "paper", "250"]], declaration)
    for selected in (
        "n_staff, [key] AS keys",
        "sum(n_staff) AS n_staff, list(key) AS keys",
        "n_staff + 1 AS n_x, [key] AS keys",
    ):
        assert "a name that says a count" in refusal(ask, database, "asked", f"SELECT {selected} FROM prices")


def test_what_is_worked_out_of_percentages_is_written_as_one(desk_of_series):
    rows = [["East", "2000", "45", "paper"], ["West", "2001", "40", "paper"], ["West", "2002", "20", "paper"]]
    database = desk_of_series(rows, declared(unit="percent"))
    for selected, words in (("max(amount) - min(amount)", "25 percentage points"), ("median(amount)", "40%")):
        assert str(ask(database, "asked", f"SELECT {selected} AS x, list(key) AS keys FROM prices").one("x")) == words


def test_a_key_of_a_recursive_query_is_no_label_where_it_holds_amounts(halls):
    of_years = "SELECT 1999 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 2010"
    years = f"WITH RECURSIVE steps AS ({of_years}) SELECT n AS year, sum(usd) AS usd, list(key_usd) AS keys"
    table = ask(halls, "asked", f"{years} FROM steps JOIN prices ON year = n GROUP BY n ORDER BY n")
    assert [row[0] for row in table.rows] == ["1999", "2004", "2010"]
    amounts = "SELECT usd AS n, key_usd AS k FROM prices UNION ALL SELECT n * 2, k FROM steps WHERE n < 2e6"
    asked = f"WITH RECURSIVE steps AS ({amounts}) SELECT n::INT AS year, list(k) AS keys FROM steps GROUP BY n"
    assert refusal(ask, halls, "asked", asked)


# texts made of numbers


@pytest.mark.parametrize(
    "selected",
    [
        "'$' || sum(usd)",
        "CAST(sum(usd) AS VARCHAR)",
        "format('{:.1f}', sum(usd))",
        "printf('%d', max(usd)::BIGINT)",
        "concat('about ', round(avg(usd)))",
        "string_agg(usd::VARCHAR, ', ')",
        "CASE WHEN sum(usd) > 5e6 THEN '$' || sum(usd) ELSE 'little' END",
        "count(*) || ' halls'",
        "(SELECT 'in all ' || sum(seats) FROM prices)",
        "list(usd)::VARCHAR",
        "max(printed_usd)",
        "max(printed_seats) || ' people'",
        "(SELECT max(printed_low) FROM series_rows)",
        "date_diff('day', DATE '2020-01-01', max(make_date(year, 1, 1))) || ' days'",
    ],
)
def test_a_text_made_of_numbers_is_refused(halls, selected):
    said = refusal(ask, halls, "asked", f"SELECT {selected} AS told, {OF_USD}")
    assert "column told: a text that the query makes of numbers" in said
    within = f"WITH t AS (SELECT {selected} AS told, {OF_USD}) SELECT upper(told) AS told, keys FROM t"
    assert "a text that the query makes of numbers" in refusal(ask, halls, "asked", within)


@pytest.mark.parametrize(
    "selected",
    [
        "max(town) || ' and others'",
        "CASE WHEN sum(usd) > 5e6 THEN 'much' ELSE 'little' END",
        "string_agg(town, ', ' ORDER BY usd DESC)",
        "arg_max(town, usd)",
        "max_by(town, usd)",
        "max(year)::VARCHAR || '/' || right(max(year)::VARCHAR, len(max(town)) - 2)",
        "'rank ' || rank() OVER (ORDER BY sum(usd))",
        "CASE count(*) WHEN 3 THEN 'three' ELSE 'other' END",
    ],
)
def test_texts_of_labels_stay(halls, selected):
    asked = ask(halls, "asked", f"SELECT {selected} AS told, sum(usd) AS usd, {OF_USD}")
    assert isinstance(asked.one("told"), str)


def test_columns_of_two_units_have_keys_of_their_own_and_need_no_others(halls):
    sql = "SELECT sum(usd) AS usd, sum(seats) AS seats, {} FROM prices"
    said = refusal(ask, halls, "asked", sql.format("list(key_usd) || list(key_seats) AS keys"))
    assert "give it keys of its own (keys_usd)" in said
    assert "without the rows they came from, in seats" in refusal(
        ask, halls, "asked", sql.format("list(key_usd) AS keys_usd")
    )
    found = ask(halls, "asked", sql.format("list(key_usd) AS keys_usd, list(key_seats) AS keys_seats"))
    assert [str(one) for one in found.numbers] == ["$15m", "430 people"]


# datasets


@pytest.fixture(scope="module")
def usage_log():
    return usage_log_of()


@pytest.fixture(scope="module")
def inspections(desk_with):
    return desk_with("inspections", publish="[borough, score]")


@pytest.mark.parametrize(
    ("selected", "units", "said"),
    [
        ("sum(score) AS cups", {"cups": "page"}, "the unit page, and values in cup"),
        ("sum(score) AS total", {"total": "percent cup"}, "the unit percent cup, and values in cup"),
        ("sum(score) / sum(score) AS part", {"part": "percent"}, "the unit percent, and a ratio"),
        ("sum(score) AS pages", {}, "the name says page, its values are in cup"),
        ("sum(score) AS score_per_week", {}, "the name says per week, its values are in cup"),
        ("count(*) AS score_usd", {}, "the name says USD, its values are plain numbers"),
        ("sum(score) / 2 + 99 AS n_rows", {}, "something made of values of rows"),
        ("count(*) * 3 AS n_rows", {}, "something that is worked out"),
        ("count(*) AS spent", {"spent": "USD"}, "the unit USD, and values in 1"),
        ("count(*) AS spent", {"spent": "second"}, "the unit second, and values in 1"),
    ],
)
def test_a_declared_unit_stands_whatever_is_said_beside_it(inspections, selected, units, said):
    sql = f"SELECT {selected} FROM inspections"
    assert said in refusal(answer_question, inspections, sql, units)


def test_an_average_is_no_count_whatever_it_is_of(desk_with):
    kids = "town,kids,pets\nA,3,1\nA,4,1\nB,4,2\n"
    columns = (
        "  - {name: town, printed: town, type: text}\n"
        "  - {name: kids, printed: kids, type: integer, unit: page}\n  - {name: pets, printed: pets, type: integer}\n"
    )
    database = desk_with("homes", kids, columns)
    averages = ["median({})", "quantile_cont({}, 0.9)", "round(avg({}))", "sum({}) / count(*)", "CAST(avg({}) AS INT)"]
    names = ("n_kids", "count_kids", "number_of_kids", "num_kids")
    for selected, name in [*((one, "n_kids") for one in averages), *(("avg({})", name) for name in names)]:
        said = refusal(answer_question, database, f"SELECT {selected.format('kids')} AS {name} FROM homes")
        assert "a name that says a count" in said and "mean_kids" in said
        undeclared = f"SELECT {selected.format('pets')} AS {name} FROM homes", {name: "page"}
        assert "a name that says a count" in refusal(answer_question, database, *undeclared)
    for name in ("n_kids", "count_kids", "number_of_kids"):
        assert str(answer_question(database, f"SELECT sum(kids) AS {name} FROM homes").one(name)) == "11 pages"
    mean = answer_question(database, "WITH t AS (SELECT avg(kids) AS n FROM homes) SELECT n AS mean_kids FROM t")
    assert str(mean.one("mean_kids")) == "3.7 pages"


PRICED = "town,price,used,fee\nA,2,3.5,4\nB,3,1,6\n"
OF_PRICED = """\
  - {name: town, printed: town, type: text}
  - {name: price, printed: price, type: decimal, unit: USD/million_cups}
  - {name: used, printed: used, type: decimal, unit: million cup}
  - {name: fee, printed: fee, type: decimal, unit: USD}
"""


@pytest.mark.parametrize(
    ("selected", "words"),
    [
        ("sum(price * used) AS cost", "$10"),
        ("max(price * used) AS cost_usd", "$7"),
        ("max(price) AS p", "$3 per million cups"),
    ],
)
def test_a_price_for_many_times_what_is_counted_is_money(desk_with, selected, words):
    database = desk_with("priced", PRICED, OF_PRICED, units="million_cups = 1e6 * cup\n")
    assert str(answer_question(database, f"SELECT {selected} FROM priced").numbers[0]) == words
    said = refusal(answer_question, database, "SELECT sum(price * used) AS c FROM priced", {"c": "cup"})
    assert "the unit cup, and values in million USD*cup/million_cups" in said
    each = answer_question(database, "SELECT max(fee / used) AS c FROM priced", {"c": "USD/million_cups"})
    assert str(each.one("c")) == "$6 per million cups"
    said = refusal(answer_question, database, "SELECT fee / used AS c FROM priced", {"c": "USD/cup"})
    assert "values in USD/cup/million" in said


SHOPS = "town,pct,fee,n_sold\nA,99.6,4,9007199254740993\nB,54.6,6,12\n"
OF_SHOPS = """\
  - {name: town, printed: town, type: text}
  - {name: pct, printed: pct, type: decimal, unit: percent}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
  - {name: n_sold, printed: n_sold, type: integer, unit: page}
"""


@pytest.fixture(scope="module")
def shops(desk_with):
    return desk_with("shops", SHOPS, OF_SHOPS)


@pytest.mark.parametrize(
    ("selected", "words"),
    [
        ("max(pct) AS m", "99.6%"),
        ("max(pct) AS pct", "99.6%"),
        ("avg(pct) AS mean", "77.1%"),
        ("max(pct) - min(pct) AS gap", "45 percentage points"),
        ("max(pct) - 0 AS most", "99.6%"),
        ("max(fee) AS dearest_page", "$6m"),
        ("min(fee) AS min", "$4m"),
        ("max(fee) AS h", "$6m"),
        ("count(*) FILTER (pct > 60) / count(*) AS large_share", "50%"),
        ("count(*) FILTER (fee > 5) / count(*) AS large_share", "50%"),
        ("100.0 * max(fee) / sum(fee) AS x", "60%"),
        ("round(100 * (max(fee) / sum(fee)), 1) AS x", "60%"),
        ("100 - max(pct) AS rest", "0.4%"),
        ("100 - avg(pct) AS rest_share", "22.9%"),
        ("max(pct) - 90 AS above", "9.6 percentage points"),
        ("max(pct) / 100 AS part", "99.6%"),
        ("max(pct / 100 * fee) AS paid", "$4.0m"),
        ("max(pct * fee) / 100 AS paid", "$4.0m"),
        ("sum(fee) * 1000000 AS total_usd", "$10m"),
        ("sum(fee) * 1e6 / count(*) AS mean", "$5m"),
        ("max(fee) AS most_million_usd", "$6m"),
        ("max(fee) AS fee_usd_million", "$6m"),
    ],
)
def test_percent_stays_percent_and_a_unit_is_not_read_from_the_name_of_a_function(shops, selected, words):
    (found,) = answer_question(shops, f"SELECT {selected} FROM shops").numbers
    assert str(found) == words


@pytest.mark.parametrize(
    "selected",
    [
        "sum(CASE WHEN fee > 5 THEN 0.5 ELSE 0 END)",
        "sum(CASE WHEN town = 'A' THEN fee ELSE 2.5 * 2 END)",
        "sum(coalesce(fee, 7))",
        "(SELECT max(CASE WHEN fee > 1 THEN -3 END) FROM shops)",
    ],
)
def test_a_typed_amount_takes_no_unit(shops, selected):
    with pytest.raises(ToolkitError, match="amounts that are typed into the query"):
        answer_question(shops, f"SELECT {selected} AS s FROM shops", units={"s": "USD"})
    asked = answer_question(shops, "SELECT sum(CASE WHEN pct > 60 THEN fee ELSE 0 END) AS s FROM shops")
    assert [str(number) for number in asked.numbers] == ["$4m"]


@pytest.mark.parametrize("selected", ["fee // 1000000", "floor(fee / 1e6)"])
def test_a_number_that_is_worked_out_is_never_a_bare_key_of_groups(shops, selected):
    asked = answer_question(shops, f"SELECT {selected} AS x, count(*) AS n_x FROM shops GROUP BY 1")
    assert "a quantity without a unit" in asked.columns[0].withheld.found


def test_classes_of_a_quantity_have_its_unit_and_a_year_is_a_label_when_it_is_whole(shops):
    classes = "SELECT floor(fee / 2) * 2 AS fee_from, count(*) AS n_x FROM shops GROUP BY 1 ORDER BY 1"
    asked = answer_question(shops, classes, {"fee_from": "million USD"})
    assert [str(row[0]) for row in asked.rows] == ["$4m", "$6m"]
    rounded = answer_question(shops, "SELECT round(fee) AS fee_about, count(*) AS n_x FROM shops GROUP BY 1")
    assert {str(row[0]) for row in rounded.rows} == {"$4m", "$6m"}
    for decade in ("floor(n_sold / 10) * 10", "n_sold // 10 * 10", "10 * CAST(floor(n_sold / 10) AS INTEGER)"):
        asked = f"SELECT {decade} AS sold_from, count(*) AS n_x FROM shops WHERE n_sold < 99 GROUP BY 1"
        assert str(answer_question(shops, asked).rows[0][0]) == "10 pages"
    for other in ("n_sold // 10", "CAST(floor(n_sold / 10) AS INTEGER)", "n_sold // 10 * 100"):
        asked = f"SELECT {other} AS x, count(*) AS n_x FROM shops WHERE n_sold < 99 GROUP BY 1"
        assert "a quantity without a unit" in answer_question(shops, asked).columns[0].withheld.found


@pytest.mark.parametrize(
    ("selected", "unit"),
    [
        ("sum(fee) / 1e6", "USD"),
        ("1000 * max(fee)", "USD"),
        ("100 * max(fee)", "USD"),
        ("min(n_sold) / 1000", "1"),
        ("100.0 * sum(fee) / (SELECT sum(fee) FROM shops)", "share"),
    ],
)
def test_a_scale_that_a_query_changes_is_no_scale_of_a_given_unit(shops, selected, unit):
    with pytest.raises(ToolkitError, match="after the query's own factors|values in percent as"):
        answer_question(shops, f"SELECT {selected} AS x FROM shops", {"x": unit})


@pytest.mark.parametrize(
    ("selected", "unit", "words"),
    [
        ("(max(pct) - min(pct)) / 2", "percentage points", "22.5 percentage points"),
        ("max(pct) - min(pct)", "percentage points", "45 percentage points"),
        ("100 * (max(pct / 100) - min(pct / 100))", "percentage points", "45 percentage points"),
        ("(max(pct) - min(pct)) / 100", "percentage points", "45 percentage points"),
        ("max(fee) / (0.0 + min(fee))", "share", "150%"),
        ("100 * max(fee) / (0.0 + min(fee))", "percent", "150%"),
        ("sum(fee) / 10", "million USD", "$1m"),
        ("100 * max(fee) / min(fee)", "1", "150"),
        ("sum(fee) * 1e6", "USD", "$10m"),
        ("avg(pct)", "percent", "77.1%"),
        ("round(100 * avg(pct / 100), 1)", "percent", "77.1%"),
        ("0.01 * min(n_sold)", "page", "0.12 pages"),
        ("min(n_sold) / 100", "page", "0.12 pages"),
    ],
)
def test_points_and_per_cent_are_of_shares_unless_the_query_multiplies(shops, selected, unit, words):
    assert str(answer_question(shops, f"SELECT {selected} AS x FROM shops", {"x": unit}).one("x")) == words


RATES = """\
  - {name: town, printed: town, type: text}
  - {name: people, printed: people, type: integer, unit: person}
  - {name: killed, printed: killed, type: integer, unit: person}
"""


@pytest.mark.parametrize(
    ("selected", "unit", "words"),
    [
        ("count(*) / sum(people)", "cup/person", "0.002 cups per person"),
        ("1000 * count(*) / sum(people)", "cup/thousand_people", "2 cups per thousand people"),
        ("10000 * count(*) / sum(people)", "cup/ten_thousand_people", "20 cups per ten thousand people"),
        ("sum(killed) / count(*)", "person/cup", "3 people per cup"),
        ("100 * sum(killed) / count(*)", "person/hundred_cups", "300 people per hundred cups"),
    ],
)
def test_a_rate_per_many_is_in_a_unit_of_so_many(desk_with, selected, unit, words):
    """What a refusal of the factor names prints what it says."""
    lines = "person = [person] = _ = people\nthousand_people = 1000 * person\n"
    lines += "ten_thousand_people = 10000 * person\nhundred_cups = 100 * cup\n"
    database = desk_with("rates", "town,people,killed\nA,600,1\nB,400,5\n", RATES, units=lines)
    assert str(answer_question(database, f"SELECT {selected} AS x FROM rates", {"x": unit}).one("x")) == words
    single = unit.replace("ten_", "").replace("thousand_people", "person").replace("hundred_cups", "cup")
    if single != unit:
        said = refusal(answer_question, database, f"SELECT {selected} AS x FROM rates", {"x": single})
        assert "leave the factor out; or give it the unit" in said and f'"{unit}"' in said
        assert "values that the query multiplies by" in said


def test_a_name_says_as_many_as_the_unit_of_a_rate(desk_with):
    sql = "SELECT {}count(*) / sum(people) AS {} FROM rates"
    database = desk_with(
        "rates",
        "town,people,killed\nA,600,1\nB,400,5\n",
        RATES,
        units="thousand = 1e3\nperson = [person] = _ = people\n",
    )
    for name, factor, unit in [
        ("cups_per_1000_people", "", "cup/person"),
        ("cups_per_1_000", "", "cup/person"),
        ("cups_per_thousand", "", "cup/person"),
    ]:
        said = refusal(answer_question, database, sql.format(factor, name), {name: unit})
        assert "a name that says per" in said and "values in cup/person" in said
        assert (
            'add the line thousand_people = 1000 * person to data/units.txt, and give it the unit "cup/thousand_people"'
            in said
        )
    plain = answer_question(database, sql.format("1000 * ", "cups_per_1000"), {"cups_per_1000": "1"})
    assert (str(plain.one("cups_per_1000")), plain.columns[0].label) == ("2", "Cups per 1000")
    said = refusal(answer_question, database, sql.format("1000 * ", "x"), {"x": "cup/thousand person"})
    assert "add the line thousand_people = 1000 * person to data/units.txt, and write cup/thousand_people" in said


def test_a_column_with_a_true_declaration_is_taken_as_it_is(desk_with):
    columns = "  - {name: cups_per_1000, printed: cups_per_1000, type: decimal, unit: cup/thousand page}\n"
    with pytest.raises(
        ToolkitError, match="add the line thousand_pages = 1000 [*] page .* and write cup/thousand_pages"
    ):
        desk_with("rates", "cups_per_1000\n4.6\n3.1\n", columns, units="thousand = 1e3\n")
    many = columns.replace("thousand page", "thousand_pages")
    database = desk_with("rates", "cups_per_1000\n4.6\n3.1\n", many, units="thousand_pages = 1000 * page\n")
    most = answer_question(database, "SELECT max(cups_per_1000) AS cups_per_1000 FROM rates").one("cups_per_1000")
    assert str(most) == "4.6 cups per thousand pages"


def test_a_heading_says_no_scale_and_no_unit_that_its_numbers_have(desk_with):
    columns = "  - {name: paid_thousand, printed: paid_thousand, type: integer, unit: thousand USD}\n"
    columns += "  - {name: wait_pages, printed: wait_pages, type: integer, unit: page}\n"
    database = desk_with(
        "bills",
        "paid_thousand,wait_pages\n3,1\n40,-1\n",
        columns,
        units="thousand = 1e3\n",
        publish="[paid_thousand, wait_pages]",
    )
    stated = answer_question(database, "SELECT * FROM bills")
    assert [(one.label, one.unit) for one in stated.columns] == [("Paid", "USD"), ("Wait", "page")]
    assert [str(number) for number in stated.numbers] == ["$3,000", "1 page", "$40,000", "−1 page"]
    given = answer_question(
        database, "SELECT paid_thousand AS thousand_usd FROM bills", {"thousand_usd": "thousand USD"}
    )
    assert (given.columns[0].label, str(given.numbers[0])) == ("Usd", "$3,000")
    named = answer_question(database, "SELECT sum(paid_thousand) AS sum_in_thousand FROM bills")
    assert str(named.numbers[0]) == "$43,000"
    said = refusal(answer_question, database, "SELECT sum(paid_thousand) AS all_usd FROM bills")
    assert "name it after thousand USD, or convert the values, * 1000" in said


def test_growth_is_not_in_points(shops):
    said = refusal(answer_question, shops, "SELECT 100 * (max(fee) / min(fee) - 1) AS x FROM shops", {"x": POINTS})
    assert "a ratio that is no difference of two" in said


POINTS = "percentage points"


@pytest.mark.parametrize("selected", ["max(fee) / (0.0 + min(fee))", "max(fee) / min(fee) - 1", "max(pct / 100) / 2"])
def test_a_ratio_is_not_per_cent_of_itself(shops, selected):
    said = refusal(answer_question, shops, f"SELECT {selected} AS x FROM shops", {"x": "percent"})
    assert "percent" in said and ("share" in said or "values in percent, times 0.01" in said)


@pytest.mark.parametrize(("selected", "unit"), [("max(pct)", "1"), ("max(pct) - min(pct)", "share")])
def test_a_percentage_is_never_bare_and_a_difference_of_two_no_share(shops, selected, unit):
    with pytest.raises(ToolkitError, match="values in percent"):
        answer_question(shops, f"SELECT {selected} AS x FROM shops", {"x": unit})


def test_a_square_of_a_declared_unit_divides(desk_with):
    columns = "".join(f"  - {{name: {name}, printed: {name}, type: integer, unit: {unit}}}\n" for name, unit in LAND)
    database = desk_with("land", "people,area\n90,3\n10,2\n", columns)
    asked = answer_question(database, "SELECT sum(people) / sum(area) AS density FROM land")
    assert str(asked.one("density")) == "20 cups per page²"


@pytest.mark.parametrize(
    ("name", "units", "words"),
    [
        ("rate", {}, "0.5 cups per page"),
        ("use_share", {}, "50%"),
        ("use_pct", {}, "50%"),
        ("use", {"use": "share"}, "50%"),
    ],
)
def test_counts_over_counts_are_a_share_where_their_author_says_so(desk_with, name, units, words):
    columns = "".join(f"  - {{name: {one}, printed: {one}, type: integer, unit: {unit}}}\n" for one, unit in VOTES)
    database = desk_with("votes", "votes,voters\n3,4\n2,6\n", columns)
    asked = answer_question(database, f"SELECT sum(votes) / sum(voters) AS {name} FROM votes", units)
    assert str(asked.one(name)) == words


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("PIVOT (SELECT town, fee FROM shops) ON town IN ('A', 'B') USING sum(fee)", ["$4m", "$6m"]),
        ("SELECT B - A AS x FROM (PIVOT (SELECT town, fee FROM shops) ON town IN ('A', 'B') USING sum(fee))", ["$2m"]),
        (
            "PIVOT (SELECT town, pct FROM shops) ON town IN ('A', 'B') USING max(pct) AS most, count(*) AS n",
            ["54.6%", "1", "99.6%", "1"],
        ),
        (
            "UNPIVOT (SELECT town, sum(fee) AS fee FROM shops GROUP BY 1) ON fee INTO NAME what VALUE million_usd",
            ["$4m", "$6m"],
        ),
    ],
)
def test_columns_of_a_pivot_have_the_units_of_what_it_adds_up(shops, sql, words):
    found = [str(number) for number in answer_question(shops, sql).numbers]
    assert sorted(found) == sorted(words)


@pytest.mark.parametrize(
    ("selected", "words"),
    [("geomean(fee)", "$4.9m"), ("wavg(fee, 3 - fee / 2)", "$4m"), ("mad(fee)", "$1m"), ("sem(fee)", "$710,000")],
)
def test_macros_of_aggregates_are_aggregates_that_keep_the_unit(shops, selected, words):
    assert str(answer_question(shops, f"SELECT {selected} AS typical FROM shops").one("typical")) == words


def test_values_of_two_units_below_one_another_have_none(shops):
    sql = "UNPIVOT (SELECT sum(fee) AS fee, avg(pct) AS pct FROM shops) ON fee, pct INTO NAME what VALUE x"
    assert answer_question(shops, sql).withheld


def test_a_hundred_counts_over_counts_are_per_cent(desk_with):
    columns = "".join(f"  - {{name: {one}, printed: {one}, type: integer, unit: {unit}}}\n" for one, unit in VOTES)
    database = desk_with("votes", "votes,voters\n3,4\n2,6\n", columns)
    asked = "SELECT 100 * sum(votes) / sum(voters) AS used FROM votes"
    assert str(answer_question(database, asked, {"used": "percent"}).one("used")) == "50%"


VOTES = [("votes", "cup"), ("voters", "page")]
LAND = [("people", "cup"), ("area", "page**2")]


def test_a_column_of_years_under_any_name_is_told_how_to_be_a_label(desk_with):
    columns = "  - {name: founded, printed: founded, type: integer}\n"
    database = desk_with("schools", "founded\n1958\n2001\n", columns, publish="[founded]")
    withheld = answer_question(database, "SELECT founded FROM schools").columns[0].withheld
    assert "if it is a year or a code, CAST(… AS VARCHAR) AS founded" in withheld.remedy
    text = answer_question(database, "SELECT CAST(founded AS VARCHAR) AS founded FROM schools ORDER BY founded")
    assert [row[0] for row in text.rows] == ["1958", "2001"]


def test_times_of_two_sizes_cancel(desk_with):
    columns = "".join(f"  - {{name: {name}, printed: {name}, type: integer, unit: {unit}}}\n" for name, unit in WORK)
    database = desk_with("work", "wage,worked\n70,3\n140,1\n", columns)
    asked = answer_question(database, "SELECT sum(wage * worked) AS paid FROM work")
    assert str(asked.one("paid")) == "$50"


WORK = [("wage", "USD/week"), ("worked", "day")]
WEEKS = """\
  - {name: trade, printed: trade, type: text}
  - {name: weekly_days, printed: weekly_days, type: integer, unit: day/week}
  - {name: wage, printed: wage, type: integer, unit: USD/day}
  - {name: fee, printed: fee, type: integer, unit: USD}
  - {name: pages, printed: pages, type: integer, unit: page}
"""


@pytest.mark.parametrize(
    ("selected", "given", "words"),
    [
        ("max(weekly_days) AS x", None, "5 days a week"),
        ("median(weekly_days) AS median_days", None, "4 days a week"),
        ("avg(weekly_days) AS x", "day/week", "4 days a week"),
        ("avg(weekly_days) / 2 AS x", "day/week", "2 days a week"),
        ("sum(weekly_days * pages) AS x", "day/week", "35 days a week"),
        ("sum(weekly_days * pages) AS x", None, "35 day pages a week"),
        ("max(wage * weekly_days) AS weekly", None, "$480 a week"),
        ("sum(fee * pages) AS cost", None, "$95"),
        ("sum(fee * pages) AS cost", "USD", "$95"),
        ("sum(fee * pages) AS cost_usd", None, "$95"),
        ("sum(fee * pages) / sum(pages) AS fee_of_a_page", None, "$11"),
        ("sum(weekly_days * pages) / sum(pages) AS x", None, "3.9 days a week"),
    ],
)
def test_what_is_declared_is_not_cancelled_and_a_number_of_things_costs_money(desk_with, selected, given, words):
    database = desk_with("weeks", "trade,weekly_days,wage,fee,pages\nA,5,90,10,4\nB,3,160,11,5\nB,3,1,0,0\n", WEEKS)
    units = {selected.rpartition(" ")[2]: given} if given else {}
    rows = answer_question(database, f"SELECT {selected} FROM weeks WHERE fee > 0", units)
    assert str(rows.numbers[0]) == words


MOVED = """\
  - {name: town, printed: town, type: text}
  - {name: moved, printed: moved, type: boolean}
  - {name: fee, printed: fee, type: decimal, unit: USD}
  - {name: weight, printed: weight, type: decimal, unit: 1}
"""
MOVES = "town,moved,fee,weight\n" + "A,true,4,1.5\n" * 3 + "A,false,4,1\n" * 7 + "B,true,6,1\n" * 5 + "B,,6,1\n" * 5


@pytest.fixture(scope="module")
def moves(desk_with):
    return desk_with("moves", MOVES, MOVED)


@pytest.mark.parametrize(
    ("selected", "given", "words"),
    [
        ("avg(moved::INT) AS moved_share", None, "53%"),
        ("avg(moved::INT) AS moved", "share", "53%"),
        ("100 * avg(moved::INT) AS moved", "percent", "53%"),
        ("sum(moved::INT) AS n_moved", None, "8"),
        ("avg(CASE WHEN fee > 5 THEN 1 ELSE 0 END) - avg((weight > 1)::INT) AS gap", POINTS, "35 percentage points"),
        ("avg(moved::INT) FILTER (WHERE town = 'B') - avg(moved::INT) AS gap", POINTS, "47 percentage points"),
        ("100 * (avg(moved::INT) - avg((fee > 5)::INT)) AS gap", POINTS, "3.3 percentage points"),
        ("max(fee) / min(fee) - 1 AS change", None, "50%"),
        ("1 - min(fee) / max(fee) AS pay_gap", None, "33%"),
        ("(max(fee) - min(fee)) / nullif(min(fee), 0) AS rise", None, "50%"),
        ("round((max(fee) / min(fee)) - 1, 3) AS inflation", None, "50%"),
        ("avg(CASE WHEN fee > 5 THEN 1 ELSE 0 END) AS dear", None, "50%"),
        ("avg((fee > 5)::INT) - (SELECT avg(moved::INT) FROM moves) AS difference", None, "−3.3 percentage points"),
        ("count(*) FILTER (moved) / count(*) AS part", None, "40%"),
        ("1.0 * count(*) FILTER (moved) / nullif(count(moved), 0) AS part", None, "53%"),
        ("count_if(moved) / count(*) AS part", None, "40%"),
        ("avg(if(fee > 5, 1.0, 0)) AS dear", None, "50%"),
        ("sum(CASE WHEN fee > 5 THEN 1 ELSE 0 END) / count(*) AS dear", None, "50%"),
        ("sum(fee) FILTER (moved) / sum(fee) AS part", None, "42%"),
        ("count(*) / sum(count(*)) OVER () AS part", None, "100%"),
        ("count(*) FILTER (moved) / count(*) FILTER (NOT moved) AS odds", None, "1.1"),
        ("count(*) / count(DISTINCT town) AS by_town", None, "10"),
        ("avg(moved::INT) AS moved_multiple", None, "0.53 times"),
        ("max(fee) / min(fee) AS ratio", None, "1.5"),
        ("max(fee) / min(fee) AS times", None, "1.5 times"),
        ("sum(weight) AS n_weighted_people", None, "21.5"),
        ("sum(fee) / count(*) AS fee_per_cup", None, "$5"),
    ],
)
def test_means_of_conditions_and_ratios_less_one_are_shares(moves, selected, given, words):
    units = {selected.rpartition(" ")[2]: given} if given else {}
    assert str(answer_question(moves, f"SELECT {selected} FROM moves", units).numbers[0]) == words


def test_a_mean_of_a_condition_is_not_per_cent_of_itself(moves):
    said = refusal(answer_question, moves, "SELECT avg(moved::INT) AS moved FROM moves", {"moved": "percent"})
    assert "the unit percent, and a ratio, 0.45 for 45%" in said and 'say "share"' in said


def test_names_of_shares_and_what_a_share_is_of(shops):
    asked = "SELECT sum(fee) / sum(fee) AS fee_pct, sum(n_sold) / sum(n_sold) AS share_of_pages FROM shops"
    assert [str(number) for number in answer_question(shops, asked).numbers] == ["100%", "100%"]


def test_what_is_left_of_one_is_a_share(shops):
    asked = "SELECT 1 - max(pct) / 100 AS rest_share, max(fee) / min(fee) - 1 AS growth_share FROM shops"
    assert [str(number) for number in answer_question(shops, asked).numbers] == ["0.4%", "50%"]
    percent = answer_question(shops, "SELECT 100 * sum(fee) / sum(fee) AS x FROM shops", {"x": "percent"})
    assert str(percent.one("x")) == "100%"


def test_a_column_may_keep_its_declared_name_whatever_words_are_in_it(desk_with):
    columns = "  - {name: over_5_pages, printed: over_5_pages, type: integer, unit: cup}\n"
    database = desk_with("waits", "over_5_pages\n3\n40\n", columns)
    for selected in ("*", "over_5_pages", "sum(over_5_pages) AS over_5_pages"):
        assert answer_question(database, f"SELECT {selected} FROM waits").columns[0].unit == "cup"
    for statistic, taken in [("n", "sum"), ("total", "sum"), ("mean", "avg"), ("max", "max")]:
        named = f"SELECT {taken}(over_5_pages) AS {statistic}_over_5_pages FROM waits"
        assert answer_question(database, named).columns[0].unit == "cup"
    with pytest.raises(ToolkitError, match="the name says page"):
        answer_question(database, "SELECT sum(over_5_pages) AS all_pages FROM waits")
    with pytest.raises(ToolkitError, match="a name that says a count"):
        answer_question(database, "SELECT avg(over_5_pages) AS n_over_5_pages FROM waits")


@pytest.mark.parametrize("name", ["growth", "growth_rate", "increase", "error_rate", "fraction", "perc", "price_perc"])
def test_a_ratio_that_is_named_a_rate_or_growth_is_written_as_a_share(shops, name):
    asked = answer_question(shops, f"SELECT round((max(fee) - min(fee)) / min(fee), 3) AS {name} FROM shops")
    assert str(asked.one(name)) == "50%"


def test_what_is_no_ratio_keeps_its_words_under_the_name_of_a_rate(shops):
    asked = "SELECT max(fee) - min(fee) AS increase, max(fee) / min(fee) AS rate_of_two FROM shops"
    assert [str(number) for number in answer_question(shops, asked).numbers] == ["$2m", "1.5"]


@pytest.mark.parametrize("selected", ["ln(sum(fee))", "corr(fee, pct)", "log10(max(fee))"])
def test_a_logarithm_or_a_correlation_has_no_unit(shops, selected):
    with pytest.raises(ToolkitError, match="the unit USD"):
        answer_question(shops, f"SELECT {selected} AS x FROM shops", {"x": "USD"})
    assert str(answer_question(shops, "SELECT log10(1000000 * sum(fee) / sum(fee)) AS x FROM shops").one("x")) == "6"
    mean = "SELECT exp(avg(ln(fee))) AS x FROM shops"
    assert str(answer_question(shops, mean, {"x": "million USD"}).one("x")) == "$4.9m"


def test_an_integer_with_more_digits_than_a_number_has_is_refused_as_a_quantity(shops):
    said = refusal(answer_question, shops, "SELECT max(n_sold) AS n_sold FROM shops")
    assert "9007199254740993, which no number here has in all its digits" in said
    text = answer_question(shops, "SELECT town, n_sold::VARCHAR AS code FROM shops WHERE town = 'A'")
    assert str(answer_question(shops, "SELECT min(n_sold) AS n_sold FROM shops").one("n_sold")) == "12 pages"
    assert text.rows[0][1] == "9007199254740993"


def test_a_count_under_the_name_of_what_is_counted_is_told_how_to_name_it(inspections):
    assert "name it n_pages" in refusal(answer_question, inspections, "SELECT count(*) AS pages FROM inspections")


@pytest.mark.parametrize("selected", ["'$' || sum(fee)", "avg(fee)::VARCHAR", "'cups: ' || avg(score)"])
def test_a_text_made_of_numbers_of_a_dataset_is_withheld(inspections, selected):
    table = answer_question(inspections, f"SELECT borough, {selected} AS told FROM inspections GROUP BY borough")
    assert [column.withheld is not None for column in table.columns] == [False, True]
    assert "a text that the query makes of numbers" in table.columns[1].withheld.found
    classed = "SELECT CAST(floor(score / 10) * 10 AS VARCHAR) || ' and more' AS cups, count(*) AS n FROM inspections"
    assert all(one.withheld is None for one in answer_question(inspections, f"{classed} GROUP BY ALL").columns)


@pytest.mark.parametrize(
    "selected",
    ["CAST(floor(score / 10) * 10 AS VARCHAR)", "(score // 10)::INT::TEXT", "concat(fee // 10, ' to ', fee // 10 + 1)"],
)
def test_a_class_that_is_a_number_alone_is_no_text(inspections, selected):
    (told, _) = answer_question(
        inspections, f"SELECT {selected} AS told, count(*) AS n FROM inspections GROUP BY 1"
    ).columns
    assert "a text that the query makes of numbers" in told.withheld.found
    classes = answer_question(
        inspections, "SELECT score // 10 * 10 AS cups, count(*) AS n FROM inspections GROUP BY 1 ORDER BY 1"
    )
    assert str(classes.numbers[0]).endswith(" cups")


def test_a_count_may_be_given_the_unit_of_what_is_counted(inspections):
    asked = "SELECT count(*) AS how_many FROM inspections"
    assert str(answer_question(inspections, asked).one("how_many")) == "6"
    assert str(answer_question(inspections, asked, {"how_many": "page"}).one("how_many")) == "6 pages"
    assert "the unit percent" in refusal(answer_question, inspections, asked, {"how_many": "percent page"})


def test_a_whole_number_with_a_unit_is_no_label_for_its_name(inspections):
    answer = answer_question(inspections, "SELECT CAST(sum(score) AS BIGINT) AS score_rank FROM inspections")
    assert unit_text(answer.one("score_rank").unit) == "cup"


@pytest.mark.parametrize(
    "selected",
    [
        "score * 1.21 AS more",
        "DISTINCT score * 3 AS year",
        "borough, (SELECT sum(score) * 3 FROM inspections) AS x",
        "borough, sum(sum(score) * 1.5) OVER () AS x",
        "max(inspected) - min(inspected) AS days_open",
        "year(max(inspected)) - year(min(inspected)) AS span",
        "date_part('epoch', max(inspected)) AS at",
        "extract(day FROM age(max(inspected), min(inspected))) AS days_open",
    ],
)
def test_what_is_worked_out_is_no_label(inspections, selected):
    group = " GROUP BY ALL" if "DISTINCT" not in selected else ""
    column = answer_question(inspections, f"SELECT {selected} FROM inspections{group}").columns[-1]
    assert column.withheld is not None


def test_a_scale_counts_in_products_and_ratios(inspections):
    table = answer_question(
        inspections,
        "SELECT sum(score) * (max(score) / sum(score)) AS part, avg(score) / sum(score) AS of_all FROM inspections",
    )
    assert [unit_text(cell.unit) for cell in table.rows[0]] == ["cup", "1"]


# usage logs


@pytest.mark.parametrize(
    ("selected", "unit"),
    [
        ("sum(tokens) / count(*) AS mean_tokens", "token"),
        ("sum(tokens) AS used", "token"),
        ("count(*) AS how_many", "1"),
        ("avg(tokens) AS token_per_developer", None),
    ],
)
def test_a_column_of_a_log_has_the_unit_of_what_it_is_made_of(usage_log, selected, unit):
    (found,) = ask_usage_log(usage_log, "mine", f"SELECT {selected} FROM developer").numbers
    assert unit_text(found.unit) == (unit or "token/developer")


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ("sum(tokens) AS spend_usd", "the name says USD, its values are in token"),
        ("sum(tokens) AS n_usd, sum(tokens) / 1000 + 7 AS n_rows", "something made of"),
        ("avg(tokens) AS token_per_week", "the name says token/week, its values are in token"),
        (
            "sum(tokens)::BIGINT AS tokens_rank, count(*) AS spend_usd",
            "the name says USD, its values are plain numbers",
        ),
        ("7 AS spend_usd, count(*) AS n_rows", "typed into the query"),
        ("sum(tokens) * 0.000003 AS spend_usd", "an expression whose unit cannot be read"),
        ("sum(tokens) / 1000 + 5 AS spend_usd", "an expression whose unit cannot be read"),
        ("power(sum(tokens), 2) AS tokens", "the name says token, its values are in token**2"),
        ("count(*) * 7.5 AS usd", "an expression whose unit cannot be read"),
        ("sum(tokens) AS share", "the name says a plain number, its values are in token"),
        ("max(tokens) AS multiple", "the name says a plain number, its values are in token"),
        ("sum(tokens) AS gini", "the name says a plain number, its values are in token"),
        ("sum(tokens) AS n_developers", "the name says developer, its values are in token"),
        ("count(*) FILTER (tokens > 1) AS share", "a name that says a share, and a count"),
    ],
)
def test_a_column_of_a_log_is_refused_under_the_name_of_another_unit(usage_log, selected, said):
    assert said in refusal(ask_usage_log, usage_log, "mine", f"SELECT {selected} FROM developer")


def test_a_join_inside_a_log_that_repeats_rows_is_refused(usage_log):
    joined = "developer d JOIN developer_week w USING (user_id)"
    for taken in ("sum(d.tokens) AS used", "count(*) AS n_developer", "avg(d.tokens) AS mean"):
        assert "of d more than there are" in refusal(ask_usage_log, usage_log, "mine", f"SELECT {taken} FROM {joined}")
    asked = (
        f"SELECT count(*) AS n_weeks, sum(w.tokens) AS used FROM {tables}" for tables in (joined, "developer_week w")
    )
    (there, here) = (ask_usage_log(usage_log, "mine", sql).numbers for sql in asked)
    assert [number.low for number in there] == [number.low for number in here]


def test_what_is_left_of_one_in_a_log_is_a_share(usage_log):
    share = "1 - sum(cache_read_tokens) / sum(tokens) AS fresh_share"
    assert ask_usage_log(usage_log, "mine", f"SELECT {share} FROM activity_day").columns[0].form == "percent"


def test_a_rank_is_a_number_where_its_name_says_a_count_and_a_label_elsewhere(usage_log):
    ranked = "rank() OVER (ORDER BY tokens DESC)"
    sql = f"SELECT {ranked} AS n_place, {ranked} AS place FROM developer"
    row = ask_usage_log(usage_log, "mine", sql).rows[0]
    assert (row[0].low, unit_text(row[0].unit), row[1]) == (1, "1", "1")


OTHER_ROWS = [
    ("sum(amount) AS a, list(key) FILTER (WHERE town = 'B') AS keys FROM prices", "keys_a, with the same FILTER"),
    ("sum(amount) AS a, [min(key), max(key)] AS keys FROM prices", "keys_a, with the same FILTER"),
    ("avg(amount) AS a, list(key) FILTER (WHERE town = 'B') AS keys FROM prices", "that of its keys"),
    ("min(amount) AS a, list(key) FILTER (WHERE town = 'B') AS keys FROM prices", "that of its keys"),
    ("sum(amount) AS a, list(DISTINCT key) AS keys FROM prices, range(2)", "the sum 28000000"),
    ("stddev(amount) AS a, list(key) AS keys FROM prices, range(2)", "twice"),
    ("median(amount) AS a, list(key) AS keys FROM prices, range(2)", "twice"),
]


@pytest.mark.parametrize(("selected", "said"), OTHER_ROWS)
def test_a_sum_or_mean_is_that_of_its_keys(desk_of_series, selected, said):
    rows = [["A", "2001", "3", "paper"], ["B", "2001", "4", "paper"], ["B", "2002", "7", "paper"]]
    database = desk_of_series(rows)
    assert said in refusal(answer_question, database, f"SELECT {selected}")
    sql = "SELECT sum(amount) FILTER (WHERE town = 'B') AS a, list(key) FILTER (WHERE town = 'B') AS keys_a FROM prices"
    (found,) = answer_question(database, sql).numbers
    assert str(found) == "$11m" and found.operation.name == "sum"


def test_a_row_whose_cell_is_empty_is_named_as_that(desk_of_series):
    rows = [["A", "2001", "3", "paper"], ["B", "2001", "", "paper"]]
    database = desk_of_series(rows)
    said = refusal(answer_question, database, "SELECT sum(amount) AS a, list(key) AS keys FROM prices")
    assert "its row states no value: the cell is empty" in said and "FILTER" in said
    sql = "SELECT sum(amount) AS a, list(key) FILTER (WHERE amount IS NOT NULL) AS keys FROM prices"
    assert str(answer_question(database, sql).numbers[0]) == "$3m"


def test_a_count_is_no_share(desk_of_series):
    database = desk_of_series([["A", "2001", "3", "paper"]])
    for name in ("share", "part_percent", "multiple"):
        said = refusal(answer_question, database, f"SELECT count(*) AS {name}, list(key) AS keys FROM prices")
        assert "and a count" in said


def test_sql_has_the_values_of_the_file(desk_with):
    database = desk_with("shops", SHOPS, OF_SHOPS)
    assert database.answer("x", "SELECT max(fee), max(pct) FROM shops")[1] == [(6.0, 99.6)]


def test_a_sum_of_whole_numbers_that_lost_its_last_digits_is_refused(desk_with):
    columns = "  - {name: n, printed: n, type: integer, unit: cup}\n"
    database = desk_with("many", "n\n9007199254740992\n1\n2\n", columns)
    assert "in all its digits" in refusal(answer_question, database, "SELECT sum(n) AS s FROM many")
    assert str(answer_question(database, "SELECT CAST(sum(n) AS DOUBLE) AS s FROM many").numbers[0])


def test_a_difference_of_figures_in_percent_is_in_points(sample):
    with open(sample.data / "claims" / "tea.yml", "w", encoding="utf-8") as file:
        file.write(
            "schema: 1\nclaims:\n  - {id: tea.share, statement: Share of tea, unit: percent, entity: Office}\n"
            "  - {id: tea.cost, statement: Cost of tea, unit: USD, entity: Office}\n"
        )
    source = sample.data / "sources" / "office-survey.yml"
    source.write_text(
        source.read_text(encoding="utf-8").rstrip()
        + "\n  - {id: share_a, claim: tea.share, value: 45, unit: percent, place: p. 1}\n"
        "  - {id: share_b, claim: tea.share, value: 40, unit: percent, place: p. 2}\n"
        "  - {id: cost_a, claim: tea.cost, value: 45, unit: USD, place: p. 1}\n"
        "  - {id: cost_b, claim: tea.cost, value: 40, unit: USD, place: p. 2}\n",
        encoding="utf-8",
    )
    database = open_database(sample)
    sql = "SELECT max(high) - min(low) AS gap, list(key) AS keys FROM figures WHERE claim = '{}'"
    found = [str(answer_question(database, sql.format(claim)).numbers[0]) for claim in ("tea.share", "tea.cost")]
    assert found == ["5 percentage points", "$5"]


def test_the_list_of_tables_has_the_units_that_sql_sees(desk_with):
    columns = "".join(
        f"  - {{name: {name}, printed: {name}, type: decimal, unit: {unit}}}\n"
        for name, unit in (("pct", "percent"), ("fee", "million USD"), ("cups", "cup"))
    )
    database = desk_with("scales", "pct,fee,cups\n45,4.1,2\n", columns)
    (found,) = (one for one in table_list(database) if one.name == "scales")
    assert [one.type_and_unit for one in found.columns] == ["DOUBLE percent", "DOUBLE million USD", "DOUBLE cup"]


def test_rows_behind_a_number_are_as_the_file_has_them(desk_with):
    database = desk_with("shops", SHOPS, OF_SHOPS)
    assert database.first_rows("shops", ["town", "pct", "fee"], "fee > 5") == [("B", 54.6, 6.0)]
    assert database.first_rows("shops", ["fee", "n_sold"]) == [(4.0, 9007199254740993), (6.0, 12)]


def test_a_unit_has_the_scale_that_the_name_of_a_column_without_one_says(desk_with):
    columns = (
        "  - {name: fee_million, printed: fee_million, type: decimal}\n  - {name: sold, printed: sold, type: integer}\n"
    )
    database = desk_with("moves", "fee_million,sold\n3.5,1\n4,0\n", columns)
    asked = "SELECT {} AS fees FROM moves"
    said = refusal(answer_question, database, asked.format("sum(fee_million)"), {"fees": "USD"})
    assert "the unit USD, and values of fee_million, which has no unit and says million" in said
    assert 'say "million USD", or give fee_million its unit' in said
    for selected, unit in [
        ("sum(fee_million)", "million USD"),
        ("sum(fee_million) * 1000000", "USD"),
        ("avg(fee_million * 1e6)", "USD"),
    ]:
        assert answer_question(database, asked.format(selected), {"fees": unit}).one("fees").low > 3e6
    assert str(answer_question(database, asked.format("max(fee_million)"), {"fees": "1"}).one("fees")) == "4"
    said = refusal(answer_question, database, "SELECT sum(sold) AS n_sold FROM moves")
    assert "or, if what it adds up counts, give that its unit" in said
