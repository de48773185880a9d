"""Values along time or a number as lines, each with its name and its last value at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis, level_margin, spread
from toolkit.charts.canvas import DOTTED, GRID, MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Encodings,
    Form,
    Row,
    number_column,
    number_option,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Point, Position
from toolkit.charts.marks import PROJECTED, bar, dot, stroke_dash
from toolkit.charts.scales import UNITS, Scale, day, round_up, unit_of
from toolkit.charts.theme import series_roles
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

LABEL_GAP = 18  # pixels between the baselines of two labels at line ends


@dataclass(frozen=True)
class LinesRow(Row):
    """A point of a line, a point or range beside the lines, or an event across them."""

    x: Cell | str = number_or_date_column("date or number along the bottom", required=True)
    y: Cell | None = number_column(
        "the value; low and high give a band; a line leaves out empty ones", required=True, role="point projected"
    )
    series: str | None = text_column("which line", required=True, gaps=True)
    role: str = text_column("what the row is; without it a line", choices=("line", "point", "projected", "event"))
    label: str | None = text_column("the name of a point or an event", role="event")
    detail: str | None = text_column("under the name, or under the emphasised line's last value")


@dataclass(frozen=True)
class LinesOptions:
    """Options of the axes, what is emphasised, and from which x nothing is on record."""

    emphasis: str | None = text_option("the series drawn in ink")
    projected_from: str | None = text_option("a date from which nothing is on record; shaded")
    projected_title: str = text_option("over the shaded part", "stated, not yet on record")
    y_unit: str | None = text_option("the upright axis", choices=UNITS)
    y_from: float = number_option("where the upright axis starts", 0)
    y_title: str = text_option("over the upright axis", "")
    x_title: str = text_option("under the lower axis", "")


LINES = Encodings(LinesRow, LinesOptions)


def sample() -> Drawing:
    """Rents in three towns."""
    rents = {"Aberley": (520, 575, 735, 860), "Brockham": (610, 630, 660, 672), "Castleton": (480, 495, None, 531)}
    rows = [
        {"year": str(2020 + step), "rent": number(rent, f"€{rent}") if rent else None, "town": town}
        for town, values in rents.items()
        for step, rent in enumerate(values)
    ]
    title = "Rents in Aberley ran away from those of its neighbours"
    about = "Mean monthly rent of new contracts in invented towns, euros; of Castleton one year is not known"
    alt = "Lines by year: Aberley's climbs steeply past the others, Castleton's has a gap."
    return example("lines", rows, title, about, alt, x="year", y="rent", series="town", emphasis="Aberley")


@dataclass(frozen=True)
class Placed:
    """A row with its x in pixels."""

    at: float
    row: LinesRow


@dataclass(frozen=True)
class LinePoint(Row):
    """A point of a line; `after_gap` says that a row without a value comes before it."""

    at: float
    y: Cell
    detail: str | None
    after_gap: bool


@dataclass(frozen=True)
class Frame:
    """The scales of both axes, and the x from which nothing is on record."""

    x: Scale
    y: Scale
    projected: float

    def spot(self, at: float, value: float) -> Point:
        """Where a value stands, in pixels."""
        return self.x.at(at), self.y.at(value)


Series = dict[str, list[LinePoint]]


def lines(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Lines along time or a number with labels at their ends; points and ranges beside them.

    Raises ToolkitError where x holds dates and numbers, no line has a value, or a value is below the axis.
    """
    read, options = LINES.read(drawing)
    canvas = Canvas(drawing, layout)
    at = place_of(read, drawing)
    rows = [Placed(at(row.x), row) for row in read]
    series = series_of(rows)
    if not series:
        raise ToolkitError(drawing.where, "no row of role line with a value", allowed="one line at the least")
    roles = series_roles(list(series), options.emphasis, drawing.palette)
    names = {name: end_label(name, points[-1].y, options) for name, points in series.items()}
    unit = unit_of((row.y for row in read if row.y), options.y_unit)
    y = upright_scale(canvas, read, options)
    x = lower_scale(canvas, rows, series, label_room(names, options, layout), level_margin(canvas, y, unit), options)
    frame = Frame(x, y, at(options.projected_from) if options.projected_from else float("inf"))
    if options.projected_from:
        shade(canvas, frame, options.projected_title)
    level_axis(canvas, y, unit, x.start, x.end)
    foot_axis(canvas, x, y.start, isinstance(read[0].x, str), max(placed.at for placed in rows))
    canvas.text_block(0, 14, options.y_title, layout.width * 0.6, layout.detail, fill="muted")
    for name, points in series.items():
        with canvas.for_rows(*points):
            draw_line(canvas, points, frame, roles[name], name == options.emphasis)
        for point in points:
            canvas.hit_point(point, *frame.spot(point.at, point.y.middle))
    extras(canvas, rows, frame)
    end_labels(canvas, series, names, roles, options.emphasis, frame)
    canvas.plot_area(x.start, y.end, x.end, y.start)
    height = y.start + 14 + layout.detail
    if options.x_title:
        height += layout.line
        canvas.text(x.end, height - 5, options.x_title, layout.detail, fill="muted", anchor="end")
    return canvas.to_chart(height)


