"""Markup as text, in time that grows with its length whatever anybody wrote into it: unclosed tags end what is read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

TAG = re.compile(r"<[^<>]+>")
START_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
VALUE = re.compile(r"""=(?:"[^"]*"|'[^']*'|([^\s"'=<>`]+))""")


def page_text(content: bytes) -> str:
    """A page as patterns read it: each value of an attribute in double quotes, which builds leave out where they may.

    Values in other quotes stay as they are.
    """
    text = content.decode("utf-8", "replace")
    return START_TAG.sub(lambda tag: VALUE.sub(_quoted, tag[0]), text)


def _quoted(match: re.Match[str]) -> str:
    return match[0] if match[1] is None else f'="{match[1]}"'


def plain(markup: str) -> str:
    """The text of markup without its tags, its entities as characters, with single spaces."""
    return " ".join(html.unescape(TAG.sub("", markup)).split())


def inside(markup: str, start: str, end: str) -> Iterator[str]:
    """What stands after each `start`, up to the next `end` or, where there is none, the next `start`."""
    for text in markup.split(start)[1:]:
        yield text.partition(end)[0]


def without(markup: str, *names: str) -> str:
    """The markup with a space in place of each element of these names; of one that does not end, all that follows."""
    begins = re.compile(rf"<({'|'.join(names)})\b")
    texts, at = [], 0
    while at >= 0 and (start := begins.search(markup, at)):
        texts.append(markup[at : start.start()])
        end = f"</{start[1]}>"
        ends = markup.find(end, start.end())
        at = ends + len(end) if ends >= 0 else -1
    return " ".join([*texts, markup[at:] if at >= 0 else ""])
