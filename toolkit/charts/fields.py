"""A drawing's table as the data of its Altair chart: the table's own columns as fields, beside what the chart adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import altair as alt

from toolkit.charts.drawing import Cell, Drawing
from toolkit.charts.expressions import expression_literal, field_of_row
from toolkit.core import wording
from toolkit.core.kind import Kind

LINES = 5  # of a tooltip at most
KEPT_WORDS = frozenset(  # those of ECMAScript 5, which Vega's expressions are read as
    "break case catch class const continue debugger default delete do else enum export extends false finally "
    "for function if import in instanceof new null return super switch this throw true try typeof var void while "
    "with".split()
)


@dataclass(frozen=True)
class Records:
    """Records that Altair passes on as they are; a list it would copy at each step by which a chart is made."""

    rows: list[dict[str, Any]]


class Fields:
    """The rows of a drawing as records of fields, and the names of fields by the encodings of its form.

    A number has its column's name as field, a column with ranges <name>_low and <name>_high, as frames of the table
    have them; <name>_text is the number in words, <name>_kind its kind.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.ranges = {
            name for row in drawing.rows for name, cell in row.items() if isinstance(cell, Cell) and cell.is_range
        }
        self.records = [
            {field: value for name, cell in row.items() for field, value in self._of_cell(name, cell)}
            for row in drawing.rows
        ]

    @property
    def data(self) -> alt.InlineData:
        """The records as data of a chart, held in `Records`."""
        held: Any = Records(self.records)
        return alt.InlineData(values=held, name="table")

    def name(self, encoding: str) -> str:
        """The field of a column of text, dates, or numbers without ranges, by the encoding that names the column."""
        return _plain(self._column(encoding))

    def low(self, encoding: str) -> str:
        """The field of the low ends of a column of numbers."""
        column = self._column(encoding)
        return _plain(f"{column}_low" if column in self.ranges else column)

    def high(self, encoding: str) -> str:
        """The field of the high ends of a column of numbers."""
        column = self._column(encoding)
        return _plain(f"{column}_high" if column in self.ranges else column)

    def text(self, encoding: str) -> str:
        """The field of a column's numbers in words."""
        return _plain(f"{self._column(encoding)}_text")

    def has_ranges(self, encoding: str) -> bool:
        """Whether a number of the column is a range."""
        return self._column(encoding) in self.ranges

    def rows_of(self, encoding: str, text: str) -> alt.Chart:
        """A chart of those rows alone that have this text in a column."""
        return alt.Chart().transform_filter(f"{field_of_row(self.name(encoding))} === {expression_literal(text)}")

    def add(self, name: str, values: Sequence[Any]) -> str:
        """Adds a field of the chart's own, a value for each row; returns its name, longer where the table has it."""
        name = self.free(name)
        for record, value in zip(self.records, values, strict=True):
            record[name] = value
        return name

    def free(self, name: str) -> str:
        """A name for what a transform makes, longer where the table has it."""
        while any(name in record for record in self.records):
            name += "_"
        return name

    def add_to_some(self, name: str, values: Mapping[int, Any]) -> str:
        """Adds a field that some rows have, its values by the index of the row; returns its name as `add` does."""
        return self.add(name, [values.get(at) for at in range(len(self.records))])

    def words(
        self,
        field: str,
        size: float | alt.ExprRef,
        weight: Literal[400, 600] | alt.ExprRef = 400,
        *,
        dx: float | alt.ExprRef = 0,
        dy: float | alt.ExprRef = 0,
        align: Literal["left", "center", "right"] | alt.ExprRef = "left",
        leading: float = 0,
        rim: float = 0,
        role: str = "ink",
    ) -> alt.Chart:
        """The words of a field on their baselines, of the rows that have some; how they stand may be `of_row`.

        Lines are `leading` pixels apart; `rim` is the width of an outline in the colour of paper.
        """
        colours = self.drawing.palette.light
        look: dict[str, Any] = {"dx": dx} if dx else {}
        look |= {"dy": dy} if dy else {}
        look |= {"color": colours[role]} if role != "ink" else {}  # that of the theme
        look |= {"lineBreak": "\n", "lineHeight": leading} if leading else {}
        look |= {"stroke": colours["paper"], "strokeWidth": rim} if rim else {}
        mark = alt.Chart().mark_text(baseline="alphabetic", align=align, fontSize=size, fontWeight=weight, **look)
        some = any(record.get(field) is None for record in self.records)
        return (of_rows_with(mark, field) if some else mark).encode(text=alt.Text(field=field, type="nominal"))

    def values(self, field: str) -> list[Any]:
        """The distinct values of a field that `add` named, in the order of the rows; of rows without one none."""
        return list(dict.fromkeys(found for record in self.records if (found := record[field]) is not None))

    @cached_property
    def tooltip(self) -> list[alt.Tooltip]:
        """The columns that the form reads, as they are worded, and at last the highest kind of their numbers."""
        read = [name for name in self.drawing.encodings.values() if name in self.drawing.rows[0]]
        shown = list(dict.fromkeys(read))[: LINES - 1]
        kind = self.add("kind", [self._kind_in_words(row, shown) for row in self.drawing.rows])
        say = self.drawing.locale.say
        return [*map(self._told, shown), alt.Tooltip(field=kind, type="nominal", title=say("kind"))]

    def _kind_in_words(self, row: Mapping[str, Any], columns: Iterable[str]) -> str:
        """The mark of the highest kind in these columns of a row; of a row without numbers, the chart's."""
        kinds = [Kind[cell.kind.upper()] for name in columns if isinstance(cell := row.get(name), Cell)]
        return self.drawing.locale.say(max(kinds, default=Kind[self.drawing.kind.upper()]).mark)

    def _told(self, column: str) -> alt.Tooltip:
        cells = [row.get(column) for row in self.drawing.rows]
        texts = [cell for cell in cells if isinstance(cell, str)]
        if texts and all(wording.ISO_DATE.fullmatch(text) for text in texts):  # which a scale of time reads as numbers
            locale = self.drawing.locale
            words = [wording.written_date(cell, locale) if isinstance(cell, str) else None for cell in cells]
            field = self.add(_plain(f"{column}_words"), words)
        else:
            field = _plain(f"{column}_text" if any(isinstance(cell, Cell) for cell in cells) else column)
        return alt.Tooltip(field=field, type="nominal", title=_plain(column).replace("_", " "))

    def _column(self, encoding: str) -> str:
        return str(self.drawing.encodings[encoding])

    def _of_cell(self, name: str, cell: str | Cell | None) -> Iterable[tuple[str, Any]]:
        field = _plain(name)
        if isinstance(cell, Cell):
            ends = {f"{field}_low": cell.low, f"{field}_high": cell.high} if name in self.ranges else {field: cell.low}
            yield from ((end, int(value) if float(value).is_integer() else value) for end, value in ends.items())
            yield f"{field}_text", without_control_characters(cell.text)
            yield f"{field}_kind", cell.kind
        else:
            yield field, cell and without_control_characters(cell)


def of_row(field: str) -> alt.ExprRef:
    """A property of marks that each row has its own value of."""
    return alt.ExprRef(f"datum.{field}")


def of_rows_with(chart: alt.Chart, field: str) -> alt.Chart:
    """A chart of those rows alone that have a value of a field."""
    return chart.transform_filter(f"isValid({field_of_row(field)})")


def without_control_characters(words: str) -> str:
    """Text without the control characters that no XML may hold, and without what ends a line in a script."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in words)


def _plain(name: str) -> str:
    """A column's name as a field: without what says in Vega-Lite where in a record to look, or ends a quotation.

    A word that JavaScript keeps for itself, such as `if`, gets a line after it: Vega takes it for a signal.
    """
    plain = re.sub(r"[.\[\]'\"\\]", " ", name)
    return f"{plain}_" if plain in KEPT_WORDS else plain
