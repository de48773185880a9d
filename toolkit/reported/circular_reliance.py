"""Refuses cycles of `relies_on` among sources, as no source in one would have an origin; messages say circle."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from toolkit.reading.entry import Entry
from toolkit.reported.figures import Figure, group_by_claim
from toolkit.reported.sources import Source


def check_circles(
    sources: Mapping[str, Source],
    figures: Mapping[str, Figure],
    files: Mapping[str, Entry | None],
    entries: Mapping[str, Entry],
) -> None:
    """Adds one problem for each circle, to a source's file or a figure's entry.

    `files` are the entries of sources by id, `entries` those of figures by key. Circles of the sources' own `relies_on`
    come first, then those through the `relies_on` of a figure, which exist for its claim alone.
    """
    links = {name: source.relies_on for name, source in sources.items()}
    reported_circles = set()
    for circle in _circles(links, links):
        reported_circles.add(frozenset(circle))
        if (top := files[circle[-2]]) is not None:
            _add_circle(top, circle)
    with_own = {figures[key].claim.id for key, entry in entries.items() if "relies_on" in entry}
    for listed in group_by_claim(figure for figure in figures.values() if figure.claim.id in with_own).values():
        own: dict[str, tuple[str, ...]] = {}
        for figure in listed:
            own[figure.source.id] = own.get(figure.source.id, ()) + figure.relies_on
        for circle in _circles(ChainMap(own, links), own):
            if frozenset(circle) not in reported_circles:
                inside = [figure.key for figure in listed if figure.source.id in circle]
                _add_circle(next(entries[key] for key in inside if "relies_on" in entries[key]), circle)


def _add_circle(entry: Entry, circle: list[str]) -> None:
    entry.add_problem(
        "relies_on",
        "a circle: " + " → ".join(circle),
        "sources that lead to an origin",
        "remove the link that is not in the document",
    )


def _circles(links: Mapping[str, tuple[str, ...]], starts: Iterable[str]) -> list[list[str]]:
    """The circles that can be reached from `starts`, each as a list of sources that ends with its first again.

    A depth-first search without recursion, since chains may be thousands of sources long.
    """
    circles: list[list[str]] = []
    finished: set[str] = set()
    for start in sorted(starts):
        path: dict[str, Iterator[str]] = {} if start in finished else {start: iter(links[start])}
        while path:
            source, rest = next(reversed(path.items()))
            target = next(rest, None)
            if target is None:
                finished.add(source)
                del path[source]
            elif target in path:
                names = list(path)
                circles.append([*names[names.index(target) :], target])
            elif target not in finished:
                path[target] = iter(links.get(target, ()))
    return circles
