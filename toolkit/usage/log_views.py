"""The views of a usage log's events and outcomes over its files, the same for a simulated log and one handed over.

views/ has the queries of a simulated log, views/measured/ those that differ for a log that was handed over, and
views/derived/ those over the roll-ups: their names begin with a level, and each reads views of lower levels alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from toolkit.engine.connect import Connection
from toolkit.engine.paths import from_parquet, identifier
from toolkit.usage.declaration import GRAINS, TOKEN_DEFINITIONS, LogDeclaration, week_of

SQL = Path(__file__).parent / "views"
SHOWN_TIME = "CAST(date_trunc('hour', time_utc) AS TIMESTAMP)"  # as exact as times of real people are
USUAL_GRAIN = ("request", "all_types")  # time grain and token definition of most roll-ups
TABLES = ("rolled_week", "team_week", "developer")  # of the derived views those that DuckDB holds in memory
# what metrics can ask, with the same columns of any log, of files of events alone, and on every engine
METRIC_TABLES = {
    "request_all_types": "one row a request with tokens of all types: the only table with sessions",
    "activity_day": "one row a person, day, tool and model",
    "activity_week": "one row a person and week with any use",
    "developer_week": "one row a person of the roster and week; use is NULL where there was none",
    "developer": "one row a person of the roster over the whole log",
    "team_week": "one row a team of the roster and week",
    "rolled_week": "one row a person and week, of the roster or with any use",
    "outcome": "what a person of the roster made in a week; NULL where nobody counted",
    "incentive": "the incentives that a scenario declares",
    "price": "list prices that a scenario declares, in billionths of a dollar a token",
    "accounting": "what became of the lines of the log's files, by format",
}
# the columns of event_row, in plain names that every engine can spell, and those of the contract
EVENT_ROW = {
    "synthetic": "synthetic",
    "user_id": "user_id",
    "time_utc": "time_utc",
    "time_grain": "time_grain",
    "token_definition": "token_definition",
    "agent": "gen_ai.agent.name",
    "model": "gen_ai.request.model",
    "is_headless": "is_headless",
    "requests": "requests",
    "input_tokens": "gen_ai.usage.input_tokens",
    "uncached_tokens": "usage.uncached_input_tokens",
    "cache_read_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_creation_tokens": "gen_ai.usage.cache_creation.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cost_usd": "cost_usd",
}
# those that no roll-up reads
OF_REQUESTS = {
    "provider": "gen_ai.provider.name",
    "session_id": "gen_ai.conversation.id",
    "reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
    "is_sidechain": "is_sidechain",
    "is_error": "is_error",
    "project": "project",
}
INPUT = ("uncached_tokens", "cache_read_tokens", "cache_creation_tokens")
# what the simulator's files leave out, beside input: the same in every row, and costs, which need its prices
LEFT_OUT = {
    "time_grain": "'request'",
    "token_definition": "'all_types'",
    "requests": "CAST(1 AS BIGINT)",
    "cost_usd": "CAST(NULL AS DECIMAL(18, 9))",
}
WITHIN_A_DAY = GRAINS[: GRAINS.index("day") + 1]


def make_view(connection: Connection, name: str, paths: Iterable[Path], rows: bool = False) -> None:
    """Makes a view over Parquet files, in place of one of that name; `rows` adds the column file_row_number."""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {from_parquet(paths, rows)}")


def make_event_views(connection: Connection, declared: LogDeclaration, folder: Path, files: Sequence[str]) -> None:
    """Makes the views stored_event, event_row and stored_request over these files of events of the log in a folder."""
    sql = stored_event(declared, _events(folder, files, rows=True))
    connection.execute(f"CREATE OR REPLACE VIEW stored_event AS {sql}")
    columns = event_row(declared["kind"] == "synthetic", identifier)
    selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    rows = f"SELECT {selected} FROM {_events(folder, files)}"
    connection.execute(f"CREATE OR REPLACE VIEW event_row AS {rows}")
    connection.execute(f"CREATE OR REPLACE VIEW stored_request AS {stored_request(declared)}")


def event_row(stored: bool, spelled: Callable[[str], str]) -> dict[str, str]:
    """The columns of event_row, and what each is in files of events, whose names an engine has `spelled` so.

    `stored` says that they have the columns that the simulator stores, and not all of the contract.
    """
    columns = {name: spelled(column) for name, column in {**EVENT_ROW, **OF_REQUESTS}.items()}
    if stored:
        columns |= LEFT_OUT
        columns["input_tokens"] = " + ".join(f"CAST({columns[name]} AS BIGINT)" for name in INPUT)
    return columns


def stored_request(declared: LogDeclaration) -> str:
    """The query for the events that roll-ups are made of, of event_row."""
    return f"SELECT * FROM event_row WHERE {in_grain(*roll_up_grain(declared))}"


def stored_event(declared: LogDeclaration, files: str) -> str:
    """The query for events in the columns of the contract; `files` is what reads a log's files, for use after FROM."""
    if declared["kind"] == "synthetic":
        return (SQL / "stored_event.sql").read_text(encoding="utf-8").format(files=files)
    return measured_sql("stored_event", files=files)


