"""A distribution as a curve over a log axis, with flags at named values."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_axes import of_scale
from toolkit.charts.altair_theme import REGION, blend
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import euros, invented_chart, number
from toolkit.charts.fields import Fields, of_row, of_rows_with
from toolkit.charts.layers import layered
from toolkit.charts.notes import Ground, Note, note_layers
from toolkit.charts.plots import AxisScale, Plot, refuse_twice
from toolkit.charts.scales import PixelScale, positive, tick_words, unit_of
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

INSET = 6.0  # pixels beside the curve, so that points at its ends are whole
HEIGHT = {"wide": 180.0, "narrow": 150.0}  # of the plot, in pixels


@dataclass(frozen=True)
class DistributionRow(Row):
    """A point of the curve, a named mark, or a shaded region."""

    role: str = text_column("what the row is", required=True, choices=("curve", "mark", "region"))
    x: Cell = number_column("the value; low and high for a region", required=True)
    density: Cell | None = number_column("how many are near the value", role="curve", required=True)
    label: str | None = text_column("the name of a mark or region", role="mark")
    detail: str | None = text_column("under the name")


@dataclass(frozen=True)
class DistributionOptions:
    """Options of the axis, and what is emphasised."""

    x_title: str = text_option("under the axis", required=True)
    emphasis: str | None = text_option("the mark in the accent colour")


DISTRIBUTION = Encodings(DistributionRow, DistributionOptions)


def example() -> Drawing:
    """Rents, of which a few are very high."""
    rows: list[dict[str, str | Cell | None]] = [
        {
            "what": "curve",
            "rent": euros(round(700 * math.exp(step / 10))),
            "flats": number(bell(step)),
        }
        for step in range(-15, 19)
    ]
    for rent, more in ((euros(700), "median"), (euros(910), "mean")):
        rows.append({"what": "mark", "rent": rent, "words": rent.text, "more": more})
    dearest = replace(euros(1700, 4000), text="€1,700 or more")
    rows.append({"what": "region", "rent": dearest, "words": "dearest tenth"})
    return invented_chart(
        "distribution",
        rows,
        "The mean rent is higher than what most flats cost",
        "Monthly rents in an invented town, euros",
        "A curve with its peak at the median; the mean stands to the right of it, the dearest tenth is shaded.",
        role="what",
        x="rent",
        density="flats",
        label="words",
        detail="more",
        emphasis="€910",
        x_title="Rent a month",
    )


def bell(step: int) -> float:
    """The height of the example's curve."""
    return round(math.exp(-((step / 7) ** 2) / 2), 4)


@dataclass(frozen=True)
class Curve:
    """The points of the curve from left to right, as (value, density), in its plot."""

    points: list[tuple[float, float]]
    plot: Plot

    def density(self, value: float) -> float:
        """The curve's density at a value, on a straight line between its points as they are drawn."""
        x, before = self.plot.x.at(value), self.points[0]
        for after in self.points:
            x0, x1 = self.plot.x.at(before[0]), self.plot.x.at(after[0])
            if x0 <= x <= x1 and x1 > x0:
                return before[1] + (after[1] - before[1]) * (x - x0) / (x1 - x0)
            before = after
        return self.points[0][1] if value < self.points[0][0] else self.points[-1][1]

    def height(self, x: float) -> float:
        """The curve's y at an x, both in pixels of the plot."""
        value = self.plot.x.low * (self.plot.x.high / self.plot.x.low) ** ((x - INSET) / (self.plot.x.end - INSET))
        return self.plot.y.at(self.density(value))


