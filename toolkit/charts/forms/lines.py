"""Values along time or a number as lines, straight, smooth or in steps, each with its name at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Form,
    Row,
    number_column,
    number_option,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.end_labels import end_lines, last_value, named_ends, room_for
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.line_paths import LinePoint, Paths, Series, series_of
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.plots import EDGE, ROOM, AxisScale, Plot, along, axis_scale, plot_of
from toolkit.charts.typography import text_width, wrapped

HEIGHT = {"wide": 270.0, "narrow": 252.0}  # of the plot, in pixels
BAR, LEAST = 20, 8  # pixels: the width of a range beside the lines, and its height at the least
UNDER = 0.3  # of the layout's width: a longer name under a value beside the lines is broken
SCALES = ("linear", "log")
SHAPES = ("linear", "monotone", "step-after")  # how a line runs from value to value, as Vega-Lite names it


@dataclass(frozen=True)
class LinesRow(Row):
    """A point of a line; a line of one value, beside longer ones, is a point or the bar of its range."""

    x: Cell | str = number_or_date_column("date or number along the bottom", required=True)
    y: Cell | None = number_column(
        "the value; low and high give a band; an empty cell is a gap", required=True, gaps=True
    )
    color: str | None = text_column("which line")


@dataclass(frozen=True)
class LinesOptions:
    """How lines run, options of the axes, what is emphasised, and from which x nothing is on record."""

    interpolate: str = text_option("straight, smooth, or held until the next value", "linear", choices=SHAPES)
    emphasis: str | None = text_option("the line drawn in ink", among="color")
    projected_from: str | None = text_option("a date from which nothing is on record; shaded")
    projected_title: str = text_option("over the shaded part", "stated, not yet on record")
    x_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    y_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    y_from: float | None = number_option("where the upright axis starts; without it zero, or a value below it", of="y")
    x_title: str = text_option("under the lower axis", "")
    y_title: str = text_option("over the upright axis", "")

    @property
    def smooth(self) -> bool:
        """Whether lines are curves, which say no last value."""
        return self.interpolate == "monotone"


def example() -> Drawing:
    """Rents in three towns."""
    rents = {"Aberley": (520, 575, 735, 860), "Brockham": (610, 630, 660, 672), "Castleton": (480, 495, None, 531)}
    rows = [
        {"year": str(2020 + step), "rent": euros(rent) if rent else None, "town": town}
        for town, values in rents.items()
        for step, rent in enumerate(values)
    ]
    title = "Rents in Aberley ran away from those of its neighbours"
    about = "Mean monthly rent of new contracts in invented towns, euros; of Castleton one year is not known"
    alt = "Lines by year: Aberley's climbs steeply past the others, Castleton's has a gap."
    law = [Annotation("a law on rents", x=("2021",))]
    return invented_chart("lines", rows, title, about, alt, law, x="year", y="rent", color="town", emphasis="Aberley")


def lines(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Lines along time or a number with labels at their ends, and what is stated for a later day beside them.

    Raises ToolkitError where x holds dates and numbers, no line has a value, two have one place, one is below y_from,
    and for values that no log scale has.
    """
    rows, options = FORM.read(drawing)
    fields = Fields(drawing)
    held = options.interpolate == "step-after"  # over what the table leaves out
    every = series_of([(row.color or "", row.x, row.y) for row in rows], drawing, options.projected_from, held)
    roles = looks.roles_of(every, drawing, options.emphasis, ("accent", "ink"), rest="context", strong="ink")
    series, beside = apart(every)
    large = None if options.smooth else options.emphasis
    labels = {
        name: end_lines(name, "" if options.smooth else last_value(stops[-1].value), layout)
        for name, stops in series.items()
        if name != large and stops[-1].value and (name or not options.smooth)
    }
    room = room_for(labels.values(), layout) if labels else EDGE
    x, y, plot = _frame(rows, series, beside, room, options, drawing, layout)
    x_title = plot.x.noted(options.x_title, 6 if layout.wide else 5, drawing.locale)
    y_title = plot.y.noted(options.y_title, 4, drawing.locale)
    layers = shaded(options, drawing)
    paths = Paths(fields, series, roles, list(series) if len(series) == 1 else [options.emphasis or ""])
    layers += paths.layers(fields.low("y"), fields.high("y"), options.interpolate)
    layers += beside_lines(fields, beside, roles, plot)
    place = fields.name("x") if x.type == "utc" else fields.low("x")
    layers += named_ends(fields, series, labels, roles, plot, place, paths.middle)
    notes = [*notes_beside(rows, beside, roles, layout), *emphasised(rows, series.get(large or "", ()), large, plot)]
    layers += note_layers(notes, drawing, layout)
    return plot.chart(layers, fields).encode(
        x=x.x(place, plot, x_title, base=x.type != "utc"), y=y.y(plot, y_title, field=paths.middle)
    )


def apart(series: Series) -> tuple[Series, dict[str, LinePoint]]:
    """The lines, and the single values beside them; where no line is longer, all are lines."""
    longer = {name: stops for name, stops in series.items() if len(stops) > 1}
    return (longer or series), {name: stops[0] for name, stops in series.items() if longer and len(stops) == 1}


