"""Rows as high as their words, for which Vega-Lite has no layout: marks at heights that are computed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import altair as alt

from toolkit.charts.drawing import Layout
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.notes import in_lines
from toolkit.charts.typography import balanced, text_width

LEADING = 1.2  # of labels, in parts of their size
Words = Mapping[int, tuple[float, str]]  # (baseline of the first line, lines) by the index of a row


class RowHeights:
    """Heights as fields, in pixels down a drawing whose `height` is set before its chart is made."""

    def __init__(self, fields: Fields, layout: Layout) -> None:
        self.fields, self.layout, self.height = fields, layout, 0.0
        self.colours, self.add = fields.drawing.palette.light, fields.add_to_some

    def down(self, values: Mapping[int, float], name: str) -> alt.Y:
        """The position down the drawing, for some rows."""
        field = self.add(name, {at: round(value, 2) for at, value in values.items()})
        return alt.Y(field=field, type="quantitative")

    def right(self, values: Mapping[int, float], name: str) -> alt.X:
        """The position from the left edge, for some rows."""
        field = self.add(name, {at: round(value, 2) for at, value in values.items()})
        return alt.X(field=field, type="quantitative")

    def text(
        self,
        name: str,
        words: Words,
        size: float,
        weight: Literal[400, 600] = 400,
        align: Literal["left", "right", "center"] = "left",
        role: str = "ink",
        dx: float = 0,
        rim: float = 0,
    ) -> alt.Chart:
        """Words on baselines, at the left edge unless x is encoded; `rim` is the width of a paper-coloured outline."""
        said = self.add(name, {at: in_lines(text) for at, (_, text) in words.items()})
        leading = size * LEADING if weight == 600 and size == self.layout.label else self.layout.line
        mark = self.fields.words(said, size, weight, align=align, role=role, dx=dx, rim=rim, leading=leading)
        return mark.encode(x=alt.XValue(0), y=self.down({at: down for at, (down, _) in words.items()}, f"{name}_at"))

    def labels(self, found: Mapping[int, tuple[float, str, str]], width: float) -> list[alt.Chart]:
        """Labels with details under them, (baseline, label, detail) by the index of a row, in lines of this width."""
        words, more = {}, {}
        for at, (top, label, detail) in found.items():
            lines = balanced(label, width, self.layout.label, 600)
            words[at] = (top, "\n".join(lines))
            if detail:
                below = top + (len(lines) - 1) * self.layout.label * LEADING + self.layout.line
                more[at] = (below, "\n".join(balanced(detail, width, self.layout.detail)))
        made = [self.text("name", words, self.layout.label, 600)]
        return [*made, self.text("name_detail", more, self.layout.detail, role="muted")] if more else made

    def names_width(self, labels: Iterable[tuple[str, str]]) -> float:
        """The width in pixels of the longest of labels with their details."""
        layout = self.layout
        widths = ((text_width(label, layout.label, 600), text_width(more, layout.detail)) for label, more in labels)
        return max(map(max, widths)) + 2

    def label_height(self, label: str, detail: str, width: float) -> float:
        """The height in pixels of a label with its detail."""
        layout = self.layout
        height = len(balanced(label, width, layout.label, 600)) * layout.label * LEADING
        return height + (len(balanced(detail, width, layout.detail)) * layout.line if detail else 0)

    def rules(self, heights: Mapping[int, float]) -> list[alt.Chart]:
        """Light lines across the drawing."""
        if not heights:
            return []
        line = alt.Chart().mark_rule(color=self.colours["rule"], xOffset=1, x2Offset=-1)  # Vega counts a rim of lines
        return [line.encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=self.down(heights, "rule_at"))]

    def chart(self, layers: list[alt.Chart], x: alt.X | None = None) -> alt.LayerChart | alt.FacetChart:
        """The layers as a chart as wide as the layout and as high as the plan; unless `x` is given, it is in pixels."""
        size = {"width": self.layout.width, "height": self.height}
        across, down = (alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False) for end in size.values())
        return layered(*layers, data=self.fields.data, **size).encode(
            x=x or alt.X(type="quantitative", scale=across, axis=None),
            y=alt.Y(type="quantitative", scale=down, axis=None),
        )
