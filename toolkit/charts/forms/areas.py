"""Parts of a whole along time or a number, as areas on top of each other."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Form,
    Row,
    number_column,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.end_labels import End, end_lines, end_words, last_value, moved_apart, room_for
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.fields import Fields
from toolkit.charts.plots import ROOM, along, axis_scale, places_of, plot_of, refuse_unstacked

STACKS = ("amounts", "shares")
ROLES = ("accent", "context", "muted", "ink")  # of parts without a colour of their own, the lightest first


@dataclass(frozen=True)
class AreasRow(Row):
    """The part of one group at one place."""

    x: Cell | str = number_or_date_column("the date or number along the bottom", required=True)
    y: Cell = number_column("the part; zero where there is none", required=True)
    color: str = text_column("which part, the first at the bottom; four at most", required=True)


@dataclass(frozen=True)
class AreasOptions:
    """Whether amounts or shares are shown, options of the axes, and what is emphasised."""

    stack: str = text_option("the parts as they are, or of a hundred per cent", "amounts", choices=STACKS)
    emphasis: str | None = text_option("the part in the accent colour", among="color")
    x_title: str = text_option("under the lower axis", "")
    y_title: str = text_option("over the upright axis", "")


def areas(drawing: Drawing, layout: Layout) -> alt.LayerChart:
    """An area for each group on top of the one before, its name and last value at its end.

    Raises ToolkitError for ranges, values below zero, and a group without exactly one value at each place.
    """
    rows, options = FORM.read(drawing)
    names = list(dict.fromkeys(row.color for row in rows))
    at = places_of([row.x for row in rows], drawing)
    refuse_unstacked([(row.color, row.x, row.y) for row in rows], drawing)
    fields, shares = Fields(drawing), options.stack == "shares"
    roles = looks.roles_of(names, drawing, options.emphasis, ROLES)
    sums = {place: sum(row.y.low for row, here in zip(rows, at, strict=True) if here == place) for place in at}
    whole = [Cell(0, total, "", form=rows[0].y.form, currency=rows[0].y.currency) for total in sums.values()]
    y = axis_scale([Cell(0, 1, "", form="percent")] if shares else whole, drawing, 5)
    last = max(at)
    ends = {row.color: row for row, here in zip(rows, at, strict=True) if here == last}
    labels = {name: end_lines(name, last_value(row.y), layout) for name, row in ends.items()}
    room = room_for(labels.values(), layout)
    x = along([row.x for row in rows], drawing, layout.width - room - ROOM)
    plot = plot_of(x, y, drawing, layout, 260, room)
    look = fields.add("look", [looks.with_kind(roles[row.color], row.y.kind) for row in rows])
    order = fields.add("part", [names.index(row.color) for row in rows])
    middles, total = {}, 0.0
    for name in names:
        part = ends[name].y.low / ((sums[last] or 1) if shares else 1)
        middles[name] = total + part / 2
        total += part
    middle = fields.add("middle", [middles[row.color] for row in rows])
    across = x.x(fields.name("x"), plot, options.x_title)
    upright = alt.Y(field=fields.low("y"), type="quantitative", stack="normalize" if shares else "zero")
    paper = alt.StrokeValue(drawing.palette.light["paper"])
    fills = looks.undashed(looks.bars(fields, look)) | {"stroke": paper, "strokeWidth": alt.StrokeWidthValue(1.5)}
    above = alt.Order(field=order, type="quantitative")
    stacked = alt.Chart().mark_area().encode(y=upright, order=above, tooltip=fields.tooltip, **fills)
    spots = [End(row.index, plot.y.at(middles[name]), labels[name], roles[name]) for name, row in ends.items()]
    said = end_words(fields, moved_apart(spots, plot), layout.detail).encode(y=alt.Y(field=middle, type="quantitative"))
    return plot.chart([stacked, said], fields).encode(x=across, y=y.y(plot, options.y_title))


def example() -> Drawing:
    """What a town spends on roads."""
    spent = {
        "Repairs": (41, 40, 36, 31, 27, 22),
        "New roads": (20, 23, 29, 38, 44, 53),
        "Cycle paths": (4, 5, 5, 6, 8, 9),
    }
    return invented_chart(
        "areas",
        [
            {"year": str(2020 + step), "spent": euros(value * 1e6), "purpose": purpose}
            for purpose, values in spent.items()
            for step, value in enumerate(values)
        ],
        "Money for roads grew, and all of the growth went into new ones",
        "Spending on roads in an invented town, euros",
        "Three areas on top of each other: repairs shrink by half, new roads more than make up for it.",
        x="year",
        y="spent",
        color="purpose",
        emphasis="New roads",
    )


FORM = Form("areas", "Of what does the whole consist, and how did that change?", AreasRow, AreasOptions, areas)
