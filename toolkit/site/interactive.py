"""A chart that readers can point into: drawn by Vega in their browser, in a page of its own, the still one first."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from toolkit.core.project import replace_file, with_lf
from toolkit.site import embed, metadata
from toolkit.site.exhibits import ShownChart

if TYPE_CHECKING:
    from toolkit.site.page import EditionContext

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
    from toolkit import charts

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


def shared_files(folder: Path) -> dict[str, bytes]:
    """What all interactive pages of an edition load: Vega, Vega-Lite and the script that starts them, once.

    Bundling takes two seconds, so the bundle is kept in `folder` for the next build.
    """
    script = with_lf((embed.REPORT / "interactive.js").read_bytes())
    key = hashlib.sha256(f"{version('vl-convert-python')} {VEGA_LITE} ".encode() + script).hexdigest()[:12]
    kept = folder / f"vega-{key}.js"
    if not kept.exists():
        for old in folder.glob("vega-*.js"):
            old.unlink(missing_ok=True)
        replace_file(kept, bundle(script.decode()))
    return {"vega.js": kept.read_bytes()}


@cache
def bundle(script: str) -> bytes:
    """Vega and Vega-Lite with a script that uses them; the same bytes from the same versions."""
    import vl_convert

    return vl_convert.javascript_bundle(script, vl_version=VEGA_LITE).encode()
