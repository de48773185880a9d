"""Places in a ranking from one round to the next: 1 is on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.end_labels import ASIDE
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.layers import layered
from toolkit.charts.plots import refuse_twice
from toolkit.charts.typography import text_width
from toolkit.core.errors import Problem, ToolkitError

PITCH = 30  # pixels from one place to the next
MOST = 20  # places: more cannot be followed


@dataclass(frozen=True)
class BumpRow(Row):
    """A place in one round."""

    x: str = text_column("the round or year; rounds stand in the order of the rows", required=True)
    y: Cell | None = number_column("the place, 1 on top; an empty cell where there is none", required=True, gaps=True)
    color: str = text_column("who", required=True)


@dataclass(frozen=True)
class BumpOptions:
    """What is emphasised."""

    emphasis: str | None = text_option(
        "who is in the accent colour; the others are grey or have their own", among="color"
    )


def bump(drawing: Drawing, layout: Layout) -> alt.LayerChart:
    """A line for each of `color` from place to place, named at the end; a round without a place is a gap.

    Raises ToolkitError for places that are no whole numbers from 1, for two in one place, and for a single round.
    """
    rows, options = FORM.read(drawing)
    rounds, names = (list(dict.fromkeys(found)) for found in ((row.x for row in rows), (row.color for row in rows)))
    _refuse(rows, rounds, drawing)
    fields, most = Fields(drawing), int(max(row.y.low for row in rows if row.y))
    roles = looks.roles_of(names, drawing, options.emphasis, spare=(), rest="context")
    look = fields.add(
        "look", [looks.with_kind(roles[row.color], row.y.kind if row.y else drawing.kind) for row in rows]
    )
    role = fields.add("colour", [roles[row.color] for row in rows])
    firsts = [(f"{row.color} {row.y.text}" if layout.wide else row.y.text) if row.y else None for row in rows]
    before = [words if row.x == rounds[0] else None for row, words in zip(rows, firsts, strict=True)]
    after = [row.color if row.y and row.x == rounds[-1] else None for row in rows]
    room = [max(text_width(words or "", layout.detail, 600) for words in side) for side in (before, after)]
    end = layout.width - room[1] - ASIDE - 8
    points = alt.Scale(domain=rounds, range=[room[0] + ASIDE + 8, end], padding=0)
    axis = alt.Axis(orient="top", grid=False, labelOverlap=False, title=None)
    x = alt.X(field=fields.name("x"), type="ordinal", sort=rounds, scale=points, axis=axis)
    down = alt.Scale(domain=[most + 0.6, 0.4], nice=False, zero=False)
    y = alt.Y(field=fields.low("y"), type="quantitative", scale=down, axis=None)
    who = alt.Detail(field=fields.name("color"), type="nominal")
    lines = alt.Chart().mark_line(strokeWidth=2.5, interpolate="monotone").encode(detail=who)
    dots = alt.Chart().mark_point(size=150, opacity=1).encode(tooltip=fields.tooltip, **looks.points(fields, look))
    layers = [lines.encode(**looks.strokes(fields, look)), dots]
    for name, said, aside in (("before", before, -ASIDE - 2), ("after", after, ASIDE + 2)):
        side: Any = {"align": "right" if aside < 0 else "left", "dx": aside}
        field, mark = fields.add(name, said), alt.Chart().mark_text(fontSize=layout.detail, fontWeight=600, **side)
        words = of_rows_with(mark, field).encode(text=alt.Text(field=field, type="nominal"))
        layers.append(words.encode(**looks.words(fields, role)))
    whole = layered(*layers, data=fields.data, width=layout.width, height=PITCH * (most + 0.2))
    return whole.encode(x=x, y=y)


def _refuse(rows: list[BumpRow], rounds: list[str], drawing: Drawing) -> None:
    """Raises ToolkitError where the rows are no ranking."""
    where, places = drawing.where, [row for row in rows if row.y]
    problems = [
        Problem(where, f"the place {row.y.text!r} of {row.color}, {row.x}", f"whole numbers from 1 to {MOST}")
        for row in places
        if row.y and (row.y.is_range or row.y.low not in range(1, MOST + 1))
    ]
    if len(rounds) < 2 or not places:
        problems.append(Problem(where, f"the round {rounds[0]!r} alone", "two rounds or more", 'use the form "bars"'))
    if problems:
        raise ToolkitError(problems)
    refuse_twice(rows, lambda row: (row.color, row.x), drawing)
    refuse_twice(places, lambda row: (f"place {row.y.text}" if row.y else "", row.x), drawing)


def example() -> Drawing:
    """Towns by recycling."""
    towns = dict(zip("ABCDEF", ("Aberley", "Brockham", "Castleton", "Dunmore", "Easton", "Fairhaven"), strict=True))
    orders = {"2021": "ABCDEF", "2022": "BACDFE", "2023": "BCAFDE", "2024": "CBFADE"}
    return invented_chart(
        "bump",
        [
            {"year": year, "place": number(place), "town": towns[town]}
            for year, order in orders.items()
            for place, town in enumerate(order, 1)
        ],
        "Fairhaven rose from the last place to the upper half",
        "Places of invented towns by the share of waste that is recycled",
        "Six lines between places from year to year; Fairhaven's climbs from the bottom to the middle.",
        x="year",
        y="place",
        color="town",
        emphasis="Fairhaven",
    )


FORM = Form("bump", "Who overtook whom?", BumpRow, BumpOptions, bump)
