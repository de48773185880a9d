"""Two quantities on log axes of equal scale, with ellipses that hold parts of a population, and a marked point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.geometry import Point, Position, places_around
from toolkit.charts.notes import Ground, Note, note_layers
from toolkit.charts.plots import PADDING, AxisScale, Plot
from toolkit.charts.scales import PixelScale, positive, tick_words, unit_of
from toolkit.charts.typography import text_width, wrapped

LEFT, EDGE = 40.0, 10  # pixels beside the plot: for the words of y, and right for half of a label
# pixels of height that the values take, and that the whole plot may, wide and on a phone
VALUES_TALL, PLOT_TALL = {True: 290, False: 260}, {True: 190, False: 205}
SPARE_LEFT, SPARE_BELOW = 0.3, 0.6  # shares of the room to spare; the rest is right and above, where words can stand
BELOW_LEAST, ABOVE_GREATEST, ABOUT_ONE = 0.12, 0.15, 0.5  # powers of ten beyond the values, and beyond 1
NEAR_WHOLE, CLEAR_OF_TITLE = 0.16, 0.05  # powers of ten: an end so near to a whole one is it; above, on a phone


@dataclass(frozen=True)
class PairedRow(Row):
    """A point of an ellipse, joined in the order of the table; the origin, the marked point, or a region along x."""

    role: str = text_column("what the row is", required=True, choices=("ellipse", "origin", "point", "region"))
    x: Cell = number_column("along the bottom; low and high for a region", required=True)
    y: Cell | None = number_column("upright", required=True, role="ellipse origin point")  # required in these roles
    label: str | None = text_column("the name of an ellipse (the same in each of its rows), of a point, of a region")
    detail: str | None = text_column("under a point's name")
    across: str | None = text_column("under the line from the origin to a point")


@dataclass(frozen=True)
class PairedOptions:
    """Options: the titles of the two quantities."""

    x_title: str = text_option("what x is", required=True)
    y_title: str = text_option("what y is", required=True)
    diagonal_title: str = text_option("on the line where both grow alike", "in step")


PAIRED = Encodings(PairedRow, PairedOptions)


def example() -> Drawing:
    """Shops by turnover and floor space."""
    rows: list[dict[str, str | Cell | None]] = []

    def assumed(value: float) -> Cell:
        return number(round(value, 3), kind="assumed")

    spread_of_space, spread_of_sales, together, apart = 0.9, 0.7, 0.6, 0.8  # `together` is the correlation
    # radii that hold 50 % and 90 % of a normal distribution in two dimensions
    for words, radius in (("half of the shops", 1.177), ("nine in ten", 2.146)):
        for step in range(36):
            turn = 2 * math.pi * step / 36
            space = math.exp(spread_of_space * radius * math.cos(turn))
            sales = math.exp(spread_of_sales * radius * (together * math.cos(turn) + apart * math.sin(turn)))
            both = {"space": assumed(space), "sales": assumed(sales)}
            rows.append({"what": "ellipse", "words": words, **both})
    one = number(1, form="times")
    rows += [
        {"what": "origin", "words": "median shop", "space": one, "sales": one},
        {
            "what": "point",
            "words": "1.4 times",
            "more": "the sales",
            "space": number(4, kind="assumed", form="times"),
            "sales": number(1.4, kind="assumed", form="times"),
            "line": "4 times the space",
        },
    ]
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
    rows, options = PAIRED.read(drawing)
    ends = [end for row in rows for cell in (row.x, row.y) if cell for end in (cell.low, cell.high)]
    positive(ends, drawing.where, "x or y")
    fields = Fields(drawing)
    x, y, plot = _plot_and_scales(rows, options, drawing, layout)
    ground = Ground(plot, options.y_title)
    for tick, word in zip(x.ticks, x.words, strict=True):
        ground.words(plot.x.at(tick), plot.y.start + layout.detail + 4, word, layout.detail, "middle")
    for tick, word in zip(y.ticks, y.words, strict=True):
        ground.words(-PADDING, plot.y.at(tick) + layout.detail * 0.35, word, layout.detail, "end")
    diagonal = alt.InlineData(values=[{fields.low("x"): value, fields.low("y"): value} for value in _shared_ends(plot)])
    x_channel = alt.X(field=fields.low("x"), type="quantitative")
    y_channel = alt.Y(field=fields.low("y"), type="quantitative")
    layers = [
        *_regions(fields, rows, plot, ground),
        alt.Chart(diagonal).mark_line(color=drawing.palette.light["context"], strokeWidth=1.25),
        *_outlines(fields, rows, plot, ground),
        *_steps(fields, rows, plot, ground),
        *_points(fields, rows, plot, ground),
    ]
    layers += note_layers(fields, _notes_on(rows, plot), ground, x_channel, y_channel)
    layers += note_layers(fields, _on_lines(rows, options.diagonal_title, plot), ground, x_channel, y_channel)
    title = f"{options.x_title}; {plot.x.stepped(5, drawing.locale)}"
    return plot.chart(layers, fields).encode(
        x=x.x(fields.low("x"), plot, title, grid=True, base=True), y=y.y(plot, options.y_title, field=fields.low("y"))
    )


def _plot_and_scales(
    rows: list[PairedRow], options: PairedOptions, drawing: Drawing, layout: Layout
) -> tuple[AxisScale, AxisScale, Plot]:
    """The scales of x and y, a power of ten equally long on both: growth in step is a diagonal. And the plot.

    Raises ToolkitError for two currencies on one axis.
    """
    shown = [row for row in rows if row.role != "region"]
    x0, x1 = _powers([row.x for row in shown])
    y0, y1 = _powers([row.y for row in shown if row.y])
    plot_width = layout.width - LEFT - EDGE
    for start, need in _words_right(rows, layout) if layout.wide else ():  # on a phone a point's words stand over it
        x1 = max(x1, (start * plot_width - need * x0) / (plot_width - need))  # at which the words end inside the plot
    decade = min(plot_width / (x1 - x0), VALUES_TALL[layout.wide] / (y1 - y0))
    spare = plot_width / decade - (x1 - x0)
    x0, x1 = x0 - spare * SPARE_LEFT, x1 + spare * (1 - SPARE_LEFT)
    spare = PLOT_TALL[layout.wide] / decade - (y1 - y0)
    if spare > 0:  # a flat plot gets air above and below, where its words can stand
        y0, y1 = y0 - spare * SPARE_BELOW, y1 + spare * (1 - SPARE_BELOW)
    y0, y1 = (round(end) if abs(end - round(end)) < NEAR_WHOLE else end for end in (y0, y1))
    y1 += 0 if layout.wide else CLEAR_OF_TITLE  # so that a label at the top is clear of the title
    unit = unit_of(row.x for row in rows if row.role in ("origin", "point"))
    wide, tall = decade * (x1 - x0), decade * (y1 - y0)
    plot = Plot(
        drawing,
        layout,
        LEFT,
        PixelScale(10**x0, 10**x1, 0, wide, log=True),
        PixelScale(10**y0, 10**y1, tall, 0, log=True),
    )

    def measure(scale: PixelScale, count: int) -> AxisScale:
        ticks = scale.ticks(count)
        return AxisScale(scale.low, scale.high, ticks, tick_words(ticks, unit, True, drawing.locale), "log")

    return measure(plot.x, 5), measure(plot.y, 4), plot


def _powers(cells: list[Cell]) -> tuple[float, float]:
    """The powers of ten from below the least to above the greatest, with 1 well inside."""
    low, high = math.log10(min(cell.low for cell in cells)), math.log10(max(cell.high for cell in cells))
    return min(low - BELOW_LEAST, -ABOUT_ONE), max(high + ABOVE_GREATEST, ABOUT_ONE)


def _words_right(rows: list[PairedRow], layout: Layout) -> list[tuple[float, float]]:
    """(power of ten of x, pixels that its words need right of it) of each point."""
    needs = []
    for row in _of_role(rows, "point"):
        wide = max(text_width(line, layout.detail) for line in _detail_lines(row, layout))
        needs.append((math.log10(row.x.low), max(wide, text_width(row.label or "", layout.label, 600)) + 22))
    return needs


def _detail_lines(row: PairedRow, layout: Layout) -> list[str]:
    """The lines under a point's name, at least one."""
    return wrapped(row.detail or "", layout.width if layout.wide else 90, layout.detail)


