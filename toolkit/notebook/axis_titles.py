"""Titles and labels of axes and legends in charts of Altair: what they say of the unit is what their numbers are in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from toolkit.core.errors import NumberError, Problem
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    convert_value,
    is_counted,
    is_dimensionless,
    parse_unit,
    powers,
    unit_text,
    unit_without_scales,
    units_of,
)
from toolkit.database.table import Column
from toolkit.datasets.header_units import CODES, MONEY, SHARED, currency_said, says_percent, scale_said
from toolkit.reported.series_names import words_of_units

SIZES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7}
LETTERS = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}  # alone behind digits
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")  # texts in an expression of Vega's
FORMAT = re.compile(r"format\(([^,]+),\s*(['\"])(.*?)\2\)")
CENTS = ("cent", "cents", "penny", "pence")  # "Euro cents"
HUNDREDTHS = re.compile("%|p$")  # in a format
CHANGED = re.compile(r"datum\.value\s*([*/])\s*([\d.]+(?:e[+-]?\d+)?)")
PLACES = re.compile(r"\(([^()]+)\)|(?:,|\bin)\s+([^(),]+)$|^([^(),]+)$")  # of units in a title
ALONE = re.compile(r"\([^()]*\)|^\S+$")  # where a currency is that of what is counted in no money
AXES = {  # of a configuration, by channel
    "x": ("axisX", "axisBottom", "axisTop", "axisQuantitative", "axisXQuantitative", "axis"),
    "y": ("axisY", "axisLeft", "axisRight", "axisQuantitative", "axisYQuantitative", "axis"),
}
PER = re.compile(r"\bper (10*(?:[,.\s]000)*(?![.,]?\d)|thousand|million)")  # of rates: "per 1,000 residents"
ABBREVIATED = re.compile(r"\([^()]+\)|(?:,|\bin)\s+[^\W\d]+$")  # ", kg": a unit, though none that is defined
UNSAID_PERCENT = (
    "labels that are a hundred times a share, and no word that says so",
    "shares, which an axis writes as per cent, or a title that says per cent",
    "leave the factor of 100 out, or say per cent in the title",
)
WRONG_RATE = (
    "a title that says for how many its rate is, and labels for another number",
    "labels multiplied by what the title says",
    'multiply what the chart divides, or its labels: axis=alt.Axis(labelExpr="datum.value * …")',
)
WORD = re.compile(r"[^\W\d]+")


class Labels(NamedTuple):
    """Titles of an axis or a legend, words that its labels add to digits, and what their values are multiplied by.

    `signed` says that a format writes shares as per cent.
    """

    titles: Sequence[str]
    words: Sequence[str]
    times: float
    signed: bool


def title_problems(
    specification: Mapping[str, Any], columns: Iterable[Column], units: UnitRegistry, where: str, words: str = ""
) -> Iterator[Problem]:
    """A problem for each title of an axis or a legend that names another scale or unit than its labels have.

    So is a scale that the chart makes, and that neither title nor labels nor `words`, those beside the chart, say.
    `columns` are those of the chart's table. What it counts, what its transforms make of several columns but shares,
    and numbers that stand as names, are not looked at. Raises NumberError for a column's unit that `units` do not
    define.
    """
    from toolkit.charts.arrangement import views
    from toolkit.charts.derived_fields import COUNTS, DerivedField, derived_fields
    from toolkit.charts.formats import channel_parts, is_share, titles

    made = dict(specification)
    known = {end: one for one in columns for end in (one.name, f"{one.name}_low", f"{one.name}_high") if one.unit}
    derived = derived_fields(made)
    for view in views(made):
        for name, channel in view.get("encoding", {}).items():
            for part in channel_parts(channel):
                own = str(part.get("field"))
                field = derived.get(own, DerivedField((own,)))
                config, about = made.get("config", {}), f"{where}, {name}"
                if part.get("type") != "quantitative":
                    continue
                said = (*titles(part), words)
                if field.ratio:
                    form = "percent" if is_share(part, field) else "quantity"
                    labels = _labels(part, form, name, field.times, config)
                    yield from (Problem(about, *one) for one in _of_ratio(labels, form, titles(part), said))
                if part.get("aggregate") in COUNTS or part.get("stack") == "normalize":
                    continue
                for column in (known[one] for one in field.columns if one in known):
                    unit = parse_unit(column.unit or "1", units)
                    labels = _labels(part, column.form, name, field.times, config)
                    held = "shares" if column.form == "percent" else unit_text(unit)
                    wrong = [*_wrong(labels, column.form, unit, units)]
                    for found, remedy in wrong:
                        yield Problem(about, found, f"words for {column.name}, in {held}", remedy)
                    if not wrong:
                        unsaid = _unsaid(labels, column.form, unit, units, said)
                        yield from (Problem(about, *one) for one in unsaid)


def _of_ratio(labels: Labels, form: str, titles: Iterable[str], said: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of a ratio that the chart works out."""
    if form == "percent":
        yield from _unsaid_percent(labels, said)
    if any(per and not math.isclose(per, labels.times) for per in map(_per, titles)):
        yield WRONG_RATE


