"""The lines of data/units.txt that a story depends on: those of units that it looked up, and of what they are made."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from toolkit.core.project import Project, read_text
from toolkit.core.unit import UnitRegistry

WORD = re.compile(r"[^\W\d]\w*")


@contextlib.contextmanager
def lookups(units: UnitRegistry) -> Iterator[set[str]]:
    """The texts that are looked up among `units` inside the `with`, whether there is such a unit or not.

    The set is filled as they are.
    """
    before, units.looked_up = units.looked_up, set()
    try:
        yield units.looked_up
    finally:
        units.looked_up = before | units.looked_up


def definitions_of(project: Project, looked_up: list[str]) -> list[str]:
    """The definitions that these texts, units or names of columns, may have met in data/units.txt now, sorted.

    A text that met no unit has none; once a line defines one, it has. Raises ToolkitError where data/units.txt cannot
    be read.
    """
    lines: dict[str, str] = {}
    for line in read_text(project.data / "units.txt").splitlines():
        definition = line.split("#", 1)[0].strip()
        # NAME = DEFINITION = SYMBOL = ALIAS …: all but the definition are names
        name, _, *aliases = (part.strip().lower() for part in [*definition.split("="), ""])
        lines |= dict.fromkeys(filter(None, (name, *aliases)), definition)
    definitions: dict[str, None] = {}
    names = list(_names_in(looked_up))
    for name in names:  # the loop goes on to what is appended in it
        if name in lines and lines[name] not in definitions:
            definitions[lines[name]] = None
            names += _names_in(lines[name].split("=")[1:2])
    return sorted(definitions)


def _names_in(texts: Iterable[str]) -> Iterator[str]:
    """The names of units that texts may mean, in small letters: usd and week in mean_usd_per_week, token in tokens."""
    for word in dict.fromkeys(word.lower() for text in texts for word in WORD.findall(text)):
        parts = word.split("_")
        for start, end in combinations(range(len(parts) + 1), 2):
            name = "_".join(parts[start:end])
            yield from (name, name.removesuffix("s"))
