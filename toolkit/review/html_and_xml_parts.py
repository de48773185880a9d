"""HTML, SVG and XML as a list of parts: each text, element and attribute, with the word that a reader has for it.

Two files whose parts are equal show, load and follow the same. Left out is only how they are written: the order and
quotes of attributes, white space between words, the spelling of characters.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from xml.parsers import expat

from toolkit.core.number import COMPARED_DIGITS, to_nine_digits
from toolkit.review.packed_contents import script_of, with_font_digests

DECIMAL = re.compile(r"(?<![\d.eE])(?<![eE][+-])-?\d++\.\d++(?:[eE][+-]?\d++)?(?![\d.])")  # whole: "1.5.5" is two
SPACE = re.compile(r"[ \t\n\r\f]+")
WORD = re.compile(r"[^ ;]+")
ODD = re.compile(r"&#[xX]?[0-9a-fA-F]+;?")
# tags that a browser reads as Python does; others, such as `</ p>`, `a=="b"` and `a="&ampb"`, are parts as written
START_TAG = re.compile(
    r"""<[a-zA-Z][a-zA-Z0-9-]*"""
    r"""(?:[ \t\n\r\f]+[^\s"'<>/=\x00-\x1f]+"""
    r"""(?:=(?:"(?:[^"&]+|&#?\w+;)*+"|'(?:[^'&]+|&#?\w+;)*+'|[^\s"'=<>`&]+))?)*[ \t\n\r\f]*/?>"""
)
ODD_END_TAG = re.compile(r"</(?![a-zA-Z][a-zA-Z0-9-]*>)[^>]*>?")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
WORDS_IN_DRAWINGS = ("foreignobject", "desc", "title")
MARKED_UP = ("svg", "math")
VERBATIM = frozenset(("pre", "script", "style", "textarea"))
UNSEEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden|opacity:\s*0|font-size:\s*0|clip", re.IGNORECASE)
NOT_SHOWN = frozenset(("template", "noscript", "datalist"))
PACKED = "application/gzip"  # the type of a script that a page unpacks
DATA = ("json", "ld+json")  # endings of the type of a script that is data
ADDRESSES = frozenset("action background cite data formaction manifest ping poster src srcset".split())
NAMES = frozenset("abbr alt label role summary title".split())
GEOMETRY = frozenset(
    "cx cy d dx dy fill-opacity font-size height offset opacity points r rx ry stroke-dasharray stroke-opacity "
    "stroke-width transform viewBox viewbox width x x1 x2 y y1 y2".split()
)
MARKS = {
    "circle": "a dot",
    "ellipse": "a dot",
    "line": "a line",
    "polygon": "an area",
    "polyline": "a line",
    "rect": "a bar",
    "text": "where words stand in a drawing",
    "tspan": "where words stand in a drawing",
    "g": "a group of marks in a drawing",
    "svg": "the frame of a drawing",
    "foreignobject": "words laid over a drawing",
    "image": "a picture",
}
SCRIPT, STYLE, HIDDEN = "a script", "a style", "a hidden sentence"
ODD_TAG = "a tag that browsers read otherwise"
OWN_HASH = "'the hash of style or script"  # in a policy that is compared
WORDS, DRAWN_WORDS, SPOKEN = "words", "words in a drawing", "words for screen readers (alternative text)"
MARKED = "how an element is marked"
SHARED = "what search engines and shared links show"
POLICY, LINK, PICTURE, LOADED = "the policy of what a page may load", "a link", "a picture", "what a page loads"
ELEMENTS = {
    "a": LINK,
    "script": SCRIPT,
    "style": STYLE,
    "img": PICTURE,
    "picture": PICTURE,
    "source": PICTURE,
    "link": LOADED,
    "base": LOADED,
    "iframe": LOADED,
    "object": LOADED,
    "embed": LOADED,
}


class FilePart(NamedTuple):
    """A part of a file: what it is, in a reader's words, its content, the line where it begins, the nearest id."""

    what: str
    content: str
    line: int = 0
    near: str = ""

    @property
    def compared(self) -> tuple[str, str]:
        """What has to be equal; the line may be another."""
        return self.what, self.content


class _Open(NamedTuple):
    """An element that is open: whether it is shown, in a drawing, verbatim, and whether marks or words belong in it."""

    name: str = ""
    shown: bool = True
    drawn: bool = False
    verbatim: bool = False
    marks: bool = False


@dataclass
class _Reading:
    """The parts found so far, the elements that are open, and how many of each name."""

    parts: list[FilePart] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    near: str = ""
    script: str = SCRIPT  # what the script that is open holds
    packed: bool = False  # whether it is packed
    inline: list[str] = field(default_factory=list)  # styles and scripts that stand in the page

    def add(self, what: str, content: str, line: int) -> None:
        self.parts.append(FilePart(what, content, line, self.near))

    @property
    def innermost(self) -> _Open:
        """The element in which what follows stands."""
        return self.open[-1] if self.open else _Open()

    def start(self, name: str, attributes: Sequence[tuple[str, str | None]], line: int) -> None:
        """An element begins."""
        first: dict[str, str] = {}
        for key, value in attributes:
            first.setdefault(key, value or "")
        self.near = first.get("id", self.near)
        hidden = "hidden" in first or bool(UNSEEN_STYLE.search(first.get("style", ""))) or name.lower() in NOT_SHOWN
        what = self._element(name, first)
        self.add(what, f"<{name}>", line)
        if name == "meta":
            self.add(what, _meta_text(first), line)
        else:
            drawn = self.innermost.drawn or name == "svg"
            for key, value in sorted(attributes, key=lambda attribute: attribute[0]):
                kind, content = self._attribute(name, key, value, first, drawn)
                self.add(kind, f"{key}={content}", line)
        if name == "script":
            self.script = "structured data" if first.get("type", "").endswith(DATA) else SCRIPT
            self.packed = first.get("type") == PACKED
        around = self.innermost
        self.open.append(
            _Open(
                name,
                around.shown and not hidden,
                around.drawn or name == "svg",
                around.verbatim or name in VERBATIM,
                name in MARKED_UP or (around.marks and name not in WORDS_IN_DRAWINGS),
            )
        )
        self.count[name] += 1

    def end(self, name: str, line: int) -> None:
        """An element ends, and with it those in it that were left open."""
        ended = not self.count[name]
        while not ended:
            ended = self.close() == name
        self.add("an element", f"</{name}>", line)

    def close(self) -> str:
        """The name of the innermost element, which is open no more."""
        name = self.open.pop().name
        self.count[name] -= 1
        return name

    def text(self, text: str, line: int) -> None:
        """Words, a script or a style; of words white space counts as one space."""
        around, inside = self.innermost, self.innermost.name
        if inside in ("script", "style"):
            text = script_of(text) if inside == "script" and self.packed else text
            self.inline.append(text)
            self.add(self.script if inside == "script" else STYLE, with_font_digests(text), line)
            return
        self.add(_words(around), text if around.verbatim else SPACE.sub(" ", text), line)

    def _element(self, name: str, first: dict[str, str]) -> str:
        """What an element is called."""
        name = name.lower()
        if name == "meta":
            return _meta(first)
        if name in ELEMENTS:
            return ELEMENTS[name]
        if self.innermost.drawn or name == "svg":
            return MARKS.get(name) or (_shape(first.get("d", "")) if name == "path" else "a part of a drawing")
        return "an element"

    def _attribute(self, name: str, key: str, value: str | None, first: dict[str, str], drawn: bool) -> tuple[str, str]:
        """(what an attribute is called, its content with no more digits than are compared)."""
        plain, content = key.lower(), value or ""
        if plain.startswith("on"):
            return SCRIPT, content
        if plain.endswith("href") or plain in ADDRESSES:
            element = self._element(name, first)
            kind = element if element in (PICTURE, SCRIPT) else LINK if name in ("a", "area") else LOADED
            return kind, content
        if plain.startswith("aria-") or plain in NAMES:
            return SPOKEN, content
        if plain in ("style", "class"):
            return STYLE, content
        if plain == "hidden":
            return HIDDEN, content
        if drawn:
            return self._element(name, first), with_nine_digits(content) if key in GEOMETRY else content
        return MARKED, content


def _words(around: _Open) -> str:
    """What words are called that stand in an element."""
    if not around.shown:
        return HIDDEN
    if around.drawn:
        return SPOKEN if around.name in ("title", "desc") else DRAWN_WORDS
    return "the title of a page" if around.name == "title" else WORDS


def with_nine_digits(text: str) -> str:
    """A text with decimals of more than nine digits at nine; whole numbers stay as they are."""
    return DECIMAL.sub(
        lambda match: to_nine_digits(float(match[0])) if len(match[0]) > COMPARED_DIGITS else match[0], text
    )


def _meta_text(first: dict[str, str]) -> str:
    """A `meta` element as one text: its name, which ends where its quotation mark does, then what it says."""
    names = [f"{key}={json.dumps(value)}" for key, value in sorted(first.items()) if key != "content"]
    return " ".join([*names, first.get("content", "")])


def _meta(first: dict[str, str]) -> str:
    if first.get("http-equiv", "").lower() == "content-security-policy" or first.get("name") == "referrer":
        return POLICY
    if "http-equiv" in first:
        return LOADED
    return MARKED if "charset" in first or first.get("name") == "viewport" else SHARED


def _shape(path: str) -> str:
    """What a path draws: round marks, boxes, lines, or something else."""
    commands = set(re.sub(r"[^A-Za-z]|(?<=\d)e", "", path).lower())
    if "a" in commands:
        return "a dot"
    if "z" not in commands:
        return "a line"
    return "a bar" if commands <= set("mhvz") else "an area"


class _HTML(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = _Reading()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = self.get_starttag_text() or ""
        if not START_TAG.fullmatch(source) or (tag in VERBATIM and source.endswith("/>")):
            self.reading.add(ODD_TAG, source, self.getpos()[0])
        self.reading.start(tag, attrs, self.getpos()[0])
        if tag in VOID:
            self.reading.close()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.reading.innermost.marks:  # elsewhere a browser leaves the element open
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.reading.end(tag, self.getpos()[0])

    def handle_data(self, data: str) -> None:
        self.reading.text(data, self.getpos()[0])

    def handle_comment(self, data: str) -> None:
        self.reading.add(HIDDEN, f"<!--{data}-->", self.getpos()[0])

    def handle_decl(self, decl: str) -> None:
        self.reading.add("an element", f"<!{decl}>", self.getpos()[0])

    def handle_pi(self, data: str) -> None:
        self.reading.add("an element", f"<?{data}>", self.getpos()[0])

    def unknown_decl(self, data: str) -> None:
        self.reading.add("an element", f"<![{data}]>", self.getpos()[0])


def html_parts(text: str) -> list[FilePart]:
    """The parts of a page; what follows a tag or comment that does not end is one."""
    parser = _HTML()
    parser.feed(text)
    if parser.rawdata.startswith("<"):  # it would look for the end of each tag in it anew
        parser.reading.add(ODD_TAG, parser.rawdata, parser.getpos()[0])
    else:
        parser.close()
    odd = [FilePart(HIDDEN, match[0]) for match in ODD.finditer(text) if html.unescape(match[0]) == ""]
    odd += [FilePart(ODD_TAG, match[0]) for match in ODD_END_TAG.finditer(text)]
    return [*_with_own_hashes(parser.reading), *odd]


def _with_own_hashes(reading: _Reading) -> Iterable[FilePart]:
    """The parts, and last what policies say; of a hash of a style or script of the page, that it is the page's own.

    Last, because a style that changed makes its hash another: the style is then the first difference. Where a policy
    stands is a part in its place, since it counts for what stands after it.
    """
    own = {_hash(text): f"{OWN_HASH} {place}'" for place, text in enumerate(reading.inline, 1)}
    for part in reading.parts:
        yield part._replace(content="<meta>") if part.what == POLICY else part
    for part in (part for part in reading.parts if part.what == POLICY):
        content = part.content.replace(OWN_HASH, f"{OWN_HASH} another page")
        yield part._replace(content=WORD.sub(lambda match: own.get(match[0], match[0]), content))


def _hash(text: str) -> str:
    content = text.encode("utf-8", "surrogateescape")
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"


def xml_parts(content: bytes) -> list[FilePart]:
    """The parts of an SVG or XML file. Raises ValueError if it is none, or declares entities of its own."""
    reading, parser = _Reading(), expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = len(content) + 1  # a text is one part
    parser.ordered_attributes = True

    def started(name: str, attributes: list[str]) -> None:
        reading.start(name, list(zip(attributes[::2], attributes[1::2], strict=True)), parser.CurrentLineNumber)

    def refused(*_: object) -> None:
        raise ValueError("entities of its own")

    def adds(what: str) -> Callable[..., None]:
        return lambda *texts: reading.add(what, " ".join(map(str, texts)), parser.CurrentLineNumber)

    parser.StartElementHandler = started
    parser.EndElementHandler = lambda name: reading.end(name, parser.CurrentLineNumber)
    parser.CharacterDataHandler = lambda text: reading.text(text, parser.CurrentLineNumber)
    parser.CommentHandler = adds(HIDDEN)
    parser.ProcessingInstructionHandler = adds(STYLE)
    parser.XmlDeclHandler = parser.StartDoctypeDeclHandler = adds("an element")
    parser.EntityDeclHandler = refused
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return reading.parts
