"""Units: a closed list in data/units.txt, checked by pint."""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import pint

from toolkit.core.currency import has_currency
from toolkit.core.errors import NumberError, Problem, ToolkitError
from toolkit.core.locales import ENGLISH, LOCALES, Locale
from toolkit.core.project import Project, find_project, read_text
from toolkit.core.text import clean_text, shortened
from toolkit.core.unit_answers import kept_in_registry
from toolkit.core.unit_syntax import denominators_in_parentheses, in_words, wrong_in_definition, wrong_in_unit

Unit = pint.Unit
REGISTRIES = 64  # that a process keeps, of the unit files that it read last
WHERE = "data/units.txt"
NEAREST = 3  # units that are named for one that is not known
WORD = re.compile(r"[^\W\d]\w*")
BY_NAME = "correct the unit; a number in it is a scale by its name: USD per thousand seats"


class UnitRegistry(pint.UnitRegistry[Any]):
    """The units that one project defines, the language of numbers in them, and the texts that were looked up there."""

    locale: Locale
    looked_up: set[str]


@lru_cache(REGISTRIES)
def registry_of(path: Path, changed: int, language: str = ENGLISH.code) -> UnitRegistry:
    """The registry of the units that one file defines, and no others; `changed` is its modification time in ns.

    Files of the same text share one. Raises ToolkitError as `registry_of_text` does.
    """
    return registry_of_text(read_text(path), WHERE, language)


@lru_cache(REGISTRIES)
def registry_of_text(text: str, where: str, language: str = ENGLISH.code) -> UnitRegistry:
    """The registry of a text in the form of data/units.txt, in one of LOCALES; errors name `where`.

    Raises ToolkitError with every line that defines no unit, defines one again, or uses one that is not defined.
    """
    registry = UnitRegistry(None, on_redefinition="raise", cache_folder=None)
    registry.looked_up, registry.locale = set(), LOCALES[language]
    lines: dict[str, tuple[int, str]] = {}
    first_of: dict[str, str] = {}  # the unit that each new dimension was made for
    problems: list[Problem] = []

    def add_problem(count: int, definition: str, wrong: str) -> None:
        problems.append(
            Problem(
                f"{where}, line {count}",
                f"{shortened(repr(definition))} ({wrong})",
                "pint's form: name = definition = _ = plural",
                "correct the line",
            )
        )

    for count, line in enumerate(text.splitlines(), 1):
        definition = line.split("#", 1)[0].strip()
        if not definition:
            continue
        if wrong := clean_text(definition)[1] or wrong_in_definition(definition):
            add_problem(count, definition, wrong)
            continue
        try:
            registry.define(definition)
            name, dimension = (part.strip() for part in definition.split("=")[:2])
            lines[name] = (count, definition)
            if dimension.startswith("[") and (first := first_of.setdefault(dimension, name)) != name:
                add_problem(count, definition, f"{dimension} makes it equal to {first}: write [{name}]")
        except Exception as error:
            add_problem(count, definition, in_words(error, "a line that defines no unit"))
    for name, (count, definition) in lines.items():
        try:
            _ = registry.Unit(name).dimensionality
            converter: Any = registry._units[name].converter
            if not 0 < float(converter.scale) < math.inf:
                add_problem(count, definition, "a factor that is not over zero")
        except Exception as error:
            add_problem(count, definition, in_words(error, "a line that defines no unit"))
    if problems:
        raise ToolkitError(problems)
    return registry


def registry(path: Path | None = None, content: bytes | None = None) -> UnitRegistry:
    """The registry of a project's data/units.txt; without a path, of the project that holds the working directory.

    `content` is that of the file where it was read already.
    Raises ToolkitError as `registry_of` does, and for a language that the toolkit lacks; OSError without a file.
    """
    path = path or find_project().data / "units.txt"
    settings = path.parents[1] / "pyproject.toml"
    changed = settings.stat().st_mtime_ns if settings.exists() else 0
    language = _language(path.parents[1], changed)
    if content is not None:
        return registry_of_text(read_text(path, content), WHERE, language)
    return registry_of(path, path.stat().st_mtime_ns, language)


