"""Ranges added up: stacked bars by entity, with a claim as a row of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.legends import legend, square
from toolkit.charts.rows import NamedRow, Rows, value_words
from toolkit.charts.scales import PixelScale, fitted, round_up, tick_words, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

BAR = 36  # pixels: the height of a bar
INSET = 6  # pixels by which the bar from the lowest sum to the highest is less high, above and below
CLAIM = 3  # pixels: the width of a claim's outline, so that a single value is seen
ROLES = ("ink", "context", "muted")  # of entities without a colour of their own


@dataclass(frozen=True)
class RangeBarsRow(Row):
    """A part of a bar, or a claim."""

    label: str = text_column("the row: who said it, or when", required=True)
    value: Cell = number_column("what was stated; its low end is drawn solid", required=True)
    entity: str | None = text_column("the part of the row's sum; empty for a claim", required=True, gaps=True)
    detail: str | None = text_column("under the row's label")
    total: Cell | None = number_column("the row's sum, from the analysis; written beside it")


@dataclass(frozen=True)
class RangeBarsOptions:
    """It has none."""


def example() -> Drawing:
    """Budgets that were promised, by department."""
    promised = {
        ("Spring", "Roads"): (20, 20),
        ("Spring", "Schools"): (30, 34),
        ("Autumn", "Roads"): (26, 28),
        ("Autumn", "Schools"): (31, 31),
        ("The mayor", None): (65, 65),
    }
    sums = {"Spring": euros(50e6, 54e6), "Autumn": euros(57e6, 59e6)}
    return invented_chart(
        "range_bars",
        [
            {"when": when, "department": department, "amount": euros(low * 1e6, high * 1e6), "sum": sums.get(when)}
            for (when, department), (low, high) in promised.items()
        ],
        "What the mayor promised is more than her departments plan",
        "Plans for roads and schools in an invented town, euros",
        "Bars of stacked plans with dashed ends; the mayor's promise lies beyond both.",
        label="when",
        value="amount",
        entity="department",
        total="sum",
    )


def range_bars(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Solid to the sum of the lows, dashed from there to the sum of the highs, a claim dotted through the rows.

    Raises ToolkitError for a row that is both a claim and a sum, and for more entities than have colours.
    """
    read, _ = FORM.read(drawing)
    sums = sums_of(read, drawing)
    roles = looks.roles_of((row.entity for row in read if row.entity), drawing, spare=ROLES)
    first = {row.label: row.index for row in reversed(read)}
    named = [NamedRow(name=row.label, detail=row.detail or "") for row in read]
    claim = next((row.label for row in read if not row.entity), "")
    rows = Rows(Fields(drawing), layout, named, emphasis=claim, half=BAR / 2, keys=[row.label for row in read])
    scale = _scale_of(sums, rows.start + (0 if layout.wide else 1), unit_of(row.value for row in read), rows)
    end = rows.fields.add_to_some("words_at", {at: sums[label].high for label, at in first.items()})
    words = rows.fields.add("words", [sums[row.label].text for row in read])
    layers = [*_claims(rows, read), *_sums(rows), *_parts(rows, read, roles, scale)]
    layers.append(value_words(rows, end, words, [9] * len(read)))
    whole = rows.chart(scale, [row.value for row in read], layers)
    entries = [square(name, role, "reported", drawing.palette) for name, role in roles.items()]
    return alt.vconcat(legend(entries, layout), whole, spacing=6) if entries else whole


def sums_of(rows: list[RangeBarsRow], drawing: Drawing) -> dict[str, Cell]:
    """What each label claims, or what its parts add up to, in the table's words, "" where it has none.

    Raises ToolkitError where a label is both.
    """
    found = {}
    for label in dict.fromkeys(row.label for row in rows):
        members = [row for row in rows if row.label == label]
        claims = [row.value for row in members if not row.entity]
        if claims and len(claims) < len(members):
            what, allowed = "is both a claim and a sum", "one row without an entity, or rows with one each"
            raise ToolkitError(drawing.where, f"the row {label!r} {what}", allowed)
        added = claims[-1:] or [row.value for row in members]
        said = [row.total for row in members if row.total] or claims or [Cell(0, 0, "")]
        found[label] = Cell(sum(cell.low for cell in added), sum(cell.high for cell in added), said[-1].text)
    return found


def _scale_of(sums: dict[str, Cell], left: float, unit: str, rows: Rows) -> PixelScale:
    """From zero to a round number above the highest bar, with room for words right of each and for the last label."""
    layout, top = rows.layout, round_up(max(each.high for each in sums.values()))
    needs = [(each.high, text_width(each.text, layout.value - 1, 600) + 13) for each in sums.values()]
    label = text_width(tick_words([top], unit, locale=rows.fields.drawing.locale)[0], layout.detail)
    return fitted(0, top, left, layout.width, [*needs, (top, label / 2 + 2)])


