"""How numbers, units and dates are written in prose, charts and tables: what is published is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from toolkit.core.currency import CURRENCIES, Currency
from toolkit.core.locales import ENGLISH, Locale
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    convert_value,
    locale_of,
    powers,
    singular_and_plural,
    time_units_of,
    unit_without_scales,
    units_of,
)
from toolkit.core.unit_answers import kept_in_registry

SCALES = {"trillion": 12, "billion": 9, "million": 6}
MOST_DIGITS_IN_CENTS = 3  # asked for in at most so many digits, only amounts below ten are written in cents
RELIABLE_DIGITS = 12  # further digits of a computed double may be rounding errors
LEAST_PERCENT = Decimal("0.01")  # in charts a smaller low end of a range is written <0.01%
ONE: tuple[object, ...] = ((1, 1), (-1, -1))  # ends of numbers that take the singular
TIME = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")  # a day or a month as in data/


@dataclass(frozen=True)
class Style:
    """How one number is written.

    `form` is quantity, times (a multiple), percent, or points (percentage points); `digits` the significant figures,
    None for a value that is not rounded (`number_style.py` takes two for computed numbers); `bare` omits the unit's
    words; `words` spells out a whole number up to twelve, never money; `brief` uses the short form of charts in prose.
    """

    form: str = "quantity"
    digits: int | None = None
    bare: bool = False
    words: bool = False
    brief: bool = False


def round_to(value: float, digits: int | None) -> Decimal:
    """`value` rounded to `digits` significant figures, halves away from zero; not rounded for None."""
    return round_decimal(Decimal(repr(float(value))), digits)


def round_decimal(exact: Decimal, digits: int | None) -> Decimal:
    """As `round_to`, of a Decimal."""
    if digits is None or exact == 0:
        return exact.normalize()
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    rounded = exact.quantize(place, rounding=ROUND_HALF_UP)
    if rounded.adjusted() > exact.adjusted():
        rounded = rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - digits + 1), rounding=ROUND_HALF_UP)
    return rounded


def grouped_digits(value: Decimal | int, locale: Locale, places: int | None = None) -> str:
    """A number in digits with the locale's separators, from 1,000 up in groups; `places` after the point, or all."""
    text = f"{abs(Decimal(value)):,{'' if places is None else f'.{places}'}f}"
    text = text.replace(",", "\0").replace(".", locale.point).replace("\0", locale.group)
    return ("−" if value < 0 else "") + text


def scaled(value: Decimal) -> tuple[Decimal, str]:
    """(number, scale) of a value: (69, "million") for 69,000,000; the value and "" below a million."""
    for word, power in SCALES.items():
        if value and value.adjusted() >= power:
            return value.scaleb(-power), word
    return value, ""


@dataclass(frozen=True)
class ValueParts:
    """One value as the parts that are written: sign, `digits` with the locale's separators, `scale` (or "").

    `value` is the rounded value, in hundredths where `form` is percent or points; `form` is that of the style, or money
    with its `currency`.
    """

    value: Decimal
    negative: bool
    digits: str
    scale: str
    form: str
    currency: Currency | None = None

    @property
    def number(self) -> Decimal:
        """The rounded value as a fraction: 0.81 for "81%"."""
        return self.value / 100 if self.form in ("percent", "points") else self.value

    def text(self, locale: Locale, short: bool = False) -> str:
        """The parts joined, without the words of the unit: "69 million", "$650bn", "9.9", "81%"; or as in charts."""
        minus = "−" if self.negative else ""
        if self.form == "percent":
            return locale.percent.format(value=minus + self.digits)
        if self.currency:
            scale = locale.money_scales[self.scale] if self.scale else ""
            return locale.with_sign(minus, self.currency.sign, self.digits, scale)
        scales = locale.short_scales if short else locale.single_scales if self.digits == "1" else locale.scales
        return minus + self.digits + (scales[self.scale] if self.scale else "")


