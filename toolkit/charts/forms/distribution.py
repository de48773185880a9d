"""A distribution as a curve over a log axis, with flags at named values."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_axes import of_scale
from toolkit.charts.altair_theme import REGION, blend
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import euros, invented_chart, number
from toolkit.charts.fields import Fields, of_row
from toolkit.charts.layers import layered
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.plots import AxisScale, Plot, refuse_twice
from toolkit.charts.scales import PixelScale, positive, unit_of
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

INSET = 6.0  # pixels beside the curve, so that points at its ends are whole
HEIGHT = {"wide": 180.0, "narrow": 150.0}  # of the plot, in pixels


@dataclass(frozen=True)
class DistributionRow(Row):
    """A point of the curve, a named mark, or a shaded region."""

    role: str = text_column("what the row is", required=True, choices=("curve", "mark", "region"))
    x: Cell = number_column("the value; low and high for a region", required=True)
    density: Cell = number_column("how many are near the value", role="curve", required=True)  # of the curve alone
    label: str | None = text_column("the name of a mark or region", role="mark")
    detail: str | None = text_column("under the name")


@dataclass(frozen=True)
class DistributionOptions:
    """Options of the axis, and what is emphasised."""

    x_title: str = text_option("under the axis", required=True)
    emphasis: str | None = text_option("the mark in the accent colour", among="label")


def example() -> Drawing:
    """Rents, of which a few are very high."""
    rows: list[dict[str, str | Cell | None]] = []
    for step in range(-15, 19):
        rent, flats = 700 * math.exp(step / 10), math.exp(-((step / 7) ** 2) / 2)
        rows.append({"what": "curve", "rent": euros(round(rent)), "flats": number(round(flats, 4))})
    for marked, more in ((euros(700), "median"), (euros(910), "mean")):
        rows.append({"what": "mark", "rent": marked, "words": marked.text, "more": more})
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


@dataclass(frozen=True)
class Curve:
    """The points of the curve from left to right, as (value, density), in its plot."""

    points: list[tuple[float, float]]
    plot: Plot

    def density(self, x: float) -> float:
        """The density at so many pixels from the left, on the straight lines between the points."""
        places = [self.plot.x.at(value) for value, _ in self.points]
        after = min(max(bisect_left(places, x), 1), len(places) - 1)
        part = (x - places[after - 1]) / (places[after] - places[after - 1])
        low, high = self.points[after - 1][1], self.points[after][1]
        return low + (high - low) * min(max(part, 0.0), 1.0)


def distribution(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """The curve with its regions shaded, and a flag at each named value.

    Raises ToolkitError for fewer than three points of the curve, two at one value, and values that are not above zero.
    """
    rows, options = FORM.read(drawing)
    fields, points = Fields(drawing), [row for row in rows if row.role == "curve"]
    regions = [row for row in rows if row.role == "region"]
    curve, x = curve_of(rows, points, drawing, layout)
    plot = curve.plot
    flags = stagger([row for row in rows if row.role == "mark"], options, plot)
    look = fields.add("look", [looks.with_kind("ink", points[0].density.kind)] * len(rows))
    staffs, dots = flag_layers(fields, flags, curve) if flags else ([], [])
    notes = [*flag_notes(flags, plot), *region_notes(regions, curve, [flag.staff for flag in flags])]
    of_curve = fields.rows_of("role", "curve")
    layers = [
        of_curve.mark_area(color=drawing.palette.light["slip"], line=False).encode(y2=alt.Y2Datum(0)),
        *_regions(regions, curve, fields),
        *staffs,
        of_curve.mark_line(strokeWidth=2.25, strokeCap="butt").encode(**looks.strokes(fields, look)),
        of_curve.mark_point(size=60, opacity=0).encode(tooltip=fields.tooltip),
        *dots,
        *note_layers(notes, drawing, layout),
    ]
    title = plot.x.noted(options.x_title, 6 if layout.wide else 4, drawing.locale)
    across = alt.X(field=fields.high("x"), type="quantitative", scale=of_scale(plot.x))
    upright = alt.Y(field=fields.low("density"), type="quantitative", axis=None)
    return layered(*layers, data=fields.data, width=layout.width, height=plot.y.start).encode(
        x=across.axis(x.across(plot, title, grid=True, base=True)),
        y=upright.scale(alt.Scale(domain=[0, plot.y.high], nice=False)),
    )


def curve_of(
    rows: list[DistributionRow], points: list[DistributionRow], drawing: Drawing, layout: Layout
) -> tuple[Curve, AxisScale]:
    """The curve in its plot, and the scale along the bottom. Raises ToolkitError as `distribution` does."""
    if len(points) < 3:
        raise ToolkitError(drawing.where, f"{len(points)} rows of role curve", allowed="three or more")
    refuse_twice(points, lambda row: f"{row.x.low:.12g}", drawing)
    positive([end for row in rows for end in (row.x.low, row.x.high)], drawing.where, "x")
    ends = [row.x.low for row in points]
    ends += [end for row in rows if row.role == "mark" for end in (row.x.low, row.x.high)]
    scale = PixelScale(min(ends), max(ends), INSET, layout.width - INSET, log=True)
    axis = AxisScale.on(scale, 6 if layout.wide else 4, unit_of(row.x for row in rows), drawing.locale)
    top = max(row.density.low for row in points) * 1.05 or 1.0
    plot = Plot(drawing, layout, 0, scale, PixelScale(0, top, HEIGHT[layout.name], 0))
    drawn = sorted((row.x.low, row.density.low) for row in points)
    return Curve(drawn, plot), axis


@dataclass
class Flag:
    """The words of a flag beside the staff at its value; level 0 is the lowest.

    They begin `left` in pixels, the first line on the baseline `head` below the top of the plot.
    """

    row: DistributionRow
    role: str
    staff: float
    name: str
    lines: list[str]
    width: float
    left: float = 0
    level: int = 0
    head: float = 0

    def crosses(self, staff: float) -> bool:
        """True if a staff at this x would cross the text."""
        return self.left - 3 < staff < self.left + self.width + 8

    def touches(self, other: Flag) -> bool:
        """True if the texts of the two flags would overlap on one level."""
        return self.left < other.left + other.width + 12 and other.left < self.left + self.width + 12


def stagger(marks: list[DistributionRow], options: DistributionOptions, plot: Plot) -> list[Flag]:
    """Flags right or left of their staffs, on as few levels as possible without a staff across another flag's text."""
    flags: list[Flag] = []
    sides: list[list[float]] = []
    layout = plot.layout
    for row in sorted(marks, key=lambda row: row.x.low):
        staff, name = plot.x.at(row.x.high), row.label or row.x.text
        lines = wrapped(row.detail, layout.width * 0.36, layout.detail) if row.detail else []
        wide = max(text_width(name, layout.label, 600), *(text_width(line, layout.detail) for line in lines), 0)
        role = "accent" if row.label == options.emphasis else "ink"
        flags.append(Flag(row, role, staff, name, lines, wide))
        right, left, edge = staff + 5, staff - 5 - wide, max(0.0, layout.width - wide)
        fits = right + wide <= layout.width
        sides.append([right] * fits + [left] * (left >= 0) + [edge] * (not fits))  # at last over its own staff
    best = min(itertools.product(*sides), key=lambda lefts: _arrange(flags, lefts))
    _arrange(flags, best)
    high = 0.0
    for _, level in itertools.groupby(sorted(flags, key=lambda flag: flag.level), key=lambda flag: flag.level):
        same = list(level)
        high += layout.line * (1 + max(len(flag.lines) for flag in same)) + 8
        for flag in same:
            flag.head = 2 - high + layout.label * 0.8
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


