"""Notes on a chart of any form: words at a point, a reference line, a band, an event; layers on its own scales.

A note has a place on one axis (a line across the plot, or a band between two values) or on both (a point). Its words
are put clear of all else once Vega has drawn the chart: their offsets are data of their layer (`annotation_words.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.charts.dates import ISO, moment
from toolkit.charts.derived_fields import COUNTS, derived_fields, known_as
from toolkit.charts.drawing import Annotation, Cell, Drawing, Layout
from toolkit.charts.encodings import did_you_mean
from toolkit.charts.interaction import NOTE, title_of
from toolkit.charts.looks import DOTTED
from toolkit.charts.notes import UNSEEN
from toolkit.charts.slots import column_key
from toolkit.charts.specification import Specification, values_of
from toolkit.charts.typography import wrapped
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import nearest_first

Axis = Literal["x", "y"]
AXES: tuple[Axis, Axis] = ("x", "y")
WIDEST = 0.4  # of the layout's width: longer words are broken into lines
WHOLE = {"x": ({"value": 0}, {"value": "width"}), "y": ({"value": 0}, {"value": "height"})}
# what stays with the view when its marks become one layer of several
OUTSIDE = ("data", "width", "height", "config", "padding", "autosize", "bounds", "view", "background", "datasets")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ALLOWED = {"number": "a number, or the text of a year", "time": 'a date, such as "2026-04" or "2026-04-15"'}
FACETS = ("row", "column", "facet")


@dataclass(frozen=True)
class PlotScale:
    """A scale of a plot: the channel that a mark is placed by, the values it has room for, and its name in Vega.

    `kind` is "number", "time" or "band"; of a band, `values` are its categories, else the ends of a given domain.
    A number of the page is multiplied by `factor` to be a value on it: by 100 where 0.45 stands at 45 percent.
    """

    kind: str
    channel: Mapping[str, Any]
    values: Sequence[Any]
    name: str
    factor: float = 1.0


def annotated(specification: Specification, drawing: Drawing, layout: Layout) -> Specification:
    """The specification with a layer or two for each note, in every plot that has its axes.

    Raises ToolkitError with every note that has no place: no such axis, no such category, outside of the axis.
    """
    if not drawing.notes_at:
        return specification
    plots = _NotesInPlots(specification, drawing, layout)
    result = plots.within(specification)
    problems = [*plots.problems, *plots.of_unplaced()]
    if problems:
        raise ToolkitError(list(dict.fromkeys(problems)))
    return result


def _note_location(drawing: Drawing, note: Annotation) -> str:
    return f"{drawing.where}, notes_at {note.label!r}"


@dataclass(frozen=True)
class _NotesInPlots:
    """Adds the notes of a drawing to the plots of its specification.

    `placed` gets the notes, by their place among all, that some plot has the axes for; `problems` what is wrong with
    others.
    """

    specification: Specification
    drawing: Drawing
    layout: Layout
    placed: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def within(self, view: Specification, prefix: str = "") -> Specification:
        """A view with the notes in each of its plots; `prefix` begins the names of its scales in Vega."""
        for name in ("hconcat", "vconcat", "concat"):
            if name in view:
                plots = [self.within(plot, f"{prefix}concat_{nth}_") for nth, plot in enumerate(view[name])]
                return view | {name: plots}
        if "facet" in view:
            return view | {"spec": self.within(view["spec"], f"{prefix}child_" if _has_own_y_scales(view) else prefix)}
        if not {"mark", "layer"} & view.keys():
            return view
        if facets := {name: view["encoding"][name] for name in FACETS if name in view.get("encoding", {})}:
            return self.within(_faceted(view, facets), prefix)
        under, over = self._layers_in_plot(view, prefix)
        if not under and not over:
            return view
        outside = {name: value for name, value in view.items() if name in OUTSIDE}
        plot = {name: value for name, value in view.items() if name not in OUTSIDE}
        return outside | {"layer": [*under, plot, *over]}

    def _layers_in_plot(self, plot: Specification, prefix: str) -> tuple[list[Specification], list[Specification]]:
        """(layers under the marks of a plot, layers over them) of the notes that it has the axes for."""
        found = ((axis, _scale(plot, axis, self.specification, prefix, self.drawing)) for axis in AXES)
        scales = {axis: scale for axis, scale in found if scale}
        under: list[Specification] = []
        over: list[Specification] = []
        for nth, note in enumerate(self.drawing.notes_at):
            needed = [axis for axis in AXES if getattr(note, axis)]
            if not set(needed) <= scales.keys():
                continue
            self.placed.add(nth)
            wrong = [problem for axis in needed for problem in _misplaced(note, axis, scales[axis], self.drawing)]
            self.problems.extend(wrong)
            if not wrong:
                mark, words = _layers(nth, note, scales, plot, self.drawing, self.layout)
                (under if mark["mark"]["type"] == "rect" else over).append(mark)
                over.append(words)
        return under, over

    def of_unplaced(self) -> Iterator[Problem]:
        """The problem of each note that no plot has the axes for, and that is not wrong otherwise."""
        wrong = {problem.where for problem in self.problems}
        for nth, note in enumerate(self.drawing.notes_at):
            where = _note_location(self.drawing, note)
            if nth not in self.placed and where not in wrong:
                axes = " and ".join(axis for axis in AXES if getattr(note, axis))
                found = f"no plot of the chart has one axis {axes} for all its marks"
                yield Problem(where, found, "a chart with such an axis", "say it in notes=")


def _has_own_y_scales(view: Mapping[str, Any]) -> bool:
    """Whether the plots of a facet have vertical scales of their own, as rows under headings do."""
    return view.get("resolve", {}).get("scale", {}).get("y") == "independent"


def _faceted(view: Specification, facets: Specification) -> Specification:
    """A view with facets in its encoding, rewritten with the facet operator: that one may hold layers."""
    encoding = {name: channel for name, channel in view["encoding"].items() if name not in FACETS}
    outside = {name: view[name] for name in ("data", "config", "padding", "resolve", "datasets") if name in view}
    rest = {name: value for name, value in view.items() if name not in outside}
    facet = {name: value for name, value in facets.get("facet", facets).items() if name != "columns"}
    columns = {"columns": facets["facet"]["columns"]} if "columns" in facets.get("facet", {}) else {}
    return outside | columns | {"facet": facet, "spec": rest | {"encoding": encoding}}


def _scale(
    view: Specification, axis: Axis, specification: Specification, prefix: str, drawing: Drawing
) -> PlotScale | None:
    """The scale of an axis in a plot; None where a reader sees none, or each layer has its own."""
    channel = _channel(view, axis, {})
    if channel is None or view.get("resolve", {}).get("scale", {}).get(axis) == "independent":
        return None
    given = channel.get("scale") or {}
    domain: list[Any] = given["domain"] if isinstance(given.get("domain"), list) else []
    if channel["type"] in ("nominal", "ordinal"):
        sort = channel.get("sort") if isinstance(channel.get("sort"), list) else []
        categories = [value for value in values_of(specification, channel.get("field")) if value is not None]
        return PlotScale("band", channel, domain or sort or categories, f"{prefix}{axis}")
    if channel.get("axis", {}) is None and not _is_column(
        channel.get("field"), drawing
    ):  # positions that a form works out
        return None
    kind = "time" if channel["type"] == "temporal" else "number"
    return PlotScale(kind, channel, domain, f"{prefix}{axis}", _factor(channel, specification, drawing))


def _factor(channel: Mapping[str, Any], specification: Specification, drawing: Drawing) -> float:
    """How many times a page's numbers the values of a channel are; those of a house form are the page's."""
    if drawing.specification is None or channel.get("aggregate") in COUNTS or channel.get("stack") == "normalize":
        return 1.0
    return known_as(str(channel.get("field")), derived_fields(specification, drawing.held)).times


def _is_column(field: Any, drawing: Drawing) -> bool:
    """Whether a field is a column of the table, or an end of one."""
    return any(field in (name, f"{name}_low", f"{name}_high") for name in drawing.rows[0])


def _channel(view: Specification, axis: Axis, around: Mapping[str, Any]) -> dict[str, Any] | None:
    """The channel that places the first marks of a plot on an axis, with what it inherits from views around."""
    own = view.get("encoding", {}).get(axis, {})
    channel = {**around, **own} if isinstance(own, dict) and "value" not in own else {}
    if "mark" in view:
        return channel if "type" in channel and {"field", "aggregate", "datum"} & channel.keys() else None
    channels = (_channel(layer, axis, channel) for layer in view.get("layer", ()))
    return next((one for one in channels if one), None)


def _misplaced(note: Annotation, axis: Axis, scale: PlotScale, drawing: Drawing) -> Iterator[Problem]:
    """The problems of a note's place on an axis."""
    for end in getattr(note, axis):
        end_text, where = f"{axis}={end.text if isinstance(end, Cell) else end!r}", _note_location(drawing, note)
        if scale.kind == "band":
            names = [str(value) for value in scale.values]
            if column_key(end) not in names:
                yield Problem(
                    where,
                    f"{end_text}, which is not on the axis",
                    nearest_first(column_key(end), names),
                    f"{did_you_mean(column_key(end), names)}name one of them",
                )
            continue
        values = _values_of(end, scale)
        if not values:
            yield Problem(
                where, f"{end_text} on an axis of {scale.kind}s", ALLOWED[scale.kind], f"give {axis}= such a one"
            )
        elif any(isinstance(value, (int, float)) for value in scale.values):
            low, high = min(scale.values), max(scale.values)
            at = [moment(end, where)] if isinstance(end, str) and scale.kind == "time" else values
            if not all(low <= value <= high for value in at):
                yield Problem(where, f"{end_text}, beyond the ends of the axis", "a place on it", "say it in notes=")