@dataclass(frozen=True)
class Wording:
    """A number as it is written: the parts of its two ends (equal for a point), and the words after them in `unit`."""

    low: ValueParts
    high: ValueParts
    style: Style
    locale: Locale
    unit: str

    @property
    def form(self) -> str:
        """The form of both ends: money, percent, points, times or quantity."""
        return self.low.form

    @property
    def amount(self) -> str:
        """The amount without the words of its unit: "69 million", "$650bn to $700bn"."""
        low = self.low.text(self.locale)
        high = low if self.high is self.low else self.high.text(self.locale)
        return low if low == high else self.locale.range.format(low=low, high=high)

    @property
    def prose(self) -> str:
        """The number as it is written in a sentence: "9.9 times", "$650bn to $700bn", "51 million tokens a month"."""
        if self.style.brief:
            return self.short
        return self.amount if self.style.bare else self.amount + self.unit

    @property
    def short(self) -> str:
        """The number as it is written on a chart: "9.9×", "69m", "$650–700bn", "57–72%", "<0.01–16%"."""
        endings = {"times": self.locale.short_times, "points": self.short_points}
        amount = self.short_amount
        if self.form == "percent" and self.style.digits and 0 < self.low.value < LEAST_PERCENT <= self.high.value:
            least = replace(self.low, digits="<" + grouped_digits(LEAST_PERCENT, self.locale))
            amount = replace(self, low=least).short_amount
        return amount + ("" if self.style.bare else endings.get(self.form, ""))

    @property
    def short_points(self) -> str:
        """The word after percentage points on a chart and in a step: " points", " point" after one or minus one."""
        return self.locale.short_points[(self.low.value, self.high.value) not in ONE]

    @property
    def has_words_between(self) -> bool:
        """True for a range below zero, which has the words of prose between its ends in charts and steps too."""
        return self.low != self.high and (self.low.negative or self.high.negative)

    @property
    def short_amount(self) -> str:
        """`short` without the sign of times or points; a range with a negative end has the words of prose between."""
        low, high = self.low.text(self.locale, short=True), self.high.text(self.locale, short=True)
        if low == high:
            return low
        if self.has_words_between:
            return self.locale.range.format(low=low, high=high)
        if self.form in ("money", "percent") and self.low.scale == self.high.scale:
            return replace(self.low, digits=f"{self.low.digits}–{self.high.digits}").text(self.locale, short=True)
        return f"{low}–{high}"

    @property
    def end_digits(self) -> tuple[str, ...]:
        """Digits and minus sign of each end, once where they are alike, beside an axis that names scale and unit."""
        return tuple(dict.fromkeys("−" * end.negative + end.digits for end in (self.low, self.high)))


def wording_of(low: float, high: float, unit: Unit, style: Style, locale: Locale | None = None) -> Wording:
    """The wording of a number; scales of its unit (million, percent) are multiplied into the amount.

    The language is `locale`, or that of the project which defines the unit.
    """
    locale = locale or locale_of(unit)
    unscaled = unit_without_scales(unit)
    values = [convert_value(end, unit, unscaled) for end in ((low,) if low == high else (low, high))]
    ends = [_parts(value, unscaled, style, locale) for value in values]
    if high == low:
        values, ends = values * 2, ends * 2
    if {end.form for end in ends} == {"money"} and not any(end.scale for end in ends):
        ends = _with_as_many_places(ends, values, locale)
    if ends[1].scale and not ends[0].scale and 0 < abs(ends[0].value) < 1000:  # "11 to 20 million" reads as 11 million
        ends[1] = replace(ends[1], digits=grouped_digits(abs(ends[1].value), locale), scale="")
    if ends[0].form == "percent" and style.digits == 3 and 0 < ends[0].value < 100 <= ends[1].value:
        ends[0] = _parts(values[0], unscaled, replace(style, digits=2), locale)  # "85% to 115%", not "85.0%"
    if ends[0].form == "times":
        words_after = locale.times
    elif ends[0].form in ("percent", "points"):
        words_after = locale.points[(ends[0].value, ends[1].value) not in ONE] if ends[0].form == "points" else ""
    else:
        words_after = unit_words(unscaled, (low, high) in ONE, locale)
    return Wording(ends[0], ends[1], style, locale, words_after)


