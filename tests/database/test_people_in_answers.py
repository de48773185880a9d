"""People in answers: no value of one person, and no group under a private dataset's limit, becomes a number."""

import pytest

from tests.small_dataset import COLUMNS_OF_STAFF, STAFF
from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.database.ask import answer_question
from toolkit.database.table import table
from toolkit.notebook.prose import say
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy

ONE = "WHERE owner = 'Di Four' OR owner = 'Bo Two'"
WITHHELD = {  # of six inspections, whose scores are not published and whose owners are people
    "the row of one person": "SELECT sum(score) AS x FROM inspections WHERE owner = 'Bo Two'",
    "a group of one": "SELECT borough, avg(score) AS x FROM inspections WHERE cuisine = 'Tea' GROUP BY borough",
    "the most": "SELECT max(score) AS x FROM inspections",
    "the first": "SELECT round(first(score), 1) AS x FROM inspections",
    "picked by FILTER": "SELECT avg(score) FILTER (WHERE owner = 'Bo Two') AS x FROM inspections",
    "picked by CASE": "SELECT sum(CASE WHEN owner LIKE 'Bo%' THEN score ELSE 0 END) AS x FROM inspections",
    "picked by the other CASE": "SELECT sum(CASE WHEN owner <> 'Bo Two' THEN 0 ELSE score END) AS x FROM inspections",
    "picked by what is missing": "SELECT sum(coalesce(score * try_cast(replace(owner, 'Bo Two', '1') AS INT), 0)) AS x "
    "FROM inspections",
    "one that is not missing": f"SELECT sum(score) AS x FROM inspections {ONE}",
    "joined": "SELECT sum(score) AS x FROM inspections JOIN (SELECT 'Bo Two' AS owner) AS o USING (owner)",
    "of a group of one": "SELECT max(m) AS x FROM (SELECT cuisine, avg(score) AS m FROM inspections GROUP BY cuisine)",
    "the most of each": "WITH b AS (SELECT borough, max(score) AS m FROM inspections GROUP BY ALL) "
    "SELECT avg(m) AS x FROM b",
    "of rows": "SELECT sum(score) AS x FROM (SELECT score FROM inspections LIMIT 1)",
    "of a window": "SELECT avg(s) AS x FROM (SELECT lag(score) OVER (ORDER BY id) AS s FROM inspections)",
    "of a UNION": "SELECT sum(score) AS x FROM (SELECT score FROM inspections UNION SELECT id FROM inspections)",
    "beside a lost side": "SELECT sum(i.score) AS x FROM (SELECT 5 AS id) AS o LEFT JOIN inspections AS i USING (id)",
}
SHOWN = {
    "groups": "SELECT borough, avg(score) AS x FROM inspections WHERE borough <> 'Kings' GROUP BY borough",
    "a share": "SELECT count(*) FILTER (WHERE cuisine = 'Tea') / count(*) AS x FROM inspections",
    "counts": "SELECT cuisine, count(*) AS x FROM inspections GROUP BY cuisine",
    "joined": "SELECT o.borough, avg(score) AS x FROM inspections "
    "JOIN (SELECT 'Bronx' AS borough) AS o USING (borough) GROUP BY o.borough",
    "of groups": "WITH b AS (SELECT borough, avg(score) AS m FROM inspections GROUP BY ALL HAVING count(score) > 1) "
    "SELECT max(m) - min(m) AS x FROM b",
    "compared with a mean": "SELECT count(*) AS x FROM inspections WHERE score > (SELECT avg(score) FROM inspections)",
    "a window over groups": "SELECT borough, sum(sum(score)) OVER () AS x FROM inspections GROUP BY borough "
    "HAVING count(score) > 1",
}


def asked(database, sql):
    found = answer_question(database, sql)
    return found, [cell for cell in found["x"] if cell is not None]


@pytest.mark.parametrize("sql", WITHHELD.values(), ids=WITHHELD)
def test_a_value_of_one_person_is_no_number_however_it_is_asked(inspected, sql):
    found, cells = asked(inspected, sql)
    assert found.withheld and not all(isinstance(cell, Number) for cell in cells)
    assert "application/vnd.toolkit.table+json" not in found._repr_mimebundle_()
    for cell in cells:
        if not isinstance(cell, Number):
            with pytest.raises(ToolkitError, match="inspections"):
                Story("kitchens", inspected).finding("kitchens.x", cell)
            with pytest.raises(ToolkitError):
                say("It is {}", cell)
            with pytest.raises(ToolkitError, match="inspections"):
                table("again", [{"x": cell}])


