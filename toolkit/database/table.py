"""Tables: rows of numbers and words, each number with its unit, kind and inputs."""

from __future__ import annotations

import difflib
import html
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

from toolkit.core.call_errors import clear_call
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.project import digest
from toolkit.core.text import made_visible
from toolkit.core.tree import nodes_to_json
from toolkit.core.unit import unit_text
from toolkit.database.answer import Answer
from toolkit.database.cell import Cell, cell_json, numbers_in

if TYPE_CHECKING:
    import pandas

DATASET = "dataset:"  # the `ref` of a dataset's rows is this and its name
MOST_ROWS = 2_000  # of a table on a page; of a longer one a notebook shows the first SHOWN
SHOWN = 20
LISTED = 5  # values of a column that an error names
MIME = "application/vnd.toolkit.table+json"


class Words(Enum):
    """What the cells of a column that are no numbers are in a frame."""

    TEXT = "text"
    INTEGERS = "integers"
    MOMENTS = "moments"


@dataclass(frozen=True)
class Column:
    """One column: name, heading, and the unit that its numbers share (None for words, and where they share none).

    `withheld` says why no page may show it, if none may. `unit_as_read` is that of the values that a frame of an answer
    has, where that has a scale, such as million USD, as some of a usage log. `words` says what its words are in a
    frame: text, whole numbers, as years are, or days and times; `form` how its numbers are written (`Style.form`).
    """

    name: str
    label: str
    unit: str | None
    withheld: Problem | None = None
    unit_as_read: str | None = None
    words: Words = Words.TEXT
    form: str = "quantity"