def _with_as_many_places(ends: list[ValueParts], values: list[float], locale: Locale) -> list[ValueParts]:
    """The two ends of an amount of money, both with cents where one has them: "$1.70 to $5.00"."""
    if not any(end.value != end.value.to_integral_value() and abs(end.value) >= 1 for end in ends):
        return ends
    return [
        _in_cents(end, value, locale) if end.value and end.value == end.value.to_integral_value() else end
        for end, value in zip(ends, values, strict=True)
    ]


def _in_cents(end: ValueParts, value: float, locale: Locale) -> ValueParts:
    """The end with two places, rounded from `value`."""
    cents = round_to(value, RELIABLE_DIGITS).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return replace(end, value=cents, digits=grouped_digits(abs(cents), locale, 2))


def _parts(value: float, unit: Unit, style: Style, locale: Locale) -> ValueParts:
    """The parts of a value whose unit has no scales."""
    if style.form in ("percent", "points"):
        rounded = _hundredths(value, style.digits, style.form == "percent")
        return ValueParts(rounded, rounded < 0, grouped_digits(abs(rounded), locale), "", style.form)
    rounded = round_to(value, style.digits)
    form = style.form
    if form == "quantity" and (money := currency(unit)):
        return _money(value, rounded, money, style, locale)
    if style.words and rounded == rounded.to_integral_value() and 0 <= rounded < len(locale.small):
        return ValueParts(rounded, False, locale.small[int(rounded)], "", form)
    small, scale = scaled(rounded)
    small = small.normalize() if scale and (style.digits or 0) > MOST_DIGITS_IN_CENTS else small  # 1.694 million
    return ValueParts(rounded, small < 0, grouped_digits(abs(small), locale), scale, form)


def _hundredths(value: float, digits: int | None, percent: bool) -> Decimal:
    """`value` × 100 at `digits` figures, at one below 0.001%, at more where rounding would give 100 for another."""
    exact = Decimal(repr(float(value))) * 100
    if digits is None or digits <= RELIABLE_DIGITS:
        exact = round_decimal(exact, RELIABLE_DIGITS)
    tiny = percent and exact and exact.adjusted() < -3 and 1 < (digits or 0) <= MOST_DIGITS_IN_CENTS
    rounded = round_decimal(exact, 1 if tiny else digits)
    if rounded == exact and not percent:
        return rounded.normalize()
    while digits is not None and abs(rounded) == 100 and abs(exact) != 100:
        digits += 1
        rounded = round_decimal(exact, digits)
    return rounded


def _money(value: float, rounded: Decimal, money: Currency, style: Style, locale: Locale) -> ValueParts:
    """An amount of money: whole or in cents; below a tenth, where cents would drop digits, in the style's digits."""
    small, scale = scaled(rounded)
    exact = round_to(value, RELIABLE_DIGITS)
    cents = exact if scale else exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    # $1.04 stays so between $1.05 and $1.29
    few = 1 < (style.digits or 0) <= MOST_DIGITS_IN_CENTS and abs(small) < 10
    has_cents = small != small.to_integral_value() or (few and cents != cents.to_integral_value())
    places = None
    if not scale and Decimal("0.01") <= abs(small) and has_cents:
        if style.digits is None or style.digits > MOST_DIGITS_IN_CENTS:
            decimals = -int(small.as_tuple().exponent)
            places = max(2, decimals)
            if places > decimals:  # cents are those of the value, not of its rounding
                rounded = small = cents
        elif abs(small) < 10 and (abs(small) >= Decimal("0.1") or small == small.quantize(Decimal("0.01"))):
            rounded = small = cents
            places = 2
    if places is None and (rounded == exact or not scale) and small == small.to_integral_value():
        places = 0  # no ".0"
    return ValueParts(rounded, small < 0, grouped_digits(abs(small), locale, places), scale, "money", money)


