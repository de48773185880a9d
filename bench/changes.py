"""How long a build takes after a small change, and how long commands take to start, as medians of five.

In a copy of the project that was built once: nothing changed, a sentence of a story, the pages' style, one figure; then
`toolkit --help` and `from toolkit import *` in processes of their own. A change is another one in each round. Exits
with 1 where a limit is not kept.

    python -m bench.changes
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import ROOT, copy_project, machine
from bench.rows import LEAST, Row, keep

STORY = "capex-claims"
SOURCE = "tomshardware-amazon-usage-scores.yml"
CHANGES = {"nothing changed": 0.5, "a sentence changed": 3.0, "the pages' style changed": 5.0, "a figure changed": 7.0}
STARTS = {
    "toolkit --help": (0.3, ["-m", "toolkit", "--help"]),
    "from toolkit import *": (0.5, ["-c", "from toolkit import *"]),
}


def changed(path: Path, found: str, to: Callable[[int], str]) -> Callable[[int], None]:
    """A change of a file: `found` in it, a regular expression, becomes `to(round)`. Raises SystemExit if it is gone."""

    def change(place: int) -> None:
        text, count = re.subn(found, to(place), path.read_text(encoding="utf-8"), count=1)
        if not count:
            sys.exit(f"{path.name} does not hold {found}: name something else in bench/changes.py")
        path.write_text(text, encoding="utf-8")

    return change


def changes(project: Path) -> dict[str, Callable[[int], None]]:
    """What each change does in a copy of the project, in round `place`."""
    story = project / "notebooks" / f"{STORY}.ipynb"
    style = project / "toolkit" / "site" / "templates" / "report" / "report.css"
    source = project / "data" / "sources" / SOURCE
    return {
        "nothing changed": lambda place: None,
        "a sentence changed": changed(story, r"(The capital spending )\w+", lambda n: rf"\1{('that', 'which')[n % 2]}"),
        "the pages' style changed": changed(style, r"\Z", lambda n: f".bench-{n}{{margin:0}}\n"),
        "a figure changed": changed(source, r"high: 70\d", lambda n: f"high: 70{1 + n % 2}"),
    }


def seconds_of(arguments: list[str], folder: Path) -> float:
    """The time of a Python process. Raises SystemExit with what it printed where it fails."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def measured(project: Path) -> list[Row]:
    """A row for each change and each start."""
    build = ["-m", "toolkit", "build", "--out", str(project / "reports")]
    seconds_of(build, project)
    found: dict[str, list[float]] = {name: [] for name in (*CHANGES, *STARTS)}
    for place in range(LEAST):
        for name, change in changes(project).items():
            change(place)
            found[name].append(seconds_of(build, project))
        for name, (_, arguments) in STARTS.items():
            found[name].append(seconds_of(arguments, project))
    goals = CHANGES | {name: goal for name, (goal, _) in STARTS.items()}
    return [Row(name, "s", median(values), goal=goals[name]) for name, values in found.items()]


def main() -> int:
    """Measures; 0 if every limit is kept."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        copy_project(project)
        shutil.copytree(ROOT / "toolkit", project / "toolkit")  # found before the installed one: its style is changed
        found = measured(project)
    keep("changes", machine(), found)
    print(f"Machine: {machine()}; medians of {LEAST}\n\n| what | seconds | at most |\n| --- | ---: | ---: |")
    for row in found:
        print(f"| {row.name} | {row.ours:.2f}{'' if row.holds else ' OVER'} | {row.goal:g} |")
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
