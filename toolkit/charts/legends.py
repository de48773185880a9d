"""What marks mean, in a line over or under a plot: a point for each entry with its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Layout
from toolkit.charts.layers import layered
from toolkit.charts.theme import Palette
from toolkit.charts.typography import text_width

START = 9.5  # pixels from the left edge to the middle of the first point
WORDS = 13  # pixels from the middle of a point to its words
BETWEEN = 26  # pixels from the end of words to the middle of the next point
SIZE = 150  # square pixels


@dataclass(frozen=True)
class LegendEntry:
    """Words, and how the point beside them looks: properties of a point of Altair. Colours are plain."""

    words: str
    look: Mapping[str, Any] = field(hash=False)
    weight: Literal[400, 600] = 400
    colour: str | None = None


def square(words: str, role: str, kind: str, palette: Palette) -> LegendEntry:
    """Words beside a square that is drawn as bars are in the colour of a role; beside a grey one they are darker."""
    look = looks.point(role, kind, palette) | {"shape": "square"}
    return LegendEntry(words, look, 600, palette.light["muted" if role == "context" else role])


def legend(entries: Sequence[LegendEntry], layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """The entries side by side, in as many lines as they need.

    It has no scale: points stand in pixels, as far apart as their words are long.
    """
    size, x, y = layout.detail, START, 10.0
    made = []
    for entry in entries:
        wide = text_width(entry.words, size, entry.weight) + WORDS + 2
        if x + wide > layout.width and x > START:
            x, y = START, y + layout.line + 4
        one = alt.Chart(alt.InlineData(values=[{"title": entry.words}]))
        dot = one.mark_point(**{"size": SIZE, "opacity": 1, **entry.look})
        colour: dict[str, Any] = {"color": entry.colour} if entry.colour else {}
        said = one.mark_text(
            align="left", baseline="alphabetic", dx=WORDS, dy=size * 0.34, fontWeight=entry.weight, **colour
        )
        at = {"x": alt.XValue(x), "y": alt.YValue(y)}
        made += [dot.encode(**at), said.encode(text=alt.Text(field="title", type="nominal"), **at)]
        x += wide + BETWEEN
    return layered(*made, width=layout.width, height=y + 10)
