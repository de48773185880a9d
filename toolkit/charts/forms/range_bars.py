"""Ranges added up: stacked bars by entity, with a claim as a row of its own."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import number_axis
from toolkit.charts.canvas import BACKGROUND, DOTTED, GRID, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import text_box
from toolkit.charts.marks import PROJECTED, bar, label_column, on_bar, row_label
from toolkit.charts.scales import UNITS, Scale, fitted, round_up, spoken, tick_words, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError
from toolkit.core.language import Locale

BAR, STEP = 36, 78  # pixels: the height of a bar, and from one row to the next
ROLES = ("ink", "context", "muted")  # of entities without a colour of their own


@dataclass(frozen=True)
class RangeBarsRow(Row):
    """A part of a bar, or a claim."""

    label: str = text_column("the row: who said it, or when", required=True)
    value: Cell = number_column("what was stated; its low end is drawn solid", required=True)
    entity: str | None = text_column("the part of the row's sum; empty for a claim", required=True, gaps=True)
    detail: str | None = text_column("under the row's label")
    note: str | None = text_column("a remark under the row")
    total: Cell | None = number_column("the row's sum, from the analysis; without it the chart adds up")


@dataclass(frozen=True)
class RangeBarsOptions:
    """Options of the axis, and which row is a claim."""

    claim_row: str | None = text_option("the label of the claim's row, where it is not told by an empty entity")
    unit: str | None = text_option("the axis", choices=UNITS)


RANGE_BARS = Encodings(RangeBarsRow, RangeBarsOptions)


def sample() -> Drawing:
    """Budgets that were promised, by department."""
    promised = (
        ("Spring", "Roads", 20, 20),
        ("Spring", "Schools", 30, 34),
        ("Autumn", "Roads", 26, 28),
        ("Autumn", "Schools", 31, 31),
    )
    rows: list[dict[str, str | Cell | None]] = [
        {
            "when": when,
            "department": department,
            "amount": number(low * 1e6, f"€{low}m" if low == high else f"€{low}m–€{high}m", high * 1e6),
        }
        for when, department, low, high in promised
    ]
    rows.append({"when": "The mayor", "department": None, "amount": number(65e6, "€65m", 65e6)})
    return example(
        "range_bars",
        rows,
        "What the mayor promised is more than her departments plan",
        "Plans for roads and schools in an invented town, euros",
        "Bars of stacked plans with dashed ends; the mayor's promise lies beyond both.",
        label="when",
        value="amount",
        entity="department",
    )


@dataclass(frozen=True)
class Part:
    """What one entity adds to a bar."""

    entity: str
    value: Cell
    row: RangeBarsRow


@dataclass(frozen=True)
class Bar:
    """The rows of one label: a bar of parts, or a claim."""

    label: str
    rows: list[RangeBarsRow]
    parts: list[Part]
    claim: Cell | None

    @property
    def detail(self) -> str:
        """The detail of the label: that of the last of its rows with one."""
        return next((row.detail for row in reversed(self.rows) if row.detail), "")

    @property
    def note(self) -> str:
        """The remark of the label: that of the last of its rows with one."""
        return next((row.note for row in reversed(self.rows) if row.note), "")

    @property
    def low(self) -> float:
        """The claim's low end, or the sum of the parts'."""
        return self.claim.low if self.claim else sum(part.value.low for part in self.parts)

    @property
    def high(self) -> float:
        """The claim's high end, or the sum of the parts'."""
        return self.claim.high if self.claim else sum(part.value.high for part in self.parts)

    def words(self, unit: str, locale: Locale) -> str:
        """The text of the sum: as the table gives it, else as added up here."""
        total = next((row.total for row in reversed(self.rows) if row.total), None)
        return total.text if total else spoken(self.low, self.high, unit, locale)


def range_bars(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Solid to the sum of the lows, dashed from there to the sum of the highs, a claim dotted through the rows.

    Raises ToolkitError for a row that is both a claim and a sum, and for more than four entities.
    """
    rows, options = RANGE_BARS.read(drawing)
    bars = bars_of(rows, options.claim_row, drawing)
    roles = entity_roles(bars, drawing)
    canvas = Canvas(drawing, layout)
    unit, wide = unit_of((row.value for row in rows), options.unit), layout.wide
    words = [each.words(unit, drawing.locale) for each in bars]
    scale = bar_scale(bars, words, unit, canvas)
    first = head(canvas, bars, roles, scale)
    places, y = [], first
    for each in bars:
        places.append(y if wide else y + 32)
        y += (STEP if wide else 86) + (layout.line if each.note else 0) - (0 if wide else 4)
    bottom = places[-1] + BAR + (layout.line + 6 if bars[-1].note else 0)
    number_axis(canvas, scale, unit, [(first - (8 if wide else 4), bottom + 6)], bottom + 6, 4)
    band(canvas, bars, scale, first - 8, bottom + 6)
    canvas.plot_area(scale.start, first - 8, scale.end, bottom)
    for each, at, said in zip(bars, places, words, strict=True):
        with canvas.for_rows(*each.rows):
            draw_bar(canvas, each, at, scale, roles, said)
    return canvas.to_chart(bottom + 6 + layout.line + 8)


