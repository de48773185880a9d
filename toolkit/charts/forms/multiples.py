"""Ratios as lines from 1, beside strips that show which groups of people are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from toolkit.charts.axes import Span
from toolkit.charts.canvas import DOTTED, MARKS, Canvas
from toolkit.charts.deciles import RankedGroup, decile_strip, percentile_tick, ranked_group
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Encodings, Form, Row, number_column, text_column, text_option
from toolkit.charts.example import example, number
from toolkit.charts.geometry import Box
from toolkit.charts.marks import dot, row_label, span, stroke_dash
from toolkit.charts.scales import Scale
from toolkit.charts.typography import text_width


@dataclass(frozen=True)
class MultiplesRow(Row):
    """One ratio, and who is compared with whom."""

    value: Cell = number_column("the multiple, 1 is equal", required=True)
    label: str = text_column("what is compared", required=True)
    detail: str | None = text_column("the pair behind it, and who published it")
    group: str | None = text_column("rows of one group stand together")
    more: str | None = text_column('who has more, as a strip code: "10", "9-10", "p90", "median"')
    less: str | None = text_column('who has less, as a strip code: "median", "1-2"')
    who: str | None = text_column("the same in words, under the strip")
    reference: Cell | None = number_column("the multiple as told, one for each group")


@dataclass(frozen=True)
class MultiplesOptions:
    """The words around the ratios, and which group is emphasised."""

    reference_title: str = text_option("after the reference", "as told")
    label_title: str = text_option("over the labels", "")
    who_title: str = text_option("over the strips", "Who is compared")
    equal_title: str = text_option("at the line of one", "equal")
    fewest_title: str = text_option("at the strip's left", "fewest")
    most_title: str = text_option("at the strip's right", "most")
    more_title: str = text_option("in the key", "the group with more")
    less_title: str = text_option("in the key", "the group with less")
    median_title: str = text_option("in the key", "the median")
    emphasis: str | None = text_option("the group in the accent colour; without it, the first")


MULTIPLES = Encodings(MultiplesRow, MultiplesOptions)


def sample() -> Drawing:
    """Pairs of values as multiples of one another."""
    names = ("group", "what", "from", "more", "less", "who", "multiple", "told")
    twice = number(2, "2×")
    rows = [
        ("Pay", "Hourly pay", "€31 and €18", "10", "median", "top tenth and median", number(1.7, "1.7×"), twice),
        (
            "Pay",
            "Pay in a year",
            "€71,000 and €29,000",
            "10",
            "median",
            "top tenth and median",
            number(2.4, "2.4×"),
            twice,
        ),
        ("Hours", "Hours a week", "39 and 35", "10", "median", "top tenth and median", number(1.1, "1.1×"), twice),
    ]
    return example(
        "multiples",
        [dict(zip(names, row, strict=True)) for row in rows],
        "The top tenth works little longer and earns far more",
        "Pay and hours in an invented firm, top tenth and median",
        "Bars of multiples: pay in a year is the longest, hours are almost alike.",
        group="group",
        label="what",
        detail="from",
        more="more",
        less="less",
        who="who",
        value="multiple",
        reference="told",
    )


@dataclass(frozen=True)
class Compared:
    """A row with the two groups of its strip (`deciles`), the one with more first; None without a strip."""

    row: MultiplesRow
    pair: tuple[RankedGroup, RankedGroup] | None


@dataclass(frozen=True)
class Comparison:
    """All rows by group, in the order of the table, with their words and the colour of each group."""

    groups: dict[str, list[Compared]]
    options: MultiplesOptions

    @property
    def strips(self) -> bool:
        """True if any row has a strip."""
        return any(one.pair for members in self.groups.values() for one in members)

    def role(self, group: str) -> str:
        """The colour of a group."""
        return "accent" if group == (self.options.emphasis or next(iter(self.groups))) else "ink"


def multiples(drawing: Drawing, layout: Layout) -> alt.TopLevelLayerSpec:
    """Each ratio as a line from 1, beside its strip. Raises ToolkitError for a strip code that is none."""
    rows, options = MULTIPLES.read(drawing)
    groups: dict[str, list[Compared]] = {}
    for row in rows:
        pair = (ranked_group(row.more, drawing), ranked_group(row.less, drawing)) if row.more and row.less else None
        groups.setdefault(row.group or "", []).append(Compared(row, pair))
    comparison = Comparison(groups, options)
    canvas = Canvas(drawing, layout)
    scale = stem_scale(rows, drawing.held, comparison.strips, layout)
    return canvas.to_chart((wide_multiples if layout.wide else narrow_multiples)(canvas, comparison, scale))


def stem_scale(rows: list[MultiplesRow], held: Sequence[Cell], strips: bool, layout: Layout) -> Scale:
    """The scale from 1, or the least value if below, to the largest value or reference, with room for its text."""
    ends = [*(cell for row in rows for cell in (row.value, row.reference) if cell), *held]
    low, high = min(1.0, *(cell.low for cell in ends)), max(1.0, *(cell.high for cell in ends))
    room = max(text_width(cell.text, layout.value, 600) for cell in (*(row.value for row in rows), *held)) + 16
    start: float = (404 if strips else 260) if layout.wide else (124 if strips else 14)
    if low < 1:
        start += room
    return Scale(low, high if high > low else low + 1, start, layout.width - room)


def wide_multiples(canvas: Canvas, comparison: Comparison, scale: Scale) -> float:
    """Draws the rows with names and strips at the left; returns where they end."""
    layout, strip_x, strip_w = canvas.layout, 236, 136
    strips, options = comparison.strips, comparison.options
    y = 0.0
    if strips or options.label_title:
        canvas.text(0, 14, options.label_title, layout.detail, fill="muted")
        if strips:
            canvas.text(strip_x, 14, options.who_title, layout.detail, fill="muted")
        y = 26
    last_labels: list[float] = []
    for place, (group, members) in enumerate(comparison.groups.items()):
        role = comparison.role(group)
        if y:
            canvas.rule(0, y, layout.width, y)
        long = text_width(group, layout.label, 600) > (strip_x if strips else scale.start) - 40
        canvas.text(0, y + 24, group, layout.label, 600, role)
        head = y + (46 if long else 24)
        if place == 0:
            if strips:
                canvas.text(strip_x, head, options.fewest_title, layout.detail, fill="muted")
                canvas.text(strip_x + strip_w, head, options.most_title, layout.detail, fill="muted", anchor="end")
            canvas.text(scale.at(1), head, options.equal_title, layout.detail, fill="muted", anchor="middle")
        top, first = head + 10, head + 27
        end = first + (len(members) - 1) * 60 + 34
        references(canvas, members, scale, role, options.reference_title, head, (top, end))
        canvas.rule(scale.at(1), top, scale.at(1), end, "context", 1.5)
        canvas.plot_area(scale.start, top, layout.width, end)
        last_labels = []
        for nth, one in enumerate(members):
            row, base = one.row, first + nth * 60
            with canvas.for_rows(row):
                row_label(canvas, 0, base, (strip_x if strips else scale.start) - 16, row.label, row.detail)
                if one.pair:
                    decile_strip(canvas, strip_x, base - 4, strip_w, *one.pair, role)
                    canvas.text(strip_x, base + layout.line + 2, row.who or "", layout.detail, fill="muted")
                last_labels.append(stem(canvas, row, scale, base - 4, role))
            canvas.hit_area(row, Box(0, base - 18, layout.width, base + 34))
        y = end + 12
        bottom = end
    if strips:
        bottom = key(canvas, comparison, max(last_labels) + 14, bottom, len(last_labels) * 60)
    return bottom + 4


def narrow_multiples(canvas: Canvas, comparison: Comparison, scale: Scale) -> float:
    """Draws the rows with names above the bars; returns where they end."""
    layout, strip_w = canvas.layout, 97
    strips, options = comparison.strips, comparison.options
    y = 0.0
    for group, members in comparison.groups.items():
        role = comparison.role(group)
        head = canvas.text_block(0, y + 16, group, layout.width, layout.label, 600, role) if group else y + 16
        if group and text_width(group, layout.label, 600) > scale.at(1) - 28:
            head += 22
        if group == next(iter(comparison.groups)):
            half = text_width(options.equal_title, layout.detail) / 2
            over = max(half, scale.at(1))
            canvas.place_text(options.equal_title, [(over, head, "middle")], layout.detail, fill="muted", halo=False)
        references(canvas, members, scale, role, options.reference_title, head)
        y = start = head + 9
        for one in members:
            row, base = one.row, y + 21
            canvas.rule(0, y, layout.width, y)
            with canvas.for_rows(row):
                last = canvas.text_block(0, base, row.label, layout.width, layout.label, 600, leading=1.2)
                last = canvas.text_block(
                    0, last + layout.line, row.detail or "", layout.width, layout.detail, fill="muted"
                )
                middle, end = last + 25, last + 39
                if one.pair:
                    decile_strip(canvas, 0, middle, strip_w, *one.pair, role)
                    who = canvas.text_block(0, middle + 27, row.who or "", layout.width, layout.detail, fill="muted")
                    end = who - 2
            canvas.rule(scale.at(1), middle - 12, scale.at(1), middle + 12, "context", 1.5)
            if row.reference:
                at = scale.at(row.reference.low)
                canvas.rule(at, middle - 12, at, middle + 12, role, 1.6, DOTTED)
            with canvas.for_rows(row):
                stem(canvas, row, scale, middle, role)
            canvas.hit_area(row, Box(0, y + 2, layout.width, end + 12))
            y = end + 17
        canvas.plot_area(scale.start, start, layout.width, y - 17)
        y += 10
    return (key(canvas, comparison, None, y, 0) if strips else y - 10) + 4


def references(
    canvas: Canvas,
    members: list[Compared],
    scale: Scale,
    role: str,
    title: str,
    head: float,
    span: Span | None = None,
) -> None:
    """The multiples as told, named above their group, and dotted through it where a span is given."""
    told = {one.row.reference.low: one.row.reference for one in members if one.row.reference}
    for value, cell in told.items():
        at = scale.at(value)
        if span:
            canvas.rule(at, span[0], at, span[1], role, 1.6, DOTTED)
        name = f"{cell.text} {title}".strip()
        half = text_width(name, canvas.layout.detail) / 2
        over = min(at, canvas.layout.width - half)
        canvas.place_text(
            name,
            [(over, head, "middle"), (at - 2, head, "start"), (at + 2, head, "end")],
            canvas.layout.detail,
            fill="muted",
            halo=False,
            marks=False,
        )


def stem(canvas: Canvas, row: MultiplesRow, scale: Scale, y: float, role: str) -> float:
    """A line from 1 to the value, the value named; a range keeps both its ends. Returns where its words end."""
    cell = row.value
    one, low, high = scale.at(1), scale.at(cell.low), scale.at(cell.high)
    near_one, far = (low, high) if cell.high >= 1 else (high, low)
    canvas.rule(one, y, near_one, y, role, 2.25, stroke_dash(cell.kind), level=MARKS)
    if cell.is_range:
        span(canvas, low, high, y, role, cell.kind, 11)
    else:
        dot(canvas, far, y, role, cell.kind, 7.5)
    left = cell.high < 1
    x = far - 13 if left else beyond_reference(canvas.layout, row, scale, far + 13)
    box = canvas.text(x, y + 6, cell.text, canvas.layout.value, 600, role, "end" if left else "start", halo="paper")
    return box.right


def beyond_reference(layout: Layout, row: MultiplesRow, scale: Scale, x: float) -> float:
    """Where the row's words start from `x` on: right of the dotted line if it would cross them, and there is room."""
    if row.reference is None:
        return x
    at, wide = scale.at(row.reference.low), text_width(row.value.text, layout.value, 600)
    crossed = x - 4 < at < x + wide + 4
    return at + 8 if crossed and at + 8 + wide <= layout.width else x


