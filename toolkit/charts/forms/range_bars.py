"""Ranges added up: stacked bars by entity, with a claim as a row of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column
from toolkit.charts.example import euros, invented_chart
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.geometry import text_box
from toolkit.charts.legends import legend, square
from toolkit.charts.rows import NamedRow, Rows, value_words
from toolkit.charts.scales import PixelScale, fitted, round_up, tick_words, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

BAR = 36  # pixels: the height of a bar
INSET = 6  # pixels by which the bar from the lowest sum to the highest is less high, above and below
LEAST = 4  # pixels that a claim is wide at least
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


@dataclass(frozen=True)
class Bar:
    """The rows of one label: a bar of parts, which are rows with an entity, or a claim."""

    label: str
    rows: list[RangeBarsRow]
    claim: Cell | None

    @property
    def index(self) -> int:
        """The row at which stands what is drawn once."""
        return self.rows[0].index

    @property
    def detail(self) -> str:
        """What stands under its label: the last that a row says."""
        return next((row.detail for row in reversed(self.rows) if row.detail), "")

    @property
    def low(self) -> float:
        """The claim's low end, or the sum of the parts'."""
        return self.claim.low if self.claim else sum(row.value.low for row in self.rows)

    @property
    def high(self) -> float:
        """The claim's high end, or the sum of the parts'."""
        return self.claim.high if self.claim else sum(row.value.high for row in self.rows)

    def placed(self) -> Iterator[tuple[RangeBarsRow, float, float]]:
        """Each row with the values that it is drawn from and to: parts side by side, a claim where it stands."""
        start = 0.0
        for row in self.rows:
            yield row, start if row.entity else row.value.low, start + row.value.low if row.entity else row.value.high
            start += row.value.low

    @property
    def words(self) -> str:
        """The text of the sum, or of the claim; "" where the table has none."""
        return next((cell.text for row in reversed(self.rows) if (cell := row.total or self.claim)), "")


def range_bars(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Solid to the sum of the lows, dashed from there to the sum of the highs, a claim dotted through the rows.

    Raises ToolkitError for a row that is both a claim and a sum, and for more entities than have colours.
    """
    read, _ = FORM.read(drawing)
    bars = bars_of(read, drawing)
    roles = looks.roles_of((row.entity for row in read if row.entity), drawing, spare=ROLES)
    unit = unit_of(row.value for row in read)
    fields, heads = Fields(drawing), {each.index: each for each in bars}
    named = [
        NamedRow(name=head.label, detail=head.detail) if (head := heads.get(row.index)) else NamedRow(name="")
        for row in read
    ]
    emphasis, keys = next((each.label for each in bars if each.claim), ""), [row.label for row in read]
    rows = Rows(fields, layout, named, emphasis=emphasis, half=BAR / 2, keys=keys)
    said = {one.label: one.words for one in bars}
    scale = bar_scale(bars, said, unit, rows.start + (0 if layout.wide else 1), rows)
    layers = [*band(rows, bars), *sums(rows, bars), *_stacks(rows, read, bars, roles, scale)]
    end = fields.add_to_some("words_at", {at: head.high for at, head in heads.items()})
    words = fields.add("words", [said[row.label] for row in read])
    layers.append(value_words(rows, end, words, [9] * len(read)))
    over = names_over(rows, bars[0], roles, scale)
    whole = rows.chart(scale, [row.value for row in read], [*layers, *over])
    if over or not roles:
        return whole
    entries = [square(name, role, "reported", drawing.palette) for name, role in roles.items()]
    return alt.vconcat(legend(entries, layout), whole, spacing=6)


def bars_of(rows: list[RangeBarsRow], drawing: Drawing) -> list[Bar]:
    """The bars and claims by label, in the table's order. Raises ToolkitError where a label is both."""
    by_label: dict[str, list[RangeBarsRow]] = {}
    for row in rows:
        by_label.setdefault(row.label, []).append(row)
    bars = []
    for label, members in by_label.items():
        claims = [row.value for row in members if not row.entity]
        if claims and len(claims) < len(members):
            found, allowed = (
                f"the row {label!r} is both a claim and a sum",
                "one row without an entity, or rows with one each",
            )
            raise ToolkitError(drawing.where, found, allowed)
        bars.append(Bar(label, members, claims[-1] if claims else None))
    return bars


def bar_scale(bars: list[Bar], said: dict[str, str], unit: str, left: float, rows: Rows) -> PixelScale:
    """From zero to a round number above the highest bar, with room for words right of each and for the last label."""
    layout, top = rows.layout, round_up(max(each.high for each in bars))
    needs = [(each.high, text_width(said[each.label], layout.value - 1, 600) + 13) for each in bars]
    label = text_width(tick_words([top], unit, locale=rows.fields.drawing.locale)[0], layout.detail)
    return fitted(0, top, left, layout.width, [*needs, (top, label / 2 + 2)])


