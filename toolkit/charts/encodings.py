"""What a form wants to be told: which columns it reads and which plain words, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from toolkit.charts.drawing import Cell, Drawing
from toolkit.core.errors import Problem, ToolkitError


@dataclass(frozen=True)
class Encoding:
    """One thing a form can be told. `role`: the roles whose rows need it; `gaps`: the column may have empty cells."""

    takes: str
    says: str
    required: bool = False
    role: str = ""
    gaps: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None


def number(says: str, **more: Any) -> Encoding:
    return Encoding("a number column", says, **more)


def text(says: str, **more: Any) -> Encoding:
    return Encoding("a text column", says, **more)


def place(says: str, **more: Any) -> Encoding:
    return Encoding("a number or date column", says, **more)


def words(says: str, default: str | None = None, **more: Any) -> Encoding:
    return Encoding("words", says, default=default, **more)


def amount(says: str, default: float | None = None, **more: Any) -> Encoding:
    return Encoding("a plain number", says, default=default, **more)


@dataclass(frozen=True)
class Row:
    """One row of a drawing's table: its place there, from 0."""

    index: int


@dataclass(frozen=True)
class Wants:
    """The encodings of one form."""

    encodings: Mapping[str, Encoding]

    def read(self, drawing: Drawing) -> tuple[list[SimpleNamespace], SimpleNamespace]:
        """The rows with one attribute for each column encoding (None where absent), and the plain words.

        `index` is a row's place in the table, from 0.
        """
        problems = [*self.misnamed(drawing), *self.missing(drawing)]
        if problems:
            raise ToolkitError(problems)
        rows = []
        for place_in_table, row in enumerate(drawing.rows, start=1):
            values = {}
            for name, encoding in self.columns().items():
                values[name] = value = row.get(drawing.encodings.get(name, ""))
                problems += self.unfit(drawing, place_in_table, name, encoding, value, row)
            rows.append(SimpleNamespace(index=place_in_table - 1, **values))
        if problems:
            raise ToolkitError(problems)
        plain = {
            name: drawing.encodings.get(name, encoding.default)
            for name, encoding in self.encodings.items()
            if name not in self.columns()
        }
        return rows, SimpleNamespace(**plain)

    def usual_role(self) -> str:
        """What a row is that does not say so: the first of the roles."""
        role = self.encodings.get("role")
        return role.choices[0] if role else ""

    def columns(self) -> dict[str, Encoding]:
        return {name: encoding for name, encoding in self.encodings.items() if "column" in encoding.takes}

    def misnamed(self, drawing: Drawing) -> list[Problem]:
        """Encodings the form does not know, and columns the table does not have."""
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
                        "drop or rename it",
                    )
                )
            elif "column" in encoding.takes and value not in have:
                problems.append(
                    Problem(
                        drawing.where,
                        f"{name}={value!r}: the table has no such column",
                        ", ".join(have),
                        "name a column of the table",
                    )
                )
            elif encoding.takes == "a plain number" and not isinstance(value, (int, float)):
                problems.append(Problem(drawing.where, f"{name}={value!r}", "a plain number"))
            elif encoding.takes == "words" and not isinstance(value, str):
                problems.append(Problem(drawing.where, f"{name}={value!r}", "words in quotation marks"))
            elif encoding.choices and "column" not in encoding.takes and value not in encoding.choices:
                problems.append(Problem(drawing.where, f"{name}={value!r}", ", ".join(encoding.choices)))
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
        """What is wrong with one value of one row."""
        where = f"{drawing.where}, row {at}"
        column = drawing.encodings.get(name)
        if value is None:
            role = row.get(drawing.encodings.get("role", "")) or self.usual_role()
            roles = encoding.role.split()
            needed = role in roles if roles else encoding.required and not encoding.gaps
            if needed and (column or roles):
                kind = f" of role {role}" if roles else ""
                return [Problem(where, f"no {name} ({encoding.says})", f"{encoding.takes} in each row{kind}")]
            return []
        right = {
            "a number column": isinstance(value, Cell),
            "a text column": isinstance(value, str),
            "a number or date column": isinstance(value, (Cell, str)),
        }[encoding.takes]
        if not right:
            found = "a number" if isinstance(value, Cell) else f"the text {value!r}"
            return [Problem(where, f"{name}={column!r} holds {found}", encoding.takes)]
        if encoding.choices and value not in encoding.choices:
            return [Problem(where, f"{name} is {value!r}", ", ".join(encoding.choices))]
        return []


@dataclass(frozen=True)
class Form:
    """A way to draw a table: the question it answers, what it wants, and the function that draws."""

    name: str
    question: str
    wants: Wants
    draw: Any

    def describe(self) -> str:
        """The form's encodings as lines of help."""
        lines = [f"{self.name}: {self.question}"]
        for name, encoding in self.wants.encodings.items():
            need = "required" if encoding.required else f"rows of role {encoding.role}" if encoding.role else "optional"
            choice = f" ({', '.join(encoding.choices)})" if encoding.choices else ""
            default = f" [{encoding.default}]" if encoding.default is not None else ""
            lines.append(f"  {name}= {encoding.takes}, {need}: {encoding.says}{choice}{default}")
        return "\n".join(lines)