@pytest.mark.parametrize("sql", SHOWN.values(), ids=SHOWN)
def test_groups_of_people_are_numbers(inspected, sql):
    found, cells = asked(inspected, sql)
    assert found.withheld == () and cells and all(isinstance(cell, Number) for cell in cells)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT cuisine, count(*) AS x FROM inspections GROUP BY cuisine",
        "SELECT count(*) FILTER (WHERE cuisine = 'Soup') AS x FROM inspections",
        "SELECT max(n) AS x FROM (SELECT count(*) AS n FROM inspections GROUP BY cuisine)",
        "SELECT count(*) AS x FROM inspections JOIN (SELECT 'Kings' AS borough) AS o USING (borough)",
    ],
)
def test_under_the_limit_of_a_private_dataset_counts_are_no_numbers_either(desk_with, sql):
    found, cells = asked(desk_with("inspections", private="true", smallest_group=2), sql)
    assert "resting on fewer than 2 rows of inspections" in found.withheld[0].found
    assert not all(isinstance(cell, Number) for cell in cells)
    assert "HAVING count(*) >= 2" in found.withheld[0].remedy


def test_the_words_of_a_row_are_no_cells_of_another_table(inspected):
    found = answer_question(inspected, "SELECT owner FROM inspections LIMIT 1")
    with pytest.raises(ToolkitError, match="values of single rows, of inspections.owner"):
        table("again", [{"who": found["owner"][0]}])


def test_columns_that_the_declaration_lists_may_be_told_of_one_person(desk_with):
    database = desk_with("inspections", publish="[score]")
    found, cells = asked(database, "SELECT max(score) - min(score) AS x FROM inspections WHERE owner = 'Bo Two'")
    assert found.withheld == () and isinstance(cells[0], Number)


GIVEN_AWAY = {  # fewer than five of them, by what a question leaves out or picks out
    "one less than all": "SELECT sum(pay) AS x FROM staff WHERE id <> 1",
    "under another name": "SELECT id <> 1 AS other, sum(pay) AS x FROM staff WHERE other GROUP BY other",
    "all less one less than all": "SELECT a.x - b.x AS x FROM (SELECT sum(pay) AS x FROM staff) AS a, "
    "(SELECT sum(pay) AS x FROM staff WHERE id <> 1) AS b",
    "all less a query inside": "SELECT sum(pay) - (SELECT sum(pay) FROM staff WHERE id <> 1) AS x FROM staff",
    "lost by a JOIN": "SELECT sum(pay) AS x FROM staff JOIN (SELECT * FROM range(2, 99) AS r(id)) AS r USING (id)",
    "what FILTER leaves": "SELECT dept, sum(pay) FILTER (WHERE id <> 1) AS x FROM staff GROUP BY dept",
    "what a comparison leaves": "SELECT dept, sum(id <> 1) AS x FROM staff GROUP BY dept",
    "what CASE leaves": "SELECT dept, sum(CASE WHEN id <> 1 THEN pay END) AS x FROM staff GROUP BY dept",
    "the one group that HAVING drops": "SELECT dept, count(*) AS x FROM staff WHERE site = 'South' GROUP BY dept "
    "HAVING count(*) >= 5",
    "two of two rows each": "SELECT id // 2 AS pair, count(*) AS x FROM staff GROUP BY ALL ORDER BY pair LIMIT 24",
    "a cell whose line is known": "SELECT dept, site, count(*) AS x FROM staff GROUP BY ALL HAVING count(*) >= 5",
    "a sum of groups without one": "SELECT sum(n) AS x FROM (SELECT dept, site, count(*) AS n FROM staff GROUP BY ALL "
    "HAVING count(*) > 2)",
    "nearly the most": "SELECT quantile_cont(pay, 0.98) AS x FROM staff",
    "nearly the most, about": "SELECT approx_quantile(pay, 0.99) AS x FROM staff",
    "nearly the most, of a sample": "SELECT reservoir_quantile(pay, 0.99, 99) AS x FROM staff",
    "nearly the most, in order": "SELECT percentile_cont(0.98) WITHIN GROUP (ORDER BY pay) AS x FROM staff",
    "nearly the most, of a list": "SELECT quantile_cont(pay, [0.5, 0.98])[2] AS x FROM staff",
    "the most, as a quantile": "SELECT quantile_cont(pay, 1) AS x FROM staff",
    "whether one is paid so": "SELECT count(*) AS x FROM staff WHERE EXISTS "
    "(SELECT 1 FROM staff WHERE id = 1 AND pay > 40000)",
    "whether one is paid more": "SELECT count(*) AS x FROM staff WHERE (SELECT pay FROM staff WHERE id = 1) > 40000",
    "subtotals": "SELECT dept, site, count(*) AS x FROM staff GROUP BY ROLLUP (dept, site) HAVING count(*) >= 5",
}
KEPT = {
    "all groups": "SELECT dept, sum(pay) AS x FROM staff GROUP BY dept",
    "two of a line": "SELECT dept, site, count(*) AS x FROM staff WHERE dept <> 'B' AND dept <> 'C' GROUP BY ALL",
    "a large group left out": "SELECT dept, sum(pay) AS x FROM staff WHERE dept <> 'D' GROUP BY dept",
    "the largest alone": "SELECT dept, sum(pay) AS x FROM staff GROUP BY dept ORDER BY x DESC LIMIT 1",
    "those that are known": "SELECT sum(pay) AS x FROM staff WHERE pay IS NOT NULL",
    "those that are more than nothing": "SELECT sum(pay) AS x FROM staff WHERE pay > 0",
    "halves": "SELECT sum(pay) FILTER (WHERE site = 'North') / sum(pay) AS x FROM staff",
    "a quantile": "SELECT quantile_cont(pay, 0.9) AS x FROM staff",
    "more than the mean": "SELECT count(*) AS x FROM staff WHERE pay > (SELECT avg(pay) FROM staff)",
    "a mean of sums": "SELECT avg(x) AS x FROM (SELECT dept, sum(pay) AS x FROM staff GROUP BY dept)",
}


