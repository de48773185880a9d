"""Ratios as stems from one, each beside the people it compares."""

from __future__ import annotations

from types import SimpleNamespace

import altair as alt

from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.deciles import decile_strip, percentile_tick, ranked_group
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, text, words
from toolkit.charts.geometry import Box
from toolkit.charts.marks import dot, row_label, span, stroke_dash
from toolkit.charts.scales import Scale
from toolkit.charts.typography import text_width

MULTIPLES = Wants(
    {
        "value": number("the multiple, 1 is equal", required=True),
        "label": text("what is compared", required=True),
        "detail": text("the pair behind it, and who published it"),
        "group": text("rows of one group stand together"),
        "more": text('who has more, as a strip code: "10", "9-10", "p90", "median"'),
        "less": text('who has less, as a strip code: "median", "1-2"'),
        "who": text("the same in words, under the strip"),
        "reference": number("the multiple as told, one for each group"),
        "reference_title": words("after the reference", "as told"),
        "label_title": words("over the labels", ""),
        "who_title": words("over the strips", "Who is compared"),
        "equal_title": words("at the line of one", "equal"),
        "fewest_title": words("at the strip's left", "fewest"),
        "most_title": words("at the strip's right", "most"),
        "more_title": words("in the key", "the group with more"),
        "less_title": words("in the key", "the group with less"),
        "median_title": words("in the key", "the median"),
        "emphasis": words("the group in the accent colour; without it, the first"),
    }
)


