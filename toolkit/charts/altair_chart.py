"""An author's own Altair chart: its data from the table, the theme of the house, laid out for a page's two widths."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

import vl_convert

from toolkit.charts import svg, typography
from toolkit.charts.altair_theme import CATEGORIES, configuration, in_variables, unreadable
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.placement import WATERMARK_WEIGHT
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.text import DATE

FORM = "altair"  # the form that such a chart has in a page's JSON
VIEWS = ("layer", "hconcat", "vconcat", "concat", "spec")  # where a specification holds others
SIDE_BY_SIDE = ("hconcat", "concat", "facet", "repeat")
NARROWEST = 110  # pixels of the plots of a facet: below them, fewer stand side by side
FIRST, SECOND = 240.0, 120.0  # widths of plots at which a chart of many is measured
SHADED = ("color", "fill", "stroke")
Specification = dict[str, Any]


def marks(drawing: Drawing, layout: Layout) -> tuple[list[svg.Element], float]:
    """(the checked marks of an author's chart in a layout, its height in pixels).

    Raises ToolkitError with what Vega-Lite refuses, with too many colours, and with texts that overlap, run out of the
    drawing, are too small or hard to read.
    """
    where = f"{drawing.where}, {layout.name}"
    _refuse_colours(drawing, where)
    refused: list[ToolkitError] = []
    for arranged in arrangements(drawing, layout, where):
        try:
            return _checked(_drawn(arranged, where), drawing, layout, where)
        except ToolkitError as error:
            refused.append(error)
    raise refused[-1]  # of the fewest plots side by side, which have the most room


def _checked(raw: str, drawing: Drawing, layout: Layout, where: str) -> tuple[list[svg.Element], float]:
    """What `marks` returns of a drawn SVG."""
    simulated = drawing.locale.say(Kind.SYNTHETIC.label) if drawing.kind == "synthetic" else ""
    top = 2 * layout.detail if simulated else 0.0  # a line of its own, which no mark reaches
    found = svg.elements(raw, where, top)
    if simulated:
        style = (("font-size", f"{layout.detail:g}"), ("font-weight", str(WATERMARK_WEIGHT)), ("text-anchor", "end"))
        muted = (("fill", drawing.palette.light["muted"]),)
        found.append(svg.Element("text", simulated, style + muted, layout.width, layout.detail))
    height = _size(raw)[1] + top
    found = in_variables(found, drawing.palette)
    if problems := list(unreadable(found, drawing.palette, where)):
        raise ToolkitError(problems)
    svg.check(found, layout.width, height, where, layout.floor)
    return found, height


def arrangements(drawing: Drawing, layout: Layout, where: str) -> Iterator[Specification]:
    """The specification with data and theme, as wide as the layout; with fewer and fewer plots side by side.

    A single plot fits itself. Charts of many plots are measured at two widths of their plots, which says the third;
    each plot has NARROWEST pixels or more. Raises ToolkitError if not even one has.
    """
    whole = specification(drawing, layout)
    if _is_single(whole):
        yield whole | {"width": layout.width, "autosize": {"type": "fit-x", "contains": "padding"}}
        return
    most, found = _columns(whole), False
    for columns in range(most, 0, -1):
        arranged = _arranged(whole, columns) if columns < most else whole
        first, second = (_size(_drawn(_with_width(arranged, width), where))[0] for width in (FIRST, SECOND))
        slope = (first - second) / (FIRST - SECOND)
        width = FIRST + (layout.width - first) / slope if slope > 0 else 0.0
        if width >= NARROWEST or (columns == 1 and width > NARROWEST / 2):
            found = True
            yield _with_width(arranged, int(width))
    if not found:
        raise ToolkitError(
            where,
            "its plots have no room side by side",
            f"plots of {NARROWEST} pixels or more in a chart {layout.width:g} wide",
            "set fewer beside one another: facet by row, or wrap with columns=",
        )


def published(drawing: Drawing, layout: Layout) -> Specification:
    """The specification as readers may open it in an editor: data, plain colours, title and description."""
    title = {"text": drawing.title, "subtitle": drawing.subtitle}
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    made = next(arrangements(drawing, layout, drawing.where))
    return {"$schema": schema, "title": title, "description": drawing.alt, **made, "background": "white"}


def specification(drawing: Drawing, layout: Layout) -> Specification:
    """The Vega-Lite specification of an author's chart: data, and configuration under what the author configured."""
    made = copy.deepcopy(dict(drawing.specification or {}))
    for encoding in _encodings(made):
        _quantise(encoding)
        _count_in_ones(encoding)
    types = {name: kind for encoding in _encodings(made) for name, kind in _fields(encoding)}
    made["datasets"] = {f"table-{place}": rows for place, rows in enumerate(_data(drawing, types), 1)}
    made["config"] = _merged(configuration(drawing.palette, layout, _is_single(made)), made.get("config", {}))
    made["padding"] = 1
    return made


def _data(drawing: Drawing, types: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    """The rows of each frame that the chart was made of, which stand one after the other in its table."""
    start = 0
    for count in drawing.frames:
        rows = drawing.rows[start : start + count]
        ranges = {name for row in rows for name, cell in row.items() if isinstance(cell, Cell) and cell.is_range}
        yield [dict(field for cell in row.items() for field in _value(*cell, types, ranges)) for row in rows]
        start += count


def _value(name: str, cell: Any, types: Mapping[str, str], ranges: set[str]) -> Iterator[tuple[str, Any]]:
    """The fields of a cell, as a frame of the table has them: a range is <name>_low and <name>_high."""
    if name in ranges:
        yield f"{name}_low", cell.low if isinstance(cell, Cell) else cell
        yield f"{name}_high", cell.high if isinstance(cell, Cell) else cell
    elif isinstance(cell, Cell):
        yield name, int(cell.low) if cell.low.is_integer() else cell.low
    elif isinstance(cell, str) and types.get(name) == "quantitative" and re.fullmatch(r"-?\d+", cell):
        yield name, int(cell)  # a year or a code, which a table has as text
    elif isinstance(cell, str) and types.get(name) == "temporal" and DATE.fullmatch(cell) and len(cell) == 10:
        yield name, f"{cell}T00:00:00"  # a day alone is read in universal time and drawn in local time
    else:
        yield name, cell


def _views(view: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A specification and all that it holds."""
    if isinstance(view, dict):
        yield view
        for name in VIEWS:
            inner = view.get(name, ())
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _views(one)


def _encodings(whole: Specification) -> Iterator[dict[str, Any]]:
    yield from (view["encoding"] for view in _views(whole) if isinstance(view.get("encoding"), dict))


def _fields(encoding: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for channel in encoding.values():
        for one in channel if isinstance(channel, list) else [channel]:
            if isinstance(one, dict) and isinstance(one.get("field"), str):
                yield one["field"], one.get("type", "")


def _quantise(encoding: dict[str, Any]) -> None:
    """Steps in place of a ramp: its colours can be named in a legend, and exchanged on a dark ground."""
    for name in SHADED:
        channel = encoding.get(name)
        if isinstance(channel, dict) and channel.get("type") == "quantitative" and channel.get("scale", {}) is not None:
            channel["scale"] = {"type": "quantize", "nice": True} | channel.get("scale", {})


def _count_in_ones(encoding: dict[str, Any]) -> None:
    """An axis of counts has no line at half a count."""
    for name in "xy":
        channel = encoding.get(name)
        if isinstance(channel, dict) and channel.get("aggregate") == "count" and channel.get("axis", {}) is not None:
            channel["axis"] = {"tickMinStep": 1, "format": ",d"} | channel.get("axis", {})


def _refuse_colours(drawing: Drawing, where: str) -> None:
    """Raises ToolkitError where categories would share the theme's colours."""
    problems = []
    for encoding in _encodings(dict(drawing.specification or {})):
        for name in SHADED:
            channel = encoding.get(name)
            own = isinstance(channel, dict) and {"range", "scheme"} & (channel.get("scale") or {}).keys()
            if isinstance(channel, dict) and channel.get("type") == "nominal" and "field" in channel and not own:
                values = {row.get(channel["field"]) for row in drawing.rows} - {None}
                if len(values) > len(CATEGORIES):
                    problems.append(
                        Problem(
                            where,
                            f"{len(values)} colours for {channel['field']}",
                            f"at most {len(CATEGORIES)}: more cannot be told apart",
                            "facet by it, or colour the one that the title names",
                        )
                    )
    if problems:
        raise ToolkitError(problems)


def _is_single(view: Mapping[str, Any]) -> bool:
    """True for a chart of one plot, whose layers may be many."""
    many = any(name in view for name in (*VIEWS[1:], "facet", "repeat"))
    return not many and not {"facet", "row", "column"} & view.get("encoding", {}).keys()


def _columns(whole: Mapping[str, Any]) -> int:
    """How many plots stand side by side at most; 9 where only the data say it."""
    counts = [len(view["hconcat"]) for view in _views(whole) if "hconcat" in view]
    counts += [view["columns"] for view in _views(whole) if "columns" in view]
    many = any("column" in view.get("encoding", {}) or _wraps(view) for view in _views(whole))
    return max([9 if many else 1, *counts])


def _wraps(view: Mapping[str, Any]) -> bool:
    """True for plots that stand side by side, as many as there are, since nothing says how many."""
    wrapped = "columns" not in view
    facet = view.get("facet") or view.get("encoding", {}).get("facet")
    grid = isinstance(facet, dict) and ("column" in facet or "field" in facet) and "columns" not in facet
    repeated = isinstance(view.get("repeat"), list) or "column" in (view.get("repeat") or ())
    return wrapped and (grid or repeated or "concat" in view)


def _arranged(whole: Specification, columns: int) -> Specification:
    """The specification with at most so many plots side by side; a grid of rows and columns stays one."""
    made = copy.deepcopy(whole)
    for view in _views(made):
        if "hconcat" in view and len(view["hconcat"]) > columns:
            view["concat"] = view.pop("hconcat")
        encoding = view.get("encoding", {})
        if "column" in encoding and "row" not in encoding:
            encoding["facet"] = encoding.pop("column")
        if "facet" in encoding:
            encoding["facet"]["columns"] = columns
        if isinstance(view.get("facet"), dict) and view["facet"].keys() == {"column"}:
            view["facet"] = view["facet"]["column"]
        if isinstance(view.get("repeat"), dict) and view["repeat"].keys() == {"column"}:
            view["repeat"] = view["repeat"]["column"]
        if any(name in view for name in SIDE_BY_SIDE) and not isinstance(view.get("repeat"), dict):
            view["columns"] = columns
    return made


def _with_width(whole: Specification, width: float) -> Specification:
    """The specification with plots of this width, whatever the author gave."""
    made = copy.deepcopy(whole)
    for view in _views(made):
        if "mark" in view or "layer" in view:
            view["width"] = width
    return made


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two configurations, one over the other."""
    both = {name: _merged(below[name], value) for name, value in above.items() if _nested(below.get(name), value)}
    return {**below, **above, **both}


def _nested(one: object, other: object) -> bool:
    return isinstance(one, Mapping) and isinstance(other, Mapping)


def _drawn(whole: Specification, where: str) -> str:
    typography.register_fonts()
    try:
        return vl_convert.vegalite_to_svg(whole, vl_version="6.4")
    except ValueError as error:
        said = next((line for line in str(error).splitlines() if line.strip()), "an error")
        raise ToolkitError(where, said, "a chart that Vega-Lite draws", "mend the chart") from error


def _size(raw: str) -> tuple[float, float]:
    root = ElementTree.fromstring(raw)
    return float(root.get("width", 0)), float(root.get("height", 0))
