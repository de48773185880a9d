"""Content that would lead a browser or an editor away from an edition, and that no policy or comparison stops.

The policy of a page lets no foreign script or picture in; it does not stop a refresh, or a connection that is opened in
advance, and a page may lie beside them that has none. Drawings, specifications and feeds are files of their own, which
no policy guards: they are read by a parser, and hold what a build writes into them and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from xml.parsers import expat

from toolkit.core.text import unfit_sign
from toolkit.review.compare_two_files import NAMES, ending

Found = tuple[str, str]  # what is wanted, what is found
SCRIPT = "vega.js"  # the one script of an edition that is a file
TAG = re.compile(r"<(?:meta|link|script)(?![a-z0-9-])", re.IGNORECASE)
WRITTEN = re.compile(r'<(meta|link|script)((?: [a-z:-]+(?:="[^"<>]*")?)*)>')  # as builds write them: read in one way
ATTRIBUTE = re.compile(r' ([a-z:-]+)(?:="([^"]*)")?')
LINKED = ("stylesheet", "icon", "canonical", "alternate", "license", "self")
VEGA = re.compile(rf"(?:\.\./)*{re.escape(SCRIPT)}")
FONT = re.compile(r"url\(data:font/[^()]*\)")
LOADS = re.compile(r"url\((?!#)|(?:image|image-set|cross-fade|element|src)\s*\(|@import|//|\\", re.IGNORECASE)
SVG, ATOM, SITEMAP = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2005/Atom",
    "http://www.sitemaps.org/schemas/sitemap/0.9",
)
SHAPES = frozenset("circle clipPath defs desc g line path pattern rect style svg text title tspan".split())
LEADING = ("href", "src", "style")  # attributes of a drawing by which it would load or open something
LEADS = ("url", "href", "usermeta")  # keys of a specification by which it, or what shows it, does
ROWS = ("values", "datasets")
ROBOTS = re.compile(rb"User-agent: \*\nAllow: /\n\nSitemap: https?://[\w.:\[\]-]+/sitemap\.xml\n")
ADDRESS = re.compile(r"\s*(?:\w+:)?//")


def active_content(files: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """(file, what is wanted, what is found) for files that would lead elsewhere, by path.

    Raises ValueError for a specification or a description of data that is no JSON.
    """
    for name, content in sorted(files.items()):
        end = ending(name)
        if end not in NAMES or not name.endswith(end) or (end == ".js" and name != SCRIPT):
            yield name, f"files of an edition: {SCRIPT}, and others that end in {', '.join(NAMES)}", "another"
        elif read_content := _specification if name.endswith(".vl.json") else READ.get(end):
            yield from ((name, allowed, found) for allowed, found in read_content(content))


def _text(content: bytes) -> Iterator[Found]:
    """What a text holds that nobody sees, or that turns what follows."""
    if sign := unfit_sign(content.decode("utf-8", "replace")):
        yield "visible characters, and none that changes the direction of what follows", sign


class _Texts(HTMLParser):
    """Reads texts and attributes of a page with their character references; a script has none, though &#0 is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _page(content: bytes) -> Iterator[Found]:
    text = content.decode("utf-8", "replace")
    texts = _Texts()
    texts.feed(text)
    texts.close()
    yield from _text("\n".join([text, *texts.found]).encode("utf-8", "replace"))
    for place in (match.start() for match in TAG.finditer(text)):
        tag = WRITTEN.match(text, place)
        attributes = dict(ATTRIBUTE.findall(tag[2])) if tag else {}
        leads = {
            "meta": attributes.get("http-equiv", "Content-Security-Policy") != "Content-Security-Policy",
            "link": attributes.get("rel") not in LINKED,
            "script": "src" in attributes and not VEGA.fullmatch(attributes["src"]),
        }
        if not tag or leads[tag[1]]:
            yield "nothing that leaves the page by itself", text[place : text.find(">", place) + 1][:200]


def _xml(
    content: bytes, started: Callable[[str, dict[str, str]], str], text_of: Callable[[str, str], str]
) -> list[str]:
    """What an XML file holds that it may not: `started` looks at an element, `text_of` at its text."""
    unfit: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        unfit.append(started(name, attributes))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = len(content) + 1  # a text is seen whole
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    parser.CharacterDataHandler = lambda text: unfit.append(text_of(inside[-1], text))
    parser.ProcessingInstructionHandler = lambda target, data: unfit.append(f"<?{target} {data}?>")
    parser.StartDoctypeDeclHandler = lambda name, *_: unfit.append(f"<!DOCTYPE {name}>")
    parser.CommentHandler = lambda text: unfit.append(f"<!--{text}-->")
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        unfit.append(str(error))
    return list(filter(None, unfit))


def _drawing(content: bytes) -> Iterator[Found]:
    def started(name: str, attributes: dict[str, str]) -> str:
        space, _, local = name.rpartition(" ")
        if space != SVG or local not in SHAPES:
            return f"<{local}>"
        for key, value in attributes.items():
            if key in LEADING or key.startswith("on") or " " in key or LOADS.search(value) or unfit_sign(value):
                return f'{key.rpartition(" ")[2]}="{value}"'
        return ""

    def text_unfit(name: str, text: str) -> str:
        loads = LOADS.search(FONT.sub("", text)) if name.endswith(" style") else None
        return loads[0] if loads else unfit_sign(text)

    yield from (("a drawing of shapes and words alone", unfit[:200]) for unfit in _xml(content, started, text_unfit))


def _feed(content: bytes) -> Iterator[Found]:
    def started(name: str, attributes: dict[str, str]) -> str:
        space, _, local = name.rpartition(" ")
        return "" if space in (ATOM, SITEMAP) else f"<{local}>"

    all_unfit = _xml(content, started, lambda name, text: unfit_sign(text))
    yield from (("a feed, or a list of pages, alone", unfit[:200]) for unfit in all_unfit)


def _json(content: bytes) -> Iterator[Found]:
    yield from _text(json.dumps(json.loads(content), ensure_ascii=False).encode("utf-8", "replace"))


def _specification(content: bytes) -> Iterator[Found]:
    """What a specification would load or open; its rows are data, whatever they name."""
    yield from _json(content)
    left = [json.loads(content)]
    while left:
        part = left.pop()
        below = list(part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ())
        for key, inner in below:
            if key in LEADS or (isinstance(inner, str) and key != "$schema" and ADDRESS.match(inner)):
                yield "a specification with its data in it", str(inner)[:200]
        left += [inner for key, inner in below if key not in ROWS]


def _robots(content: bytes) -> Iterator[Found]:
    if not ROBOTS.fullmatch(content):
        yield "that search engines may read all, and where the list of pages is", "another text"


READ: Mapping[str, Callable[[bytes], Iterator[Found]]] = {
    ".csv": _text,
    ".css": _text,
    ".html": _page,
    ".json": _json,
    ".svg": _drawing,
    ".txt": _robots,
    ".xml": _feed,
}
