"""A drawing for a reader's browser: the same marks, one row lit and the others dim, and where readers find each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.charts.theme import paint

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIM = 0.22
LEAST = 24.0  # pixels of height and width that a row offers the pointer


def specification(still: Mapping[str, Any], words: Mapping[int, str], alt: str) -> dict[str, Any]:
    """The specification of a still drawing with the param `row`: the place in the table of the row that is lit, or -1.

    The last layer, `rows`, is transparent: a box for each row that has words, with these as tooltip and label.
    """
    places = [area for area in still["usermeta"]["areas"] if area[0] in words]
    drawn = [lit(layer) for layer in still["layer"]]
    scales = {name: still["layer"][0]["encoding"][name] for name in ("x", "y")}
    rings = [{"r": [nth], "x": x, "y": y} for nth, x, y in still["usermeta"]["rings"] if nth in words]
    if rings:
        drawn.append(ring_layer(rings, scales))
    drawn.append(row_layer([box(*area, still["width"], still["height"]) | {"words": words[area[0]]}
                            for area in places], scales))  # fmt: skip
    kept = {name: still[name] for name in ("width", "height", "padding", "autosize", "view") if name in still}
    return {
        "$schema": SCHEMA, "description": alt, **kept, "background": None, "params": [{"name": "row", "value": -1}],
        "layer": drawn,
    }  # fmt: skip


def lit(layer: Mapping[str, Any]) -> dict[str, Any]:
    """A layer whose marks are dim while another row is lit; marks of no row stay."""
    values = layer["data"]["values"]
    if not any("r" in value for value in values):
        return dict(layer)
    mark, encoding = dict(layer["mark"]), dict(layer["encoding"])
    if mark["type"] in ("line", "area"):
        mark["opacity"] = {"expr": f"row < 0 || indexof({values[0]['r']}, row) >= 0 ? 1 : {DIM}"}
    else:
        test = "row < 0 || !datum.r || indexof(datum.r, row) >= 0"
        encoding["opacity"] = {"condition": {"test": test, "value": mark.pop("opacity", 1)}, "value": DIM}
    return {**layer, "mark": mark, "encoding": encoding}


def ring_layer(rings: list[dict], scales: Mapping[str, Any]) -> dict[str, Any]:
    """A ring around the place of the lit row on its line."""
    mark = {"type": "point", "aria": False, "filled": False, "size": 150, "stroke": paint("ink"), "strokeWidth": 2}
    shown = {"condition": {"test": "indexof(datum.r, row) >= 0", "value": 1}, "value": 0}
    return {"data": {"values": rings}, "mark": mark, "encoding": {**scales, "opacity": shown}}


def row_layer(boxes: list[dict], scales: Mapping[str, Any]) -> dict[str, Any]:
    """A box for each row, unseen but for its tooltip, its label and its focus."""
    said = {"field": "words", "type": "nominal"}
    return {
        "name": "rows", "data": {"values": boxes},
        "mark": {"type": "rect", "fill": "transparent", "aria": True},
        "encoding": {**scales, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "tooltip": said, "description": said},
    }  # fmt: skip


def box(nth: int, left: float, top: float, right: float, bottom: float, width: float, height: float) -> dict[str, Any]:
    """The box of a row, not smaller than a finger's or pointer's aim, inside the drawing."""
    wider, higher = (max(0.0, LEAST - size) / 2 for size in (right - left, bottom - top))
    return {
        "r": [nth],
        "x": round(max(0.0, left - wider), 2), "x2": round(min(width, right + wider), 2),
        "y": round(max(0.0, top - higher), 2), "y2": round(min(height, bottom + higher), 2),
    }  # fmt: skip
