"""A read usage log on the disk: events by week, how far files were read, what was quarantined; log.json names them.

Files are named by their content and never changed. log.json is written last, in one step: whoever is killed leaves the
log as it was, and files that it does not name are removed by the next reading.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project, is_running, replace_file
from toolkit.engine.connect import Connection
from toolkit.engine.errors import writing_parquet
from toolkit.engine.paths import from_parquet, quoted
from toolkit.usage.declaration import LOG_JSON

EVENTS = "events"
SCHEMA: Literal[2] = 2  # of log.json and the files that it names
GITIGNORE = "# A read usage log stays out of git, unless you decide otherwise.\n*\n"


def logs_folder(project: Project) -> Path:
    """Where the read logs of a project are."""
    return project.data / "logs"


def log_folder(project: Project, name: str) -> Path:
    """The folder of one log, whether it is there or not."""
    return logs_folder(project) / name


def declared_log(folder: Path) -> dict[str, Any] | None:
    """The content of a log's log.json; None where there is none.

    Raises ToolkitError where it is damaged, or an earlier version of the toolkit wrote it.
    """
    path = folder / LOG_JSON
    if not path.is_file():
        return None
    try:
        declaration = json.loads(path.read_text(encoding="utf-8"))
        _ = declaration["id"], declaration["files"], declaration["tables"]
    except (ValueError, KeyError, TypeError) as error:
        raise ToolkitError(
            f"data/logs/{folder.name}/{LOG_JSON}", "damaged", "as toolkit ingest wrote it", "read the files anew"
        ) from error
    if declaration.get("schema") != SCHEMA:
        raise ToolkitError(
            f"data/logs/{folder.name}",
            "a log of an earlier version of the toolkit",
            f"schema {SCHEMA} in {LOG_JSON}: an older log does not say its time grain",
            "read the files anew under another name",
        )
    missing = [name for name in named_files(declaration) if not (folder / name).is_file()]
    if missing:
        raise ToolkitError(
            f"data/logs/{folder.name}",
            f"{len(missing)} files that {LOG_JSON} names are missing",
            "the folder as toolkit ingest wrote it",
            "bring it back from a copy, or read the files anew under another name",
        )
    return dict(declaration)


def named_files(declared: Mapping[str, Any]) -> list[str]:
    """The files of a log, from its folder."""
    return [*(f"{EVENTS}/{name}" for name in declared["files"]), *declared["tables"].values()]


def write_answer(connection: Connection, sql: str, folder: Path, prefix: str) -> str:
    """Writes the answer to `sql` into `folder` as Parquet; returns its name, `prefix` and a hash of its content.

    Raises ToolkitError where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    half_made = folder / f".{prefix}.{os.getpid()}.tmp"
    try:
        with writing_parquet(f"data/logs, {prefix}", "a folder that can be written, with room on the disk"):
            connection.execute(f"COPY ({sql}) TO {quoted(half_made)} (FORMAT parquet, COMPRESSION zstd)")
        with half_made.open("rb") as file:
            name = f"{prefix}-{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}.parquet"
        os.replace(half_made, folder / name)
    finally:
        half_made.unlink(missing_ok=True)
    return name


def commit(folder: Path, declared: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """Makes `declared` the content of log.json, then removes files that it does not name.

    Raises ToolkitError where the content is not `before` any more: another reading was faster.
    """
    if declared_log(folder) != before:
        raise ToolkitError(
            f"data/logs/{folder.name}", "another reading changed it meanwhile", "one at a time", "run the command again"
        )
    replace_file(folder / ".gitignore", GITIGNORE.encode())
    replace_file(folder / LOG_JSON, (json.dumps(declared, indent=1, sort_keys=True) + "\n").encode())
    remove_unnamed_files(folder, named_files(declared))


def remove_unnamed_files(folder: Path, named_paths: Iterable[str]) -> None:
    """Removes files of a log that are not named, and what killed processes left half-made."""
    names = {*named_paths}
    for path in folder.rglob("*"):
        if path.name.startswith(".") and path.suffix == ".tmp":
            process = path.name.split(".")[-2]
            if process.isdigit() and not is_running(int(process)):
                path.unlink(missing_ok=True)
        elif path.suffix == ".parquet" and path.relative_to(folder).as_posix() not in names:
            path.unlink(missing_ok=True)


def files_sql(folder: Path, names: Iterable[str]) -> str:
    """What reads these files of a folder, for use after FROM."""
    return from_parquet(folder / name for name in names)


def table_sql(folder: Path, declared: Mapping[str, Any], name: str) -> str:
    """What reads one of a log's small tables, for use after FROM: files, quarantine or remark."""
    return files_sql(folder, [declared["tables"][name]])


def events_sql(folder: Path, declared: Mapping[str, Any]) -> str:
    """What reads all events of a log, for use after FROM."""
    return files_sql(folder / EVENTS, declared["files"])
