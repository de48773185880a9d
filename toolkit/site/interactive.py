"""A chart that readers can point into, in a page of its own: the embed page's plot, until Vega has drawn it anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup

from toolkit.charts import Palette, svg
from toolkit.core.project import replace_file, with_lf
from toolkit.core.text import visible
from toolkit.site import embed
from toolkit.site.edition import EditionContext
from toolkit.site.exhibits import RenderedChart
from toolkit.site.packed import packed

VEGA_LITE = "6.4"
HATCHES = ("url(#hatch-", "url(#live-hatch-")  # patterns of their own: those of the static drawing are hidden with it


def files(chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any) -> dict[str, bytes]:
    """The embed page and the interactive page of a chart, by name in the story's folder."""
    return {
        f"charts/{chart.id}.html": embed.page(chart, edition, slug, title, environment).encode(),
        f"charts/{chart.id}-interactive.html": page(chart, edition, slug, title, environment).encode(),
    }


def page(chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any) -> str:
    """The interactive page of a chart: it frames the embed page, runs the edition's vega.js and loads nothing else."""
    from toolkit import charts

    view = embed.view(chart, edition, slug, title)
    view |= {
        "policy": f"{view['policy']}; frame-src 'self'; script-src 'self' blob:",
        "sizes": [(width, svg.size(getattr(chart, width))) for width in charts.LAYOUTS],
        "specification": specifications(
            {width: charts.live(chart.drawing, width, chart.sources) for width in charts.LAYOUTS}
        ),
        "patterns": Markup(charts.hatches(chart.drawing, "live")),
    }
    if "address" in view:
        view["address"] = view["address"].removesuffix(".html") + "-interactive.html"
    return environment.get_template("interactive.html.j2").render(page=view).lstrip()


def specifications(drawn: Mapping[str, Any]) -> str:
    """Specifications by width as JSON, packed: a ninth of the bytes. To be read, the chart's .vl.json is beside it."""
    return packed(visible(json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))).replace(*HATCHES))


def shared_files(folder: Path, palette: Palette) -> dict[str, bytes]:
    """The files that an edition's pages of charts share, by name: style with fonts; Vega, Vega-Lite and our script.

    Bundling the scripts takes two seconds, so that the bundle is cached in `folder` for the next build.
    """
    keep_bundle(folder)
    return {"vega.js": bundle_in(folder).read_bytes(), embed.STYLESHEET: embed.stylesheet(palette).encode()}


def keep_bundle(folder: Path) -> None:
    """Bundles the scripts into `folder`, unless they are there from an earlier build."""
    kept = bundle_in(folder)
    if not kept.exists():
        for old in folder.glob("vega-*.js"):
            old.unlink(missing_ok=True)
        replace_file(kept, bundle(own_script().decode()))


def bundle_in(folder: Path) -> Path:
    """Where the scripts of these versions are kept once they are bundled."""
    made_of = f"{version('vl-convert-python')} {VEGA_LITE} ".encode() + licences() + own_script() + loader()
    return folder / f"vega-{hashlib.sha256(made_of).hexdigest()[:12]}.js"


def own_script() -> bytes:
    """Our script that uses Vega."""
    return with_lf((embed.REPORT / "interactive.js").read_bytes())


@cache
def bundle(script: str) -> bytes:
    """One script of Vega, Vega-Lite and a script that uses them, packed; the same bytes from the same versions."""
    import vl_convert

    made = vl_convert.javascript_bundle(script, vl_version=VEGA_LITE)
    return licences() + loader() + f'run("{packed(made)}");\n'.encode()


def licences() -> bytes:
    """The licences of what vega.js bundles, as the comment at its head."""
    return b"/*!\n" + with_lf((embed.REPORT / "vega.licences.txt").read_bytes()) + b"*/\n"


def loader() -> bytes:
    """The script by which vega.js runs what is packed in it."""
    return with_lf((embed.REPORT / "vega.js").read_bytes())
