"""Units: a closed list in data/units.txt, checked by pint."""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

import pint

from toolkit.core.errors import NumberError, Problem, ToolkitError
from toolkit.core.language import ENGLISH, LOCALES, Locale
from toolkit.core.project import Project, find_project, read_text
from toolkit.core.text import clean_text

Unit = pint.Unit
WORD = re.compile(r"[^\W\d]\w*")


class UnitRegistry(pint.UnitRegistry[Any]):
    """The units that one project defines, and the language in which numbers in them are written."""

    locale: Locale = ENGLISH


@cache
def registry_of(path: Path, changed: int, language: str = "en") -> UnitRegistry:
    """The units that one file defines and no others, in a language; `changed` is its time of change.

    Raises ToolkitError with every line that defines nothing, or by words that are not defined.
    """
    found = registry_of_text(read_text(path), "data/units.txt")
    found.locale = LOCALES[language]
    return found


def registry_of_text(text: str, where: str) -> UnitRegistry:
    """The units that a text defines, in the form of data/units.txt. Raises ToolkitError as `registry_of` does."""
    registry = UnitRegistry(None, on_redefinition="raise", cache_folder=None)
    lines: dict[str, tuple[int, str]] = {}
    problems: list[Problem] = []

    def add_problem(count: int, definition: str, error: object) -> None:
        problems.append(
            Problem(
                f"{where}, line {count}",
                f"{definition!r} ({error})",
                "pint's form: name = definition = _ = plural",
                "correct the line",
            )
        )

    for count, line in enumerate(text.splitlines(), 1):
        definition = line.split("#", 1)[0].strip()
        name, _, meaning = (part.strip() for part in definition.partition("="))
        try:
            if definition and not meaning.split("=")[0].strip():
                raise ValueError("no definition")
            if unclean := clean_text(definition)[1]:
                raise ValueError(unclean)
            if definition:
                registry.define(definition)
                lines[name] = (count, definition)
        except Exception as error:
            add_problem(count, definition, error)
    for name, (count, definition) in lines.items():
        try:
            _ = registry.Unit(name).dimensionality
            converter: Any = registry._units[name].converter
            if not 0 < float(converter.scale) < math.inf:
                raise ValueError("a factor that is not over zero")
        except Exception as error:
            add_problem(count, definition, error)
    if problems:
        raise ToolkitError(problems)
    return registry


def registry(path: Path | None = None) -> UnitRegistry:
    """The registry of a project's data/units.txt; without a path, of the project that holds the working directory.

    Raises ToolkitError as `registry_of` does, and for a project whose language there is not.
    """
    path = path or find_project().data / "units.txt"
    return registry_of(path, path.stat().st_mtime_ns, Project(path.parents[1]).language)


def parse_unit(text: str, units: pint.UnitRegistry[Any] | None = None) -> Unit:
    """The unit that `text` names ("token/month", "million USD", "1").

    Words that stand beside each other belong together: "USD/million token" is dollars per million tokens.
    Raises NumberError if a word in it is not defined in data/units.txt.
    """
    units = units or registry()
    if text.strip() == "1":
        return no_unit(units)
    return _parsed(units, text)


@cache
def _parsed(units: pint.UnitRegistry[Any], text: str) -> Unit:
    over, *under = text.split("/")
    grouped = "/".join([over, *(f"({part})" for part in under)]) if "(" not in text and all(under) else text
    try:
        return units.parse_units(grouped)
    except Exception as error:
        known = sorted(name for name in units._units if name.isidentifier() and name != "pi")
        words_not_known = [word for word in WORD.findall(text) if word not in known]
        near = [close for word in words_not_known for close in difflib.get_close_matches(word, known, 3)]
        raise NumberError(
            f"the unit {text!r}",
            f"{error}",
            f"units of data/units.txt{', such as' if near else ':'} {', '.join(near or known)}",
            "correct the unit, or define it there in one line",
        ) from error


def no_unit(like: Unit | pint.UnitRegistry[Any]) -> Unit:
    """The unit of a plain number."""
    units = like if isinstance(like, pint.UnitRegistry) else units_of(like)
    return units.Unit("")


def units_of(unit: Unit) -> UnitRegistry:
    """All units of the project which defines this one."""
    return cast(UnitRegistry, unit._REGISTRY)


def locale_of(unit: Unit) -> Locale:
    """The language in which a number in this unit is written: that of the project which defines the unit."""
    return units_of(unit).locale


def powers(unit: Unit) -> dict[str, float]:
    """The names that a unit is made of, each with its power: {"token": 1, "month": -1}."""
    return cast("dict[str, float]", dict(unit._units))


