"""Two values of each row as a line between two vertical axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.layers import layered
from toolkit.charts.placement import spread
from toolkit.charts.plots import refuse_twice
from toolkit.charts.rows import NamedRow, role_of
from toolkit.charts.scales import Scale
from toolkit.charts.theme import Palette
from toolkit.charts.typography import text_width, wrapped

LEADING = 1.2  # of names, in parts of their size
ASIDE = 12  # pixels from an axis to the words beside it


@dataclass(frozen=True)
class PairRow(Row):
    """Two values of one thing."""

    label: str = text_column("the row's name", required=True)
    first: Cell = number_column("what was claimed, or stood before", required=True)
    second: Cell = number_column("what is on record, or stands after", required=True)
    detail: str | None = text_column("under the row's name")
    entity: str | None = text_column("a company, for its colour")


@dataclass(frozen=True)
class PairOptions:
    """Options: the titles of the two values."""

    first_title: str = text_option("what the first value is", required=True)
    second_title: str = text_option("what the second value is", required=True)
    emphasis: str | None = text_option("the row in the accent colour; without it, all")


SLOPES = Encodings(PairRow, PairOptions)


def example() -> Drawing:
    """Clubs before and after a fee."""
    members = (("Rowing", 140, 96), ("Football", 310, 305), ("Chess", 60, 64))
    return invented_chart(
        "slopes",
        [{"club": club, "before": number(before), "after": number(after)} for club, before, after in members],
        "Only the rowing club lost members after the fee",
        "Members of clubs in an invented town, before and after a fee for the hall",
        "Three lines from before to after: rowing falls, the others stay almost level.",
        label="club",
        first="before",
        second="after",
        first_title="before the fee",
        second_title="after",
        emphasis="Rowing",
    )


def slopes(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A line for each row between two upright axes, with names and values at its ends.

    Raises ToolkitError for two rows of one name.
    """
    rows, options = SLOPES.read(drawing)
    refuse_twice(rows, lambda row: ", ".join(part for part in (row.label, row.detail) if part), drawing)
    fields, size, palette = Fields(drawing), layout.detail + 0.5, drawing.palette
    names = [name_lines(row, layout) for row in rows]
    left = max(text_width(row.first.text, size, 600) for row in rows) + ASIDE + 4
    right = layout.width - max(text_width(line, size, 600) for lines in names for line in lines) - ASIDE - 4
    gap = max(len(lines) for lines in names) * size * LEADING + 4
    height = max(200.0, gap * len(rows) * 1.15)
    values = [end for row in rows for cell in (row.first, row.second) for end in (cell.low, cell.high)]
    y = Scale(min(values), max(values) if max(values) > min(values) else min(values) + 1, height, 0)
    roles = [slope_role(row, options.emphasis, place == 0, palette) for place, row in enumerate(rows)]
    half = (gap - size * LEADING) / 2
    ends = spread([y.at(row.second.middle) for row in rows], gap, half, height - half)
    lines = ["\n".join(lines) for lines in names]
    firsts = [size * (0.35 - (len(broken) - 1) / 2 * LEADING) for broken in names]
    name_dy = [end - y.at(row.second.middle) + down for end, row, down in zip(ends, rows, firsts, strict=True)]
    role = fields.add("colour", roles)
    scale = alt.Scale(domain=[y.low, y.high], nice=False, zero=False)
    both = {
        "first": middles(fields, "first", [row.first for row in rows]),
        "second": middles(fields, "second", [row.second for row in rows]),
    }
    x: dict[str, Any] = {"first": alt.XValue(left), "second": alt.XValue(right)}
    line_look = fields.add(
        "look", [looks.with_kind(one, row.second.kind) for one, row in zip(roles, rows, strict=True)]
    )
    strokes = looks.strokes(fields, line_look)
    upright = {name: alt.Y(field=field, type="quantitative", scale=scale, axis=None) for name, field in both.items()}
    rule = alt.Chart().mark_rule(strokeWidth=2.5)
    layers = [*axes(options, left, right, height, layout, palette.light)]
    layers.append(rule.encode(x=x["first"], x2=x["second"], y=upright["first"], y2=both["second"], **strokes))
    for name in both:
        kinds = [looks.with_kind(one, getattr(row, name).kind) for one, row in zip(roles, rows, strict=True)]
        look = fields.add(f"{name}_look", kinds)
        point = alt.Chart().mark_point(size=113, opacity=1)
        layers.append(point.encode(x=x[name], y=upright[name], tooltip=fields.tooltip, **looks.points(fields, look)))
    said = fields.add("name", lines), fields.add("name_dy", [round(one, 1) for one in name_dy])
    layers.append(
        ends_in_words(*said, "left", size).encode(x=x["second"], y=upright["second"], **looks.words(fields, role))
    )
    said = first_values(fields, rows, y, size)
    layers.append(ends_in_words(*said, "right", size).encode(x=x["first"], y=upright["first"]))
    return layered(*layers, data=fields.data, width=layout.width, height=height)


