"""Upright columns along time, stacked in parts, one panel above the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import level_axis, level_margin
from toolkit.charts.canvas import DOTTED, MARKS, POINTS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, number, place, text, words
from toolkit.charts.marks import PROJECTED, bar
from toolkit.charts.scales import UNITS, Scale, round_up, unit_of
from toolkit.charts.typography import text_width
from toolkit.core.errors import ToolkitError
from toolkit.core.locales import Locale

COLUMNS = Wants(
    {
        "x": place("the column: a number, a date or a name; low and high for a level", required=True),
        "value": number("the height from zero, or of a level; empty for no column", required=True, role="level"),
        "part": text("parts are stacked in the table's order"),
        "panel": text("one panel for each, with its own axis"),
        "role": text("what the row is; without it a column", choices=("column", "level", "event")),
        "label": text("the name of a level or an event"),
        "detail": text("under the name"),
        "emphasis": words("the part in the accent colour; the others are grey"),
        "x_title": words("before the first column's name", ""),
        "unit": words("the upright axis", choices=UNITS),
    }
)

ISO = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?")
WIDEST = 76


@dataclass(frozen=True)
class Ground:
    """Where the columns stand: one slot of equal width for each."""

    slots: dict[float | str, str]
    left: float
    right: float

    @property
    def pitch(self) -> float:
        return (self.right - self.left) / len(self.slots)

    def starts(self, key: float | str) -> float:
        return self.left + list(self.slots).index(key) * self.pitch


def columns(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Columns from zero, strokes for levels, a dotted line where something happens."""
    rows, plain = COLUMNS.read(drawing)
    for row in rows:
        row.role, row.panel = row.role or "column", row.panel or ""
    bars = [row for row in rows if row.role == "column" and row.value]
    if not bars or min(row.value.low for row in bars) < 0:
        raise ToolkitError(drawing.where, "no columns, or some below zero", allowed="columns from zero upwards")
    canvas = Canvas(drawing, layout)
    panels = {row.panel: [other for other in rows if other.panel == row.panel] for row in bars}
    axes = {panel: panel_axis(canvas, mine, plain) for panel, mine in panels.items()}
    ground = Ground(
        slots_of(bars, drawing.locale),
        max(margin for _, _, margin in axes.values()),
        layout.width - (level_room(rows, layout) if layout.wide else 1),
    )
    plots: list[Scale] = []
    for panel, mine in panels.items():
        top = (plots[-1].start + 18 if plots else 0) + (38 if layout.wide else 42)
        canvas.text(0, top - (22 if layout.wide else 26), panel, layout.label, 600)
        tall = 220 if len(panels) == 1 else 100 if plots else 190
        plots.append(Scale(0, axes[panel][0], top + tall, top))
        draw_panel(canvas, mine, ground, plots[-1], axes[panel][1], plain)
    foot = plots[-1].start
    events(canvas, [row for row in rows if row.role == "event"], ground, plots[0].end, foot)
    foot_words(canvas, ground, foot, plain)
    return canvas.to_chart(foot + layout.detail + 16)


def draw_panel(
    canvas: Canvas, rows: list[SimpleNamespace], ground: Ground, scale: Scale, unit: str, plain: SimpleNamespace
) -> None:
    """One panel: its axis, its columns, its levels."""
    strong = any(row.part and row.part == plain.emphasis for row in rows)
    level_axis(canvas, scale, unit, ground.left, ground.right, 3)
    stacks(canvas, [row for row in rows if row.role == "column"], ground, scale, plain.emphasis if strong else None)
    levels(canvas, [row for row in rows if row.role == "level"], ground, scale, "accent" if strong else "ink")
    canvas.plot_area(ground.left, scale.end, ground.right, scale.start)


def key_of(x: Cell | str) -> float | str:
    return x.low if isinstance(x, Cell) else x


def slots_of(bars: list[SimpleNamespace], locale: Locale) -> dict[float | str, str]:
    """Each column's key and name, numbers and dates in their order."""
    found = {key_of(row.x): row.x.text if isinstance(row.x, Cell) else row.x for row in bars}
    if all(isinstance(key, str) and ISO.fullmatch(key) for key in found):
        found = dict(zip(sorted(found), date_words(sorted(found), locale), strict=True))
    keys = list(found)
    return {key: found[key] for key in (sorted(keys) if all(isinstance(k, float | int) for k in keys) else keys)}


def date_words(days: list[str], locale: Locale) -> list[str]:
    """Months and days as words, the year at the first and wherever it changes."""
    said, year = [], ""
    for text_ in days:
        now, month, of_month = ISO.fullmatch(text_).groups()
        name = locale.short_months[int(month) - 1] if month else ""
        parts = [locale.day.format(day=int(of_month), month=name) if of_month else name] if month else []
        said.append(" ".join(parts + ([now] if now != year or not month else [])))
        year = now
    return said


def panel_axis(canvas: Canvas, rows: list[SimpleNamespace], plain: SimpleNamespace) -> tuple[float, str, float]:
    """The top of a panel's axis, its unit, and the room for its words."""
    sums: dict[float | str, float] = {}
    for row in rows:
        if row.role == "column" and row.value:
            sums[key_of(row.x)] = sums.get(key_of(row.x), 0) + row.value.high
    tops = [*sums.values(), *(row.value.high for row in rows if row.role == "level" and row.value)]
    top = round_up(max(tops), 3)
    unit = unit_of((row.value for row in rows if row.value), plain.unit)
    return top, unit, level_margin(canvas, Scale(0, top, 100, 0), unit, 3)


