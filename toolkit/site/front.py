"""The front page of an edition: the first two stories with a sentence, a number and a chart each, then the others."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from toolkit.core.text import newest
from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site import metadata, security_policy
from toolkit.site.edition import EditionContext, FrontChart, Page
from toolkit.site.page import templates
from toolkit.site.sentences import FrontParagraph
from toolkit.site.style import SHARED, rules, styled


def render(pages: Sequence[Page], database: Database, edition: EditionContext) -> str:
    """The HTML of index.html: the first story, the second if it has a chart, and a list of the others."""
    leads = [page for index, page in enumerate(pages[:2]) if index == 0 or _chart(page)]
    first = leads[0] if leads else None
    as_of = newest(page.summary.as_of_iso for page in pages) or ""
    view = {
        "edition": edition,
        "say": database.units.locale.say,
        "leads": [(page, _sentences(page), _chart(page)) for page in leads],
        "others": [(page, _sentences(page)) for page in pages[len(leads) :]],
        "as_of": written_date(as_of, database.units.locale),
        "as_of_iso": as_of,
        "description": metadata.description(_sentences(first)[0].words if first else edition.name),
        "json": metadata.script_json(_site(pages, edition)),
        "stylesheets": (SHARED,),
        **metadata.addresses(
            edition.site, "", *(metadata.shared(first.slug, first.title, first.summary.lead_chart) if first else ())
        ),
    }
    style = rules("front.css")
    return styled("front.html.j2", templates(), view, style, security_policy.policy(style, edition.site, shared=True))


def _sentences(page: Page) -> tuple[FrontParagraph, ...]:
    """What the front page says of a story: its sentences for it, or its dek."""
    return page.summary.sentences or (FrontParagraph(escape(page.dek), page.dek),)


def _chart(page: Page) -> FrontChart | None:
    """A story's chart for the front page, or its first."""
    return page.summary.small_chart or page.summary.lead_chart


def _site(pages: Sequence[Page], edition: EditionContext) -> dict:
    """The edition in the terms of schema.org: a WebSite."""
    start = f"{edition.site}/" if edition.site else ""
    parts = [{"@type": "Article", "headline": page.title, "url": f"{start}{page.slug}.html"} for page in pages]
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": edition.name,
        "inLanguage": "en",
        "license": metadata.LICENCE,
        "hasPart": parts,
    }
    return {**site, "url": start} if start else site
