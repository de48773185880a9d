"""A canvas in pixels: forms place marks on it, Altair draws them as layers.

Vega-Lite lays charts out by rules of its own. Labels above marks, strips beside them and another arrangement on a
narrow page need known positions, so forms compute them from their scales and give Altair marks that are placed already.
Lengths are in pixels, y grows downwards, and colours are named by their roles in the palette ("ink", "accent").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import altair as alt

from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.encodings import Row
from toolkit.charts.fields import printable
from toolkit.charts.geometry import Box, Point, Position, box_between, rounded, text_box
from toolkit.charts.layers import Layers, Mark
from toolkit.charts.placement import WATERMARK_WEIGHT, Occupied
from toolkit.charts.typography import SANS, balanced, wrapped
from toolkit.core.errors import ToolkitError
from toolkit.core.kind import Kind

BACKGROUND, GRID, MARKS, POINTS, TEXT = range(5)  # the levels of a drawing, from the back
DASHED, DOTTED, FINE, DENSE = (5, 3.5), (1.6, 3.2), (3, 2.2), (1.8, 1.8)


class Canvas:
    """Marks and words of one drawing in one layout, with the space they occupy and the rows of the table they show."""

    def __init__(self, drawing: Drawing, layout: Layout) -> None:
        self.drawing, self.layout = drawing, layout
        self.layers = Layers()
        self.occupied = Occupied(layout.width)
        self.plots: list[Box] = []
        self.rows: list[int] = []
        self.hit_areas: dict[int, Box] = {}

    # Rows of the table, for the interactive view

    @contextmanager
    def for_rows(self, *rows: Row) -> Iterator[None]:
        """Marks and words placed inside the block show these rows.

        Where it is a single row, their boxes together are its hit area: what a reader points at to find it.
        """
        before, self.rows = self.rows, [row.index for row in rows]
        yield
        self.rows = before

    def hit_area(self, row: Row, box: Box) -> None:
        """Adds a box to the hit area of a row."""
        self._extend_hit_area(row.index, box)

    def _extend_hit_area(self, index: int, box: Box) -> None:
        self.hit_areas[index] = self.hit_areas.get(index, box).joined(box)

    def occupy(self, box: Box) -> None:
        """Adds the box of a mark: words avoid it, and it belongs to the hit area of the current row."""
        self.occupied.marks.append(box)
        if len(self.rows) == 1:
            self._extend_hit_area(self.rows[0], box)

    # Marks

    def rect(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1,
        dash: Iterable[float] = (),
        opacity: float = 1,
        level: int = MARKS,
    ) -> None:
        """A rectangle between two corners."""
        style = {"fill": self.colour(fill), **self.outline(stroke, width, dash)}
        if opacity != 1:
            style["fillOpacity"] = opacity
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        self.add(level, "rect", style, [spot(left, top) | {"x2": rounded(right), "y2": rounded(bottom)}])
        if level >= MARKS:
            self.occupy(Box(left, top, right, bottom))

    def background(self, x0: float, y0: float, x1: float, y1: float, role: str) -> None:
        """A shaded part of the plot; the halo of words placed inside has the same colour."""
        self.rect(x0, y0, x1, y1, fill=role, level=BACKGROUND)
        self.occupied.backgrounds.append((box_between(x0, y0, x1, y1), role))

    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        stroke: str = "rule",
        width: float = 1,
        dash: Iterable[float] = (),
        level: int = GRID,
    ) -> None:
        """A straight line; part of the grid unless `level` says otherwise."""
        style = self.outline(stroke, width, dash)
        self.add(level, "rule", style, [spot(x0, y0) | {"x2": rounded(x1), "y2": rounded(y1)}])
        if level >= MARKS:
            self.occupy(Box(min(x0, x1), min(y0, y1) - 1, max(x0, x1), max(y0, y1) + 1))

    def line(
        self,
        points: Iterable[Point],
        stroke: str,
        width: float = 2,
        dash: Iterable[float] = (),
        smooth: bool = False,
        level: int = MARKS,
    ) -> None:
        """A line through points; words avoid it as a row of small boxes, at most 8 pixels apart."""
        points = list(points)
        style = self.outline(stroke, width, dash) | {"fill": None, "strokeJoin": "round", "strokeCap": "butt"}
        style["interpolate"] = "monotone" if smooth else "linear"
        self.add(level, "line", style, [spot(*point) | {"o": place} for place, point in enumerate(points)])
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) // 8))
            for step in range(steps + 1):
                x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
                self.occupied.marks.append(Box(x - 1.5, y - 1.5, x + 1.5, y + 1.5))

    def dot(
        self,
        x: float,
        y: float,
        radius: float = 7,
        fill: str | None = "ink",
        stroke: str | None = "paper",
        width: float = 2,
        dash: Iterable[float] = (),
        opacity: float = 1,
    ) -> None:
        """A dot, filled or open."""
        style = {
            "fill": self.colour(fill),
            "size": round(3.14159265 * radius**2, 3),
            "shape": "circle",
            "opacity": 1,
        }
        style |= self.outline(stroke, width, dash)
        if opacity != 1:
            style["fillOpacity"] = opacity
        self.add(POINTS, "point", style, [spot(x, y)])
        self.occupy(Box(x - radius, y - radius, x + radius, y + radius))

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        weight: int = 400,
        fill: str = "ink",
        anchor: str = "start",
        halo: str | None = None,
    ) -> Box:
        """A line of text on the baseline `y`; returns its box. `halo` is the colour of a rim around the letters."""
        words = printable(words)
        if not words.strip():
            return Box(x, y, x, y)
        style = {
            "fill": self.colour(fill),
            "fontSize": size,
            "font": SANS,
            "fontWeight": weight,
            "align": {"start": "left", "middle": "center", "end": "right"}[anchor],
            "baseline": "alphabetic",
        }
        if halo:
            style |= {"stroke": self.drawing.palette.paint(halo), "strokeWidth": 4}
        self.add(TEXT, "text", style, [spot(x, y) | {"t": words}])
        box = text_box(x, y, words, size, weight, anchor)
        self.occupied.texts.append(box)
        return box

    def text_block(
        self,
        x: float,
        y: float,
        words: str,
        width: float,
        size: float,
        weight: int = 400,
        fill: str = "ink",
        anchor: str = "start",
        halo: str | None = None,
        leading: float = 1.28,
        even: bool = False,
    ) -> float:
        """Text in lines no wider than `width`, the first on the baseline `y`; returns the last baseline.

        `leading` is the distance of baselines in parts of the size; `even` makes the lines about equally long. Without
        words the baseline returned is one line above `y`.
        """
        broken = (balanced if even else wrapped)(words, width, size, weight) if words else []
        for place, line in enumerate(broken):
            self.text(x, y + place * size * leading, line, size, weight, fill, anchor, halo)
        return y + (len(broken) - 1) * size * leading if broken else y - size * leading

    def place_text(
        self,
        words: str,
        options: Sequence[Position],
        size: float,
        weight: int = 400,
        fill: str = "ink",
        under: str | list[str] = "",
        halo: bool = True,
        marks: bool = True,
    ) -> Box:
        """A text with the lines `under` it, at the best of several positions; returns the box of the text.

        The best is the first that is free, else the one of the lowest cost (`placement.Occupied.best`).
        """
        details = [line for line in ([under] if isinstance(under, str) else under) if line.strip()]
        step, detail = self.layout.line, self.layout.detail
        choices = [
            [
                text_box(x, y, printable(words), size, weight, anchor),
                *(
                    text_box(x, y + nth * step, printable(line), detail, 400, anchor)
                    for nth, line in enumerate(details, start=1)
                ),
            ]
            for x, y, anchor in options
        ]
        best = self.occupied.best(choices, marks)
        x, y, anchor = options[best]
        halos = [self.occupied.background_of(box) if halo else None for box in choices[best]]
        for nth, (line, colour) in enumerate(zip(details, halos[1:], strict=True), start=1):
            self.text(x, y + nth * step, line, detail, 400, "muted", anchor, colour)
        return self.text(x, y, words, size, weight, fill, anchor, halos[0])

    # Colours

    def colour(self, role: str | None) -> str | None:
        """The paint of a role of the palette, or the pattern of `hatch-` and a role; None, no colour, for None."""
        if role is None:
            return None
        return f"url(#{role})" if role.startswith("hatch-") else self.drawing.palette.paint(role)

    def outline(self, stroke: str | None, width: float, dash: Iterable[float]) -> dict[str, Any]:
        """The style of a stroke; `dash` has the lengths of strokes and gaps in turn, () for a solid one."""
        if stroke is None:
            return {"strokeWidth": 0}
        return {"stroke": self.drawing.palette.paint(stroke), "strokeWidth": width} | (
            {"strokeDash": list(dash)} if dash else {}
        )

    # The whole

    def plot_area(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Says where the plot lies, for the word SIMULATED in it if the data are synthetic."""
        self.plots.append(box_between(x0, y0, x1, y1))

    def add(self, level: int, mark: Mark, style: dict[str, Any], rows: list[dict]) -> None:
        """Adds marks to the layer of their kind and style, a dictionary each with "x", "y" and what the mark needs."""
        self.layers.add(level, mark, style, rows, self.rows)

    def to_chart(self, height: float) -> alt.TopLevelLayerSpec:
        """All marks as a chart of this height, with SIMULATED in each plot of synthetic data.

        Raises ToolkitError where a plot has no room for it.
        """
        if self.drawing.kind == "synthetic":
            for plot in self.plots:
                self.watermark(plot)
        return self.layers.chart(self.layout.width, round(height), self.hit_boxes())

    def hit_boxes(self) -> dict[str, list]:
        """Where readers find rows of the table: "areas" of [row, left, top, right, bottom]."""
        areas = [
            [index, *(rounded(end) for end in (box.left, box.top, box.right, box.bottom))]
            for index, box in sorted(self.hit_areas.items())
        ]
        return {"areas": areas}

    def watermark(self, plot: Box) -> None:
        """Writes SIMULATED in the plot, clear of all text and, if it can be, of marks.

        It is as large as fits without covering a mark; the smallest size may cover some. Raises ToolkitError without
        room for that.
        """
        words = self.drawing.locale.say(Kind.SYNTHETIC.label)
        smallest = self.layout.detail + 1
        for size in (26, 22, 18, smallest):
            place = self.occupied.watermark_place(words, size, plot)
            if place and (place[0] < 1 or size == smallest):  # a cost below 1 covers no mark
                (x, y, _) = place[1]
                self.text(x, y, words, size, WATERMARK_WEIGHT, "muted", halo="paper")
                return
        raise ToolkitError(
            self.drawing.where,
            f"no room for {words} in the {self.layout.name} plot",
            allowed="a synthetic chart says so inside its plot",
            remedy="show fewer rows or shorter labels",
        )


def spot(x: float, y: float) -> dict[str, float]:
    """A point as the fields "x" and "y" of a mark."""
    return {"x": rounded(x), "y": rounded(y)}
