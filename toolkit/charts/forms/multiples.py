"""Ratios as lines from 1, beside strips that show which groups of people are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_axes import labelled, of_scale
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.encodings import Form, Row, number_column, text_column, text_option
from toolkit.charts.example import invented_chart, number
from toolkit.charts.fields import Fields, of_rows_with
from toolkit.charts.legends import LegendEntry, legend
from toolkit.charts.rows import NamedRow, Rows, value_words, values_at, words_side
from toolkit.charts.scales import PixelScale, fitted
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import ToolkitError

HIGH = 13  # pixels: the height of a strip
STROKE = 22  # pixels: the height of the stroke of a percentile
IN_PIXELS = 4  # the size at which the coordinates of a point's shape are pixels
CUT = 1.5  # pixels between tenths
DOUBLE = 1.9  # pixels from the middle of a doubled stroke to each of the two
GAP = 30  # pixels from a strip to the plot


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
    equal_title: str = text_option("at the line of one", "equal")
    fewest_title: str = text_option("at the strip's left", "fewest")
    most_title: str = text_option("at the strip's right", "most")
    more_title: str = text_option("in the key", "the group with more")
    less_title: str = text_option("in the key", "the group with less")
    median_title: str = text_option("in the key", "the median")
    emphasis: str | None = text_option("the group in the accent colour; without it, the first", among="group")


RankedGroup = range | float  # tenths of a ranked population, 1 the lowest, or the member at a percentile, 0 to 100


def example() -> Drawing:
    """Pairs of values as multiples of one another."""
    pair = {"more": "10", "less": "median", "who": "top tenth and median"}
    rows = (
        ("Pay", "Hourly pay", "€31 and €18", 1.7),
        ("Pay", "Pay in a year", "€71,000 and €29,000", 2.4),
        ("Hours", "Hours a week", "39 and 35", 1.1),
    )
    twice = number(2, form="times")
    return invented_chart(
        "multiples",
        [
            {"group": group, "what": what, "from": of, **pair, "multiple": number(times, form="times"), "told": twice}
            for group, what, of, times in rows
        ],
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


def multiples(drawing: Drawing, layout: Layout) -> alt.TopLevelMixin:
    """Each ratio as a line from 1, beside a strip of tenths, of which two groups are marked.

    Raises ToolkitError for a strip code that is none.
    """
    read, options = FORM.read(drawing)
    pairs = [
        (ranked_group(row.more, drawing), ranked_group(row.less, drawing)) if row.more and row.less else None
        for row in read
    ]
    fields, strip = Fields(drawing), (136.0 if layout.wide else 97.0) if any(pairs) else 0.0
    who = [balanced(row.who or "", strip if layout.wide else layout.width, layout.detail) for row in read]
    lines = max(map(len, who)) if strip else 0
    named = [NamedRow.of(row, row.label, row.reference) for row in read]
    rows = Rows(
        fields,
        layout,
        named,
        emphasis=options.emphasis or read[0].group,
        reference_title=options.reference_title,
        aside=strip + GAP if strip else 16,
        half=8,
        under=lines * layout.line,
    )
    scale = _scale_of(drawing, layout, read, rows.start)
    one = [] if layout.wide else rows.ticks([1])
    layers = [*one, *rows.references(scale), *rows.names_of(), *stems(rows, read, scale)]
    if strip:
        layers.append(rank_bars(rows, pairs, rows.start - strip - GAP, strip))
        layers += words_of_strips(rows, who, options, rows.start - strip - GAP, strip)
    whole = rows.over(alt.X(type="quantitative", scale=of_scale(scale), axis=_axis_of(rows, scale, options)), layers)
    return alt.vconcat(whole, legend(_legend_of(pairs, options, drawing), layout), spacing=14) if strip else whole


def ranked_group(code: str, drawing: Drawing) -> RankedGroup:
    """ "10", "9-10", "median" or "p90" as a group. Raises ToolkitError for any other code."""
    if code == "median":
        return 50.0
    if found := re.fullmatch(r"p(\d{1,2}(?:\.\d)?)", code):
        return float(found[1])
    if found := re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", code):
        first, last = int(found[1]), int(found[2] or found[1])
        if 1 <= first <= last <= 10:
            return range(first, last + 1)
    raise ToolkitError(
        drawing.where,
        f"the strip code {code!r}",
        allowed='"10" (top tenth), "9-10" (top fifth), "1", "1-2", "median", "p90"',
        remedy="say who is compared with such a code",
    )


def _scale_of(drawing: Drawing, layout: Layout, read: list[MultiplesRow], left: float) -> PixelScale:
    """The scale from 1, or the least value if below, to the largest value or reference, with room for its words."""
    values = [*(row.value for row in read), *drawing.axis_values]
    ends = [*values, *(row.reference for row in read if row.reference), *drawing.annotated_values("x")]
    low, high = min(1.0, *(cell.low for cell in ends)), max(1.0, *(cell.high for cell in ends))
    room = [text_width(cell.text, layout.value - 1, 600) + 16 for cell in values]
    needs = [(cell.high, wide) for cell, wide in zip(values, room, strict=True)]
    beyond = [(row.reference.low, wide) for row, wide in zip(read, room, strict=False) if row.reference]
    start = left + (max(room) if low < 1 else 8)
    return fitted(low, high if high > low else low + 1, start, layout.width - 8, [*needs, *beyond])


def _axis_of(rows: Rows, scale: PixelScale, options: MultiplesOptions) -> alt.Axis:
    """The line at one, and under it what it means: there are no other ticks, as each row says its value."""
    return alt.Axis(
        **labelled({1: scale.at(1)}, [options.equal_title], rows.layout.detail, rows.layout.width),
        labelPadding=5 if rows.layout.wide else -8,
        title=None,
        domain=False,
        grid=rows.layout.wide,
        gridColor=rows.fields.drawing.palette.light["context"],
        gridWidth=1.5,
    )


def stems(rows: Rows, read: list[MultiplesRow], scale: PixelScale) -> list[alt.Chart]:
    """A line from one to each value, a point or the bar of a range at its end, and its words beside it."""
    fields, cells = rows.fields, [row.value for row in read]
    look = rows.look(cell.kind for cell in cells)
    near = fields.add("near", [cell.low if cell.high >= 1 else cell.high for cell in cells])
    end = fields.add("words_at", [cell.high if cell.high >= 1 else cell.low for cell in cells])
    stem = alt.Chart().mark_rule(strokeWidth=2.25, yOffset=rows.shift)
    stem = stem.encode(x=alt.X(field=near, type="quantitative"), x2=alt.X2(datum=1), **looks.strokes(fields, look))
    sides = [
        words_side(row.value, row.reference, scale, rows.layout, left=False) if row.value.high >= 1 else -13.0
        for row in read
    ]
    values = values_at(rows, "value", cells, look, scale)
    return [stem, *values, value_words(rows, end, fields.text("value"), sides)]


def rank_bars(
    rows: Rows, pairs: Sequence[tuple[RankedGroup, RankedGroup] | None], left: float, width: float
) -> alt.Chart:
    """A box for each tenth from the lowest, and strokes at percentiles, in each row with two groups.

    Each is a glyph, a shape at a place in pixels; all stand in one layer, as Vega-Lite flattens one field in a facet.
    """
    fields, colours = rows.fields, rows.fields.drawing.palette.light
    both = zip(rows.roles, pairs, strict=True)
    found = [pair and glyphs_of(role, *pair, left, width) for role, pair in both]
    glyph, every = fields.add("glyph", found), [one for glyphs in found for one in glyphs or []]

    def colour(channel: Any, part: str) -> Any:
        return looks.by_value(channel, f"{glyph}.{part}", {one[part]: colours[one[part]] for one in every})

    shown = of_rows_with(alt.Chart(), glyph).transform_flatten([glyph])
    place: dict[str, Any] = {"xOffset": alt.ExprRef(f"datum.{glyph}.at"), "yOffset": rows.shift}
    return shown.mark_point(size=IN_PIXELS, opacity=1, **place).encode(
        x=alt.XValue(0),
        shape=alt.Shape(field=f"{glyph}.shape", type="nominal", scale=None),
        fill=colour(alt.FillValue, "fill"),
        stroke=colour(alt.StrokeValue, "edge"),
        strokeWidth=alt.StrokeWidth(field=f"{glyph}.wide", type="quantitative", scale=None),
        tooltip=fields.tooltip,
    )


def glyphs_of(role: str, more: RankedGroup, less: RankedGroup, left: float, width: float) -> list[dict[str, Any]]:
    """A box for each tenth, those of `more` filled, those of `less` outlined in the row's colour; then percentiles.

    A percentile lies on a stroke of paper: two strokes for the median, else one, heavy for who has more.
    """
    found, shape = [], _box((width / 10 - CUT) / 2)
    for tenth in range(1, 11):
        is_more, is_less = (isinstance(group, range) and tenth in group for group in (more, less))
        fill, edge = role if is_more else "slip", role if is_more or is_less else "context"
        at, wide = round(left + (tenth - 0.5) * width / 10, 2), 2.25 if is_less else 1
        found.append({"at": at, "shape": shape, "fill": fill, "edge": edge, "wide": wide})
    for group, heavy in ((less, False), (more, True)):
        if isinstance(group, float):
            at, twice = round(left + width * group / 100, 2), group == 50
            paper = {"at": at, "shape": upright(0), "fill": "paper", "edge": "paper", "wide": 8.4 if twice else 6}
            shape, wide = upright(*((-DOUBLE, DOUBLE) if twice else (0,))), 3.4 if heavy and not twice else 1.6
            found += [paper, {"at": at, "shape": shape, "fill": "paper", "edge": role, "wide": wide}]
    return found


def _box(half: float) -> str:
    """The shape of a box as high as a strip."""
    high = HIGH / 2
    return f"M-{half:g},-{high:g}L{half:g},-{high:g}L{half:g},{high:g}L-{half:g},{high:g}Z"


def upright(*places: float) -> str:
    """The shape of upright strokes."""
    return "".join(f"M{at:g},-{STROKE / 2:g}L{at:g},{STROKE / 2:g}" for at in places)


def words_of_strips(
    rows: Rows, who: Sequence[Sequence[str]], options: MultiplesOptions, left: float, width: float
) -> list[alt.Chart]:
    """Who is compared under each strip, and over the first one at which end the fewest are, and the most."""
    fields, layout = rows.fields, rows.layout
    words = fields.add("who_lines", ["\n".join(lines) for lines in who])
    down = rows.shift + layout.line + 6
    under = fields.words(words, layout.detail, dx=left, dy=down, leading=layout.line, role="muted")
    made = [under.encode(x=alt.XValue(0))]
    titles = (("fewest", options.fewest_title, left), ("most", options.most_title, left + width))
    for name, said, at in titles if layout.wide else ():  # on a phone they would stand on the name
        shown = fields.add_to_some(name, {0: said})
        end = fields.words(shown, layout.detail, dx=at, align="left" if at == left else "right", role="muted")
        made.append(end.encode(x=alt.XValue(0), y=alt.YValue(-8)))
    return made


def _legend_of(
    pairs: Sequence[tuple[RankedGroup, RankedGroup] | None], options: MultiplesOptions, drawing: Drawing
) -> list[LegendEntry]:
    """What the boxes of the strips mean, and the doubled stroke where there is one."""
    colours = drawing.palette.light
    ink = {"size": IN_PIXELS, "stroke": colours["ink"]}
    entries = [
        LegendEntry(options.more_title, ink | {"shape": _box(5), "fill": colours["ink"]}),
        LegendEntry(options.less_title, ink | {"shape": _box(5), "fill": colours["slip"], "strokeWidth": 2.25}),
        LegendEntry(options.median_title, ink | {"shape": upright(-DOUBLE, DOUBLE), "strokeWidth": 1.6}),
    ]
    medians = any(group == 50 for pair in pairs if pair for group in pair)
    return entries if medians else entries[:-1]


FORM = Form(
    "multiples", "How many times as much, and who is compared with whom?", MultiplesRow, MultiplesOptions, multiples
)
