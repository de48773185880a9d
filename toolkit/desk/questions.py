"""Questions: SQL in files of its own, answered as tables whose numbers know the rows they came from."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

import duckdb
import pint

from toolkit.desk.database import Desk
from toolkit.desk.tables import Cell, Column, Table, heading
from toolkit.errors import Problem, ToolkitError
from toolkit.numbers import Kind, Number
from toolkit.operations import total
from toolkit.units import Unit, parse_unit, unit_text
from toolkit.wording import Style

FORMS = {"share": "percent", "multiple": "times"}
LABEL = re.compile(r"(.*_)?(year|quarter|rank|order|row|layer)")
ENDS = re.compile(r"(.*?)_(low|high)_(.*)")
COUNTED = {"claims": "claim", "sources": "source", "articles": "source", "origins": "source"}  # others by the key
SAME = 1e-12  # the database adds in another order


@dataclass(frozen=True)
class Used:
    """What a cell was made from: figures added and taken off; of a count, of what the figures have how many."""

    added: tuple[Number, ...]
    taken: tuple[Number, ...]
    counted: str = ""
    things: int | None = None


def read_question(desk: Desk, name: str) -> str:
    """The SQL of notebooks/sql/<name>.sql. Raises ToolkitError naming the questions there are."""
    text = desk.file(f"notebooks/sql/{name}.sql")
    if text is None:
        known = ", ".join(sorted(found.stem for found in desk.project.questions.glob("*.sql"))) or "none"
        raise ToolkitError(f"the question {name!r}", "no such file in notebooks/sql", known,
                           "correct the name or write it")  # fmt: skip
    return text


def ask(desk: Desk, name: str, sql: str, parameters: Mapping[str, object] | None = None) -> Table:
    """The answer to a question over figures or series.

    Each row has `keys`, the keys of the figures and series rows it used (`keys_<column>` where one column
    used others), with a minus before that of a row which is taken off; the other columns end in their unit. A
    number is a step that can be done again where it is the sum of its keyed figures or a count (COUNTED) over
    keys of its own. Raises ToolkitError with the file and what DuckDB says, or with every column without unit.
    """
    try:
        columns, answer = desk.answer(name, sql, dict(parameters) if parameters else None)
    except duckdb.Error as error:
        raise ToolkitError(f"notebooks/sql/{name}.sql", str(error).splitlines()[0], "one SELECT that DuckDB can run",
                           "mend the query") from error  # fmt: skip
    _check(name, columns, desk.units)
    shown = _shown([column for column, _ in columns])
    rows = []
    for values in answer:
        row = dict(zip([column for column, _ in columns], values, strict=True))
        rows.append(tuple(_cell(name, column, row, _used(desk, row, column), desk.units) for column in shown))
    made = []
    for column in shown:
        unit = column_unit(column, desk.units)
        numeric = any(isinstance(row[shown.index(column)], Number) for row in rows)
        named = heading(_named(column, unit[2]) if unit and numeric else column)
        made.append(Column(column, named, unit_text(unit[0]) if unit and numeric else None))
    return Table(name, tuple(made), tuple(rows), sql)


def _used(desk: Desk, row: dict, column: str) -> Used:
    own = row.get(f"keys_{column}")
    keys = own or row.get("keys") or ()
    added, taken = ([key for key in keys if key.startswith("-") == off] for off in (False, True))
    leaves = [tuple(desk.leaf(key.removeprefix("-")) for key in part) for part in (added, taken)]
    counted = COUNTED.get(column.rpartition("_")[2], "") if own else ""
    if not column.startswith("n_") or taken or not (own or column == "n_readings"):
        return Used(*leaves)
    return Used(*leaves, counted, len({desk.reading(key).get(counted) if counted else key for key in added}))


def _check(name: str, columns: list[tuple[str, str]], units: pint.UnitRegistry) -> None:
    problems = []
    numeric = [column for column, kind in columns if is_quantity(column, kind)]
    for column in numeric:
        if column_unit(column, units) is None:
            problems.append(Problem(f"notebooks/sql/{name}.sql, column {column}", "a number without a unit",
                                    "a name that ends in its unit: _usd, _tokens_per_month, _share, _multiple",
                                    "rename the column"))  # fmt: skip
    for column, kind in columns:
        if (column == "keys" or column.startswith("keys_")) and kind != "VARCHAR[]":
            problems.append(Problem(f"notebooks/sql/{name}.sql, column {column}", f"the type {kind}", "a list of keys",
                                    f"write list_sort(list(key)) AS {column}, or [key] for one"))  # fmt: skip
    if numeric and "keys" not in [column for column, _ in columns]:
        problems.append(Problem(f"notebooks/sql/{name}.sql", "numbers without the rows they came from",
                                "a column keys: list_sort(list(key))",
                                "carry the key column through the query"))  # fmt: skip
    if problems:
        raise ToolkitError(problems)


def is_quantity(column: str, kind: str) -> bool:
    """Whether a column of this name and DuckDB type holds numbers, and not years, ranks or other labels."""
    numeric = kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")) or (kind.endswith("INT") or kind.endswith("INTEGER"))
    return numeric and not LABEL.fullmatch(column)


def _shown(columns: list[str]) -> list[str]:
    """The columns of the table: pairs of low and high become one, `keys` stays behind the numbers."""
    shown = []
    for column in columns:
        ends = ENDS.fullmatch(column)
        if ends and f"{ends[1]}_low_{ends[3]}" in columns and f"{ends[1]}_high_{ends[3]}" in columns:
            column = f"{ends[1]}_{ends[3]}"
        if column != "keys" and not column.startswith("keys_") and column not in shown:
            shown.append(column)
    return shown


def _cell(name: str, column: str, row: dict, used: Used, units: pint.UnitRegistry) -> Cell:
    value = row.get(column)
    found = column_unit(column, units)
    if column not in row and found is not None:
        start = column.removesuffix(found[2])
        low, high = (row[f"{start}{end}{found[2]}"] for end in ("_low", "_high"))
        return None if low is None or high is None else _number(name, column, (low, high), found, used)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool)) or found is None or LABEL.fullmatch(column):
        return value if isinstance(value, (bool, type(None))) else str(value)
    return _number(name, column, (value, value), found, used)


def _number(
    name: str, column: str, ends: tuple[float, float], found: tuple[Unit, str, str], used: Used
) -> Number:  # fmt: skip
    low, high = float(ends[0]), float(ends[1])
    unit, form, suffix = found
    counts, inputs = column.startswith("n_"), (*used.added, *used.taken)
    if not inputs:
        raise ToolkitError(f"notebooks/sql/{name}.sql, column {column}", "a row with an empty keys column",
                           "the key of every figure or series row that was used",
                           "carry keys through the query")  # fmt: skip
    style = Style(form, len(f"{abs(high):.0f}") if counts else None)  # a count is written out
    named = heading(_named(column, suffix)).lower()
    ref, method = f"question:{name}#{named}", f"column {named} of the question {name}"
    if not counts and used.added and all(number.unit == unit for number in inputs):
        summed = total(used.added, less=used.taken)
        if math.isclose(summed.low, low, rel_tol=SAME) and math.isclose(summed.high, high, rel_tol=SAME):
            return summed if summed in inputs else replace(summed, ref=ref, style=style)
    elif counts and low == used.things:
        method = f"count of distinct {used.counted}s" if used.counted else "count"
    kind = max(Kind.COMPUTED, *(number.kind for number in inputs))
    return Number(low, high, unit, kind, method, inputs, ref=ref, style=style)


def _named(column: str, suffix: str) -> str:
    """What a column is called without its unit; a count is called by what it counts."""
    return column.removeprefix("n_") if column == suffix else column.removesuffix(suffix)


@cache
def column_unit(column: str, units: pint.UnitRegistry) -> tuple[Unit, str, str] | None:
    """(unit, form of writing, suffix) that a column's name ends in; None where it ends in none."""
    known = {name.lower(): name for name in units._units if name.isidentifier()}
    parts = column.split("_")
    if column.startswith("n_"):
        return parse_unit("1", units), "quantity", column
    for start in range(len(parts)):
        text = "_".join(parts[start:])
        suffix = "_" + text if start else text
        if text in FORMS:
            return parse_unit("1", units), FORMS[text], suffix
        names = text.split("_per_")
        if all(name in known for name in names):
            unit = parse_unit("/".join(known[name] for name in names), units)
            return None if parts[start - 1 : start] == ["per"] else (unit, "quantity", suffix)
    return None

