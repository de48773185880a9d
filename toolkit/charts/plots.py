"""Plots with two axes as Altair has them: round scales, their axes, and refusals of what they cannot hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import altair as alt

from toolkit.charts.altair_axes import axis_lines, labelled, tick_label_expression
from toolkit.charts.dates import DAY, ISO, moment, ticks_of_dates
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.fields import Fields
from toolkit.charts.geometry import Point
from toolkit.charts.layers import layered
from toolkit.charts.scales import PixelScale, positive, round_step, tick_words, unit_of
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.locales import Locale

ABOVE = 10.0  # pixels from a plot up to the title of its upright axis
ROOM = 46.0  # pixels from one date to the next at the least
PADDING = 7  # pixels between the labels of an upright axis and the plot
EDGE = 8  # pixels from the plot's right end to that of the drawing, so that no mark at its end is cut
R = TypeVar("R")


@dataclass(frozen=True)
class AxisScale:
    """A scale of numbers, or of moments, the values at its ticks, and their words."""

    low: float
    high: float
    ticks: list[float]
    words: list[str]
    type: Literal["linear", "log", "utc"] = "linear"

    @classmethod
    def on(cls, scale: PixelScale, count: int, unit: str, locale: Locale) -> AxisScale:
        """A scale in pixels with about `count` ticks, their words in a unit."""
        ticks = scale.ticks(count)
        words = tick_words(ticks, unit, scale.log, locale)
        return cls(scale.low, scale.high, ticks, words, "log" if scale.log else "linear")

    @property
    def log(self) -> bool:
        """Whether equal distances are equal multiples."""
        return self.type == "log"

    @property
    def field_type(self) -> Literal["temporal", "quantitative"]:
        """The type of a field on the scale."""
        return "temporal" if self.type == "utc" else "quantitative"

    def scale(self) -> alt.Scale:
        """The scale as Altair has it, as long as the plot."""
        rest: dict[str, Any] = {"zero": False} if self.type == "linear" else {}
        return alt.Scale(type=self.type, domain=[self.low, self.high], nice=False, **rest)

    def x(self, field: str, plot: Plot, title: str = "", **more: Any) -> alt.X:
        """The channel of a field along the bottom; `more` says what its axis looks like, as `across` has it."""
        return alt.X(field=field, type=self.field_type, scale=self.scale(), axis=self.across(plot, title, **more))

    def y(self, plot: Plot, title: str = "", **more: Any) -> alt.Y:
        """The channel upwards; `more` is its field, stack and the like."""
        return alt.Y(type=self.field_type, scale=self.scale(), axis=self.upright(plot, title), **more)

    def across(self, plot: Plot, title: str = "", grid: bool = False, base: bool = False) -> alt.Axis:
        """The axis under the plot, with a line if it is a `base`; a label that would touch another is left empty."""
        places, dates = {tick: plot.x.at(tick) for tick in self.ticks}, self.type == "utc"
        context, look = plot.drawing.palette.light["context"], axis_lines(plot.drawing) if grid else {"grid": False}
        if base:
            look |= {"domain": True, "domainColor": context}
        if dates:
            look |= {"ticks": True, "tickSize": 5, "tickColor": context}
        return alt.Axis(
            **labelled(
                places, self.words, plot.layout.detail, plot.x.end, "time(datum.value)" if dates else "datum.value"
            ),
            **titled(title, plot),
            **look,
        )

    def upright(self, plot: Plot, title: str = "") -> alt.Axis:
        """The axis left of the plot, its title above it."""
        said, size = wrapped(title, plot.layout.width, plot.layout.detail) if title else [], plot.layout.detail
        further: dict[str, Any] = {}
        if len(said) > 1:  # Vega puts the first line where the last should stand
            further["titleY"] = -ABOVE - (len(said) - 1) * (size + 2)
        return alt.Axis(
            values=self.ticks,
            labelExpr=tick_label_expression(self.ticks, self.words),
            labelOverlap=False,
            labelPadding=PADDING,
            minExtent=plot.left,
            maxExtent=plot.left,
            title=said or None,
            titleX=-plot.left,
            **axis_lines(plot.drawing),
            **further,
        )


@dataclass(frozen=True)
class Plot:
    """A plot's place in a drawing: pixels left of it for labels, and its own scales in pixels from its top left."""

    drawing: Drawing
    layout: Layout
    left: float
    x: PixelScale
    y: PixelScale

    def at(self, x: float | str, y: float) -> Point:
        """Where two values stand, the first a number or a date, in pixels. Raises ToolkitError for another text."""
        return self.x.at(moment(x, self.drawing.where) if isinstance(x, str) else x), self.y.at(y)

    def chart(self, layers: Sequence[alt.Chart], fields: Fields) -> alt.LayerChart | alt.FacetChart:
        """The layers over each other, with the axes as wide as the layout."""
        return layered(*layers, data=fields.data, width=self.x.end, height=self.y.start)


