"""Changes between two editions in files and in entries of manifests, beside findings, chart data and sentences."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from toolkit.build.edition_inputs import CAUSES
from toolkit.build.manifest import altered_files
from toolkit.review.compare_manifest import COMPARED_BY_STORY, COMPARED_ELSEWHERE, HASH_SHOWN, entry_called
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
        yield from (([was], [now]) for was, now in zip(old, new, strict=True)) if len(old) == len(new) else [(old, new)]


def file_changes(both: Editions, sentences: Collection[str], tables: Collection[str]) -> Iterator[Change]:
    """The changes in files: parts of each sort, in order, and files that came or went.

    Of the pages `sentences` the words are compared elsewhere, and so are the tables of charts in `tables`.
    """
    alone = {
        slug for slug in both.slugs if (slug in both.old.stored["stories"]) != (slug in both.new.stored["stories"])
    }
    for name in both.names:
        old, new = both.old.files.get(name), both.new.files.get(name)
        if old == new or name.partition("/")[0].removesuffix(".html").removesuffix("-annex") in alone or name in tables:
            continue
        if old is None or new is None:
            there = file_kind(name)
            yield Change(name, "gone" if new is None else "added", there if old else "", there if new else "")
        else:
            yield from _parts(name, old, new, frozenset((WORDS, DRAWN_WORDS)) if name in sentences else frozenset())
    for side, said in ((both.old, "old"), (both.new, "new")):
        for name, how in altered_files(side.folder, side.stored):
            yield Change(name, f"a file that is not as the {said} edition's manifest has it", how, "")


def _parts(name: str, old: bytes, new: bytes, apart: Set[str]) -> Iterator[Change]:
    before, after = parts(name, old), parts(name, new)
    start, old_end, new_end = differing_range(before, after)
    was, now = before[start:old_end], after[start:new_end]
    listed = {}
    for what in dict.fromkeys(part.what for part in (*was, *now)):
        texts = [[part.content for part in side if part.what == what] for side in (was, now)]
        if texts[0] != texts[1]:
            listed[what] = texts
    for what, texts in listed.items():
        if what not in apart:
            yield from _listed(name, what, *texts)
    others = [[part.compared for part in side if part.what not in apart] for side in (was, now)]
    if not listed.keys() - apart and (others[0] != others[1] or not listed) and (was or now):
        yield Change(name, "the order of its parts", _first(was), _first(now))


def _first(found: Sequence[FilePart]) -> str:
    return found[0].content if found else ""


def _listed(where: str, what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """The first changes of one sort, and how many more there are."""
    if len(before) * len(after) > MOST_COMPARED:
        first = next((pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]), (before[:1], after[:1]))
        yield Change(where, what, *excerpts(str(first[0]), str(first[1])))
        return
    pairs = list(replaced(before, after))
    for was, now in pairs[:SHOWN]:
        yield Change(where, what, *excerpts(" / ".join(was), " / ".join(now)))
    if len(pairs) > SHOWN:
        yield Change(where, what, f"{len(pairs) - SHOWN} more places", "")


def entry_changes(both: Editions, charts: Collection[str]) -> Iterator[Change]:
    """The changes in what the manifests say: inputs by cause, then names, labels, titles, questions and all else.

    Values and printed texts are compared elsewhere, and so are the `charts`, each "story, chart".
    """
    yield from _input_changes(both)
    sides = [_entries(side.stored, both, charts) for side in (both.old, both.new)]
    for name in {**sides[0], **sides[1]}:
        texts = [[part.content.removeprefix(": ") for part in values(side.get(name), "")] for side in sides]
        if texts[0] != texts[1]:
            yield from _listed(f"manifest, {name}", entry_called(name), *texts)


def _input_changes(both: Editions) -> Iterator[Change]:
    sides = [side.stored["inputs"] for side in (both.old, both.new)]
    for cause in [*CAUSES, *sorted({*sides[0], *sides[1]} - set(CAUSES))]:
        old, new = (side.get(cause, {}) for side in sides)
        names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            was, now = (
                ", ".join(f"{name} {one.get(name, 'not there')[:HASH_SHOWN]}" for name in names[:SHOWN]) + more
                for one in (old, new)
            )
            yield Change("inputs", f"{cause} that the edition was made from", was, now)


def _entries(stored: Mapping[str, Any], both: Editions, charts: Collection[str]) -> dict[str, object]:
    """What the manifest says, by story and key, of the edition and of the stories that both editions have."""
    found: dict[str, object] = {key: value for key, value in stored.items() if key not in COMPARED_ELSEWHERE}
    for slug in (slug for slug in both.slugs if all(slug in one.stored["stories"] for one in (both.old, both.new))):
        story = stored["stories"][slug]
        found |= {f"{slug}, {key}": value for key, value in story.items() if key not in COMPARED_BY_STORY}
        found |= {f"{slug}, {key}": story[key]["path"] for key in ("html", "annex") if key in story}
        found |= {f"{slug}, {key}": story.get(key, {}) for key in ("tables", "pictures")}
        found[f"{slug}, numbers"] = {
            path: [{**one, "node": ""} for one in numbers] for path, numbers in story.get("numbers", {}).items()
        }
        found[f"{slug}, datasets"] = {
            name: [dataset["title"], dataset["source"]] for name, dataset in story.get("datasets", {}).items()
        }
        found[f"{slug}, charts"] = {
            name: chart for name, chart in story["charts"].items() if f"{slug}, {name}" not in charts
        }
        found[f"{slug}, findings"] = {
            name: [finding.get("label", ""), [{**state, "node": ""} for state in finding.get("states", ())]]
            for name, finding in story["findings"].items()
            if all(name in one.story(slug, "findings") for one in (both.old, both.new))
        }
        found[f"{slug}, nodes"] = _steps(slug, story, both)
    return found


def _steps(slug: str, story: Mapping[str, Any], both: Editions) -> list[str]:
    """The steps of a story's receipts without their values: how each is called, what it is made by and of what."""
    keys = ("label", "why", "ref", "kind", "operation", "unit")
    sides = [(side, numbers) for side, numbers in zip((both.old, both.new), both.numbers, strict=True)]
    numbers = next(numbers[slug] for side, numbers in sides if side.stored["stories"].get(slug) is story)
    found = []
    for name, node in story["nodes"].items():
        printed = node.get("printed", "")
        claimed = [] if printed in ("", str(numbers[name])) else [f"says that it prints {printed}"]
        found.append(", ".join([*(f"{key} {node[key]}" for key in keys if key in node), *claimed]))
    return sorted(found)