def key(canvas: Canvas, comparison: Comparison, x: float | None, bottom: float, room: float) -> float:
    """What the strips' fills mean, in the empty corner from `x` on, if it has room, or else below; returns its end."""
    layout, options = canvas.layout, comparison.options
    shown = [group for members in comparison.groups.values() for one in members for group in one.pair or ()]
    entries = [("more", options.more_title), ("less", options.less_title), ("median", options.median_title)]
    if not any(group.percentile == 50 for group in shown):
        entries.pop()
    step = layout.line + 6
    widest = max(text_width(words, layout.detail) for _, words in entries) + 24
    fits = x is not None and x + widest <= layout.width and room >= len(entries) * step
    left = layout.width - widest if fits else 0.0
    y = bottom - (len(entries) - 1) * step - 8 if fits else bottom + 24
    across = not fits and layout.wide
    for name, words in entries:
        middle = y - layout.detail * 0.34
        if name == "median":
            percentile_tick(canvas, left + 10, middle, "ink", double=True)
        elif name == "more":
            canvas.rect(left + 4, middle - 6.5, left + 16, middle + 6.5, fill="ink")
        else:
            canvas.rect(left + 5, middle - 5.5, left + 15, middle + 5.5, fill="slip", stroke="ink", width=2.25)
        canvas.text(left + 24, y, words, layout.detail, fill="muted")
        if across:
            left += 24 + text_width(words, layout.detail) + 28
        else:
            y += step
    return bottom if fits else (y if across else y - step) + 6


FORM = Form("multiples", "How many times as much, and who is compared with whom?", MULTIPLES, multiples, in_pixels=True)
