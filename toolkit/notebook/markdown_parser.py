"""The Markdown of stories: that of JupyterLab's MyST extension, whose parser, markdown-it, this is in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # kernels import this room, and parse nothing
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONG_WORD = re.compile(r"[!-~]{1001}")
CLOSE = "_close"  # how the types of tokens end that close what another opened


def parse(source: str, env: MutableMapping[str, Any] | None = None) -> list[Token]:
    """The tokens of CommonMark with tables, ~~strike-through~~, footnotes, definition lists, $math$ and bare addresses.

    Of a text with a word of more than 1,000 characters bare addresses stay words: the parser looks for them in all that
    stands before each colon. `env` is what the parser keeps of the whole text.
    """
    return _parser(addresses=not LONG_WORD.search(source)).parse(source, env)


@cache
def _parser(addresses: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"linkify": addresses}).enable(["table", "strikethrough", "linkify"])
    if parser.linkify is not None:  # a name that ends as a country's do, such as that of a file, is no address
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # a page refuses by name what is no address
    parser.use(footnote_plugin).disable("footnote_inline").use(deflist_plugin)
    return parser.use(dollarmath_plugin, double_inline=True).use(amsmath_plugin)


def words_of_blocks(source: str) -> Iterator[str]:
    """The words of each paragraph, heading or cell of a Markdown text, titles of links and pictures among them.

    No code, math, addresses or marks of lists.
    """
    for token in parse(source):
        if token.type == "inline":
            yield "".join(_words(token.children or []))


def list_starts(source: str) -> Iterator[int]:
    """The number at which each numbered list of a Markdown text starts."""
    for token in parse(source):
        if token.type == "ordered_list_open":
            yield int(token.attrs.get("start", 1))


def _words(tokens: list[Token]) -> Iterator[str]:
    address = False  # whether this is the text of a bare address
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            address = token.type == "link_open" and token.info == "auto"
            yield from _title(token)
        elif token.type == "text":
            yield " " if address else token.content
        elif token.type == "image":
            yield "".join(_words(token.children or []))
            yield from _title(token)
        elif token.type.endswith(("_open", CLOSE, "footnote_ref")):
            yield ""
        else:  # a line's end, code, math, HTML
            yield " "


def _title(token: Token) -> Iterator[str]:
    """The words that a link or picture shows where somebody points at it."""
    if title := token.attrs.get("title"):
        yield f" {title} "