def axis_scale(
    cells: Sequence[Cell],
    drawing: Drawing,
    count: int,
    zero: bool = True,
    log: bool = False,
    start: float | None = None,
    axis: str = "y",
) -> AxisScale:
    """The scale for some numbers: about `count` steps, from zero unless `zero` is False, its ends at ticks.

    It begins at `start` if that is given, and has room for notes on the axis.

    Raises ToolkitError for two currencies, for values below `start`, and for those that no log scale has.
    """
    ends = [end for cell in (*cells, *drawing.annotated_values(axis)) for end in (cell.low, cell.high)]
    low, high, unit = min(ends), max(ends), unit_of(cells)
    if start is not None and low < start:
        least, first = (drawing.in_scale_of(end, drawing.encodings.get(axis, "")) for end in (low, start))
        found, allowed = f"a value of {least:g} below the axis", f"values from {first:g}"
        raise ToolkitError(drawing.where, found, allowed, f"set {axis}_from lower")
    if log:
        positive(ends, drawing.where, "an axis")
        low, high = (low / 1.2, high * 1.2) if high / low >= 10 else (low / 2, max(high * 1.2, low * 10))
        ticks = PixelScale(low, high, 0, 1, log=True).ticks(count)
    else:
        low, high = (min(0.0, low), max(0.0, high)) if zero and start is None else (low, high)
        low = low if start is None else start
        high = high if high > low else low + (abs(low) or 1)
        step = round_step((high - low) / count)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        ticks = [float(f"{place * step:.12g}") for place in range(first, last + 1)]
        low, high = ticks[0] if start is None else start, ticks[-1]
        ticks = [tick for tick in ticks if tick >= low]
    return AxisScale(low, high, ticks, tick_words(ticks, unit, log, drawing.locale), "log" if log else "linear")


def along(values: Sequence[Cell | str], drawing: Drawing, width: float, log: bool = False) -> AxisScale:
    """The scale along the bottom for dates or for numbers, from the first to the last, on so many pixels.

    Raises ToolkitError where dates stand among numbers, for a text that is no date, and for what no log scale has.
    """
    dates = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if isinstance(value, Cell)]
    if dates and numbers:
        raise ToolkitError(drawing.where, "x holds dates and numbers", "one of them", "draw them apart")
    texts = [text for text in drawing.texts_noted() if ISO.fullmatch(text)]
    noted: list[Cell | str] = [*(texts if dates else drawing.annotated_values("x"))]
    found = places_of([*values, *noted], drawing)
    found += [one.high for one in noted if isinstance(one, Cell)]
    low, high = min(found), max(found)
    if dates:
        low, high = (low, high) if high > low else (low - DAY, high + DAY)
        ticks = ticks_of_dates(low, high, width, ROOM, drawing.locale)
        return AxisScale(low, high, [at for at, _ in ticks], [word for _, word in ticks], "utc")
    if log:
        positive(found, drawing.where, "x")
    low, high = (low, high) if high > low else (low / 2, high * 2) if log else (low - 1, high + 1)
    scale = PixelScale(low, high, 0, width, log)
    return AxisScale.on(scale, 6 if width > ROOM * 10 else 4, unit_of(numbers), drawing.locale)


def places_of(values: Sequence[Cell | str], drawing: Drawing) -> list[float]:
    """Where dates or numbers stand on their scale. Raises ToolkitError for a text that is no date."""
    return [moment(value, drawing.where) if isinstance(value, str) else value.low for value in values]


def plot_of(x: AxisScale, y: AxisScale, drawing: Drawing, layout: Layout, height: float, right: float = EDGE) -> Plot:
    """A plot of this height, with room for the labels of `y` left of it and so many pixels right of it."""
    left = math.ceil(max(text_width(word, layout.detail) for word in y.words)) + PADDING
    across = PixelScale(x.low, x.high, 0, layout.width - left - right, x.log)
    return Plot(drawing, layout, left, across, PixelScale(y.low, y.high, height, 0, y.log))


def titled(title: str, plot: Plot) -> dict[str, Any]:
    """The title under a plot: at the right in the wide layout, at the left edge in the narrow one."""
    layout = plot.layout
    if not title:
        return {"title": None}
    place = (
        {"titleAnchor": "end", "titleAlign": "right"}
        if layout.wide
        else {"titleAnchor": "start", "titleAlign": "left", "titleX": -plot.left}
    )
    return {"title": wrapped(title, layout.width, layout.detail), **place}


def refuse_twice(rows: Iterable[R], place: Callable[[R], Hashable], drawing: Drawing) -> None:
    """Raises ToolkitError naming every place, such as a group and a date, that more than one row has a value for."""
    count: dict[Hashable, int] = {}
    for row in rows:
        count[place(row)] = count.get(place(row), 0) + 1
    problems = [
        Problem(
            drawing.where,
            f"{times} values for {', '.join(map(str, found)) if isinstance(found, tuple) else found}",
            "one value in one place",
            "add them up, choose one, or name what they differ in, in the question behind the table",
        )
        for found, times in count.items()
        if times > 1
    ]
    if problems:
        raise ToolkitError(problems)


def refuse_ranges(cells: Iterable[Cell], drawing: Drawing, other: str) -> None:
    """Raises ToolkitError for the first range; `other` is a form that draws ranges."""
    ranged = next((cell for cell in cells if cell.is_range), None)
    if ranged:
        raise ToolkitError(drawing.where, f"the range {ranged.text!r}", "single values", f'use the form "{other}"')


def refuse_unstacked(parts: Sequence[tuple[str, Cell | str, Cell]], drawing: Drawing) -> None:
    """Raises ToolkitError unless each group has one value from zero at each place, of parts (group, place, value)."""
    words = [(group, place if isinstance(place, str) else place.text) for group, place, _ in parts]
    refuse_twice(words, lambda found: found, drawing)
    wrong = [
        Problem(drawing.where, f"{value.text} for {group}, {place}", "single values from zero", 'use the form "lines"')
        for (group, place), (_, _, value) in zip(words, parts, strict=True)
        if value.is_range or value.low < 0
    ]
    have, groups, places = set(words), dict.fromkeys(group for group, _ in words), dict.fromkeys(at for _, at in words)
    wrong += [
        Problem(drawing.where, f"no value for {group}, {place}", "one for each", "give zero where there is none")
        for group in groups
        for place in places
        if (group, place) not in have
    ]
    if wrong:
        raise ToolkitError(wrong)
