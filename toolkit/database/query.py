"""Questions: SQL queries over figures and series, answered as tables whose numbers have the rows used as inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from toolkit.core.errors import NumberError, Problem, ToolkitError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, no_unit, parse_unit, unit_text, unit_without_scales
from toolkit.database.columns import is_key, is_number, is_quantity
from toolkit.database.evidence import Evidence, number_of
from toolkit.database.evidence_summary import Range
from toolkit.database.open import Database
from toolkit.database.reported_rows import Row
from toolkit.database.table import Cell, Column, Table, heading

FORMS = {"share": "percent", "percent": "percent", "multiple": "times"}  # last word of a name: form of writing
ENDS = re.compile(r"(.*?_)?(low|high)((?:_.*)?)")
# last word of a column n_<what>: what its keys are counted by; all other words: by the key itself
COUNTED = {"claims": "claim", "sources": "source", "articles": "source", "origins": "source", "publishers": "publisher"}


@dataclass(frozen=True)
class Name:
    """What a column's name says."""

    unit: Unit | None  # that it ends in, None where it ends in none
    form: str  # of writing: quantity, percent or times
    words: str  # those before the unit; the whole name where nothing is before it


def read_question(database: Database, name: str) -> str:
    """The SQL of notebooks/sql/<name>.sql. Raises ToolkitError naming the questions there are."""
    text = database.file(f"notebooks/sql/{name}.sql")
    if text is None:
        known = nearest_first(name, sorted(found.stem for found in database.project.questions.glob("*.sql")))
        raise ToolkitError(
            f"the question {name!r}", "no such file in notebooks/sql", known, "correct the name or write it"
        )
    return text


def ask(
    database: Database, name: str, sql: str, parameters: Mapping[str, object] | None = None, where: str = ""
) -> Table:
    """The answer to the question `name`, the query `sql` over figures and series; `where` names it in errors.

    Each row has `keys`, the keys of the figures and series rows it used (`keys_<column>` where one column used
    others); a key that begins with "-" is of a row that is subtracted. A number's unit is that of the rows it used;
    a column whose name ends in another is refused, and so is a cell with one key that is not its row's value.
    Raises ToolkitError with the file and what DuckDB says, or with every column and cell that is not valid.
    """
    where = where or f"notebooks/sql/{name}.sql"
    columns, answer = database.answer(where, sql, dict(parameters) if parameters else None)
    refuse_missing_keys(where, columns)
    sources = column_sources(dict(columns))
    rows = [dict(zip(dict(columns), values, strict=True)) for values in answer]
    database.load(key.removeprefix("-") for row in rows for key in _keys_in(row))
    problems: list[Problem] = []
    cells = [
        [_cell(database, name, where, column, parts, row, problems) for row in rows]
        for column, parts in sources.items()
    ]
    if problems:
        raise ToolkitError(problems)
    made = [_column(column, own, database.units) for column, own in zip(sources, cells, strict=True)]
    return Table(name, tuple(made), tuple(zip(*cells, strict=True)) if rows else (), sql)


def refuse_missing_keys(where: str, columns: Sequence[tuple[str, str]], reported: bool = True) -> None:
    """Raises ToolkitError where an answer does not say which figures or series it used, if it `reported` any."""
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
    if reported and any(is_quantity(column, kind) for column, kind in columns) and "keys" not in dict(columns):
        problems.append(
            Problem(
                where,
                "numbers without the rows they came from",
                "a column keys: list_sort(list(key))",
                "carry the key column through the query",
            )
        )
    if problems:
        raise ToolkitError(problems)


