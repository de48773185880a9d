"""Two values of one thing in rows, joined by a line."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.canvas import MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, number_option, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.forms.slopes import PairOptions, PairRow
from toolkit.charts.marks import dot, span, stroke_dash
from toolkit.charts.named_rows import AxisOptions, AxisRow, lines_on, name_column, rows_on_axis
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, fitted, positive, to_next_line
from toolkit.charts.typography import text_width

FIRST, SECOND = 400, 600  # font weights of the two values' texts, by which the key tells them apart


@dataclass(frozen=True)
class DumbbellRow(PairRow):
    """Two values of one thing, in a group."""

    group: str | None = text_column("rows of one group stand together")


@dataclass(frozen=True)
class DumbbellOptions(PairOptions):
    """Options: the titles of the two values, and the axis."""

    scale: str = text_option("even, or by powers of ten", "linear", choices=("linear", "log"))
    unit: str | None = text_option("the axis", choices=UNITS)
    x_from: float | None = number_option("where an even axis starts; without it zero, or the lowest value below it")
    x_title: str = text_option("under the axis", "")
    log_note: str = text_option("said under an axis by powers of ten", LOG_NOTE)


DUMBBELL = Encodings(DumbbellRow, DumbbellOptions)


def sample() -> Drawing:
    """What buildings were to cost, and what they did."""
    built = (("Town hall", 18, 31), ("Swimming pool", 12, 14), ("School", 24, 29), ("Bridge", 9, 17))
    return example(
        "dumbbell",
        [
            {"building": name, "planned": number(plan * 1e6, f"€{plan}m"), "cost": number(cost * 1e6, f"€{cost}m")}
            for name, plan, cost in built
        ],
        "No building cost what was planned, least of all the bridge",
        "Planned and final costs of public buildings in an invented town, euros",
        "Pairs of points joined by lines: each final cost stands right of the planned one, the bridge's far right.",
        label="building",
        first="planned",
        second="cost",
        first_title="planned",
        second_title="final",
        emphasis="Bridge",
    )


@dataclass(frozen=True, kw_only=True)
class Pair(AxisRow):
    """A row on the axis; its value is the second of the two."""

    first: Cell

    @property
    def in_order(self) -> tuple[tuple[Cell, int], tuple[Cell, int]]:
        """The two values with the font weights of their texts, the smaller one first."""
        first, second = (self.first, FIRST), (self.value, SECOND)
        return (first, second) if self.first.low <= self.value.low else (second, first)


def dumbbell(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """The first value open, the second filled, a line between them."""
    read, options = DUMBBELL.read(drawing)
    rows = [
        Pair(
            index=row.index,
            name=row.label,
            detail=row.detail,
            group=row.group or "",
            entity=row.entity,
            first=row.first,
            value=row.second,
        )
        for row in read
    ]
    canvas = Canvas(drawing, layout)
    names = name_column(rows, layout)
    scale = pair_scale(rows, options, names.plot_start, canvas)
    axis = AxisOptions(emphasis=options.emphasis, unit=options.unit, x_title=options.x_title, log_note=options.log_note)
    y = pair_key(canvas, options, rows)
    return rows_on_axis(canvas, rows, scale, names, axis, pair_row, y)


def pair_scale(rows: list[Pair], options: DumbbellOptions, left: float, canvas: Canvas) -> Scale:
    """The scale on which the texts of both values fit, left and right of the line between them."""
    layout = canvas.layout
    values = [end for row in rows for cell in (row.first, row.value) for end in (cell.low, cell.high)]
    log = options.scale == "log"
    if log:
        positive(values, canvas.drawing.where, "x")
    low = min(values) if log else options.x_from if options.x_from is not None else min(0.0, *values)
    high = max(values) if log else to_next_line(low, max(values), lines_on(layout))

    def room(cell: Cell) -> float:
        return text_width(cell.text, layout.detail + 1, 600) + 15

    smaller = [row.in_order[0][0] for row in rows]
    needs = [(cell.high, room(cell)) for cell in (row.in_order[1][0] for row in rows)]
    start = left + 8
    for _ in range(3):  # words left of the smaller value need their room too
        scale = fitted(low, high, start, layout.width - 8, needs, log)
        start += max(0.0, *(left + room(cell) - scale.at(cell.low) for cell in smaller))
    return fitted(low, high, start, layout.width - 8, needs, log)


def pair_key(canvas: Canvas, options: DumbbellOptions, rows: list[Pair]) -> float:
    """What the open point with light words is, and the filled one with heavy words, hatched if all of them are.

    Returns where the rows start.
    """
    size, x, y = canvas.layout.detail, 7.0, 15.0
    kinds = {row.value.kind for row in rows}
    for title, weight in ((options.first_title, FIRST), (options.second_title, SECOND)):
        wide = text_width(title, size, weight) + 15
        if x + wide > canvas.layout.width:
            x, y = 7.0, y + canvas.layout.line + 4
        if weight == FIRST:
            canvas.dot(x, y - size * 0.34, 6, "paper", "ink", 2)
        else:
            dot(canvas, x, y - size * 0.34, "ink", kinds.pop() if len(kinds) == 1 else "reported", 7)
        canvas.text(x + 13, y, title, size, weight, "ink")
        x += wide + 26
    return y + 12


def pair_row(canvas: Canvas, row: Pair, y: float, scale: Scale, role: str) -> None:
    """Both values with a line between them; their texts are outside of that line."""
    layout = canvas.layout
    canvas.rule(scale.start, y, scale.end, y)
    canvas.rule(
        scale.at(row.first.low), y, scale.at(row.value.low), y, role, 2.25, stroke_dash(row.value.kind), level=MARKS
    )
    for cell, filled in ((row.first, False), (row.value, True)):
        low, high = scale.at(cell.low), scale.at(cell.high)
        if cell.is_range:
            span(canvas, low, high, y, role, cell.kind if filled else "assumed", 12)
        elif filled:
            dot(canvas, high, y, role, cell.kind, 7.5)
        else:
            canvas.dot(high, y, 7, "paper", role, 2.5)
    (small, light), (large, heavy) = row.in_order
    size = layout.detail + 1
    wide, further = text_width(small.text, size, light), text_width(large.text, size, heavy)
    left, right = scale.at(small.low) - 13, scale.at(large.high) + 13
    if left - wide < scale.start < left and right + wide + 8 + further <= layout.width:
        left, right = right + wide, right + wide + 8  # the axis would run through the words: both stand to the right
    canvas.text(left, y + 5, small.text, size, light, role, "end", halo="paper")
    canvas.text(right, y + 5, large.text, size, heavy, role, halo="paper")


FORM = Form("dumbbell", "How far is the record from the claim?", DUMBBELL, dumbbell, in_pixels=True)
