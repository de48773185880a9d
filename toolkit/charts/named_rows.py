"""Rows with names, each on a line of its own, over one horizontal axis: shared by dots, bars, dumbbells, timelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import altair as alt

from toolkit.charts.axes import Span, number_axis
from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.drawing import Cell, Layout
from toolkit.charts.encodings import Row
from toolkit.charts.geometry import Box
from toolkit.charts.marks import label_column, label_height, row_label
from toolkit.charts.scales import Scale, unit_of
from toolkit.charts.theme import Palette
from toolkit.charts.typography import text_width


@dataclass(frozen=True, kw_only=True)
class NamedRow(Row):
    """A row with its name and a detail under it; rows of a `group` share a heading, `entity` may have a colour."""

    name: str
    detail: str | None
    group: str
    entity: str | None


@dataclass(frozen=True, kw_only=True)
class AxisRow(NamedRow):
    """A row with a value on the shared axis, and a reference that the value is compared with, None without one."""

    value: Cell
    reference: Cell | None = None
    projected: bool = False


@dataclass(frozen=True, kw_only=True)
class AxisOptions:
    """Options of the shared axis: the emphasised row or group, the unit, and the words beside it.

    `log_note` says what a step of a log scale is, with {times} in it; `reference_title` follows a reference's value.
    """

    emphasis: str | None
    unit: str | None
    x_title: str
    log_note: str = ""
    reference_title: str = ""


@dataclass(frozen=True)
class NameColumn:
    """The width of the column of names, and where the plot starts: right of it, or at 0 if names stand above marks."""

    width: float
    plot_start: float


R = TypeVar("R", bound=AxisRow)


def lines_on(layout: Layout) -> int:
    """About how many vertical lines the axis has."""
    return 5 if layout.wide else 4


def name_column(rows: Sequence[NamedRow], layout: Layout) -> NameColumn:
    """The column of names: beside the plot in the wide layout, above each mark in the narrow one."""
    if not layout.wide:
        return NameColumn(layout.width, 0)
    width = label_column([row.name for row in rows], [row.detail or "" for row in rows], layout, 236)
    return NameColumn(width, width + 16)


def rows_on_axis(
    canvas: Canvas,
    rows: Sequence[R],
    scale: Scale,
    names: NameColumn,
    options: AxisOptions,
    draw: Callable[[Canvas, R, float, Scale, str], None],
    y: float = 4,
) -> alt.TopLevelLayerSpec:
    """A chart of rows under the headings of their groups, from the height `y`, over one axis.

    `draw(canvas, row, middle, scale, role)` draws the mark of a row around the height `middle` in the colour `role`.
    """
    layout = canvas.layout
    groups: dict[str, list[R]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    has_reference = any(row.reference for row in rows)
    placed: list[tuple[R, float, str]] = []
    spans: list[Span] = []
    for group, members in groups.items():
        if group or (has_reference and not placed):
            y += 12 if placed else 0
            canvas.text(0, y + 14, group, layout.label, 600, "accent" if group == options.emphasis else "ink")
            y += 24
        start, own = y, []
        for row in members:
            top = y
            with canvas.for_rows(row):
                middle, y = place_row(canvas, row, y, names.width)
            canvas.hit_area(row, Box(0, top + 2, layout.width, y - 2))
            own.append((middle - 13, middle + 13))
            placed.append((row, middle, role_of(row, options.emphasis, canvas.drawing.palette)))
        own = [(start, y)] if layout.wide else own
        references(canvas, members, scale, options.reference_title, start, own)
        spans += own
    spans = [(spans[0][0], y)] if layout.wide and list(groups) == [""] else spans
    bottom = spans[-1][1]
    number_axis(canvas, scale, unit_of((row.value for row in rows), options.unit), spans, bottom, lines_on(layout))
    for row, middle, role in placed:
        with canvas.for_rows(row):
            draw(canvas, row, middle, scale, role)
    canvas.plot_area(scale.start, spans[0][0], layout.width, y)
    note = scale.stepped(options.log_note, lines_on(layout), canvas.drawing.locale) if scale.log else ""
    title = "; ".join(words for words in (options.x_title, note) if words)
    x, anchor = (layout.width, "end") if layout.wide else (0, "start")
    baseline = bottom + 4 + layout.detail + layout.line
    last = canvas.text_block(x, baseline, title, layout.width, layout.detail, fill="muted", anchor=anchor)
    return canvas.to_chart(last + 8)


def place_row(canvas: Canvas, row: NamedRow, y: float, width: float) -> tuple[float, float]:
    """Writes the name of a row that starts at `y`; returns (the middle of its mark, the start of the next row)."""
    layout = canvas.layout
    if not layout.wide:
        last = row_label(canvas, 0, y + 16, width, row.name, row.detail)
        return last + 20, last + 40
    names = label_height(row.name, row.detail, width, layout)
    high = max(32.0, names + 14)
    row_label(canvas, 0, y + (high - names) / 2 + layout.label * 0.88, width, row.name, row.detail)
    return y + high / 2, y + high


def role_of(row: NamedRow, emphasis: str | None, palette: Palette) -> str:
    """The role of a row's colour: its entity's own, or "context", a grey, where the palette has none for the entity.

    Of rows without an entity: "accent" for the emphasised row or group, or for all if nothing is; else "ink".
    """
    if row.entity:
        return palette.role_of(row.entity) or "context"
    if emphasis is None:
        return "accent"
    return "accent" if emphasis in (row.name, row.group) else "ink"


def references(
    canvas: Canvas, members: Sequence[AxisRow], scale: Scale, title: str, start: float, spans: list[Span]
) -> None:
    """Dotted vertical lines through a group's spans at the references of its rows, their values above it."""
    for value, cell in {row.reference.low: row.reference for row in members if row.reference}.items():
        x = scale.at(value)
        for top, end in spans:
            canvas.rule(x, top, x, end, "ink", 1.6, DOTTED, level=MARKS)
        label = f"{cell.text} {title}".strip()
        half = text_width(label, canvas.layout.detail) / 2
        centre = min(max(x, half), canvas.layout.width - half)
        canvas.place_text(
            label,
            [(centre, start - 8, "middle"), (x - 2, start - 8, "start"), (x + 2, start - 8, "end")],
            canvas.layout.detail,
            fill="muted",
            halo=False,
            marks=False,
        )


def value_text(canvas: Canvas, text: str, x: float, y: float, role: str, anchor: str = "start") -> None:
    """A row's value around the height `y`, in the colour of its mark."""
    colour = "muted" if role == "context" else role
    canvas.text(x, y + 5.5, text, canvas.layout.value - 1, 600, colour, anchor, halo="paper")
