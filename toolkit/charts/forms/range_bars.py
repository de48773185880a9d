"""Ranges added up: stacked bars by entity, with a claim as a row of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import number_axis
from toolkit.charts.canvas import BACKGROUND, DOTTED, GRID, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.geometry import text_box
from toolkit.charts.marks import PROJECTED, bar, label_column, on_bar, row_label
from toolkit.charts.scales import UNITS, Scale, fitted, round_up, spoken, tick_words, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

RANGE_BARS = Wants(
    {
        "label": text("the row: who said it, or when", required=True),
        "value": number("what was stated; its low end is drawn solid", required=True),
        "entity": text("the part of the row's sum; empty for a claim", required=True, gaps=True),
        "detail": text("under the row's label"),
        "note": text("a remark under the row"),
        "total": number("the row's sum, from the analysis; without it the chart adds up"),
        "claim_row": words("the label of the claim's row, where it is not told by an empty entity"),
        "unit": words("the axis", choices=UNITS),
    }
)
BAR, STEP = 36, 78
ROLES = ("accent", "ink", "context", "muted")


@dataclass
class Row:
    """One bar, or one claim."""

    label: str
    detail: str = ""
    note: str = ""
    parts: list[tuple[str, Cell]] = field(default_factory=list)
    read: list[SimpleNamespace] = field(default_factory=list)
    claim: Cell | None = None
    total: Cell | None = None

    @property
    def low(self) -> float:
        return self.claim.low if self.claim else sum(cell.low for _, cell in self.parts)

    @property
    def high(self) -> float:
        return self.claim.high if self.claim else sum(cell.high for _, cell in self.parts)


def range_bars(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Solid to the sum of the lows, dashed from there to the sum of the highs, a claim dotted through the rows."""
    read, plain = RANGE_BARS.read(drawing)
    rows, roles = gather(read, plain, drawing)
    canvas = Canvas(drawing, layout)
    unit = unit_of((row.value for row in read), plain.unit)
    locale = drawing.locale
    words_of = {row.label: row.total.text if row.total else spoken(row.low, row.high, unit, locale) for row in rows}
    top = round_up(max(row.high for row in rows))
    wide = layout.wide
    left = label_column([r.label for r in rows], [r.detail for r in rows], layout, 170) + 14 if wide else 0
    needs = [(row.high, text_width(words_of[row.label], layout.value, 600) + 12) for row in rows] if wide else []
    end_words = text_width(tick_words([top], unit, locale=locale)[0], layout.detail) / 2
    scale = fitted(0, top, left, layout.width - (end_words if wide else 2), needs)
    first = head(canvas, rows, roles, scale)
    places, y = [], first
    for row in rows:
        places.append(y if wide else y + 32)
        y += (STEP if wide else 86) + (layout.line if row.note else 0) - (0 if wide else 4)
    bottom = places[-1] + BAR + (layout.line + 6 if rows[-1].note else 0)
    number_axis(canvas, scale, unit, [(first - (8 if wide else 4), bottom + 6)], bottom + 6, 4)
    band(canvas, rows, scale, first - 8, bottom + 6)
    canvas.plot_area(scale.start, first - 8, scale.end, bottom)
    for row, at in zip(rows, places, strict=True):
        with canvas.for_rows(*row.read):
            draw_row(canvas, row, at, scale, roles, words_of[row.label])
    return canvas.to_chart(bottom + 6 + layout.line + 8)


def gather(read: list[SimpleNamespace], plain: SimpleNamespace, drawing: Drawing) -> tuple[list[Row], dict[str, str]]:
    """Rows by label in the table's order, and each entity's colour."""
    rows: dict[str, Row] = {}
    for item in read:
        row = rows.setdefault(item.label, Row(item.label))
        row.detail, row.note = item.detail or row.detail, item.note or row.note
        row.total = item.total or row.total
        row.read.append(item)
        if item.entity and item.label != plain.claim_row:
            row.parts.append((item.entity, item.value))
        else:
            row.claim = item.value
    mixed = [row.label for row in rows.values() if row.claim and row.parts]
    if mixed:
        raise ToolkitError(
            drawing.where,
            f"the row {mixed[0]!r} is both a claim and a sum",
            allowed="one row without an entity, or rows with one each",
        )
    entities = list(dict.fromkeys(name for row in rows.values() for name, _ in row.parts))
    spare = iter(role for role in ROLES[1:])
    roles = {name: drawing.palette.role_of(name) or next(spare, "context") for name in entities}
    if len(entities) > 4:
        raise ToolkitError(
            drawing.where,
            f"{len(entities)} entities in one bar",
            allowed="four at most",
            remedy="put the small ones together, or draw a chart for each",
        )
    return list(rows.values()), roles


