"""A story's Markdown as blocks of HTML, with placeholders for numbers and quotations ("inlines").

An inline is one character of the private use area until its HTML is known, so that no rule of Markdown can change it. A
second character, the mark, stands where its receipt will be. Both are numbered from 0 in the order of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import mistune
from mistune.renderers.html import HTMLRenderer

from toolkit.core.errors import StoryError
from toolkit.notebook.typed_numbers import ROLE

FIRST, LAST, OFFSET = 0xF0000, 0xF7FFF, 0x8000  # of placeholders; a mark is its placeholder moved by OFFSET
PLACEHOLDER = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
RECEIPT_MARK = re.compile(f"[{chr(FIRST + OFFSET)}-{chr(LAST + OFFSET)}]")
OPENING = r"(^|[\s(\[—–/‘“])"  # what stands before an opening quotation mark


@dataclass(frozen=True)
class Block:
    """One block of a text, with placeholders: its kind in Markdown, its level (0 if no heading), HTML, plain words."""

    kind: str
    level: int
    html: str
    words: str


def placeholder(number: int) -> str:
    """The placeholder of the inline with this number."""
    return chr(FIRST + number)


def inline_number(character: str) -> int:
    """The number of the inline of a placeholder or a mark."""
    return (ord(character) - FIRST) % OFFSET


def with_placeholders(source: str, first: int) -> tuple[str, list[tuple[str, str]]]:
    """`source` with a placeholder for each role, numbered from `first`, and the roles (name, content) in order."""
    found: list[tuple[str, str]] = []

    def keep(match: re.Match) -> str:
        found.append((match[1], match[2]))
        return placeholder(first + len(found) - 1)

    return ROLE.sub(keep, source), found


def blocks(source: str, where: str) -> Iterator[Block]:
    """The blocks of a Markdown text in which `with_placeholders` replaced the roles.

    Raises StoryError that names `where` for HTML, pictures, unknown roles, and numbers or quotations inside links.
    """
    if found := re.search(r"\{[a-z:-]+\}(?=`)|^:::|<!--", source, re.MULTILINE):
        raise StoryError(where, f"{found[0]} in the text", "CommonMark, {eval} and {quote}", "write it without")
    renderer = _Renderer(where)
    tokens, state = _parser().parse(source)
    for token in tokens:
        if isinstance(token, str) or token["type"] == "blank_line":  # tokens are text only with a renderer
            continue
        html = renderer.render_tokens([token], state).strip()
        if token["type"] == "heading":
            html = re.sub(r"^<h\d>|</h\d>$", "", html)
        level = token.get("attrs", {}).get("level", 0)
        yield Block(token["type"], level, _with_receipt_marks(html), _words(token).strip())


def curly(text: str) -> str:
    """A text with curly quotation marks and apostrophes for straight ones."""
    text = re.sub(r"^'(?=s\b|\W|$)", "’", text)
    text = re.sub(OPENING + '"', r"\1“", text).replace('"', "”")
    return re.sub(OPENING + "'", r"\1‘", text).replace("'", "’")


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["table"])


def _with_receipt_marks(html: str) -> str:
    """The HTML with a mark at its end for each placeholder that has none in it yet."""
    placed = {inline_number(found) for found in RECEIPT_MARK.findall(html)}
    return html + "".join(
        chr(ord(found) + OFFSET) for found in PLACEHOLDER.findall(html) if inline_number(found) not in placed
    )


def _words(token: dict[str, Any]) -> str:
    if token["type"] in ("softbreak", "linebreak"):
        return " "
    if "raw" in token:
        return curly(token["raw"]) if token["type"] == "text" else token["raw"]
    inside = "".join(_words(child) for child in token.get("children", ()))
    return inside + " " if token["type"] in ("block_text", "paragraph", "table_cell", "heading") else inside


class _Renderer(HTMLRenderer):
    """mistune's renderer; raises StoryError that names the cell for what a page cannot show."""

    def __init__(self, where: str):
        super().__init__(escape=True)
        self._where = where

    def _refuse(self, found: str, remedy: str) -> NoReturn:
        raise StoryError(self._where, found, "text, lists, tables, links and quotations in Markdown", remedy)

    # mistune calls one of these for each kind of block or inline, with its content as HTML

    def text(self, text: str) -> str:
        return super().text(curly(text))

    def inline_html(self, html: str) -> str:
        self._refuse(f"HTML in the text: {html.strip()}", "write it in Markdown")

    block_html = inline_html

    def image(self, text: str, url: str, title: str | None = None) -> str:
        self._refuse(f"a picture: {url}", "show a chart with story.chart")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if PLACEHOLDER.search(text):
            self._refuse(f"a number or quotation inside a link to {url}", "put the link beside it")
        return super().link(text, url, title)

    def list_item(self, text: str) -> str:
        return f"<li>{_with_receipt_marks(text)}</li>\n"

    def table(self, text: str) -> str:
        return f'<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>{text}</table></div>'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        kind = f' class="{align}"' if align in ("right", "center") else ""
        return f'<th scope="col"{kind}>{text}</th>' if head else f"<td{kind}>{text}</td>"

    def table_head(self, text: str) -> str:
        return f"<thead><tr>{text}</tr></thead>"

    def table_body(self, text: str) -> str:
        return f"<tbody>{text}</tbody>"

    def table_row(self, text: str) -> str:
        return f"<tr>{text}</tr>"