def place_of(rows: list[LinesRow], drawing: Drawing) -> Callable[[Cell | str], float]:
    """How an x becomes a number. Raises ToolkitError unless all are dates or all numbers."""
    dated = isinstance(rows[0].x, str)
    if any(isinstance(row.x, str) != dated for row in rows):
        raise ToolkitError(drawing.where, "x holds dates and numbers", allowed="one of them")
    return lambda x: x.low if isinstance(x, Cell) else day(x, drawing.where)


def series_of(rows: list[Placed]) -> Series:
    """The points of each line that have a value, in order, by the line's name."""
    members: dict[str, list[Placed]] = {}
    for placed in rows:
        if placed.row.role == "line":
            members.setdefault(placed.row.series or "", []).append(placed)
    series = {name: points_of(sorted(line, key=lambda placed: placed.at)) for name, line in members.items()}
    return {name: points for name, points in series.items() if points}


def points_of(line: list[Placed]) -> list[LinePoint]:
    """The points of a line that have a value, each with whether a row without one comes before it."""
    gaps = [False, *(placed.row.y is None for placed in line)]
    return [
        LinePoint(placed.row.index, placed.at, placed.row.y, placed.row.detail, gap)
        for placed, gap in zip(line, gaps, strict=False)
        if placed.row.y
    ]


def end_label(name: str, last: Cell, options: LinesOptions) -> str:
    """The label at the end of a line: name and last value."""
    if name == options.emphasis:
        return f"{name}, {last.text}" if name else last.text
    short = last.digits if last.scaled else last.text  # the axis carries scales and their dollars
    return f"{name} {short}".strip()


def upright_scale(canvas: Canvas, rows: list[LinesRow], options: LinesOptions) -> Scale:
    """The scale of values. Raises ToolkitError for a value below its start."""
    layout, base = canvas.layout, options.y_from
    cells = [row.y for row in rows if row.y]
    low, high = min(cell.low for cell in cells), max(cell.high for cell in cells)
    if low < base:
        raise ToolkitError(
            canvas.drawing.where,
            f"a value of {low:g} below the axis",
            allowed=f"values from {base:g}",
            remedy="set y_from",
        )
    tall = 270 if layout.wide else 252
    top = (20 if layout.wide else 22) + (layout.line if options.y_title or options.projected_from else 0)
    return Scale(base, base + round_up(high - base), top + tall, top)


def lower_scale(
    canvas: Canvas, rows: list[Placed], series: Series, room: float, left: float, options: LinesOptions
) -> Scale:
    """The scale along the bottom; `room` is what the words at the line ends need right of them.

    They stand inside a projected part if that is wide.
    """
    layout = canvas.layout
    first, last = min(placed.at for placed in rows), max(placed.at for placed in rows)
    end_of_lines = max(points[-1].at for points in series.values())
    full = layout.width - left
    if not options.projected_from and last - end_of_lines < (last - first) * 0.05:
        return Scale(first, last, left, layout.width - room)
    needs = [(end_of_lines, room)]
    for placed in rows:
        row = placed.row
        if row.role == "projected" and row.y:
            wide = max(
                text_width(row.label or row.y.text, layout.detail + 1, 600),
                text_width(row.detail or "", layout.detail),
            )
            needs.append((placed.at, wide + 20))
    # stretch the axis until all words right of the lines stand inside the shaded part
    last = max(last, *(first + (when - first) * full / max(full - need, 1) for when, need in needs))
    return Scale(first, last, left, layout.width)


def label_room(names: dict[str, str], options: LinesOptions, layout: Layout) -> float:
    """The width in pixels of the labels at the line ends, long ones in several lines."""
    quiet = [said for name, said in names.items() if name != options.emphasis]
    parts = [line for said in quiet for line in end_lines(said, layout)]
    return max((text_width(line, layout.detail + 0.5, 600) for line in parts), default=-4) + 16


def end_lines(said: str, layout: Layout) -> list[str]:
    """The words at the end of a line, broken where they are long."""
    return wrapped(said, layout.width * 0.3, layout.detail + 0.5, 600)


def shade(canvas: Canvas, frame: Frame, title: str) -> None:
    """The shaded part of the plot from which nothing is on record."""
    x, y = frame.x, frame.y
    canvas.background(x.at(frame.projected), y.end, x.end, y.start, "slip")
    canvas.text(x.end, y.end - 8, title, canvas.layout.detail, fill="muted", anchor="end")


