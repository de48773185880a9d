"""The declaration of a series: its columns, key, values, periods and checks, read from its YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from string import Formatter

import pint

from toolkit.core.errors import NumberError
from toolkit.core.unit import UnitRegistry, factor, parse_unit, unit_text, unit_without_scales
from toolkit.engine.select_only import SYSTEM_VIEWS
from toolkit.reading.entry import ID, Entry
from toolkit.reported.claims import check_unit
from toolkit.reported.series_checks import CHECKS
from toolkit.reported.series_names import better_names, contradicting_unit, reserved
from toolkit.reported.series_periods import year_end

SQL_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "decimal": "DOUBLE", "date": "DATE"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
KEYS = (
    "schema",
    "id",
    "title",
    "licence",
    "as_of",
    "label",
    "key",
    "source",
    "place",
    "value",
    "unit",
    "rounding",
    "note",
    "columns",
    "periods",
    "checks",
)
REQUIRED = ("schema", "id", "title", "licence", "label", "key", "source", "value", "columns")
NUMERIC = ("integer", "decimal")
# keys whose column must have one of these types, and be filled in every row
TYPES_NEEDED = {"fiscal": ("text",), "end": ("date",), "said": ("date",), "rounding": NUMERIC}

Scale = tuple[Decimal, Decimal]  # (multiplier, divisor) from a printed value to base units; one of them is 1


@dataclass(frozen=True)
class SeriesColumn:
    """One declared column; `allowed` has the texts that it may hold with their meanings, or is None where all may.

    `type` is one of SQL_TYPES; `empty` is true where cells may be empty.
    """

    name: str
    type: str
    meaning: str
    unit: str | None = None
    allowed: dict[str, str] | None = None
    empty: bool = False


@dataclass(frozen=True)
class Value:
    """A value that each row states, in one column or in two (low, high); `name` is "" if rows state only one.

    `unit` is as printed, `base` the unit without scales that SQL sees.
    """

    name: str
    columns: tuple[str, ...]
    unit: str
    base: str
    scale: Scale


def _column_names(top: Entry, key: str) -> tuple[str, ...]:
    """The column names at `key`, where one may be written without a list; () for none."""
    return (top[key],) if isinstance(top.get(key), str) else top.texts(key)


def read_series_declaration(
    top: Entry, stem: str, units: UnitRegistry
) -> tuple[dict[str, SeriesColumn], tuple[Value, ...]]:
    """The declared columns by name, and the values of each row; adds what is wrong to the entries' problems."""
    several = isinstance(top.get("value"), Entry)
    top.check_keys(KEYS, REQUIRED if several else (*REQUIRED, "unit"))
    for key in ("unit", "rounding") if several else ():
        if key in top:
            found = f"{key} beside several values that are named"
            remedy = f"take {key} away: each named value has that of its columns"
            top.add_problem(key, found, f"{key} where value is one column or a range", remedy)
    _check_id(top, stem)
    columns: dict[str, SeriesColumn] = {}
    for entry in top.entries("columns"):
        column = _column(entry, units)
        if column.name in columns or not NAME.fullmatch(column.name):
            entry.add_problem("name", f"the column name {column.name!r}", "lower_case_name, each once", "rename it")
        columns[column.name] = column
    values = tuple(_values(top, columns, units))
    _check_value_names(top, columns, values, units)
    _declared(top, ("key", "source", "place", "rounding"), columns)
    for key in ("source", "place", "rounding"):
        top.text(key)
    if not top.texts("key"):
        top.add_problem("key", "no key", "a list of the columns that tell rows apart", "name them")
    _check_label(top, columns)
    _check_periods(top, columns)
    for entry in top.entries("checks"):
        _check_declared_check(top, entry, columns, values)
    return columns, values


def _check_label(top: Entry, columns: dict[str, SeriesColumn]) -> None:
    """Adds problems of columns in the label's braces that are not declared, and of a label that is no template."""
    label = top.text("label") or ""
    try:
        formats = {
            name: form or conversion for _, name, form, conversion in Formatter().parse(label) if name is not None
        }
    except ValueError as error:
        allowed = "text with {column}; a brace that is meant as one is doubled: {{ or }}"
        top.add_problem("label", f"label is no template: {error}", allowed, "correct the braces")
        return
    for name, form in formats.items():
        allowed = "{column} of these: " + ", ".join(columns)
        if name not in columns:
            top.add_problem("label", f"label asks for {name!r}", allowed, "correct the name")
        elif form:
            top.add_problem("label", f"label asks for {name!r} in the form {form!r}", allowed, "take the form away")


