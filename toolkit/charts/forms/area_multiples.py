"""One area each in small plots over the same axes: how each rose and fell, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.plots import Measure, Plot, along, measure, refuse_unstacked
from toolkit.charts.scales import UNITS, Scale
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

GAP = 22  # pixels between two plots side by side
HEIGHT = 86  # of a plot
SIDES = {1: "left", -1: "right"}  # how the words of a peak stand at the first and the last place
MOST = 24  # plots: more are a table


@dataclass(frozen=True)
class AreaMultiplesRow(Row):
    """The value of one plot at one place."""

    x: Cell | str = number_or_date_column("the date or number along the bottom", required=True)
    y: Cell = number_column("the value, from zero", required=True)
    facet: str = text_column("which plot; plots stand in the order of the rows", required=True)


@dataclass(frozen=True)
class AreaMultiplesOptions:
    """How plots stand, options of the axes, and what is emphasised."""

    columns: float = number_option("how many plots stand side by side; two on a phone", 3)
    emphasis: str | None = text_option("the plot in the accent colour; without it, all")
    y_unit: str | None = text_option("the upright axis", choices=UNITS)


AREA_MULTIPLES = Encodings(AreaMultiplesRow, AreaMultiplesOptions)


def area_multiples(drawing: Drawing, layout: Layout) -> alt.FacetChart:
    """A plot with an area for each `facet`, all over the same axes, the greatest value of each written at its place.

    Raises ToolkitError for ranges, values below zero, a plot without exactly one value at each place, and many plots.
    """
    rows, options = AREA_MULTIPLES.read(drawing)
    refuse_unstacked([(row.facet, row.x, row.y) for row in rows], drawing)
    names = list(dict.fromkeys(row.facet for row in rows))
    columns = refuse(names, options, drawing) if layout.wide else min(2, len(names))
    fields = Fields(drawing)
    y = measure([row.y for row in rows], drawing, 3, options.y_unit)
    left = math.ceil(max(text_width(word, layout.detail) for word in y.words)) + 7
    width = (layout.width - left - 8 - GAP * (columns - 1)) / columns
    x = ends_only(along([row.x for row in rows], drawing, width))
    plot = Plot(drawing, layout, left, Scale(x.low, x.high, 0, width), Scale(y.low, y.high, HEIGHT, 0))
    roles = {name: "accent" if options.emphasis in (None, name) else "context" for name in names}
    look = fields.add("look", [looks.with_kind(roles[row.facet], row.y.kind) for row in rows])
    across = alt.X(field=fields.name("x"), type=x.field_type, scale=x.scale(), axis=x.across(plot))
    upright = alt.Y(field=fields.low("y"), type="quantitative", scale=y.scale(), axis=y.upright(plot))
    area = alt.Chart().mark_area().encode(tooltip=fields.tooltip, **looks.bars(fields, look))
    layers = [area, peaks(fields, rows, roles, plot)]
    whole = layered(*layers, data=fields.data, width=width, height=HEIGHT).encode(x=across, y=upright)
    title: dict[str, Any] = {"labelFontSize": layout.detail, "labelAnchor": "start", "labelPadding": 20}
    words = {name: wrapped(name, width, layout.detail, 600) for name in names}
    heading = fields.add("heading", ["\n".join(words[row.facet]) for row in rows])
    facet = alt.Facet(field=heading, type="nominal", sort=None, header=alt.Header(title=None, **title))
    return whole.facet(facet=facet, columns=columns, spacing={"row": 16, "column": GAP})


def refuse(names: list[str], options: AreaMultiplesOptions, drawing: Drawing) -> int:
    """How many plots stand side by side. Raises ToolkitError where there are too many, or no such plot."""
    if options.emphasis is not None and options.emphasis not in names:
        raise ToolkitError(drawing.where, f"emphasis={options.emphasis!r}", ", ".join(names), "name one of them")
    if len(names) > MOST:
        raise ToolkitError(drawing.where, f"{len(names)} plots", f"at most {MOST}", "show those that matter")
    if options.columns not in (1, 2, 3, 4):
        raise ToolkitError(drawing.where, f"columns={options.columns:g}", "1, 2, 3 or 4", "give one of them")
    return min(int(options.columns), len(names))


def ends_only(found: Measure) -> Measure:
    """A scale with its first and its last tick alone: a small plot has no room for more."""
    pair = [0, len(found.ticks) - 1] if len(found.ticks) > 1 else [0]
    return Measure(
        found.low, found.high, [found.ticks[at] for at in pair], [found.words[at] for at in pair], found.type
    )


def peaks(fields: Fields, rows: list[AreaMultiplesRow], roles: dict[str, str], plot: Plot) -> alt.Chart:
    """The greatest value of each plot in words over its place."""
    highest: dict[str, AreaMultiplesRow] = {}
    for row in rows:
        if row.facet not in highest or row.y.low > highest[row.facet].y.low:
            highest[row.facet] = row
    chosen = {row.index for row in highest.values()}
    text = fields.add("peak", [row.y.text if row.index in chosen else None for row in rows])
    role = fields.add("colour", [roles[row.facet] for row in rows])
    first, last = rows[0].x, rows[-1].x
    side = fields.add("peak_align", [SIDES.get((row.x == first) - (row.x == last), "center") for row in rows])
    halo: dict[str, Any] = {"stroke": plot.drawing.palette.light["paper"], "strokeWidth": 4}
    mark = alt.Chart().mark_text(
        baseline="alphabetic",
        fontSize=plot.layout.detail,
        fontWeight=600,
        dy=-6,
        align=alt.ExprRef(f"datum.{side}"),
        **halo,
    )
    return mark.transform_filter(f"isValid(datum.{text})").encode(
        text=alt.Text(field=text, type="nominal"), **looks.words(fields, role)
    )


def example() -> Drawing:
    """Visitors of six pools."""
    shape = (2, 3, 5, 9, 14, 19, 22, 21, 12, 6, 3, 2)
    pools = {"Aberley": 1.0, "Brockham": 0.8, "Castleton": 0.55, "Dunmore": 0.9, "Easton": 0.4, "Fairhaven": 0.7}
    return invented_chart(
        "area_multiples",
        [
            {
                "month": f"2025-{month:02d}",
                "visitors": number(round(value * scale * (0.2 if pool == "Dunmore" and month > 6 else 1)) * 100),
                "pool": pool,
            }
            for pool, scale in pools.items()
            for month, value in enumerate(shape, 1)
        ],
        "Other pools filled in summer; Dunmore's visitors stayed away after June",
        "Visitors a month of invented open-air pools",
        "Six small plots with a peak in summer each, except Dunmore's, which falls to a fifth after June.",
        x="month",
        y="visitors",
        facet="pool",
        emphasis="Dunmore",
    )


FORM = Form("area_multiples", "How did each rise and fall?", AREA_MULTIPLES, area_multiples)
