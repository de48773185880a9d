"""What a reader may do with a chart, in Vega-Lite's own terms, so that any editor of it does the same.

Tooltips of a few lines, marks that step back while another is pointed at, a legend that filters, and zoom for clouds of
points. What an author said of any of these stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from toolkit.charts.dates import vega_date
from toolkit.charts.expressions import field_of_row
from toolkit.charts.features import COLUMN as GEOMETRY
from toolkit.charts.specification import Specification, UnitView, channels, mark_type, objects_of, plots, views
from toolkit.core.locales import Locale

LINES = 5  # of a tooltip at most
BRACKET = re.compile(r"\(([^()]*)\)$")  # of a title, what its unit stands in
CITED = "cited"  # the field of a row's source
SHOWN = ("detail", "color", "fill", "stroke", "shape", "row", "column", "facet", "x", "x2", "y", "y2", "theta", "size")
LEGENDS = ("color", "fill", "stroke", "shape")
UNITS = re.compile("year|quarter|month|week|dayofyear|date|day|hours|minutes|seconds|milliseconds")
SERIES = ("line", "area", "trail")  # marks of many rows each
CLOUD = ("point", "circle", "square")
UNSEEN = {"fillOpacity": 0, "strokeOpacity": 0}  # points that can be pointed at
NOTE = "notes_at"  # begins the names of layers with an author's notes, which say by themselves what they are
SILENT = ("text", "image")  # marks that stand beside others, and say by themselves what they are
STEPS_BACK = 0.25  # the opacity of what is not pointed at
COMPOSITE = ("boxplot", "errorbar", "errorband")  # which take no selections, and say what they are made of
REGROUPING = ("aggregate", "density", "quantile", "regression", "loess", "pivot", "bin")  # rows are others after them
CONTINUOUS = ("quantitative", "temporal")
ZOOM = {  # with Shift alone: without it the page scrolls
    "type": "interval",
    "zoom": "wheel![event.shiftKey]",
    "translate": "[pointerdown[event.shiftKey], window:pointerup] > window:pointermove!",
}


def make_interactive(made: Specification, worded: Mapping[str, str] | None, locale: Locale) -> None:
    """Adds all this to a specification; `worded` has the field of a number's words by the field of the number.

    It is None of a house form, whose marks have tooltips where they are to be pointed at.
    """
    formats = {"quantitative": ",.3~f", "temporal": vega_date(locale)}  # of what no table words
    for view in views(made):
        if "mark" in view:
            view["mark"] = {"type": view["mark"]} if isinstance(view["mark"], str) else view["mark"]
    for _, channel in channels(made):
        if channel.get("type") == "temporal":
            _date(channel)
    own = any("params" in view for view in views(made))
    regrouped = any(step.keys() & set(REGROUPING) for view in views(made) for step in view.get("transform", ()))
    for place, parts in enumerate(list(plots(made))):
        for part in parts:
            if part.name.startswith(NOTE) or part.type in SILENT or (worded is None and "tooltip" not in part.encoding):
                part.view["mark"]["aria"] = False
            elif part.type not in COMPOSITE:
                _tell(part, {} if regrouped else worded or {}, formats)
        clouded = any(part.type in CLOUD for part in parts)
        for part in parts:
            if part.type in SERIES and not clouded and part.view["mark"].get("aria", True):
                part.view["mark"] |= {"point": UNSEEN, "aria": False}  # each row of a line can be pointed at
        if not own:
            _highlight(parts, place)
    if not own and _is_cloud(made):
        made.setdefault("params", []).append({"name": "zoom", "select": ZOOM, "bind": "scales"})


def with_sources(made: Specification, sources: Mapping[int, str], title: str) -> None:
    """Adds the source of each row of a house form's table to the data, and to tooltips as their last line."""
    for view in views(made):
        if isinstance(data := view.get("data"), dict) and data.get("name") == "table":
            for nth, row in enumerate(data["values"]):
                row[CITED] = sources.get(nth)
        lines = view.get("encoding", {}).get("tooltip")
        if isinstance(lines, list):  # the kind of the numbers, the last of the form's own, stays
            last = {"field": CITED, "type": "nominal", "title": title}
            view["encoding"]["tooltip"] = [*lines[:-1][: LINES - 2], lines[-1], last]


