"""Two measures as numbers of squares: one square stands for a given amount."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import euros, invented_chart, number
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.plots import refuse_twice
from toolkit.charts.row_heights import LEADING, RowHeights
from toolkit.charts.typography import balanced, wrapped
from toolkit.core.errors import ToolkitError

MOST_SQUARES = 2000  # the most of one measure in a row


@dataclass(frozen=True)
class SquaresRow(Row):
    """Who or what is counted, by two measures."""

    label: str = text_column("who or what is counted", required=True)
    detail: str | None = text_column("more about it")
    left: Cell = number_column("the measure in the accent colour", required=True)
    right: Cell = number_column("the measure beside it", required=True)


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

    Squares lie in pixels: Vega-Lite has no mark that counts out a number. Raises ToolkitError for more of them than can
    be looked at, and for two rows of one name.
    """
    rows, options = FORM.read(drawing)
    refuse_twice(rows, lambda row: ", ".join(part for part in (row.label, row.detail) if part), drawing)
    plan = RowHeights(Fields(drawing), layout)
    widest = plan.names_width((row.label, row.detail or "") for row in rows)
    names = min(150.0, widest) + 24 if layout.wide else 0.0
    both = measures(rows, options, names, drawing, layout)
    tall = layout.line * max(len(one.title) for one in both)
    y, title_at = (26 + tall - layout.line, 14.0) if layout.wide else (0.0, 0.0)
    rules, bases = dict[int, float](), dict[int, float]()
    labels: dict[int, tuple[float, str, str]] = {}
    starts: dict[str, dict[int, float]] = {one.name: {} for one in both}
    for row in rows:
        rules[row.index], top, detail = y, y + 20, row.detail or ""
        if layout.wide:
            labels[row.index] = (top + 8, row.label, detail)
        else:
            words = f"{row.label}, {detail}" if detail else row.label
            labels[row.index] = (top + 2, words, "")
            top += 19 + plan.label_height(words, "", layout.width) - layout.label * LEADING
        bases[row.index] = top + layout.figure * 0.5 + 3
        title_at = title_at or bases[row.index] + 5 + layout.line  # on a phone under the first figures
        for one in both:
            titled = not layout.wide and row is rows[0]
            start = bases[row.index] + 13 + (4 + layout.line * len(one.title) if titled else 0)
            starts[one.name][row.index] = start
            lines = math.ceil(one.cells[row.index].high / one.per_square / one.across)
            y = max(y, start + lines * one.pitch + 22)
    plan.height = y - 14
    layers = [*plan.rules(rules), *plan.labels(labels, names - 12 if layout.wide else layout.width)]
    for one in both:
        said = {at: (base, one.cells[at].text) for at, base in bases.items()}
        title = {0: (title_at, "\n".join(one.title))}
        layers += [
            plan.text(f"{one.name}_figure", said, layout.figure, 600, role=one.role, dx=one.x),
            plan.text(f"{one.name}_title", title, layout.detail, role="muted", dx=one.x),
            counted(plan, one, starts[one.name]),
        ]
    return plan.chart(layers)


def measures(
    rows: list[SquaresRow], options: SquaresOptions, names: float, drawing: Drawing, layout: Layout
) -> list[Measure]:
    """The two measures side by side, right of the names. Raises ToolkitError for too many squares."""
    gap = 28 if layout.wide else 24
    half = round((layout.width - names - gap) * (0.62 if layout.wide else 0.54))
    right = names + half + gap
    made = []
    for name, role, x, width in (("left", "accent", names, half), ("right", "ink", right, layout.width - right)):
        cells = [getattr(row, name) for row in rows]
        per, title = getattr(options, f"{name}_per_square"), getattr(options, f"{name}_title")
        refuse_too_many(drawing, name, per, cells)
        lines = (wrapped if layout.wide else balanced)(title, width, layout.detail)
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


def counted(plan: RowHeights, measure: Measure, starts: dict[int, float]) -> alt.Chart:
    """One square for each `per_square`, the last one cut to what is left; of a range those to its high end are open."""
    name, fields, per, across, pitch = measure.name, plan.fields, measure.per_square, measure.across, measure.pitch
    side = round(pitch - (1.5 if pitch < 12 else 2.0), 2)
    start = plan.add(f"{name}_start", {at: round(down, 2) for at, down in starts.items()})
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
            **{y: f"datum.{start} + floor(datum.{nth} / {across}) * {pitch}"},
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
