"""All benches one after the other, and docs/benchmarks.md of what they found; 1 if one of them failed a limit.

python -m bench [--page] [bench ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from bench.rows import KEPT, ROOT, Row
from toolkit.charts import standalone
from toolkit.charts.drawing import Cell, Drawing

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = PAGE.with_suffix(".svg")
BENCHES = {
    "build_against_nbconvert": "A build from empty",
    "changes": "A build after a small change, and the start of commands",
    "previews": "A preview after a save",
    "simulate_against_others": "The simulator",
    "metrics_against_pandas": "Metrics of a usage log, from its events",
    "answers_by_size": "Metrics of an opened usage log, by size",
    "large_logs": "A usage log of a billion events, with 4 GB",
    "cluster_logs": "Usage logs made and counted by a cluster",
    "spark_by_size": "From what size of a log on Spark pays",
    "dataset_answers": "Answers of datasets",
    "desk_by_size": "The database, by what is entered",
    "editions_by_size": "Editions and pages, by size",
    "large_edition": "An edition of a thousand stories and a hundred thousand sources",
    "datasets": "Datasets brought in",
    "ingest_against_ccusage": "Usage logs read",
    "ingest_by_size": "Usage logs read and read on, by size",
    "lighthouse": "Pages on a phone",
}
# what the page says of a bench beside its rows
NOTES = {
    "ingest_against_ccusage": """\
Where the count of ccusage itself is not that of the documentation of the formats, by its source (commit 5816e640e882,
20.0.11) and its threads (ccusage/ccusage). The tree of this bench has none of these cases, so that both totals are to
agree on it:

- a line of Claude Code whose request id, answer id or session is an empty text, or whose version does not begin as
  1.2.3 does, is left out, with its tokens (source); the toolkit counts it;
- of a gateway that gives all its answers one id, and no request id, one answer is left (#1635); the toolkit does so
  too, and says how many answers had no request id;
- to version 18 the first of the lines of an answer counted, whose output is not the last (#797, #888), and every line
  of an answer without a request id, 2.3 times the tokens in the example given (#976, mended by #985);
- of Codex, which this bench does not read, a line that repeats the counter counts again (#1288), and so do a parent's
  counts in the files of its forks (#897, #1349, #1370); the toolkit takes the step to the counter that a line goes on
  from.
""",
    "ingest_by_size": """\
New transcripts are spread over all days of the tree, so that each week of the log gets a file, or are those of the days
after, as of a source that hands over what came since. Adding 1 % takes a start, which is the same for every log, and
what grows with it. Half of the start is to load Python, DuckDB, numpy and Arrow. Of a small log it is most of the time,
so that 1 % new takes far more than 1 % of the whole; what grows with the log is held against what the whole grows by,
from the smallest tree to the largest.
""",
}
# are run where they are named: they take 5 or 12 GB of disk, or many minutes
LONG = ("large_logs", "cluster_logs", "spark_by_size", "editions_by_size", "large_edition", "ingest_by_size")
HEAD = """\
# Benchmarks

Made by `make bench`. Each value is a median; ours and the peer ran in turn in one run, another one first in each round.
A ratio is ours over the peer's: under 1 is faster, or smaller. A floor is what the machine would need at the least.
Times are of one machine and one day, which each part names; ratios travel better than seconds. A + after a commit: with
changes that it does not hold.
"""
CHART = "![Ours over the peer's, by what was measured](benchmarks.svg)\n"


def found_by(bench: str) -> dict | None:
    """What a bench kept in its last run, here or on another machine; None if it has never run."""
    path = KEPT / f"{bench}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def section(bench: str, title: str) -> str:
    """A bench's part of the page: its machine, its rows, and which peers were left out."""
    found = found_by(bench)
    note = f"\n{NOTES[bench]}" if bench in NOTES else ""
    if found is None:
        return f"## {title}\n\nNot measured for this page: `python -m bench.{bench}` prints its own table.\n{note}"
    measured = f"{found['date']}, commit {found['commit']}; {found['machine']}"
    lines = [f"## {title}", "", f"`python -m bench.{bench}`; {measured}.", ""]
    lines += [f"![{title}]({path.name})\n" for path in sorted(PAGE.parent.glob(f"{bench}*.svg"))]
    lines += [
        "| what | ours | peer | ratio | floor | goal |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        *(in_cells(Row(**row)) for row in found["rows"]),
    ]
    lines += ["", *(f"Left out: {reason}." for reason in found["left_out"])] if found["left_out"] else []
    return "\n".join(lines) + f"\n{note}"


def in_cells(row: Row) -> str:
    """A row of the page's table."""
    peer = "none" if row.peer is None else f"{row.peer:.3g} {row.unit}, {row.peer_is}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    floor = "" if row.floor is None else f"{row.floor:.3g} {row.unit}, {row.floor_is}"
    limit = f"{row.goal:g}" + ("" if row.ratio else f" {row.unit}") if row.goal else ""
    goal = f"{limit}, {'kept' if row.holds else 'not kept'}" if limit else ""
    return f"| {row.name} | {row.ours:.3g} {row.unit} | {peer} | {ratio} | {floor} | {goal} |"


def picture(rows: list[Row]) -> str:
    """The ratios as a chart in one of the toolkit's own forms."""
    cells = tuple(
        {
            "what": row.name,
            "ratio": Cell(row.ratio, row.ratio, f"{row.ratio:.2f} times", "measured", "times", f"{row.ratio:.2f}"),
            "peer": row.peer_is,
        }
        for row in rows
        if row.ratio is not None
    )
    return standalone(
        Drawing(
            id="benchmarks",
            form="bars",
            rows=cells,
            encodings={"value": "ratio", "label": "what", "detail": "peer"},
            kind="measured",
            title="Ours over the peer’s: under 1 is faster",
            subtitle="Ratio of medians, both in one run",
            source="bench/, one machine",
            alt="A bar for each comparison on the page: what part of the peer’s time ours takes.",
        )
    )


def write_page() -> None:
    """Writes docs/benchmarks.md and its chart."""
    rows = [Row(**row) for bench in BENCHES for row in (found_by(bench) or {"rows": []})["rows"]]
    compared = any(row.ratio is not None for row in rows)
    if compared:
        PICTURE.write_text(picture(rows), encoding="utf-8")
    parts = [HEAD, *[CHART] * compared, *(section(bench, title) for bench, title in BENCHES.items())]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def main() -> int:
    """Runs the benches that are named, else all but those of LONG; 0 if each kept its limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"default: all but {', '.join(LONG)}")
    parser.add_argument("--page", action="store_true", help="run none: write the page of what was found before")
    options = parser.parse_args()
    failed = []
    for bench in [] if options.page else options.benches or [name for name in BENCHES if name not in LONG]:
        print(f"\n{BENCHES[bench]}: python -m bench.{bench}\n", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{bench}"], cwd=ROOT, check=False).returncode:
            failed.append(bench)
    write_page()
    print(f"\ndocs/benchmarks.md is written; failed or over a limit: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
