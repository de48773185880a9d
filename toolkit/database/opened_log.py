"""A usage log, opened: its size, its kind, and the engines that answer questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import Project
from toolkit.core.unit import UnitRegistry, parse_unit
from toolkit.engine.connect import Connection, arrays_of, columns_of, columns_of_arrow
from toolkit.engine.errors import running_query
from toolkit.usage.declaration import LogDeclaration

if TYPE_CHECKING:
    from toolkit.engine.connect import Columns
    from toolkit.engine.spark import Spark


@dataclass(frozen=True)
class OpenedLog:
    """One usage log, read or simulated, opened: what it declares of itself, and its views.

    Metrics are asked of `spark` where there is one, all else of `connection`, which is opened when it is first used.
    """

    project: Project
    folder: Path
    declared: LogDeclaration
    open_connection: Callable[[], Connection]
    units: UnitRegistry
    spark: Spark | None = None

    @cached_property
    def connection(self) -> Connection:
        """DuckDB, with the log's tables and views. It is opened, and a missing roll-up built, when it is first used."""
        return self.open_connection()

    def rows(self, where: str, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """The columns of an answer, names and DuckDB types, and their arrays. Raises as `running_query`."""
        if self.spark:
            return columns_of_arrow(self.spark.ask(where, sql, parameters))
        return self.rows_of_duckdb(where, sql, parameters)

    def rows_of_duckdb(self, where: str, sql: str, parameters: Mapping[str, object] | None = None) -> Columns:
        """As `rows`, but always of DuckDB: single events and exact times are in its tables alone.

        Raises ToolkitError as `running_query`.
        """
        cursor = self.connection.cursor()
        with running_query(where, cursor):
            cursor.execute(sql, dict(parameters) if parameters else None)
            return columns_of(cursor), [*arrays_of(cursor).values()]

    @property
    def name(self) -> str:
        """The log's name; of a synthetic one it begins with synthetic-."""
        return str(self.declared["log"])

    @property
    def kind(self) -> Kind:
        """Synthetic, or measured for a log that somebody handed over."""
        return Kind.SYNTHETIC if self.declared["kind"] == "synthetic" else Kind.MEASURED

    @property
    def leaf(self) -> Number:
        """The number of events, the input of every number computed from the log; its label has the fingerprint."""
        label = f"events of the {self.declared['kind']} usage log {self.name}: {self.declared['made_from']}"
        return self._counted(self.declared["events"], "request", label)

    @property
    def developers(self) -> Number:
        """People on the log's roster, those without any use included; of a log without a roster, the people seen."""
        return self._counted(self.declared["developers"], "developer", f"developers of the usage log {self.name}")

    @property
    def weeks(self) -> Number:
        """The length of the log in weeks."""
        return self._counted(self.declared["weeks"], "week", f"weeks of the usage log {self.name}")

    def _counted(self, count: int, unit: str, label: str) -> Number:
        return Number(
            low=float(count),
            high=float(count),
            unit=parse_unit(unit, self.units),
            kind=self.kind,
            operation=operation("counted"),
            inputs=(),
            label=label,
            ref=f"log:{self.name}",
        )
