"""The reported tables of a database that are looked up row by row, each read whole at its first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from toolkit.core.number import Number

Row = dict[str, Any]
SERIES_ROW = (
    "SELECT key, low, high, unit, 'quantity' AS form, NULL AS digits, label, 'printed' AS operation FROM series_rows"
)


@dataclass(frozen=True)
class ReportedRows:
    """Rows by key, claim or source; `rows` asks the database. `numbers` has the leaves that were made, by key."""

    rows: Callable[..., list[Row]]
    numbers: dict[str, Number] = field(default_factory=dict)

    def load(self, keys: Iterable[str]) -> None:
        """Reads many series rows in one query into `printed`; keys that no row has are ignored."""
        new = [key for key in dict.fromkeys(keys) if key.startswith("series:") and key not in self.printed]
        if new:
            self.printed.update(
                {row["key"]: row for row in self.rows(f"{SERIES_ROW} WHERE key IN $keys", {"keys": new})}
            )

    @cached_property
    def printed(self) -> dict[str, Row]:
        """What leaves are made from: figures with a value, and the series rows that were loaded."""
        rows = self.rows(
            "SELECT key, low, high, figures.unit, form, digits, statement AS label, 'printed' AS operation "
            "FROM figures JOIN claims ON claims.id = figures.claim WHERE low IS NOT NULL ORDER BY figures.rowid"
        )
        return {row["key"]: row for row in rows}

    @cached_property
    def stated(self) -> dict[str, Row]:
        """Figures that are statements in words, each with the value 1, so that a count of readings has inputs."""
        rows = self.rows(
            "SELECT key, 1.0 AS low, 1.0 AS high, '1' AS unit, 'quantity' AS form, NULL AS digits, says AS label, "
            "'stated' AS operation FROM figures WHERE low IS NULL"
        )
        return {row["key"]: {**row, "low": float(row["low"]), "high": float(row["high"])} for row in rows}

    @cached_property
    def readings(self) -> dict[str, Row]:
        """All columns of figures and series rows, with the statement and the entity of a figure's claim."""
        rows = self.rows(
            "SELECT figures.*, claims.statement, claims.entity FROM figures JOIN claims ON claims.id = figures.claim"
        )
        rows += self.rows("SELECT *, label AS statement FROM series_rows")
        return {row["key"]: row for row in rows}

    @cached_property
    def by_claim(self) -> dict[str, list[Row]]:
        """The figures of each claim with facts of their sources, oldest first."""
        found: dict[str, list[Row]] = {}
        for row in self.rows(
            "SELECT figures.*, sources.publisher, sources.published, sources.is_primary, sources.title, "
            "coalesce((SELECT list(relies_on ORDER BY figure_links.rowid) FROM figure_links "
            "WHERE figure_links.key = figures.key), []) AS relies_on "
            "FROM figures JOIN sources ON sources.id = figures.source "
            "ORDER BY coalesce(sources.published, '9999'), figures.key"
        ):
            found.setdefault(row["claim"], []).append(row)
        return found

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Sources by id, with what they rely on."""
        rows = self.rows(
            "SELECT *, coalesce((SELECT list(relies_on ORDER BY source_links.rowid) FROM source_links "
            "WHERE source_links.source = sources.id), []) AS relies_on FROM sources"
        )
        return {row["id"]: row for row in rows}

    @cached_property
    def origins(self) -> dict[str, list[str]]:
        """The ids of each claim's origins: the sources that rely on no other, sorted."""
        found: dict[str, list[str]] = {}
        for row in self.rows("SELECT claim, source FROM origins ORDER BY claim, source"):
            found.setdefault(row["claim"], []).append(row["source"])
        return found

    @cached_property
    def certainties(self) -> dict[str, Row]:
        """Each claim's statement, with level and reasons of its certainty."""
        rows = self.rows(
            "SELECT claim, statement, level, reasons FROM certainty JOIN claims ON claims.id = certainty.claim"
        )
        return {row.pop("claim"): row for row in rows}
