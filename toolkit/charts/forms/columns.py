"""Vertical columns along time, stacked of parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Form,
    Row,
    number_column,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.example import invented_chart, number
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.legends import legend, square
from toolkit.charts.plots import AxisScale, axis_scale, plot_of, refuse_twice
from toolkit.charts.slots import bottom_axis, column_key, column_words, slots_of
from toolkit.core.errors import ToolkitError

WIDEST = 76  # pixels of a column
HEIGHT = 220  # of the plot


@dataclass(frozen=True)
class ColumnsRow(Row):
    """A column, or a part of one."""

    x: Cell | str = number_or_date_column("the column: a number, a date or a name", required=True)
    value: Cell | None = number_column("the height from zero; empty for no column", required=True, gaps=True)
    part: str | None = text_column("parts are stacked in the table's order")


@dataclass(frozen=True)
class ColumnsOptions:
    """Options: what is emphasised, and the words of the axes."""

    emphasis: str | None = text_option("the part in the accent colour; the others are grey", among="part")
    x_title: str = text_option("before the first column's name", "")


def example() -> Drawing:
    """Late buses by week, before and after a new timetable."""
    late = (31, 28, 33, 30, 34, 29, 32, 22, 19, 21, 18, 17)
    return invented_chart(
        "columns",
        [{"week": number(week), "late": number(count * 10)} for week, count in enumerate(late, 1)],
        "Fewer buses came late after the new timetable",
        "Late buses a week in an invented town",
        "Columns for each week, of about equal height, then about a third lower from the new timetable on.",
        [Annotation("new timetable", x=(number(8),))],
        x="week",
        value="late",
        x_title="week",
    )


def columns(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Columns from zero, of ranges the part from the low to the high end pale; under a legend of their parts.

    Raises ToolkitError where there is no column, one is below zero, or two have one place.
    """
    rows, options = FORM.read(drawing)
    rows_with_value = [row for row in rows if row.value]
    values = [row.value for row in rows if row.value]
    if not values or min(value.low for value in values) < 0:
        raise ToolkitError(drawing.where, "no columns, or some below zero", allowed="columns from zero upwards")
    refuse_twice(rows_with_value, lambda row: tuple(part for part in (row.part, column_words(row.x)) if part), drawing)
    slots, fields = slots_of([row.x for row in rows_with_value], drawing.locale), Fields(drawing)
    parts = list(dict.fromkeys(row.part for row in rows_with_value if row.part))
    roles = looks.roles_of(parts, drawing, options.emphasis, spare=(), rest="context" if options.emphasis else "ink")
    sums: dict[str, float] = {}
    for row in rows:
        sums[column_key(row.x)] = sums.get(column_key(row.x), 0.0) + (row.value.high if row.value else 0.0)
    y = axis_scale([*(replace(values[0], low=0.0, high=total) for total in sums.values()), *values], drawing, 3)
    plot = plot_of(AxisScale(0, len(slots), [], []), y, drawing, layout, HEIGHT, 3)
    named = fields.add("column", [column_key(row.x) for row in rows])
    scale = alt.Scale(type="band", domain=list(slots), padding=0)
    across = alt.X(field=named, type="nominal", scale=scale, axis=bottom_axis(slots, plot, options.x_title))
    pitch = plot.x.end / len(slots)
    layers = _stacks(fields, rows, roles, min(pitch - min(4.0, pitch * 0.14), WIDEST), named)
    whole = plot.chart(layers, fields).encode(x=across, y=y.y(plot))
    if len(parts) < 2:
        return whole
    return alt.vconcat(parts_key(rows, roles, drawing, replace(layout, width=plot.x.end)), whole, spacing=6)


def _stacks(fields: Fields, rows: list[ColumnsRow], roles: dict[str, str], width: float, named: str) -> list[alt.Chart]:
    """The parts of each column on top of one another, of ranges the high end pale."""
    foot, top, highest = (fields.free(name) for name in ("foot", "top", "highest"))
    bar = (
        alt.Chart()
        .transform_stack(stack=fields.high("value"), groupby=[named], as_=[foot, highest])
        .transform_calculate(**{top: f"datum.{foot} + {field_of_row(fields.low('value'))}"})
        .mark_bar(width=width)
        .encode(tooltip=fields.tooltip)
    )
    role = [roles.get(row.part or "", "ink") for row in rows]
    kinds = [row.value.kind if row.value else "" for row in rows]
    look = fields.add("look", [looks.with_kind(*one) for one in zip(role, kinds, strict=True)])
    solid = bar.transform_filter(f"datum.{top} > datum.{foot}").encode(y=alt.Y(field=top, type="quantitative"), y2=foot)
    made = [solid.encode(**looks.bars(fields, look))]
    if fields.has_ranges("value"):
        look = fields.add("range_look", [looks.with_kind(one, looks.PROJECTED) for one in role])
        beyond = bar.transform_filter(f"datum.{highest} > datum.{top}")
        y = alt.Y(field=highest, type="quantitative")
        made.append(beyond.encode(y=y, y2=top, **looks.bars(fields, look)))
    return made


def parts_key(
    rows: list[ColumnsRow], roles: dict[str, str], drawing: Drawing, layout: Layout
) -> alt.LayerChart | alt.FacetChart:
    """The names of the parts, each beside a square that is drawn as its columns are, the emphasised one first."""
    kinds = {part: next(row.value.kind for row in rows if row.value and row.part == part) for part in roles}
    parts = sorted(roles, key=lambda part: roles[part] != "accent")
    return legend([square(part, roles[part], kinds[part], drawing.palette) for part in parts], layout)


FORM = Form("columns", "What happened week by week, and of what does it consist?", ColumnsRow, ColumnsOptions, columns)
