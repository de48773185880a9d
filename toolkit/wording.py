"""How a number is written: in prose, in a chart, in a table. The one place for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from toolkit.units import Unit, words

SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))
TIME = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Locale:
    """The words and marks of one house style."""

    point: str = "."
    group: str = ","
    money: str = "{minus}${value}{scale}"
    money_scales: dict[str, str] = field(
        default_factory=lambda: {"trillion": "tn", "billion": "bn", "million": "m"}
    )
    scales: dict[str, str] = field(
        default_factory=lambda: {"trillion": " trillion", "billion": " billion", "million": " million"}
    )
    short_scales: dict[str, str] = field(
        default_factory=lambda: {"trillion": "T", "billion": "bn", "million": "m"}
    )
    percent: str = "{value}%"
    times: str = "{value} times"
    short_times: str = "{value}×"
    range: str = "{low} to {high}"
    per: str = " per {unit}"
    each: str = " a {unit}"
    small: tuple[str, ...] = (
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    )  # fmt: skip


LOCALES = {
    "en": Locale(),
    "de": Locale(
        point=",",
        group=".",
        money="{minus}{value}{scale} $",
        money_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
        scales={"trillion": " Billionen", "billion": " Milliarden", "million": " Millionen"},
        short_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
        percent="{value} %",
        times="{value}-mal",
        short_times="{value}×",
        range="{low} bis {high}",
        per=" je {unit}",
        each=" je {unit}",
        small=(
            "null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
        ),  # fmt: skip
    ),
}


ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?")  # a day or a month, as the desk keeps dates

# what a page says of a kind
KINDS = {
    "reported": "reported", "computed": "computed from reported figures", "measured": "measured in logs",
    "assumed": "computed with assumptions", "synthetic": "SIMULATED",
}  # fmt: skip
MARKS = KINDS | {"assumed": "assumed"}  # beside a number in the text, and of an assumption itself


@dataclass(frozen=True)
class Style:
    """How one number wants to be written.

    `form` is quantity, times or percent; `digits` significant figures (None: as given for a leaf, two
    otherwise); `bare` leaves the unit's words out; `words` spells a small whole number; `brief` takes the
    short form of charts into prose.
    """

    form: str = "quantity"
    digits: int | None = None
    bare: bool = False
    words: bool = False
    brief: bool = False


def round_to(value: float, digits: int | None) -> Decimal:
    """`value` at `digits` significant figures, halves away from zero; None keeps what was given."""
    exact = Decimal(repr(float(value)))
    if digits is None or exact == 0:
        return exact.normalize()
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    rounded = exact.quantize(place, rounding=ROUND_HALF_UP)
    if rounded.adjusted() > exact.adjusted():
        rounded = rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - digits + 1), rounding=ROUND_HALF_UP)
    return rounded


def plain(value: Decimal, locale: Locale, places: int | None = None) -> str:
    """Digits with the locale's point and groups; thousands are grouped from four figures up."""
    text = f"{abs(value):,.{places}f}" if places is not None else f"{abs(value):,f}"
    text = text.replace(",", "\0").replace(".", locale.point).replace("\0", locale.group)
    return ("−" if value < 0 else "") + text


def scaled(value: Decimal) -> tuple[Decimal, str]:
    """A large number as a small one and its scale word."""
    for power, word in SCALES:
        if abs(value) >= Decimal(1).scaleb(power):
            return value.scaleb(-power), word
    return value, ""


def written(value: float, unit: Unit, style: Style, locale: Locale, short: bool = False) -> str:
    """One value without the words of its unit: "69 million", "$650bn", "9.9", "81%"."""
    if style.form == "percent":
        hundredths = round_to(float(round_to(value * 100, 12)), style.digits)
        return locale.percent.format(value=plain(hundredths, locale))
    rounded = round_to(value, style.digits)
    if style.words and rounded == rounded.to_integral_value() and 0 <= rounded < len(locale.small):
        return locale.small[int(rounded)]
    small, scale = scaled(rounded)
    if money(unit):
        cents = 2 if not scale and small != small.to_integral_value() and abs(small) >= Decimal("0.01") else None
        if cents and style.digits is not None and abs(small) >= 10:
            cents = None
        text = plain(abs(small), locale, cents)
        return locale.money.format(
            minus="−" if small < 0 else "", value=text, scale=locale.money_scales.get(scale, "")
        )
    suffix = locale.short_scales if short else locale.scales
    return plain(small, locale) + suffix.get(scale, "")


