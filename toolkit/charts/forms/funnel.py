"""Steps of which each is a part of the one before: how much is left at each, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import altair as alt

from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields
from toolkit.charts.plots import refuse_twice
from toolkit.charts.rows import NamedRow, Rows, bars_from_zero, value_words
from toolkit.charts.scales import fitted
from toolkit.charts.typography import text_width
from toolkit.core.errors import Problem, ToolkitError


@dataclass(frozen=True)
class FunnelRow(Row):
    """One step."""

    x: Cell = number_column("how many, or how much, is left at the step", required=True)
    y: str = text_column("the step's name; steps stand in the order of the rows", required=True)
    text: Cell | None = number_column("the step's share of the one before, written under its name")
    detail: str | None = text_column("what was lost before the step; under its name")


@dataclass(frozen=True)
class FunnelOptions:
    """Options of the axis, and what is emphasised."""

    emphasis: str | None = text_option('the step in the accent colour ("": none); without it, all', among="y")
    text_title: str = text_option("after a step's share", "of the step before")
    x_title: str = text_option("under the axis", "")


def funnel(drawing: Drawing, layout: Layout) -> alt.LayerChart | alt.FacetChart:
    """A bar for each step, of a range dashed from low to high, and pale beyond it what was lost since the step before.

    Raises ToolkitError for values below zero, and for a step that is larger than the one before or named twice.
    """
    read, options = FORM.read(drawing)
    _refuse(read, drawing)
    fields, values = Fields(drawing), [row.x for row in read]
    named = [NamedRow(name=row.y, detail=detail_of(row, options)) for row in read]
    rows = Rows(fields, layout, named, emphasis=options.emphasis, x_title=options.x_title)
    before = [values[0].high, *(value.high for value in values[:-1])]
    needs = [
        (end, text_width(value.text, layout.value - 1, 600) + 12) for end, value in zip(before, values, strict=True)
    ]
    scale = fitted(0, before[0] or 1, rows.start + (0 if layout.wide else 1), layout.width - 8, needs)
    end = fields.add("before", before)
    lost = alt.Chart().mark_bar(height=18, yOffset=rows.shift, color=drawing.palette.light["rule"])
    lost = lost.encode(x=alt.X(field=fields.high("x"), type="quantitative"), x2=alt.X2(field=end))
    kept = bars_from_zero(rows, values, fields.low("x"), fields.high("x"))
    words = value_words(rows, end, fields.text("x"), [8.0] * len(read))
    return rows.chart(scale, values, [lost, *kept, words])


def detail_of(row: FunnelRow, options: FunnelOptions) -> str:
    """What stands under a step's name."""
    share = f"{row.text.text} {options.text_title}".strip() if row.text else ""
    return "; ".join(words for words in (share, row.detail) if words)


def _refuse(rows: list[FunnelRow], drawing: Drawing) -> None:
    """Raises ToolkitError where the rows are no steps of a funnel."""
    refuse_twice(rows, lambda row: row.y, drawing)
    problems = [
        Problem(drawing.where, f"{row.x.text} at {row.y!r}", "amounts from zero") for row in rows if row.x.low < 0
    ]
    problems += [
        Problem(
            drawing.where,
            f"{row.x.text} at {row.y!r}, more than {before.x.text} at {before.y!r}",
            "steps of which each is a part of the one before",
            'put them in order, or use the form "bars"',
        )
        for before, row in pairwise(rows)
        if row.x.high > before.x.high
    ]
    if problems:
        raise ToolkitError(problems)


def example() -> Drawing:
    """What became of complaints."""
    steps = [
        ("Complaints received", 1200, None, None),
        ("Answered", 860, number(0.72, form="percent"), "340 had no reply within a year"),
        ("Inspected on site", 310, number(0.36, form="percent"), "the others on paper"),
        ("Fined", 42, number(0.14, form="percent"), None),
    ]
    return invented_chart(
        "funnel",
        [{"step": step, "complaints": number(left), "share": share, "lost": lost} for step, left, share, lost in steps],
        "Few complaints end with a fine",
        "Complaints about landlords by how far they came, in an invented town",
        "Four bars, each much shorter than the one above; the last, of fines, is a sliver.",
        x="complaints",
        y="step",
        text="share",
        detail="lost",
        emphasis="Fined",
    )


FORM = Form("funnel", "How many are left at each step?", FunnelRow, FunnelOptions, funnel)