@dataclass(frozen=True)
class Table:
    """An answer: columns, rows of cells, and the SQL query (None for a table built in a notebook).

    `rests_on` are the rows of the datasets that the query read, with the figures and series rows that it used beside
    them; () where it read none. Iterating gives each row as a dictionary by column name. Every method that is given the
    name of a column raises ToolkitError for an unknown one.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] | Answer
    sql: str | None = None
    caption: str = ""
    rests_on: tuple[Number, ...] = ()

    def __iter__(self) -> Iterator[dict[str, Cell]]:
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> tuple[Cell, ...]:
        """The cells of the column `name`."""
        index = self._index(name)
        return self.rows.column(index) if isinstance(self.rows, Answer) else tuple(row[index] for row in self.rows)

    def one(self, name: str, /, **where: object) -> Cell:
        """The cell of column `name` in the only row whose columns have the values of `where`.

        Raises ToolkitError if no row or more than one has.
        """
        index, rows = self._index(name), list(self.where(**where))
        if len(rows) != 1:
            nowhere = [column for column, value in where.items() if not self.where(**{column: value})]
            raise ToolkitError(
                f"table {self.name}, {where}",
                f"{len(rows)} rows",
                "; ".join(["exactly one row", *(_first_values(column, self[column]) for column in nowhere)]),
                "name a value that the column has" if nowhere else "name the columns that tell the rows apart",
            )
        return tuple(rows[0].values())[index]

    def where(self, **where: object) -> Table:
        """The rows whose columns have these values: numbers, words, or days and times of Python or pandas.

        A whole number also finds the words that years and ranks are, as 2024 does "2024".
        """
        conditions = {self._index(name): _is(value, self[name]) for name, value in where.items()}
        if isinstance(self.rows, Answer):
            return replace(self, rows=self.rows.only(conditions))
        rows = (row for row in self.rows if all(matches(row[index]) for index, matches in conditions.items()))
        return replace(self, rows=tuple(rows))

    def only(self, names: Collection[str]) -> Table:
        """The table with those of its columns that have one of these names; a range has those of its ends too."""
        are_named = [any(f"{column.name}{end}" in names for end in ("", "_low", "_high")) for column in self.columns]
        indices = [index for index, is_named in enumerate(are_named) if is_named]
        if isinstance(self.rows, Answer):
            rows: Any = Answer([self.rows.columns[index] for index in indices])
        else:
            rows = tuple(tuple(row[index] for index in indices) for row in self.rows)
        return replace(self, columns=tuple(self.columns[index] for index in indices), rows=rows)

    def with_shares(self, **shares: tuple[str, str]) -> Table:
        """The same table with more columns: name=(numerator, denominator), two columns to divide, as a percentage.

        A cell is None where either of the two is. Raises ToolkitError for a column of words.
        """
        for part in sum(shares.values(), ()):
            self._index(part)
        rows = []
        for row in self:
            for name, parts in shares.items():
                cells = [row[part] for part in parts]
                row[name] = None if None in cells else (self._number(cells[0]) / self._number(cells[1])).percent
            rows.append(tuple(row.values()))
        columns = [Column(name, heading(name.removesuffix("_share")), "1", form="percent") for name in shares]
        return replace(self, columns=(*self.columns, *columns), rows=tuple(rows))

    def labelled(self, caption: str = "", **labels: str) -> Table:
        """The same table with a caption ("" leaves it), and headings by column name."""
        columns = tuple(replace(column, label=labels.get(column.name, column.label)) for column in self.columns)
        return replace(self, caption=caption or self.caption, columns=columns)

    def _number(self, cell: Cell) -> Number:
        if not isinstance(cell, Number):
            raise ToolkitError(f"table {self.name}", f"{cell!r}", "a number", "name columns of numbers")
        return cell

    def _index(self, name: str) -> int:
        names = [column.name for column in self.columns]
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.5)
            remedy = f"write {near[0]!r}" if near else "correct the name"
            raise ToolkitError(f"table {self.name}", f"no column {name!r}", ", ".join(names), remedy)
        return names.index(name)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number in the table, row by row, those inside sentences too."""
        return tuple(number for row in self.rows for cell in row for number in numbers_in(cell))

    @property
    def kind(self) -> Kind:
        """The highest kind of its numbers (see toolkit.core.kind): reported where it has none."""
        if isinstance(self.rows, Answer):
            numbers = tuple(number for cell in self.rows.first() for number in numbers_in(cell))
        else:
            numbers = self.numbers
        return max((number.kind for number in numbers), default=Kind.REPORTED)

    @property
    def digest(self) -> str:
        """A hash of every cell, and of the inputs of its number."""
        if isinstance(self.rows, Answer):
            return self.rows.digest
        return digest([str(self.rows), *(number.digest for number in self.numbers)])

    @property
    def frame(self) -> pandas.DataFrame:
        """The values as a pandas frame of one's own; a range becomes two columns, _low and _high.

        Its attrs say table, kind and units, which pandas does not keep through every step.
        """
        return self._frame.copy(deep=False)  # which copies on write

    def unit_in_frame(self, column: Column) -> str | None:
        """The unit of a column's values in `frame`; None for words."""
        return column.unit_as_read if column.unit_as_read and isinstance(self.rows, Answer) else column.unit

    def is_frame(self, frame: pandas.DataFrame) -> bool:
        """Whether a frame is this table's own, with no value, column or row changed."""
        return len(frame) == len(self) and bool(frame.equals(self._frame))

    def has_columns(self, frame: pandas.DataFrame) -> bool:
        """Whether a frame has some columns of this table's own, with no value or row changed."""
        names = [name for name in frame.columns if name in self._frame.columns]
        return 0 < len(names) == len(frame.columns) and bool(frame.equals(self._frame[names]))

    @cached_property
    def _frame(self) -> pandas.DataFrame:
        import pandas

        data: dict[str, Any] = {}
        for index, column in enumerate(self.columns):
            if isinstance(self.rows, Answer):
                data[column.name] = self.rows.columns[index].frame_values()
                continue
            cells = self[column.name]
            if any(isinstance(cell, Number) and cell.low != cell.high for cell in cells):
                data[f"{column.name}_low"] = [cell.low if isinstance(cell, Number) else None for cell in cells]
                data[f"{column.name}_high"] = [cell.high if isinstance(cell, Number) else None for cell in cells]
            else:
                data[column.name] = _frame_values(cells, column.words)
        frame = pandas.DataFrame(data)
        units = {column.name: unit for column in self.columns if (unit := self.unit_in_frame(column))}
        frame.attrs = {"table": self.name, "kind": str(self.kind), "units": units}
        return frame

    @property
    def datasets(self) -> tuple[str, ...]:
        """The names of the datasets that the table rests on."""
        return datasets_of(self.rests_on)

    @property
    def withheld(self) -> tuple[Problem, ...]:
        """Why no page may show the table, one problem each; () for one that may be published."""
        columns = (column.withheld for column in self.columns)
        return tuple(dict.fromkeys(problem for problem in columns if problem is not None))

    def nodes(self) -> dict[str, dict[str, Any]]:
        """The inputs of all its numbers, and theirs in turn, as JSON by digest."""
        return nodes_to_json((*self.numbers, *self.rests_on))

    def to_json(self) -> dict[str, Any]:
        """The table as JSON for the page; the inputs of its numbers are in `nodes`."""
        return {
            "name": self.name,
            "caption": self.caption,
            "sql": self.sql,
            "kind": str(self.kind),
            "rests_on": [number.digest for number in self.rests_on],
            "columns": [{"name": c.name, "label": made_visible(c.label), "unit": c.unit} for c in self.columns],
            "rows": [[cell_json(cell) for cell in row] for row in self.rows],
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What JupyterLab shows, and, unless the table is withheld or too long for a page, the table for the page."""
        shown_rows = self.rows[:SHOWN] if len(self.rows) > MOST_ROWS else self.rows
        rows = ("".join(f"<td>{html.escape(_text(cell))}</td>" for cell in row) for row in shown_rows)
        body = "".join(f"<tr>{cells}</tr>" for cells in rows)
        head = "".join(f"<th>{html.escape(made_visible(column.label))}</th>" for column in self.columns)
        notes = [f"the first {SHOWN} of {len(self.rows):,} rows"] if len(self.rows) > MOST_ROWS else []
        notes += [f"not for the page: {problem.found} ({problem.remedy})" for problem in self.withheld]
        bundle = {
            "text/plain": "; ".join([f"{self.name}: {len(self.rows):,} rows", *notes]),
            "text/html": f"<table><caption>{html.escape(self.caption)} ({self.kind})</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            + "".join(f"<p><small>{html.escape(note)}</small></p>" for note in notes),
        }
        return bundle if notes else {**bundle, MIME: {**self.to_json(), "nodes": self.nodes()}}


def _frame_values(cells: Sequence[Cell], words: Words) -> Any:
    """Cells as values of a frame, each number as its value."""
    if words == Words.MOMENTS:
        import pandas

        texts = pandas.Series([None if cell is None else str(cell) for cell in cells], dtype="object")
        return pandas.to_datetime(texts, format="ISO8601").astype("datetime64[us]")
    if words == Words.INTEGERS:
        return [None if cell is None else int(str(cell)) for cell in cells]
    return [cell.low if isinstance(cell, Number) else cell for cell in cells]


def _is(value: object, cells: Sequence[Cell]) -> Callable[[Cell], bool]:
    """Whether a cell of these is a value that is looked for."""
    if isinstance(value, date):
        days = all(len(str(cell)) == len("2026-12-31") for cell in cells if cell is not None)
        iso_text = value.isoformat()[:10] if days and getattr(value, "hour", 0) == 0 else value.isoformat()
        return lambda cell: cell == iso_text
    if isinstance(value, bool) or not isinstance(value, Real):
        return lambda cell: bool(cell == value)
    text = str(value).removesuffix(".0")
    return lambda cell: cell == text or (cell.low == cell.high == value if isinstance(cell, Number) else cell == value)


def _first_values(column: str, cells: Sequence[Cell]) -> str:
    """What a column has, in words: its first values."""
    values = list(dict.fromkeys(repr(cell) if isinstance(cell, str) else str(cell) for cell in cells))
    return f"{column} has " + ", ".join(values[:LISTED]) + (" …" if len(values) > LISTED else "")


@clear_call
def table(name: str, rows: Iterable[Mapping[str, Cell]], caption: str = "", **labels: str) -> Table:
    """A table of numbers and words made in a notebook; `labels` are headings by column name.

    Raises ToolkitError if rows have other columns than the first, or hold a bare number.
    """
    if hasattr(rows, "iloc"):
        raise ToolkitError(
            f"table {name}",
            f"a {type(rows).__name__} of pandas, whose values have no receipt",
            "rows, each a dictionary of numbers and words",
            f'bring it back with its receipt: story.table(frame, name="{name}", units={{…}})',
        )
    rows = list(rows)
    names = list(rows[0]) if rows else []
    for count, row in enumerate(rows, 1):
        if list(row) != names:
            raise ToolkitError(f"table {name}, row {count}", f"the columns {', '.join(row)}", ", ".join(names))
        for key, cell in row.items():
            if isinstance(withheld := getattr(cell, "problem", None), Problem):
                raise ToolkitError([replace(withheld, where=f"table {name}, row {count}, {key}")])
            if not isinstance(cell, (Number, str, bool, type(None))) and not hasattr(cell, "numbers"):
                raise ToolkitError(
                    f"table {name}, row {count}, {key}",
                    f"the bare value {cell!r}",
                    "a number with its inputs, text, true, false or nothing",
                    "use a Number",
                )
    cells = tuple(tuple(row.values()) for row in rows)
    columns = tuple(_column(key, labels.get(key, heading(key)), [row[key] for row in rows]) for key in names)
    return Table(name, columns, cells, None, caption)


def _column(name: str, label: str, cells: Sequence[Cell]) -> Column:
    """A column of cells, with the unit that all numbers among them share, if they do."""
    numbers = [cell for cell in cells if isinstance(cell, Number)]
    units = {unit_text(number.unit) for number in numbers}
    form = numbers[0].style.form if numbers else "quantity"
    return Column(name, label, units.pop() if len(units) == 1 else None, form=form)


def heading(name: str) -> str:
    """A column's name as a heading: merged_prs is "Merged prs"; one with capitals, as of a pivot, keeps them."""
    return (words := name.replace("_", " ").strip())[:1].upper() + words[1:]


def datasets_of(numbers: Iterable[Number]) -> tuple[str, ...]:
    """The names of the datasets that numbers rest on, each once."""
    refs = dict.fromkeys(leaf.ref or "" for number in numbers for leaf in number.leaves())
    return tuple(ref.removeprefix(DATASET) for ref in refs if ref.startswith(DATASET))


def _text(cell: Cell) -> str:
    return "" if cell is None else made_visible(str(cell))
