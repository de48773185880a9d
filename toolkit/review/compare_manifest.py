"""Compares the manifests of an edition and of its rebuild: inputs, names, labels, questions, receipts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from toolkit.build.edition_inputs import CAUSES, sha256
from toolkit.build.manifest import NAME, canonical, rounded_numbers
from toolkit.core.text import HASH_SHOWN
from toolkit.review.compare_two_files import values
from toolkit.review.two_editions import Editions, Mismatch, Side, causes_of

TEXT_SHOWN = 200
CANONICAL, HOW_WRITTEN = "as canonical JSON", "how the manifest is written"
VERSION = re.compile(r"[\w.+!-]{1,80}( [\w.+-]{1,80})?")
COMPARED_ELSEWHERE = ("inputs", "files", "stories")  # entries of a manifest; stories are compared one by one
OF_STORIES_COMPARED_ELSEWHERE = ("findings", "charts", "tables", "pictures", "nodes")
ENTRY_NAMES = {
    "title": "the title of a story",
    "html": "the name of a page",
    "annex": "the name of a page",
    "numbers": "which number stands where in the text",
    "choices": "what readers may choose",
    "questions": "the digest of an answer to a question",
    "queries": "a question in SQL",
    "datasets": "a dataset",
    "usage_logs": "a usage log",
    "nodes": "a step of a receipt",
    "findings": "the label of a finding",
    "charts": "a chart",
    "tables": "a table",
    "pictures": "a picture",
    "name": "the name of the edition",
    "day": "the day of the edition",
    "language": "the language of numbers",
    "units": "the units",
}


def compare_inputs(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of inputs, the data and code that the manifest names otherwise than the rebuild).

    Of the environment versions may differ, not which libraries there are.
    """
    sides = editions.old.stored["inputs"], editions.new.stored["inputs"]
    inputs = {(cause, name) for side in sides for cause, names in side.items() for name in names}
    mismatches = [
        Mismatch(
            "input",
            f"{difference.cause}: {difference.name}",
            difference.old[:HASH_SHOWN],
            difference.new[:HASH_SHOWN],
            causes=(),
        )
        for difference in editions.inputs
        if difference.cause != "environment"
        or not (difference.old and difference.new)
        or not VERSION.fullmatch(difference.old)
    ]
    unknown_causes = sorted({cause for side in sides for cause in side} - set(CAUSES))
    mismatches += [Mismatch("input", cause, "of no kind that a build names", "", causes=()) for cause in unknown_causes]
    return len(inputs) + len(unknown_causes), mismatches


def compare_tables(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of tables, those whose content differs, by their hashes: an edition has no file of a table)."""
    return _entries(editions, "table", "tables")


def compare_pictures(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of photographs and scans, those whose file or words differ)."""
    return _entries(editions, "picture", "pictures")


def _entries(editions: Editions, what: str, part: str) -> tuple[int, list[Mismatch]]:
    pairs = editions.pairs(part)
    mismatches = []
    for where, old, new in pairs:
        if rounded_numbers(old) != rounded_numbers(new):
            key = next(key for key in {**old, **new} if rounded_numbers(old.get(key)) != rounded_numbers(new.get(key)))
            old_text, new_text = (str(entry.get(key, ""))[:TEXT_SHOWN] for entry in (old, new))
            place = f"the {key} of a {what}, in the manifest"
            mismatches.append(Mismatch(what, where, old_text, new_text, causes=causes_of(editions.inputs), part=place))
    return len(pairs), mismatches


def compare_entries(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(number of all other entries of the manifest, those that differ).

    Without other inputs the manifest has the same bytes, too, but for the hashes of files, which `altered_files`
    compares with the files.
    """
    sides = _entries_of(editions.old.stored), _entries_of(editions.new.stored)
    names = sorted({*sides[0], *sides[1]})
    mismatches = []
    for name in names:
        old, new = (sorted(part.content for part in values(side.get(name), "")) for side in sides)
        if old != new:
            old_text = next((text for text in old if text not in new), "")
            new_text = next((text for text in new if text not in old), "")
            texts = old_text[:TEXT_SHOWN].removeprefix(": "), new_text[:TEXT_SHOWN].removeprefix(": ")
            place = f"{NAME}, {name}"
            mismatches.append(
                Mismatch("entry", place, *texts, causes=causes_of(editions.inputs), part=entry_called(name))
            )
    count, spelt = compare_canonical_form(editions)
    return len(names) + count, [*mismatches, *spelt]


def compare_canonical_form(editions: Editions) -> tuple[int, list[Mismatch]]:
    """(1, a mismatch if the manifest is not written as canonical JSON): a key may stand twice, and be read once."""
    way = how_written(editions.old)
    return 1, [] if way == CANONICAL else [Mismatch("entry", NAME, way, CANONICAL, part=HOW_WRITTEN)]


def how_written(side: Side) -> str:
    """Whether the manifest of an edition is written as canonical JSON, in words: CANONICAL, or otherwise."""
    return CANONICAL if (side.folder / NAME).read_bytes() == canonical(side.stored) else "otherwise"


def entry_called(name: str) -> str:
    """What an entry is called, by its key or by "story, key"."""
    key = name.rpartition(", ")[2]
    return ENTRY_NAMES.get(key, f"the entry {key}")


def _entries_of(stored: Mapping[str, Any]) -> dict[str, object]:
    """The entries of a manifest that are compared nowhere else, by story and key; receipts under names that repeat."""
    entries: dict[str, object] = {key: value for key, value in stored.items() if key not in COMPARED_ELSEWHERE}
    for slug, story in stored["stories"].items():
        names, nodes = named_by_content(story["nodes"])
        entries |= {f"{slug}, {key}": value for key, value in story.items() if key not in OF_STORIES_COMPARED_ELSEWHERE}
        entries |= {f"{slug}, {key}": story[key]["path"] for key in ("html", "annex") if key in story}
        entries[f"{slug}, nodes"] = nodes
        entries[f"{slug}, numbers"] = {
            path: [{**number, "node": names.get(number.get("node", ""), number.get("node", ""))} for number in numbers]
            for path, numbers in story.get("numbers", {}).items()
        }
    return entries


def named_by_content(nodes: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, str], dict[str, object]]:
    """(another name by name, the nodes of receipts under these): made of the content at nine digits.

    The names that a build gives depend on the last bit.
    """
    names: dict[str, str] = {}
    by_content: dict[str, object] = {}

    def name_of(name: str) -> str:
        if name not in names:
            node = rounded_numbers({**nodes[name], "inputs": [name_of(part) for part in nodes[name]["inputs"]]})
            names[name] = sha256(canonical(node))[:HASH_SHOWN]
            by_content[names[name]] = node
        return names[name]

    for name in sorted(nodes):
        name_of(name)
    return names, by_content
