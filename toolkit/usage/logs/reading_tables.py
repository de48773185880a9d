"""The connection of a reading, and the tables that it fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from toolkit.engine.connect import Connection, in_memory
from toolkit.engine.paths import identifier, quoted
from toolkit.usage.logs.protection import add_macros

MEMORY = "800MB"  # of DuckDB: some 200 bytes an event, and the lines of a batch
TABLES = {
    "quarantine": "source_file INTEGER, source_line BIGINT, record BIGINT, reason VARCHAR, length BIGINT",
    "remark": "source_file INTEGER, remark VARCHAR, records BIGINT",
    "owner": "source_file INTEGER, owner VARCHAR",
    "count_of_file": "source_file INTEGER, candidates BIGINT, candidate_lines BIGINT, quarantined BIGINT",
    "read_from": "source_file INTEGER, line BIGINT",
}


def reading_connection(key: bytes) -> Connection:
    """A connection that never lays anything on the disk by itself: what is read has names in it.

    It works on one thread: each statement wakes all that there are, and those without work wait for it in a loop.
    """
    connection = in_memory()
    for setting, value in (("memory_limit", MEMORY), ("temp_directory", ""), ("TimeZone", "UTC"), ("threads", "1")):
        connection.execute(f"SET GLOBAL {setting} = {quoted(value)}")
    add_macros(connection, key)
    return connection


def make_reading_tables(connection: Connection) -> None:
    """Makes the empty tables that reading fills."""
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in candidate().items())
    connection.execute(f"CREATE TABLE candidate ({columns})")
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")


def insert(connection: Connection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Adds rows to one of these tables, by the names of its columns."""
    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        listed = ", ".join(f"unnest(${name}) AS {name}" for name in columns)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT {listed}", columns)


@cache
def candidate() -> dict[str, str]:
    """The columns of a candidate and their types: those of the contract, and five that reading needs."""
    from toolkit.usage.contract import EVENT  # imports pyarrow, which takes a tenth of a second

    types = {column.name: column.type for column in EVENT}
    own = {"record": "BIGINT", "dedup_key": "UUID", "replay_key": "UUID", "grouped_by": "VARCHAR", "total": "BIGINT"}
    return {**types, **own}
