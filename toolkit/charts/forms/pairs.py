"""Two values of one thing: a dumbbell in rows, or slopes between two uprights."""

from __future__ import annotations

from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import spread
from toolkit.charts.canvas import MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, amount, number, text, words
from toolkit.charts.forms.dots import lines_on, name_column, role_of, rows_on_axis
from toolkit.charts.geometry import Point
from toolkit.charts.marks import dot, span, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, fitted, positive, to_next_line
from toolkit.charts.typography import text_width, wrapped

PAIR = {
    "label": text("the row's name", required=True),
    "first": number("what was claimed, or stood before", required=True),
    "second": number("what is on record, or stands after", required=True),
    "first_title": words("what the first value is", required=True),
    "second_title": words("what the second value is", required=True),
    "detail": text("under the row's name"),
    "entity": text("a company, for its colour"),
    "emphasis": words("the row in the accent colour; without it, all"),
}
DUMBBELL = Wants(
    PAIR
    | {
        "group": text("rows of one group stand together"),
        "scale": words("even, or by powers of ten", "linear", choices=("linear", "log")),
        "unit": words("the axis", choices=UNITS),
        "x_from": amount("where an even axis starts; without it zero, or the lowest value below it"),
        "x_title": words("under the axis", ""),
        "log_note": words("said under an axis by powers of ten", LOG_NOTE),
    }
)
SLOPES = Wants(PAIR)
FIRST, SECOND = 400, 600  # the weights of the two words in a row, so that each is known from its key