def distribution(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """The curve with its regions shaded, and a flag at each named value.

    Raises ToolkitError for fewer than three points of the curve, two at one value, and values that are not above zero.
    """
    rows, options = DISTRIBUTION.read(drawing)
    curve, x = curve_of(rows, options, drawing, layout)
    fields, plot = Fields(drawing), curve.plot
    flags = stagger(sorted((row for row in rows if row.role == "mark"), key=lambda row: row.x.low), plot.x, layout)
    across = alt.X(field=fields.high("x"), type="quantitative")
    upright = alt.Y(field=fields.low("density"), type="quantitative")
    note = plot.x.stepped(6 if layout.wide else 4, drawing.locale)
    title = f"{options.x_title}; {note}"
    points = fields.add("on_curve", [True if row.role == "curve" and row.density else None for row in rows])
    of_curve = of_rows_with(alt.Chart(), points).encode(y=upright)
    kind = next(row.density.kind for row in rows if row.density)
    look = fields.add("look", [looks.with_kind("ink", kind)] * len(rows))
    shown = [row for row in rows if row.role == "region"]
    ground = Ground(plot)
    found = [*flag_notes(flags, options, plot), *region_notes(shown, curve, [flag.staff for flag in flags])]
    layers = [
        of_curve.mark_area(color=drawing.palette.light["slip"], line=False).encode(y2=alt.Y2Datum(0)),
        *_regions(shown, curve, fields),
        *staffs(fields, flags, options, curve),
        of_curve.mark_line(strokeWidth=2.25, strokeCap="butt").encode(**looks.strokes(fields, look)),
        of_curve.mark_point(size=60, opacity=0).encode(tooltip=fields.tooltip),
        *flag_dots(fields, flags, options, curve),
        *note_layers(fields, found, ground, across, upright),
    ]
    x_axis = x.across(plot, title, grid=True, base=True)
    base: dict[str, Any] = {
        "x": alt.X(**across._kwds | {"scale": of_scale(plot.x), "axis": x_axis}),
        "y": alt.Y(**upright._kwds | {"scale": alt.Scale(domain=[0, plot.y.high], nice=False), "axis": None}),
    }
    return layered(*layers, data=fields.data, width=layout.width, height=plot.y.start).encode(**base)


def curve_of(
    rows: list[DistributionRow], options: DistributionOptions, drawing: Drawing, layout: Layout
) -> tuple[Curve, AxisScale]:
    """The curve in its plot, and the scale along the bottom. Raises ToolkitError as `distribution` does."""
    points = sorted((row.x.low, row.density.low) for row in rows if row.role == "curve" and row.density)
    if len(points) < 3:
        raise ToolkitError(drawing.where, f"{len(points)} rows of role curve", allowed="three or more")
    refuse_twice([row for row in rows if row.role == "curve"], lambda row: f"{row.x.low:.12g}", drawing)
    positive([end for row in rows for end in (row.x.low, row.x.high)], drawing.where, "x")
    ends = [x for x, _ in points] + [end for row in rows if row.role == "mark" for end in (row.x.low, row.x.high)]
    scale = PixelScale(min(ends), max(ends), INSET, layout.width - INSET, log=True)
    ticks = scale.ticks(6 if layout.wide else 4)
    words = tick_words(ticks, unit_of(row.x for row in rows), True, drawing.locale)
    top = max(density for _, density in points) * 1.05 or 1.0
    plot = Plot(drawing, layout, 0, scale, PixelScale(0, top, HEIGHT[layout.name], 0))
    return Curve(points, plot), AxisScale(scale.low, scale.high, ticks, words, "log")


@dataclass
class Flag:
    """The text of a flag and its position; level 0 is the lowest. A flag has a vertical staff at its value."""

    row: DistributionRow
    staff: float
    left: float
    width: float
    lines: list[str]
    level: int = 0

    def crosses(self, staff: float) -> bool:
        """True if a staff at this x would cross the text."""
        return self.left - 3 < staff < self.left + self.width + 8

    def touches(self, other: Flag) -> bool:
        """True if the texts of the two flags would overlap on one level."""
        return self.left < other.left + other.width + 12 and other.left < self.left + self.width + 12


def stagger(marks: list[DistributionRow], x: PixelScale, layout: Layout) -> list[Flag]:
    """Flags right or left of their staffs, on as few levels as possible without a staff across another flag's text."""
    flags: list[Flag] = []
    sides: list[list[float]] = []
    for row in marks:
        staff = x.at(row.x.high)
        lines = wrapped(row.detail, layout.width * 0.36, layout.detail) if row.detail else []
        wide = max(
            text_width(_name_of(row), layout.label, 600), *(text_width(line, layout.detail) for line in lines), 0
        )
        flags.append(Flag(row, staff, 0, wide, lines))
        right, left = staff + 5, staff - 5 - wide
        beside = [right] * (right + wide <= layout.width) + [left] * (left >= 0)
        sides.append(beside or [max(0.0, layout.width - wide)])
        if right + wide > layout.width:  # last resort: over its own staff, ending at the edge
            sides[-1].append(max(0.0, layout.width - wide))
    best = min(itertools.product(*sides), key=lambda lefts: _arrange(flags, lefts))
    _arrange(flags, best)
    return flags


def _arrange(flags: list[Flag], lefts: tuple[float, ...]) -> tuple[int, int, float]:
    """Places the texts at these left ends, on levels; returns (overlaps, highest level, pixels from the staffs)."""
    for flag, left in zip(flags, lefts, strict=True):
        flag.left, flag.level = left, 0
    pairs = list(itertools.permutations(flags, 2))
    for _ in flags:
        for flag, other in pairs:
            if flag.crosses(other.staff) or (flag.level == other.level and flag.touches(other)):
                flag.level = max(flag.level, other.level + 1)
    used = sorted({flag.level for flag in flags})
    for flag in flags:
        flag.level = used.index(flag.level)
    through = sum(flag.crosses(other.staff) and flag.level <= other.level for flag, other in pairs)
    through += sum(flag.level == other.level and flag.touches(other) for flag, other in pairs)
    return through, max((flag.level for flag in flags), default=0), sum(abs(f.left - f.staff) for f in flags)


def _name_of(row: DistributionRow) -> str:
    """The text of a flag."""
    return row.label or row.x.text


def heads(flags: list[Flag], layout: Layout) -> list[float]:
    """The baseline of the name of each flag, in pixels above the top of the plot, which is zero."""
    levels = range(max((flag.level for flag in flags), default=-1) + 1)
    tall = [layout.line * (1 + max(len(f.lines) for f in flags if f.level == level)) + 8 for level in levels]
    return [2 - sum(tall[: flag.level + 1]) + layout.label * 0.8 for flag in flags]


def flag_role(flag: Flag, options: DistributionOptions) -> str:
    """The role of a flag's colour."""
    return "accent" if flag.row.label == options.emphasis else "ink"


def flag_notes(flags: list[Flag], options: DistributionOptions, plot: Plot) -> list[Note]:
    """The names of flags, and what stands under them."""
    return [
        Note(
            flag.row.index,
            (flag.staff, plot.y.end),
            flag.row.x.high,
            plot.y.high,
            _name_of(flag.row),
            [(flag.left - flag.staff, head, "start")],
            flag_role(flag, options),
            plot.layout.label,
            "\n".join(flag.lines),
        )
        for flag, head in zip(flags, heads(flags, plot.layout), strict=True)
    ]


def staffs(fields: Fields, flags: list[Flag], options: DistributionOptions, curve: Curve) -> list[alt.Chart]:
    """A staff from the axis up to each flag."""
    if not flags:
        return []
    layout, tops = curve.plot.layout, {}
    for flag, head in zip(flags, heads(flags, layout), strict=True):
        over = flag.left < flag.staff < flag.left + flag.width
        tops[flag.row.index] = head + len(flag.lines) * layout.line + 6 if over else head - layout.label * 0.72
    kinds = {flag.row.index: looks.with_kind(flag_role(flag, options), flag.row.x.kind) for flag in flags}
    top = fields.add_to_some("staff", {at: round(top, 1) for at, top in tops.items()})
    look = fields.add_to_some("staff_look", kinds)
    strokes = looks.strokes(fields, look)
    rule = of_rows_with(alt.Chart().mark_rule(strokeWidth=1.5, yOffset=of_row(top)), top)
    return [rule.encode(y=alt.YValue(0), y2=alt.Y2Value("height"), **strokes)]


def flag_dots(fields: Fields, flags: list[Flag], options: DistributionOptions, curve: Curve) -> list[alt.Chart]:
    """A point of the curve at each flag's value."""
    if not flags:
        return []
    kinds = {flag.row.index: looks.with_kind(flag_role(flag, options), flag.row.x.kind) for flag in flags}
    at = {flag.row.index: round(curve.density(flag.row.x.high), 6) for flag in flags}
    height, look = fields.add_to_some("at_flag", at), fields.add_to_some("flag_look", kinds)
    channels = looks.points(fields, look)
    dot = of_rows_with(alt.Chart().mark_point(size=95, opacity=1), height)
    return [dot.encode(y=alt.Y(field=height, type="quantitative"), tooltip=fields.tooltip, **channels)]


def _regions(rows: list[DistributionRow], curve: Curve, fields: Fields) -> list[alt.Chart]:
    """Tinted parts under the curve: its points between two values, and those at these values, which lie on it."""
    palette, x, y = fields.drawing.palette, fields.high("x"), fields.low("density")
    made = []
    for row in rows:
        left, right = max(curve.plot.x.low, row.x.low), min(curve.plot.x.high, row.x.high)
        values = [left, *(value for value, _ in curve.points if left < value < right), right]
        inside = alt.InlineData(values=[{x: value, y: curve.density(value)} for value in values])
        area = alt.Chart(inside).mark_area(
            color=blend(palette.light["accent"], palette.light["paper"], REGION), line=False
        )
        made.append(area.encode(y=alt.Y(field=y, type="quantitative"), y2=alt.Y2Datum(0)))
    return made


def region_notes(rows: list[DistributionRow], curve: Curve, staffs: list[float]) -> list[Note]:
    """The names of regions: near the axis if they fit under the curve, else over it, in lines if they are long."""
    plot, layout, notes = curve.plot, curve.plot.layout, []
    foot = plot.y.start
    for row in rows:
        left, right = max(0.0, plot.x.at(row.x.low)), min(layout.width, plot.x.at(row.x.high))
        ends = sorted({left, *(staff for staff in staffs if left < staff < right), right})
        gaps = [(a + 7, b - (1 if b == right else 7)) for a, b in zip(ends, ends[1:], strict=False)]
        start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
        broken = wrapped(row.label or "", end - start, layout.detail)
        tall = (len(broken) - 1) * layout.line
        sides = [curve.height(start), curve.height(start + max(text_width(line, layout.detail) for line in broken))]
        base = foot - 8 - tall if max(sides) < foot - 12 - tall - layout.detail else min(sides) - 10 - tall
        if row.label:
            places = [(start - INSET, base, "start")]
            words = "\n".join(broken)
            notes.append(
                Note(
                    row.index,
                    (INSET, 0),
                    plot.x.low,
                    plot.y.high,
                    words,
                    places,
                    "accent",
                    layout.detail,
                    bold=False,
                    rim=False,
                )
            )
    return notes


FORM = Form("distribution", "How is it spread?", DISTRIBUTION, distribution)