@cache  # every value that a notebook assumes asks for the registry
def _language(root: Path, changed: int) -> str:
    """The language of a project whose settings were written at `changed`, in nanoseconds."""
    return Project(root).language


def parse_unit(text: str, units: pint.UnitRegistry[Any] | None = None) -> Unit:
    """The unit that `text` names ("token/month", "million USD", "1").

    Words after a slash or "per" belong together: "USD/million token" and "USD per million tokens" are dollars per
    million tokens. Without `units` it is read in those of the project around the working directory. Raises NumberError
    for a word that they do not define, and for a number; without `units` also ToolkitError as `registry` does.
    """
    units = units or registry()
    if isinstance(units, UnitRegistry):
        units.looked_up.add(text)
    if text.strip() == "1":
        return no_unit(units)
    return _parsed(units, text)


def unit_of_text(text: str, units: UnitRegistry) -> Unit:
    """As `parse_unit`; that a text was looked up so makes no story depend on it. Raises NumberError as `parse_unit`."""
    return no_unit(units) if text.strip() == "1" else _parsed(units, text)


@kept_in_registry
def _parsed(units: pint.UnitRegistry[Any], text: str) -> Unit:
    if wrong := wrong_in_unit(text):
        raise NumberError(
            f"the unit {shortened(text)!r}",
            wrong,
            "names of units of data/units.txt with *, /, per and powers, such as USD/million token",
            BY_NAME,
        )
    try:
        return units.parse_units(denominators_in_parentheses(text))
    except Exception as error:
        names = sorted(name for name in units._units if name.isidentifier() and name != "pi")
        not_known = [word for word in WORD.findall(text) if word not in names and word.lower() != "per"] or [text]
        near = [close for word in not_known for close in difflib.get_close_matches(word, names, NEAREST, 0.0)]
        such_as = f", such as {', '.join(dict.fromkeys(near))}" if near else ", which defines none yet"
        line = f": {not_known[0]} = [{not_known[0]}]" if WORD.fullmatch(not_known[0]) else ""
        raise NumberError(
            f"the unit {shortened(text)!r}",
            in_words(error, "a text that names no unit"),
            f"units of data/units.txt{such_as}",
            BY_NAME if type(error) is ValueError else f"correct the unit, or define it there in one line{line}",
        ) from error


def no_unit(like: Unit | pint.UnitRegistry[Any]) -> Unit:
    """The unit of a dimensionless number, in the registry of `like`."""
    units = like if isinstance(like, pint.UnitRegistry) else units_of(like)
    return _dimensionless(units)


@kept_in_registry
def _dimensionless(units: pint.UnitRegistry[Any]) -> Unit:
    return units.Unit("")


def units_of(unit: Unit) -> UnitRegistry:
    """The registry that defines a unit."""
    return cast(UnitRegistry, unit._REGISTRY)


def locale_of(unit: Unit) -> Locale:
    """The language of the project whose registry defines the unit."""
    return units_of(unit).locale


def powers(unit: Unit) -> dict[str, float]:
    """The names in a unit, each with its power: {"token": 1, "month": -1}."""
    return cast("dict[str, float]", dict(unit._units))


def unit_text(unit: Unit) -> str:
    """A unit as text that `parse_unit` reads: "token/month", "million USD"; "1" for a dimensionless number."""
    return _unit_text(unit._REGISTRY, unit)


@kept_in_registry
def _unit_text(units: UnitRegistry, unit: Unit) -> str:
    parts = sorted(powers(unit).items())
    above = [(name, power) for name, power in parts if power > 0]
    scale = next((name for name, power in above if power == 1 and _is_scale(units, name)), None)
    without_scale = "*".join(_power_text(name, power) for name, power in above if name != scale)
    numerator = " ".join(part for part in (scale, without_scale) if part) or "1"
    return numerator + "".join("/" + _power_text(name, -power) for name, power in parts if power < 0)


