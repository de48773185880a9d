"""Where words find room: clear of other words, of marks, and of the edges of the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.charts.geometry import SLACK, Box, Position
from toolkit.charts.typography import ASCENT, DESCENT, text_width

AWAY = 10  # pixels that a watermark keeps from words on its line
STEPS = 24  # places tried along each side of a plot


@dataclass
class Occupied:
    """What stands on a canvas of a width: texts, marks, and shaded backgrounds with their colours."""

    width: float
    texts: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)
    backgrounds: list[tuple[Box, str]] = field(default_factory=list)

    def background_of(self, box: Box) -> str:
        """The colour behind a box."""
        return next((role for ground, role in self.backgrounds if ground.contains(box)), "paper")

    def cost(self, box: Box, marks: bool) -> float:
        """How bad it is to write in a box: over an edge or other words, across a background's edge, over marks."""
        cost = 1000 * max(0.0, -box.left, box.right - self.width, -box.top)
        cost += 500 * sum(box.overlaps(other, SLACK) for other in self.texts)
        cost += 10 * sum(box.overlaps(other) for other in self.marks) if marks else 0
        cost += 25 * sum(box.overlaps(ground) and not ground.contains(box) for ground, _ in self.backgrounds)
        return cost

    def best(self, choices: Sequence[Sequence[Box]], marks: bool) -> int:
        """Which of several places for some lines of words is the least bad, the first of those alike."""
        costs = []
        for order, boxes in enumerate(choices):
            cost = order * 0.01
            for box in boxes:
                cost += self.cost(box, marks)
            costs.append(cost)
        return costs.index(min(costs))

    def room_for(self, words: str, size: float, plot: Box) -> tuple[float, Position] | None:
        """The place in a plot for large words that is clear of all texts, and how many marks are under it.

        None where there is no such place.
        """
        width, best = text_width(words, size, 600), None
        for row in range(STEPS):
            for column in range(STEPS):
                left = plot.left + 4 + (plot.right - plot.left - width - 8) * column / (STEPS - 1)
                base = plot.top + size * 0.9 + (plot.bottom - plot.top - size * 1.2) * row / (STEPS - 1)
                box = Box(left - 4, base - size * ASCENT - 3, left + width + 4, base + size * DESCENT + 3)
                apart = Box(box.left - AWAY, box.top, box.right + AWAY, box.bottom)
                if box.left < plot.left or box.right > plot.right or any(apart.overlaps(t) for t in self.texts):
                    continue
                cost = sum(box.overlaps(mark, -3) for mark in self.marks) + 0.001 * (row + column)
                if best is None or cost < best[0]:
                    best = (cost, (left, base, "start"))
        return best
