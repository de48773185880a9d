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
from toolkit.charts.expressions import expression_literal
from toolkit.charts.fields import Fields, of_row
from toolkit.charts.layers import layered
from toolkit.charts.plots import refuse_twice
from toolkit.charts.rows import ASIDE, LEADING, NamedRow, Rows, names_width, once_named
from toolkit.charts.typography import balanced, text_width, wrapped

STATES = ("yes", "no", "partly", "unknown")
GAP = 4  # pixels between two cells
EDGE = 1.5  # pixels: the width of a cell's outline
INSIDE = 5  # pixels from a cell's edge to its word at the least
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


def grid(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Filled for yes, outlined for no, dashed for partly and unknown, always with the word.

    Where a word is wider than a column, cells are listed under the names of their rows. Raises ToolkitError for two
    cells in one place.
    """
    cells, options = FORM.read(drawing)
    refuse_twice(cells, lambda cell: (cell.y, cell.x), drawing)
    named = [NamedRow(name=cell.y, detail=cell.detail or "") for cell in cells]
    left = names_width(named, layout) + ASIDE if layout.wide else 0
    pitch = (layout.width - left) / len({cell.x for cell in cells})
    room = pitch - GAP - 2 * INSIDE
    words = [wrapped(options.word(cell), room, layout.detail, 600) for cell in cells]
    if any(text_width(line, layout.detail, 600) > room for lines in words for line in lines):
        return cells_in_lines(Fields(drawing), layout, cells, options, once_named(named, [cell.y for cell in cells]))
    half = (max(map(len, words)) * layout.line + (14 if layout.wide else 8)) / 2
    rows = Rows(Fields(drawing), layout, named, emphasis="", keys=[cell.y for cell in cells], half=half)
    return matrix(rows, cells, options, pitch, words, rows.step - GAP if layout.wide else 2 * half)


def matrix(
    rows: Rows, cells: list[GridRow], options: GridOptions, pitch: float, words: list[list[str]], height: float
) -> alt.LayerChart | alt.FacetChart:
    """Boxes of a height in columns, `pitch` pixels apart, with their words in lines."""
    fields, layout = rows.fields, rows.layout
    columns = list(dict.fromkeys(cell.x for cell in cells))
    # a bar, since Vega-Lite has no dashes for a rect
    box = alt.Chart().mark_bar(width=pitch - GAP - EDGE, height=height - EDGE, orient="vertical", yOffset=rows.shift)
    text = fields.add("word", ["\n".join(lines) for lines in words])
    down = fields.add("word_dy", [rows.shift + 4.5 - (len(lines) - 1) * layout.line / 2 for lines in words])
    place: dict[str, Any] = {"dx": (GAP - pitch) / 2 + INSIDE, "dy": of_row(down), "leading": layout.line}
    rim = 2 * PLATE if fields.drawing.kind == "synthetic" else 0
    said = fields.words(text, layout.detail, 600, rim=rim, **place)
    layers = [
        box.encode(tooltip=fields.tooltip, **_style_of(cells, options, fields)),
        said.encode(**_word_colours(cells, options, fields, inside=True)),
    ]
    scale = alt.Scale(range=[layout.width - pitch * len(columns), layout.width], padding=0)
    x = alt.X(field=fields.name("x"), type="nominal", sort=columns, scale=scale, axis=heads(columns, pitch, rows))
    return rows.over(x, [*rows.names_of(), *layers])


def heads(columns: list[str], pitch: float, rows: Rows) -> alt.Axis:
    """The names of columns, from their left edges on.

    Where a word is wider than its column, every other name stands a line higher, so that each has two columns' room,
    and the last one ends at the right edge.
    """
    layout, edge = rows.layout, (pitch - GAP) / 2
    lines = [wrapped(name, pitch - 2 * GAP, layout.detail, 600) for name in columns]
    crowded = any(text_width(line, layout.detail, 600) > pitch - 2 * GAP for name in lines for line in name)
    if crowded:
        lines = [[name, ""] if place % 2 == 0 else [name] for place, name in enumerate(columns)]
    tall = max(map(len, lines))
    words = [[*[""] * (tall - len(name)), *name] for name in lines]
    last = {"test": "datum.index === 1" if crowded else "false"}
    return alt.Axis(
        orient="top",
        title=None,
        labelExpr=f"{expression_literal(words)}[indexof({expression_literal(columns)}, datum.value)]",
        labelAlign={"condition": last | {"value": "right"}, "value": "left"},
        labelOffset={"condition": last | {"value": edge}, "value": -edge},
        labelColor=rows.fields.drawing.palette.light["ink"],
        labelFontWeight=600,
        labelBaseline="alphabetic",
        labelLineHeight=layout.line,
        labelPadding=(tall - 1) * layout.line + (6 if layout.wide else 12),
        labelOverlap=False,
    )


def cells_in_lines(
    fields: Fields, layout: Layout, cells: list[GridRow], options: GridOptions, named: list[NamedRow]
) -> alt.LayerChart:
    """Rows as headings, their cells as lines: box, column, word, all words under their columns if one is too long."""
    size, line, room = layout.detail, layout.line, layout.width - LEFT
    said = [options.word(cell) for cell in cells]
    widths = [text_width(cell.x, size) + text_width(word, size, 600) for cell, word in zip(cells, said, strict=True)]
    beside = max(widths) + 12 <= room
    names = [wrapped(cell.x, room, size) for cell in cells]
    words = [wrapped(word, room, size, 600) for word in said]
    lines = [len(name) + (0 if beside else len(word)) for name, word in zip(names, words, strict=True)]
    top = size * 0.36 - (max(lines) - 1) * line / 2  # from the middle of a row down to the baseline of its first line
    box = alt.Chart().mark_point(
        shape="M-1,-0.75L1,-0.75L1,0.75L-1,0.75Z", size=16.5**2, opacity=1, strokeWidth=EDGE, yOffset=top - 5
    )
    text = fields.add("column", ["\n".join(name) for name in names])
    name = fields.words(text, size, dx=LEFT, dy=top, leading=line)
    text = fields.add("word", ["\n".join(word) for word in words])
    down = fields.add("word_dy", [top if beside else top + len(name) * line for name in names])
    step = max(lines) * line + 6
    align: Literal["left", "right"] = "right" if beside else "left"
    word = fields.words(text, size, 600, dx=0 if beside else LEFT, dy=of_row(down), align=align, leading=line)
    first = {cell.y: cell.index for cell in reversed(cells)}
    places, last = dict[int, int](), -2
    for cell in sorted(cells, key=lambda cell: first[cell.y]):
        last += 3 if named[cell.index].name else 1  # a line for the heading, and an empty one above it
        places[cell.index] = last
    y = alt.Y(field=fields.add_to_some("line", places), type="ordinal", axis=None)
    return layered(
        _headings(fields, layout, named, [places[cell.index] - 1 for cell in cells], step),
        box.encode(x=alt.XValue(10), tooltip=fields.tooltip, **_style_of(cells, options, fields)),
        name.encode(x=alt.XValue(0)),
        word.encode(x=alt.XValue("width" if beside else 0), **_word_colours(cells, options, fields, inside=False)),
        data=fields.data,
        width=layout.width,
        height=alt.Step(step),
    ).encode(y=y.scale(domain=[*range(last + 1)], padding=0))


def _headings(fields: Fields, layout: Layout, named: list[NamedRow], lines: list[int], step: float) -> alt.Chart:
    """The names of rows with their details, over the first of their cells."""
    said = [", ".join(part for part in (row.name, row.detail) if part) for row in named]
    broken = [balanced(words, layout.width, layout.label, 600) for words in said]
    leading = layout.label * LEADING
    text = fields.add("heading", ["\n".join(words) or None for words in broken])
    down = fields.add("heading_dy", [round(step / 2 - 7 - (len(words) - 1) * leading, 1) for words in broken])
    words = fields.words(text, layout.label, 600, dy=of_row(down), leading=leading)
    return words.encode(x=alt.XValue(0), y=alt.Y(field=fields.add("heading_line", lines), type="ordinal"))


def _style_of(cells: list[GridRow], options: GridOptions, fields: Fields) -> dict[str, Any]:
    """The encodings of cells by their state. Hatching is kept for the simulated."""
    palette, simulated = fields.drawing.palette, fields.drawing.kind == "synthetic"
    colours, emphasis = palette.light, options.emphasis
    fills, strokes, dashes = {}, {}, {}
    for state in dict.fromkeys(cell.state for cell in cells):
        role, edge = ("accent", "accent") if state == emphasis else ("ink", "context")
        quiet = "context" if emphasis and state != emphasis else role  # a wall of ink is loud
        dashes[state] = [1, 0] if state in ("yes", "no") else list(looks.FINE)
        strokes[state] = colours[edge if state != "yes" else quiet if simulated else role]
        fills[state] = colours["paper" if state == "no" else "slip"]
        if state == "yes":
            fills[state] = blend(colours[quiet], colours["paper"], HATCHED) if simulated else colours[role]
    return {
        "fill": looks.by_value(alt.FillValue, fields.name("state"), fills),
        "stroke": looks.by_value(alt.StrokeValue, fields.name("state"), strokes),
        "strokeDash": looks.by_value(alt.StrokeDashValue, fields.name("state"), dashes),
    }


def _word_colours(cells: list[GridRow], options: GridOptions, fields: Fields, inside: bool) -> dict[str, Any]:
    """The encoding of words in the colours of their cells' states, or on these."""

    def role(state: str) -> str:
        if state == "yes" and inside and fields.drawing.kind != "synthetic":
            return "paper"
        return "accent" if state == options.emphasis else "muted" if state in ("partly", "unknown") else "ink"

    return looks.words(fields, fields.add("word_role", [role(cell.state) for cell in cells]))


FORM = Form("grid", "What holds together with what?", GridRow, GridOptions, grid)
