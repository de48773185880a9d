"""Names that a series may not use: those of the database and of SQL, and those that contradict a column's unit."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pint

from toolkit.core.errors import NumberError
from toolkit.core.unit import Unit, UnitRegistry, factor, parse_unit, powers, unit_text
from toolkit.core.unit_answers import kept_in_registry

SQL = Path(__file__).parents[1] / "database" / "sql"
CREATED = re.compile(r'^CREATE (TABLE|VIEW) "?(\w+)', re.MULTILINE)
SQL_WORD = "a word of SQL"  # why a name is reserved
MINIMUM = "min"  # pint reads it as minute; in a column's name it means minimum


@cache
def reserved() -> dict[str, str]:
    """The names that no series can have, each with what it is: "a table of the database", "a word of SQL"."""
    reasons = dict.fromkeys((SQL / "keywords.txt").read_text(encoding="utf-8").split(), SQL_WORD)
    for path in sorted(SQL.glob("**/*.sql")):
        if path.parent.name in ("sql", "views"):
            created = CREATED.findall(path.read_text(encoding="utf-8"))
            reasons |= {name: f"a {kind.lower()} of the database" for kind, name in created}
    return reasons


def contradicting_unit(name: str, base: Unit, units: UnitRegistry) -> str | None:
    """The scale or unit in a column's name that contradicts `base`, the unit SQL sees; None if there is none."""
    start, unit_in_name = _unit_at_the_end(name, units)
    parts = name.split("_")
    if unit_in_name is not None and not any(_same(unit_in_name, unit) for unit in (base, _numerator(base))):
        return " ".join(parts[start:])
    return next((part for part in parts[:start] if _is_scale(part, units)), None)


def _numerator(unit: Unit) -> Unit:
    """The numerator of a unit: token of token/month."""
    return unit._REGISTRY.Unit(pint.util.UnitsContainer({n: power for n, power in powers(unit).items() if power > 0}))


def better_names(name: str, base: Unit, units: UnitRegistry) -> str:
    """Names for the same column that agree with `base`: "low or low_usd" for low_billion_usd."""
    start, _ = _unit_at_the_end(name, units)
    parts = [part for part in name.split("_")[:start] if not _is_scale(part, units)]
    short = "_".join(parts) or "amount"
    unit = "_per_".join(unit_text(base).lower().split("/"))
    return f"{short} or {short}_{unit}" if unit.isidentifier() else short


def _unit_at_the_end(name: str, units: UnitRegistry) -> tuple[int, Unit | None]:
    """(index, unit): the part of a name, split at "_", at which a unit begins that ends the name.

    The number of parts and None if it ends in no unit.
    """
    unit_words, parts = words_of_units(units), name.split("_")
    for start in range(len(parts)):
        words = "_".join(parts[start:]).split("_per_")
        if all(word in unit_words for word in words) and parts[start - 1 : start] != ["per"]:
            return start, parse_unit("/".join(unit_words[word] for word in words), units)
    return len(parts), None


@kept_in_registry
def words_of_units(units: UnitRegistry) -> dict[str, str]:
    """The units that a column's name may say, by their names in lower case: of no single letter, and not `min`."""
    names = [name for name in units._units if name.isidentifier() and len(name) > 1 and name != MINIMUM]
    return {name.lower(): name for name in names}


def _is_scale(part: str, units: UnitRegistry) -> bool:
    unit_words = words_of_units(units)
    name = unit_words.get(part) or unit_words.get(part.removesuffix("s"))
    return name is not None and (unit := parse_unit(name, units)).dimensionless and not _same(unit, units.Unit(""))


def _same(unit: Unit, other: Unit) -> bool:
    try:
        return factor(unit, other) == (1.0, 1.0)
    except NumberError:
        return False
