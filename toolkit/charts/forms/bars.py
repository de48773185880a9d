"""Horizontal bars from zero, one a row; of a range the part from low to high is dashed."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.rows import NamedRow, Rows, bars_from_zero, value_words
from toolkit.charts.scales import fitted
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


@dataclass(frozen=True)
class BarsOptions:
    """Options of the axis and the words beside it."""

    emphasis: str | None = text_option(
        'the row, or the group, in the accent colour ("": none); without it, all', among="label group"
    )
    x_title: str = text_option("under the axis", "")


def example() -> Drawing:
    """Libraries by visits, one of them an estimate."""
    visits = {"Aberley": 48, "Brockham": 31, "Castleton": 26, "Dunmore": 9}
    rows: list[dict[str, str | Cell | None]] = [
        {"library": name, "visits": number(count * 1000)} for name, count in visits.items()
    ]
    rows.append({"library": "Mobile library", "visits": number(12_000, 15_000, "assumed")})
    return invented_chart(
        "bars",
        rows,
        "Dunmore's library has few visits, fewer than the mobile one",
        "Visits to the libraries of an invented county in a year; the mobile library's are estimated",
        "Bars by library: Aberley's is by far the longest, Dunmore's the shortest.",
        [Annotation("closed in spring", y=("Dunmore",))],
        value="visits",
        label="library",
        emphasis="Dunmore",
        x_title="Visits in a year",
    )


def bars(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Bars from zero: solid up to the low end, dashed from there to the high end.

    Raises ToolkitError for a range on both sides of zero.
    """
    read, options = FORM.read(drawing)
    for row in read:
        if row.value.low < 0 < row.value.high:
            found = f"the range {row.value.text!r} has zero inside it"
            raise ToolkitError(drawing.where, found, "ranges on one side of zero", 'use the form "dots"')
    fields = Fields(drawing)
    named = [NamedRow.of(row, row.label) for row in read]
    rows = Rows(fields, layout, named, emphasis=options.emphasis, x_title=options.x_title)
    values = [row.value for row in read]
    needs = [(value.high, text_width(value.text, layout.value - 1, 600) + 12) for value in values]
    ends = [end for cell in (*values, *drawing.annotated_values("x")) for end in (cell.low, cell.high)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    start = rows.start + (max(need for _, need in needs) if low < 0 else 0 if layout.wide else 1)
    scale = fitted(low, high if high > low else 1, start, layout.width - 8, needs)
    near, far = fields.low("value"), fields.high("value")
    if low < 0 and fields.has_ranges("value"):
        far = fields.add("far", [value.high if value.high > 0 else value.low for value in values])
        near = fields.add("near", [value.low if value.high > 0 else value.high for value in values])
    words = value_words(rows, far, fields.text("value"), [-8 if value.high < 0 else 8 for value in values])
    return rows.chart(scale, values, [*bars_from_zero(rows, values, near, far), words])


FORM = Form("bars", "How large is each?", BarsRow, BarsOptions, bars)
