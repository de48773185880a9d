"""How sources were seen, in the words of a page: in full, in excerpts, in a copy, or through another source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from toolkit.site.sourcing import Sourcing, count

HOW_SEEN = {  # by `seen` in a file of data/sources/
    "in full": "read in full",
    "excerpt": "read in excerpts",
    "archived copy": "read in an archived copy",
    "through another": "seen through another",
}
NAMED = 3  # up to so many sources are named, each with how it was seen; more are only counted


def how_seen(readings: Iterable[Mapping], sourcing: Sourcing) -> dict[str, str]:
    """A key of HOW_SEEN by source, for readings of them; what a reading says of itself goes before its source's."""
    by_source: dict[str, str] = {}
    for reading in readings:
        source = reading.get("source")
        if source and (reading.get("seen") or source not in by_source):
            by_source[source] = reading.get("seen") or sourcing.source(source)["seen"]
    return by_source


def in_a_sentence(by_source: Mapping[str, str], sourcing: Sourcing) -> str:
    """All sources (one or more) in a receipt's first lines: "read in full, primary"; "2 read in full, 1 seen …"."""
    counts = Counter(HOW_SEEN[seen] for seen in by_source.values())
    if len(counts) > 1:
        return ", ".join(f"{sources} {words}" for words, sources in counts.most_common())
    words = f"{'all ' if len(by_source) > 1 else ''}{next(iter(counts))}"
    return f"{words}, primary" if _are_primary(by_source, sourcing) else words


def source_by_source(by_source: Mapping[str, str], sourcing: Sourcing) -> str:
    """How each was seen, for the line "Seen" of a receipt: "in full; primary", "Kettle: excerpt; Leaf: in full"."""
    words = {
        source: f"{seen}; primary" if _are_primary([source], sourcing) else seen for source, seen in by_source.items()
    }
    if len(set(words.values())) <= 1:
        return next(iter(words.values()), "")
    within = {seen: seen.replace("; ", ", ") for seen in words.values()}  # semicolons stand between sources
    if len(words) > NAMED:
        counts = Counter(words.values()).most_common()
        return "; ".join(f"{count(sources, 'source', 'sources')} {within[seen]}" for seen, sources in counts)
    return "; ".join(f"{sourcing.publisher(source)}: {within[seen]}" for source, seen in words.items())


def of_a_reading(row: Mapping) -> str:
    """How one reading in a list of readings was seen: "primary, read in full"."""
    return ("primary, " if row["is_primary"] else "") + HOW_SEEN[row["seen"]]


def _are_primary(sources: Collection[str], sourcing: Sourcing) -> bool:
    return all(sourcing.source(source)["is_primary"] for source in sources)
