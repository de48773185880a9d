"""Vertical columns along time, stacked of parts; panels stand one above the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import level_axis, level_margin
from toolkit.charts.canvas import DOTTED, MARKS, POINTS, Canvas
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
from toolkit.charts.example import example, number
from toolkit.charts.marks import PROJECTED, bar
from toolkit.charts.scales import UNITS, Scale, round_up, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError
from toolkit.core.language import Locale

ISO = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
WIDEST = 76


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


def sample() -> Drawing:
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
    return example(
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


Key = float | str  # of a column: a number, or a date or name


@dataclass(frozen=True)
class Column(Row):
    """A column, or one of its parts."""

    key: Key
    name: str
    panel: str
    part: str | None
    value: Cell


@dataclass(frozen=True)
class Panel:
    """One panel: its rows, and its vertical axis from zero to `top`, whose labels are `margin` pixels wide."""

    columns: list[Column]
    levels: list[ColumnsRow]
    top: float
    unit: str
    margin: float


@dataclass(frozen=True)
class Slots:
    """The positions of columns by key: slots of equal width, each with a name."""

    names: dict[Key, str]
    left: float
    right: float

    @property
    def pitch(self) -> float:
        """Pixels from one column to the next."""
        return (self.right - self.left) / len(self.names)

    def starts(self, key: Key) -> float:
        """Where the slot of a column starts, in pixels."""
        return self.left + list(self.names).index(key) * self.pitch


def columns(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Columns from zero, strokes for levels, a dotted line where something happens.

    Raises ToolkitError where there is no column, one is below zero, or a level or event is at no column.
    """
    rows, options = COLUMNS.read(drawing)
    found = [
        Column(row.index, key_of(row.x), name_of(row.x), row.panel or "", row.part, row.value)
        for row in rows
        if row.role == "column" and row.value
    ]
    if not found or min(column.value.low for column in found) < 0:
        raise ToolkitError(drawing.where, "no columns, or some below zero", allowed="columns from zero upwards")
    canvas = Canvas(drawing, layout)
    panels = {name: panel_of(name, canvas, rows, found, options) for name in dict.fromkeys(c.panel for c in found)}
    slots = Slots(
        slot_names(found, drawing.locale),
        max(panel.margin for panel in panels.values()),
        layout.width - (level_room(rows, layout) if layout.wide else 1),
    )
    plots: list[Scale] = []
    for name, panel in panels.items():
        top = (plots[-1].start + 18 if plots else 0) + (38 if layout.wide else 42)
        canvas.text(0, top - (22 if layout.wide else 26), name, layout.label, 600)
        tall = 220 if len(panels) == 1 else 100 if plots else 190
        plots.append(Scale(0, panel.top, top + tall, top))
        draw_panel(canvas, panel, slots, plots[-1], options.emphasis)
    foot = plots[-1].start
    events(canvas, [row for row in rows if row.role == "event"], slots, plots[0].end, foot)
    foot_words(canvas, slots, foot, options.x_title)
    return canvas.to_chart(foot + layout.detail + 16)


def key_of(x: Cell | str) -> Key:
    """The key of a column."""
    return x.low if isinstance(x, Cell) else x


def name_of(x: Cell | str) -> str:
    """The label under a column."""
    return x.text if isinstance(x, Cell) else x


def panel_of(name: str, canvas: Canvas, rows: list[ColumnsRow], found: list[Column], options: ColumnsOptions) -> Panel:
    """One panel with its columns, its levels, and an axis long enough for all of them."""
    inside = [column for column in found if column.panel == name]
    levels = [row for row in rows if row.role == "level" and (row.panel or "") == name]
    values = [row.value for row in rows if row.value and (row.panel or "") == name]
    sums: dict[Key, float] = {}
    for column in inside:
        sums[column.key] = sums.get(column.key, 0) + column.value.high
    top = round_up(max([*sums.values(), *(row.value.high for row in levels if row.value)]), 3)
    unit = unit_of(values, options.unit)
    return Panel(inside, levels, top, unit, level_margin(canvas, Scale(0, top, 100, 0), unit, 3))


def draw_panel(canvas: Canvas, panel: Panel, slots: Slots, scale: Scale, emphasis: str | None) -> None:
    """One panel: its axis, its columns, its levels."""
    strong = any(column.part and column.part == emphasis for column in panel.columns)
    level_axis(canvas, scale, panel.unit, slots.left, slots.right, 3)
    stacks(canvas, panel.columns, slots, scale, emphasis if strong else None)
    levels(canvas, panel.levels, slots, scale, "accent" if strong else "ink")
    canvas.plot_area(slots.left, scale.end, slots.right, scale.start)


def slot_names(found: Sequence[Column], locale: Locale) -> dict[Key, str]:
    """Each column's key and name, numbers and dates in their order."""
    names = {column.key: column.name for column in found}
    dates = sorted(key for key in names if isinstance(key, str) and ISO.fullmatch(key))
    if len(dates) == len(names):
        return dict(zip(dates, date_words(dates, locale), strict=True))
    numbers = sorted(key for key in names if not isinstance(key, str))
    return {key: names[key] for key in (numbers if len(numbers) == len(names) else names)}


def date_words(days: list[str], locale: Locale) -> list[str]:
    """Labels for dates: month and day, with the year at the first and where it changes."""
    said, year = [], ""
    for day in days:
        now, _, rest = day.partition("-")
        month, _, of_month = rest.partition("-")
        name = locale.short_months[int(month) - 1] if month else ""
        parts = [locale.day.format(day=int(of_month), month=name) if of_month else name] if month else []
        said.append(" ".join(parts + ([now] if now != year or not month else [])))
        year = now
    return said


