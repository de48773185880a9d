"""Two quantities on log axes of equal scale, with ellipses of a population and a marked point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis
from toolkit.charts.canvas import Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Box, Point, Position
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped


@dataclass(frozen=True)
class PairedRow(Row):
    """A point of an ellipse, the origin, the marked point, or a region along x."""

    role: str = text_column("what the row is", required=True, choices=("ellipse", "origin", "point", "region"))
    x: Cell = number_column("along the bottom; low and high for a region", required=True)
    y: Cell | None = number_column("upright", required=True, role="ellipse origin point")
    label: str | None = text_column("the name of an ellipse (the same in each of its rows), of a point, of a region")
    detail: str | None = text_column("under a point's name")
    across: str | None = text_column("under the line from the origin to a point")
    order: Cell | None = number_column("the order of an ellipse's points; without it the table's")


@dataclass(frozen=True)
class PairedOptions:
    """Options: the titles of the two quantities."""

    x_title: str = text_option("what x is", required=True)
    y_title: str = text_option("what y is", required=True)
    diagonal_title: str = text_option("on the line where both grow alike", "in step")
    unit: str | None = text_option("both axes", choices=UNITS)
    log_note: str = text_option("said under the axis", LOG_NOTE)


PAIRED = Encodings(PairedRow, PairedOptions)


def sample() -> Drawing:
    """Shops by turnover and floor space."""
    rows: list[dict[str, str | Cell | None]] = []
    for words, radius in (("half of the shops", 1.177), ("nine in ten", 2.146)):
        for step in range(36):
            turn = 2 * math.pi * step / 36
            space = radius * math.cos(turn)
            sales = radius * (0.6 * math.cos(turn) + 0.8 * math.sin(turn))
            rows.append(
                {
                    "what": "ellipse",
                    "words": words,
                    "space": number(round(math.exp(0.9 * space), 3), "", kind="assumed"),
                    "sales": number(round(math.exp(0.7 * sales), 3), "", kind="assumed"),
                }
            )
    one = number(1, "1×")
    rows += [
        {"what": "origin", "words": "median shop", "space": one, "sales": one},
        {
            "what": "point",
            "words": "1.4 times",
            "more": "the sales",
            "space": number(4, "4×", kind="assumed"),
            "sales": number(1.4, "1.4×", kind="assumed"),
            "line": "4 times the space",
        },
    ]
    return example(
        "paired",
        rows,
        "Much more space sells only a little more",
        "Floor space and sales of invented shops, as multiples of the median shop's",
        "Two ellipses along a diagonal; a point far to the right stands only a little above the middle.",
        role="what",
        label="words",
        detail="more",
        x="space",
        y="sales",
        across="line",
        x_title="Floor space, as a multiple of the median shop's",
        y_title="Sales, as a multiple of the median shop's",
    )


@dataclass(frozen=True)
class Spot:
    """A row with its position in pixels."""

    row: PairedRow
    x: float
    y: float
    kind: str
    name: str

    @property
    def point(self) -> Point:
        """The place as a point of a line."""
        return self.x, self.y


@dataclass(frozen=True)
class Plot:
    """What stands in the plot, and its two scales."""

    x: Scale
    y: Scale
    ellipses: dict[str, list[Spot]]
    origin: Spot | None
    points: list[Spot]
    regions: list[PairedRow]

    def across(self, region: PairedRow) -> tuple[float, float]:
        """(left, right) of a region, in pixels."""
        return self.x.at(max(region.x.low, self.x.low)), self.x.at(min(region.x.high, self.x.high))

    @property
    def both(self) -> tuple[float, float]:
        """The least and the greatest value that are on both scales."""
        return max(self.x.low, self.y.low), min(self.x.high, self.y.high)


def paired(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Ellipses that hold parts of a population, the diagonal, and a marked point reached from the origin.

    Raises ToolkitError for values that are not above zero.
    """
    rows, options = PAIRED.read(drawing)
    ends = [end for row in rows for cell in (row.x, row.y) if cell for end in (cell.low, cell.high)]
    positive(ends, drawing.where, "x or y")
    canvas = Canvas(drawing, layout)
    unit = unit_of((row.x for row in rows if row.role in ("origin", "point")), options.unit)
    title_end = canvas.text_block(0, 14, options.y_title, layout.width, layout.detail, fill="muted", even=True)
    plot = plot_of(rows, *equal_scales(rows, layout, title_end + 16))
    x, y = plot.x, plot.y
    draw_regions(canvas, plot)
    level_axis(canvas, y, unit, x.start, x.end)
    for tick in x.ticks(5):
        canvas.rule(x.at(tick), y.end, x.at(tick), y.start)
    foot_axis(canvas, x, y.start, unit)
    canvas.line([(x.at(value), y.at(value)) for value in plot.both], "context", 1.25)
    draw_ellipses(canvas, plot)
    draw_steps(canvas, plot)
    name_all(canvas, plot, options.diagonal_title)
    canvas.plot_area(x.start, y.end, x.end, y.start)
    bottom = canvas.text_block(
        layout.width,
        y.start + 9 + layout.detail + layout.line,
        f"{options.x_title}; {x.stepped(options.log_note, 5, drawing.locale)}",
        layout.width,
        layout.detail,
        fill="muted",
        anchor="end",
        even=True,
    )
    return canvas.to_chart(bottom + 7)


