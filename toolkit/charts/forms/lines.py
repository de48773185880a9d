"""Values along time or a number as lines, each with its name and its last value at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from toolkit.charts import looks
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
from toolkit.charts.ends import end_lines, last_value, named_ends, room_for
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.moments import moment
from toolkit.charts.notes import Ground, Note, beside_point, note_layers
from toolkit.charts.paths import Paths, Series, Stop
from toolkit.charts.plots import EDGE, ROOM, Measure, Plot, along, measure, places_of, plot_of, refuse_twice
from toolkit.charts.scales import UNITS
from toolkit.charts.theme import series_roles
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

HEIGHT = {"wide": 270.0, "narrow": 252.0}  # of the plot, in pixels
SLACK = 1.2  # of the shortest distance: months and years are not equally long
BAR, LEAST = 20, 8  # pixels: the width of a range beside the lines, and its height at the least


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
    y_from: float | None = number_option("where the upright axis starts; without it zero, or a value below it")
    y_title: str = text_option("over the upright axis", "")
    x_title: str = text_option("under the lower axis", "")


LINES = Encodings(LinesRow, LinesOptions)


def example() -> Drawing:
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
    return invented_chart("lines", rows, title, about, alt, x="year", y="rent", series="town", emphasis="Aberley")


def lines(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Lines along time or a number with labels at their ends; points, ranges and events beside them.

    Raises ToolkitError where x holds dates and numbers, no line has a value, two have one place, one is below y_from.
    """
    rows, options = LINES.read(drawing)
    fields = Fields(drawing)
    series = series_of(rows, options, drawing)
    roles = series_roles(list(series), options.emphasis, drawing.palette)
    labels = {
        name: end_lines(name, last_value(stops[-1].value), layout)
        for name, stops in series.items()
        if name != options.emphasis and stops[-1].value
    }
    x, y, plot = frame(rows, series, room_for(labels.values(), layout) if labels else EDGE, options, drawing, layout)
    ground = Ground(plot, options.y_title)
    layers = shaded(options, plot, ground)
    for stops in series.values():
        ground.line([(plot.x.at(stop.at), plot.y.at(stop.value.middle)) for stop in stops if stop.value])
    paths = Paths(fields, series, roles, {options.emphasis or ""} if options.emphasis is not None else ())
    layers += [*event_rules(fields, rows), *paths.layers(fields.low("y"), fields.high("y"))]
    layers += beside_lines(fields, rows, plot)
    across = alt.X(field=fields.name("x") if x.type == "utc" else fields.low("x"), type=x.field_type)
    upright = alt.Y(field=paths.middle, type="quantitative")
    layers += named_ends(fields, series, labels, roles, ground, across, upright)
    found = [*notes_on(rows, plot, ground), *emphasised(series, options, plot, rows)]
    layers += note_layers(fields, found, ground, across, upright)
    across = alt.X(**across._kwds | {"scale": x.scale(), "axis": x.across(plot, options.x_title)})
    upright = alt.Y(**upright._kwds | {"scale": y.scale(), "axis": y.upright(plot, options.y_title)})
    return plot.chart(layers, fields).encode(x=across, y=upright)


def series_of(rows: list[LinesRow], options: LinesOptions, drawing: Drawing) -> Series:
    """The points of each line in order, by the line's name; lines without a value are left out.

    Raises ToolkitError where no line has one, and for two values of a line in one place.
    """
    of_lines = [row for row in rows if row.role == "line"]
    refuse_twice(
        [row for row in of_lines if row.y],
        lambda row: tuple(part for part in (row.series, row.x if isinstance(row.x, str) else row.x.text) if part),
        drawing,
    )
    at = places_of([row.x for row in rows], drawing)
    known = moment(options.projected_from, drawing.where) if options.projected_from else float("inf")
    found: dict[str, list[Stop]] = {}
    for row in sorted(of_lines, key=lambda row: at[row.index]):
        kind = looks.PROJECTED if at[row.index] > known else ""
        found.setdefault(row.series or "", []).append(Stop(row.index, at[row.index], row.y, kind))
    periods = all(isinstance(row.x, str) and len(row.x) < len("2026-01-01") for row in of_lines)
    series = {
        name: with_gaps(through_last(stops)) if periods else through_last(stops)
        for name, stops in found.items()
        if any(stop.value for stop in stops)
    }
    if not series:
        raise ToolkitError(drawing.where, "no row of role line with a value", allowed="one line at the least")
    return series


