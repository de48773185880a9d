"""The specification of a chart that is published: for an editor of Vega-Lite, for download, for a page of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolkit.charts.altair_chart import WATERMARK_WEIGHT, WITHOUT_A_MARK, checked_marks
from toolkit.charts.altair_theme import configuration, with_css_variables_in_spec, without_unused_config
from toolkit.charts.drawing import ALTAIR, IN_PERCENT, LAYOUTS, Cell, Drawing
from toolkit.charts.inline_csv import with_csv
from toolkit.charts.interaction import make_interactive, with_sources
from toolkit.charts.missing_words import without_missing
from toolkit.charts.specification import Specification, channels, views
from toolkit.charts.theme import HOUSE


def vega_lite(drawing: Drawing) -> Specification:
    """A chart as Vega-Lite, data included, which any editor of such charts opens: with title, description, tooltips.

    Raises ToolkitError as `draw_marks`.
    """
    simulated = [drawing.watermark] if drawing.watermark else []
    title = {"text": drawing.title, "subtitle": [drawing.subtitle, *simulated]}
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    made = _untitled(drawing, "wide", {})
    return {"$schema": schema, **made, "title": title, "description": drawing.alt, "background": "white"}


def vega_lite_file(drawing: Drawing) -> bytes:
    """The same for download, in few bytes: its rows are CSV within the JSON.

    Raises ToolkitError as `draw_marks`.
    """
    made = with_csv(without_missing(vega_lite(drawing)))
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def interactive_specification(drawing: Drawing, width: str, sources: Mapping[int, str] | None = None) -> Specification:
    """A chart as Vega-Lite for a page of its own, which says its title and has its colours.

    Marks of a house form say the `sources` of their row, by its index. Raises ToolkitError as `draw_marks`.
    """
    made = _untitled(drawing, width, sources or {})
    return {**with_css_variables_in_spec(made, drawing.palette), "background": None}


def interactive_theme(width: str) -> dict[str, Any]:
    """The configuration of most `interactive_specification`s, which all pages of charts share: no palette is in it."""
    config = configuration(HOUSE, LAYOUTS[width], single=False)
    config["mark"] |= WITHOUT_A_MARK
    themed: dict[str, Any] = with_css_variables_in_spec(config, HOUSE)
    return themed


def _untitled(drawing: Drawing, width: str, sources: Mapping[int, str]) -> Specification:
    """The specification of a chart that readers point into, for what says its title; `sources` are by row."""
    kept = f"{width} specification"
    if kept not in drawing.cache:
        checked_marks(drawing, LAYOUTS[width])
    made = json.loads(json.dumps(drawing.cache[kept]))  # a copy, quicker than deepcopy's
    _separate_halos(made)
    of_author = drawing.form == ALTAIR
    if sources and not of_author:
        with_sources(made, sources, drawing.locale.say("Source"))
    if drawing.watermark:
        muted = {"color": drawing.palette.light["muted"], "fontSize": LAYOUTS[width].detail}
        made["title"] = {"text": drawing.watermark, "anchor": "end", "fontWeight": WATERMARK_WEIGHT, **muted}
    make_interactive(made, _worded(made, drawing) if of_author else None, drawing.locale)
    return without_unused_config(made)


def _worded(whole: Specification, drawing: Drawing) -> dict[str, str]:
    """Adds numbers of encoded columns in words to the data; the field of the words by that of the number.

    It is "" of a column in thousands: its numbers stand under titles that say so.
    """
    named_fields = {str(part.get("field")) for _, part in channels(whole)}
    held = {name for row in drawing.rows for name, cell in row.items() if isinstance(cell, Cell) and not cell.is_range}
    scaled = {name for name, times in drawing.held.items() if times != IN_PERCENT}
    named = {name: "" if name in scaled else f"{name}_text" for name in sorted(named_fields & held)}
    rows = [row for data in whole["datasets"].values() for row in data]
    for row, cells in zip(rows, drawing.rows, strict=True):
        row |= {text: cell.text for name, text in named.items() if text and isinstance(cell := cells.get(name), Cell)}
    return named


def _separate_halos(whole: Specification) -> None:
    """A halo as a layer of its own under each text: Vega paints a text's stroke over its letters, a page under them."""
    for view in views(whole):
        layers: list[Specification] = []
        for layer in view.get("layer", ()):
            mark = layer.get("mark")
            if isinstance(mark, dict) and mark["type"] == "text" and "stroke" in mark:
                encoding = {name: channel for name, channel in layer["encoding"].items() if name != "color"}
                named = {"name": f"{layer['name']}_halo"} if "name" in layer else {}
                layers.append(layer | named | {"mark": mark | {"color": mark["stroke"]}, "encoding": encoding})
                layer["mark"] = {name: value for name, value in mark.items() if not name.startswith("stroke")}
            layers.append(layer)
        if layers:
            view["layer"] = layers
