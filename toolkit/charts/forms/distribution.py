"""A distribution as a curve over a log axis, with flags at named values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import altair as alt
import numpy as np

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

    def density(self, value: float) -> float:
        """The density at a value, on the straight lines that the log axis has between the points."""
        values, densities = zip(*self.points, strict=True)
        return float(np.interp(math.log(value), np.log(values), densities))


def distribution(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """The curve with its regions shaded, and a flag at each named value.

    Raises ToolkitError for fewer than three points of the curve, two at one value, and values that are not above zero.
    """
    rows, options = FORM.read(drawing)
    fields, points = Fields(drawing), [row for row in rows if row.role == "curve"]
    regions = [row for row in rows if row.role == "region"]
    curve, x = curve_of(rows, points, drawing, layout)
    plot = curve.plot
    flags = flags_of([row for row in rows if row.role == "mark"], options, plot)
    look = fields.add("look", [looks.with_kind("ink", points[0].density.kind)] * len(rows))
    staffs, dots = flag_layers(fields, flags, curve) if flags else ([], [])
    notes = [*flag_notes(flags, plot), *region_notes(regions, plot, [flag.staff for flag in flags])]
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


@dataclass(frozen=True)
class Flag:
    """The words of a mark beside the staff at its value: from `left` in pixels, and `foot` pixels above the plot."""

    row: DistributionRow
    layout: Layout
    role: str
    staff: float
    lines: list[str]
    left: float
    width: float
    foot: float = 0.0

    @property
    def top(self) -> float:
        """How far above the plot its words reach."""
        return self.foot + self.layout.line * (1 + len(self.lines)) + 8

    @property
    def baseline(self) -> float:
        """That of its name, below the top of the plot."""
        return 2 - self.top + self.layout.label * 0.8

    @property
    def is_over_staff(self) -> bool:
        """Whether it stands on top of its staff: it has room on neither side."""
        return self.left < self.staff < self.left + self.width


def flags_of(marks: list[DistributionRow], options: DistributionOptions, plot: Plot) -> list[Flag]:
    """The flags as low as can be: of the first ones left of their staffs, of the others right, so that no two meet."""
    ordered = sorted(marks, key=lambda row: row.x.low)
    ways = []
    for count in range(len(ordered) + 1):  # from the outermost inwards
        left = [_flag(row, -1, options, plot) for row in ordered[:count]]
        ways.append(_stacked([*left, *(_flag(row, 1, options, plot) for row in reversed(ordered[count:]))]))
    return min(ways, key=lambda flags: (_crossings(flags), max((flag.top for flag in flags), default=0)))


def _crossings(flags: list[Flag]) -> int:
    """How many staffs run through the words of another flag."""
    pairs = itertools.permutations(flags, 2)
    return sum(flag.left - 3 < one.staff < flag.left + flag.width and flag.top <= one.foot for flag, one in pairs)


def _flag(row: DistributionRow, side: int, options: DistributionOptions, plot: Plot) -> Flag:
    """The flag of a mark on a side of its staff (1 is right), moved back into the drawing where it has no room."""
    layout, staff = plot.layout, plot.x.at(row.x.high)
    lines = wrapped(row.detail, layout.width * 0.36, layout.detail) if row.detail else []
    name = text_width(row.label or row.x.text, layout.label, 600)
    width = max(name, *(text_width(line, layout.detail) for line in lines), 0)
    left = min(max(0.0, staff + 5 if side > 0 else staff - 5 - width), layout.width - width)
    return Flag(row, layout, "accent" if row.label == options.emphasis else "ink", staff, lines, left, width)


def _stacked(flags: list[Flag]) -> list[Flag]:
    """The flags, each above those before it whose words or staff its own words reach."""
    found: list[Flag] = []
    for flag in flags:
        start, end = flag.left - 3, flag.left + flag.width + 8
        reached = [
            one.top for one in found if min(one.left, one.staff) < end and start < max(one.left + one.width, one.staff)
        ]
        found.append(replace(flag, foot=max(reached, default=0.0)))
    return found


def flag_notes(flags: list[Flag], plot: Plot) -> Iterator[Note]:
    """The names of flags, and what stands under them."""
    for flag in flags:
        place, at = (flag.left - flag.staff, flag.baseline, "start"), {"x": flag.row.x.high, "y": plot.y.high}
        name, under = flag.row.label or flag.row.x.text, "\n".join(flag.lines)
        yield Note(at, name, flag.role, plot.layout.label, [place], under)


def flag_layers(fields: Fields, flags: list[Flag], curve: Curve) -> tuple[list[alt.Chart], list[alt.Chart]]:
    """A staff from the axis up to each flag, and a point of the curve at its value."""
    tops = {
        flag.row.index: round(2 - flag.foot if flag.is_over_staff else flag.baseline - flag.layout.label * 0.72, 1)
        for flag in flags
    }
    staff = fields.add_to_some("staff", tops)
    height = fields.add_to_some("at_flag", {flag.row.index: round(curve.density(flag.row.x.high), 6) for flag in flags})
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
        inside = [{x: value, y: curve.density(value)} for value in values]
        tint = blend(palette.light["accent"], palette.light["paper"], REGION)
        area = alt.Chart(alt.InlineData(values=inside)).mark_area(color=tint, line=False)
        yield area.encode(y2=alt.Y2Datum(0))


def region_notes(rows: list[DistributionRow], plot: Plot, staffs: list[float]) -> Iterator[Note]:
    """The names of regions, in lines if they are long: near the axis, or as much higher as the curve asks for."""
    layout = plot.layout
    for row in (row for row in rows if row.label):
        left, right = max(0.0, plot.x.at(row.x.low)), min(layout.width, plot.x.at(row.x.high))
        ends = [left, *sorted(staff for staff in staffs if left < staff < right), right]
        start, end = max(itertools.pairwise(ends), key=lambda gap: gap[1] - gap[0])
        lines = wrapped(row.label or "", end - start - 8, layout.detail)
        low = -8 - (len(lines) - 1) * layout.line
        places = [(start + 7 - INSET, low - up, "start") for up in range(0, int(plot.y.start), 4)]
        at = {"x": plot.x.low, "y": 0}
        yield Note(at, "\n".join(lines), "accent", layout.detail, places, bold=False, rim=False)


FORM = Form("distribution", "How is it spread?", DistributionRow, DistributionOptions, distribution)
