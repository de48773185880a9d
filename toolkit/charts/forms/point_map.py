"""Places on a map as points, as large as their values, with the names of the few that matter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import features, looks, maps
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import COUNTY, invented_chart, number
from toolkit.charts.expressions import expression_literal, field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.scales import round_step, tick_words, unit_of
from toolkit.core.errors import Problem, ToolkitError

LARGEST = {"wide": 18.0, "narrow": 13.0}  # pixels of the radius of the greatest value
PLAIN = 4.5  # of points without a value


@dataclass(frozen=True)
class PointMapRow(Row):
    """A place, or an outline under the places."""

    longitude: Cell | None = number_column("degrees east; west is below zero", required=True, gaps=True)
    latitude: Cell | None = number_column("degrees north; south is below zero", required=True, gaps=True)
    size: Cell | None = number_column("the value that the point's area shows")
    color: str | None = text_column("the point's group; four at most")
    text: str | None = text_column("the place's name, filled in for the few that matter: written beside them")
    detail: str | None = text_column("what the place is; said when a reader points at it")
    shape: str | None = text_column("in rows without a place an outline under the points: geometry of a dataset")


@dataclass(frozen=True)
class PointMapOptions:
    """Options of the legend, and what is emphasised."""

    emphasis: str | None = text_option("the group in the accent colour; without groups, all points are", among="color")
    size_title: str = text_option("over the legend: what the area of a point shows", "")


def point_map(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A point for each row with a place, over the outlines of the rows without one.

    Raises ToolkitError for a place that is none on the earth, values below zero, ranges, and a map without places.
    """
    rows, options = FORM.read(drawing)
    _refuse(rows, drawing)
    fields, colours = Fields(drawing), drawing.palette.light
    shapes = features.features([row.shape for row in rows], drawing.where)
    outlines = [{"type": "Feature", "geometry": shape} for shape in shapes if shape]
    places = [[row.longitude.low, row.latitude.low] for row in rows if row.longitude and row.latitude]
    around = maps.map_extent(places)
    frame = maps.frame_of([*maps.all_spots(shapes), *maps.spots(around["coordinates"])], layout)
    largest = max((row.size.low for row in rows if row.size), default=0.0)
    groups, kinds = [row.color for row in rows], [row.size.kind if row.size else drawing.kind for row in rows]
    names = list(dict.fromkeys(group for group in groups if group))
    own = looks.roles_of(names, drawing, options.emphasis)
    roles = [own.get(group or "", "context" if names else "accent") for group in groups]
    channels = looks.grouped_points(fields, roles, kinds, groups)
    at: dict[str, Any] = {
        "longitude": alt.Longitude(field=fields.name("longitude"), type="quantitative"),
        "latitude": alt.Latitude(field=fields.name("latitude"), type="quantitative"),
    }
    points = alt.Chart().mark_point(opacity=1).encode(tooltip=fields.tooltip, **at, **channels)
    if "size" in drawing.encodings:
        points = points.encode(size=sizes(fields, rows, largest, options, layout))
    ground = alt.Chart(alt.InlineData(values=outlines)).mark_geoshape(fill=colours["slip"], stroke=colours["rule"])
    box = alt.Chart(alt.InlineData(values=[{"type": "Feature", "geometry": around}])).mark_geoshape(filled=False)
    placed = f"isValid({field_of_row(drawing.encodings['longitude'])})"
    layers = [box, *([ground] if outlines else []), points.transform_filter(placed)]
    said = [
        Note({"longitude": row.longitude.low, "latitude": row.latitude.low}, row.text, "ink", layout.detail)
        for row in rows
        if row.text and row.longitude and row.latitude
    ]
    layers += note_layers(said, drawing, layout)
    mercator = alt.Projection(type="mercator")
    return layered(*layers, data=fields.data, width=frame.width, height=frame.height, projection=mercator)


def sizes(
    fields: Fields, rows: list[PointMapRow], largest: float, options: PointMapOptions, layout: Layout
) -> alt.Size:
    """The areas of points, with a legend of two round values. Raises ToolkitError for two currencies."""
    unit = unit_of([row.size for row in rows if row.size])
    step = round_step((largest or 1) / 4)
    ticks = [step, step * 4] if step * 4 <= largest else [step, step * 2]
    words = tick_words(ticks, unit, False, fields.drawing.locale)
    return alt.Size(
        field=fields.low("size"),
        type="quantitative",
        scale=alt.Scale(domain=[0, largest or 1], range=[0, math.pi * LARGEST[layout.name] ** 2]),
        legend=alt.Legend(
            title=options.size_title or None,
            values=ticks,
            labelExpr=f"{expression_literal(words)}[datum.index]",
            symbolFillColor=fields.drawing.palette.light["context"],
            symbolStrokeWidth=0,
            offset=8,
        ),
    )


def _refuse(rows: list[PointMapRow], drawing: Drawing) -> None:
    """Raises ToolkitError where the rows are no places."""
    problems, where, look = [], drawing.where, "look at the query"
    for nth, row in enumerate(rows, 1):
        for name, degrees, most in (("longitude", row.longitude, 180), ("latitude", row.latitude, 85)):
            if degrees and (degrees.is_range or abs(degrees.low) > most):
                found, allowed = f"{name} {degrees.text} in row {nth}", f"one number from {-most} to {most}"
                problems.append(Problem(where, found, allowed, look))
        if (row.longitude is None) != (row.latitude is None):
            problems.append(Problem(where, f"half a place in row {nth}", "longitude and latitude, or neither", look))
        if row.size and (row.size.is_range or row.size.low < 0):
            found = f"size {row.size.text} in row {nth}"
            problems.append(Problem(where, found, "one number from zero", "choose another column"))
    if not any(row.longitude for row in rows):
        problems.append(Problem(where, "no row with a place", "one at the least", "name longitude= and latitude="))
    if problems:
        raise ToolkitError(problems)


def example() -> Drawing:
    """Complaints by place of an invented county."""
    places = [
        ("Aberley", 7.12, 50.5, 120),
        ("Brockham", 7.4, 50.46, 340),
        ("Castleton", 7.72, 50.5, 90),
        ("Dunmore", 8.1, 50.52, 60),
        ("Easton", 7.15, 50.3, 75),
        ("Gorley", 7.72, 50.29, 610),
        ("Ilworth", 8.08, 50.31, 45),
        ("Kelby", 7.2, 50.1, 30),
        ("Marden", 7.74, 50.12, 150),
        ("Hexford", 8.03, 50.1, 980),
    ]
    columns = ("town", "longitude", "latitude", "complaints", "label", "geometry")
    rows: list[tuple[str | Cell | None, ...]] = [
        (name, number(east), number(north), number(count), name if count > 500 else None, None)
        for name, east, north, count in places
    ]
    rows += [(None, None, None, None, None, outline) for outline in COUNTY.values()]
    return invented_chart(
        "point_map",
        [dict(zip(columns, row, strict=True)) for row in rows],
        "Two towns in the south-east complain most about late buses",
        "Complaints by town of an invented county",
        "A map with ten circles: the largest is Hexford, in the south-east, then Gorley; the others are small.",
        longitude="longitude",
        latitude="latitude",
        size="complaints",
        text="label",
        detail="town",
        shape="geometry",
        size_title="Complaints",
    )


FORM = Form("point_map", "Where did it happen, and how much of it?", PointMapRow, PointMapOptions, point_map)
