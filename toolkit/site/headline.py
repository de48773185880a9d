"""A story's headline, for the pages of other stories too: found without laying the story out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.notebook.notebook_file import cell_location
from toolkit.notebook.prose import split_quote
from toolkit.notebook.run import Executed
from toolkit.site.markdown import PLACEHOLDER, Block, blocks, inline_number, with_placeholders

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode


def headline(story: Executed) -> str:
    """A story's headline in words, its numbers as printed; the slug if it has none.

    Raises StoryError for Markdown that no page can show.
    """
    for number, cell in enumerate(story.notebook.cells, 1):
        if cell.cell_type == "markdown":
            for block in plain_blocks(cell, cell_location(story.slug, number, cell.source)):
                if block.kind == "heading" and block.level == 1:
                    return block.words
    return story.slug


def plain_blocks(cell: NotebookNode, where: str) -> Iterator[Block]:
    """The blocks of a cell with words in place of its numbers and quotations.

    Raises StoryError for Markdown that no page can show.
    """
    source, roles = with_placeholders(cell.source, 0)
    results = iter(cell.metadata.get("user_expressions", ()))
    words = [
        next(results)["result"]["data"]["text/plain"] if role == "eval" else split_quote(content, where)[1]
        for role, content in roles
    ]
    for block in blocks(source, where):
        yield replace(block, words=PLACEHOLDER.sub(lambda found: words[inline_number(found[0])], block.words))
