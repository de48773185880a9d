"""Deduplicates: which of the rows that were read are events, and which weeks of a log change by them.

A tool writes a request anew while its answer grows, copies it into the log of a sub-agent, and exports the same use by
day and by model. So of the rows of a reading, which are the candidates, and the events that the log has:

- Of rows with one key the event is that with most tokens, then of the highest cost, then not of a sub-agent.
- A sub-agent's row with the replay key of another one, which is no sub-agent's, is a copy of that.
- Of exports of the same use by several groupings, whose rows have one replay key, one grouping has the events: that
  with most tokens, then cost, then rows.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier
from toolkit.usage.declaration import week_of
from toolkit.usage.logs.reading_tables import candidate
from toolkit.usage.logs.store import EVENTS, files_sql, write_answer

ROW_ID = "source_file, source_line, record"
WEEK = "CAST(CAST(date_trunc('week', time_utc) AS DATE) AS VARCHAR)"
MOST_FILES_A_WEEK = 8  # files of a week: a reading that would make more joins the small ones
SMALL = 2  # times as large as all smaller ones together: a file that is larger is not joined with them
WEEKS_AT_ONCE = 2  # weeks that are written: one has too few rows for more than one processor
COMPARED_COLUMNS = f"{ROW_ID}, time_utc, dedup_key, replay_key, grouped_by, total, cost_usd, is_sidechain"
# compared_row: the candidates and, in_log, the events of the log with a key of theirs; event: those of them that remain
KEEP_ONE_OF_EACH_KEY = f"""
CREATE TABLE event AS
SELECT * FROM compared_row
QUALIFY row_number() OVER (
    PARTITION BY dedup_key ORDER BY total DESC, coalesce(cost_usd, 0) DESC, is_sidechain, {ROW_ID}, in_log DESC) = 1
"""
DROP_COPIES_OF_SUB_AGENTS = """
DELETE FROM event
WHERE is_sidechain AND replay_key IN (SELECT replay_key FROM event WHERE NOT is_sidechain)
"""
DROP_OTHER_GROUPINGS = """
DELETE FROM event
WHERE grouped_by IS NOT NULL AND (replay_key, grouped_by) NOT IN (
    SELECT (replay_key, grouped_by) FROM event
    WHERE grouped_by IS NOT NULL
    GROUP BY replay_key, grouped_by
    QUALIFY row_number() OVER (
        PARTITION BY replay_key
        ORDER BY sum(total) DESC, sum(coalesce(cost_usd, 0)) DESC, count(*) DESC, grouped_by DESC) = 1)
"""
CHANGED_WEEKS = f"""
SELECT week, bool_or(loses), bool_or(NOT loses) FROM (
    SELECT {WEEK} AS week, false AS loses FROM new_event UNION ALL SELECT {WEEK}, true FROM gone_event
) GROUP BY week ORDER BY week
"""


def merge(connection: Connection, folder: Path, files: Collection[str], read_again: Collection[int]) -> list[str]:
    """Writes the weeks of a log that the candidates change; returns the names of all its files of events.

    `files` are those of the log so far, in `folder`; `read_again` the numbers of files that were read again from their
    beginning: their earlier events are dropped. Afterwards the table `new_event` has the events that are new,
    `gone_event` those that are gone, and `candidate` the new ones alone.

    Raises ToolkitError if a file cannot be written.
    """
    of_files_read_again = f"source_file IN ({', '.join(map(str, sorted(read_again)))})" if read_again else "false"
    alike = _with_keys_of_candidates(connection, folder / EVENTS, files)
    connection.execute(
        f"CREATE TABLE compared_row AS SELECT {COMPARED_COLUMNS}, false AS in_log FROM candidate "
        f"UNION ALL SELECT {COMPARED_COLUMNS}, true FROM {_events_of(folder, alike)} "
        f"WHERE NOT ({of_files_read_again}) AND (dedup_key IN (SELECT dedup_key FROM candidate) "
        "OR replay_key IN (SELECT replay_key FROM candidate))"
    )
    connection.execute(KEEP_ONE_OF_EACH_KEY)
    connection.execute(DROP_COPIES_OF_SUB_AGENTS)
    connection.execute(DROP_OTHER_GROUPINGS)
    connection.execute(f"CREATE TABLE new_event AS SELECT {ROW_ID}, time_utc FROM event WHERE NOT in_log")
    connection.execute(
        f"CREATE TABLE gone_event AS SELECT {ROW_ID}, time_utc FROM {_events_of(folder, files if read_again else ())} "
        f"WHERE {of_files_read_again} "
        "UNION ALL "
        f"SELECT {ROW_ID}, time_utc FROM compared_row "
        f"WHERE in_log AND ({ROW_ID}) NOT IN (SELECT ({ROW_ID}) FROM event WHERE in_log)"
    )
    connection.execute(f"DELETE FROM candidate WHERE ({ROW_ID}) NOT IN (SELECT ({ROW_ID}) FROM new_event)")
    return _write_weeks(connection, folder, files)


def _events_of(folder: Path, files: Collection[str]) -> str:
    """What reads these files of a log's events, for use after FROM."""
    return files_sql(folder / EVENTS, files) if files else "(FROM candidate LIMIT 0)"