def _frame(
    rows: list[LinesRow],
    series: Series,
    beside: Mapping[str, LinePoint],
    room: float,
    options: LinesOptions,
    drawing: Drawing,
    layout: Layout,
) -> tuple[AxisScale, AxisScale, Plot]:
    """Both scales and the plot; `room` is what the words at the line ends need right of them.

    They stand inside a projected part if that is wide. Raises ToolkitError for two currencies, and for values that an
    axis cannot have.
    """
    log = options.y_scale == "log"
    y = axis_scale([row.y for row in rows if row.y], drawing, 4, log=log, start=options.y_from)
    values, x_log = [row.x for row in rows], options.x_scale == "log"
    x = along(values, drawing, layout.width - room - ROOM, x_log)
    end = max(stops[-1].at for stops in series.values())
    full = plot_of(x, y, drawing, layout, HEIGHT[layout.name], 0)
    if not options.projected_from and (x.log or x.high - end < (x.high - x.low) * 0.05):
        return x, y, plot_of(x, y, drawing, layout, HEIGHT[layout.name], room)
    needs = [(end, room)]
    for name, stop in beside.items():
        if stop.kind and stop.value:
            under = [text_width(line, layout.detail) for line in wrapped(name, layout.width * UNDER, layout.detail)]
            needs.append((stop.at, max(text_width(stop.value.text, layout.detail + 1, 600), *under) + 20))
    reach = max(x.low + (at - x.low) * full.x.end / max(full.x.end - need, 1) for at, need in needs)
    if reach > x.high:
        shorter = full.x.end * (x.high - x.low) / (reach - x.low)
        x = replace(along(values, drawing, shorter, x_log), high=reach)
    return x, y, plot_of(x, y, drawing, layout, HEIGHT[layout.name], 0)


def shaded(options: LinesOptions, drawing: Drawing) -> list[alt.Chart]:
    """The shaded part of the plot from which nothing is on record, its title over it."""
    if not options.projected_from:
        return []
    colours = drawing.palette.light
    start = alt.X(field="from", type="temporal")
    once = alt.InlineData(values=[{"from": options.projected_from}])
    part = alt.Chart(once).mark_rect(color=colours["slip"])
    title = alt.Chart(once).mark_text(
        align="right", baseline="alphabetic", dy=-8, color=colours["muted"], text=options.projected_title
    )
    whole = {"y": alt.YValue(0), "y2": alt.Y2Value("height")}
    return [
        part.encode(x=start, x2=alt.X2Value("width"), **whole),
        title.encode(x=alt.XValue("width"), y=alt.YValue(0)),
    ]


def beside_lines(
    fields: Fields, beside: Mapping[str, LinePoint], roles: Mapping[str, str], plot: Plot
) -> list[alt.Chart]:
    """Points and ranges beside the lines, ranges at least so high that they can be seen."""
    if not beside:
        return []
    shown = {stop.index: (name, stop.value, stop.kind) for name, stop in beside.items() if stop.value}
    kinds = {at: looks.with_kind(roles[name], kind or value.kind) for at, (name, value, kind) in shown.items()}
    look = fields.add_to_some("beside_look", kinds)
    missing = {at: LEAST - plot.y.at(value.low) + plot.y.at(value.high) for at, (_, value, _) in shown.items()}
    short = fields.add_to_some("beside_dy", {at: round(max(0.0, high) / 2, 1) for at, high in missing.items()})
    y, low, high = alt.Y(field=fields.high("y"), type="quantitative"), fields.low("y"), fields.high("y")
    offsets: dict[str, Any] = {"yOffset": alt.ExprRef(f"-datum.{short}"), "y2Offset": alt.ExprRef(f"datum.{short}")}
    one = of_rows_with(alt.Chart(), look).encode(y=y, tooltip=fields.tooltip)
    bar = one.mark_bar(width=BAR, **offsets).transform_filter(f"{field_of_row(low)} !== {field_of_row(high)}")
    dot = one.mark_point(size=155, opacity=1).transform_filter(f"{field_of_row(low)} === {field_of_row(high)}")
    return [bar.encode(y2=low, **looks.bars(fields, look)), dot.encode(**looks.points(fields, look))]


def notes_beside(
    rows: list[LinesRow], beside: Mapping[str, LinePoint], roles: Mapping[str, str], layout: Layout
) -> Iterator[Note]:
    """The values beside the lines in words, with their names under them."""
    for nth, (name, stop) in enumerate(beside.items()):
        if stop.value:
            sides = ((-17, "end"), (17, "start"))[:: 1 if nth % 2 else -1]
            places = [(right, down, anchor) for down in (4, 1, 10, -14, 20) for right, anchor in sides]
            under = "\n".join(wrapped(name, layout.width * UNDER, layout.detail))
            at = {"x": _place(rows[stop.index]), "y": stop.value.middle}
            yield Note(at, stop.value.text, roles[name], layout.detail + 1, places, under)


def emphasised(rows: list[LinesRow], stops: Sequence[LinePoint], name: str | None, plot: Plot) -> list[Note]:
    """The name and the last value of the emphasised line, larger than those of others."""
    if name is None or not stops or not (value := stops[-1].value):
        return []
    last, layout = stops[-1], plot.layout
    further = (24.0, 48.0, layout.width - plot.left - plot.x.at(last.at))
    places = [(-12.0, -drop, "end") for drop in (4.0, 12.0, 24.0)] + [(12.0, 6.0, "start")]
    places += [(right, -drop, "end") for drop in (12.0, 20.0, 28.0) for right in further]
    said = f"{name}, {value.text}" if name else value.text
    return [Note({"x": _place(rows[last.index]), "y": value.middle}, said, "ink", layout.value, places)]


def _place(row: LinesRow) -> float | str:
    """Where a row stands along the bottom, as its field has it."""
    return row.x if isinstance(row.x, str) else row.x.low


FORM = Form("lines", "How did it grow, or go with something else?", LinesRow, LinesOptions, lines)
