"""Two values of one thing in rows, joined by a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.fields import Fields
from toolkit.charts.legends import LegendEntry, legend
from toolkit.charts.rows import NamedRow, Rows, line_through, lines_on, points_at, spans, value_words
from toolkit.charts.scales import PixelScale, fitted, positive, to_next_line
from toolkit.charts.typography import text_width

WEIGHTS: dict[bool, Literal[400, 600]] = {False: 400, True: 600}  # of the first value's words, and of the second's
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
    emphasis: str | None = text_option("the row in the accent colour; without it, all")
    scale: str = text_option("even, or by powers of ten", "linear", choices=("linear", "log"))
    x_from: float | None = number_option(
        "where an even axis starts; without it zero, or the lowest value below it", of="first"
    )
    x_title: str = text_option("under the axis", "")


DUMBBELL = Encodings(DumbbellRow, DumbbellOptions)


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

    Raises ToolkitError for values that are not over zero on a logarithmic axis.
    """
    read, options = DUMBBELL.read(drawing)
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

    Raises ToolkitError for a value that cannot stand on a log scale.
    """
    cells = [*(cell for row in read for cell in (row.first, row.second)), *drawing.annotated_values("x")]
    values = [end for cell in cells for end in (cell.low, cell.high)]
    log = options.scale == "log"
    if log:
        positive(values, drawing.where, "x")
    low = min(values) if log else options.x_from if options.x_from is not None else min(0.0, *values)
    high = max(max(values), low * 10 if log else low + 1e-12)
    high = high if log else to_next_line(low, high, lines_on(layout))

    def room(cell: Cell) -> float:
        return text_width(cell.text, layout.detail + 1, 600) + 15

    smaller = [in_order(row)[0][0] for row in read]
    needs = [(cell.high, room(cell)) for cell in (in_order(row)[1][0] for row in read)]
    start = left + 8
    for _ in range(3):  # words left of the smaller value need their room too
        scale = fitted(low, high, start, layout.width - 8, needs, log)
        start += max(0.0, *(left + room(cell) - scale.at(cell.low) for cell in smaller))
    return fitted(low, high, start, layout.width - 8, needs, log)


def in_order(row: DumbbellRow) -> tuple[tuple[Cell, bool], tuple[Cell, bool]]:
    """The two values, the smaller one first, each with whether it is the second of the row."""
    first, second = (row.first, False), (row.second, True)
    return (first, second) if row.first.low <= row.second.low else (second, first)


def _marks(rows: Rows, read: list[DumbbellRow], scale: PixelScale) -> list[alt.Chart]:
    """The line between both values, the first as a ring or an open bar, the second filled."""
    fields = rows.fields
    between = rows.look(row.second.kind for row in read)
    opened = rows.look(["assumed"] * len(read), "open_look")
    line = alt.Chart().mark_rule(strokeWidth=2.25, yOffset=rows.shift)
    x, x2 = alt.X(field=fields.low("first"), type="quantitative"), alt.X2(field=fields.low("second"))
    made = [line_through(rows, scale), line.encode(x=x, x2=x2, **looks.strokes(fields, between))]
    for name, look in (("first", opened), ("second", between)):
        cells = [getattr(row, name) for row in read]
        if fields.has_ranges(name):
            made.append(spans(rows, fields.low(name), fields.high(name), cells, look, scale))
        made.append(points_at(rows, cells, look))
    return made


def _words(rows: Rows, read: list[DumbbellRow], scale: PixelScale) -> list[alt.Chart]:
    """Both values in words, outside of the line between them, or both right of it where the axis would cross them."""
    fields, size, width = rows.fields, rows.layout.detail + 1, rows.layout.width
    places: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for row in read:
        (small, lesser), (large, greater) = in_order(row)
        wide, further = (text_width(cell.text, size, WEIGHTS[second]) for cell, second in in_order(row))
        left, right = scale.at(small.low) - ASIDE, scale.at(large.high) + ASIDE
        if left - wide < scale.start < left and right + wide + 8 + further <= width:
            places[lesser].append((large.high, ASIDE))
            places[greater].append((large.high, ASIDE + wide + 8))
        else:
            places[lesser].append((small.low, -ASIDE))
            places[greater].append((large.high, ASIDE))
    made = []
    for second, name in enumerate(("first", "second")):
        at = fields.add(f"{name}_at", [value for value, _ in places[bool(second)]])
        aside = [right for _, right in places[bool(second)]]
        made.append(value_words(rows, at, fields.text(name), aside, size, WEIGHTS[bool(second)]))
    return made


def _legend_of(read: list[DumbbellRow], options: DumbbellOptions, drawing: Drawing) -> list[LegendEntry]:
    """What the open point with light words is, and the filled one with heavy words, hatched if all of them are."""
    kinds = {row.second.kind for row in read}
    second = kinds.pop() if len(kinds) == 1 else "reported"
    return [
        LegendEntry(options.first_title, looks.point("ink", "assumed", drawing.palette), WEIGHTS[False]),
        LegendEntry(options.second_title, looks.point("ink", second, drawing.palette), WEIGHTS[True]),
    ]


FORM = Form("dumbbell", "How far is the record from the claim, or after from before?", DUMBBELL, dumbbell)
