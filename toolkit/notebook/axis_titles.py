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
    """Titles of an axis or a legend, words that its labels add to digits, and how many times a page's number they say.

    `made` is what its values are times that number; `signed` says that labels are per cent.
    """

    titles: Sequence[str]
    words: Sequence[str]
    times: float
    signed: bool
    made: float


def title_problems(
    specification: Mapping[str, Any],
    columns: Iterable[Column],
    units: UnitRegistry,
    where: str,
    words: str = "",
    held: Mapping[str, float] | None = None,
) -> Iterator[Problem]:
    """A problem for each title of an axis or a legend that names another scale or unit than its labels have.

    So is a scale of the values that neither title nor labels nor `words`, those beside the chart, say; where the author
    gave no title, it gets one that does. `columns` are those of the chart's table, `held` how many times their numbers
    on pages their values are. What the chart counts, and numbers that stand as names in no scale, are not looked at.
    Raises NumberError for a column's unit that `units` do not define.
    """
    from toolkit.charts.derived_fields import is_power_of_ten
    from toolkit.charts.formats import is_share, titles
    from toolkit.charts.interaction import title_of

    known = {end: one for one in columns for end in (one.name, f"{one.name}_low", f"{one.name}_high") if one.unit}
    config = specification.get("config", {})
    for channel, part, field, house in _shown(dict(specification), known, held or {}):
        about, said = f"{where}, {channel}", (*titles(part), words)
        if field.ratio or field.product:
            form = "percent" if is_share(part, field) else "quantity"
            labels = _labels(part, form, channel, field.times, house, config)
            yield from (Problem(about, *one) for one in _of_several(labels, form, field, units, said))
        for column in (known[one] for one in field.columns if one in known):
            unit = unit_without_scales(parse_unit(column.unit or "1", units))
            read = (column.held or column.unit or "") if field.scale != 1 else unit_text(unit)
            form = "points" if column.form == "percent" and field.change else column.form
            labels = _labels(part, form, channel, field.times, house, config)
            values = "shares" if form == "percent" and field.times == 1 else read
            wrong = [*_wrong(labels, form, unit, units)] if part["type"] == "quantitative" else []
            found = [(one, f"words for {column.name}, in {values}", remedy) for one, remedy in wrong]
            typed = labels.times / field.scale  # by which a scale may become another one
            as_read = read if field.scale != 1 and (typed == 1 or not is_power_of_ten(typed)) else ""
            unsaid = [] if found else [*_unsaid(labels, form, unit, units, said, as_read)]
            given = [one for one in _places(part) if not isinstance(one.get("title", HouseTitle()), HouseTitle)]
            if found or (unsaid and given):
                yield from (Problem(about, *one) for one in (*found, *unsaid))
            elif unsaid:
                quantity = form not in ("percent", "points")
                told = _in_words(field.times, unit, read) if quantity else "%"
                if house is None:
                    _say_in_repeats(specification, str(part["field"]), told)
                else:
                    part["title"] = f"{title_of(part)} ({told})"
            if found or unsaid:
                break


def _shown(
    made: dict[str, Any], known: Mapping[str, Column], held: Mapping[str, float]
) -> Iterator[tuple[str, dict[str, Any], DerivedField, bool | None]]:
    """(channel, part of it, field, whether labels may be the house's) of all that shows numbers without their words.

    Of a part that is repeated for several fields None, as no title of its own can be theirs.
    """
    from toolkit.charts.arrangement import views
    from toolkit.charts.derived_fields import KEEPING, derived_fields, known_as
    from toolkit.charts.formats import LABELLED, channel_parts
    from toolkit.charts.interaction import REGROUPING
    from toolkit.charts.label_words import NAMED

    derived, found = derived_fields(made, held), list(views(made))
    regrouped = any(step.keys() & {*REGROUPING} for view in found for step in view.get("transform", ()))
    repeated = [name for view in found for name in _repeated(view.get("repeat"))]
    encoded = [(name, channel) for view in found for name, channel in view.get("encoding", {}).items()]
    for name, part in ((name, part) for name, channel in encoded for part in channel_parts(channel)):
        several = isinstance(part.get("field"), dict)
        kept = isinstance(how := part.get("aggregate", "mean"), dict) or how in KEEPING  # its column's unit
        counted = not kept or part.get("stack") == "normalize"
        for own in repeated if several else (str(part.get("field")),):
            field = known_as(own, derived)
            worded = name == "tooltip" and not regrouped and part.keys() <= {"field", "type", "title"}
            in_words = worded and all(known[one].form != "quantity" for one in field.columns if one in known)
            named = part.get("type") in ("nominal", "ordinal") and not math.isclose(field.times, 1)
            if name in (*NAMED, "tooltip") and not (counted or in_words):
                if named or part.get("type") == "quantitative":
                    house = name in LABELLED and not named
                    yield (name, part | {"field": own}, field, None) if several else (name, part, field, house)


