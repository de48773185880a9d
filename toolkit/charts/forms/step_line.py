"""Values that hold until they change, such as prices and limits, as lines in steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
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
from toolkit.charts.ends import End, end_lines, end_words, last_value, room_for
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.plots import ROOM, along, measure, places_of, plot_of, refuse_ranges, refuse_twice, roles_of
from toolkit.charts.scales import UNITS
from toolkit.core.errors import ToolkitError


@dataclass(frozen=True)
class StepLineRow(Row):
    """A value, from a date on."""

    x: Cell | str = number_or_date_column("the date, or number, from which the value holds", required=True)
    y: Cell | None = number_column("the value; an empty cell is a gap", required=True, gaps=True)
    color: str | None = text_column("which line; four at most")


@dataclass(frozen=True)
class StepLineOptions:
    """Options of the axes, what is emphasised, and until when the last values hold."""

    emphasis: str | None = text_option("the line in the accent colour")
    until: str | None = text_option("the date until which the last values are known to hold")
    y_unit: str | None = text_option("the upright axis", choices=UNITS)
    y_from: float | None = number_option("where the upright axis starts; without it zero, or a value below it")
    x_title: str = text_option("under the lower axis", "")
    y_title: str = text_option("over the upright axis", "")


STEP_LINE = Encodings(StepLineRow, StepLineOptions)


def step_line(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A line in steps for each group, its name and last value at its end.

    Raises ToolkitError for two values of a line at one date, for ranges, and for a date before the last value.
    """
    rows, options = STEP_LINE.read(drawing)
    refuse(rows, drawing)
    fields = Fields(drawing)
    names = list(dict.fromkeys(row.color or "" for row in rows))
    roles = roles_of(names, options.emphasis, drawing.palette, drawing.where)
    values = [row.y for row in rows if row.y]
    known = [row.x for row in rows] + ([options.until] if options.until else [])
    last = last_rows(rows, drawing)
    labels = {name: end_lines(name, last_value(value), layout) for name, (_, value) in last.items()}
    room = room_for(labels.values(), layout)
    y = measure(values, drawing, 5, options.y_unit, start=options.y_from)
    x = along(known, drawing, layout.width - room - ROOM)
    plot = plot_of(x, y, drawing, layout, 250, room)
    places = places_of(known, drawing)
    until = max(places)
    kinds = {name: next((row.y.kind for row in rows if row.y and (row.color or "") == name), "") for name in names}
    look = fields.add("look", [looks.with_kind(roles[row.color or ""], kinds[row.color or ""]) for row in rows])
    line = fields.add("line", [row.color or "" for row in rows])
    ended = {at for at, _ in last.values()}
    end = fields.add("held_until", [until if at in ended and options.until else places[at] for at in range(len(rows))])
    across: dict[str, Any] = {"type": x.field_type, "scale": x.scale(), "axis": x.across(plot, options.x_title)}
    upright = alt.Y(field=fields.low("y"), type="quantitative", scale=y.scale(), axis=y.upright(plot, options.y_title))
    stroke: dict[str, Any] = {"strokeWidth": 2.5, "strokeCap": "butt"}
    base = alt.Chart().encode(x=alt.X(field=fields.name("x"), **across), y=upright, **looks.strokes(fields, look))
    steps = base.mark_line(interpolate="step-after", **stroke).encode(detail=alt.Detail(field=line, type="nominal"))
    held = base.mark_rule(**stroke).encode(x2=alt.X2(field=end))
    points = base.mark_point(size=90, opacity=0).encode(tooltip=fields.tooltip)
    ends = [End(at, plot.y.at(value.low), labels[name], roles[name]) for name, (at, value) in last.items()]
    words = end_words(fields, ends, plot).encode(x=alt.X(field=end, **across), y=upright)
    return plot.chart([steps, held, points, words], fields)


def last_rows(rows: list[StepLineRow], drawing: Drawing) -> dict[str, tuple[int, Cell]]:
    """The last row of each line that has a value: its index, and the value."""
    places = places_of([row.x for row in rows], drawing)
    order = sorted(rows, key=lambda row: places[row.index])
    return {row.color or "": (row.index, row.y) for row in order if row.y}


def refuse(rows: list[StepLineRow], drawing: Drawing) -> None:
    """Raises ToolkitError where the rows are no steps."""
    words = [row.x if isinstance(row.x, str) else row.x.text for row in rows]
    refuse_twice(rows, lambda row: tuple(part for part in (row.color, words[row.index]) if part), drawing)
    refuse_ranges([row.y for row in rows if row.y], drawing, "lines")
    if not any(row.y for row in rows):
        raise ToolkitError(drawing.where, "no value in y", "one at the least", "look at the question")


def example() -> Drawing:
    """Prices of two invented tickets."""
    prices = {
        "Day ticket": [("2019-04", 5.2), ("2021-01", 5.8), ("2022-01", 6.4), ("2024-01", 7.9), ("2026-01", 8.6)],
        "Single ticket": [("2019-04", 2.4), ("2021-01", 2.6), ("2022-07", 2.8), ("2025-01", 3.2)],
    }
    return invented_chart(
        "step_line",
        [
            {"since": since, "price": number(price, f"€{price:.2f}"), "ticket": ticket}
            for ticket, steps in prices.items()
            for since, price in steps
        ],
        "The day ticket rose again and again, the single ticket little",
        "Price of bus tickets in an invented town, euros",
        "Two lines in steps: the day ticket's climbs steeply, the single ticket's a little.",
        [Annotation("new council", x=("2023-06",))],
        x="since",
        y="price",
        color="ticket",
        emphasis="Day ticket",
        until="2026-11",
    )


FORM = Form("step_line", "When did it change, and to what?", STEP_LINE, step_line)
