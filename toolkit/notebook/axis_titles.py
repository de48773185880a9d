"""Titles and labels of axes and legends in charts of Altair: what they say of the unit is what their numbers are in."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    is_counted,
    is_dimensionless,
    locale_of,
    no_unit,
    parse_unit,
    powers,
    unit_text,
    unit_without_scales,
    units_of,
)
from toolkit.core.wording import unit_words
from toolkit.database.table import Column
from toolkit.datasets.header_units import CODES, MONEY, SHARED, currency_said, says_percent, scale_said
from toolkit.notebook.many_rows import HouseTitle
from toolkit.notebook.units_in_titles import SIZES, per_many_said, says_unit, sizes_said

if TYPE_CHECKING:
    from toolkit.charts.derived_fields import DerivedField

LETTERS = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}  # alone behind digits
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")  # texts in an expression of Vega's
FORMAT = re.compile(r"format\(([^,]+),\s*(['\"])(.*?)\2\)")
HUNDREDTHS = re.compile("%|p$")  # in a format
CHANGED = re.compile(r"datum\.value\s*([*/])\s*([\d.]+(?:e[+-]?\d+)?)")
ALONE = re.compile(r"\([^()]*\)|^\S+$")  # where a currency is that of what is counted in no money
AXES = {  # of a configuration, by channel
    "x": ("axisX", "axisBottom", "axisTop", "axisQuantitative", "axisXQuantitative", "axis"),
    "y": ("axisY", "axisLeft", "axisRight", "axisQuantitative", "axisYQuantitative", "axis"),
}
WRONG_PRODUCT = (
    "a product whose labels are neither in the unit of its factors nor in thousands or millions of it",
    "values in percent divided by 100 before they multiply others",
    "divide them: datum.share / 100 * datum.fees",
)
UNSAID_PERCENT = (
    "labels that are a hundred times a share, and no word that says so",
    "shares, which an axis writes as per cent, or a title that says per cent",
    "say per cent in the title, or in words beside the chart, or leave a factor of 100 out",
)
WRONG_RATE = (
    "a title that says for how many its rate is, and labels for another number",
    "labels multiplied by what the title says",
    'multiply what the chart divides, or its labels: axis=alt.Axis(labelExpr="datum.value * …")',
)


class Labels(NamedTuple):
    """What an axis or a legend says: its titles, the words that its labels add to digits, and in which scale these are.

    Of a number on a page the label is `times` that number, the chart's value `value_times` that number; `per_cent` says
    that labels have the sign of per cent.
    """

    titles: Sequence[str]
    words: Sequence[str]
    times: float
    per_cent: bool
    value_times: float


def title_problems(
    specification: Mapping[str, Any],
    columns: Iterable[Column],
    units: UnitRegistry,
    where: str,
    words: str = "",
    held: Mapping[str, float] | None = None,
) -> Iterator[Problem]:
    """A problem for each title of an axis or a legend that names another scale or unit than its labels have.

    A scale of the values that is said neither by title nor by labels nor by `words`, those beside the chart, is a
    problem too; where the author gave no title, the axis gets one that says it. `columns` are those of the chart's
    table; the chart's values are `held` times the numbers on pages. What the chart counts, and numbers that stand as
    names in no scale, are not looked at.
    Raises NumberError for a column's unit that `units` do not define.
    """
    from toolkit.charts.derived_fields import is_power_of_ten
    from toolkit.charts.formats import is_share, titles
    from toolkit.charts.interaction import title_of

    columns_by_field = {
        field: column
        for column in columns
        for field in (column.name, f"{column.name}_low", f"{column.name}_high")
        if column.unit
    }
    config = specification.get("config", {})
    for channel, part, field, house in _shown(dict(specification), columns_by_field, held or {}):
        about, words_beside = f"{where}, {channel}", (*titles(part), words)
        if field.ratio or field.product:
            form = "percent" if is_share(part, field) else "quantity"
            labels = _labels(part, form, channel, field.times, house, config)
            yield from (Problem(about, *problem) for problem in _of_several(labels, form, field, units, words_beside))
        for column in (columns_by_field[name] for name in field.columns if name in columns_by_field):
            unit = unit_without_scales(parse_unit(column.unit or "1", units))
            held_unit = (column.unit_as_read or column.unit or "") if field.scale != 1 else unit_text(unit)
            form = "points" if column.form == "percent" and field.change else column.form
            labels = _labels(part, form, channel, field.times, house, config)
            values = "shares" if form == "percent" and field.times == 1 else held_unit
            wrong = [*_wrong(labels, form, unit, units)] if part["type"] == "quantitative" else []
            wrong_words = [(found, f"words for {column.name}, in {values}", remedy) for found, remedy in wrong]
            typed = labels.times / field.scale  # by which a scale may become another one
            as_read = held_unit if field.scale != 1 and (typed == 1 or not is_power_of_ten(typed)) else ""
            unsaid = [] if wrong_words else [*_unsaid(labels, form, unit, units, words_beside, as_read)]
            titled = [place for place in _places(part) if not isinstance(place.get("title", HouseTitle()), HouseTitle)]
            if wrong_words or (unsaid and titled):
                yield from (Problem(about, *problem) for problem in (*wrong_words, *unsaid))
            elif unsaid:
                quantity = form not in ("percent", "points")
                scale_words = _in_words(field.times, unit, held_unit) if quantity else "%"
                if house is None:
                    _say_in_repeats(specification, str(part["field"]), scale_words)
                else:
                    part["title"] = f"{title_of(part)} ({scale_words})"
            if wrong_words or unsaid:
                break


def _shown(
    specification: dict[str, Any], columns_by_field: Mapping[str, Column], held: Mapping[str, float]
) -> Iterator[tuple[str, dict[str, Any], DerivedField, bool | None]]:
    """(channel, part of it, field, whether labels may be the house's) of all that shows numbers without their words.

    Of a part that is repeated for several fields None, as no title of its own can be theirs.
    """
    from toolkit.charts.derived_fields import KEEP_UNIT, derived_fields, known_as
    from toolkit.charts.formats import LABELLED
    from toolkit.charts.interaction import REGROUPING
    from toolkit.charts.label_words import NAMED
    from toolkit.charts.specification import channels, views

    derived, all_views = derived_fields(specification, held), list(views(specification))
    regrouped = any(step.keys() & {*REGROUPING} for view in all_views for step in view.get("transform", ()))
    repeated = [name for view in all_views for name in _repeated(view.get("repeat"))]
    for name, part in channels(specification):
        several = isinstance(part.get("field"), dict)
        aggregate = part.get("aggregate", "mean")
        keeps_unit = isinstance(aggregate, dict) or aggregate in KEEP_UNIT
        loses_unit = not keeps_unit or part.get("stack") == "normalize"
        for own in repeated if several else (str(part.get("field")),):
            field = known_as(own, derived)
            worded = name == "tooltip" and not regrouped and part.keys() <= {"field", "type", "title"}
            in_words = worded and all(
                columns_by_field[column].form != "quantity" for column in field.columns if column in columns_by_field
            )
            is_name = part.get("type") in ("nominal", "ordinal") and not math.isclose(field.times, 1)
            if name in (*NAMED, "tooltip") and not (loses_unit or in_words):
                if is_name or part.get("type") == "quantitative":
                    house = name in LABELLED and not is_name
                    yield (name, part | {"field": own}, field, None) if several else (name, part, field, house)


def _repeated(names: Any) -> list[str]:
    """The fields that a chart is repeated by."""
    return [name for listed in names.values() for name in listed] if isinstance(names, dict) else names or []


def _say_in_repeats(specification: Mapping[str, Any], field: str, scale_words: str) -> None:
    """Repeats a chart by a field of another name, which says its scale: what it is repeated by is each plot's title."""
    from toolkit.charts.expressions import field_of_row
    from toolkit.charts.specification import views

    name = f"{field} ({scale_words})"
    for view in views(specification):
        names = view.get("repeat")
        if field in _repeated(names):
            view["repeat"] = json.loads(json.dumps(names).replace(json.dumps(field), json.dumps(name)))
            view["transform"] = [*view.get("transform", ()), {"calculate": field_of_row(field), "as": name}]


def _of_several(
    labels: Labels, form: str, field: DerivedField, units: UnitRegistry, words_beside: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of a ratio or a product that the chart works out."""
    scale = next(filter(None, map(scale_said, words_beside)), "")
    odd = [size for size in (1.0, *SIZES.values()) if math.isclose(labels.times * size, 1)] == []
    if form == "percent":
        yield from _unsaid_percent(labels, words_beside)
    elif any(per and not math.isclose(per, labels.times) for per in map(per_many_said, labels.titles)):
        yield WRONG_RATE
    elif field.product and odd:
        yield WRONG_PRODUCT
    elif scale and labels.times != 1 and not math.isclose(labels.times * SIZES[scale], 1):
        yield f"labels that do not count {scale}s", "words for what they count", "correct them, or divide the labels"
    else:
        yield from _unsaid(labels, form, no_unit(units), units, words_beside)


def _unsaid_percent(labels: Labels, words_beside: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    bare = math.isclose(labels.times, 100) and not labels.per_cent
    if bare and not any(map(says_percent, (*words_beside, *labels.words))):
        yield UNSAID_PERCENT


def _places(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A part of a channel, and its axis, legend or header: where its title may stand."""
    return [part, *(part[key] for key in ("axis", "legend", "header") if isinstance(part.get(key), dict))]


def _labels(
    part: Mapping[str, Any], form: str, channel: str, value_times: float, house: bool | None, config: Mapping[str, Any]
) -> Labels:
    """What labels of a channel say, of values that are `value_times` those on pages.

    Those of shares are per cent where the author gave none on an axis or a legend of the `house`.
    """
    places = _places(part)
    titles_given = [place["title"] for place in places if place.get("title")]
    titles = [
        text
        for title in titles_given
        for text in (title if isinstance(title, list) else [title])
        if isinstance(text, str)
    ]
    if not any("title" in place for place in places):  # what Vega-Lite writes then
        titles = [name for name in (str(part.get("field")).replace("_", " "),) if {*name.split()} & {*SIZES}]
    expression = next((place["labelExpr"] for place in places if place.get("labelExpr")), "")
    formats = [place["format"] for place in places if isinstance(place.get("format"), str)]
    if house and not (expression or formats):
        if form == "percent" and value_times == 1:
            formats = ["%"]
        elif form in ("percent", "points") and (value_times == 1 or math.isclose(value_times, 100)):
            return Labels(titles, (), 100, True, value_times)
    configured = [config[key] for key in AXES.get(channel, ()) if isinstance(config.get(key), dict)]
    expression = expression or next((axis["labelExpr"] for axis in configured if axis.get("labelExpr")), "")
    inside = [spec for _, _, spec in FORMAT.findall(expression)]
    words = [word.strip() for pair in QUOTED.findall(FORMAT.sub(r"\1", expression)) for word in pair]
    times = value_times
    if changed := CHANGED.search(expression):
        times *= float(changed[2]) if changed[1] == "*" else 1 / float(changed[2])
    per_cent = any(
        HUNDREDTHS.search(text) for text in (formats if "datum.label" in expression or not expression else inside)
    )
    return Labels(titles, words, times * 100 if per_cent else times, per_cent, value_times)


def _wrong(labels: Labels, form: str, unit: Unit, units: UnitRegistry) -> Iterator[tuple[str, str]]:
    """(what was found, what to do) of each word of titles and labels that is not that of their numbers."""
    own_currencies = [name for name in powers(unit) if name in CODES]
    scale_of_words = next((SIZES[scale] for _, scale in map(_scale_behind, labels.words) if scale), 1.0)  # 1 of "10k"
    if form in ("percent", "points") and labels.per_cent and math.isclose(labels.times, 10_000):
        yield (
            "a format of shares for values in percent, which says 4,500% of 45",
            "leave the format out, or write labelExpr=\"datum.value + '%'\"",
        )
        return
    for text, scale in (*((title, scale_said(title)) for title in labels.titles), *map(_scale_behind, labels.words)):
        currency = currency_said(text if own_currencies else "".join(ALONE.findall(text)))
        of_another = (
            currency
            and currency not in own_currencies
            and not (currency in SHARED and own_currencies and not {*own_currencies} & {*MONEY.values()})
        )
        if scale and not math.isclose(SIZES[scale] * labels.times, 1):
            divided = f'axis=alt.Axis(labelExpr="datum.value {_by(SIZES[scale] * labels.value_times)}")'
            yield (
                f"{text!r}, where labels count no {scale}s",
                f"give it a title without {scale}, or divide the labels: {divided}",
            )
        elif says_percent(text) and (form not in ("percent", "points") or not math.isclose(labels.times, 100)):
            yield f"{text!r}, where labels are not per cent", "leave it out, or leave out the format of shares"
        elif of_another or any(
            not math.isclose(times * labels.times * scale_of_words, 1)
            for times in (
                *sizes_said(text, unit, units),
                *([1.0] if currency in own_currencies and not (scale or per_many_said(text)) else ()),
            )
        ):
            yield f"{text!r}, another unit than that of the labels", "name their own, or convert them in the question"
        elif (
            (per := per_many_said(text))
            and min(powers(unit).values(), default=0) < 0
            and not math.isclose(labels.times, wanted := per / _per_many(unit))
        ):
            times = f'axis=alt.Axis(labelExpr="datum.value {_by(labels.value_times / wanted)}")'
            yield f"{text!r}, where labels are not per {per:,}", f"leave the number out, or multiply them: {times}"


def _unsaid(
    labels: Labels, form: str, unit: Unit, units: UnitRegistry, words_beside: Sequence[str], held: str = ""
) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of labels in another scale than pages have, without a word.

    `held` is the unit that they are in as it was read; without one the scale is the chart's own.
    """
    if form in ("percent", "points"):
        yield from _unsaid_percent(labels, words_beside)
        return
    scale, scales_named = (
        _scale(labels.times),
        {
            *map(scale_said, words_beside),
            *(scale_of_word for _, scale_of_word in map(_scale_behind, labels.words)),
        },
    )
    is_said = scale in scales_named if scale else any(held and held.partition(" ")[0] in text for text in words_beside)
    is_rate = any(map(per_many_said, labels.titles))  # whose problems `_wrong` and `_of_several` have
    is_said = is_said or is_rate or math.isclose(labels.times, 1)
    if is_said or (not held and (scales_named - {""} or any(says_unit(title, unit, units) for title in labels.titles))):
        return
    if scale or held:
        words = _in_words(labels.times, unit, held)
        found = f"labels that count {scale}s" if scale else f"labels in {held}"
        say = f'say it in the title, as in title="… ({words})", or in words beside the chart'
        yield f"{found}, and no word that says so", f"words such as {words}", say
    elif scale := _scale(1 / labels.times):
        yield f"labels that are a {scale} times the values", f"values in {unit_text(unit)}", "leave the factor out"


def _scale(times: float) -> str:
    """The scale of values that are so many times the numbers on pages; "" for none that has a name."""
    return next((scale for scale, size in SIZES.items() if math.isclose(size * times, 1)), "")


def _in_words(times: float, unit: Unit, held: str) -> str:
    """A scale and its unit in words: thousand people, thousand EUR, thousand of plain numbers; else as it was read."""
    scale, locale = _scale(times), locale_of(unit)
    what_is_counted = "" if is_dimensionless(unit) else unit_words(unit).strip() or unit_text(unit)
    return f"{locale.scales.get(scale, locale.say(scale))} {what_is_counted}".strip() if scale else held


def _per_many(unit: Unit) -> float:
    """How many things a unit is for: 1,000 of one for thousand_people that are 1000 people, 1 of one for each."""
    below = [units_of(unit).Unit(name) for name, power in powers(unit).items() if power < 0]
    return math.prod(base_units(unit_below)[0] for unit_below in below if is_counted(unit_below))


def _by(size: float) -> str:
    """A division, or the multiplication that is one by less than one."""
    return f"/ {size:.12g}" if size >= 1 else f"* {1 / size:.12g}"


def _scale_behind(word: str) -> tuple[str, str]:
    return word, LETTERS.get(word.lower(), "") or scale_said(word)