def money(unit: Unit) -> bool:
    """True if the quantity counts dollars."""
    return dict(unit._units).get("USD") == 1


def unit_words(unit: Unit, locale: Locale, single: bool = False) -> str:
    """The words after the digits: " tokens per merged request", " a month"; dollars have their sign instead."""
    parts = dict(unit._units)
    above = [name for name, power in parts.items() if power > 0 and name != "USD"]
    below = [name for name, power in parts.items() if power < 0]
    named = {name: words(name, unit._REGISTRY) for name in parts}
    text = "".join(" " + named[name][0 if single else 1] for name in above)
    for name in sorted(below, key=lambda name: name in TIME):
        text += (locale.each if name in TIME else locale.per).format(unit=named[name][0])
    return text.replace(" a hour", " an hour")


def prose(low: float, high: float, unit: Unit, style: Style, locale: Locale = LOCALES["en"]) -> str:
    """A number as a sentence carries it: "9.9 times", "$650bn to $700bn", "51 million tokens a month"."""
    if style.brief:
        return chart(low, high, unit, style, locale)
    ends = [written(value, unit, style, locale) for value in (low, high)]
    text = ends[0] if ends[0] == ends[1] else locale.range.format(low=ends[0], high=ends[1])
    if style.bare or style.form == "percent":
        return text
    if style.form == "times":
        return locale.times.format(value=text)
    return text + unit_words(unit, locale, single=ends[0] == ends[1] and low == high == 1)


def chart(low: float, high: float, unit: Unit, style: Style, locale: Locale = LOCALES["en"]) -> str:
    """A number as a chart's label carries it: "9.9×", "69m", "$650bn"."""
    ends = [written(value, unit, style, locale, short=True) for value in (low, high)]
    text = ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
    scales = {scaled(round_to(value, style.digits))[1] for value in (low, high)}
    if money(unit) and ends[0] != ends[1] and len(scales) == 1:
        text = re.sub(r"^(\D*)([\d.,]+)(\D*)–\1([\d.,]+)\3$", r"\1\2–\4\3", text)
    return locale.short_times.format(value=text) if style.form == "times" and not style.bare else text


def written_date(published: str | None) -> str:
    """A date as prose writes it: 15 April 2026, April 2026, 2026, or undated."""
    if not published:
        return "undated"
    months = ("January February March April May June July August September October November December").split()
    year, *rest = published.split("/")[0].split("-")
    if rest and rest[0][0] in "QH":
        return f"{rest[0]} {year}"
    day = f"{int(rest[1])} " if len(rest) > 1 else ""
    return f"{day}{months[int(rest[0]) - 1]} {year}" if rest else year


def cited(sources: Iterable[tuple[str, str | None]]) -> list[str]:
    """Sources (publisher, date), oldest first, in a line for each publisher: more than two by the first and the last.

    "Jellyfish, 15 April 2026"; "Business Insider, April and 7 May 2026"; "Meta, January to July 2026 (7 sources)".
    """
    by_publisher: dict[str, list[str | None]] = {}
    for publisher, published in sources:
        by_publisher.setdefault(publisher, []).append(published)
    return [f"{publisher}, {_dates(dates)}" for publisher, dates in by_publisher.items()]


def _dates(published: list[str | None]) -> str:
    said = list(dict.fromkeys(written_date(date) for date in published if date))
    if len(said) < 2:
        count = f" ({len(published)} sources)" if len(published) > 1 else ""
        return (said[0] if said else "undated") + count
    first, last = said[0], said[-1]
    if first.endswith(last[-5:]) and " " in first:  # of one year, which is said once
        first = first[:-5]
    return f"{first} and {last}" if len(published) == 2 else f"{first} to {last} ({len(published)} sources)"
