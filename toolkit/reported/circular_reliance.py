"""Circles of `relies_on`, in which no figure would have an origin: each is refused."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from toolkit.reading.entry import Entry
from toolkit.reported.figures import Figure, by_claim
from toolkit.reported.sources import Source


def note_circles(
    sources: Mapping[str, Source],
    figures: Mapping[str, Figure],
    files: Mapping[str, Entry | None],
    entries: Mapping[str, Entry],
) -> None:
    """Notes each circle once, in a source's file or a figure's entry.

    First those among the sources, then those that only a figure's own `relies_on` closes.
    """
    links = {name: source.relies_on for name, source in sources.items()}
    known = set()
    for circle in _circles(links, links):
        known.add(frozenset(circle))
        if (top := files[circle[-2]]) is not None:
            _note(top, circle)
    for readings in by_claim(figures.values()).values():
        if not any("relies_on" in entries[figure.key] for figure in readings):
            continue
        own: dict[str, tuple[str, ...]] = {}
        for figure in readings:
            own[figure.source.id] = own.get(figure.source.id, ()) + figure.relies_on
        for circle in _circles(ChainMap(own, links), own):
            if frozenset(circle) not in known:
                inside = [figure.key for figure in readings if figure.source.id in circle]
                _note(next(entries[key] for key in inside if "relies_on" in entries[key]), circle)


def _note(entry: Entry, circle: list[str]) -> None:
    entry.add_problem(
        "relies_on",
        "a circle: " + " → ".join(circle),
        "sources that lead to an origin",
        "remove the link that is not in the document",
    )


def _circles(links: Mapping[str, tuple[str, ...]], starts: Iterable[str]) -> list[list[str]]:
    """The circles to which links lead from `starts`, each from the source where it is entered back to it."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(starts):
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(links[start])}
        while path:
            source, rest = next(reversed(path.items()))
            below = next(rest, None)
            if below is None:
                done.add(source)
                del path[source]
            elif below in path:
                names = list(path)
                found.append([*names[names.index(below) :], below])
            elif below not in done:
                path[below] = iter(links.get(below, ()))
    return found
