"""Two quantities on log axes of equal scale, with ellipses that hold parts of a population, and a marked point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.geometry import Point, Position, places_around
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.plots import AxisScale, Plot
from toolkit.charts.scales import PixelScale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped

ROLES = ("ellipse", "origin", "point", "region")
LEFT, EDGE = 40.0, 10  # pixels beside the plot: for the words of y, and right for half of a label
# pixels of height that the values take, and that the whole plot may, wide and on a phone
VALUES_TALL, PLOT_TALL = {True: 290, False: 260}, {True: 190, False: 205}
SPARE_LEFT, SPARE_BELOW = 0.3, 0.6  # shares of the room to spare; the rest is right and above, where words can stand
BELOW_LEAST, ABOVE_GREATEST, ABOUT_ONE = 0.12, 0.15, 0.5  # powers of ten beyond the values, and beyond 1
NEAR_WHOLE, CLEAR_OF_TITLE = 0.16, 0.05  # powers of ten: an end so near to a whole one is it; above, on a phone


@dataclass(frozen=True)
class PairedRow(Row):
    """A point of an ellipse, joined in the order of the table; the origin, the marked point, or a region along x."""

    role: str = text_column("what the row is", required=True, choices=ROLES)
    x: Cell = number_column("along the bottom; low and high for a region", required=True)
    y: Cell = number_column("upright", required=True, role="ellipse origin point")  # which no region has
    label: str | None = text_column("the name of an ellipse (the same in each of its rows), of a point, of a region")
    detail: str | None = text_column("under a point's name")
    across: str | None = text_column("under the line from the origin to a point")


@dataclass(frozen=True)
class PairedOptions:
    """Options: the titles of the two quantities."""

    x_title: str = text_option("what x is", required=True)
    y_title: str = text_option("what y is", required=True)
    diagonal_title: str = text_option("on the line where both grow alike", "in step")


ByRole = Mapping[str, list[PairedRow]]


def example() -> Drawing:
    """Shops by turnover and floor space."""
    rows: list[dict[str, str | Cell | None]] = []
    spread_of_space, spread_of_sales, together, apart = 0.9, 0.7, 0.6, 0.8  # `together` is the correlation
    # radii that hold 50 % and 90 % of a normal distribution in two dimensions
    for words, radius in (("half of the shops", 1.177), ("nine in ten", 2.146)):
        for turn in (2 * math.pi * step / 36 for step in range(36)):
            space = math.exp(spread_of_space * radius * math.cos(turn))
            sales = math.exp(spread_of_sales * radius * (together * math.cos(turn) + apart * math.sin(turn)))
            both = {"space": number(round(space, 3), kind="assumed"), "sales": number(round(sales, 3), kind="assumed")}
            rows.append({"what": "ellipse", "words": words, **both})
    one, more, far = number(1, form="times"), *(number(x, kind="assumed", form="times") for x in (1.4, 4))
    point: dict[str, str | Cell | None] = {
        "words": "1.4 times",
        "more": "the sales",
        "space": far,
        "sales": more,
        "line": "4 times the space",
    }
    rows += [{"what": "origin", "words": "median shop", "space": one, "sales": one}, {"what": "point", **point}]
    return invented_chart(
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


def paired(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Ellipses that hold parts of a population, the diagonal, and a marked point reached from the origin.

    Raises ToolkitError for values that are not above zero.
    """
    rows, options = FORM.read(drawing)
    ends = [end for row in rows for cell in (row.x, row.y) if cell for end in (cell.low, cell.high)]
    positive(ends, drawing.where, "x or y")
    found = {role: [row for row in rows if row.role == role] for role in ROLES}
    fields = Fields(drawing)
    x, y, plot = _plot_and_scales(found, drawing, layout)
    diagonal = alt.InlineData(values=[{fields.low("x"): value, fields.low("y"): value} for value in _shared_ends(plot)])
    layers = [
        *_regions(fields, found["region"], plot),
        alt.Chart(diagonal).mark_line(color=drawing.palette.light["context"], strokeWidth=1.25),
        *_outlines(fields, found["ellipse"]),
        *_steps(fields, found),
        *_points(fields, [*found["point"], *found["origin"]]),
    ]
    notes = [*_notes_on(found, plot), *_on_lines(found, options.diagonal_title, plot)]
    layers += note_layers([note for note in notes if note.words], drawing, layout)
    title = plot.x.noted(options.x_title, 5, drawing.locale)
    return plot.chart(layers, fields).encode(
        x=x.x(fields.low("x"), plot, title, grid=True, base=True), y=y.y(plot, options.y_title, field=fields.low("y"))
    )


