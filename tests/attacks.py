"""What attacks on the checks came to: rows of the table in docs/checking.md, which `make soak` writes.

A test of a loop (tests/counts.py) tries its attacks, says with `record` how many, and then asserts what has to hold:

    record(record_property, "a script put into a page", tried=40, passed=0)

Rows of one name, from several tests of the loop, are added up. They stand in the table in the order of the loops, and
of one loop in that of the alphabet; of a loop that is run again they are replaced.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

TABLE = Path(__file__).parents[1] / "docs" / "checking.md"
BEGIN, END = "<!-- attacks:begin -->\n", "<!-- attacks:end -->"
HEAD = "| attack | tried | passed | loop |\n| --- | ---: | ---: | --- |\n"
ROW = re.compile(r"^\| (.+) \| (\d+) \| (\d+) \| (\w+) \|$", re.MULTILINE)
Row = tuple[str, int, int, str]  # as the table's columns


def record(record_property: Callable[[str, object], None], attack: str, *, tried: int, passed: int) -> None:
    """Records how often an attack was tried and how often nothing saw it; `record_property` is pytest's fixture.

    Before the test asserts anything: what passed is in the table too.
    """
    assert 0 <= passed <= tried and "|" not in attack
    record_property("attack", json.dumps([attack, tried, passed]))


def rows_of(recorded: Iterable[str], loop: str) -> list[Row]:
    """The rows of a loop from what its tests recorded."""
    tried, passed = Counter[str](), Counter[str]()
    for attack, number, unseen in map(json.loads, recorded):
        tried[attack] += number
        passed[attack] += unseen
    return [(attack, tried[attack], passed[attack], loop) for attack in sorted(tried)]


def read(text: str) -> list[Row]:
    """The rows of the table in the text of docs/checking.md."""
    table = text.partition(BEGIN)[2].partition(END)[0]
    return [(attack, int(tried), int(passed), loop) for attack, tried, passed, loop in ROW.findall(table)]


def replaced(text: str, loop: str, rows: list[Row], loops: Mapping[str, object]) -> str:
    """The text of docs/checking.md with these rows for a loop; rows of what is no loop any more are left out."""
    before, _, rest = text.partition(BEGIN)
    others = [row for row in read(text) if row[3] != loop]
    ordered = [row for name in loops for row in (*others, *rows) if row[3] == name]
    lines = "".join(f"| {' | '.join(map(str, row))} |\n" for row in ordered)
    return f"{before}{BEGIN}{HEAD}{lines}{END}{rest.partition(END)[2]}"
