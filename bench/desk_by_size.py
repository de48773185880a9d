"""How long the database takes by what is entered: rows of a series and sources, from hundreds to hundreds of thousands.

Each size is an invented project in a temporary folder, read, checked and built by a process of its own, five times.
Prints a table of medians and draws docs/desk_growth.svg, which names the machine. Of a series a question then adds up
all rows, keys and all: its time and the size of its receipt. Exits with 1 if 100,000 rows take over 3 s or their
question over 0.3 s, if 25,000 sources take over 5 s, or if a row or source of the largest size takes over 1.5 times as
long as of a smaller one.

    python -m bench.desk_by_size [--draw docs/desk_growth.svg]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import machine
from bench.rows import LEAST, Row, keep
from toolkit.core.project import Project, find_project
from toolkit.database.open import build_database, open_database
from toolkit.database.query import ask

LIMITS = {("series rows", 100_000): 3.0, ("sources", 25_000): 5.0}  # seconds
ASKED = {100_000: 0.3}  # seconds of a question over so many keys
ALL = "SELECT sum(amount) AS amount_usd, list_sort(list(key)) AS keys FROM prices"
STEEPER = 1.5
READINGS = 5  # sources that state the same claim, each relying on the one before
SERIES = """\
schema: 1
id: prices
title: Invented prices
licence: invented
label: "{town}, {year}"
key: [town, year]
source: source
value: amount
unit: million USD
columns:
  - {name: town, type: text, meaning: where}
  - {name: year, type: integer, meaning: when}
  - {name: amount, type: decimal, meaning: how much}
  - {name: source, type: text, meaning: the document}
"""
SOURCE = """\
schema: 1
id: {id}
publisher: Publisher {publisher}
title: Title of {id}
published: 2026-0{month}-15
address: https://example.org/{id}
primary: {primary}
seen: in full
relies_on: [{below}]
figures:
  - id: cost
    claim: invented.c{claim}
    value: {value}
    unit: million USD
    place: page 7
"""


def source(place: int, claims: int) -> str:
    """The file of one source of many: it reads the claim that the source `claims` places before it reads."""
    below = f"s{place - claims}" if place >= claims else ""
    return SOURCE.format(
        id=f"s{place}",
        publisher=place % 100,
        month=place % 9 + 1,
        below=below,
        claim=place % claims,
        primary=str(not below).lower(),
        value=100 + place % 7,
    )


def sources(data: Path, count: int) -> None:
    """So many sources, each with a figure, and a fifth as many claims."""
    claims = max(1, count // READINGS)
    told = (f"  - {{id: invented.c{n}, statement: Cost {n}, unit: USD, entity: Nobody}}" for n in range(claims))
    (data / "claims" / "invented.yml").write_text("\n".join(["schema: 1", "claims:", *told]) + "\n")
    for place in range(count):
        (data / "sources" / f"s{place}.yml").write_text(source(place, claims))


def series(data: Path, count: int) -> None:
    """A series with so many rows, all of one source."""
    sources(data, 1)
    chance = random.Random(1)
    (data / "series" / "prices.yml").write_text(SERIES)
    rows = (f"Town {n // 20},{2000 + n % 20},{chance.randint(1, 10**9) / 1000:.3f},s0" for n in range(count))
    (data / "series" / "prices.csv").write_text("\n".join(["town,year,amount,source", *rows]) + "\n")


KINDS: dict[str, tuple[Callable[[Path, int], None], tuple[int, ...]]] = {
    "series rows": (series, (10_000, 30_000, 100_000, 300_000)),
    "sources": (sources, (1_000, 5_000, 25_000)),
}


def built(kind: str, count: int, folder: Path) -> tuple[float, float, int]:
    """(seconds from files to database, seconds of a question over all rows, bytes of its receipt)."""
    for room in ("claims", "sources", "series"):
        (folder / "data" / room).mkdir(parents=True)
    shutil.copy(find_project().data / "units.txt", folder / "data")
    KINDS[kind][0](folder / "data", count)
    os.sync()  # else the disk is busy with the files just written while they are read
    command = [sys.executable, "-m", "bench.desk_by_size", "--built", str(folder)]
    database, asked, size = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    shutil.rmtree(folder)
    return float(database), float(asked), int(size)


def build_and_ask(project: Project) -> str:
    """What `built` reads: the project's database is built, then asked once to load what questions need, and again."""
    start = time.perf_counter()
    build_database(project)
    seconds = time.perf_counter() - start
    database = open_database(project)
    if not database.rows("SELECT 1 FROM series_rows LIMIT 1"):
        return f"{seconds} 0 0"
    ask(database, "all", ALL)
    start = time.perf_counter()
    number = ask(database, "all", ALL).rows[0][0]
    return f"{seconds} {time.perf_counter() - start} {len(json.dumps(number.to_json()))}"