def _with_keys_of_candidates(connection: Connection, folder: Path, files: Collection[str]) -> list[str]:
    """The files that hold an event with a key of a candidate; of most logs that grow they are few, or none."""
    if not files:
        return []
    # a join by one key filters while DuckDB reads, and of the one column alone: a fifth of the time of both with OR
    events = files_sql(folder, files)
    sql = " UNION ".join(
        f"SELECT filename FROM {events} SEMI JOIN candidate USING ({key})" for key in ("dedup_key", "replay_key")
    )
    return sorted(Path(path).name for (path,) in connection.execute(sql).fetchall())


def _write_weeks(connection: Connection, folder: Path, files: Collection[str]) -> list[str]:
    """Adds a file to weeks that get events, and writes files anew that lose some; returns the names of all files."""
    files_by_week: dict[str, list[str]] = {}
    for name in files:
        files_by_week.setdefault(week_of(name), []).append(name)

    def write(changed_week: tuple[str, bool, bool]) -> tuple[str, list[str]]:
        week, loses, gains = changed_week
        files_so_far = files_by_week.get(week, [])
        with connection.cursor() as cursor:
            rewritten = _with_gone_events(cursor, folder / EVENTS, files_so_far) if loses else []
            names = [name for name in files_so_far if name not in rewritten]
            if len(names) >= MOST_FILES_A_WEEK:
                rewritten += _small_ones(folder / EVENTS, names)
                names = [name for name in names if name not in rewritten]
            sql = _events_of_week(week, folder, rewritten)
            if gains or cursor.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone():
                names.append(write_answer(cursor, f"{sql} ORDER BY time_utc, {ROW_ID}", folder / EVENTS, week))
        return week, names

    with ThreadPoolExecutor(WEEKS_AT_ONCE) as threads:
        files_by_week |= dict(threads.map(write, connection.execute(CHANGED_WEEKS).fetchall()))
    return sorted(name for names in files_by_week.values() for name in names)


def _with_gone_events(connection: Connection, folder: Path, files: Collection[str]) -> list[str]:
    """The files of a week that hold an event which is gone."""
    return [
        name
        for name in files
        if connection.execute(
            f"SELECT 1 FROM {files_sql(folder, [name])} SEMI JOIN gone_event USING ({ROW_ID}) LIMIT 1"
        ).fetchone()
    ]


def _small_ones(folder: Path, files: Collection[str]) -> list[str]:
    """The files of a week up to the first that is large beside those before it: who adds little writes little anew."""
    sizes = {name: (folder / name).stat().st_size for name in files}
    small_ones, size_so_far = list[str](), 0
    for name in sorted(sizes, key=lambda name: (sizes[name], name)):
        if small_ones and sizes[name] > SMALL * size_so_far:
            break
        small_ones.append(name)
        size_so_far += sizes[name]
    return small_ones


def _events_of_week(week: str, folder: Path, rewritten: Collection[str]) -> str:
    """The SELECT of a week's new events, and of those in the files that are written again."""
    columns = ", ".join(identifier(name) for name in candidate())
    sql = f"SELECT {columns} FROM candidate WHERE time_utc >= DATE '{week}' AND time_utc < DATE '{week}' + 7"
    if rewritten:
        events_of_files = files_sql(folder / EVENTS, rewritten)
        sql += f" UNION ALL SELECT {columns} FROM {events_of_files} "
        sql += f"WHERE ({ROW_ID}) NOT IN (SELECT ({ROW_ID}) FROM gone_event)"
    return sql