def unit_text(unit: Unit) -> str:
    """A unit as data and manifests carry it: "token/month", and "1" where there is none."""
    parts = sorted(powers(unit).items())
    above = "*".join(_power_text(name, power) for name, power in parts if power > 0) or "1"
    return above + "".join("/" + _power_text(name, -power) for name, power in parts if power < 0)


def _power_text(name: str, power: float) -> str:
    return name if power == 1 else f"{name}**{power:g}"


def factor(old: Unit, new: Unit) -> tuple[float, float]:
    """(multiply by, divide by) that takes a value in `old` to `new`; one of the two is 1.

    Dividing where the factor is below one keeps 5 USD per million tokens exact. Raises NumberError
    if the two measure different things.
    """
    return _factor(old._REGISTRY, old, new)


@cache  # the registry comes first: pint refuses to compare units of two
def _factor(units: UnitRegistry, old: Unit, new: Unit) -> tuple[float, float]:
    if old == new:
        return 1.0, 1.0
    try:
        up = units.Quantity(1.0, old).to(new).magnitude
        down = units.Quantity(1.0, new).to(old).magnitude
    except pint.DimensionalityError as error:
        raise NumberError(
            f"{unit_text(old)} to {unit_text(new)}",
            f"{unit_text(old)} measures {old.dimensionality}, {unit_text(new)} measures {new.dimensionality}",
            "units of the same dimension",
            "check which quantities are meant",
        ) from error
    return (1.0, down) if up < 1 else (up, 1.0)


def convert_value(value: float, old: Unit, new: Unit) -> float:
    """`value` in `old`, expressed in `new`."""
    if old is new:
        return value
    times, over = factor(old, new)
    return value * times / over


def convert_exactly(value: float, old: Unit, new: Unit) -> float:
    """`value` in `old`, expressed in `new`, exact in the decimals that it prints as: 69.1 million is 69,100,000."""
    times, over = factor(old, new)
    return float(Decimal(repr(float(value))) * Decimal(repr(times)) / Decimal(repr(over)))


def base_units(unit: Unit) -> tuple[float, str]:
    """(multiply by, name) that takes a value in `unit` to the units that data/units.txt derives from no other."""
    quantity = unit._REGISTRY.Quantity(1.0, unit).to_base_units()
    return float(quantity.magnitude), unit_text(cast(Unit, quantity.units))


def unit_without_scales(unit: Unit) -> Unit:
    """`unit` without its scales: "million token/month" becomes "token/month", "percent" a plain number."""
    return _plain_unit(unit._REGISTRY, unit)


@cache
def _plain_unit(units: UnitRegistry, unit: Unit) -> Unit:
    kept = {name: power for name, power in unit._units.items() if not units.Unit(name).dimensionless}
    return unit if len(kept) == len(unit._units) else units.Unit(pint.util.UnitsContainer(kept))


def time_units_of(unit: Unit) -> Unit:
    """What of a unit measures time: 1/month of token/month."""
    return _time_units_of(unit._REGISTRY, unit)


@cache
def _time_units_of(units: UnitRegistry, unit: Unit) -> Unit:
    kept = {name: power for name, power in unit._units.items() if units.Unit(name).dimensionality == {"[time]": 1}}
    return units.Unit(pint.util.UnitsContainer(kept))


def is_dimensionless(unit: Unit) -> bool:
    """True for a pure number: no unit is left but scales. A week a month is not one, it has its words."""
    return not unit_without_scales(unit)._units


def aligned(left: Unit, right: Unit) -> tuple[Unit, Unit]:
    """Both units without scales, and `right` with the units of `left` for what both measure: months become years."""
    return _aligned(left._REGISTRY, left, right)


@cache
def _aligned(units: UnitRegistry, left: Unit, right: Unit) -> tuple[Unit, Unit]:
    left, right = unit_without_scales(left), unit_without_scales(right)
    measures = {units.Unit(name).dimensionality: name for name in left._units}
    kept: dict[str, float] = {}
    for name, power in powers(right).items():
        other = measures.get(units.Unit(name).dimensionality, name)
        kept[other] = kept.get(other, 0) + power
    return left, units.Unit(pint.util.UnitsContainer(kept))


def words(name: str, units: pint.UnitRegistry[Any]) -> tuple[str, str]:
    """One and several of a unit in words: the last two names of its line in data/units.txt."""
    names = [name, *units._units[name].aliases]
    one, several = names[-2:] if len(names) > 1 else (name, name.removesuffix("s") + "s")
    return one.replace("_", " "), several.replace("_", " ")
