"""Reads declared values of a scenario: numbers with unit and source, distributions, shares.

A wrong value is added to the problems, and a valid one returned in its place, so that one reading finds all problems.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.reading.entry import ID, Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.usage.simulate.draws import Quantiles, always
from toolkit.usage.simulate.scenario import DISTRIBUTIONS, Limits, Quantity

WRITTEN_BY = "write the file again: python -m toolkit.usage.calibrate FOLDER"


def read_calibration(project: Project, problems: list[Problem]) -> Entry | None:
    """The content of data/calibration.yml, or None, with the reasons added to `problems`, where it is not valid."""
    top, before = read_yaml(project, project.data / "calibration.yml", problems), len(problems)
    if top is None:
        return None
    shares = top.get("shares")
    if not _rising(shares):
        top.add_problem("shares", "no list of rising shares", "shares: [0, ..., 1]", WRITTEN_BY)
    for part in ("distributions", "numbers", "lists"):
        entries = top.get(part)
        if not isinstance(entries, Entry):
            top.add_problem(part, f"{part} is no mapping", "names, each with unit and value or values", WRITTEN_BY)
            continue
        for name, calibrated in entries.items():
            if not isinstance(calibrated, Entry) or not _is_calibrated(part, calibrated, shares):
                entries.add_problem(
                    name,
                    f"{name} does not hold together",
                    "unit, file, and a value or values; distributions with one for each share, none below the last",
                    WRITTEN_BY,
                )
    return top if len(problems) == before else None


def _is_calibrated(part: str, calibrated: Entry, shares: object) -> bool:
    values = [calibrated.get("value")] if part == "numbers" else calibrated.get("values")
    if not isinstance(values, list) or not all(map(_is_number, [*values, 0])):
        return False
    has_texts = isinstance(calibrated.get("unit"), str) and isinstance(calibrated.get("file"), str)
    return has_texts and (
        part != "distributions" or (_rising(values, or_equal=True) and _rising(shares) and len(values) == len(shares))
    )


@dataclass
class DeclaredValues:
    """A reader of declared values; `calibration` is the content of data/calibration.yml."""

    project: Project
    calibration: Entry
    problems: list[Problem]

    def quantity(self, entry: Entry, key: str, limits: Limits, default: Quantity | None = None) -> Quantity:
        """{value, unit, source} at `key`; without it `default`, or where that is None a problem and the least value."""
        declared = entry.get(key)
        if declared is None and default is not None:
            return default
        if not isinstance(declared, Entry):
            entry.add_problem(
                key,
                f"{key} is {'missing' if declared is None else repr(declared)}",
                f"{{value: ..., unit: {limits.unit}, source: ...}}",
                f"declare {key} with unit and source",
            )
            return Quantity(limits.low, limits.unit, "assumption")
        declared.check_keys(("value", "unit", "source", "note"), ("value", "unit", "source"))
        value = declared.number("value")
        bad = value is None or not limits.low <= value <= limits.high or (limits.whole and value != int(value))
        if bad and "value" in declared:
            number_words = "a whole number " if limits.whole else ""
            declared.add_problem(
                "value",
                f"{key} is {declared['value']!r}",
                f"{number_words}from {limits.low:g} to {limits.high:g} {limits.unit}",
                "correct the value",
            )
        self.unit(declared, key, limits.unit)
        value = limits.low if bad or value is None else value
        return Quantity(value, limits.unit, self.source(declared), declared.text("note") or "")

    def unit(self, entry: Entry, key: str, unit: str) -> None:
        """Adds a problem if the entry has another unit than `unit`."""
        if "unit" in entry and entry.text("unit") != unit:
            entry.add_problem("unit", f"the unit of {key} is {entry['unit']!r}", unit, "convert the value to this unit")

    def source(self, entry: Entry) -> str:
        """The entry's source; a problem if it is not "assumption", "calibration NAME", or a source of the project."""
        source = entry.text("source") or ""
        kind, _, name = source.partition(" ")
        is_source = ID.fullmatch(source) and (self.project.data / "sources" / f"{source}.yml").is_file()
        calibrated = kind == "calibration" and any(
            name in self.calibration[part] for part in ("numbers", "lists", "distributions")
        )
        if "source" in entry and source != "assumption" and not is_source and not calibrated:
            entry.add_problem(
                "source",
                f"no source {source!r} in data/sources/",
                "assumption, calibration NAME, or the id of a file in data/sources",
                "correct it or enter the source",
            )
        return source

    def quantiles(self, entry: Entry, key: str) -> Quantiles:
        """A distribution at `key`: {calibration: name}, {quantiles, unit, source}, or {value, unit, source}.

        Where `window` and `compacted` are missing, contexts are never compacted.
        """
        limits = DISTRIBUTIONS[key]
        declared = entry.get(key)
        if isinstance(declared, Entry) and "calibration" in declared:
            declared.check_keys(("calibration",))
            return self._calibrated(declared, limits)
        if isinstance(declared, Entry) and "quantiles" in declared:
            declared.check_keys(("quantiles", "unit", "source", "note"), ("unit", "source"))
            self.unit(declared, key, limits.unit)
            return self._from_quantiles(declared, limits)
        if key in ("window", "compacted") and declared is None:
            return always(limits.high if key == "window" else limits.low, limits.unit, "assumption")
        fixed = self.quantity(entry, key, limits)
        return always(fixed.value, fixed.unit, fixed.source)

    def _calibrated(self, declared: Entry, limits: Limits) -> Quantiles:
        name = declared.text("calibration") or ""
        distribution = self.calibration["distributions"].get(name)
        if distribution is None:
            declared.add_problem(
                "calibration",
                f"no distribution {name!r}",
                ", ".join(self.calibration["distributions"]),
                "correct the name",
            )
            return always(limits.low, limits.unit, "assumption")
        if distribution["unit"] != limits.unit:
            declared.add_problem(
                "calibration", f"{name} is in {distribution['unit']}", limits.unit, "name a distribution in that unit"
            )
        values = [min(max(value, limits.low), limits.high) for value in distribution["values"]]
        return Quantiles(tuple(self.calibration["shares"]), tuple(values), limits.unit, f"calibration {name}")

    def _from_quantiles(self, declared: Entry, limits: Limits) -> Quantiles:
        """A distribution whose quantiles are written out: shares that rise from 0 to 1, and values that do not fall."""
        quantiles = declared["quantiles"]
        shares, values = (
            (quantiles.get("shares"), quantiles.get("values")) if isinstance(quantiles, Entry) else (None, None)
        )
        if not (
            _rising(shares)
            and _rising(values, or_equal=True)
            and len(shares) == len(values)
            and (shares[0], shares[-1]) == (0, 1)
            and limits.low <= values[0] <= values[-1] <= limits.high
        ):
            declared.add_problem(
                "quantiles",
                f"{dict(quantiles) if isinstance(quantiles, Entry) else quantiles!r}",
                f"{{shares: [0, ..., 1], values: [...]}}, rising, from {limits.low:g} to {limits.high:g} {limits.unit}",
                "write as many values as shares",
            )
            return always(limits.low, limits.unit, "assumption")
        return Quantiles(tuple(map(float, shares)), tuple(map(float, values)), limits.unit, self.source(declared))

    def numbers(self, entry: Entry, key: str, count: int) -> tuple[tuple[float, ...], str]:
        """`count` shares at `key`, {calibration: name} or {values, source}, made to add up to 1; and their source."""
        declared = entry.get(key)
        values, source = None, "assumption"
        if isinstance(declared, Entry) and "calibration" in declared:
            name = declared.text("calibration")
            values, source = self.calibration["lists"].get(name, {}).get("values"), f"calibration {name}"
        elif isinstance(declared, Entry):
            values, source = declared.get("values"), self.source(declared)
        if not (
            isinstance(values, list)
            and len(values) == count
            and all(_is_number(value) and value >= 0 for value in values)
            and sum(values) > 0
        ):
            entry.add_problem(
                key,
                f"{key} is {dict(declared) if isinstance(declared, Entry) else declared!r}",
                f"{count} shares of zero or more: {{calibration: NAME}} or {{values: [...], source: ...}}",
                "write the shares",
            )
            return (1.0,) * count, "assumption"
        return tuple(value / math.fsum(values) for value in values), source


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _rising(values: object, or_equal: bool = False) -> TypeGuard[Sequence[float]]:
    """Whether they are two or more numbers, each greater than the one before (`or_equal`: or as great)."""
    if not isinstance(values, Sequence) or isinstance(values, str) or not all(_is_number(value) for value in values):
        return False
    pairs = list(pairwise(values))
    return bool(pairs) and all(a <= b if or_equal else a < b for a, b in pairs)
