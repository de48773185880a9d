"""Names that a series may not use: those that the database or SQL has, and those that lie of the unit SQL sees."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pint

from toolkit.core.errors import NumberError
from toolkit.core.unit import Unit, UnitRegistry, factor, parse_unit, powers, unit_text

SQL = Path(__file__).parents[1] / "database" / "sql"
CREATED = re.compile(r'^CREATE (TABLE|VIEW) "?(\w+)', re.MULTILINE)
LEAST = "min"  # the symbol of a minute, and what many call the low end


@cache
def reserved() -> dict[str, str]:
    """What each name is that no series can have: a table or view of the database, or a word of SQL."""
    found = dict.fromkeys((SQL / "keywords.txt").read_text(encoding="utf-8").split(), "a word of SQL")
    for path in sorted(SQL.glob("**/*.sql")):
        if path.parent.name in ("sql", "views"):
            made = CREATED.findall(path.read_text(encoding="utf-8"))
            found |= {name: f"a {kind.lower()} of the database" for kind, name in made}
    return found


def misleading(name: str, base: Unit, units: UnitRegistry) -> str | None:
    """What the name of a value's column says of scale or unit where SQL sees `base`; None where the two agree."""
    start, said = _unit_at_the_end(name, units)
    parts = name.split("_")
    if said is not None and not any(_same(said, unit) for unit in (base, _counted(base))):
        return " ".join(parts[start:])
    return next((part for part in parts[:start] if _is_scale(part, units)), None)


def _counted(unit: Unit) -> Unit:
    """What a unit counts, without the time or the people over which it does: tokens of tokens a month."""
    return unit._REGISTRY.Unit(pint.util.UnitsContainer({n: power for n, power in powers(unit).items() if power > 0}))


def better_names(name: str, base: Unit, units: UnitRegistry) -> str:
    """Names for the same column that agree with `base`: "low or low_usd" for low_billion_usd."""
    start, _ = _unit_at_the_end(name, units)
    kept = [part for part in name.split("_")[:start] if not _is_scale(part, units)]
    plain = "_".join(kept) or "amount"
    unit = "_per_".join(unit_text(base).lower().split("/"))
    return f"{plain} or {plain}_{unit}" if unit.isidentifier() else plain


def _unit_at_the_end(name: str, units: UnitRegistry) -> tuple[int, Unit | None]:
    """The part of a name at which its unit begins, and the unit; the count of parts and None where it ends in none."""
    known, parts = _words(units), name.split("_")
    for start in range(len(parts)):
        words = "_".join(parts[start:]).split("_per_")
        if all(word in known for word in words) and parts[start - 1 : start] != ["per"]:
            return start, parse_unit("/".join(known[word] for word in words), units)
    return len(parts), None


@cache
def _words(units: UnitRegistry) -> dict[str, str]:
    names = [name for name in units._units if name.isidentifier() and len(name) > 1 and name != LEAST]
    return {name.lower(): name for name in names}


def _is_scale(part: str, units: UnitRegistry) -> bool:
    known = _words(units)
    name = known.get(part) or known.get(part.removesuffix("s"))
    return name is not None and (unit := parse_unit(name, units)).dimensionless and not _same(unit, units.Unit(""))


def _same(one: Unit, other: Unit) -> bool:
    try:
        return factor(one, other) == (1.0, 1.0)
    except NumberError:
        return False