@kept_in_registry
def _is_scale(units: UnitRegistry, name: str) -> bool:
    """Whether a name on a unit is a plain number, such as million."""
    return is_dimensionless(units.Unit(name))


def _power_text(name: str, power: float) -> str:
    return name if power == 1 else f"{name}**{power:g}"


def factor(old: Unit, new: Unit) -> tuple[float, float]:
    """(multiplier, divisor) that convert a value from `old` to `new`; one of the two is 1.

    A factor below one is a divisor, since 5 / 1e6 is closer to the decimal than 5 * 1e-6. Raises NumberError for
    different dimensions.
    """
    return _factor(old._REGISTRY, old, new)


@kept_in_registry
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
    """`value` converted from `old` to `new`, as floats. Raises NumberError for different dimensions."""
    if old is new:
        return value
    multiplier, divisor = factor(old, new)
    return value * multiplier / divisor


def convert_exactly(value: float, old: Unit, new: Unit) -> float:
    """`value` converted from `old` to `new` in decimal arithmetic: 69.1 million is 69,100,000.

    Raises NumberError for different dimensions.
    """
    if old is new:
        return float(value)
    multiplier, divisor = factor(old, new)
    return float(Decimal(repr(float(value))) * Decimal(repr(multiplier)) / Decimal(repr(divisor)))


def base_units(unit: Unit) -> tuple[float, str]:
    """(factor, text) that convert a value in `unit` to the base units, which data/units.txt derives from no other."""
    return _base_units(units_of(unit), unit)


@kept_in_registry
def _base_units(units: UnitRegistry, unit: Unit) -> tuple[float, str]:
    quantity = units.Quantity(1.0, unit).to_base_units()
    return float(quantity.magnitude), unit_text(cast(Unit, quantity.units))


def unit_without_scales(unit: Unit) -> Unit:
    """`unit` without its scales: "million token/month" becomes "token/month", "percent" becomes "1"."""
    return _plain_unit(unit._REGISTRY, unit)


@kept_in_registry
def _plain_unit(units: UnitRegistry, unit: Unit) -> Unit:
    unscaled = {name: power for name, power in unit._units.items() if not units.Unit(name).dimensionless}
    return unit if len(unscaled) == len(unit._units) else units.Unit(pint.util.UnitsContainer(unscaled))


def time_units_of(unit: Unit) -> Unit:
    """The part of a unit that measures time: 1/month of token/month."""
    return _time_units_of(unit._REGISTRY, unit)


@kept_in_registry
def _time_units_of(units: UnitRegistry, unit: Unit) -> Unit:
    times = {name: power for name, power in unit._units.items() if units.Unit(name).dimensionality == {"[time]": 1}}
    return units.Unit(pint.util.UnitsContainer(times))


def is_counted(unit: Unit) -> bool:
    """True for a unit of things that are counted, such as seats, whose dimension has the name of the thing.

    Time, money, power, a length are measured: second = [time], metre = [length].
    """
    measured = is_dimensionless(unit) or has_currency(powers(unit))
    return not measured and all(_counts(unit._REGISTRY, name) for name in unit.dimensionality)


@kept_in_registry
def _counts(units: UnitRegistry, dimension: str) -> bool:
    name = dimension.strip("[]")
    return name in units and units.Unit(name).dimensionality == {dimension: 1}


def is_dimensionless(unit: Unit) -> bool:
    """True where a unit is made of scales alone, or of nothing; week/month is not, though the dimensions cancel."""
    return not unit_without_scales(unit)._units


def singular_and_plural(name: str, units: pint.UnitRegistry[Any]) -> tuple[str, str]:
    """The singular and plural of a unit in words: the last two names on its line in data/units.txt."""
    names = [name, *units._units[name].aliases]
    singular, plural = names[-2:] if len(names) > 1 else (name, name.removesuffix("s") + "s")
    return singular.replace("_", " "), plural.replace("_", " ")