def head(canvas: Canvas, rows: list[Row], roles: dict[str, str], scale: Scale) -> float:
    """The names of the parts: over the first bar where they fit, else as a line. Returns where the first row starts."""
    layout = canvas.layout
    first = next((row for row in rows if row.parts), None)
    if first is None:
        return 16
    spans, start = [], 0.0
    for name, cell in first.parts:
        spans.append((name, scale.at(start), scale.at(start + cell.low)))
        start += cell.low
    complete = set(roles) == {name for name, _ in first.parts} and first is rows[0]
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


def band(canvas: Canvas, rows: list[Row], scale: Scale, top: float, bottom: float) -> None:
    """The claim's range behind all rows, its edges dotted."""
    for row in rows:
        if row.claim:
            low, high = scale.at(row.claim.low), scale.at(row.claim.high)
            canvas.rect(low, top, high, bottom, fill="tint", level=BACKGROUND)
            for x in sorted({low, high}):
                canvas.rule(x, top, x, bottom, "accent", 1.6, DOTTED, level=GRID)


def draw_row(canvas: Canvas, row: Row, y: float, scale: Scale, roles: dict[str, str], said: str) -> None:
    """One row: name, bar from low to high, value in words."""
    layout, middle = canvas.layout, y + BAR / 2
    role = "accent" if row.claim else "ink"
    ends = (scale.at(row.low), scale.at(row.high))
    if layout.wide:
        row_label(canvas, 0, middle - 3 if row.detail else middle + 5, scale.start - 12, row.label, row.detail, role)
        if row.claim and text_width(said, layout.value, 600) + 12 < ends[0] - scale.start:
            canvas.text(ends[0] - 10, middle + 6, said, layout.value, 600, role, "end", halo="paper")
        else:
            canvas.text(ends[1] + 9, middle + 6, said, layout.value, 600, role, halo="paper")
    else:
        box = canvas.text(0, y - 9, row.label, layout.label, 600, role)
        canvas.text(box.right + 8, y - 9, row.detail, layout.detail, fill="muted", halo="paper")
        canvas.text(layout.width, y - 9, said, layout.value, 600, role, "end", halo="paper")
    if row.claim:
        x0, x1 = ordered(ends)
        bar(canvas, x0, y, x1, y + BAR, "accent", row.claim.kind)
    else:
        stack(canvas, row, y, scale, roles)
    if row.note:
        right = text_width(row.note, layout.detail) + scale.start <= scale.end
        at = max(scale.start, min(opened(row, scale), layout.width - text_width(row.note, layout.detail)))
        canvas.text_block(
            at if right else 0,
            y + BAR + layout.line,
            row.note,
            layout.width - (at if right else 0),
            layout.detail,
            fill="muted",
            halo="paper",
        )


def ordered(ends: tuple[float, float]) -> tuple[float, float]:
    return ends if ends[1] - ends[0] >= 4 else ((sum(ends) - 4) / 2, (sum(ends) + 4) / 2)


def opened(row: Row, scale: Scale) -> float:
    """Where the first assumed part of a row starts, which its remark is about."""
    start = 0.0
    for _, cell in row.parts:
        if cell.kind == "assumed":
            return scale.at(start)
        start += cell.low
    return scale.start


def stack(canvas: Canvas, row: Row, y: float, scale: Scale, roles: dict[str, str]) -> None:
    """The parts of one bar, then the dashed box to the sum of the highs."""
    start, layout = 0.0, canvas.layout
    for (name, cell), item in zip(row.parts, row.read, strict=True):
        x0, x1 = scale.at(start), scale.at(start + cell.low)
        with canvas.for_rows(item):
            bar(canvas, x0 + 0.75, y, x1 - 0.75, y + BAR, roles[name], cell.kind)
        inside, colour = cell.digits, on_bar(cell.kind, roles[name])
        halo = "paper" if cell.kind == "synthetic" else None
        pieces = [inside] if text_width(inside, layout.detail, 600) + 5 <= x1 - x0 else inside.split("–")
        if max(text_width(piece, layout.detail, 600) for piece in pieces) + 5 <= x1 - x0 and len(pieces) <= 2:
            for place, piece in enumerate(pieces):
                dash = "–" if len(pieces) == 2 and place == 0 else ""
                drop = 5 if len(pieces) == 1 else (-2.5 if place == 0 else 12.5)
                with canvas.for_rows(item):
                    canvas.text(
                        (x0 + x1) / 2, y + BAR / 2 + drop, piece + dash, layout.detail, 600, colour, "middle", halo
                    )
        start += cell.low
    if row.high > row.low:
        bar(canvas, scale.at(row.low) + 0.75, y + 6, scale.at(row.high), y + BAR - 6, "ink", PROJECTED)


FORMS = (Form("range_bars", "What do stated ranges add up to, and where does a claim stand?", RANGE_BARS, range_bars),)
