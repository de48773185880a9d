"""A chart for a reader's browser: the marks of the static one, dimmed but for those of the row under the pointer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Any

from toolkit.charts.geometry import Box
from toolkit.charts.layers import PATHS
from toolkit.charts.typography import SANS

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIM = 0.22  # the opacity of what is not highlighted
SHARED = {  # properties that marks have unless they set them: written once, as the configuration of all
    "aria": False,
    "baseline": "alphabetic",
    "align": "left",
    "fontWeight": 400,
    "shape": "circle",
    "interpolate": "linear",
    "strokeCap": "butt",
}
PIXELS = {name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in "xy"}
NOT_DIMMED = "row < 0 || !datum.r || indexof(datum.r, row) >= 0"  # `r`: the rows that a mark shows; none for the grid
MANY = 4  # a layer with at least so many marks is shorter written in columns
LEAST = 24.0  # the least height and width in pixels of what a reader points at


def specification(static: Mapping[str, Any], rows: Collection[int], alt: str) -> dict[str, Any]:
    """An interactive Vega-Lite specification made of a static one.

    Its param `row` is the index of the highlighted row, -1 if there is none. Its last layer, `rows`, has a transparent
    box for each of `rows`, whose tooltip and label are the field `words`, which the page's script fills in. Scales,
    dimming and shared properties are written once, for all layers.
    """
    found = static["usermeta"]
    layers = [dimmable(layer) for layer in static["layer"]]
    size = static["width"], static["height"]
    layers.append(row_layer([hit_box(index, Box(*area), *size) for index, *area in found["areas"] if index in rows]))
    kept = {name: static[name] for name in ("width", "height", "padding", "autosize", "view") if name in static}
    dim = {"opacity": {"condition": {"test": NOT_DIMMED, "value": 1}, "value": DIM}}
    return {
        "$schema": SCHEMA,
        "description": alt,
        **kept,
        "background": None,
        "params": [{"name": "row", "value": -1}],
        "config": {"mark": SHARED, "text": {"font": SANS}},
        "encoding": PIXELS | dim,
        "layer": layers,
    }


def dimmable(layer: Mapping[str, Any]) -> dict[str, Any]:
    """A layer without what all layers share, its data in columns where that is shorter."""
    shared = SHARED | {"font": SANS, "opacity": 1}
    mark = {name: value for name, value in layer["mark"].items() if shared.get(name) != value}
    encoding = {name: value for name, value in layer["encoding"].items() if name not in "xy"}
    rows = layer["data"]["values"]
    if mark["type"] in PATHS:
        data = in_columns(rows, {"r": rows[0]["r"]} if "r" in rows[0] else {})
    else:
        data = in_columns(rows, {}) if len(rows) >= MANY else {"data": layer["data"]}
    return {**data, "mark": mark, "encoding": encoding}


def in_columns(rows: list[dict], constant: dict[str, Any], *later: str) -> dict[str, Any]:
    """The data of a layer as a list for each field, which Vega flattens to rows: the name of a field stands once.

    `constant` has the fields with one value for all rows, `later` names those that the page's script fills in.
    """
    fields = list(dict.fromkeys(name for row in rows for name in row if name not in constant))
    lists = {name: [row.get(name) for row in rows] for name in fields}
    return {"data": {"values": [lists | constant]}, "transform": [{"flatten": [*fields, *later]}]}


def row_layer(boxes: list[dict]) -> dict[str, Any]:
    """The layer of transparent boxes, with tooltips and labels for screen readers."""
    words = {"field": "words", "type": "nominal"}
    return {
        "name": "rows",
        **in_columns(boxes, {}, "words"),
        "mark": {"type": "rect", "fill": "transparent", "aria": True},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "tooltip": words, "description": words},
    }


def hit_box(index: int, area: Box, width: float, height: float) -> dict[str, Any]:
    """A row's area as a box in whole pixels, at least `LEAST` high and wide, clipped to the drawing."""
    wider, higher = (max(0.0, LEAST - size) / 2 for size in (area.right - area.left, area.bottom - area.top))
    return {
        "r": [index],
        "x": floor(max(0.0, area.left - wider)),
        "x2": ceil(min(width, area.right + wider)),
        "y": floor(max(0.0, area.top - higher)),
        "y2": ceil(min(height, area.bottom + higher)),
    }
