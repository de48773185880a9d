"""Questions: SQL queries over figures and series, answered as tables whose numbers have the rows used as inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from toolkit.core.errors import NumberError, Problem, ToolkitError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.core.unit import (
    UnitRegistry,
    is_dimensionless,
    unit_text,
)
from toolkit.database.asked_again import AskedAgain
from toolkit.database.cell import Cell
from toolkit.database.column_names import (
    Name,
    number_form,
    refuse_kept_per,
    refuse_no_count,
    refuse_other_unit,
    unit_or_form,
)
from toolkit.database.columns import is_fraction, is_key, is_number, is_quantity
from toolkit.database.doubled_rows import rows_taken_again
from toolkit.database.evidence import Evidence, number_of
from toolkit.database.evidence_summary import Range
from toolkit.database.meaning import Meaning, Role, Step, both
from toolkit.database.mixed_scales import mixed_scales
from toolkit.database.open import Database
from toolkit.database.query_tree import tree_of
from toolkit.database.reported_rows import Row
from toolkit.database.table import Column, Table, Words, heading
from toolkit.database.withheld import numbers_in_text

MIDNIGHT = "T00:00:00"
ENDS = re.compile(r"(.*?_)?(low|high)((?:_.*)?)")
# last word of a column n_<what>: what its keys are counted by; all other words: by the key itself
COUNTED = {"claims": "claim", "sources": "source", "articles": "source", "origins": "source", "publishers": "publisher"}


def read_question(database: Database, name: str) -> str:
    """The SQL of notebooks/sql/<name>.sql. Raises ToolkitError naming the questions there are."""
    text = database.file(f"notebooks/sql/{name}.sql")
    if text is None:
        near = nearest_first(name, sorted(path.stem for path in database.project.questions.glob("*.sql")))
        raise ToolkitError(
            f"the question {name!r}", "no such file in notebooks/sql", near, "correct the name or write it"
        )
    return text


def ask(
    database: Database, name: str, sql: str, parameters: Mapping[str, object] | None = None, where: str = ""
) -> Table:
    """The answer to the question `name`, the query `sql` over figures and series; `where` names it in errors.

    Each row has `keys`, the keys of the figures and series rows it used (`keys_<column>` where one column used
    others); a key that begins with "-" is of a row that is subtracted. A number's unit is that of the values it is made
    of; a column whose name says another is refused, and so is a cell with one key that is not its row's value.
    Raises ToolkitError with the file and what DuckDB says, or with every column and cell that is not valid.
    """
    where = where or f"notebooks/sql/{name}.sql"
    columns, answer = database.answer(where, sql, dict(parameters) if parameters else None)
    reader, tree, names = database.reader(), tree_of(database.cursor(), sql), [column for column, _ in columns]
    meanings = dict(zip(names, reader.of_columns(tree, names), strict=True))
    roles = {column: meaning.role for column, meaning in meanings.items()}
    refuse_missing_keys(where, columns, roles)
    sources = column_sources(dict(columns), roles)
    rows = [dict(zip(dict(columns), values, strict=True)) for values in answer]
    database.load(key.removeprefix("-") for row in rows for key in _keys_in(row))
    problems = [numbers_in_text(where, name) for name, kind in columns if kind == "VARCHAR" and meanings[name].told]
    problems += mixed_scales(reader.scopes, where, database)
    problems += rows_taken_again(database.cursor(), tree, parameters or {}, where)
    again = AskedAgain(database, sql, parameters or {})
    cells = [
        [_cell(again, name, where, _AskedColumn(column, parts, meanings), row, problems) for row in rows]
        for column, parts in sources.items()
    ]
    if problems:
        raise ToolkitError(problems)
    kinds = dict(columns)
    cells = [_as_days(column_cells, kinds.get(column, "")) for column, column_cells in zip(sources, cells, strict=True)]
    columns_of_table = [
        _column(column, kinds.get(column, ""), column_cells, database.units)
        for column, column_cells in zip(sources, cells, strict=True)
    ]
    return Table(name, tuple(columns_of_table), tuple(zip(*cells, strict=True)) if rows else (), sql)


def refuse_missing_keys(
    where: str, columns: Sequence[tuple[str, str]], roles: Mapping[str, Role], reported: bool = True
) -> None:
    """Raises ToolkitError where an answer does not say which figures or series it used, if it `reported` any.

    `roles` are those of columns (see `Meaning`), by name.
    """
    problems = []
    for column, kind in columns:
        if is_key(column) and kind != "VARCHAR[]":
            problems.append(
                Problem(
                    f"{where}, column {column}",
                    f"the type {kind}",
                    "a list of keys",
                    f"write list_sort(list(key)) AS {column}, or [key] for one",
                )
            )
        elif column.startswith("n_") and "_per_" in column and is_number(kind):
            problems.append(
                Problem(
                    f"{where}, column {column}",
                    "a count over something else",
                    "a count, n_<what>",
                    "divide the count in the notebook",
                )
            )
    names = dict(columns)
    without = [name for name, parts in column_sources(names, roles).items() if parts and f"keys_{name}" not in names]
    if reported and without and "keys" not in names:
        problems.append(
            Problem(
                where,
                f"numbers without the rows they came from, in {', '.join(without)}",
                f"a column keys, or keys_{without[0]}: list_sort(list(key))",
                "carry the key column through the query: key, or key_<column> of a series with several values",
            )
        )
    if problems:
        raise ToolkitError(problems)


def column_sources(
    columns: Mapping[str, str], roles: Mapping[str, Role] = MappingProxyType({})
) -> dict[str, tuple[str, ...]]:
    """The table's columns, each with the answer's columns that hold its values: one, or two for low and high.

    A column that holds no quantity has (). `columns` are DuckDB types by name, `roles` what is known of them.
    """
    quantities = {name for name, kind in columns.items() if is_quantity(name, kind, roles.get(name, Role.UNKNOWN))}
    sources: dict[str, tuple[str, ...]] = {}
    for column in columns:
        if is_key(column):
            continue
        name = column
        parts: tuple[str, ...] = (column,) if column in quantities else ()
        if parts and (ends := ENDS.fullmatch(column)):
            start, _, ending = ends.groups(default="")
            pair = (f"{start}low{ending}", f"{start}high{ending}")
            if quantities.issuperset(pair):
                name, parts = (start.removesuffix("_") + ending).strip("_") or "value", pair
        sources[name] = parts
    return sources


def _keys_in(row: Mapping[str, object]) -> Iterator[str]:
    """The keys in the cells of a row; those that are summed up as ManyKeys are left out."""
    for column, keys in row.items():
        if is_key(column) and isinstance(keys, list):
            yield from (key for key in keys if key)


@dataclass(frozen=True)
class _AskedColumn:
    """A column of the table: the columns of the answer that hold its values, and what all of these hold."""

    name: str
    parts: tuple[str, ...]
    by_column: Mapping[str, Meaning]

    @property
    def meaning(self) -> Meaning:
        meanings = [self.by_column[part] for part in self.parts]
        steps = [meaning.step for meaning in meanings]
        reach = steps == [Step.LEAST, Step.GREATEST]
        common_meaning = both(meanings)
        return replace(common_meaning, step=Step.REACH) if reach else common_meaning


def _cell(
    again: AskedAgain, question: str, where: str, asked_column: _AskedColumn, row: Row, problems: list[Problem]
) -> Cell:
    """The cell of a column in a row; None where a value is NULL, or a problem was added to `problems`."""
    database, column = again.database, asked_column.name
    if not asked_column.parts:
        return _plain_cell(row[column])
    values = [row[part] for part in asked_column.parts]
    if any(value is None for value in values):
        return None
    where = f"{where}, column {column}"
    try:
        keys = row.get(f"keys_{column}") or row.get("keys")
        evidence, meaning = Evidence.of(database, keys), asked_column.meaning
        refuse_no_count(where, column, meaning)
        ends: Range = (float(values[0]), float(values[-1]))
        if column.startswith("n_") or meaning.role == Role.COUNT:
            number = _count(database, question, asked_column, values[0], evidence, f"keys_{column}" in row, where)
        else:
            name = unit_or_form(column, database.units)
            number = number_of(database, question, heading(name.words).lower(), ends, evidence, meaning, where)
            number = _as_named(number, name, meaning, where)
            _refuse_kept_per(where, column, number, meaning)
        if number.operation.name == "query" and isinstance(keys, list):
            again.refuse_other_rows(where, column, asked_column.parts, ends, keys)
        return number
    except NumberError as error:
        problems += [replace(problem, where=where) for problem in error.problems]
    except ToolkitError as error:
        problems += error.problems
    return None


def _refuse_kept_per(where: str, column: str, number: Number, meaning: Meaning) -> None:
    """Raises ToolkitError for a row's value under a name that says so much for each of something, as no unit does."""
    own = [name for _, name in meaning.made if not ENDS.fullmatch(name)]  # what figures are, a name alone can say
    if number.is_given and len(own) == 1:
        refuse_kept_per(where, column, own[0], number.unit)


