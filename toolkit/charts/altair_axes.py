"""Scales and axes of the house as Altair has them: few lines at round numbers, the unit at the last label alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.expressions import expression_literal
from toolkit.charts.scales import PixelScale, tick_words
from toolkit.charts.typography import text_width, wrapped


def of_scale(scale: PixelScale) -> alt.Scale:
    """The scale of a channel: its values from `low` to `high` stand at the pixels from `start` to `end`."""
    ends: dict[str, Any] = {"domain": [scale.low, scale.high], "range": [scale.start, scale.end], "nice": False}
    return alt.Scale(type="log", **ends) if scale.log else alt.Scale(type="linear", zero=False, **ends)


def across(
    scale: PixelScale, unit: str, drawing: Drawing, layout: Layout, count: int, title: str, grid: bool
) -> alt.Axis:
    """A horizontal axis under a plot: about `count` labels, and lines through the plot if `grid`.

    A label that would touch the one before it or the last one, which has the unit, is left empty.
    """
    ticks = scale.ticks(count)
    labels = tick_words(ticks, unit, scale.log, drawing.locale)
    return alt.Axis(
        **labelled(scale, ticks, labels, layout),
        title=wrapped(title, layout.width, layout.detail) if title else None,
        titleX=layout.width if layout.wide else 0,
        titleAlign="right" if layout.wide else "left",
        **(axis_lines(drawing) if grid else {"grid": False}),
    )


def labelled(
    scale: PixelScale, ticks: Sequence[float], labels: Sequence[str], layout: Layout, value: str = "datum.value"
) -> dict[str, Any]:
    """The ticks of an axis under a plot with their labels, clear of one another and inside the drawing.

    `value` is the expression of a tick's value.
    """
    return {
        "values": list(ticks),
        "labelExpr": tick_label_expression(ticks, spaced_labels(scale, ticks, labels, layout), value),
        "labelFlush": False,
        "labelOffset": _inside(scale, ticks, labels, layout, value),
        "labelOverlap": False,
    }


def _inside(scale: PixelScale, ticks: Sequence[float], labels: Sequence[str], layout: Layout, value: str) -> Any:
    """By how many pixels labels are shifted that would begin left of the drawing, or end right of it."""
    shifts = {}
    for tick, label in zip(ticks, labels, strict=True):
        half, middle = text_width(label, layout.detail) / 2, scale.at(tick)
        if shift := max(half - middle, 0) + min(layout.width - half - middle, 0):
            shifts[tick] = round(shift, 1)
    tests = [{"test": f"{value} === {json.dumps(tick)}", "value": shift} for tick, shift in shifts.items()]
    return {"condition": tests, "value": 0} if tests else 0


def axis_lines(drawing: Drawing) -> dict[str, Any]:
    """The look of an axis's lines: light, the one at zero darker and wider."""
    colours = drawing.palette.light
    zero = "datum.value === 0"
    return {
        "grid": True,
        "gridColor": {"condition": {"test": zero, "value": colours["context"]}, "value": colours["rule"]},
        "gridWidth": {"condition": {"test": zero, "value": 1.5}, "value": 1},
    }


def tick_label_expression(ticks: Sequence[float], labels: Sequence[str], value: str = "datum.value") -> str:
    """The expression that gives each tick its words; `value` is that of its value."""
    return f"{expression_literal(labels)}[indexof({json.dumps(ticks)}, {value})]"


def spaced_labels(scale: PixelScale, ticks: Sequence[float], labels: Sequence[str], layout: Layout) -> list[str]:
    """The labels of an axis, with "" for each that would touch the one before it, or the last."""
    kept, right = [], -1e9
    width = [text_width(label, layout.detail) for label in labels]
    last = scale.at(ticks[-1]) - width[-1] / 2
    for value, label, wide in zip(ticks, labels, width, strict=True):
        left = max(scale.at(value) - wide / 2, 0)
        shown = left > right + 6 and (value == ticks[-1] or left + wide < last - 6)
        kept.append(label if shown else "")
        right = left + wide if shown else right
    return kept
