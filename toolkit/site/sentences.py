"""A story's sentences for the front page, in cells tagged `front`; numbers link to their places on its page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from toolkit.core.errors import StoryError
from toolkit.core.kind import MARKS, Kind
from toolkit.core.number import Number
from toolkit.core.unit import locale_of
from toolkit.notebook import mime
from toolkit.notebook.prose import EVAL, QUOTE
from toolkit.site.citations import Citations, Reference
from toolkit.site.markdown import PLACEHOLDER, Block, inline_number, with_placeholders
from toolkit.site.markdown_html import blocks
from toolkit.site.source_roles import source_and_words

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode


@dataclass(frozen=True)
class FrontParagraph:
    """A paragraph of the front page: HTML, words, and the position in the story of its last number, 0 if none."""

    html: Markup
    words: str
    position: int = 0


def front_paragraphs(cell: NotebookNode, where: str, slug: str, citations: Citations) -> list[FrontParagraph]:
    """The paragraphs of a Markdown cell tagged `front`; `citations` are those of the story's whole page.

    Raises StoryError for other blocks than paragraphs, and for a number that is not in the story's own text: it would
    have no receipt to link to.
    """
    source, roles = with_placeholders(cell.source, 0, where)
    results = iter(cell.metadata.get("user_expressions", ()))
    inlines = [
        _number(next(results), where, citations) if role == EVAL else _from_source(role, content, where, citations)
        for role, content in roles
    ]
    all_blocks = list(blocks(source, where))
    if other := next((block.kind for block in all_blocks if block.kind != "paragraph"), None):
        kind = other.rpartition("_")[2]
        raise StoryError(where, f"a {kind} for the front page", "paragraphs", "write plain sentences")
    if link := next((link for block in all_blocks for link in block.links if link.startswith("#")), None):
        raise StoryError(where, f"a link to {link} on the front page", "links to a story", f"write {slug}.html{link}")
    return [_sentence(block, inlines, slug) for block in all_blocks]


def _number(expression: dict, where: str, citations: Citations) -> tuple[str, Reference]:
    number = Number.from_json(expression["result"]["data"][mime.NUMBER], citations.units)
    reference = next((r for r in citations.references if r.number == number), None)
    if reference is None:
        raise StoryError(
            where,
            f"{{eval}}`{expression['expression']}` stands in no sentence of the story",
            "a number that the story's own text says",
            "say it in the story too",
        )
    return str(number), reference


def _from_source(role: str, content: str, where: str, citations: Citations) -> str:
    words = source_and_words(role, content, citations, where)[1]
    return f"“{words}”" if role == QUOTE else words


def _sentence(block: Block, inlines: list, slug: str) -> FrontParagraph:
    marked: set[str] = set()

    def html(match: re.Match[str]) -> str:
        inline = inlines[inline_number(match[0])]
        if isinstance(inline, str):
            return str(Markup("<q>{}</q>").format(inline[1:-1]) if inline.startswith("“") else escape(inline))
        text, reference = inline
        link = Markup('<a class="n" href="{}.html#n-{}">{}</a>').format(slug, reference.position, text)
        if reference.number.kind <= Kind.COMPUTED or reference.kind in marked:
            return str(link)
        marked.add(reference.kind)
        mark = locale_of(reference.number.unit).say(MARKS[reference.kind])
        return str(link + Markup('<small class="kind">{}</small>').format(mark))

    inside = block.html.removeprefix("<p>").removesuffix("</p>")
    markup = Markup(PLACEHOLDER.sub(html, inside))
    words = PLACEHOLDER.sub(lambda match: _words(inlines[inline_number(match[0])]), block.words)
    numbers = [inlines[inline_number(placeholder)] for placeholder in PLACEHOLDER.findall(block.html)]
    positions = [inline[1].position for inline in numbers if not isinstance(inline, str)]
    return FrontParagraph(markup, words, max(positions[-1:], default=0))


def _words(inline: str | tuple[str, Reference]) -> str:
    return inline if isinstance(inline, str) else inline[0]
