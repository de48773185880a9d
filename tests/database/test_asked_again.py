"""A receipt names the rows that its number is of, whatever a query makes of them; what does not is refused."""

import pytest

from tests.small_dataset import declare
from tests.small_series import column, declared, written
from toolkit.core.errors import ToolkitError
from toolkit.database import asked_again
from toolkit.database.ask import answer_question
from toolkit.database.asked_again import AskedAgain
from toolkit.database.open import open_database

ROWS = [["A", "2001", "3", "paper"], ["B", "2001", "4", "paper"], ["B", "2002", "7", "paper"]]
ROWS += [["A", "2002", "1", "paper"]]
OF_B, WHOLE = "list(key) FILTER (town = 'B') AS keys", "(SELECT sum(amount) FROM prices)"


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("prices"), ROWS)
    declare(project, "shops", "id,town\n1,A\n2,B\n", COLUMNS, source="paper", publish="[id, town]")
    return open_database(project)


COLUMNS = "  - {name: id, printed: id, type: integer}\n  - {name: town, printed: town, type: text}\n"


def refused(database, sql):
    with pytest.raises(ToolkitError) as caught:
        answer_question(database, sql)
    return str(caught.value)


@pytest.mark.parametrize(
    ("selected", "found", "of_keys"),
    [
        ("max(amount) - min(amount) AS x", "6000000", "3000000"),
        ("max(amount) / min(amount) AS x", "7", "1.75"),
        ("median(amount) AS x", "3500000", "5500000"),
        ("stddev(amount) AS x", "2500000", "2121320.34356"),
        ("quantile_cont(amount, 0.9) AS x", "6100000", "6700000"),
        ("count(*) AS n_rows", "4", "2"),
        ("count(DISTINCT town) AS n_towns", "2", "1"),
        ("sum(amount) FILTER (town = 'B') / sum(amount) AS share", "0.733333333333", "1"),
    ],
)
def test_keys_of_other_rows_than_a_value_are_refused_and_those_of_all_taken(prices, selected, found, of_keys):
    said = refused(prices, f"SELECT {selected}, {OF_B} FROM prices")
    assert f"{found}, of other rows than its keys name" in said and f"{of_keys}, as the rows of its keys give" in said
    (number,) = answer_question(prices, f"SELECT {selected}, list(key) AS keys FROM prices").numbers
    assert len(number.inputs) == 4


@pytest.mark.parametrize(
    ("selected", "source"),
    [
        (f"sum(amount) / {WHOLE} AS share, {{}}", "prices"),
        ("sum(amount) / any_value(whole) AS share, {}", "prices, (SELECT sum(amount) AS whole FROM prices)"),
        ("sum(amount) / sum(sum(amount)) OVER () AS share, {}", "prices"),
    ],
)
def test_a_share_has_the_keys_of_its_whole(prices, selected, source):
    sql = f"SELECT town, {selected} FROM {source} GROUP BY town ORDER BY town"
    assert "of a share those of the whole" in refused(prices, sql.format("list(key) AS keys"))
    table = answer_question(prices, sql.format("(SELECT list(key) FROM prices) AS keys_share"))
    assert [(row[0], str(row[1]), len(row[1].inputs)) for row in table.rows] == [("A", "27%", 4), ("B", "73%", 4)]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "SELECT max(amount) - min(amount) AS x, [arg_max(key, amount), arg_min(key, amount)] AS keys FROM prices",
            "$6m",
        ),
        (
            "SELECT median(amount) AS x, list(key) AS keys FROM prices WHERE amount > (SELECT avg(amount) FROM prices)",
            "$5.5m",
        ),
        ("SELECT median(amount) FILTER (town = 'B') AS x, list(key) FILTER (town = 'B') AS keys FROM prices", "$5.5m"),
        (
            "SELECT amount / sum(amount) OVER () AS share, list(key) OVER () AS keys FROM prices QUALIFY amount > 6e6",
            "47%",
        ),
        (
            "SELECT a.amount / b.amount AS times_multiple, [a.key, b.key] AS keys FROM prices a JOIN prices b "
            "ON a.town = b.town AND a.year = b.year + 1 WHERE a.town = 'B'",
            "1.8 times",
        ),
        ("SELECT median(amount) AS x, list(key) AS keys FROM prices JOIN shops USING (town)", "$3.5m"),
    ],
)
def test_keys_that_give_the_cell_are_taken_however_they_are_written(prices, sql, words):
    (number,) = answer_question(prices, sql).numbers
    assert str(number) == words


def test_each_part_of_rows_by_their_order_keeps_its_median(prices):
    halves = "WITH q AS (SELECT *, ntile(2) OVER (ORDER BY amount) AS half FROM prices) SELECT half, {} FROM q"
    sql = halves.format("median(amount) AS x, count(*) AS n_rows, list(key) AS keys") + " GROUP BY half ORDER BY half"
    assert [str(row[1]) for row in answer_question(prices, sql).rows] == ["$2m", "$5.5m"]


