"""Formats that an author's chart gives its numbers, in texts, on axes, in legends and tooltips: of their own unit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.charts.derived_fields import COUNTS, KEEP_UNIT, MEANS, DerivedField, derived_fields, known_as
from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.expressions import expression_literal
from toolkit.charts.specification import Specification, channels
from toolkit.core.currency import CURRENCIES
from toolkit.core.errors import Problem

PLACES = ("axis", "legend", "header")  # of a channel, where its numbers stand too
SHADED = ("color", "fill", "stroke")  # whose numbers are in steps, which begin at no round one
PLAIN = re.compile(r"[−-]?[\d,.]+")
PERCENT = re.compile(r"%|p$")  # in a format of d3, as "$" is
LABELLED = {"x": "axis", "y": "axis"} | dict.fromkeys(("color", "fill", "stroke", "size", "opacity"), "legend")
POINTS = "isFinite(datum.value) ? format(datum.value * 100, '.3~r') : ''"  # a legend's first step is without end
SAYS = "isFinite(datum.value) && datum.label"  # of a scale of logarithms Vega leaves some labels out
IN_HUNDREDTHS = "in hundredths"  # the form of percentages whose values are a hundred times a share
STEPS = {"percent": {"format": ".3~p"}, IN_HUNDREDTHS: {"format": ".3~r"}}  # where those of a colour begin
SHARE = re.compile(r"\b(?:shares?|proportions?|fractions?|per ?cent|percentages?|pct)\b|%", re.I)  # names a ratio
SMALLEST = re.compile(r"s$")  # "200m" for 0.2, which reads as millions; "2k" of thousands


def share_labels(
    name: str, part: Mapping[str, Any], drawing: Drawing, derived: Mapping[str, DerivedField]
) -> dict[str, Any] | None:
    """What the labels of a channel need to say shares per cent, or to count percentage points; None for others."""
    if part.get("type") != "quantitative" or part.get("aggregate", "mean") not in KEEP_UNIT:
        return None
    field = derived.get(str(part.get("field")), DerivedField())
    forms = {1.0: "percent", 100.0: IN_HUNDREDTHS} if is_share(part, field) else {}
    form = forms.get(round(field.times, 9)) or next((one.form for one in _numbers(part, drawing, derived)), "")
    per_cent = drawing.locale.percent.format(value="{}").split("{}")[1]
    labels_of = {
        "percent": {"format": "%"},
        "points": {"labelExpr": POINTS},
        IN_HUNDREDTHS: {"labelExpr": f"{SAYS} ? datum.label + {expression_literal(per_cent)} : ''"},
    }
    if name not in LABELLED or form not in labels_of or part.get("stack") == "normalize":
        return None
    return labels_of[form] | (STEPS.get(form, {}) if name in SHADED else {})


def format_problems(made: Specification, drawing: Drawing) -> Iterator[Problem]:
    """A problem for each format that says another unit than its numbers have, or takes that of a text away.

    Of a sum or a mean the unit is that of its column; what Vega-Lite counts has none.
    """
    named, derived = fields_with_titles(made) - drawing.held.keys(), derived_fields(made, drawing.held)
    config = made.get("config", {})
    common = [one for part in ({"format": config.get("numberFormat")}, *config.values()) for one in _formats(part)]
    for name, part in channels(made):
        written, numbers = name == "text", _numbers(part, drawing, derived)
        if written and part.get("field") not in named:
            numbers = [replace(cell, text=words_alone(cell)) for cell in numbers]
        if written and {"aggregate", "bin"} & part.keys():
            continue  # looked for in the drawing
        times = known_as(str(part.get("field")), derived).times
        scaled = not written and part.get("aggregate") not in COUNTS and times not in (1, 100)
        for given in [*_formats(part)] or ([] if written else common):
            if numbers and ((scaled and SMALLEST.search(given)) or _is_false(given, written, numbers)):
                yield Problem(
                    f"{drawing.where}, {name}",
                    f"the format {given!r} for numbers such as {numbers[0].text}",
                    "texts of numbers in the words of their table; formats of the same unit: % of shares, $ of dollars",
                    "leave the format out",
                )


def fields_with_titles(made: Specification) -> set[str]:
    """The fields whose axis or legend says what the numbers are."""
    return {str(part.get("field")) for name, part in channels(made) if name in (*LABELLED, "theta")}


def words_alone(cell: Cell) -> str:
    """The text of a number that no axis or legend names: what is counted, or measured, has its unit."""
    return cell.long or cell.text if cell.form == "quantity" else cell.text


def is_share(part: Mapping[str, Any], field: DerivedField) -> bool:
    """Whether a channel shows a relative change, a mean of a condition, or a ratio that its title calls a share.

    Other ratios, 2.3 times, are what they are.
    """
    averaged = field.condition and part.get("aggregate") in MEANS
    return averaged or (field.ratio and (field.share or any(SHARE.search(words) for words in titles(part))))


def titles(part: Mapping[str, Any]) -> list[str]:
    """The lines of the titles that a channel is given, on its axis or legend too; without one its field's name."""
    places = [part, *(part[place] for place in PLACES if isinstance(part.get(place), dict))]
    given = [one["title"] for one in places if one.get("title")]
    lines = [text for one in given for text in (one if isinstance(one, list) else [one]) if isinstance(text, str)]
    return lines or [str(part.get("field", "")).replace("_", " ")]


def _formats(part: Any) -> Iterator[str]:
    for one in (part, *(part.get(place) for place in PLACES)) if isinstance(part, dict) else ():
        if isinstance(one, dict) and isinstance(given := one.get("format"), str) and given:
            yield given


def _numbers(part: Mapping[str, Any], drawing: Drawing, derived: Mapping[str, DerivedField]) -> Sequence[Cell]:
    """The numbers that a part of a channel is made of, in the form that its own have; () for none, and for days."""
    if part.get("type") == "temporal" or "timeUnit" in part or part.get("formatType") == "time":
        return ()
    own = str(part.get("field"))
    made = derived.get(own, DerivedField((own,)))
    if part.get("aggregate") in COUNTS or made.counted:
        return (Cell(1, 1, "a count"),)
    held = []
    for field in made.columns:
        names = (field, re.sub("_(low|high)$", "", field))  # the ends of a range are columns of its frame
        held += [cell for row in drawing.rows if isinstance(cell := row.get(names[0], row.get(names[1])), Cell)]
    if part.get("stack") == "normalize":
        return [replace(cell, form="percent") for cell in held]
    forms = dict.fromkeys(("percent", "points"), "quantity") if made.times != 1 else {}  # no shares any more
    if made.change:
        forms["percent"] = "points" if made.times == 1 else "quantity"
    elif math.isclose(made.times, 100):
        forms["percent"] = IN_HUNDREDTHS
    return [replace(cell, form=forms.get(cell.form, cell.form)) for cell in held]


def _is_false(given: str, written: bool, numbers: Sequence[Cell]) -> bool:
    """Whether a format is of another unit; where it is `written` as a text, it has to say its unit too."""
    if not given:
        return False
    form, percent, money = numbers[0].form, PERCENT.search(given), "$" in given
    dollars = form == "money" and numbers[0].currency == CURRENCIES["USD"].name
    if (percent and form != "percent") or (money and not dollars) or (form == "percent" and SMALLEST.search(given)):
        return True
    return written and not (percent or money or all(PLAIN.fullmatch(cell.text) for cell in numbers))
