"""The views of a usage log's events and outcomes over its files, the same for a simulated log and one handed over.

views/ has the queries of a simulated log, views/measured/ those that differ for a log that was handed over, and
views/derived/ those over the roll-ups: their names begin with a level, and each reads views of lower levels alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from toolkit.engine.connect import Connection
from toolkit.engine.paths import from_parquet, identifier
from toolkit.usage.declaration import GRAINS, TOKEN_DEFINITIONS, LogDeclaration, week_of

SQL = Path(__file__).parent / "views"
USUAL_GRAIN = ("request", "all_types")  # time grain and token definition of most roll-ups
EVENT_VIEWS = ("usage_event", "request_all_types")  # of a simulated log
TABLES = ("rolled_week", "team_week", "developer")  # of the derived views those that DuckDB holds in memory
# what questions can ask of a log on Spark
SPARK_TABLES = (
    "accounting price incentive activity_day outcome rolled_week developer_week activity_week team_week developer"
).split()
# the columns of stored_request, in plain names that every engine can spell, and those of the events
_REQUEST = {
    "synthetic": "synthetic",
    "user_id": "user_id",
    "time_utc": "time_utc",
    "agent": "gen_ai.agent.name",
    "model": "gen_ai.request.model",
    "is_headless": "is_headless",
    "uncached_tokens": "usage.uncached_input_tokens",
    "cache_read_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_creation_tokens": "gen_ai.usage.cache_creation.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
}
REQUEST = {
    "synthetic": _REQUEST,  # whose files hold requests with tokens of all types alone; its prices are declared
    "measured": {
        **_REQUEST,
        "requests": "requests",
        "input_tokens": "gen_ai.usage.input_tokens",
        "cost_usd": "cost_usd",
    },
}
WITHIN_A_DAY = GRAINS[: GRAINS.index("day") + 1]


def make_view(connection: Connection, name: str, paths: Iterable[Path], rows: bool = False) -> None:
    """Makes a view over Parquet files, in place of one of that name; `rows` adds the column file_row_number."""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {from_parquet(paths, rows)}")


def make_event_views(connection: Connection, declared: LogDeclaration, folder: Path, files: Sequence[str]) -> None:
    """Makes the views stored_event and stored_request over these files of events of the log in a folder."""
    sql = stored_event(declared, _events(folder, files, rows=True))
    connection.execute(f"CREATE OR REPLACE VIEW stored_event AS {sql}")
    columns = ", ".join(f"{identifier(column)} AS {name}" for name, column in REQUEST[declared["kind"]].items())
    made = f"SELECT {columns} FROM stored_event WHERE {in_grain(*roll_up_grain(declared))}"
    connection.execute(f"CREATE OR REPLACE VIEW stored_request AS {made}")


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


def event_view_statements(declared: LogDeclaration) -> list[str]:
    """The statements that make usage_event, and one view a time grain and token definition (request_all_types)."""
    if declared["kind"] == "synthetic":
        return [(SQL / f"{name}.sql").read_text(encoding="utf-8") for name in EVENT_VIEWS]
    pairs = sorted({USUAL_GRAIN, *map(tuple, declared["grains"])})
    made = [measured_sql("grain", name="_".join(pair), grain=in_grain(*pair)) for pair in pairs]
    return [measured_sql("usage_event"), *made]


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
