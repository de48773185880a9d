"""Fits the plots of an Altair chart into the width of a page: as wide as it, with fewer side by side on a phone.

A specification is Vega-Lite as a dictionary; `measure` draws one and returns its width in pixels.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from toolkit.charts.drawing import Layout
from toolkit.charts.specification import VIEWS, Specification, channels, values_of, views
from toolkit.core.errors import ToolkitError

SIDE_BY_SIDE = ("hconcat", "concat", "facet", "repeat")
USUAL = 300.0  # pixels of a plot whose width nobody gave, as in Vega-Lite
NARROWEST, APART = 110.0, 140.0  # pixels of the widest of plots that share scales, and of plots that differ
LEAST = 55.0  # pixels below which not even a grid, which has to stay one, can be read
HIGH, LOW = 280, 120  # pixels of a plot whose height nobody gave, at most and at least
FIRST, SECOND = 640.0, 440.0  # widths of plots at which a chart of many is measured
MANY = 9  # plots side by side, where nothing says how many: a transform makes what they are of
LEGENDED = ("color", "fill", "stroke", "shape", "size", "opacity", "strokeDash")
LEGENDS = (4, 3, 2, 1)  # columns of a legend that is too wide, tried in turn
Measure = Callable[[Specification], float]


def arrangements(whole: Specification, layout: Layout, where: str, measure: Measure) -> Iterator[Specification]:
    """The specification as wide as the layout: as it is, then with fewer legend columns, then fewer plots in a row.

    A single plot fits itself. Of charts of many the plots keep their proportions. Raises ToolkitError if there is no
    room for the plots even one below the other.
    """
    if is_single(whole):
        fitted = whole | {"width": layout.width, "autosize": {"type": "fit-x", "contains": "padding"}}
        yield from _with_legends(fitted)
        return
    most, found = _columns(whole), False
    narrowest = NARROWEST if not any("hconcat" in view or "concat" in view for view in views(whole)) else APART
    for columns in range(most, 0, -1):
        arranged = _arranged(whole, columns) if columns < most else whole
        for legend in _with_legends(arranged):
            width = _fitting(legend, layout.width, measure)
            if width is None or width < (narrowest if columns > 1 else LEAST):
                continue
            found = True
            yield _with_width(legend, width)
    if not found:
        raise ToolkitError(
            where,
            "its plots have no room side by side",
            f"plots of {narrowest:g} pixels or more in a chart {layout.width:g} wide",
            "set fewer beside one another: facet by row, or wrap with columns=; or give another for the phone: narrow=",
        )


def is_single(view: Mapping[str, Any]) -> bool:
    """True for a chart of one plot, whose layers may be many."""
    many = any(name in view for name in (*VIEWS[1:], "facet", "repeat"))
    return not many and not {"facet", "row", "column"} & view.get("encoding", {}).keys()


def _fitting(whole: Specification, target: float, measure: Measure) -> float | None:
    """The width of the plots with which the chart is `target` wide; None where something else in it is wider."""
    wide, narrow = (measure(_with_width(whole, width)) for width in (FIRST, SECOND))
    slope = (wide - narrow) / (FIRST - SECOND)
    if slope <= 0:
        return None
    width, left = FIRST, target - wide
    for _ in range(4):  # the words of an axis change with its width: near the end it is measured again
        width = math.floor(width + left / slope)
        if width < LEAST:
            return None
        left = target - measure(_with_width(whole, width))
        if 0 <= left <= slope + 1:
            break
    return width if left >= 0 else None


def _with_legends(whole: Specification) -> Iterator[Specification]:
    yield whole
    legends = (part.get("legend", {}) for name, part in channels(whole) if name in LEGENDED and "field" in part)
    if any(legend is not None for legend in legends):
        for columns in LEGENDS:
            legend = whole["config"].get("legend", {}) | {"columns": columns}
            yield whole | {"config": whole["config"] | {"legend": legend}}


def _columns(whole: Mapping[str, Any]) -> int:
    """How many plots stand side by side at most, where they may be fewer; 1 for a grid of rows and columns."""
    counts = [1]
    for view in views(whole):
        encoding = view.get("encoding", {})
        counts += [len(view[name]) for name in ("hconcat", "concat") if name in view and "columns" not in view]
        counts += [view["columns"]] if "columns" in view else []
        for facet in (view.get("facet"), encoding.get("facet"), "row" not in encoding and encoding.get("column")):
            if isinstance(facet, dict) and "columns" not in view:
                counts.append(facet.get("columns") or len(values_of(whole, facet.get("field"))) or MANY)
        repeated = view.get("repeat")
        if isinstance(repeated, dict) and "row" not in repeated:
            repeated = repeated.get("column")
        counts += [len(repeated)] if isinstance(repeated, list) and "columns" not in view else []
    return max(counts)


def _arranged(whole: Specification, columns: int) -> Specification:
    """The specification with at most so many plots side by side; a grid of rows and columns stays one."""
    made = copy.deepcopy(whole)
    for view in views(made):
        if "hconcat" in view and len(view["hconcat"]) > columns:
            view["concat"] = view.pop("hconcat")
        encoding = view.get("encoding", {})
        if "column" in encoding and "row" not in encoding:
            encoding["facet"] = encoding.pop("column")
        if "facet" in encoding:
            encoding["facet"]["columns"] = columns
        if isinstance(view.get("facet"), dict) and view["facet"].keys() == {"column"}:
            view["facet"] = view["facet"]["column"]
        if isinstance(view.get("repeat"), dict) and view["repeat"].keys() == {"column"}:
            view["repeat"] = view["repeat"]["column"]
            _repeat_itself(view["spec"])
        if any(name in view for name in SIDE_BY_SIDE) and not isinstance(view.get("repeat"), dict):
            view["columns"] = columns
    return made


def _repeat_itself(tree: Any) -> None:
    """Replaces {"repeat": "column"} by {"repeat": "repeat"}, which a repeat with `columns` has."""
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        _repeat_itself(part)
    if isinstance(tree, dict) and tree.get("repeat") == "column":
        tree["repeat"] = "repeat"


def _with_width(whole: Specification, width: float) -> Specification:
    """The specification with its widest plot of this width, the others in their proportion to it.

    A plot that was made narrow, such as for a margin or a column of words, stays so.
    """
    made = copy.deepcopy(whole)
    plots = [view for view in views(made) if "mark" in view or "layer" in view]
    widths = [_given(view) for view in plots]
    most = max(widths)
    for view, own in zip(plots, widths, strict=True):
        view["width"] = own if own < min(most, NARROWEST) else round(width * own / most)
    high = {"continuousHeight": max(LOW, min(HIGH, round(0.75 * width)))}
    made["config"] = made["config"] | {"view": high | {**made["config"].get("view", {}), **high}}
    return made


def _given(view: Mapping[str, Any]) -> float:
    width = view.get("width")
    return float(width) if isinstance(width, (int, float)) else USUAL
