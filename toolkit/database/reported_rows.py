"""The reported tables of a database, looked up row by row: read whole, or of a large one only the rows asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from toolkit.core.number import Number
from toolkit.engine.paths import identifier

Row = dict[str, Any]
MOST_ROWS_READ_AT_ONCE = 5_000  # a larger table is not read whole for the few rows that one story asks for
MOST_SINGLE_LOOKUPS = 100  # so many are asked for one by one; who asks for more, as a build of all stories, reads all
MOST_CLAIMS_ON_A_PAGE = 200  # more would keep a phone busy: a topic with more has several pages
CLAIMS_BY_PAGE = (
    "SELECT id, topic, statement, rowid AS place, "
    f"(row_number() OVER (PARTITION BY topic ORDER BY rowid) - 1) // {MOST_CLAIMS_ON_A_PAGE} + 1 AS page FROM claims"
)
SERIES = "series:"  # how the keys of series rows begin
SERIES_ROW = (
    "SELECT key, low, high, unit, CASE printed_unit WHEN 'percent' THEN 'percent' WHEN 'multiple' THEN 'times' "
    "ELSE 'quantity' END AS form, NULL AS digits, label, 'printed' AS operation FROM series_rows"
)


@dataclass
class Lookup:
    """The rows of a query, `sql`, over `table` by their column `key`; `ask` asks the database."""

    ask: Callable[..., list[Row]]
    table: str
    sql: str
    key: str = "key"
    _found: dict[str, Row | None] = field(default_factory=dict)
    _singly: int = 0  # rows that were asked for one by one
    _has_all: bool = False

    def load(self, keys: Iterable[str]) -> None:
        """Reads the rows of many keys in one query, of a small table all; keys that no row has are ignored."""
        new = [key for key in dict.fromkeys(keys) if key not in self._found]
        if new and not self._has_all and self._is_large:
            rows = self.ask(f"SELECT * FROM ({self.sql}) WHERE {self.key} IN $keys", {"keys": new})
            self._found.update({row[self.key]: row for row in rows})

    def get(self, key: str) -> Row | None:
        """The row of a key; None where there is none."""
        if key not in self._found and not self._has_all:
            if self._singly < MOST_SINGLE_LOOKUPS and self._is_large:
                rows = self.ask(f"SELECT * FROM ({self.sql}) WHERE {self.key} = $key", {"key": key})
                self._found[key] = rows[0] if rows else None
                self._singly += 1
            else:
                self._found = {row[self.key]: row for row in self.ask(self.sql)}
                self._has_all = True
        return self._found.get(key)

    @cached_property
    def _is_large(self) -> bool:
        count: int = self.ask(f"SELECT count(*) AS n FROM {self.table}")[0]["n"]
        return count > MOST_ROWS_READ_AT_ONCE


@dataclass(frozen=True)
class ReportedRows:
    """Rows by key, claim or source; `ask` asks the database.

    `numbers` has the leaves that were made, by key.
    """

    ask: Callable[..., list[Row]]
    numbers: dict[str, Number] = field(default_factory=dict)

    def load(self, keys: Iterable[str]) -> None:
        """Reads many series rows in one query; keys that no row has are ignored."""
        self.series_rows.load(key for key in keys if key.startswith(SERIES))

    def number_row(self, key: str) -> Row | None:
        """What the number of a key is made from; None where there is no such figure or series row."""
        if key.startswith(SERIES):
            return self.series_rows.get(key)
        return self.figures.get(key) or self.stated.get(key)

    def is_empty_cell(self, key: str) -> bool:
        """Whether a key is of a series row that states no value: its cell is empty."""
        series = key.removeprefix(SERIES).partition("#")[0]
        names = self.ask(
            "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = $series "
            "AND (column_name = 'key' OR starts_with(column_name, 'key_'))",
            {"series": series},
        )
        condition = " OR ".join(f"{identifier(row['name'])} = $key" for row in names)
        return bool(names) and bool(
            self.ask(f"SELECT 1 AS one FROM {identifier(series)} WHERE {condition}", {"key": key})
        )

    def reading(self, key: str) -> Row | None:
        """All columns of a figure or series row; None where there is none."""
        return (self.series_readings if key.startswith(SERIES) else self.readings).get(key)

    @cached_property
    def series_rows(self) -> Lookup:
        """What numbers are made from: series rows."""
        return Lookup(self.ask, "series_rows", SERIES_ROW)

    @cached_property
    def figures(self) -> Lookup:
        """What numbers are made from: figures with a value."""
        return Lookup(
            self.ask,
            "figures",
            "SELECT key, low, high, figures.unit, form, digits, statement AS label, 'printed' AS operation "
            "FROM figures JOIN claims ON claims.id = figures.claim WHERE low IS NOT NULL",
        )

    @cached_property
    def stated(self) -> Lookup:
        """Figures that are statements in words, each with the value 1, so that a count of readings has inputs."""
        return Lookup(
            self.ask,
            "figures",
            "SELECT key, CAST(1 AS DOUBLE) AS low, CAST(1 AS DOUBLE) AS high, '1' AS unit, 'quantity' AS form, "
            "NULL AS digits, says AS label, 'stated' AS operation FROM figures WHERE low IS NULL",
        )

    @cached_property
    def readings(self) -> Lookup:
        """All columns of figures, with the statement and the entity of a figure's claim."""
        return Lookup(
            self.ask,
            "figures",
            "SELECT figures.*, claims.statement, claims.entity FROM figures JOIN claims ON claims.id = figures.claim",
        )

    @cached_property
    def series_readings(self) -> Lookup:
        """All columns of series rows."""
        return Lookup(self.ask, "series_rows", "SELECT *, label AS statement FROM series_rows")

    @cached_property
    def by_claim(self) -> Lookup:
        """The `readings` of each claim, its figures with facts of their sources, oldest first."""
        return Lookup(
            self.ask,
            "figures",
            "SELECT claim, list(reading ORDER BY coalesce(published, '9999'), key) AS readings FROM ("
            " SELECT figures.*, sources.publisher, sources.published, sources.is_primary, sources.title"
            " FROM figures JOIN sources ON sources.id = figures.source"
            ") AS reading GROUP BY claim",
            "claim",
        )

    @cached_property
    def links(self) -> Lookup:
        """The `sources` that a figure relies on, of figures that rely on some."""
        sql = "SELECT key, list(relies_on ORDER BY rowid) AS sources FROM figure_links GROUP BY key"
        return Lookup(self.ask, "figure_links", sql)

    @cached_property
    def sources(self) -> Lookup:
        """Sources by id, with what they rely on."""
        return Lookup(
            self.ask,
            "sources",
            "SELECT sources.*, coalesce(others, []) AS relies_on FROM sources LEFT JOIN ("
            " SELECT source, list(relies_on ORDER BY rowid) AS others FROM source_links GROUP BY source"
            ") AS links ON links.source = sources.id",
            "id",
        )

    @cached_property
    def origins(self) -> Lookup:
        """The ids of each claim's origins, the sources that rely on no other, sorted."""
        sql = "SELECT claim, list(source ORDER BY source) AS sources FROM origins GROUP BY claim"
        return Lookup(self.ask, "origins", sql, "claim")

    @cached_property
    def certainties(self) -> Lookup:
        """Each claim's statement and the page of its topic that it is on, with level and reasons of its certainty."""
        return Lookup(
            self.ask,
            "certainty",
            "SELECT claim, statement, level, reasons, page FROM certainty "
            f"JOIN ({CLAIMS_BY_PAGE}) AS listed ON listed.id = certainty.claim",
            "claim",
        )