def bars_of(rows: list[RangeBarsRow], claim_row: str | None, drawing: Drawing) -> list[Bar]:
    """The bars and claims by label, in the table's order. Raises ToolkitError where a label is both."""
    by_label: dict[str, list[RangeBarsRow]] = {}
    for row in rows:
        by_label.setdefault(row.label, []).append(row)
    bars = []
    for label, members in by_label.items():
        parts = [Part(row.entity, row.value, row) for row in members if row.entity and label != claim_row]
        claims = [row.value for row in members if not row.entity or label == claim_row]
        bars.append(Bar(label, members, parts, claims[-1] if claims else None))
    mixed = [each.label for each in bars if each.claim and each.parts]
    if mixed:
        raise ToolkitError(
            drawing.where,
            f"the row {mixed[0]!r} is both a claim and a sum",
            allowed="one row without an entity, or rows with one each",
        )
    return bars


def entity_roles(bars: list[Bar], drawing: Drawing) -> dict[str, str]:
    """Each entity's colour. Raises ToolkitError for more than four."""
    entities = list(dict.fromkeys(part.entity for each in bars for part in each.parts))
    if len(entities) > 4:
        raise ToolkitError(
            drawing.where,
            f"{len(entities)} entities in one bar",
            allowed="four at most",
            remedy="put the small ones together, or draw a chart for each",
        )
    spare = iter(ROLES)
    return {name: drawing.palette.role_of(name) or next(spare, "context") for name in entities}


def bar_scale(bars: list[Bar], words: list[str], unit: str, canvas: Canvas) -> Scale:
    """From zero to a round number above the highest bar, with room for the names left and the words right."""
    layout, top = canvas.layout, round_up(max(each.high for each in bars))
    if not layout.wide:
        return fitted(0, top, 0, layout.width - 2, [])
    left = label_column([each.label for each in bars], [each.detail for each in bars], layout, 170) + 14
    needs = [(each.high, text_width(said, layout.value, 600) + 12) for each, said in zip(bars, words, strict=True)]
    end_words = text_width(tick_words([top], unit, locale=canvas.drawing.locale)[0], layout.detail) / 2
    return fitted(0, top, left, layout.width - end_words, needs)


def head(canvas: Canvas, bars: list[Bar], roles: dict[str, str], scale: Scale) -> float:
    """The names of the parts: over the first bar where they fit, else as a line. Returns where the first row starts."""
    layout = canvas.layout
    first = next((each for each in bars if each.parts), None)
    if first is None:
        return 16
    spans, start = [], 0.0
    for part in first.parts:
        spans.append((part.entity, scale.at(start), scale.at(start + part.value.low)))
        start += part.value.low
    complete = set(roles) == {part.entity for part in first.parts} and first is bars[0]
    over = [text_box((a + b) / 2, 17, name, layout.label, 600, "middle") for name, a, b in spans]
    clear = all(a.right + 8 <= b.left for a, b in zip(over, over[1:], strict=False)) and over[0].left >= scale.start
    if layout.wide and complete and clear:
        for name, a, b in spans:
            canvas.text((a + b) / 2, 17, name, layout.label, 600, roles[name], "middle", halo="paper")
        return 26
    x, y = 0.0, 15.0
    for name, role in roles.items():
        wide = text_width(name, layout.label, 600) + 17
        if x + wide > layout.width:
            x, y = 0.0, y + 22
        canvas.rect(x, y - 10.5, x + 11, y + 0.5, fill=role)
        canvas.text(x + 17, y, name, layout.label, 600, role)
        x += wide + 16
    return y + 16


