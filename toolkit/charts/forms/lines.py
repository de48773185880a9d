"""Growth as lines, the last value named at its end."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import altair as alt

from toolkit.charts.axes import foot_axis, level_axis, level_margin, spread
from toolkit.charts.canvas import DOTTED, GRID, MARKS, Canvas
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Wants, amount, number, place, text, words
from toolkit.charts.marks import PROJECTED, bar, dot, stroke_dash
from toolkit.charts.scales import UNITS, Scale, day, round_up, unit_of
from toolkit.charts.theme import Palette
from toolkit.charts.typography import text_width, wrapped
from toolkit.core.errors import ToolkitError

LINES = Wants(
    {
        "x": place("date or number along the bottom", required=True),
        "y": number(
            "the value; low and high give a band; a line leaves out empty ones", required=True, role="point projected"
        ),
        "series": text("which line", required=True, gaps=True),
        "role": text("what the row is; without it a line", choices=("line", "point", "projected", "event")),
        "label": text("the name of a point or an event", role="event"),
        "detail": text("under the name, or under the emphasised line's last value"),
        "emphasis": words("the series drawn in ink"),
        "projected_from": words("a date from which nothing is on record; shaded"),
        "projected_title": words("over the shaded part", "stated, not yet on record"),
        "y_unit": words("the upright axis", choices=UNITS),
        "y_from": amount("where the upright axis starts", 0),
        "y_title": words("over the upright axis", ""),
        "x_title": words("under the lower axis", ""),
    }
)
LABEL_GAP = 18


def lines(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Lines through time or along a number, direct labels, ranges beside them where only a range was stated."""
    rows, plain = LINES.read(drawing)
    canvas = Canvas(drawing, layout)
    at, dated = places_of(rows, drawing)
    for row in rows:
        row.role, row.at = row.role or "line", at(row.x)
    series: dict[str, list[SimpleNamespace]] = {}
    for row in rows:
        if row.role == "line":
            series.setdefault(row.series or "", []).append(row)
    series = {name: found for name, members in series.items() if (found := valued(members))}
    if not series:
        raise ToolkitError(drawing.where, "no row of role line with a value", allowed="one line at the least")
    roles = series_roles(list(series), plain.emphasis, drawing.palette)
    names = {name: end_label(name, members[-1].y, plain) for name, members in series.items()}
    x_scale, y_scale, unit = frame(canvas, rows, series, names, plain, at)
    shade(canvas, plain, at, x_scale, y_scale)
    level_axis(canvas, y_scale, unit, x_scale.start, x_scale.end)
    bottom = y_scale.start
    foot_axis(canvas, x_scale, bottom, dated, max(row.at for row in rows))
    canvas.text_block(0, 14, plain.y_title, layout.width * 0.6, layout.detail, fill="muted")
    for name, members in series.items():
        with canvas.for_rows(*members):
            trace(canvas, members, x_scale, y_scale, roles[name], name == plain.emphasis, plain, at)
        for row in members:
            canvas.hit_point(row, x_scale.at(row.at), y_scale.at(middle(row.y)))
    extras(canvas, rows, x_scale, y_scale)
    end_labels(canvas, series, names, roles, plain, x_scale, y_scale)
    canvas.plot_area(x_scale.start, y_scale.end, x_scale.end, y_scale.start)
    height = bottom + 14 + layout.detail
    if plain.x_title:
        height += layout.line
        canvas.text(x_scale.end, height - 5, plain.x_title, layout.detail, fill="muted", anchor="end")
    return canvas.to_chart(height)


def places_of(rows: list[SimpleNamespace], drawing: Drawing) -> tuple[Callable, bool]:
    """How an x becomes a number: all dates, or all numbers."""
    dated = isinstance(rows[0].x, str)
    if any(isinstance(row.x, str) != dated for row in rows):
        raise ToolkitError(drawing.where, "x holds dates and numbers", allowed="one of them")

    def at(x: str | Cell) -> float:
        return x.low if isinstance(x, Cell) else day(x, drawing.where)

    return at, dated


def valued(members: list[SimpleNamespace]) -> list[SimpleNamespace]:
    """The rows of a line that have a value, in order; `gap` says that one without a value comes before."""
    members = sorted(members, key=lambda row: row.at)
    for before, row in zip([None, *members], members, strict=False):
        row.gap = before is not None and before.y is None
    return [row for row in members if row.y]


