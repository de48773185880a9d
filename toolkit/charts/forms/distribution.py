"""A distribution as a curve over a log axis, with flags at named values."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import number_axis
from toolkit.charts.canvas import GRID, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Box, Point
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError


@dataclass(frozen=True)
class DistributionRow(Row):
    """A point of the curve, a named mark, or a shaded region."""

    role: str = text_column("what the row is", required=True, choices=("curve", "mark", "region"))
    x: Cell = number_column("the value; low and high for a region", required=True)
    density: Cell | None = number_column("how many are near the value", role="curve", required=True)
    label: str | None = text_column("the name of a mark or region", role="mark")
    detail: str | None = text_column("under the name")


@dataclass(frozen=True)
class DistributionOptions:
    """Options of the axis, and what is emphasised."""

    x_title: str = text_option("under the axis", required=True)
    emphasis: str | None = text_option("the mark in the accent colour")
    unit: str | None = text_option("the axis", choices=UNITS)
    log_note: str = text_option("said under the axis", LOG_NOTE)


DISTRIBUTION = Encodings(DistributionRow, DistributionOptions)


def sample() -> Drawing:
    """Rents, of which a few are very high."""
    rows: list[dict[str, str | Cell | None]] = [
        {"what": "curve", "rent": number(round(700 * math.exp(step / 10)), ""), "flats": number(bell(step), "")}
        for step in range(-15, 19)
    ]
    for rent, words, more in ((700, "€700", "median"), (910, "€910", "mean")):
        rows.append({"what": "mark", "rent": number(rent, words), "words": words, "more": more})
    rows.append({"what": "region", "rent": number(1700, "€1,700 or more", 4000), "words": "dearest tenth"})
    return example(
        "distribution",
        rows,
        "The mean rent is higher than what most flats cost",
        "Monthly rents in an invented town, euros",
        "A curve with its peak at the median; the mean stands to the right of it, the dearest tenth is shaded.",
        role="what",
        x="rent",
        density="flats",
        label="words",
        detail="more",
        emphasis="€910",
        x_title="Rent a month",
    )


def bell(step: int) -> float:
    """The height of the example's curve."""
    return round(math.exp(-((step / 7) ** 2) / 2), 4)


@dataclass(frozen=True)
class Curve:
    """The curve in pixels, from left to right, and the baseline under it."""

    points: list[Point]
    foot: float

    def height(self, x: float) -> float:
        """The curve's y at an x, linear between its points; in pixels."""
        for (x0, y0), (x1, y1) in zip(self.points, self.points[1:], strict=False):
            if x0 <= x <= x1 and x1 > x0:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return self.points[0][1] if x < self.points[0][0] else self.points[-1][1]


