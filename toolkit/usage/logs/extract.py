"""Lines to candidates: a format's SELECT is run over some lines, and each of its rows is checked and stripped of names.

The connection has these tables afterwards, which grow with each call: `candidate`, rows that can be events, without any
name; `quarantine`, lines and records that cannot be read; `count_of_file` and `remark`, how many rows each file gave.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow

from toolkit.core.errors import ToolkitError
from toolkit.engine.connect import Connection, columns_of
from toolkit.engine.errors import EngineError, OutOfMemory
from toolkit.engine.paths import identifier, quoted
from toolkit.usage.contract import EVENT
from toolkit.usage.logs.batches import only_json
from toolkit.usage.logs.log_format import LogFormat
from toolkit.usage.logs.reading_tables import candidate
from toolkit.usage.logs.repeated_keys import mark_repeated_keys

SQL = Path(__file__).with_name("events.sql").read_text(encoding="utf-8")
# columns that a format may give, beside those of the contract: all others are refused
GIVEN = ("record", "user", "user_kind", "dedup_key", "replay_key", "grouped_by", "problem", "remark")
NOT_GIVEN = ("synthetic", "source_format", "user_id", "gen_ai.response.id", "cost_source")
COLUMNS = (*GIVEN, *(one.name for one in EVENT if one.name not in (*NOT_GIVEN, *GIVEN)))
EMPTY = pyarrow.Table.from_batches(
    [],
    pyarrow.schema([("source_file", pyarrow.int32()), ("source_line", pyarrow.int64()), ("line", pyarrow.string())]),
)
FAILED = (EngineError, UnicodeDecodeError)  # the second where a message of DuckDB's quotes half a character
CANDIDATES = """
INSERT INTO candidate
WITH kept AS MATERIALIZED (
    SELECT * FROM raw WHERE rowid IN (
        SELECT arg_min(rowid, row(-total, -coalesce(cost_usd, 0), is_sidechain, source_file, source_line, record))
        FROM raw
        WHERE reason IS NULL
        GROUP BY dedup_key)
),
named AS MATERIALIZED (
    SELECT struct_pack({names}) AS name, struct_pack({hidden}) AS hidden FROM (SELECT DISTINCT {listed} FROM kept)
)
SELECT {made} FROM kept JOIN owner USING (source_file) JOIN named ON struct_pack({names}) = name
"""
NAMES = {  # columns of a row that may name somebody, and what is kept of each: few differ, so that each is hashed once
    "gen_ai.provider.name": 'known_word("gen_ai.provider.name")',
    "gen_ai.request.model": 'known_model("gen_ai.request.model")',
    "gen_ai.agent.name": 'known_word("gen_ai.agent.name")',
    "gen_ai.operation.name": 'known_word("gen_ai.operation.name")',
    "gen_ai.conversation.id": "pseudonym('session', \"gen_ai.conversation.id\")",
    "project": "pseudonym('project', project)",
    "user": "pseudonym('user', \"user\")",
}
KEPT = {  # columns of a candidate that a row does not have as they are kept, and what makes them of it
    "synthetic": "false",
    "source_format": "$format",
    "dedup_key": "CAST(long_pseudonym(dedup_key) AS UUID)",
    "replay_key": "CAST(long_pseudonym('replay ' || replay_key) AS UUID)",
    "tz_known": "coalesce(tz_known, false)",
    "user_id": 'coalesce(hidden."user", owner)',
    "user_kind": "coalesce(user_kind, 'person')",
    "gen_ai.response.id": "CAST(NULL AS VARCHAR)",
    "cost_source": "CASE WHEN cost_usd IS NULL THEN 'none' ELSE 'reported' END",
}


def prepare(connection: Connection, form: LogFormat, latest: str) -> str:
    """The SELECT over `line` that gives a format's rows, whole; `latest` is the last moment that is none of the future,
    as SQL.

    Raises ToolkitError for a column that no event has, and for one that is missing.
    """
    connection.register("line", EMPTY)
    names = [name for name, _ in columns_of(connection.execute(f"SELECT * FROM ({form.sql}) LIMIT 0"))]
    where, wrong = (
        f"toolkit/usage/logs/formats/{form.name}.sql",
        sorted({*names} - {"source_file", "source_line", *COLUMNS}),
    )
    missing = [name for name in ("source_file", "source_line", "dedup_key", "time_utc") if name not in names]
    if wrong or missing:
        problems = [f"the column {name}" for name in wrong] + [f"no column {name}" for name in missing]
        raise ToolkitError(where, ", ".join(problems), ", ".join(COLUMNS), "rename the column, or add it")
    rest = "".join(f', CAST(NULL AS {_type(name)}) AS "{name}"' for name in COLUMNS if name not in names)
    return SQL.format(said=f"SELECT *{rest} FROM (\n{form.sql}\n)", latest=latest)


def _type(name: str) -> str:
    return candidate().get(name, "VARCHAR") if name != "dedup_key" else "VARCHAR"


def extract(connection: Connection, form: LogFormat, prepared: str, lines: pyarrow.Table) -> None:
    """Adds what a format makes of some lines to the tables of the connection; `prepared` is its SELECT.

    `lines` has the columns source_file, source_line and line, each line JSON that can be read. A line at which the
    SELECT itself fails, or that is too long for the memory, is quarantined.
    """
    try:
        _make_raw(connection, prepared, lines)
    except OutOfMemory:
        if len(lines) > 1:
            for half in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
                extract(connection, form, prepared, half)
            return
        _quarantine(connection, lines, "too long for the memory there is")
        lines = EMPTY
        _make_raw(connection, prepared, lines)
    except FAILED:
        _make_raw_without_failing(connection, prepared, lines)
    if not form.parsed_text:  # which looks for them itself
        mark_repeated_keys(connection)
    _add_counts(connection)
    connection.execute(_candidates(form))
    connection.unregister("line")


@cache
def _candidates(form: LogFormat) -> str:
    """The statement that adds to `candidate` the rows of `raw` that can be events, one a key, without names."""
    columns = {name: identifier(name) for name in candidate()}
    columns |= {name: f"hidden.{identifier(name)}" for name in NAMES if name in columns} | KEPT
    return CANDIDATES.format(
        listed=", ".join(map(identifier, NAMES)),
        names=", ".join(f"{identifier(name)} := {identifier(name)}" for name in NAMES),
        hidden=", ".join(f"{identifier(name)} := {hashed}" for name, hashed in NAMES.items()),
        made=", ".join(f"{value} AS {identifier(name)}" for name, value in columns.items()),
    ).replace("$format", quoted(form.name))


def _make_raw(connection: Connection, prepared: str, lines: pyarrow.Table) -> None:
    connection.register("line", lines)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE raw AS {prepared}")


def _make_raw_without_failing(connection: Connection, prepared: str, lines: pyarrow.Table) -> None:
    """Makes `raw` of the lines at which the SELECT does not fail; the others are quarantined.

    Raises EngineError where the SELECT fails without any, at once: it does not fit what events have.
    """
    _make_raw(connection, prepared, EMPTY)
    lines, not_json = only_json(connection, lines)
    for file, line, reason, length in not_json:
        _quarantine_line(connection, file, line, reason, length)
    if failing := _failing(connection, prepared, lines):
        reason = "what it holds is out of every range"
        _quarantine(connection, lines.take(pyarrow.array(failing, pyarrow.int64())), reason)
        places = sorted({*range(len(lines))} - {*failing})
        _make_raw(connection, prepared, lines.take(pyarrow.array(places, pyarrow.int64())))


def _failing(connection: Connection, prepared: str, lines: pyarrow.Table, start: int = 0) -> list[int]:
    """The places, counted from `start`, of lines at which the SELECT fails, found by halving."""
    try:
        _make_raw(connection, prepared, lines)
    except FAILED:
        half = len(lines) // 2
        if not half:
            return [start]
        first = _failing(connection, prepared, lines[:half], start)
        return first + _failing(connection, prepared, lines[half:], start + half)
    return []


def _quarantine(connection: Connection, lines: pyarrow.Table, reason: str) -> None:
    for row in lines.to_pylist():
        _quarantine_line(connection, row["source_file"], row["source_line"], reason, len(row["line"].encode()))


def _quarantine_line(connection: Connection, file: int, line: int, reason: str, length: int) -> None:
    connection.execute("INSERT INTO quarantine VALUES (?, ?, 1, ?, ?)", [file, line, reason, length])
    connection.execute("INSERT INTO count_of_file VALUES (?, 1, 1, 1)", [file])


def _add_counts(connection: Connection) -> None:
    connection.execute(
        "INSERT INTO count_of_file SELECT source_file, count(*), count(DISTINCT source_line), count(reason) FROM raw "
        "GROUP BY source_file"
    )
    with_reason, with_remark = connection.execute("SELECT count(reason), count(remark) FROM raw").fetchall()[0]
    if with_reason:
        connection.execute(
            "INSERT INTO quarantine SELECT raw.source_file, raw.source_line, record, reason, "
            "octet_length(encode(line)) FROM raw JOIN line USING (source_file, source_line) WHERE reason IS NOT NULL"
        )
    if with_remark:
        connection.execute(
            "INSERT INTO remark SELECT source_file, remark, count(*) FROM raw WHERE remark IS NOT NULL GROUP BY ALL"
        )
