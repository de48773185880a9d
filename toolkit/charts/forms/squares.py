"""Two measures as numbers of squares: one square stands for a given amount."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, number_option, text_column, text_option
from toolkit.charts.example import euros, invented_chart, number
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields
from toolkit.charts.plots import refuse_twice
from toolkit.charts.row_heights import LEADING, RowHeights
from toolkit.charts.typography import balanced, text_width, wrapped
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


SQUARES = Encodings(SquaresRow, SquaresOptions)


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
    """One of the two measures: its encoding, what a square of it is, how much it stands for, and its colour's role.

    Its squares stand from `x` on, in a panel as wide as `width`, at a distance of `pitch` pixels.
    """

    name: str
    title: str
    per_square: float
    x: float
    width: float
    pitch: float
    role: str

    @property
    def across(self) -> int:
        """How many squares stand side by side."""
        return int(self.width // self.pitch)


def squares(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Two measures counted out in squares, for gaps where a bar would lose the small one.

    Squares lie in pixels: Vega-Lite has no mark that counts out a number. Raises ToolkitError for more of them than can
    be looked at, and for two rows of one name.
    """
    rows, options = SQUARES.read(drawing)
    refuse_too_many(drawing, "left", options.left_per_square, [row.left for row in rows])
    refuse_too_many(drawing, "right", options.right_per_square, [row.right for row in rows])
    refuse_twice(rows, lambda row: ", ".join(part for part in (row.label, row.detail) if part), drawing)
    plan = RowHeights(Fields(drawing), layout)
    widest = max(text_width(row.label, layout.label, 600) for row in rows)
    under = max(text_width(row.detail or "", layout.detail) for row in rows)
    names = min(150.0, max(widest, under) + 2) + 24 if layout.wide else 0.0
    both_measures = measures(rows, options, names, layout)
    titles: dict[str, dict[int, tuple[float, str]]] = {measure.name: {} for measure in both_measures}
    y = 0.0
    if layout.wide:
        lines = [wrapped(measure.title, measure.width, layout.detail) for measure in both_measures]
        for measure, broken in zip(both_measures, lines, strict=True):
            titles[measure.name][0] = (14, "\n".join(broken))
        y = 26 + layout.line * (max(map(len, lines)) - 1)
    rules: dict[int, float] = {}
    labels: dict[int, tuple[float, str, str]] = {}
    figures: dict[int, tuple[float, str]] = {}
    starts: dict[str, dict[int, float]] = {measure.name: {} for measure in both_measures}
    for row in rows:
        rules[row.index], top = y, y + 20
        words = row.label if layout.wide or not row.detail else f"{row.label}, {row.detail}"
        labels[row.index] = (top + (8 if layout.wide else 2), words, (row.detail or "") if layout.wide else "")
        if not layout.wide:
            top += 19 + plan.label_height(words, "", layout.width) - layout.label * LEADING
        figures[row.index] = (top + layout.figure * 0.5 + 3, "")
        ends = []
        for measure, cell in zip(both_measures, (row.left, row.right), strict=True):
            base = top + layout.figure * 0.5
            if not layout.wide and row is rows[0]:
                broken = balanced(measure.title, measure.width, layout.detail)
                titles[measure.name][row.index] = (base + 8 + layout.line, "\n".join(broken))
                base += 4 + layout.line * len(broken)
            starts[measure.name][row.index] = base + 16
            count = math.ceil(cell.high / measure.per_square / measure.across)
            ends.append(base + 16 + count * measure.pitch)
        y = max(ends) + 22
    plan.height = y - 14
    layers = [*plan.rules(rules), *plan.labels(labels, names - 12 if layout.wide else layout.width)]
    for measure in both_measures:
        cells = [getattr(row, measure.name) for row in rows]
        said = {row.index: (figures[row.index][0], cell.text) for row, cell in zip(rows, cells, strict=True)}
        figure = plan.text(f"{measure.name}_figure", said, layout.figure, 600, role=measure.role, dx=measure.x)
        layers += [
            figure,
            plan.text(f"{measure.name}_title", titles[measure.name], layout.detail, role="muted", dx=measure.x),
        ]
        layers.append(counted(plan, measure, cells, starts[measure.name]))
    return plan.chart(layers)


