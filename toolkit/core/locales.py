"""The languages that numbers are written in, and the currencies: a table of each, where another is an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CURRENCIES = {"USD": "$"}  # units written by a sign before or after the digits


@dataclass(frozen=True)
class Locale:
    """The words and marks of one language; `small` has the numbers from zero on that can be spelt."""

    point: str
    group: str
    money: str
    money_scales: Mapping[str, str]
    scales: Mapping[str, str]
    short_scales: Mapping[str, str]
    percent: str
    points: str
    short_points: str
    times: str
    short_times: str
    range: str
    per: str
    each: str
    small: tuple[str, ...]


LOCALES = {
    "en": Locale(
        point=".",
        group=",",
        money="{minus}{sign}{value}{scale}",
        money_scales={"trillion": "tn", "billion": "bn", "million": "m"},
        scales={"trillion": " trillion", "billion": " billion", "million": " million"},
        short_scales={"trillion": "T", "billion": "bn", "million": "m"},
        percent="{value}%",
        points=" percentage points",
        short_points=" points",
        times=" times",
        short_times="×",
        range="{low} to {high}",
        per=" per {unit}",
        each=" a {unit}",
        small=tuple("zero one two three four five six seven eight nine ten eleven twelve".split()),
    ),
    "de": Locale(
        point=",",
        group=".",
        money="{minus}{value}{scale} {sign}",
        money_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
        scales={"trillion": " Billionen", "billion": " Milliarden", "million": " Millionen"},
        short_scales={"trillion": " Bio.", "billion": " Mrd.", "million": " Mio."},
        percent="{value} %",
        points=" Prozentpunkte",
        short_points=" Punkte",
        times="-mal",
        short_times="×",
        range="{low} bis {high}",
        per=" je {unit}",
        each=" je {unit}",
        small=tuple("null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()),
    ),
}
