"""Series: long tables of reported values, each declared in a YAML file and held in a CSV beside it."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pint

from toolkit.errors import Problem
from toolkit.kind import Kind
from toolkit.numbers import leaf
from toolkit.project import Project
from toolkit.reading import Entry, read_yaml
from toolkit.reported.series_checks import CHECKS
from toolkit.reported.series_declaration import TYPES, SeriesColumn, names, read_declaration
from toolkit.reported.series_sheet import Row, Sheet, periods_fit
from toolkit.units import parse_unit, unit_text

FORMS = {
    "integer": (re.compile(r"-?[0-9]+"), int, "a whole number in digits, such as 98411 or -2790"),
    "decimal": (re.compile(r"-?[0-9]+(\.[0-9]+)?"), Decimal, "a number in digits, such as 934.5"),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat, "a day as 2026-06-30"),
    "text": (re.compile(r"(?s).*"), str, "text"),
}


@dataclass(frozen=True)
class Series:
    """A table of reported values; the value is one column, or a low and a high one, in `unit` as printed."""

    id: str
    title: str
    licence: str
    unit: str
    columns: tuple[SeriesColumn, ...]
    key_columns: tuple[str, ...]
    value_columns: tuple[str, ...]
    label: str
    source_column: str
    place_column: str | None
    note: str | None
    checks: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    units: pint.UnitRegistry

    @property
    def value_column(self) -> str:
        """The column of the value, or of its low end."""
        return self.value_columns[0]

    def ref(self, row: Row) -> str:
        """The key of a row as receipts carry it: "series:capex_history#Meta/revenue/none/FY2025/latest"."""
        return f"series:{self.id}#{row.key}"

    def table(self) -> tuple[list[tuple[str, str]], list[tuple]]:
        """Columns with their DuckDB types, and rows: `key` (as `ref` gives it), then the columns declared."""
        columns = [("key", "VARCHAR"), *((column.name, TYPES[column.type]) for column in self.columns)]
        rows = [(self.ref(row), *(row.cells[name] for name, _ in columns[1:])) for row in self.rows]
        return columns, rows

    def leaves(self) -> list[tuple]:
        """(key, series, low, high, unit, label, source, place) of each row with a value, in plain units."""
        unit = parse_unit(self.unit, self.units)
        made = []
        for row in self.rows:
            low, high = row.cells[self.value_columns[0]], row.cells[self.value_columns[-1]]
            if low is None or high is None:
                continue
            number = leaf(float(low), float(high), unit, Kind.REPORTED, self.ref(row), self._label(row))
            place = row.cells[self.place_column] if self.place_column else None
            made.append((number.ref, self.id, number.low, number.high, unit_text(number.unit), number.label))
            made[-1] += (row.source, place)
        return made

    def _label(self, row: Row) -> str:
        words = {column.name: (column.values or {}) for column in self.columns}
        return self.label.format_map(
            {name: words[name].get(value) or value for name, value in row.cells.items()}
        )


def read_series(
    project: Project, units: pint.UnitRegistry, sources: Collection[str], problems: list[Problem]
) -> dict[str, Series]:
    """All series of data/series/ by id; what is wrong is added to `problems`."""
    found = {}
    folder = project.data / "series"
    for path in sorted(folder.glob("*.yml")):
        top = read_yaml(project, path, problems)
        if top is not None and (series := _series(project, path, top, units, sources)) is not None:
            found[series.id] = series
    for path in sorted(folder.glob("*.csv")):
        if not path.with_suffix(".yml").is_file():
            problems.append(
                Problem(
                    project.name(path),
                    "a table that nothing declares",
                    f"{path.stem}.yml beside it",
                    "declare its columns, unit, key and sources",
                )
            )
    return found


def _series(
    project: Project, path: Path, top: Entry, units: pint.UnitRegistry, sources: Collection[str]
) -> Series | None:
    """One series with its rows, or None where the declaration does not hold; only clean rows are checked."""
    problems, before = top.problems, len(top.problems)
    columns = read_declaration(top, path.stem, units)
    if len(problems) > before:
        return None
    keys, values = top.texts("key"), names(top, "value")
    periods = top["periods"] if isinstance(top.get("periods"), Entry) else None
    file = project.name(path.with_suffix(".csv"))
    sheet = Sheet(file, [], values[0], top.text("rounding"), top.period("as_of"), periods, problems)
    _read_rows(path.with_suffix(".csv"), sheet, columns, keys, values, (top["source"], sources))
    series = Series(
        id=path.stem,
        title=top.text("title") or "",
        licence=top.text("licence") or "",
        unit=top.text("unit") or "",
        columns=tuple(columns.values()),
        key_columns=keys,
        value_columns=values,
        label=top.text("label") or "",
        source_column=top.text("source") or "",
        place_column="place" if "place" in columns else None,
        note=top.text("note"),
        checks=tuple((entry["check"], entry.text("why") or "") for entry in top.entries("checks")),
        rows=tuple(sheet.rows),
        units=units,
    )
    if len(problems) == before and periods is not None:
        periods_fit(sheet)
    if len(problems) == before:
        for entry in top.entries("checks"):
            CHECKS[entry["check"]](sheet, entry)
    return series


def _read_rows(
    path: Path,
    sheet: Sheet,
    columns: dict[str, SeriesColumn],
    keys: tuple[str, ...],
    values: tuple[str, ...],
    source: tuple[str, Collection[str]],
) -> None:
    """Fills the sheet with the rows of the CSV, typed; what is wrong in one is noted with line and key."""
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            if not _header_fits(next(reader, []), list(columns), sheet):
                return
            for texts in reader:
                cells = dict(zip(columns, texts, strict=False))
                key = "/".join(cells.get(name, "") for name in keys)
                row = Row(key, cells.get(source[0], ""), reader.line_num, cells)
                if len(texts) != len(columns):
                    sheet.wrong(row, f"{len(texts)} cells", f"{len(columns)}", "mend commas and quotes")
                    continue
                _typed(sheet, row, columns, values)
                if key in seen:
                    found = f"the key again (first in line {seen[key]})"
                    sheet.wrong(row, found, f"one row for each {', '.join(keys)}", "remove one of the two")
                if row.source and row.source not in source[1]:
                    found = f"the source {row.source!r} is not on the desk"
                    sheet.wrong(row, found, "ids of data/sources/", "enter it there, or correct the id")
                seen.setdefault(key, row.line)
                sheet.rows.append(row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else str(error)
        sheet.problems.append(Problem(sheet.file, found, "a CSV in UTF-8 beside its YAML", "mend the file"))


def _header_fits(header: list[str], declared: list[str], sheet: Sheet) -> bool:
    if header == declared:
        return True
    missing = [name for name in declared if name not in header]
    unknown = [name for name in header if name not in declared]
    found = f"columns missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}"
    remedy = "write the columns as declared, in this order"
    sheet.problems.append(Problem(f"{sheet.file}, line 1", found, ", ".join(declared), remedy))
    return False


def _typed(sheet: Sheet, row: Row, columns: dict[str, SeriesColumn], values: tuple[str, ...]) -> None:
    """Turns the texts of a row into values by their columns' types; None for an empty or a wrong cell."""
    before = len(sheet.problems)
    for name, text in row.cells.items():
        column = columns[name]
        form, kind, allowed = FORMS[column.type]
        row.cells[name] = None
        if text == "":
            if not column.empty:
                sheet.wrong(row, f"{name} is empty", column.meaning, "fill it in")
        elif column.values is not None and text not in column.values:
            sheet.wrong(
                row, f"{name} is {text!r}", ", ".join(column.values), "use one of these, or declare it"
            )
        else:
            try:
                row.cells[name] = kind(form.fullmatch(text)[0])
            except (TypeError, ValueError):
                sheet.wrong(row, f"{name} is {text!r}", allowed, "write it so")
    low, high = row.cells[values[0]], row.cells[values[-1]]
    if len(sheet.problems) > before:
        return
    if (low is None) != (high is None):
        sheet.wrong(row, "one end of a range", f"{values[0]} and {values[-1]}, or neither", "write both")
    elif low is not None and low > high:
        sheet.wrong(row, f"low {low} is over high {high}", "low at most high", "exchange or correct them")
