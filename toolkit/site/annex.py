"""A story's annex: the rest of its notebook, from the cell tagged `annex` on, which has a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.core.errors import StoryError
from toolkit.notebook.cell_checks import cell_location
from toolkit.notebook.cell_settings import has_tag

if TYPE_CHECKING:  # importing nbformat takes a while
    from nbformat import NotebookNode

    from toolkit.notebook.run import Executed
    from toolkit.site.body import Section

ENDING = "-annex"  # of the name of an annex's page, after the story's slug
BEGIN = "one cell of Markdown that begins with # and the annex's title"
Cells = Sequence[tuple[int, "NotebookNode"]]  # with their places in the notebook, from 1


@dataclass(frozen=True)
class AnnexEntry:
    """A heading or a chart of an annex, as its story lists it: the id it has on the annex's page, and its words."""

    id: str
    words: str
    is_chart: bool


def split(story: Executed) -> tuple[Cells, Cells]:
    """The cells of a story's page and those of its annex; the second is empty if it has none.

    Cells tagged `front` belong to the story wherever they stand. Raises StoryError if the cell tagged `annex` has no
    title, or there are two.
    """
    numbered = list(enumerate(story.notebook.cells, 1))
    begins = [(number, cell) for number, cell in numbered if has_tag(cell, "annex")]
    if not begins:
        return numbered, []
    for number, cell in begins[1:]:
        raise StoryError(_where(story, number, cell), "a second tag annex", BEGIN, "remove the tag from one")
    first, cell = begins[0]
    if cell.cell_type != "markdown" or not cell.source.startswith("# "):
        raise StoryError(_where(story, first, cell), "an annex without a title", BEGIN, "write it, such as # Methods")
    own = [(number, cell) for number, cell in numbered if number >= first and not has_tag(cell, "front")]
    places = {number for number, _ in own}
    return [(number, cell) for number, cell in numbered if number not in places], own


def contents(sections: Iterable[Section]) -> list[AnnexEntry]:
    """The headings and charts of an annex in order."""
    entries = []
    for section in sections:
        if section.id:
            entries.append(AnnexEntry(section.id, section.words, False))
        entries += [
            AnnexEntry(f"chart-{part.chart.id}", part.chart.title, True) for part in section.parts if part.chart
        ]
    return entries


def _where(story: Executed, number: int, cell: NotebookNode) -> str:
    return cell_location(story.slug, number, cell.source)