def currency(unit: Unit) -> Currency | None:
    """The currency in a unit, to the power of one, or None: US dollars of USD/month."""
    return _currency(units_of(unit), unit)


@kept_in_registry
def _currency(units: UnitRegistry, unit: Unit) -> Currency | None:
    return next((CURRENCIES[name] for name, power in powers(unit).items() if power == 1 and name in CURRENCIES), None)


def unit_words(unit: Unit, single: bool = False, locale: Locale | None = None) -> str:
    """The words after the digits, with a leading space: " tokens per merged request"; a currency has none.

    `single` is for an amount of one or minus one. The language is `locale`, or that of the unit's project.
    """
    return _unit_words(units_of(unit), unit, single, locale or locale_of(unit))


@kept_in_registry
def _unit_words(units: UnitRegistry, unit: Unit, single: bool, locale: Locale) -> str:
    parts = dict(sorted(powers(unit).items()))  # as in JSON: a number that was stored has the same words
    numerator = [name for name, power in parts.items() if power > 0 and not (power == 1 and name in CURRENCIES)]
    denominator = [name for name, power in parts.items() if power < 0]
    words = {name: singular_and_plural(name, units) for name in parts}
    in_singular = numerator if single else numerator[:-1]  # engine minutes
    text = "".join(" " + words[name][name not in in_singular] + _raised(parts[name]) for name in numerator)
    for name in sorted(denominator, key=lambda name: name in TIME):
        text += (locale.each if name in TIME else locale.per).format(unit=words[name][0] + _raised(-parts[name]))
    return text.replace(" a hour", " an hour")  # in English; no other language has these words


def period_words(unit: Unit, single: bool = False) -> str:
    """The words of the time units in a unit: " a month" for tokens a month."""
    return unit_words(time_units_of(unit), single)


def _raised(power: float) -> str:
    return {1.0: "", 2.0: "²", 3.0: "³"}.get(power, f"^{power:g}")


def written_date(published: str | None, locale: Locale = ENGLISH) -> str:
    """A date of data/ (of START/END the start) as in prose: 15 April 2026, April 2026, Q2 2026, 2026, or undated."""
    if not published:
        return locale.say("undated")
    year, *rest = published.split("/")[0].split("-")
    if rest and rest[0][0] in "QH":
        return f"{rest[0]} {year}"
    if not rest:
        return year
    month = locale.months[int(rest[0]) - 1]
    return f"{locale.day.format(day=int(rest[1]), month=month) if len(rest) > 1 else month} {year}"


def publisher_lines(sources: Iterable[tuple[str, str | None]], locale: Locale = ENGLISH) -> list[str]:
    """One line for each publisher of `sources`, (publisher, date) with the oldest first; of three or more, two dates.

    "Jellyfish, 15 April 2026"; "Business Insider, April and 7 May 2026"; "Meta, January to July 2026 (7 sources)".
    """
    by_publisher: dict[str, list[str | None]] = {}
    for publisher, published in sources:
        by_publisher.setdefault(publisher, []).append(published)
    return [f"{publisher}, {_dates(dates, locale)}" for publisher, dates in by_publisher.items()]


def _dates(published: list[str | None], locale: Locale) -> str:
    dates = list(dict.fromkeys(written_date(date, locale) for date in published if date))
    count = f" ({len(published)} {locale.say('sources')})"
    if len(dates) < 2:
        return (dates[0] if dates else locale.say("undated")) + (count if len(published) > 1 else "")
    first, last = dates[0], dates[-1]
    if first.endswith(last[-5:]) and " " in first:  # both of one year, which is written once
        first = first[:-5]
    if len(published) == 2:
        return f"{first} {locale.say('and')} {last}"
    return locale.range.format(low=first, high=last) + count
