"""A chart that readers can point into, drawn by Vega in their browser, in a page of its own; the still one until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from toolkit.publish import embed, metadata
from toolkit.publish.shown import ShownChart

if TYPE_CHECKING:
    from toolkit.publish.page import EditionContext

VEGA_LITE = "6.4"
HATCHES = ("url(#hatch-", "url(#live-hatch-")  # the page's own patterns: those of the still drawing are hidden with it


def files(chart: ShownChart, edition: EditionContext, slug: str, title: str, environment: Any) -> dict[str, bytes]:
    """The pages of one chart by their names in the story's folder."""
    return {
        f"charts/{chart.id}.html": embed.page(chart, edition, slug, title, environment).encode(),
        f"charts/{chart.id}-interactive.html": page(chart, edition, slug, title, environment).encode(),
    }


def page(chart: ShownChart, edition: EditionContext, slug: str, title: str, environment: Any) -> str:
    """The interactive page of a chart: it runs the edition's vega.js and nothing else."""
    from toolkit.publish import charts

    view = embed.view(chart, edition, slug, title)
    specifications = {width: charts.specification(chart.drawing, width, chart.tips) for width in charts.LAYOUTS}
    view |= {
        "policy": f"{view['policy']}; script-src 'self'",
        "specification": Markup(metadata.script_json(specifications).replace(*HATCHES)),
        "patterns": Markup(charts.hatches(chart.drawing, "live")),
    }
    if "address" in view:
        view["address"] = view["address"].removesuffix(".html") + "-interactive.html"
    return environment.get_template("interactive.html.j2").render(page=view).lstrip()


def shared_files() -> dict[str, bytes]:
    """What all interactive pages of an edition load: Vega, Vega-Lite and the script that starts them, once."""
    import vl_convert

    script = (embed.REPORT / "interactive.js").read_text(encoding="utf-8")
    return {"vega.js": vl_convert.javascript_bundle(script, vl_version=VEGA_LITE).encode()}
