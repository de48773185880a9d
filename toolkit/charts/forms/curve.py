"""One quantity against another as a curve, with the points that matter named on it."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis, level_margin, spread
from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Position
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, round_step, unit_of
from toolkit.charts.theme import series_roles
from toolkit.charts.typography import text_width, wrapped

SCALES = ("linear", "log")


@dataclass(frozen=True)
class CurveRow(Row):
    """A point of a curve, a named point, or a horizontal line, which has no x."""

    x: Cell | None = number_column("along the bottom", required=True, role="curve mark")
    y: Cell = number_column("upright; low and high give a band", required=True, role="curve mark level")
    series: str | None = text_column("which curve")
    role: str = text_column("what the row is; without it a curve", choices=("curve", "mark", "level"))
    label: str | None = text_column("the name of a mark or of a level line")
    detail: str | None = text_column("under the name of a mark")


@dataclass(frozen=True)
class CurveOptions:
    """Options of the axes, and which curve is emphasised."""

    x_title: str = text_option("what x is", required=True)
    y_title: str = text_option("what y is", required=True)
    emphasis: str | None = text_option("the series drawn in ink")
    x_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    y_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    x_unit: str | None = text_option("the lower axis", choices=UNITS)
    y_unit: str | None = text_option("the upright axis", choices=UNITS)
    log_note: str = text_option("said where an axis goes by powers of ten", LOG_NOTE)


CURVE = Encodings(CurveRow, CurveOptions)


def sample() -> Drawing:
    """What a higher fare would bring, for two guesses of how many stay away."""
    rows: list[dict[str, str | Cell | None]] = [
        {
            "fare": number(fare / 10, f"€{fare / 10:.2f}"),
            "revenue": number(round(fare * (1 - loss * (fare - 20) / 100) / 20, 3), "", kind="assumed"),
            "guess": guess,
            "what": "curve",
            "words": None,
        }
        for guess, loss in (("few stay away", 1.0), ("many stay away", 2.4))
        for fare in range(20, 51, 3)
    ]
    rows.append({"fare": None, "revenue": number(1, "1"), "guess": None, "what": "level", "words": "revenue today"})
    return example(
        "curve",
        rows,
        "A higher fare brings more only if few stay away",
        "Revenue by fare, as a multiple of today's, in an invented town; both curves are assumed",
        "Two curves from the same point: one rises and flattens, the other rises a little and falls below it.",
        x="fare",
        y="revenue",
        series="guess",
        role="what",
        label="words",
        emphasis="many stay away",
        x_title="Fare of a single ticket",
        y_title="Revenue, today's is one",
    )


@dataclass(frozen=True)
class CurvePoint(Row):
    """A point of a curve; ranges make a band around it."""

    x: float
    y: Cell


def curve(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Smooth lines, dashed where assumed, rings and dots with their names beside them."""
    rows, options = CURVE.read(drawing)
    canvas = Canvas(drawing, layout)
    curves = by_series(rows)
    x, y = scales(canvas, rows, list(curves), options)
    level_axis(canvas, y, unit_of((row.y for row in rows), options.y_unit), x.start, x.end)
    foot_axis(canvas, x, y.start, False, unit=unit_of((row.x for row in rows if row.x), options.x_unit))
    canvas.text_block(0, 14, options.y_title, layout.width, layout.detail, fill="muted", even=True)
    roles = series_roles(list(curves), options.emphasis, drawing.palette)
    for name, members in curves.items():
        width = 3 if name == options.emphasis or len(curves) == 1 else 2.25
        draw_curve(canvas, members, x, y, roles[name], width)
    marked(canvas, rows, x, y, roles)
    name_ends(canvas, curves, roles, x, y)
    canvas.plot_area(x.start, y.end, x.end, y.start)
    bottom = y.start + 14 + layout.detail
    lines = ((x, 6 if layout.wide else 5), (y, 4))  # as the two axes draw them
    notes = [axis.stepped(options.log_note, count, drawing.locale) for axis, count in lines if axis.log][:1]
    words, base = "; ".join([options.x_title, *notes]), bottom + layout.line
    bottom = canvas.text_block(
        layout.width, base, words, layout.width, layout.detail, fill="muted", anchor="end", even=True
    )
    return canvas.to_chart(bottom + 6)


def by_series(rows: list[CurveRow]) -> dict[str, list[CurvePoint]]:
    """The points of each curve from left to right, by the curve's name."""
    curves: dict[str, list[CurvePoint]] = {}
    for row in rows:
        if row.role == "curve" and row.x:
            curves.setdefault(row.series or "", []).append(CurvePoint(row.index, row.x.low, row.y))
    for points in curves.values():
        points.sort(key=lambda point: point.x)
    return curves


