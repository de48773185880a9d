"""The same five usage metrics over the same files: on the desk's roll-up and its views, in pandas, and in polars.

All read the columns they need from the events' Parquet files and group them by person and week. The desk's own way is
another: it makes a roll-up of all columns by day once, when a log is first opened, and answers from that ever after.
Medians of five rounds, another one first in each; without polars, which is no dependency, that is said and kept.
Exits with 1 if the answers differ, if DuckDB is slower than pandas, or if the opened desk takes over 0.3 s a metric.

    python -m bench.metrics_against_pandas [--developers N] [--weeks N]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import TypeVar

import pandas

from bench.build_against_nbconvert import machine
from bench.rows import LEAST, Row, in_turn, keep
from toolkit.core.project import find_project
from toolkit.database.usage_logs import UsageLog, metric_sql, open_usage_log
from toolkit.engine.connect import Connection, in_memory
from toolkit.usage.log_views import derived_views, make_event_views, make_outcome_view
from toolkit.usage.roll_up import roll_up_folder
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

USER, TIME = "user_id", "time_utc"
TOKENS = (  # all types, as the files hold them: input is uncached, read from a cache and written to it
    "usage.uncached_input_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.output_tokens",
)
METRICS = ("weekly_active", "concentration", "top_tenth_multiples", "lorenz", "adoption_intensity")
PARAMETERS = {"weekly_active": {"target_share": 0.8}}
T = TypeVar("T")


def straight(usage_log: UsageLog, folder: Path) -> dict[str, list]:
    """The metrics from the events, without the roll-up, on all processors: the same work as the others do."""
    connection, declared = in_memory(), usage_log.declared
    make_event_views(connection, declared, folder, declared["files"])
    make_outcome_view(connection, declared, folder, declared["files"], "outcome")
    connection.execute(f"""CREATE OR REPLACE TABLE rolled_week AS
        WITH used AS (
            SELECT user_id, CAST(date_trunc('week', time_utc) AS DATE) AS week_start_on,
                CAST(sum({" + ".join(f'"{name}"' for name in TOKENS)}) AS BIGINT) AS tokens
            FROM stored_event GROUP BY ALL)
        SELECT outcome.user_id, outcome.week_start_on, team, merged_prs, review_hours,
            CASE WHEN tokens IS NOT NULL THEN 1 END AS requests, tokens, 0 AS uncached_tokens, 0 AS cost_nanousd
        FROM outcome LEFT JOIN used USING (user_id, week_start_on)""")
    for name, sql in derived_views():
        if name in ("developer_week", "developer"):
            connection.execute(f"CREATE TABLE {name} AS {sql}")
    return on_desk(connection)


def on_desk(connection: Connection) -> dict[str, list]:
    """The metrics as the desk answers them, as plain rows."""
    return {name: connection.execute(metric_sql(name), PARAMETERS.get(name, {})).fetchall() for name in METRICS}


def in_pandas(folder: Path) -> dict[str, float]:
    """Active share, Gini, top tenth, its multiple of the median, the Lorenz curve's middle, tokens of the active."""
    parts = []
    for path in sorted((folder / "events").iterdir()):
        frame = pandas.read_parquet(path, columns=[USER, TIME, *TOKENS])
        frame["tokens"] = frame[list(TOKENS)].astype("int64").sum(axis="columns")
        frame["day"] = frame[TIME].dt.floor("D")
        parts.append(frame.groupby([USER, "day"], observed=True)["tokens"].sum().reset_index())
    days = pandas.concat(parts, ignore_index=True)
    people = pandas.read_parquet(folder / "outcomes", columns=[USER, "week_start_on"])
    days["week"] = days["day"].dt.to_period("W-SUN").dt.start_time
    week = days.groupby(["week", days[USER].astype(str)])["tokens"].sum()
    whole = week.groupby(level=1).sum().reindex(people[USER].unique(), fill_value=0).sort_values().to_numpy()
    return _answers(whole, week.groupby(level=0).size().to_numpy() / people[USER].nunique(), float(week.mean()))


def in_polars(folder: Path, polars: ModuleType) -> dict[str, float]:
    """The same, lazily and streaming."""
    col = polars.col
    week = (
        polars.scan_parquet(folder / "events" / "*.parquet")
        .select(
            col(USER).cast(polars.String),
            week=col(TIME).dt.truncate("1w"),
            tokens=polars.sum_horizontal(col(name).cast(polars.Int64) for name in TOKENS),
        )
        .group_by(USER, "week")
        .agg(col("tokens").sum())
        .collect(engine="streaming")
    )
    people = polars.scan_parquet(folder / "outcomes" / "*.parquet").select(USER).unique().collect()
    whole = (
        people.join(week.group_by(USER).agg(col("tokens").sum()), on=USER, how="left")
        .fill_null(0)["tokens"]
        .sort()
        .to_numpy()
    )
    active = week.group_by("week").len().sort("week")["len"].to_numpy() / len(people)
    return _answers(whole, active, week["tokens"].mean())