def _check_id(top: Entry, stem: str) -> None:
    if top.get("id") != stem or not ID.fullmatch(stem):
        remedy = "give both the same lower-case name"
        top.add_problem("id", f"id is {top.get('id')!r}", f"the file's name, {stem}", remedy)
    elif reason := reserved().get(stem) or (stem.startswith(SYSTEM_VIEWS) and "a name as DuckDB's own tables have"):
        top.add_problem(
            "id",
            f"id is {stem!r}, {reason}",
            "a name of its own: SQL uses it as the table's name",
            f"rename the series and its two files, such as reported_{stem}",
        )


def _column(entry: Entry, units: UnitRegistry) -> SeriesColumn:
    entry.check_keys(("name", "type", "meaning", "unit", "values", "empty"), ("name", "type", "meaning"))
    if "unit" in entry and (unit := entry.required_text("unit")):
        check_unit(entry, unit, units)
    return SeriesColumn(
        name=entry.text("name") or "",
        type=entry.one_of("type", SQL_TYPES) or "text",
        meaning=entry.text("meaning") or "",
        unit=entry.text("unit"),
        allowed=_allowed_texts(entry),
        empty=entry.flag("empty", False),
    )


def _allowed_texts(entry: Entry) -> dict[str, str] | None:
    """The texts that a column may hold, as they are written, with their meanings or ""; None where all are allowed."""
    values = entry.get("values")
    if isinstance(values, Entry):
        return {value: values.text(value) or "" for value in values}
    if isinstance(values, list):
        texts = entry.raw_texts("values")
        return dict.fromkeys(texts, "")
    if values is not None:
        entry.add_problem("values", f"values is {values!r}", "a list, or each value with its meaning", "write one")
    return None


def _values(top: Entry, columns: dict[str, SeriesColumn], units: UnitRegistry) -> Iterator[Value]:
    """The declared values whose columns are declared and whose unit is defined; others are problems."""
    named_values = top["value"] if isinstance(top.get("value"), Entry) else None
    if named_values is not None and (len(named_values) < 2 or not all(NAME.fullmatch(name) for name in named_values)):
        top.add_problem(
            "value",
            f"values named {', '.join(named_values) or 'nothing'}",
            "two or more, each lower_case_name: column",
            "rename them; a single value needs no name",
        )
    for name in named_values or ("",):
        entry, key = (named_values, name) if named_values is not None else (top, "value")
        names = _column_names(entry, key)
        if len(names) not in (1, 2):
            entry.add_problem(key, f"{key} is {entry.get(key)!r}", "one column, or a low and a high one", "name them")
        _declared(entry, (key,), columns)
        its_columns = [columns[column] for column in names if column in columns]
        if named_values is None:
            unit = top.text("unit")
        else:
            unit = its_columns[0].unit if its_columns else None
        for column in its_columns:
            if column.type not in NUMERIC:
                entry.add_problem(
                    key,
                    f"the column {column.name!r} is of type {column.type}",
                    " or ".join(NUMERIC),
                    "correct its type, or name the column of the values",
                )
            if (column.unit and unit and column.unit != unit) or (named_values is not None and not column.unit):
                unit_words = f"in {column.unit}" if column.unit else "without a unit"
                entry.add_problem(
                    key,
                    f"the column {column.name!r} is {unit_words}",
                    unit or "a unit at the column",
                    "give the columns of a value the same unit",
                )
        if its_columns and unit and (parsed := _parsed(unit, units)) is not None:
            base = unit_without_scales(parsed)
            times, over = (Decimal(f"{part:.15g}") for part in factor(parsed, base))
            yield Value(name, names, unit, unit_text(base), (times, over))
    # last, as it may add the problem of a unit that `_parsed` passed over
    if named_values is None and "unit" in top and (unit := top.required_text("unit")):
        check_unit(top, unit, units)


