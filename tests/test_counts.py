"""What is a matter of counts: each loop has tests, goes round more often in full, and has its line in the table."""

import re
from pathlib import Path

import pytest

from tests import attacks, counts
from tests.counts import LOOPS

HERE = Path(__file__).parent


def test_each_loop_has_tests_and_goes_round_more_often_in_full():
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))
    assert set(re.findall(r'\bcounts\.of\("(\w+)"\)', sources)) == {name for name in LOOPS if not LOOPS[name].select}
    for loop in LOOPS.values():
        assert size(loop.few) < size(loop.full)


def size(count):
    """How often a loop goes round: a number, the sum of several, or as often as it has things to go through."""
    if isinstance(count, int):
        return count
    return sum(count) if isinstance(count, tuple) and isinstance(count[0], int) else len(count)


def test_the_table_has_a_line_for_each_loop():
    table = (HERE.parent / "docs" / "soak.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE) == ["name", *LOOPS]


@pytest.mark.parametrize(
    "number, chosen", [(1, [0]), (2, [0, 9]), (4, [0, 3, 6, 9]), (10, [*range(10)]), (99, [*range(10)])]
)
def test_what_is_spread_goes_from_the_first_to_the_last(number, chosen):
    assert counts.spread(range(10), number) == chosen


def test_the_table_of_attacks_has_rows_of_loops_alone_and_a_loop_replaces_its_own():
    text = attacks.TABLE.read_text(encoding="utf-8")
    known = attacks.read(text)
    assert attacks.replaced(text, "", [], LOOPS) == text, "as `make soak` would write it"
    recorded = []
    for tried, passed in ((3, 0), (4, 1)):
        attacks.record(lambda name, value: recorded.append(value), "a bar redrawn", tried=tried, passed=passed)
    (row,) = rows = attacks.rows_of(recorded, "pages")
    assert row == ("a bar redrawn", 7, 1, "pages")
    once = attacks.replaced(text, "pages", rows, LOOPS)
    assert set(attacks.read(once)) == {*(other for other in known if other[3] != "pages"), row}
    assert attacks.replaced(once, "pages", rows, LOOPS) == once


def test_what_is_not_among_the_few_is_for_the_slow_tests():
    plain, *slow = counts.slow_but(["a"], ["a", "b", ("c", 1)])
    assert plain == "a" and [one.values for one in slow] == [("b",), ("c", 1)]
    assert {mark.name for one in slow for mark in one.marks} == {"slow"}