def _at(row: PairedRow, plot: Plot) -> Point:
    """Where a row stands in its plot, in pixels."""
    return plot.x.at(row.x.low), plot.y.at(row.y.low if row.y else plot.y.low)


def _of_role(rows: list[PairedRow], role: str) -> list[PairedRow]:
    """The rows of a role, but for those without a value."""
    return [row for row in rows if row.role == role and (row.y or role == "region")]


def _only(fields: Fields, name: str, rows: list[PairedRow]) -> alt.Chart:
    """A chart of these rows alone."""
    return of_rows_with(alt.Chart(), fields.add_to_some(name, {row.index: True for row in rows}))


def _regions(fields: Fields, rows: list[PairedRow], plot: Plot, ground: Ground) -> list[alt.Chart]:
    """Tinted parts of the plot."""
    found = _of_role(rows, "region")
    if not found:
        return []
    for row in found:
        left, right = _part_of(row, plot)
        ground.shaded(plot.x.at(left), plot.x.at(right), "tint")
    start, stop = (
        fields.add(f"region_{name}", [_part_of(row, plot)[end] if row.role == "region" else None for row in rows])
        for end, name in enumerate(("start", "stop"))
    )
    part = _only(fields, "region", found).mark_rect(color=fields.drawing.palette.light["tint"])
    whole = {"y": alt.YValue(0), "y2": alt.Y2Value("height"), "tooltip": fields.tooltip}
    return [part.encode(x=alt.X(field=start, type="quantitative"), x2=stop, **whole)]


