"""Questions: SQL queries over figures and series, answered as tables whose numbers have the rows used as inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from types import MappingProxyType

from toolkit.core.errors import NumberError, Problem, ToolkitError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    is_counted,
    is_dimensionless,
    no_unit,
    parse_unit,
    powers,
    unit_text,
    unit_without_scales,
)
from toolkit.database.cell import Cell
from toolkit.database.columns import is_key, is_number, is_quantity
from toolkit.database.evidence import Evidence, number_of
from toolkit.database.evidence_summary import Range
from toolkit.database.meaning import Meaning, Role, Step, common
from toolkit.database.open import Database
from toolkit.database.publishing import numbers_in_text
from toolkit.database.reported_rows import Row
from toolkit.database.table import Column, Table, heading

FORMS = {"share": "percent", "percent": "percent", "multiple": "times"}  # last word of a name: form of writing
COUNTS = ("n_", "num_", "count_", "number_of_")  # names of counts begin so
ENDS = re.compile(r"(.*?_)?(low|high)((?:_.*)?)")
# last word of a column n_<what>: what its keys are counted by; all other words: by the key itself
COUNTED = {"claims": "claim", "sources": "source", "articles": "source", "origins": "source", "publishers": "publisher"}


@dataclass(frozen=True)
class Name:
    """What a column's name says."""

    unit: Unit | None  # that it ends in, None where it ends in none
    form: str  # of writing: quantity, percent or times
    words: str  # those before the unit; the whole name where nothing is before it
    per: Unit | None = None  # the unit after "per" of a name that ends in no other: spend_per_year


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
    others); a key that begins with "-" is of a row that is subtracted. A number's unit is that of the values it is made
    of; a column whose name says another is refused, and so is a cell with one key that is not its row's value.
    Raises ToolkitError with the file and what DuckDB says, or with every column and cell that is not valid.
    """
    where = where or f"notebooks/sql/{name}.sql"
    columns, answer = database.answer(where, sql, dict(parameters) if parameters else None)
    meanings = database.meanings(sql, [column for column, _ in columns])
    roles = {column: meaning.role for column, meaning in meanings.items()}
    refuse_missing_keys(where, columns, roles)
    sources = column_sources(dict(columns), roles)
    rows = [dict(zip(dict(columns), values, strict=True)) for values in answer]
    database.load(key.removeprefix("-") for row in rows for key in _keys_in(row))
    problems = [numbers_in_text(where, name) for name, kind in columns if kind == "VARCHAR" and meanings[name].told]
    cells = [
        [_cell(database, name, where, _Asked(column, parts, meanings), row, problems) for row in rows]
        for column, parts in sources.items()
    ]
    if problems:
        raise ToolkitError(problems)
    made = [_column(column, own, database.units) for column, own in zip(sources, cells, strict=True)]
    return Table(name, tuple(made), tuple(zip(*cells, strict=True)) if rows else (), sql)


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
    quantities = [column for column, kind in columns if is_quantity(column, kind, roles.get(column, Role.UNKNOWN))]
    if reported and quantities and "keys" not in dict(columns):
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
            start, _, rest = ends.groups(default="")
            pair = (f"{start}low{rest}", f"{start}high{rest}")
            if quantities.issuperset(pair):
                name, parts = (start.removesuffix("_") + rest).strip("_") or "value", pair
        sources[name] = parts
    return sources


def _keys_in(row: Mapping[str, object]) -> Iterator[str]:
    """The keys in the cells of a row; those that are summed up as ManyKeys are left out."""
    for column, keys in row.items():
        if is_key(column) and isinstance(keys, list):
            yield from (key for key in keys if key)


@dataclass(frozen=True)
class _Asked:
    """A column of the table: the columns of the answer that hold its values, and what all of these hold."""

    name: str
    parts: tuple[str, ...]
    by_column: Mapping[str, Meaning]

    @property
    def meaning(self) -> Meaning:
        found = [self.by_column[part] for part in self.parts]
        steps = [one.step for one in found]
        reach = steps == [Step.LEAST, Step.GREATEST]
        return replace(common(found), step=Step.REACH) if reach else common(found)


def _cell(database: Database, question: str, where: str, asked: _Asked, row: Row, problems: list[Problem]) -> Cell:
    """The cell of a column in a row; None where a value is NULL, or a problem was added to `problems`."""
    column = asked.name
    if not asked.parts:
        return _plain_cell(row[column])
    values = [row[part] for part in asked.parts]
    if any(value is None for value in values):
        return None
    where = f"{where}, column {column}"
    try:
        keys = row.get(f"keys_{column}") or row.get("keys")
        evidence, meaning = Evidence.of(database, keys), asked.meaning
        refuse_no_count(where, column, meaning)
        if column.startswith("n_") or meaning.role == Role.COUNT:
            return _count(database, question, asked, values[0], evidence, f"keys_{column}" in row, where)
        name = name_of(column, database.units)
        ends: Range = (float(values[0]), float(values[-1]))
        made = number_of(database, question, heading(name.words).lower(), ends, evidence, meaning, where)
        return _as_named(made, name, meaning, where)
    except NumberError as error:
        problems += [replace(problem, where=where) for problem in error.problems]
    except ToolkitError as error:
        problems += error.problems
    return None


def _plain_cell(value: object) -> Cell:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if isinstance(value, (bool, type(None))) else str(value)


def refuse_no_count(where: str, column: str, meaning: Meaning) -> None:
    """Raises ToolkitError for a column that is named as a count, n_, and holds something else as its query says."""
    found = {
        Role.LITERAL: "a typed number",
        Role.LABEL: "labels",
        Role.QUANTITY: "numbers that are no count",
        Role.REPORTED: "values of rows",
        Role.MIXED: "something made of values of rows",
        Role.UNKNOWN: "something that is worked out",
    }
    counted = meaning.role in (Role.QUANTITY, Role.COUNT) and meaning.unit is not None and is_counted(meaning.unit)
    says_count = column.startswith("n_") and meaning.role in found and not counted
    if says_count or (column.startswith(COUNTS) and meaning.averaged):
        in_unit = f", in {unit_text(meaning.unit)}" if meaning.unit is not None else ""
        raise ToolkitError(
            where,
            f"a name that says a count, and {found.get(meaning.role, found[Role.QUANTITY])}{in_unit}",
            "count(…), or a sum of counts, in a column n_<what>",
            f"name it after what it holds, such as mean_{_after_count(column)}, without n_",
        )


def _after_count(column: str) -> str:
    """What a column's name says after the word for a count."""
    return next((column.removeprefix(word) for word in COUNTS if column.startswith(word)), column)


