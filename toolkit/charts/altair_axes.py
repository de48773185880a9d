"""Scales and axes of the house as Altair has them: few lines at round numbers, the unit at the last label alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.expressions import expression_literal
from toolkit.charts.scales import PixelScale, tick_words
from toolkit.charts.typography import text_width, wrapped

SPACE = 6  # pixels between labels


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
        **labelled({tick: scale.at(tick) for tick in ticks}, labels, layout.detail, layout.width),
        title=wrapped(title, layout.width, layout.detail) if title else None,
        titleX=layout.width if layout.wide else 0,
        titleAlign="right" if layout.wide else "left",
        **(axis_lines(drawing) if grid else {"grid": False}),
    )


def labelled(
    ticks: Mapping[Any, float], labels: Sequence[str], size: float, end: float, value: str = "datum.value"
) -> dict[str, Any]:
    """The ticks of an axis, each with its place in pixels, and their labels, all of which lie between 0 and `end`.

    Those that would touch the one before or the last one, which has the unit, are left empty. `value` is the expression
    of a tick's value.
    """
    places, width = list(ticks.values()), [text_width(label, size) for label in labels]
    left = [min(max(1.0, at - wide / 2), end - wide) for at, wide in zip(places, width, strict=True)]
    shown: dict[Any, str] = {}
    right = -float(SPACE)
    for nth, (tick, label) in enumerate(zip(ticks, labels, strict=True)):
        last = nth == len(left) - 1
        if left[nth] >= right + SPACE and (last or left[nth] + width[nth] <= left[-1] - SPACE):
            shown[tick], right = label, left[nth] + width[nth]
    shifts = zip(ticks, left, width, places, strict=True)
    moved = {tick: shift for tick, start, wide, at in shifts if (shift := round(start + wide / 2 - at, 1))}
    tests = [{"test": f"{value} === {json.dumps(tick)}", "value": shift} for tick, shift in moved.items()]
    words = [shown.get(tick, "") for tick in ticks]
    return {
        "values": list(ticks),
        "labelExpr": tick_label_expression([*ticks], words, value),
        "labelFlush": False,
        "labelOffset": {"condition": tests, "value": 0} if tests else 0,
        "labelOverlap": False,
    }


def axis_lines(drawing: Drawing) -> dict[str, Any]:
    """The look of an axis's lines: light, the one at zero darker and wider."""
    colours = drawing.palette.light
    zero = "datum.value === 0"
    return {
        "grid": True,
        "gridColor": {"condition": {"test": zero, "value": colours["context"]}, "value": colours["rule"]},
        "gridWidth": {"condition": {"test": zero, "value": 1.5}, "value": 1},
    }


def tick_label_expression(ticks: Sequence[Any], labels: Sequence[str], value: str = "datum.value") -> str:
    """The expression that gives each tick its words; `value` is that of its value."""
    return f"{expression_literal(labels)}[indexof({json.dumps(ticks)}, {value})]"
