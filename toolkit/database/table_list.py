"""The tables and columns that SQL can ask, with what they mean."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from toolkit.database.open import Database
from toolkit.datasets.declaration import TYPES, Dataset, DatasetColumn

COLUMNS = """
SELECT table_name, column_name, data_type, columns.comment, coalesce(tables.comment, views.comment) AS about
FROM duckdb_columns() AS columns
LEFT JOIN duckdb_tables() AS tables USING (database_name, table_name)
LEFT JOIN duckdb_views() AS views ON views.database_name = columns.database_name AND view_name = table_name
WHERE columns.database_name = 'project'
ORDER BY table_name, column_index
"""
PRINTED = "as printed"  # the meaning of a column printed_<name>


@dataclass(frozen=True)
class ListedColumn:
    """A column: its name in SQL, its type, its unit where its numbers have one, and what it means ("" if not said)."""

    name: str
    type: str
    unit: str | None
    meaning: str

    @property
    def type_and_unit(self) -> str:
        """The type, and the unit where there is one."""
        return " ".join(filter(None, (self.type, self.unit)))


@dataclass(frozen=True)
class ListedTable:
    """A table that SQL can ask: a dataset, or one of figures, series and sources, which is `reported`."""

    name: str
    kind: str
    meaning: str
    columns: tuple[ListedColumn, ...]


def table_list(database: Database) -> tuple[ListedTable, ...]:
    """All tables: the datasets by name, then what is reported by name."""
    by_name: dict[str, tuple[str, list[ListedColumn]]] = {}
    for row in database.rows(COLUMNS):
        columns = by_name.setdefault(row["table_name"], (row["about"] or "", []))[1]
        description = row["comment"] or (PRINTED if row["column_name"].startswith("printed_") else "")
        columns.append(ListedColumn(row["column_name"], row["data_type"], None, description))
    reported = (
        ListedTable(name, "reported", description, tuple(columns)) for name, (description, columns) in by_name.items()
    )
    return (*(_dataset(dataset) for _, dataset in sorted(database.datasets.items())), *reported)


def _dataset(dataset: Dataset) -> ListedTable:
    columns = map(_column, dataset.columns)
    draft = "" if dataset.source else "; a draft, as it has no source"
    return ListedTable(dataset.name, "dataset", f"{dataset.title}, {dataset.rows:,} rows{draft}", tuple(columns))


def _column(column: DatasetColumn) -> ListedColumn:
    return ListedColumn(column.name, TYPES[column.type], column.unit, column.meaning)


def as_text(tables: Sequence[ListedTable]) -> str:
    """The tables as lines for a terminal: each with its columns below it."""
    lines = []
    for table in tables:
        width = max((len(column.name) for column in table.columns), default=0)
        lines.append(f"{table.name} ({table.kind}): {table.meaning}".rstrip(": "))
        lines += [
            f"    {c.name.ljust(width)}  {c.type_and_unit}{f'  {c.meaning}' if c.meaning else ''}"
            for c in table.columns
        ]
    return "\n".join(lines)


def as_json(tables: Sequence[ListedTable]) -> list[dict[str, object]]:
    """The tables as JSON values."""
    return [asdict(table) for table in tables]


def as_html(tables: Sequence[ListedTable]) -> str:
    """The tables as HTML: each in a fold with its columns, datasets open."""
    parts = []
    for table in tables:
        rows = "".join(
            f"<tr><td><code>{html.escape(c.name)}</code></td><td>{html.escape(c.type_and_unit)}</td>"
            f"<td>{html.escape(c.meaning)}</td></tr>"
            for c in table.columns
        )
        parts.append(
            f"<details{' open' if table.kind == 'dataset' else ''}><summary><b>{html.escape(table.name)}</b> "
            f"({table.kind}) {html.escape(table.meaning)}</summary><table><thead><tr><th>column</th>"
            f"<th>type and unit</th><th>meaning</th></tr></thead><tbody>{rows}</tbody></table></details>"
        )
    return "".join(parts)
