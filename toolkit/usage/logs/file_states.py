"""How far each file of a log was read, so that the next reading goes on from there and leaves unchanged ones alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem, ToolkitError
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier, quoted
from toolkit.usage.logs.account import FileCount
from toolkit.usage.logs.discover import LogFile
from toolkit.usage.logs.log_format import log_formats, tool_folders
from toolkit.usage.logs.protection import file_fingerprint, pseudonym
from toolkit.usage.logs.reading_tables import insert

if TYPE_CHECKING:
    from toolkit.usage.logs.lines import Reading

END = 1 << 16  # bytes of a beginning and of an end by which a file is known again
SQL_TYPES = {"int": "BIGINT", "str": "VARCHAR", "bool": "BOOLEAN"}


@dataclass(frozen=True)
class FileState:
    """One file of a log: keyed hashes of its name, its owner and its ends; how far it was read; what its lines gave."""

    number: int
    file: str
    owner: str
    format: str = ""
    whole: str = ""  # of the file as it lies on the disk
    seen: str = ""  # of its size and its time of change: where both are as they were, its ends are not read again
    read: str = ""  # of what was read of it, up to `offset`
    offset: int = 0
    appendable: bool = True
    open_line: bool = False  # whether the last line has no end
    cut: bool = False  # whether it is quarantined, as the file breaks off in it, and is to be read again
    lines: int = 0
    lines_quarantined: int = 0  # lines that are no JSON that can be read
    candidates: int = 0  # records that the format made of the others
    candidate_lines: int = 0  # lines that gave one
    records_quarantined: int = 0  # records that can be no events
    events: int = 0

    @property
    def count(self) -> FileCount:
        """What became of the file's lines."""
        return FileCount(
            number=self.number,
            file=self.file,
            format=self.format,
            lines=self.lines,
            records=self.lines + self.candidates - self.candidate_lines,
            events=self.events,
            duplicates=self.candidates - self.records_quarantined - self.events,
            other_lines=self.lines - self.lines_quarantined - self.candidate_lines,
            quarantined=self.lines_quarantined + self.records_quarantined,
        )


@dataclass(frozen=True)
class Task:
    """A file that is to be read: as a new one, on from where its reading ended, or again from its beginning."""

    found: LogFile
    state: FileState
    again: bool = False


def plan_reading(files: Iterable[LogFile], states: Mapping[str, FileState], key: bytes) -> list[Task]:
    """What is to be read of these files; unchanged ones are left out.

    A file is known again by its name from the path that was given, by what it holds, or by a name of another path.
    Raises ToolkitError with every file that was changed in what was read of it, or may be one of those that were.
    """
    tasks, problems = [], []
    number = max((state.number for state in states.values()), default=0)
    named_files = [(pseudonym(key, "file", file.name), file) for file in files]
    missing = {name: states[name] for name in states.keys() - {name for name, _ in named_files}}
    contents = {state.whole: name for name, state in sorted(missing.items())}
    for name, file in named_files:
        seen = pseudonym(key, "seen", f"{file.size}, {file.changed}")
        if name in states and states[name].seen == seen:
            continue
        whole = _fingerprint(key, file)
        state = states.get(name) or (_by_other_path(key, file, whole, missing, contents) if missing else None)
        if state and state.file != name and state.whole != whole and not _begins_with_read(key, file, state):
            problems.append(_by_which_path(state))
            continue
        if state is None:
            number += 1
            owner = pseudonym(key, "user", file.owner)
            tasks.append(Task(file, FileState(number, name, owner, whole=whole, seen=seen)))
            continue
        missing.pop(state.file, None)
        if state.whole != whole:
            task = _goes_on(key, file, replace(state, whole=whole, seen=seen))
            tasks.append(task) if task else problems.append(_changed(state))
    if problems:
        raise ToolkitError(problems)
    return tasks


def _by_other_path(
    key: bytes, file: LogFile, whole: str, missing: Mapping[str, FileState], contents: Mapping[str, str]
) -> FileState | None:
    """The state of a file that was read by another path: one that holds the same, or has a name that it may have had.

    A name without the folder of whoever it belongs to is that of many files, and says nothing.
    """
    if file.size and (state := missing.get(contents.get(whole, ""))):
        return state
    parts = Path(os.path.realpath(file.path)).parts[1:]
    for place in range(len(parts) - 1):
        if parts[place] not in tool_folders():
            ending = "/".join(parts[place:])
            for name in (ending, f"/{ending}"):  # the second where the path was "."
                if state := missing.get(pseudonym(key, "file", name)):
                    return state
    return None