def plot_of(rows: list[PairedRow], x: Scale, y: Scale) -> Plot:
    """The rows by role, each where it stands; an ellipse's points in their order."""
    spots = [
        Spot(row, x.at(row.x.low), y.at(row.y.low), row.y.kind, row.label or row.y.text)
        for row in rows
        if row.y and row.role != "region"
    ]
    ellipses: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.row.role == "ellipse":
            ellipses.setdefault(spot.row.label or "", []).append(spot)
    for members in ellipses.values():
        members.sort(key=lambda spot: spot.row.order.low if spot.row.order else 0.0)
    return Plot(
        x=x,
        y=y,
        ellipses=ellipses,
        origin=next((spot for spot in spots if spot.row.role == "origin"), None),
        points=[spot for spot in spots if spot.row.role == "point"],
        regions=[row for row in rows if row.role == "region"],
    )


def equal_scales(rows: list[PairedRow], layout: Layout, top: float) -> tuple[Scale, Scale]:
    """Scales with the same pixels for a power of ten on both axes: two that grow in step lie on the diagonal."""
    shown = [row for row in rows if row.role != "region"]
    x0, x1 = powers([row.x for row in shown])
    y0, y1 = powers([row.y for row in shown if row.y])
    left = 36
    across = layout.width - left - 4
    for start, need in words_right(rows, layout):  # the words of a point stand right of it, or in its region
        x1 = max(x1, (start * across - need * x0) / (across - need))
    decade = min(across / (x1 - x0), (290 if layout.wide else 260) / (y1 - y0))
    spare = across / decade - (x1 - x0)
    x0, x1 = x0 - spare * 0.3, x1 + spare * 0.7
    spare = (190 if layout.wide else 205) / decade - (y1 - y0)
    if spare > 0:  # a flat plot gets air above and below, where its words can stand
        y0, y1 = y0 - spare * 0.6, y1 + spare * 0.4
    y0, y1 = (round(end) if abs(end - round(end)) < 0.16 else end for end in (y0, y1))
    right = left + decade * (x1 - x0)
    return (
        Scale(10**x0, 10**x1, left, right, log=True),
        Scale(10**y0, 10**y1, top + decade * (y1 - y0), top, log=True),
    )


def powers(cells: list[Cell]) -> tuple[float, float]:
    """The powers of ten from below the least to above the greatest, with 1 well inside."""
    low, high = math.log10(min(cell.low for cell in cells)), math.log10(max(cell.high for cell in cells))
    return min(low - 0.12, -0.5), max(high + 0.15, 0.5)


def words_right(rows: list[PairedRow], layout: Layout) -> list[tuple[float, float]]:
    """The pixels that the texts of points need to their right, by power of ten."""
    region = None if layout.wide else next((row for row in rows if row.role == "region"), None)
    needs = []
    for row in (row for row in rows if row.role == "point"):
        wide = text_width(row.label or "", layout.label, 600)
        wide = max(wide, *(text_width(line, layout.detail) for line in under(row, layout)))
        start, gap = (region.x.low, 12) if region else (row.x.low, 22)
        needs.append((math.log10(start), wide + gap))
    return needs


def under(row: PairedRow, layout: Layout) -> list[str]:
    """The lines under a point's name, at least one."""
    return wrapped(row.detail or "", layout.width if layout.wide else 90, layout.detail)


def draw_regions(canvas: Canvas, plot: Plot) -> None:
    """Tinted regions of the plot."""
    for region in plot.regions:
        left, right = plot.across(region)
        with canvas.for_rows(region):
            canvas.background(left, plot.y.end, right, plot.y.start, "tint")
        canvas.hit_area(region, Box(left, plot.y.end, right, plot.y.start))


