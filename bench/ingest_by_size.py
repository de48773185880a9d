"""What reading Claude Code transcripts takes by their size, and reading on when a few of them are new.

Each tree is read whole; then its log is given the tree again, alone, beside one short new transcript, and beside new
transcripts of 1, 2 and 4 % of its size. Their sessions are spread over all days of the tree, which touches every week
of the log; of 1 % they are also those of the days after, as of a source that hands over what came since. Each is a
process of its own, and starts from the log of the whole reading. Times are of processors, and medians. What adding 1 %
takes has two parts: a start, which is the same for every log, and what grows with the log; a line through the smallest
and the largest tree tells them apart.

Exits with 1 if a tree takes over 1 GB of memory, or the largest more than the smallest by over 1.15 times as much as it
has more bytes, or if what 1 % new takes, of either kind, grows by over 1.5 % of what the whole does, or each further
1 % takes more.

The largest tree takes 5 GB of disk, with what is read from it.

    python -m bench.ingest_by_size [--megabytes 700 1400 4000] [--rounds 5] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import machine
from bench.claude_code_tree import DAYS, START, write_tree
from bench.ingest_against_ccusage import Run, project_in, toolkit
from bench.rows import LEAST, Row, in_turn, keep

SIZES = (700, 1_400, 4_000)  # megabytes
NEW = (1, 2, 4)  # percent of a tree's size that are new
ADDED = {"1": "1 % new", "after": "1 % new, of the days after"}  # those whose growth with the log has a limit
SHORT = 0.01  # megabytes of a short transcript
MEMORY = 1_000  # MB
SHARE = 1.5  # percent of the whole reading that a hundredth of its size may take, beside the start: about one
STEEPER = 1.15  # times as much as in step with the size


def of_size(megabytes: float, rounds: int, scratch: Path | None) -> dict[str, list[Run]]:
    """What a tree of this size takes, whole, then with nothing new, a short transcript, so many percent of them.

    `after` is 1 % again, of the days after those of the tree.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as temporary:
        place = Path(temporary)
        sizes = {"short": SHORT, **{str(percent): megabytes * percent / 100 for percent in NEW}}
        write_tree(place / "tree", megabytes)
        for name, size in sizes.items():
            write_tree(place / f"new-{name}", size, seed=2)
        start, days = START + timedelta(days=DAYS), DAYS / 100
        write_tree(place / "new-after", sizes["1"], seed=2, start=start, days=days)
        project, kept = place / "project", place / "kept"

        def whole() -> Run:
            run = toolkit(place, project_in(place), place / "tree")
            if not kept.exists():  # it goes first in the first round
                project.rename(kept)
            return run

        def again(*new: Path) -> Run:
            shutil.rmtree(project, ignore_errors=True)
            shutil.copytree(kept, project)
            return toolkit(place, project, place / "tree", *new)

        runs = {name: partial(again, place / f"new-{name}") for name in (*sizes, "after")}
        return in_turn({"whole": whole, "nothing": again, **runs}, rounds)


def rows_of(found: dict[float, dict[str, list[Run]]]) -> list[Row]:
    """The rows of the page: what each size takes, then how many times as much the largest takes as the smallest."""
    rows = list[Row]()
    for size, runs in found.items():
        spent, goal, said = _seconds(runs), SHARE if size == max(found) else None, f"{size:,g} MB"
        further = (spent["4"] - spent["1"]) / 3 / spent["whole"]
        rows += [
            Row(f"{said}, whole", "s", spent["whole"]),
            Row(f"{said}, whole: memory", "MB", max(run.peak for run in runs["whole"]) / 1000, goal=MEMORY),
            Row(f"{said} again, nothing new", "s", spent["nothing"]),
            Row(f"{said} again, one short file new", "s", spent["short"]),
            *(Row(f"{said} again, {percent} % new", "s", spent[f"{percent}"]) for percent in NEW),
            Row(f"{said} again, {ADDED['after']}", "s", spent["after"]),
            *(
                Row(
                    f"{said} again, {words}: share of the whole, with the start", "%", 100 * spent[key] / spent["whole"]
                )
                for key, words in ADDED.items()
            ),
            Row(f"{said} again, each further 1 %: share of the whole", "%", 100 * further, goal=goal),
        ]
    return rows + _growth(found)


def _growth(found: dict[float, dict[str, list[Run]]]) -> list[Row]:
    """How much more the largest tree takes than the smallest, and what is left of adding to a log without any size."""
    smallest, largest = min(found), max(found)
    times, before, after = largest / smallest, _seconds(found[smallest]), _seconds(found[largest])
    grown = {name: after[name] - before[name] for name in after}
    share = {name: seconds / grown["whole"] if grown["whole"] else 0.0 for name, seconds in grown.items()}
    said = f"from {smallest:,g} to {largest:,g} MB"
    return [
        *(
            Row(f"at {times:.3g} times the size: {name}", "times", after[key] / before[key], goal=round(limit, 1))
            for key, name, limit in (("whole", "whole", times * STEEPER), ("nothing", "again, nothing new", times))
        ),
        *(
            Row(f"{said}, growth of {words}: share of that of the whole", "%", 100 * share[key], goal=SHARE)
            for key, words in ADDED.items()
        ),
        Row(f"{said}, growth of one short file new: share of that of the whole", "%", 100 * share["short"]),
        *(
            Row(f"start of {words}: what is left at no size", "s", before[key] - share[key] * before["whole"])
            for key, words in ADDED.items()
        ),
    ]


def _seconds(runs: dict[str, list[Run]]) -> dict[str, float]:
    return {name: median(run.processor for run in own) for name, own in runs.items()}


def main() -> int:
    """Measures and keeps; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=float, nargs="+", default=SIZES, help="sizes of trees")
    parser.add_argument("--rounds", type=int, default=LEAST)
    parser.add_argument("--folder", type=Path, help="where trees are made (default: the system's temporary folder)")
    chosen = parser.parse_args()
    found = {size: of_size(size, chosen.rounds, chosen.folder) for size in sorted(chosen.megabytes)}
    rows = rows_of(found)
    for row in rows:
        print(f"{row.name}: {row.ours:.3g} {row.unit}{'' if row.holds else ', more than it may be'}")
    keep("ingest_by_size", f"{machine()}, load {os.getloadavg()[0]:.1f} at the end; seconds of processors", rows)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