def _begins_with_read(key: bytes, file: LogFile, state: FileState) -> bool:
    """Whether a file is JSON lines that begin with what was read of it."""
    return state.appendable and not file.compression and _fingerprint_to(key, file.path, state.offset) == state.read


def _by_which_path(state: FileState) -> Problem:
    return Problem(
        f"file {state.number} ({state.file})",
        "another path leads to a file of this name that holds something else: it may be the same, or another person's",
        "the path by which it was read",
        "name the same folder as in the first reading, or read all files anew under another name",
    )


def _goes_on(key: bytes, file: LogFile, state: FileState) -> Task | None:
    """The task for a file that has changed; None where it is JSON lines that do not begin with what was read."""
    in_place = state.appendable and not file.compression
    if in_place and not _begins_with_read(key, file, state):
        return None
    if in_place and state.format and not log_formats()[state.format].whole_files:
        back = int(state.cut)
        return Task(
            file, replace(state, cut=False, lines=state.lines - back, lines_quarantined=state.lines_quarantined - back)
        )
    begun = FileState(state.number, state.file, state.owner, whole=state.whole, seen=state.seen)
    return Task(file, begun, again=True)


def _changed(state: FileState) -> Problem:
    return Problem(
        f"file {state.number} ({state.file})",
        "it was changed before the place where its reading ended",
        "a file that has only grown",
        "read all files anew under another name; the log as it is stays",
    )


def after_reading(key: bytes, task: Task, reading: Reading, form: str) -> FileState:
    """The state of a file whose reading has ended. A line that it breaks off in is to be read again."""
    quarantined, offset, open_line = len(reading.quarantined), reading.offset, reading.open_line
    lengths = [line.length for line in reading.quarantined if open_line and line.source_line == reading.line_count]
    if lengths:
        offset, open_line = offset - lengths[0], False
    fingerprint = ""
    if reading.appendable and not task.found.compression:
        fingerprint = task.state.whole if offset == task.found.size else _fingerprint_to(key, task.found.path, offset)
    return replace(
        task.state,
        format=form,
        read=fingerprint,
        offset=offset,
        appendable=reading.appendable,
        open_line=open_line,
        cut=bool(lengths),
        lines=reading.line_count,
        lines_quarantined=task.state.lines_quarantined + quarantined,
    )


def _fingerprint(key: bytes, file: LogFile) -> str:
    return file_fingerprint(key, file.size, _ends(file.path, file.size))


def _fingerprint_to(key: bytes, path: str, offset: int) -> str:
    return file_fingerprint(key, offset, _ends(path, offset))


def _ends(path: str, size: int) -> bytes:
    with open(path, "rb") as file:
        start = file.read(min(END, size))
        file.seek(max(0, size - END))
        return start + file.read(min(END, size))


def load_states(connection: Connection, relation: str) -> dict[str, FileState]:
    """The states in a table of a log, by the keyed hash of the file's name; a column that it lacks has its default.

    The table `state` has them afterwards.
    """
    _make_state_table(connection)
    connection.execute(f"INSERT INTO state BY NAME FROM {relation}")
    rows = connection.execute("FROM state ORDER BY number").fetchall()
    return {state.file: state for state in (FileState(*row) for row in rows)}


def put_states(connection: Connection, states: Sequence[FileState]) -> None:
    """Puts states into the table `state`, in place of those that it has of the same files."""
    _make_state_table(connection)
    numbers = [state.number for state in states]
    connection.execute("DELETE FROM state WHERE number IN (SELECT unnest($numbers))", {"numbers": numbers})
    insert(connection, "state", [vars(state) for state in states])


def _make_state_table(connection: Connection) -> None:
    """Makes the table `state`, of which `load_states` reads states again, where it is not there."""
    columns = [
        f"{identifier(column.name)} {SQL_TYPES[str(column.type)]}"
        + ("" if column.default is MISSING else f" DEFAULT {quoted(column.default)}")
        for column in fields(FileState)
    ]
    connection.execute(f"CREATE TABLE IF NOT EXISTS state ({', '.join(columns)})")
