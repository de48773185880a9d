"""The front page of an edition: one sentence, one number, one chart, the stories."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from toolkit.desk.database import Desk
from toolkit.publish import metadata
from toolkit.publish.page import EditionContext, Page, load, stylesheet
from toolkit.wording import written_date


def render(pages: Sequence[Page], desk: Desk, edition: EditionContext) -> str:
    """The HTML of index.html: the first story leads, all stories follow."""
    lead = pages[0] if pages else None
    sentence = (lead.summary.sentence or lead.dek) if lead else edition.name
    style = stylesheet("front.css")
    as_of = max((page.summary.as_of_iso for page in pages), default="")
    view = {
        "edition": edition, "lead": lead, "pages": pages, "sentence": sentence,
        "as_of": written_date(as_of), "as_of_iso": as_of, "style": Markup(style), "policy": metadata.policy(style),
        "description": metadata.description(sentence), "json": metadata.script_json(_site(pages, edition)),
        **metadata.addresses(edition.site, "", lead.slug if lead else "", lead.summary.chart if lead else None),
    }  # fmt: skip
    return load().environment.get_template("front.html.j2").render(page=view).lstrip()


def feeds(pages: Sequence[Page], edition: EditionContext) -> dict[str, str]:
    """feed.xml (Atom) and sitemap.xml by file name; none where the edition has no address."""
    if not edition.site:
        return {}
    days = [page.summary.as_of_iso for page in pages]
    days += [note["on"] for page in pages for note in page.summary.corrections]
    view = {"edition": edition, "pages": pages, "updated": max(days, default="")}
    environment = load().environment
    return {name: environment.get_template(f"{name}.j2").render(page=view) for name in ("feed.xml", "sitemap.xml")}


def _site(pages: Sequence[Page], edition: EditionContext) -> dict:
    """The edition as schema.org sees it."""
    start = f"{edition.site}/" if edition.site else ""
    parts = [{"@type": "Article", "headline": page.title, "url": f"{start}{page.slug}.html"} for page in pages]
    made = {"@context": "https://schema.org", "@type": "WebSite", "name": edition.name, "inLanguage": "en",
            "license": metadata.LICENCE, "hasPart": parts}  # fmt: skip
    return {**made, "url": start} if start else made
