"""A JOIN that finds a row several times doubles no sum, mean or count of a dataset or a frame without a word."""

import pytest

from tests.small_dataset import declare
from tests.small_series import written
from toolkit.core.errors import ToolkitError
from toolkit.database.ask import answer_question
from toolkit.database.open import open_database

SHOPS = "id,town,fee,staff\n1,A,4,1\n2,A,6,2\n3,B,1,\n4,B,1,2\n"
VISITS = "shop,day,paid\n1,1,10\n1,2,20\n2,1,30\n5,1,40\n"
OF_SHOPS = """\
  - {name: id, printed: id, type: integer}
  - {name: town, printed: town, type: text}
  - {name: fee, printed: fee, type: decimal, unit: million USD}
  - {name: staff, printed: staff, type: integer, unit: person}
"""
OF_VISITS = """\
  - {name: shop, printed: shop, type: integer}
  - {name: day, printed: day, type: integer}
  - {name: paid, printed: paid, type: decimal, unit: USD}
"""


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("shops"), [["A", "2001", "3", "paper"]])
    declare(project, "shops", SHOPS, OF_SHOPS, source="paper", publish="[id, town, fee, staff]")
    declare(project, "visits", VISITS, OF_VISITS, source="paper", publish="[shop, day, paid]")
    return open_database(project)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT sum(a.fee) AS x FROM shops a JOIN shops b ON a.town = b.town", "sum(a.fee), which takes 4 rows of a"),
        ("SELECT sum(fee) AS x FROM shops, range(2)", "sum(fee), which takes 4 rows of shops"),
        ("SELECT avg(fee) AS x FROM shops, (VALUES (1), (2)) AS t(x)", "avg(fee), which takes 4 rows of shops"),
        ("SELECT median(fee) AS x FROM shops JOIN visits ON shop = id", "median(fee), which takes one row of shops"),
        ("SELECT count(id) AS n_shops FROM shops JOIN visits ON shop = id", "count(id), which takes one row of shops"),
        ("SELECT town, sum(fee) AS x FROM shops JOIN visits ON shop = id GROUP BY 1", "takes one row of shops"),
        ("SELECT round(sum(fee) / sum(paid), 2) AS x FROM shops JOIN visits ON shop = id", "takes one row of shops"),
        ("WITH t AS (SELECT sum(fee) AS f FROM shops, range(2)) SELECT f AS x FROM t", "takes 4 rows of shops"),
        ("SELECT (SELECT sum(fee) FROM shops, range(2)) / sum(fee) AS x FROM shops", "takes 4 rows of shops"),
        ("SELECT sum(s.fee) AS x FROM (SELECT * FROM shops) s JOIN visits ON shop = id", "takes one row of s"),
        ("SELECT sum(fee) AS x FROM shops JOIN visits ON shop = id WHERE day <= $day", "takes one row of shops"),
        ("SELECT town, count(*) AS n_shops FROM shops JOIN visits ON shop = id GROUP BY 1", "one row of shops"),
        ("SELECT count(*) AS n FROM shops a JOIN shops b USING (town)", "count(*), which takes 4 rows of a more"),
        ("SELECT sum(fee) AS x FROM shops JOIN visits ON shop = id GROUP BY ROLLUP (town)", "one row of shops"),
        ("SELECT sum(fee) AS x FROM (SELECT fee, day FROM shops JOIN visits ON shop = id)", "one row of shops"),
        ("WITH j AS (SELECT * FROM shops JOIN visits ON shop = id) SELECT sum(fee) AS x FROM j", "one row of shops"),
        (
            "WITH j AS (SELECT s.*, day FROM shops s JOIN visits ON shop = s.id) SELECT avg(j.fee) AS x FROM j",
            "of s more",
        ),
        (
            "WITH j AS (SELECT id, fee * 2 AS f FROM shops JOIN visits ON shop = id), k AS (SELECT f FROM j JOIN "
            "(SELECT 1 AS y) ON true) SELECT sum(f) AS x FROM k",
            "one row of shops",
        ),
        ("SELECT count(*) AS n_shops FROM (SELECT town FROM shops JOIN visits ON shop = id)", "one row of shops"),
        ("SELECT string_agg(town, ', ') AS towns FROM shops JOIN visits ON shop = id", "one row of shops"),
        ("SELECT sum(fee) OVER (PARTITION BY town) AS x FROM shops JOIN visits ON shop = id", "one row of shops"),
        ("SELECT sum(fee) OVER (ORDER BY day) AS x FROM shops JOIN visits ON shop = id", "one row of shops"),
        ("SELECT fee / sum(fee) OVER () AS share FROM shops JOIN visits ON shop = id", "one row of shops"),
        ("SELECT count(*) OVER (PARTITION BY town) AS n_shops FROM shops JOIN visits ON shop = id", "of shops"),
        ("SELECT town, rank() OVER (ORDER BY fee DESC) AS rank FROM shops JOIN visits ON shop = id", "row of shops"),
        (
            "SELECT town, sum(sum(fee)) OVER () AS x FROM shops JOIN visits ON shop = id GROUP BY town",
            "sum(fee), which takes one row of shops",
        ),
        ("SELECT count(*) AS n_towns FROM shops a JOIN shops b USING (town)", "4 rows of a"),
        ("SELECT count(*) AS shops FROM shops s JOIN visits ON shop = id", "one row of s"),
        ("SELECT count(*) AS n_shop FROM shops s JOIN visits ON shop = id", "one row of s"),
        ("SELECT day, count(*) AS n_ids FROM shops JOIN visits ON shop <= id GROUP BY 1", "rows of shops"),
    ],
)
def test_a_join_that_repeats_rows_of_what_is_added_up_is_refused(shops, sql, said):
    with pytest.raises(ToolkitError) as caught:
        answer_question(shops, sql, {}, {"day": 2} if "$day" in sql else {})
    assert said in str(caught.value) and "a JOIN finds some several times" in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT count(*) AS n_visits FROM shops LEFT JOIN visits ON shop = id", "2 rows that have none of visits"),
        ("SELECT id, count(*) AS n FROM shops LEFT JOIN visits ON shop = id GROUP BY 1", "none of visits"),
        (
            "SELECT id, count(*) FILTER (paid > 10) / count(*) AS x FROM shops LEFT JOIN visits ON shop = id "
            "GROUP BY id",
            "one row that has none of visits",
        ),
    ],
)
def test_a_count_of_a_left_join_counts_no_row_that_is_not_there(shops, sql, said):
    with pytest.raises(ToolkitError) as caught:
        answer_question(shops, sql)
    assert said in str(caught.value) and "a LEFT JOIN keeps them" in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT day, count(*) AS n_shops FROM shops, visits GROUP BY day",
        "SELECT town, sum(paid) AS x FROM (SELECT DISTINCT town FROM shops) CROSS JOIN visits GROUP BY 1",
        "SELECT day, avg(fee) AS x FROM shops, (SELECT DISTINCT day FROM visits WHERE paid > 10) GROUP BY 1",
    ],
)
def test_tables_that_nothing_joins_are_not_counted_for_each_row_of_one_another(shops, sql):
    with pytest.raises(ToolkitError, match="no condition joins them|a JOIN finds some several times"):
        answer_question(shops, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT sum(fee) AS x FROM shops JOIN (SELECT DISTINCT shop FROM visits) ON shop = id", "$10m"),
        (
            "SELECT sum(fee) AS x FROM shops JOIN (SELECT shop, count(*) AS n FROM visits GROUP BY 1) ON shop = id",
            "$10m",
        ),
        ("SELECT sum(paid) AS x FROM (SELECT town, paid FROM shops JOIN visits ON shop = id)", "$60"),
        ("WITH j AS (SELECT * FROM shops JOIN visits ON shop = id) SELECT count(*) AS n FROM j", "3"),
        (
            "WITH j AS (SELECT id, any_value(fee) AS f FROM shops JOIN visits ON shop = id GROUP BY id) "
            "SELECT sum(f) AS x FROM j",
            "$10m",
        ),
        ("SELECT sum(fee) AS x FROM shops WHERE id IN (SELECT shop FROM visits)", "$10m"),
        ("SELECT sum(paid) AS x FROM shops JOIN visits ON shop = id", "$60"),
        ("SELECT sum(paid) AS x FROM shops LEFT JOIN visits ON shop = id", "$60"),
        ("SELECT count(shop) AS n_visits FROM shops LEFT JOIN visits ON shop = id", "3"),
        ("SELECT count(*) AS n_pairs FROM shops a JOIN shops b USING (town)", "8"),
        ("SELECT count(*) AS n_visits FROM shops JOIN visits ON shop = id", "3"),
        ("SELECT count(*) AS n FROM shops JOIN visits ON shop = id", "3"),
        ("SELECT count(DISTINCT id) AS n_shops FROM shops JOIN visits ON shop = id", "2"),
        ("SELECT max(fee) AS x FROM shops JOIN visits ON shop = id", "$6m"),
        ("SELECT sum(a.fee) AS x FROM shops a JOIN shops b USING (town) WHERE a.id = b.id", "$12m"),
        ("SELECT sum(a.fee) FILTER (a.id = b.id) AS x FROM shops a JOIN shops b USING (town)", "$12m"),
        ("SELECT a.id, sum(b.fee) AS x FROM shops a JOIN shops b USING (town) WHERE a.id < 2 GROUP BY 1", "$10m"),
        ("SELECT sum(paid * staff) / sum(staff) AS x FROM visits JOIN shops ON shop = id", "$22.50"),
        (
            "SELECT sum(paid) OVER (PARTITION BY town ORDER BY day) AS x FROM shops JOIN visits ON shop = id LIMIT 1",
            "$40",
        ),
        ("SELECT id, count(*) OVER (PARTITION BY id) AS n_days FROM shops JOIN visits ON shop = id ORDER BY 1", "1"),
        ("SELECT day, count(*) AS n_shops FROM shops JOIN visits ON shop = id GROUP BY 1 ORDER BY 1", "1"),
        ("SELECT count(*) AS n FROM shops LEFT JOIN visits ON shop = id WHERE shop IS NULL", "2"),
        (
            "SELECT count(*) AS n_towns FROM (SELECT DISTINCT town FROM shops) "
            "LEFT JOIN (SELECT town, count(*) AS n FROM shops WHERE id < 3 GROUP BY 1) USING (town)",
            "2",
        ),
        (
            "SELECT id, count(*) AS n FROM shops LEFT JOIN (SELECT DISTINCT shop FROM visits) ON shop = id GROUP BY 1",
            "1",
        ),
        ("SELECT sum(fee) / m AS x FROM shops, (SELECT max(paid) AS m FROM visits) GROUP BY m", "300,000"),
        (
            "SELECT k, sum(fee) * k AS x FROM shops, (SELECT DISTINCT day AS k FROM visits) GROUP BY k ORDER BY k",
            "$24m",
        ),
        ("SELECT d, count(*) AS n FROM visits, (SELECT DISTINCT day AS d FROM visits) WHERE day <= d GROUP BY d", "4"),
        ("SELECT d, count(*) FILTER (day <= d) AS n FROM visits, (VALUES (1), (2)) AS t(d) GROUP BY d ORDER BY d", "4"),
        (
            "WITH v AS (SELECT shop, count(*) AS n FROM visits GROUP BY 1) "
            "SELECT sum(fee * n) / sum(n) AS x FROM shops JOIN v ON shop = id",
            "$4.7m",
        ),
    ],
)
def test_a_join_that_repeats_nothing_of_what_is_added_up_is_answered(shops, sql, words):
    units = (
        {"x": "USD" if "paid * staff" in sql else "million USD"} if "paid * staff" in sql or "* k" in sql else {}
    )  # whose people are no plain number
    assert str(answer_question(shops, sql, units).numbers[-1]) == words


