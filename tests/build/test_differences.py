"""Published numbers of a private dataset that together give a small group away, wherever in an edition they stand."""

import pytest

from tests.small_dataset import COLUMNS_OF_STAFF, STAFF
from toolkit.build.differences import limits_of, sets_published, small_differences
from toolkit.core.number import Number
from toolkit.database.ask import answer_question

pytestmark = pytest.mark.heavy
BY_DEPT = "SELECT dept, count(*) AS x FROM staff GROUP BY dept"
NORTH = "SELECT dept, sum(pay) AS x FROM staff WHERE site = 'North' AND dept <> 'C' GROUP BY dept"
FIRST = "SELECT count(*) AS x FROM staff WHERE id <= 20"


@pytest.fixture(scope="module")
def staff(desk_with):
    return desk_with("staff", private="true", smallest_group=5, publish="[]", content=STAFF, columns=COLUMNS_OF_STAFF)


def found(database, *asked):
    """The problems of an edition with the answers of these questions."""
    answers = [answer_question(database, sql) for sql in asked]
    assert all(answer.withheld == () for answer in answers)
    numbers = [number for answer in answers for number in answer["x"]]
    assert all(isinstance(number, Number) for number in numbers)
    sets = sets_published(numbers, "dataset:staff")
    return [problem.found for problem in small_differences(database, "staff", 5, sets)]


GIVEN_AWAY = {
    "a group less a part of it": (BY_DEPT, NORTH),  # of B all but three are in the north
    "a group, and it with three more": (FIRST, FIRST.replace("20", "23")),
    "one condition, and it with another": (
        "SELECT count(*) AS x FROM staff WHERE site = 'North'",
        "SELECT count(*) AS x FROM staff WHERE site = 'North' AND dept <> 'C'",
    ),
    "groups together, and a number of all of them and two more": (
        "SELECT dept, count(*) AS x FROM staff WHERE site = 'North' AND dept <> 'C' GROUP BY dept",
        "SELECT count(*) AS x FROM staff WHERE site = 'North'",
    ),
}
KEPT = {
    "groups": (BY_DEPT,),
    "groups and all": (BY_DEPT, "SELECT sum(pay) AS x FROM staff"),
    "groups of two kinds": (BY_DEPT, "SELECT site, count(*) AS x FROM staff GROUP BY site"),
    "a part and its whole": (BY_DEPT, "SELECT count(*) AS x FROM staff WHERE site = 'South' AND dept = 'A'"),
    "the same twice": (FIRST, FIRST),
    "those that are known": (
        "SELECT sum(pay) AS x FROM staff WHERE pay IS NOT NULL",
        "SELECT sum(pay) AS x FROM staff",
    ),
    "parts of each other": (FIRST, "SELECT count(*) AS x FROM staff WHERE id > 2 AND id < 23"),
}


@pytest.mark.parametrize("asked", GIVEN_AWAY.values(), ids=GIVEN_AWAY)
def test_two_numbers_of_which_one_rests_on_a_few_rows_more_are_named(staff, asked):
    problems = found(staff, *asked)
    assert problems and all("in the one and not in the other" in one for one in problems)


@pytest.mark.parametrize("asked", KEPT.values(), ids=KEPT)
def test_numbers_that_give_nobody_away_stand_together(staff, asked):
    assert found(staff, *asked) == []


def test_the_limit_is_that_of_private_datasets_alone():
    assert limits_of({"a": {"smallest_group": 5}, "b": {"smallest_group": 1}, "c": {}}) == {"a": 5}
