"""Where words are put on a canvas: clear of other words, of marks, and of the canvas's edges. All lengths in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.charts.geometry import SLACK, Box

# What may be wrong with a place for words; the sum is its cost.
OFF_CANVAS = 1000  # for each pixel
COVERS_TEXT = 500  # for each text, and so on
CROSSES_BACKGROUND = 25
COVERS_MARK = 10
LATER_CHOICE = 0.01  # for each choice before it


@dataclass
class Occupied:
    """The boxes of what has been drawn on a canvas between three edges: texts, marks, shaded backgrounds.

    The bottom is open: the canvas grows with what is drawn.
    """

    left: float
    right: float
    top: float = 0.0
    texts: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)
    backgrounds: list[Box] = field(default_factory=list)

    def is_on_background(self, box: Box) -> bool:
        """Whether a box lies inside a background, not on paper."""
        return any(background.contains(box) for background in self.backgrounds)

    def cost(self, box: Box) -> float:
        """How bad it is to write in a box; 0 is free.

        For each pixel by which it leaves the canvas, for each text it covers, each background it covers in part, each
        mark it covers.
        """
        cost = OFF_CANVAS * max(0.0, self.left - box.left, box.right - self.right, self.top - box.top)
        cost += COVERS_TEXT * sum(box.overlaps(text, SLACK) for text in self.texts)
        cost += COVERS_MARK * sum(box.overlaps(mark) for mark in self.marks)
        cost += CROSSES_BACKGROUND * sum(
            box.overlaps(background) and not background.contains(box) for background in self.backgrounds
        )
        return cost

    def take(self, choices: Sequence[Sequence[Box]]) -> int:
        """The index of the choice with the lowest cost, which is occupied from now on.

        Each choice is the boxes of all lines of a text; earlier ones are preferred by a small amount. Raises ValueError
        if there are none.
        """
        costs = [index * LATER_CHOICE + sum(map(self.cost, boxes)) for index, boxes in enumerate(choices)]
        best = costs.index(min(costs))
        self.texts += choices[best]
        return best


def spaced_apart(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """A position for each wanted one, as near as possible to it and at least `gap` apart, in the order given.

    All lie from `low` to `high` if there is room for them. Neighbours that come too near form a group, which is centred
    on the mean of its wanted positions.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[tuple[float, int]] = []  # mean of the wanted positions, number of members
    for index in order:
        centre, members = wanted[index], 1
        while groups and groups[-1][0] + (groups[-1][1] + members) / 2 * gap > centre:
            centre_before, members_before = groups.pop()
            both = members_before + members
            centre, members = (centre_before * members_before + centre * members) / both, both
        groups.append((centre, members))
    positions: list[float] = []  # in `order`
    for centre, members in groups:
        half = (members - 1) / 2 * gap
        centre = min(max(centre, low + half), high - half)
        positions += [centre + (step - (members - 1) / 2) * gap for step in range(members)]
    for step in range(1, len(positions)):  # clamping may have pushed groups into one another
        positions[step] = max(positions[step], positions[step - 1] + gap)
    result = [0.0] * len(wanted)
    for index, position in zip(order, positions, strict=True):
        result[index] = position
    return result
