"""Drafts of corrections from the differences of two editions, for an editor to complete in data/corrections.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from toolkit.build.manifest import numbers_of, stored_manifest
from toolkit.core.number import Number
from toolkit.review.diff import Change

NUMBER = re.compile(r"[0-9][0-9.,]*")
ENDS = (".", "!", "?", ".”", "!”", "?”")
BLANKS = {"on": "the day it is published", "noticed_by": "who noticed", "why": "the reason, in a sentence"}


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


def drafts(old: Path, new: Path, found: list[Change]) -> list[Draft]:
    """A draft for each finding whose printed text changed, then for each other sentence in which only numbers changed.

    `found` are the changes between the two editions. Raises ToolkitError if one has no manifest that can be read.
    """
    manifests = [stored_manifest(edition) for edition in (old, new)]
    before, after = ({slug: story["findings"] for slug, story in one["stories"].items()} for one in manifests)
    numbers = [numbers_of(one) for one in manifests]
    both = sorted({*before} & {*after})
    made = [
        draft
        for slug in both
        for draft in _findings(slug, before[slug], after[slug], [all_of[slug] for all_of in numbers])
    ]
    for change in found:
        if change.where in both and _other_number(change) and not any(_explains(draft, change) for draft in made):
            made.append(Draft(change.where, "", change.old, change.new, ""))
    return made


def _other_number(change: Change) -> bool:
    """True for a sentence in which numbers changed, and no words."""
    words = {NUMBER.sub("", text) for text in (change.old, change.new)}
    return change.what == "words" and change.old.endswith(ENDS) and len(words) == 1


def _findings(slug: str, before: Mapping, after: Mapping, numbers: Sequence[Mapping[str, Number]]) -> Iterator[Draft]:
    for name in sorted({*before} & {*after}):
        was, now = before[name]["printed"], after[name]["printed"]
        if was != now:
            pair = (side[one[name]["node"]] for side, one in zip(numbers, (before, after), strict=True))
            yield Draft(slug, name, was, now, _reason(*pair))


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


def as_text(made: list[Draft]) -> str:
    """The drafts as entries of data/corrections.yml, with empty fields and comments for what an editor has to add."""
    lines = []
    for draft in made:
        values = {
            "story": draft.story,
            "finding": draft.finding,
            "on": "",
            "was": draft.was,
            "now": draft.now,
            "why": draft.why,
            "noticed_by": "",
        }
        entry = [
            line
            for key, value in values.items()
            if value or key in BLANKS
            for line in (
                [f"{key}: {json.dumps(value, ensure_ascii=False)}"] if value else [f"# {BLANKS[key]}", f"{key}:"]
            )
        ]
        lines += [f"{'    ' if place else '  - '}{line}" for place, line in enumerate(entry)]
    return "\n".join(lines)


def as_json(made: list[Draft]) -> list[dict]:
    """The drafts as JSON values."""
    return [asdict(draft) for draft in made]
