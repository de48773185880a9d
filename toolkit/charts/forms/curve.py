"""One quantity against another as a curve, with the points that matter named on it."""

from __future__ import annotations

from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis, level_margin, spread
from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.forms.lines import series_roles
from toolkit.charts.marks import dot, stroke_dash
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, positive, round_step, unit_of
from toolkit.charts.typography import text_width, wrapped

SCALES = ("linear", "log")
CURVE = Wants(
    {
        "x": number("along the bottom", required=True, role="curve mark"),
        "y": number("upright; low and high give a band", required=True, role="curve mark level"),
        "x_title": words("what x is", required=True),
        "y_title": words("what y is", required=True),
        "series": text("which curve"),
        "role": text("what the row is; without it a curve", choices=("curve", "mark", "level")),
        "label": text("the name of a mark or of a level line"),
        "detail": text("under the name of a mark"),
        "emphasis": words("the series drawn in ink"),
        "x_scale": words("even, or by powers of ten", "linear", choices=SCALES),
        "y_scale": words("even, or by powers of ten", "linear", choices=SCALES),
        "x_unit": words("the lower axis", choices=UNITS),
        "y_unit": words("the upright axis", choices=UNITS),
        "log_note": words("said where an axis goes by powers of ten", LOG_NOTE),
    }
)


def curve(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Smooth lines, dashed where assumed, rings and dots with their names beside them."""
    rows, plain = CURVE.read(drawing)
    canvas = Canvas(drawing, layout)
    curves: dict[str, list[SimpleNamespace]] = {}
    for row in rows:
        row.role = row.role or "curve"
        if row.role == "curve":
            curves.setdefault(row.series or "", []).append(row)
    for members in curves.values():
        members.sort(key=lambda row: row.x.low)
    x, y = scales(canvas, rows, curves, plain)
    x_unit = unit_of((row.x for row in rows if row.x), plain.x_unit)
    level_axis(canvas, y, unit_of((row.y for row in rows if row.y), plain.y_unit), x.start, x.end)
    foot_axis(canvas, x, y.start, False, unit=x_unit)
    canvas.text_block(0, 14, plain.y_title, layout.width, layout.detail, fill="muted", even=True)
    roles = series_roles(list(curves), plain.emphasis, drawing.palette)
    for name, members in curves.items():
        points = [(x.at(row.x.low), y.at((row.y.low + row.y.high) / 2)) for row in members]
        width = 3 if name == plain.emphasis or len(curves) == 1 else 2.25
        with canvas.for_rows(*members):
            if any(row.y.is_range for row in members):
                band = [(x.at(r.x.low), y.at(r.y.high), y.at(r.y.low)) for r in members]
                canvas.area(band, roles[name], 0.16, smooth=True)
            canvas.line(points, roles[name], width, stroke_dash(members[-1].y.kind), smooth=True)
        for row, point in zip(members, points, strict=True):
            canvas.hit_point(row, *point)
    marked(canvas, rows, x, y, roles)
    name_ends(canvas, curves, roles, x, y)
    canvas.plot_area(x.start, y.end, x.end, y.start)
    bottom = y.start + 14 + layout.detail
    lines = ((x, 6 if layout.wide else 5), (y, 4))  # as the two axes draw them
    notes = [axis.stepped(plain.log_note, count, drawing.locale) for axis, count in lines if axis.log][:1]
    said, base = "; ".join([plain.x_title, *notes]), bottom + layout.line
    bottom = canvas.text_block(
        layout.width, base, said, layout.width, layout.detail, fill="muted", anchor="end", even=True
    )
    return canvas.to_chart(bottom + 6)


def scales(canvas: Canvas, rows: list, curves: dict, plain: SimpleNamespace) -> tuple[Scale, Scale]:
    """The scales of both axes, with room for titles and the names at the ends."""
    layout, where = canvas.layout, canvas.drawing.where
    xs = [value for row in rows if row.x for value in (row.x.low, row.x.high)]
    ys = [value for row in rows if row.y for value in (row.y.low, row.y.high)]
    titles = len(wrapped(plain.y_title, layout.width, layout.detail))
    top = 20 + titles * layout.line
    tall = 260 if layout.wide else 240
    if plain.y_scale == "log":
        positive(ys, where, "y")
        y = Scale(min(ys), max(ys), top + tall, top, log=True)
    else:
        step = round_step((max(ys) - min(0, *ys)) / 4)
        y = Scale(step * (min(0, *ys) // step), step * -(-max(ys) // step), top + tall, top)
    if plain.x_scale == "log":
        positive(xs, where, "x")
    left = level_margin(canvas, y, unit_of((row.y for row in rows if row.y), plain.y_unit))
    names = [line for name in curves for line in wrapped(name, layout.width * 0.28, layout.detail, 600)]
    room = max(text_width(name, layout.detail, 600) for name in names) + 14 if any(names) else 10
    return Scale(min(xs), max(xs), left, layout.width - room, log=plain.x_scale == "log"), y


def marked(canvas: Canvas, rows: list, x: Scale, y: Scale, roles: dict[str, str]) -> None:
    """Named points, and level lines with their names."""
    layout = canvas.layout
    for row in rows:  # all lines and dots first, so that words keep clear of each
        with canvas.for_rows(row):
            if row.role == "level":
                canvas.rule(x.start, y.at(row.y.low), x.end, y.at(row.y.low), "ink", 1.6, DOTTED, level=MARKS)
            elif row.role == "mark":
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
            elif row.role == "mark":
                left, base = x.at(row.x.low), y.at(row.y.low)
                options = [
                    (left + side * across, base + drop, "start" if side > 0 else "end")
                    for across in (14, 10, 6)
                    for drop in (5, -10, 20, -22, 32, -36, 46)
                    for side in (-1, 1)
                ]
                canvas.place_text(
                    row.label or row.y.text,
                    options,
                    layout.label,
                    600,
                    roles.get(row.series or "", "accent"),
                    under=row.detail or "",
                )


def name_ends(canvas: Canvas, curves: dict, roles: dict[str, str], x: Scale, y: Scale) -> None:
    """The name of each curve at its right end."""
    layout = canvas.layout
    names = [name for name in curves if name]
    broken = {name: wrapped(name, layout.width * 0.28, layout.detail, 600) for name in names}
    step = layout.detail * 1.2
    wanted = [y.at((curves[name][-1].y.low + curves[name][-1].y.high) / 2) for name in names]
    gap = step * max((len(lines) for lines in broken.values()), default=1) + 2
    for name, got in zip(names, spread(wanted, gap, y.end, y.start), strict=True):
        role = "muted" if roles[name] == "context" else roles[name]
        for place, said in enumerate(broken[name]):
            base = got + 4.5 + (place - (len(broken[name]) - 1) / 2) * step
            with canvas.for_rows(*curves[name]):
                canvas.text(x.at(curves[name][-1].x.low) + 10, base, said, layout.detail, 600, role)


FORMS = (Form("curve", "How does one quantity go with another?", CURVE, curve),)
