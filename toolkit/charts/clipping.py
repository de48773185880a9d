"""Marks that reach beyond their plot or the drawing, or are not there: a reader would see less than the data say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from toolkit.charts.drawn_marks import DrawnMark, DrawnMarks
from toolkit.charts.geometry import Box, Point
from toolkit.core.errors import Problem

BARS = re.compile("mark-rect role-mark .*marks")  # of the data, not the brush of a selection
SEEN = 0.01  # pixels that a bar of a value has at least
ROOM = 2.0  # pixels beyond the edge that belong to a mark's outline


def cut_off(drawn: DrawnMarks, where: str) -> Iterator[Problem]:
    """A problem for each group of marks of which a part lies outside the box that it is clipped to."""
    cut = Counter(group for mark in drawn.marks for group in mark.groups if _is_cut(mark, group.clip))
    for group, count in cut.items():
        marks = (group.names.split() or ["mark"])[0].removeprefix("mark-")
        yield Problem(
            where,
            f"{count} marks ({marks}) are cut off at the edge of the plot",
            "marks inside the plot",
            "widen the domain of the scale, or filter the rows, so that what is left out is left out in words",
        )


def without_marks(drawn: DrawnMarks, where: str) -> Iterator[Problem]:
    """The problem of a chart without a mark, whose axes alone say nothing."""
    if not any("role-mark" in mark.names and (mark.points or mark.words) for mark in drawn.marks):
        found = "no mark: no row passes its filters, or no row has values in all of its fields"
        yield Problem(where, found, "a mark at the least", "look at its filters and the rows of its frame")


def without_size(drawn: DrawnMarks, where: str) -> Iterator[Problem]:
    """The problem of bars and cells none of which has both a width and a height."""
    bars = (mark for mark in drawn.marks if BARS.fullmatch(mark.names))
    boxes = [mark.box for mark in bars if mark.points]
    if boxes and all(min(box.size) < SEEN for box in boxes):
        yield Problem(
            where,
            f"{len(boxes)} bars, none of which has a width and a height",
            "bars from zero, which a log scale does not have, to values inside the domain",
            "leave the scale out, widen its domain, or draw points: mark_point",
        )


def _is_cut(mark: DrawnMark, clip: Box | None) -> bool:
    return clip is not None and any(_outside(point, clip) for point in mark.points)


def _outside(point: Point, box: Box) -> bool:
    x, y = point
    return not (box.left - ROOM <= x <= box.right + ROOM and box.top - ROOM <= y <= box.bottom + ROOM)
