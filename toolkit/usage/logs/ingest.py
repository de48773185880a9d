"""Reads usage logs that somebody handed over: finds the files, reads what is new, and keeps events without names."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.core.scratch import scratch
from toolkit.engine.connect import Connection, in_memory
from toolkit.engine.paths import quoted
from toolkit.usage.logs import store
from toolkit.usage.logs.account_of_log import account_of, declaration, with_counts
from toolkit.usage.logs.accounting import Account
from toolkit.usage.logs.batches import batches
from toolkit.usage.logs.discover import discover
from toolkit.usage.logs.extract import extract, insert, make_tables, prepare
from toolkit.usage.logs.file_states import FileState, Task, after_reading, as_table, load_states, plan_reading
from toolkit.usage.logs.lines import read_lines
from toolkit.usage.logs.log_format import log_format, log_formats
from toolkit.usage.logs.merge import merge
from toolkit.usage.logs.protection import add_macros, keep_key, key_path, make_key, read_key
from toolkit.usage.logs.recognise import recognise

NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")
MEMORY = "800MB"  # of DuckDB: some 200 bytes an event, and the lines of a batch


def ingest(
    project: Project, paths: Sequence[Path], name: str, form: str | None = None, dry_run: bool = False
) -> Account:
    """Reads the files under `paths` into the usage log `name`, which is made or added to; returns its account.

    Each file is of the format `form`, or of the one that its content shows. What was read before is not read again, and
    a file that has grown is read on from where it ended. With `dry_run` everything is read and nothing is kept.
    Raises ToolkitError for a name, path, format or file that cannot be used; the log is then as it was.
    """
    _refuse_name(project, name)
    if form is not None:
        log_format(form)
    folder = store.log_folder(project, name)
    before = store.declared_log(folder)
    log_id = before["id"] if before else secrets.token_hex(4)
    place = key_path(project, name, log_id)
    key = read_key(place, name) if before else make_key()
    found = discover(paths)
    with scratch() as aside:
        target = _copy(folder, aside / name) if dry_run else folder
        connection = _connection(key)
        states = load_states(connection, store.table(folder, before, "files")) if before else {}
        tasks = plan_reading(found, states, key)
        said = ("", "") if dry_run else (project.name(folder), str(place))
        if before and not tasks:
            store.clear(target, store.named_files(before))  # what a reading that was killed left
            return account_of(connection, target, before, 0, *said)
        read = _read(connection, tasks, form, key)
        declared = _write(connection, target, before, {"feed": name, "id": log_id}, states, read)
        if not dry_run:
            if not before:
                keep_key(place, key)
            store.commit(folder, declared, before)
        return account_of(connection, target, declared, len(tasks), *said)


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


def _connection(key: bytes) -> Connection:
    """A connection that never lays anything on the disk by itself: what is read has names in it."""
    connection = in_memory()
    for setting, value in (("memory_limit", MEMORY), ("temp_directory", ""), ("TimeZone", "UTC")):
        connection.execute(f"SET {setting} = {quoted(value)}")
    add_macros(connection, key)
    make_tables(connection)
    return connection


def _read(connection: Connection, tasks: Sequence[Task], form: str | None, key: bytes) -> list[tuple[Task, FileState]]:
    """Reads the files of all tasks into the tables of the connection; returns each with its state afterwards."""
    latest = datetime.now(UTC) + timedelta(days=1)
    if form is None:
        formats = recognise(connection, [task.found for task in tasks])
    else:
        formats = dict.fromkeys(range(len(tasks)), form)
    owners = [{"source_file": task.state.number, "owner": task.state.owner} for task in tasks]
    insert(connection, "owner", owners)
    readings = {task.state.number: task.reading for task in tasks}
    chosen = {task.state.number: formats.get(place, "") for place, task in enumerate(tasks)}
    for one in log_formats().values():
        if own := {number: reading for number, reading in readings.items() if chosen[number] == one.name}:
            prepared = prepare(connection, one, f"TIMESTAMP '{latest:%Y-%m-%d %H:%M:%S}'")
            for lines in batches(connection, own, one):
                extract(connection, one, prepared, lines)
    for number, reading in readings.items():
        if not chosen[number]:
            for _ in read_lines(reading):
                pass
            reading.quarantined.clear()  # in no format that is known, all lines are other lines
        quarantined = [{"source_file": number, "record": None, **asdict(one)} for one in reading.quarantined]
        insert(connection, "quarantine", quarantined)
    return [
        (task, after_reading(key, task, readings[number], chosen[number]))
        for task in tasks
        for number in [task.state.number]
    ]


def _write(
    connection: Connection,
    folder: Path,
    before: Mapping[str, Any] | None,
    own: Mapping[str, str],
    states: Mapping[str, FileState],
    read: Sequence[tuple[Task, FileState]],
) -> dict[str, Any]:
    """Writes the files of the log with what was read; returns the content of its feed.json."""
    again = [state.number for task, state in read if task.again]
    files = merge(connection, folder, before["files"] if before else (), again)
    counted = with_counts(connection, {**states, **{state.file: state for _, state in read}}, again)
    connection.register("states", as_table(counted))
    tables = {"files": store.write_table(connection, "FROM states", folder, "files")}
    from_line = {state.number: 0 if task.again else task.state.lines for task, state in read}
    for name in ("quarantine", "remark"):
        tables[name] = _grown(connection, folder, before, name, from_line)
    return declaration(connection, folder, own, files, tables, counted)


def _grown(
    connection: Connection, folder: Path, before: Mapping[str, Any] | None, name: str, from_line: Mapping[int, int]
) -> str:
    """Writes one of the log's small tables: what it had, without what was read again, and what is new."""
    sql = f"SELECT * FROM {name}"
    if before:
        insert(connection, "read_from", [{"source_file": one, "line": line} for one, line in from_line.items()])
        past = "source_line > line" if name == "quarantine" else "line = 0"
        sql += (
            f" UNION ALL SELECT old.* FROM {store.table(folder, before, name)} AS old WHERE NOT EXISTS "
            f"(SELECT 1 FROM read_from WHERE read_from.source_file = old.source_file AND {past})"
        )
        connection.execute(f"CREATE TEMP TABLE grown_{name} AS {sql}")
        sql = f"SELECT * FROM grown_{name}"
        connection.execute("DELETE FROM read_from")
    return store.write_table(connection, f"{sql} ORDER BY ALL", folder, name.replace("_", "-"))
