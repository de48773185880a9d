"""A table as its template shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RenderedTable:
    """A table as its template shows it.

    `headings` have label, unit, number (whether it is a column of numbers) and style; a cell has text and number;
    `sources` are (id, citation); `question` is the name of the SQL behind the table, "" without one. `style` says how
    it is set: "cards" where it is too wide for a phone, "whole" where a printed page holds it whole.
    """

    id: str
    caption: str
    kind: str
    headings: tuple[dict, ...]
    rows: tuple[tuple[dict, ...], ...]
    sources: tuple[tuple[str, str], ...]
    question: str
    style: str = ""