def with_gaps(stops: list[Stop]) -> list[Stop]:
    """The points of a line of years or months, with one without a value where the table leaves some out.

    That is where most follow at one distance: a line of a few years apart from each other has no gaps.
    """
    steps = [later.at - stop.at for stop, later in zip(stops, stops[1:], strict=False)]
    usual = min(steps, default=0) * SLACK
    if sum(step <= usual for step in steps) <= len(steps) / 2:
        return stops
    found = [stops[0]]
    for step, stop in zip(steps, stops[1:], strict=True):
        found += [Stop(-1, stop.at, None), stop] if step > usual else [stop]
    return found


def through_last(stops: list[Stop]) -> list[Stop]:
    """The points of a line up to the last that has a value."""
    return stops[: max(place for place, stop in enumerate(stops) if stop.value) + 1]


def frame(
    rows: list[LinesRow], series: Series, room: float, options: LinesOptions, drawing: Drawing, layout: Layout
) -> tuple[Measure, Measure, Plot]:
    """Both scales and the plot; `room` is what the words at the line ends need right of them.

    They stand inside a projected part if that is wide.
    """
    y = measure([row.y for row in rows if row.y], drawing, 4, options.y_unit, start=options.y_from)
    x = along([row.x for row in rows], drawing, layout.width - room - ROOM)
    end = max(stops[-1].at for stops in series.values())
    full = plot_of(x, y, drawing, layout, HEIGHT[layout.name], 0)
    if not options.projected_from and x.high - end < (x.high - x.low) * 0.05:
        return x, y, plot_of(x, y, drawing, layout, HEIGHT[layout.name], room)
    needs = [(end, room)]
    for row, at in zip(rows, places_of([row.x for row in rows], drawing), strict=True):
        if row.role == "projected" and row.y:
            said = text_width(row.label or row.y.text, layout.detail + 1, 600)
            needs.append((at, max(said, text_width(row.detail or "", layout.detail)) + 20))
    reach = max(x.low + (at - x.low) * full.x.end / max(full.x.end - need, 1) for at, need in needs)
    if reach > x.high:
        x = replace(
            along([row.x for row in rows], drawing, full.x.end * (x.high - x.low) / (reach - x.low)), high=reach
        )
    return x, y, plot_of(x, y, drawing, layout, HEIGHT[layout.name], 0)


def shaded(options: LinesOptions, plot: Plot, ground: Ground) -> list[alt.Chart]:
    """The shaded part of the plot from which nothing is on record, its title over it."""
    if not options.projected_from:
        return []
    colours, layout = plot.drawing.palette.light, plot.layout
    start = alt.X(field="from", type="temporal")
    once = alt.InlineData(values=[{"from": options.projected_from}])
    part = alt.Chart(once).mark_rect(color=colours["slip"])
    title = alt.Chart(once).mark_text(
        align="right", baseline="alphabetic", dy=-8, color=colours["muted"], text=options.projected_title
    )
    left = plot.x.at(moment(options.projected_from, plot.drawing.where))
    ground.shaded(left, plot.x.end, "slip")
    ground.words(plot.x.end, -8, options.projected_title, layout.detail, "end")
    whole = {"y": alt.YValue(0), "y2": alt.Y2Value("height")}
    return [
        part.encode(x=start, x2=alt.X2Value("width"), **whole),
        title.encode(x=alt.XValue("width"), y=alt.YValue(0)),
    ]


def event_rules(fields: Fields, rows: list[LinesRow]) -> list[alt.Chart]:
    """A dotted line across the plot for each event."""
    if not any(row.role == "event" for row in rows):
        return []
    event = fields.add("event", [True if row.role == "event" else None for row in rows])
    rule = alt.Chart().mark_rule(color=fields.drawing.palette.light["ink"], strokeWidth=1.6, strokeDash=looks.DOTTED)
    rule = rule.transform_filter(f"isValid(datum.{event})")
    return [rule.encode(y=alt.YValue(0), y2=alt.Y2Value("height"))]


