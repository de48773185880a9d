"""The body of a page, as a notebook has it: sections with their headings, and what follows these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from toolkit.site.citations import Reference
from toolkit.site.exhibits import RenderedChart
from toolkit.site.glossary import GlossaryTerm
from toolkit.site.pictures import RenderedPicture
from toolkit.site.rendered_table import RenderedTable


@dataclass(frozen=True)
class SectionPart:
    """A part of a section: a block of prose, a chart, a table or a picture; others are empty or None.

    Of prose: its `html`, its `words` without markup, `text_in_states` (these in every state of a choice), its
    `references`, and `all_references` of all states. `code` is the source of the cell that made the piece.
    """

    html: Markup = Markup("")
    words: str = ""
    text_in_states: Markup = Markup("")
    references: tuple[Reference, ...] = ()
    all_references: tuple[Reference, ...] = ()
    chart: RenderedChart | None = None
    table: RenderedTable | None = None
    picture: RenderedPicture | None = None
    code: str = ""

    @property
    def is_prose(self) -> bool:
        """True for a block of prose; blocks in succession share one margin for glossary terms."""
        return not (self.chart or self.table or self.picture)


@dataclass
class Section:
    """A heading and what follows it. Readers have to open a `folded` section.

    Its cells are tagged method where it `has_method_cells`.

    The first section, before any heading, has an empty id.
    """

    id: str = ""
    heading: Markup = Markup("")
    words: str = ""
    folded: bool = False
    has_method_cells: bool = False
    parts: list[SectionPart] = field(default_factory=list)

    def pieces(self, terms: list[GlossaryTerm]) -> Iterator[Piece]:
        """The section's parts: successive prose as one piece, with the terms it uses beside it; each other part alone.

        A term is removed from `terms` where it is placed, so that it stands beside its first use on the page alone.
        """
        run: list[SectionPart] = []
        for part in self.parts:
            if part.is_prose:
                run.append(part)
                continue
            if run:
                yield Piece(tuple(run), pop_used(terms, [self.words, *(prose.words for prose in run)]))
            run = []
            yield Piece((part,))
        if run:
            yield Piece(tuple(run), pop_used(terms, [self.words, *(prose.words for prose in run)]))


@dataclass(frozen=True)
class Piece:
    """Successive blocks of prose with glossary terms beside them; or one chart, table or picture."""

    parts: tuple[SectionPart, ...]
    terms: tuple[GlossaryTerm, ...] = ()


def pop_used(terms: list[GlossaryTerm], words: list[str]) -> tuple[GlossaryTerm, ...]:
    """Removes from `terms` those that the words use, and returns these."""
    used_terms = tuple(term for term in terms if term.within(" ".join(words)))
    for term in used_terms:
        terms.remove(term)
    return used_terms
