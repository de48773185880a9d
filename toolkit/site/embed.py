"""A chart in a page of its own: for an iframe, and to share by its own address and picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from toolkit.charts import Palette, svg_document, typography
from toolkit.notebook.front_matter import RIGHT_TO_LEFT
from toolkit.site import metadata
from toolkit.site.edition import EditionContext
from toolkit.site.exhibits import RenderedChart
from toolkit.site.lean_html import lean
from toolkit.site.security_policy import nothing_but

REPORT = Path(__file__).parent / "templates" / "report"
STYLESHEET = "charts.css"  # which all embeds of an edition share, beside vega.js
POLICY = nothing_but("style-src 'self'; font-src data:")
SANS = tuple(face for face in typography.FACES if face[0] == typography.SANS_FAMILY)
WIDE = 680  # pixels of width of the wide drawing
FRAMES = (WIDE, 328)  # widths of the text in a wide and in a narrow iframe, for which its height is estimated
CHROME = 150  # pixels of height of what stands in every embed: rules, links and gaps


def embed_page(chart: RenderedChart, edition: EditionContext, slug: str, title: str, environment: Any) -> str:
    """The embed page of a chart, which loads the edition's stylesheet for charts, nothing else, and runs no script."""
    return lean(environment.get_template("embed.html.j2").render(page=view(chart, edition, slug, title)).lstrip())


def view(chart: RenderedChart, edition: EditionContext, slug: str, title: str) -> dict:
    """What the page of one chart shows, by the names in its template; the page's URL where the edition has one.

    The picture that shared links show is the chart's card where it has one, else the chart."""
    card = f"charts/{chart.id}.card.png"
    picture = card if card in chart.files else f"charts/{chart.id}.png"
    addresses = metadata.addresses(edition.site, path(slug, chart), f"{slug}/{picture}", chart.alt)
    return {
        "chart": chart,
        "edition": edition,
        "language": edition.language,
        "direction": "rtl" if edition.language.split("-")[0] in RIGHT_TO_LEFT else "",
        "slug": slug,
        "title": title,
        "stylesheet": f"../../{STYLESHEET}",
        "policy": POLICY,
        "description": metadata.description(f"{chart.subtitle}. {chart.alt}"),
        "code": _frame(chart, addresses["address"]) if edition.site else "",
        **addresses,
    }


def path(slug: str, chart: RenderedChart) -> str:
    """The path of a chart's page in the edition."""
    return f"{slug}/charts/{chart.id}.html"


@cache
def embed_stylesheet(palette: Palette) -> str:
    """The style that all embeds and interactive views of an edition share, with the sans faces inside.

    Fonts in files of their own would be lost in a sandboxed iframe: browsers let no opaque origin read them.
    """
    rules = (REPORT / "embed.css").read_text(encoding="utf-8")
    return metadata.compact(palette.css_variables() + typography.font_faces(SANS) + rules)


def _frame(chart: RenderedChart, address: str) -> str:
    """The HTML with which another page embeds the chart at this address."""
    return str(
        Markup('<iframe src="{}" title="{}" width="100%" height="{}" style="border:0" loading="lazy"></iframe>').format(
            address, chart.title, max(_height(chart, width) for width in FRAMES)
        )
    )


def _height(chart: RenderedChart, width: float) -> int:
    """An estimate of the page's height in pixels in a frame whose text is `width` wide, with its details closed."""
    across, down = svg_document.size(chart.wide if width == WIDE else chart.narrow)
    texts = (  # (words, size of the font and height of a line in pixels, as in embed.css)
        (chart.title, 21, 25.7),
        (chart.subtitle, 15, 21.8),
        (f"Notes: {chart.notes}", 14, 20.3),
        (f"Source: {chart.source}", 14, 20.3),
        ("Story: " + "m" * 60, 14, 20.3),
    )
    lines = sum(len(typography.wrapped(text, width - 8, size, 600)) * leading for text, size, leading in texts)
    return round(lines + down * width / across + CHROME)
