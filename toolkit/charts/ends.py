"""Names and last values at the right ends of lines and areas, moved apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt

from toolkit.charts import looks
from toolkit.charts.axes import spread
from toolkit.charts.drawing import Cell, Layout
from toolkit.charts.fields import Fields
from toolkit.charts.plots import Plot
from toolkit.charts.typography import text_width, wrapped

ASIDE = 9.0  # pixels from the end of a line to its words
PART = 0.3  # of the layout's width: longer words are broken
LEADING = 1.2  # of words in several lines, in parts of their size


@dataclass(frozen=True)
class End:
    """The end of a line: the row of the table, its height in pixels, the words there in lines, their colour's role."""

    index: int
    y: float
    lines: list[str]
    role: str


def end_lines(name: str, value: str, layout: Layout) -> list[str]:
    """The name and the last value of a line, broken where they are long."""
    return wrapped(f"{name} {value}".strip(), layout.width * PART, layout.detail, 600)


def last_value(cell: Cell) -> str:
    """A value as it stands after a line's name: its scale and its unit stand on the axis."""
    return cell.digits if cell.scaled else cell.text


def room_for(labels: Iterable[Sequence[str]], layout: Layout) -> float:
    """The pixels that the words at the ends take."""
    return ASIDE + 3 + max(text_width(line, layout.detail, 600) for lines in labels for line in lines)


def end_words(fields: Fields, ends: Sequence[End], plot: Plot) -> alt.Chart:
    """The words at the ends, each as near to the height of its end as others leave room; the chart gives x and y."""
    size = plot.layout.detail
    tallest = max(len(end.lines) for end in ends)
    heights = spread([end.y for end in ends], size * (LEADING * tallest + 0.1), plot.y.end, plot.y.start - 4)
    rows: dict[int, tuple[str, float, str]] = {}
    for end, height in zip(ends, heights, strict=True):
        first = height + size * (0.35 - (len(end.lines) - 1) / 2 * LEADING)
        rows[end.index] = ("\n".join(end.lines), round(first - end.y, 1), end.role)
    every = range(len(fields.records))
    text = fields.add("end", [rows[at][0] if at in rows else None for at in every])
    dy = fields.add("end_dy", [rows[at][1] if at in rows else None for at in every])
    role = fields.add("end_role", [rows[at][2] if at in rows else ends[0].role for at in every])
    mark = alt.Chart().mark_text(
        align="left",
        baseline="alphabetic",
        lineBreak="\n",
        lineHeight=size * LEADING,
        fontSize=size,
        fontWeight=600,
        dx=ASIDE,
        dy=alt.ExprRef(f"datum.{dy}"),
    )
    said = alt.Text(field=text, type="nominal")
    return mark.transform_filter(f"isValid(datum.{text})").encode(text=said, **looks.words(fields, role))
