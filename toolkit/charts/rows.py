"""Named rows over one horizontal axis, under the headings of their groups: shared by bars, dots, dumbbells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import altair as alt

from toolkit.charts import looks
from toolkit.charts.altair_axes import across, of_scale
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.expressions import field_of_row
from toolkit.charts.fields import Fields, of_row, of_rows_with, without_control_characters
from toolkit.charts.layers import faceted, layered
from toolkit.charts.plots import refuse_twice
from toolkit.charts.scales import PixelScale, positive, to_next_line, unit_of
from toolkit.charts.theme import Palette
from toolkit.charts.typography import balanced, text_width
from toolkit.core.errors import ToolkitError

HEADING = 15  # pixels by which a heading comes down to the line of the value that its rows are compared with
GAP = 16  # pixels between one group and the next heading
TICK = 26  # pixels of an axis's line around a mark, where no lines go through the plot
SPAN = 12  # pixels: the height of the bar of a range
LEADING = 1.2  # of names, in parts of their size
ASIDE = 16  # pixels from the column of names to the plot
HALO = 4  # pixels: the width of the outline of words beside marks


@dataclass(frozen=True, kw_only=True)
class NamedRow:
    """A row with its name and a detail under it; rows of a `group` share a heading, `entity` may have a colour."""

    name: str
    detail: str = ""
    group: str = ""
    entity: str | None = None
    reference: Cell | None = None

    @classmethod
    def of(cls, row: Any, name: str, reference: Cell | None = None) -> NamedRow:
        """What a form's row says of these: `detail` and `group`, and an `entity` if the form has one."""
        entity = getattr(row, "entity", None)
        return cls(name=name, detail=row.detail or "", group=row.group or "", entity=entity, reference=reference)


