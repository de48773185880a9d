"""Deduplicates: which of the candidates are events, and which weeks of a log change by them.

- Among rows with the same key the event is that with most tokens, then highest cost, then not a sub-agent's.
- A sub-agent's row with the replay key of another's row is a copy of it.
- Of exports that hold the same use by several groupings, with one replay key, one grouping has the events: that with
  most tokens, then cost, then rows.
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
MOST_FILES_A_WEEK = 8  # files of a week: a reading that would make more writes them as one
WEEKS_AT_ONCE = 2  # weeks that are written: one has too few rows for more than one processor
COMPARED_COLUMNS = f"{ROW_ID}, time_utc, dedup_key, replay_key, grouped_by, total, cost_usd, is_sidechain"
WINNER = f"""
CREATE TABLE winner AS
SELECT * FROM pool
QUALIFY row_number() OVER (
    PARTITION BY dedup_key ORDER BY total DESC, coalesce(cost_usd, 0) DESC, is_sidechain, {ROW_ID}, old DESC) = 1
"""
COPIES = """
DELETE FROM winner
WHERE is_sidechain AND replay_key IN (SELECT replay_key FROM winner WHERE NOT is_sidechain)
"""
GROUPED_OTHERWISE = """
DELETE FROM winner
WHERE grouped_by IS NOT NULL AND (replay_key, grouped_by) NOT IN (
    SELECT (replay_key, grouped_by) FROM winner
    WHERE grouped_by IS NOT NULL
    GROUP BY replay_key, grouped_by
    QUALIFY row_number() OVER (
        PARTITION BY replay_key
        ORDER BY sum(total) DESC, sum(coalesce(cost_usd, 0)) DESC, count(*) DESC, grouped_by DESC) = 1)
"""
CHANGED = f"""
SELECT week, bool_or(loses), bool_or(NOT loses) FROM (
    SELECT {WEEK} AS week, false AS loses FROM won UNION ALL SELECT {WEEK}, true FROM lost
) GROUP BY week ORDER BY week
"""


def merge(connection: Connection, folder: Path, files: Collection[str], read_again: Collection[int]) -> list[str]:
    """Writes the weeks of a log that the candidates change; returns the names of all its files of events.

    `files` are those of the log so far, in `folder`; `read_again` the numbers of files that were read again from their
    beginning: their earlier events are dropped. The tables `won` and `lost` say afterwards which events are new,
    and which ones are gone. Raises ToolkitError if a file cannot be written.
    """
    of_files_read_again = f"source_file IN ({', '.join(map(str, sorted(read_again)))})" if read_again else "false"
    old = f"(SELECT * FROM {files_sql(folder / EVENTS, files)})" if files else "(FROM candidate LIMIT 0)"
    connection.execute(
        f"CREATE TABLE pool AS SELECT {COMPARED_COLUMNS}, false AS old FROM candidate "
        f"UNION ALL SELECT {COMPARED_COLUMNS}, true FROM {old} "
        f"WHERE NOT ({of_files_read_again}) AND (dedup_key IN (SELECT dedup_key FROM candidate) "
        "OR replay_key IN (SELECT replay_key FROM candidate))"
    )
    connection.execute(WINNER)
    connection.execute(COPIES)
    connection.execute(GROUPED_OTHERWISE)
    connection.execute(f"CREATE TABLE won AS SELECT {ROW_ID}, time_utc FROM winner WHERE NOT old")
    connection.execute(
        f"CREATE TABLE lost AS SELECT {ROW_ID}, time_utc FROM {old} WHERE {of_files_read_again} UNION ALL "
        f"SELECT {ROW_ID}, time_utc FROM pool WHERE old AND ({ROW_ID}) NOT IN (SELECT ({ROW_ID}) FROM winner WHERE old)"
    )
    connection.execute(f"DELETE FROM candidate WHERE ({ROW_ID}) NOT IN (SELECT ({ROW_ID}) FROM won)")
    return _write_weeks(connection, folder, files)


def _write_weeks(connection: Connection, folder: Path, files: Collection[str]) -> list[str]:
    """Adds a file to each week that only gets events, and writes others anew; returns the names of all files."""
    files_by_week: dict[str, list[str]] = {}
    for name in files:
        files_by_week.setdefault(week_of(name), []).append(name)

    def write(changed: tuple[str, bool, bool]) -> tuple[str, list[str]]:
        week, loses, gains = changed
        before = files_by_week.get(week, [])
        rewritten = before if loses or len(before) >= MOST_FILES_A_WEEK else []
        names = [name for name in before if name not in rewritten]
        with connection.cursor() as cursor:
            sql = _events(week, folder, rewritten)
            if gains or cursor.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone():
                names.append(write_answer(cursor, f"{sql} ORDER BY time_utc, {ROW_ID}", folder / EVENTS, week))
        return week, names

    with ThreadPoolExecutor(WEEKS_AT_ONCE) as threads:
        files_by_week |= dict(threads.map(write, connection.execute(CHANGED).fetchall()))
    return sorted(name for own in files_by_week.values() for name in own)


def _events(week: str, folder: Path, rewritten: Collection[str]) -> str:
    """The SELECT of a week's new events, and of those in the files that are written again."""
    columns = ", ".join(identifier(name) for name in candidate())
    sql = f"SELECT {columns} FROM candidate WHERE time_utc >= DATE '{week}' AND time_utc < DATE '{week}' + 7"
    if rewritten:
        place, old = f"({ROW_ID})", files_sql(folder / EVENTS, rewritten)
        sql += f" UNION ALL SELECT {columns} FROM {old} WHERE {place} NOT IN (SELECT {place} FROM lost)"
    return sql
