"""Values on one axis, one a row: points, and ranges from low to high."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.canvas import Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.marks import PROJECTED, dot, span
from toolkit.charts.named_rows import AxisOptions, AxisRow, lines_on, name_column, rows_on_axis, value_text
from toolkit.charts.scales import LOG_NOTE, UNITS, Scale, fitted, positive, to_next_line
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

SCALES = ("linear", "log")


@dataclass(frozen=True)
class DotsRow(Row):
    """One value or range with its name."""

    x: Cell = number_column("the value; a range is drawn from low to high", required=True)
    y: str = text_column("the row's name", required=True)
    detail: str | None = text_column("under the row's name")
    group: str | None = text_column("rows of one group stand together")
    entity: str | None = text_column("a company, for its colour")
    projected: str | None = text_column("yes where nothing is on record yet; drawn pale", choices=("yes", "no"))
    reference: Cell | None = number_column("a line through its group (or the plot), the same in each row")


@dataclass(frozen=True)
class DotsOptions:
    """Options of the axis and the words beside it."""

    reference_title: str = text_option("after the reference", "")
    emphasis: str | None = text_option("the row, or the group, in the accent colour; without it, all")
    scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    unit: str | None = text_option("the axis", choices=UNITS)
    x_from: float | None = number_option("where an even axis starts; without it zero, or the lowest value below it")
    x_title: str = text_option("under the axis", "")
    log_note: str = text_option("said under an axis by powers of ten", LOG_NOTE)


DOTS = Encodings(DotsRow, DotsOptions)


def sample() -> Drawing:
    """How many came to a march, by who counted."""
    rows: list[dict[str, str | Cell | None]] = [
        {"who": "Police", "how": "from the ground", "people": number(4_500)},
        {"who": "A newspaper", "how": "from photographs", "people": number(6_000, "6,000–7,500", 7_500)},
        {"who": "Organisers", "how": "no method given", "people": number(15_000)},
        {"who": "From the route's area", "how": "two people a square metre", "people": number(7_000, kind="assumed")},
    ]
    return example(
        "dots",
        rows,
        "The organisers' count is far above all others",
        "People at a march in an invented town, by source",
        "Points and a range on one axis; the organisers' stands far to the right of the others.",
        x="people",
        y="who",
        detail="how",
        emphasis="Organisers",
        x_title="People",
    )


def dots(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A point or a range in each row, its value beside it. Raises ToolkitError for a value left of the axis."""
    read, options = DOTS.read(drawing)
    rows = [
        AxisRow(
            index=row.index,
            name=row.y,
            detail=row.detail,
            group=row.group or "",
            entity=row.entity,
            value=row.x,
            reference=row.reference,
            projected=row.projected == "yes",
        )
        for row in read
    ]
    canvas = Canvas(drawing, layout)
    names = name_column(rows, layout)
    written = [*(row.value for row in rows), *drawing.held]
    needs = [(cell.high, text_width(cell.text, layout.value - 1, 600) + 14) for cell in written]
    cells = [*written, *(row.reference for row in rows if row.reference)]
    values = [end for cell in cells for end in (cell.low, cell.high)]
    left, right = names.plot_start, layout.width - 8
    if options.scale == "log":
        positive(values, drawing.where, "x")
        scale = fitted(*decades(values), left + 6, right, needs, log=True)
    else:
        low = options.x_from if options.x_from is not None else min(0.0, *values)
        if min(values) < low:
            raise ToolkitError(
                drawing.where,
                f"a value of {min(values):g} left of the axis",
                allowed=f"values from {low:g}",
                remedy="set x_from lower",
            )
        high = max(values) if max(values) > low else low + 1
        high = to_next_line(low, high, lines_on(layout))
        scale = fitted(low, high, left + (6 if layout.wide else 8), right, needs)
    axis = AxisOptions(
        emphasis=options.emphasis,
        unit=options.unit,
        x_title=options.x_title,
        log_note=options.log_note,
        reference_title=options.reference_title,
    )
    return rows_on_axis(canvas, rows, scale, names, axis, point_row)


def decades(values: list[float]) -> tuple[float, float]:
    """(low, high) of a log axis: those of the values, widened until two ticks are on it."""
    low, high = min(values), max(values)
    return (low / 1.25, high * 1.05) if high / low >= 10 else (low / 2, max(high * 1.2, low * 10))


def point_row(canvas: Canvas, row: AxisRow, y: float, scale: Scale, role: str) -> None:
    """One row: a dot, or a bar from low to high, with its value in words."""
    value = row.value
    low, high = scale.at(value.low), scale.at(value.high)
    kind = PROJECTED if row.projected else value.kind
    canvas.rule(scale.start, y, scale.end, y)
    if value.is_range:
        span(canvas, low, high, y, role, kind, 12)
    else:
        dot(canvas, high, y, role, kind, 7.5)
    wide = text_width(value.text, canvas.layout.value - 1, 600)
    x, anchor = max(high, low) + 13, "start"
    line = scale.at(row.reference.low) if row.reference else None
    if line is not None and max(low, high) < line < max(low, high) + 15 + wide:  # it would run through the words
        if min(low, high) - 13 - wide > scale.start:
            x, anchor = min(low, high) - 13, "end"
        elif line + 7 + wide <= canvas.layout.width:
            x = line + 7
    value_text(canvas, value.text, x, y, role, anchor)


FORM = Form("dots", "Where do values or ranges stand on one axis?", DOTS, dots, in_pixels=True)
