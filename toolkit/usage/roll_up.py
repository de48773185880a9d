"""The roll-up of a usage log by day and by week: files of one or more whole weeks, each built once."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from toolkit.core.project import digest
from toolkit.engine.connect import Connection
from toolkit.engine.errors import writing_parquet
from toolkit.engine.paths import quoted
from toolkit.usage.declaration import LogDeclaration, week_of
from toolkit.usage.log_views import SQL, day_query, make_event_views, make_outcome_view, make_view

# a folder of the roll-up, and the query in views/ that makes its files; each reads the ones before
GRAINS = {"day": "activity_day.sql", "week": "developer_week.sql"}
# the order of rows in files, so that their bytes are the same each time; Spark writes none
ORDERS = {
    "day": ("day_on", "user_id", "agent", "model"),
    "week": ("week_start_on", "team", "user_id"),
}
AT_ONCE = 2_000_000  # events of a file's weeks, on the mean, where it has several: each file costs two queries


def roll_up_folder(usage_log: Path) -> Path:
    """The folder of a simulated log's roll-up; other queries give another folder."""
    queries = digest((SQL / name).read_bytes() for name in GRAINS.values())
    return usage_log / f"roll-up-{queries[:12]}"


def roll_up_folder_of_read_log(build: Path, declared: LogDeclaration) -> Path:
    """The folder, below `build`, of a read log's roll-up; other events or queries give another folder."""
    paths = [*(SQL / name for name in GRAINS.values()), *sorted((SQL / "measured").glob("*.sql"))]
    queries = digest(path.read_bytes() for path in paths)
    return build / "logs" / f"{declared['log']}-{declared['fingerprint']}-{queries[:12]}"


def build_roll_up(connection: Connection, declared: LogDeclaration, usage_log: Path, folder: Path) -> list[str]:
    """Adds to `folder` those files of the roll-up that it does not have; returns the names of all, by week.

    `declared` is the content of log.json, `usage_log` the log's folder. `connection` must have the table `price`; its
    views stored_event, stored_outcome and activity_day are those of some weeks afterwards. Each file is put
    in place whole. Raises ToolkitError if one cannot be written.
    """
    for grain in GRAINS:
        (folder / grain).mkdir(parents=True, exist_ok=True)
    parts = _weeks_at_once(declared)
    for part, names in parts.items():
        day, week = (folder / grain / part for grain in GRAINS)
        if week.exists():
            continue
        if not day.exists():
            make_event_views(connection, declared, usage_log, names)
            _write(connection, declared, "day", day)
        make_view(connection, "activity_day", [day])
        make_outcome_view(connection, declared, usage_log, names, "stored_outcome")
        _write(connection, declared, "week", week)
    return list(parts)


def _weeks_at_once(declared: LogDeclaration) -> dict[str, list[str]]:
    """For each file of the roll-up, which is named by its first and last week, the files of events of its weeks."""
    weeks = [(week, list(names)) for week, names in groupby(sorted(declared["files"]), week_of)]
    length = max(1, AT_ONCE * len(weeks) // max(1, declared["events"]))
    runs = [weeks[start : start + length] for start in range(0, len(weeks), length)]
    return {f"{run[0][0]}-to-{run[-1][0]}.parquet": [name for _, names in run for name in names] for run in runs}


def _write(connection: Connection, declared: LogDeclaration, grain: str, target: Path) -> None:
    half_made = target.with_name(f".{target.stem}.{os.getpid()}.tmp")
    sql = day_query(declared) if grain == "day" else (SQL / GRAINS[grain]).read_text(encoding="utf-8")
    order = ", ".join(f"{column} NULLS LAST" for column in ORDERS[grain])
    metadata = f"KV_METADATA {{log: {quoted(declared['log'])}, {declared['kind']}: 'true'}}"
    allowed = "a log's folder that can be written, with room on the disk"
    try:
        with writing_parquet(f"the roll-up of the usage log {declared['log']}", allowed):
            rows = f"SELECT * FROM ({sql}) ORDER BY {order}"
            connection.execute(f"COPY ({rows}) TO {quoted(half_made)} (FORMAT parquet, COMPRESSION zstd, {metadata})")
        os.replace(half_made, target)
    finally:
        half_made.unlink(missing_ok=True)
