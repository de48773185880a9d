"""Values in rows: points and ranges, bars from zero, two values joined."""

from __future__ import annotations

from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import number_axis
from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, amount, number, text, words
from toolkit.charts.geometry import Box
from toolkit.charts.marks import PROJECTED, bar, dot, label_column, label_height, row_label, span
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, fitted, positive, to_next_line, unit_of
from toolkit.charts.theme import Palette
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

SCALES = ("linear", "log")
DOTS = Wants(
    {
        "x": number("the value; a range is drawn from low to high", required=True),
        "y": text("the row's name", required=True),
        "detail": text("under the row's name"),
        "group": text("rows of one group stand together"),
        "entity": text("a company, for its colour"),
        "projected": text("yes where nothing is on record yet; drawn pale", choices=("yes", "no")),
        "reference": number("a line through its group (or the plot), the same in each row"),
        "reference_title": words("after the reference", ""),
        "emphasis": words("the row, or the group, in the accent colour; without it, all"),
        "scale": words("even, or by powers of ten", "linear", choices=SCALES),
        "unit": words("the axis", choices=UNITS),
        "x_from": amount("where an even axis starts; without it zero, or the lowest value below it"),
        "x_title": words("under the axis", ""),
        "log_note": words("said under an axis by powers of ten", LOG_NOTE),
    }
)