def _parsed(unit: str, units: UnitRegistry) -> pint.Unit | None:
    try:
        return parse_unit(unit, units)
    except NumberError:  # `check_unit` adds the problem
        return None


def _check_value_names(
    top: Entry, columns: dict[str, SeriesColumn], values: tuple[Value, ...], units: UnitRegistry
) -> None:
    """Adds problems of column names that contradict their unit, are in two values, or are taken by the database."""
    entries = {entry.text("name"): entry for entry in top.entries("columns")}
    value_columns = [column for value in values for column in value.columns if column in columns]
    for column in {column for column in value_columns if value_columns.count(column) > 1}:
        top.add_problem("value", f"the column {column!r} twice", "each column in one value", "name another column")
    names_in_sql = {f"key_{value.name}" if value.name else "key" for value in values} | {
        f"printed_{name}" for name in value_columns
    }
    for name in names_in_sql & columns.keys():
        entries[name].add_problem(
            "name",
            f"the column name {name!r}",
            "names other than those that the database adds: " + ", ".join(sorted(names_in_sql)),
            "rename it",
        )
    for value in values:
        base = parse_unit(value.base, units)
        for name in value.columns:
            if name in columns and (unit_in_name := contradicting_unit(name, base, units)):
                entries[name].add_problem(
                    "name",
                    f"the column name {name!r} says {unit_in_name}, and SQL sees it in {value.base}",
                    "a name without scale, and with this unit or none",
                    f"rename it here and in the table: {better_names(name, base, units)}",
                )


def _declared(entry: Entry, keys: Iterable[str], columns: dict[str, SeriesColumn]) -> None:
    """Adds problems of columns named at `keys` that are not declared, or not of the type that the key needs."""
    for key in keys:
        for name in _column_names(entry, key) if key in entry else ():
            if name not in columns:
                found = f"the column {name!r} is not declared"
                entry.add_problem(key, found, ", ".join(columns), "declare it, or correct the name")
            elif key in TYPES_NEEDED and (columns[name].type not in TYPES_NEEDED[key] or columns[name].empty):
                kind = f"{columns[name].type}{' that may be empty' if columns[name].empty else ''}"
                entry.add_problem(
                    key,
                    f"the column {name!r} is {kind}",
                    f"{' or '.join(TYPES_NEEDED[key])}, filled in every row",
                    "name another column, or correct its type",
                )


def _check_periods(top: Entry, columns: dict[str, SeriesColumn]) -> None:
    if "periods" not in top:
        return
    periods = top["periods"]
    if not isinstance(periods, Entry) or not isinstance(periods.get("year_ends"), Entry):
        top.add_problem("periods", "periods without year_ends", "fiscal, entity, year_ends: company: month", "add them")
        return
    required, optional = ("fiscal", "entity", "year_ends"), ("end", "type", "calendar")
    all_three = optional if "end" in periods else ()  # an end needs the type of its year, and the calendar
    periods.check_keys((*required, *optional), (*required, *all_three))
    _declared(periods, ("fiscal", "entity", *optional), columns)
    for company, words in periods["year_ends"].items():
        try:
            year_end(str(words), 2026)  # of any year: only the words are checked
        except ValueError:
            found = f"{company}'s year ends in {words!r}"
            periods.add_problem("year_ends", found, "a month, or last Sunday of a month", "correct the words")


def _check_declared_check(
    top: Entry, entry: Entry, columns: dict[str, SeriesColumn], values: tuple[Value, ...]
) -> None:
    check = CHECKS.get(entry.text("check") or "")
    if check is None:
        entry.add_problem("check", f"the check {entry.get('check')!r}", ", ".join(CHECKS), "name one of these")
        return
    if "periods" not in top:
        entry.add_problem(
            "check", "a check in a series without periods", "periods: fiscal, entity, year_ends", "add it"
        )
    keys = ("check", "why", *check.keys)
    if check.of_amounts and len(values) > 1:
        keys = (*keys, "value")
        entry.one_of("value", [value.name for value in values])
    entry.check_keys(keys, keys)
    _declared(entry, check.columns, columns)
    for key in ("tolerance", "margin"):
        if entry.number(key) is None and entry.get(key) is None:
            entry.required_text(key)  # one without a value is a problem