def draw_ellipses(canvas: Canvas, plot: Plot) -> None:
    """Closed lines; the first row of each is its hit area."""
    for members in plot.ellipses.values():
        points, first = [spot.point for spot in members], members[0].row
        with canvas.for_rows(first):
            canvas.line([*points, points[0]], "muted", 1.5, stroke_dash(first.x.kind))
        (left, right), (top, bottom) = ((min(ends), max(ends)) for ends in zip(*points, strict=True))
        canvas.hit_area(first, Box(left, top, right, bottom))


def draw_steps(canvas: Canvas, plot: Plot) -> None:
    """From the origin across to a point's x, then up to the point."""
    origin = plot.origin
    for spot in plot.points:
        with canvas.for_rows(spot.row):
            if origin:
                canvas.line([origin.point, (spot.x, origin.y)], "ink", 2.25)
                canvas.line([(spot.x, origin.y), spot.point], "accent", 3)
            dot(canvas, spot.x, spot.y, "accent", spot.kind, 8)
    if origin:
        with canvas.for_rows(origin.row):
            dot(canvas, origin.x, origin.y, "ink", "reported", 6.5)


def name_all(canvas: Canvas, plot: Plot, diagonal_title: str) -> None:
    """All words of the plot, the important ones first, each at the first free place."""
    layout, x, y, origin = canvas.layout, plot.x, plot.y, plot.origin
    for region in plot.regions:
        left, right = plot.across(region)
        lines = wrapped(region.label, right - left - 10, layout.detail) if region.label else []
        for step, line in enumerate(reversed(lines)):
            canvas.text(left + 6, y.start - 8 - step * layout.line, line, layout.detail, fill="accent")
    for spot in plot.points:
        name_point(canvas, spot, plot)
    if origin and origin.row.label:
        ox, oy = origin.point
        spots = [(ox - 10, oy - 8, "end"), (ox - 10, oy + 18, "end"), (ox + 8, oy - 10, "start")]
        canvas.place_text(origin.row.label, spots, layout.detail, fill="muted")
    for name, members in plot.ellipses.items():
        canvas.place_text(name, around([spot.point for spot in members]), layout.detail, fill="muted")
    low, high = plot.both
    along = [low * (high / low) ** part for part in (0.04, 0.1, 0.9, 0.8, 0.2, 0.7)]
    canvas.place_text(
        diagonal_title,
        [(x.at(v) + 9, y.at(v) + 5, "start") for v in along] + [(x.at(v) - 8, y.at(v) - 4, "end") for v in along],
        layout.detail,
        fill="muted",
    )


def name_point(canvas: Canvas, spot: Spot, plot: Plot) -> None:
    """The name of a point with its detail, and what stands under the line from the origin to it."""
    layout, row, px, py = canvas.layout, spot.row, spot.x, spot.y
    below = under(row, layout)
    beside: list[Position] = [
        (px + side * 14, py + drop, "start" if side > 0 else "end") for drop in (0, 6, -12) for side in (1, -1)
    ]
    high = py - 14 - layout.line * len(below)
    above: list[Position] = [(plot.x.end - 4, high, "end"), (px, high, "middle"), (px + 4, high, "end")]
    with canvas.for_rows(row):
        canvas.place_text(spot.name, beside if layout.wide else above, layout.label, 600, "accent", below)
    if plot.origin and row.across:
        ox, oy = plot.origin.point
        options = [(ox + 8, oy + 17, "start"), (px - 4, oy + 17, "end"), (ox + 8, oy - 8, "start")]
        canvas.place_text(row.across, options, layout.detail, 600)


def around(points: list[Point]) -> list[Position]:
    """Places outside a closed line, those below it first."""
    cx = sum(point[0] for point in points) / len(points)
    cy = sum(point[1] for point in points) / len(points)
    order = sorted(points, key=lambda point: -(point[1] - cy) + 0.3 * abs(point[0] - cx))
    spots: list[Position] = []
    for px, py in order:
        below = py > cy
        anchor = "end" if px < cx - 8 else "start" if px > cx + 8 else "middle"
        spots.append((px + {"end": -6, "start": 6, "middle": 0}[anchor], py + (16 if below else -7), anchor))
    return spots


FORM = Form("paired", "Do two quantities grow in step?", PAIRED, paired, in_pixels=True)
