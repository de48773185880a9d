"""What is a matter of counts: each loop has tests, goes round more often in full, and has its line in the table."""

import re
from pathlib import Path

import pytest

from tests import counts
from tests.counts import LOOPS

HERE = Path(__file__).parent


def test_each_loop_has_tests_and_goes_round_more_often_in_full():
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))
    assert set(re.findall(r'@counts\.of\("(\w+)"\)', sources)) == {name for name in LOOPS if not LOOPS[name].select}
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


@pytest.mark.parametrize("number, chosen", [(2, [0, 9]), (4, [0, 3, 6, 9]), (10, [*range(10)]), (99, [*range(10)])])
def test_what_is_spread_goes_from_the_first_to_the_last(number, chosen):
    assert counts.spread(range(10), number) == chosen
