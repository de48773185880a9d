"""Labels at the right ends of lines and areas: their name and last value, moved apart where they would overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Layout
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.geometry import Box, along_line, text_box
from toolkit.charts.line_paths import Series
from toolkit.charts.placement import spaced_apart
from toolkit.charts.plots import Plot
from toolkit.charts.typography import text_width, wrapped

ASIDE = 12.0  # pixels from the end of a line to its label
PART = 0.3  # of the layout's width: longer labels are broken
MOVED = 3.0  # pixels that a label may be moved by before a stroke connects it with its end
REACH = 60  # pixels: so near to its end a label is looked for a place that no line runs through
LEADING = 1.2  # of words in several lines, in parts of their size


@dataclass(frozen=True)
class End:
    """The end of a line: the row of the table, its y in pixels, its label in lines, the role of their colour.

    `shift` is by how many pixels the label stands lower.
    """

    index: int
    y: float
    lines: list[str]
    role: str
    shift: float = 0.0


def end_lines(name: str, value: str, layout: Layout) -> list[str]:
    """The name and the last value of a line, broken where they are long."""
    return wrapped(f"{name} {value}".strip(), layout.width * PART, layout.detail, 600)


def last_value(cell: Cell) -> str:
    """A value as a label has it: without a scale and unit that stand on the axis."""
    return "–".join(cell.digits) if cell.scaled else cell.text


def room_for(labels: Iterable[Sequence[str]], layout: Layout) -> float:
    """The width that the labels take, in pixels."""
    return ASIDE + 3 + max(text_width(line, layout.detail, 600) for lines in labels for line in lines)


def moved_apart(ends: Sequence[End], plot: Plot) -> list[End]:
    """The ends with their labels as near to where these stand as the other labels allow."""
    size, tallest = plot.layout.detail, max(len(end.lines) for end in ends)
    top = plot.y.end + size * LEADING * (tallest - 1) / 2  # words stay under the title of the upright axis
    wanted = [end.y + end.shift for end in ends]
    heights = spaced_apart(wanted, size * (LEADING * tallest + 0.1), top, plot.y.start - 4)
    return [replace(end, shift=height - end.y) for end, height in zip(ends, heights, strict=True)]


def _baselines(end: End, size: float) -> list[tuple[str, float]]:
    """(line of the label, its baseline below the label's middle) for each line."""
    return [(line, size * (0.35 + (nth - (len(end.lines) - 1) / 2) * LEADING)) for nth, line in enumerate(end.lines)]


def _away(end: End, x: float, size: float, lines: Sequence[Box]) -> float:
    """By how many pixels the label of an end at `x` stands lower or higher for none of the lines to run through it."""

    def is_free(away: float) -> bool:
        boxes = [text_box(x + ASIDE, end.y + away + down, words, size, 600) for words, down in _baselines(end, size)]
        return not any(box.overlaps(line) for box in boxes for line in lines)

    return next((away for step in range(REACH) for away in (float(step), float(-step)) if is_free(away)), 0.0)


def connectors(fields: Fields, ends: Sequence[End]) -> list[alt.Chart]:
    """A stroke from each end whose words had to move to where they stand; the chart gives x and y."""
    moved = [end for end in ends if abs(end.shift) > MOVED]
    if not moved:
        return []
    dy = fields.add_to_some("end_shift", {end.index: round(end.shift, 1) for end in moved})
    role = fields.add_to_some("stroke_role", {end.index: end.role for end in moved})
    stroke: dict[str, Any] = {"xOffset": 2, "x2Offset": ASIDE - 1, "y2Offset": of_row(dy)}
    rule = of_rows_with(alt.Chart().mark_rule(strokeWidth=1, **stroke), dy)
    return [rule.encode(**looks.words(fields, role))]


def end_words(fields: Fields, ends: Sequence[End], size: float) -> alt.Chart:
    """The words at the ends; the chart gives x and y."""
    text = fields.add_to_some("end", {end.index: "\n".join(end.lines) for end in ends})
    down = {end.index: round(end.shift + _baselines(end, size)[0][1], 1) for end in ends}
    dy = of_row(fields.add_to_some("end_dy", down))
    role = fields.add_to_some("end_role", {end.index: end.role for end in ends})
    words = fields.words(text, size, 600, dx=ASIDE, dy=dy, leading=size * LEADING)
    return words.encode(**looks.words(fields, role))


def named_ends(
    fields: Fields,
    series: Series,
    labels: Mapping[str, list[str]],
    roles: Mapping[str, str],
    plot: Plot,
    x: str,
    y: str,
) -> list[alt.Chart]:
    """The labels of lines at their last values, with strokes to those that had to move.

    `x` and `y` are the fields that the chart has on its axes.
    """
    size = plot.layout.detail
    last = {name: stops[-1] for name, stops in series.items() if labels.get(name)}
    ends = [
        End(stop.index, plot.y.at(stop.value.middle), labels[name], roles[name])
        for name, stop in last.items()
        if stop.value
    ]
    if not ends:
        return []
    across = [plot.x.at(stop.at) for stop in last.values()]
    paths = [[plot.at(stop.at, stop.value.middle) for stop in stops if stop.value] for stops in series.values()]
    lines = [box for path in paths for box in along_line(path)]
    shifts = [_away(end, start, size, lines) for end, start in zip(ends, across, strict=True)]
    ends = moved_apart([replace(end, shift=shift) for end, shift in zip(ends, shifts, strict=True)], plot)
    to: dict[str, Any] = {"x2": alt.X2(field=x), "y2": alt.Y2(field=y)}
    return [end_words(fields, ends, size), *(stroke.encode(**to) for stroke in connectors(fields, ends))]
