"""Counts what became of the lines of a log's files, and from that makes its account and the content of log.json."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.core.project import digest
from toolkit.engine.connect import Connection
from toolkit.usage.declaration import Accounting, LogDeclaration, week_of
from toolkit.usage.logs import store
from toolkit.usage.logs.account import Account, FileCount, Total
from toolkit.usage.logs.file_states import FileState

NO_EVENT = "1970-01-05"  # a Monday: the beginning of a log without any event
COUNTED = """
SELECT
    source_file, CAST(sum(candidates) AS BIGINT), CAST(sum(candidate_lines) AS BIGINT), CAST(sum(quarantined) AS BIGINT)
FROM count_of_file GROUP BY source_file
"""
# what each person's events add up to: the table `person` of a log, so that adding to it need not read all its events
EVENTS_OF_PEOPLE = """
SELECT
    source_format, time_grain, token_definition, user_id, 1 AS events, requests,
    "gen_ai.usage.input_tokens" AS input_tokens, "gen_ai.usage.output_tokens" AS output_tokens
FROM {events}
"""
PEOPLE = """
SELECT
    source_format, time_grain, token_definition, user_id, CAST(sum(events) AS BIGINT) AS events,
    CAST(sum(requests) AS BIGINT) AS requests, CAST(sum(input_tokens) AS BIGINT) AS input_tokens,
    CAST(sum(output_tokens) AS BIGINT) AS output_tokens
FROM ({rows}) GROUP BY ALL ORDER BY ALL
"""
# of each grain, definition and format, and last of the whole log
TOTALS = """
SELECT
    grouping(source_format) AS whole, source_format, time_grain, token_definition, CAST(sum(events) AS BIGINT),
    CAST(sum(requests) AS BIGINT), CAST(sum(input_tokens) AS BIGINT), CAST(sum(output_tokens) AS BIGINT),
    count(DISTINCT user_id)
FROM {people} GROUP BY GROUPING SETS ((source_format, time_grain, token_definition), ()) ORDER BY ALL
"""


def people_sql(connection: Connection, folder: Path, before: Mapping[str, Any] | None, files: Sequence[str]) -> str:
    """The SELECT of the table `person`: that of `before` with the candidates, which are the new events.

    Where there is none yet, or an event is gone, it is made of all events, which are in `files`.
    """
    if before and "person" in before["tables"] and not connection.execute("FROM gone_event LIMIT 1").fetchone():
        so_far, events = f"FROM {store.table_sql(folder, before, 'person')} UNION ALL ", "candidate"
    else:
        so_far, events = "", store.events_sql(folder, {"files": files}) if files else "candidate"
    return PEOPLE.format(rows=so_far + EVENTS_OF_PEOPLE.format(events=events))


def with_counts(
    connection: Connection, states: Mapping[str, FileState], read_again: Collection[int]
) -> list[FileState]:
    """The states of all files by number, with what the tables count_of_file, new_event and gone_event count of them.

    `read_again` has the numbers of files that were read from their start: their counts begin anew, so that no event
    of theirs that is gone is subtracted.
    """
    counts = {row[0]: row[1:] for row in connection.execute(COUNTED).fetchall()}
    events = dict(connection.execute("SELECT source_file, count(*) FROM new_event GROUP BY source_file").fetchall())
    sql = "SELECT source_file, count(*) FROM gone_event GROUP BY source_file"
    removed = {number: count for number, count in connection.execute(sql).fetchall() if number not in read_again}
    changed, counted_states = counts.keys() | events.keys() | removed.keys(), []
    for state in sorted(states.values(), key=lambda state: state.number):
        if state.number not in changed:
            counted_states.append(state)
            continue
        candidates, lines, quarantined = counts.get(state.number, (0, 0, 0))
        counted_states.append(
            replace(
                state,
                candidates=state.candidates + candidates,
                candidate_lines=state.candidate_lines + lines,
                records_quarantined=state.records_quarantined + quarantined,
                events=state.events + events.get(state.number, 0) - removed.get(state.number, 0),
            )
        )
    return counted_states


def log_declaration(
    connection: Connection,
    folder: Path,
    own: Mapping[str, str],
    files: Sequence[str],
    tables: Mapping[str, str],
    counts: Sequence[FileCount],
) -> dict[str, Any]:
    """The content of log.json; `own` are the log's name and id, `tables` its files that hold no events."""
    declared: dict[str, Any] = {"files": list(files), "tables": dict(tables)}
    totals, events, people = list[Total](), 0, 0
    if files:
        *rows, whole = connection.execute(TOTALS.format(people=store.table_sql(folder, declared, "person"))).fetchall()
        totals, events, people = [Total(*row[1:]) for row in rows], whole[4], whole[-1]
    mondays = sorted({date.fromisoformat(week_of(name)) for name in files})
    fingerprint = digest([*files, *tables.values()])[:16]
    accounting = _accounting(counts)
    declaration = LogDeclaration(
        schema=store.SCHEMA,
        log=own["log"],
        kind="measured",
        title=own["log"],
        made_from=f"{sum(format_count['files'] for format_count in accounting):,} files, read as {fingerprint}",
        fingerprint=fingerprint,
        events=events,
        developers=people,
        weeks=(mondays[-1] - mondays[0]).days // 7 + 1 if mondays else 0,
        start_on=mondays[0].isoformat() if mondays else NO_EVENT,
        files=list(files),
        accounting=accounting,
        incentives=[],
        prices_nanousd_per_token=[],
    )
    grains = sorted({(one.grain, one.token_definition) for one in totals})
    listed = [asdict(one) for one in totals]
    return {**declaration, "id": own["id"], "tables": dict(tables), "grains": grains, "totals": listed}


def _accounting(counts: Sequence[FileCount]) -> list[Accounting]:
    """The account by format; a line that holds several records counts as so many."""
    return [
        Accounting(
            source_format=name or "no known format",
            files=len(own),
            lines=sum(count.records for count in own),
            events=sum(count.events for count in own),
            duplicates=sum(count.duplicates for count in own),
            other_lines=sum(count.other_lines for count in own),
            quarantined=sum(count.quarantined for count in own),
        )
        for name in sorted({count.format for count in counts})
        for own in [[count for count in counts if count.format == name]]
    ]


def account_of(
    connection: Connection,
    folder: Path,
    declared: Mapping[str, Any],
    counts: Sequence[FileCount],
    read_now: int,
    left_out: Mapping[str, int],
    shown_folder: str,
    key: str,
) -> Account:
    """The account of a log in `folder`, of these files; `shown_folder` is how it is printed, "" for none."""
    quarantine, remark = (store.table_sql(folder, declared, name) for name in ("quarantine", "remark"))
    reasons = f"SELECT reason, count(*) FROM {quarantine} GROUP BY ALL ORDER BY ALL"
    sql = f"SELECT remark, CAST(sum(records) AS BIGINT) FROM {remark} GROUP BY ALL ORDER BY ALL"
    return Account(
        name=declared["log"],
        files=tuple(counts),
        reasons=dict(connection.execute(reasons).fetchall()),
        remarks=dict(connection.execute(sql).fetchall()),
        totals=tuple(Total(**one) for one in declared["totals"]),
        read=read_now,
        left_out=left_out,
        folder=shown_folder,
        key=key,
    )
