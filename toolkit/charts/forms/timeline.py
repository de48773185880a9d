"""Events in rows on one axis of time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_axes import labelled
from toolkit.charts.dates import DAY, moment, ticks_of_dates, vega_time
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Row, text_column, text_option
from toolkit.charts.example import invented_chart
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.plots import ROOM
from toolkit.charts.rows import HALO, SPAN, TICK, NamedRow, Rows, line_through, words_at_marks
from toolkit.charts.scales import PixelScale
from toolkit.charts.typography import text_width
from toolkit.core.errors import Problem, ToolkitError

TICK_TIME = "time(datum.value)"
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

    emphasis: str = text_option(
        "the row, or the group, in the accent colour; without it, none", "", among="label group"
    )


def example() -> Drawing:
    """A bridge that was closed."""
    names = ("group", "day", "event", "more", "result")
    rows = [
        ("What happened", "2025-11-03", "A crack is found", "by a diver", None),
        ("What happened", "2026-02-17", "The bridge is closed", None, "9,000 cars a day"),
        ("What happened", "2026-03", "Repairs", None, "€2.4m"),
        ("What was said", "2026-02-20", "The council's statement", "“found this week”", None),
    ]
    return invented_chart(
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


@dataclass(frozen=True)
class Time:
    """When an event began and ended, the same for a day, in milliseconds."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half way between both."""
        return (self.low + self.high) / 2


