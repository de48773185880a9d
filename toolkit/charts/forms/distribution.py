"""A spread over powers of ten as a curve, with the values that matter flagged."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import number_axis
from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.geometry import Box
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

DISTRIBUTION = Wants(
    {
        "role": text("what the row is", required=True, choices=("curve", "mark", "region")),
        "x": number("the value; low and high for a region", required=True),
        "density": number("how many are near the value", role="curve", required=True),
        "label": text("the name of a mark or region", role="mark"),
        "detail": text("under the name"),
        "x_title": words("under the axis", required=True),
        "emphasis": words("the mark in the accent colour"),
        "unit": words("the axis", choices=UNITS),
        "log_note": words("said under the axis", LOG_NOTE),
    }
)


def distribution(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """The curve with its regions shaded, and a flag at each named value."""
    rows, plain = DISTRIBUTION.read(drawing)
    curve = sorted((row for row in rows if row.role == "curve"), key=lambda row: row.x.low)
    marks = sorted((row for row in rows if row.role == "mark"), key=lambda row: row.x.low)
    if len(curve) < 3:
        raise ToolkitError(drawing.where, f"{len(curve)} rows of role curve", allowed="three or more")
    positive([end for row in rows for end in (row.x.low, row.x.high)], drawing.where, "x")
    canvas = Canvas(drawing, layout)
    ends = [row.x.low for row in (*curve, *marks)] + [row.x.high for row in marks]
    x = Scale(min(ends), max(ends), 0, layout.width, log=True)
    flags = stagger(marks, x, layout)
    heights = [
        layout.line * (1 + max(len(f.lines) for f in flags if f.level == level)) + 8
        for level in range(max((f.level for f in flags), default=-1) + 1)
    ]
    top = 6 + sum(heights)
    foot = top + (180 if layout.wide else 150)
    y = Scale(0, max(row.density.low for row in curve), foot, top + 8)
    number_axis(
        canvas,
        x,
        unit_of((row.x for row in rows), plain.unit),
        [(top, foot + 5)],
        foot + 3,
        6 if layout.wide else 4,
    )
    canvas.rule(0, foot, layout.width, foot, "context", 1.5)
    shape = [(x.at(row.x.low), y.at(row.density.low), foot) for row in curve]
    canvas.area(shape, "slip")
    canvas.line([point[:2] for point in shape], "ink", 2.25, stroke_dash(curve[0].density.kind))
    regions(canvas, rows, curve, x, y, foot, [flag.staff for flag in flags])
    for flag in flags:
        base = top + 2 - sum(heights[: flag.level + 1]) + layout.label * 0.8
        draw_flag(canvas, flag, x, y, foot, base, plain, curve)
    canvas.plot_area(0, top, layout.width, foot)
    said = f"{plain.x_title}; {x.stepped(plain.log_note, 6 if layout.wide else 4, drawing.locale)}"
    bottom = canvas.text_block(
        layout.width if layout.wide else 0,
        foot + 8 + layout.detail + layout.line,
        said,
        layout.width,
        layout.detail,
        fill="muted",
        anchor="end" if layout.wide else "start",
        even=True,
    )
    return canvas.to_chart(bottom + 7)


@dataclass
class Flag:
    """The words of a mark and where they stand; level 0 is the lowest."""

    row: SimpleNamespace
    staff: float
    left: float
    width: float
    lines: list[str]
    level: int = 0

    def crosses(self, staff: float) -> bool:
        return self.left - 3 < staff < self.left + self.width + 8

    def touches(self, other: Flag) -> bool:
        return self.left < other.left + other.width + 12 and other.left < self.left + self.width + 12


def stagger(marks: list[SimpleNamespace], x: Scale, layout: Layout) -> list[Flag]:
    """Flags right or left of their staffs, on the fewest levels at which no staff runs through another's words."""
    flags, sides = [], []
    for row in marks:
        staff = x.at(row.x.high)
        lines = wrapped(row.detail, layout.width * 0.36, layout.detail) if row.detail else []
        wide = max(text_width(name(row), layout.label, 600), *(text_width(line, layout.detail) for line in lines), 0)
        flags.append(Flag(row, staff, 0, wide, lines))
        right, left = staff + 5, staff - 5 - wide
        beside = [right] * (right + wide <= layout.width) + [left] * (left >= 0)
        sides.append(beside or [max(0.0, layout.width - wide)])
        if right + wide > layout.width:  # last resort: over its own staff, ending at the edge
            sides[-1].append(max(0.0, layout.width - wide))
    best = min(itertools.product(*sides), key=lambda lefts: arrange(flags, lefts))
    arrange(flags, best)
    return flags