@pytest.mark.parametrize("taken", ["sum(DISTINCT fee)", "avg(DISTINCT fee)", "median(DISTINCT fee)"])
def test_equal_values_of_different_rows_are_not_taken_once(shops, taken):
    with pytest.raises(ToolkitError, match="which takes equal values of different rows once"):
        answer_question(shops, f"SELECT {taken} AS x FROM shops")
    once = "SELECT sum(fee) AS x FROM (SELECT DISTINCT id, fee FROM shops JOIN visits ON shop = id)"
    assert str(answer_question(shops, once).one("x")) == "$10m"


def test_equal_rows_of_a_dataset_are_rows_of_their_own(shops):
    towns = "JOIN (SELECT DISTINCT town FROM shops) USING (town)"
    twice = f"SELECT sum(s.fee) AS x FROM (SELECT town, fee FROM shops) s {towns}"
    assert str(answer_question(shops, twice).one("x")) == "$12m"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(fee) AS x FROM (FROM shops UNION ALL FROM shops)",
        "WITH u AS (FROM shops UNION ALL FROM shops) SELECT count(*) AS n_shops FROM u",
        "SELECT avg(fee) AS x FROM (FROM shops WHERE id < 3 UNION ALL FROM shops WHERE town = 'A')",
        "WITH s AS (FROM shops), u AS (FROM s UNION ALL FROM s WHERE town = 'B') SELECT town, sum(fee) AS x FROM u "
        "GROUP BY 1",
    ],
)
def test_a_union_that_takes_rows_twice_is_not_added_up(shops, sql):
    with pytest.raises(ToolkitError, match="a UNION ALL of rows that are there already"):
        answer_question(shops, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT sum(fee) AS x FROM (FROM shops WHERE town = 'A' UNION ALL FROM shops WHERE town = 'B')", "$12m"),
        ("SELECT count(*) AS n FROM (SELECT id FROM shops UNION ALL SELECT shop FROM visits)", "8"),
        ("SELECT fee FROM shops WHERE id = 2 UNION ALL SELECT sum(fee) FROM shops ORDER BY 1", "$12m"),
        (
            "SELECT g, sum(fee) AS x FROM (SELECT 'all' AS g, fee FROM shops UNION ALL "
            "SELECT 'A', fee FROM shops WHERE town = 'A') GROUP BY g ORDER BY x",
            "$12m",
        ),
    ],
)
def test_a_union_whose_sides_take_different_rows_is_added_up(shops, sql, words):
    assert str(answer_question(shops, sql).numbers[-1]) == words
