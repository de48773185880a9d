"""The columns that a notebook read, by the code that read them: of a question, or of a dataset's file by a library."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from toolkit.core.errors import ToolkitError
from toolkit.core.unit import UnitRegistry, is_dimensionless, parse_unit
from toolkit.database.given_units import ColumnRead, parse_given, unit_in_frame
from toolkit.database.table import Table
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.made import COUNT, UNKNOWN, MadeOf
from toolkit.notebook.pandas_methods import ROOTS


@dataclass(frozen=True)
class ColumnsBehind:
    """Holds `asked`, the answers that a notebook took, and `datasets`, whose files a library read by itself."""

    asked: Sequence[Table]
    datasets: Sequence[Dataset]
    registry: UnitRegistry
    call: Call

    def of(self, node: ast.expr | None, column: str) -> MadeOf:
        """What a column is that an expression reads; of any that has this name where the code does not say which.

        Raises NumberError for a unit that is not defined.
        """
        texts = [text for text in self.call.texts_behind(node) if text.strip()] if node is not None else []
        library = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2].startswith("read_")
        tables = [table for table in self.asked if is_named(table, texts)]
        files = [one for one in self.datasets if library and any(PurePath(one.file).name in text for text in texts)]
        if not tables and not files:
            tables = [] if library else [*self.asked]
            files = [*self.datasets] if library or node is None else []
        found = [*_of_tables(tables, column, self.registry), *_of_files(files, column, self.registry)]
        if not found and texts and any(column == one.name for table in tables for one in table.columns):
            return replace(UNKNOWN, names=(column,))  # nobody says its unit
        if len({(one.unit, one.form) for one, _ in found}) != 1:
            return UNKNOWN
        read, _ = found[0]
        if is_dimensionless(read.unit) and read.form == "quantity":
            return replace(COUNT, names=(read.name,))
        held = tuple(table for _, table in found if table is not None)
        return MadeOf("values", 1.0, read.unit, read.form, (read.name,), held if len(held) == len(found) else ())

    def length_of_time(self, unit: str) -> MadeOf:
        """What a length of time is that pandas gives in a unit; unknown where the project has no such unit."""
        try:
            return MadeOf("values", unit=parse_unit(unit, self.registry))
        except ToolkitError:
            return UNKNOWN

    def tables(self, node: ast.expr | None) -> Sequence[Table]:
        """The answers that an expression is made of; all where it does not say which."""
        behind = [*self.call.behind(node)] if node is not None else []
        calls = [one for tree in behind for one in ast.walk(tree) if isinstance(one, ast.Call)]
        asked = [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in ROOTS]
        texts = [str(getattr(one.args[0], "value", "")) if one.args else "" for one in asked]
        found = [[id(table) for table in self.asked if is_named(table, [text])] for text in texts]
        if not found or not all(found):
            return self.asked
        return [table for table in self.asked if any(id(table) in some for some in found)]

    def of_others(self, named: Collection[str]) -> tuple[str, str, str] | None:
        """(found, allowed, remedy) where an author names datasets, and the code takes frames of others alone."""
        own = {name for table in self.tables(self.call.main_argument) for name in table.datasets}
        if not own or not named or own & {*named}:
            return None
        taken = " and ".join(sorted(own))
        return (
            f"of= names {' and '.join(named)}, and the code takes frames of {taken}",
            taken,
            "name these, or leave out of=",
        )

    def beside(self, names: set[str]) -> set[str]:
        """The columns of quantities that stand in answers beside columns of these names."""
        columns_of_tables = [
            table.columns for table in self.asked if names <= {column.name for column in table.columns}
        ]
        return {column.name for columns in columns_of_tables for column in columns if column.unit} - names


def is_named(table: Table, sources: Sequence[str]) -> bool:
    """Whether one of the texts is a table's SQL, or the name of its question."""
    names = ((table.sql or "").strip(), table.name)
    return any(source.strip() in names for source in sources if source.strip())


def _of_tables(tables: Sequence[Table], name: str, registry: UnitRegistry) -> Iterator[tuple[ColumnRead, Table | None]]:
    for table in tables:
        for column in table.columns:
            if column.unit and name in (column.name, f"{column.name}_low", f"{column.name}_high"):
                yield ColumnRead(name, *unit_in_frame(table, column, registry)), table


def _of_files(files: Sequence[Dataset], name: str, registry: UnitRegistry) -> Iterator[tuple[ColumnRead, Table | None]]:
    for dataset in files:
        for column in dataset.columns:
            if column.unit and name in (column.name, column.printed):
                yield ColumnRead(name, *parse_given(column.unit, registry)), None