def series_roles(names: list[str], emphasis: str | None, palette: Palette) -> dict[str, str]:
    """An entity's own colour; ink for the emphasised line; then accent, ink, and grey for the rest."""
    spare = iter(["accent", "context", "context", "context"] if emphasis else ["accent", "ink", "context", "context"])
    return {name: "ink" if name == emphasis else palette.role_of(name) or next(spare, "context") for name in names}


def end_label(name: str, last: Cell, plain: SimpleNamespace) -> str:
    """What stands at the end of a line: its name and last value."""
    if name == plain.emphasis:
        return f"{name}, {last.text}" if name else last.text
    short = last.digits if last.scaled else last.text  # the axis carries scales and their dollars
    return f"{name} {short}".strip()


def frame(
    canvas: Canvas, rows: list, series: dict, names: dict[str, str], plain: SimpleNamespace, at: Callable
) -> tuple[Scale, Scale, str]:
    """The two scales: the words at the line ends have room right of them, inside a projected part if that is wide."""
    layout = canvas.layout
    cells = [row.y for row in rows if row.y]
    unit = unit_of(cells, plain.y_unit)
    low, high = min(cell.low for cell in cells), max(cell.high for cell in cells)
    base = plain.y_from
    if low < base:
        raise ToolkitError(
            canvas.drawing.where,
            f"a value of {low:g} below the axis",
            allowed=f"values from {base:g}",
            remedy="set y_from",
        )
    tall = 270 if layout.wide else 252
    top = (20 if layout.wide else 22) + (layout.line if plain.y_title or plain.projected_from else 0)
    y_scale = Scale(base, base + round_up(high - base), top + tall, top)
    left = level_margin(canvas, y_scale, unit)
    first, last = min(row.at for row in rows), max(row.at for row in rows)
    end_of_lines = max(members[-1].at for members in series.values())
    full = layout.width - left
    if not plain.projected_from and last - end_of_lines < (last - first) * 0.05:
        return Scale(first, last, left, layout.width - label_room(names, plain, layout)), y_scale, unit
    needs = [(end_of_lines, label_room(names, plain, layout))]
    for row in rows:
        if row.role == "projected":
            said = max(
                text_width(row.label or row.y.text, layout.detail + 1, 600),
                text_width(row.detail or "", layout.detail),
            )
            needs.append((row.at, said + 20))
    # stretch the axis until all words right of the lines stand inside the shaded part
    last = max(last, *(first + (when - first) * full / max(full - need, 1) for when, need in needs))
    return Scale(first, last, left, layout.width), y_scale, unit


def label_room(names: dict[str, str], plain: SimpleNamespace, layout: Layout) -> float:
    """What the names at the line ends take, broken into lines where they are long."""
    quiet = [said for name, said in names.items() if name != plain.emphasis]
    parts = [line for said in quiet for line in end_lines(said, layout)]
    return max((text_width(line, layout.detail + 0.5, 600) for line in parts), default=-4) + 16


def end_lines(said: str, layout: Layout) -> list[str]:
    return wrapped(said, layout.width * 0.3, layout.detail + 0.5, 600)


def shade(canvas: Canvas, plain: SimpleNamespace, at: Callable, x: Scale, y: Scale) -> None:
    """The part of the plot that nothing on record reaches."""
    if plain.projected_from:
        start = x.at(at(plain.projected_from))
        canvas.background(start, y.end, x.end, y.start, "slip")
        canvas.text(x.end, y.end - 8, plain.projected_title, canvas.layout.detail, fill="muted", anchor="end")


def trace(
    canvas: Canvas, members: list, x: Scale, y: Scale, role: str, strong: bool, plain: SimpleNamespace, at: Callable
) -> None:
    """One line, broken at gaps, its dashes changing where its kind does, and its band."""
    projected = at(plain.projected_from) if plain.projected_from else float("inf")
    width = 3 if strong else 2.25 if role != "context" else 1.75
    starts = [place for place, row in enumerate(members) if place == 0 or row.gap]
    for start, end in zip(starts, [*starts[1:], len(members)], strict=True):
        piece = members[start:end]
        if any(row.y.is_range for row in piece):
            canvas.area([(x.at(r.at), y.at(r.y.high), y.at(r.y.low)) for r in piece], role, 0.16)
        for kind, points in runs(piece, x, y, projected):
            if len(points) > 1:
                canvas.line(points, role, width, stroke_dash(kind))
        if len(piece) == 1 and len(members) > 1:
            dot(canvas, x.at(piece[0].at), y.at(middle(piece[0].y)), role, piece[0].y.kind, 5)
    last = members[-1]
    if strong or len(members) == 1:
        dot(canvas, x.at(last.at), y.at(middle(last.y)), role, last.y.kind, 6.5)


