"""Two measures counted out in squares."""

from __future__ import annotations

import math
from types import SimpleNamespace

import altair as alt

from toolkit.charts.canvas import GRID, MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, amount, number, text, words
from toolkit.charts.geometry import Box
from toolkit.charts.marks import bar, label_column, row_label
from toolkit.charts.typography import wrapped
from toolkit.core.errors import ToolkitError

SQUARES = Wants(
    {
        "label": text("who or what is counted", required=True),
        "detail": text("more about it"),
        "left": number("the measure in the accent colour", required=True),
        "right": number("the measure beside it", required=True),
        "left_title": words("what a left square is", required=True),
        "right_title": words("what a right square is", required=True),
        "left_per_square": amount("how much a left square stands for", 1),
        "right_per_square": amount("how much a right square stands for", 1),
    }
)
MOST_SQUARES = 2000


def squares(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Two measures counted out in squares, for gaps where a bar would lose the small one."""
    rows, plain = SQUARES.read(drawing)
    check_counts(drawing, rows, plain)
    canvas = Canvas(drawing, layout)
    label_w = (
        label_column([r.label for r in rows], [r.detail or "" for r in rows], layout, 150) + 24 if layout.wide else 0
    )
    gap = 28 if layout.wide else 24
    left_w = round((layout.width - label_w - gap) * (0.62 if layout.wide else 0.54))
    sides = (
        ("left", label_w, left_w, "accent"),
        ("right", label_w + left_w + gap, layout.width - label_w - left_w - gap, "ink"),
    )
    y = 0.0
    if layout.wide:
        for side, x, width, _ in sides:
            canvas.text_block(x, 14, getattr(plain, f"{side}_title"), width, layout.detail, fill="muted")
        y = 26 + layout.line * (max(lines_of(plain, side, width, layout) for side, _, width, _ in sides) - 1)
    pitch = {side: square_pitch(rows, side, width, plain, layout) for side, _, width, _ in sides}
    for row in rows:
        canvas.rule(0, y, layout.width, y)
        top = y + 20
        with canvas.for_rows(row):
            if layout.wide:
                row_label(canvas, 0, top + 8, label_w - 12, row.label, row.detail)
            else:
                said = f"{row.label}, {row.detail}" if row.detail else row.label
                top = canvas.text_block(0, top + 2, said, layout.width, layout.label, 600) + 17
        ends = []
        for side, x, width, role in sides:
            titled = not layout.wide and row is rows[0]
            title, per = getattr(plain, f"{side}_title") if titled else "", getattr(plain, f"{side}_per_square")
            with canvas.for_rows(row):
                base = figure(canvas, getattr(row, side), title, x, top, width, role)
                ends.append(count_out(canvas, getattr(row, side), per, x, base + 16, width, pitch[side], role))
        canvas.hit_area(row, Box(0, y + 2, layout.width, max(ends) + 6))
        canvas.plot_area(label_w, top + 20, layout.width, max(ends))
        y = max(ends) + 22
    return canvas.to_chart(y - 14)


def check_counts(drawing: Drawing, rows: list[SimpleNamespace], plain: SimpleNamespace) -> None:
    for side, per in (("left", plain.left_per_square), ("right", plain.right_per_square)):
        for row in rows:
            if getattr(row, side).high / per > MOST_SQUARES or per <= 0:
                raise ToolkitError(
                    drawing.where,
                    f"{getattr(row, side).text} at {per:g} a square is {getattr(row, side).high / per:,.0f} squares",
                    allowed=f"up to {MOST_SQUARES:,} squares",
                    remedy=f"raise {side}_per_square",
                )


def figure(canvas: Canvas, cell: Cell, title: str, x: float, top: float, width: float, role: str) -> float:
    """The number in large type, with what a square is under it where no heading says so; returns the last baseline."""
    layout = canvas.layout
    base = top + layout.figure * 0.5
    canvas.text(x, base + 3, cell.text, layout.figure, 600, role)
    if not title:
        return base
    first = base + 8 + layout.line
    return canvas.text_block(x, first, title, width, layout.detail, fill="muted", even=True) - 4


def lines_of(plain: SimpleNamespace, side: str, width: float, layout: Layout) -> int:
    return len(wrapped(getattr(plain, f"{side}_title"), width, layout.detail))


def square_pitch(rows: list, side: str, width: float, plain: SimpleNamespace, layout: Layout) -> float:
    """The largest pitch at which the largest count stays within the height of a panel."""
    most = max(getattr(row, side).high for row in rows) / getattr(plain, f"{side}_per_square")
    tallest = 150 if layout.wide else 230
    for tenth in range(170, 29, -1):
        pitch = tenth / 10
        if math.ceil(most / (width // pitch)) * pitch <= tallest:
            return pitch
    return 3.0


def count_out(
    canvas: Canvas, cell: Cell, per: float, x: float, y: float, width: float, pitch: float, role: str
) -> float:
    """One square for each `per`, the last one cut to what is left; a range goes on open to its high end."""
    columns, gap = int(width // pitch), 1.5 if pitch < 12 else 2.0
    side = pitch - gap
    for place in range(math.ceil(cell.high / per - 1e-9)):
        left, top = x + place % columns * pitch, y + place // columns * pitch
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


FORMS = (Form("squares", "How far apart are two measures that a bar cannot both show?", SQUARES, squares),)
