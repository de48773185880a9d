"""What a story hands to the build when its notebook has run: findings with receipts, charts, questions, choices."""

from __future__ import annotations

from typing import Any

from toolkit.core.number import Number
from toolkit.core.tree import nodes_to_json
from toolkit.database.table import DATASET
from toolkit.notebook.choice import states_of
from toolkit.notebook.story_state import StoryState


def record_of(story: StoryState) -> dict[str, Any]:
    """The story for the edition, as JSON: findings, their receipts in "nodes", ids of charts, questions asked.

    `choices` has what readers choose from; a finding that rests on a choice has its "states".
    """
    states = {name: states_of(number, story.choices) for name, number in story.findings.items()}
    numbers_of_states = [number for found in states.values() for _, number in found]
    return {
        "slug": story.slug,
        "findings": {
            name: {
                "node": number.digest,
                "printed": str(number),
                "kind": str(number.kind),
                "label": story.labels[name],
                **({"states": [_state(*state) for state in states[name]]} if states[name] else {}),
            }
            for name, number in story.findings.items()
        },
        "choices": {name: choice.to_json() for name, choice in story.choices.items()},
        "nodes": nodes_to_json([*story.findings.values(), *numbers_of_states]),
        "charts": list(story.charts),
        "asked": story.asked,
        "queries": story.queries,
        "datasets": {name: story.database.reading(DATASET + name) for name in sorted(story.datasets)},
    }


def _state(picks: dict[str, str], number: Number) -> dict[str, Any]:
    return {"at": picks, "node": number.digest, "printed": str(number)}