@pytest.fixture(scope="module")
def staff(desk_with):
    return desk_with("staff", private="true", smallest_group=5, publish="[]", content=STAFF, columns=COLUMNS_OF_STAFF)


@pytest.mark.parametrize("sql", GIVEN_AWAY.values(), ids=GIVEN_AWAY)
def test_what_a_question_leaves_out_of_a_private_dataset_is_no_small_group_either(staff, sql):
    found = answer_question(staff, sql, units={"x": "USD"} if "quantile" in sql or "percentile" in sql else {})
    cells = [cell for cell in found["x"] if cell is not None]
    assert found.withheld and not all(isinstance(cell, Number) for cell in cells)


@pytest.mark.parametrize("sql", KEPT.values(), ids=KEPT)
def test_of_a_private_dataset_groups_of_enough_rows_are_numbers(staff, sql):
    found, cells = asked(staff, sql)
    assert found.withheld == () and cells and all(isinstance(cell, Number) for cell in cells)


BY_PERSON = {  # of people with six and more rows each
    "by name": "SELECT owner, sum(hours) AS x FROM work GROUP BY owner",
    "by name in capitals": "SELECT upper(owner) AS who, count(*) AS x FROM work GROUP BY ALL",
    "by a name that is not shown": "SELECT sum(hours) AS x FROM work GROUP BY owner",
    "by name and day": "SELECT owner, born, sum(hours) AS x FROM work GROUP BY ALL",
    "of one": "SELECT owner, sum(hours) AS x FROM work WHERE owner = 'Ada One' GROUP BY owner",
    "inside": "SELECT who, x FROM (SELECT owner AS who, sum(hours) AS x FROM work GROUP BY owner)",
}
BY_GROUP = {
    "by site": "SELECT site, sum(hours) AS x FROM work GROUP BY site",
    "by year of birth": "SELECT year(born) AS born_year, sum(hours) AS x FROM work GROUP BY ALL",
    "by initial": "SELECT left(owner, 1) AS initial, sum(hours) AS x FROM work GROUP BY ALL",
}
WORKERS = ["Ada One", "Bo Two", "Cy Three", "Di Four"]
WORK = "owner,born,site,hours\n" + "".join(
    f"{WORKERS[row % 4]},{1960 + row % 4}-05-0{1 + row % 4},{'NS'[row % 2]},{row}\n" for row in range(24)
)
COLUMNS_OF_WORK = """\
  - {name: owner, printed: owner, type: text}
  - {name: born, printed: born, type: date}
  - {name: site, printed: site, type: text}
  - {name: hours, printed: hours, type: integer, unit: cup}
"""


@pytest.mark.parametrize("sql", BY_PERSON.values(), ids=BY_PERSON)
def test_no_row_of_one_person_of_a_private_dataset_is_published_however_large(desk_with, sql):
    database = desk_with("work", WORK, COLUMNS_OF_WORK, private="true")
    answer, cells = asked(database, sql)
    assert answer.withheld[0].found == "rows of single people of work, by owner"
    assert cells and not any(isinstance(cell, Number) for cell in cells)
    assert "application/vnd.toolkit.table+json" not in answer._repr_mimebundle_()
    listed, cells = asked(desk_with("work", WORK, COLUMNS_OF_WORK, private="true", publish="[owner]"), sql)
    assert listed.withheld == () and all(isinstance(cell, Number) for cell in cells)


@pytest.mark.parametrize("sql", BY_GROUP.values(), ids=BY_GROUP)
def test_groups_of_people_of_a_private_dataset_are_published(desk_with, sql):
    answer, cells = asked(desk_with("work", WORK, COLUMNS_OF_WORK, private="true"), sql)
    assert answer.withheld == () and all(isinstance(cell, Number) for cell in cells)


@pytest.mark.parametrize("private", ["true", "false"])
def test_headings_are_no_people(desk_with, private):
    database = desk_with("work", WORK, COLUMNS_OF_WORK, private=private)
    wide = """SELECT site, sum(hours) FILTER (WHERE owner = 'Ada One') AS "Ada One" FROM work GROUP BY site"""
    assert answer_question(database, wide).withheld[0].found == "headings that are people of work, by owner"
