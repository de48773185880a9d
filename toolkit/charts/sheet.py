"""A sheet in pixels: forms place marks on it, Altair draws them as layers.

Vega-Lite lays a chart out by its own rules. A label above its mark, a strip beside it, or a narrow page with a plan of
its own need known positions, so forms work out positions from their scales and hand Altair marks in place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import altair as alt

from toolkit.charts.drawing import Drawing, Layout
from toolkit.charts.svg import SLACK, Box
from toolkit.charts.theme import ASCENT, DESCENT, SANS, balanced, paint, text_width, wrapped
from toolkit.core.errors import ToolkitError

GROUND, GRID, MARKS, POINTS, TEXT = range(5)  # the levels of a drawing, from the back
DASHED, DOTTED, FINE, DENSE = (5, 3.5), (1.6, 3.2), (3, 2.2), (1.8, 1.8)
SIMULATED, AWAY = "SIMULATED", 10  # and how far it keeps from words on its line

Point = tuple[float, float]
Place = tuple[float, float, str]  # x, baseline, anchor


class Sheet:
    """Marks in pixels, grouped by level and style; each group becomes one Altair layer."""

    def __init__(self, drawing: Drawing, layout: Layout):
        self.drawing, self.layout = drawing, layout
        self.layers: dict[tuple, list[list[dict]]] = {}
        self.texts: list[Box] = []
        self.solid: list[Box] = []
        self.plots: list[Box] = []
        self.grounds: list[tuple[Box, str]] = []
        self.rows: list[int] = []
        self.areas: dict[int, Box] = {}
        self.rings: dict[int, Point] = {}

    # Rows of the table, for the interactive view

    @contextmanager
    def about(self, *rows: SimpleNamespace) -> Iterator[None]:
        """Marks and words placed meanwhile stand for these rows; the marks of one row are where readers find it."""
        before, self.rows = self.rows, [row.nth for row in rows]
        yield
        self.rows = before

    def area_of(self, row: SimpleNamespace, box: Box) -> None:
        """A further place where readers find a row."""
        old = self.areas.get(row.nth, box)
        self.areas[row.nth] = Box(
            min(old.left, box.left), min(old.top, box.top), max(old.right, box.right), max(old.bottom, box.bottom)
        )

    def ring(self, row: SimpleNamespace, x: float, y: float) -> None:
        """The place on a line where readers find a row, and nowhere else; the interactive view rings it."""
        self.rings[row.nth] = (near(x), near(y))

    def occupy(self, box: Box) -> None:
        """The box of a mark: words keep clear of it, readers find its row there."""
        self.solid.append(box)
        if len(self.rows) == 1:
            self.area_of(SimpleNamespace(nth=self.rows[0]), box)

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
        style = {"fill": colour(fill), **outline(stroke, width, dash)}
        if opacity != 1:
            style["fillOpacity"] = opacity
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        self.add(level, "rect", style, [spot(left, top) | {"x2": near(right), "y2": near(bottom)}])
        if level >= MARKS:
            self.occupy(Box(left, top, right, bottom))

    def ground(self, x0: float, y0: float, x1: float, y1: float, role: str) -> None:
        """A shaded part of the plot; words placed inside it take its colour as their halo."""
        self.rect(x0, y0, x1, y1, fill=role, level=GROUND)
        self.grounds.append((Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), role))

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
        style = outline(stroke, width, dash)
        self.add(level, "rule", style, [spot(x0, y0) | {"x2": near(x1), "y2": near(y1)}])
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
        """A line through points."""
        points = list(points)
        style = outline(stroke, width, dash) | {"fill": None, "strokeJoin": "round", "strokeCap": "butt"}
        style["interpolate"] = "monotone" if smooth else "linear"
        self.add(level, "line", style, [spot(*point) | {"o": place} for place, point in enumerate(points)])
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) // 8))
            for step in range(steps + 1):
                x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
                self.solid.append(Box(x - 1.5, y - 1.5, x + 1.5, y + 1.5))

    def area(
        self,
        points: Iterable[tuple[float, float, float]],
        fill: str,
        opacity: float = 1,
        smooth: bool = False,
        level: int = GROUND,
    ) -> None:
        """A band through points (x, upper y, lower y)."""
        style = {"fill": colour(fill), "fillOpacity": opacity, "line": False}
        style["interpolate"] = "monotone" if smooth else "linear"
        rows = [spot(x, top) | {"y2": near(bottom)} for x, top, bottom in points]
        self.add(level, "area", style, rows)

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
            "fill": colour(fill),
            "size": round(3.14159265 * radius**2, 3),
            "shape": "circle",
            "opacity": 1,
        }
        style |= outline(stroke, width, dash)
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
        """A line of text on the baseline `y`; `halo` clears a ground-coloured rim around it."""
        words = printable(words)
        if not words.strip():
            return Box(x, y, x, y)
        style = {
            "fill": colour(fill),
            "fontSize": size,
            "font": SANS,
            "fontWeight": weight,
            "align": {"start": "left", "middle": "center", "end": "right"}[anchor],
            "baseline": "alphabetic",
        }
        if halo:
            style |= {"stroke": paint(halo), "strokeWidth": 4}
        self.add(TEXT, "text", style, [spot(x, y) | {"t": words}])
        box = measured(x, y, words, size, weight, anchor)
        self.texts.append(box)
        return box

    def lines(
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
        """Text broken into lines from the first baseline `y`; returns the last baseline."""
        broken = (balanced if even else wrapped)(words, width, size, weight) if words else []
        for place, line in enumerate(broken):
            self.text(x, y + place * size * leading, line, size, weight, fill, anchor, halo)
        return y + (len(broken) - 1) * size * leading if broken else y - size * leading

    def place(
        self,
        words: str,
        options: Iterable[Place],
        size: float,
        weight: int = 400,
        fill: str = "ink",
        under: str | list[str] = "",
        halo: bool = True,
        marks: bool = True,
    ) -> Box:
        """A text, and details under it, at the first of several places that is free, or else the least bad."""
        below = [under] if isinstance(under, str) else under
        below = [line for line in below if line.strip()]
        best, step, detail = None, self.layout.line, self.layout.detail
        for order, (x, y, anchor) in enumerate(options):
            boxes = [measured(x, y, printable(words), size, weight, anchor)]
            for place, line in enumerate(below, start=1):
                boxes.append(measured(x, y + place * step, printable(line), detail, 400, anchor))
            cost = order * 0.01
            for box in boxes:
                cost += 1000 * max(0.0, -box.left, box.right - self.layout.width, -box.top)
                cost += 500 * sum(box.overlaps(other, SLACK) for other in self.texts)
                cost += 10 * sum(box.overlaps(other) for other in self.solid) if marks else 0
                cost += 25 * sum(box.overlaps(ground) and not within(box, ground) for ground, _ in self.grounds)
            if best is None or cost < best[0]:
                best = (cost, x, y, anchor, boxes)
        _, x, y, anchor, boxes = best
        rims = [next((role for ground, role in self.grounds if within(box, ground)), "paper") for box in boxes]
        for place, (line, rim) in enumerate(zip(below, rims[1:], strict=True), start=1):
            self.text(x, y + place * step, line, detail, 400, "muted", anchor, rim if halo else None)
        return self.text(x, y, words, size, weight, fill, anchor, rims[0] if halo else None)

    # The whole

    def plot(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Name the ground of the plot, where SIMULATED stands if the data are."""
        self.plots.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def add(self, level: int, mark: str, style: dict[str, Any], rows: list[dict]) -> None:
        """Adds rows to the layer of one mark and style."""
        style = {name: value for name, value in style.items() if value is not None or name == "fill"}
        key = (level, mark, tuple((name, as_key(value)) for name, value in style.items()))
        if self.rows:  # a path says it once
            said = 1 if mark in ("line", "area") else len(rows)
            rows = [row | {"r": self.rows} if place < said else row for place, row in enumerate(rows)]
        self.layers.setdefault(key, []).append(rows)

    def chart(self, height: float) -> alt.TopLevelLayerSpec:
        """The layers, back to front, on a sheet of this height."""
        height = round(height)
        if self.drawing.kind == "synthetic":
            for plot in self.plots:
                self.stamp(plot)
        extent = {"x": self.layout.width, "y": height}
        scales = {
            name: alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False) for name, end in extent.items()
        }
        layers = []
        for (_, mark, style), groups in sorted(self.layers.items(), key=lambda item: item[0][0]):
            # a path is a layer of its own; other marks of one style share one
            batches = groups if mark in ("line", "area") else [[row for rows in groups for row in rows]]
            layers += [
                layer(mark, {name: list(v) if isinstance(v, tuple) else v for name, v in style}, rows, scales)
                for rows in batches
            ]
        return alt.TopLevelLayerSpec(
            layer=layers,
            width=self.layout.width,
            height=height,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            background="transparent",
            view=alt.ViewConfig(stroke=None),
            usermeta=self.found(),
        )

    def found(self) -> dict[str, list]:
        """Where the rows of the table stand on the sheet."""
        boxes = self.areas | {nth: Box(x - 7, y - 7, x + 7, y + 7) for nth, (x, y) in self.rings.items()}
        areas = [
            [nth, *(near(end) for end in (box.left, box.top, box.right, box.bottom))]
            for nth, box in sorted(boxes.items())
        ]
        return {"areas": areas, "rings": [[nth, *point] for nth, point in sorted(self.rings.items())]}

    def stamp(self, plot: Box) -> None:
        """SIMULATED in the plot, clear of all text and of as many marks as can be."""
        for size in (26, 22, 18, self.layout.detail + 1):
            width, best = text_width(SIMULATED, size, 600), None
            for row in range(24):
                for column in range(24):
                    left = plot.left + 4 + (plot.right - plot.left - width - 8) * column / 23
                    base = plot.top + size * 0.9 + (plot.bottom - plot.top - size * 1.2) * row / 23
                    box = Box(left - 4, base - size * ASCENT - 3, left + width + 4, base + size * DESCENT + 3)
                    apart = Box(box.left - AWAY, box.top, box.right + AWAY, box.bottom)
                    if box.left < plot.left or box.right > plot.right or any(apart.overlaps(t) for t in self.texts):
                        continue
                    cost = sum(box.overlaps(mark, -3) for mark in self.solid) + 0.001 * (row + column)
                    if best is None or cost < best[0]:
                        best = (cost, left, base)
            if best and (best[0] < 1 or size < 18):
                break
        if best is None:
            raise ToolkitError(
                self.drawing.where,
                f"no room for {SIMULATED} in the {self.layout.name} plot",
                allowed="a synthetic chart says so inside its plot",
                remedy="show fewer rows or shorter labels",
            )
        self.text(best[1], best[2], SIMULATED, size, 600, "muted", halo="paper")


