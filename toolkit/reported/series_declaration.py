"""The declaration of a series: its columns, key, value, periods and checks, read from its YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pint

from toolkit.reading import ID, Entry
from toolkit.reported.claims import check_unit
from toolkit.reported.series_checks import CHECK_KEYS, CHECKS
from toolkit.reported.series_sheet import year_end

TYPES = {"text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(18, 3)", "date": "DATE"}
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
REQUIRED = ("schema", "id", "title", "licence", "label", "key", "source", "value", "unit", "columns")


@dataclass(frozen=True)
class SeriesColumn:
    """One declared column; `values` are the allowed ones with their meanings, where the list is closed."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    values: dict[str, str] | None = None
    empty: bool = False


def names(top: Entry, key: str) -> tuple[str, ...]:
    """One column name or a list of them at `key`."""
    return (top[key],) if isinstance(top.get(key), str) else top.texts(key)


def read_declaration(top: Entry, stem: str, units: pint.UnitRegistry) -> dict[str, SeriesColumn]:
    """The declared columns by name; what is wrong in the file is noted."""
    top.only(KEYS, REQUIRED)
    if top.get("id") != stem or not ID.fullmatch(stem):
        remedy = "give both the same lower-case name"
        top.wrong("id", f"id is {top.get('id')!r}", f"the file's name, {stem}", remedy)
    if top.text("unit"):
        check_unit(top, top["unit"], units)
    columns: dict[str, SeriesColumn] = {}
    for entry in top.entries("columns"):
        column = _column(entry, units)
        if column.name in columns or not NAME.fullmatch(column.name) or column.name == "key":
            allowed = "lower_case_name, each once; key is made by the reader"
            entry.wrong("name", f"the column name {column.name!r}", allowed, "rename it")
        columns[column.name] = column
    if len(names(top, "value")) not in (1, 2):
        top.wrong(
            "value", f"value is {top.get('value')!r}", "one column, or a low and a high one", "name them"
        )
    _declared(top, ("key", "value", "source", "rounding"), columns)
    try:
        (top.text("label") or "").format_map(dict.fromkeys(columns, ""))
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        top.wrong("label", f"label asks for {error}", "{column} of the declared ones", "correct the name")
    _check_periods(top, columns)
    for entry in top.entries("checks"):
        _check_check(top, entry, columns)
    return columns


def _column(entry: Entry, units: pint.UnitRegistry) -> SeriesColumn:
    entry.only(("name", "type", "meaning", "unit", "values", "empty"), ("name", "type", "meaning"))
    if entry.text("unit"):
        check_unit(entry, entry["unit"], units)
    values = entry.get("values")
    if isinstance(values, list):
        values = {str(value): "" for value in values}
    elif values is not None and not isinstance(values, dict):
        entry.wrong("values", f"values is {values!r}", "a list, or each value with its meaning", "write one")
        values = None
    return SeriesColumn(
        entry.text("name") or "",
        entry.choice("type", TYPES) or "text",
        entry.text("meaning") or "",
        entry.text("unit"),
        values,
        entry.flag("empty", False),
    )


def _declared(entry: Entry, keys: Iterable[str], columns: dict[str, SeriesColumn]) -> None:
    """Notes columns that an entry names and nothing declares."""
    for key in keys:
        for name in names(entry, key) if key in entry else ():
            if name not in columns:
                found = f"the column {name!r} is not declared"
                entry.wrong(key, found, ", ".join(columns), "declare it, or correct the name")


def _check_periods(top: Entry, columns: dict[str, SeriesColumn]) -> None:
    if "periods" not in top:
        return
    periods = top["periods"]
    if not isinstance(periods, Entry) or not isinstance(periods.get("year_ends"), Entry):
        top.wrong(
            "periods", "periods without year_ends", "fiscal, entity, year_ends: company: month", "add them"
        )
        return
    more = ("end", "type", "calendar")
    wanted = ("fiscal", "entity", "year_ends", *(more if "end" in periods else ()))
    periods.only(("fiscal", "entity", "year_ends", *more), wanted)
    _declared(periods, ("fiscal", "entity", *more), columns)
    for company, words in periods["year_ends"].items():
        try:
            year_end(words, 2026)
        except ValueError:
            found = f"{company}'s year ends in {words!r}"
            periods.wrong("year_ends", found, "a month, or last Sunday of a month", "correct the words")


def _check_check(top: Entry, entry: Entry, columns: dict[str, SeriesColumn]) -> None:
    keys = CHECK_KEYS.get(entry.get("check"))
    if keys is None:
        entry.wrong("check", f"the check {entry.get('check')!r}", ", ".join(CHECKS), "name one of these")
        return
    if "periods" not in top:
        entry.wrong(
            "check", "a check in a series without periods", "periods: fiscal, entity, year_ends", "add it"
        )
    entry.only(("check", "why", *keys), ("check", "why", *keys))
    _declared(entry, ("within", "of", "by", "line", "basis", "said", "metric"), columns)
    for key in ("tolerance", "margin"):
        entry.number(key)
