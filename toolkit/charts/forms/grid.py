"""A matrix whose cells have a state (yes, no, partly, unknown) and a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_theme import HATCHED, blend
from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Form, Row, text_column, text_option
from toolkit.charts.example import invented_chart
from toolkit.charts.fields import Fields
from toolkit.charts.plots import refuse_twice
from toolkit.charts.row_heights import LEADING, RowHeights
from toolkit.charts.typography import text_width, wrapped

STATES = ("yes", "no", "partly", "unknown")
LISTED = 20  # up to so many cells are listed one below the other in the narrow layout
INSIDE = 4  # pixels from a small cell's edge to its word
PLATE = 3  # pixels of plain background around a word on a hatched cell
LEFT = 28  # pixels left of the words beside small boxes


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
        return row.label or str(getattr(self, f"{row.state}_title"))


Heads = dict[str, tuple[float, str]]  # (baseline of the first line, lines) by column


def example() -> Drawing:
    """Which promises which document keeps."""
    states = {
        "A new school": ("yes", "yes", "unknown"),
        "Cheaper tickets": ("yes", "no", "no"),
        "A second bridge": ("yes", "no", "unknown"),
    }
    return invented_chart(
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


class Cells:
    """The cells of a grid by rows and columns, in a plan of their heights."""

    def __init__(self, drawing: Drawing, layout: Layout, rows: list[GridRow], options: GridOptions) -> None:
        self.plan, self.rows, self.options = RowHeights(Fields(drawing), layout), rows, options
        self.columns = list(dict.fromkeys(row.x for row in rows))
        self.names = list(dict.fromkeys(row.y for row in rows))
        self.details = dict.fromkeys(self.names, "") | {row.y: row.detail for row in rows if row.detail}
        self.first = {name: next(row.index for row in rows if row.y == name) for name in self.names}
        self.x = alt.X(field=self.plan.fields.name("x"), type="nominal")

    def names_at(self, tops: dict[str, float], width: float) -> list[alt.Chart]:
        """The names of rows with their details, from these baselines on."""
        found = {self.first[name]: (top, name, self.details[name]) for name, top in tops.items()}
        return self.plan.labels(found, width)

    def name_height(self, name: str, width: float) -> float:
        """The height in pixels of the name of a row with its detail."""
        return self.plan.label_height(name, self.details[name], width)

    def chart(self, layers: list[alt.Chart], left: float) -> alt.LayerChart | alt.FacetChart:
        """The layers, with the columns side by side from so many pixels on."""
        scale = alt.Scale(type="band", domain=self.columns, range=[left, self.plan.layout.width], padding=0)
        return self.plan.chart(layers, alt.X(type="nominal", scale=scale, axis=None))


def grid(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Filled for yes, outlined for no, dashed for partly and unknown, always with the word.

    In the narrow layout cells stand as lines under their row's name; where these would be very many, side by side.
    Raises ToolkitError for two cells in one place.
    """
    rows, options = FORM.read(drawing)
    refuse_twice(rows, lambda row: (row.y, row.x), drawing)
    cells = Cells(drawing, layout, rows, options)
    left = min(layout.width * 0.28, cells.plan.names_width(cells.details.items())) + 16  # of the cells, with a gap
    pitch = (layout.width - left) / len(cells.columns)
    widest = max(
        text_width(each, layout.detail, 600) for row in rows for each in (*row.x.split(), *options.word(row).split())
    )
    said = max(text_width(options.word(row), layout.detail, 600) for row in rows)
    if layout.wide and widest <= pitch - 24:
        return cells.chart(wide_grid(cells, left, pitch), left)
    if len(rows) > LISTED and said <= layout.width / len(cells.columns) - 2 * INSIDE - 2:
        return cells.chart(stacked_grid(cells), 0)
    return cells.plan.chart(listed_grid(cells))


