"""Where words are put on a canvas: clear of other words, of marks, and of the canvas's edges. All lengths in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.charts.geometry import SLACK, Box, Position
from toolkit.charts.typography import ASCENT, DESCENT, text_width

WATERMARK_WEIGHT = 600  # of its font
WATERMARK_GAP = 10  # the least space between a watermark and text beside it on the same line
MARK_MARGIN = 3  # a mark nearer to a watermark than this counts as covered
GRID_STEPS = 24  # positions tried for a watermark along each side of a plot: 24 x 24
# what is wrong with a place for words: the sum of these is its cost
OFF_CANVAS, COVERS_TEXT, CROSSES_BACKGROUND, COVERS_MARK, LATER_CHOICE = 1000, 500, 25, 10, 0.01


@dataclass
class Occupied:
    """The boxes of what has been drawn on a canvas of this width: texts, marks, shaded backgrounds.

    Each background has the name of its colour in the palette.
    """

    width: float
    texts: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)
    backgrounds: list[tuple[Box, str]] = field(default_factory=list)

    def background_of(self, box: Box) -> str:
        """The name in the palette of the colour behind a box: of the first background around it, or "paper"."""
        return next((role for background, role in self.backgrounds if background.contains(box)), "paper")

    def cost(self, box: Box, avoid_marks: bool) -> float:
        """How bad it is to write in a box; 0 is free.

        For each pixel by which it leaves the canvas at the left, right or top (the bottom is open: the canvas grows
        with what is drawn), for each text it covers, each background it covers in part, each mark it covers.
        """
        cost = OFF_CANVAS * max(0.0, -box.left, box.right - self.width, -box.top)
        cost += COVERS_TEXT * sum(box.overlaps(text, SLACK) for text in self.texts)
        cost += COVERS_MARK * sum(box.overlaps(mark) for mark in self.marks) if avoid_marks else 0
        cost += CROSSES_BACKGROUND * sum(
            box.overlaps(background) and not background.contains(box) for background, _ in self.backgrounds
        )
        return cost

    def best(self, choices: Sequence[Sequence[Box]], avoid_marks: bool) -> int:
        """The index of the choice with the lowest cost; each choice is the boxes of all lines of a text.

        Earlier choices are preferred by a small amount. Raises ValueError if there are no choices.
        """
        costs = []
        for index, boxes in enumerate(choices):
            cost = index * LATER_CHOICE
            for box in boxes:
                cost += self.cost(box, avoid_marks)
            costs.append(cost)
        return costs.index(min(costs))

    def watermark_place(self, words: str, size: float, plot: Box) -> tuple[float, Position] | None:
        """(cost, position) of the best place in a plot for words of a font size; None if each would cover a text.

        The cost is the number of marks covered, plus less than 1 for the distance from the top left of the plot.
        """
        width, best = text_width(words, size, WATERMARK_WEIGHT), None
        for row in range(GRID_STEPS):
            for column in range(GRID_STEPS):
                left = plot.left + 4 + (plot.right - plot.left - width - 8) * column / (GRID_STEPS - 1)
                baseline = plot.top + size * 0.9 + (plot.bottom - plot.top - size * 1.2) * row / (GRID_STEPS - 1)
                box = Box(left - 4, baseline - size * ASCENT - 3, left + width + 4, baseline + size * DESCENT + 3)
                with_gap = Box(box.left - WATERMARK_GAP, box.top, box.right + WATERMARK_GAP, box.bottom)
                if box.left < plot.left or box.right > plot.right or any(with_gap.overlaps(t) for t in self.texts):
                    continue
                cost = sum(box.overlaps(mark, -MARK_MARGIN) for mark in self.marks) + 0.001 * (row + column)
                if best is None or cost < best[0]:
                    best = (cost, (left, baseline, "start"))
        return best
