"""What reading Claude Code transcripts takes by their size, and reading on when a few of them are new.

Each tree is read whole; then its log is given the tree again, alone and beside new transcripts of 1, 2 and 4 % of its
size. Each is a process of its own, and starts from the log of the whole reading. Times are of processors, and medians.
Exits with 1 if a tree takes over 1 GB of memory, or the largest more than the smallest by over 1.15 times as much as it
has more bytes, or if of the largest 1 % new takes over 1.5 % of the whole reading, or each further 1 % does.

The largest tree takes 5 GB of disk, with what is read from it.

    python -m bench.ingest_by_size [--megabytes 700 1400 4000] [--rounds 5] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import machine
from bench.claude_code_tree import write_tree
from bench.ingest_against_ccusage import Run, project_in, toolkit
from bench.rows import LEAST, Row, in_turn, keep

SIZES = (700, 1_400, 4_000)  # megabytes
NEW = (0, 1, 2, 4)  # percent of a tree's size that are new
MEMORY = 1_000  # MB
SHARE = 1.5  # percent of the whole reading that a hundredth of its size may take: about one
STEEPER = 1.15  # times as much as in step with the size


def of_size(megabytes: float, rounds: int, scratch: Path | None) -> dict[str, list[Run]]:
    """What a tree of this size takes, whole and then with so many percent of new transcripts."""
    with tempfile.TemporaryDirectory(dir=scratch) as temporary:
        place = Path(temporary)
        trees = {percent: place / f"new-{percent}" for percent in NEW if percent}
        write_tree(place / "tree", megabytes)
        for percent, tree in trees.items():
            write_tree(tree, megabytes * percent / 100, seed=2)
        project, kept = place / "project", place / "kept"

        def whole() -> Run:
            run = toolkit(place, project_in(place), place / "tree")
            if not kept.exists():  # it goes first in the first round
                project.rename(kept)
            return run

        def again(percent: int) -> Run:
            shutil.rmtree(project, ignore_errors=True)
            shutil.copytree(kept, project)
            return toolkit(place, project, place / "tree", *([trees[percent]] if percent else []))

        return in_turn({"whole": whole, **{str(percent): partial(again, percent) for percent in NEW}}, rounds)


def rows_of(found: dict[float, dict[str, list[Run]]]) -> list[Row]:
    """The rows of the page: what each size takes, then how many times as much the largest takes as the smallest."""
    rows = list[Row]()
    for size, runs in found.items():
        spent, goal, said = _seconds(runs), SHARE if size == max(found) else None, f"{size:,g} MB"
        first, further = spent["1"] / spent["whole"], (spent["4"] - spent["1"]) / 3 / spent["whole"]
        rows += [
            Row(f"{said}, whole", "s", spent["whole"]),
            Row(f"{said}, whole: memory", "MB", max(run.peak for run in runs["whole"]) / 1000, goal=MEMORY),
            Row(f"{said} again, nothing new", "s", spent["0"]),
            *(Row(f"{said} again, {percent} % new", "s", spent[f"{percent}"]) for percent in NEW if percent),
            Row(f"{said} again, 1 % new: share of the whole", "%", 100 * first, goal=goal),
            Row(f"{said} again, each further 1 %: share of the whole", "%", 100 * further, goal=goal),
        ]
    smallest, largest = min(found), max(found)
    times, before, after = largest / smallest, _seconds(found[smallest]), _seconds(found[largest])
    return rows + [
        Row(
            f"at {times:.3g} times the size: {said}",
            "times",
            after[name] / before[name],
            goal=round(times * STEEPER, 1),
        )
        for name, said in (("whole", "whole"), ("0", "again, nothing new"), ("1", "again, 1 % new"))
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
