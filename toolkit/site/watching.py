"""What to watch: what is due for a story, which of its figures it would replace, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.database.reported_rows import Row
from toolkit.site.citations import Citations, written_out
from toolkit.site.markdown import curly


@dataclass(frozen=True)
class Replaced:
    """A figure that would be replaced: its value and what it is, in words, and its source with its link, "" without."""

    value: str
    statement: str
    source: str
    link: str


@dataclass(frozen=True)
class Due:
    """Something that is due, in words: when, what, on which basis, named by whom ("" for nobody), entered by whom."""

    what: str
    when: str
    due_on: str
    inferred: bool
    overdue: bool
    basis: str
    named_by: str
    enter: str
    replaced: tuple[Replaced, ...]


def due(database: Database, slug: str, citations: Citations, day: str) -> list[Due]:
    """What is due for a story, the soonest first; overdue is what was due before the ISO date `day`."""
    return [_due(row, citations, day) for row in database.watch(slug)]


def _due(row: Row, citations: Citations, day: str) -> Due:
    due_on = row["due_on"].isoformat()
    return Due(
        what=curly(row["what"]),
        when=_period(row["due"], citations),
        due_on=due_on,
        inferred=row["inferred"],
        overdue=due_on < day,
        basis=curly(row["basis"]).rstrip("."),
        named_by=citations.sourcing.publisher(row["source"]) if row["source"] else "",
        enter=curly(row["enter"]),
        replaced=tuple(_replaced(key, citations) for key in row["keys"]),
    )


def _period(text: str, citations: Citations) -> str:
    """A period in words: "29 October 2026", "December 2026 to January 2027"."""
    locale = citations.units.locale
    first, slash, last = text.partition("/")
    if not slash:
        return written_date(first, locale)
    return locale.range.format(low=written_date(first, locale), high=written_date(last, locale))


def _replaced(key: str, citations: Citations) -> Replaced:
    reading = citations.sourcing.reading(key)
    source, value = reading["source"], citations.sourcing.wording(reading)
    return Replaced(
        value=value if reading.get("low") is not None else f"“{value.rstrip('.')}”",
        statement=written_out(reading["statement"], citations.units.locale),
        source=citations.sourcing.cite(source) if source else "",
        link=f"#s-{source}" if source in citations.used else "",
    )