def level_room(rows: list[ColumnsRow], layout: Layout) -> float:
    """The width in pixels of the names of levels right of the plot."""
    said = [(row.label or "", layout.value, 600) for row in rows if row.role == "level"]
    said += [(row.detail or "", layout.detail, 400) for row in rows if row.role == "level"]
    return max((text_width(*line) for line in said), default=-7) + 9


def stacks(canvas: Canvas, parts: list[Column], slots: Slots, scale: Scale, emphasis: str | None) -> None:
    """The parts of each column on top of one another; the emphasised part is named beside its tallest column."""
    reached: dict[Key, float] = {}
    half = min(slots.pitch - min(4.0, slots.pitch * 0.14), WIDEST) / 2
    for part in parts:
        base, middle = reached.get(part.key, 0.0), slots.starts(part.key) + slots.pitch / 2
        x0, x1, value = middle - half, middle + half, part.value
        role = "ink" if emphasis is None else "accent" if part.part == emphasis else "context"
        with canvas.for_rows(part):
            bar(canvas, x0, scale.at(base + value.low), x1, scale.at(base), role, value.kind)
            if value.is_range:
                bar(canvas, x0, scale.at(base + value.high), x1, scale.at(base + value.low), role, PROJECTED)
        reached[part.key] = base + value.high
    if emphasis:
        tallest = max((part.key for part in parts if part.part == emphasis), key=lambda key: reached[key])
        x, y = slots.starts(tallest), scale.at(reached[tallest])
        right = [(x + slots.pitch + 6, y + drop, "start") for drop in (12, 2, -8)]
        options = [*right, (x - 6, y + 12, "end"), (x, y - 6, "start")]
        canvas.place_text(emphasis, options, canvas.layout.label, 600, "accent")


def levels(canvas: Canvas, rows: list[ColumnsRow], slots: Slots, scale: Scale, last_role: str) -> None:
    """Horizontal strokes across successive columns, named right of the plot, or over the stroke in the narrow layout.

    Raises ToolkitError for a level that is over no column.
    """
    layout, head = canvas.layout, scale.end - (22 if canvas.layout.wide else 26)
    for row in rows:
        inside = [key for key in slots.names if in_run(key, row.x)]
        if not inside or row.value is None:
            raise ToolkitError(canvas.drawing.where, f"a level over {name_of(row.x)!r}", allowed="columns of the chart")
        y, role = scale.at(row.value.low), last_role if row is rows[-1] else "ink"
        x0, x1 = slots.starts(inside[0]) + 1, slots.starts(inside[-1]) + slots.pitch - 1
        with canvas.for_rows(row):
            canvas.rect(x0, y - 2.2, x1, y + 2.2, fill="paper", level=POINTS)
            canvas.rule(x0, y, x1, y, role, 2.25, level=POINTS)
            if row.label and layout.wide:
                canvas.text(slots.right + 9, y + 6, row.label, layout.value, 600, role)
                canvas.text(slots.right + 9, y + 6 + layout.line, row.detail or "", layout.detail, fill="muted")
            elif row.label:
                box = canvas.text(layout.width, head, row.label, layout.value, 600, role, "end")
                canvas.text(box.left - 6, head, row.detail or "", layout.detail, fill="muted", anchor="end")


def in_run(key: Key, run: Cell | str) -> bool:
    """True if a level goes across a column."""
    return run.low <= key <= run.high if isinstance(run, Cell) and not isinstance(key, str) else key == run


def events(canvas: Canvas, rows: list[ColumnsRow], slots: Slots, top: float, foot: float) -> None:
    """A dotted line before the column of an event, through all panels. Raises ToolkitError where there is no column."""
    for row in rows:
        key = key_of(row.x)
        if key not in slots.names:
            raise ToolkitError(canvas.drawing.where, f"an event at {key!r}", allowed="the x of a column")
        x = slots.starts(key)
        spots = [(x + 6, top - 6, "start"), (x - 6, top - 6, "end")]
        with canvas.for_rows(row):
            canvas.rule(x, top - 14, x, foot, "ink", 1.6, DOTTED, level=MARKS)
            canvas.place_text(row.label or "", spots, canvas.layout.detail, fill="muted", marks=False)


def foot_words(canvas: Canvas, slots: Slots, foot: float, x_title: str) -> None:
    """Labels of the first and the last column, and of those between that have room."""
    layout, names, pitch = canvas.layout, list(slots.names.values()), slots.pitch
    size, most = layout.detail, 8 if layout.wide else 5
    widest = max(text_width(name, size) for name in names) + 14
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s * pitch >= widest and len(names) / s <= most), len(names))
    y, right, last = foot + size + 5, -1e9, len(names) - 1
    last_left = slots.right - text_width(names[-1], size)
    for at, name in enumerate(names):
        said = f"{x_title} {name}".strip() if at == 0 else name
        wide, middle = text_width(said, size), slots.left + (at + 0.5) * pitch
        x = max(slots.left, middle - wide / 2) if at < last else min(middle - wide / 2, layout.width - wide)
        due = at in (0, last) or ((at + 1) % step == 0 and x + wide + 20 < last_left)
        if due and x > right + 7:
            canvas.text(x, y, said, size, fill="muted")
            right = x + wide


FORM = Form("columns", "What happened week by week, and of what does it consist?", COLUMNS, columns, in_pixels=True)