def draw_line(canvas: Canvas, points: list[LinePoint], frame: Frame, role: str, strong: bool) -> None:
    """One line, broken at gaps, its dashes changing where its kind does, and its band."""
    width = 3 if strong else 2.25 if role != "context" else 1.75
    starts = [place for place, point in enumerate(points) if place == 0 or point.after_gap]
    for start, end in zip(starts, [*starts[1:], len(points)], strict=True):
        piece = points[start:end]
        if any(point.y.is_range for point in piece):
            x, y = frame.x, frame.y
            canvas.area([(x.at(p.at), y.at(p.y.high), y.at(p.y.low)) for p in piece], role, 0.16)
        for kind, spots in stretches(piece, frame):
            if len(spots) > 1:
                canvas.line(spots, role, width, stroke_dash(kind))
        if len(piece) == 1 and len(points) > 1:
            dot(canvas, *frame.spot(piece[0].at, piece[0].y.middle), role, piece[0].y.kind, 5)
    last = points[-1]
    if strong or len(points) == 1:
        dot(canvas, *frame.spot(last.at, last.y.middle), role, last.y.kind, 6.5)


def stretches(piece: list[LinePoint], frame: Frame) -> list[tuple[str, list[Point]]]:
    """The points of one unbroken line, in stretches of one kind; each stretch starts where the one before ended."""
    found: list[tuple[str, list[Point]]] = []
    for before, point in zip([piece[0], *piece], piece, strict=False):
        kind = PROJECTED if point.at > frame.projected else point.y.kind
        spot = frame.spot(point.at, point.y.middle)
        if found and found[-1][0] == kind:
            found[-1][1].append(spot)
        else:
            found.append((kind, [frame.spot(before.at, before.y.middle), spot] if found else [spot]))
    return found


def extras(canvas: Canvas, rows: list[Placed], frame: Frame) -> None:
    """Points and ranges beside the lines, and events across them."""
    y = frame.y
    for placed in rows:
        row = placed.row
        with canvas.for_rows(row):
            if row.role == "event":
                left = frame.x.at(placed.at)
                canvas.rule(left, y.end, left, y.start, "ink", 1.6, DOTTED, level=MARKS)
                canvas.place_text(
                    row.label or "",
                    [(left + 6, y.end + 14, "start"), (left - 6, y.end + 14, "end")],
                    canvas.layout.detail,
                    fill="muted",
                    under=row.detail or "",
                )
            elif row.role != "line" and row.y:
                beside_lines(canvas, row, row.y, frame.x.at(placed.at), y)


def beside_lines(canvas: Canvas, row: LinesRow, value: Cell, left: float, y: Scale) -> None:
    """One point or range with its name, a projected one right of it."""
    high, low = y.at(value.high), y.at(value.low)
    role, first = ("accent", -1) if row.role == "point" else ("ink", 1)
    kind = PROJECTED if row.role == "projected" else value.kind
    if value.is_range:
        high, low = min(high, (high + low) / 2 - 4), max(low, (high + low) / 2 + 4)
        bar(canvas, left - 10, high, left + 10, low, role, kind)
    else:
        dot(canvas, left, low, role, kind)
    base = (high + low) / 2
    options: list[Position] = [
        (left + side * 17, base + drop, "start" if side > 0 else "end")
        for drop in (4, 1, 10, -8, 18, -16)
        for side in (first, -first)
    ]
    canvas.place_text(row.label or value.text, options, canvas.layout.detail + 1, 600, role, row.detail or "")


def end_labels(
    canvas: Canvas, series: Series, names: dict[str, str], roles: dict[str, str], emphasis: str | None, frame: Frame
) -> None:
    """The name and last value of each line at its end, moved apart; the emphasised one larger."""
    layout, x, y = canvas.layout, frame.x, frame.y
    quiet = [name for name in series if name != emphasis]
    wanted = [y.at(series[name][-1].y.middle) for name in quiet]
    tallest = max((len(end_lines(names[name], layout)) for name in quiet), default=1)
    places = spread(wanted, LABEL_GAP * tallest, y.end, y.start - 4)
    for name, want, got in zip(quiet, wanted, places, strict=True):
        end, role = x.at(series[name][-1].at), roles[name]
        if abs(got - want) > 3:
            canvas.rule(end + 3, want, end + 11, got, role, 1, level=GRID)
        broken = end_lines(names[name], layout)
        for step, said in enumerate(broken):
            base = got + 4.5 + (step - (len(broken) - 1) / 2) * LABEL_GAP
            with canvas.for_rows(*series[name]):
                canvas.text(end + 14, base, said, layout.detail + 0.5, 600, "muted" if role == "context" else role)
    if emphasis is not None and emphasis in series:
        last = series[emphasis][-1]
        end, base = frame.spot(last.at, last.y.middle)
        options = [(end - 12, base - drop, "end") for drop in (4, 12, 24)] + [(end + 12, base + 6, "start")]
        further = (end + 24, end + 48, layout.width)
        options += [(right, base - drop, "end") for drop in (12, 20, 28) for right in further]
        with canvas.for_rows(*series[emphasis]):
            canvas.place_text(names[emphasis], options, layout.value, 600, "ink", under=last.detail or "")


FORM = Form("lines", "How did it grow?", LINES, lines, in_pixels=True)