def band(rows: Rows, bars: list[Bar]) -> list[alt.Chart]:
    """The claims' ranges behind all rows, their edges dotted."""
    fields, colours = rows.fields, rows.fields.drawing.palette.light
    claims = {each.index: each.claim for each in bars if each.claim}
    if not claims:
        return []
    low = fields.add_to_some("claim_low", {at: claim.low for at, claim in claims.items()})
    high = fields.add_to_some("claim_high", {at: claim.high for at, claim in claims.items()})
    claimed = of_rows_with(alt.Chart(), low).encode(y=alt.YValue(0), y2=alt.Y2Value("height"))
    x, x2 = alt.X(field=low, type="quantitative"), alt.X(field=high, type="quantitative")
    edge = claimed.mark_rule(color=colours["accent"], strokeWidth=1.6, strokeDash=looks.DOTTED)
    shade = claimed.mark_rect(color=colours["tint"]).encode(x=x, x2=alt.X2(field=high))
    return [shade, edge.encode(x=x), edge.encode(x=x2)]


def _stacks(
    rows: Rows, read: list[RangeBarsRow], bars: list[Bar], roles: dict[str, str], scale: PixelScale
) -> list[alt.Chart]:
    """The parts of each bar and the claims, with what was stated inside them."""
    fields, layout = rows.fields, rows.layout
    placed = {row.index: (start, stop) for each in bars for row, start, stop in each.placed()}
    ends = [placed[row.index] for row in read]
    low, high = (fields.add(name, [pair[end] for pair in ends]) for end, name in enumerate(("from", "to")))
    both = [(roles.get(row.entity or "", "accent"), row.value.kind) for row in read]
    look = fields.add("look", [looks.with_kind(*one) for one in both])
    short = [0 if row.entity else max(0.0, LEAST - scale.at(row.value.high) + scale.at(row.value.low)) for row in read]
    wider = fields.add("wider", [round(one / 2 - 0.75, 2) for one in short])
    aside: dict[str, Any] = {"xOffset": alt.ExprRef(f"-datum.{wider}"), "x2Offset": alt.ExprRef(f"datum.{wider}")}
    part = alt.Chart().mark_bar(height=BAR, yOffset=rows.shift, **aside)
    x, x2 = alt.X(field=low, type="quantitative"), alt.X2(field=high)
    part = part.encode(x=x, x2=x2, tooltip=fields.tooltip, **looks.bars(fields, look))
    digits = [digits_inside(row.value, scale, layout) if row.entity else "" for row in read]
    inside, middle = fields.add("inside", digits), fields.add("middle", [sum(pair) / 2 for pair in ends])
    lift = fields.add("lift", [rows.shift + (-2.5 if "\n" in words else 5) for words in digits])
    colour = fields.add("inside_role", [looks.colour_inside(*one) for one in both])
    words = fields.words(inside, layout.detail, 600, dy=of_row(lift), align="center", leading=15)
    return [part, words.encode(x=alt.X(field=middle, type="quantitative"), **looks.words(fields, colour))]


def sums(rows: Rows, bars: list[Bar]) -> list[alt.Chart]:
    """A dashed box from the sum of the lows to the sum of the highs."""
    fields, ranged = rows.fields, [each for each in bars if not each.claim and each.high > each.low]
    if not ranged:
        return []
    low = fields.add_to_some("sum_low", {each.index: each.low for each in ranged})
    high = fields.add_to_some("sum_high", {each.index: each.high for each in ranged})
    look = fields.add("sum_look", [looks.with_kind("ink", looks.PROJECTED)] * len(fields.records))
    box = of_rows_with(alt.Chart().mark_bar(height=BAR - 2 * INSET, yOffset=rows.shift), low)
    x, x2 = alt.X(field=low, type="quantitative"), alt.X2(field=high)
    return [box.encode(x=x, x2=x2, **looks.bars(fields, look))]


def digits_inside(cell: Cell, scale: PixelScale, layout: Layout) -> str:
    """What is written inside a part: its digits, those of a range in two lines where it is narrow; "" without room."""
    room = scale.at(cell.low) - scale.at(0) - 5
    in_two = [*(f"{digits}–" for digits in cell.digits[:-1]), *cell.digits[-1:]]
    for lines in (["–".join(cell.digits)], in_two):
        if max(text_width(line, layout.detail, 600) for line in lines) <= room:
            return "\n".join(lines)
    return ""


def names_over(rows: Rows, first: Bar, roles: dict[str, str], scale: PixelScale) -> list[alt.Chart]:
    """The names of the parts over the first bar, if it has all of them and they fit; else none."""
    fields, layout = rows.fields, rows.layout
    if not layout.wide or {row.entity for row in first.rows} != set(roles):
        return []
    at = {row.index: (row.entity or "", (start + stop) / 2) for row, start, stop in first.placed()}
    boxes = [text_box(scale.at(middle), 0, name, layout.label, 600, "middle") for name, middle in at.values()]
    if boxes[0].left < scale.start or any(b.left < a.right + 8 for a, b in itertools.pairwise(boxes)):
        return []
    name = fields.add_to_some("part", {index: words for index, (words, _) in at.items()})
    middle = fields.add_to_some("part_at", {index: start for index, (_, start) in at.items()})
    role = fields.add_to_some("part_role", {index: roles[words] for index, (words, _) in at.items()})
    words = fields.words(name, layout.label, 600, align="center")
    x = alt.X(field=middle, type="quantitative")
    return [words.encode(x=x, y=alt.YValue(-4), **looks.words(fields, role))]


FORM = Form(
    "range_bars",
    "What do stated ranges add up to, and where does a claim stand?",
    RangeBarsRow,
    RangeBarsOptions,
    range_bars,
)