def _claims(rows: Rows, read: list[RangeBarsRow]) -> list[alt.Chart]:
    """Claims, and behind all rows their ranges, whose edges are dotted."""
    fields, colours = rows.fields, rows.fields.drawing.palette.light
    if all(row.entity for row in read):
        return []
    claimed = alt.Chart().transform_filter(f"!isValid({field_of_row(fields.name('entity'))})")
    x, x2 = (alt.X(field=of("value"), type="quantitative") for of in (fields.low, fields.high))
    through = claimed.encode(y=alt.YValue(0), y2=alt.Y2Value("height"))
    edge = through.mark_rule(color=colours["accent"], strokeWidth=1.6, strokeDash=looks.DOTTED)
    shade = through.mark_rect(color=colours["tint"]).encode(x=x, x2=alt.X2(field=fields.high("value")))
    look = rows.look([row.value.kind for row in read], "claim_look")
    bar = claimed.mark_bar(height=BAR - CLAIM, yOffset=rows.shift).encode(x=x, x2=alt.X2(field=fields.high("value")))
    style = looks.bars(fields, look) | {"strokeWidth": alt.value(CLAIM)}
    return [shade, edge.encode(x=x), edge.encode(x=x2), bar.encode(tooltip=fields.tooltip, **style)]


def _sums(rows: Rows) -> list[alt.Chart]:
    """A dashed box from the sum of the lows to the sum of the highs."""
    fields = rows.fields
    if not fields.has_ranges("value"):
        return []
    low, high = fields.free("sum_low"), fields.free("sum_high")
    look = fields.add("sum_look", [looks.with_kind("ink", looks.PROJECTED)] * len(fields.records))
    box = of_rows_with(alt.Chart(), fields.name("entity")).transform_aggregate(
        [
            alt.AggregatedFieldDef(op="sum", field=fields.low("value"), **{"as": low}),
            alt.AggregatedFieldDef(op="sum", field=fields.high("value"), **{"as": high}),
        ],
        groupby=[rows.row, look],
    )
    box = box.transform_filter(f"datum.{low} < datum.{high}").mark_bar(height=BAR - 2 * INSET, yOffset=rows.shift)
    x, x2 = alt.X(field=low, type="quantitative"), alt.X2(field=high)
    return [box.encode(x=x, x2=x2, **looks.bars(fields, look))]


def _parts(rows: Rows, read: list[RangeBarsRow], roles: dict[str, str], scale: PixelScale) -> list[alt.Chart]:
    """The parts of each bar, side by side, with what was stated inside them."""
    fields, layout = rows.fields, rows.layout
    if not roles:
        return []
    start, stop, middle = fields.free("from"), fields.free("to"), fields.free("middle")

    def stacked(chart: alt.Chart) -> alt.Chart:
        chart = of_rows_with(chart, fields.name("entity"))
        return chart.transform_stack(stack=fields.low("value"), groupby=[rows.row], as_=[start, stop])

    both = [(roles.get(row.entity or "", "accent"), row.value.kind) for row in read]
    look = fields.add("look", [looks.with_kind(*one) for one in both])
    part = stacked(alt.Chart()).mark_bar(height=BAR, yOffset=rows.shift, xOffset=0.75, x2Offset=-0.75)
    x, x2 = alt.X(field=start, type="quantitative"), alt.X2(field=stop)
    part = part.encode(x=x, x2=x2, tooltip=fields.tooltip, **looks.bars(fields, look))
    digits = [digits_inside(row.value, scale, layout) if row.entity else "" for row in read]
    lift = fields.add("lift", [rows.shift + (-2.5 if "\n" in words else 5) for words in digits])
    colour = fields.add("inside_role", [looks.colour_inside(*one) for one in both])
    inside: dict[str, Any] = {"dy": of_row(lift), "align": "center", "leading": 15}
    words = stacked(fields.words(fields.add("inside", digits), layout.detail, 600, **inside))
    words = words.transform_calculate(**{middle: f"(datum.{start} + datum.{stop}) / 2"})
    return [part, words.encode(x=alt.X(field=middle, type="quantitative"), **looks.words(fields, colour))]


def digits_inside(cell: Cell, scale: PixelScale, layout: Layout) -> str:
    """What is written inside a part: its digits, those of a range in two lines where it is narrow; "" without room."""
    room = scale.at(cell.low) - scale.at(0) - 5
    in_two = [*(f"{digits}–" for digits in cell.digits[:-1]), *cell.digits[-1:]]
    for lines in (["–".join(cell.digits)], in_two):
        if max(text_width(line, layout.detail, 600) for line in lines) <= room:
            return "\n".join(lines)
    return ""


FORM = Form(
    "range_bars",
    "What do stated ranges add up to, and where does a claim stand?",
    RangeBarsRow,
    RangeBarsOptions,
    range_bars,
)
