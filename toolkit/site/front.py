"""The front page of an edition: one sentence, one number, one chart, the stories."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.site import metadata
from toolkit.site.edition import EditionContext, Page
from toolkit.site.page import load, stylesheet
from toolkit.site.sentences import Sentence
from toolkit.site.sourcing import newest


def render(pages: Sequence[Page], database: Database, edition: EditionContext) -> str:
    """The HTML of index.html: the first sentence and a number, the other sentences, a chart, and all stories."""
    lead = pages[0] if pages else None
    told = [(page, sentence) for page in pages for sentence in page.summary.sentences]
    words = lead.dek if lead else edition.name  # the opening where no story has a sentence for the front page
    opening = told[0] if told else (lead, Sentence(escape(words), words))
    exhibit = next((page for page in pages if page.summary.small_chart), lead)
    style = stylesheet("front.css", edition.palette)
    as_of = newest(page.summary.as_of_iso for page in pages) or ""
    view = {
        "edition": edition,
        "say": database.units.locale.say,
        "lead": opening[0],
        "opening": opening[1],
        "told": told[1:],
        "pages": pages,
        "exhibit": exhibit,
        "chart": exhibit and (exhibit.summary.small_chart or exhibit.summary.lead_chart),
        "as_of": written_date(as_of, database.units.locale),
        "as_of_iso": as_of,
        "style": Markup(style),
        "policy": metadata.policy(style, edition.site),
        "description": metadata.description(opening[1].words),
        "json": metadata.script_json(_site(pages, edition)),
        **metadata.addresses(
            edition.site, "", exhibit.slug if exhibit else "", exhibit.summary.lead_chart if exhibit else None
        ),
    }
    return load().environment.get_template("front.html.j2").render(page=view).lstrip()


def feeds(pages: Sequence[Page], edition: EditionContext) -> dict[str, str]:
    """The text of feed.xml (Atom), sitemap.xml and robots.txt by file name; {} if the edition has no address.

    An edition in a folder of a host has no robots.txt: crawlers ask for it at the root of the host alone.
    """
    if not edition.site:
        return {}
    days = [page.summary.as_of_iso for page in pages]
    days += [note["on"] for page in pages for note in page.summary.corrections]
    view = {"edition": edition, "pages": pages, "updated": max(days, default="")}
    environment = load().environment
    made = {name: environment.get_template(f"{name}.j2").render(page=view) for name in ("feed.xml", "sitemap.xml")}
    if metadata.robots(edition.site) == f"{edition.site}/robots.txt":
        made["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {edition.site}/sitemap.xml\n"
    return made


def _site(pages: Sequence[Page], edition: EditionContext) -> dict:
    """The edition in the terms of schema.org: a WebSite."""
    start = f"{edition.site}/" if edition.site else ""
    parts = [{"@type": "Article", "headline": page.title, "url": f"{start}{page.slug}.html"} for page in pages]
    made = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": edition.name,
        "inLanguage": "en",
        "license": metadata.LICENCE,
        "hasPart": parts,
    }
    return {**made, "url": start} if start else made
