"""Two measures as numbers of squares: one square stands for a given amount."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import euros, invented_chart, number
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.layers import faceted, layered
from toolkit.charts.plots import refuse_twice
from toolkit.charts.typography import balanced
from toolkit.core.errors import ToolkitError

MOST_SQUARES = 2000  # the most of one measure in a row
BETWEEN = 26  # pixels between the two measures
FREE = 12  # pixels over and under figures
LINES = "split(datum.value, '\\n')"


@dataclass(frozen=True)
class SquaresRow(Row):
    """Who or what is counted, by two measures."""

    label: str = text_column("who or what is counted", required=True)
    detail: str | None = text_column("more about it")
    left: Cell = number_column("the measure in the accent colour", required=True)
    right: Cell = number_column("the measure beside it", required=True)

    @property
    def name(self) -> str:
        """The label with its detail."""
        return f"{self.label}, {self.detail}" if self.detail else self.label


@dataclass(frozen=True)
class SquaresOptions:
    """Options: how much a square stands for, and the titles."""

    left_title: str = text_option("what a left square is", required=True)
    right_title: str = text_option("what a right square is", required=True)
    left_per_square: float = number_option("how much a left square stands for", 1, of="left")
    right_per_square: float = number_option("how much a right square stands for", 1, of="right")


def example() -> Drawing:
    """What two fifths of a town's people spend on transport, and how often they travel."""
    rows: list[dict[str, str | Cell | None]] = [
        {"who": "Poorest fifth", "spent": euros(42), "trips": number(31)},
        {"who": "Richest fifth", "spent": euros(390), "trips": number(38)},
    ]
    return invented_chart(
        "squares",
        rows,
        "The richest fifth pays far more for hardly more trips",
        "Spending on transport and trips in a month, in an invented town",
        "Squares for spending and for trips: far more for the spending of the richest fifth, trips almost alike.",
        label="who",
        left="spent",
        right="trips",
        left_per_square=3,
        left_title="Spent on transport: a square is €3",
        right_title="Trips: a square is one",
    )


