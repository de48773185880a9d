"""How long `toolkit preview` takes from a save to the page, as medians of five: its words changed, or its code.

Of the story of a new desk (`toolkit init`), and of the shortest and the longest notebook of this project, in copies.
The time has the longest wait until a save is seen. Exits with 1 where a limit is not kept.

    python -m bench.previews
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.build_against_nbconvert import NOTEBOOKS, copy_project, machine
from bench.rows import LEAST, Row, keep
from toolkit.build.preview import POLL, Preview
from toolkit.commands.init import write_desk
from toolkit.core.project import Project

MOST = 3.0  # seconds
CHANGES = {"markdown": ("a sentence", "\n\nThe {nth} sentence more."), "code": ("a cell", "\n# the {nth} time")}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def change(notebook: Path, kind: str, place: int) -> None:
    """Saves a notebook with other words in its last cell of a kind."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    last = [cell for cell in content["cells"] if cell["cell_type"] == kind][-1]
    last["source"] = "".join(last["source"]) + CHANGES[kind][1].format(nth=ORDINALS[place])
    notebook.write_text(json.dumps(content), encoding="utf-8")


def measured(project: Path, slug: str, called: str) -> Iterator[Row]:
    """A row for each kind of change. Raises SystemExit with what is wrong where a story cannot be rendered."""
    notebook = project / "notebooks" / f"{slug}.ipynb"
    with contextlib.closing(Preview(Project(project), slug)) as preview:
        preview.render()
        for kind, (what, _) in CHANGES.items():
            found = []
            for place in range(LEAST):
                change(notebook, kind, place)
                start = time.perf_counter()
                if error := preview.render():
                    sys.exit(str(error))
                found.append(time.perf_counter() - start + POLL)
            yield Row(f"{what} of {called}", "s", median(found), goal=MOST)


def main() -> int:
    """Measures; 0 if every limit is kept."""
    own = sorted(NOTEBOOKS, key=lambda path: path.stat().st_size)
    with tempfile.TemporaryDirectory() as scratch:
        desk, copy = Path(scratch) / "desk", Path(scratch) / "project"
        write_desk(desk, "Harbour")
        copy_project(copy)
        (first,) = (desk / "notebooks").glob("*.ipynb")
        wanted = [(desk, first.stem, "a new desk’s story")]
        for which, path in (("shortest", own[0]), ("longest", own[-1])):
            wanted.append((copy, path.stem, f"{path.stem}, the {which} here"))
        rows = [row for one in wanted for row in measured(*one)]
    keep("previews", machine(), rows)
    for row in rows:
        print(f"{row.ours:.2f} s{'' if row.holds else ' OVER'}, at most {row.goal:g}: {row.name}")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
