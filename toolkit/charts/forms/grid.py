"""A matrix whose cells have a state (yes, no, partly, unknown) and a word."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts.canvas import FINE, Canvas
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, text_column, text_option
from toolkit.charts.example import example
from toolkit.charts.geometry import Box
from toolkit.charts.marks import label_column, label_height, row_label
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

STATES = ("yes", "no", "partly", "unknown")
LISTED = 20  # up to so many cells are listed one below the other in the narrow layout
INSIDE = 4  # pixels from a small cell's edge to its word
PLATE = 3  # pixels of plain background around a word on a hatched cell


@dataclass(frozen=True)
class GridRow(Row):
    """One cell of the matrix."""

    x: str = text_column("the column", required=True)
    y: str = text_column("the row", required=True)
    state: str = text_column("what the cell says", required=True, choices=STATES)
    label: str | None = text_column("the cell's word, in the place of the state's")
    detail: str | None = text_column("under the row's name")


@dataclass(frozen=True)
class GridOptions:
    """Options: the words for the states, and which state is emphasised."""

    yes_title: str = text_option("the word for yes", "yes")
    no_title: str = text_option("the word for no", "no")
    partly_title: str = text_option("the word for partly", "in part")
    unknown_title: str = text_option("the word for unknown", "not known")
    emphasis: str | None = text_option("the state in the accent colour", choices=STATES)

    def word(self, row: GridRow) -> str:
        """The word of a cell."""
        titles = {
            "yes": self.yes_title,
            "no": self.no_title,
            "partly": self.partly_title,
            "unknown": self.unknown_title,
        }
        return row.label or titles[row.state]


GRID = Encodings(GridRow, GridOptions)


def sample() -> Drawing:
    """Which promises which document keeps."""
    states = {
        "A new school": ("yes", "yes", "unknown"),
        "Cheaper tickets": ("yes", "no", "no"),
        "A second bridge": ("yes", "no", "unknown"),
    }
    return example(
        "grid",
        [
            {"promise": promise, "where": where, "state": state}
            for promise, found in states.items()
            for where, state in zip(("Programme", "Coalition deal", "Budget"), found, strict=True)
        ],
        "Only the school is still there after the coalition's deal",
        "Promises of an invented party, and where they are found again",
        "A table of promises and documents: all are in the programme, one in the deal, none surely in the budget.",
        x="where",
        y="promise",
        state="state",
        emphasis="no",
    )


def grid(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Filled for yes, outlined for no, dashed for partly and unknown, always with the word.

    In the narrow layout cells stand as lines under their row's name; where these would be very many, side by side.
    Raises ToolkitError for two cells in one place.
    """
    rows, options = GRID.read(drawing)
    twice = {(row.y, row.x) for row in rows if sum((o.y, o.x) == (row.y, row.x) for o in rows) > 1}
    if twice:
        raise ToolkitError(drawing.where, f"two cells for {sorted(twice)[0]!r}", allowed="one row for each cell")
    canvas = Canvas(drawing, layout)
    left, pitch = columns_of(rows, layout)
    widest = max(
        text_width(each, layout.detail, 600) for row in rows for each in (*row.x.split(), *options.word(row).split())
    )
    roomy = layout.wide and widest <= pitch - 24
    if roomy:
        return canvas.to_chart(wide_grid(canvas, rows, options, left, pitch))
    said = max(text_width(options.word(row), layout.detail, 600) for row in rows)
    stacked = len(rows) > LISTED and said <= layout.width / len({row.x for row in rows}) - 2 * INSIDE - 2
    return canvas.to_chart((stacked_grid if stacked else listed_grid)(canvas, rows, options))


def columns_of(rows: list[GridRow], layout: Layout) -> tuple[float, float]:
    """(width of the rows' names, distance from one column to the next), in pixels."""
    names, details = [row.y for row in rows], [row.detail for row in rows if row.detail]
    left = label_column(names, details, layout, layout.width * 0.28) + 16
    return left, (layout.width - left) / len({row.x for row in rows})


def wide_grid(canvas: Canvas, rows: list[GridRow], options: GridOptions, left: float, pitch: float) -> float:
    """Draws the cells under their columns' names; returns where they end."""
    layout = canvas.layout
    columns, names = list(dict.fromkeys(row.x for row in rows)), list(dict.fromkeys(row.y for row in rows))
    details = {row.y: row.detail for row in rows if row.detail}
    heads = [wrapped(column, pitch - 10, layout.detail, 600) for column in columns]
    tallest = max(len(lines) for lines in heads)
    top = 6 + tallest * layout.line + 8
    for place, lines in enumerate(heads):
        for step, line in enumerate(lines):
            canvas.text(
                left + place * pitch + 3,
                top - 10 - (len(lines) - 1 - step) * layout.line,
                line,
                layout.detail,
                600,
            )
    cells = {(row.y, row.x): row for row in rows}
    longest = max(len(wrapped(options.word(row), pitch - 22, layout.detail)) for row in rows)
    tall = {name: label_height(name, details.get(name), left - 16, layout) for name in names}
    high = max(38.0, longest * layout.line + 18, max(tall.values()) + 12)
    canvas.plot_area(0, 0, layout.width, top + high * len(names))
    for nth, name in enumerate(names):
        y = top + nth * high
        first = y + (high - tall[name]) / 2 + layout.label * 0.88
        row_label(canvas, 0, first, left - 16, name, details.get(name))
        for place, column in enumerate(columns):
            x, row = left + place * pitch, cells.get((name, column))
            if row:
                said = wrapped(options.word(row), pitch - 22, layout.detail)
                base = y + high / 2 + 4.5 - (len(said) - 1) * layout.line / 2
                with canvas.for_rows(row):
                    shown = box(canvas, row, options, x + 2, y + 2, x + pitch - 2, y + high - 2)
                    words_on(canvas, row, shown, x + 12, base, said)
    return top + high * len(names) + 4