def _as_days(cells: list[Cell], kind: str) -> list[Cell]:
    """Cells of a column; times that are all at midnight, such as those of date_trunc, become days."""
    if kind.startswith("TIMESTAMP") and all(cell is None or str(cell).endswith(MIDNIGHT) for cell in cells):
        return [cell and str(cell).removesuffix(MIDNIGHT) for cell in cells]
    return cells


def _plain_cell(value: object) -> Cell:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (bool, type(None))) else str(value)


def _count(
    database: Database,
    question: str,
    asked_column: _AskedColumn,
    value: float,
    evidence: Evidence,
    has_own_keys: bool,
    where: str,
) -> Number:
    """The number of a column of counts, compared with its keys; `has_own_keys`: there is a column of keys for it alone.

    Without keys of its own only n_readings is compared, as the keys of a row say nothing of other counts. Raises
    ToolkitError where the name says a unit.
    """
    column = asked_column.name
    counted_by = COUNTED.get(column.rpartition("_")[2], "key") if has_own_keys else "key"
    checked = has_own_keys or column == "n_readings"
    words = heading(column.removeprefix("n_")).lower()
    number = evidence.count(database, question, words, float(value), counted_by if checked else "")
    return (
        number
        if column.startswith("n_")
        else _as_named(number, unit_or_form(column, database.units), asked_column.meaning, where)
    )


def _as_named(number: Number, name: Name, meaning: Meaning, where: str) -> Number:
    """The number in the form that its column's name says. Raises ToolkitError where the name says another unit."""
    if name.form == "quantity" or unit_text(number.unit) != "percent":  # growth_percent of 100 * a / b
        refuse_other_unit(where, name, number.unit)
    if name.form != "quantity" and number.style.form != "points" and is_dimensionless(number.unit):
        return replace(number, style=replace(number.style, form=number_form(name, meaning)))
    return number


def _column(column: str, kind: str, cells: Sequence[Cell], units: UnitRegistry) -> Column:
    numbers = [cell for cell in cells if isinstance(cell, Number)]
    if not numbers:
        moments = Words.MOMENTS if kind.startswith(("DATE", "TIMESTAMP")) else Words.TEXT
        words = Words.INTEGERS if is_number(kind) and not is_fraction(kind) else moments
        return Column(column, heading(column), None, words=words)
    units_found = {unit_text(number.unit) for number in numbers}
    label = (
        heading(column.removeprefix("n_")) if column.startswith("n_") else heading(unit_or_form(column, units).words)
    )
    return Column(column, label, units_found.pop() if len(units_found) == 1 else None, form=numbers[0].style.form)
