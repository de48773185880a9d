"""The units that the words of a title name: where titles have units, and as what a title is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from toolkit.core.errors import NumberError
from toolkit.core.unit import Unit, UnitRegistry, convert_value, is_dimensionless, parse_unit, powers, unit_text
from toolkit.datasets.header_units import CODES, scale_said
from toolkit.reported.series_names import words_of_units

SIZES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7}
CENTS = ("cent", "cents", "penny", "pence")  # "Euro cents"
PLACES = re.compile(r"\(([^()]+)\)|(?:,|\bin)\s+((?:(?!\bin\b)[^(),])+)$")  # of units in a title
PER = re.compile(r"\bper (10*(?:[,.\s]000)*(?![.,]?\d)|thousand|million)")  # of rates: "per 1,000 residents"
ABBREVIATED = re.compile(r"\([^()]+\)|(?:,|\bin)\s+[^\W\d]+$")  # ", kg": a unit, though none that is defined
WORD = re.compile(r"[^\W\d]+")
STANDARD: tuple[dict[str, float], ...] = (  # units of one kind, which a title may name though no project defines them
    {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800},
    {"millimetre": 0.001, "centimetre": 0.01, "metre": 1, "kilometre": 1000},
    {"gram": 0.001, "kilogram": 1, "tonne": 1000},
)
# what a title is about stands before the first of these: "Hours of waiting", "Opening hours per week"
PREPOSITIONS = re.compile(
    r"\b(?:of|in|per|for|by|at|on|to|from|with|without|during|before|after|since|until|within|between)\b.*", re.I
)


def says_unit(title: str, unit: Unit, units: UnitRegistry) -> bool:
    """Whether a title says a unit that labels may be in, defined or not."""
    return bool(ABBREVIATED.search(title) or per_many_said(title) or [*sizes_said(title, unit, units)])


def per_many_said(text: str) -> int:
    """For how many a rate is that a title names: 1,000 of "deaths per 1,000 residents"; 0 where it says none."""
    match = PER.search(text)
    return int(SIZES.get(match[1]) or re.sub(r"\D", "", match[1])) if match else 0


def sizes_said(text: str, unit: Unit, units: UnitRegistry) -> Iterator[float]:
    """How many of `unit` are each of the units of the same kind that a title names.

    Those that stand where titles have them, "(hours)", count; without one, another that it is about: "Waiting hours".
    """
    places = ["".join(place) for place in PLACES.findall(text)]
    sizes = [size for place in places or [text] for size in _sizes_of(place, unit, units)]
    about = (size for word in _subjects(text, units) for size in _sizes_of(word, unit, units))
    yield from sizes or (size * SIZES.get(scale_said(text), 1.0) for size in about if size != 1)


def _sizes_of(place: str, unit: Unit, units: UnitRegistry) -> Iterator[float]:
    """How many of `unit` is the unit that all words of a place make."""
    unit_names = {**words_of_units(units), "per": "per"} if not is_dimensionless(unit) else {}
    words = place.strip().removeprefix("in ")
    lower_words = [word.lower() for word in WORD.findall(words)]
    money = {*powers(unit)} <= {*CODES}
    if lower_words == ["hundreds"] or (money and lower_words and lower_words[-1] in CENTS and len(lower_words) < 3):
        yield 100.0 if lower_words == ["hundreds"] else 0.01
    if lower_words and unit_names.keys() >= {*lower_words} and not words[0].isdigit():  # "in 1.000 Euro" says a scale
        with suppress(NumberError):
            unit_of_title = parse_unit(WORD.sub(lambda word: unit_names[word[0].lower()], words), units)
            yield convert_value(1.0, unit_of_title, unit)
    elif len(lower_words) == 1:
        own = unit_text(unit)
        yield from (
            kind[name] / kind[own] for kind in STANDARD if own in kind and (name := _singular(lower_words[0])) in kind
        )


def _subjects(text: str, units: UnitRegistry) -> list[str]:
    """The words that a title is about, if they are units in the plural: "Hours waited", "Waiting hours per week"."""
    unit_names, words = words_of_units(units), WORD.findall(PREPOSITIONS.sub("", text))
    ends = dict.fromkeys(word.lower() for word in (*words[:1], *words[-1:]))
    plural = {word for word in ends if word in unit_names and units._units[unit_names[word]].name != unit_names[word]}
    plural |= {word for word in ends if word not in unit_names and word.endswith("s") and _is_standard(word)}
    return [word for word in ends if word in plural]


def _is_standard(word: str) -> bool:
    return any(_singular(word) in kind for kind in STANDARD)


def _singular(word: str) -> str:
    return word.removesuffix("s").replace("meter", "metre")
