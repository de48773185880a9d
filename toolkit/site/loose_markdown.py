"""Markdown of anybody's notebook: what a story refuses is shown too, as far as a page can that loads nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolkit.core.errors import StoryError
from toolkit.site.clean_html import cleaned, inline_picture
from toolkit.site.markdown import PLACEHOLDER
from toolkit.site.markdown_html import MarkdownHTML
from toolkit.site.mathml import mathml

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

REACHABLE = ("http://", "https://", "mailto:", "#")


def loose_blocks(source: str, attachments: Mapping[str, Any], footnotes: list[str]) -> Iterator[tuple[int, str, str]]:
    """(level of a heading or 0, HTML, words) of each block; the HTML has pictures of `attachments` in it.

    `footnotes` are the labels of the page's footnotes so far; those of this text are added to that list.
    """
    source = PLACEHOLDER.sub("", source)  # characters that stand for numbers in a story's text
    for block in _LooseHTML(attachments, footnotes).blocks(source):
        yield block.level, cleaned(block.html), block.words


class _LooseHTML(MarkdownHTML):
    """Makes the blocks of one Markdown text, whatever is in it; its HTML has to be cleaned."""

    def __init__(self, attachments: Mapping[str, Any], footnotes: list[str]):
        super().__init__("the notebook", footnotes)
        self._attachments = attachments

    def _refuse(self, found: str, remedy: str) -> None:  # type: ignore[override]
        """Nothing is refused here."""

    def _html(self, node: SyntaxTreeNode) -> str:
        make = getattr(self, f"_{node.type}", None)
        return make(node) if make else self._inside(node)

    def _inlines(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        return "".join(self._html(node) for node in nodes)

    def _paragraph(self, node: SyntaxTreeNode) -> str:
        inside = self._inside(node)
        return inside if node.hidden else f"<p>{inside}</p>\n"

    def _html_block(self, node: SyntaxTreeNode) -> str:
        return node.content

    _html_inline = _html_block

    def _fence(self, node: SyntaxTreeNode) -> str:
        return self._code_block(node)

    def _formula(self, node: SyntaxTreeNode, block: bool) -> str:
        try:
            return mathml(node.content, block, "the notebook")
        except StoryError:
            return self._code_inline(node)

    def _image(self, node: SyntaxTreeNode) -> str:
        source, alt = str(node.attrs.get("src", "")), self._words(node).strip() or node.content
        if source.startswith("attachment:"):
            name = source.removeprefix("attachment:")  # a blank in it is %20 here
            attachment = self._attachments.get(name) or self._attachments.get(unquote(name), {})
            source = next((f"data:{kind};base64,{_one_text(data)}" for kind, data in attachment.items()), source)
        return inline_picture(source, alt)

    def _link(self, node: SyntaxTreeNode) -> str:
        url, text = str(node.attrs.get("href", "")), self._inlines(node.children)
        if not url.startswith(REACHABLE):
            return text  # a file beside the notebook is not beside its page
        return f'<a href="{self._address(url)}">{text}</a>' if url.startswith("#") else super()._link(node)


def _one_text(data: Any) -> str:
    return re.sub(r"\s", "", data if isinstance(data, str) else "".join(data))
