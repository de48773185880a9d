"""The encodings of a form: the columns that it reads and its options, checked before anything is drawn.

A form declares two frozen dataclasses, one of its rows and one of its options, whose fields are described by encodings.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

from toolkit.charts.drawing import Cell, Drawing, Layout
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.text import nearest_first

NUMBER, TEXT, NUMBER_OR_DATE = "a number column", "a text column", "a number or date column"
COLUMNS: dict[str, tuple[type, ...]] = {NUMBER: (Cell,), TEXT: (str,), NUMBER_OR_DATE: (Cell, str)}  # their cells
PLAIN_TEXT, PLAIN_NUMBER = "words", "a plain number"


@dataclass(frozen=True)
class Encoding:
    """One column or option of a form: what it `takes` (NUMBER, PLAIN_TEXT …) and, for help and errors, what it `says`.

    `role` names the roles, with spaces between, whose rows need a value; `gaps` allows empty cells in a required
    column; `choices` are the allowed values (any if there are none); `default` is the value of an option not given.
    `of` is the encoding of the column in whose unit an option's number is typed, as the frame of the table has it;
    `among` those, with spaces between, of the columns that have an option's text in a cell ("" names none).
    """

    takes: str
    says: str
    required: bool = False
    role: str = ""
    gaps: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    of: str = ""
    among: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a drawing's table: its index there, from 0. A form's own row has a field for each column it reads."""

    index: int


def described(encoding: Encoding) -> Any:
    """The field of a dataclass that an encoding describes."""
    return field(default=encoding.default, metadata={"encoding": encoding})


def number_column(says: str, **more: Any) -> Any:
    """The field of a row for a column of numbers: a Cell, or None where the cell is empty."""
    return described(Encoding(NUMBER, says, **more))


def text_column(says: str, **more: Any) -> Any:
    """The field of a row for a column of text: a string, or None where the cell is empty.

    A column `role` that is empty or not named has the first of its choices.
    """
    return described(Encoding(TEXT, says, **more))


def number_or_date_column(says: str, **more: Any) -> Any:
    """The field of a row for a column of numbers, each a Cell, or of dates, each a string."""
    return described(Encoding(NUMBER_OR_DATE, says, **more))


def text_option(says: str, default: str | None = None, **more: Any) -> Any:
    """The field of the options for words."""
    return described(Encoding(PLAIN_TEXT, says, default=default, **more))


def number_option(says: str, default: float | None = None, **more: Any) -> Any:
    """The field of the options for a number about the drawing itself, which needs no source, such as an axis's end.

    With `of`, the encoding of a column, it is typed in the unit that this column has in the frame of the table.
    """
    return described(Encoding(PLAIN_NUMBER, says, default=default, **more))


R = TypeVar("R", bound=Row)
Options = TypeVar("Options")


