"""Notes on a chart, `notes_at` of `story.chart`: words at a point, a line across the plot, a band, an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.call_errors import clear_call
from toolkit.core.errors import Problem, StoryError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.core.unit import unit_text, unit_without_scales
from toolkit.database.cell import cell_json
from toolkit.database.table import Table
from toolkit.notebook.expressions_in_charts import times_scale
from toolkit.notebook.prose import Text, to_text

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
TAKES = 'a number, or as text a date ("2026-04") or a name on the axis; two of them, (from, to), are a band'
CALL = 'note("what happened", x="2026-04")'
End = Number | str


@dataclass(frozen=True)
class ChartNote:
    """Words on a chart, and where they stand on each axis.

    That is one value, the two ends of a band, or () where the note goes all along that axis.
    """

    label: Text
    x: tuple[End, ...]
    y: tuple[End, ...]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of its words and of its place."""
        return (*self.label.numbers, *(end for end in (*self.x, *self.y) if isinstance(end, Number)))

    def to_json(self) -> dict[str, Any]:
        """The note for the page."""
        places = {"x": [_place_json(end) for end in self.x], "y": [_place_json(end) for end in self.y]}
        return {"label": self.label.to_json(), **places}


@clear_call
def note(label: str | Text, *, x: Any = None, y: Any = None) -> ChartNote:
    """Words on a chart: at x a line upwards (an event on its date), at y a line across, at both a point.

    A place is a number with its receipt, or as text a date or a name on the axis; (from, to), and a number that is a
    range, are a band. Raises StoryError for a typed number, in the words or as a place, and for a note without words,
    without a place, or with a band on one axis and a place on the other.
    """
    where = f"note({str(label)!r})"
    words, places = to_text(label, where), {"x": _ends(x), "y": _ends(y)}
    problems = [problem for axis, ends in places.items() for problem in _wrong_places(axis, ends, where)]
    if not str(words).strip():
        problems.append(Problem(where, "no words", "a few words", CALL))
    if not any(places.values()):
        problems.append(Problem(where, "no place", f"x= or y=: {TAKES}", CALL))
    if all(places.values()) and any(_is_band(ends) for ends in places.values()):
        problems.append(Problem(where, "a band on one axis and a place on the other", "one of them", "drop the other"))
    if problems:
        raise StoryError(problems)
    return ChartNote(words, places["x"], places["y"])


def read_annotations(notes_at: Any, table: Table, where: str) -> tuple[ChartNote, ...]:
    """The notes of a chart. Raises StoryError for what is no note, and for places with no match in the table."""
    notes = list(notes_at) if isinstance(notes_at, (list, tuple)) else [notes_at]
    wrong = [one for one in notes if not isinstance(one, ChartNote)]
    problems = [Problem(f"{where}, notes_at", f"{one!r}", "notes", f"notes_at=[{CALL}]") for one in wrong]
    names = dict.fromkeys(str(cell) for row in table.rows for cell in row if isinstance(cell, str)) if notes else {}
    # the cells of a column are in one unit, that of the first
    units = [_unit(cell) for column in table.columns for cell in table[column.name][:1] if isinstance(cell, Number)]
    for one in notes:
        if isinstance(one, ChartNote):
            for end in (*one.x, *one.y):
                problems += _not_in_table(end, list(names), units, f"{where}, notes_at {str(one.label)!r}")
    if problems:
        raise StoryError(problems)
    return tuple(notes)


def _place_json(end: End) -> object:
    """A place for the page; of a number in percent or millions its value without that scale: 0.45 of 45 percent."""
    if isinstance(end, Number) and (times := times_scale(end.unit)) != 1:
        cell: Any = cell_json(end)
        return cell | {"low": end.low / times, "high": end.high / times}
    return cell_json(end)


def _ends(place: Any) -> tuple[Any, ...]:
    return () if place is None else tuple(place) if isinstance(place, (list, tuple)) else (place,)


def _is_band(ends: Sequence[Any]) -> bool:
    return len(ends) > 1 or any(isinstance(end, Number) and end.low != end.high for end in ends)


def _wrong_places(axis: str, ends: Sequence[Any], where: str) -> Iterator[Problem]:
    if len(ends) > 2:
        yield Problem(where, f"{axis}= of {len(ends)} values", "one, or two as (from, to)", TAKES)
    for end in ends:
        if not isinstance(end, (Number, str)):
            typed = isinstance(end, (int, float)) and not isinstance(end, bool)
            remedy = f'write {axis}="{end}" if it is a year, or take the number from a source' if typed else CALL
            yield Problem(where, f"{axis}={end!r}{', a typed number' if typed else ''}", TAKES, remedy)


def _not_in_table(end: End, names: Sequence[str], units: Sequence[str], where: str) -> Iterator[Problem]:
    """The problem of a place with no match in the chart's table."""
    if isinstance(end, Number):
        if units and _unit(end) not in units:
            yield Problem(where, f"{end} in {_unit(end)}", " or ".join(dict.fromkeys(units)), "convert it with .to()")
    elif end not in names and not DATE.fullmatch(end):
        yield Problem(where, f"{end!r}, which the table does not have", nearest_first(end, names), "name one of them")


def _unit(number: Number) -> str:
    return unit_text(unit_without_scales(number.unit))