def arrange(flags: list[Flag], lefts: tuple[float, ...]) -> tuple[int, int, float]:
    """Puts the words at these left ends, on levels; returns how bad that is: crossings, levels, pixels from staffs."""
    for flag, left in zip(flags, lefts, strict=True):
        flag.left, flag.level = left, 0
    pairs = list(itertools.permutations(flags, 2))
    for _ in flags:
        for flag, other in pairs:
            if flag.crosses(other.staff) or (flag.level == other.level and flag.touches(other)):
                flag.level = max(flag.level, other.level + 1)
    used = sorted({flag.level for flag in flags})
    for flag in flags:
        flag.level = used.index(flag.level)
    through = sum(flag.crosses(other.staff) and flag.level <= other.level for flag, other in pairs)
    through += sum(flag.level == other.level and flag.touches(other) for flag, other in pairs)
    return through, max((flag.level for flag in flags), default=0), sum(abs(f.left - f.staff) for f in flags)


def name(row: SimpleNamespace) -> str:
    return row.label or row.x.text


def draw_flag(
    canvas: Canvas, flag: Flag, x: Scale, y: Scale, foot: float, base: float, plain: SimpleNamespace, curve: list
) -> None:
    """A staff from the axis with the mark's name at its head."""
    layout, row = canvas.layout, flag.row
    role = "accent" if row.label == plain.emphasis else "ink"
    over = flag.left < flag.staff < flag.left + flag.width
    head = base + len(flag.lines) * layout.line + 6 if over else base - layout.label * 0.72
    with canvas.for_rows(row):
        canvas.rule(flag.staff, foot, flag.staff, head, role, 1.5, stroke_dash(row.x.kind), level=GRID)
        dot(canvas, flag.staff, y.at(height_at(curve, x, flag.staff)), role, row.x.kind, 5.5)
        canvas.hit_area(row, canvas.text(flag.left, base, name(row), layout.label, 600, role, halo="paper"))
        for step, line in enumerate(flag.lines, start=1):
            canvas.text(flag.left, base + step * layout.line, line, layout.detail, fill="muted", halo="paper")


def height_at(curve: list, x: Scale, pixel: float) -> float:
    """The density at a place, straight between the curve's points."""
    points = [(x.at(row.x.low), row.density.low) for row in curve]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if x0 <= pixel <= x1 and x1 > x0:
            return y0 + (y1 - y0) * (pixel - x0) / (x1 - x0)
    return points[0][1] if pixel < points[0][0] else points[-1][1]


def regions(canvas: Canvas, rows: list, curve: list, x: Scale, y: Scale, foot: float, staffs: list[float]) -> None:
    """Part of the ground under the curve in the accent's tint, named between the staffs that cross it."""
    layout = canvas.layout
    for row in (row for row in rows if row.role == "region"):
        left, right = max(0.0, x.at(row.x.low)), min(layout.width, x.at(row.x.high))
        inner = [x.at(point.x.low) for point in curve if left < x.at(point.x.low) < right]
        edges = [left, *inner, right]
        shape = [(at, y.at(height_at(curve, x, at)), foot) for at in edges]
        canvas.hit_area(row, Box(left, min(top for _, top, _ in shape), right, foot))
        with canvas.for_rows(row):
            canvas.area(shape, "accent", 0.22)
            if row.label:
                name_region(canvas, row.label, left, right, lambda at: y.at(height_at(curve, x, at)), foot, staffs)


def name_region(
    canvas: Canvas,
    label: str,
    left: float,
    right: float,
    height: Callable[[float], float],
    foot: float,
    staffs: list[float],
) -> None:
    """The name of a region: on the ground where it fits under the curve, else over the curve, broken if it must be."""
    layout = canvas.layout
    ends = sorted({left, *(staff for staff in staffs if left < staff < right), right})
    gaps = [(a + 7, b - (1 if b == right else 7)) for a, b in zip(ends, ends[1:], strict=False)]
    wide = max(gaps, key=lambda gap: gap[1] - gap[0])
    broken = wrapped(label, wide[1] - wide[0], layout.detail)
    across = max(text_width(line, layout.detail) for line in broken)
    tall = (len(broken) - 1) * layout.line
    high = min(height(wide[0]), height(wide[0] + across))
    low = max(height(wide[0]), height(wide[0] + across))
    base = foot - 8 - tall if low < foot - 12 - tall - layout.detail else high - 10 - tall
    for step, line in enumerate(broken):
        canvas.text(wide[0], base + step * layout.line, line, layout.detail, fill="accent")


FORMS = (Form("distribution", "How is it spread?", DISTRIBUTION, distribution),)
