"""What is put into a story's page when the edition is written: its style, and the other stories that it names.

So no page has to be laid out again for a style sheet, or for the headline of another.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from toolkit.core.errors import StoryError
from toolkit.site import metadata
from toolkit.site.edition import Document, EditionContext, Page
from toolkit.site.lean_html import lean
from toolkit.site.style import mark_invisible_characters, rules, stylesheet, with_style

if TYPE_CHECKING:  # importing Jinja takes a while
    from jinja2 import Environment

PLACE_OF_OTHERS = Markup("<!-- others -->")  # where a page that is laid out has them, the last such in it
CHARTS = 4
# the most bytes of a page: with up to CHARTS charts, for each further one, and more of a page with choices
BUDGET = {"raw": (460_000, 70_000, 150_000), "gzipped": (65_000, 8_000, 40_000)}


def finished(page: Page, edition: EditionContext, environment: Environment) -> Page:
    """A page that is laid out, and its annex, with their style and the other stories of the edition.

    Raises StoryError if one of them is over its byte budget.
    """
    others = _others(edition, page.slug, environment)
    annex = page.annex and _finished(page.annex, others, edition)
    return replace(page, main=_finished(page.main, others, edition), annex=annex)


def _finished(document: Document, others: str, edition: EditionContext) -> Document:
    """A document with what is put in. An annex has the style of stories from the files that pages share."""
    shares = document.is_annex
    choices = rules("choices.css") if document.has_choices else ""

    def style(rarer: bool) -> str:
        return ("" if shares else stylesheet("report.css", edition.palette, rarer)) + choices + document.style

    def policy(sheet: str) -> str:
        return metadata.policy(sheet, edition.site, pictures=document.has_pictures, shared=shares)

    before, _, after = document.html.rpartition(f"{PLACE_OF_OTHERS}\n")
    html = with_style(f"{before}{others}{after}", style, policy)
    within_budget(document.path.removesuffix(".html"), html, document.charts, document.has_choices)
    return replace(document, html=html)


def _others(edition: EditionContext, slug: str, environment: Environment) -> str:
    """The HTML of the other stories that the page of a story names; "" if it is the only one."""
    seen = edition.seen_from(slug)
    shown = replace(seen, stories=tuple(story for story in seen.stories if story[0] != slug))
    return lean(mark_invisible_characters(environment.get_template("others.html.j2").render(page=shown)))


def within_budget(slug: str, html: str, charts: int, choices: bool = False) -> None:
    """Raises StoryError if a page has more bytes than are allowed for its number of charts, and for its choices."""
    data = html.encode()
    sizes = {"raw": len(data), "gzipped": len(gzip.compress(data, 9, mtime=0))}
    for name, size in sizes.items():
        most, each_chart, with_choices = BUDGET[name]
        most += each_chart * max(0, charts - CHARTS) + (with_choices if choices else 0)
        if size > most:
            raise StoryError(
                f"story {slug}, its page",
                f"{size:,} bytes {name}",
                f"{most:,} bytes",
                "show fewer charts or shorter tables",
            )
