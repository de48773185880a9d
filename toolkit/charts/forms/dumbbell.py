"""Two values of one thing in rows, joined by a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.fields import Fields
from toolkit.charts.legends import LegendEntry, legend
from toolkit.charts.rows import NamedRow, Rows, ends_of_axis, line_through, value_words, values_at
from toolkit.charts.scales import PixelScale, fitted
from toolkit.charts.typography import text_width

WEIGHTS: dict[str, Literal[400, 600]] = {"first": 400, "second": 600}  # of the words of both values
ASIDE = 13.0  # pixels from a point to its words


@dataclass(frozen=True)
class DumbbellRow(Row):
    """Two values of one thing, in a group."""

    label: str = text_column("the row's name", required=True)
    first: Cell = number_column("what was claimed, or stood before", required=True)
    second: Cell = number_column("what is on record, or stands after", required=True)
    detail: str | None = text_column("under the row's name")
    entity: str | None = text_column("a company, for its colour")
    group: str | None = text_column("rows of one group stand together")


@dataclass(frozen=True)
class DumbbellOptions:
    """Options: the titles of the two values, and the axis."""

    first_title: str = text_option("what the first value is", required=True)
    second_title: str = text_option("what the second value is", required=True)
    emphasis: str | None = text_option('the row in the accent colour ("": none); without it, all', among="label group")
    scale: str = text_option("even, or by powers of ten", "linear", choices=("linear", "log"))
    x_from: float | None = number_option(
        "where an even axis starts; without it zero, or the lowest value below it", of="first"
    )
    x_title: str = text_option("under the axis", "")


def example() -> Drawing:
    """What buildings were to cost, and what they did."""
    built = (("Town hall", 18, 31), ("Swimming pool", 12, 14), ("School", 24, 29), ("Bridge", 9, 17))
    return invented_chart(
        "dumbbell",
        [{"building": name, "planned": euros(plan * 1e6), "cost": euros(cost * 1e6)} for name, plan, cost in built],
        "No building cost what was planned, least of all the bridge",
        "Planned and final costs of public buildings in an invented town, euros",
        "Pairs of points joined by lines: each final cost stands right of the planned one, the bridge's far right.",
        label="building",
        first="planned",
        second="cost",
        first_title="planned",
        second_title="final",
        emphasis="Bridge",
    )


def dumbbell(drawing: Drawing, layout: Layout) -> alt.VConcatChart:
    """The first value open, the second filled, a line between them, under a legend of both.

    Raises ToolkitError for values left of x_from, and for those that are not over zero on a logarithmic axis.
    """
    read, options = FORM.read(drawing)
    fields = Fields(drawing)
    named = [NamedRow.of(row, row.label) for row in read]
    rows = Rows(fields, layout, named, emphasis=options.emphasis, x_title=options.x_title)
    scale = _scale_of(read, options, rows.start, drawing, layout)
    values = [cell for row in read for cell in (row.first, row.second)]
    whole = rows.chart(scale, values, [*_marks(rows, read, scale), *_words(rows, read, scale)])
    return alt.vconcat(legend(_legend_of(read, options, drawing), layout), whole, spacing=4)


def _scale_of(
    read: list[DumbbellRow], options: DumbbellOptions, left: float, drawing: Drawing, layout: Layout
) -> PixelScale:
    """The scale on which the texts of both values fit, left and right of the line between them.

    Raises ToolkitError for a value that cannot stand on it.
    """
    log, cells = options.scale == "log", [cell for row in read for cell in (row.first, row.second)]
    low, high = ends_of_axis(cells, drawing, layout, "first", log, options.x_from)

    def room(cell: Cell) -> float:
        return text_width(cell.text, layout.detail + 1, 600) + 15

    smaller, larger = zip(*([cell for _, cell in in_order(row)] for row in read), strict=True)
    needs = [(cell.high, room(cell)) for cell in larger]
    start = left + 8
    for _ in range(3):  # words left of the smaller value need their room too
        scale = fitted(low, high, start, layout.width - 8, needs, log)
        start += max(0.0, *(left + room(cell) - scale.at(cell.low) for cell in smaller))
    return fitted(low, high, start, layout.width - 8, needs, log)


def in_order(row: DumbbellRow) -> list[tuple[str, Cell]]:
    """The names of the two values with each, the smaller one first."""
    return sorted([("first", row.first), ("second", row.second)], key=lambda pair: pair[1].low)


def _marks(rows: Rows, read: list[DumbbellRow], scale: PixelScale) -> list[alt.Chart]:
    """The line between both values, the first as a ring or an open bar, the second filled."""
    fields = rows.fields
    between = rows.look(row.second.kind for row in read)
    opened = rows.look(["assumed"] * len(read), "open_look")
    line = alt.Chart().mark_rule(strokeWidth=2.25, yOffset=rows.shift)
    x, x2 = alt.X(field=fields.low("first"), type="quantitative"), alt.X2(field=fields.low("second"))
    made = [line_through(rows, scale), line.encode(x=x, x2=x2, **looks.strokes(fields, between))]
    for name, look in (("first", opened), ("second", between)):
        made += values_at(rows, name, [getattr(row, name) for row in read], look, scale)
    return made


def _words(rows: Rows, read: list[DumbbellRow], scale: PixelScale) -> list[alt.Chart]:
    """Both values in words, outside of the line between them, or both right of it where the axis would cross them."""
    fields, size, width = rows.fields, rows.layout.detail + 1, rows.layout.width
    places: dict[str, list[tuple[float, float]]] = {"first": [], "second": []}
    for (lesser, small), (greater, large) in map(in_order, read):
        wide, further = (text_width(cell.text, size, WEIGHTS[n]) for n, cell in ((lesser, small), (greater, large)))
        left, right = scale.at(small.low) - ASIDE, scale.at(large.high) + ASIDE
        if left - wide < scale.start < left and right + wide + 8 + further <= width:
            places[lesser].append((large.high, ASIDE))
            places[greater].append((large.high, ASIDE + wide + 8))
        else:
            places[lesser].append((small.low, -ASIDE))
            places[greater].append((large.high, ASIDE))
    made = []
    for name, found in places.items():
        at = fields.add(f"{name}_at", [value for value, _ in found])
        made.append(value_words(rows, at, fields.text(name), [right for _, right in found], size, WEIGHTS[name]))
    return made


def _legend_of(read: list[DumbbellRow], options: DumbbellOptions, drawing: Drawing) -> list[LegendEntry]:
    """What the open point with light words is, and the filled one with heavy words, hatched if all of them are."""
    kinds = {row.second.kind for row in read}
    second = kinds.pop() if len(kinds) == 1 else "reported"
    return [
        LegendEntry(options.first_title, looks.point("ink", "assumed", drawing.palette), WEIGHTS["first"]),
        LegendEntry(options.second_title, looks.point("ink", second, drawing.palette), WEIGHTS["second"]),
    ]


FORM = Form(
    "dumbbell", "How far is the record from the claim, or after from before?", DumbbellRow, DumbbellOptions, dumbbell
)
