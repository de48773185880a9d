"""Vertical columns along time, stacked of parts; panels stand one above the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import (
    Encodings,
    Form,
    Row,
    number_column,
    number_or_date_column,
    text_column,
    text_option,
)
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.notes import Ground, Note, note_layers
from toolkit.charts.plots import Measure, Plot, measure, plot_of, refuse_twice
from toolkit.charts.scales import UNITS, Scale
from toolkit.charts.slots import Slots, foot_axis, in_run, key_of, slots_of, words_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError

WIDEST = 76  # pixels of a column


@dataclass(frozen=True)
class ColumnsRow(Row):
    """A column or a part of one, a level across successive columns, or an event before a column."""

    x: Cell | str = number_or_date_column(
        "the column: a number, a date or a name; low and high for a level", required=True
    )
    value: Cell | None = number_column(
        "the height from zero, or of a level; empty for no column", required=True, role="level"
    )
    part: str | None = text_column("parts are stacked in the table's order")
    panel: str | None = text_column("one panel for each, with its own axis")
    role: str = text_column("what the row is; without it a column", choices=("column", "level", "event"))
    label: str | None = text_column("the name of a level or an event")
    detail: str | None = text_column("under the name")


@dataclass(frozen=True)
class ColumnsOptions:
    """Options: what is emphasised, and the words of the axes."""

    emphasis: str | None = text_option("the part in the accent colour; the others are grey")
    x_title: str = text_option("before the first column's name", "")
    unit: str | None = text_option("the upright axis", choices=UNITS)


COLUMNS = Encodings(ColumnsRow, ColumnsOptions)


def example() -> Drawing:
    """Late buses by week, before and after a new timetable."""
    late = (31, 28, 33, 30, 34, 29, 32, 22, 19, 21, 18, 17)
    weeks: list[dict[str, str | Cell | None]] = [
        {"week": number(week), "late": number(count * 10), "what": "column", "words": None, "more": None}
        for week, count in enumerate(late, 1)
    ]
    for first, last, mean, words in ((1, 7, 310, None), (8, 12, 194, "194")):
        span = number(first, f"{first} to {last}", last)
        weeks.append(
            {"week": span, "late": number(mean), "what": "level", "words": words, "more": words and "weekly mean"}
        )
    weeks.append({"week": number(8), "late": None, "what": "event", "words": "new timetable", "more": None})
    return invented_chart(
        "columns",
        weeks,
        "Fewer buses came late after the new timetable",
        "Late buses a week in an invented town",
        "Columns for each week, of about equal height, then about a third lower from the new timetable on.",
        x="week",
        value="late",
        role="what",
        label="words",
        detail="more",
        x_title="week",
    )


@dataclass(frozen=True)
class Panel:
    """One panel: its name, its rows, how tall it is in pixels, its upright scale, and where its columns stand."""

    name: str
    columns: list[ColumnsRow]
    levels: list[ColumnsRow]
    y: Measure
    plot: Plot


def columns(drawing: Drawing, layout: Layout) -> alt.VConcatChart:
    """Columns from zero, strokes for levels, a dotted line where something happens.

    Raises ToolkitError where there is no column, one is below zero, two have one place, or a level is over none.
    """
    rows, options = COLUMNS.read(drawing)
    found = [row for row in rows if row.role == "column" and row.value]
    if not found or min(row.value.low for row in found if row.value) < 0:
        raise ToolkitError(drawing.where, "no columns, or some below zero", allowed="columns from zero upwards")
    refuse_twice(found, lambda row: tuple(part for part in (row.panel, row.part, words_of(row.x)) if part), drawing)
    slots, fields = slots_of([row.x for row in found], drawing.locale), Fields(drawing)
    keys = {row.index: key_of(row.x) for row in rows if row.role != "level"}
    if wrong := [row for row in rows if row.role == "event" and keys[row.index] not in slots.names]:
        raise ToolkitError(drawing.where, f"an event at {words_of(wrong[0].x)!r}", allowed="the x of a column")
    key = fields.add("column", [keys.get(row.index) for row in rows])
    panels = panels_of(rows, found, options, slots, fields, layout)
    made = [
        panel_chart(panel, rows, options, slots, fields, key, nth == 0, nth == len(panels) - 1)
        for nth, panel in enumerate(panels)
    ]
    return alt.vconcat(*made, data=fields.data, spacing=18)


def panels_of(
    rows: list[ColumnsRow],
    found: list[ColumnsRow],
    options: ColumnsOptions,
    slots: Slots,
    fields: Fields,
    layout: Layout,
) -> list[Panel]:
    """The panels, each with an axis long enough for its stacks and levels, one under the other."""
    measured, drawing = [], fields.drawing
    for name in dict.fromkeys(row.panel or "" for row in found):
        inside = [row for row in found if (row.panel or "") == name]
        levels = [row for row in rows if row.role == "level" and (row.panel or "") == name]
        sums: dict[str, float] = {}
        for row in inside:
            if row.value:
                sums[key_of(row.x)] = sums.get(key_of(row.x), 0) + row.value.high
        values = [row.value for row in (*inside, *levels) if row.value]
        whole = [replace(values[0], low=0.0, high=total) for total in sums.values()]
        measured.append((name, inside, levels, measure([*whole, *values], drawing, 3, options.unit)))
    room = level_room(rows, layout) if layout.wide else 3
    left = max(plot_of(y, y, drawing, layout, 1, room).left for *_, y in measured)
    panels = []
    for nth, (name, inside, levels, y) in enumerate(measured):
        tall = 220 if len(measured) == 1 else 100 if nth else 190
        across = Scale(0, slots.count, 0, layout.width - left - room)
        panels.append(
            Panel(name, inside, levels, y, Plot(drawing, layout, left, across, Scale(y.low, y.high, tall, 0)))
        )
    return panels


def level_room(rows: list[ColumnsRow], layout: Layout) -> float:
    """The width in pixels of the names of levels right of the plot."""
    said = [(row.label or "", layout.value, 600) for row in rows if row.role == "level"]
    said += [(row.detail or "", layout.detail, 400) for row in rows if row.role == "level"]
    return max((text_width(*line) for line in said), default=-7) + 9


def panel_chart(
    panel: Panel,
    rows: list[ColumnsRow],
    options: ColumnsOptions,
    slots: Slots,
    fields: Fields,
    key: str,
    first: bool,
    last: bool,
) -> alt.LayerChart | alt.FacetChart:
    """One panel: its axis, its columns, its levels, and the events."""
    plot = panel.plot
    strong = any(row.part and row.part == options.emphasis for row in panel.columns)
    axis = foot_axis(slots, plot, options.x_title) if last else None
    scale: dict[str, Any] = {"scale": alt.Scale(type="band", domain=list(slots.names), padding=0), "axis": axis}
    x = alt.X(field=key, type="nominal", **scale)
    upright = {"scale": panel.y.scale(), "axis": panel.y.upright(plot)}
    stacked, reached = stacks(panel, fields, x, options.emphasis if strong else None, slots)
    ground = Ground(plot)
    for at, high in reached.items():
        left = plot.x.at(slots.place(at))
        ground.mark(left, plot.y.at(high), left + plot.x.end / slots.count, plot.y.start)
    edge = alt.X(**x._kwds | {"bandPosition": 0})
    found = [*part_note(panel, options, slots, reached)] if strong else []
    events = [row for row in rows if row.role == "event"]
    layers = [
        *stacked,
        *level_layers(panel, fields, slots, "accent" if strong else "ink", scale),
        *event_rules(fields, events, edge),
        *note_layers(
            fields,
            [*(event_notes(events, slots, plot) if first else []), *found],
            ground,
            edge,
            alt.Y(type="quantitative"),
        ),
    ]
    layers[0] = layers[0].encode(y=alt.Y(**layers[0].encoding.y._kwds | upright))
    if panel.name:
        style: dict[str, Any] = {"baseline": "alphabetic", "fontSize": plot.layout.label, "fontWeight": 600}
        words = alt.Chart(alt.InlineData(values=[{"panel": panel.name}]))
        words = words.mark_text(align="left", dx=-plot.left, dy=-22 if plot.layout.wide else -26, **style)
        layers.append(words.encode(x=alt.XValue(0), y=alt.YValue(0), text=alt.Text(field="panel", type="nominal")))
    return layered(*layers, width=plot.x.end, height=plot.y.start)


def stacks(
    panel: Panel, fields: Fields, x: alt.X, emphasis: str | None, slots: Slots
) -> tuple[list[alt.Chart], dict[str, float]]:
    """The parts of each column on top of one another, of ranges the high end pale; how high each column reaches."""
    reached: dict[str, float] = {}
    ends: dict[int, tuple[float, float, float, str]] = {}
    for row in panel.columns:
        if row.value:
            base, at = reached.get(key_of(row.x), 0.0), key_of(row.x)
            role = "ink" if emphasis is None else "accent" if row.part == emphasis else "context"
            ends[row.index] = (base, base + row.value.low, base + row.value.high, role)
            reached[at] = base + row.value.high
    every = range(len(fields.records))
    foot, low, high, role = (
        fields.add(name, [ends[at][part] if at in ends else None for at in every])
        for part, name in enumerate(("foot", "top", "highest", "colour"))
    )
    pitch = panel.plot.x.end / slots.count
    bar = alt.Chart().mark_bar(width=min(pitch - min(4.0, pitch * 0.14), WIDEST))
    kinds = {row.index: looks.with_kind(ends[row.index][3], row.value.kind) for row in panel.columns if row.value}
    look = fields.add("look", [kinds.get(at) for at in every])
    among = looks.bars_among(list(dict.fromkeys(kinds.values())), look, fields.drawing.palette)
    shown = bar.transform_filter(f"datum.{low} > datum.{foot}")
    y: dict[str, Any] = {"type": "quantitative"}
    made = [shown.encode(x=x, y=alt.Y(field=low, **y), y2=foot, tooltip=fields.tooltip, **among)]
    if any(row.value and row.value.is_range for row in panel.columns):
        pale = [looks.with_kind(ends[at][3], looks.PROJECTED) if at in ends else None for at in every]
        field = fields.add("range_look", pale)
        open_ = bar.transform_filter(f"datum.{high} > datum.{low}")
        among = looks.bars_among(list(dict.fromkeys(one for one in pale if one)), field, fields.drawing.palette)
        made.append(open_.encode(x=x, y=alt.Y(field=high, **y), y2=low, tooltip=fields.tooltip, **among))
    return made, reached


def part_note(panel: Panel, options: ColumnsOptions, slots: Slots, reached: dict[str, float]) -> list[Note]:
    """The name of the emphasised part beside its tallest column."""
    parts = [row for row in panel.columns if row.part == options.emphasis]
    tallest = max(parts, key=lambda row: reached[key_of(row.x)])
    key, plot = key_of(tallest.x), panel.plot
    pitch, place = plot.x.end / slots.count, slots.place(key_of(tallest.x))
    at = plot.x.at(place), plot.y.at(reached[key])
    right = [(pitch + 6, drop, "start") for drop in (12.0, 2.0, -8.0)]
    places = [*right, (-6.0, 12.0, "end"), (0.0, -6.0, "start")]
    if at[0] + pitch + 6 + text_width(options.emphasis or "", plot.layout.label, 600) > plot.x.end:
        places = places[3:]
    return [Note(tallest.index, at, key, reached[key], options.emphasis or "", places, "accent", plot.layout.label)]


def level_layers(panel: Panel, fields: Fields, slots: Slots, last_role: str, scale: dict[str, Any]) -> list[alt.Chart]:
    """Horizontal strokes across successive columns, named right of the plot, or over it in the narrow layout.

    Raises ToolkitError for a level that is over no column.
    """
    if not panel.levels:
        return []
    layout, every, keys = panel.plot.layout, range(len(fields.records)), list(slots.names)
    runs: dict[int, tuple[str, str]] = {}
    for row in panel.levels:
        inside = [key for key in keys if in_run(key, row.x)]
        if not inside or row.value is None:
            raise ToolkitError(
                fields.drawing.where, f"a level over {words_of(row.x)!r}", allowed="columns of the chart"
            )
        runs[row.index] = (inside[0], inside[-1])
    first, last = (
        fields.add(name, [runs[at][part] if at in runs else None for at in every])
        for part, name in enumerate(("level_from", "level_to"))
    )
    roles = {row.index: last_role if row is panel.levels[-1] else "ink" for row in panel.levels}
    role = fields.add("level_role", [roles.get(at) for at in every])
    paper, muted = (fields.drawing.palette.light[name] for name in ("paper", "muted"))
    y = alt.Y(field=fields.low("value"), type="quantitative")
    ends = {"x": alt.X(field=first, type="nominal", bandPosition=0, **scale), "x2": alt.X2(field=last, bandPosition=1)}
    whole = alt.Chart().transform_filter(f"isValid(datum.{first})")
    strokes = looks.strokes_among(list(dict.fromkeys(roles.values())), role, fields.drawing.palette)
    made = [
        whole.mark_rule(stroke=paper, strokeWidth=4.4, xOffset=3, x2Offset=-3).encode(y=y, **ends),
        whole.mark_rule(strokeWidth=2.25, xOffset=3, x2Offset=-3).encode(
            y=y, tooltip=fields.tooltip, **ends, **strokes
        ),
    ]
    colours = looks.words(fields, role)
    for name, size, weight, down, colour in (
        ("label", layout.value, 600, 6.0, colours),
        ("detail", layout.detail, 400, 6 + layout.line, {"color": alt.ColorValue(muted)}),
    ):
        if name in fields.drawing.encodings:
            made.append(level_words(panel, fields, first, name, (size, weight, down), colour, y))
    return made


def level_words(
    panel: Panel,
    fields: Fields,
    level: str,
    name: str,
    look: tuple[float, Any, float],
    colour: dict[str, Any],
    y: alt.Y,
) -> alt.Chart:
    """The names of levels, or what is under these; in the narrow layout name and detail stand over the plot."""
    (size, weight, down), layout, field = look, panel.plot.layout, fields.name(name)
    words = alt.Chart().transform_filter(f"isValid(datum.{level}) && isValid(datum[{json.dumps(field)}])")
    text = alt.Text(field=field, type="nominal")
    style: dict[str, Any] = {"baseline": "alphabetic", "fontSize": size, "fontWeight": weight}
    if layout.wide:
        words = words.mark_text(align="left", dx=9, dy=down, **style)
        return words.encode(x=alt.XValue("width"), y=y, text=text, **colour)
    beside = max((text_width(row.label or "", layout.value, 600) for row in panel.levels if row.label), default=0)
    aside = 0 if name == "label" else -beside - 6
    return words.mark_text(align="right", dx=aside, dy=-26, **style).encode(
        x=alt.XValue("width"), y=alt.YValue(0), text=text, **colour
    )


def event_rules(fields: Fields, events: list[ColumnsRow], x: alt.X) -> list[alt.Chart]:
    """A dotted line before the column of each event."""
    if not events:
        return []
    chosen = {row.index for row in events}
    event = fields.add("event", [True if at in chosen else None for at in range(len(fields.records))])
    ink = fields.drawing.palette.light["ink"]
    rule = alt.Chart().mark_rule(color=ink, strokeWidth=1.6, strokeDash=looks.DOTTED, yOffset=-14)
    rule = rule.transform_filter(f"isValid(datum.{event})")
    return [rule.encode(x=x, y=alt.YValue(0), y2=alt.Y2Value("height"))]


def event_notes(events: list[ColumnsRow], slots: Slots, plot: Plot) -> list[Note]:
    """The names of events over the plot, right or left of their lines."""
    found, size = [], plot.layout.detail
    for row in events:
        key = key_of(row.x)
        at = plot.x.at(slots.place(key)), plot.y.end
        edge = plot.layout.width - plot.left - at[0]
        places = [(6.0, -6.0, "start"), (edge if edge < plot.x.end / 2 else -6.0, -6.0, "end")]
        found.append(Note(row.index, at, key, plot.y.high, row.label or "", places, "muted", size, bold=False))
    return found


FORM = Form("columns", "What happened week by week, and of what does it consist?", COLUMNS, columns)
