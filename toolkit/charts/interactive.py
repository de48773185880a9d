"""A drawing for a reader's browser: the same marks, the row under the pointer highlighted, the others dim."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Any

from toolkit.charts.geometry import Box
from toolkit.charts.layers import PATHS
from toolkit.charts.theme import HOUSE
from toolkit.charts.typography import SANS

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIM = 0.22  # the opacity of what is not highlighted
SHARED = {  # what a mark is where it does not say otherwise
    "aria": False,
    "baseline": "alphabetic",
    "align": "left",
    "fontWeight": 400,
    "shape": "circle",
    "interpolate": "linear",
    "strokeCap": "butt",
}
PIXELS = {name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in "xy"}
NOT_DIMMED = "row < 0 || !datum.r || indexof(datum.r, row) >= 0"  # a mark of no row stays as it is
MANY = 4  # rows of a layer, from which on columns are shorter
LEAST = 24.0  # pixels of height and width that a row offers the pointer


def specification(static: Mapping[str, Any], rows: Collection[int], alt: str) -> dict[str, Any]:
    """The specification of a static one with the param `row`: the index of the highlighted row, or -1.

    The last layer, `rows`, is transparent: a box for each of `rows`, whose tooltip and label are the `words` that the
    page's script gives them. Scales, dimming and what all marks are alike in stand once, for all layers.
    """
    found = static["usermeta"]
    layers = [dimmable(layer) for layer in static["layer"]]
    points = [{"r": [index], "x": x, "y": y} for index, x, y in found["points"] if index in rows]
    if points:
        layers.append(ring_layer(points))
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
    """A layer without what all layers share; its marks are dim while a row is highlighted that is not theirs."""
    shared = SHARED | {"font": SANS, "opacity": 1}
    mark = {name: value for name, value in layer["mark"].items() if shared.get(name) != value}
    encoding = {name: value for name, value in layer["encoding"].items() if name not in "xy"}
    rows = layer["data"]["values"]
    if mark["type"] in PATHS:
        data = in_columns(rows, {"r": rows[0]["r"]} if "r" in rows[0] else {})
    else:
        data = in_columns(rows, {}) if len(rows) >= MANY else {"data": layer["data"]}
    return {**data, "mark": mark, "encoding": encoding}


def in_columns(rows: list[dict], alike: dict[str, Any], *more: str) -> dict[str, Any]:
    """The data of a layer as lists, so that the name of a field stands once.

    Fields of `alike` have one value for all rows; `more` fields are filled in later.
    """
    fields = list(dict.fromkeys(name for row in rows for name in row if name not in alike))
    lists = {name: [row.get(name) for row in rows] for name in fields}
    return {"data": {"values": [lists | alike]}, "transform": [{"flatten": [*fields, *more]}]}


def ring_layer(points: list[dict]) -> dict[str, Any]:
    """A ring around the place of the highlighted row on its line."""
    mark = {"type": "point", "filled": False, "size": 150, "stroke": HOUSE.paint("ink"), "strokeWidth": 2}
    shown = {"condition": {"test": "indexof(datum.r, row) >= 0", "value": 1}, "value": 0}
    return {**in_columns(points, {}), "mark": mark, "encoding": {"opacity": shown}}


def row_layer(boxes: list[dict]) -> dict[str, Any]:
    """A box for each row, unseen but for its tooltip, its label and its focus."""
    words = {"field": "words", "type": "nominal"}
    return {
        "name": "rows",
        **in_columns(boxes, {}, "words"),
        "mark": {"type": "rect", "fill": "transparent", "aria": True},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "tooltip": words, "description": words},
    }


def hit_box(index: int, area: Box, width: float, height: float) -> dict[str, Any]:
    """The box of a row in whole pixels, not smaller than a finger's or pointer's aim, inside the drawing."""
    wider, higher = (max(0.0, LEAST - size) / 2 for size in (area.right - area.left, area.bottom - area.top))
    return {
        "r": [index],
        "x": floor(max(0.0, area.left - wider)),
        "x2": ceil(min(width, area.right + wider)),
        "y": floor(max(0.0, area.top - higher)),
        "y2": ceil(min(height, area.bottom + higher)),
    }
