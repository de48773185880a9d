"""How time, memory and disk grow with the events of a feed, from 1 to 1,000 million: simulating, rolling up, answering.

Each size is simulated by the command in a process of its own, then opened by another, which builds the roll-up and asks
every metric. Prints a table and draws docs/growth.svg, which names the machine. Minutes, and 11 GB of disk at the
largest size; each feed is removed before the next. Exits with 1 if a million events take more than 1.5 times the work
of processors at the largest size that they take at a tenth of it, if a process needs more than 2 GB, or an event more
than 16 bytes.

    python -m bench.growth [--largest 1000] [--folder DIR] [--draw docs/growth.svg]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.answers_by_size import answers
from bench.build_against_nbconvert import Memory, machine
from toolkit.core.project import find_project
from toolkit.database.usage_logs import open_usage_log

SCENARIO, WEEKS = "public-board", 26
SIZES = {1: 70, 10: 700, 100: 7_000, 1_000: 70_000}  # million events, about: developers
BYTES, MEMORY, STEEPER = 16, 2e9, 1.5


def opened(folder: Path) -> dict:
    """Seconds by the clock and of processors that the roll-up takes, and the slowest metric after it."""
    start, worked = time.perf_counter(), time.process_time()
    usage_log = open_usage_log(find_project(), folder)
    found = {"rolled": time.perf_counter() - start, "rolled_work": time.process_time() - worked}
    name, (seconds, _) = max(answers(usage_log).items(), key=lambda known: known[1][0])
    return {**found, "slowest": seconds, "metric": name}


def measured(command: list[str]) -> tuple[float, float, int, str]:
    """Seconds by the clock and of processors, peak memory of it and its children in bytes, and what it printed."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    memory = Memory(process.pid)
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    peak = memory.stop()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, work, peak, printed


def one(developers: int, folder: Path) -> dict:
    """The measurements at one size."""
    size = ["--developers", str(developers), "--weeks", str(WEEKS)]
    command = [sys.executable, "-m", "toolkit", "simulate", SCENARIO, *size, "--out", str(folder)]
    seconds, work, peak, _ = measured(command)
    usage_log = next(folder.glob("synthetic-*"))
    declared = json.loads((usage_log / "feed.json").read_text())
    stored = sum(path.stat().st_size for path in (usage_log / "events").iterdir())
    _, _, opening_peak, printed = measured([sys.executable, "-m", "bench.growth", "--opened", str(usage_log)])
    shutil.rmtree(folder)
    return {
        "events": declared["events"],
        "bytes": stored,
        "simulate": seconds,
        "simulate_work": work,
        "simulate_peak": peak,
        "open_peak": opening_peak,
        **json.loads(printed),
    }


HEAD = (
    "| events | simulating, s | processor s | million a second | bytes an event | peak MB | roll-up, s "
    "| processor s | peak MB | slowest metric after it, s |\n" + "| ---: " * 10 + "|"
)


def shown(row: dict) -> str:
    """One size as a row of a table in Markdown."""
    events = row["events"]
    return (
        f"| {events:,} | {row['simulate']:.1f} | {row['simulate_work']:.1f} "
        f"| {events / row['simulate'] / 1e6:.1f} | {row['bytes'] / events:.1f} "
        f"| {row['simulate_peak'] / 1e6:.0f} | {row['rolled']:.1f} | {row['rolled_work']:.1f} "
        f"| {row['open_peak'] / 1e6:.0f} | {row['slowest']:.3f} ({row['metric']}) |"
    )


def draw(rows: list[dict], path: Path) -> None:
    """Time and memory over events, on axes by powers of ten, with a line along which time grows in step."""
    import altair as alt
    import pandas

    names = {"simulate_work": "simulating", "rolled_work": "roll-up, once", "slowest": "slowest metric after it"}
    times = pandas.DataFrame(
        [{"events": row["events"], "seconds": row[key], "what": name} for row in rows for key, name in names.items()]
    )
    last = rows[-1]
    even = pandas.DataFrame(
        [{"events": row["events"], "seconds": last["simulate_work"] * row["events"] / last["events"]} for row in rows]
    )
    peaks = pandas.DataFrame(
        [
            {"events": row["events"], "GB": row[key] / 1e9, "what": name}
            for row in rows
            for key, name in (("simulate_peak", "simulating"), ("open_peak", "roll-up, once"))
        ]
    )
    x = alt.X(
        "events:Q",
        scale=alt.Scale(type="log"),
        title="events",
        axis=alt.Axis(format="~s", values=[10**power for power in range(6, 10)]),
    )
    colour = alt.Color("what:N", title=None, scale=alt.Scale(domain=list(names.values())))
    left = alt.layer(
        alt.Chart(even).mark_line(strokeDash=[4, 4], color="#999").encode(x=x, y="seconds:Q"),
        alt.Chart(times)
        .mark_line(point=True)
        .encode(
            x=x,
            color=colour,
            y=alt.Y(
                "seconds:Q",
                scale=alt.Scale(type="log"),
                title="seconds of processors (dashed: in step)",
                axis=alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1000]),
            ),
        ),
    ).properties(width=320, height=260, title="Time")
    right = (
        alt.Chart(peaks)
        .mark_line(point=True)
        .encode(x=x, color=colour, y=alt.Y("GB:Q", scale=alt.Scale(domain=[0, 2]), title="peak memory, GB"))
        .properties(width=240, height=260, title="Memory")
    )
    said = f"One run each; a metric by the clock; {machine()}"
    head = alt.TitleParams("From a million to a billion simulated events", subtitle=said)
    (left | right).properties(title=head, background="white").save(str(path))


def main() -> int:
    """Measures and draws; 0 if time grows in step and the limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--largest", type=int, default=1_000, choices=list(SIZES), help="million events")
    parser.add_argument("--folder", type=Path, help="where feeds are made (default: the system's temporary folder)")
    parser.add_argument("--opened", type=Path, help=argparse.SUPPRESS)  # a process of its own: its memory is measured
    parser.add_argument("--draw", type=Path, default=Path("docs/growth.svg"))
    options = parser.parse_args()
    if options.opened:
        print(json.dumps(opened(options.opened)))
        return 0
    print(f"Machine: {machine()}; scenario {SCENARIO}, {WEEKS} weeks\n\n{HEAD}", flush=True)
    rows = []
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        for people in [people for size, people in SIZES.items() if size <= options.largest]:
            rows.append(one(people, Path(scratch) / "feed"))
            print(shown(rows[-1]), flush=True)
    draw(rows, options.draw)
    each = [row["simulate_work"] / row["events"] for row in rows]
    steady = len(each) < 2 or each[-1] <= STEEPER * each[-2]
    small = all(max(row["simulate_peak"], row["open_peak"]) <= MEMORY for row in rows)
    return 0 if steady and small and all(row["bytes"] <= BYTES * row["events"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
