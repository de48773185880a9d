"""Whether the front page, the feed and the heads of pages say of stories what these say: titles, and linked numbers.

They are read as the toolkit writes them: what is written otherwise counts as missing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from toolkit.build.manifest import edition_units
from toolkit.core.number import Number
from toolkit.review.archive_page_numbers import words_of
from toolkit.review.markup_text import page_text, plain

HEADS = (re.compile("<title>([^<]*)</title>"), re.compile('<meta property="og:title" content="([^"]*)">'))
STORY = re.compile('<a href="([^"#]+)">[^<]*<span class="unseen">: ([^<]*)</span></a>')
NUMBER = re.compile(r'<a (?:class="[^"]*" )?href="([^"#]+)#n-(\d+)"(?: class="[^"]*")?>(.*?)</a>', re.DOTALL)
NUMERAL = re.compile(r"\d+(?:[.,]\d+)*")
ENTRY = re.compile(r'<entry>\s*<title>([^<]*)</title>.*?<link href="[^"]*?([^"/#]+)(?:#corrections)?"/>', re.DOTALL)

Disagreement = tuple[str, str, str]  # where, what the manifest says, what the page says


def front_disagreements(
    edition: Mapping[str, bytes], stored: Mapping, numbers: Mapping[str, Mapping[str, Number]]
) -> Iterator[Disagreement]:
    """Where titles and linked numbers are not those of the manifest; `edition` are its files by path.

    Raises ToolkitError for units that cannot be read.
    """
    texts = {
        name: page_text(edition.get(name, b""))
        for name in ("index.html", "feed.xml", *(story["html"]["path"] for story in stored["stories"].values()))
    }
    titles = {story["html"]["path"]: story["title"] for story in stored["stories"].values()}
    for path, title in titles.items():
        for head in HEADS:
            on_page = [html.unescape(text) for text in head.findall(texts[path])]
            if on_page != [title_of_edition := f"{title} – {stored['name']}"]:
                yield f"{path}, its title", title_of_edition, " / ".join(on_page) or "none"
    links = [("index.html", *path_and_title) for path_and_title in STORY.findall(texts["index.html"])]
    links += [("feed.xml", path, title) for title, path in ENTRY.findall(texts["feed.xml"])]
    for where, path, title in links:
        title = html.unescape(title)
        if titles.get(path) not in (title, title.removeprefix("Correction: ")):
            yield f"{where}, the title of {path}", titles.get(path, "no story"), title
    yield from _numbers(texts["index.html"], stored, numbers)


def _numbers(page: str, stored: Mapping, numbers: Mapping[str, Mapping[str, Number]]) -> Iterator[Disagreement]:
    """The numbers of a page that link to one in a story's text, and have other numerals than it has in any style."""
    units = edition_units(stored)
    listed = {
        (path, count): (entry, numbers[slug])
        for slug, story in stored["stories"].items()
        for path, entries in story["numbers"].items()
        for count, entry in enumerate(entries, 1)
    }
    for path, count, markup in NUMBER.findall(page):
        place = path, int(count)
        words = words_of(*listed[place], units) if place in listed else []
        text = plain(markup)
        if text not in words and not _has_numerals_of(text, words):
            yield f"index.html, number {count} of {path}", words[0] if words else "no number", text


def _has_numerals_of(text: str, words: list[str]) -> bool:
    numerals = {*NUMERAL.findall(text)}
    return bool(numerals) and any(numerals == {*NUMERAL.findall(wording)} for wording in words)
