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
    found = PER.search(text)
    return int(SIZES.get(found[1]) or re.sub(r"\D", "", found[1])) if found else 0


def sizes_said(text: str, unit: Unit, units: UnitRegistry) -> Iterator[float]:
    """How many of `unit` are each of the units of the same kind that a title names.

    Those that stand where titles have them, "(hours)", count; without one, another that it is about: "Waiting hours".
    """
    places = ["".join(place) for place in PLACES.findall(text)]
    found = [size for place in places or [text] for size in _sizes_of(place, unit, units)]
    about = (size for word in _subjects(text, units) for size in _sizes_of(word, unit, units))
    yield from found or (size * SIZES.get(scale_said(text), 1.0) for size in about if size != 1)


def _sizes_of(place: str, unit: Unit, units: UnitRegistry) -> Iterator[float]:
    """How many of `unit` is the unit that all words of a place make."""
    known = {**words_of_units(units), "per": "per"} if not is_dimensionless(unit) else {}
    words = place.strip().removeprefix("in ")
    found = [word.lower() for word in WORD.findall(words)]
    money = {*powers(unit)} <= {*CODES}
    if found == ["hundreds"] or (money and found and found[-1] in CENTS and len(found) < 3):
        yield 100.0 if found == ["hundreds"] else 0.01
    if found and known.keys() >= {*found} and not words[0].isdigit():  # "in 1.000 Euro" says a scale
        with suppress(NumberError):
            named = parse_unit(WORD.sub(lambda word: known[word[0].lower()], words), units)
            yield convert_value(1.0, named, unit)
    elif len(found) == 1:
        own = unit_text(unit)
        yield from (
            kind[name] / kind[own] for kind in STANDARD if own in kind and (name := _singular(found[0])) in kind
        )


def _subjects(text: str, units: UnitRegistry) -> list[str]:
    """The words that a title is about, if they are units in the plural: "Hours waited", "Waiting hours per week"."""
    known, words = words_of_units(units), WORD.findall(PREPOSITIONS.sub("", text))
    ends = dict.fromkeys(word.lower() for word in (*words[:1], *words[-1:]))
    plural = {word for word in ends if word in known and units._units[known[word]].name != known[word]}
    plural |= {word for word in ends if word not in known and word.endswith("s") and _is_standard(word)}
    return [word for word in ends if word in plural]


def _is_standard(word: str) -> bool:
    return any(_singular(word) in kind for kind in STANDARD)


def _singular(word: str) -> str:
    return word.removesuffix("s").replace("meter", "metre")