def _date(channel: Specification) -> None:
    """Puts dates for milliseconds: a page that runs no code from text reads a time of one number as none."""
    for part, name in (("scale", "domain"), ("axis", "values")):
        if isinstance(held := channel.get(part), dict) and isinstance(held.get(name), list):
            held[name] = [_calendar(value) if isinstance(value, (int, float)) else value for value in held[name]]


def _calendar(milliseconds: float) -> dict[str, Any]:
    found = datetime.fromtimestamp(milliseconds / 1000, UTC)
    clock = {"hours": found.hour, "minutes": found.minute, "seconds": found.second}
    later = {name: value for name, value in clock.items() if value}  # what is not given is midnight's
    return {"utc": True, "year": found.year, "month": found.month, "date": found.day, **later}


def _tell(part: UnitView, worded: Mapping[str, str], formats: Mapping[str, str]) -> None:
    """Gives marks a tooltip, and its lines as their name for screen readers where these are fields of their row."""
    encoding = part.view.setdefault("encoding", {})
    if "tooltip" not in part.encoding and "tooltip" not in part.view["mark"]:
        part.encoding["tooltip"] = encoding["tooltip"] = _tooltip(part.encoding, worded, formats)
    lines = part.encoding.get("tooltip")
    if isinstance(lines, list):
        lines = [_in_words(line, worded) for line in lines if line.get("field") != GEOMETRY]
        part.encoding["tooltip"] = encoding["tooltip"] = lines
    said = [_said(line) for line in lines] if isinstance(lines, list) else []
    if said and all(said) and "description" not in part.encoding:
        encoding["description"] = {"value": {"expr": f"slice({' + '.join(said)}, 2)"}}


def _said(line: Mapping[str, Any]) -> str:
    """The expression of a line of a tooltip as text; "" for a bin or a span of time, which Vega-Lite words itself."""
    if "bin" in line or "timeUnit" in line or isinstance(line.get("field"), dict):
        return ""
    operation, field = line.get("aggregate"), line.get("field", "")
    name = "__count" if operation == "count" else f"{operation}_{field}" if operation else field
    value = held = field_of_row(name)
    if "format" in line:
        value = f"{'timeFormat' if line['type'] == 'temporal' else 'format'}({value}, {json.dumps(line['format'])})"
    return f"(isValid({held}) ? {json.dumps(f'; {title_of(line)}: ')} + {value} : '')"


def _plain_fields(part: UnitView) -> list[str]:
    """The fields of a tooltip, if all its lines are fields of the row as they are; else []."""
    given = part.encoding.get("tooltip")
    lines = given if isinstance(given, list) else []
    grouped = any({"bin", "timeUnit", "aggregate"} & line.keys() for line in lines)
    grouped = grouped or any(not isinstance(line.get("field"), str) for line in lines)
    return [] if grouped else [line["field"] for line in lines]


def _highlight(parts: list[UnitView], place: int) -> None:
    """Lets the other marks of a plot step back while one, or an entry of the legend, is chosen."""
    parts = [part for part in parts if not part.name.startswith(NOTE)]
    described = [part for part in parts if part.view["mark"].get("aria", True) or part.type in SERIES]
    if not described or any("opacity" in part.encoding for part in parts) or described[0].type in COMPOSITE:
        return
    first = described[0]
    definitions = [one for name in ("detail", *LEGENDS) for one in objects_of(first.encoding.get(name))]
    series = [str(definition["field"]) for definition in definitions if _names(definition)]
    fields = series if first.type in SERIES else _plain_fields(first)
    if not fields and (len(parts) > 1 or first.type in SERIES):
        return
    pointed = {"type": "point", "on": "pointerover", "clear": "pointerout"} | ({"fields": fields} if fields else {})
    params: list[dict[str, Any]] = [{"name": f"pointed_{place}", "select": pointed}]
    chosen: dict[str, Any] = {"param": f"pointed_{place}"}
    legend = next((name for name in LEGENDS if _names(first.encoding.get(name))), "")
    if legend and first.encoding[legend].get("legend", {}) is not None:
        entries = {"type": "point", "fields": [first.encoding[legend]["field"]]}
        params.append({"name": f"legend_{place}", "select": entries, "bind": "legend"})
        chosen = {"test": {"and": [chosen, {"param": f"legend_{place}"}]}}
    first.view["params"] = params
    for part in parts:
        if part.type in ("rule", "image") or ("data" in part.view and part.view is not first.view):
            continue
        full = part.view["mark"].pop("opacity", 0.7 if part.type in CLOUD and len(parts) == 1 else 1)
        opacity = {"condition": chosen | {"value": full}, "value": STEPS_BACK * full}
        part.view.setdefault("encoding", {})["opacity"] = opacity


