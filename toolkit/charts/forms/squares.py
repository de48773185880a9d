"""Two measures as numbers of squares: one square stands for a given amount."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import altair as alt

from toolkit.charts.canvas import GRID, MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Box
from toolkit.charts.marks import bar, label_column, row_label
from toolkit.charts.typography import wrapped
from toolkit.core.errors import ToolkitError

MOST_SQUARES = 2000  # the most of one measure in a row


@dataclass(frozen=True)
class SquaresRow(Row):
    """Who or what is counted, by two measures."""

    label: str = text_column("who or what is counted", required=True)
    detail: str | None = text_column("more about it")
    left: Cell = number_column("the measure in the accent colour", required=True)
    right: Cell = number_column("the measure beside it", required=True)


@dataclass(frozen=True)
class SquaresOptions:
    """Options: how much a square stands for, and the titles."""

    left_title: str = text_option("what a left square is", required=True)
    right_title: str = text_option("what a right square is", required=True)
    left_per_square: float = number_option("how much a left square stands for", 1)
    right_per_square: float = number_option("how much a right square stands for", 1)


SQUARES = Encodings(SquaresRow, SquaresOptions)


def sample() -> Drawing:
    """What two fifths of a town's people spend on transport, and how often they travel."""
    rows: list[dict[str, str | Cell | None]] = [
        {"who": "Poorest fifth", "spent": number(42, "€42"), "trips": number(31)},
        {"who": "Richest fifth", "spent": number(390, "€390"), "trips": number(38)},
    ]
    return example(
        "squares",
        rows,
        "The richest fifth pays far more for hardly more trips",
        "Spending on transport and trips in a month, in an invented town",
        "Squares for spending and for trips: far more for the spending of the richest fifth, trips almost alike.",
        label="who",
        left="spent",
        right="trips",
        left_per_square=3,
        left_title="Spent on transport: a square is €3",
        right_title="Trips: a square is one",
    )


@dataclass(frozen=True)
class Measure:
    """One of the two measures: what a square of it is, how much it stands for, and where it is counted out."""

    title: str
    per_square: float
    x: float
    width: float
    pitch: float
    role: str


def squares(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Two measures counted out in squares, for gaps where a bar would lose the small one.

    Raises ToolkitError for more squares than can be looked at.
    """
    rows, options = SQUARES.read(drawing)
    refuse_too_many(drawing, "left", options.left_per_square, [row.left for row in rows])
    refuse_too_many(drawing, "right", options.right_per_square, [row.right for row in rows])
    canvas = Canvas(drawing, layout)
    names = 0.0
    if layout.wide:
        names = label_column([row.label for row in rows], [row.detail or "" for row in rows], layout, 150) + 24
    left, right = measures(rows, options, names, layout)
    y = 0.0
    if layout.wide:
        for measure in (left, right):
            canvas.text_block(measure.x, 14, measure.title, measure.width, layout.detail, fill="muted")
        lines = max(len(wrapped(measure.title, measure.width, layout.detail)) for measure in (left, right))
        y = 26 + layout.line * (lines - 1)
    for row in rows:
        canvas.rule(0, y, layout.width, y)
        top = y + 20
        with canvas.for_rows(row):
            if layout.wide:
                row_label(canvas, 0, top + 8, names - 12, row.label, row.detail)
            else:
                words = f"{row.label}, {row.detail}" if row.detail else row.label
                top = canvas.text_block(0, top + 2, words, layout.width, layout.label, 600) + 17
        ends = []
        for measure, cell in ((left, row.left), (right, row.right)):
            title = measure.title if not layout.wide and row is rows[0] else ""
            with canvas.for_rows(row):
                base = figure(canvas, cell, title, measure.x, top, measure.width, measure.role)
                ends.append(count_out(canvas, cell, measure, base + 16))
        canvas.hit_area(row, Box(0, y + 2, layout.width, max(ends) + 6))
        canvas.plot_area(names, top + 20, layout.width, max(ends))
        y = max(ends) + 22
    return canvas.to_chart(y - 14)


def refuse_too_many(drawing: Drawing, side: str, per: float, cells: Iterable[Cell]) -> None:
    """Raises ToolkitError where a square stands for nothing, or a count takes more of them than can be looked at."""
    if per <= 0:
        raise ToolkitError(drawing.where, f"{side}_per_square={per:g}", allowed="a number above zero")
    for cell in cells:
        if cell.high / per > MOST_SQUARES:
            raise ToolkitError(
                drawing.where,
                f"{cell.text} at {per:g} a square is {cell.high / per:,.0f} squares",
                allowed=f"up to {MOST_SQUARES:,} squares",
                remedy=f"raise {side}_per_square",
            )


def measures(rows: list[SquaresRow], options: SquaresOptions, names: float, layout: Layout) -> tuple[Measure, Measure]:
    """The two measures side by side, right of the names."""
    gap = 28 if layout.wide else 24
    half = round((layout.width - names - gap) * (0.62 if layout.wide else 0.54))
    rest = layout.width - names - half - gap
    left_pitch = square_pitch([row.left for row in rows], options.left_per_square, half, layout)
    right_pitch = square_pitch([row.right for row in rows], options.right_per_square, rest, layout)
    return (
        Measure(options.left_title, options.left_per_square, names, half, left_pitch, "accent"),
        Measure(options.right_title, options.right_per_square, names + half + gap, rest, right_pitch, "ink"),
    )


def square_pitch(cells: list[Cell], per: float, width: float, layout: Layout) -> float:
    """The largest distance from square to square at which the largest number of them fits into a panel."""
    most = max(cell.high for cell in cells) / per
    tallest = 150 if layout.wide else 230
    for tenth in range(170, 29, -1):
        pitch = tenth / 10
        if math.ceil(most / (width // pitch)) * pitch <= tallest:
            return pitch
    return 3.0


def figure(canvas: Canvas, cell: Cell, title: str, x: float, top: float, width: float, role: str) -> float:
    """The number in large type, with what a square is under it where no heading says so; returns the last baseline."""
    layout = canvas.layout
    base = top + layout.figure * 0.5
    canvas.text(x, base + 3, cell.text, layout.figure, 600, role)
    if not title:
        return base
    first = base + 8 + layout.line
    return canvas.text_block(x, first, title, width, layout.detail, fill="muted", even=True) - 4


def count_out(canvas: Canvas, cell: Cell, measure: Measure, y: float) -> float:
    """One square for each `per_square`, the last one cut to what is left; a range goes on open to its high end.

    Returns where the squares end.
    """
    per, pitch, role = measure.per_square, measure.pitch, measure.role
    columns, gap = int(measure.width // pitch), 1.5 if pitch < 12 else 2.0
    side = pitch - gap
    for place in range(math.ceil(cell.high / per - 1e-9)):
        left, top = measure.x + place % columns * pitch, y + place // columns * pitch
        part = min(1.0, cell.high / per - place)
        sure = place < cell.low / per
        kind = cell.kind if sure else "assumed"
        if kind in ("assumed", "synthetic") and side > 4:
            bar(canvas, left, top, left + max(side * part, 1), top + side, role, kind)
        else:
            canvas.rect(
                left,
                top,
                left + max(side * part, 1),
                top + side,
                fill=role,
                opacity=1 if sure else 0.3,
                level=MARKS if sure else GRID,
            )
    return y + math.ceil(cell.high / per / columns) * pitch


FORM = Form("squares", "How far apart are two measures that a bar cannot both show?", SQUARES, squares, in_pixels=True)
