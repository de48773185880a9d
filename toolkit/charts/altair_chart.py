"""Altair charts, authors' own and those of house forms: data, the theme of the house, a page's two widths, checks."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from toolkit.charts import annotation_words, mark_texts, svg, vega
from toolkit.charts.altair_maps import as_features, is_map, with_height
from toolkit.charts.altair_theme import CATEGORIES, MANY, ON_EITHER_SIDE, configuration, labels_in, with_css_variables
from toolkit.charts.annotations import annotated
from toolkit.charts.arrangement import arrangements, is_single
from toolkit.charts.clipping import ROOM, cut_off, without_marks, without_size
from toolkit.charts.contrast import unreadable, unseen
from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.charts.drawn_marks import DrawnMarks, read_marks
from toolkit.charts.encodings import Form
from toolkit.charts.fields import Records
from toolkit.charts.formats import SHADED
from toolkit.charts.forms import form_of
from toolkit.charts.geometry import Box
from toolkit.charts.interaction import COMPOSITE
from toolkit.charts.label_words import DISCRETE, alike_labels, write_labels
from toolkit.charts.specification import Specification, channels, mark_type, unit_views, views
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import ONE_PERIOD

WITHOUT_A_MARK = {"invalid": "break-paths-show-domains"}  # of rows: axes show them too
WATERMARK_WEIGHT = 600  # of its font
EDGE = 6  # pixels beside plots, whose width Vega counts without points that stand at their edge
APART = 4  # pixels between labels of an axis: of nearer ones some are left out
OWN = ("range", "scheme")  # of a scale: its author's colours
TRENDS = {"regression", "loess"}  # transforms over another field
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def checked_marks(drawing: Drawing, layout: Layout) -> tuple[list[svg.Element], float]:
    """(the marks of a chart in a layout as Vega places them, its height in pixels), checked.

    Raises ToolkitError with what the form or Vega-Lite refuses, with too many colours, and with texts that overlap, run
    out of the drawing, are too small or hard to read.
    """
    where = f"{drawing.where}, {layout.name}"
    _refuse(drawing, layout, where)
    refused: list[ToolkitError] = []
    for made in specs_that_fit(drawing, layout, where):
        try:
            read, paper = read_marks(_drawn(made, where)), drawing.palette.light["paper"]
            drawn, notes_extent = annotation_words.place_words(read, made, layout, paper)
            found = _checked(drawn, drawing, layout, where, notes_extent)
            drawing.cache[f"{layout.name} specification"] = made
            return found
        except ToolkitError as error:
            refused.append(error)
    raise refused[-1]  # of the fewest plots side by side, which have the most room


def _checked(
    drawn: DrawnMarks, drawing: Drawing, layout: Layout, where: str, notes_extent: tuple[float, float]
) -> tuple[list[svg.Element], float]:
    """What `checked_marks` returns of what Vega drew; the words of notes reach downwards from and to `notes_extent`."""
    reached = drawn.reach.joined(Box(0.0, notes_extent[0], 0.0, notes_extent[1]))
    top = (2 * layout.detail if drawing.watermark else 0.0) - reached.top  # SIMULATED has a line that no mark reaches
    found = svg.elements(drawn.marks, where, top)
    if drawing.watermark:
        style = (("font-size", f"{layout.detail:g}"), ("font-weight", str(WATERMARK_WEIGHT)), ("text-anchor", "end"))
        muted = (("fill", drawing.palette.light["muted"]),)
        found.append(svg.Element("text", drawing.watermark, style + muted, layout.width, layout.detail))
    height = reached.bottom + top
    found = with_css_variables(found, drawing.palette)
    problems = [
        *unreadable(found, drawing.palette, where),
        *unseen(found, drawing.palette, where),
        *without_marks(drawn, where),
        *cut_off(drawn, where),
        *(without_size(drawn, where) if _has_lengths(drawing, layout) else ()),
        *mark_texts.text_problems(drawn.marks, drawing, where),
        *alike_labels(drawn.marks, where),
    ]
    if problems:
        raise ToolkitError(problems)
    svg.check_texts(found, layout.width, height, where, layout.floor)
    if max(-reached.left, reached.right - layout.width) > ROOM:
        raise ToolkitError(
            where,
            f"marks from {reached.left:.0f} to {reached.right:.0f} px across",
            f"marks inside {layout.width:g} px",
            "widen the domain of the scale, or shift marks less",
        )
    return found, height


def specs_that_fit(drawing: Drawing, layout: Layout, where: str) -> Iterator[Specification]:
    """The specification with data and theme, in the ways in which it may stand in the layout, the best first.

    A form plans its layout itself. Raises ToolkitError for an unknown form, and as `arrangement.arrangements` does.
    """
    if form := form_of(drawing):
        yield spec_of_form(form, drawing, layout)
        return
    for plan in (lambda whole: whole, _with_room_for_names):
        whole = plan(spec_of_author(drawing, layout))
        yield from arrangements(whole, layout, where, lambda made: read_marks(_drawn(made, where)).width)


def _with_room_for_names(whole: Specification) -> Specification:
    """The specification with names of categories turned below a plot, and a plot as high as those beside it need."""
    axis = whole["config"]["axisX"]
    if axis.get("labelAngle") == 0:
        del axis["labelAngle"]  # Vega-Lite's own is upright, of names alone
    for view in views(whole):
        if any(unit.encoding.get("y", {}).get("type") in DISCRETE for unit in unit_views(view)):
            view.pop("height", None)
    return whole


def spec_of_form(form: Form, drawing: Drawing, layout: Layout) -> Specification:
    """The specification of a house form's chart in a layout, with the theme; its data are the form's records.

    Raises ToolkitError with every note that has no place in the chart.
    """
    with debug_mode(False), alt.theme.enable("none"):  # the forms' own marks need no checking against a schema
        made = form.draw(drawing, layout).to_dict(validate=False)
    for view in views(made):
        held = view.get("data", {}).get("values")
        if isinstance(held, Records):  # Vega reads a field that is not there as it reads null
            view["data"]["values"] = [
                {field: value for field, value in record.items() if value is not None} for record in held.rows
            ]
    made = annotated(made, drawing, layout)
    made["config"] = _merged(configuration(drawing.palette, layout, is_single(made)), made.get("config", {}))
    made["config"]["mark"] |= WITHOUT_A_MARK
    return made | {"padding": {"left": 0, "right": 0, "top": 2, "bottom": 4}}


def spec_of_author(drawing: Drawing, layout: Layout) -> Specification:
    """The Vega-Lite specification of an author's chart: data, and configuration under what the author configured.

    Raises ToolkitError with every note that has no place in the chart.
    """
    made = copy.deepcopy(_of_author(drawing, layout))
    _adapt_legends(made, drawing)
    for part, _ in _crowded(made, drawing):
        part["scale"] = part.get("scale", {}) | {"range": _colours(MANY, drawing)}
    types = {str(part["field"]): part["type"] for _, part in channels(made) if {"field", "type"} <= part.keys()}
    _read_days(made, types)
    made["datasets"] = {f"table-{place}": rows for place, rows in enumerate(_data(drawing, types), 1)}
    mark_texts.write_in_words(made, drawing)
    write_labels(made, drawing)
    if is_map(made):
        made["datasets"] = {name: as_features(rows, drawing.where) for name, rows in made["datasets"].items()}
        with_height(made, made["datasets"], layout)
    made = annotated(made, drawing, layout)
    config = configuration(drawing.palette, layout, is_single(made)) | labels_in(drawing.locale)
    config["axis"] |= {"labelSeparation": APART}
    made["config"] = _merged(config, made.get("config", {}))
    made["padding"] = 1 if is_single(made) else {"left": 1, "top": 1, "bottom": 1, "right": EDGE}
    return made


def _has_lengths(drawing: Drawing, layout: Layout) -> bool:
    """Whether an author's chart draws numbers other than zero, and not as boxes, which may be as narrow as a line."""
    made = _of_author(drawing, layout)
    boxes = any(mark_type(view) in COMPOSITE for view in views(made))
    drawn = {str(part.get("field")) for _, part in channels(made) if part.get("type") == "quantitative"}
    held = (cell for row in drawing.rows for name, cell in row.items() if name in drawn and isinstance(cell, Cell))
    return not boxes and any(cell.low or cell.high for cell in held)