def dots(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A point or a range in each row, its value beside it."""
    rows, plain = DOTS.read(drawing)
    canvas = Canvas(drawing, layout)
    cells = [cell for row in rows for cell in (row.x, row.reference) if cell]
    left = name_column(canvas, rows)
    needs = [(row.x.high, text_width(row.x.text, layout.value - 1, 600) + 14) for row in rows]
    values = [end for cell in cells for end in (cell.low, cell.high)]
    if plain.scale == "log":
        positive(values, drawing.where, "x")
        scale = fitted(*decades(values), left + 6, layout.width - 8, needs, log=True)
    else:
        low = plain.x_from if plain.x_from is not None else min(0.0, *values)
        if min(values) < low:
            raise ToolkitError(
                drawing.where,
                f"a value of {min(values):g} left of the axis",
                allowed=f"values from {low:g}",
                remedy="set x_from lower",
            )
        high = max(values) if max(values) > low else low + 1
        high = to_next_line(low, high, lines_on(layout))
        scale = fitted(low, high, left + (6 if layout.wide else 8), layout.width - 8, needs)
    return rows_on_axis(canvas, rows, scale, plain, point_row)


def decades(values: list[float]) -> tuple[float, float]:
    """The ends of a log axis: the values' own, wide enough to hold two round numbers."""
    low, high = min(values), max(values)
    return (low / 1.25, high * 1.05) if high / low >= 10 else (low / 2, max(high * 1.2, low * 10))


def lines_on(layout: Layout) -> int:
    """How many upright lines the axis of rows has, about."""
    return 5 if layout.wide else 4


def name_column(canvas: Canvas, rows: list[SimpleNamespace]) -> float:
    """Where the plot starts: right of the names in the wide layout, at the edge in the narrow one."""
    if not canvas.layout.wide:
        return 0
    width = label_column([row.y for row in rows], [row.detail or "" for row in rows], canvas.layout, 236)
    for row in rows:
        row.name_width = width
    return width + 16


def rows_on_axis(
    canvas: Canvas, rows: list, scale: Scale, plain: SimpleNamespace, draw, y: float = 4
) -> alt.TopLevelLayerSpec:
    """Rows under their groups on one axis: names beside the marks, or above them in the narrow layout."""
    layout, groups = canvas.layout, {}
    for row in rows:
        groups.setdefault(row.group or "", []).append(row)
    unit = unit_of((row.x for row in rows), plain.unit)
    referred = any(row.reference for row in rows)
    placed, spans = [], []
    for group, members in groups.items():
        if group or (referred and not placed):
            y += 12 if placed else 0
            canvas.text(0, y + 14, group, layout.label, 600, "accent" if group == plain.emphasis else "ink")
            y += 24
        start, own = y, []
        for row in members:
            top = y
            with canvas.for_rows(row):
                middle, y = row_place(canvas, row, y, scale)
            canvas.hit_area(row, Box(0, top + 2, layout.width, y - 2))
            own.append((middle - 13, middle + 13))
            placed.append((row, middle, role_of(row, group, plain, canvas.drawing.palette)))
        own = [(start, y)] if layout.wide else own
        reference(canvas, members, scale, plain, start, own)
        spans += own
    spans = [(spans[0][0], y)] if layout.wide and list(groups) == [""] else spans
    foot = spans[-1][1]
    number_axis(canvas, scale, unit, spans, foot, lines_on(layout))
    for row, middle, role in placed:
        with canvas.for_rows(row):
            draw(canvas, row, middle, scale, role)
    canvas.plot_area(scale.start, spans[0][0], layout.width, y)
    note = scale.stepped(plain.log_note, lines_on(layout), canvas.drawing.locale) if scale.log else ""
    under = "; ".join(said for said in (plain.x_title, note) if said)
    x, anchor = (layout.width, "end") if layout.wide else (0, "start")
    base = foot + 4 + layout.detail + layout.line
    bottom = canvas.text_block(x, base, under, layout.width, layout.detail, fill="muted", anchor=anchor)
    return canvas.to_chart(bottom + 8)


def row_place(canvas: Canvas, row: SimpleNamespace, y: float, scale: Scale) -> tuple[float, float]:
    """Write a row's name; return the middle of its mark and where the next row starts."""
    layout = canvas.layout
    if not layout.wide:
        last = row_label(canvas, 0, y + 16, layout.width, row.y, row.detail)
        return last + 20, last + 40
    width = row.name_width
    names = label_height(row.y, row.detail, width, layout)
    high = max(32.0, names + 14)
    row_label(canvas, 0, y + (high - names) / 2 + layout.label * 0.88, width, row.y, row.detail)
    return y + high / 2, y + high


def role_of(row: SimpleNamespace, group: str, plain: SimpleNamespace, palette: Palette) -> str:
    """The colour of a row: its company's, or the accent where it is emphasised."""
    if row.entity:
        return palette.role_of(row.entity) or "context"
    if plain.emphasis is None:
        return "accent"
    return "accent" if plain.emphasis in (row.y, group) else "ink"


def reference(canvas: Canvas, members: list, scale: Scale, plain: SimpleNamespace, start: float, spans: list) -> None:
    """A dotted line through the group, named over it."""
    for value, cell in {row.reference.low: row.reference for row in members if row.reference}.items():
        x = scale.at(value)
        for top, end in spans:
            canvas.rule(x, top, x, end, "ink", 1.6, DOTTED, level=MARKS)
        said = f"{cell.text} {plain.reference_title}".strip()
        half = text_width(said, canvas.layout.detail) / 2
        over = min(max(x, half), canvas.layout.width - half)
        canvas.place_text(
            said,
            [(over, start - 8, "middle"), (x - 2, start - 8, "start"), (x + 2, start - 8, "end")],
            canvas.layout.detail,
            fill="muted",
            halo=False,
            marks=False,
        )


def point_row(canvas: Canvas, row: SimpleNamespace, y: float, scale: Scale, role: str) -> None:
    """One row: a dot, or a bar from low to high, with its value in words."""
    low, high = scale.at(row.x.low), scale.at(row.x.high)
    kind = PROJECTED if row.projected == "yes" else row.x.kind
    canvas.rule(scale.start, y, scale.end, y)
    if row.x.is_range:
        span(canvas, low, high, y, role, kind, 12)
    else:
        dot(canvas, high, y, role, kind, 7.5)
    wide = text_width(row.x.text, canvas.layout.value - 1, 600)
    crossed = row.reference and max(low, high) < scale.at(row.reference.low) < max(low, high) + 15 + wide
    beyond = scale.at(row.reference.low) + 7 if crossed else 0
    if crossed and min(low, high) - 13 - wide > scale.start:  # the dotted line would run through the words
        value_words(canvas, row.x.text, min(low, high) - 13, y, role, "end")
    elif crossed and beyond + wide <= canvas.layout.width:
        value_words(canvas, row.x.text, beyond, y, role)
    else:
        value_words(canvas, row.x.text, max(high, low) + 13, y, role)


def value_words(canvas: Canvas, said: str, x: float, y: float, role: str, anchor: str = "start") -> None:
    """A row's value in the colour of its mark."""
    colour = "muted" if role == "context" else role
    canvas.text(x, y + 5.5, said, canvas.layout.value - 1, 600, colour, anchor, halo="paper")


BARS = Wants(
    {
        "value": number("the length; a range goes on dashed to its high end", required=True),
        "label": text("the row's name", required=True),
        "detail": text("under the row's name"),
        "group": text("rows of one group stand together"),
        "entity": text("a company, for its colour"),
        "reference": number("a line through its group (or the plot), the same in each row"),
        "reference_title": words("after the reference", ""),
        "emphasis": words("the row, or the group, in the accent colour; without it, all"),
        "unit": words("the axis", choices=UNITS),
        "base": amount("where bars start: zero", 0),
        "x_title": words("under the axis", ""),
    }
)


def bars(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Bars from zero, solid to the low end and dashed on to the high one."""
    rows, plain = BARS.read(drawing)
    if plain.base != 0:
        raise ToolkitError(
            drawing.where,
            f"bars that start at {plain.base:g}",
            allowed="bars from zero",
            remedy='drop base=, or use the form "dots", whose axis may start elsewhere',
        )
    for row in rows:
        row.x, row.y = row.value, row.label
        if row.x.low < 0 < row.x.high:
            raise ToolkitError(
                drawing.where,
                f"the range {row.x.text!r} has zero inside it",
                allowed="ranges on one side of zero",
                remedy='use the form "dots"',
            )
    canvas = Canvas(drawing, layout)
    left = name_column(canvas, rows)
    needs = [(row.x.high, text_width(row.x.text, layout.value - 1, 600) + 12) for row in rows]
    values = [end for row in rows for cell in (row.x, row.reference) if cell for end in (cell.low, cell.high)]
    low, high = min(0.0, *values), max(0.0, *values)
    start = left + (max(need for _, need in needs) if low < 0 else 0 if layout.wide else 1)
    plain.log_note = ""
    return rows_on_axis(canvas, rows, fitted(low, high or 1, start, layout.width - 8, needs), plain, bar_row)


def bar_row(canvas: Canvas, row: SimpleNamespace, y: float, scale: Scale, role: str) -> None:
    """One bar from nought; the part between low and high is drawn as projected."""
    zero, half = scale.at(0), 9
    near_zero, far = (row.x.low, row.x.high) if row.x.high > 0 else (row.x.high, row.x.low)
    bar(canvas, *ordered(zero, y - half, scale.at(near_zero), y + half), role, row.x.kind)
    if row.x.is_range:
        bar(canvas, *ordered(scale.at(near_zero), y - half + 2, scale.at(far), y + half - 2), role, PROJECTED)
    said, end = row.x.text, scale.at(far)
    if far < 0:
        value_words(canvas, said, end - 8, y, role, "end")
    else:
        value_words(canvas, said, end + 8, y, role)


def ordered(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return min(x0, x1), y0, max(x0, x1), y1


FORMS = (
    Form("dots", "Where do values or ranges stand on one axis?", DOTS, dots),
    Form("bars", "How large is each?", BARS, bars),
)