def middles(fields: Fields, name: str, cells: Sequence[Cell]) -> str:
    """The field of the middles of a column's numbers."""
    return (
        fields.add(f"{name}_middle", [cell.middle for cell in cells]) if fields.has_ranges(name) else fields.low(name)
    )


def slope_role(row: PairRow, emphasis: str | None, first: bool, palette: Palette) -> str:
    """The colour of a slope; where nothing is emphasised and no entity named, the first is in the accent colour."""
    if not emphasis and not row.entity:
        return "accent" if first else "ink"
    return role_of(NamedRow(name=row.label, entity=row.entity), emphasis, palette)


def axes(
    options: PairOptions, left: float, right: float, height: float, layout: Layout, colours: dict[str, str]
) -> list[alt.Chart]:
    """Both upright axes as lines with their titles; there is no scale across, on which two places would be values."""
    made, data = [], alt.InlineData(values=[{}])
    sides: list[tuple[float, str, Literal["left", "right", "center"]]] = [
        (left, options.first_title, "left"),
        (right, options.second_title, "right"),
    ]
    for at, title, side in sides:
        broken = wrapped(title, layout.width * 0.46, layout.detail)
        half = max(text_width(line, layout.detail) for line in broken) / 2
        inside = half <= at <= layout.width - half
        line = alt.Chart(data).mark_rule(color=colours["context"], strokeWidth=1.5, yOffset=-10, y2Offset=6)
        words = alt.Chart(data).mark_text(
            text=broken,
            align="center" if inside else side,
            baseline="alphabetic",
            lineHeight=layout.line,
            dy=-22 - layout.line * (len(broken) - 1),
            color=colours["muted"],
        )
        edge = at if inside else 0 if side == "left" else layout.width
        made += [
            line.encode(x=alt.XValue(at), y=alt.YValue(0), y2=alt.Y2Value("height")),
            words.encode(x=alt.XValue(edge), y=alt.YValue(0)),
        ]
    return made


def first_values(fields: Fields, rows: list[PairRow], y: Scale, size: float) -> tuple[str, str]:
    """The fields of the words at the left axis, equal ones written once, and of how far they had to move."""
    values = {(row.first.middle, row.first.text): row for row in reversed(rows)}
    bases = spread([y.at(value) for value, _ in values], size * 1.25, y.end, y.start)
    moved = {row.index: base - y.at(row.first.middle) for row, base in zip(values.values(), bases, strict=True)}
    words = [row.first.text if row.index in moved else None for row in rows]
    dy = [round(moved[row.index] + size * 0.35, 1) if row.index in moved else None for row in rows]
    return fields.add("first_words", words), fields.add("first_dy", dy)


def ends_in_words(text: str, dy: str, align: Literal["left", "right"], size: float) -> alt.Chart:
    """The words at one end of the slopes."""
    mark = alt.Chart().mark_text(
        align=align,
        baseline="alphabetic",
        dx=ASIDE if align == "left" else -ASIDE,
        dy=alt.ExprRef(f"datum.{dy}"),
        lineBreak="\n",
        lineHeight=size * LEADING,
        fontSize=size,
        fontWeight=600,
    )
    return mark.transform_filter(f"isValid(datum.{text})").encode(text=alt.Text(field=text, type="nominal"))


def name_lines(row: PairRow, layout: Layout) -> list[str]:
    """The name and the value, in lines that leave half of the drawing to the slopes."""
    return wrapped(f"{row.label} {row.second.text}", layout.width * 0.38, layout.detail + 0.5, 600)


FORM = Form("slopes", "What changed between two moments?", SLOPES, slopes)
