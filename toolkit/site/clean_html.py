"""HTML that somebody else wrote, made safe for a page: no script, style, frame, request, id, and no heading."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

from markupsafe import escape

from toolkit.core.web_address import wrong_address
from toolkit.site.mathml import ATTRIBUTES
from toolkit.site.mathml import TAGS as MATH

if TYPE_CHECKING:
    from bleach.sanitizer import Cleaner

# with all that is in them
DROPPED = re.compile(
    r"<(script|style|iframe|object|template|noscript|title|head|svg|video|audio|button|select|form)\b.*?</\1\s*>"
    r"|<!--.*?-->",
    re.DOTALL | re.IGNORECASE,
)
DRAWN = frozenset("circle ellipse image line path polygon polyline rect text".split())
PAGE = 1280.0  # pixels
ICON = 32  # pixels: a drawing that is no wider is a sign of a button
SVG_NAMES = 'xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"'
SEEN = {"iframe": "a frame with another page", "object": "an object", "video": "a video", "audio": "a sound"}
TAGS = (
    "a abbr b blockquote br caption center cite code col colgroup dd del details div dl dt em figcaption figure hr i "
    "img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var "
    "wbr"
).split()
HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>", re.IGNORECASE)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
EMPTY_LINK = re.compile(r"<a\b[^>]*>\s*</a>")
EMPTY_HEADER = re.compile(r"<th\b[^>]*>\s*</th>")  # names nothing; pandas begins a frame's head with one
STYLE = re.compile(r"<style\b[^>]*>[^<]*</style>")
ATTRIBUTES_OF_TABLES = re.compile(
    r'<(table|thead|tbody|tr|td|th|div|p)((?: (?:border|class|style|align|valign|halign)="[^"<>&]*")+)>'
)
PLAIN = re.compile(
    r"(?:[^<>&]++|&(?:amp|lt|gt|quot|nbsp|#39|#x27);|</?(?:table|thead|tbody|tr|td|th|div|p)>"
    r'|<table class="dataframe">)*+'
)
TAG = re.compile(r"<(/?)(\w+)[^>]*>")
OWN_CLASSES = re.compile(
    r"(?:unseen|formula|language-[\w-]+|ansi-[\w-]+|scroll|right|center|task|footnotes|not-shown|dataframe)"
)


def cleaned(html: str) -> str:
    """The HTML with nothing but text, tables, lists, formulas, links, and pictures that it holds itself."""
    if (plain := _plain_table(html)) is not None:
        return EMPTY_HEADER.sub("<td></td>", plain)
    html = IMAGE.sub(_image, DROPPED.sub(_dropped, html))
    html = _cleaner().clean(HEADING.sub(r"<\1b>", html))
    return EMPTY_HEADER.sub("<td></td>", EMPTY_LINK.sub("", html))


def _dropped(match: re.Match[str]) -> str:
    """What stands in place of an element that a page does not have: words where a reader would miss it."""
    if (match[1] or "").lower() == "svg":
        return _drawing(match[0])
    missed = SEEN.get((match[1] or "").lower())
    return f'<span class="not-shown">[{missed} that is not shown here]</span>' if missed else ""


def _drawing(drawing: str) -> str:
    """A drawing that stands in HTML as a picture, in which nothing runs or is fetched; "" for icons of buttons."""
    for name in SVG_NAMES:
        if name.partition("=")[0] + "=" not in drawing:
            drawing = f"{drawing[:4]} {name}{drawing[4:]}"
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError:
        return '<span class="not-shown">[a drawing that is not shown here]</span>'
    if _width(root) <= ICON or not any(part.tag.rpartition("}")[2] in DRAWN for part in root.iter()):
        return ""
    packed = base64.b64encode(drawing.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{packed}" alt="Drawing">'


def _width(root: ElementTree.Element) -> float:
    """The width of a drawing as it says it, in pixels or units of its own; one that says none has that of a page."""
    said = root.get("width", "") or " ".join(root.get("viewBox", "").replace(",", " ").split()[2:3])
    found = re.match(r"[\d.]*\d", said)
    return float(found[0]) if found and "%" not in said else PAGE


def _plain_table(html: str) -> str | None:
    """HTML of plain tables alone, as pandas writes them, without its styles; None for any other.

    A parser takes minutes for tens of thousands of rows, in which there is nothing to be cleaned.
    """
    plain = ATTRIBUTES_OF_TABLES.sub(_without_styles, STYLE.sub("", html))
    if not PLAIN.fullmatch(plain):
        return None
    opened: list[str] = []
    for closes, tag in TAG.findall(plain):
        if not closes:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            return None
    return None if opened else plain


def _without_styles(match: re.Match[str]) -> str:
    own = ' class="dataframe"' if match[1] == "table" and 'class="dataframe"' in match[2] else ""
    return f"<{match[1]}{own}>"


def inline_picture(source: str, alt: str) -> str:
    """A picture that is inside the page; one that would have to be fetched is named instead."""
    if source.startswith("data:image/"):
        return f'<img src="{escape(source)}" alt="{escape(alt)}">'
    try:
        name = urlsplit(source).path.rpartition("/")[2] or source
    except ValueError:
        name = source
    return f'<span class="not-shown">[a picture that is not in the notebook: {escape(alt or name)}]</span>'


def _image(match: re.Match[str]) -> str:
    values = {name.lower(): value.strip("\"'") for name, value in ATTRIBUTE.findall(match[0])}
    return inline_picture(values.get("src", ""), values.get("alt", ""))


@cache
def _cleaner() -> Cleaner:
    from bleach.sanitizer import Cleaner

    return Cleaner(tags={*TAGS, *MATH}, attributes=_allowed, protocols={"http", "https", "mailto", "data"}, strip=True)


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(OWN_CLASSES.fullmatch(word) for word in value.split())
    if tag == "a" and name == "href":
        return value.startswith(("mailto:", "#")) or not wrong_address(value)
    if tag == "img":
        return name == "alt" or (name == "src" and value.startswith("data:image/"))
    if tag in ("div", "span") and name in ("role", "aria-label"):
        return True
    if tag in ("div", "span") and name == "tabindex":
        return value == "0"
    if name in ("colspan", "rowspan", "start", "scope", "type", "dir", "lang"):
        return tag not in ("a", "img")
    if name == "id":
        return value.startswith(("note-", "noted-"))
    return tag in MATH and name in ATTRIBUTES
