"""A chart that readers can point into, in a page of its own: the embed page's plot, until Vega has drawn it anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from toolkit import charts
from toolkit.charts import Palette, svg_document
from toolkit.core.text import made_visible
from toolkit.site import embed, vega_bundle
from toolkit.site.compressed_text import packed
from toolkit.site.edition import EditionContext
from toolkit.site.exhibits import RenderedChart
from toolkit.site.kept_files import KeptFiles
from toolkit.site.lean_html import lean

HATCHES = ("url(#hatch-", "url(#live-hatch-")  # patterns of their own: those of the static drawing are hidden with it


def chart_files(
    chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any, files_of_last: KeptFiles
) -> dict[str, bytes]:
    """The embed page and the interactive page of a chart, by name in the story's folder."""
    name = f"charts/{chart.id}-interactive.html"
    parts = (replace(chart, files={}), chart.drawing, chart.sources, edition, slug, title)
    return {
        f"charts/{chart.id}.html": embed.embed_page(chart, edition, slug, title, environment).encode(),
        name: files_of_last.file(name, parts, lambda: _page(chart, edition, slug, title, environment).encode()),
    }


def _page(chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any) -> str:
    """The interactive page of a chart: it frames the embed page, runs the edition's vega.js and loads nothing else.

    The page to share is the embed page, which it names as its canonical address where the edition has one.
    """
    view = embed.view(chart, edition, slug, title)
    view |= {
        "policy": f"{view['policy']}; frame-src 'self'; script-src 'self' blob:",
        "sizes": [(width, svg_document.size(getattr(chart, width))) for width in charts.LAYOUTS],
        "specification": specifications(
            {width: charts.interactive_specification(chart.drawing, width, chart.sources) for width in charts.LAYOUTS}
        ),
        "patterns": Markup(charts.hatches(chart.drawing, "live")),
    }
    return lean(environment.get_template("interactive.html.j2").render(page=view).lstrip())


def specifications(specification_of: Mapping[str, Any]) -> Markup:
    """Specifications by width as JSON, packed: a ninth of the bytes. To be read, the chart's .vl.json is beside it.

    All rows of data stand once, by column, in `rows`, and `datasets` have their places there. What
    `charts.interactive_theme` has of a configuration is in vega.js. `unpacked` of interactive.js undoes both.
    """
    places: dict[str, int] = {}
    widths = {}
    for width, specification in specification_of.items():
        datasets = dict(specification.get("datasets", {}))
        named = _with_names(specification, datasets) | {"config": _own_config(specification, width)}
        widths[width] = named | {"datasets": {name: _place(rows, places) for name, rows in datasets.items()}}
    text = _json({"rows": [json.loads(columns) for columns in places], **widths})
    return Markup(packed(made_visible(text).replace(*HATCHES)))  # signs of base 85 stand in a script as they are


def _with_names(part: Any, datasets: dict[str, Any]) -> Any:
    """A specification whose data are by name in `datasets`."""
    if isinstance(part, list):
        return [_with_names(inner, datasets) for inner in part]
    if not isinstance(part, Mapping):
        return part
    rest = {name: inner for name, inner in part.items() if name not in ("data", "datasets")}
    with_data = {"data": _by_name(part["data"], datasets)} if "data" in part else {}
    return with_data | {name: _with_names(inner, datasets) for name, inner in rest.items()}


def _by_name(data: Any, datasets: dict[str, Any]) -> Any:
    """Data by a name in `datasets`; as they are where they have no rows, or those of their name are others."""
    if not isinstance(data, Mapping) or not isinstance(data.get("values"), list):
        return data
    name = data.get("name", f"rows-{len(datasets)}")
    if datasets.setdefault(name, data["values"]) != data["values"]:
        return data
    return {**{key: value for key, value in data.items() if key != "values"}, "name": name}


def _place(rows: Any, places: dict[str, int]) -> Any:
    """The place of rows in `places`, by column as JSON, null where a row lacks a field; what are no rows stays."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        return rows
    names = dict.fromkeys(name for row in rows for name in row)
    return places.setdefault(_json({name: [row.get(name) for row in rows] for name in names}), len(places))


def _own_config(specification: Mapping[str, Any], width: str) -> dict[str, Any]:
    """What a specification's configuration has that is not in the theme of its width."""
    theme = charts.interactive_theme(width)
    return {name: part for name, part in specification.get("config", {}).items() if part != theme.get(name)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shared_chart_files(palette: Palette) -> dict[str, bytes]:
    """The files that an edition's pages of charts share, by name: style with fonts; Vega, Vega-Lite and our script."""
    return {"vega.js": vega_bundle.MADE.read_bytes(), embed.STYLESHEET: embed.embed_stylesheet(palette).encode()}
