"""Reads files into the tables of a connection in memory, in the process of the command or where Spark's tasks run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from threading import Event

from toolkit.engine.connect import Connection
from toolkit.usage.logs.batches import SIZE, batches
from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.extract import extract, prepare
from toolkit.usage.logs.file_states import FileState, Task, after_reading
from toolkit.usage.logs.lines import Reading, read_lines
from toolkit.usage.logs.log_format import LogFormat, log_formats
from toolkit.usage.logs.reading_tables import insert

THREADS = 2  # that read: each holds a batch or two, and DuckDB gives each its share of the processors
PACKED = 8  # times as many bytes as a compressed file has on the disk, at a guess


def last_moment() -> str:
    """The last moment that is none of the future, as SQL: a day from now, as clocks differ."""
    return f"TIMESTAMP '{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S}'"


def use_threads(connection: Connection, tasks: Sequence[Task]) -> None:
    """Gives the connection a thread for each batch that there is to read, and no more than there are processors."""
    size = sum(_size(task.found, task.state.offset) for task in tasks)
    connection.execute(f"SET threads = {_threads(size)}")


def _threads(size: int) -> int:
    return max(1, min(os.cpu_count() or 1, size // SIZE))


def _size(file: LogFile, start: int) -> int:
    """How many bytes there are to read in a file from the byte `start` on."""
    return PACKED * file.size if file.compression else file.size - start


def read_files(
    connection: Connection, tasks: Sequence[Task], formats: Mapping[int, str], key: bytes, latest: str
) -> list[FileState]:
    """Reads the files of tasks into the tables of the connection; returns the state of each afterwards.

    `formats` are those of the tasks by place, none for a file in no known format; `latest` is what `last_moment` gave.
    Raises ToolkitError for a compressed file that holds more than it may; OSError as the disk does.
    """
    owners = [{"source_file": task.state.number, "owner": task.state.owner} for task in tasks]
    insert(connection, "owner", owners)
    readings = {task.state.number: _reading(task) for task in tasks}
    format_of = {task.state.number: formats.get(place, "") for place, task in enumerate(tasks)}
    for form in log_formats().values():
        if own := {number: reading for number, reading in readings.items() if format_of[number] == form.name}:
            _read_together(connection, own, form, prepare(connection, form, latest))
    use_threads(connection, tasks)
    for number, reading in readings.items():
        if not format_of[number]:
            for _ in read_lines(reading):
                pass
            reading.quarantined.clear()  # in no format that is known, all lines are other lines
        quarantined = [{"source_file": number, "record": None, **asdict(problem)} for problem in reading.quarantined]
        insert(connection, "quarantine", quarantined)
    return [
        after_reading(key, task, readings[number], format_of[number])
        for task in tasks
        for number in [task.state.number]
    ]


def _reading(task: Task) -> Reading:
    """A reading that begins where that of a task has to."""
    state = task.state
    return Reading(task.found, line_count=state.lines, offset=state.offset, open_line=state.open_line)


def _read_together(connection: Connection, readings: Mapping[int, Reading], form: LogFormat, prepared: str) -> None:
    """Reads the files of one format in threads, each its share of them."""
    stopped = Event()

    def read(share: Mapping[int, Reading]) -> None:
        with connection.cursor() as cursor:
            for lines in batches(cursor, share, form):
                if stopped.is_set():
                    break
                extract(cursor, form, prepared, lines)
                del lines  # before the next are read

    sizes = {number: _size(reading.file, reading.offset) for number, reading in readings.items()}
    threads_of_all = _threads(sum(sizes.values()))
    shares = _shares(readings, sizes, min(THREADS, threads_of_all))
    connection.execute(f"SET threads = {threads_of_all // len(shares)}")
    with ThreadPoolExecutor(len(shares)) as threads:
        try:
            for future in [threads.submit(read, share) for share in shares]:
                future.result()
        finally:
            stopped.set()  # where one failed, or somebody pressed Ctrl-C


def _shares(readings: Mapping[int, Reading], sizes: Mapping[int, int], most_shares: int) -> list[dict[int, Reading]]:
    """The readings in at most so many parts of about the same size."""
    shares: list[dict[int, Reading]] = [{} for _ in range(most_shares)]
    share_sizes = [0] * most_shares
    for number in sorted(sizes, key=lambda number: -sizes[number]):
        place = share_sizes.index(min(share_sizes))
        shares[place][number] = readings[number]
        share_sizes[place] += sizes[number]
    return [share for share in shares if share]
