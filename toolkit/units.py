"""Units: a closed list in data/units.txt, checked by pint."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pint

from toolkit.errors import NumberError, Problem, ToolkitError
from toolkit.project import find_project, read_text
from toolkit.text import clean_text

Unit = pint.Unit


@cache
def registry_of(path: Path, changed: int) -> pint.UnitRegistry:
    """The units that one file defines and no others; `changed` is the file's time of change.

    Raises ToolkitError with every line that defines nothing, or by words that are not defined.
    """
    registry = pint.UnitRegistry(None, on_redefinition="raise", cache_folder=None)
    lines: dict[str, tuple[int, str]] = {}
    problems: list[Problem] = []

    def wrong(count: int, definition: str, error: object) -> None:
        problems.append(Problem(f"data/units.txt, line {count}", f"{definition!r} ({error})",
                                "pint's form: name = definition = _ = plural", "correct the line"))  # fmt: skip

    for count, line in enumerate(read_text(path).splitlines(), 1):
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
            wrong(count, definition, error)
    for name, (count, definition) in lines.items():
        try:
            _ = registry.Unit(name).dimensionality
            if not 0 < float(registry._units[name].converter.scale) < math.inf:
                raise ValueError("a factor that is not over zero")
        except Exception as error:
            wrong(count, definition, error)
    if problems:
        raise ToolkitError(problems)
    return registry


def registry(path: Path | None = None) -> pint.UnitRegistry:
    """The registry of data/units.txt; without a path, of the project that holds the working directory."""
    path = path or find_project().data / "units.txt"
    return registry_of(path, path.stat().st_mtime_ns)


def parse_unit(text: str, units: pint.UnitRegistry | None = None) -> Unit:
    """The unit that `text` names ("token/month", "million USD", "1").

    Raises NumberError if a word in it is not defined in data/units.txt.
    """
    units = units or registry()
    if text.strip() == "1":
        return units.Unit("")
    try:
        return units.parse_units(text)
    except Exception as error:
        known = sorted(name for name in units._units if name.isidentifier() and name != "pi")
        raise NumberError(
            f"the unit {text!r}",
            f"{error}",
            "units of data/units.txt: " + ", ".join(known),
            "correct the unit, or define it there in one line",
        ) from error


def unit_text(unit: Unit) -> str:
    """A unit as data and manifests carry it: "token/month", and "1" where there is none."""
    text = f"{unit:C}".replace(" ", "")
    return "1" if text in ("dimensionless", "") else text


def factor(old: Unit, new: Unit) -> tuple[float, float]:
    """(multiply by, divide by) that takes a value in `old` to `new`; one of the two is 1.

    Dividing where the factor is below one keeps 5 USD per million tokens exact. Raises NumberError
    if the two measure different things.
    """
    return _factor(old._REGISTRY, old, new)


@cache  # the registry comes first: pint refuses to compare units of two
def _factor(units: pint.UnitRegistry, old: Unit, new: Unit) -> tuple[float, float]:
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


def convert(value: float, old: Unit, new: Unit) -> float:
    """`value` in `old`, expressed in `new`."""
    times, over = factor(old, new)
    return value * times / over


def base_units(unit: Unit) -> tuple[float, str]:
    """(multiply by, name) that takes a value in `unit` to the units that data/units.txt derives from no other."""
    quantity = unit._REGISTRY.Quantity(1.0, unit).to_base_units()
    return float(quantity.magnitude), unit_text(quantity.units)


def reduced(unit: Unit) -> tuple[Unit, float]:
    """`unit` without plain factors (million, percent) or two units of one dimension, and what to multiply by."""
    return _reduced(unit._REGISTRY, unit)


@cache
def _reduced(units: pint.UnitRegistry, unit: Unit) -> tuple[Unit, float]:
    quantity = units.Quantity(1.0, unit).to_reduced_units()
    keep = {}
    for name, power in quantity.unit_items():
        if not units.Unit(name).dimensionless:
            keep[name] = power
    plain = units.Unit(pint.util.UnitsContainer(keep))
    return plain, quantity.to(plain).magnitude


def plain_unit(unit: Unit) -> Unit:
    """`unit` without its plain factors: "million token/month" becomes "token/month"."""
    return reduced(unit)[0]


def is_plain(unit: Unit) -> bool:
    """True for a pure number: no unit is left."""
    return unit.dimensionless


def words(name: str, units: pint.UnitRegistry) -> tuple[str, str]:
    """One and several of a unit in words: the last two names of its line in data/units.txt."""
    names = [name, *units._units[name].aliases]
    one, several = names[-2:] if len(names) > 1 else (name, name + "s")
    return one.replace("_", " "), several.replace("_", " ")