def test_other_rows_are_found_beside_a_dataset_and_with_parameters(prices):
    asked = "SELECT median(amount) AS x, list(key) FILTER (year = $year) AS keys FROM prices JOIN shops USING (town)"
    with pytest.raises(ToolkitError, match="of other rows than its keys name"):
        answer_question(prices, asked, parameters={"year": 2002})
    with pytest.raises(ToolkitError, match="of other rows than its keys name"):
        answer_question(prices, asked.replace(" JOIN shops USING (town)", ""), parameters={"year": 2002})


def test_the_tables_of_the_next_question_are_whole(prices):
    refused(prices, f"SELECT median(amount) AS x, {OF_B} FROM prices")
    assert str(answer_question(prices, "SELECT sum(amount) AS x, list(key) AS keys FROM prices").one("x")) == "$15m"


def test_a_long_answer_is_asked_again_for_its_first_rows_alone(tmp_path, monkeypatch):
    rows = [
        [town, str(year), str(year - 1990 + len(town)), "paper"] for town in ("A", "AB", "ABC") for year in (2001, 2002)
    ]
    database = open_database(written(tmp_path, rows))
    asked, answer = [], AskedAgain._answer
    monkeypatch.setattr(asked_again, "MOST", 2)
    monkeypatch.setattr(AskedAgain, "_answer", lambda self, keys: asked.append(keys) or answer(self, keys))
    ratio = "SELECT a.amount / b.amount AS x, [a.key, b.key] AS keys FROM prices a JOIN prices b ON a.town = b.town"
    table = answer_question(database, f"{ratio} AND a.year = b.year + 1")
    assert (len(table.rows), len(asked)) == (3, 2)


@pytest.mark.parametrize(
    "count", ["count(*) FILTER (town = 'B')", "count_if(town = 'B')", "count(*) FILTER (year > 2001)"]
)
def test_a_count_has_the_keys_of_the_rows_that_it_counts(prices, count):
    said = refused(prices, f"SELECT {count} AS n_rows, list(key) AS keys FROM prices")
    assert "a count of 2, and the keys of 4 rows" in said and "list(key) FILTER" in said
    own = f"SELECT {count} AS n_rows, list(key) AS keys_n_rows, max(amount) AS most, list(key) AS keys FROM prices"
    assert "a count of 2, and the keys of 4 rows" in refused(prices, own)


def test_a_count_beside_others_rests_on_the_keys_of_its_row(prices):
    sql = "SELECT count(*) FILTER (town = 'B') AS n_of_b, count(*) AS n_rows, list(key) AS keys FROM prices"
    assert [str(number) for number in answer_question(prices, sql).numbers] == ["2", "4"]
    alone = f"SELECT count(*) FILTER (town = 'B') AS n_of_b, {OF_B} FROM prices"
    assert len(answer_question(prices, alone).one("n_of_b").inputs) == 2


def test_one_value_has_its_own_key_and_not_those_of_a_window(prices):
    said = refused(prices, "SELECT town, year, amount AS x, list(key) OVER (PARTITION BY town) AS keys FROM prices")
    assert "the value of one row, and the keys of 2 rows" in said and "[key] AS keys" in said
    own = answer_question(prices, "SELECT town, year, amount AS x, [key] AS keys FROM prices")
    assert [len(number.leaves()) for number in own.numbers] == [1, 1, 1, 1]


def test_a_product_of_two_columns_names_the_rows_of_both(tmp_path):
    columns = [column("flats", unit="thousand person"), column("vacancy", unit="percent")]
    series = declared(*columns, value={"flats": "flats", "vacancy": "vacancy"}, unit=None, key=["town", "year"])
    rows = [["Ulm", "2022", "", "paper", "100", "2"], ["Bonn", "2022", "", "paper", "200", "3"]]
    database = open_database(written(tmp_path, rows, series))
    empty = "SELECT year, sum(flats * vacancy) AS empty"
    said = refused(database, f"{empty}, list(key_flats) AS keys FROM prices GROUP BY year")
    assert "a value that vacancy went into, and no key of it" in said
    both = f"{empty}, flatten(list([key_flats, key_vacancy])) AS keys FROM prices GROUP BY year"
    (number,) = answer_question(database, both).numbers
    assert str(number) == "8,000 people" and len(number.leaves()) == 4
    weighted = "SELECT sum(flats * vacancy) / sum(flats) AS vacancy, flatten(list([key_flats, key_vacancy])) AS keys"
    assert str(answer_question(database, f"{weighted} FROM prices").one("vacancy")) == "2.7%"


def test_the_rise_between_two_rows_says_how_to_take_one_off(prices):
    rise = "b.amount - a.amount AS rise"
    of_two = "FROM prices a JOIN prices b USING (town) WHERE a.year = 2001 AND b.year = 2002"
    said = refused(prices, f"SELECT town, {rise}, [a.key, b.key] AS keys {of_two}")
    assert "'-' || key" in said
    table = answer_question(prices, f"SELECT town, {rise}, ['-' || a.key, b.key] AS keys {of_two} ORDER BY town")
    assert [str(number) for number in table.numbers] == ["−$2m", "$3m"]
