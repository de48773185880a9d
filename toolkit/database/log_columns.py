"""What the columns of a usage log hold, and those of a query of it: their units, by the query and by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.core.errors import ToolkitError
from toolkit.core.unit import Unit, UnitRegistry, is_dimensionless, no_unit, parse_unit, unit_without_scales
from toolkit.database.column_names import (
    number_form,
    per_counted,
    refuse_no_count,
    refuse_other_unit,
    refuse_wrong_name,
    unit_or_form,
)
from toolkit.database.columns import is_quantity
from toolkit.database.meaning import LABEL, UNKNOWN, Columns, Meaning, Role
from toolkit.database.withheld import literal_problem
from toolkit.engine.connect import columns_of_arrow

if TYPE_CHECKING:
    from toolkit.engine.connect import Connection
    from toolkit.engine.spark import Spark

UNITLESS = ("gini", "correlation", "elasticity")  # last words of columns whose numbers have no unit
COLUMNS = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'memory'"


def columns_of_log(connection: Connection, units: UnitRegistry) -> dict[str, Columns]:
    """The tables of a usage log, each with what its columns mean: a number is in the unit that its name ends in."""
    return _by_name(connection.cursor().execute(COLUMNS).fetchall(), units)


def columns_on_spark(spark: Spark, tables: Iterable[str], units: UnitRegistry) -> dict[str, Columns]:
    """As `columns_of_log`, of these tables of a log on Spark. Raises ToolkitError with what Spark says."""
    described = {table: columns_of_arrow(spark.ask(table, f"SELECT * FROM {table} LIMIT 0"))[0] for table in tables}
    return _by_name([(table, *column) for table, columns in described.items() for column in columns], units)


def _by_name(described: Iterable[tuple[str, str, str]], units: UnitRegistry) -> dict[str, Columns]:
    """What columns mean, described as table, column and DuckDB type."""
    by_table: dict[str, Columns] = {}
    for table, column, kind in described:
        unit_and_form = unit_of_name(column, units) if is_quantity(column, kind) else None
        places = frozenset({(table, column)})
        quantity = (
            Meaning(Role.QUANTITY, unit_without_scales(unit_and_form[0]), made=places) if unit_and_form else UNKNOWN
        )
        other = Meaning(Role.TRUTH, no_unit(units), made=places) if kind == "BOOLEAN" else LABEL
        by_table.setdefault(table, {})[column] = quantity if is_quantity(column, kind) else other
    return by_table


def unit_of_name(column: str, units: UnitRegistry) -> tuple[Unit, str] | None:
    """Unit and form of writing that a column's name says; None where it says no unit."""
    if column.rpartition("_")[2] in UNITLESS:
        return parse_unit("1", units), "quantity"
    if column.startswith("n_"):
        return no_unit(units), "quantity"
    unit_of_column = unit_or_form(column, units)
    return (unit_of_column.unit, unit_of_column.form) if unit_of_column.unit is not None else None


def unit_in_query(where: str, column: str, meaning: Meaning, units: UnitRegistry, by_name: bool) -> tuple[Unit, str]:
    """Unit and form of writing of a column of numbers: what the query says, or else its name if that counts, `by_name`.

    `where` names the query in errors. Raises ToolkitError for a typed number, one whose unit is not known, or a name
    that says another than the query.
    """
    if meaning.role == Role.LITERAL:
        raise ToolkitError([literal_problem(where, column)])
    where = f"{where}, column {column}"
    by_own_name = unit_of_name(column, units)
    if meaning.role in (Role.QUANTITY, Role.COUNT, Role.RANK) and meaning.unit is not None:
        refuse_wrong_name(where, column, meaning, units)
        if by_own_name and is_dimensionless(by_own_name[0]) and not column.startswith("n_"):
            refuse_other_unit(where, replace(unit_or_form(column, units), unit=by_own_name[0]), meaning.unit)
        if by_own_name and per_counted(by_own_name[0], meaning.unit):
            return by_own_name
        return meaning.unit, number_form(unit_or_form(column, units), meaning) if is_dimensionless(
            meaning.unit
        ) else "quantity"
    if not by_name:
        refuse_no_count(where, column, meaning)
        raise ToolkitError(
            where,
            "an expression whose unit cannot be read",
            "values, their sums, differences, means and other statistics, ratios of two, and counts",
            "compute with numbers in the notebook: they carry their unit",
        )
    if by_own_name is None:
        raise ToolkitError(
            where,
            "a number without a unit",
            f"a name that ends in its unit or in {', '.join(UNITLESS)}",
            "rename the column",
        )
    return by_own_name