def _part_of(region: PairedRow, plot: Plot) -> tuple[float, float]:
    """The values that a region runs from and to in the plot."""
    return max(region.x.low, plot.x.low), min(region.x.high, plot.x.high)


def _shared_ends(plot: Plot) -> tuple[float, float]:
    """The least and the greatest value that are on both scales."""
    return max(plot.x.low, plot.y.low), min(plot.x.high, plot.y.high)


def _outlines(fields: Fields, rows: list[PairedRow], plot: Plot, ground: Ground) -> list[alt.Chart]:
    """The ellipses as closed lines."""
    found = _of_role(rows, "ellipse")
    for members in _by_name(found).values():
        ground.line([_at(row, plot) for row in (*members, members[0])])
    kinds = {row.index: looks.with_kind("muted", row.x.kind) for row in found}
    look, order = fields.add_to_some("outline_look", kinds), fields.add("outline_order", [row.index for row in rows])
    line = _only(fields, "outline", found).mark_line(interpolate="linear-closed", strokeWidth=1.5)
    strokes = looks.strokes(fields, look)
    detail = alt.Detail(field=fields.name("label"), type="nominal")
    return [line.encode(detail=detail, order=alt.Order(field=order, type="quantitative"), **strokes)] if found else []


def _by_name(found: list[PairedRow]) -> dict[str, list[PairedRow]]:
    """The points of each ellipse, by its name."""
    members: dict[str, list[PairedRow]] = {}
    for row in found:
        members.setdefault(row.label or "", []).append(row)
    return members


def _steps(fields: Fields, rows: list[PairedRow], plot: Plot, ground: Ground) -> list[alt.Chart]:
    """From the origin across to a point's x, then up to the point."""
    origin, found = next(iter(_of_role(rows, "origin")), None), _of_role(rows, "point")
    if not origin or not origin.y or not found:
        return []
    for row in found:
        corner = plot.x.at(row.x.low), plot.y.at(origin.y.low)
        ground.line([_at(origin, plot), corner, _at(row, plot)])
    ink, accent = (fields.drawing.palette.light[role] for role in ("ink", "accent"))
    whole = _only(fields, "step", found)
    from_x, from_y = alt.X(datum=origin.x.low), alt.Y(datum=origin.y.low)
    return [
        whole.mark_rule(color=ink, strokeWidth=2.25).encode(x=from_x, x2=fields.low("x"), y=from_y),
        whole.mark_rule(color=accent, strokeWidth=3).encode(y=from_y, y2=fields.low("y")),
    ]