class Rows:
    """A plan of rows: names stand left of the plot in the wide layout, above each mark in the narrow one.

    `emphasis` is a row or a group, `x_title` is the axis's, `reference_title` follows a reference's value.
    Rows of the table that share a key of `keys` share a row of the plot, with the last detail that one of them has;
    without keys, each has its own. `half` is half
    of the height of marks; `aside` and `under` are what a form needs besides, right of the names and under each mark.
    `start` is where the plot starts, `step` the height of a row, `shift` how far below the middle of its row a mark
    stands, all in pixels. Raises ToolkitError for two rows of one name and detail.
    """

    def __init__(
        self,
        fields: Fields,
        layout: Layout,
        rows: Sequence[NamedRow],
        *,
        emphasis: str | None,
        x_title: str = "",
        reference_title: str = "",
        half: float = 12,
        aside: float = 0,
        under: float = 0,
        keys: Sequence[str] | None = None,
    ) -> None:
        rows = [
            replace(row, name=without_control_characters(row.name), detail=without_control_characters(row.detail or ""))
            for row in rows
        ]
        if keys:
            rows = once_named(rows, keys)
        self.fields, self.layout, self.rows = fields, layout, rows
        self.emphasis, self.x_title, self.reference_title = emphasis, x_title, reference_title
        palette = fields.drawing.palette
        self.roles = [role_of(row, emphasis, palette) for row in rows]
        self.role = fields.add("colour", self.roles)
        self.row = fields.add("row", keys or row_keys(rows, fields.drawing))
        self.group = fields.add("heading", [row.group for row in rows])
        self.name_width = names_width(rows, layout)
        self.start = aside + (self.name_width + ASIDE if layout.wide else 0)
        self._place_names(half, under)

    def _place_names(self, half: float, under: float) -> None:
        """Breaks names and details into lines, and says where the first of each stands below the middle of its row."""
        layout, size = self.layout, self.layout.label
        lead, step = size * LEADING, self.layout.line
        names = [balanced(row.name, self.name_width, size, 600) for row in self.rows]
        details = [balanced(row.detail, self.name_width, layout.detail) if row.detail else [] for row in self.rows]
        heights = [len(name) * lead + len(detail) * step for name, detail in zip(names, details, strict=True)]
        above, below = 5 + half, 8 + half + under
        self.step = max(32.0, max(heights) + 10, 2 * (below - 4)) if layout.wide else max(heights) + 1 + above + below
        self.shift = 0.0 if layout.wide else self.step / 2 - below
        tops = [-high / 2 if layout.wide else self.shift - above - high for high in heights]
        self.name_lines = self.fields.add("name", ["\n".join(name) for name in names])
        self.name_top = self.fields.add("name_dy", [round(top + size * 0.88, 1) for top in tops])
        self.detail_lines = self.fields.add("detail_lines", ["\n".join(detail) for detail in details])
        down = [top + len(name) * lead + layout.detail * 0.88 for top, name in zip(tops, names, strict=True)]
        self.detail_top = self.fields.add("detail_dy", [round(value, 1) for value in down])

    def look(self, kinds: Iterable[str], name: str = "look") -> str:
        """The field of the looks of marks: each row's colour, and a kind for each row."""
        return self.fields.add(name, [looks.with_kind(*one) for one in zip(self.roles, kinds, strict=True)])

    def chart(
        self, scale: PixelScale, values: Sequence[Cell], marks: Sequence[alt.Chart]
    ) -> alt.LayerChart | alt.FacetChart:
        """The chart of these marks over the axis of `scale`, with names, headings, and what rows are compared with.

        `values` give the axis its unit. Marks say their `x`; their `y` is that of the row. Raises ToolkitError for two
        currencies.
        """
        fields, layout = self.fields, self.layout
        title = scale.noted(self.x_title, lines_on(layout), fields.drawing.locale)
        axis = across(scale, unit_of(values), fields.drawing, layout, lines_on(layout), title, grid=layout.wide)
        x = alt.X(type="quantitative", scale=of_scale(scale), axis=axis)
        grid = [] if layout.wide else self.ticks(scale.ticks(lines_on(layout)), scale.log)
        return self.over(x, [*grid, *self.references(scale), *self.names_of(), *marks])

    def over(self, x: alt.X, layers: Sequence[alt.Chart]) -> alt.LayerChart | alt.FacetChart:
        """The chart of these layers in rows, under the headings of their groups, over an axis."""
        fields, layout = self.fields, self.layout
        y = alt.Y(field=self.row, type="nominal", sort=fields.values(self.row), axis=None, scale=alt.Scale(padding=0))
        whole = layered(*layers, data=fields.data, width=layout.width, height=alt.Step(self.step)).encode(x=x, y=y)
        groups = list(dict.fromkeys(row.group for row in self.rows))
        if groups == [""]:
            return whole
        row = alt.Row(field=self.group, type="nominal", sort=groups, header=self._heading())
        return faceted(whole, alt.FacetMapping(row=row), spacing=GAP, align="each").resolve_scale(y="independent")

    def _heading(self) -> alt.Header:
        """The look of the groups' headings, the emphasised one in the accent colour."""
        colours, layout = self.fields.drawing.palette.light, self.layout
        emphasised = f"parent.{self.group} === {json.dumps(self.emphasis)}"
        compared = any(row.reference for row in self.rows)
        return alt.Header(
            labelFontSize=layout.label,
            labelPadding=-HEADING if compared else -4,
            labelColor=alt.ExprRef(f"{emphasised} ? {json.dumps(colours['accent'])} : {json.dumps(colours['ink'])}"),
        )

    def names_of(self, rimmed: bool = False) -> list[alt.Chart]:
        """The names, and the details under them; `rimmed` ones can be read on a line that runs through them."""
        layout, rim = self.layout, 6 if rimmed else 0
        name = self.fields.words(
            self.name_lines, layout.label, 600, dy=of_row(self.name_top), leading=layout.label * LEADING, rim=rim
        )
        detail = self.fields.words(
            self.detail_lines, layout.detail, dy=of_row(self.detail_top), leading=layout.line, rim=rim, role="muted"
        )
        both = ((self.name_lines, name), (self.detail_lines, detail))
        return [words.encode(x=alt.XValue(0)) for lines, words in both if any(self.fields.values(lines))]

    def ticks(self, values: Sequence[float], log: bool = False) -> list[alt.Chart]:
        """Lines of the axis around each mark alone: above it stands its name."""
        colours = self.fields.drawing.palette.light
        tick: dict[str, Any] = {"orient": "vertical", "size": TICK, "thickness": 1, "yOffset": self.shift}
        return [
            alt.Chart()
            .mark_tick(color=colours["rule" if value or log else "context"], **tick)
            .encode(x=alt.X(datum=value, type="quantitative"))
            for value in values
        ]

    def references(self, scale: PixelScale) -> list[alt.Chart]:
        """Dotted lines at the values that the rows of a group are compared with, each with its value above it."""
        if not any(row.reference for row in self.rows):
            return []
        layout, low = self.layout, self.fields.low("reference")
        words, aside = self._reference_words(scale)
        x, once = alt.X(field=low, type="quantitative"), dict[str, Any](groupby=[low, words, aside, self.group])
        ink, line = self.fields.drawing.palette.light["ink"], of_rows_with(alt.Chart(), words)
        dotted: dict[str, Any] = {"color": ink, "strokeWidth": 1.6, "strokeDash": looks.DOTTED}
        if layout.wide:
            line = line.transform_aggregate(**once).mark_rule(**dotted)
            line = line.encode(y=alt.YValue(0), y2=alt.Y2Value("height"))
        else:
            ends: dict[str, Any] = {"yOffset": self.shift - TICK / 2, "y2Offset": self.shift + TICK / 2}
            line = line.mark_rule(**dotted, **ends).encode(y2=alt.Y2(field=self.row))
        label = self.fields.words(words, layout.detail, dx=of_row(aside), role="muted").transform_aggregate(**once)
        return [line.encode(x=x), label.encode(x=x, y=alt.YValue(-8))]

    def _reference_words(self, scale: PixelScale) -> tuple[str, str]:
        """The fields of what stands above a line that rows are compared with, and of how far right of it it begins.

        It stands over the middle of its line, but inside the drawing, and in the wide layout right of the heading.
        """
        layout, said, asides = self.layout, [], []
        for row in self.rows:
            text = f"{row.reference.text} {self.reference_title}".strip() if row.reference else None
            wide, at = (
                text_width(text or "", layout.detail),
                scale.at(row.reference.low if row.reference else scale.low),
            )
            free = text_width(row.group, layout.label, 600) + 8 if row.group and layout.wide else 0
            said.append(text)
            asides.append(round(min(max(at - wide / 2, free), layout.width - wide) - at, 1))
        return self.fields.add("reference_words", said), self.fields.add("reference_dx", asides)


