"""Changes between two editions in files and in entries of manifests, beside findings, chart data and sentences."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from toolkit.build.edition_inputs import CAUSES
from toolkit.build.manifest import altered_files
from toolkit.core.text import HASH_SHOWN
from toolkit.review.compare_manifest import (
    COMPARED_ELSEWHERE,
    HOW_WRITTEN,
    OF_STORIES_COMPARED_ELSEWHERE,
    entry_called,
    how_written,
)
from toolkit.review.compare_two_files import differing_range, excerpts, file_kind, parts, values
from toolkit.review.html_and_xml_parts import DRAWN_WORDS, WORDS, FilePart
from toolkit.review.two_editions import Editions

SHOWN = 3  # so many differences of one sort in a file are listed, and so many changed inputs of a cause
MOST_COMPARED = 4_000_000  # pairs of parts that are compared with each other; of more only the first is named


@dataclass(frozen=True)
class Change:
    """One difference: where, what it is, and both states as words.

    "added" and "gone" say so of a story, finding, chart, dataset or file; "moved" is a finding, or an input in its
    receipt, that changed, "chart" chart data, "dataset" another file of one, "words" a sentence. All others are parts
    of a file or of the manifest, in words: "a link".
    """

    where: str
    what: str
    old: str
    new: str


def replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The pairs of runs in which two lists differ; runs of the same length are compared item by item."""
    for what, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        old, new = before[a:b], after[c:d]
        yield from (
            (([old_line], [new_line]) for old_line, new_line in zip(old, new, strict=True))
            if len(old) == len(new)
            else [(old, new)]
        )


def file_changes(editions: Editions, sentences: Collection[str], tables: Collection[str]) -> Iterator[Change]:
    """The changes in files: parts of each sort, in order, and files that came or went.

    Of the pages `sentences` the words are compared elsewhere, and so are the tables of charts in `tables`.
    """
    alone = {
        slug
        for slug in editions.slugs
        if (slug in editions.old.stored["stories"]) != (slug in editions.new.stored["stories"])
    }
    for name in editions.names:
        old, new = editions.old.files.get(name), editions.new.files.get(name)
        if old == new or name.partition("/")[0].removesuffix(".html").removesuffix("-annex") in alone or name in tables:
            continue
        if old is None or new is None:
            kind = file_kind(name)
            yield Change(name, "gone" if new is None else "added", kind if old else "", kind if new else "")
        else:
            yield from _parts(name, old, new, frozenset((WORDS, DRAWN_WORDS)) if name in sentences else frozenset())
    for side, which_edition in ((editions.old, "old"), (editions.new, "new")):
        for name, how in altered_files(side.folder, side.stored):
            yield Change(name, f"a file that is not as the {which_edition} edition's manifest has it", how, "")


def _parts(name: str, old: bytes, new: bytes, apart: Set[str]) -> Iterator[Change]:
    before, after = parts(name, old), parts(name, new)
    start, old_end, new_end = differing_range(before, after)
    old_parts, new_parts = before[start:old_end], after[start:new_end]
    listed = {}
    for what in dict.fromkeys(part.what for part in (*old_parts, *new_parts)):
        texts = [[part.content for part in side if part.what == what] for side in (old_parts, new_parts)]
        if texts[0] != texts[1]:
            listed[what] = texts
    for what, texts in listed.items():
        if what not in apart:
            yield from _listed(name, what, *texts)
    other_parts = [[part.compared for part in side if part.what not in apart] for side in (old_parts, new_parts)]
    if not listed.keys() - apart and (other_parts[0] != other_parts[1] or not listed) and (old_parts or new_parts):
        yield Change(name, "the order of its parts", _first(old_parts), _first(new_parts))


def _first(parts: Sequence[FilePart]) -> str:
    return parts[0].content if parts else ""


def _listed(where: str, what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """The first changes of one sort, and how many more there are."""
    if len(before) * len(after) > MOST_COMPARED:
        first = next((pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]), (before[:1], after[:1]))
        yield Change(where, what, *excerpts(str(first[0]), str(first[1])))
        return
    pairs = list(replaced(before, after))
    for old_words, new_words in pairs[:SHOWN]:
        yield Change(where, what, *excerpts(" / ".join(old_words), " / ".join(new_words)))
    if len(pairs) > SHOWN:
        yield Change(where, what, f"{len(pairs) - SHOWN} more places", "")