def _layers(
    nth: int, note: Annotation, scales: Mapping[Axis, PlotScale], view: Specification, drawing: Drawing, layout: Layout
) -> tuple[Specification, Specification]:
    """(mark, words) of a note, each a layer; the words stand at its start until annotation_words.py moves them."""
    colours = drawing.palette.light
    record: dict[str, Any] = {"words": "\n".join(wrapped(note.label, layout.width * WIDEST, layout.detail))}
    places: dict[str, Any] = {}
    for axis in AXES:
        if ends := getattr(note, axis):
            places |= _place(axis, ends, scales[axis], record, alone=not (note.x and note.y))
    bands = any(f"{axis}2" in places for axis in AXES)
    for axis in AXES:
        if axis not in places:
            places[axis], places[f"{axis}2"] = WHOLE[axis]
    shift = _shift(view) if note.y and scales["y"].kind == "band" else 0
    ink = {"stroke": colours["ink"], "strokeWidth": 1.6}
    mark: dict[str, Any] = {"type": "rule", "color": colours["ink"], "strokeWidth": 1.6, "strokeDash": list(DOTTED)}
    if bands:
        mark = {"type": "rect", "color": colours["slip"]}
    elif note.x and note.y:
        mark = {"type": "point", "filled": False, "size": 150, "opacity": 1, "yOffset": shift, **ink}
    elif note.y:
        mark |= {"xOffset": 2, "x2Offset": -2}  # else the width of its ends would make the plot larger
    start = {name: channel for name, channel in places.items() if not name.endswith("2")}
    words = {
        "type": "text",
        "baseline": "alphabetic",
        "align": {"expr": "datum.align"},
        "dx": {"expr": "datum.dx"},
        "dy": {"expr": "datum.dy"},
        "lineBreak": "\n",
        "lineHeight": layout.line,
        "fontSize": {"expr": "datum.size"},
        "color": colours["ink" if note.x and note.y else "muted"],
        "fontWeight": 600 if note.x and note.y else 400,
    }
    if not bands:
        words |= {"stroke": colours["paper"], "strokeWidth": 4}
    record |= {"align": "left", "dx": 0, "dy": 0, "size": UNSEEN}
    data = {"values": [record]}
    text = {"field": "words", "type": "nominal"}
    return (
        {"name": f"{NOTE}_{nth}_mark", "data": data, "mark": mark, "encoding": places},
        {"name": f"{NOTE}_{nth}_words", "data": data, "mark": words, "encoding": start | {"text": text}},
    )


