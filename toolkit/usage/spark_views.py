"""The tables of a usage log on Spark: views over the same Parquet files, of the same SQL as in DuckDB.

What has exact times of a read log, or people by name, stays with DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.engine.spark import Spark
from toolkit.usage.declaration import LogDeclaration
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import (
    SQL,
    day_query,
    derived_views,
    event_row,
    outcome_query,
    request_views,
    stored_request,
)
from toolkit.usage.roll_up import GRAINS

TEXTS = ("user_id", "agent", "provider", "model", "session_id", "project")


def define_log(spark: Spark, declared: LogDeclaration, folder: Path) -> None:
    """Makes the views of the usage log in a folder, which `declared` so. Raises ToolkitError with what Spark says."""
    folder = folder.absolute()  # the server's own folder is another
    synthetic = declared["kind"] == "synthetic"
    define_events(spark, [str(folder / "events" / name) for name in declared["files"]], event_row(synthetic, in_ticks))
    spark.define("stored_request", stored_request(declared))
    if synthetic:
        spark.read_any_encoding()  # the simulator writes counts so
        spark.view("outcome", [str(folder / "outcomes" / name) for name in declared["files"]])
    else:
        spark.define("outcome", outcome_query(declared["files"], "stored_request"))
    define_roll_ups(spark, declared, day_query(declared))


def define_events(spark: Spark, files: Sequence[str], columns: Mapping[str, str]) -> None:
    """Makes event_row over files of events, of these columns. Raises ToolkitError with what Spark says."""
    # Sail has no name for the type of texts that are stored as numbers with a dictionary
    texts = {name: f"CAST({columns[name]} AS STRING)" for name in TEXTS}
    spark.view("event_row", files, {**columns, **texts})


def define_roll_ups(spark: Spark, declared: LogDeclaration, days: str) -> None:
    """Makes all views that rest on event_row, stored_request and outcome, which are there; `days` makes activity_day.

    Raises ToolkitError with what Spark says.
    """
    for table in declared_tables(declared):
        spark.hold(table.name, table.arrow)
    spark.define("stored_outcome", "SELECT * FROM outcome")
    spark.define("activity_day", days)
    spark.define("stored_week", (SQL / GRAINS["week"]).read_text(encoding="utf-8"), keep=True)
    for name, sql in (*request_views(declared).items(), *derived_views()):
        spark.define(name, sql)


def in_ticks(name: str) -> str:
    """A name of a column as Spark takes it, whatever signs it has."""
    return f"`{name}`"
