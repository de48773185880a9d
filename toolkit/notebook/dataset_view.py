"""What a notebook shows of datasets: one at a glance, and the list of all tables that SQL can ask."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from toolkit.core.wording import written_date
from toolkit.database.open import Database
from toolkit.database.table_list import ListedTable, as_html, as_text
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.profile import Profile

SHOWN = 5  # rows


@dataclass(frozen=True)
class DatasetView:
    """A dataset at a glance: its declaration, its profile, who published it, its first rows. No page shows it."""

    dataset: Dataset
    profile: Profile
    source: str
    rows: tuple[tuple[Any, ...], ...]

    @property
    def _facts(self) -> str:
        one = self.dataset
        got = f", retrieved on {one.retrieved.isoformat()}" if one.retrieved else ""
        return f"{one.file}, {one.rows:,} rows, SHA-256 {one.sha256[:12]}{got}; source: {self.source}"

    def __repr__(self) -> str:
        return f"{self.dataset.title}\n{self._facts}\n{self.profile.text}"

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{html.escape(column.name)}</th>" for column in self.dataset.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return (
            f"<h4>{html.escape(self.dataset.title)}</h4><p>{html.escape(self._facts)}</p>"
            f"<pre>{html.escape(self.profile.text)}</pre>"
            f"<table><caption>First {len(self.rows)} rows: <code>{html.escape(self.dataset.name)}</code></caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def view_of(database: Database, name: str) -> DatasetView:
    """A dataset at a glance. Raises ToolkitError as `Database.dataset` does."""
    dataset = database.dataset(name)
    source = "none: a draft, which cannot be published"
    if dataset.source:
        found = database.source(dataset.source)
        source = f"{found['publisher']}, {written_date(found['published'], database.units.locale)}"
    rows = database.first_rows(name, [column.name for column in dataset.columns])
    return DatasetView(dataset, database.profile(name), source, tuple(rows[:SHOWN]))


@dataclass(frozen=True)
class TableList:
    """The tables and columns that `sql` can ask, as a notebook shows them; iterating gives each table."""

    tables: tuple[ListedTable, ...]

    def __repr__(self) -> str:
        return as_text(self.tables)

    def _repr_html_(self) -> str:
        return as_html(self.tables)
