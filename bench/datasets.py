"""What a dataset costs by its size, `add` with its profile and the check of its file; and a long series, its check.

Run: python -m bench.datasets
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolkit.engine.connect import in_memory
from toolkit.engine.paths import quoted

ROWS = 5_000_000
SAMPLE = Path(__file__).parents[1] / "tests" / "sample"
INVENTED = """
SELECT i AS inspection, 'Place ' || (i * 7919 % 4001) AS place, (ARRAY['Bonn', 'Köln', 'Ulm'])[1 + i % 3] AS town,
    DATE '2015-01-01' + CAST(i % 4000 AS INTEGER) AS day, i * 31 % 100 AS score, (i * 37 % 100000) / 100.0 AS fee,
    CASE WHEN i % 11 > 0 THEN i * 13 % 1000 END AS minutes, i % 2 = 0 AS closed
FROM range({rows}) AS t(i)"""
SERIES_ROWS = 500_000
SERIES = """\
schema: 1
id: towns
title: Towns
licence: invented
label: "{town} in {year}"
key: [town, year]
source: source
value: amount
unit: cup
columns:
  - {name: town, type: text, meaning: the town}
  - {name: year, type: integer, meaning: the year}
  - {name: amount, type: decimal, unit: cup, meaning: cups}
  - {name: source, type: text, meaning: the source}
"""
KEPT = {"check": 10.0, "seconds": 8.0, "memory": 1_000_000_000}  # at most, for 5 million rows of Parquet


def measured(project: Path, *arguments: str) -> tuple[float, float, float]:
    """Seconds, those of CPU, and the most bytes of memory of a `toolkit` command in a process of its own."""
    code = (
        "import resource, sys; from toolkit.main import main; status = main(sys.argv[1:]);"
        "used = resource.getrusage(resource.RUSAGE_SELF);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file=sys.stderr); sys.exit(status)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, "--project", str(project), *arguments], capture_output=True, text=True, check=True
    )
    cpu, memory = done.stderr.split()[-2:]
    return time.perf_counter() - start, float(cpu), float(memory)


def series(folder: Path) -> float:
    """Prints how long the check of a long series takes when it is new, and after that; returns the first."""
    project = Path(shutil.copytree(SAMPLE, folder / "with_series"))
    source = next((project / "data" / "sources").glob("*.yml")).stem
    (project / "data" / "series").mkdir()
    (project / "data" / "series" / "towns.yml").write_text(SERIES)
    rows = (f"town {i // 20},{2000 + i % 20},{i * 7919 % 1000003 / 100},{source}" for i in range(SERIES_ROWS))
    (project / "data" / "series" / "towns.csv").write_text("\n".join(["town,year,amount,source", *rows, ""]))
    (first, cpu, _), (again, *_) = measured(project, "check"), measured(project, "check")
    print(
        f"series   {SERIES_ROWS:>9,} rows: check {first:5.1f} s ({cpu:.1f} s of CPU) when they are new, "
        f"{again:4.1f} s after that"
    )
    return first


def main() -> int:
    """Prints a line for each format and size; 1 if Parquet of 5 million rows takes more than it may."""
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(SAMPLE, Path(folder) / "project"))
        for ending, kind in (("parquet", "parquet"), ("csv", "csv, header")):
            for rows in (ROWS // 10, ROWS):
                file = Path(folder) / f"{ending}_{rows}.{ending}"
                in_memory().execute(f"COPY ({INVENTED.format(rows=rows)}) TO {quoted(file)} (FORMAT {kind})")
                seconds, cpu, memory = measured(project, "add", str(file))
                check, *_ = measured(project, "check")
                print(
                    f"{ending:8} {rows:>9,} rows, {file.stat().st_size / 1e6:4.0f} MB: add {seconds:5.1f} s "
                    f"({cpu:4.1f} s of CPU) and {memory / 1e6:4.0f} MB of memory; check {check:4.1f} s",
                    flush=True,
                )
                if (ending, rows) == ("parquet", ROWS):
                    slow = seconds > KEPT["seconds"] or memory > KEPT["memory"]
        slow = series(Path(folder)) > KEPT["check"] or slow
    print(
        f"kept: {'no' if slow else 'yes'}; add in {KEPT['seconds']} s and 1 GB, check of a series in {KEPT['check']} s"
    )
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
