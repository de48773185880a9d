"""Axes: few lines, labels at round numbers, the unit at the last label alone. Lengths are in pixels."""

from __future__ import annotations

from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.scales import Scale, tick_words
from toolkit.charts.typography import text_width

Span = tuple[float, float]  # the top and the bottom of vertical lines


def number_axis(canvas: Canvas, scale: Scale, unit: str, spans: list[Span], bottom: float, count: int = 5) -> None:
    """A horizontal axis: vertical lines at about `count` round numbers, over the spans, with labels under `bottom`.

    A label that would touch the one before it or the last one, which has the unit, is left out.
    """
    layout, right = canvas.layout, -1e9  # where the label before ends
    ticks = scale.ticks(count)
    labels = tick_words(ticks, unit, scale.log, canvas.drawing.locale)
    last_width = text_width(labels[-1], layout.detail)
    last_left = min(scale.at(ticks[-1]) - last_width / 2, layout.width - last_width)
    for value, label in zip(ticks, labels, strict=True):
        x = scale.at(value)
        is_zero = value == 0 and not scale.log
        for top, end in spans:
            canvas.rule(x, top, x, end, "context" if is_zero else "rule", 1.5 if is_zero else 1)
        width = text_width(label, layout.detail)
        left = min(max(x - width / 2, 0), layout.width - width)
        if left > right + 6 and (value == ticks[-1] or left + width < last_left - 6):
            canvas.text(left, bottom + layout.detail + 4, label, layout.detail, fill="muted")
            right = left + width


def level_axis(canvas: Canvas, scale: Scale, unit: str, left: float, right: float, count: int = 4) -> None:
    """A vertical axis: horizontal lines at about `count` round numbers, with labels left of the plot.

    A label too long for the margin stands on top of its line.
    """
    layout, ticks = canvas.layout, scale.ticks(count)
    for value, label in zip(ticks, tick_words(ticks, unit, scale.log, canvas.drawing.locale), strict=True):
        y = scale.at(value)
        is_zero = value == 0 and not scale.log
        canvas.rule(left, y, right, y, "context" if is_zero else "rule", 1.5 if is_zero else 1)
        if left - 8 - text_width(label, layout.detail) < -0.5:
            canvas.text(0, y - 5, label, layout.detail, fill="muted", halo="paper")
        else:
            canvas.text(left - 8, y + 4.5, label, layout.detail, fill="muted", anchor="end")


def foot_axis(canvas: Canvas, scale: Scale, y: float, unit: str = "count") -> None:
    """A horizontal axis of short strokes under the plot, at `y`, with labels at round numbers.

    One that would touch the label before it is left out with its stroke.
    """
    layout, right = canvas.layout, -1e9
    ticks = scale.ticks(6 if layout.wide else 5)
    for value, label in zip(ticks, tick_words(ticks, unit, scale.log, canvas.drawing.locale), strict=True):
        x, width = scale.at(value), text_width(label, layout.detail)
        left = min(max(x - width / 2, 0), layout.width - width)
        if left > right + 7:
            canvas.rule(x, y + 1, x, y + 5, "context", 1, level=GRID)
            canvas.text(left, y + 7 + layout.detail, label, layout.detail, fill="muted")
            right = left + width


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """A position for each wanted one, as near as possible to it and at least `gap` apart, in the order given.

    All lie from `low` to `high` if there is room for them. Neighbours that come too near form a group, which is centred
    on the mean of its wanted positions.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[float]] = []  # [mean of the wanted positions, number of members]
    for place in order:
        groups.append([wanted[place], 1])
        while len(groups) > 1 and groups[-2][0] + (groups[-2][1] + groups[-1][1]) / 2 * gap > groups[-1][0]:
            centre, count = groups.pop()
            before, members = groups[-1]
            groups[-1] = [(before * members + centre * count) / (members + count), members + count]
    places: list[float] = []
    for centre, count in groups:
        centre = min(max(centre, low + (count - 1) / 2 * gap), high - (count - 1) / 2 * gap)
        places += [centre + (step - (count - 1) / 2) * gap for step in range(int(count))]
    for step in range(1, len(places)):  # clamping may have pushed groups into one another
        places[step] = max(places[step], places[step - 1] + gap)
    result = [0.0] * len(wanted)
    for place, position in zip(order, places, strict=True):
        result[place] = position
    return result