def measured() -> Iterator[tuple[str, int, float, float]]:
    """(kind, count, seconds of the database, of the question) of each size, printed as it is known."""
    print(
        f"Machine: {machine()}\n\n| of | count | database, s | microseconds each | question, s | receipt, bytes |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for kind, (_, counts) in KINDS.items():
            for count in counts:
                runs = [built(kind, count, Path(scratch) / "project") for _ in range(LEAST)]
                seconds, asked, size = (median(values) for values in zip(*runs, strict=True))
                over = " OVER" if seconds > LIMITS.get((kind, count), seconds) else ""
                slow = " OVER" if asked > ASKED.get(count, asked) else ""
                print(
                    f"| {kind} | {count:,} | {seconds:.2f}{over} | {seconds / count * 1e6:.0f} | "
                    + (f"{asked:.3f}{slow} | {size:,} |" if size else "| |"),
                    flush=True,
                )
                yield kind, count, seconds, asked


def draw(rows: list[tuple[str, int, float]], path: Path) -> None:
    """Time over count, on axes by powers of ten, with lines along which it grows in step."""
    import altair as alt
    import pandas

    times = pandas.DataFrame(rows, columns=["what", "count", "seconds"])
    largest = {kind: (count, seconds) for kind, count, seconds in rows}  # the last of each
    steps = [(kind, count, largest[kind][1] * count / largest[kind][0]) for kind, count, _ in rows]
    even = pandas.DataFrame(steps, columns=times.columns)
    x = alt.X(
        "count:Q",
        scale=alt.Scale(type="log"),
        title="series rows, or sources with a figure each",
        axis=alt.Axis(format="~s", values=[10**power for power in range(3, 7)]),
    )
    y = alt.Y(
        "seconds:Q",
        scale=alt.Scale(type="log"),
        title="seconds (dashed: in step)",
        axis=alt.Axis(values=[0.1, 1, 10, 100]),
    )
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=list(KINDS)))
    head = alt.TitleParams(
        "From data files to the database", subtitle=f"Medians of {LEAST} runs, nothing warm; {machine()}"
    )
    alt.layer(
        alt.Chart(even).mark_line(strokeDash=[4, 4], color="#999").encode(x=x, y=y, detail="what:N"),
        alt.Chart(times).mark_line(point=True).encode(x=x, y=y, color=colour),
    ).properties(width=420, height=260, title=head, background="white").save(str(path))


def main() -> int:
    """Measures and draws; 0 if the limits are kept and time grows in step."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--built", type=Path, help=argparse.SUPPRESS)  # a process of its own: nothing is warm
    parser.add_argument("--draw", type=Path, default=Path("docs/desk_growth.svg"))
    options = parser.parse_args()
    if options.built:
        print(build_and_ask(Project(options.built)))
        return 0
    found = list(measured())
    rows = [row[:3] for row in found]
    draw(rows, options.draw)
    told = [Row(f"{count:,} {kind}", "s", seconds, goal=LIMITS.get((kind, count))) for kind, count, seconds in rows]
    told += [
        Row(f"a question over {count:,} rows", "s", asked, goal=ASKED[count])
        for _, count, _, asked in found
        if count in ASKED
    ]
    keep("desk_by_size", machine(), told)
    kept = all(seconds <= LIMITS.get((kind, count), seconds) for kind, count, seconds in rows)
    kept &= all(asked <= ASKED.get(count, asked) for _, count, _, asked in found)
    steady = True
    for _, group in itertools.groupby(rows, key=lambda row: row[0]):
        *_, before, largest = [seconds / count for _, count, seconds in group]
        steady &= largest <= STEEPER * before
    return 0 if kept and steady else 1


if __name__ == "__main__":
    sys.exit(main())
