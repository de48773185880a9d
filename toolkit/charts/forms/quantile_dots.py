"""A distribution as dots of equal chance: of twenty dots, each stands for one case in twenty."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.plots import EDGE, Plot, axis_scale, refuse_ranges
from toolkit.charts.scales import PixelScale
from toolkit.core.errors import ToolkitError

FEWEST, MOST = 5, 100
SIZE = {"wide": 24, "narrow": 18}  # pixels from one dot to the next above it
PLACES = 16  # beside one another, at most


@dataclass(frozen=True)
class QuantileDotsRow(Row):
    """One of the values whose spread is shown."""

    x: Cell = number_column("a value", required=True)


@dataclass(frozen=True)
class QuantileDotsOptions:
    """How many dots, and options of the axis."""

    dots: float = number_option("how many dots: of 20, each is one case in twenty", 20)
    limit: float | None = number_option("dots at or above it are in the accent colour, the others grey", of="x")
    x_title: str = text_option("under the axis", "")


def quantile_dots(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Dots at the middles of equal parts of the values, stacked where they would touch.

    Raises ToolkitError for ranges, and for a number of dots that is not whole, cannot be counted or is over the rows'.
    """
    rows, options = FORM.read(drawing)
    _refuse(rows, options.dots, drawing)
    fields, dots, size = Fields(drawing), int(options.dots), SIZE[layout.name]
    values = middles([row.x.low for row in rows], dots)
    cells = [replace(rows[0].x, low=value, high=value) for value in values]
    x = axis_scale(cells, drawing, 6 if layout.wide else 4, zero=False, axis="x")
    across = PixelScale(x.low, x.high, 0, layout.width - 2 * EDGE)
    step = (x.high - x.low) / min(PLACES, across.end // size)
    highest = max(Counter(math.floor((value - x.low) / step) for value in values).values())
    plot = Plot(drawing, layout, EDGE, across, PixelScale(0, highest, highest * size, 0))
    look = looks.with_kind("accent", drawing.kind), looks.with_kind("context", drawing.kind)
    beyond = "true" if options.limit is None else f"datum.quantile >= {options.limit!r}"
    points = (
        alt.Chart()
        .transform_quantile(fields.low("x"), step=1 / dots, as_=["chance", "quantile"])
        .transform_calculate(place=f"floor((datum.quantile - {x.low!r}) / {step!r})")
        .transform_calculate(
            at=f"{x.low!r} + (datum.place + 0.5) * {step!r}", look=f"{beyond} ? {look[0]!r} : {look[1]!r}"
        )
        .transform_window(above="row_number()", groupby=["place"], sort=[alt.SortField("quantile")])
        .mark_point(size=math.pi * (size / 2 - 1.5) ** 2, opacity=1)
        .encode(
            x=x.x("at", plot, options.x_title, base=True),
            y=alt.Y("above:Q", scale=alt.Scale(domain=[0.5, highest + 0.5], nice=False, zero=False), axis=None),
            tooltip=alt.Tooltip(
                field="quantile",
                type="quantitative",
                title=options.x_title or "value",
                format=".3~p" if rows[0].x.form == "percent" else ",.3~r",
            ),
            **looks.points_among(look, "look", drawing.palette),
        )
    )
    return plot.chart([points], fields)


def middles(values: Sequence[float], dots: int) -> list[float]:
    """The value in the middle of each of as many equal parts as there are dots, as Vega's quantiles are."""
    ordered, found = sorted(values), []
    for dot in range(dots):
        place = (len(ordered) - 1) * (dot + 0.5) / dots
        below = ordered[math.floor(place)]
        found.append(below + (ordered[math.ceil(place)] - below) * (place % 1))
    return found


def _refuse(rows: Sequence[QuantileDotsRow], dots: float, drawing: Drawing) -> None:
    """Raises ToolkitError for ranges, and for dots that would show more than the rows say."""
    refuse_ranges([row.x for row in rows], drawing, "dots")
    most = min(MOST, len(rows))
    if dots != int(dots) or not FEWEST <= dots <= most:
        allowed = f"a whole number from {FEWEST} to {most}" if most >= FEWEST else f"{FEWEST} rows or more"
        raise ToolkitError(drawing.where, f"dots={dots:g} of {len(rows)} rows", allowed, 'or draw "dots", one a row')


def example() -> Drawing:
    """Days until requests were answered."""
    days = {4: 1, 5: 1, 6: 2, 7: 1, 8: 2, 9: 3, 10: 2, 11: 3, 12: 2, 13: 2}
    days |= {14: 2, 15: 1, 16: 1, 17: 1, 18: 1, 19: 1, 21: 1, 23: 1, 26: 1, 34: 1}
    return invented_chart(
        "quantile_dots",
        [{"days": number(day)} for day, requests in days.items() for _ in range(requests)],
        "Many requests take longer than the rule allows",
        "Days until requests for documents were answered; the red dots are late",
        "Stacked dots, most of them in the second week; some on the right, after the limit, are red.",
        x="days",
        limit=16,
        x_title="Days until the answer",
    )


FORM = Form(
    "quantile_dots", "What should one expect, and how surely?", QuantileDotsRow, QuantileDotsOptions, quantile_dots
)