def _plot_and_scales(found: ByRole, drawing: Drawing, layout: Layout) -> tuple[AxisScale, AxisScale, Plot]:
    """The scales of x and y, a power of ten equally long on both: growth in step is a diagonal. And the plot.

    Raises ToolkitError for two currencies on one axis.
    """
    shown = [*found["ellipse"], *found["origin"], *found["point"]]
    x0, x1 = _powers([row.x for row in shown])
    y0, y1 = _powers([row.y for row in shown])
    plot_width = layout.width - LEFT - EDGE
    for row in found["point"] if layout.wide else ():  # on a phone a point's words stand over it
        wide = max(text_width(line, layout.detail) for line in _detail_lines(row, layout))
        start, need = math.log10(row.x.low), max(wide, text_width(row.label or "", layout.label, 600)) + 22
        x1 = max(x1, (start * plot_width - need * x0) / (plot_width - need))  # at which the words end inside the plot
    decade = min(plot_width / (x1 - x0), VALUES_TALL[layout.wide] / (y1 - y0))
    spare = plot_width / decade - (x1 - x0)
    x0, x1 = x0 - spare * SPARE_LEFT, x1 + spare * (1 - SPARE_LEFT)
    spare = PLOT_TALL[layout.wide] / decade - (y1 - y0)
    if spare > 0:  # a flat plot gets air above and below, where its words can stand
        y0, y1 = y0 - spare * SPARE_BELOW, y1 + spare * (1 - SPARE_BELOW)
    y0, y1 = (round(end) if abs(end - round(end)) < NEAR_WHOLE else end for end in (y0, y1))
    y1 += 0 if layout.wide else CLEAR_OF_TITLE  # so that a label at the top is clear of the title
    across = PixelScale(10**x0, 10**x1, 0, decade * (x1 - x0), log=True)
    upright = PixelScale(10**y0, 10**y1, decade * (y1 - y0), 0, log=True)
    unit = unit_of(row.x for row in (*found["origin"], *found["point"]))
    x, y = (AxisScale.on(scale, count, unit, drawing.locale) for scale, count in ((across, 5), (upright, 4)))
    return x, y, Plot(drawing, layout, LEFT, across, upright)


def _powers(cells: list[Cell]) -> tuple[float, float]:
    """The powers of ten from below the least to above the greatest, with 1 well inside."""
    low, high = math.log10(min(cell.low for cell in cells)), math.log10(max(cell.high for cell in cells))
    return min(low - BELOW_LEAST, -ABOUT_ONE), max(high + ABOVE_GREATEST, ABOUT_ONE)


def _detail_lines(row: PairedRow, layout: Layout) -> list[str]:
    """The lines under a point's name, at least one."""
    return wrapped(row.detail or "", layout.width if layout.wide else 90, layout.detail)


def _at(row: PairedRow, plot: Plot) -> Point:
    """Where a row stands in its plot, in pixels."""
    return plot.at(row.x.low, row.y.low)


def _values(row: PairedRow) -> dict[str, float]:
    """Where a row stands on both axes."""
    return {"x": row.x.low, "y": row.y.low}


def _shared_ends(plot: Plot) -> tuple[float, float]:
    """The least and the greatest value that are on both scales."""
    return max(plot.x.low, plot.y.low), min(plot.x.high, plot.y.high)


def _part_of(region: PairedRow, plot: Plot) -> tuple[float, float]:
    """The values that a region runs from and to in the plot."""
    return max(region.x.low, plot.x.low), min(region.x.high, plot.x.high)


def _by_name(rows: list[PairedRow]) -> dict[str, list[PairedRow]]:
    """The points of each ellipse, by its name."""
    members: dict[str, list[PairedRow]] = {}
    for row in rows:
        members.setdefault(row.label or "", []).append(row)
    return members


def _regions(fields: Fields, rows: list[PairedRow], plot: Plot) -> list[alt.Chart]:
    """Tinted parts of the plot."""
    if not rows:
        return []
    parts = {row.index: _part_of(row, plot) for row in rows}
    start = fields.add_to_some("region_start", {at: left for at, (left, _) in parts.items()})
    stop = fields.add_to_some("region_stop", {at: right for at, (_, right) in parts.items()})
    tinted = fields.rows_of("role", "region").mark_rect(color=fields.drawing.palette.light["tint"])
    whole = {"y": alt.YValue(0), "y2": alt.Y2Value("height"), "tooltip": fields.tooltip}
    return [tinted.encode(x=alt.X(field=start, type="quantitative"), x2=stop, **whole)]


