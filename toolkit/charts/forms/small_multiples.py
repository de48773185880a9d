"""An area or a line each in small plots over the same axes: how each rose and fell, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Form,
    Row,
    number_column,
    number_option,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.layers import faceted, layered
from toolkit.charts.line_paths import Paths, Series, series_of
from toolkit.charts.plots import AxisScale, Plot, along, axis_scale, places_of, refuse_unstacked
from toolkit.charts.scales import PixelScale
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

MARKS = ("area", "line")
EMPTY = Cell(-1, -1, "no value")  # which no area has
GAP = 22  # pixels between two plots side by side
HEIGHT = 86  # of a plot
EDGE = 0.15  # of a plot's width: values so near its ends are written inside
BETWEEN = 8  # pixels from the words of the greatest value to those of the last one
MOST = 24  # plots: more are a table


@dataclass(frozen=True)
class SmallMultiplesRow(Row):
    """The value of one plot at one place."""

    x: Cell | str = number_or_date_column("the date or number along the bottom", required=True)
    y: Cell | None = number_column("the value; of an area from zero, of a line perhaps empty", required=True, gaps=True)
    facet: str = text_column("which plot; plots stand in the order of the rows", required=True)


@dataclass(frozen=True)
class SmallMultiplesOptions:
    """How plots stand, options of the axes, and what is emphasised."""

    mark: str = text_option("lines may have gaps", "area", choices=MARKS)
    columns: float = number_option("how many plots stand side by side; two on a phone", 3)
    emphasis: str | None = text_option("the plot in the accent colour; without it, all", among="facet")


def small_multiples(drawing: Drawing, layout: Layout) -> alt.FacetChart:
    """A plot for each `facet`, all over the same axes: the greatest value in words, of a line the last one too.

    Where a line has a gap, the plot is shaded.

    Raises ToolkitError for many plots, two values in one place, and of areas for ranges, gaps and values below zero.
    """
    rows, options = FORM.read(drawing)
    lined = options.mark == "line"
    series = series_of([(row.facet, row.x, row.y) for row in rows], drawing) if lined else {}
    if not lined:
        refuse_unstacked([(row.facet, row.x, row.y or EMPTY) for row in rows], drawing)
    names = list(dict.fromkeys(row.facet for row in rows))
    columns = _refuse(names, options, drawing) if layout.wide else min(2, len(names))
    fields, whole_rows = Fields(drawing), len(names) % columns == 0
    known = [[row for row in rows if row.facet == name and row.y] for name in names]
    peaks = [max(found, key=_height) for found in known if found]
    y = with_room(axis_scale([row.y for row in rows if row.y], drawing, 3), peaks, layout)
    left = math.ceil(max(text_width(word, layout.detail) for word in y.words)) + 7
    width = (layout.width - left - 8 - GAP * (columns - 1)) / columns
    x = ends_only(along([row.x for row in rows], drawing, width))
    places = [(at - x.low) / (x.high - x.low) for at in places_of([row.x for row in rows], drawing)]
    lasts = last_of([found[-1] for found in known if found], peaks, places, width, layout) if lined else []
    plot = Plot(drawing, layout, left, PixelScale(x.low, x.high, 0, width), PixelScale(y.low, y.high, HEIGHT, 0))
    roles = looks.roles_of(names, drawing, options.emphasis, spare=(), rest="context" if options.emphasis else "accent")
    across, upright = x.x(fields.name("x"), plot), y.y(plot, field=fields.low("y"))
    layers = _lines(fields, series, rows, roles, options) if lined else [_area(fields, rows, roles)]
    layers.append(_values(fields, [*peaks, *lasts], rows, roles, places, layout))
    whole = layered(*layers, data=fields.data, width=width, height=HEIGHT).encode(x=across, y=upright)
    title: dict[str, Any] = {"labelFontSize": layout.detail, "labelAnchor": "start", "labelPadding": 20}
    words = {name: wrapped(name, width, layout.detail, 600) for name in names}
    heading = fields.add("heading", ["\n".join(words[row.facet]) for row in rows])
    facet = alt.Facet(field=heading, type="nominal", sort=None, header=alt.Header(title=None, **title))
    gap = 58 if whole_rows else 58 + layout.line
    apart = {"row": gap, "column": GAP}  # of the plots alone: points at their edges move none
    made = faceted(whole, facet, columns=columns, spacing=apart, bounds="flush")
    return made if whole_rows else made.resolve_axis(x="independent")  # else an axis stands where no plot is


def _refuse(names: list[str], options: SmallMultiplesOptions, drawing: Drawing) -> int:
    """How many plots stand side by side. Raises ToolkitError where there are too many."""
    if len(names) > MOST:
        raise ToolkitError(drawing.where, f"{len(names)} plots", f"at most {MOST}", "show those that matter")
    if options.columns not in (1, 2, 3, 4):
        raise ToolkitError(drawing.where, f"columns={options.columns:g}", "1, 2, 3 or 4", "give one of them")
    return min(int(options.columns), len(names))


def with_room(found: AxisScale, said: list[SmallMultiplesRow], layout: Layout) -> AxisScale:
    """A scale on which the words over these values stand in the plot: else they would move its heading."""
    part = (layout.detail + 6) / HEIGHT
    high = max((_height(row) - found.low * part) / (1 - part) for row in said)
    return replace(found, high=max(found.high, high))


def ends_only(found: AxisScale) -> AxisScale:
    """A scale with its first and its last tick alone: a small plot has no room for more."""
    ends = sorted({0, len(found.ticks) - 1})
    return replace(found, ticks=[found.ticks[at] for at in ends], words=[found.words[at] for at in ends])


def _area(fields: Fields, rows: list[SmallMultiplesRow], roles: dict[str, str]) -> alt.Chart:
    """The areas."""
    look = fields.add("look", [looks.with_kind(roles[row.facet], row.y.kind if row.y else "") for row in rows])
    return alt.Chart().mark_area().encode(tooltip=fields.tooltip, **looks.undashed(looks.bars(fields, look)))


def _lines(
    fields: Fields, series: Series, rows: list[SmallMultiplesRow], roles: dict[str, str], options: SmallMultiplesOptions
) -> list[alt.Chart]:
    """The lines, with gaps where the table has empty cells or leaves a period out."""
    paths = Paths(fields, series, roles, [options.emphasis or ""])
    return [*gaps(fields, series, rows), *paths.layers(fields.low("y"), fields.high("y"))]


def gaps(fields: Fields, series: Series, rows: list[SmallMultiplesRow]) -> list[alt.Chart]:
    """The shaded parts of plots between the values on both sides of a gap."""
    until: dict[int, Any] = {}
    for stops in series.values():
        known = [nth for nth, stop in enumerate(stops) if stop.value]
        for nth, after in pairwise(known):
            if after > nth + 1:
                end = rows[stops[after].index].x
                until[stops[nth].index] = end if isinstance(end, str) else end.low
    if not until:
        return []
    field = fields.add_to_some("gap_until", until)
    shade = of_rows_with(alt.Chart().mark_rect(color=fields.drawing.palette.light["slip"]), field)
    return [shade.encode(x2=alt.X2(field=field), y=alt.YValue(0), y2=alt.Y2Value("height"))]


def _height(row: SmallMultiplesRow) -> float:
    """The value of a row that has one."""
    return row.y.low if row.y else 0.0


def last_of(
    lasts: list[SmallMultiplesRow],
    peaks: list[SmallMultiplesRow],
    places: list[float],
    width: float,
    layout: Layout,
) -> list[SmallMultiplesRow]:
    """Those of the last rows of plots whose words would not touch those of the greatest value."""

    def room(one: SmallMultiplesRow, other: SmallMultiplesRow) -> float:
        wide = [text_width(row.y.text, layout.detail, 600) if row.y else 0.0 for row in (one, other)]
        return abs(places[one.index] - places[other.index]) * width - wide[0] / 2 - wide[1]

    return [last for peak, last in zip(peaks, lasts, strict=True) if room(peak, last) > BETWEEN]


def _values(
    fields: Fields,
    said: list[SmallMultiplesRow],
    rows: list[SmallMultiplesRow],
    roles: dict[str, str],
    places: list[float],
    layout: Layout,
) -> alt.Chart:
    """The values of these rows in words over their places."""
    text = fields.add_to_some("peak", {row.index: row.y.text for row in said if row.y})
    role = fields.add("colour", [roles[row.facet] for row in rows])
    side = fields.add("peak_align", ["left" if at < EDGE else "right" if at > 1 - EDGE else "center" for at in places])
    words = fields.words(text, layout.detail, 600, dy=-6, align=of_row(side), rim=4)
    return words.encode(**looks.words(fields, role))


def example() -> Drawing:
    """Visitors of six pools."""
    shape = (2, 3, 5, 9, 14, 19, 22, 21, 12, 6, 3, 2)
    pools = {"Aberley": 1.0, "Brockham": 0.8, "Castleton": 0.55, "Dunmore": 0.9, "Easton": 0.4, "Fairhaven": 0.7}
    return invented_chart(
        "small_multiples",
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


FORM = Form("small_multiples", "How did each rise and fall?", SmallMultiplesRow, SmallMultiplesOptions, small_multiples)
