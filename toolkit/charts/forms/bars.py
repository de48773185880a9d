"""Horizontal bars from zero, one a row; of a range the part from low to high is dashed."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.canvas import Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.marks import PROJECTED, bar
from toolkit.charts.named_rows import AxisOptions, AxisRow, name_column, rows_on_axis, value_text
from toolkit.charts.scales import UNITS, Scale, fitted
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError


@dataclass(frozen=True)
class BarsRow(Row):
    """One bar with its name."""

    value: Cell = number_column("the length; a range goes on dashed to its high end", required=True)
    label: str = text_column("the row's name", required=True)
    detail: str | None = text_column("under the row's name")
    group: str | None = text_column("rows of one group stand together")
    entity: str | None = text_column("a company, for its colour")
    reference: Cell | None = number_column("a line through its group (or the plot), the same in each row")


@dataclass(frozen=True)
class BarsOptions:
    """Options of the axis and the words beside it."""

    reference_title: str = text_option("after the reference", "")
    emphasis: str | None = text_option("the row, or the group, in the accent colour; without it, all")
    unit: str | None = text_option("the axis", choices=UNITS)
    base: float = number_option("where bars start: zero", 0)
    x_title: str = text_option("under the axis", "")


BARS = Encodings(BarsRow, BarsOptions)


def bars(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Bars from zero: solid up to the low end, dashed from there to the high end.

    Raises ToolkitError for bars that would start elsewhere, and for a range on both sides of zero.
    """
    read, options = BARS.read(drawing)
    refuse_other_starts(drawing, read, options)
    rows = [
        AxisRow(
            index=row.index,
            name=row.label,
            detail=row.detail,
            group=row.group or "",
            entity=row.entity,
            value=row.value,
            reference=row.reference,
        )
        for row in read
    ]
    canvas = Canvas(drawing, layout)
    names = name_column(rows, layout)
    needs = [(row.value.high, text_width(row.value.text, layout.value - 1, 600) + 12) for row in rows]
    values = [end for row in rows for cell in (row.value, row.reference) if cell for end in (cell.low, cell.high)]
    low, high = min(0.0, *values), max(0.0, *values)
    start = names.plot_start + (max(need for _, need in needs) if low < 0 else 0 if layout.wide else 1)
    axis = AxisOptions(
        emphasis=options.emphasis,
        unit=options.unit,
        x_title=options.x_title,
        reference_title=options.reference_title,
    )
    scale = fitted(low, high or 1, start, layout.width - 8, needs)
    return rows_on_axis(canvas, rows, scale, names, axis, bar_row)


def refuse_other_starts(drawing: Drawing, rows: list[BarsRow], options: BarsOptions) -> None:
    """Raises ToolkitError unless every bar starts at zero."""
    if options.base != 0:
        raise ToolkitError(
            drawing.where,
            f"bars that start at {options.base:g}",
            allowed="bars from zero",
            remedy='drop base=, or use the form "dots", whose axis may start elsewhere',
        )
    for row in rows:
        if row.value.low < 0 < row.value.high:
            raise ToolkitError(
                drawing.where,
                f"the range {row.value.text!r} has zero inside it",
                allowed="ranges on one side of zero",
                remedy='use the form "dots"',
            )


def bar_row(canvas: Canvas, row: AxisRow, y: float, scale: Scale, role: str) -> None:
    """One bar from zero; the part from low to high looks like a projected one."""
    zero, half, value = scale.at(0), 9, row.value
    near_zero, far = (value.low, value.high) if value.high > 0 else (value.high, value.low)
    x0, x1 = sorted((zero, scale.at(near_zero)))
    bar(canvas, x0, y - half, x1, y + half, role, value.kind)
    end = scale.at(far)
    if value.is_range:
        x0, x1 = sorted((scale.at(near_zero), end))
        bar(canvas, x0, y - half + 2, x1, y + half - 2, role, PROJECTED)
    if far < 0:
        value_text(canvas, value.text, end - 8, y, role, "end")
    else:
        value_text(canvas, value.text, end + 8, y, role)


FORM = Form("bars", "How large is each?", BARS, bars)
