"""Values on one axis, one a row: points, and ranges from low to high."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.rows import NamedRow, Rows, ends_of_axis, line_through, value_words, values_at, words_side
from toolkit.charts.scales import PixelScale, fitted
from toolkit.charts.typography import text_width

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
    emphasis: str | None = text_option(
        'the row, or the group, in the accent colour ("": none); without it, all', among="y group"
    )
    scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    x_from: float | None = number_option(
        "where an even axis starts; without it zero, or the lowest value below it", of="x"
    )
    x_title: str = text_option("under the axis", "")


def example() -> Drawing:
    """How many came to a march, by who counted."""
    rows: list[dict[str, str | Cell | None]] = [
        {"who": "Police", "how": "from the ground", "people": number(4_500)},
        {"who": "A newspaper", "how": "from photographs", "people": number(6_000, 7_500)},
        {"who": "Organisers", "how": "no method given", "people": number(15_000)},
        {"who": "From the route's area", "how": "two people a square metre", "people": number(7_000, kind="assumed")},
    ]
    return invented_chart(
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


def dots(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A point or a range in each row, its value beside it. Raises ToolkitError for a value left of the axis."""
    read, options = FORM.read(drawing)
    fields = Fields(drawing)
    named = [NamedRow.of(row, row.y, row.reference) for row in read]
    given = {name: getattr(options, name) for name in ("emphasis", "x_title", "reference_title")}
    rows = Rows(fields, layout, named, **given)
    scale = _scale_of(drawing, layout, read, options, rows.start)
    sides = [words_side(row.x, row.reference, scale, layout) for row in read]
    end = fields.add("words_at", [row.x.low if side < 0 else row.x.high for row, side in zip(read, sides, strict=True)])
    said = fields.add("said", ["" if is_on_line(row) else row.x.text for row in read])
    words = value_words(rows, end, said, sides)
    kinds = [looks.PROJECTED if row.projected == "yes" else row.x.kind for row in read]
    cells = [row.x for row in read]
    marks = values_at(rows, "x", cells, rows.look(kinds), scale)
    return rows.chart(scale, cells, [line_through(rows, scale), *marks, words])


def _scale_of(drawing: Drawing, layout: Layout, read: list[DotsRow], options: DotsOptions, left: float) -> PixelScale:
    """The scale of values, with room right of each for its words. Raises ToolkitError for a value left of the axis."""
    written, log = [*(row.x for row in read), *drawing.axis_values], options.scale == "log"
    needs = [(cell.high, text_width(cell.text, layout.value - 1, 600) + 14) for cell in written]
    cells = [*written, *(row.reference for row in read if row.reference)]
    low, high = ends_of_axis(cells, drawing, layout, "x", log, options.x_from)
    return fitted(low, high, left + (6 if layout.wide or log else 8), layout.width - 8, needs, log)


def is_on_line(row: DotsRow) -> bool:
    """Whether a value stands on the line that it is compared with, and the words over the line say it."""
    line = row.reference
    return line is not None and (row.x.low, row.x.high, row.x.text) == (line.low, line.high, line.text)


FORM = Form("dots", "Where do values or ranges stand on one axis?", DotsRow, DotsOptions, dots)