def _answers(whole, active, mean: float) -> dict[str, float]:
    count, total = len(whole), whole.sum()
    ranked = 2 * float((whole.astype(float) * list(range(1, count + 1))).sum())
    top = whole[count - -(-count // 10) :]
    return {
        "active": float(active.mean()),
        "gini": ranked / (count * float(total)) - (count + 1) / count,
        "top_tenth": float(top.sum() / total),
        "multiple": float(top.mean() / pandas.Series(whole).median()),
        "half": float(whole[: count // 2].sum() / total),
        "mean_active": mean,
    }


def of_desk(rows: dict[str, list]) -> dict[str, float]:
    """The desk's rows as the same answers, to see that all compute the same."""
    tokens = next(row for row in rows["concentration"] if row[0] == "tokens")
    weeks = [(row[1], row[2]) for row in rows["adoption_intensity"]]
    mean = sum(share * value for share, value in weeks) / sum(share for share, _ in weeks)
    return {
        "active": sum(row[3] for row in rows["weekly_active"]) / len(rows["weekly_active"]),
        "gini": tokens[2],
        "top_tenth": tokens[4],
        "multiple": rows["top_tenth_multiples"][0][0],
        "half": tokens[5],
        "mean_active": mean,
    }


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> int:
    """Measures; 0 if all agree and the limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--developers", type=int, default=7_000)
    parser.add_argument("--weeks", type=int, default=26)
    options = parser.parse_args()
    project = find_project()
    with tempfile.TemporaryDirectory() as scratch:
        folder = simulate(make_plan(project, "public-board", options.developers, options.weeks), Path(scratch))
        runs: dict[str, Callable[[], tuple]] = {"pandas": lambda: timed(lambda: in_pandas(folder))}
        left_out = []
        try:
            import polars

            runs["polars"] = lambda: timed(lambda: in_polars(folder, polars))
        except ImportError:
            left_out.append("polars, which is not installed here (`pip install polars`)")
            print(f"Left out: {left_out[0]}\n")
        shutil.rmtree(roll_up_folder(folder), ignore_errors=True)
        first, usage_log = timed(lambda: open_usage_log(project, folder))
        on_desk(usage_log.connection)
        asked = [timed(lambda: on_desk(usage_log.connection)) for _ in range(LEAST)]
        again, rows = median(seconds for seconds, _ in asked), asked[0][1]
        runs["DuckDB"] = lambda: timed(lambda: straight(usage_log, folder))
        found = in_turn(runs)
    others = {name: (median(seconds for seconds, _ in each), each[0][1]) for name, each in found.items()}
    others["DuckDB"] = (others["DuckDB"][0], of_desk(others["DuckDB"][1]))
    size = f"{usage_log.declared['events']:,} events, {options.developers:,} developers, {options.weeks} weeks"
    print(f"Machine: {machine()}; {size}\n")
    print("| what ran | seconds |\n| --- | ---: |")
    for name, (seconds, _) in others.items():
        print(f"| {name}, five metrics from the events | {seconds:.2f} |")
    print(f"| desk, first opening with its roll-up of all columns | {first:.2f} |")
    print(f"| desk, five metrics once the usage log is open | {again:.3f} |")
    ours, size = others["DuckDB"][0], f"{usage_log.declared['events'] / 1e6:.0f} million events"
    peers = [
        Row(f"five metrics from {size}", "s", ours, seconds, name, goal=1.0 if name == "pandas" else None)
        for name, (seconds, _) in others.items()
        if name != "DuckDB"
    ]
    opened = Row("the same metrics of the opened log", "s", again, goal=0.3 * len(METRICS))
    keep("metrics_against_pandas", machine(), [*peers, opened], left_out)
    agree = all(
        abs(answers[key] - value) <= 1e-9 * abs(value)
        for _, answers in others.values()
        for key, value in of_desk(rows).items()
    )
    print(f"\nAll give the same answers to nine digits: {'yes' if agree else 'NO'}.")
    return 0 if agree and all(row.holds for row in (*peers, opened)) else 1


if __name__ == "__main__":
    sys.exit(main())
