"""Numbers that the texts of an author's chart write: a column's in the words of its table; no others, which are bare.

A text that is typed into the chart, or that Vega works out of columns, is looked for in the drawing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from toolkit.charts.derived_fields import made_by
from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.drawn_marks import DrawnMark
from toolkit.charts.formats import fields_with_titles, format_problems, words_alone
from toolkit.charts.specification import Specification, channel_parts, unit_views
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import shortened

OTHER = "text_of_no_column"  # begins the names of views whose texts are looked for in the drawing


def write_in_words(made: Specification, drawing: Drawing) -> None:
    """Lets texts of a column of numbers write these in words, unless the author gave plain numbers a format.

    `made` has the data of the chart, whose rows get the words too; views with other texts are named by `OTHER`.
    Raises ToolkitError for each format that gives numbers another unit, or takes theirs away.
    """
    if problems := list(format_problems(made, drawing)):
        raise ToolkitError(problems)
    numbers = {name for row in drawing.rows for name, cell in row.items() if isinstance(cell, Cell)}
    columns = {name for row in drawing.rows for name in row}
    named = fields_with_titles(made) - drawing.held.keys()  # an axis in thousands does not say the unit of 30,500
    worded: set[str] = set()
    for place, unit in enumerate(unit for unit in unit_views(made) if unit.type == "text"):
        if "text" in unit.encoding:  # its own, as what one layer works out may be another's column
            unit.view.setdefault("encoding", {})["text"] = copy.deepcopy(unit.encoding["text"])
        parts = list(channel_parts(unit.view.get("encoding", {}).get("text")))
        worked_out = {name for step in unit.transforms for name in made_by(step)}
        if not parts or any(_is_other(part, columns - worked_out) for part in parts):
            unit.view["name"] = f"{OTHER}_{place}"
        for part in parts:
            if part.get("field") in numbers - worked_out and not {"format", "aggregate", "bin"} & part.keys():
                worded.add(part["field"])
                part |= {"field": f"{part['field']}_text", "type": "nominal"}
    rows = [row for data in made["datasets"].values() for row in data]
    for row, cells in zip(rows, drawing.rows, strict=True) if worded else ():
        held = {name: cells.get(name) for name in worded if name in cells}
        row |= {
            f"{name}_text": (cell.text if name in named else words_alone(cell)) if isinstance(cell, Cell) else ""
            for name, cell in held.items()
        }


def text_problems(marks: Iterable[DrawnMark], drawing: Drawing, where: str) -> Iterator[Problem]:
    """The problem of the first number that a text writes in the drawing and no column of the chart's table has."""
    known = {cell.text if isinstance(cell, Cell) else str(cell) for row in drawing.rows for cell in row.values()}
    texts = (mark.words for mark in marks if mark.tag == "text" and any(OTHER in group.names for group in mark.groups))
    wrong = (words for words in texts if words not in known and any(sign.isdecimal() for sign in words))
    for words in islice(wrong, 1):
        yield Problem(
            where,
            f"the text {shortened(repr(words))}, which no column of the chart's table has",
            "columns of the table, whose numbers have a unit and a receipt",
            "work it out in the question or the frame, and write that column",
        )


def _is_other(part: Mapping[str, Any], columns: set[str]) -> bool:
    """Whether a text is no column of the table as it is; dates are."""
    if part.get("type") == "temporal" or "timeUnit" in part:
        return False
    return bool({"aggregate", "bin"} & part.keys()) or part.get("field") not in columns
