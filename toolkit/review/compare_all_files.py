"""Compares the charts, pages and other files of an edition with those of its rebuild, two by two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.core.project import UNDO_CRLF
from toolkit.core.text import HASH_SHOWN
from toolkit.review.compare_two_files import CRLF_LINES, FileDifference
from toolkit.review.two_editions import Editions, Mismatch, causes_of

LINES_CHANGED = f"line endings were changed to CRLF; {UNDO_CRLF}"
# the files of a chart, the plainest first
CHART = (
    "data/{}.csv",
    "data/{}.csv-metadata.json",
    "charts/{}.svg",
    "charts/{}.png",
    "charts/{}.card.png",
    "charts/{}.html",
    "charts/{}-interactive.html",
    "charts/{}.vl.json",
)


def compare_charts(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of charts, those whose data, words, form, specification or drawings differ)."""
    pairs = editions.pairs("charts")
    mismatches = []
    for where, old, new in pairs:
        first = next(_chart(editions, where, old, new), None)
        if first:
            mismatches.append(_mismatch(editions, "chart", where, *first))
    return len(pairs), mismatches


def compare_pages(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of pages, those that differ), each with the first part that does."""
    names = [name for name in editions.names if _is_page(name)]
    return len(names), _mismatches(editions, "page", names)


def compare_files(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of files that are neither pages nor a chart's, those that differ, are missing or are too many)."""
    charts = {name for where, _, _ in editions.pairs("charts") for name in files_of_chart(where)}
    names = [name for name in editions.names if not _is_page(name) and name not in charts]
    return len(names), _mismatches(editions, "file", names)


def only_written_otherwise(editions: Editions) -> list[str]:
    """The files that mean the same in both editions, and do not have the same bytes."""
    return [name for name, difference in editions.differing.items() if difference is None]


def _mismatches(editions: Editions, what: str, names: list[str]) -> list[Mismatch]:
    first = [(name, editions.differing.get(name)) for name in names]
    return [_mismatch(editions, what, name, "", difference) for name, difference in first if difference]


def _is_page(name: str) -> bool:
    return name.endswith(".html") and "/" not in name


def files_of_chart(where: str) -> list[str]:
    """The files that the chart of a story may have, "story, chart"."""
    slug, _, chart = where.partition(", ")
    return [f"{slug}/{name.format(chart)}" for name in CHART]


def _chart(editions: Editions, where: str, old: Mapping, new: Mapping) -> Iterator[tuple[str, FileDifference]]:
    """(file, difference) of each respect in which a chart differs, the plainest first."""
    if not old or not new:
        yield "", FileDifference("a chart", "", old.get("form", ""), new.get("form", ""))
    for name in files_of_chart(where):
        if difference := editions.differing.get(name):
            yield name, difference
    before, after = ({**chart, **_states(chart)} for chart in (old, new))
    for key in sorted({*before, *after} - {"states"}):
        old_text, new_text = str(before.get(key, "")), str(after.get(key, ""))
        if old_text != new_text:
            yield (
                "",
                FileDifference(
                    f"the {key} of a chart, in the manifest", "", old_text[:HASH_SHOWN], new_text[:HASH_SHOWN]
                ),
            )


def _states(chart: Mapping) -> dict[str, str]:
    """What a chart is in the states of readers' choices, by the state and what of it."""
    return {f"{key} with {state}": text for state, of in chart.get("states", {}).items() for key, text in of.items()}


def _mismatch(editions: Editions, what: str, where: str, name: str, difference: FileDifference) -> Mismatch:
    place = ", ".join(part for part in (name, difference.where) if part)
    causes = (LINES_CHANGED,) if difference.what == CRLF_LINES else causes_of(editions.inputs)
    return Mismatch(what, where, difference.old, difference.new, causes=causes, part=difference.what, place=place)