def once_named(rows: Sequence[NamedRow], keys: Sequence[str]) -> list[NamedRow]:
    """The rows, of which the first of each key has the name, and the last detail of all with it."""
    first = {key: at for at, key in reversed([*enumerate(keys)])}
    details = {key: row.detail for key, row in zip(keys, rows, strict=True) if row.detail}
    whole = [replace(row, detail=details.get(key, "")) for key, row in zip(keys, rows, strict=True)]
    return [
        row if first[key] == at else NamedRow(name="") for at, (key, row) in enumerate(zip(keys, whole, strict=True))
    ]


def names_width(rows: Sequence[NamedRow], layout: Layout) -> float:
    """How wide names may be: the column of them left of the plot, or the whole narrow layout."""
    widest = max(text_width(row.name, layout.label, 600) for row in rows)
    longest = max(text_width(row.detail, layout.detail) for row in rows)
    return min(236.0, max(widest, longest) + 2) if layout.wide else layout.width


def row_keys(rows: Sequence[NamedRow], drawing: Drawing) -> list[str]:
    """What tells rows apart: their names, with the detail of those whose name stands twice in a group.

    Raises ToolkitError for two rows of one name and detail.
    """
    names = Counter((row.group, row.name) for row in rows)
    keys = [f"{r.name}, {r.detail}" if r.detail and names[r.group, r.name] > 1 else r.name for r in rows]
    groups = [row.group for row in rows]
    refuse_twice(zip(groups, keys, strict=True), lambda place: tuple(part for part in place if part), drawing)
    return keys


def value_words(
    rows: Rows, x: str, text: str, right: Sequence[float], size: float | None = None, weight: Literal[400, 600] = 600
) -> alt.Chart:
    """The values of rows in words beside their marks, in their colour.

    `x` is the field of the mark's end, `right` how many pixels right of it the words begin; below 0, they end there.
    """
    aside = rows.fields.add("value_dx", right)
    size = size or rows.layout.value - 1
    words = words_at_marks(rows, text, aside, size, weight, rows.shift + 5.5)
    return words.encode(x=alt.X(field=x, type="quantitative"))


def words_at_marks(rows: Rows, text: str, aside: str, size: float, weight: Literal[400, 600], down: float) -> alt.Chart:
    """Words in the colours of their rows; `aside` is the field of how far right of a mark they begin, or left end."""
    align = alt.ExprRef(f"datum.{aside} < 0 ? 'right' : 'left'")
    words = rows.fields.words(text, size, weight, dx=of_row(aside), dy=down, align=align, rim=HALO)
    return words.encode(**looks.words(rows.fields, rows.role))


def words_side(cell: Cell, reference: Cell | None, scale: PixelScale, layout: Layout, left: bool = True) -> float:
    """How far right of its mark a row's words begin; below 0, how far left of it they end, if they may stand there.

    They keep clear of the line that the row is compared with.
    """
    low, high = scale.at(cell.low), scale.at(cell.high)
    wide = text_width(cell.text, layout.value - 1, 600)
    line = scale.at(reference.low) if reference else None
    if line is not None and high < line < high + 15 + wide:
        if left and low - 13 - wide > scale.start:
            return -13
        if line + 7 + wide <= layout.width:
            return line + 7 - high
    return 13


