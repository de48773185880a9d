"""What is put into a story's page when the edition is written: its style and fonts, and the other stories it names.

So no page has to be laid out again for a style sheet, or for the headline of another.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from toolkit.core.errors import StoryError
from toolkit.core.project import digest
from toolkit.site import security_policy
from toolkit.site.edition import Document, EditionContext, Page
from toolkit.site.lean_html import lean
from toolkit.site.page_fonts import PageFonts
from toolkit.site.style import mark_invisible_characters, rules, rules_of_page, with_style

if TYPE_CHECKING:  # importing Jinja takes a while
    from jinja2 import Environment

PLACE_OF_OTHERS = Markup("<!-- others -->")  # where a page that is laid out has them, the last such in it
CHARTS = 4
# the most bytes of a page: with up to CHARTS charts, for each further one, and more of a page with choices
BUDGET = {"raw": (460_000, 70_000, 150_000), "gzipped": (65_000, 8_000, 40_000)}


def with_own_fonts(page: Page, edition: EditionContext, environment: Environment) -> Page:
    """A page that is laid out with the fonts of all that it will show: itself, where it has them."""
    html = _with_other_stories(page.main, _other_stories(edition, page.slug, environment))
    fonts = page.fonts.of(html, _rules(page.main, edition))
    return page if fonts is page.fonts else replace(page, fonts=fonts)


def finished_from(page: Page, edition: EditionContext) -> str:
    """A digest of all that `finished` makes a page of which has its fonts."""
    documents = [part for document in page.documents for part in (document.html, _rules(document, edition))]
    return digest([*documents, page.fonts.rules, repr(edition.seen_from(page.slug))])


def finished(page: Page, edition: EditionContext, environment: Environment) -> Page:
    """A page that `with_own_fonts` made, and its annex, with their style and the other stories of the edition."""
    other_stories = _other_stories(edition, page.slug, environment)
    main, *annexes = (_finished(document, page.fonts, other_stories, edition) for document in page.documents)
    return replace(page, main=main, annex=next(iter(annexes), None))


def _finished(document: Document, fonts: PageFonts, other_stories: str, edition: EditionContext) -> Document:
    """A document with what is put in. An annex has the style of stories, and fonts, from files that pages share."""
    style = _rules(document, edition) if document.is_annex else fonts.rules + _rules(document, edition)
    policy = security_policy.policy(style, edition.site, pictures=document.has_pictures, shared=document.is_annex)
    html = with_style(_with_other_stories(document, other_stories), style, policy)
    return replace(document, html=html)


def _with_other_stories(document: Document, other_stories: str) -> str:
    """The HTML of a document with the other stories that it names."""
    before, _, after = document.html.rpartition(f"{PLACE_OF_OTHERS}\n")
    return f"{before}{other_stories}{after}"


def _rules(document: Document, edition: EditionContext) -> str:
    """The rules of a document's own style: what it does not share, but fonts."""
    shared = "" if document.is_annex else rules_of_page("report.css", edition.palette)
    return shared + (rules("choices.css") if document.has_choices else "") + document.style


def _other_stories(edition: EditionContext, slug: str, environment: Environment) -> str:
    """The HTML of the other stories that the page of a story names; "" if it is the only one."""
    seen = edition.seen_from(slug)
    without_own = replace(seen, stories=tuple(story for story in seen.stories if story[0] != slug))
    return lean(mark_invisible_characters(environment.get_template("others.html.j2").render(page=without_own)))


def refuse_heavy(page: Page) -> None:
    """Raises StoryError if a finished page, or its annex, is over its byte budget."""
    for document in page.documents:
        within_budget(document.path.removesuffix(".html"), document.html, document.charts, document.has_choices)


def within_budget(slug: str, html: str, charts: int, choices: bool = False) -> None:
    """Raises StoryError if a page has more bytes than are allowed for its number of charts, and for its choices."""
    data = html.encode()
    sizes = {"raw": len(data), "gzipped": len(gzip.compress(data, 9, mtime=0))}
    for name, size in sizes.items():
        largest, each_chart, with_choices = BUDGET[name]
        largest += each_chart * max(0, charts - CHARTS) + (with_choices if choices else 0)
        if size > largest:
            raise StoryError(
                f"story {slug}, its page",
                f"{size:,} bytes {name}",
                f"{largest:,} bytes",
                "show fewer charts or shorter tables",
            )