def entry_changes(editions: Editions, charts: Collection[str]) -> Iterator[Change]:
    """The changes in what the manifests say: inputs by cause, then names, labels, titles, questions and all else.

    Values and printed texts are compared elsewhere, and so are the `charts`, each "story, chart".
    """
    yield from _input_changes(editions)
    sides = [_entries(side.stored, editions, charts) for side in (editions.old, editions.new)]
    for name in {**sides[0], **sides[1]}:
        texts = [[part.content.removeprefix(": ") for part in values(side.get(name), "")] for side in sides]
        if texts[0] != texts[1]:
            yield from _listed(f"manifest, {name}", entry_called(name), *texts)
    ways = [how_written(side) for side in (editions.old, editions.new)]
    if ways[0] != ways[1]:
        yield Change("manifest", HOW_WRITTEN, *ways)


def _input_changes(editions: Editions) -> Iterator[Change]:
    sides = [side.stored["inputs"] for side in (editions.old, editions.new)]
    for cause in [*CAUSES, *sorted({*sides[0], *sides[1]} - set(CAUSES))]:
        old, new = (side.get(cause, {}) for side in sides)
        names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            old_hashes, new_hashes = (
                ", ".join(f"{name} {inputs.get(name, 'not there')[:HASH_SHOWN]}" for name in names[:SHOWN]) + more
                for inputs in (old, new)
            )
            yield Change("inputs", f"{cause} that the edition was made from", old_hashes, new_hashes)


def _entries(stored: Mapping[str, Any], editions: Editions, charts: Collection[str]) -> dict[str, object]:
    """What the manifest says, by story and key, of the edition and of the stories that both editions have."""
    entries: dict[str, object] = {key: value for key, value in stored.items() if key not in COMPARED_ELSEWHERE}
    for slug in (
        slug for slug in editions.slugs if all(slug in side.stored["stories"] for side in (editions.old, editions.new))
    ):
        story = stored["stories"][slug]
        entries |= {f"{slug}, {key}": value for key, value in story.items() if key not in OF_STORIES_COMPARED_ELSEWHERE}
        entries |= {f"{slug}, {key}": story[key]["path"] for key in ("html", "annex") if key in story}
        entries |= {f"{slug}, {key}": story.get(key, {}) for key in ("tables", "pictures")}
        entries[f"{slug}, numbers"] = {
            path: [{**number, "node": ""} for number in numbers] for path, numbers in story.get("numbers", {}).items()
        }
        entries[f"{slug}, datasets"] = {
            name: [dataset["title"], dataset["source"]] for name, dataset in story.get("datasets", {}).items()
        }
        entries[f"{slug}, charts"] = {
            name: chart for name, chart in story["charts"].items() if f"{slug}, {name}" not in charts
        }
        entries[f"{slug}, findings"] = {
            name: [finding.get("label", ""), [{**state, "node": ""} for state in finding.get("states", ())]]
            for name, finding in story["findings"].items()
            if all(name in side.part_of_story(slug, "findings") for side in (editions.old, editions.new))
        }
        entries[f"{slug}, nodes"] = _steps(slug, story, editions)
    return entries


def _steps(slug: str, story: Mapping[str, Any], editions: Editions) -> list[str]:
    """The steps of a story's receipts without their values: how each is called, what it is made by and of what."""
    keys = ("label", "why", "ref", "kind", "operation", "unit")
    sides = [(side, numbers) for side, numbers in zip((editions.old, editions.new), editions.numbers, strict=True)]
    numbers = next(numbers[slug] for side, numbers in sides if side.stored["stories"].get(slug) is story)
    steps = []
    for name, node in story["nodes"].items():
        printed = node.get("printed", "")
        claimed = [] if printed in ("", str(numbers[name])) else [f"says that it prints {printed}"]
        steps.append(", ".join([*(f"{key} {node[key]}" for key in keys if key in node), *claimed]))
    return sorted(steps)