def distribution(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """The curve with its regions shaded, and a flag at each named value.

    Raises ToolkitError for fewer than three points of the curve, and for values that are not above zero.
    """
    rows, options = DISTRIBUTION.read(drawing)
    points = sorted(
        ((row.x.low, row.density) for row in rows if row.role == "curve" and row.density), key=lambda point: point[0]
    )
    marks = sorted((row for row in rows if row.role == "mark"), key=lambda row: row.x.low)
    if len(points) < 3:
        raise ToolkitError(drawing.where, f"{len(points)} rows of role curve", allowed="three or more")
    positive([end for row in rows for end in (row.x.low, row.x.high)], drawing.where, "x")
    canvas = Canvas(drawing, layout)
    ends = [x for x, _ in points] + [end for row in marks for end in (row.x.low, row.x.high)]
    x = Scale(min(ends), max(ends), 0, layout.width, log=True)
    flags = stagger(marks, x, layout)
    heights = [
        layout.line * (1 + max(len(f.lines) for f in flags if f.level == level)) + 8
        for level in range(max((f.level for f in flags), default=-1) + 1)
    ]
    top = 6 + sum(heights)
    foot = top + (180 if layout.wide else 150)
    y = Scale(0, max(density.low for _, density in points), foot, top + 8)
    count, unit = 6 if layout.wide else 4, unit_of((row.x for row in rows), options.unit)
    number_axis(canvas, x, unit, [(top, foot + 5)], foot + 3, count)
    canvas.rule(0, foot, layout.width, foot, "context", 1.5)
    curve = Curve([(x.at(value), y.at(density.low)) for value, density in points], foot)
    canvas.area([(*point, foot) for point in curve.points], "slip")
    canvas.line(curve.points, "ink", 2.25, stroke_dash(points[0][1].kind))
    regions(canvas, [row for row in rows if row.role == "region"], x, curve, [flag.staff for flag in flags])
    for flag in flags:
        base = top + 2 - sum(heights[: flag.level + 1]) + layout.label * 0.8
        draw_flag(canvas, flag, curve, base, "accent" if flag.row.label == options.emphasis else "ink")
    canvas.plot_area(0, top, layout.width, foot)
    bottom = canvas.text_block(
        layout.width if layout.wide else 0,
        foot + 8 + layout.detail + layout.line,
        f"{options.x_title}; {x.stepped(options.log_note, count, drawing.locale)}",
        layout.width,
        layout.detail,
        fill="muted",
        anchor="end" if layout.wide else "start",
        even=True,
    )
    return canvas.to_chart(bottom + 7)


@dataclass
class Flag:
    """The text of a flag and its position; level 0 is the lowest. A flag has a vertical staff at its value."""

    row: DistributionRow
    staff: float
    left: float
    width: float
    lines: list[str]
    level: int = 0

    def crosses(self, staff: float) -> bool:
        """True if a staff at this x would cross the text."""
        return self.left - 3 < staff < self.left + self.width + 8

    def touches(self, other: Flag) -> bool:
        """True if the texts of the two flags would overlap on one level."""
        return self.left < other.left + other.width + 12 and other.left < self.left + self.width + 12


def stagger(marks: list[DistributionRow], x: Scale, layout: Layout) -> list[Flag]:
    """Flags right or left of their staffs, on as few levels as possible without a staff across another flag's text."""
    flags: list[Flag] = []
    sides: list[list[float]] = []
    for row in marks:
        staff = x.at(row.x.high)
        lines = wrapped(row.detail, layout.width * 0.36, layout.detail) if row.detail else []
        wide = max(text_width(name_of(row), layout.label, 600), *(text_width(line, layout.detail) for line in lines), 0)
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
    """Places the texts at these left ends, on levels; returns (overlaps, highest level, pixels from the staffs)."""
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


def name_of(row: DistributionRow) -> str:
    """The text of a flag."""
    return row.label or row.x.text


def draw_flag(canvas: Canvas, flag: Flag, curve: Curve, base: float, role: str) -> None:
    """A staff from the axis with the mark's name at its head."""
    layout, row = canvas.layout, flag.row
    over = flag.left < flag.staff < flag.left + flag.width
    head = base + len(flag.lines) * layout.line + 6 if over else base - layout.label * 0.72
    with canvas.for_rows(row):
        canvas.rule(flag.staff, curve.foot, flag.staff, head, role, 1.5, stroke_dash(row.x.kind), level=GRID)
        dot(canvas, flag.staff, curve.height(flag.staff), role, row.x.kind, 5.5)
        canvas.hit_area(row, canvas.text(flag.left, base, name_of(row), layout.label, 600, role, halo="paper"))
        for step, line in enumerate(flag.lines, start=1):
            canvas.text(flag.left, base + step * layout.line, line, layout.detail, fill="muted", halo="paper")


def regions(canvas: Canvas, rows: list[DistributionRow], x: Scale, curve: Curve, staffs: list[float]) -> None:
    """Tinted regions of the plot under the curve, named between the staffs in them."""
    for row in rows:
        left, right = max(0.0, x.at(row.x.low)), min(canvas.layout.width, x.at(row.x.high))
        edges = [left, *(at for at, _ in curve.points if left < at < right), right]
        shape = [(at, curve.height(at), curve.foot) for at in edges]
        canvas.hit_area(row, Box(left, min(top for _, top, _ in shape), right, curve.foot))
        with canvas.for_rows(row):
            canvas.area(shape, "accent", 0.22)
            if row.label:
                name_region(canvas, row.label, left, right, curve, staffs)


def name_region(
    canvas: Canvas,
    label: str,
    left: float,
    right: float,
    curve: Curve,
    staffs: list[float],
) -> None:
    """The name of a region: near the axis if it fits under the curve, else over the curve, in lines if it is long."""
    layout = canvas.layout
    ends = sorted({left, *(staff for staff in staffs if left < staff < right), right})
    gaps = [(a + 7, b - (1 if b == right else 7)) for a, b in zip(ends, ends[1:], strict=False)]
    wide = max(gaps, key=lambda gap: gap[1] - gap[0])
    broken = wrapped(label, wide[1] - wide[0], layout.detail)
    across = max(text_width(line, layout.detail) for line in broken)
    tall = (len(broken) - 1) * layout.line
    high = min(curve.height(wide[0]), curve.height(wide[0] + across))
    low = max(curve.height(wide[0]), curve.height(wide[0] + across))
    base = curve.foot - 8 - tall if low < curve.foot - 12 - tall - layout.detail else high - 10 - tall
    for step, line in enumerate(broken):
        canvas.text(wide[0], base + step * layout.line, line, layout.detail, fill="accent")


FORM = Form("distribution", "How is it spread?", DISTRIBUTION, distribution, in_pixels=True)