def _outlines(fields: Fields, rows: list[PairedRow]) -> list[alt.Chart]:
    """The ellipses as closed lines."""
    if not rows:
        return []
    look = fields.add_to_some("outline_look", {row.index: looks.with_kind("muted", row.x.kind) for row in rows})
    line = fields.rows_of("role", "ellipse").mark_line(interpolate="linear-closed", strokeWidth=1.5, order=False)
    detail = alt.Detail(field=fields.name("label"), type="nominal")
    return [line.encode(detail=detail, **looks.strokes(fields, look))]


def _steps(fields: Fields, found: ByRole) -> list[alt.Chart]:
    """From the origin across to a point's x, then up to the point."""
    if not found["origin"] or not found["point"]:
        return []
    origin = found["origin"][0]
    ink, accent = (fields.drawing.palette.light[role] for role in ("ink", "accent"))
    whole = fields.rows_of("role", "point")
    from_x, from_y = alt.X(datum=origin.x.low), alt.Y(datum=origin.y.low)
    return [
        whole.mark_rule(color=ink, strokeWidth=2.25).encode(x=from_x, x2=fields.low("x"), y=from_y),
        whole.mark_rule(color=accent, strokeWidth=3).encode(y=from_y, y2=fields.low("y")),
    ]


def _points(fields: Fields, rows: list[PairedRow]) -> list[alt.Chart]:
    """The marked points and the origin."""
    if not rows:
        return []
    kinds = {row.index: looks.with_kind("accent", row.y.kind) if row.role == "point" else "ink" for row in rows}
    look = fields.add_to_some("look", kinds)
    dot = of_rows_with(alt.Chart().mark_point(size=190, opacity=1), look)
    return [dot.encode(tooltip=fields.tooltip, **looks.points(fields, look))]


def _notes_on(found: ByRole, plot: Plot) -> Iterator[Note]:
    """All words of the plot but those on lines, the important ones first."""
    layout, size = plot.layout, plot.layout.detail
    places: list[Position]
    for row in found["region"]:
        left, right = _part_of(row, plot)
        lines = wrapped(row.label or "", plot.x.at(right) - plot.x.at(left) - 10, size)
        places = [(6, -8 - (len(lines) - 1) * layout.line, "start")]
        at = {"x": left, "y": plot.y.low}
        yield Note(at, "\n".join(lines), "accent", size, places, bold=False, rim=False)
    for row in found["point"]:
        below = _detail_lines(row, layout)
        high = -14 - layout.line * len(below)
        if layout.wide:
            places = [(side * 14, drop, "start" if side > 0 else "end") for drop in (0, 6, -12) for side in (1, -1)]
        else:
            places = [(plot.x.end - 4 - _at(row, plot)[0], high, "end"), (0, high, "middle"), (4, high, "end")]
        yield Note(_values(row), row.label or row.y.text, "accent", layout.label, places, "\n".join(below))
    for row in found["origin"]:
        places = [(-10, -8, "end"), (-10, 18, "end"), (8, -10, "start"), (0, -14, "middle"), (8, 36, "start")]
        yield Note(_values(row), row.label or "", "muted", size, places, bold=False)
    for name, members in _by_name(found["ellipse"]).items():
        row, (left, top) = members[0], _at(members[0], plot)
        outside = places_around([_at(member, plot) for member in members])
        places = [(x - left, y - top, anchor) for x, y, anchor in outside]
        yield Note(_values(row), name, "muted", size, places, bold=False)


def _on_lines(found: ByRole, diagonal_title: str, plot: Plot) -> Iterator[Note]:
    """What stands under the lines from the origin to points, and along the diagonal."""
    size = plot.layout.detail
    places: list[Position]
    for origin in found["origin"]:
        for row in found["point"]:
            end = plot.x.at(row.x.low) - plot.x.at(origin.x.low) - 4
            places = [(8, 17, "start"), (end, 17, "end"), (8, -8, "start")]
            yield Note(_values(origin), row.across or "", "ink", size, places)
    low, high = _shared_ends(plot)
    left, base = plot.at(low, low)
    values = [low * (high / low) ** part for part in (0.04, 0.1, 0.9, 0.8, 0.2, 0.7)]
    spots = [(x - left, y - base) for x, y in (plot.at(value, value) for value in values)]
    places = [(x + 9, y + 5, "start") for x, y in spots] + [(x - 8, y - 4, "end") for x, y in spots]
    yield Note({"x": low, "y": low}, diagonal_title, "muted", size, places, bold=False)


FORM = Form("paired", "Do two quantities grow in step?", PairedRow, PairedOptions, paired)
