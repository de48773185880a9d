"""Lines through values: broken at gaps, dashed as the kind of their numbers is, with a band where these are ranges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.dates import moment
from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.plots import places_of, refuse_twice
from toolkit.charts.slots import column_words
from toolkit.core.errors import ToolkitError

SLACK = 1.2  # of the shortest distance: months and years are not equally long
LONE, LAST = 80, 135  # square pixels of points
STRONG, USUAL = 3.0, 2.25  # pixels that lines are wide
WIDTHS = {"context": 1.75}  # of lines of a role


@dataclass(frozen=True)
class LinePoint:
    """A point of a line: its row of the table, where it stands on the x axis, its value, None in a gap."""

    index: int
    at: float
    value: Cell | None
    kind: str = ""


Series = Mapping[str, Sequence[LinePoint]]  # the points of each line in order, by the line's name


def series_of(
    rows: Sequence[tuple[str, Cell | str, Cell | None]],
    drawing: Drawing,
    known_to: str | None = None,
    held: bool = False,
) -> Series:
    """The points of lines in order, of rows (line, x, value); lines without a value are left out.

    Nothing is on record after `known_to`. Lines of years or months have a gap where the table leaves some out, unless
    values are `held`. Raises ToolkitError where no line has a value, for two of a line in one place, and for no date.
    """
    placed = [(name, column_words(x) or x) for name, x, value in rows if value]
    refuse_twice(placed, lambda place: tuple(part for part in place if part), drawing)
    at = places_of([x for _, x, _ in rows], drawing)
    known = moment(known_to, drawing.where) if known_to else float("inf")
    found: dict[str, list[LinePoint]] = {}
    for index in sorted(range(len(rows)), key=lambda index: at[index]):
        name, _, value = rows[index]
        kind = looks.PROJECTED if at[index] > known else ""
        found.setdefault(name, []).append(LinePoint(index, at[index], value, kind))
    periods = all(isinstance(x, str) and len(x) < len("2026-01-01") for _, x, _ in rows)
    series: dict[str, list[LinePoint]] = {}
    for name, points in found.items():
        while points and not points[-1].value:
            points.pop()
        if points:
            series[name] = with_gaps(points) if periods and not held else points
    if not series:
        raise ToolkitError(drawing.where, "no value in y", "one at the least", "look at the question")
    return series


def with_gaps(points: list[LinePoint]) -> list[LinePoint]:
    """The points of a line of years or months, with one without a value where the table leaves some out.

    That is where most follow at one distance: a line of a few years apart from each other has no gaps.
    """
    steps = [later.at - point.at for point, later in pairwise(points)]
    usual = min(steps, default=0) * SLACK
    if sum(step <= usual for step in steps) <= len(steps) / 2:
        return points
    found = [points[0]]
    for step, point in zip(steps, points[1:], strict=True):
        found += [LinePoint(-1, point.at, None), point] if step > usual else [point]
    return found


def pieces_of(series: Series, roles: Mapping[str, str]) -> dict[int, list[tuple[str, str]]]:
    """(piece, its look) of each row: a line has a new piece after a gap, and where its kind changes.

    Where only the kind changes, the row before belongs to both pieces.
    """
    pieces_by_row: dict[int, list[tuple[str, str]]] = {}
    for name, points in series.items():
        number, before, look = 0, None, ""
        for point in points:
            if point.value is None:
                before = None
                continue
            look_before, look = look, looks.with_kind(roles[name], point.kind or point.value.kind)
            number += before is None or look != look_before
            piece = (f"{name} {number}".strip(), look)
            if before is not None and look != look_before:
                pieces_by_row[before.index].append(piece)
            pieces_by_row.setdefault(point.index, []).append(piece)
            before = point
    return pieces_by_row


class Paths:
    """The lines of a chart as layers without x: a path for each piece, its band, and points where it is one alone.

    Lines named in `strong` are drawn wide, with a point at their end. Rows go by their index in the table.
    """

    def __init__(self, fields: Fields, series: Series, roles: Mapping[str, str], strong: Collection[str]) -> None:
        self.fields = fields
        self.points = {point.index: point for points in series.values() for point in points if point.value}
        self.names = {point.index: name for name, points in series.items() for point in points}
        self.roles, self.strong = roles, strong
        self.pieces = pieces_of(series, roles)
        self.shared = any(len(found) > 1 for found in self.pieces.values())
        self.looks = list(dict.fromkeys(look for found in self.pieces.values() for _, look in found))
        every = range(len(fields.records))
        self.piece = fields.add("piece", [self._listed(row, 0) for row in every])
        self.look = fields.add("look", [self._listed(row, 1) for row in every])
        self.ranged = any(point.value.is_range for point in self.points.values() if point.value)
        self.middle = fields.add("middle", [self._middle(row) for row in every])

    def _listed(self, row: int, part: Literal[0, 1]) -> Any:
        found = [piece[part] for piece in self.pieces.get(row, [])]
        return found if self.shared and found else found[0] if found else None

    def layers(self, low: str, high: str, shape: Any = "linear") -> list[alt.Chart]:
        """Bands, lines and points; `low` and `high` are the fields of the ends of values, `shape` says how lines run.

        Smooth lines have no point at their last value.
        """
        palette = self.fields.drawing.palette
        detail = alt.Detail(field=self.piece, type="nominal")
        made = []
        if self.ranged:
            band = self._chart().mark_area(interpolate=shape, line=False)
            fills = looks.bands_among(self.looks, self.look, palette)
            made.append(band.encode(y=alt.Y(field=low, type="quantitative"), y2=high, detail=detail, **fills))
        y = alt.Y(field=self.middle, type="quantitative")
        line = self._chart().mark_line(interpolate=shape, strokeCap="butt", strokeJoin="round")
        strokes = looks.strokes_among(self.looks, self.look, palette)
        made.append(line.encode(y=y, detail=detail, strokeWidth=self._widths(), **strokes))
        return [*made, *self._points(y, shape != "monotone")]

    def _chart(self) -> alt.Chart:
        """A chart of the rows of lines; of a row that two pieces share, there are two."""
        chart = of_rows_with(alt.Chart(), self.piece)
        return chart.transform_flatten([self.piece, self.look]) if self.shared else chart

    def _middle(self, row: int) -> float | None:
        value = self.points[row].value if row in self.points else None
        return value.middle if value else None

    def _widths(self) -> alt.StrokeWidthValue:
        names = {self.names[row] for row in self.points}
        wide = {name: STRONG if name in self.strong else WIDTHS.get(self.roles[name], USUAL) for name in names}
        every = range(len(self.fields.records))
        line = self.fields.add("line", [self.names.get(row) for row in every])
        return looks.by_value(alt.StrokeWidthValue, line, {name: wide[name] for name in sorted(names)})

    def _points(self, y: alt.Y, ended: bool) -> list[alt.Chart]:
        """Points that show a value alone and the last of strong lines, and one to point at for each value."""
        fields = self.fields
        counts = Counter(piece for found in self.pieces.values() for piece, _ in found)
        last = {self.names[row]: row for row in self.points}
        ends = [row for name, row in last.items() if ended and name in self.strong]
        sizes = [
            LAST if row in ends else LONE if self._alone(row, counts) else None for row in range(len(fields.records))
        ]
        unseen = of_rows_with(alt.Chart().mark_point(size=90, opacity=0), self.piece)
        made = [unseen.encode(y=y, tooltip=fields.tooltip)]
        if any(sizes):
            size = fields.add("point_size", sizes)
            look = fields.add(
                "point_look", [found[-1][1] if (found := self.pieces.get(row)) else None for row in range(len(sizes))]
            )
            point = of_rows_with(alt.Chart().mark_point(opacity=1), size)
            channels = looks.points_among(self.looks, look, fields.drawing.palette)
            sized = alt.Size(field=size, type="quantitative", scale=None, legend=None)
            made.insert(0, point.encode(y=y, size=sized, tooltip=fields.tooltip, **channels))
        return made

    def _alone(self, row: int, counts: Mapping[str, int]) -> bool:
        return row in self.pieces and all(counts[piece] == 1 for piece, _ in self.pieces[row])