def column_sources(columns: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The table's columns, each with the answer's columns that hold its values: one, or two for low and high.

    A column that holds no quantity has (). `columns` are DuckDB types by name.
    """
    sources: dict[str, tuple[str, ...]] = {}
    for column, kind in columns.items():
        if is_key(column):
            continue
        name = column
        parts: tuple[str, ...] = (column,) if is_quantity(column, kind) else ()
        if parts and (ends := ENDS.fullmatch(column)):
            start, _, rest = ends.groups(default="")
            pair = (f"{start}low{rest}", f"{start}high{rest}")
            if all(end in columns and is_quantity(end, columns[end]) for end in pair):
                name, parts = (start.removesuffix("_") + rest).strip("_") or "value", pair
        sources[name] = parts
    return sources


def _keys_in(row: Mapping[str, object]) -> Iterator[str]:
    """The keys in the cells of a row; those that are summed up as ManyKeys are left out."""
    for column, keys in row.items():
        if is_key(column) and isinstance(keys, list):
            yield from (key for key in keys if key)


def _cell(
    database: Database,
    question: str,
    where: str,
    column: str,
    parts: tuple[str, ...],
    row: Row,
    problems: list[Problem],
) -> Cell:
    """The cell of the columns `parts` of a row; None where one is NULL, or a problem was added to `problems`."""
    if not parts:
        return _plain_cell(row[column])
    values = [row[part] for part in parts]
    if any(value is None for value in values):
        return None
    where = f"{where}, column {column}"
    try:
        keys = row.get(f"keys_{column}") or row.get("keys")
        evidence = Evidence.of(database, keys)
        if column.startswith("n_"):
            return _count(database, question, column, values[0], evidence, f"keys_{column}" in row)
        name = name_of(column, database.units)
        ends: Range = (float(values[0]), float(values[-1]))
        made = number_of(database, question, heading(name.words).lower(), ends, evidence, where)
        return _as_named(made, name, where)
    except NumberError as error:
        problems += [replace(problem, where=where) for problem in error.problems]
    except ToolkitError as error:
        problems += error.problems
    return None


def _plain_cell(value: object) -> Cell:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (bool, type(None))) else str(value)


def _count(database: Database, question: str, column: str, value: float, evidence: Evidence, own: bool) -> Number:
    """The number of a column n_<what>, compared with its keys; `own`: there is a column keys_n_<what>.

    Without keys of its own only n_readings is compared, as the keys of a row say nothing of other counts.
    """
    counted = COUNTED.get(column.rpartition("_")[2], "key") if own else "key"
    checked = own or column == "n_readings"
    words = heading(column.removeprefix("n_")).lower()
    return evidence.count(database, question, words, float(value), counted if checked else "")


def _as_named(made: Number, name: Name, where: str) -> Number:
    """The number in the form that its column's name says. Raises ToolkitError where the name says another unit."""
    if name.unit is not None and name.unit != made.unit:
        said = unit_text(name.unit)
        plain = unit_without_scales(name.unit) == made.unit
        remedy = (
            f"SQL sees units without their scale: name it after {unit_text(made.unit)}"
            if plain
            else "name it after its unit, or divide and multiply numbers in the notebook"
        )
        raise ToolkitError(
            where,
            f"the name says {said}, the rows it used are in {unit_text(made.unit)}",
            "the unit of the rows",
            remedy,
        )
    if name.form != "quantity" and is_dimensionless(made.unit):
        return replace(made, style=replace(made.style, form=name.form))
    return made


def _column(column: str, cells: Sequence[Cell], units: UnitRegistry) -> Column:
    numbers = [cell for cell in cells if isinstance(cell, Number)]
    if not numbers:
        return Column(column, heading(column), None)
    found = {unit_text(number.unit) for number in numbers}
    label = heading(column.removeprefix("n_")) if column.startswith("n_") else heading(name_of(column, units).words)
    return Column(column, label, found.pop() if len(found) == 1 else None)


def name_of(column: str, units: UnitRegistry) -> Name:
    """What a column's name says: the longest end of it that is a unit (usd_per_month) or a word of FORMS."""
    units.looked_up.add(column)  # also of one that says no unit: a new line in data/units.txt may define it
    return _name_of(column, units)


@cache
def _name_of(column: str, units: UnitRegistry) -> Name:
    known = {name.lower(): name for name in units._units if name.isidentifier()}
    parts = column.split("_")
    for start in range(len(parts)):
        text, before = "_".join(parts[start:]), "_".join(parts[:start])
        if text in FORMS:
            return Name(no_unit(units), FORMS[text], before or column)
        names = text.split("_per_")
        # "seats_per_month" ends in "month", which is no unit of it
        if all(name in known for name in names) and parts[start - 1 : start] != ["per"]:
            unit = parse_unit("/".join(known[name] for name in names), units)
            scale = known.get(parts[start - 1]) if start else None
            if scale and is_dimensionless(parse_unit(scale, units)):  # million_usd says millions
                unit, before = parse_unit(scale, units) * unit, "_".join(parts[: start - 1])
            return Name(unit, "quantity", before or column)
    return Name(None, "quantity", column)