def wide_grid(cells: Cells, left: float, pitch: float) -> list[alt.Chart]:
    """The cells beside their rows' names, under those of their columns."""
    layout, rows, names = cells.plan.layout, cells.rows, cells.names
    heads = {column: wrapped(column, pitch - 10, layout.detail, 600) for column in cells.columns}
    top = 14 + max(map(len, heads.values())) * layout.line
    said = [wrapped(cells.options.word(row), pitch - 22, layout.detail, 600) for row in rows]
    tall = {name: cells.name_height(name, left - 16) for name in names}
    high = max(38.0, max(map(len, said)) * layout.line + 18, max(tall.values()) + 12)
    cells.plan.height = top + high * len(names) + 2
    middle = {name: top + (nth + 0.5) * high for nth, name in enumerate(names)}
    above = {column: (top - 10 - (len(lines) - 1) * layout.line, "\n".join(lines)) for column, lines in heads.items()}
    words = {
        row.index: (middle[row.y] + 4.5 - (len(lines) - 1) * layout.line / 2, "\n".join(lines))
        for row, lines in zip(rows, said, strict=True)
    }
    return [
        *cells.names_at({name: middle[name] - tall[name] / 2 + layout.label * 0.88 for name in names}, left - 16),
        heads_at(cells, above, 3 - pitch / 2),
        _boxes(cells, pitch - 4, {row.index: middle[row.y] - high / 2 + 2 for row in rows}, high - 4),
        words_in(cells, 12 - pitch / 2, words),
    ]


def stacked_grid(cells: Cells) -> list[alt.Chart]:
    """The columns' names once, then each row's name over its cells."""
    layout = cells.plan.layout
    pitch = layout.width / len(cells.columns)
    heads, last_head, y = stacked_heads(cells, pitch)
    tops: dict[str, float] = {}
    starts: dict[int, float] = {}
    for name in cells.names:
        tops[name] = y + 28
        top = tops[name] + cells.name_height(name, layout.width) - layout.label * LEADING + 7
        starts |= {row.index: top for row in cells.rows if row.y == name}
        y = top + 23
    cells.plan.height = y + 6
    return [
        *cells.plan.rules({cells.first[name]: top - 18 for name, top in tops.items()}),
        *cells.names_at(tops, layout.width),
        heads_at(cells, heads, -pitch / 2),
        *([heads_at(cells, last_head, pitch / 2 - 1, "right")] if last_head else []),
        _boxes(cells, pitch - 3, starts, 25),
        words_in(
            cells,
            INSIDE + 1.5 - pitch / 2,
            {row.index: (starts[row.index] + 17.5, cells.options.word(row)) for row in cells.rows},
        ),
    ]


def stacked_heads(cells: Cells, pitch: float) -> tuple[Heads, Heads, float]:
    """The columns' names that begin at the left edges of narrow columns, the one that ends at the right, their foot.

    Where a word is wider than its column, every other name stands a line higher, so that each has two columns' room.
    """
    layout, columns = cells.plan.layout, cells.columns
    if all(text_width(part, layout.detail, 600) <= pitch - 8 for name in columns for part in name.split()):
        lines = {name: wrapped(name, pitch - 8, layout.detail, 600) for name in columns}
        y = 4 + max(map(len, lines.values())) * layout.line
        return {name: (y - (len(of) - 1) * layout.line, "\n".join(of)) for name, of in lines.items()}, {}, y
    y = 4 + 2 * layout.line
    found = {name: (y - (layout.line if place % 2 == 0 else 0), name) for place, name in enumerate(columns)}
    return found, {columns[-1]: found.pop(columns[-1])}, y


def listed_grid(cells: Cells) -> list[alt.Chart]:
    """Rows as headings, their cells as lines: box, column, word."""
    layout, y = cells.plan.layout, 0.0
    tops, rules = {}, {}
    boxes: dict[int, float] = {}
    names: dict[int, tuple[float, str]] = {}
    words: dict[int, tuple[float, str]] = {}
    under: dict[int, tuple[float, str]] = {}
    for name in cells.names:
        if y:
            y += 8
            rules[cells.first[name]] = y
        tops[name] = y + 21
        y += 21 + cells.name_height(name, layout.width) - layout.label * LEADING + 9
        for row in (row for row in cells.rows if row.y == name):
            said = cells.options.word(row)
            wide = text_width(said, layout.detail, 600)
            below = wide > layout.width * 0.45
            lines = wrapped(row.x, layout.width - LEFT - (0 if below else wide + 12), layout.detail)
            boxes[row.index], names[row.index] = y + 10, (y + 15, "\n".join(lines))
            last = y + 15 + (len(lines) - 1) * layout.line
            if below:
                broken = wrapped(said, layout.width - LEFT, layout.detail, 600)
                under[row.index] = (last + layout.line, "\n".join(broken))
                last += len(broken) * layout.line
            else:
                words[row.index] = (y + 15, said)
            y = last + 9
    cells.plan.height = y
    made = [
        *cells.plan.rules(rules),
        *cells.names_at(tops, layout.width),
        small_boxes(cells, boxes),
        cells.plan.text("column", names, layout.detail, dx=LEFT),
    ]
    colours = looks.words(cells.plan.fields, cells.plan.add("word_role", word_roles(cells, inside=False)))
    if words:
        right = cells.plan.text("word", words, layout.detail, 600, "right")
        made.append(right.encode(x=alt.XValue("width"), **colours))
    if under:
        made.append(cells.plan.text("word_under", under, layout.detail, 600, dx=LEFT).encode(**colours))
    return made


