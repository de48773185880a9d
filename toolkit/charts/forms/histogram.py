"""How many values lie in each of even steps: counted from the rows, or counted already."""

from __future__ import annotations

import math
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.plots import AxisScale, axis_scale, plot_of
from toolkit.charts.scales import round_step, tick_words, unit_of
from toolkit.core.errors import ToolkitError

STEPS = 24  # about how many, where no step is given
MOST = 60  # more are too thin to be seen on a phone


@dataclass(frozen=True)
class HistogramRow(Row):
    """A value that is counted, or a step with its count."""

    x: Cell = number_column("a value; with y=, the range that y counts", required=True)
    y: Cell | None = number_column("how many, where the table has them counted already")


@dataclass(frozen=True)
class HistogramOptions:
    """Options of the steps and the axes."""

    step: float | None = number_option("how wide a step is, in the unit of x", of="x")
    x_title: str = text_option("under the lower axis", "")
    y_title: str = text_option("over the upright axis: what is counted", "")


def histogram(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A bar for each step, as high as its count.

    Raises ToolkitError for ranges that nothing counts, counts below zero or of single values, and too many steps.
    """
    rows, options = FORM.read(drawing)
    fields, counted = Fields(drawing), "y" in drawing.encodings
    _refuse(rows, counted, drawing)
    low, high = min(row.x.low for row in rows), max(row.x.high for row in rows)
    if counted:
        counts = [row.y.high if row.y else 0.0 for row in rows]
        step = high - low
    else:
        step = _step_of(low, high, options.step, drawing)
        low, high = step * math.floor(low / step + 1e-9), step * (math.floor(high / step + 1e-9) + 1)
        places = [math.floor(row.x.low / step + 1e-9) for row in rows]
        counts = [float(places.count(place)) for place in set(places)]
    values = [row.x for row in rows]
    found = axis_scale(values, drawing, 8 if layout.wide else 5, zero=False, axis="x")
    ticks = [tick for tick in found.ticks if low - 1e-9 <= tick <= high + 1e-9]
    x = AxisScale(low, high, ticks, tick_words(ticks, unit_of(values), locale=drawing.locale))
    y = axis_scale([Cell(0, max(counts) or 1, "")], drawing, min(4, math.ceil(max(counts)) or 1))
    plot = plot_of(x, y, drawing, layout, 240)
    look = fields.add("look", [looks.with_kind("accent", drawing.kind)] * len(rows))
    across = x.x(fields.low("x"), plot, options.x_title)
    bars = alt.Chart().mark_bar(binSpacing=0).encode(**looks.bars(fields, look))
    if counted:
        y_channel = y.y(plot, options.y_title, field=fields.high("y"))
        bars = bars.encode(x=across, x2=alt.X2(field=fields.high("x")), y=y_channel, tooltip=fields.tooltip)
    else:
        said = alt.Tooltip(aggregate="count", type="quantitative", title=options.y_title or "count")
        binned = across.bin(alt.Bin(step=step, extent=[low, high]))
        bars = bars.encode(x=binned, y=y.y(plot, options.y_title, aggregate="count"), tooltip=said)
    return plot.chart(
        [bars.encode(stroke=alt.StrokeValue(drawing.palette.light["paper"]), strokeWidth=alt.StrokeWidthValue(1))],
        fields,
    )


def _refuse(rows: list[HistogramRow], counted: bool, drawing: Drawing) -> None:
    """Raises ToolkitError where ranges and counts do not fit each other."""
    ranges = [row for row in rows if row.x.is_range]
    if counted and len(ranges) < len(rows):
        remedy = "give the low and the high end of each step in one column, or drop y="
        raise ToolkitError(drawing.where, "y= beside single values of x", "ranges that y counts", remedy)
    if not counted and ranges:
        found = f"the range {ranges[0].x.text!r}, which may lie in several steps"
        raise ToolkitError(drawing.where, found, "single values", "name the column of counts as y=")
    below = next((row.y for row in rows if row.y and row.y.low < 0), None)
    if below:
        raise ToolkitError(drawing.where, f"a count of {below.text}", "counts from zero", "look at the question")


def _step_of(low: float, high: float, asked: float | None, drawing: Drawing) -> float:
    """How wide a step is: as asked, else round. Raises ToolkitError for none, or more than a phone has room for."""
    step = asked if asked is not None else round_step((high - low) / STEPS or 1)
    if step <= 0 or (high - low) / step > MOST:
        ends = (low, high, step, round_step((high - low) / STEPS or 1))
        least, most, given, better = (drawing.in_scale_of(end, drawing.encodings["x"]) for end in ends)
        allowed = f"a step that cuts {least:g} to {most:g} into at most {MOST}"
        raise ToolkitError(drawing.where, f"step={given:g}", allowed, f"give {better:g}")
    return step


def example() -> Drawing:
    """Days until requests were answered."""
    days = {3: 2, 5: 4, 7: 9, 9: 14, 11: 16, 13: 13, 15: 9, 17: 8, 19: 6, 21: 4, 23: 3, 27: 2, 31: 1, 39: 1}
    return invented_chart(
        "histogram",
        [{"days": number(day)} for day, requests in days.items() for _ in range(requests)],
        "Most requests are answered soon, a few take very long",
        "Requests for documents by days until the answer, in an invented town",
        "Bars rise from a few days to a peak in the second week and fall off slowly to the right.",
        x="days",
        x_title="Days until the answer",
        y_title="Requests",
    )


FORM = Form("histogram", "How many values lie where?", HistogramRow, HistogramOptions, histogram)
