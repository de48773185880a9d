"""Fills the database with series: a table of each, and the values of all in series_rows, which SQL takes from these."""

from __future__ import annotations

from string import Formatter

from toolkit.database.bulk_insert import insert_rows
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier, quoted
from toolkit.reported.series import Series
from toolkit.reported.series_declaration import SeriesColumn, Value


def fill_series(connection: Connection, series: Series) -> None:
    """Writes a series' table with the meanings of its columns, and its values to series_rows."""
    table = identifier(series.id)
    columns, cells = series.table()
    declared = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns)
    connection.execute(f"CREATE TABLE {table} ({declared})")
    connection.execute(f"COMMENT ON TABLE {table} IS {quoted(series.title)}")
    for column in series.columns:
        connection.execute(f"COMMENT ON COLUMN {table}.{identifier(column.name)} IS {quoted(column.meaning)}")
    insert_rows(connection, series.id, cells)
    for value in series.values:
        connection.execute(_values(series, value))


def _values(series: Series, value: Value) -> str:
    """The SQL that takes a value of each row out of a series' table; an empty cell has none."""
    texts = {column.name: _text(series, column) for column in series.columns}
    low, high = (identifier(column) for column in (value.columns[0], value.columns[-1]))
    return f"""
    INSERT INTO series_rows
    SELECT {identifier(series.key_column(value))}, {quoted(series.id)}, {low}, {high}, {quoted(value.base)},
        {texts[value.columns[0]]}, {texts[value.columns[-1]]}, {quoted(value.unit)}, {_label(series, value, texts)},
        coalesce({texts[series.source_column]}, ''), {texts[series.place_column] if series.place_column else "NULL"}
    FROM {identifier(series.id)} WHERE {low} IS NOT NULL AND {high} IS NOT NULL
    """


def _text(series: Series, column: SeriesColumn) -> str:
    """The SQL of a column's cells as texts: of values as printed."""
    if any(column.name in value.columns for value in series.values):
        return identifier(f"printed_{column.name}")
    return f"CAST({identifier(column.name)} AS VARCHAR)"


def _label(series: Series, value: Value, texts: dict[str, str]) -> str:
    """The SQL of the label of each row's value: the series' template, with meanings in place of declared words."""
    words = {column.name: column.allowed or {} for column in series.columns}
    parts = ["''"]
    for text, name, _, _ in Formatter().parse(series.label):
        parts.append(quoted(text))
        if name is not None:
            meanings = [
                f" WHEN {quoted(word)} THEN {quoted(meaning)}" for word, meaning in words[name].items() if meaning
            ]
            parts.append(f"CASE {texts[name]}{''.join(meanings)} ELSE {texts[name]} END" if meanings else texts[name])
    if value.name:
        parts.append(quoted(f", {value.name.replace('_', ' ')}"))
    return f"concat({', '.join(parts)})"  # of an empty cell it takes nothing
