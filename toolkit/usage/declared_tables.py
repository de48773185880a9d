"""The small tables made of a usage log's log.json: prices, incentives, and what became of its files' lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from toolkit.engine.connect import Connection
from toolkit.usage.declaration import LogDeclaration

if TYPE_CHECKING:
    import pyarrow

ARROW = {"VARCHAR": "string", "DATE": "date32", "BIGINT": "int64"}


@dataclass(frozen=True)
class DeclaredTable:
    """A table: its columns with their SQL types, and its rows."""

    name: str
    columns: dict[str, str]
    rows: Sequence[Sequence[object]]

    def make(self, connection: Connection) -> None:
        """Makes the table in DuckDB, with its rows. Raises `errors.EngineError` if there is one of that name."""
        columns = ", ".join(f"{column} {kind}" for column, kind in self.columns.items())
        connection.execute(f"CREATE TABLE {self.name} ({columns})")
        for row in self.rows:
            connection.execute(f"INSERT INTO {self.name} VALUES ({', '.join('?' * len(row))})", list(row))

    @property
    def arrow(self) -> pyarrow.Table:
        """The same as a table of Arrow."""
        import pyarrow

        cells = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.columns)
        arrays = [
            pyarrow.array(list(values), pyarrow.type_for_alias(ARROW[kind]))
            for values, kind in zip(cells, self.columns.values(), strict=True)
        ]
        return pyarrow.table(arrays, names=list(self.columns))


def declared_tables(declared: LogDeclaration) -> tuple[DeclaredTable, ...]:
    """The tables accounting, price and incentive; `declared` is the content of log.json."""
    return _accounting(declared), _prices(declared), _incentives(declared)


def _accounting(declared: LogDeclaration) -> DeclaredTable:
    counts = ("files", "lines", "events", "duplicates", "other_lines", "quarantined")
    columns = {"source_format": "VARCHAR", **dict.fromkeys(counts, "BIGINT")}
    return DeclaredTable(
        "accounting", columns, [[dict(row)[name] for name in columns] for row in declared["accounting"]]
    )


def _prices(declared: LogDeclaration) -> DeclaredTable:
    """List prices by model and day, in billionths of a dollar a token: whole numbers, so that sums are exact."""
    tokens = ("uncached", "cache_read", "cache_creation", "output")
    columns = {"model": "VARCHAR", "from_on": "DATE", "until_on": "DATE", **dict.fromkeys(tokens, "BIGINT")}
    prices = sorted(declared["prices_nanousd_per_token"], key=lambda price: (price["model"], price["from_on"]))
    rows = []
    for price, after in zip(prices, [*prices[1:], None][: len(prices)], strict=True):
        until = after["from_on"] if after and after["model"] == price["model"] else None
        days = [date.fromisoformat(day) if day else None for day in (price["from_on"], until)]
        rows.append([price["model"], *days, *(dict(price)[key] for key in tokens)])
    return DeclaredTable("price", columns, rows)


def _incentives(declared: LogDeclaration) -> DeclaredTable:
    columns = {"id": "VARCHAR", "mechanism": "VARCHAR", "from_on": "DATE", "until_on": "DATE"}
    start = date.fromisoformat(declared["start_on"])
    rows = [
        [
            incentive["id"],
            incentive["mechanism"],
            *(
                start + timedelta(weeks=week) if week is not None else None
                for week in (incentive["from_week"], incentive["until_week"])
            ),
        ]
        for incentive in declared["incentives"]
    ]
    return DeclaredTable("incentive", columns, rows)