def band(canvas: Canvas, bars: list[Bar], scale: Scale, top: float, bottom: float) -> None:
    """The claim's range behind all rows, its edges dotted."""
    for claim in (each.claim for each in bars):
        if claim:
            low, high = scale.at(claim.low), scale.at(claim.high)
            canvas.rect(low, top, high, bottom, fill="tint", level=BACKGROUND)
            for x in sorted({low, high}):
                canvas.rule(x, top, x, bottom, "accent", 1.6, DOTTED, level=GRID)


def draw_bar(canvas: Canvas, drawn: Bar, y: float, scale: Scale, roles: dict[str, str], said: str) -> None:
    """One row: name, bar from low to high, value in words."""
    layout, middle = canvas.layout, y + BAR / 2
    role = "accent" if drawn.claim else "ink"
    ends = (scale.at(drawn.low), scale.at(drawn.high))
    if layout.wide:
        row_label(
            canvas, 0, middle - 3 if drawn.detail else middle + 5, scale.start - 12, drawn.label, drawn.detail, role
        )
        if drawn.claim and text_width(said, layout.value, 600) + 12 < ends[0] - scale.start:
            canvas.text(ends[0] - 10, middle + 6, said, layout.value, 600, role, "end", halo="paper")
        else:
            canvas.text(ends[1] + 9, middle + 6, said, layout.value, 600, role, halo="paper")
    else:
        box = canvas.text(0, y - 9, drawn.label, layout.label, 600, role)
        canvas.text(box.right + 8, y - 9, drawn.detail, layout.detail, fill="muted", halo="paper")
        canvas.text(layout.width, y - 9, said, layout.value, 600, role, "end", halo="paper")
    if drawn.claim:
        x0, x1 = ordered(ends)
        bar(canvas, x0, y, x1, y + BAR, "accent", drawn.claim.kind)
    else:
        stack(canvas, drawn, y, scale, roles)
    if drawn.note:
        right = text_width(drawn.note, layout.detail) + scale.start <= scale.end
        at = max(scale.start, min(opened(drawn, scale), layout.width - text_width(drawn.note, layout.detail)))
        canvas.text_block(
            at if right else 0,
            y + BAR + layout.line,
            drawn.note,
            layout.width - (at if right else 0),
            layout.detail,
            fill="muted",
            halo="paper",
        )


def ordered(ends: tuple[float, float]) -> tuple[float, float]:
    """(left, right) of a claim's bar, at least four pixels apart."""
    return ends if ends[1] - ends[0] >= 4 else ((sum(ends) - 4) / 2, (sum(ends) + 4) / 2)


def opened(drawn: Bar, scale: Scale) -> float:
    """Where the first assumed part of a row starts, which its remark is about."""
    start = 0.0
    for part in drawn.parts:
        if part.value.kind == "assumed":
            return scale.at(start)
        start += part.value.low
    return scale.start


def stack(canvas: Canvas, drawn: Bar, y: float, scale: Scale, roles: dict[str, str]) -> None:
    """The parts of one bar, then the dashed box to the sum of the highs."""
    start, layout = 0.0, canvas.layout
    for part in drawn.parts:
        cell, role = part.value, roles[part.entity]
        x0, x1 = scale.at(start), scale.at(start + cell.low)
        with canvas.for_rows(part.row):
            bar(canvas, x0 + 0.75, y, x1 - 0.75, y + BAR, role, cell.kind)
        inside, colour = cell.digits, on_bar(cell.kind, role)
        halo = "paper" if cell.kind == "synthetic" else None
        pieces = [inside] if text_width(inside, layout.detail, 600) + 5 <= x1 - x0 else inside.split("–")
        if max(text_width(piece, layout.detail, 600) for piece in pieces) + 5 <= x1 - x0 and len(pieces) <= 2:
            for place, piece in enumerate(pieces):
                dash = "–" if len(pieces) == 2 and place == 0 else ""
                drop = 5 if len(pieces) == 1 else (-2.5 if place == 0 else 12.5)
                with canvas.for_rows(part.row):
                    canvas.text(
                        (x0 + x1) / 2, y + BAR / 2 + drop, piece + dash, layout.detail, 600, colour, "middle", halo
                    )
        start += cell.low
    if drawn.high > drawn.low:
        bar(canvas, scale.at(drawn.low) + 0.75, y + 6, scale.at(drawn.high), y + BAR - 6, "ink", PROJECTED)


FORM = Form(
    "range_bars",
    "What do stated ranges add up to, and where does a claim stand?",
    RANGE_BARS,
    range_bars,
    in_pixels=True,
)