def beside_lines(fields: Fields, rows: list[LinesRow], plot: Plot) -> list[alt.Chart]:
    """Points and ranges beside the lines."""
    shown = [row if row.role in ("point", "projected") and row.y else None for row in rows]
    if not any(shown):
        return []
    kinds = [row and row.y and looks.with_kind(role_of(row), kind_of(row)) for row in shown]
    look = fields.add("beside_look", kinds)
    channels = [
        each([kind for kind in kinds if kind], look, plot.drawing.palette)
        for each in (looks.bars_among, looks.points_among)
    ]
    ranged = fields.add("beside", [row and row.y and row.y.is_range for row in shown])
    short = fields.add("beside_dy", [row and row.y and round(half_missing(row.y, plot), 1) for row in shown])
    y, low = alt.Y(field=fields.high("y"), type="quantitative"), fields.low("y")
    offsets: dict[str, Any] = {"yOffset": alt.ExprRef(f"-datum.{short}"), "y2Offset": alt.ExprRef(f"datum.{short}")}
    bar = alt.Chart().mark_bar(width=BAR, **offsets).transform_filter(f"datum.{ranged} === true")
    dot = alt.Chart().mark_point(size=155, opacity=1).transform_filter(f"datum.{ranged} === false")
    return [
        bar.encode(y=y, y2=low, tooltip=fields.tooltip, **channels[0]),
        dot.encode(y=y, tooltip=fields.tooltip, **channels[1]),
    ]


def half_missing(value: Cell, plot: Plot) -> float:
    """By how many pixels the bar of a range is lengthened at each end, so that it can be seen."""
    return max(0.0, LEAST - (plot.y.at(value.low) - plot.y.at(value.high))) / 2


def role_of(row: LinesRow) -> str:
    """The role of the colour of a point or range beside the lines."""
    return "accent" if row.role == "point" else "ink"


def kind_of(row: LinesRow) -> str:
    """The kind that a point or range beside the lines is drawn as."""
    return looks.PROJECTED if row.role == "projected" or row.y is None else row.y.kind


def notes_on(rows: list[LinesRow], plot: Plot, ground: Ground) -> list[Note]:
    """The names of events, and of points and ranges beside the lines."""
    found = []
    for row, at in zip(rows, places_of([row.x for row in rows], plot.drawing), strict=True):
        x, size = row.x if isinstance(row.x, str) else row.x.low, plot.layout.detail
        left, under = plot.x.at(at), row.detail or ""
        if row.role == "event":
            ground.line([(left, plot.y.end), (left, plot.y.start)])
            places = [(6.0, 14.0, "start"), (-6.0, 14.0, "end")]
            found.append(
                Note(
                    row.index, (left, plot.y.end), x, plot.y.high, row.label or "", places, "muted", size, under, False
                )
            )
        elif row.role != "line" and row.y:
            base = plot.y.at(row.y.middle)
            half = max(plot.y.at(row.y.low) - base, 8.0)
            ground.mark(left - BAR / 2, base - half, left + BAR / 2, base + half)
            places = beside_point(17, (-1, 1) if row.role == "point" else (1, -1))
            found.append(
                Note(
                    row.index,
                    (left, base),
                    x,
                    row.y.middle,
                    row.label or row.y.text,
                    places,
                    role_of(row),
                    size + 1,
                    under,
                )
            )
    return found


def emphasised(series: Series, options: LinesOptions, plot: Plot, rows: Sequence[LinesRow]) -> list[Note]:
    """The name and the last value of the emphasised line, larger than those of others."""
    if options.emphasis is None or options.emphasis not in series:
        return []
    last = series[options.emphasis][-1]
    if last.value is None:
        return []
    row = rows[last.index]
    left, base = plot.x.at(last.at), plot.y.at(last.value.middle)
    said = f"{options.emphasis}, {last.value.text}" if options.emphasis else last.value.text
    further = (24.0, 48.0, plot.layout.width - plot.left - left)
    places = [(-12.0, -drop, "end") for drop in (4.0, 12.0, 24.0)] + [(12.0, 6.0, "start")]
    places += [(right, -drop, "end") for drop in (12.0, 20.0, 28.0) for right in further]
    x = row.x if isinstance(row.x, str) else row.x.low
    return [
        Note(last.index, (left, base), x, last.value.middle, said, places, "ink", plot.layout.value, row.detail or "")
    ]


FORM = Form("lines", "How did it grow?", LINES, lines)
