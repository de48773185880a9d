"""Marks that show by their look what kind of number they are (solid, dashed, pale, hatched), and labels of rows.

`kind` is a kind of number or PROJECTED, `role` a colour of the palette.
"""

from __future__ import annotations

from toolkit.charts.canvas import DASHED, DENSE, FINE, Canvas
from toolkit.charts.drawing import Layout
from toolkit.charts.typography import text_width, wrapped

PROJECTED = "projected"


def bar(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, role: str, kind: str) -> None:
    """A bar between two corners: solid, dashed and open (assumed), pale and dashed (projected), hatched (synthetic).

    Nothing is drawn of a bar without width or height.
    """
    if abs(x1 - x0) < 0.01 or abs(y1 - y0) < 0.01:
        return
    inset = (x0 + 0.75, y0 + 0.75, x1 - 0.75, y1 - 0.75)
    if kind == "assumed":
        canvas.rect(*inset, fill="paper", stroke=role, width=1.5, dash=DASHED)
    elif kind == PROJECTED:
        canvas.rect(*inset, fill=role, opacity=0.14, stroke=role, width=1.25, dash=FINE)
    elif kind == "synthetic":
        canvas.rect(*inset, fill=f"hatch-{role}", stroke=role, width=1.25)
    else:
        canvas.rect(x0, y0, x1, y1, fill=role)


def dot(canvas: Canvas, x: float, y: float, role: str, kind: str, radius: float = 7) -> None:
    """A point: filled, a ring (assumed), pale with a dashed rim (projected), hatched (synthetic)."""
    if kind in ("assumed", PROJECTED, "synthetic"):
        canvas.dot(x, y, radius + 1, "paper", None)
    if kind == "assumed":
        canvas.dot(x, y, radius - 1, "paper", role, 2.5)
    elif kind == PROJECTED:
        canvas.dot(x, y, radius - 1, role, role, 1.25, FINE, opacity=0.14)
    elif kind == "synthetic":
        canvas.dot(x, y, radius - 0.5, f"hatch-{role}", role, 1.5)
    else:
        canvas.dot(x, y, radius, role)


def stroke_dash(kind: str) -> tuple[float, ...]:
    """The dashes of a line of values of this kind; none where they are reported or computed."""
    return {"assumed": DASHED, PROJECTED: FINE, "synthetic": DENSE}.get(kind, ())


def on_bar(kind: str, role: str) -> str:
    """The colour of words inside a bar of this kind."""
    return role if kind in ("assumed", PROJECTED, "synthetic") else "paper"


def span(canvas: Canvas, x0: float, x1: float, y: float, role: str, kind: str, height: float = 10) -> None:
    """A range as a bar around the height `y`, without a midpoint; at least as wide as it is high."""
    if x1 - x0 < height:
        x0, x1 = (x0 + x1 - height) / 2, (x0 + x1 + height) / 2
    bar(canvas, x0, y - height / 2, x1, y + height / 2, role, kind)


def label_column(labels: list[str], details: list[str], layout: Layout, most: float) -> float:
    """The width of a column of row labels with details under them: that of the longest, at most `most`."""
    widest = max((text_width(label, layout.label, 600) for label in labels), default=0)
    under = max((text_width(detail, layout.detail) for detail in details), default=0)
    return min(most, max(widest, under) + 2)


def row_label(
    canvas: Canvas, x: float, y: float, width: float, label: str, detail: str | None = None, role: str = "ink"
) -> float:
    """A label in lines of at most `width` from the baseline `y`, a detail under it; returns the last baseline."""
    layout = canvas.layout
    last = canvas.text_block(x, y, label, width, layout.label, 600, role, leading=1.2, even=True)
    if detail:
        last = canvas.text_block(x, last + layout.line, detail, width, layout.detail, 400, "muted", even=True)
    return last


def label_height(label: str, detail: str | None, width: float, layout: Layout) -> float:
    """The height that `row_label` takes."""
    height = len(wrapped(label, width, layout.label, 600)) * layout.label * 1.2
    return height + (len(wrapped(detail, width, layout.detail)) * layout.line if detail else 0)
