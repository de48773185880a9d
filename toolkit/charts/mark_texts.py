"""Numbers that the texts of an author's chart write: a column's in the words of its table; no others, which are bare.

A text that is typed into the chart, or that Vega works out of columns, is looked for in the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from toolkit.charts.arrangement import VIEWS, Specification, views
from toolkit.charts.clipping import SVG
from toolkit.charts.drawing import Cell, Drawing
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import shortened

PLACES = ("axis", "legend", "header")  # of a channel, where its numbers stand too
SIGNS = {"%": "percent", "$": "money"}  # in a format, and the form of numbers that it is for
PLAIN = re.compile(r"[−-]?[\d,.]+")
OTHER = "text_of_no_column"  # begins the names of views whose texts are looked for in the drawing


def write_in_words(made: Specification, drawing: Drawing) -> None:
    """Lets texts of a column of numbers write these in words, unless the author gave plain numbers a format.

    `made` has the data of the chart, whose rows get the words too; views with other texts are named by `OTHER`.
    Raises ToolkitError for each format that gives numbers another unit, or takes theirs away.
    """
    if problems := list(_false_formats(made, drawing)):
        raise ToolkitError(problems)
    numbers = {name for row in drawing.rows for name, cell in row.items() if isinstance(cell, Cell)}
    columns = {name for row in drawing.rows for name in row}
    worded: set[str] = set()
    for place, (view, channel, worked_out) in enumerate(_text_views(made, {}, frozenset())):
        parts = list(_parts(channel))
        if not parts or any(_is_other(part, columns - worked_out) for part in parts):
            view["name"] = f"{OTHER}_{place}"
        for part in parts:
            if part.get("field") in numbers - worked_out and not {"format", "aggregate", "bin"} & part.keys():
                worded.add(part["field"])
                part |= {"field": f"{part['field']}_text", "type": "nominal"}
    rows = [row for data in made["datasets"].values() for row in data]
    for row, cells in zip(rows, drawing.rows, strict=True) if worded else ():
        held = {name: cells.get(name) for name in worded if name in cells}
        row |= {f"{name}_text": cell.text if isinstance(cell, Cell) else "" for name, cell in held.items()}


def text_problems(root: ElementTree.Element, drawing: Drawing, where: str) -> Iterator[Problem]:
    """The problem of the first number in Vega's SVG that a text writes and no column of the chart's table has."""
    known = {cell.text if isinstance(cell, Cell) else str(cell) for row in drawing.rows for cell in row.values()}
    for group in root.iter(f"{SVG}g"):
        if OTHER not in group.get("class", ""):
            continue
        for text in group.iter(f"{SVG}text"):
            words = "".join(text.itertext())
            if words not in known and any(sign.isdecimal() for sign in words):
                yield Problem(
                    where,
                    f"the text {shortened(repr(words))}, which no column of the chart's table has",
                    "columns of the table, whose numbers have a unit and a receipt",
                    "work it out in the question or the frame, and write that column",
                )
                return


def _false_formats(made: Specification, drawing: Drawing) -> Iterator[Problem]:
    """A problem for each format of a text, an axis or a legend that says another unit than its numbers have."""
    for view in views(made):
        for name, channel in view.get("encoding", {}).items():
            field = channel.get("field") if isinstance(channel, dict) else None
            if not isinstance(field, str) or {"aggregate", "bin"} & channel.keys():
                continue
            given = channel.get("format") or next(
                (one["format"] for part in PLACES if isinstance(one := channel.get(part), dict) and "format" in one), ""
            )
            held = [cell for row in drawing.rows if isinstance(cell := row.get(field), Cell)]
            if not held or not isinstance(given, str) or not given:
                continue
            wrong = any(sign in given and held[0].form != form for sign, form in SIGNS.items())
            if wrong or (name == "text" and not all(PLAIN.fullmatch(cell.text) for cell in held)):
                yield Problem(
                    f"{drawing.where}, {name}",
                    f"the format {given!r} for numbers such as {held[0].text}",
                    "texts of numbers in the words of their table; on axes a format of the same unit",
                    "leave the format out",
                )


def _text_views(
    view: Specification, around: Mapping[str, Any], worked_out: frozenset[str]
) -> Iterator[tuple[Specification, Any, frozenset[str]]]:
    """(view, its channel of texts, the fields that its transforms work out) of every view that writes texts."""
    encoding = {**around, **view.get("encoding", {})}
    worked_out = worked_out | {name for step in view.get("transform", ()) for name in _made_by(step)}
    mark = view.get("mark")
    kind, given = (mark.get("type"), mark.get("text")) if isinstance(mark, dict) else (mark, None)
    if kind == "text":
        if "text" in encoding and "text" not in view.get("encoding", {}):
            view.setdefault("encoding", {})["text"] = encoding["text"] = dict(encoding["text"])
        yield view, encoding.get("text", given), worked_out
    for name in VIEWS:
        inner = view.get(name, ())
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from _text_views(one, encoding if name == "layer" else {}, worked_out)


def _made_by(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a transform of Vega-Lite makes; of a lookup they are columns of another table of the chart."""
    if "lookup" in step:
        return
    parts = [part for one in step.values() if isinstance(one, list) for part in one if isinstance(part, dict)]
    for part in (step, *parts):
        made = part.get("as", ())
        yield from [made] if isinstance(made, str) else made


def _parts(channel: Any) -> Iterator[dict[str, Any]]:
    """A channel, and what its conditions put in its place."""
    if isinstance(channel, dict):
        if "field" in channel or "condition" not in channel or channel.get("value") not in (None, ""):
            yield channel
        conditions = channel.get("condition", ())
        for one in conditions if isinstance(conditions, list) else [conditions]:
            yield from _parts(one)


def _is_other(part: Mapping[str, Any], columns: set[str]) -> bool:
    """Whether a text is no column of the table as it is; dates are."""
    if part.get("type") == "temporal" or "timeUnit" in part:
        return False
    return bool({"aggregate", "bin"} & part.keys()) or part.get("field") not in columns
