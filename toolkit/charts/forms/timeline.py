"""Events in rows on one axis of time."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import foot_axis, time_ticks
from toolkit.charts.canvas import DOTTED, GRID, MARKS, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, text_column, text_option
from toolkit.charts.example import example
from toolkit.charts.geometry import Box, Point
from toolkit.charts.marks import dot, span
from toolkit.charts.named_rows import NameColumn, NamedRow, name_column, place_row, role_of
from toolkit.charts.scales import Scale, day
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

MARGIN = 0.02  # part of the whole time that is left free before the first event and after the last


@dataclass(frozen=True)
class TimelineRow(Row):
    """One event."""

    start: str = text_column("the day (2026-04-15); a month or a year is drawn as long as it is", required=True)
    label: str = text_column("the row's name", required=True)
    detail: str | None = text_column("under the row's name")
    said: str | None = text_column("what it came to, beside the mark")
    group: str | None = text_column("rows of one group stand together")
    entity: str | None = text_column("a company, for its colour")
    joined: str | None = text_column("rows with the same words are tied by a dotted line that says them")


@dataclass(frozen=True)
class TimelineOptions:
    """Options: what is emphasised."""

    emphasis: str = text_option("the row, or the group, in the accent colour; without it, none", "")


TIMELINE = Encodings(TimelineRow, TimelineOptions)


def sample() -> Drawing:
    """A bridge that was closed."""
    names = ("group", "day", "event", "more", "result")
    rows = [
        ("What happened", "2025-11-03", "A crack is found", "by a diver", None),
        ("What happened", "2026-02-17", "The bridge is closed", None, "9,000 cars a day"),
        ("What happened", "2026-03", "Repairs", None, "€2.4m"),
        ("What was said", "2026-02-20", "The council's statement", "“found this week”", None),
    ]
    return example(
        "timeline",
        [dict(zip(names, row, strict=True)) for row in rows],
        "The crack was known for months before the bridge was closed",
        "A bridge in an invented town, and what was said of it",
        "Events along a line: a crack in November, the closing in February, the statement three days later.",
        start="day",
        label="event",
        detail="more",
        said="result",
        group="group",
        emphasis="A crack is found",
    )


@dataclass(frozen=True, kw_only=True)
class Event(NamedRow):
    """A named row with its time, in years from `low` to `high`."""

    low: float
    high: float
    said: str | None
    joined: str | None


@dataclass(frozen=True)
class PlacedEvent:
    """An event with the height and the colour of its mark."""

    event: Event
    y: float
    role: str


def timeline(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """A dot for a day, a bar for a month or a year, in the order of the table.

    Raises ToolkitError where all events are on one day.
    """
    rows, options = TIMELINE.read(drawing)
    events = [as_event(row, drawing.where) for row in rows]
    canvas = Canvas(drawing, layout)
    names = name_column(events, layout)
    low, high = min(event.low for event in events), max(event.high for event in events)
    if high - low < 1 / 366:
        raise ToolkitError(
            drawing.where,
            "all events on one day",
            allowed="events on two days or more",
            remedy="say it in a sentence or a table",
        )
    room = max(MARGIN * (high - low), 1 / 366)
    scale = Scale(low - room, high + room, names.plot_start + 8, layout.width - 8)
    placed, y = place_events(canvas, events, names, options.emphasis)
    for tick, _ in time_ticks(scale, 46, drawing.locale):
        canvas.rule(scale.at(tick), placed[0].y - 13, scale.at(tick), y)
    ties = tied(placed, scale)
    for ends in ties.values():
        for (x0, y0), (x1, y1) in zip(ends, ends[1:], strict=False):
            canvas.line([(x0, y0), (x0, y1), (x1, y1)], "accent", 2, DOTTED, level=GRID)
    for one in placed:
        with canvas.for_rows(one.event):
            draw_event(canvas, one, scale)
    for words, ends in ties.items():
        tie_words(canvas, words, ends)
    foot_axis(canvas, scale, y, dated=True)
    canvas.plot_area(scale.start, 0, layout.width, y)
    return canvas.to_chart(y + layout.detail + 14)


def as_event(row: TimelineRow, where: str) -> Event:
    """A row with its time. Raises ToolkitError for what is no date."""
    low, high = stretch(row.start, where)
    return Event(
        index=row.index,
        name=row.label,
        detail=row.detail,
        group=row.group or "",
        entity=row.entity,
        low=low,
        high=high,
        said=row.said,
        joined=row.joined,
    )


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


def place_events(
    canvas: Canvas, events: list[Event], names: NameColumn, emphasis: str
) -> tuple[list[PlacedEvent], float]:
    """Writes groups and names; returns the events in their places, and where the last one ends."""
    layout, y, group = canvas.layout, 4.0, ""
    placed: list[PlacedEvent] = []
    groups = list(dict.fromkeys(event.group for event in events))
    for event in sorted(events, key=lambda event: groups.index(event.group)):
        if event.group and event.group != group:
            group = event.group
            canvas.text(0, y + 14 + (12 if placed else 0), group, layout.label, 600)
            y += 24 + (12 if placed else 0)
        top = y
        with canvas.for_rows(event):
            middle, y = place_row(canvas, event, y, names.width)
            if not layout.wide:  # no dotted line through a name
                wide = max(text_width(event.name, layout.label, 600), text_width(event.detail or "", layout.detail))
                canvas.rect(0, top + 3, min(wide, layout.width), middle - 14, fill="paper", level=MARKS)
        canvas.hit_area(event, Box(0, top + 2, layout.width, y - 2))
        role = "ink" if not emphasis and not event.entity else role_of(event, emphasis, canvas.drawing.palette)
        placed.append(PlacedEvent(event, middle, role))
    return placed, y


def draw_event(canvas: Canvas, placed: PlacedEvent, scale: Scale) -> None:
    """One row: its mark on a horizontal line, its text right of it or, if it does not fit, left of it."""
    event, y, role = placed.event, placed.y, placed.role
    low, high = scale.at(event.low), scale.at(event.high)
    canvas.rule(scale.start, y, scale.end, y)
    if high > low:
        span(canvas, low, high, y, role, "reported", 12)
    else:
        dot(canvas, low, y, role, "reported", 7)
    if event.said:
        size = canvas.layout.detail + 0.5
        over = max(high, low + 7) + 8
        fits = over + text_width(event.said, size, 600) <= canvas.layout.width
        x, anchor = (over, "start") if fits else (low - 15, "end")
        canvas.text(x, y + 5, event.said, size, 600, role, anchor, halo="paper")


def tied(placed: list[PlacedEvent], scale: Scale) -> dict[str, list[Point]]:
    """The positions of events that belong together, by the words for the tie."""
    found: dict[str, list[Point]] = {}
    for one in placed:
        if one.event.joined:
            found.setdefault(one.event.joined, []).append((scale.at((one.event.low + one.event.high) / 2), one.y))
    return found


def tie_words(canvas: Canvas, words: str, ends: list[Point]) -> None:
    """The words of a tie, if there is room beside its bend."""
    (x0, y0), (x1, y1) = ends[0], ends[-1]
    wide = text_width(words, canvas.layout.detail)
    left = min(x0 + 7, max(x1 - wide - 14, 0))
    options = [(left, base, "start") for base in (y1 - 7, y1 + 18, (y0 + y1) / 2 + 5, y0 + 24)]
    canvas.place_text(words, options, canvas.layout.detail, fill="accent")


FORM = Form("timeline", "When did what happen?", TIMELINE, timeline, in_pixels=True)
