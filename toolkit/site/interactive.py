"""A chart that readers can point into, in a page of its own: the embed page's plot, until Vega has drawn it anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from toolkit.charts import Palette, svg_document
from toolkit.core.text import made_visible
from toolkit.site import embed, vega_bundle
from toolkit.site.edition import EditionContext
from toolkit.site.exhibits import RenderedChart
from toolkit.site.kept_files import KeptFiles
from toolkit.site.lean_html import lean
from toolkit.site.packed import packed

HATCHES = ("url(#hatch-", "url(#live-hatch-")  # patterns of their own: those of the static drawing are hidden with it


def chart_files(
    chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any, kept: KeptFiles
) -> dict[str, bytes]:
    """The embed page and the interactive page of a chart, by name in the story's folder."""
    name = f"charts/{chart.id}-interactive.html"
    parts = (replace(chart, files={}), chart.drawing, chart.sources, edition, slug, title)
    return {
        f"charts/{chart.id}.html": embed.embed_page(chart, edition, slug, title, environment).encode(),
        name: kept.file(name, parts, lambda: _page(chart, edition, slug, title, environment).encode()),
    }


def _page(chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any) -> str:
    """The interactive page of a chart: it frames the embed page, runs the edition's vega.js and loads nothing else.

    The page to share is the embed page, which it names as its canonical address where the edition has one.
    """
    from toolkit import charts

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


def specifications(drawn: Mapping[str, Any]) -> Markup:
    """Specifications by width as JSON, packed: a ninth of the bytes. To be read, the chart's .vl.json is beside it."""
    text = json.dumps(by_column(drawn), ensure_ascii=False, separators=(",", ":"))
    return Markup(packed(made_visible(text).replace(*HATCHES)))  # signs of base 85 stand in a script as they are


def by_column(part: Any) -> Any:
    """A specification in which the rows of data are `columns`, whose values pack closer; interactive.js undoes it."""
    if isinstance(part, list):
        return [by_column(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    return {name: _columns(one) if name == "data" else by_column(one) for name, one in part.items()}


def _columns(data: Any) -> Any:
    """Data by column, null where a row lacks a field, as in the chart's .vl.json; as it is without rows of its own."""
    rows = data.get("values") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        return data
    rest = {name: value for name, value in data.items() if name != "values"}
    names = dict.fromkeys(name for row in rows for name in row)
    return {**rest, "columns": {name: [row.get(name) for row in rows] for name in names}}


def shared_chart_files(palette: Palette) -> dict[str, bytes]:
    """The files that an edition's pages of charts share, by name: style with fonts; Vega, Vega-Lite and our script."""
    return {"vega.js": vega_bundle.MADE.read_bytes(), embed.STYLESHEET: embed.embed_stylesheet(palette).encode()}
