"""What a notebook shows of datasets: one at a glance, and the list of all tables that SQL can ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.text import HASH_SHOWN
from toolkit.core.unit import no_unit
from toolkit.core.wording import written_date
from toolkit.database.dataset_rows import rows_of
from toolkit.database.open import Database
from toolkit.database.table_list import ListedTable, as_text
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.profile import Profile

SHOWN = 5  # rows


@dataclass(frozen=True)
class DatasetView:
    """A dataset at a glance: its declaration, its profile, who published it, its first rows. No page shows it.

    `leaf` is the number of its rows, which a value of pandas may rest on.
    """

    dataset: Dataset
    profile: Profile
    source: str
    rows: tuple[tuple[Any, ...], ...]
    leaf: Number

    @property
    def facts(self) -> str:
        """File, rows, hash, date and source in a line."""
        dataset = self.dataset
        retrieved = f", retrieved on {dataset.retrieved.isoformat()}" if dataset.retrieved else ""
        rows = f"{dataset.rows:,} {'invented ' if dataset.synthetic else ''}rows"
        return f"{dataset.file}, {rows}, SHA-256 {dataset.sha256[:HASH_SHOWN]}{retrieved}; source: {self.source}"

    def __repr__(self) -> str:
        return f"{self.dataset.title}\n{self.facts}\n{self.profile.text}"

    def __getattr__(self, name: str) -> Any:
        """Says where the rows are, to who looks for `frame` or for what frames have. Raises AttributeError."""
        raise AttributeError(
            f"story.dataset shows a dataset at a glance, and has no {name!r}; "
            f"""all its rows in pandas: story.sql('SELECT * FROM "{self.dataset.name}"').frame"""
        )


def view_of(database: Database, name: str) -> DatasetView:
    """A dataset at a glance. Raises ToolkitError as `Database.dataset` does."""
    dataset = database.dataset(name)
    source = "none: a draft, which cannot be published"
    if dataset.source:
        source_row = database.source(dataset.source)
        source = f"{source_row['publisher']}, {written_date(source_row['published'], database.units.locale)}"
    rows = database.first_rows(name, [column.name for column in dataset.columns])
    leaf = rows_of(dataset, dataset.rows, operation("rows_within", all=dataset.rows), no_unit(database.units))
    return DatasetView(dataset, database.profile(name), source, tuple(rows[:SHOWN]), leaf)


@dataclass(frozen=True)
class TableList:
    """The tables and columns that `sql` can ask, as a notebook shows them; iterating gives each table."""

    tables: tuple[ListedTable, ...]

    def __repr__(self) -> str:
        return as_text(self.tables)