def _of_author(drawing: Drawing, layout: Layout) -> Specification:
    """The author's specification for a layout."""
    return dict(drawing.specification or {}) if layout.wide or drawing.narrow is None else dict(drawing.narrow)


def _data(drawing: Drawing, types: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    """The rows of each frame that the chart was made of, which stand one after the other in its table."""
    start, types = 0, {**types, **{name: "quantitative" for name in drawing.typed if types.get(name) != "temporal"}}
    for count in drawing.frames:
        rows = [drawing.as_in_frame(row) for row in drawing.rows[start : start + count]]
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
    elif isinstance(cell, str) and types.get(name) == "quantitative" and NUMBER.fullmatch(cell):
        yield name, float(cell) if "." in cell else int(cell)  # a year, a code, a limit of a bin: text in a table
    elif types.get(name) == "quantitative" and cell in ("True", "False"):
        yield name, cell == "True"
    elif isinstance(cell, str) and types.get(name) == "temporal" and ONE_PERIOD.fullmatch(cell) and len(cell) == 10:
        yield name, f"{cell}T00:00:00"  # a day alone is read in universal time and drawn in local time
    else:
        yield name, cell


def _colours(roles: Iterable[str], drawing: Drawing) -> list[str]:
    return [drawing.palette.light.get(role, role) for role in roles]


def _adapt_legends(made: Specification, drawing: Drawing) -> None:
    """Steps in place of a ramp, for legends and dark grounds; no place of a legend in pixels, as widths change.

    Steps would leave out the middle that an author gives a ramp: it stays one, and its legend has signs.
    """
    for name, part in channels(made):
        scale = part.get("scale", {})
        if name in SHADED and part.get("type") == "quantitative" and scale is not None and "domainMid" in scale:
            part["scale"] = (
                {"range": _colours(ON_EITHER_SIDE, drawing), "interpolate": "rgb"} | scale
                if not {*OWN} & {*scale}
                else scale
            )
            if part.get("legend", {}) is not None:
                part["legend"] = {"type": "symbol"} | part.get("legend", {})
        elif name in SHADED and part.get("type") == "quantitative" and scale is not None:
            part["scale"] = {"type": "quantize", "nice": True} | scale
        if (legend := part.get("legend")) and legend.get("orient") == "none":
            part["legend"] = {
                key: value for key, value in legend.items() if key not in ("orient", "legendX", "legendY")
            }


def _read_days(made: Specification, types: Mapping[str, str]) -> None:
    """Lets a trend be worked out over days, which are texts in the data: Vega-Lite would draw nothing of it."""
    for view in views(made):
        if steps := view.get("transform", []):
            trends = {step["on"] for step in steps if TRENDS & step.keys() and types.get(step["on"]) == "temporal"}
            days = [{"calculate": f"toDate(datum[{json.dumps(day)}])", "as": day} for day in sorted(trends)]
            view["transform"] = [*days, *steps]


def _refuse(drawing: Drawing, layout: Layout, where: str) -> None:
    """Raises ToolkitError where categories would share the theme's colours, and where Vega-Lite ignores an encoding."""
    made = _of_author(drawing, layout)
    problems = [problem for view in views(made) for problem in _ignored_offsets(view.get("encoding", {}), where)]
    problems += [
        Problem(
            where,
            f"{count} colours for {part['field']}",
            f"at most {len(MANY)}: more cannot be told apart",
            "facet by it, or colour the one that the title names",
        )
        for part, count in _crowded(made, drawing)
        if count > len(MANY)
    ]
    if problems:
        raise ToolkitError(problems)


def _crowded(made: Specification, drawing: Drawing) -> Iterator[tuple[dict[str, Any], int]]:
    """(part of a channel, number of its categories) where the theme has fewer colours, and the author gave none."""
    for name, part in channels(made):
        own = {*OWN} & (part.get("scale") or {}).keys()
        if name in SHADED and part.get("type") == "nominal" and isinstance(part.get("field"), str) and not own:
            values = {row.get(part["field"]) for row in drawing.rows} - {None}
            if len(values) > len(CATEGORIES):
                yield part, len(values)


def _ignored_offsets(encoding: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for axis in "xy":
        channel, along = encoding.get(f"{axis}Offset"), encoding.get(axis)
        steady = isinstance(along, dict) and along.get("type") in ("quantitative", "temporal")
        binned = isinstance(along, dict) and (along.get("bin") or along.get("timeUnit"))
        if isinstance(channel, dict) and "field" in channel and steady and not binned:
            yield Problem(
                where,
                f"{axis}Offset={channel['field']} on a continuous axis, which Vega-Lite ignores",
                f"{axis}Offset on an axis of categories",
                f'offsets in pixels are data: mark_text(d{axis}=alt.ExprRef("datum.{channel["field"]}"))',
            )


def _merged(below: Any, above: Any) -> Any:
    """Two configurations, one over the other."""
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    return {**below, **{name: _merged(below.get(name), value) for name, value in above.items()}}


def _drawn(whole: Specification, where: str) -> str:
    try:
        return vega.svg_of_vega_lite(whole)
    except ValueError as error:
        said = next((line for line in str(error).splitlines() if line.strip()), "an error")
        raise ToolkitError(where, said, "a chart that Vega-Lite draws", "mend the chart") from error