def _tooltip(
    encoding: Mapping[str, Any], worded: Mapping[str, str], formats: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A line for each field that a mark shows: what it is, then its value, numbers in the words of their table."""
    lines: dict[str, dict[str, Any]] = {}
    for name in SHOWN:
        along = objects_of(encoding.get(name.rstrip("2")))[:1]  # the axis of both ends
        for channel in objects_of(encoding.get(name)):
            title = title_of(channel)
            if title and name.endswith("2") and (said := _title_given(along[0]) if along else ""):
                title = f"{title} ({(BRACKET.findall(said) or [said])[-1]})"
            field = channel.get("field")
            if isinstance(field, dict):  # of a repeat, which has a title for each plot
                lines[json.dumps(field)] = {key: channel[key] for key in ("field", "type") if key in channel}
            elif title and title not in lines:
                line = _line(channel, worded, formats)
                per_cent = line["type"] == "quantitative" and "%" in _labels_of(along) and "%" not in title
                whole = channel.get("stack") != "normalize" or worded.get(str(field)) != ""  # its sum has a scale
                lines |= {title: line | {"title": f"{title} (%)" if per_cent else title}} if whole else {}
    return list(lines.values())[:LINES]


def _line(channel: Mapping[str, Any], worded: Mapping[str, str], formats: Mapping[str, str]) -> dict[str, Any]:
    line = {key: channel[key] for key in ("aggregate", "bin", "timeUnit", "field", "type") if key in channel}
    line.setdefault("type", "quantitative")
    if line.keys() <= {"field", "type"} and line.get("field") in worded:
        return _in_words(line, worded) if worded[line["field"]] else line | {"format": ","}  # in full, as it was read
    if line.get("bin") or line.get("timeUnit") or line["type"] not in formats:
        return line
    return {"format": formats[line["type"]], **line, **_format_of(channel)}


def _in_words(line: Mapping[str, Any], worded: Mapping[str, str]) -> dict[str, Any]:
    """A line of a tooltip that has a number as it is, with that number in words, where it has these."""
    if line.keys() <= {"field", "type", "title"} and (words := worded.get(str(line.get("field")))):
        return {"title": title_of(line), **line, "field": words, "type": "nominal"}
    return dict(line)


def _labels_of(channels: Iterable[Mapping[str, Any]]) -> str:
    """The expressions of the labels of axes or legends."""
    return "".join(str((one.get("axis") or one.get("legend") or {}).get("labelExpr", "")) for one in channels)


def _format_of(channel: Mapping[str, Any]) -> dict[str, str]:
    """The format of the labels of an axis or a legend, which no expression changes."""
    given = channel.get("axis") or channel.get("legend") or {}
    return {"format": given["format"]} if isinstance(given.get("format"), str) and "labelExpr" not in given else {}


def _title_given(channel: Mapping[str, Any]) -> str:
    """The title that a channel, or its axis or legend, is given; "" without one."""
    own = channel.get("title") or (channel.get("axis") or channel.get("legend") or {}).get("title")
    return own if isinstance(own, str) else ""


def title_of(channel: Mapping[str, Any]) -> str:
    """What a channel shows, in the words that its axis has too; "" where it shows nothing that has a name."""
    field, operation = channel.get("field", ""), channel.get("aggregate")
    if own := _title_given(channel):
        return own
    if operation == "count":
        return "Count of Records"
    if not isinstance(field, str) or not field or isinstance(operation, dict):
        return ""
    if isinstance(unit := channel.get("timeUnit"), str):
        return f"{field} ({'-'.join(UNITS.findall(unit))})"
    words = f"{operation.capitalize()} of {field}" if operation else field
    return f"{words} (binned)" if channel.get("bin") else words


def _names(channel: Any) -> bool:
    return isinstance(channel, dict) and isinstance(channel.get("field"), str) and channel.get("type") == "nominal"


def _is_cloud(view: Mapping[str, Any]) -> bool:
    """Whether a chart is one plot of points between two continuous axes."""
    encoding = view.get("encoding", {})
    axes = [encoding.get(name, {}) for name in "xy"]
    smooth = all(axis.get("type") in CONTINUOUS and not axis.get("bin") and not axis.get("aggregate") for axis in axes)
    many = {"row", "column", "facet"} & encoding.keys()
    return mark_type(view) in CLOUD and smooth and not many