def refuse_too_many(drawing: Drawing, side: str, per: float, cells: Iterable[Cell]) -> None:
    """Raises ToolkitError where a square stands for nothing, or a count takes more of them than can be looked at."""
    given = drawing.in_scale_of(per, drawing.encodings[side])
    if per <= 0:
        raise ToolkitError(drawing.where, f"{side}_per_square={given:g}", allowed="a number above zero")
    for cell in cells:
        if cell.high / per > MOST_SQUARES:
            raise ToolkitError(
                drawing.where,
                f"{cell.text} at {given:g} a square is {cell.high / per:,.0f} squares",
                allowed=f"up to {MOST_SQUARES:,} squares",
                remedy=f"raise {side}_per_square",
            )


def measures(rows: list[SquaresRow], options: SquaresOptions, names: float, layout: Layout) -> tuple[Measure, Measure]:
    """The two measures side by side, right of the names."""
    gap = 28 if layout.wide else 24
    half = round((layout.width - names - gap) * (0.62 if layout.wide else 0.54))
    rest = layout.width - names - half - gap
    left_pitch = square_pitch([row.left for row in rows], options.left_per_square, half, layout)
    right_pitch = square_pitch([row.right for row in rows], options.right_per_square, rest, layout)
    return (
        Measure("left", options.left_title, options.left_per_square, names, half, left_pitch, "accent"),
        Measure("right", options.right_title, options.right_per_square, names + half + gap, rest, right_pitch, "ink"),
    )


def square_pitch(cells: list[Cell], per: float, width: float, layout: Layout) -> float:
    """The largest distance from square to square at which the largest number of them fits into a panel."""
    most = max(cell.high for cell in cells) / per
    tallest = 150 if layout.wide else 230
    for tenth in range(170, 29, -1):
        pitch = tenth / 10
        if math.ceil(most / (width // pitch)) * pitch <= tallest:
            return pitch
    return 3.0


def counted(plan: RowHeights, measure: Measure, cells: Sequence[Cell], starts: dict[int, float]) -> alt.Chart:
    """One square for each `per_square`, the last one cut to what is left; of a range those to its high end are open."""
    side = round(measure.pitch - (1.5 if measure.pitch < 12 else 2.0), 2)
    name, fields, per, across = measure.name, plan.fields, measure.per_square, measure.across
    start = plan.add(f"{name}_start", {at: round(down, 2) for at, down in starts.items()})
    looks_of_rows = [looks.with_kind(measure.role, cell.kind) for cell in cells]
    look, opened = fields.add(f"{name}_look", looks_of_rows), looks.with_kind(measure.role, "assumed")
    high, low = field_of_row(fields.high(name)), field_of_row(fields.low(name))
    box = {part: f"{name}_{part}" for part in ("nth", "x", "x2", "y", "y2", "kind")}
    nth = f"datum.{box['nth']}"
    square_marks = (
        alt.Chart()
        .transform_calculate(**{box["nth"]: f"sequence(ceil({high} / {per} - 1e-9))"})
        .transform_flatten([box["nth"]])
        .transform_calculate(**{box["x"]: f"{round(measure.x, 2)} + {nth} % {across} * {measure.pitch}"})
        .transform_calculate(
            **{box["x2"]: f"datum.{box['x']} + max({side} * min(1, {high} / {per} - {nth}), 1)"},
            **{box["y"]: f"datum.{start} + floor({nth} / {across}) * {measure.pitch}"},
            **{box["kind"]: f"{nth} < {low} / {per} ? datum.{look} : {json.dumps(opened)}"},
        )
        .transform_calculate(**{box["y2"]: f"datum.{box['y']} + {side}"})
    )
    scales = [
        alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False) for end in (plan.layout.width, plan.height)
    ]
    channels = looks.bars_among(list(dict.fromkeys([*looks_of_rows, opened])), box["kind"], fields.drawing.palette)
    return square_marks.mark_rect().encode(
        x=alt.X(field=box["x"], type="quantitative", scale=scales[0], axis=None),
        x2=box["x2"],
        y=alt.Y(field=box["y"], type="quantitative", scale=scales[1], axis=None),
        y2=box["y2"],
        tooltip=fields.tooltip,
        **looks.undashed(channels),
    )


FORM = Form("squares", "How far apart are two measures that a bar cannot both show?", SQUARES, squares)
