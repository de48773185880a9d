"""How often the tests go round that are a matter of counts: few times as a rule, in full in `make soak`.

A loop tries one thing again and again, at other moments or on other inputs, because it may go wrong once in many
times. Its tests ask `count` how often; `--soak` has them go round in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

full: bool | None = None  # set by conftest.py before any file of tests is imported
MORE = 50  # in full, a property that is slow to try is tried so many times as often as usual


@dataclass(frozen=True)
class Loop:
    """`few` and `full` are what its tests take as a count: a number, or what they go through."""

    said: str
    few: Any
    full: Any
    select: str = ""


LOOPS = {
    # moments by the clock, and steps of the process itself that change files
    "builds": Loop("builds killed at a moment: the old edition or the new", (2, 4), (200, 100)),
    "simulations": Loop("simulations killed at a moment: a whole usage log or none", (2, 4), (200, 100)),
    "killed": Loop("build, verify and lab killed alone: nothing runs on, nothing is left", 1, 200),
    "added": Loop("add and archive killed at a moment: all that they write or nothing", 3, 200),
    "workers": Loop("workers of a Spark cluster killed in the middle of a simulation and of a metric", 1, 20),
    "readings": Loop("readings of usage logs killed at a moment: the old log or the new", (10, 10), (200, 100)),
    "lines": Loop("files of usage logs broken at random: every line accounted for", 5_000, 100_000),
    "broken": Loop("projects with files broken at random: problems, no traceback", range(15), range(1000)),
    "readers": Loop("broken inputs of every reader: problems, no traceback, at once", 5000, 140_000),
    "properties": Loop("properties, each of up to 600 generated inputs", 10, 600, "hypothesis"),
    "engines": Loop("usage logs of generated content: every metric the same on DuckDB and on Spark", 1, 100),
    "rechecks": Loop("editions and archives changed by somebody and checked in the browser: 95 in 100 seen", 30, 1000),
    "archives": Loop("archives changed by somebody, or by chance: seen, or one error", 20, 1500),
    "differences": Loop("two questions of a private dataset: no few people in the one and not in the other", 30, 300),
    "surroundings": Loop(
        "builds in another locale, time zone, home …: the same bytes",
        ("all at once", "no locale"),
        (
            "all at once",
            "no locale",
            "one processor",
            "another locale",
            "another time zone",
            "no leave for others",
            "another hash seed",
            "another home",
        ),
    ),
    "editions": Loop(
        "editions built story by story, from nothing, and verified: the same",
        ("three stories",),
        ("three stories", "this desk"),
    ),
    "tamperings": Loop("editions changed with their hashes, by kind of part: verify and diff see it", 1, 3),
    "states": Loop("states that readers may choose in a story: each that of a clean build", 1, 1000),
    "pages": Loop(
        "the published pages at a width and in a scheme, and on paper: axe finds nothing, all fits",
        ((320, "light"), (1280, "dark")),
        ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")),
    ),
}


def of(loop: str) -> pytest.MarkDecorator:
    """Marks a test as a part of a loop, so that `make soak` finds it."""
    assert loop in LOOPS
    return pytest.mark.soak(loop=loop)


def count(loop: str) -> Any:
    """How often the loop goes round, or what it goes through."""
    assert full is not None, "a conftest.py imports a file of tests before it is known how often loops go round"
    return LOOPS[loop].full if full else LOOPS[loop].few


def examples(usual: int) -> int:
    """How many inputs are generated for a property of which each takes long."""
    return usual * MORE if full else usual


def each_in_turn(things: Sequence, ways: Sequence) -> list[tuple[Any, Any]]:
    """Each thing with what a loop goes through: with one of it, in turn, and in full with all of it."""
    if full:
        return [(thing, way) for thing in things for way in ways]
    return [(thing, ways[place % len(ways)]) for place, thing in enumerate(things)]


def parts() -> range:
    """The parts into which a loop is cut, so that in full each processor has one."""
    return range(2 if full else 1)


def spread(items: Sequence, number: int) -> list:
    """So many of the items, or all, spread evenly from the first to the last."""
    if number >= len(items):
        return list(items)
    return [items[round(place * (len(items) - 1) / max(1, number - 1))] for place in range(number)]


def some(items: Sequence, number: int) -> list:
    """So many of the items, spread evenly, and in full all of them."""
    return list(items) if full else spread(items, number)


def slow_but(few: Sequence, things: Sequence) -> list:
    """The things as parameters of a test: those that are not among the few are for `make test-slow`."""
    given = [(thing, thing if isinstance(thing, tuple) else (thing,)) for thing in things]
    return [thing if thing in few else pytest.param(*values, marks=pytest.mark.slow) for thing, values in given]


def in_full_only():
    """A test whose meaning is in the real edition alone, which takes long."""
    return pytest.mark.skipif(not full, reason="IN FULL ONLY: `make soak` runs it")
