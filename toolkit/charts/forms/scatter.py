"""Points by two numbers, with the names of the few that matter."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.notes import Note, note_layers
from toolkit.charts.plots import axis_scale, plot_of, refuse_ranges

SCALES = ("linear", "log")


@dataclass(frozen=True)
class ScatterRow(Row):
    """One point."""

    x: Cell = number_column("the value to the right", required=True)
    y: Cell = number_column("the value upwards", required=True)
    color: str | None = text_column("the point's group; four at most")
    text: str | None = text_column("the point's name, filled in for the few that matter: written beside them")
    detail: str | None = text_column("what the point is; said when a reader points at it")


@dataclass(frozen=True)
class ScatterOptions:
    """Options of the axes, and what is emphasised."""

    emphasis: str | None = text_option(
        "the group in the accent colour; without groups, the points with names are", among="color"
    )
    x_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    y_scale: str = text_option("even, or by powers of ten", "linear", choices=SCALES)
    x_title: str = text_option("under the lower axis", "")
    y_title: str = text_option("over the upright axis", "")


def scatter(drawing: Drawing, layout: Layout) -> alt.LayerChart:
    """A point for each row.

    Raises ToolkitError for ranges, many groups, and values that no log scale has.
    """
    rows, options = FORM.read(drawing)
    refuse_ranges([cell for row in rows for cell in (row.x, row.y)], drawing, "dots")
    fields = Fields(drawing)
    count, logs = 6 if layout.wide else 4, [one == "log" for one in (options.x_scale, options.y_scale)]
    x = axis_scale([row.x for row in rows], drawing, count, zero=False, log=logs[0], axis="x")
    y = axis_scale([row.y for row in rows], drawing, 5, zero=False, log=logs[1])
    plot = plot_of(x, y, drawing, layout, 330 if layout.wide else 310)
    groups, named = [row.color for row in rows], any(row.text for row in rows)
    names = list(dict.fromkeys(group for group in groups if group))
    own = looks.roles_of(names, drawing, options.emphasis)
    plain = ["accent" if row.text or not named else "context" for row in rows]
    roles = [own.get(group or "", "context") for group in groups] if names else plain
    channels = looks.grouped_points(fields, roles, [row.y.kind for row in rows], groups)
    points = alt.Chart().mark_point(size=70, opacity=1).encode(**channels, tooltip=fields.tooltip)
    layers = [points]
    places = ((row.text, {"x": row.x.low, "y": row.y.low}) for row in rows)
    layers += note_layers([Note(at, text, "ink", layout.detail) for text, at in places if text], drawing, layout)
    across = x.x(fields.low("x"), plot, options.x_title, grid=True)
    return plot.chart(layers, fields).encode(x=across, y=y.y(plot, options.y_title, field=fields.low("y")))


def example() -> Drawing:
    """Libraries of an invented county."""
    places = [(12, 31), (18, 22), (22, 30), (27, 38), (31, 29), (33, 41), (38, 36), (42, 52), (47, 44), (52, 49)]
    places += [(58, 61), (63, 52), (66, 67), (71, 58), (74, 71), (79, 64), (83, 77), (24, 68), (77, 29), (88, 73)]
    named = {(24, 68): "Aberley", (77, 29): "Brockham"}
    return invented_chart(
        "scatter",
        [
            {"hours": number(hours), "visits": number(visits * 10), "library": named.get((hours, visits))}
            for hours, visits in places
        ],
        "Longer hours go with more visits, but for two libraries",
        "Opening hours and visits in a week, libraries of an invented county",
        "Twenty points rising from bottom left to top right; Aberley stands above the others, Brockham below.",
        [Annotation("the county's minimum", y=(number(300),))],
        x="hours",
        y="visits",
        text="library",
        x_title="Opening hours a week",
        y_title="Visits a week",
    )


FORM = Form("scatter", "How do two numbers go together?", ScatterRow, ScatterOptions, scatter)
