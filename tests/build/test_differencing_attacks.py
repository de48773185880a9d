"""Published numbers of a private dataset that together give a small group away, wherever in an edition they stand."""

import random

import pytest

from tests import attacks, counts
from tests.small_dataset import COLUMNS_OF_STAFF, PEOPLE, STAFF
from toolkit.build.differencing_attacks import limits_of, sets_published, small_differences
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
    assert problems and all("of the first not in the second" in one for one in problems)


@pytest.mark.parametrize("asked", KEPT.values(), ids=KEPT)
def test_numbers_that_give_nobody_away_stand_together(staff, asked):
    assert found(staff, *asked) == []


def test_the_limit_is_that_of_private_datasets_alone():
    assert limits_of({"a": {"smallest_group": 5}, "b": {"smallest_group": 1}, "c": {}}) == {"a": 5}


EVERYBODY = {(number, *place) for number, place in enumerate(PEOPLE, 1)}  # id, department, site
CONDITIONS = {
    "dept = '{dept}'": lambda row, dept, n: row[1] == dept,
    "dept <> '{dept}'": lambda row, dept, n: row[1] != dept,
    "site = 'North'": lambda row, dept, n: row[2] == "North",
    "id <= {n}": lambda row, dept, n: row[0] <= n,
    "(id < {n} OR dept = '{dept}')": lambda row, dept, n: row[0] < n or row[1] == dept,
    "NOT (id = {n})": lambda row, dept, n: row[0] != n,
}


def drawn(draw):
    """(condition, the people who fulfil it), of one or two of CONDITIONS."""
    people, parts = EVERYBODY, []
    for condition, holds in draw.sample(sorted(CONDITIONS.items()), draw.choice((1, 2))):
        dept, n = draw.choice("ABCD"), draw.randint(1, len(PEOPLE))
        parts.append(condition.format(dept=dept, n=n))
        people = {one for one in people if holds(one, dept, n)}
    return " AND ".join(parts), people


def gives_away(one, other):
    """Whether fewer than five people are in a set, in no set, or in one of two beside all of the other."""
    few = [one, other, EVERYBODY - one, EVERYBODY - other]
    few += [larger - smaller for larger, smaller in ((one, other), (other, one)) if smaller <= larger]
    return any(0 < len(people) < 5 for people in few)


@counts.of("differences")
def test_no_two_counts_that_give_a_few_people_away_are_published(staff, record_property):
    tried, passed, refused = 0, [], []
    for seed in range(counts.count("differences")):
        draw = random.Random(seed)
        (one, some), (other, others) = drawn(draw), drawn(draw)
        answers = [answer_question(staff, f"SELECT count(*) AS x FROM staff WHERE {where}") for where in (one, other)]
        seen = any(answer.withheld for answer in answers)
        if not seen:
            sets = sets_published([number for answer in answers for number in answer["x"]], "dataset:staff")
            seen = bool(list(small_differences(staff, "staff", 5, sets)))
        attack = gives_away(some, others)
        tried += attack
        passed += [(one, other)] if attack and not seen else []
        refused += [(one, other)] if seen and not attack else []
    what = "two numbers of a private dataset that together give a few people away"
    attacks.record(record_property, what, tried=tried, passed=len(passed))
    assert tried and (passed, refused) == ([], [])
