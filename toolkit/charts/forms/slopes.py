"""Two values of each row as a line between two vertical axes."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import spread
from toolkit.charts.canvas import Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Point
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.named_rows import NamedRow, role_of
from toolkit.charts.scales import Scale
from toolkit.charts.typography import text_width, wrapped


@dataclass(frozen=True)
class PairRow(Row):
    """Two values of one thing."""

    label: str = text_column("the row's name", required=True)
    first: Cell = number_column("what was claimed, or stood before", required=True)
    second: Cell = number_column("what is on record, or stands after", required=True)
    detail: str | None = text_column("under the row's name")
    entity: str | None = text_column("a company, for its colour")


@dataclass(frozen=True)
class PairOptions:
    """Options: the titles of the two values."""

    first_title: str = text_option("what the first value is", required=True)
    second_title: str = text_option("what the second value is", required=True)
    emphasis: str | None = text_option("the row in the accent colour; without it, all")


SLOPES = Encodings(PairRow, PairOptions)


def sample() -> Drawing:
    """Clubs before and after a fee."""
    members = (("Rowing", 140, 96), ("Football", 310, 305), ("Chess", 60, 64))
    return example(
        "slopes",
        [{"club": club, "before": number(before), "after": number(after)} for club, before, after in members],
        "Only the rowing club lost members after the fee",
        "Members of clubs in an invented town, before and after a fee for the hall",
        "Three lines from before to after: rowing falls, the others stay almost level.",
        label="club",
        first="before",
        second="after",
        first_title="before the fee",
        second_title="after",
        emphasis="Rowing",
    )


def slopes(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A line for each row between two vertical axes, with names and values at its ends."""
    rows, options = SLOPES.read(drawing)
    canvas = Canvas(drawing, layout)
    size = layout.detail + 0.5
    names = [name_lines(row, layout) for row in rows]
    right_room = max(text_width(line, size, 600) for lines in names for line in lines) + 16
    left_room = max(text_width(row.first.text, size, 600) for row in rows) + 16
    x0, x1 = left_room, layout.width - right_room
    gap = max(len(lines) for lines in names) * size * 1.2 + 4
    titles = [
        wrapped(title, layout.width * 0.46, layout.detail) for title in (options.first_title, options.second_title)
    ]
    top = 38 + layout.line * (max(len(lines) for lines in titles) - 1)
    height = max(200.0, gap * len(rows) * 1.15)
    values = [end for row in rows for cell in (row.first, row.second) for end in (cell.low, cell.high)]
    y = Scale(min(values), max(values) if max(values) > min(values) else min(values) + 1, top + height, top)
    for x, lines, anchor in zip((x0, x1), titles, ("start", "end"), strict=True):
        canvas.rule(x, top - 10, x, top + height + 6, "context", 1.5)
        upright_title(canvas, lines, x, top - 22, anchor)
    half = (gap - size * 1.2) / 2
    ends = spread([y.at(row.second.middle) for row in rows], gap, top + half, top + height - half)
    for place, (row, lines) in enumerate(zip(rows, names, strict=True)):
        role = slope_role(row, options.emphasis, place == 0, canvas)
        slope(canvas, row, ((x0, y.at(row.first.middle)), (x1, y.at(row.second.middle))), role)
        with canvas.for_rows(row):
            for step, line in enumerate(lines):
                base = ends[place] + 5 + (step - (len(lines) - 1) / 2) * size * 1.2
                canvas.text(x1 + 12, base, line, size, 600, "muted" if role == "context" else role)
    first_values(canvas, rows, y, x0 - 12, size)
    canvas.plot_area(x0, top, x1, top + height)
    return canvas.to_chart(top + height + 14)


def slope_role(row: PairRow, emphasis: str | None, first: bool, canvas: Canvas) -> str:
    """The colour of a slope; where nothing is emphasised and no entity named, the first is in the accent colour."""
    if not emphasis and not row.entity:
        return "accent" if first else "ink"
    named = NamedRow(index=row.index, name=row.label, detail=row.detail, group="", entity=row.entity)
    return role_of(named, emphasis, canvas.drawing.palette)


def slope(canvas: Canvas, row: PairRow, ends: tuple[Point, Point], role: str) -> None:
    """One row: a line, and a dot at each end; readers find it at its later end."""
    with canvas.for_rows(row):
        canvas.line(ends, role, 2.5 if role != "context" else 1.75, stroke_dash(row.second.kind))
        for (x, y), cell in zip(ends, (row.first, row.second), strict=True):
            dot(canvas, x, y, role, cell.kind, 6)
    canvas.hit_point(row, *ends[1])


def upright_title(canvas: Canvas, lines: list[str], x: float, base: float, anchor: str) -> None:
    """The title of an axis over it, or at the edge of the drawing if it is too long."""
    layout = canvas.layout
    edge = 0 if anchor == "start" else layout.width
    for step, line in enumerate(reversed(lines)):
        at, how = (x, "middle") if fits(line, x, layout) else (edge, anchor)
        canvas.text(at, base - step * layout.line, line, layout.detail, fill="muted", anchor=how)


def first_values(canvas: Canvas, rows: list[PairRow], y: Scale, x: float, size: float) -> None:
    """The values at the left axis, equal ones written once."""
    values = list({(row.first.middle, row.first.text): None for row in rows})
    bases = spread([y.at(value) for value, _ in values], size * 1.25, y.end, y.start)
    for (_, words), base in zip(values, bases, strict=True):
        canvas.text(x, base + 5, words, size, 600, "ink", "end")


def name_lines(row: PairRow, layout: Layout) -> list[str]:
    """The name and the value, in lines that leave half of the drawing to the slopes."""
    return wrapped(f"{row.label} {row.second.text}", layout.width * 0.38, layout.detail + 0.5, 600)


def fits(title: str, x: float, layout: Layout) -> bool:
    """True if a title centred at `x` stays inside the drawing."""
    half = text_width(title, layout.detail) / 2
    return x - half >= 0 and x + half <= layout.width


FORM = Form("slopes", "What changed between two moments?", SLOPES, slopes, in_pixels=True)
