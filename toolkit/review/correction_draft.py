"""Drafts of corrections from the differences of two editions, for an editor to complete in data/corrections.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.build.manifest import numbers_of, stored_manifest
from toolkit.core.number import Number
from toolkit.reported.corrections import REQUIRED
from toolkit.review.diff import Change

NUMBER = re.compile(r"[0-9][0-9.,]*")
ENDS = (".", "!", "?", ".”", "!”", "?”")


@dataclass(frozen=True)
class Draft:
    """What was printed, what is printed now, and why: the first reported input that changed, "" where none did.

    `finding` is empty for a sentence.
    """

    story: str
    finding: str
    was: str
    now: str
    why: str


def drafts(old: Path, new: Path, changes: list[Change]) -> list[Draft]:
    """A draft for each finding whose printed text changed, then for each other sentence in which only numbers changed.

    `changes` are the changes between the two editions. Raises ToolkitError if one has no manifest that can be read.
    """
    manifests = [stored_manifest(edition) for edition in (old, new)]
    before, after = ({slug: story["findings"] for slug, story in manifest["stories"].items()} for manifest in manifests)
    numbers = [numbers_of(manifest) for manifest in manifests]
    slugs = sorted({*before} & {*after})
    correction_drafts = [
        draft
        for slug in slugs
        for draft in _findings(slug, before[slug], after[slug], [all_of[slug] for all_of in numbers])
    ]
    for change in changes:
        if (
            change.where in slugs
            and _other_number(change)
            and not any(_explains(draft, change) for draft in correction_drafts)
        ):
            correction_drafts.append(Draft(change.where, "", change.old, change.new, ""))
    return correction_drafts


def _other_number(change: Change) -> bool:
    """True for a sentence in which numbers changed, and no words."""
    words = {NUMBER.sub("", text) for text in (change.old, change.new)}
    return change.what == "words" and change.old.endswith(ENDS) and len(words) == 1


def _findings(slug: str, before: Mapping, after: Mapping, numbers: Sequence[Mapping[str, Number]]) -> Iterator[Draft]:
    for name in sorted({*before} & {*after}):
        old_text, new_text = before[name]["printed"], after[name]["printed"]
        if old_text != new_text:
            pair = (side[findings[name]["node"]] for side, findings in zip(numbers, (before, after), strict=True))
            yield Draft(slug, name, old_text, new_text, _reason(*pair))


def _reason(before: Number, after: Number) -> str:
    """The first input that both numbers have with different values, as a sentence; "" if there is none."""
    old, new = _leaves(before), _leaves(after)
    for ref in old:
        if ref in new and old[ref] != new[ref]:
            return f"The {ref.replace(':', ' ', 1)} was {old[ref]} and is {new[ref]}."
    return ""


def _leaves(number: Number) -> dict[str, str]:
    """The printed text of the inputs at the bottom of a number's receipt, by `ref`."""
    return {leaf.ref: str(leaf) for leaf in number.leaves() if leaf.ref}


def _explains(draft: Draft, change: Change) -> bool:
    return draft.story == change.where and draft.was in change.old and draft.now in change.new


def as_text(drafts: list[Draft]) -> str:
    """The drafts as entries of data/corrections.yml, with empty fields and comments for what an editor has to add."""
    lines = []
    first, *others = REQUIRED
    for draft in drafts:
        values = {key: getattr(draft, key, "") for key in (first, "finding", *others)}
        entry = [
            line
            for key, value in values.items()
            if value or key in REQUIRED
            for line in (
                [f"{key}: {json.dumps(value, ensure_ascii=False)}"] if value else [f"# {REQUIRED[key]}", f"{key}:"]
            )
        ]
        lines += [f"{'    ' if place else '  - '}{line}" for place, line in enumerate(entry)]
    return "\n".join(lines)


def as_json(drafts: list[Draft]) -> list[dict]:
    """The drafts as JSON values."""
    return [asdict(draft) for draft in drafts]