def flag_notes(flags: list[Flag], plot: Plot) -> Iterator[Note]:
    """The names of flags, and what stands under them."""
    for flag in flags:
        place, under = (flag.left - flag.staff, flag.head, "start"), "\n".join(flag.lines)
        at = {"x": flag.row.x.high, "y": plot.y.high}
        yield Note(at, flag.name, flag.role, plot.layout.label, [place], under)


def flag_layers(fields: Fields, flags: list[Flag], curve: Curve) -> tuple[list[alt.Chart], list[alt.Chart]]:
    """A staff from the axis up to each flag, and a point of the curve at its value."""
    layout, tops = curve.plot.layout, {}
    for flag in flags:
        over = flag.left < flag.staff < flag.left + flag.width
        top = flag.head + len(flag.lines) * layout.line + 6 if over else flag.head - layout.label * 0.72
        tops[flag.row.index] = round(top, 1)
    staff = fields.add_to_some("staff", tops)
    height = fields.add_to_some("at_flag", {flag.row.index: round(curve.density(flag.staff), 6) for flag in flags})
    kinds = {flag.row.index: looks.with_kind(flag.role, flag.row.x.kind) for flag in flags}
    look, marked = fields.add_to_some("flag_look", kinds), fields.rows_of("role", "mark")
    rule = marked.mark_rule(strokeWidth=1.5, yOffset=of_row(staff))
    dot = marked.mark_point(size=95, opacity=1).encode(y=alt.Y(field=height, type="quantitative"))
    return (
        [rule.encode(y=alt.YValue(0), y2=alt.Y2Value("height"), **looks.strokes(fields, look))],
        [dot.encode(tooltip=fields.tooltip, **looks.points(fields, look))],
    )