def timeline(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A dot for a day, a bar for a month or a year, in the order of the table.

    Raises ToolkitError where all events are on one day, and for a tie across groups.
    """
    read, options = FORM.read(drawing)
    times = [time_of(row.start, drawing.where) for row in read]
    low, high = min(time.low for time in times), max(time.high for time in times)
    if high - low < DAY:
        remedy = "say it in a sentence or a table"
        raise ToolkitError(drawing.where, "all events on one day", "events on two days or more", remedy)
    fields = Fields(drawing)
    named = [NamedRow.of(row, row.label) for row in read]
    rows = Rows(fields, layout, named, emphasis=options.emphasis)
    room = max(MARGIN * (high - low), DAY)
    scale = PixelScale(low - room, high + room, rows.start + 8, layout.width - 8)
    layers = [*ties(rows, read, times, scale), *rows.names_of(rimmed=not layout.wide)]
    grid, axis = _axis_of(rows, scale)
    domain: Any = [scale.low, scale.high]
    on = alt.Scale(type="utc", domain=domain, range=[scale.start, scale.end], nice=False)
    marks = _marks(rows, read, times, scale)
    return rows.over(alt.X(type="temporal", scale=on, axis=axis), [*grid, *layers, *marks])


def time_of(when: str, where: str) -> Time:
    """A day as a point; a month or a year from its first day to the next one's.

    Raises ToolkitError for any other text.
    """
    start = moment(when, where)
    year, *rest = when.split("-")
    if len(rest) == 2:
        return Time(start, start)
    after = f"{int(year) + int(rest[0]) // 12}-{int(rest[0]) % 12 + 1:02}" if rest else str(int(year) + 1)
    return Time(start, moment(after, where))


def _axis_of(rows: Rows, scale: PixelScale) -> tuple[list[alt.Chart], alt.Axis]:
    """The axis of time, and in the narrow layout its lines around each mark alone: above it stands its name."""
    layout, drawing = rows.layout, rows.fields.drawing
    rule, context = (drawing.palette.light[role] for role in ("rule", "context"))
    found = ticks_of_dates(scale.low, scale.high, scale.end - scale.start, ROOM, drawing.locale)
    ticks, labels = [at for at, _ in found], [words for _, words in found]
    places = {at: scale.at(at) for at in ticks}
    axis = alt.Axis(
        **labelled(places, labels, layout.detail, layout.width, TICK_TIME),
        title=None,
        ticks=True,
        tickColor=context,
        grid=layout.wide,
        gridColor=rule,
    )
    if layout.wide:
        return [], axis
    at = rows.fields.add("ticks", [ticks] * len(rows.rows))
    tick = alt.Chart().transform_flatten([at], as_=["tick"])
    tick = tick.mark_tick(color=rule, orient="vertical", size=TICK, thickness=1, yOffset=rows.shift)
    return [tick.encode(x=alt.X(field="tick", type="temporal"))], axis


def _marks(rows: Rows, read: list[TimelineRow], times: list[Time], scale: PixelScale) -> list[alt.Chart]:
    """A line through each row, its event on it, and what it came to beside it, on the right where that fits."""
    fields, layout = rows.fields, rows.layout
    until = fields.add("until", [vega_time(time.high) if time.high > time.low else None for time in times])
    day = fields.add("on", [vega_time(time.low) if time.high == time.low else None for time in times])
    start, when = alt.X(field=fields.name("start"), type="temporal"), alt.X(field=day, type="temporal")
    look = looks.bars(fields, rows.role)
    bar = of_rows_with(alt.Chart().mark_bar(height=SPAN, yOffset=rows.shift), until)
    point = of_rows_with(alt.Chart().mark_point(size=154, opacity=1, yOffset=rows.shift), day)
    made = [
        line_through(rows, scale),
        bar.encode(x=start, x2=alt.X2(field=until), tooltip=fields.tooltip, **look),
        point.encode(x=when, tooltip=fields.tooltip, **looks.points(fields, rows.role)),
    ]
    if not any(row.said for row in read):
        return made
    size, asides, ends = layout.detail + 0.5, [], []
    for row, time in zip(read, times, strict=True):
        right = scale.at(time.high) + (8 if time.high > time.low else 15)
        fits = right + text_width(row.said or "", size, 600) <= layout.width
        asides.append(right - scale.at(time.high) if fits else -15.0)
        ends.append(vega_time(time.high if fits else time.low))
    end, aside = fields.add("said_at", ends), fields.add("said_dx", asides)
    words = words_at_marks(rows, fields.name("said"), aside, size, 600, rows.shift + 5)
    return [*made, words.encode(x=alt.X(field=end, type="temporal"))]


def ties(rows: Rows, read: list[TimelineRow], times: list[Time], scale: PixelScale) -> list[alt.Chart]:
    """Dotted lines from an event down to the next one with the same words, which stand beside the last bend.

    Raises ToolkitError for a tie between two groups, whose rows lie in plots of their own.
    """
    tied: dict[str, list[TimelineRow]] = {}
    for row in read:
        if row.joined:
            tied.setdefault(row.joined, []).append(row)
    if wrong := [words for words, members in tied.items() if len({row.group for row in members}) > 1]:
        where, allowed = rows.fields.drawing.where, "ties between rows of one group"
        raise ToolkitError([Problem(where, f"joined={words!r} in two groups", allowed, "drop it") for words in wrong])
    fields, layout = rows.fields, rows.layout
    pairs = [(before.index, row.index) for members in tied.values() for before, row in pairwise(members)]
    if not pairs:
        return []
    words, asides = {}, {}
    for said, members in tied.items():
        if len(members) > 1:
            bend, end = (scale.at(times[row.index].middle) for row in members[-2:])
            right = min(bend + 7, max(end - text_width(said, layout.detail) - 14, 0))
            words[members[-1].index], asides[members[-1].index] = said, round(right - bend, 1)
    start = fields.add_to_some("tie", {at: vega_time(times[before].middle) for before, at in pairs})
    end_at = fields.add_to_some("tie_end", {at: vega_time(times[at].middle) for _, at in pairs})
    to_row = fields.add_to_some("tie_row", {at: fields.records[before][rows.row] for before, at in pairs})
    text, aside = fields.add_to_some("tie_words", words), of_row(fields.add_to_some("tie_dx", asides))
    accent = fields.drawing.palette.light["accent"]
    x = alt.X(field=start, type="temporal")
    line: Any = {"color": accent, "strokeWidth": 2, "strokeDash": looks.DOTTED, "yOffset": rows.shift}
    whole = of_rows_with(alt.Chart(), start)
    down = rows.shift + (-7 if layout.wide else 18)
    return [
        whole.mark_rule(**line, y2Offset=rows.shift).encode(x=x, y2=alt.Y2(field=to_row)),
        whole.mark_rule(**line).encode(x=x, x2=alt.X2(field=end_at)),
        fields.words(text, layout.detail, dx=aside, dy=down, rim=HALO, role="accent").encode(x=x),
    ]


FORM = Form("timeline", "When did what happen?", TimelineRow, TimelineOptions, timeline)
