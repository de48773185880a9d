"""Copies of one text in several places of an edition must agree: finds a change to a single copy.

The dek of a story stands on its page, in the page's head and in its JSON-LD; the title and the alternative text of a
chart on its story's page, on its own pages, in its drawing and in its specification; the words of a drawing wherever
it is shown.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.review.markup_text import inside, page_text, plain

LINKED_DATA = '<script type="application/ld+json">'
DESCRIPTION = re.compile(r'<meta property="og:description" name="description" content="([^"]*)">')
DRAWN = re.compile(r"<(?:text|tspan)\b[^<>]*>([^<]+)")
ARIA_LABEL = re.compile(r'aria-label="([^"]*)"')
OF_PICTURE = re.compile(r'<meta property="og:image:alt"[^<>]*content="([^"]*)">')
SVG_TEXT = {
    "title": re.compile(r"<title\b[^<>]*>([^<]*)</title>"),
    "alternative text": re.compile(r"<desc\b[^<>]*>([^<]*)<"),
}
MISSING, SIMULATED = "none", " SIMULATED"

Disagreement = tuple[str, str, str]  # (place, text expected, text found)


def repeated_word_disagreements(edition: Mapping[str, bytes], stored: Mapping) -> Iterator[Disagreement]:
    """Where a copy of a text differs from the others; `edition` are its files by path."""
    for slug, story in stored["stories"].items():
        paths = [story[key]["path"] for key in ("html", "annex") if key in story]
        pages = {path: page_text(edition.get(path, b"")) for path in paths}
        yield from _dek(paths[0], pages[paths[0]], story["title"])
        for name, chart in story["charts"].items():
            yield from _chart(f"{slug}/charts/{name}", pages, edition, drawn_once="states" not in chart)


def _dek(path: str, page: str, title: str) -> Iterator[Disagreement]:
    dek = next((plain(text) for text in inside(page, '<div class="dek">', "</div>")), "")
    in_head = [_words(text) for text in DESCRIPTION.findall(page)]
    article = _article(page)
    for where, found, expected in (
        ("its description", " / ".join(in_head), dek),
        ("its description in JSON-LD", article.get("description"), dek),
        ("its title in JSON-LD", article.get("headline"), title),
    ):
        if dek and _words(str(found)) != _words(expected):
            yield f"{path}, {where}", expected, str(found or MISSING)


def _article(page: str) -> Mapping[str, Any]:
    """The article in a page's JSON-LD; empty where that cannot be read."""
    for text in inside(page, LINKED_DATA, "</script>"):
        try:
            found = json.loads(text)["@graph"]
            return next(one for one in found if one.get("@type") == "Article")
        except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
            continue
    return {}


def _chart(
    folder: str, pages: Mapping[str, str], edition: Mapping[str, bytes], drawn_once: bool
) -> Iterator[Disagreement]:
    """`drawn_once`: the chart has a single state, as no choice of a reader changes it."""
    if f"{folder}.vl.json" not in edition:
        return
    try:
        spec = json.loads(edition[f"{folder}.vl.json"])
        title, subtitle, alt = spec["title"]["text"], spec["title"].get("subtitle", ""), spec["description"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        yield f"{folder}.vl.json", "a specification with a title and a description", "none"
        return
    title, subtitle, alt = _lines(title), _lines(subtitle).removesuffix(SIMULATED), _lines(alt)
    own, svg = (
        page_text(edition.get(f"{folder}.html", b"")),
        edition.get(f"{folder}.svg", b"").decode("utf-8", "replace"),
    )
    interactive = page_text(edition.get(f"{folder}-interactive.html", b""))
    for path, text in ((" or ".join(pages), "".join(pages.values())), (f"{folder}.html", own)):
        if text and alt not in {_words(one) for one in ARIA_LABEL.findall(text)}:
            yield f"{path}, the alternative text of {folder}", alt, "a different text"
    for path, text in ((f"{folder}.html", own), (f"{folder}-interactive.html", interactive)):
        for found in map(_words, OF_PICTURE.findall(text)):
            if found != alt:
                yield f"{path}, the alternative text of its picture", alt, found
    for (what, pattern), expected in zip(SVG_TEXT.items(), (title, alt), strict=True):
        found = next(map(_words, pattern.findall(svg)), MISSING)
        if svg and found != expected:
            yield f"{folder}.svg, its {what}", expected, found
    if svg and "".join((title + subtitle).split()) not in _svg_words(svg):
        yield f"{folder}.svg, the words above its drawing", "those of its specification", "others"
    on_pages, alone = (
        _drawings("".join(pages.values())),
        _drawings(own),
    )  # the wide and the narrow drawing, which have the same words
    if drawn_once and alone - on_pages:
        yield f"{' or '.join(pages)}, the words in the drawing of {folder}", "those on its own page", "others"
    if svg and not any(words in _svg_words(svg) for words in alone or [""]):
        yield f"{folder}.svg, the words in its drawing", "those on its own page", "others"


def _drawings(markup: str) -> Counter[str]:
    """How often the words of each drawing stand in markup."""
    return Counter(filter(None, map(_svg_words, inside(markup, "<svg", "</svg>"))))


def _lines(text: object) -> str:
    """A text of a specification, which may be a list of lines."""
    return _words(" ".join(map(str, text)) if isinstance(text, list) else str(text))


def _words(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _svg_words(markup: str) -> str:
    """All text in drawings, joined without spaces: where lines break depends on width."""
    return "".join("".join(html.unescape(text).split()) for text in DRAWN.findall(markup))