def dumbbell(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """The first value open, the second filled, a line between them."""
    rows, plain = DUMBBELL.read(drawing)
    for row in rows:
        row.x, row.y, row.reference = row.second, row.label, None
    canvas = Canvas(drawing, layout)
    left = name_column(canvas, rows)
    cells = [cell for row in rows for cell in (row.first, row.second)]
    values = [end for cell in cells for end in (cell.low, cell.high)]
    log = plain.scale == "log"
    if log:
        positive(values, drawing.where, "x")
    low = min(values) if log else plain.x_from if plain.x_from is not None else min(0.0, *values)
    high = max(values) if log else to_next_line(low, max(values), lines_on(layout))
    room = {id(cell): text_width(cell.text, layout.detail + 1, 600) + 15 for cell in cells}
    lefts = [(c, room[id(c)]) for row in rows for c in (row.first, row.second) if c is smaller(row)]
    needs = [(c.high, room[id(c)]) for row in rows for c in (row.first, row.second) if c is not smaller(row)]
    start = left + 8
    for _ in range(3):  # words left of the smaller value need their room too
        scale = fitted(low, high, start, layout.width - 8, needs, log)
        start += max(0.0, *(left + need - scale.at(cell.low) for cell, need in lefts))
    scale = fitted(low, high, start, layout.width - 8, needs, log)
    plain.reference_title = ""
    y = pair_key(canvas, plain, rows)
    return rows_on_axis(canvas, rows, scale, plain, pair_row, y)


def smaller(row: SimpleNamespace) -> Cell:
    return row.first if row.first.low <= row.second.low else row.second


def pair_key(canvas: Canvas, plain: SimpleNamespace, rows: list[SimpleNamespace]) -> float:
    """What the open point with light words is, and the filled one with heavy words, hatched if all of them are."""
    size, x, y = canvas.layout.detail, 7.0, 15.0
    kinds = {row.second.kind for row in rows}
    for title, weight in ((plain.first_title, FIRST), (plain.second_title, SECOND)):
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


def pair_row(canvas: Canvas, row: SimpleNamespace, y: float, scale: Scale, role: str) -> None:
    """Both values on one line; the first row carries the names of the two."""
    layout = canvas.layout
    first, second = scale.at(row.first.low), scale.at(row.second.low)
    canvas.rule(scale.start, y, scale.end, y)
    canvas.rule(first, y, second, y, role, 2.25, stroke_dash(row.second.kind), level=MARKS)
    for cell, filled in ((row.first, False), (row.second, True)):
        low, high = scale.at(cell.low), scale.at(cell.high)
        if cell.is_range:
            span(canvas, low, high, y, role, cell.kind if filled else "assumed", 12)
        elif filled:
            dot(canvas, high, y, role, cell.kind, 7.5)
        else:
            canvas.dot(high, y, 7, "paper", role, 2.5)
    words = [(row.first, FIRST), (row.second, SECOND)]
    (small, light), (large, heavy) = words if smaller(row) is row.first else words[::-1]
    size = layout.detail + 1
    wide, further = text_width(small.text, size, light), text_width(large.text, size, heavy)
    left, right = scale.at(small.low) - 13, scale.at(large.high) + 13
    if left - wide < scale.start < left and right + wide + 8 + further <= layout.width:
        left, right = right + wide, right + wide + 8  # the axis would run through the words: both stand to the right
    canvas.text(left, y + 5, small.text, size, light, role, "end", halo="paper")
    canvas.text(right, y + 5, large.text, size, heavy, role, halo="paper")


def slopes(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A line for each row between two uprights, names and values at its ends."""
    rows, plain = SLOPES.read(drawing)
    canvas = Canvas(drawing, layout)
    size = layout.detail + 0.5
    names = {id(row): said(row, layout) for row in rows}
    right_room = max(text_width(line, size, 600) for lines in names.values() for line in lines) + 16
    left_room = max(text_width(row.first.text, size, 600) for row in rows) + 16
    x0, x1 = left_room, layout.width - right_room
    tallest = max(len(lines) for lines in names.values())
    gap = tallest * size * 1.2 + 4
    half_width = layout.width * 0.46
    titles = {t: wrapped(t, half_width, layout.detail) for t in (plain.first_title, plain.second_title)}
    top = 38 + layout.line * (max(len(lines) for lines in titles.values()) - 1)
    height = max(200.0, gap * len(rows) * 1.15)
    values = [end for row in rows for cell in (row.first, row.second) for end in (cell.low, cell.high)]
    y = Scale(min(values), max(values) if max(values) > min(values) else min(values) + 1, top + height, top)
    for x, title, anchor in ((x0, plain.first_title, "start"), (x1, plain.second_title, "end")):
        canvas.rule(x, top - 10, x, top + height + 6, "context", 1.5)
        upright_title(canvas, titles[title], x, top - 22, anchor)
    half = (gap - size * 1.2) / 2
    ends = spread([y.at(middle(row.second)) for row in rows], gap, top + half, top + height - half)
    for place, row in enumerate(rows):
        row.group = None
        row.y = row.label
        role = (
            role_of(row, "", plain, drawing.palette)
            if plain.emphasis or row.entity
            else "accent"
            if place == 0
            else "ink"
        )
        slope(canvas, row, ((x0, y.at(middle(row.first))), (x1, y.at(middle(row.second)))), role)
        with canvas.for_rows(row):
            for step, line in enumerate(names[id(row)]):
                base = ends[place] + 5 + (step - (len(names[id(row)]) - 1) / 2) * size * 1.2
                canvas.text(x1 + 12, base, line, size, 600, "muted" if role == "context" else role)
    first_values(canvas, rows, y, x0 - 12, size)
    canvas.plot_area(x0, top, x1, top + height)
    return canvas.to_chart(top + height + 14)


def slope(canvas: Canvas, row: SimpleNamespace, ends: tuple[Point, Point], role: str) -> None:
    """One row: a line, and a dot at each end; readers find it at its later end."""
    with canvas.for_rows(row):
        canvas.line(ends, role, 2.5 if role != "context" else 1.75, stroke_dash(row.second.kind))
        for (x, y), cell in zip(ends, (row.first, row.second), strict=True):
            dot(canvas, x, y, role, cell.kind, 6)
    canvas.hit_point(row, *ends[1])


def upright_title(canvas: Canvas, lines: list[str], x: float, base: float, anchor: str) -> None:
    """The name of an upright over it, or at the canvas's edge where it is too long."""
    layout = canvas.layout
    edge = 0 if anchor == "start" else layout.width
    for step, line in enumerate(reversed(lines)):
        at, how = (x, "middle") if fits(line, x, layout) else (edge, anchor)
        canvas.text(at, base - step * layout.line, line, layout.detail, fill="muted", anchor=how)


def first_values(canvas: Canvas, rows: list[SimpleNamespace], y: Scale, x: float, size: float) -> None:
    """The values at the left upright, equal ones written once."""
    values = list({(middle(row.first), row.first.text): None for row in rows})
    bases = spread([y.at(value) for value, _ in values], size * 1.25, y.end, y.start)
    for (_, text_), base in zip(values, bases, strict=True):
        canvas.text(x, base + 5, text_, size, 600, "ink", "end")


def said(row: SimpleNamespace, layout: Layout) -> list[str]:
    """The name and the value, in lines that leave half of the canvas to the slopes."""
    return wrapped(f"{row.label} {row.second.text}", layout.width * 0.38, layout.detail + 0.5, 600)


def fits(title: str, x: float, layout: Layout) -> bool:
    """True if a title centred at `x` stays on the canvas."""
    half = text_width(title, layout.detail) / 2
    return x - half >= 0 and x + half <= layout.width


def middle(cell: Cell) -> float:
    return (cell.low + cell.high) / 2


FORMS = (
    Form("dumbbell", "How far is the record from the claim?", DUMBBELL, dumbbell),
    Form("slopes", "What changed between two moments?", SLOPES, slopes),
)