def _count(
    database: Database, question: str, asked: _Asked, value: float, evidence: Evidence, own: bool, where: str
) -> Number:
    """The number of a column of counts, compared with its keys; `own`: there is a column of keys for it alone.

    Without keys of its own only n_readings is compared, as the keys of a row say nothing of other counts. Raises
    ToolkitError where the name says a unit.
    """
    column = asked.name
    counted = COUNTED.get(column.rpartition("_")[2], "key") if own else "key"
    checked = own or column == "n_readings"
    words = heading(column.removeprefix("n_")).lower()
    made = evidence.count(database, question, words, float(value), counted if checked else "")
    return made if column.startswith("n_") else _as_named(made, name_of(column, database.units), asked.meaning, where)


def form_of(name: Name, meaning: Meaning) -> str:
    """The form of writing that a column's name says; what is left of one share less another is percentage points."""
    return "points" if name.form == "percent" and meaning.points else name.form


def _as_named(made: Number, name: Name, meaning: Meaning, where: str) -> Number:
    """The number in the form that its column's name says. Raises ToolkitError where the name says another unit."""
    refuse_other_unit(where, name, made.unit)
    if name.form != "quantity" and made.style.form != "points" and is_dimensionless(made.unit):
        return replace(made, style=replace(made.style, form=form_of(name, meaning)))
    return made


def refuse_wrong_name(where: str, column: str, meaning: Meaning, units: UnitRegistry) -> None:
    """Raises ToolkitError for a column whose name says a count or a unit, and its query something else."""
    refuse_no_count(where, column, meaning)
    name = name_of(column, units)
    if meaning.unit is not None and not column.startswith("n_") and not per_counted(name.unit, meaning.unit):
        refuse_other_unit(where, name, unit_without_scales(meaning.unit), meaning.unit)


def per_counted(said: Unit | None, unit: Unit) -> bool:
    """Whether a unit is another per what is counted, as a mean of rows may be: token/developer is token so."""
    if said is None:
        return False
    left = said / unit
    return {*powers(left).values()} == {-1} and is_counted(left)


def refuse_other_unit(where: str, name: Name, unit: Unit, declared: Unit | None = None) -> None:
    """Raises ToolkitError where a column's name says another unit than that of its numbers, `unit` or as `declared`."""
    said, allowed = name.unit, "the unit of what it is made of"
    if said is not None and said not in (unit, declared):
        plain = unit_without_scales(said) == unit
        raise ToolkitError(
            where,
            f"the name says {unit_text(said)}, its values are in {unit_text(declared or unit)}",
            allowed,
            f"SQL sees units without their scale: name it after {unit_text(unit)}"
            if plain
            else "name it after its unit, or divide and multiply numbers in the notebook",
        )
    if (
        name.per is not None
        and not powers(name.per).items() <= {one: -power for one, power in powers(unit).items()}.items()
    ):
        raise ToolkitError(
            where,
            f"the name says per {unit_text(name.per)}, its values are in {unit_text(declared or unit)}",
            allowed,
            "name it after its unit, or divide numbers in the notebook",
        )


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
    known |= {f"{low}s": name for low, name in known.items() if is_dimensionless(units.Unit(name))}  # millions
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
    if parts[0] in FORMS and len(parts) > 1:  # percent_growth
        return Name(no_unit(units), FORMS[parts[0]], "_".join(parts[1:]))
    below = column.rpartition("_per_")[2]
    per = parse_unit(known[below], units) if "_per_" in column and below in known else None
    return Name(None, "quantity", column, per)
