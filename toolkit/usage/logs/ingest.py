"""Reads usage logs that somebody handed over: finds the files, reads what is new, and keeps events without names."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.scratch import scratch
from toolkit.engine.connect import Connection, first_value
from toolkit.usage.logs import store
from toolkit.usage.logs.account import Account, FileCount
from toolkit.usage.logs.counting import account_of, log_declaration, people_sql, with_counts
from toolkit.usage.logs.discover import discover
from toolkit.usage.logs.file_states import FileState, Task, load_states, plan_reading, put_states
from toolkit.usage.logs.log_format import log_format
from toolkit.usage.logs.protection import keep_key, key_path, make_key, read_key
from toolkit.usage.logs.reading_tables import insert, make_reading_tables, reading_connection

if TYPE_CHECKING:
    from toolkit.engine.spark import Spark

NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")


def ingest(
    project: Project,
    paths: Sequence[Path],
    name: str,
    file_format: str | None = None,
    dry_run: bool = False,
    spark: Spark | None = None,
) -> Account:
    """Reads the files under `paths` into the usage log `name`, which is made or added to; returns its account.

    Each file is of the format `file_format`, or of the one that its content shows. What was read before is not read
    again, and a file that has grown is read on from where it ended. With `dry_run` everything is read and nothing is
    kept. On `spark` its tasks read the files of a log that is not there yet.
    Raises ToolkitError for a name, path, format or file that cannot be used; the log is then as it was.
    """
    _refuse_name(project, name)
    if file_format is not None:
        log_format(file_format)
    folder = store.log_folder(project, name)
    before = store.declared_log(folder)
    if spark:
        _refuse_on_spark(name, before, dry_run)
    log_id = before["id"] if before else secrets.token_hex(4)
    key_file = key_path(project, name, log_id)
    key = read_key(key_file, name) if before else make_key()
    discovered = discover(paths)
    with scratch() as scratch_folder:
        target = _copy(folder, scratch_folder / name) if dry_run else folder
        connection = reading_connection(key)
        states = load_states(connection, store.table_sql(folder, before, "files")) if before else {}
        tasks = plan_reading(discovered.files, states, key)
        printed_paths = ("", "") if dry_run else (project.name(folder), str(key_file))
        if before and not tasks and "totals" in before:  # else an earlier version wrote it: they are added
            store.remove_unnamed_files(target, store.named_files(before))  # what a reading that was killed left
            counts = _counts(states.values())
            return account_of(connection, target, before, counts, 0, discovered.left_out, *printed_paths)
        read_again = [task.state.number for task in tasks if task.again]
        after, files = _read(connection, tasks, file_format, key, target, before, spark)
        all_states = with_counts(connection, {**states, **{state.file: state for state in after}}, read_again)
        changed = [state for state in all_states if state is not states.get(state.file)]
        counts, tables = _counts(all_states), _write_tables(connection, target, before, files, changed, tasks)
        declared = log_declaration(connection, target, {"log": name, "id": log_id}, files, tables, counts)
        if not dry_run:
            if not before:
                keep_key(key_file, key)
            store.commit(folder, declared, before)
        return account_of(connection, target, declared, counts, len(tasks), discovered.left_out, *printed_paths)


def _read(
    connection: Connection,
    tasks: Sequence[Task],
    file_format: str | None,
    key: bytes,
    folder: Path,
    before: Mapping[str, Any] | None,
    spark: Spark | None,
) -> tuple[list[FileState], list[str]]:
    """Reads the files of tasks and writes their weeks; returns the files' states, and the names of those of all weeks.

    What it imports takes a tenth of a second, which a reading with nothing new is spared.
    """
    from toolkit.usage.logs.reader import last_moment, read_files, use_threads
    from toolkit.usage.logs.recognise import recognise

    use_threads(connection, tasks)
    make_reading_tables(connection)
    found = [task.found for task in tasks]
    formats = dict.fromkeys(range(len(tasks)), file_format) if file_format else recognise(connection, found)
    if spark:
        from toolkit.usage.logs.spark_job import read_on_spark

        return read_on_spark(spark, connection, tasks, formats, key, folder)
    from toolkit.usage.logs.merge import merge

    states = read_files(connection, tasks, formats, key, last_moment())
    read_again = [task.state.number for task in tasks if task.again]
    return states, merge(connection, folder, before["files"] if before else (), read_again)


def _refuse_name(project: Project, name: str) -> None:
    if not NAME.fullmatch(name):
        raise ToolkitError(
            "--as", repr(name), "a to z, digits and hyphens, a letter first, at most 60", "choose another"
        )
    if (project.data / "scenarios" / f"{name}.yml").is_file():
        raise ToolkitError("--as", f"{name}, the name of a scenario", "a name of its own", "choose another")


def _copy(folder: Path, target: Path) -> Path:
    if folder.is_dir():
        shutil.copytree(folder, target)
    return target


def _refuse_on_spark(name: str, before: Mapping[str, Any] | None, dry_run: bool) -> None:
    """Raises ToolkitError for what tasks of Spark are not given to do."""
    if dry_run:
        raise ToolkitError(
            "--dry-run", "on Spark, whose tasks write", "a reading here, of some of the files", "leave one of them out"
        )
    if before:
        raise ToolkitError(
            f"the usage log {name}",
            "it is there, and Spark reads a log whole",
            "a log that is not there yet",
            "add to it without --engine spark, which reads what is new, or read all files anew under another name",
        )


def _counts(states: Iterable[FileState]) -> list[FileCount]:
    return [state.count for state in states]


def _write_tables(
    connection: Connection,
    folder: Path,
    before: Mapping[str, Any] | None,
    files: Sequence[str],
    changed: Sequence[FileState],
    tasks: Sequence[Task],
) -> dict[str, str]:
    """Writes the tables of the log that hold no events, `changed` being new states; returns their files' names.

    `files` are those of its events.
    """
    put_states(connection, changed)
    tables = {
        "files": store.write_answer(connection, "FROM state ORDER BY number", folder, "files"),
        "person": store.write_answer(connection, people_sql(connection, folder, before, files), folder, "person"),
    }
    from_line = {task.state.number: 0 if task.again else task.state.lines for task in tasks}
    insert(connection, "read_from", [{"source_file": file, "line": line} for file, line in from_line.items()])
    for name, past in (("quarantine", "source_line > line"), ("remark", "line = 0")):
        tables[name] = _merge_small_table(connection, folder, before, name, past)
    return tables


def _merge_small_table(
    connection: Connection, folder: Path, before: Mapping[str, Any] | None, name: str, past: str
) -> str:
    """Writes one of the log's small tables, where it changes: its rows, less those read again, plus the new ones.

    Those read again are `past`, a condition on their file's row of `read_from`. Returns the table's file.
    """
    if before:
        so_far = f"{store.table_sql(folder, before, name)} AS so_far"
        is_past = f"EXISTS (FROM read_from WHERE read_from.source_file = so_far.source_file AND {past})"
        changes = f"SELECT EXISTS (FROM {name}) OR EXISTS (FROM {so_far} WHERE {is_past})"
        if not first_value(connection.execute(changes)):
            return str(before["tables"][name])
        connection.execute(f"INSERT INTO {name} FROM {so_far} WHERE NOT {is_past}")
    return store.write_answer(connection, f"FROM {name} ORDER BY ALL", folder, name)
