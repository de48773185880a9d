"""A story's headline, found without laying the story out, and what must stand at the head of each story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, StoryError
from toolkit.notebook.cell_checks import cell_location
from toolkit.notebook.cell_settings import visibility_of
from toolkit.notebook.prose import EVAL, split_source
from toolkit.notebook.run import Executed
from toolkit.site.body import SectionPart
from toolkit.site.markdown import PLACEHOLDER, Block, inline_number, with_placeholders
from toolkit.site.markdown_html import blocks

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode


SUMMARY = 3  # sentences
# what every story must have at its head, and how it is written
HEAD = {
    "headline": "# and the finding in a line, in a Markdown cell",
    "dek": "dek: and a sentence, in the front matter of the first Markdown cell",
    "finding": "a paragraph, or a list of three sentences with a number each, under the headline",
}


def refuse_without_head(slug: str, headline: str, dek: str, finding: str) -> None:
    """Raises StoryError that names each of the three which is empty."""
    words = {"headline": headline, "dek": dek, "finding": finding}
    if missing := [name for name in HEAD if not words[name]]:
        raise StoryError(Problem(f"story {slug}", f"the {name} is missing", HEAD[name], "write it") for name in missing)


def refuse_no_summary(block: Block, part: SectionPart, where: str) -> None:
    """Raises StoryError for a list under the headline that is not three sentences with a number each."""
    if block.kind not in ("bullet_list", "ordered_list"):
        return
    items = block.html.split("<li>")[1:]
    numbers = sum(bool(PLACEHOLDER.search(item)) for item in items)
    if not len(items) == numbers == len(part.references) == SUMMARY:
        raise StoryError(
            where,
            f"a summary of {len(items)} sentences with {len(part.references)} numbers",
            "three sentences with one number each",
            "shorten it, or begin the page with a paragraph",
        )


def headline(story: Executed) -> str:
    """A story's headline in words, its numbers as printed; the slug if it has none.

    Raises StoryError for Markdown that no page can show.
    """
    for number, cell in enumerate(story.notebook.cells, 1):
        if cell.cell_type == "markdown" and visibility_of(cell).source:
            for block in plain_blocks(cell, cell_location(story.slug, number, cell.source)):
                if block.kind == "heading" and block.level == 1:
                    return block.words
    return story.slug


def plain_blocks(cell: NotebookNode, where: str) -> Iterator[Block]:
    """The blocks of a cell with words in place of its numbers, quotations and sources.

    Raises StoryError for Markdown that no page can show.
    """
    source, roles = with_placeholders(cell.source, 0, where)
    results = iter(cell.metadata.get("user_expressions", ()))
    words = [
        next(results)["result"]["data"]["text/plain"] if role == EVAL else split_source(role, content, where)[1]
        for role, content in roles
    ]
    for block in blocks(source, where):
        yield replace(block, words=PLACEHOLDER.sub(lambda match: words[inline_number(match[0])], block.words))
