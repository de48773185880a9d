"""A strip of ten cells, a tenth of a ranked population each, that shows which groups of it are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.charts.canvas import MARKS, POINTS, Canvas
from toolkit.charts.drawing import Drawing
from toolkit.core.errors import ToolkitError


@dataclass(frozen=True)
class RankedGroup:
    """A group of a ranked population: tenths `first` to `last` (1 is the lowest), or the member at a percentile.

    `percentile` runs from 0 to 100; None for tenths, which then are not 0.
    """

    first: int = 0
    last: int = 0
    percentile: float | None = None


def ranked_group(code: str, drawing: Drawing) -> RankedGroup:
    """ "10", "9-10", "median" or "p90" as a group. Raises ToolkitError for any other code."""
    if code == "median":
        return RankedGroup(percentile=50)
    if found := re.fullmatch(r"p(\d{1,2}(?:\.\d)?)", code):
        return RankedGroup(percentile=float(found[1]))
    if found := re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", code):
        first, last = int(found[1]), int(found[2] or found[1])
        if 1 <= first <= last <= 10:
            return RankedGroup(first, last)
    raise ToolkitError(
        drawing.where,
        f"the strip code {code!r}",
        allowed='"10" (top tenth), "9-10" (top fifth), "1", "1-2", "median", "p90"',
        remedy="say who is compared with such a code",
    )


def decile_strip(
    canvas: Canvas, x: float, middle: float, width: float, more: RankedGroup, less: RankedGroup, role: str
) -> None:
    """A strip from the lowest tenth at `x`, around the height `middle`, with two groups in the colour `role`.

    Tenths of `more` are filled, those of `less` outlined; a percentile is a tick, doubled for the median. Pixels.
    """
    pitch, high = width / 10, 13.0
    for tenth in range(1, 11):
        left, right = x + (tenth - 1) * pitch + 0.75, x + tenth * pitch - 0.75
        if more.first <= tenth <= more.last:
            canvas.rect(left, middle - high / 2, right, middle + high / 2, fill=role)
        else:
            canvas.rect(
                left + 0.5,
                middle - high / 2 + 0.5,
                right - 0.5,
                middle + high / 2 - 0.5,
                fill="slip",
                stroke="context",
                width=1,
            )
    if less.first:
        for tenth in range(less.first, less.last + 1):
            left, right = x + (tenth - 1) * pitch + 1.15, x + tenth * pitch - 1.15
            canvas.rect(
                left,
                middle - high / 2 + 0.4,
                right,
                middle + high / 2 - 0.4,
                fill="slip",
                stroke=role,
                width=2.25,
                level=POINTS,
            )
    for group, heavy in ((less, False), (more, True)):
        if group.percentile is not None:
            percentile_tick(canvas, x + width * group.percentile / 100, middle, role, heavy, group.percentile == 50)


def percentile_tick(
    canvas: Canvas, x: float, middle: float, role: str, heavy: bool = False, double: bool = False
) -> None:
    """A vertical stroke through the strip at `x`, or two of them; `heavy` makes a single one thicker."""
    clear = 4.2 if double else 3.0
    canvas.rect(x - clear, middle - 11, x + clear, middle + 11, fill="paper", level=MARKS)
    for place in (-1.9, 1.9) if double else (0,):
        canvas.rule(
            x + place, middle - 11, x + place, middle + 11, role, 3.4 if heavy and not double else 1.6, level=POINTS
        )