def _regions(rows: list[DistributionRow], curve: Curve, fields: Fields) -> Iterator[alt.Chart]:
    """Tinted parts under the curve: its points between two values, and those at these values, which lie on it."""
    palette, plot, x, y = fields.drawing.palette, curve.plot, fields.high("x"), fields.low("density")
    for row in rows:
        left, right = max(plot.x.low, row.x.low), min(plot.x.high, row.x.high)
        values = [left, *(value for value, _ in curve.points if left < value < right), right]
        inside = [{x: value, y: curve.density(plot.x.at(value))} for value in values]
        tint = blend(palette.light["accent"], palette.light["paper"], REGION)
        area = alt.Chart(alt.InlineData(values=inside)).mark_area(color=tint, line=False)
        yield area.encode(y2=alt.Y2Datum(0))


def region_notes(rows: list[DistributionRow], curve: Curve, staffs: list[float]) -> Iterator[Note]:
    """The names of regions: near the axis if they fit under the curve, else over it, in lines if they are long."""
    plot, layout = curve.plot, curve.plot.layout
    for row in (row for row in rows if row.label):
        left, right = max(0.0, plot.x.at(row.x.low)), min(layout.width, plot.x.at(row.x.high))
        ends = [left, *sorted(staff for staff in staffs if left < staff < right), right]
        gaps = [(a + 7, b - (1 if b == right else 7)) for a, b in itertools.pairwise(ends)]
        start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
        lines = wrapped(row.label or "", end - start, layout.detail)
        tall, foot = (len(lines) - 1) * layout.line, plot.y.start
        last = start + max(text_width(line, layout.detail) for line in lines)
        sides = [plot.y.at(curve.density(x)) for x in (start, last)]
        base = foot - 8 - tall if max(sides) < foot - 12 - tall - layout.detail else min(sides) - 10 - tall
        place, words = (start - INSET, base, "start"), "\n".join(lines)
        at = {"x": plot.x.low, "y": plot.y.high}
        yield Note(at, words, "accent", layout.detail, [place], bold=False, rim=False)


FORM = Form("distribution", "How is it spread?", DistributionRow, DistributionOptions, distribution)
