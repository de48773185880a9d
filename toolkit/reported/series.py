"""Series: long tables of reported values, each a CSV in data/series/ with a YAML declaration beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.errors import Problem
from toolkit.core.project import Project
from toolkit.core.unit import UnitRegistry
from toolkit.reading.entry import Entry
from toolkit.reading.yaml_file import read_yaml
from toolkit.reported.data_files import data_files
from toolkit.reported.series_checks import CHECKS
from toolkit.reported.series_csv import read_rows
from toolkit.reported.series_declaration import SQL_TYPES, SeriesColumn, Value, read_series_declaration
from toolkit.reported.series_periods import FiscalTable, Periods, periods_fit
from toolkit.reported.series_rows import SeriesRow, SeriesTable


@dataclass(frozen=True)
class Series:
    """A table of reported values; each row states one value, or several that are named and have units of their own.

    `label` is a template with {column}; `checks` are (name, reason) of the checks that the rows passed.
    """

    id: str
    title: str
    licence: str
    columns: tuple[SeriesColumn, ...]
    key_columns: tuple[str, ...]
    values: tuple[Value, ...]
    label: str
    source_column: str
    place_column: str | None
    note: str | None
    checks: tuple[tuple[str, str], ...]
    rows: tuple[SeriesRow, ...]

    @property
    def unit(self) -> str:
        """The units of the values as printed, joined by "and": "million USD", "employee and USD"."""
        return " and ".join(dict.fromkeys(value.unit for value in self.values))

    def ref(self, row: SeriesRow, value: Value) -> str:
        """A value's key in receipts: "series:capex_history#Meta/revenue/none/FY2025/latest".

        Where a row states several values, their names are added: "series:cities#Bonn/2024#seats".
        """
        return f"series:{self.id}#{row.key}" + (f"#{value.name}" if value.name else "")

    def key_column(self, value: Value) -> str:
        """The column of the series' table with the keys of a value."""
        return f"key_{value.name}" if value.name else "key"

    def table(self) -> tuple[list[tuple[str, str]], list[list[object]]]:
        """[(name, DuckDB type), ...], and the cells of each column in the same order: keys first, then those declared.

        A column of values is in base units, and the column printed_<name> after it has the texts as printed.
        """
        amounts = {name for value in self.values for name in value.columns}
        columns = [(self.key_column(value), "VARCHAR") for value in self.values]
        values: list[list[object]] = [[self.ref(row, value) for row in self.rows] for value in self.values]
        for column in self.columns:
            if column.name in amounts:
                cells = [row.amount(column.name) for row in self.rows]
                columns += [(column.name, "DOUBLE"), (f"printed_{column.name}", "VARCHAR")]
                values += [[cell and cell.base for cell in cells], [cell and cell.text for cell in cells]]
            else:
                columns.append((column.name, SQL_TYPES[column.type]))
                values.append([row.cells[column.name] for row in self.rows])
        return columns, values

    def keys(self) -> list[str]:
        """The keys of all values, by row; an empty cell has none."""
        return [
            self.ref(row, value)
            for row in self.rows
            for value in self.values
            if all(row.amount(column) for column in value.columns)
        ]


def read_series(
    project: Project, units: UnitRegistry, sources: Collection[str], problems: list[Problem]
) -> dict[str, Series]:
    """All series of data/series/ by id; what is wrong is added to `problems`."""
    all_series = {}
    for path in data_files(project, "series"):
        top = read_yaml(project, path, problems)
        if top is not None and (series := _series(project, path, top, units, sources)) is not None:
            all_series[series.id] = series
    for path in data_files(project, "series", ".csv"):
        if not path.with_suffix(".yml").is_file():
            problems.append(
                Problem(
                    project.name(path),
                    "a table that nothing declares",
                    f"{path.stem}.yml beside it",
                    "declare its columns, unit, key and sources",
                )
            )
    return all_series


def _series(project: Project, path: Path, top: Entry, units: UnitRegistry, sources: Collection[str]) -> Series | None:
    """One series with its rows, or None if its declaration is wrong; its checks run only if all rows are right."""
    problems, before = top.problems, len(top.problems)
    columns, values = read_series_declaration(top, path.stem, units)
    if len(problems) > before:
        return None
    keys, csv = top.texts("key"), path.with_suffix(".csv")
    periods, as_of = _periods(top), top.period("as_of")
    table = SeriesTable(project.name(csv), [], problems)
    read_rows(csv, table, columns, keys, values, (top.required_text("source"), sources), project.contents.get(csv))
    series = Series(
        id=path.stem,
        title=top.text("title") or "",
        licence=top.text("licence") or "",
        columns=tuple(columns.values()),
        key_columns=keys,
        values=values,
        label=top.text("label") or "",
        source_column=top.text("source") or "",
        place_column=top.text("place") or ("place" if "place" in columns else None),
        note=top.text("note"),
        checks=tuple((entry.required_text("check"), entry.text("why") or "") for entry in top.entries("checks")),
        rows=tuple(table.rows),
    )
    if len(problems) == before and periods is not None:
        amounts = {value.name: value.columns[0] for value in values}
        fiscal = FiscalTable(table.file, table.rows, problems, periods, "", top.text("rounding"), as_of)
        periods_fit(fiscal)
        for entry in top.entries("checks") if len(problems) == before else ():
            value = amounts.get(entry.text("value") or "", "")
            CHECKS[entry.required_text("check")].add_problems(replace(fiscal, value=value), entry)
    return series


def _periods(top: Entry) -> Periods | None:
    """The declared columns of fiscal periods; None for a series without them. Its entry has been checked before."""
    entry = top.get("periods")
    if not isinstance(entry, Entry):
        return None
    return Periods(
        fiscal=entry.required_text("fiscal"),
        entity=entry.required_text("entity"),
        year_ends={company: str(words) for company, words in entry["year_ends"].items()},
        end=entry.text("end"),
        type=entry.text("type"),
        calendar=entry.text("calendar"),
    )