def heads_at(cells: Cells, heads: Heads, dx: float, align: Literal["left", "right"] = "left") -> alt.Chart:
    """The names of columns, so many pixels right of their middles."""
    words = {next(row.index for row in cells.rows if row.x == column): head for column, head in heads.items()}
    return cells.plan.text("head", words, cells.plan.layout.detail, 600, align, dx=dx).encode(x=cells.x)


def _style_of(cells: Cells) -> dict[str, Any]:
    """The encodings of cells by their state. Hatching is kept for the simulated."""
    palette, simulated = cells.plan.fields.drawing.palette, cells.plan.fields.drawing.kind == "synthetic"
    colours, emphasis = palette.light, cells.options.emphasis
    fills, strokes, dashes = {}, {}, {}
    for state in dict.fromkeys(row.state for row in cells.rows):
        role, edge = ("accent", "accent") if state == emphasis else ("ink", "context")
        quiet = "context" if emphasis and state != emphasis else role  # a wall of ink is loud
        dashes[state] = [1, 0] if state in ("yes", "no") else list(looks.FINE)
        strokes[state] = colours[edge if state != "yes" else quiet if simulated else role]
        fills[state] = colours["paper" if state == "no" else "slip"]
        if state == "yes":
            fills[state] = blend(colours[quiet], colours["paper"], HATCHED) if simulated else colours[role]
    field = cells.plan.add("look", {row.index: row.state for row in cells.rows})
    return {
        "fill": looks.by_value(alt.FillValue, field, fills),
        "stroke": looks.by_value(alt.StrokeValue, field, strokes),
        "strokeDash": looks.by_value(alt.StrokeDashValue, field, dashes),
    }


def _boxes(cells: Cells, width: float, starts: dict[int, float], height: float) -> alt.Chart:
    """The cells, from these heights down."""
    top = cells.plan.down({at: down + 0.75 for at, down in starts.items()}, "top")
    foot = cells.plan.add("foot", {at: round(down + height - 0.75, 2) for at, down in starts.items()})
    # a bar, since Vega-Lite has no dashes for a rect
    box = alt.Chart().mark_bar(strokeWidth=1.5, width=width - 1.5, orient="vertical")
    return box.encode(x=cells.x, y=top, y2=foot, tooltip=cells.plan.fields.tooltip, **_style_of(cells))


def small_boxes(cells: Cells, middles: dict[int, float]) -> alt.Chart:
    """The cells as small boxes at the left edge."""
    box = alt.Chart().mark_point(shape="M-1,-0.75L1,-0.75L1,0.75L-1,0.75Z", size=16.5**2, opacity=1, strokeWidth=1.5)
    at = cells.plan.down(middles, "middle")
    return box.encode(x=alt.XValue(10), y=at, tooltip=cells.plan.fields.tooltip, **_style_of(cells))


def word_roles(cells: Cells, inside: bool) -> dict[int, str]:
    """The colour of each cell's word, whose role it is."""
    simulated, emphasis = cells.plan.fields.drawing.kind == "synthetic", cells.options.emphasis

    def role(state: str) -> str:
        if state == "yes" and inside and not simulated:
            return "paper"
        return "accent" if state == emphasis else "muted" if state in ("partly", "unknown") else "ink"

    return {row.index: role(row.state) for row in cells.rows}


def words_in(cells: Cells, shift: float, words: dict[int, tuple[float, str]]) -> alt.Chart:
    """The words in cells; on hatched ones they have a rim of paper."""
    rim = 2 * PLATE if cells.plan.fields.drawing.kind == "synthetic" else 0
    said = cells.plan.text("word", words, cells.plan.layout.detail, 600, dx=shift, rim=rim)
    role = cells.plan.add("word_role", word_roles(cells, inside=True))
    return said.encode(x=cells.x, **looks.words(cells.plan.fields, role))


FORM = Form("grid", "What holds together with what?", GridRow, GridOptions, grid)
