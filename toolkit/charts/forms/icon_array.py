"""Cases as icons: of a hundred, so many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, number_option, text_column
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_row
from toolkit.charts.layers import faceted, layered
from toolkit.charts.plots import refuse_twice
from toolkit.core.errors import Problem, ToolkitError

PITCH = 16.0  # pixels from one icon to the next, where there is room
GAP = 36.0  # pixels between two arrays side by side
ROLES = ("accent", "context", "ink", "muted")  # of kinds, in their order
MOST = 1000  # icons of one array: more cannot be looked at


@dataclass(frozen=True)
class IconArrayRow(Row):
    """Cases of one kind in one array."""

    size: Cell = number_column("how many", required=True)
    color: str = text_column("of which kind they are, in words after the number; the first is accented", required=True)
    row: str | None = text_column("whose array it is, where there are several")


@dataclass(frozen=True)
class IconArrayOptions:
    """How icons are counted out."""

    columns: float = number_option("how many icons stand in a line", 20)
    per_icon: float = number_option("how many cases an icon stands for", 1, of="size")


def icon_array(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """Icons in lines, an array for each `row`, side by side where there is room, its kinds with their numbers over it.

    Raises ToolkitError for counts that are no whole number of icons, and for too many icons or kinds.
    """
    rows, options = FORM.read(drawing)
    _refuse(rows, options, drawing)
    roles = looks.roles_of((row.color for row in rows), drawing, spare=ROLES)
    fields, columns = Fields(drawing), int(options.columns)
    icons = fields.add("icons", [round(row.size.low / options.per_icon) for row in rows])
    first, end, icon, across, down = (fields.free(name) for name in ("first", "end", "icon", "across", "down"))
    several = "row" in drawing.encodings
    look = fields.add("look", [looks.with_kind(roles[row.color], row.size.kind) for row in rows])
    pitch = min(PITCH, layout.width / columns)
    points = (
        alt.Chart()
        .transform_stack(stack=icons, groupby=[fields.name("row")] if several else [], as_=[first, end])
        .transform_calculate(**{icon: f"sequence(datum.{first}, datum.{end})"})
        .transform_flatten([icon])
        .transform_calculate(**{across: f"datum.{icon} % {columns} + 0.5"})
        .transform_calculate(**{down: f"floor(datum.{icon} / {columns}) + 0.5"})
        .mark_point(size=math.pi * (pitch * 0.42) ** 2, opacity=1)
        .encode(tooltip=fields.tooltip, **looks.points(fields, look))
    )
    arrays = list(dict.fromkeys(row.row or "" for row in rows))
    counts = [sum(row.size.low for row in rows if (row.row or "") == name) / options.per_icon for name in arrays]
    lines = math.ceil(max(counts) / columns)
    x, y = (alt.Scale(domain=ends, nice=False, zero=False) for ends in ([0, columns], [lines, 0]))
    whole = layered(points, _words(fields, rows, roles, layout), data=fields.data)
    whole = whole.properties(width=columns * pitch, height=lines * pitch).encode(
        x=alt.X(field=across, type="quantitative", scale=x, axis=None),
        y=alt.Y(field=down, type="quantitative", scale=y, axis=None),
    )
    if not several:
        return whole
    beside = max(1, int((layout.width + GAP) // (columns * pitch + GAP)))
    header = alt.Header(title=None, labelFontSize=layout.label, labelAnchor="start", labelPadding=4)
    facet = alt.Facet(field=fields.name("row"), type="nominal", sort=arrays, header=header)
    return faceted(whole, facet, columns=min(beside, len(arrays)), spacing={"row": 20, "column": GAP})


def said(row: IconArrayRow) -> str:
    """What stands over an array of the cases of a row."""
    return f"{row.size.text} {row.color}"


def _words(fields: Fields, rows: Sequence[IconArrayRow], roles: dict[str, str], layout: Layout) -> alt.Chart:
    """The number and the kind of the cases of each row, in the colour of their icons, a line for each kind."""
    text = fields.add("words", [said(row) for row in rows])
    under = [sum(other.row == row.row for other in rows[row.index + 1 :]) for row in rows]
    up = fields.add("words_dy", [round(-9 - lines * layout.line, 1) for lines in under])
    role = fields.add("colour", [roles[row.color] for row in rows])
    words = fields.words(text, layout.detail, 600, dy=of_row(up)).encode(**looks.words(fields, role))
    return words.encode(x=alt.XValue(0), y=alt.YValue(0))


def _refuse(rows: Sequence[IconArrayRow], options: IconArrayOptions, drawing: Drawing) -> None:
    """Raises ToolkitError where the cases cannot be counted out."""
    refuse_twice(rows, lambda row: (row.row, row.color) if row.row else row.color, drawing)
    where, problems = drawing.where, []
    if options.columns != int(options.columns) or not 5 <= options.columns <= 50:
        problems.append(Problem(where, f"columns={options.columns:g}", "a whole number from 5 to 50"))
    if options.per_icon <= 0:
        given = drawing.in_scale_of(options.per_icon, drawing.encodings["size"])
        raise ToolkitError([*problems, Problem(where, f"per_icon={given:g}", "more than nothing")])
    totals: dict[str | None, float] = {}
    for row in rows:
        icons = row.size.low / options.per_icon
        totals[row.row] = totals.get(row.row, 0.0) + icons
        if row.size.is_range or row.size.low < 0 or abs(icons - round(icons)) > 1e-9:
            remedy = "count cases, or give per_icon= so that each number is a whole multiple of it"
            problems.append(Problem(where, said(row), "a whole number of icons", remedy))
    for name, total in totals.items():
        if not 0 < total <= MOST:
            found, remedy = (
                f"{total:,.0f} icons{f' for {name}' if name else ''}",
                'give per_icon=, or use the form "bars"',
            )
            problems.append(Problem(where, found, f"1 to {MOST:,}", remedy))
    if problems:
        raise ToolkitError(problems)


def example() -> Drawing:
    """Two schools compared."""
    weeks = [("With a queue", 23, 77), ("Without one", 4, 96)]
    return invented_chart(
        "icon_array",
        [
            {"weeks": number(count), "ended": ended, "clinic": clinic}
            for clinic, late, on_time in weeks
            for count, ended in ((late, "weeks ended late"), (on_time, "on time"))
        ],
        "A clinic with a queue ends its weeks late far more often",
        "Weeks of two invented clinics, one dot each",
        "Two arrays of dots: in the first about a quarter of the dots are red, in the second a few.",
        size="weeks",
        color="ended",
        row="clinic",
    )


FORM = Form("icon_array", "Of a hundred, how many?", IconArrayRow, IconArrayOptions, icon_array)
