"""What tells other programs of an edition's pages: its feed, its sitemap, and robots.txt."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.site import metadata
from toolkit.site.edition import EditionContext, Page
from toolkit.site.page import templates
from toolkit.site.style import mark_invisible_characters


def feeds(pages: Sequence[Page], edition: EditionContext, others: Sequence[str]) -> dict[str, str]:
    """The text of feed.xml (Atom), sitemap.xml and robots.txt by file name; {} if the edition has no address.

    `others` are the paths of the pages beside the stories.

    An edition in a folder of a host has no robots.txt: crawlers ask for it at the root of the host alone.
    """
    if not edition.site:
        return {}
    days = [page.summary.as_of_iso for page in pages]
    days += [note["on"] for page in pages for note in page.summary.corrections]
    view = {"edition": edition, "pages": pages, "others": others, "updated": max(days, default="")}
    environment = templates()
    texts = {
        name: mark_invisible_characters(environment.get_template(f"{name}.j2").render(page=view))
        for name in ("feed.xml", "sitemap.xml")
    }
    if metadata.robots(edition.site) == f"{edition.site}/robots.txt":
        texts["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {edition.site}/sitemap.xml\n"
    return texts
