"""Labels of axes and legends in an author's chart: shares per cent, counts in ones, words for missing values.

What the author says of labels stays, unless it makes the labels of an axis alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from toolkit.charts.derived_fields import COUNTS, derived_fields, made_by
from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.drawn_marks import DrawnMark, Group
from toolkit.charts.expressions import expression_literal
from toolkit.charts.formats import LABELLED, SHADED, share_labels
from toolkit.charts.specification import Specification, channels, views
from toolkit.core.errors import Problem
from toolkit.core.text import ONE_PERIOD

HEADED = dict.fromkeys(("row", "column", "facet"), "header")
NAMED = {**LABELLED, **HEADED, "shape": "legend", "strokeDash": "legend"}
DISCRETE = ("nominal", "ordinal")
YEAR = re.compile(r"[12]\d{3}")
WHOLE = re.compile(r"\d+")
AMOUNTS = re.compile(r"for an? (?:linear|log|pow|sqrt|symlog) scale")  # what Vega says of an axis of numbers
# the first whole number of a step that begins anywhere; a legend's first step is without end
STARTS = {  # where a period begins on an axis of time, of whose ticks several may stand in one period
    "day": "hours(datum.value) === 0",
    "hours": "minutes(datum.value) === 0",
    "quarter": "month(datum.value) % 3 === 0 && date(datum.value) === 1",
}
FEW = 30  # whole numbers between the least and the greatest, in whose steps a colour begins at a whole one
STEP = {"format": ",.3~r"}  # where a step of colours begins, which is no round number
FIRST_COUNT = "isFinite(datum.value) ? format(ceil(datum.value), ',d') : ''"


def write_labels(made: Specification, drawing: Drawing) -> None:
    """Gives the axes, legends and headers of a specification the labels of the house where the author gave none."""
    missing = drawing.locale.say("not given")
    worked_out = {name for view in views(made) for step in view.get("transform", ()) for name in made_by(step)}
    derived = derived_fields(made, drawing.held)
    for name, part in channels(made):
        place = NAMED.get(name, "")
        own = part.get(place, {})
        if name == "x" and part.get("type") == "ordinal" and own is not None and _in_order(part, drawing):
            own = part["axis"] = {"labelOverlap": True} | own  # as of periods: which are left out, others say
        if not place or own is None or {"format", "labelExpr"} & {*part, *own}:
            continue
        labels = share_labels(name, part, drawing, derived) or _labels(name, part, drawing, missing, worked_out)
        if labels:
            part[place] = labels | own


def _labels(
    name: str, part: dict[str, Any], drawing: Drawing, missing: str, worked_out: set[str]
) -> dict[str, Any] | None:
    """What the labels of a channel need; None where Vega's own are right."""
    values = [row.get(str(part.get("field"))) for row in drawing.rows]
    if part.get("aggregate") in COUNTS:  # Vega draws lines at half a count, and one in steps of 1 if there are only two
        if name in ("x", "y"):
            return {"tickMinStep": 1.01, "format": ",d"}
        return {"labelExpr": FIRST_COUNT} if name in SHADED else {"tickMinStep": 1.01, "format": ",d"}
    period = next((unit for unit in STARTS if str(part.get("timeUnit")).endswith(unit)), "")
    if name in ("x", "y") and part.get("type") == "temporal" and period:
        return {"labelExpr": f"{STARTS[period]} ? datum.label : ''"}
    held = [one for one in values if one is not None]
    if name in SHADED and part.get("type") == "quantitative":
        few = "aggregate" not in part and part.get("field") not in drawing.held and _are_few(held)
        return {"labelExpr": FIRST_COUNT} if few else STEP
    if part.get("type") == "quantitative" and "aggregate" not in part and held:
        return {"format": "d"} if all(isinstance(one, str) and YEAR.fullmatch(one) for one in held) else None
    if part.get("type") in DISCRETE and ((held and len(held) < len(values)) or str(part.get("field")) in worked_out):
        return {"labelExpr": f"isValid(datum.value) ? datum.label : {expression_literal(missing)}"}
    return None


def _in_order(part: dict[str, Any], drawing: Drawing) -> bool:
    """Whether a channel's values are whole numbers or periods, which follow one another."""
    held = [row.get(str(part.get("field"))) for row in drawing.rows]
    texts = (one.text if isinstance(one, Cell) else one for one in held if one is not None)
    return "sort" not in part and any(held) and all(WHOLE.fullmatch(one) or ONE_PERIOD.fullmatch(one) for one in texts)


def _are_few(values: list[Any]) -> bool:
    """Whether all values are whole numbers, near each other."""
    ends = [end for one in values if isinstance(one, Cell) for end in (one.low, one.high)]
    return len(ends) == 2 * len(values) > 0 and all(end % 1 == 0 for end in ends) and max(ends) - min(ends) < FEW


def alike_labels(marks: Iterable[DrawnMark], where: str) -> Iterator[Problem]:
    """A problem for each axis of numbers of which two labels side by side are the same number."""
    axes: dict[Group, list[str]] = {}
    for mark in marks:
        if "role-axis-label" in mark.names and mark.tag == "text":
            axis = next((one for one in mark.groups if AMOUNTS.search(one.label)), None)
            axes.setdefault(axis, []).append(mark.words) if axis else None
    for labels in axes.values():
        alike = [one for one, other in pairwise(filter(None, labels)) if one == other and re.search(r"\d", one)]
        if alike:
            plain = "%" if "%" in alike[0] else "f"  # of which Vega takes as many decimals as the steps need
            yield Problem(
                where,
                f"an axis that says {alike[0]} at several places",
                "labels that differ",
                f"leave its format out, or leave the decimals to the axis: format={plain!r}",
            )
