"""One quantity against another as a curve, with the points that matter named on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.ends import end_lines, named_ends, room_for
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.geometry import Position
from toolkit.charts.notes import Ground, Note, note_layers
from toolkit.charts.paths import Paths, Series, Stop
from toolkit.charts.plots import EDGE, ROOM, Measure, Plot, along, measure, plot_of, refuse_twice
from toolkit.charts.scales import LOG_NOTE, UNITS
from toolkit.charts.theme import series_roles
from toolkit.core.errors import ToolkitError

HEIGHT = {"wide": 260.0, "narrow": 240.0}  # of the plot, in pixels
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


def example() -> Drawing:
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
    return invented_chart(
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


def curve(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Smooth lines, dashed where assumed, rings and dots with their names beside them.

    Raises ToolkitError for two values of a curve in one place, and for values that a log scale has not.
    """
    rows, options = CURVE.read(drawing)
    fields = Fields(drawing)
    series = series_of(rows, drawing)
    roles = series_roles(list(series), options.emphasis, drawing.palette)
    labels = {name: end_lines(name, "", layout) for name in series if name}
    room = room_for(labels.values(), layout) if labels else EDGE
    y = measure([row.y for row in rows], drawing, 4, options.y_unit, log=options.y_scale == "log")
    cells = [row.x for row in rows if row.x]
    x = along(cells, drawing, layout.width - room - ROOM, options.x_unit, options.x_scale == "log")
    plot = plot_of(x, y, drawing, layout, HEIGHT[layout.name], room)
    x_title, y_title = titles(options, plot, x, y)
    ground = Ground(plot, y_title)
    for stops in series.values():
        ground.line([(plot.x.at(stop.at), plot.y.at(stop.value.middle)) for stop in stops if stop.value])
    paths = Paths(fields, series, roles, list(series) if len(series) == 1 else [options.emphasis or ""])
    across = alt.X(field=fields.low("x"), type="quantitative")
    upright = alt.Y(field=paths.middle, type="quantitative")
    layers = [*levels(fields, rows), *paths.layers(fields.low("y"), fields.high("y"), smooth=True)]
    layers += points(fields, rows, roles)
    layers += named_ends(fields, series, labels, roles, ground, across, upright)
    layers += note_layers(fields, notes_on(rows, roles, plot, ground, x), ground, across, upright)
    across = alt.X(**across._kwds | {"scale": x.scale(), "axis": x.across(plot, x_title, base=True)})
    upright = alt.Y(**upright._kwds | {"scale": y.scale(), "axis": y.upright(plot, y_title)})
    return plot.chart(layers, fields).encode(x=across, y=upright)


def titles(options: CurveOptions, plot: Plot, x: Measure, y: Measure) -> tuple[str, str]:
    """The titles of both axes, each with what a step of it is if it goes by powers of ten."""
    found = []
    for title, scale, measured, count in (
        (options.x_title, plot.x, x, 6 if plot.layout.wide else 5),
        (options.y_title, plot.y, y, 4),
    ):
        note = scale.stepped(options.log_note, count, plot.drawing.locale) if measured.log else ""
        found.append("; ".join(part for part in (title, note) if part))
    return found[0], found[1]


def series_of(rows: list[CurveRow], drawing: Drawing) -> Series:
    """The points of each curve from left to right, by the curve's name; ToolkitError for two in one place."""
    points = [row for row in rows if row.role == "curve" and row.x]
    refuse_twice(points, lambda row: (row.series or "the curve", row.x and (row.x.text or row.x.low)), drawing)
    found: dict[str, list[Stop]] = {}
    for row in sorted(points, key=lambda row: row.x.low if row.x else 0):
        if row.x:
            found.setdefault(row.series or "", []).append(Stop(row.index, row.x.low, row.y))
    if not found:
        raise ToolkitError(drawing.where, "no row of role curve", "one curve at the least", "give its points")
    return found


def levels(fields: Fields, rows: list[CurveRow]) -> list[alt.Chart]:
    """A dotted line across the plot at each level."""
    if not any(row.role == "level" for row in rows):
        return []
    level = fields.add("level", [row.y.low if row.role == "level" else None for row in rows])
    rule = alt.Chart().mark_rule(color=fields.drawing.palette.light["ink"], strokeWidth=1.6, strokeDash=looks.DOTTED)
    rule = rule.transform_filter(f"isValid(datum.{level})")
    y = alt.Y(field=level, type="quantitative")
    return [rule.encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=y, tooltip=fields.tooltip)]


def points(fields: Fields, rows: list[CurveRow], roles: dict[str, str]) -> list[alt.Chart]:
    """The named points."""
    kinds = [looks.with_kind(role_of(row, roles), row.y.kind) if row.role == "mark" else None for row in rows]
    if not any(kinds):
        return []
    look = fields.add("mark_look", kinds)
    point = alt.Chart().mark_point(size=177, opacity=1).transform_filter(f"isValid(datum.{look})")
    channels = looks.points_among([kind for kind in kinds if kind], look, fields.drawing.palette)
    return [point.encode(y=alt.Y(field=fields.low("y"), type="quantitative"), tooltip=fields.tooltip, **channels)]


def role_of(row: CurveRow, roles: dict[str, str]) -> str:
    """The role of the colour of a named point: that of its curve."""
    return roles.get(row.series or "", "accent")


def notes_on(rows: list[CurveRow], roles: dict[str, str], plot: Plot, ground: Ground, x: Measure) -> list[Note]:
    """The names of levels and of named points, which keep clear of all lines and points."""
    layout, found = plot.layout, []
    for row in rows:
        base = plot.y.at(row.y.low)
        if row.role == "level":
            ground.line([(0, base), (plot.x.end, base)])
            sides: list[Position] = [
                (left, drop, anchor) for drop in (-6.0, 16.0) for left, anchor in ((6.0, "start"), (plot.x.end, "end"))
            ]
            words = row.label or row.y.text
            found.append(Note(row.index, (0, base), x.low, row.y.low, words, sides, "muted", layout.detail, bold=False))
        elif row.role == "mark" and row.x:
            left = plot.x.at(row.x.low)
            ground.mark(left - 7.5, base - 7.5, left + 7.5, base + 7.5)
            around: list[Position] = [
                (side * gap, drop, "start" if side > 0 else "end")
                for gap in (14.0, 10.0, 6.0)
                for drop in (5.0, -10.0, 20.0, -22.0, 32.0, -36.0, 46.0)
                for side in (-1, 1)
            ]
            words, role = row.label or row.y.text, role_of(row, roles)
            note = Note(row.index, (left, base), row.x.low, row.y.low, words, around, role, layout.label)
            found.append(replace(note, under=row.detail or ""))
    return found


FORM = Form("curve", "How does one quantity go with another?", CURVE, curve)