def stacked_grid(canvas: Canvas, rows: list[GridRow], options: GridOptions) -> float:
    """The columns' names once, then each row's name over its cells; returns where they end."""
    layout = canvas.layout
    columns = list(dict.fromkeys(row.x for row in rows))
    pitch, cells = layout.width / len(columns), {(row.y, row.x): row for row in rows}
    y = stacked_heads(canvas, columns, pitch) + 6
    for name in dict.fromkeys(row.y for row in rows):
        canvas.rule(0, y + 4, layout.width, y + 4)
        detail = next((row.detail for row in rows if row.y == name and row.detail), None)
        top = row_label(canvas, 0, y + 22, layout.width, name, detail) + 7
        for place, column in enumerate(columns):
            if row := cells.get((name, column)):
                with canvas.for_rows(row):
                    shown = box(canvas, row, options, place * pitch, top, (place + 1) * pitch - 3, top + 25)
                    words_on(canvas, row, shown, place * pitch + INSIDE, top + 17.5, [options.word(row)])
        y = top + 29
    canvas.plot_area(0, 0, layout.width, y)
    return y + 2


def stacked_heads(canvas: Canvas, columns: list[str], pitch: float) -> float:
    """The columns' names above narrow columns, in lines or else on two heights; returns their last baseline."""
    layout = canvas.layout
    if all(text_width(part, layout.detail, 600) <= pitch - 8 for column in columns for part in column.split()):
        heads = [wrapped(column, pitch - 8, layout.detail, 600) for column in columns]
        y = 4 + max(len(lines) for lines in heads) * layout.line
        for place, lines in enumerate(heads):
            for step, line in enumerate(lines):
                canvas.text(place * pitch, y - (len(lines) - 1 - step) * layout.line, line, layout.detail, 600)
        return y
    y = 4 + 2 * layout.line
    for place, column in enumerate(columns):  # every other name a line higher, so that each has two columns' room
        base, last = y - (layout.line if place % 2 == 0 else 0), place == len(columns) - 1
        canvas.text(
            layout.width if last else place * pitch, base, column, layout.detail, 600, anchor="end" if last else "start"
        )
    return y


def listed_grid(canvas: Canvas, rows: list[GridRow], options: GridOptions) -> float:
    """Rows as headings, their cells as lines: box, column, word."""
    layout, y = canvas.layout, 0.0
    for name in dict.fromkeys(row.y for row in rows):
        group = [row for row in rows if row.y == name]
        if y:
            y += 8
            canvas.rule(0, y, layout.width, y)
        detail = next((row.detail for row in group if row.detail), None)
        y = row_label(canvas, 0, y + 21, layout.width, name, detail) + 9
        for row in group:
            with canvas.for_rows(row):
                last = listed_cell(canvas, row, options, y)
            canvas.hit_area(row, Box(0, y, layout.width, last + 7))
            y = last + 9
    canvas.plot_area(0, 0, layout.width, y)
    return y + 2


def listed_cell(canvas: Canvas, row: GridRow, options: GridOptions, y: float) -> float:
    """One cell as a line; returns its last baseline."""
    layout, said = canvas.layout, options.word(row)
    role = box(canvas, row, options, 0, y + 3, 18, y + 17, words_inside=False)
    wide = text_width(said, layout.detail, 600)
    stacked = wide > layout.width * 0.45
    last = canvas.text_block(28, y + 15, row.x, layout.width - 28 - (0 if stacked else wide + 12), layout.detail)
    if stacked:
        return canvas.text_block(28, last + layout.line, said, layout.width - 28, layout.detail, 600, role)
    canvas.text(layout.width, y + 15, said, layout.detail, 600, role, "end")
    return last


def words_on(canvas: Canvas, row: GridRow, role: str, x: float, y: float, said: list[str]) -> None:
    """A cell's word; on a hatched cell with plain background around it."""
    layout = canvas.layout
    if row.state == "yes" and canvas.drawing.kind == "synthetic":
        wide = max(text_width(line, layout.detail, 600) for line in said)
        last = y + (len(said) - 1) * layout.line
        canvas.rect(x - PLATE, y - layout.detail, x + wide + PLATE, last + layout.detail * 0.36, fill="paper")
    for step, line in enumerate(said):
        canvas.text(x, y + step * layout.line, line, layout.detail, 600, role)


def box(
    canvas: Canvas,
    row: GridRow,
    options: GridOptions,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    words_inside: bool = True,
) -> str:
    """The cell, hatched where simulated; returns the colour for its word. Hatching is kept for the simulated."""
    role = "accent" if row.state == options.emphasis else "ink"
    simulated = canvas.drawing.kind == "synthetic"
    if row.state == "yes":
        if simulated:
            quiet = "context" if options.emphasis and role == "ink" else role  # beside the accent a wall of ink is loud
            canvas.rect(x0 + 0.75, y0 + 0.75, x1 - 0.75, y1 - 0.75, fill=f"hatch-{quiet}", stroke=quiet, width=1.5)
        else:
            canvas.rect(x0, y0, x1, y1, fill=role)
        return "paper" if words_inside and not simulated else role
    dash = FINE if row.state in ("partly", "unknown") else ()
    edge = role if role == "accent" else "context"
    canvas.rect(
        x0 + 0.75,
        y0 + 0.75,
        x1 - 0.75,
        y1 - 0.75,
        fill="slip" if dash else "paper",
        stroke=edge,
        width=1.5,
        dash=dash,
    )
    return role if role == "accent" or row.state == "no" else "muted"


FORM = Form("grid", "What holds together with what?", GRID, grid, in_pixels=True)