def _unsaid_percent(labels: Labels, said: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    bare = math.isclose(labels.times, 100) and not labels.signed
    if bare and not any(map(says_percent, (*said, *labels.words))):
        yield UNSAID_PERCENT


def _labels(part: Mapping[str, Any], form: str, channel: str, made: float, config: Mapping[str, Any]) -> Labels:
    """What labels of a channel say, of values that are `made` times those of their column.

    Those of shares are per cent where the author gave none on an axis or a legend.
    """
    from toolkit.charts.formats import LABELLED

    places = [part, *(part[key] for key in ("axis", "legend", "header") if isinstance(part.get(key), dict))]
    given = [one["title"] for one in places if one.get("title")]
    titles = [text for one in given for text in (one if isinstance(one, list) else [one]) if isinstance(text, str)]
    if not any("title" in one for one in places):  # what Vega-Lite writes then
        titles = [name for name in (str(part.get("field")).replace("_", " "),) if {*name.split()} & {*SIZES}]
    expression = next((one["labelExpr"] for one in places if one.get("labelExpr")), "")
    formats = [one["format"] for one in places if isinstance(one.get("format"), str)]
    of_the_house = made == 1 and channel in LABELLED and not (expression or formats)
    if of_the_house and form == "percent":
        formats = ["%"]
    elif of_the_house and form == "points":
        return Labels(titles, (), 100, True)
    configured = [config[key] for key in AXES.get(channel, ()) if isinstance(config.get(key), dict)]
    expression = expression or next((one["labelExpr"] for one in configured if one.get("labelExpr")), "")
    inside = [spec for _, _, spec in FORMAT.findall(expression)]
    words = [word.strip() for pair in QUOTED.findall(FORMAT.sub(r"\1", expression)) for word in pair]
    times = made
    if changed := CHANGED.search(expression):
        times *= float(changed[2]) if changed[1] == "*" else 1 / float(changed[2])
    signed = any(
        HUNDREDTHS.search(one) for one in (formats if "datum.label" in expression or not expression else inside)
    )
    return Labels(titles, words, times * 100 if signed else times, signed)


def _wrong(labels: Labels, form: str, unit: Unit, units: UnitRegistry) -> Iterator[tuple[str, str]]:
    """(what was found, what to do) of each word of titles and labels that is not that of their numbers."""
    size = _size(unit)
    own = [name for name in powers(unit) if name in CODES]
    said = next((SIZES[scale] for _, scale in map(_scale_behind, labels.words) if scale), 1.0)  # 1 of "10k"
    for text, scale in (*((one, scale_said(one)) for one in labels.titles), *map(_scale_behind, labels.words)):
        named = currency_said(text if own else "".join(ALONE.findall(text)))
        of_another = named and named not in own and not (named in SHARED and own and not {*own} & {*MONEY.values()})
        if scale and not math.isclose(SIZES[scale] * labels.times, size):
            divided = f'axis=alt.Axis(labelExpr="datum.value / {_plain(SIZES[scale] / size)}")'
            yield (
                f"{text!r}, where labels count no {scale}s",
                f"give it a title without {scale}, or divide the labels: {divided}",
            )
        elif says_percent(text) and (form not in ("percent", "points") or not math.isclose(labels.times, 100)):
            yield f"{text!r}, where labels are not per cent", "leave it out, or leave out the format of shares"
        elif of_another or (named in own and not scale and not math.isclose(labels.times * said, 1)):
            yield f"{text!r}, another unit than that of the labels", "name their own, or convert them in the question"
        elif any(not math.isclose(times, 1 / (labels.times * said)) for times in _sizes_said(text, unit, units)):
            yield f"{text!r}, another unit than that of the labels", "name their own, or convert them in the question"
        elif (
            (per := _per(text))
            and min(powers(unit).values(), default=0) < 0
            and not math.isclose(labels.times, wanted := per * size / _per_many(unit))
        ):
            times = f'axis=alt.Axis(labelExpr="datum.value * {_plain(wanted)}")'
            yield f"{text!r}, where labels are not per {per:,}", f"leave the number out, or multiply them: {times}"


def _unsaid(
    labels: Labels, form: str, unit: Unit, units: UnitRegistry, said: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of values that the chart makes another scale of without a word."""
    if form in ("percent", "points"):
        yield from _unsaid_percent(labels, said)
        return
    changed = labels.times / _size(unit)
    named = any(map(scale_said, said)) or any(scale for _, scale in map(_scale_behind, labels.words))
    named = named or any(ABBREVIATED.search(title) or _per(title) for title in labels.titles)
    if labels.times == 1 or named or any([*_sizes_said(one, unit, units)] for one in labels.titles):
        return
    for scale, size in SIZES.items():
        if math.isclose(changed * size, 1):
            say = f"say {scale} in the title, or leave the division out: an axis writes large numbers itself"
            yield (
                f"labels that count {scale}s, and no word that says so",
                f"words such as {scale} {unit_text(unit)}",
                say,
            )
        elif math.isclose(changed, size):
            yield f"labels that are a {scale} times the values", f"values in {unit_text(unit)}", "leave the factor out"


def _size(unit: Unit) -> float:
    """How many of it without scales one of a unit is: a million of USD million."""
    return 1.0 if is_dimensionless(unit) else convert_value(1.0, unit, unit_without_scales(unit))


def _per_many(unit: Unit) -> float:
    """How many things a unit is for: 1,000 of one for thousand_people that are 1000 people, 1 of one for each."""
    below = [units_of(unit).Unit(name) for name, power in powers(unit).items() if power < 0]
    return math.prod(base_units(one)[0] for one in below if is_counted(one))


def _per(text: str) -> int:
    """For how many a rate is that a title names: 1,000 of "deaths per 1,000 residents"; 0 where it says none."""
    found = PER.search(text)
    return int(SIZES.get(found[1]) or re.sub(r"\D", "", found[1])) if found else 0


def _plain(size: float) -> str:
    return f"{size:.0f}" if size >= 1 else f"{size:g}"


def _scale_behind(word: str) -> tuple[str, str]:
    return word, LETTERS.get(word.lower(), "") or scale_said(word)


def _sizes_said(text: str, unit: Unit, units: UnitRegistry) -> Iterator[float]:
    """How many of `unit` are each of the units of the same kind that a title names where titles have them."""
    known = {**words_of_units(units), "per": "per"} if not is_dimensionless(unit) else {}
    money = {*powers(unit)} <= {*CODES}
    for place in PLACES.findall(text):
        words = "".join(place).strip().removeprefix("in ")
        found = [word.lower() for word in WORD.findall(words)]
        if found == ["hundreds"] or (money and found and found[-1] in CENTS and len(found) < 3):
            yield 100.0 if found == ["hundreds"] else 0.01
        if found and known.keys() >= {*found}:
            with suppress(NumberError):
                named = parse_unit(WORD.sub(lambda word: known[word[0].lower()], words), units)
                yield convert_value(1.0, named, unit)
