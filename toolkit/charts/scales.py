"""Scales, which turn values into pixels, and the labels of their ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.charts.drawing import Cell
from toolkit.core.currency import AXIS_UNITS, CURRENCIES
from toolkit.core.errors import ToolkitError
from toolkit.core.locales import ENGLISH, Locale
from toolkit.core.wording import SCALES, grouped_digits, round_to, scaled

SIGNS = {currency.name: currency.sign for currency in CURRENCIES.values()}
AXES = {"percent": "percent", "points": "points", "times": "times", "quantity": "count"}  # unit of an axis by `form`
HUNDREDTHS = ("percent", "points")  # units whose labels are a hundred times the values
PLAIN = ("times", "count")
LOG_NOTE = "each line is {times} times the one before"
NEARLY = 0.25  # of the distance of two lines: an axis that would end so near below a line ends at it
SHORT_NOTE = "equal distances are equal multiples"


@dataclass(frozen=True)
class PixelScale:
    """A linear or logarithmic scale: the value `low` stands at the pixel `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """About `count` round numbers on the scale; on a log scale powers of ten, or 1, 2 and 5 times them if short."""
        if self.log and self.short():
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            found = [part * 10.0**power for power in powers for part in (1, 2, 5)]
            return [value for value in found if self.low * (1 - 1e-9) <= value <= self.high * (1 + 1e-9)]
        if self.log:
            first, last = self.powers()
            return [10.0**power for power in range(first, last + 1, self.decades(count))]
        step = round_step((self.high - self.low) / max(count, 1))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [place * step for place in range(first, last + 1)]

    def powers(self) -> tuple[int, int]:
        """The exponents of the first and the last power of ten on a log scale."""
        return math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)

    def decades(self, count: int = 5) -> int:
        """By how many powers of ten the lines of a log scale are apart, so that there are at most `count`."""
        first, last = self.powers()
        return max(1, math.ceil((last - first + 1) / max(count, 2)))

    def short(self) -> bool:
        """True if a log scale has fewer than two powers of ten on it."""
        first, last = self.powers()
        return last - first < 1

    def stepped(self, count: int, locale: Locale) -> str:
        """What a step of a log scale is, in words."""
        if self.short():
            return locale.say(SHORT_NOTE)
        times = {1: "ten", 2: "a hundred", 3: "a thousand"}.get(self.decades(count), "many")
        return locale.say(LOG_NOTE).replace("{times}", locale.say(times))

    def noted(self, title: str, count: int, locale: Locale) -> str:
        """The title of an axis, and of a log scale what a step of it is."""
        note = self.stepped(count, locale) if self.log else ""
        return "; ".join(words for words in (title, note) if words)


def fitted(
    low: float,
    high: float,
    start: float,
    right: float,
    needs: Iterable[tuple[float, float]],
    log: bool = False,
) -> PixelScale:
    """The longest scale from `start` at which each value has the pixels that it `needs` to its right, up to `right`."""
    length = right - start
    fraction = PixelScale(low, high, 0, 1, log)
    for value, need in needs:
        part = fraction.at(value)
        if part > 0:
            length = min(length, (right - start - need) / part)
    return PixelScale(low, high, start, start + length, log)


def round_step(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is at least `rough`; never 2.5 itself: counts are whole."""
    power = 10.0 ** math.floor(math.log10(rough))
    steps = (1, 2, 5, 10) if power == 1 else (1, 2, 2.5, 5, 10)
    return next(power * step for step in steps if power * step >= rough * 0.999)


def round_up(value: float) -> float:
    """The first tick at or above a value, on an axis from zero with about four ticks."""
    step = round_step(value / 4)
    return step * math.ceil(value / step - 1e-9)


def to_next_line(low: float, high: float, count: int) -> float:
    """Where a linear axis ends: at the first tick above the greatest value `high` if that is near, else at `high`."""
    step = round_step((high - low) / count)
    line = step * math.ceil(high / step - 1e-9)
    return line if line - high <= step * NEARLY else high


def positive(values: Iterable[float], where: str, axis: str) -> None:
    """Raises ToolkitError if a value cannot stand on a log scale."""
    wrong = [value for value in values if value <= 0]
    if wrong:
        raise ToolkitError(
            where,
            f"{axis} has {wrong[0]:g} on a log scale",
            allowed="values above zero",
            remedy="use a linear scale, or leave those rows out of the question",
        )


def unit_of(cells: Iterable[Cell]) -> str:
    """The unit of an axis, the first of AXIS_UNITS that a cell has.

    Raises ToolkitError where numbers in two currencies, in per cent and in none, or in money and in none share it.
    """
    found = {cell.currency if cell.form == "money" else AXES[cell.form] for cell in cells}
    apart = [*(name for name in SIGNS if name in found)]
    apart += [" and ".join(one for one in kind if one in found) for kind in (HUNDREDTHS, PLAIN) if found & {*kind}]
    if len(apart) > 1:
        raise ToolkitError(
            "an axis of a chart",
            f"values in {' and '.join(apart)}",
            "values in one unit on an axis",
            "convert them, or draw them apart",
        )
    return next((unit for unit in AXIS_UNITS if unit in found), "count")


def tick_words(ticks: list[float], unit: str, log: bool = False, locale: Locale = ENGLISH) -> list[str]:
    """The labels of ticks: "0", "5", "$10m". The last has the unit, and all are written in its scale (millions, say).

    On a log axis each label has a scale of its own, and money and percentages their unit at each.
    """
    if log:
        alone = (*SIGNS, *HUNDREDTHS)
        return [one_word(value, unit if value == ticks[-1] or unit in alone else "count", locale) for value in ticks]
    top = max((abs(tick) for tick in ticks), default=0.0)
    _, scale = scaled(round_to(top, 12))
    power = SCALES.get(scale, 0)
    labels = []
    places = max((_decimals(tick) for tick in ticks), default=0)  # an axis has as many as its step needs
    cents = unit in SIGNS and not power and places
    for tick in ticks:
        small = tick * 100 if unit in HUNDREDTHS else tick / 10**power
        bare = in_cents(tick, max(2, places), locale) if cents else digits(small, locale)
        labels.append(with_unit(bare, unit, scale, locale) if tick == ticks[-1] else bare)
    return labels


def one_word(value: float, unit: str, locale: Locale) -> str:
    """The label of one value on a log axis, with its own scale and with the unit: "$10m"."""
    small, scale = scaled(round_to(value * 100 if unit in HUNDREDTHS else value, 6))
    cents = unit in SIGNS and not scale and 0.01 <= value < 1
    return with_unit(in_cents(value, 2, locale) if cents else digits(float(small), locale), unit, scale, locale)


def with_unit(bare: str, unit: str, scale: str, locale: Locale) -> str:
    """Digits with a scale ("million", "" for none) and the sign of a unit, as short as axes have them: "$5m"."""
    if unit in SIGNS:
        return locale.with_sign("", SIGNS[unit], bare, locale.money_scales.get(scale, ""))
    if unit == "percent":
        return locale.percent.format(value=bare)
    if unit == "points":
        return bare + locale.short_points[bare != "1"]
    text = bare + locale.short_scales.get(scale, "")
    return text + locale.short_times if unit == "times" else text


def _decimals(value: float) -> int:
    """How many decimals a value has at twelve significant digits."""
    return max(0, -int(round_to(value, 12).normalize().as_tuple().exponent)) if value else 0


def digits(value: float, locale: Locale) -> str:
    """A value as digits, at most twelve significant ones."""
    return grouped_digits(round_to(value, 12).normalize(), locale) if value else "0"


def in_cents(value: float, places: int, locale: Locale) -> str:
    """An amount of money with a fixed number of decimals: "0.50"."""
    return f"{value:.{places}f}".replace(".", locale.point)
