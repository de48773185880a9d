"""The fonts of the house, cut down to the letters of a page that has its own, or of all pages that share them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from string import ascii_letters

from toolkit.charts import typography
from toolkit.core.project import digest

# what a page does not show, or in no font of ours; and its tags: letters on both sides of one may be neighbours. What
# has no end runs to that of the page: of an edition that anybody hands over no place is looked at again and again.
UNSHOWN = re.compile(r"<(script|style|pre|code)\b.*?(?:</\1>|\Z)", re.DOTALL)
TAG = re.compile(r"<[^>]*(?:>|\Z)")
OPENED, CLOSED = re.compile(r"<q\b[^>]*(?:>|\Z)"), re.compile("</q>")  # browsers put quotation marks there
OWN_STYLE = re.compile(r"<style>([^<]*)")
SHOWN_ATTRIBUTE = re.compile(r"\battr\(([\w-]+)\)")
STRING = re.compile(r'"([^"]*)"')
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?")
OF_BROWSERS = ("0123456789.", "-")  # numbers of lists, and the end of a line within a word


@dataclass(frozen=True)
class PageFonts:
    """The @font-face rules of a page's own fonts, and a digest of what they were cut for (`typography.cut_for`)."""

    cut_for: str = ""
    rules: str = ""

    def of(self, html: str, style: str) -> PageFonts:
        """The fonts of a page with this style: these again where its letters and their kerning are the same."""
        texts = typography.cut_for(shown_pairs(html, style))
        key = digest(sorted(texts))
        return self if key == self.cut_for else PageFonts(key, typography.cut_font_faces(texts))


def shared_texts(pages: Iterable[str], style: str, pairs: Callable[[str, str], frozenset[str]]) -> frozenset[str]:
    """What the fonts are cut for that these pages share, whose style is this and the one inside each.

    It is the letters that one of the pages shows, by `pairs`, and those that readers may type into one.
    """
    shown = (pairs(html, style + "".join(OWN_STYLE.findall(html))) for html in pages)
    return typography.cut_for(frozenset().union(ascii_letters, *shown))


def shown_pairs(html: str, style: str) -> frozenset[str]:
    """The pairs of neighbouring letters that a page may show in our fonts, on screen or paper, whatever readers choose.

    They are those of its text outside code, and of the attributes and strings that its style shows.
    """
    body = UNSHOWN.sub("\n", html[html.find("<body") :])
    text = TAG.sub("", CLOSED.sub("”", OPENED.sub("“", body)))
    names = "|".join(dict.fromkeys(SHOWN_ATTRIBUTE.findall(style)))
    attributes = re.findall(rf'\s(?:{names})="?((?<=")[^"]*|[^\s">]+)', body) if names else []
    strings = (ESCAPE.sub(lambda sign: chr(int(sign[1], 16)), text) for text in STRING.findall(style))
    texts = (text, *attributes, *map(escape, strings), *OF_BROWSERS)
    return frozenset(map("".join, pairwise(unescape("\n".join(texts)))))