def _points(fields: Fields, rows: list[PairedRow], plot: Plot, ground: Ground) -> list[alt.Chart]:
    """The origin and the marked points."""
    found = [*_of_role(rows, "point"), *_of_role(rows, "origin")]
    kinds = {
        row.index: looks.with_kind("accent", row.y.kind) if row.role == "point" else "ink" for row in found if row.y
    }
    for row in found:
        (left, base), r = _at(row, plot), 8
        ground.mark(left - r, base - r, left + r, base + r)
    look = fields.add_to_some("look", kinds)
    dot = _only(fields, "marked", found).mark_point(size=190, opacity=1)
    channels = looks.points(fields, look)
    return [dot.encode(tooltip=fields.tooltip, **channels)] if found else []


def _notes_on(rows: list[PairedRow], plot: Plot) -> list[Note]:
    """All words of the plot but those on lines, the important ones first."""
    layout, notes = plot.layout, []
    for row in _of_role(rows, "region"):
        left, right = _part_of(row, plot)
        lines = wrapped(row.label or "", plot.x.at(right) - plot.x.at(left) - 10, layout.detail)
        places: list[Position] = [(6.0, -8 - (len(lines) - 1) * layout.line, "start")]
        foot, words = (plot.x.at(left), plot.y.start), "\n".join(lines)
        note = Note(row.index, foot, left, plot.y.low, words, places, "accent", layout.detail, bold=False, rim=False)
        notes.append(note)
    notes += [_point_note(row, plot) for row in _of_role(rows, "point")]
    near: list[Position] = [(-10, -8, "end"), (-10, 18, "end"), (8, -10, "start"), (0, -14, "middle"), (8, 36, "start")]
    notes += [_muted_note(row, row.label, plot, near) for row in _of_role(rows, "origin")]
    for name, members in _by_name(_of_role(rows, "ellipse")).items():
        (left, top), outside = _at(members[0], plot), places_around([_at(row, plot) for row in members])
        notes.append(_muted_note(members[0], name, plot, [(x - left, y - top, anchor) for x, y, anchor in outside]))
    return [note for note in notes if note.words]


def _muted_note(row: PairedRow, words: str | None, plot: Plot, places: list[Position]) -> Note:
    """A note in muted letters."""
    y = row.y.low if row.y else plot.y.low
    return Note(row.index, _at(row, plot), row.x.low, y, words or "", places, "muted", plot.layout.detail, bold=False)


def _point_note(row: PairedRow, plot: Plot) -> Note:
    """The name of a point over its detail."""
    layout, (px, py) = plot.layout, _at(row, plot)
    below = _detail_lines(row, layout)
    beside: list[Position] = [
        (side * 14, drop, "start" if side > 0 else "end") for drop in (0, 6, -12) for side in (1, -1)
    ]
    high = -14 - layout.line * len(below)
    above: list[Position] = [(plot.x.end - 4 - px, high, "end"), (0, high, "middle"), (4, high, "end")]
    words = row.label or (row.y.text if row.y else "")
    y = row.y.low if row.y else plot.y.low
    places = beside if layout.wide else above
    return Note(row.index, (px, py), row.x.low, y, words, places, "accent", layout.label, "\n".join(below))


def _on_lines(rows: list[PairedRow], diagonal_title: str, plot: Plot) -> list[Note]:
    """What stands under the lines from the origin to points, and along the diagonal."""
    notes, size = [], plot.layout.detail
    for origin in _of_role(rows, "origin"):
        left, base = _at(origin, plot)
        for row in _of_role(rows, "point"):
            end = plot.x.at(row.x.low) - left - 4
            places: list[Position] = [(8, 17, "start"), (end, 17, "end"), (8, -8, "start")]
            value = origin.y.low if origin.y else plot.y.low
            notes.append(Note(row.index, (left, base), origin.x.low, value, row.across or "", places, "ink", size))
    low, high = _shared_ends(plot)
    start = plot.x.at(low), plot.y.at(low)
    along = [low * (high / low) ** part for part in (0.04, 0.1, 0.9, 0.8, 0.2, 0.7)]
    spots = [(plot.x.at(value) - start[0], plot.y.at(value) - start[1]) for value in along]
    places = [(x + 9, y + 5, "start") for x, y in spots] + [(x - 8, y - 4, "end") for x, y in spots]
    row = next((row for row in rows if row.role != "point"), rows[0])  # a note needs a row: any that is no point
    notes.append(Note(row.index, start, low, low, diagonal_title, places, "muted", size, bold=False))
    return [note for note in notes if note.words]


FORM = Form("paired", "Do two quantities grow in step?", PAIRED, paired)