def line_through(rows: Rows, scale: PixelScale) -> alt.Chart:
    """A light line through each row, as long as the scale."""
    line = alt.Chart().mark_rule(color=rows.fields.drawing.palette.light["rule"], yOffset=rows.shift)
    return line.encode(x=alt.XValue(scale.start), x2=alt.X2Value(scale.end))


def values_at(rows: Rows, encoding: str, cells: Sequence[Cell], look: str, scale: PixelScale) -> list[alt.Chart]:
    """Points at the values of a column, and bars from low to high for ranges, at least as wide as they are high."""
    fields = rows.fields
    at = fields.add("point", [None if cell.is_range else cell.low for cell in cells])
    point = alt.Chart().mark_point(size=180, opacity=1, yOffset=rows.shift)
    x = alt.X(field=at, type="quantitative")
    point = point.encode(x=x, tooltip=fields.tooltip, **looks.points(fields, look))
    if not fields.has_ranges(encoding):
        return [point]
    low, high = fields.low(encoding), fields.high(encoding)
    short = [max(0.0, SPAN - scale.at(cell.high) + scale.at(cell.low)) / 2 for cell in cells]
    by = fields.add("short", [round(one, 2) for one in short])
    wider: dict[str, Any] = {"xOffset": alt.ExprRef(f"-datum.{by}"), "x2Offset": alt.ExprRef(f"datum.{by}")}
    bar = alt.Chart().mark_bar(height=SPAN, yOffset=rows.shift, **wider)
    bar = bar.transform_filter(f"{field_of_row(low)} !== {field_of_row(high)}")
    x, x2 = alt.X(field=low, type="quantitative"), alt.X2(field=high)
    return [bar.encode(x=x, x2=x2, tooltip=fields.tooltip, **looks.bars(fields, look)), point]


def bars_from_zero(rows: Rows, cells: Sequence[Cell], near: str, far: str) -> list[alt.Chart]:
    """Bars up to the end of a value that is nearer to zero, and of ranges the part from there to the far end."""
    fields = rows.fields
    look = rows.look(cell.kind for cell in cells)
    bar = alt.Chart().encode(tooltip=fields.tooltip)
    solid = bar.mark_bar(height=18, yOffset=rows.shift).encode(x=alt.X(field=near, type="quantitative"))
    made = [solid.encode(x2=alt.X2(datum=0), **looks.bars(fields, look))]
    if near != far:
        look = rows.look([looks.PROJECTED] * len(cells), "range_look")
        beyond = bar.transform_filter(f"{field_of_row(near)} !== {field_of_row(far)}")
        beyond = beyond.mark_bar(height=14, yOffset=rows.shift).encode(x=alt.X(field=far, type="quantitative"))
        made.append(beyond.encode(x2=alt.X2(field=near), **looks.bars(fields, look)))
    return made


def ends_of_axis(
    cells: Sequence[Cell], drawing: Drawing, layout: Layout, encoding: str, log: bool, start: float | None
) -> tuple[float, float]:
    """The ends of an axis for these values: from `start`, without one from zero or the lowest value below it.

    Raises ToolkitError for a value left of `start`, which is in the unit of `encoding`, and for what no log scale has.
    """
    values = [end for cell in (*cells, *drawing.annotated_values("x")) for end in (cell.low, cell.high)]
    low, high = min(values), max(values)
    if log:
        positive(values, drawing.where, "x")
        return (low / 1.25, high * 1.05) if high / low >= 10 else (low / 2, max(high * 1.2, low * 10))
    first = min(0.0, low) if start is None else start
    if low < first:
        ends = [drawing.in_scale_of(end, drawing.encodings[encoding]) for end in (low, first)]
        found, allowed = f"a value of {ends[0]:g} left of the axis", f"values from {ends[1]:g}"
        raise ToolkitError(drawing.where, found, allowed, "set x_from lower")
    return first, to_next_line(first, high if high > first else first + 1, lines_on(layout))


def lines_on(layout: Layout) -> int:
    """About how many vertical lines the axis has."""
    return 5 if layout.wide else 4


def role_of(row: NamedRow, emphasis: str | None, palette: Palette) -> str:
    """The role of a row's colour: its entity's own, or "context", a grey, where the palette has none for the entity.

    Of rows without an entity: "accent" for the emphasised row or group, or for all if nothing is; else "ink".
    """
    if row.entity:
        return palette.role_of(row.entity) or "context"
    if emphasis is None:
        return "accent"
    return "accent" if emphasis and emphasis in (row.name, row.group) else "ink"