def multiples(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Each ratio as a stem from 1, beside the people it compares."""
    rows, plain = MULTIPLES.read(drawing)
    groups: dict[str, list[SimpleNamespace]] = {}
    for row in rows:
        row.parts = (
            (ranked_group(row.more, drawing), ranked_group(row.less, drawing)) if row.more and row.less else None
        )
        groups.setdefault(row.group or "", []).append(row)
    plain.emphasis = plain.emphasis or next(iter(groups))
    canvas = Canvas(drawing, layout)
    scale = stem_scale(rows, layout)
    height = (wide_multiples if layout.wide else narrow_multiples)(canvas, groups, plain, scale)
    return canvas.to_chart(height)


def stem_scale(rows: list[SimpleNamespace], layout: Layout) -> Scale:
    """From 1, or less where a value is below it, to the largest value or reference, with room for its words."""
    ends = [cell for row in rows for cell in (row.value, row.reference) if cell]
    low, high = min(1.0, *(cell.low for cell in ends)), max(1.0, *(cell.high for cell in ends))
    room = max(text_width(row.value.text, layout.value, 600) for row in rows) + 16
    strips = any(row.parts for row in rows)
    start = (404 if strips else 260) if layout.wide else (124 if strips else 14)
    if low < 1:
        start += room
    return Scale(low, high if high > low else low + 1, start, layout.width - room)


def wide_multiples(canvas: Canvas, groups: dict, plain: SimpleNamespace, scale: Scale) -> float:
    """Draws the rows with names and strips at the left; returns where they end."""
    layout, strip_x, strip_w = canvas.layout, 236, 136
    strips = any(row.parts for rows in groups.values() for row in rows)
    y = 0.0
    if strips or plain.label_title:
        canvas.text(0, 14, plain.label_title, layout.detail, fill="muted")
        if strips:
            canvas.text(strip_x, 14, plain.who_title, layout.detail, fill="muted")
        y = 26
    last_labels: list[float] = []
    for place, (group, rows) in enumerate(groups.items()):
        role = "accent" if group == plain.emphasis else "ink"
        if y:
            canvas.rule(0, y, layout.width, y)
        long = text_width(group, layout.label, 600) > (strip_x if strips else scale.start) - 40
        canvas.text(0, y + 24, group, layout.label, 600, role)
        head = y + (46 if long else 24)
        if place == 0:
            if strips:
                canvas.text(strip_x, head, plain.fewest_title, layout.detail, fill="muted")
                canvas.text(strip_x + strip_w, head, plain.most_title, layout.detail, fill="muted", anchor="end")
            canvas.text(scale.at(1), head, plain.equal_title, layout.detail, fill="muted", anchor="middle")
        top, first = head + 10, head + 27
        end = first + (len(rows) - 1) * 60 + 34
        reference_line(canvas, rows, role, plain, scale, head, top, end)
        canvas.rule(scale.at(1), top, scale.at(1), end, "context", 1.5)
        canvas.plot_area(scale.start, top, layout.width, end)
        last_labels = []
        for number_in_group, row in enumerate(rows):
            base = first + number_in_group * 60
            with canvas.for_rows(row):
                row_label(canvas, 0, base, (strip_x if strips else scale.start) - 16, row.label, row.detail)
                if row.parts:
                    decile_strip(canvas, strip_x, base - 4, strip_w, *row.parts, role)
                    canvas.text(strip_x, base + layout.line + 2, row.who or "", layout.detail, fill="muted")
                last_labels.append(stem(canvas, row.value, scale, base - 4, role))
            canvas.hit_area(row, Box(0, base - 18, layout.width, base + 34))
        y = end + 12
        bottom = end
    if strips:
        bottom = key(canvas, groups, plain, max(last_labels) + 14, bottom, len(last_labels) * 60)
    return bottom + 4


def narrow_multiples(canvas: Canvas, groups: dict, plain: SimpleNamespace, scale: Scale) -> float:
    """Draws the rows with names above the bars; returns where they end."""
    layout, strip_w = canvas.layout, 97
    strips = any(row.parts for rows in groups.values() for row in rows)
    y = 0.0
    for group, rows in groups.items():
        role = "accent" if group == plain.emphasis else "ink"
        head = canvas.text_block(0, y + 16, group, layout.width, layout.label, 600, role) if group else y + 16
        if group and text_width(group, layout.label, 600) > scale.at(1) - 28:
            head += 22
        if group == next(iter(groups)):
            half = text_width(plain.equal_title, layout.detail) / 2
            over = max(half, scale.at(1))
            canvas.place_text(plain.equal_title, [(over, head, "middle")], layout.detail, fill="muted", halo=False)
        reference_line(canvas, rows, role, plain, scale, head, None, None)
        y = start = head + 9
        for row in rows:
            canvas.rule(0, y, layout.width, y)
            base = y + 21
            with canvas.for_rows(row):
                last = canvas.text_block(0, base, row.label, layout.width, layout.label, 600, leading=1.2)
                last = canvas.text_block(
                    0, last + layout.line, row.detail or "", layout.width, layout.detail, fill="muted"
                )
                middle, end = last + 25, last + 39
                if row.parts:
                    decile_strip(canvas, 0, middle, strip_w, *row.parts, role)
                    end = (
                        canvas.text_block(0, middle + 27, row.who or "", layout.width, layout.detail, fill="muted") - 2
                    )
            canvas.rule(scale.at(1), middle - 12, scale.at(1), middle + 12, "context", 1.5)
            if row.reference:
                at = scale.at(row.reference.low)
                canvas.rule(at, middle - 12, at, middle + 12, role, 1.6, DOTTED)
            with canvas.for_rows(row):
                stem(canvas, row.value, scale, middle, role)
            canvas.hit_area(row, Box(0, y + 2, layout.width, end + 12))
            y = end + 17
        canvas.plot_area(scale.start, start, layout.width, y - 17)
        y += 10
    return (key(canvas, groups, plain, None, y, 0) if strips else y - 10) + 4


def reference_line(
    canvas: Canvas,
    rows: list,
    role: str,
    plain: SimpleNamespace,
    scale: Scale,
    head: float,
    top: float | None,
    end: float | None,
) -> None:
    """The multiple as told, dotted through its group, named above."""
    told = {row.reference.low: row.reference for row in rows if row.reference}
    for value, cell in told.items():
        at = scale.at(value)
        if top is not None:
            canvas.rule(at, top, at, end, role, 1.6, DOTTED)
        name = f"{cell.text} {plain.reference_title}".strip()
        half = text_width(name, canvas.layout.detail) / 2
        over = min(at, canvas.layout.width - half)
        canvas.place_text(
            name,
            [(over, head, "middle"), (at - 2, head, "start"), (at + 2, head, "end")],
            canvas.layout.detail,
            fill="muted",
            halo=False,
            marks=False,
        )


def stem(canvas: Canvas, cell: Cell, scale: Scale, y: float, role: str) -> float:
    """A line from 1 to the value, the value named; a range keeps both its ends. Returns where its words end."""
    one, low, high = scale.at(1), scale.at(cell.low), scale.at(cell.high)
    near_one, far = (low, high) if cell.high >= 1 else (high, low)
    canvas.rule(one, y, near_one, y, role, 2.25, stroke_dash(cell.kind), level=MARKS)
    if cell.is_range:
        span(canvas, low, high, y, role, cell.kind, 11)
    else:
        dot(canvas, far, y, role, cell.kind, 7.5)
    left = cell.high < 1
    x = far - 13 if left else far + 13
    box = canvas.text(x, y + 6, cell.text, canvas.layout.value, 600, role, "end" if left else "start", halo="paper")
    return box.right


def key(canvas: Canvas, groups: dict, plain: SimpleNamespace, x: float | None, bottom: float, room: float) -> float:
    """What the strips' fills mean: in the plot's empty corner if there is one, or else below it."""
    layout, parts = (
        canvas.layout,
        [part for rows in groups.values() for row in rows for part in row.parts or ()],
    )
    entries = [("more", plain.more_title), ("less", plain.less_title), ("median", plain.median_title)]
    if not any(part.percentile == 50 for part in parts):
        entries.pop()
    step = layout.line + 6
    widest = max(text_width(words_, layout.detail) for _, words_ in entries) + 24
    fits = x is not None and x + widest <= layout.width and room >= len(entries) * step
    left = layout.width - widest if fits else 0.0
    y = bottom - (len(entries) - 1) * step - 8 if fits else bottom + 24
    across = not fits and layout.wide
    for name, words_ in entries:
        middle = y - layout.detail * 0.34
        if name == "median":
            percentile_tick(canvas, left + 10, middle, "ink", double=True)
        elif name == "more":
            canvas.rect(left + 4, middle - 6.5, left + 16, middle + 6.5, fill="ink")
        else:
            canvas.rect(left + 5, middle - 5.5, left + 15, middle + 5.5, fill="slip", stroke="ink", width=2.25)
        canvas.text(left + 24, y, words_, layout.detail, fill="muted")
        if across:
            left += 24 + text_width(words_, layout.detail) + 28
        else:
            y += step
    return bottom if fits else (y if across else y - step) + 6


FORMS = (Form("multiples", "How many times as much, and who is compared with whom?", MULTIPLES, multiples),)
