"""The tables of a usage log on Spark: views over the same Parquet files, of the same SQL as in DuckDB.

Metrics need no others. What has exact times or single events stays with DuckDB.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.engine.spark import Spark
from toolkit.usage.declaration import LogDeclaration
from toolkit.usage.declared_tables import declared_tables
from toolkit.usage.log_views import REQUEST, SQL, day_query, derived_views, in_grain, outcome_query, roll_up_grain
from toolkit.usage.roll_up import GRAINS

TEXTS = ("user_id", "agent", "model")


def define_log(spark: Spark, declared: LogDeclaration, folder: Path) -> None:
    """Makes the views of the usage log in a folder, which `declared` so. Raises ToolkitError with what Spark says."""
    # Sail has no name for the type of texts that the simulator stores as numbers with a dictionary
    columns = {
        name: f"CAST(`{column}` AS STRING)" if name in TEXTS else f"`{column}`"
        for name, column in REQUEST[declared["kind"]].items()
    }
    folder = folder.absolute()  # the server's own folder is another
    files = [str(folder / "events" / name) for name in declared["files"]]
    synthetic = declared["kind"] == "synthetic"
    spark.view("stored_request", files, columns, "true" if synthetic else in_grain(*roll_up_grain(declared)))
    if synthetic:
        spark.read_any_encoding()  # the simulator writes counts so
        spark.view("outcome", [str(folder / "outcomes" / name) for name in declared["files"]])
    else:
        spark.define("outcome", outcome_query(declared["files"], "stored_request"))
    define_roll_ups(spark, declared)


def define_roll_ups(spark: Spark, declared: LogDeclaration) -> None:
    """Makes all views that rest on stored_request and outcome, which are there. Raises ToolkitError as Spark does."""
    for table in declared_tables(declared):
        spark.hold(table.name, table.arrow)
    spark.define("stored_outcome", "SELECT * FROM outcome")
    spark.define("activity_day", day_query(declared))
    spark.define("stored_week", (SQL / GRAINS["week"]).read_text(encoding="utf-8"), keep=True)
    for name, sql in derived_views():
        spark.define(name, sql)