@dataclass(frozen=True)
class Measure:
    """One of the two measures: its encoding, its colour's role, its values, how much a square stands for, its title.

    Its squares stand from `x` on, in a panel as wide as `width`, at a distance of `pitch` pixels.
    """

    name: str
    role: str
    cells: list[Cell]
    per_square: float
    title: list[str]
    x: float
    width: float
    pitch: float

    @property
    def across(self) -> int:
        """How many squares stand side by side."""
        return int(self.width // self.pitch)


def squares(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Two measures counted out in squares, for gaps where a bar would lose the small one.

    Squares lie in pixels, down from a plot of no height: Vega sets the next row below all that is drawn of one. Raises
    ToolkitError for more of them than can be looked at, and for two rows of one name.
    """
    rows, options = FORM.read(drawing)
    refuse_twice(rows, lambda row: row.name, drawing)
    fields, (left, right) = Fields(drawing), measures(rows, options, drawing, layout)
    layers = [layer for one in (left, right) for layer in (*_words(fields, one, layout), counted(fields, one))]
    in_pixels: dict[str, Any] = {"type": "quantitative", "axis": None}
    x, y = (alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False) for end in (layout.width, 1))
    whole = layered(*layers, data=fields.data, width=layout.width, height=1)
    whole = whole.encode(x=alt.X(scale=x, **in_pixels), y=alt.Y(scale=y, **in_pixels))
    name = fields.add("name", ["\n".join(balanced(row.name, layout.width, layout.label, 600)) for row in rows])
    header = alt.Header(labelFontSize=layout.label, labelExpr=LINES, labelPadding=FREE / 2)
    row = alt.Row(field=name, type="nominal", sort=fields.values(name), header=header)
    return faceted(whole, alt.FacetMapping(row=row), spacing=3 * FREE, align="each")


def _words(fields: Fields, measure: Measure, layout: Layout) -> list[alt.Chart]:
    """The figures over the squares, and over the first of them what a square is."""
    figure = fields.words(fields.text(measure.name), layout.figure, 600, dx=measure.x, dy=-FREE, role=measure.role)
    title = fields.add_to_some(f"{measure.name}_title", {0: "\n".join(measure.title)})
    up = FREE + layout.figure + 4 + (len(measure.title) - 1) * layout.line
    said = fields.words(title, layout.detail, dx=measure.x, dy=-up, leading=layout.line, role="muted")
    return [words.encode(x=alt.XValue(0), y=alt.YValue(0)) for words in (figure, said)]


def measures(rows: list[SquaresRow], options: SquaresOptions, drawing: Drawing, layout: Layout) -> list[Measure]:
    """The two measures side by side. Raises ToolkitError for too many squares."""
    half = round((layout.width - BETWEEN) * (0.62 if layout.wide else 0.54))
    right, made = half + BETWEEN, []
    for name, role, x, width in (("left", "accent", 0, half), ("right", "ink", right, layout.width - right)):
        cells = [getattr(row, name) for row in rows]
        per, title = getattr(options, f"{name}_per_square"), getattr(options, f"{name}_title")
        refuse_too_many(drawing, name, per, cells)
        lines = balanced(title, width, layout.detail)
        made.append(Measure(name, role, cells, per, lines, x, width, square_pitch(cells, per, width, layout)))
    return made


def refuse_too_many(drawing: Drawing, side: str, per: float, cells: Iterable[Cell]) -> None:
    """Raises ToolkitError where a square stands for nothing, or a count takes more of them than can be looked at."""
    given = drawing.in_scale_of(per, drawing.encodings[side])
    if per <= 0:
        raise ToolkitError(drawing.where, f"{side}_per_square={given:g}", allowed="a number above zero")
    for cell in cells:
        if cell.high / per > MOST_SQUARES:
            found = f"{cell.text} at {given:g} a square is {cell.high / per:,.0f} squares"
            raise ToolkitError(drawing.where, found, f"up to {MOST_SQUARES:,} squares", f"raise {side}_per_square")


def square_pitch(cells: list[Cell], per: float, width: float, layout: Layout) -> float:
    """The largest distance from square to square at which the largest number of them fits into a panel."""
    most = max(cell.high for cell in cells) / per
    tallest = 150 if layout.wide else 230
    for tenth in range(170, 29, -1):
        pitch = tenth / 10
        if math.ceil(most / (width // pitch)) * pitch <= tallest:
            return pitch
    return 3.0


def counted(fields: Fields, measure: Measure) -> alt.Chart:
    """One square for each `per_square`, the last one cut to what is left; of a range those to its high end are open."""
    name, per, across, pitch = measure.name, measure.per_square, measure.across, measure.pitch
    side = round(pitch - (1.5 if pitch < 12 else 2.0), 2)
    looks_of_rows = [looks.with_kind(measure.role, cell.kind) for cell in measure.cells]
    look, opened = fields.add(f"{name}_look", looks_of_rows), looks.with_kind(measure.role, "assumed")
    high, low = field_of_row(fields.high(name)), field_of_row(fields.low(name))
    nth, x, x2, y, y2, kind = (fields.free(f"square_{part}") for part in ("nth", "x", "x2", "y", "y2", "look"))
    marks = (
        alt.Chart()
        .transform_calculate(**{nth: f"sequence(ceil({high} / {per} - 1e-9))"})
        .transform_flatten([nth])
        .transform_calculate(
            **{x: f"{round(measure.x, 2)} + datum.{nth} % {across} * {pitch}"},
            **{y: f"floor(datum.{nth} / {across}) * {pitch}"},
            **{kind: f"datum.{nth} < {low} / {per} ? datum.{look} : {json.dumps(opened)}"},
        )
        .transform_calculate(
            **{x2: f"datum.{x} + max({side} * min(1, {high} / {per} - datum.{nth}), 1)", y2: f"datum.{y} + {side}"}
        )
        .mark_rect()
    )
    channels = looks.bars_among(list(dict.fromkeys([*looks_of_rows, opened])), kind, fields.drawing.palette)
    return marks.encode(
        x=alt.X(field=x, type="quantitative"),
        x2=x2,
        y=alt.Y(field=y, type="quantitative"),
        y2=y2,
        tooltip=fields.tooltip,
        **looks.undashed(channels),
    )


FORM = Form(
    "squares", "How far apart are two measures that a bar cannot both show?", SquaresRow, SquaresOptions, squares
)
