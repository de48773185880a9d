"""Files of usage logs read as tasks of Spark, into a new log whose folder all workers share.

Each task reads some files where it runs and writes what may be events, without any name. Spark finds of these the ones
that are events, by their keys, and tasks write the weeks: the rows are those of a reading by one machine. A task asks
for the key of the pseudonyms and its files' paths (`task_inputs.py`): they enter no file, and no text leaves a task.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, partial
from pathlib import Path

import pyarrow

from toolkit.core.errors import ToolkitError
from toolkit.core.project import digest, is_running, replace_file
from toolkit.engine.connect import Connection, in_memory_spilling_to
from toolkit.engine.paths import from_parquet, identifier, quoted
from toolkit.engine.spark import Spark
from toolkit.engine.task_inputs import TaskInputs, served_inputs
from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.file_states import FileState, Task, load_states, put_states
from toolkit.usage.logs.merge import ROW_ID, WEEK
from toolkit.usage.logs.reader import last_moment, read_files
from toolkit.usage.logs.reading_tables import candidate, make_reading_tables, reading_connection
from toolkit.usage.logs.store import EVENTS, GITIGNORE, files_sql, write_answer

TOGETHER = 128 << 20  # bytes of files that a task reads; a file is never split, as its lines are numbered
ROWS = 20_000  # of a row group of candidates: a week's task leaves out those of other weeks
WRITTEN = {  # what a task writes, and the query for it
    "candidate": f"SELECT {', '.join(map(identifier, candidate()))} FROM candidate ORDER BY time_utc, {ROW_ID}",
    "compared_row": f"SELECT {ROW_ID}, {WEEK} AS week, CAST(dedup_key AS VARCHAR) AS dedup_key, "
    "CAST(replay_key AS VARCHAR) AS replay_key, grouped_by, total, coalesce(cost_usd, 0) AS cost_usd, is_sidechain "
    "FROM candidate",
    "quarantine": "FROM quarantine",
    "remark": "FROM remark",
    "count_of_file": "FROM count_of_file",
    "state": "FROM state",
}
# the rules of merge.py, for a log that has no events yet
EVENTS_OF_COMPARED_ROWS = f"""
WITH ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY dedup_key
        ORDER BY total DESC NULLS LAST, cost_usd DESC, is_sidechain NULLS LAST, source_file, source_line, record
    ) AS rank
    FROM compared_row
),
event AS (SELECT * FROM ranked WHERE rank = 1),
original AS (SELECT DISTINCT replay_key AS of_original FROM event WHERE NOT is_sidechain),
grouping AS (
    SELECT
        replay_key AS of_grouping, grouped_by AS chosen, row_number() OVER (
            PARTITION BY replay_key
            ORDER BY sum(total) DESC NULLS LAST, sum(cost_usd) DESC, count(*) DESC, grouped_by DESC
        ) AS place
    FROM event
    WHERE grouped_by IS NOT NULL
    GROUP BY replay_key, grouped_by
)
SELECT {ROW_ID}, week FROM event
LEFT JOIN original ON replay_key = of_original
LEFT JOIN grouping ON replay_key = of_grouping AND place = 1
WHERE (of_original IS NULL OR NOT coalesce(is_sidechain, false)) AND (grouped_by IS NULL OR grouped_by = chosen)
"""


def read_on_spark(
    spark: Spark, connection: Connection, tasks: Sequence[Task], formats: Mapping[int, str], key: bytes, folder: Path
) -> tuple[list[FileState], list[str]]:
    """Reads the files of tasks, and writes the weeks of the log in `folder`.

    Returns the states of the files and the names of those with events; the tables of the connection are filled as
    `read_files` and `merge` fill them. Raises ToolkitError with what Spark says of a task that fails, as where workers
    do not share the folders, cannot reach this machine, or have another version of the toolkit.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with _beside(folder) as aside:
        groups = _groups(tasks, formats)
        inputs = [_input(tasks, formats, places, key, aside) for places in groups]
        with served_inputs(inputs, spark.host) as task_inputs:
            make = partial(read_group, task_inputs, _version())
            columns = "part long, first string, last string"
            results = spark.each("the files of the log", make, columns, len(groups), len(groups)).to_pydict()
        if sorted(results["part"]) != list(range(len(groups))):
            raise ToolkitError("the files of the log", "tasks that Spark did not run once", "each once", "run it again")
        for name in ("quarantine", "remark", "count_of_file"):
            connection.execute(f"INSERT INTO {name} BY NAME FROM {_all(aside, name)}")
        states = [*load_states(connection, _all(aside, "state")).values()]
        files = _weeks(spark, aside, folder, results["first"] + results["last"])
    connection.execute("CREATE TABLE gone_event AS SELECT source_file FROM candidate LIMIT 0")
    new_events = f"SELECT source_file FROM {files_sql(folder / EVENTS, files)}" if files else "FROM gone_event"
    connection.execute(f"CREATE VIEW new_event AS {new_events}")
    return states, files


def _weeks(spark: Spark, aside: Path, folder: Path, mondays: Sequence[str]) -> list[str]:
    """Has tasks write the weeks of the log, of which `mondays` are some, the first and the last; their files' names."""
    first_days = sorted(date.fromisoformat(monday) for monday in mondays if monday)
    if not first_days:
        return []
    spark.view("compared_row", [str(aside / "compared_row" / "*.parquet")])
    make = partial(write_weeks, aside, folder, _version())
    weeks = (first_days[-1] - first_days[0]).days // 7 + 1
    (folder / EVENTS).mkdir(exist_ok=True)
    written = spark.by_key("the events of the log", EVENTS_OF_COMPARED_ROWS, "week", make, "file string", weeks)
    return sorted(written["file"].to_pylist())