def make_outcome_view(
    connection: Connection, declared: LogDeclaration, folder: Path, files: Sequence[str], view_name: str
) -> None:
    """Makes the view of outcomes, one row a person and week, in the weeks of these files."""
    if declared["kind"] == "synthetic":
        make_view(connection, view_name, [folder / "outcomes" / name for name in files])
    else:
        people_sql = f"{_events(folder, declared['files'])} WHERE {in_grain(*roll_up_grain(declared))}"
        connection.execute(f"CREATE OR REPLACE VIEW {view_name} AS {outcome_query(files, people_sql)}")


def outcome_query(files: Iterable[str], people_sql: str) -> str:
    """The query of a read log's outcomes in the weeks of these files; `people_sql`, after FROM, gives user_id."""
    weeks = ", ".join(f"(DATE '{week}')" for week in sorted({*map(week_of, files)})) or "(CAST(NULL AS DATE))"
    return measured_sql("outcome", people=people_sql, weeks=f"SELECT * FROM (VALUES {weeks}) AS listed (week_start_on)")


def day_query(declared: LogDeclaration) -> str:
    """The query that makes the daily roll-up."""
    if declared["kind"] == "synthetic":
        return (SQL / "activity_day.sql").read_text(encoding="utf-8")
    return measured_sql("activity_day")


def derived_views() -> list[tuple[str, str]]:
    """Name and query of each view over the roll-ups, in dependency order."""
    paths = sorted((SQL / "derived").glob("*.sql"))
    return [(path.stem.partition("_")[2], path.read_text(encoding="utf-8")) for path in paths]


def make_derived(connection: Connection) -> None:
    """Makes the views over the roll-ups in DuckDB, those of TABLES as tables."""
    for name, sql in derived_views():
        connection.execute(f"CREATE {'TABLE' if name in TABLES else 'VIEW'} {name} AS {sql}")


def event_statement(declared: LogDeclaration) -> str:
    """The statement that makes usage_event, the events in all columns of the contract."""
    if declared["kind"] == "synthetic":
        return (SQL / "usage_event.sql").read_text(encoding="utf-8")
    return measured_sql("usage_event", time=SHOWN_TIME)


def request_views(declared: LogDeclaration) -> dict[str, str]:
    """Name and query of request_all_types, and of one view for each other time grain and token definition of a log.

    They read event_row and price.
    """
    sql = (SQL / "request.sql").read_text(encoding="utf-8")
    time = "time_utc" if declared["kind"] == "synthetic" else SHOWN_TIME
    pairs = sorted({USUAL_GRAIN, *map(tuple, declared.get("grains", ()))})
    return {"_".join(pair): sql.format(time=time, grain=in_grain(*pair)) for pair in pairs}


def roll_up_grain(declared: LogDeclaration) -> tuple[str, str]:
    """The one time grain and token definition of a log's roll-ups: the finest that has tokens of all types."""
    pairs = [tuple(pair) for pair in declared.get("grains", ()) if pair[0] in WITHIN_A_DAY] or [USUAL_GRAIN]
    grain, definition = min(pairs, key=lambda pair: (TOKEN_DEFINITIONS.index(pair[1]), GRAINS.index(pair[0])))
    return grain, definition


def in_grain(grain: str, definition: str) -> str:
    """The condition, in SQL, that an event is of a time grain and a token definition."""
    return f"time_grain = '{grain}' AND token_definition = '{definition}'"


def measured_sql(query: str, **filled: str) -> str:
    """One of the queries over read logs, whose events are measured, with its places filled in."""
    return (SQL / "measured" / f"{query}.sql").read_text(encoding="utf-8").format(**filled)


def _events(folder: Path, files: Sequence[str], rows: bool = False) -> str:
    return from_parquet((folder / "events" / name for name in files), rows)
