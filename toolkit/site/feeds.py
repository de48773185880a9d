"""What tells other programs of an edition's pages: its feed, its sitemap, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.site import metadata
from toolkit.site.edition import EditionContext, Page
from toolkit.site.page import templates
from toolkit.site.style import mark_invisible_characters


@dataclass(frozen=True)
class FeedEntry:
    """A story, or a correction to one, as the feed has it; `id` and `path` come after the edition's address."""

    title: str
    id: str
    path: str
    updated: str
    summary: str
    published: str = ""


def feed_entries(pages: Sequence[Page]) -> tuple[FeedEntry, ...]:
    """The entries of the feed, in their order: each story, and after it its corrections, newest first."""
    return tuple(entry for page in pages for entry in (_story(page), *_corrections(page)))


def _story(page: Page) -> FeedEntry:
    summary, path = page.summary, f"{page.slug}.html"
    updated = max(summary.as_of_iso, summary.published_iso)
    return FeedEntry(page.title, path, path, _moment(updated), summary.finding, summary.published_iso)


def _corrections(page: Page) -> Iterator[FeedEntry]:
    """Of a correction, the id counts from the oldest, so that it stays when another is added."""
    notes = page.summary.corrections
    for number, note in zip(range(len(notes), 0, -1), notes, strict=True):
        path = f"{page.slug}.html#corrections"
        summary = f"{note['was']} is now {note['now']}{note['said']}"
        yield FeedEntry(
            f"Correction: {page.title}", f"{page.slug}.html#correction-{number}", path, _moment(note["on"]), summary
        )


def _moment(day: str) -> str:
    """A day, or a year and month, or a year, as a moment: its beginning."""
    return f"{f'{day}-01-01'[:10]}T00:00:00Z"


def feeds(pages: Sequence[Page], edition: EditionContext, others: Sequence[str]) -> dict[str, str]:
    """The text of feed.xml (Atom), sitemap.xml and robots.txt by file name; {} if the edition has no address.

    `others` are the paths of the pages beside the stories.

    An edition in a folder of a host has no robots.txt: crawlers ask for it at the root of the host alone.
    """
    if not edition.site:
        return {}
    days = [page.summary.as_of_iso for page in pages]
    days += [note["on"] for page in pages for note in page.summary.corrections]
    view = {
        "edition": edition,
        "pages": pages,
        "others": others,
        "entries": feed_entries(pages),
        "updated": _moment(max(days, default="")),
    }
    environment = templates()
    texts = {
        name: mark_invisible_characters(environment.get_template(f"{name}.j2").render(page=view))
        for name in ("feed.xml", "sitemap.xml")
    }
    if metadata.robots(edition.site) == f"{edition.site}/robots.txt":
        texts["robots.txt"] = f"User-agent: *\nAllow: /\n\nSitemap: {edition.site}/sitemap.xml\n"
    return texts