def read_group(task_inputs: TaskInputs, version: str, number: int) -> dict[str, object]:
    """Reads the files of one task and writes what they hold, without names; it runs in a worker of Spark.

    Raises ToolkitError for a file that cannot be read, without a word of it, and for a worker of another version.
    """
    _refuse_other(version)
    with _without_words():
        inputs = json.loads(task_inputs.fetch(number))
        key, aside = bytes.fromhex(inputs["key"]), Path(inputs["aside"])
        tasks = [
            Task(LogFile(file["path"], "", "", file["size"]), FileState(**file["state"])) for file in inputs["files"]
        ]
        formats = {place: file["format"] for place, file in enumerate(inputs["files"])}
        connection = reading_connection(key)
        make_reading_tables(connection)
        put_states(connection, read_files(connection, tasks, formats, key, inputs["latest"]))
        with _attempt(aside) as attempt:
            for name, sql in WRITTEN.items():
                half_made = attempt / name
                connection.execute(
                    f"COPY ({sql}) TO {quoted(half_made)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS})"
                )
                os.replace(half_made, aside / name / f"{number}.parquet")
        span = f"SELECT coalesce(min(week), ''), coalesce(max(week), '') FROM (SELECT {WEEK} AS week FROM candidate)"
        first, last = connection.execute(span).fetchall()[0]
    return {"part": number, "first": first, "last": last}


def write_weeks(
    aside: Path, folder: Path, version: str, batches: Iterator[pyarrow.RecordBatch]
) -> Iterator[dict[str, object]]:
    """Writes weeks of a log, of whose events `batches` have the places; gives the name of each week's file.

    It runs in a worker of Spark. Raises ToolkitError where the files cannot be written.
    """
    _refuse_other(version)
    with _without_words(), _attempt(aside) as attempt:
        connection = in_memory_spilling_to(attempt)  # which may lay what is read here on the disk: it has no names
        connection.execute(
            f"CREATE TABLE chosen AS SELECT {ROW_ID}, '' AS week FROM ({_all(aside, 'candidate')}) LIMIT 0"
        )
        for batch in batches:
            connection.register("batch", pyarrow.Table.from_batches([batch]))
            connection.execute("INSERT INTO chosen BY NAME FROM batch")
        for (week,) in connection.execute("SELECT DISTINCT week FROM chosen ORDER BY week").fetchall():
            sql = (
                f"SELECT {', '.join(map(identifier, candidate()))} FROM {_all(aside, 'candidate')} "
                f"SEMI JOIN (FROM chosen WHERE week = '{week}') USING ({ROW_ID}) "
                f"WHERE time_utc >= DATE '{week}' AND time_utc < DATE '{week}' + 7 ORDER BY time_utc, {ROW_ID}"
            )
            name = write_answer(connection, sql, attempt, week)
            os.replace(attempt / name, folder / EVENTS / name)
            yield {"file": name}


def _groups(tasks: Sequence[Task], formats: Mapping[int, str]) -> list[list[int]]:
    """The places of tasks, those of one format together, in groups of TOGETHER bytes."""
    groups: list[list[int]] = []
    size = TOGETHER
    for place in sorted(range(len(tasks)), key=lambda place: formats.get(place, "")):
        if size >= TOGETHER:
            groups.append([])
            size = 0
        groups[-1].append(place)
        size += tasks[place].found.size
    return groups


def _input(tasks: Sequence[Task], formats: Mapping[int, str], places: Sequence[int], key: bytes, aside: Path) -> bytes:
    files = [
        {
            "path": str(Path(tasks[place].found.path).absolute()),
            "size": tasks[place].found.size,
            "format": formats.get(place, ""),
            "state": asdict(tasks[place].state),
        }
        for place in places
    ]
    return json.dumps({"key": key.hex(), "latest": last_moment(), "aside": str(aside), "files": files}).encode()


def _all(aside: Path, name: str) -> str:
    return from_parquet(sorted((aside / name).glob("*.parquet")))


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder beside a log's for what tasks hand on; what killed readings left is removed."""
    for left in folder.parent.glob(".*.tmp"):
        number = left.name.split(".")[-2]
        if number.isdigit() and not is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        for name in WRITTEN:
            (aside / name).mkdir(parents=True)
        replace_file(aside / ".gitignore", GITIGNORE.encode())
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def _attempt(aside: Path) -> Iterator[Path]:
    """A folder of one attempt at a task: files are put in their places when they are whole."""
    attempt = Path(tempfile.mkdtemp(dir=aside))
    try:
        yield attempt
    finally:
        shutil.rmtree(attempt, ignore_errors=True)


@cache
def _version() -> str:
    """A hash of the code that reads and of the libraries that write."""
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in (".py", ".sql")]
    return digest([*map(importlib.metadata.version, ("duckdb", "pyarrow")), *code])[:12]


def _refuse_other(version: str) -> None:
    if _version() != version:
        raise ToolkitError("a worker of Spark", "another version", "that of the command", "install the same lock there")


@contextlib.contextmanager
def _without_words() -> Iterator[None]:
    """What goes wrong in a task is said without the words of its error: they may be words of a file, or its name."""
    try:
        yield
    except ToolkitError as error:
        raise ToolkitError(error.problems) from None
    except Exception as error:
        message = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        raise ToolkitError(
            "a worker of Spark", message, "folders that all workers share", "share them, or read the files here"
        ) from None
