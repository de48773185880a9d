"""What a dataset costs by its size, `add` with its profile and the check of its file; and a long series, its check.

Run: python -m bench.datasets
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row, keep
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
MOST = {"add": 8.0, "memory": 1000.0, "check": 10.0}  # seconds, MB and seconds, for ROWS of a dataset and SERIES_ROWS


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


def of_series(folder: Path) -> list[Row]:
    """How long the check of a long series takes when it is new, and after that."""
    project = Path(shutil.copytree(SAMPLE, folder / "with_series"))
    source = next((project / "data" / "sources").glob("*.yml")).stem
    (project / "data" / "series").mkdir()
    (project / "data" / "series" / "towns.yml").write_text(SERIES)
    rows = (f"town {i // 20},{2000 + i % 20},{i * 7919 % 1000003 / 100},{source}" for i in range(SERIES_ROWS))
    (project / "data" / "series" / "towns.csv").write_text("\n".join(["town,year,amount,source", *rows, ""]))
    (first, cpu, _), (again, *_) = measured(project, "check"), measured(project, "check")
    print(f"series of {SERIES_ROWS:,} rows: check {first:.1f} s ({cpu:.1f} s of CPU), {again:.1f} s after that")
    named = f"toolkit check of a new series of {SERIES_ROWS:,} rows"
    return [Row(named, "s", first, goal=MOST["check"]), Row("the same, checked again", "s", again)]


def of_dataset(project: Path, file: Path, kind: str, rows: int) -> list[Row]:
    """What `add` of a file takes, and the check after it."""
    in_memory().execute(f"COPY ({INVENTED.format(rows=rows)}) TO {quoted(file)} (FORMAT {kind})")
    seconds, cpu, memory = measured(project, "add", str(file))
    check, *_ = measured(project, "check")
    size, named = file.stat().st_size / 1e6, f"{rows:,} rows of {file.suffix[1:]}"
    print(
        f"{named}, {size:.0f} MB: add {seconds:.1f} s ({cpu:.1f} s of CPU), {memory / 1e6:.0f} MB; check {check:.1f} s"
    )
    whole = rows == ROWS
    return [
        Row(f"toolkit add of {named}, {size:.0f} MB", "s", seconds, goal=MOST["add"] if whole else None),
        Row("its memory", "MB", memory / 1e6, goal=MOST["memory"] if whole else None),
        Row("toolkit check after it", "s", check),
    ]


def main() -> int:
    """Keeps a row for each format and size; 1 if one takes more than it may."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(shutil.copytree(SAMPLE, Path(folder) / "project"))
        for ending, kind in (("parquet", "parquet"), ("csv", "csv, header")):
            for rows in (ROWS // 10, ROWS):
                found += of_dataset(project, Path(folder) / f"{ending}_{rows}.{ending}", kind, rows)
        found += of_series(Path(folder))
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end, one run"
    keep("datasets", machine, found)
    failed = [row.name for row in found if not row.holds]
    print(f"kept: {', '.join(failed) + ' not' if failed else 'yes'}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