@dataclass(frozen=True)
class Form(Generic[R, Options]):
    """A way to draw a table: the question it answers, its encodings, and the function that makes its Altair chart.

    The encodings of the dataclass `row` name columns, those of `options` say how to draw.
    """

    name: str
    question: str
    row: type[R]
    options: type[Options]
    draw: Callable[[Drawing, Layout], Any]

    @cached_property
    def of_columns(self) -> dict[str, Encoding]:
        """The encodings that name a column, by name."""
        return _encodings_of(self.row)

    @cached_property
    def of_options(self) -> dict[str, Encoding]:
        """The encodings that say how to draw, by name."""
        return _encodings_of(self.options)

    @cached_property
    def encodings(self) -> dict[str, Encoding]:
        """All encodings, columns first."""
        return self.of_columns | self.of_options

    def read(self, drawing: Drawing) -> tuple[list[R], Options]:
        """The rows of a drawing's table and its options. Raises ToolkitError with all that is wrong in either."""
        problems = [*self.misnamed(drawing), *self.missing(drawing)]
        if problems:
            raise ToolkitError(problems)
        rows = []
        for index, row in enumerate(drawing.rows):
            values = {name: row.get(drawing.encodings.get(name, "")) for name in self.of_columns}
            for name, encoding in self.of_columns.items():
                problems += self.unfit(drawing, index + 1, name, encoding, values[name], row)
            if "role" in values:
                values["role"] = values["role"] or self.default_role()
            rows.append(self.row(index, **values))
        if problems:
            raise ToolkitError(problems)
        return rows, self.options(**self._given(drawing))

    def _given(self, drawing: Drawing) -> dict[str, Any]:
        """The options that a drawing has, numbers in the scale of its rows."""
        given = {name: value for name, value in drawing.encodings.items() if name in self.of_options}
        for name, value in given.items():
            if column := drawing.encodings.get(self.of_options[name].of):
                given[name] = drawing.without_scale(value, column)
        return given

    def default_role(self) -> str:
        """The role of a row whose cell `role` is empty: the first of the choices; "" if the form has no roles."""
        role = self.of_columns.get("role")
        return role.choices[0] if role else ""

    def misnamed(self, drawing: Drawing) -> list[Problem]:
        """The problems of encodings that the form does not know, of columns that the table lacks, of unfit options."""
        problems = []
        have = sorted({name for row in drawing.rows for name in row})
        for name, value in drawing.encodings.items():
            encoding = self.encodings.get(name)
            if encoding is None:
                problems.append(
                    Problem(
                        drawing.where,
                        f"unknown encoding {name!r}",
                        ", ".join(self.encodings),
                        f"{did_you_mean(name, self.encodings)}drop or rename it",
                    )
                )
            elif encoding.takes in COLUMNS and value not in have:
                problems.append(
                    Problem(
                        drawing.where,
                        f"{name}={value!r}: the table has no such column",
                        ", ".join(have),
                        f"{did_you_mean(value, have)}name a column of the table",
                    )
                )
            elif encoding.takes == PLAIN_NUMBER and not isinstance(value, (int, float)):
                problems.append(Problem(drawing.where, f"{name}={value!r}", "a plain number"))
            elif encoding.takes == PLAIN_TEXT and not isinstance(value, str):
                problems.append(Problem(drawing.where, f"{name}={value!r}", "words in quotation marks"))
            elif encoding.takes not in COLUMNS and value not in (allowed := _allowed(value, encoding, drawing)):
                remedy = f"{did_you_mean(value, allowed)}name one of them"
                problems.append(Problem(drawing.where, f"{name}={value!r}", nearest_first(value, allowed), remedy))
        return problems

    def missing(self, drawing: Drawing) -> list[Problem]:
        """The problem of required encodings that a drawing does not name."""
        absent = [
            f"{name}= ({encoding.takes}: {encoding.says})"
            for name, encoding in self.encodings.items()
            if encoding.required and name not in drawing.encodings
        ]
        if not absent:
            return []
        return [Problem(drawing.where, f"missing {'; '.join(absent)}", remedy="name them in story.chart(...)")]

    def unfit(
        self, drawing: Drawing, at: int, name: str, encoding: Encoding, value: Any, row: Mapping[str, Any]
    ) -> list[Problem]:
        """The problems of one value: empty where it is needed, of the wrong type, or none of the choices.

        `at` counts the rows from 1, for errors.
        """
        where = f"{drawing.where}, row {at}"
        column = drawing.encodings.get(name)
        if value is None:
            role = row.get(drawing.encodings.get("role", "")) or self.default_role()
            roles = encoding.role.split()
            needed = role in roles if roles else encoding.required and not encoding.gaps
            if needed and (column or roles):
                kind = f" of role {role}" if roles else ""
                return [Problem(where, f"no {name} ({encoding.says})", f"{encoding.takes} in each row{kind}")]
            return []
        if not isinstance(value, COLUMNS[encoding.takes]):
            found = "a number" if isinstance(value, Cell) else f"the text {value!r}"
            return [Problem(where, f"{name}={column!r} holds {found}", encoding.takes)]
        if encoding.choices and value not in encoding.choices:
            return [Problem(where, f"{name} is {value!r}", ", ".join(encoding.choices))]
        return []


def did_you_mean(name: object, names: Iterable[str]) -> str:
    """The beginning of a remedy: "write 'gap', or " where a name like it is among `names`, else ""."""
    near = difflib.get_close_matches(str(name), list(names), 1)
    return f"write {near[0]!r}, or " if near else ""


def _allowed(value: Any, encoding: Encoding, drawing: Drawing) -> Sequence[Any]:
    """What an option may be: its choices, the texts in cells of some columns, or else any `value`."""
    if not encoding.among or value == "":
        return encoding.choices or [value]
    columns = [drawing.encodings.get(name, "") for name in encoding.among.split()]
    texts = (row.get(column) for column in columns for row in drawing.rows)
    return list(dict.fromkeys(text for text in texts if isinstance(text, str)))


def _encodings_of(described_by: type) -> dict[str, Encoding]:
    """The encodings of a dataclass's fields, by name."""
    return {one.name: one.metadata["encoding"] for one in fields(described_by) if "encoding" in one.metadata}