def _place(
    axis: Axis, ends: Sequence[Cell | str], scale: PlotScale, record: dict[str, Any], alone: bool
) -> dict[str, Any]:
    """The channels of a place on an axis: one value, or the two ends of a band; values become fields of `record`.

    `alone` is true for a note that has a place on this axis only.
    """
    if scale.kind == "band":
        first, last = column_key(ends[0]), column_key(ends[-1])
        edges = {"x": (first, 0.0), "x2": (last, 1.0)}
        if not alone:
            edges = {"x": (first, 0.5)}
        elif len(ends) == 1 and (isinstance(ends[0], Cell) or ISO.fullmatch(first)):
            edges = {"x": (first, 0.0)}  # an event, before its column
        return {name.replace("x", axis): _on_band(scale.name, *edge) for name, edge in edges.items()}
    values = [value for end in ends for value in _values_of(end, scale)]
    record |= {f"at_{axis}": values[0]}
    shared = scale.channel  # Vega-Lite gives layers one axis and scale, with what any of them says
    own = {name: shared[name] for name in ("type", "timeUnit") if name in shared} | {"field": f"at_{axis}"}
    own |= {name: None for name in ("axis", "scale") if shared.get(name, "") is None}
    if "title" not in shared and "title" not in (shared.get("axis") or {}):
        own["title"] = title_of(shared) or None
    channels: dict[str, Any] = {axis: own}
    if values[-1] != values[0]:
        record |= {f"to_{axis}": values[-1]}
        channels[f"{axis}2"] = {"field": f"to_{axis}"}
    return channels


def _values_of(end: Cell | str, scale: PlotScale) -> list[Any]:
    """The ends of a value as the scale's field has them; [] for one that it has no place for."""
    if scale.kind == "number":
        ends = [end.low * scale.factor, end.high * scale.factor] if isinstance(end, Cell) else []
        return ends or ([float(end)] if isinstance(end, str) and NUMBER.fullmatch(end) else [])
    if isinstance(end, Cell) or not ISO.fullmatch(end):
        return []
    utc = (scale.channel.get("scale") or {}).get("type") == "utc"
    return [f"{(end + '-01-01')[:10]}T00:00:00{'Z' if utc else ''}"]


def _on_band(name: str, category: str, part: float) -> dict[str, Any]:
    """A position within a category of a band, by Vega's scale; in data it would change the order of the categories."""
    escaped = category.replace("\\", "\\\\").replace("'", "\\'")
    return {"value": {"expr": f"scale('{name}', '{escaped}') + {part:g} * bandwidth('{name}')"}}


def _shift(view: Specification) -> float:
    """How far below the middle of its band a plot has its marks, in pixels: on a phone below the name of the row."""
    marks = [layer["mark"] for layer in view.get("layer", ()) if "tooltip" in layer.get("encoding", {})]
    shifts = [mark.get("yOffset") for mark in marks if isinstance(mark, dict)]
    return next((shift for shift in shifts if isinstance(shift, (int, float))), 0)
