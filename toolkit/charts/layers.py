"""Marks in pixels as layers of an Altair chart: those of one level and style share a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt

Mark = Literal["rect", "rule", "line", "area", "point", "text"]
PATHS = ("line", "area")  # one mark of all its rows


class Layers:
    """Marks by level, kind and style, in the order in which they came."""

    def __init__(self) -> None:
        self.groups: dict[tuple[int, Mark, tuple], list[list[dict]]] = {}

    def add(self, level: int, mark: Mark, style: Mapping[str, Any], rows: list[dict], about: list[int]) -> None:
        """Adds rows to the layer of one mark and style; `about` says which rows of the table they stand for."""
        worn = ((name, as_key(value)) for name, value in style.items() if value is not None or name == "fill")
        if about:  # a path says it once
            said = 1 if mark in PATHS else len(rows)
            rows = [row | {"r": about} if place < said else row for place, row in enumerate(rows)]
        self.groups.setdefault((level, mark, tuple(worn)), []).append(rows)

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
            worn = {name: list(value) if isinstance(value, tuple) else value for name, value in style}
            layers += [layer(mark, worn, rows, scales) for rows in batches]
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


def as_key(value: Any) -> Any:
    """A value of a style as part of a dictionary's key."""
    return tuple(value) if isinstance(value, list) else value