def draw_curve(canvas: Canvas, points: list[CurvePoint], x: Scale, y: Scale, role: str, width: float) -> None:
    """One curve with its band; its points are hit points of their rows."""
    spots = [(x.at(point.x), y.at(point.y.middle)) for point in points]
    with canvas.for_rows(*points):
        if any(point.y.is_range for point in points):
            band = [(x.at(point.x), y.at(point.y.high), y.at(point.y.low)) for point in points]
            canvas.area(band, role, 0.16, smooth=True)
        canvas.line(spots, role, width, stroke_dash(points[-1].y.kind), smooth=True)
    for point, spot in zip(points, spots, strict=True):
        canvas.hit_point(point, *spot)


def scales(canvas: Canvas, rows: list[CurveRow], names: list[str], options: CurveOptions) -> tuple[Scale, Scale]:
    """The scales of both axes, with room for titles and the names at the ends."""
    layout, where = canvas.layout, canvas.drawing.where
    xs = [value for row in rows if row.x for value in (row.x.low, row.x.high)]
    ys = [value for row in rows for value in (row.y.low, row.y.high)]
    titles = len(wrapped(options.y_title, layout.width, layout.detail))
    top = 20 + titles * layout.line
    tall = 260 if layout.wide else 240
    if options.y_scale == "log":
        positive(ys, where, "y")
        y = Scale(min(ys), max(ys), top + tall, top, log=True)
    else:
        step = round_step((max(ys) - min(0, *ys)) / 4)
        y = Scale(step * (min(0, *ys) // step), step * -(-max(ys) // step), top + tall, top)
    if options.x_scale == "log":
        positive(xs, where, "x")
    left = level_margin(canvas, y, unit_of((row.y for row in rows), options.y_unit))
    lines = [line for name in names for line in wrapped(name, layout.width * 0.28, layout.detail, 600)]
    room = max(text_width(line, layout.detail, 600) for line in lines) + 14 if any(lines) else 10
    return Scale(min(xs), max(xs), left, layout.width - room, log=options.x_scale == "log"), y


def marked(canvas: Canvas, rows: list[CurveRow], x: Scale, y: Scale, roles: dict[str, str]) -> None:
    """Named points, and horizontal lines with their names."""
    layout = canvas.layout
    for row in rows:  # all lines and dots first, so that words keep clear of each
        with canvas.for_rows(row):
            if row.role == "level":
                canvas.rule(x.start, y.at(row.y.low), x.end, y.at(row.y.low), "ink", 1.6, DOTTED, level=MARKS)
            elif row.role == "mark" and row.x:
                dot(canvas, x.at(row.x.low), y.at(row.y.low), roles.get(row.series or "", "accent"), row.y.kind, 7.5)
    for row in rows:
        with canvas.for_rows(row):
            if row.role == "level":
                spots = [
                    (left, y.at(row.y.low) + drop, anchor)
                    for drop in (-6, 16)
                    for left, anchor in ((x.start + 6, "start"), (x.end, "end"))
                ]
                canvas.place_text(row.label or row.y.text, spots, layout.detail, fill="muted")
            elif row.role == "mark" and row.x:
                left, base = x.at(row.x.low), y.at(row.y.low)
                beside: list[Position] = [
                    (left + side * across, base + drop, "start" if side > 0 else "end")
                    for across in (14, 10, 6)
                    for drop in (5, -10, 20, -22, 32, -36, 46)
                    for side in (-1, 1)
                ]
                canvas.place_text(
                    row.label or row.y.text,
                    beside,
                    layout.label,
                    600,
                    roles.get(row.series or "", "accent"),
                    under=row.detail or "",
                )


def name_ends(canvas: Canvas, curves: dict[str, list[CurvePoint]], roles: dict[str, str], x: Scale, y: Scale) -> None:
    """The name of each curve at its right end."""
    layout = canvas.layout
    names = [name for name in curves if name]
    broken = {name: wrapped(name, layout.width * 0.28, layout.detail, 600) for name in names}
    step = layout.detail * 1.2
    wanted = [y.at(curves[name][-1].y.middle) for name in names]
    gap = step * max((len(lines) for lines in broken.values()), default=1) + 2
    for name, got in zip(names, spread(wanted, gap, y.end, y.start), strict=True):
        role = "muted" if roles[name] == "context" else roles[name]
        for place, said in enumerate(broken[name]):
            base = got + 4.5 + (place - (len(broken[name]) - 1) / 2) * step
            with canvas.for_rows(*curves[name]):
                canvas.text(x.at(curves[name][-1].x) + 10, base, said, layout.detail, 600, role)


FORM = Form("curve", "How does one quantity go with another?", CURVE, curve, in_pixels=True)