def runs(piece: list, x: Scale, y: Scale, projected: float) -> list[tuple[str, list]]:
    """The points of one unbroken line, in stretches of one kind; each stretch starts where the one before ended."""
    found: list[tuple[str, list]] = []
    for before, row in zip([piece[0], *piece], piece, strict=False):
        kind = PROJECTED if row.at > projected else row.y.kind
        point = (x.at(row.at), y.at(middle(row.y)))
        if found and found[-1][0] == kind:
            found[-1][1].append(point)
        else:
            found.append((kind, [(x.at(before.at), y.at(middle(before.y))), point] if found else [point]))
    return found


def middle(cell: Cell) -> float:
    return (cell.low + cell.high) / 2


def extras(canvas: Canvas, rows: list, x: Scale, y: Scale) -> None:
    """Points and ranges beside the lines, and events across them."""
    for row in rows:
        with canvas.for_rows(row):
            if row.role == "event":
                left = x.at(row.at)
                canvas.rule(left, y.end, left, y.start, "ink", 1.6, DOTTED, level=MARKS)
                canvas.place_text(
                    row.label,
                    [(left + 6, y.end + 14, "start"), (left - 6, y.end + 14, "end")],
                    canvas.layout.detail,
                    fill="muted",
                    under=row.detail or "",
                )
            elif row.role != "line" and row.y:
                beside_lines(canvas, row, x, y)


def beside_lines(canvas: Canvas, row: SimpleNamespace, x: Scale, y: Scale) -> None:
    """One point or range with its name, a projected one right of it."""
    left, high, low = x.at(row.at), y.at(row.y.high), y.at(row.y.low)
    role, first = ("accent", -1) if row.role == "point" else ("ink", 1)
    kind = PROJECTED if row.role == "projected" else row.y.kind
    if row.y.is_range:
        high, low = min(high, (high + low) / 2 - 4), max(low, (high + low) / 2 + 4)
        bar(canvas, left - 10, high, left + 10, low, role, kind)
    else:
        dot(canvas, left, low, role, kind)
    base = (high + low) / 2
    options = [
        (left + side * 17, base + drop, "start" if side > 0 else "end")
        for drop in (4, 1, 10, -8, 18, -16)
        for side in (first, -first)
    ]
    canvas.place_text(row.label or row.y.text, options, canvas.layout.detail + 1, 600, role, row.detail or "")


def end_labels(
    canvas: Canvas,
    series: dict,
    names: dict[str, str],
    roles: dict[str, str],
    plain: SimpleNamespace,
    x: Scale,
    y: Scale,
) -> None:
    """The name and last value of each line at its end, moved apart; the emphasised one larger."""
    layout = canvas.layout
    quiet = [name for name in series if name != plain.emphasis]
    wanted = [y.at(middle(series[name][-1].y)) for name in quiet]
    tallest = max((len(end_lines(names[name], layout)) for name in quiet), default=1)
    places = spread(wanted, LABEL_GAP * tallest, y.end, y.start - 4)
    for name, want, got in zip(quiet, wanted, places, strict=True):
        end, role = x.at(series[name][-1].at), roles[name]
        if abs(got - want) > 3:
            canvas.rule(end + 3, want, end + 11, got, role, 1, level=GRID)
        broken = end_lines(names[name], layout)
        for step, said in enumerate(broken):
            base = got + 4.5 + (step - (len(broken) - 1) / 2) * LABEL_GAP
            with canvas.for_rows(*series[name]):
                canvas.text(end + 14, base, said, layout.detail + 0.5, 600, "muted" if role == "context" else role)
    if plain.emphasis in series:
        last = series[plain.emphasis][-1]
        end, base = x.at(last.at), y.at(middle(last.y))
        options = [(end - 12, base - drop, "end") for drop in (4, 12, 24)] + [(end + 12, base + 6, "start")]
        further = (end + 24, end + 48, layout.width)
        options += [(right, base - drop, "end") for drop in (12, 20, 28) for right in further]
        with canvas.for_rows(*series[plain.emphasis]):
            canvas.place_text(names[plain.emphasis], options, layout.value, 600, "ink", under=last.detail or "")


FORMS = (Form("lines", "How did it grow?", LINES, lines),)
