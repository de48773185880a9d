"""Numbers of a dataset: their values are DuckDB's own, their units the declared ones, and they rest on its rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import counts
from tests.small_dataset import INSPECTIONS, declare
from toolkit.commands.check import check_project
from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.database.ask import answer_question, check_question
from toolkit.database.open import open_database
from toolkit.datasets.stored import parquet_of
from toolkit.engine.connect import in_memory
from toolkit.engine.paths import from_parquet
from toolkit.notebook.story import Story

pytestmark = pytest.mark.heavy

BY_BOROUGH = (
    "SELECT borough, avg(score) AS mean_score, count(*) AS n FROM inspections GROUP BY borough ORDER BY borough"
)


@pytest.fixture(scope="module")
def database(desk_with):
    """Tests only ask it."""
    return desk_with("inspections", publish="[borough, score]")


def asked(database, sql, units=None, **parameters):
    return answer_question(database, sql, units, parameters)


def found(sql, database):
    """The answer and the words of what forbids to publish it, by column."""
    table = asked(database, sql)
    return table, {column.name: column.withheld and column.withheld.found for column in table.columns}


def test_a_number_has_its_columns_unit_and_rests_on_its_rows(database):
    table = asked(database, BY_BOROUGH)
    mean = table.one("mean_score", borough="Bronx")
    assert (mean.low, str(mean.unit), str(mean.kind)) == (20.0, "cup", "measured")
    (rows,) = mean.inputs
    assert (rows.low, rows.ref, rows.method) == (
        3.0,
        "dataset:inspections",
        "3 of 6 rows, those where borough = 'Bronx'",
    )
    assert "Kitchen inspections (inspections.csv, SHA-256 " in rows.label
    assert [str(count) for count in table["n"]] == ["3", "1", "2"]
    assert Number.from_json(mean.to_json(), database.units) == mean


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        ("max(score) - min(score)", "cup"),
        ("round(median(score), 1)", "cup"),
        ("sum(score) / count(*)", "cup"),
        ("coalesce(sum(score), 0)", "cup"),
        ("sum(CASE WHEN score > 9 THEN score ELSE 0 END)", "cup"),
        ("count(*) FILTER (WHERE score > 9) / count(*)", "1"),
        ("avg((score > 9)::INT)", "1"),
        ("sum(CASE WHEN score > 9 THEN 1 ELSE 0 END)", "1"),
        ("sum(fee)", None),
        ("sum(score) * 1000", None),
        ("sum(score) + count(*)", None),
    ],
)
def test_a_unit_is_read_from_the_query_where_it_is_plain(database, expression, unit):
    (column,) = asked(database, f"SELECT {expression} AS x FROM inspections").columns
    assert column.unit == unit
    assert (column.withheld is None) == (unit is not None)


def test_a_column_without_a_unit_can_be_explored_and_is_published_with_one(database):
    table = asked(database, "SELECT sum(fee) AS fees FROM inspections")
    (fees,) = table["fees"]
    assert fees == 52.0 and not isinstance(fees, Number)
    assert table.frame.fees.tolist() == [52.0]
    assert 'units={"fees"' in table.withheld[0].remedy
    (fees,) = asked(database, "SELECT sum(fee) AS fees FROM inspections", {"fees": "USD"})["fees"]
    assert str(fees) == "$52"
    with pytest.raises(ToolkitError, match="a quantity without a unit"):
        Story("kitchens", database).finding("kitchens.fees", table.one("fees"))
    with pytest.raises(ToolkitError, match="no column 'fee'"):
        asked(database, "SELECT sum(fee) AS fees FROM inspections", {"fee": "USD"})


def test_a_receipt_says_how_many_rows_have_a_value(database):
    grouped = "SELECT cuisine, sum(score) AS x, count(*) AS n FROM inspections GROUP BY cuisine ORDER BY cuisine"
    whole = "SELECT avg(score) AS x FROM inspections"
    (mean,) = asked(database, whole).numbers
    assert mean.operation["how"] == "is avg(score) of 5 of 6 rows, the others empty, worked out in SQL"
    (some,) = asked(database, "SELECT sum(nullif(score, 5)) AS x FROM inspections").numbers
    assert "others empty" not in some.operation["how"]
    chosen = "SELECT sum(score) FILTER (id > 0) AS a, median(score) AS b, median(id) AS c"
    of_some = asked(database, f"{chosen} FROM inspections", {"c": "cup"}).numbers
    assert [", 1 of its rows empty" in number.operation["how"] for number in of_some] == [True, True, False]
    numbers = asked(database, grouped)["x"]
    assert [number if number is None else number.operation["how"] for number in numbers] == [
        "is sum(score), worked out in SQL",
        None,
        "is sum(score), worked out in SQL",
    ]


@pytest.mark.parametrize("beside", ["", ", count(*) AS n", ", max(score) AS most, min(score) AS least"])
def test_a_receipt_counts_the_same_rows_whatever_else_is_asked(database, beside):
    for taken, said in (
        ("sum(score)", "sum(score) of 1 of 2 rows, the others empty"),
        ("median(score)", "median(score), 1 of its rows empty"),
    ):
        sql = f"SELECT id > 4 AS late, {taken} AS x{beside} FROM inspections GROUP BY ALL ORDER BY late"
        numbers = asked(database, sql)["x"]
        assert [number.inputs[0].low for number in numbers] == [4, 2]
        whole, partly = (number.operation["how"] for number in numbers)
        assert "empty" not in whole and partly == f"is {said}, worked out in SQL"


def test_years_ranks_and_keys_are_labels(database):
    table = asked(
        database,
        "SELECT year(inspected) AS y, cuisine, rank() OVER (ORDER BY count(*)) AS place, max(inspected) AS last "
        "FROM inspections GROUP BY ALL ORDER BY ALL LIMIT 1",
    )
    assert table.rows[0] == ("2024", "Pizza", "1", "2024-01-05")


@pytest.mark.parametrize(
    "x",
    [
        "5",
        "count(*) * 0 + 3.7",
        "3.7 + 0 * count()",
        "greatest(3.7, count(*) * 0)",
        "(SELECT 3.7 FROM inspections LIMIT 1)",
        "CAST('3.7' AS DOUBLE) + ln(1)",
        "list_sum([3.7, 0])",
    ],
)
def test_a_number_that_is_typed_into_a_query_is_none(database, x):
    table = asked(database, f"SELECT count(*) AS n, {x} AS x FROM inspections", {"x": "USD"})
    assert table.withheld[0].found.startswith("a number that is typed into the query")
    assert str(table.one("n")) == "6"


def test_what_comes_of_rows_is_no_typed_number(database):
    made = "avg(score) * 1.8 + 32 AS x, 100.0 * count(*) / sum(count(*)) OVER () AS y, ifnull(count(*), 0) AS n"
    table = asked(database, f"SELECT {made} FROM inspections", {"x": "cup", "y": "percent"})
    assert not any("typed" in problem.found for problem in table.withheld)


def test_where_the_query_is_not_plain_its_rows_are_not_said(database):
    table = asked(
        database,
        "WITH b AS (SELECT borough, max(score) AS m FROM inspections GROUP BY ALL) SELECT max(m) AS most FROM b",
    )
    (most,) = table["most"]
    assert (str(most.unit), most.inputs[0].method) == ("cup", "6 rows; which of them were used cannot be listed")


def test_parameters_stand_in_the_condition_and_in_the_words(database):
    (n,) = asked(database, "SELECT count(*) AS n FROM inspections i WHERE i.score > $least", least=9)["n"]
    assert (n.low, n.inputs[0].method) == (4.0, "4 of 6 rows, those where score > 9")
    assert "with least = 9" in n.method


@pytest.mark.parametrize(
    ("sql", "hidden"),
    [
        ("SELECT borough, score FROM inspections", []),
        ("SELECT borough, owner FROM inspections", ["owner"]),
        ("SELECT upper(owner) AS x, fee FROM inspections ORDER BY 2 LIMIT 1", ["x", "fee"]),
        ("SELECT * FROM (SELECT owner AS x FROM inspections)", ["x"]),
        ("SELECT string_agg(owner) AS x, max(cuisine) AS y, count(DISTINCT owner) AS n FROM inspections", ["x", "y"]),
        ("SELECT owner FROM inspections UNION SELECT owner FROM inspections", ["owner"]),
        ("SELECT x FROM (PIVOT inspections ON borough IN ('Bronx' AS x) USING max(owner))", ["x"]),
    ],
)
def test_nothing_of_a_row_is_published_unless_the_declaration_says_so(database, sql, hidden):
    table, why = found(sql, database)
    assert [name for name, said in why.items() if said and said.startswith("values of single rows")] == hidden
    shown = table._repr_mimebundle_()
    assert ("application/vnd.toolkit.table+json" in shown) == (not hidden)


def test_a_table_of_single_people_is_withheld(database):
    _, why = found("SELECT owner, sum(score) AS total FROM inspections GROUP BY owner", database)
    assert why["total"] == "1 row resting on fewer than 2 rows of inspections, by owner" or why["total"].startswith(
        "2 "
    )
    enough = "SELECT owner, sum(score) AS total FROM inspections GROUP BY owner HAVING count(*) >= 2"
    assert set(found(enough, database)[1].values()) == {None}


def test_a_small_group_of_a_private_dataset_is_withheld(sample):
    declare(sample, private="true", smallest_group=2)
    database = open_database(sample)
    assert found(BY_BOROUGH, database)[1]["n"] == "1 row resting on fewer than 2 rows of inspections"
    alone = BY_BOROUGH.replace("ORDER", "HAVING count(*) >= 2 ORDER")
    assert found(alone, database)[1]["n"] == "1 row of inspections left out: who knows the sum of all has theirs"
    few = BY_BOROUGH.replace("ORDER", "HAVING count(*) >= 3 ORDER")
    assert set(found(few, database)[1].values()) == {None}
    untold = "SELECT max(n) AS n_most FROM (SELECT count(*) AS n FROM inspections GROUP BY borough)"
    assert found(untold, database)[1]["n_most"] == "1 row resting on fewer than 2 rows of inspections"
    untold = "SELECT count(DISTINCT borough) AS n FROM (SELECT DISTINCT borough FROM inspections)"
    assert found(untold, database)[1]["n"].startswith("rows with an unknown number of rows")


def test_figures_and_datasets_are_asked_together(database):
    sql = (
        "SELECT borough, sum(score) AS total, max(low) AS low, any_value([key]) AS keys FROM inspections, figures "
        "WHERE figures.id = 'heavy' GROUP BY borough ORDER BY borough LIMIT 1"
    )
    row = next(iter(asked(database, sql)))
    assert row["low"] == database.leaf("figure:office-survey#heavy")
    assert [leaf.ref for leaf in row["total"].leaves()] == ["dataset:inspections", "figure:office-survey#heavy"]
    with pytest.raises(ToolkitError, match="numbers without the rows they came from"):
        asked(database, sql.replace("any_value([key]) AS keys", "1 AS one"))


def test_a_dataset_with_the_name_of_another_table_is_refused(sample):
    declare(sample, "figures")
    with pytest.raises(ToolkitError, match="the name figures, which another table of the project has"):
        asked(open_database(sample), "SELECT count(*) AS n FROM figures")
    with pytest.raises(ToolkitError, match="data/datasets/figures.yml: the name figures, which another table"):
        check_project(sample)


def test_an_answer_differs_with_its_rows_and_its_file(sample):
    declare(sample)
    first = asked(open_database(sample), BY_BOROUGH)
    assert asked(open_database(sample), BY_BOROUGH).digest == first.digest
    assert first.where(borough="Bronx").digest != first.digest
    declare(sample, content=INSPECTIONS.replace("Bronx,Pizza,10", "Bronx,Pizza,11"))
    assert asked(open_database(sample), BY_BOROUGH).digest != first.digest


def test_check_binds_a_question_of_a_dataset_and_does_not_run_it(sample):
    declare(sample)
    database = open_database(sample)
    asks = database.project.questions / "by_borough.sql"
    asks.write_text("SELECT borough, error(borough) AS never FROM inspections;\n")
    check_question(database, "by_borough")
    asks.write_text("SELECT boroughs FROM inspections\n")
    with pytest.raises(ToolkitError, match='notebooks/sql/by_borough.sql: Binder Error: Referenced column "boroughs"'):
        check_question(open_database(database.project), "by_borough")
    with open(sample.data / "datasets" / "inspections.csv", "a") as file:
        file.write("7,Kings,Tea,1,1,2025-01-01,Ed Five\n")
    with pytest.raises(ToolkitError, match="inspections.csv: the file was changed"):
        check_question(open_database(database.project), "by_borough")


def test_a_changed_file_is_named_when_it_is_asked(sample):
    declare(sample)
    (sample.data / "datasets" / "inspections.csv").write_text(INSPECTIONS + "7,Bronx,Tea,1,1,2025-05-01,Ed Five\n")
    database = open_database(sample)
    with pytest.raises(ToolkitError, match="inspections.csv: the file was changed: its SHA-256 is"):
        asked(database, BY_BOROUGH)


GROUPS = st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), min_size=1, max_size=10)


@settings(max_examples=counts.examples(3))
@given(GROUPS)
def test_a_sum_is_that_of_the_file(sample_of_floats, groups):
    database, path = sample_of_floats(groups)
    totals = asked(database, "SELECT g, sum(x) AS total FROM numbers GROUP BY g ORDER BY g")["total"]
    own = in_memory().execute(f"SELECT sum(x) FROM {from_parquet([path])} GROUP BY g ORDER BY g").fetchall()
    assert [(total.low,) for total in totals] == own


@pytest.fixture(scope="module")
def sample_of_floats(tmp_path_factory):
    import shutil
    from pathlib import Path

    from toolkit.core.project import Project

    root = tmp_path_factory.mktemp("floats") / "sample"
    shutil.copytree(Path(__file__).parents[1] / "sample", root)
    project = Project(root)

    def made(groups):
        content = "g,x\n" + "".join(f"{g},{value!r}\n" for g, values in enumerate(groups) for value in values)
        columns = "  - {name: g, printed: g, type: integer}\n  - {name: x, printed: x, type: decimal, unit: USD}\n"
        declare(project, "numbers", content, columns)
        database = open_database(project)
        return database, parquet_of(project, database.dataset("numbers"))

    return made
