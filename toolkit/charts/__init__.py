"""Charts: our own forms, drawn by Altair mark by mark, for two page widths."""

from __future__ import annotations

from collections.abc import Collection

from toolkit.charts import interactive, rendering, svg
from toolkit.charts.drawing import LAYOUTS, Cell, Drawing, Layout, read_drawing
from toolkit.charts.encodings import Form
from toolkit.charts.forms import (
    columns,
    curve,
    distribution,
    dots,
    grid,
    lines,
    multiples,
    paired,
    pairs,
    range_bars,
    squares,
    timeline,
    tree,
)
from toolkit.charts.theme import HOUSE, Palette, read_palette
from toolkit.core.errors import ToolkitError

__all__ = [
    "FORMS",
    "HOUSE",
    "LAYOUTS",
    "Cell",
    "Drawing",
    "Form",
    "Layout",
    "Palette",
    "draw",
    "hatches",
    "picture",
    "read_drawing",
    "read_palette",
    "specification",
    "standalone",
]

FORMS = {
    form.name: form
    for form in (
        Form(
            "multiples",
            "How many times as much, and who is compared with whom?",
            multiples.MULTIPLES,
            multiples.multiples,
        ),
        Form(
            "squares",
            "How far apart are two measures that a bar cannot both show?",
            squares.SQUARES,
            squares.squares,
        ),
        Form(
            "range_bars",
            "What do stated ranges add up to, and where does a claim stand?",
            range_bars.RANGE_BARS,
            range_bars.range_bars,
        ),
        Form("lines", "How did it grow?", lines.LINES, lines.lines),
        Form("curve", "How does one quantity go with another?", curve.CURVE, curve.curve),
        Form("dots", "Where do values or ranges stand on one axis?", dots.DOTS, dots.dots),
        Form("bars", "How large is each?", dots.BARS, dots.bars),
        Form(
            "columns",
            "What happened week by week, and of what does it consist?",
            columns.COLUMNS,
            columns.columns,
        ),
        Form("dumbbell", "How far is the record from the claim?", pairs.DUMBBELL, pairs.dumbbell),
        Form("slopes", "What changed between two moments?", pairs.SLOPES, pairs.slopes),
        Form("distribution", "How is it spread?", distribution.DISTRIBUTION, distribution.distribution),
        Form("paired", "Do two quantities grow in step?", paired.PAIRED, paired.paired),
        Form("grid", "What holds together with what?", grid.GRID, grid.grid),
        Form("timeline", "When did what happen?", timeline.TIMELINE, timeline.timeline),
        Form("tree", "Who relies on whom?", tree.TREE, tree.tree),
    )
}


def draw(drawing: Drawing, width: str) -> str:
    """A chart as SVG that can stand in a page, "wide" (680 px) or "narrow" (340 px)."""
    return rendering.inline(form_of(drawing), drawing, width)


def picture(drawing: Drawing) -> bytes:
    """A chart as PNG with its title, subtitle, kind and source."""
    return rendering.bitmap(form_of(drawing), drawing)


def standalone(drawing: Drawing) -> str:
    """A chart as an SVG file of its own, with its words and its font inside."""
    return rendering.with_fonts(form_of(drawing), drawing)


def specification(drawing: Drawing, width: str, rows: Collection[int]) -> dict:
    """A chart as Vega-Lite for a reader's browser; readers can point at `rows` of the table, by their places."""
    return interactive.specification(rendering.still(form_of(drawing), drawing, width), rows, drawing.alt)


def hatches(drawing: Drawing, prefix: str) -> str:
    """The patterns of a chart's simulated marks, at either width, with ids of their own."""
    found = [mark for width in LAYOUTS for mark in rendering.marks(form_of(drawing), drawing, width)[0]]
    return svg.patterns(found, prefix, drawing.palette)


def form_of(drawing: Drawing) -> Form:
    """The form that a drawing names. Raises ToolkitError naming the forms there are."""
    if drawing.form not in FORMS:
        raise ToolkitError(
            drawing.where,
            f"unknown form {drawing.form!r}",
            allowed=", ".join(FORMS),
            remedy="choose one of them",
        )
    return FORMS[drawing.form]
