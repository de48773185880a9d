"""Datasets of 5 million rows: what `story.sql` adds to DuckDB's own query, and how much memory it takes.

python -m bench.dataset_answers
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import machine
from bench.rows import Row, in_turn, keep
from toolkit import open_story
from toolkit.core.project import Project, replace_file
from toolkit.datasets.file_hash import sha256_of
from toolkit.engine.connect import in_memory
from toolkit.engine.paths import from_parquet

ROWS = 5_000_000
MOST_ADDED = 0.1  # seconds
MOST_MEMORY = 1_000_000_000  # bytes of a process that asks, all of Python's own with them
MADE = f"""
SELECT i AS id, 'B' || i % 5 AS borough, CAST(hash(i) % 100 AS BIGINT) AS score, 2010 + i % 15 AS year,
    CAST(hash(i + 7) % 10000 AS DOUBLE) / 100 AS fee
FROM range({ROWS}) AS rows(i)
"""
DECLARED = """\
schema: 1
id: inspections
title: Inspections (generated)
source: null
retrieved: 2026-04-15
file: inspections.parquet
sha256: {sha256}
rows: {rows}
read: {{format: parquet}}
columns:
  - {{name: id, printed: id, type: integer}}
  - {{name: borough, printed: borough, type: text}}
  - {{name: score, printed: score, type: integer, unit: point}}
  - {{name: year, printed: year, type: integer}}
  - {{name: fee, printed: fee, type: decimal, unit: USD}}
"""
QUERIES = (
    "SELECT borough, avg(score) AS mean_score, count(*) AS n FROM inspections GROUP BY borough ORDER BY borough",
    "SELECT borough, year, sum(fee) AS fees, median(score) AS middle FROM inspections GROUP BY ALL ORDER BY ALL",
    "SELECT count(*) AS n, max(fee) AS most FROM inspections WHERE year > 2015 AND score > 50",
)


def project_of(root: Path) -> tuple[Project, Path]:
    """A project with the dataset, and its Parquet file."""
    file = root / "data" / "datasets" / "inspections.parquet"
    file.parent.mkdir(parents=True)
    (root / "pyproject.toml").write_text("[tool.toolkit]\n")
    (root / "data" / "units.txt").write_text("USD = [currency]\npoint = [point] = _ = points\n")
    with in_memory() as connection:
        connection.execute(f"COPY ({MADE}) TO '{file}'")
    replace_file(file.with_suffix(".yml"), DECLARED.format(sha256=sha256_of(file), rows=ROWS).encode())
    return Project(root), file


def seconds_of(run: Callable[[], object]) -> float:
    """The time of a run, in seconds."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def memory(root: Path, sql: str) -> tuple[float, float]:
    """The most bytes of memory, and the seconds of CPU, of a process of its own that opens a story and asks a query."""
    code = (
        "import resource, sys; from pathlib import Path; from toolkit import open_story;"
        "from toolkit.core.project import Project; [*open_story('bench', Project(Path(sys.argv[1]))).sql(sys.argv[2])];"
        "used = resource.getrusage(resource.RUSAGE_SELF);"
        "print(used.ru_maxrss * 1024, used.ru_utime + used.ru_stime)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root), sql], capture_output=True, text=True, check=True)
    most, seconds = done.stdout.split()
    return float(most), float(seconds)


def main() -> int:
    """Prints each query's time in DuckDB and in `story.sql`, and its memory; returns 1 if it is too much."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        project, file = project_of(Path(os.path.realpath(folder)))
        story, own, worst, largest = open_story("bench", project), in_memory(), 0.0, 0.0
        rows: list[Row] = []
        own.execute(f"CREATE VIEW inspections AS SELECT * FROM {from_parquet([file])}")
        for sql in QUERIES:
            found = in_turn(
                {
                    "DuckDB": lambda sql=sql: seconds_of(lambda: own.execute(sql).fetchall()),
                    "story.sql": lambda sql=sql: seconds_of(lambda: [*story.sql(sql).rows]),
                }
            )
            alone, told = median(found["DuckDB"]), median(found["story.sql"])
            rows.append(Row(f"{sql[:40]}…", "s", told, alone, "DuckDB alone on all cores"))
            worst = max(worst, told - alone)
            most, cpu = memory(project.root, sql)
            largest = max(largest, most)
            print(
                f"{alone:6.3f} s DuckDB on all cores, {told:6.3f} s story.sql with all numbers; alone in a process "
                f"{most / 1e6:4.0f} MB and {cpu:5.2f} s of CPU: {sql[:60]}…",
                flush=True,
            )
    rows.append(Row("most memory of a process that asks one", "MB", largest / 1e6, goal=MOST_MEMORY / 1e6))
    keep("dataset_answers", machine(), rows)
    print(
        f"at most {worst:.3f} s added, {MOST_ADDED} allowed; {largest / 1e6:.0f} MB of memory, "
        f"{MOST_MEMORY / 1e6:.0f} allowed"
    )
    return 0 if worst <= MOST_ADDED and largest <= MOST_MEMORY else 1


if __name__ == "__main__":
    raise SystemExit(main())
