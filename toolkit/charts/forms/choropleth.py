"""Areas on a map, each in the shade of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import features, maps
from toolkit.charts.altair_theme import HATCHED, RAMP, blend
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import COUNTY, invented_chart, number
from toolkit.charts.expressions import expression_literal, field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.looks import FINE
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.plots import axis_scale, refuse_ranges, refuse_twice
from toolkit.core.errors import ToolkitError

CLASSES = 5  # shades
AXES = ("longitude", "latitude")
NOWHERE: features.Geometry = {"type": "Polygon", "coordinates": []}  # of a row without an outline
LATE = (6, 9, 14, 21, 8, 12, None, 27, 11, 17, 24, 38)  # per cent, by district


@dataclass(frozen=True)
class ChoroplethRow(Row):
    """One area."""

    shape: str = text_column("the area's outline: the column geometry of a dataset made of GeoJSON", required=True)
    color: Cell | None = number_column("the value; an area without one is left open", required=True, gaps=True)
    detail: str = text_column("the area's name, said when a reader points at it", required=True)
    text: str | None = text_column("the area's name, filled in for the few that are named on the map")


@dataclass(frozen=True)
class ChoroplethOptions:
    """Options of the legend."""

    color_title: str = text_option("over the legend: what is measured, in which unit", "")


def choropleth(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A map of the areas in five shades at round limits; without a value an area is open, its outline dashed.

    Raises ToolkitError for an outline that is none, ranges, an area that stands twice, and for no value at all.
    """
    rows, options = FORM.read(drawing)
    refuse_twice(rows, lambda row: row.detail, drawing)
    values = [row.color for row in rows if row.color]
    refuse_ranges(values, drawing, "dots")
    if not values:
        raise ToolkitError(drawing.where, "no value in color", "one at the least", "look at the question")
    fields = Fields(drawing)
    shapes = [shape or NOWHERE for shape in features.features([row.shape for row in rows], drawing.where)]
    frame = maps.frame_of(maps.all_spots(shapes), layout)
    fields.records = [maps.feature(*pair) for pair in zip(shapes, fields.records, strict=True)]
    colours, low = drawing.palette.light, fields.low("color")
    known = f"isValid({field_of_row(low)})"
    base = alt.Chart().encode(tooltip=fields.tooltip)
    areas = base.mark_geoshape().transform_filter(known)
    areas = areas.encode(**shades(low, values, options, drawing, layout))
    empty = base.mark_geoshape(fill=colours["paper"], stroke=colours["context"], strokeDash=FINE)
    lines = alt.Chart().mark_geoshape(filled=False, stroke=colours["paper"])
    layers = [areas, lines, empty.transform_filter(f"!{known}")]
    lines = [(0, layout.detail * down, "middle") for down in (0.35, -0.65, 1.35)]
    places = [*lines, (6, layout.detail * 0.35, "start"), (-6, layout.detail * 0.35, "end")]
    names = [
        Note(dict(zip(AXES, maps.middle_of(shape), strict=True)), row.text, "ink", layout.detail, places)
        for row, shape in zip(rows, shapes, strict=True)
        if row.text
    ]
    layers += note_layers(names, drawing, layout)
    mercator = alt.Projection(type="mercator")
    return layered(*layers, data=fields.data, width=frame.width, height=frame.height, projection=mercator)


def shades(
    field: str, values: list[Cell], options: ChoroplethOptions, drawing: Drawing, layout: Layout
) -> dict[str, Any]:
    """The encodings of areas in shades that change at round values, with their legend; simulated ones are hatched.

    Raises ToolkitError for two currencies.
    """
    accent, paper = (drawing.palette.light[role] for role in ("accent", "paper"))
    classes = axis_scale(values, drawing, CLASSES - 1, zero=False, axis="")
    ranges = list(zip(classes.words, classes.words[1:], strict=False))
    labels = [drawing.locale.range.format(low=low, high=high) for low, high in ranges]
    opacities = [RAMP[round(place * (len(RAMP) - 1) / max(len(ranges) - 1, 1))] for place in range(len(ranges))]
    colour = blend(accent, paper, HATCHED) if drawing.kind == "synthetic" else accent
    legend = alt.Legend(
        title=options.color_title or None,
        columns=len(ranges) if layout.wide else 2,
        symbolType="square",
        symbolFillColor=colour,
        symbolSize=240,
        symbolStrokeWidth=0,
        offset=8,
        labelExpr=f"{expression_literal(labels)}[datum.index]",
    )
    scale = alt.Scale(type="threshold", domain=classes.ticks[1:-1], range=opacities)
    return {
        "fill": alt.FillValue(colour),
        "opacity": alt.Opacity(field=field, type="quantitative", scale=scale, legend=legend),
    }


def example() -> Drawing:
    """Districts of an invented county."""
    return invented_chart(
        "choropleth",
        [
            {
                "district": name,
                "geometry": outline,
                "late": number(late / 100, form="percent") if late else None,
                "label": name if name in ("Hexford", "Gorley") else None,
            }
            for (name, outline), late in zip(COUNTY.items(), LATE, strict=True)
        ],
        "Buses run late in the east of the county, most of all in Hexford",
        "Share of buses that came late, by district of an invented county",
        "A map of twelve districts: the western ones are pale, those in the east darker, Hexford the darkest.",
        shape="geometry",
        color="late",
        detail="district",
        text="label",
        color_title="Buses that came late",
    )


FORM = Form("choropleth", "Where is it high, and where low?", ChoroplethRow, ChoroplethOptions, choropleth)
