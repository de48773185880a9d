"""Functions of SQL of our own: what they give, in which unit, and that the rules of questions hold for them too."""

import pytest

from tests.small_dataset import COLUMNS_OF_STAFF, STAFF
from toolkit.core.errors import ToolkitError
from toolkit.core.unit import unit_text
from toolkit.database import own_functions
from toolkit.database.ask import answer_question

GROUPED = "SELECT borough, gini(score) AS spread FROM inspections GROUP BY borough ORDER BY borough"


def test_gini_is_none_where_all_are_equal_and_near_one_where_one_has_all(desk_with):
    sql = "SELECT gini(v) AS a, gini(w) AS b FROM (VALUES (3, 0), (3, 0), (3, 0), (NULL, NULL), (3, 9)) AS t(v, w)"
    row = next(iter(desk_with().rows(sql)))
    assert row["a"] == 0 and row["b"] == pytest.approx(0.75)


def test_its_number_has_no_unit_and_rests_on_the_rows_of_its_group(desk_with):
    answer = answer_question(desk_with("inspections"), GROUPED)
    bronx, _, queens = answer["spread"]
    assert bronx.low == pytest.approx(2 * (10 + 40 + 90) / (3 * 60) - 4 / 3) and unit_text(bronx.unit) == "1"
    assert queens.low == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT gini(a.score) AS spread FROM inspections a JOIN inspections b USING (borough)", "more than there are"),
        ("SELECT gini(score) FILTER (score > 5) AS spread FROM inspections", "Macro"),
        ("SELECT gini(score) + gini(fee) AS n_cups FROM inspections", "n_cups"),
    ],
)
def test_what_is_refused_of_others_is_refused_of_it(desk_with, sql, said):
    with pytest.raises(ToolkitError, match=said):
        [*answer_question(desk_with("inspections"), sql).columns]


def test_of_few_people_it_is_withheld(desk_with):
    firm = desk_with("staff", STAFF, COLUMNS_OF_STAFF, private="true", smallest_group=5)
    sql = "SELECT dept, site, gini(pay) AS spread FROM staff GROUP BY ALL ORDER BY ALL"
    assert "fewer than 5" in answer_question(firm, sql).withheld[0].found


OF_ROWS = "-- Half.\n-- of: rows\n-- unit: kept\n"


@pytest.mark.parametrize(
    ("comments", "body", "said"),
    [
        ("", "value / 2", "no CREATE MACRO"),
        *(
            (OF_ROWS, body, f"{shown}, which may show a row by itself")
            for body, shown in (
                ("(min(value) + Max (value)) / 2", "min"),
                ("list_max(list(value)) / 2", "list_max"),
                ("list_aggregate(list(value), 'max')", "list_aggregate"),
                ("list_sort(list(value))[-1]", "an element of a list"),
                ('"max"(value)', "a name in quotes"),
                ("sum(list_filter(list(value), lambda one : one > 9))", "list_filter"),
            )
        ),
    ],
)
def test_a_file_without_its_comments_or_one_that_shows_a_row_is_refused(tmp_path, monkeypatch, comments, body, said):
    (tmp_path / "half.sql").write_text(f"{comments}CREATE MACRO half(value) AS {body};\n", encoding="utf-8")
    monkeypatch.setattr(own_functions, "FOLDER", tmp_path)
    with pytest.raises(ToolkitError, match=f"half.sql: {said}"):
        own_functions.own_functions.__wrapped__()
