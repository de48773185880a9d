"""Events in rows on one axis of time."""

from __future__ import annotations

from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import foot_axis, time_ticks
from toolkit.charts.canvas import DOTTED, GRID, MARKS, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Wants, text, words
from toolkit.charts.forms.dots import name_column, role_of, row_place
from toolkit.charts.geometry import Box, Point
from toolkit.charts.marks import dot, span
from toolkit.charts.scales import Scale, day
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

TIMELINE = Wants(
    {
        "start": text("the day (2026-04-15); a month or a year is drawn as long as it is", required=True),
        "label": text("the row's name", required=True),
        "detail": text("under the row's name"),
        "said": text("what it came to, beside the mark"),
        "group": text("rows of one group stand together"),
        "entity": text("a company, for its colour"),
        "joined": text("rows with the same words are tied by a dotted line that says them"),
        "emphasis": words("the row, or the group, in the accent colour; without it, none"),
    }
)
MARGIN = 0.02  # of the whole time, before the first event and after the last


def timeline(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A dot for a day, a bar for a month or a year, in the order of the table."""
    rows, plain = TIMELINE.read(drawing)
    plain.emphasis = plain.emphasis or ""
    for row in rows:
        row.y, (row.low, row.high) = row.label, stretch(row.start, drawing.where)
    canvas = Canvas(drawing, layout)
    left = name_column(canvas, rows)
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    if high - low < 1 / 366:
        raise ToolkitError(
            drawing.where,
            "all events on one day",
            allowed="events on two days or more",
            remedy="say it in a sentence or a table",
        )
    room = max(MARGIN * (high - low), 1 / 366)
    scale = Scale(low - room, high + room, left + 8, layout.width - 8)
    placed, y = placed_rows(canvas, rows, scale, plain)
    for tick, _ in time_ticks(scale, 46, drawing.locale):
        canvas.rule(scale.at(tick), placed[0][1] - 13, scale.at(tick), y)
    ties = tied(placed, scale)
    for ends in ties.values():
        for (x0, y0), (x1, y1) in zip(ends, ends[1:], strict=False):
            canvas.line([(x0, y0), (x0, y1), (x1, y1)], "accent", 2, DOTTED, level=GRID)
    for row, middle, role in placed:
        with canvas.for_rows(row):
            event(canvas, row, middle, scale, role)
    for said, ends in ties.items():
        tie_words(canvas, said, ends)
    foot_axis(canvas, scale, y, dated=True)
    canvas.plot_area(scale.start, 0, layout.width, y)
    return canvas.to_chart(y + layout.detail + 14)


def stretch(when: str, where: str) -> tuple[float, float]:
    """A day as a point; a month or a year from its first day to the next one's."""
    start = day(when, where)
    year, *rest = when.split("-")
    if len(rest) == 2:
        return start, start
    if not rest:
        return start, start + 1
    month = int(rest[0])
    return start, day(f"{int(year) + month // 12}-{month % 12 + 1:02}", where)


def placed_rows(
    canvas: Canvas, rows: list[SimpleNamespace], scale: Scale, plain: SimpleNamespace
) -> tuple[list[tuple[SimpleNamespace, float, str]], float]:
    """Writes groups and names; returns each row with its middle and colour, and where the last one ends."""
    layout, y, placed, group = canvas.layout, 4.0, [], ""
    for row in sorted(rows, key=lambda row: [other.group for other in rows].index(row.group)):
        if row.group and row.group != group:
            group = row.group
            canvas.text(0, y + 14 + (12 if placed else 0), group, layout.label, 600)
            y += 24 + (12 if placed else 0)
        top = y
        with canvas.for_rows(row):
            middle, y = row_place(canvas, row, y, scale)
            if not layout.wide:  # no dotted line through a name
                wide = max(text_width(row.y, layout.label, 600), text_width(row.detail or "", layout.detail))
                canvas.rect(0, top + 3, min(wide, layout.width), middle - 14, fill="paper", level=MARKS)
        canvas.hit_area(row, Box(0, top + 2, layout.width, y - 2))
        role = (
            "ink"
            if not plain.emphasis and not row.entity
            else role_of(row, row.group or "", plain, canvas.drawing.palette)
        )
        placed.append((row, middle, role))
    return placed, y


def event(canvas: Canvas, row: SimpleNamespace, y: float, scale: Scale, role: str) -> None:
    """One row: its mark on a level line, its words right of it or, where they do not fit, left of it."""
    low, high = scale.at(row.low), scale.at(row.high)
    canvas.rule(scale.start, y, scale.end, y)
    if high > low:
        span(canvas, low, high, y, role, "reported", 12)
    else:
        dot(canvas, low, y, role, "reported", 7)
    if row.said:
        size = canvas.layout.detail + 0.5
        over = max(high, low + 7) + 8
        fits = over + text_width(row.said, size, 600) <= canvas.layout.width
        x, anchor = (over, "start") if fits else (low - 15, "end")
        canvas.text(x, y + 5, row.said, size, 600, role, anchor, halo="paper")


def tied(placed: list[tuple[SimpleNamespace, float, str]], scale: Scale) -> dict[str, list[Point]]:
    """Where the rows stand that are told as one, by the words for it."""
    found: dict[str, list[Point]] = {}
    for row, middle, _ in placed:
        if row.joined:
            found.setdefault(row.joined, []).append((scale.at((row.low + row.high) / 2), middle))
    return found


def tie_words(canvas: Canvas, words_: str, ends: list[Point]) -> None:
    """The words of a tie, where its elbow leaves them room."""
    (x0, y0), (x1, y1) = ends[0], ends[-1]
    wide = text_width(words_, canvas.layout.detail)
    left = min(x0 + 7, max(x1 - wide - 14, 0))
    options = [(left, base, "start") for base in (y1 - 7, y1 + 18, (y0 + y1) / 2 + 5, y0 + 24)]
    canvas.place_text(words_, options, canvas.layout.detail, fill="accent")


FORMS = (Form("timeline", "When did what happen?", TIMELINE, timeline),)
