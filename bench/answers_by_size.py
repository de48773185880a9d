"""How long every metric takes on an opened usage log, as a table of numbers, at 1 and at 5 million developer-days.

The log is a simulated one whose roll-up is written several times over, under other names of people and teams: answers
come from the roll-up alone, so that its size decides and the events need not be made. Each metric is asked five times
and the median is shown. Exits with 1 if one takes over 0.1 s at 1 million or 0.3 s at 5 million developer-days.

    python -m bench.answers_by_size
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from bench.build_against_nbconvert import machine
from bench.rows import LEAST, Row, keep
from toolkit.analysis.elasticity import output_elasticity
from toolkit.core.project import find_project
from toolkit.database.log_rows import SQL
from toolkit.database.usage_logs import LOG_JSON, UsageLog, open_usage_log
from toolkit.engine.paths import from_parquet, quoted
from toolkit.notebook.story import open_story
from toolkit.usage.roll_up import GRAINS, roll_up_folder
from toolkit.usage.simulate.plan import make_plan
from toolkit.usage.simulate.run import simulate

LIMITS = {1_000_000: 0.1, 5_000_000: 0.3}  # developer-days, seconds
SIZE = (2_000, 26)  # developers and weeks of the usage log that is taken several times
PARAMETERS = {"weekly_active": {"target_share": 0.8}, "leaderboards": {"n_places": 20}}
DAYS = "SELECT count(*) FROM (SELECT DISTINCT user_id, day_on FROM activity_day)"


def several(usage_log: Path, times: int, target: Path) -> Path:
    """A usage log whose roll-up is that of `usage_log` so many times, each time of other people."""
    target.mkdir()
    for room in ("events", "outcomes", "truth"):
        (target / room).symlink_to(usage_log / room)
    shutil.copy(usage_log / LOG_JSON, target)
    rolled, to = roll_up_folder(usage_log), roll_up_folder(target)
    with duckdb.connect() as connection:
        for grain in GRAINS:
            (to / grain).mkdir(parents=True)
            for path in sorted((rolled / grain).glob("*.parquet")):
                names = ["user_id"] + ["team"] * (grain == "week")
                renamed = ", ".join(f"{name} || '-' || copy AS {name}" for name in names)
                connection.execute(
                    f"COPY (SELECT * EXCLUDE (copy) REPLACE ({renamed}) "
                    f"FROM {from_parquet([path])}, range({times}) AS t(copy)) TO {quoted(to / grain / path.name)} "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )
    return target


def answers(usage_log: UsageLog) -> dict[str, tuple[float, int]]:
    """Seconds and rows of each metric, by its name."""
    story = open_story("bench")
    found = {}
    for name in sorted(path.stem for path in (SQL / "metrics").glob("*.sql")):
        seconds = []
        for _ in range(LEAST):
            start = time.perf_counter()
            table = story.ask(name, of=usage_log, **PARAMETERS.get(name, {}))
            seconds.append(time.perf_counter() - start)
        found[name] = statistics.median(seconds), len(table)
    return found


def main() -> int:
    """Measures; 0 if every answer keeps its limit."""
    project = find_project()
    kept, worst = True, []
    with tempfile.TemporaryDirectory() as scratch:
        usage_log = simulate(make_plan(project, "public-board", *SIZE), Path(scratch))
        days = open_usage_log(project, usage_log).connection.execute(DAYS).fetchone()[0]
        print(f"Machine: {machine()}\n\n| developer-days | question | rows | seconds |\n| ---: | --- | ---: | ---: |")
        for wanted, limit in LIMITS.items():
            folder = several(usage_log, -(-wanted // days), Path(scratch) / f"of-{wanted}")
            start = time.perf_counter()
            opened = open_usage_log(project, folder)
            opening = time.perf_counter() - start
            size = opened.connection.execute(DAYS).fetchone()[0]
            print(f"| {size:,} | opening the usage log, its roll-up made | | {opening:.3f} |")
            found = answers(opened)
            slowest = max(found, key=lambda name: found[name][0])
            worst.append(Row(f"the slowest, {slowest}, of {size:,} developer-days", "s", found[slowest][0], goal=limit))
            for name, (seconds, rows) in found.items():
                kept &= seconds <= limit
                print(f"| {size:,} | {name} | {rows:,} | {seconds:.3f}{'' if seconds <= limit else ' OVER'} |")
            start = time.perf_counter()
            output_elasticity(opened)
            print(f"| {size:,} | elasticity with its interval, 1,000 draws | | {time.perf_counter() - start:.3f} |")
    keep("answers_by_size", machine(), worst)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
