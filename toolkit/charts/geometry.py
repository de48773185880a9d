"""Boxes in pixels: the space that marks and words take up, and whether two of them overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.charts.typography import ASCENT, DESCENT, text_width

SLACK = 0.75  # pixels by which two measured texts may touch

Point = tuple[float, float]
Position = tuple[float, float, str]  # of words: x, baseline, anchor


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas; y grows downwards, so that top is less than bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 0.0) -> bool:
        """True if the two share more than `slack` pixels, across and down; if below 0, if they are nearer than that."""
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def contains(self, other: Box) -> bool:
        """True if the other lies inside, edges included."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    @property
    def size(self) -> tuple[float, float]:
        """(width, height) in pixels."""
        return self.right - self.left, self.bottom - self.top

    def moved(self, down: float, right: float = 0.0) -> Box:
        """The box so many pixels further down, and to the right."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def joined(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def text_box(x: float, y: float, words: str, size: float, weight: int = 400, anchor: str = "start") -> Box:
    """The box of a line of text on the baseline `y`, by the widths of the font that pages carry.

    `x` is its "start", "middle" or "end", as `anchor` says.
    """
    width = text_width(words, size, weight)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - ASCENT * size, left + width, y + DESCENT * size)


def turned(box: Box, x: float, y: float, degrees: float) -> list[Point]:
    """The corners of a box that is turned clockwise about a point, in order around it."""
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    return turned_points(corners, x, y, degrees) if degrees else corners


def turned_points(points: list[Point], x: float, y: float, degrees: float) -> list[Point]:
    """Points that are turned clockwise about (x, y)."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        (x + (right - x) * cosine - (down - y) * sine, y + (right - x) * sine + (down - y) * cosine)
        for right, down in points
    ]


def box_around(points: list[Point], radius: float = 0.0) -> Box:
    """The upright box around points, and so many pixels more on each side."""
    across, down = zip(*points, strict=True)
    return Box(min(across) - radius, min(down) - radius, max(across) + radius, max(down) + radius)


def are_apart(one: list[Point], other: list[Point]) -> bool:
    """True if a line can be drawn between two rectangles, given by their corners: they share no point then."""
    for corners in (one, other):
        for (x0, y0), (x1, y1) in zip(corners, corners[1:3], strict=False):  # two sides; the others are parallel
            first, second = ([(x1 - x0) * x + (y1 - y0) * y for x, y in points] for points in (one, other))
            if max(first) <= min(second) or max(second) <= min(first):
                return True
    return False


def along_line(points: Sequence[Point]) -> list[Box]:
    """A line through points as a row of small boxes, at most 8 pixels apart."""
    found = []
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) // 8))
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            found.append(Box(x - 1.5, y - 1.5, x + 1.5, y + 1.5))
    return found


def places_around(points: list[Point]) -> list[Position]:
    """Places of words outside a closed line of points, in pixels: (x, y, anchor), those below it first."""
    cx = sum(point[0] for point in points) / len(points)
    cy = sum(point[1] for point in points) / len(points)
    order = sorted(points, key=lambda point: -(point[1] - cy) + 0.3 * abs(point[0] - cx))
    spots: list[Position] = []
    for px, py in order:
        below = py > cy
        anchor = "end" if px < cx - 8 else "start" if px > cx + 8 else "middle"
        spots.append((px + {"end": -6, "start": 6, "middle": 0}[anchor], py + (16 if below else -7), anchor))
    return spots