def layer(mark: str, style: dict[str, Any], rows: list[dict], scales: dict[str, alt.Scale]) -> alt.UnitSpec:
    """One layer of marks of one style, in Altair's own classes: its chart methods copy all data at every step."""
    encoding: dict[str, Any] = {
        name: getattr(alt, name.upper())(field=name, type="quantitative", axis=None, scale=scale)
        for name, scale in scales.items()
    }
    encoding |= {name: getattr(alt, name.upper())(field=name) for name in ("x2", "y2") if name in rows[0]}
    if "t" in rows[0]:
        encoding["text"] = alt.Text(field="t")
    if "o" in rows[0]:
        encoding["order"] = alt.Order(field="o", type="quantitative")
    return alt.UnitSpec(
        data=alt.InlineData(values=rows),
        mark=alt.MarkDef(type=mark, aria=False, **style),
        encoding=alt.Encoding(**encoding),
    )


def measured(x: float, y: float, words: str, size: float, weight: int = 400, anchor: str = "start") -> Box:
    """The box that words take up."""
    width = text_width(words, size, weight)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - ASCENT * size, left + width, y + DESCENT * size)


def within(box: Box, ground: Box) -> bool:
    return (
        ground.left <= box.left and box.right <= ground.right and ground.top <= box.top and box.bottom <= ground.bottom
    )


def printable(words: str) -> str:
    """Text without the control characters that no XML may hold."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in words)


def colour(role: str | None) -> str | None:
    """A palette role, or `hatch-` and a role for simulated marks."""
    if role is None:
        return None
    return f"url(#{role})" if role.startswith("hatch-") else paint(role)


def outline(stroke: str | None, width: float, dash: Iterable[float]) -> dict[str, Any]:
    """The style of a stroke."""
    if stroke is None:
        return {"strokeWidth": 0}
    return {"stroke": paint(stroke), "strokeWidth": width} | ({"strokeDash": list(dash)} if dash else {})


def spot(x: float, y: float) -> dict[str, float]:
    return {"x": near(x), "y": near(y)}


def near(value: float) -> float:
    """A coordinate in tenths of a pixel."""
    tenths = round(float(value), 1)
    return int(tenths) if tenths.is_integer() else tenths


def as_key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
