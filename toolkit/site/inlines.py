"""What stands in the lines of a text: numbers with their receipts, quotations, words, and what a choice decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from toolkit.core.number import Number
from toolkit.notebook import mime
from toolkit.site.choices import ALWAYS, Choices, VisibleStates
from toolkit.site.citations import Citations, Reference
from toolkit.site.markdown import curly

Piece = Reference | Markup | str


@dataclass(frozen=True)
class Inline:
    """Numbers, quotations and words in each of the states that they have; the first version is the declared one."""

    versions: tuple[tuple[VisibleStates, tuple[Piece, ...]], ...]

    @property
    def html(self) -> Markup:
        """All versions as they stand in a sentence."""
        return Markup("").join(visible.around(Markup("").join(map(_html, pieces))) for visible, pieces in self.versions)

    @property
    def words(self) -> str:
        """The declared version without markup."""
        return "".join(map(_words, self.versions[0][1]))

    @property
    def text_in_states(self) -> Markup:
        """The words of all versions."""
        return Markup("").join(visible.around("".join(map(_words, pieces))) for visible, pieces in self.versions)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The numbers of the declared version."""
        return tuple(piece for piece in self.versions[0][1] if isinstance(piece, Reference))

    @property
    def all_references(self) -> tuple[Reference, ...]:
        """The numbers of all versions."""
        return tuple(piece for _, pieces in self.versions for piece in pieces if isinstance(piece, Reference))


def fixed(piece: Piece) -> Inline:
    """An inline that no choice changes."""
    return Inline(((ALWAYS, (piece,)),))


def inline_of(data: Mapping[str, Any], citations: Citations, choices: Choices, where: str) -> Inline | None:
    """The number, text or declaration of an output, cited; None for an output that is none of these.

    Raises StoryError for one that rests on a choice and cannot be computed again.
    """
    if mime.DECLARATION in data:
        return fixed(data[mime.DECLARATION]["text"])
    if mime.NUMBER not in data and mime.SENTENCE not in data:
        return None
    versions = [(picks, list(_parts(outputs, citations))) for picks, outputs in choices.versions(data, where)]
    merged: list[tuple[VisibleStates, tuple[Piece, ...]]] = []
    for visible, (_, parts) in choices.merged([(picks, ([*map(str, parts)], parts)) for picks, parts in versions]):
        like = [piece for piece in merged[0][1] if isinstance(piece, Reference)] if merged else []
        merged.append((visible, tuple(_cited(parts, citations, visible, like))))
    return Inline(tuple(merged))


def _parts(data: Mapping[str, Any], citations: Citations) -> Iterator[Number | str]:
    parts = data[mime.SENTENCE]["parts"] if mime.SENTENCE in data else [data[mime.NUMBER]]
    yield from (part if isinstance(part, str) else Number.from_json(part, citations.units) for part in parts)


def _cited(
    parts: Sequence[Number | str], citations: Citations, visible: VisibleStates, like: Sequence[Reference]
) -> Iterator[Piece]:
    """Words and references; a number has the footnote of that in its place in the declared version, `like`."""
    notes = iter(like)
    for part in parts:
        if isinstance(part, str):
            yield curly(part)
        else:
            yield citations.cite(part, visible, next(notes, None))


def _html(piece: Piece) -> Markup:
    return piece.html if isinstance(piece, Reference) else escape(piece)


def _words(piece: Piece) -> str:
    if isinstance(piece, Reference):
        return piece.text
    return f"“{piece.striptags()}”" if isinstance(piece, Markup) else piece
