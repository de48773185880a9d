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
        "as_of": written_date(as_of), "as_of_iso": as_of, "style": Markup(style),
        "policy": metadata.policy(style, edition.site),
        "description": metadata.description(sentence), "json": metadata.script_json(_site(pages, edition)),
        **metadata.addresses(edition.site, "", lead.slug if lead else "", lead.summary.chart if lead else None),
    }  # fmt: skip
    return load().environment.get_template("front.html.j2").render(page=view).lstrip()


def feeds(pages: Sequence[Page], edition: EditionContext) -> dict[str, str]:
    """feed.xml (Atom), sitemap.xml and robots.txt by file name; none where the edition has no address.

    An edition in a folder of a host has no robots.txt: crawlers ask for it at the root, which is not the edition's.
    """
    if not edition.site:
        return {}
    newest = max((page.summary.as_of_iso for page in pages), default="")
    view = {"edition": edition, "pages": pages, "updated": newest}
    environment = load().environment
    made = {name: environment.get_template(f"{name}.j2").render(page=view) for name in ("feed.xml", "sitemap.xml")}
    if metadata.robots(edition.site) == f"{edition.site}/robots.txt":
        made["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {edition.site}/sitemap.xml\n"
    return made


def _site(pages: Sequence[Page], edition: EditionContext) -> dict:
    """The edition as schema.org sees it."""
    start = f"{edition.site}/" if edition.site else ""
    parts = [{"@type": "Article", "headline": page.title, "url": f"{start}{page.slug}.html"} for page in pages]
    made = {"@context": "https://schema.org", "@type": "WebSite", "name": edition.name, "inLanguage": "en",
            "license": metadata.LICENCE, "hasPart": parts}  # fmt: skip
    return {**made, "url": start} if start else made
