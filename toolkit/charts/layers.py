"""Marks in pixels as layers of an Altair chart: marks of one level, kind and style share a layer.

A mark is a dictionary: x, y, x2 and y2 in pixels, t its text, o its order on a path, r the rows of the table it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt

Mark = Literal["rect", "rule", "line", "area", "point", "text"]
PATHS = ("line", "area")  # in Vega-Lite one mark of all rows of its data, each row a point of it


class Layers:
    """Marks by level (0 is the back), kind and style, in the order in which they were added."""

    def __init__(self) -> None:
        self.groups: dict[tuple[int, Mark, tuple], list[list[dict]]] = {}

    def add(self, level: int, mark: Mark, style: Mapping[str, Any], rows: list[dict], about: list[int]) -> None:
        """Adds marks, or one path, to the layer of their kind and style.

        `about` are the rows of the table that they show, by index. Properties of the style that are None are left out,
        but not "fill", which then is none.
        """
        key = ((name, as_key(value)) for name, value in style.items() if value is not None or name == "fill")
        if about:  # of a path only the first point says so
            last = 1 if mark in PATHS else len(rows)
            rows = [row | {"r": about} if place < last else row for place, row in enumerate(rows)]
        self.groups.setdefault((level, mark, tuple(key)), []).append(rows)

    def chart(self, width: float, height: float, usermeta: dict[str, Any]) -> alt.TopLevelLayerSpec:
        """The layers, back to front, as a chart of this size."""
        extent = {"x": width, "y": height}
        scales = {
            name: alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False) for name, end in extent.items()
        }
        layers = []
        for (_, mark, style), groups in sorted(self.groups.items(), key=lambda item: item[0][0]):
            # a path is a layer of its own; other marks of one style share one
            batches = groups if mark in PATHS else [[row for rows in groups for row in rows]]
            properties = {name: list(value) if isinstance(value, tuple) else value for name, value in style}
            layers += [layer(mark, properties, rows, scales) for rows in batches]
        return alt.TopLevelLayerSpec(
            layer=layers,
            width=width,
            height=height,
            padding=0,
            autosize=alt.AutoSizeParams(type="none"),
            background="transparent",
            view=alt.ViewConfig(stroke=None),
            usermeta=usermeta,
        )


def layer(mark: Mark, style: dict[str, Any], rows: list[dict], scales: dict[str, alt.Scale]) -> alt.UnitSpec:
    """One layer of marks of one style, made of Altair's schema classes: the methods of alt.Chart copy all data each."""
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


def as_key(value: Any) -> Any:
    """A value of a style as part of a dictionary's key: a list as a tuple."""
    return tuple(value) if isinstance(value, list) else value
