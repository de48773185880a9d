"""A small project with one source and one series, which a test declares and fills as it needs."""

import copy
import shutil
from pathlib import Path

import yaml

from toolkit.core.project import Project
from toolkit.database.fill import SQL
from toolkit.database.series_tables import fill_series
from toolkit.engine.connect import columns_of, in_memory

ROOT = Path(__file__).parents[1]
SOURCE = """\
schema: 1
id: paper
publisher: The Paper
title: A table
published: 2026-01-15
address: https://example.org/paper
primary: true
seen: in full
relies_on: []
figures: []
"""
PLAIN = {
    "schema": 1,
    "id": "prices",
    "title": "Prices",
    "licence": "facts",
    "label": "{town}, {year}",
    "key": ["town", "year"],
    "source": "source",
    "value": "amount",
    "unit": "million USD",
    "columns": [
        {"name": "town", "type": "text", "meaning": "where"},
        {"name": "year", "type": "integer", "meaning": "when"},
        {"name": "amount", "type": "decimal", "meaning": "how much", "empty": True},
        {"name": "source", "type": "text", "meaning": "the document"},
    ],
}


def declared(*more_columns, **changes):
    """The declaration of a plain series with other entries and further columns; None takes an entry away."""
    made = copy.deepcopy(PLAIN) | changes
    made["columns"] = [*made["columns"], *more_columns]
    return {key: value for key, value in made.items() if value is not None}


def column(name, kind="decimal", **more):
    return {"name": name, "type": kind, "meaning": name, **more}


def written(folder, rows, declaration=None, header=None, text=None):
    """A project with this series; `rows` are texts of cells without the source, `text` a whole file instead."""
    declaration = declaration or declared()
    data = folder / "data"
    for room in ("claims", "sources", "series"):
        (data / room).mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "data" / "units.txt", data)
    (folder / "pyproject.toml").write_text("[tool.toolkit]\n")
    (data / "sources" / "paper.yml").write_text(SOURCE)
    name = declaration["id"]
    (data / "series" / f"{name}.yml").write_text(yaml.safe_dump(declaration, sort_keys=False, allow_unicode=True))
    names = [entry["name"] for entry in declaration["columns"]]
    lines = [header or ",".join(names), *(",".join(row) for row in rows)]
    content = text if text is not None else "\n".join(lines) + "\n"
    path = data / "series" / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Project(folder)


def values_of(series):
    """The values of a series' rows as the database has them in series_rows, by key."""
    with in_memory() as connection:
        connection.execute((SQL / "schema.sql").read_text(encoding="utf-8"))
        fill_series(connection, series)
        connection.execute("SELECT * FROM series_rows")
        names = [name for name, _ in columns_of(connection)]
        return {row[0]: dict(zip(names, row, strict=True)) for row in connection.fetchall()}
