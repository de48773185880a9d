"""Reads files into the tables of a connection in memory, in the process of the command or where Spark's tasks run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from toolkit.engine.connect import Connection, in_memory
from toolkit.engine.paths import quoted
from toolkit.usage.logs.batches import batches, one_ahead
from toolkit.usage.logs.extract import extract, insert, make_tables, prepare
from toolkit.usage.logs.file_states import FileState, Task, after_reading
from toolkit.usage.logs.lines import read_lines
from toolkit.usage.logs.log_format import log_formats
from toolkit.usage.logs.protection import add_macros

MEMORY = "800MB"  # of DuckDB: some 200 bytes an event, and the lines of a batch


def reading_connection(key: bytes) -> Connection:
    """A connection that never lays anything on the disk by itself: what is read has names in it."""
    connection = in_memory()
    for setting, value in (("memory_limit", MEMORY), ("temp_directory", ""), ("TimeZone", "UTC")):
        connection.execute(f"SET {setting} = {quoted(value)}")
    add_macros(connection, key)
    make_tables(connection)
    return connection


def last_moment() -> str:
    """The last moment that is none of the future, as SQL: a day from now, as clocks differ."""
    return f"TIMESTAMP '{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S}'"


def read_files(
    connection: Connection, tasks: Sequence[Task], formats: Mapping[int, str], key: bytes, latest: str
) -> list[FileState]:
    """Reads the files of tasks into the tables of the connection; returns the state of each afterwards.

    `formats` are those of the tasks by place, none for a file in no known format; `latest` is what `last_moment` gave.
    Raises ToolkitError for a compressed file that holds more than it may; OSError as the disk does.
    """
    owners = [{"source_file": task.state.number, "owner": task.state.owner} for task in tasks]
    insert(connection, "owner", owners)
    readings = {task.state.number: task.reading for task in tasks}
    chosen = {task.state.number: formats.get(place, "") for place, task in enumerate(tasks)}
    for one in log_formats().values():
        if own := {number: reading for number, reading in readings.items() if chosen[number] == one.name}:
            prepared = prepare(connection, one, latest)
            for lines in one_ahead(batches(connection, own, one)):
                extract(connection, one, prepared, lines)
    for number, reading in readings.items():
        if not chosen[number]:
            for _ in read_lines(reading):
                pass
            reading.quarantined.clear()  # in no format that is known, all lines are other lines
        quarantined = [{"source_file": number, "record": None, **asdict(one)} for one in reading.quarantined]
        insert(connection, "quarantine", quarantined)
    return [
        after_reading(key, task, readings[number], chosen[number]) for task in tasks for number in [task.state.number]
    ]
