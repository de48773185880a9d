"""Two quantities on equal scales of powers of ten: who stands where if nothing but skew is at work."""

from __future__ import annotations

import math
from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis
from toolkit.charts.canvas import Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.geometry import Box, Position
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped

PAIRED = Wants(
    {
        "role": text("what the row is", required=True, choices=("ellipse", "origin", "point", "region")),
        "x": number("along the bottom; low and high for a region", required=True),
        "y": number("upright", required=True, role="ellipse origin point"),
        "label": text("the name of an ellipse (the same in each of its rows), of a point, of a region"),
        "detail": text("under a point's name"),
        "across": text("under the line from the origin to a point"),
        "order": number("the order of an ellipse's points; without it the table's"),
        "x_title": words("what x is", required=True),
        "y_title": words("what y is", required=True),
        "diagonal_title": words("on the line where both grow alike", "in step"),
        "unit": words("both axes", choices=UNITS),
        "log_note": words("said under the axis", LOG_NOTE),
    }
)


def paired(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Ellipses that hold parts of a population, the diagonal, and a marked point reached from the origin."""
    rows, plain = PAIRED.read(drawing)
    ends = [end for row in rows for cell in (row.x, row.y) if cell for end in (cell.low, cell.high)]
    positive(ends, drawing.where, "x or y")
    canvas = Canvas(drawing, layout)
    unit = unit_of((row.x for row in rows if row.role in ("origin", "point")), plain.unit)
    title_end = canvas.text_block(0, 14, plain.y_title, layout.width, layout.detail, fill="muted", even=True)
    x, y = equal_scales(rows, layout, title_end + 16)
    ground(canvas, rows, x, y)
    level_axis(canvas, y, unit, x.start, x.end)
    for tick in x.ticks(5):
        canvas.rule(x.at(tick), y.end, x.at(tick), y.start)
    foot_axis(canvas, x, y.start, False, unit=unit)
    low, high = max(x.low, y.low), min(x.high, y.high)
    canvas.line([(x.at(low), y.at(low)), (x.at(high), y.at(high))], "context", 1.25)
    outlines = ellipses(canvas, rows, x, y)
    steps(canvas, rows, x, y)
    names(canvas, rows, outlines, plain, x, y)
    canvas.plot_area(x.start, y.end, x.end, y.start)
    said = f"{plain.x_title}; {x.stepped(plain.log_note, 5, drawing.locale)}"
    bottom = canvas.text_block(
        layout.width,
        y.start + 9 + layout.detail + layout.line,
        said,
        layout.width,
        layout.detail,
        fill="muted",
        anchor="end",
        even=True,
    )
    return canvas.to_chart(bottom + 7)


def equal_scales(rows: list[SimpleNamespace], layout: Layout, top: float) -> tuple[Scale, Scale]:
    """The same pixels for a power of ten on both axes, so that "in step" is a true diagonal."""
    ranges = []
    for name in ("x", "y"):
        cells = [getattr(row, name) for row in rows if getattr(row, name) and row.role != "region"]
        low, high = math.log10(min(c.low for c in cells)), math.log10(max(c.high for c in cells))
        ranges.append((min(low - 0.12, 0 - 0.5), max(high + 0.15, 0.5)))
    (x0, x1), (y0, y1) = ranges
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


def words_right(rows: list[SimpleNamespace], layout: Layout) -> list[tuple[float, float]]:
    """From which power of ten how many pixels are needed for the words of points."""
    region = next((row for row in rows if row.role == "region"), None)
    needs = []
    for row in (row for row in rows if row.role == "point"):
        lines = [
            (row.label or "", layout.label, 600),
            *((line, layout.detail, 400) for line in under(row, layout)),
        ]
        wide = max(text_width(*line) for line in lines)
        inside = region and not layout.wide
        needs.append((math.log10(region.x.low if inside else row.x.low), wide + (12 if inside else 22)))
    return needs


def under(row: SimpleNamespace, layout: Layout) -> list[str]:
    return wrapped(row.detail or "", layout.width if layout.wide else 90, layout.detail)


def ground(canvas: Canvas, rows: list, x: Scale, y: Scale) -> None:
    for row in rows:
        if row.role == "region":
            left, right = x.at(max(row.x.low, x.low)), x.at(min(row.x.high, x.high))
            with canvas.for_rows(row):
                canvas.background(left, y.end, right, y.start, "tint")
            canvas.hit_area(row, Box(left, y.end, right, y.start))


def ellipses(canvas: Canvas, rows: list, x: Scale, y: Scale) -> dict[str, list[tuple[float, float]]]:
    """The closed lines by name, in the order of their points."""
    found: dict[str, list[SimpleNamespace]] = {}
    for row in rows:
        if row.role == "ellipse":
            found.setdefault(row.label or "", []).append(row)
    outlines = {}
    for name, members in found.items():
        members = sorted(members, key=lambda row: row.order.low) if members[0].order else members
        points = [(x.at(row.x.low), y.at(row.y.low)) for row in members]
        outlines[name] = points
        with canvas.for_rows(members[0]):
            canvas.line([*points, points[0]], "muted", 1.5, stroke_dash(members[0].x.kind))
        (left, right), (top, bottom) = ((min(ends), max(ends)) for ends in zip(*points, strict=True))
        canvas.hit_area(members[0], Box(left, top, right, bottom))
    return outlines


def steps(canvas: Canvas, rows: list, x: Scale, y: Scale) -> None:
    """From the origin across to a point's x, then up to the point."""
    origin = next((row for row in rows if row.role == "origin"), None)
    for row in (row for row in rows if row.role == "point"):
        px, py = x.at(row.x.low), y.at(row.y.low)
        with canvas.for_rows(row):
            if origin:
                ox, oy = x.at(origin.x.low), y.at(origin.y.low)
                canvas.line([(ox, oy), (px, oy)], "ink", 2.25)
                canvas.line([(px, oy), (px, py)], "accent", 3)
            dot(canvas, px, py, "accent", row.y.kind, 8)
    if origin:
        with canvas.for_rows(origin):
            dot(canvas, x.at(origin.x.low), y.at(origin.y.low), "ink", "reported", 6.5)


def names(canvas: Canvas, rows: list, outlines: dict, plain: SimpleNamespace, x: Scale, y: Scale) -> None:
    """All words of the plot, the important ones first, each at the first free place."""
    layout = canvas.layout
    for row in rows:
        if row.role == "region" and row.label:
            left, right = x.at(max(row.x.low, x.low)), x.at(min(row.x.high, x.high))
            lines = wrapped(row.label, right - left - 10, layout.detail)
            for step, line in enumerate(reversed(lines)):
                canvas.text(left + 6, y.start - 8 - step * layout.line, line, layout.detail, fill="accent")
    origin = next((row for row in rows if row.role == "origin"), None)
    for row in rows:
        px, py = x.at(row.x.low), y.at((row.y or row.x).low)
        if row.role == "point":
            below = under(row, layout)
            beside = [
                (px + side * 14, py + drop, "start" if side > 0 else "end") for drop in (0, 6, -12) for side in (1, -1)
            ]
            high = py - 14 - layout.line * len(below)
            above = [(x.end - 4, high, "end"), (px, high, "middle"), (px + 4, high, "end")]
            with canvas.for_rows(row):
                spots = beside if layout.wide else above
                canvas.place_text(row.label or row.y.text, spots, layout.label, 600, "accent", below)
            if origin and row.across:
                ox, oy = x.at(origin.x.low), y.at(origin.y.low)
                spots = [(ox + 8, oy + 17, "start"), (px - 4, oy + 17, "end"), (ox + 8, oy - 8, "start")]
                canvas.place_text(row.across, spots, layout.detail, 600)
    if origin and origin.label:
        ox, oy = x.at(origin.x.low), y.at(origin.y.low)
        canvas.place_text(
            origin.label,
            [(ox - 10, oy - 8, "end"), (ox - 10, oy + 18, "end"), (ox + 8, oy - 10, "start")],
            layout.detail,
            fill="muted",
        )
    for name, points in outlines.items():
        canvas.place_text(name, around(points), layout.detail, fill="muted")
    low, high = max(x.low, y.low), min(x.high, y.high)
    along = [low * (high / low) ** part for part in (0.04, 0.1, 0.9, 0.8, 0.2, 0.7)]
    canvas.place_text(
        plain.diagonal_title,
        [(x.at(v) + 9, y.at(v) + 5, "start") for v in along] + [(x.at(v) - 8, y.at(v) - 4, "end") for v in along],
        layout.detail,
        fill="muted",
    )


def around(points: list[tuple[float, float]]) -> list[Position]:
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


FORMS = (Form("paired", "Do two quantities grow in step?", PAIRED, paired),)