def level_room(rows: list[SimpleNamespace], layout: Layout) -> float:
    """What the names of levels take right of the plot."""
    said = [(row.label or "", layout.value, 600) for row in rows if row.role == "level"]
    said += [(row.detail or "", layout.detail, 400) for row in rows if row.role == "level"]
    return max((text_width(*line) for line in said), default=-7) + 9


def stacks(canvas: Canvas, rows: list[SimpleNamespace], ground: Ground, scale: Scale, emphasis: str | None) -> None:
    """The parts of each column on top of one another; the emphasised part is named beside its tallest column."""
    reached: dict[float | str, float] = {}
    half = min(ground.pitch - min(4.0, ground.pitch * 0.14), WIDEST) / 2
    for row in (row for row in rows if row.value):
        key = key_of(row.x)
        base, middle = reached.get(key, 0.0), ground.starts(key) + ground.pitch / 2
        x0, x1 = middle - half, middle + half
        role = "ink" if emphasis is None else "accent" if row.part == emphasis else "context"
        with canvas.for_rows(row):
            bar(canvas, x0, scale.at(base + row.value.low), x1, scale.at(base), role, row.value.kind)
            if row.value.is_range:
                bar(canvas, x0, scale.at(base + row.value.high), x1, scale.at(base + row.value.low), role, PROJECTED)
        reached[key] = base + row.value.high
    if emphasis:
        tallest = max((key_of(row.x) for row in rows if row.part == emphasis), key=lambda key: reached[key])
        x, y = ground.starts(tallest), scale.at(reached[tallest])
        right = [(x + ground.pitch + 6, y + drop, "start") for drop in (12, 2, -8)]
        options = [*right, (x - 6, y + 12, "end"), (x, y - 6, "start")]
        canvas.place_text(emphasis, options, canvas.layout.label, 600, "accent")


def levels(canvas: Canvas, rows: list[SimpleNamespace], ground: Ground, scale: Scale, last_role: str) -> None:
    """Strokes across a run of columns; a name stands right of the plot, or over it in the narrow layout."""
    layout, head = canvas.layout, scale.end - (22 if canvas.layout.wide else 26)
    for row in rows:
        inside = [key for key in ground.slots if in_run(key, row.x)]
        if not inside or row.value is None:
            where = row.x.text if isinstance(row.x, Cell) else row.x
            raise ToolkitError(canvas.drawing.where, f"a level over {where!r}", allowed="columns of the chart")
        y, role = scale.at(row.value.low), last_role if row is rows[-1] else "ink"
        x0, x1 = ground.starts(inside[0]) + 1, ground.starts(inside[-1]) + ground.pitch - 1
        with canvas.for_rows(row):
            canvas.rect(x0, y - 2.2, x1, y + 2.2, fill="paper", level=POINTS)
            canvas.rule(x0, y, x1, y, role, 2.25, level=POINTS)
            if row.label and layout.wide:
                canvas.text(ground.right + 9, y + 6, row.label, layout.value, 600, role)
                canvas.text(ground.right + 9, y + 6 + layout.line, row.detail or "", layout.detail, fill="muted")
            elif row.label:
                box = canvas.text(layout.width, head, row.label, layout.value, 600, role, "end")
                canvas.text(box.left - 6, head, row.detail or "", layout.detail, fill="muted", anchor="end")


def in_run(key: float | str, run: Cell | str) -> bool:
    return run.low <= key <= run.high if isinstance(run, Cell) and not isinstance(key, str) else key == run


def events(canvas: Canvas, rows: list[SimpleNamespace], ground: Ground, top: float, foot: float) -> None:
    """A dotted line before the column of an event, through all panels."""
    for row in rows:
        key = key_of(row.x)
        if key not in ground.slots:
            raise ToolkitError(canvas.drawing.where, f"an event at {key!r}", allowed="the x of a column")
        x = ground.starts(key)
        spots = [(x + 6, top - 6, "start"), (x - 6, top - 6, "end")]
        with canvas.for_rows(row):
            canvas.rule(x, top - 14, x, foot, "ink", 1.6, DOTTED, level=MARKS)
            canvas.place_text(row.label or "", spots, canvas.layout.detail, fill="muted", marks=False)


def foot_words(canvas: Canvas, ground: Ground, foot: float, plain: SimpleNamespace) -> None:
    """The names of the first and last columns and of those between that have room."""
    layout, names, pitch = canvas.layout, list(ground.slots.values()), ground.pitch
    size, most = layout.detail, 8 if layout.wide else 5
    widest = max(text_width(name, size) for name in names) + 14
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s * pitch >= widest and len(names) / s <= most), len(names))
    y, right, last = foot + size + 5, -1e9, len(names) - 1
    last_left = ground.right - text_width(names[-1], size)
    for at, name in enumerate(names):
        said = f"{plain.x_title} {name}".strip() if at == 0 else name
        wide, middle = text_width(said, size), ground.left + (at + 0.5) * pitch
        x = max(ground.left, middle - wide / 2) if at < last else min(middle - wide / 2, layout.width - wide)
        due = at in (0, last) or ((at + 1) % step == 0 and x + wide + 20 < last_left)
        if due and x > right + 7:
            canvas.text(x, y, said, size, fill="muted")
            right = x + wide


FORMS = (Form("columns", "What happened week by week, and of what does it consist?", COLUMNS, columns),)