def _repeated(names: Any) -> list[str]:
    """The fields that a chart is repeated by."""
    return [one for listed in names.values() for one in listed] if isinstance(names, dict) else names or []


def _say_in_repeats(specification: Mapping[str, Any], field: str, told: str) -> None:
    """Repeats a chart by a field of another name, which says its scale: what it is repeated by is each plot's title."""
    from toolkit.charts.arrangement import views
    from toolkit.charts.expressions import field_of_row

    name = f"{field} ({told})"
    for view in views(specification):
        names = view.get("repeat")
        if field in _repeated(names):
            view["repeat"] = json.loads(json.dumps(names).replace(json.dumps(field), json.dumps(name)))
            view["transform"] = [*view.get("transform", ()), {"calculate": field_of_row(field), "as": name}]


def _of_several(
    labels: Labels, form: str, field: DerivedField, units: UnitRegistry, said: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of a ratio or a product that the chart works out."""
    scale = next(filter(None, map(scale_said, said)), "")
    odd = [one for one in (1.0, *SIZES.values()) if math.isclose(labels.times * one, 1)] == []
    if form == "percent":
        yield from _unsaid_percent(labels, said)
    elif any(per and not math.isclose(per, labels.times) for per in map(per_many_said, labels.titles)):
        yield WRONG_RATE
    elif field.product and odd:
        yield WRONG_PRODUCT
    elif scale and labels.times != 1 and not math.isclose(labels.times * SIZES[scale], 1):
        yield f"labels that do not count {scale}s", "words for what they count", "correct them, or divide the labels"
    else:
        yield from _unsaid(labels, form, no_unit(units), units, said)


def _unsaid_percent(labels: Labels, said: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    bare = math.isclose(labels.times, 100) and not labels.signed
    if bare and not any(map(says_percent, (*said, *labels.words))):
        yield UNSAID_PERCENT


def _places(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A part of a channel, and its axis, legend or header: where its title may stand."""
    return [part, *(part[key] for key in ("axis", "legend", "header") if isinstance(part.get(key), dict))]


def _labels(
    part: Mapping[str, Any], form: str, channel: str, made: float, house: bool | None, config: Mapping[str, Any]
) -> Labels:
    """What labels of a channel say, of values that are `made` times those on pages.

    Those of shares are per cent where the author gave none on an axis or a legend of the `house`.
    """
    places = _places(part)
    given = [one["title"] for one in places if one.get("title")]
    titles = [text for one in given for text in (one if isinstance(one, list) else [one]) if isinstance(text, str)]
    if not any("title" in one for one in places):  # what Vega-Lite writes then
        titles = [name for name in (str(part.get("field")).replace("_", " "),) if {*name.split()} & {*SIZES}]
    expression = next((one["labelExpr"] for one in places if one.get("labelExpr")), "")
    formats = [one["format"] for one in places if isinstance(one.get("format"), str)]
    if house and not (expression or formats):
        if form == "percent" and made == 1:
            formats = ["%"]
        elif form in ("percent", "points") and (made == 1 or math.isclose(made, 100)):
            return Labels(titles, (), 100, True, made)
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
    return Labels(titles, words, times * 100 if signed else times, signed, made)


def _wrong(labels: Labels, form: str, unit: Unit, units: UnitRegistry) -> Iterator[tuple[str, str]]:
    """(what was found, what to do) of each word of titles and labels that is not that of their numbers."""
    own = [name for name in powers(unit) if name in CODES]
    said = next((SIZES[scale] for _, scale in map(_scale_behind, labels.words) if scale), 1.0)  # 1 of "10k"
    if form in ("percent", "points") and labels.signed and math.isclose(labels.times, 10_000):
        yield (
            "a format of shares for values in percent, which says 4,500% of 45",
            "leave the format out, or write labelExpr=\"datum.value + '%'\"",
        )
        return
    for text, scale in (*((one, scale_said(one)) for one in labels.titles), *map(_scale_behind, labels.words)):
        named = currency_said(text if own else "".join(ALONE.findall(text)))
        of_another = named and named not in own and not (named in SHARED and own and not {*own} & {*MONEY.values()})
        if scale and not math.isclose(SIZES[scale] * labels.times, 1):
            divided = f'axis=alt.Axis(labelExpr="datum.value {_by(SIZES[scale] * labels.made)}")'
            yield (
                f"{text!r}, where labels count no {scale}s",
                f"give it a title without {scale}, or divide the labels: {divided}",
            )
        elif says_percent(text) and (form not in ("percent", "points") or not math.isclose(labels.times, 100)):
            yield f"{text!r}, where labels are not per cent", "leave it out, or leave out the format of shares"
        elif of_another or any(
            not math.isclose(times * labels.times * said, 1)
            for times in (
                *sizes_said(text, unit, units),
                *([1.0] if named in own and not (scale or per_many_said(text)) else ()),
            )
        ):
            yield f"{text!r}, another unit than that of the labels", "name their own, or convert them in the question"
        elif (
            (per := per_many_said(text))
            and min(powers(unit).values(), default=0) < 0
            and not math.isclose(labels.times, wanted := per / _per_many(unit))
        ):
            times = f'axis=alt.Axis(labelExpr="datum.value {_by(labels.made / wanted)}")'
            yield f"{text!r}, where labels are not per {per:,}", f"leave the number out, or multiply them: {times}"


def _unsaid(
    labels: Labels, form: str, unit: Unit, units: UnitRegistry, said: Sequence[str], held: str = ""
) -> Iterator[tuple[str, str, str]]:
    """(what was found, what is allowed, what to do) of labels in another scale than pages have, without a word.

    `held` is the unit that they are in as it was read; without one the scale is the chart's own.
    """
    if form in ("percent", "points"):
        yield from _unsaid_percent(labels, said)
        return
    scale, named = _scale(labels.times), {*map(scale_said, said), *(one for _, one in map(_scale_behind, labels.words))}
    known = scale in named if scale else any(held and held.partition(" ")[0] in one for one in said)
    known = (
        known or math.isclose(labels.times, 1) or any(map(per_many_said, labels.titles))
    )  # which is looked at by itself
    if known or (not held and (named - {""} or any(says_unit(one, unit, units) for one in labels.titles))):
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
    counted = "" if is_dimensionless(unit) else unit_words(unit).strip() or unit_text(unit)
    return f"{locale.scales.get(scale, locale.say(scale))} {counted}".strip() if scale else held


def _per_many(unit: Unit) -> float:
    """How many things a unit is for: 1,000 of one for thousand_people that are 1000 people, 1 of one for each."""
    below = [units_of(unit).Unit(name) for name, power in powers(unit).items() if power < 0]
    return math.prod(base_units(one)[0] for one in below if is_counted(one))


def _by(size: float) -> str:
    """A division, or the multiplication that is one by less than one."""
    return f"/ {size:.12g}" if size >= 1 else f"* {1 / size:.12g}"


def _scale_behind(word: str) -> tuple[str, str]:
    return word, LETTERS.get(word.lower(), "") or scale_said(word)
