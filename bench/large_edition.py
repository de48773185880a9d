"""An edition of 1,000 stories of 10 findings, with 100,000 sources and 100,000 series rows, generated and built once.

Then it is built again with nothing changed and with a sentence changed, checked and verified. Nothing of it is true.
Half an hour, and 2 GB of disk.

    python -m bench.large_edition [--stories 1000] [--sources 100000] [--rows 100000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.build_against_nbconvert import machine, measure
from bench.invented_edition import Size, change_sentence, write_project
from bench.rows import Row, keep


def measured(size: Size, root: Path) -> Iterator[Row]:
    """Each command's seconds, those of processors and the most memory, in the order in which somebody runs them."""
    start = time.perf_counter()
    write_project(root, size)
    yield Row("generated", "s", time.perf_counter() - start)
    yield from command("built from empty", ["build"], root)
    yield from command("nothing changed", ["build"], root)
    change_sentence(root, 0)
    yield from command("a sentence changed", ["build"], root)
    yield from command("checked", ["check"], root)
    yield from command("verified", ["verify", "reports"], root)
    files = [path for path in (root / "reports").rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    yield Row("the edition", "MB", sum(path.stat().st_size for path in files) / 1e6)
    yield Row(f"its largest file, {largest.name}", "MB", largest.stat().st_size / 1e6)
    yield Row("its front page", "MB", (root / "reports" / "index.html").stat().st_size / 1e6)


def command(what: str, arguments: list[str], root: Path) -> Iterator[Row]:
    """What a command of the toolkit takes."""
    run = measure(["toolkit", *arguments], root)
    yield Row(what, "s", run.seconds)
    yield Row(f"{what}: processors", "s", run.processor)
    yield Row(f"{what}: most memory", "GB", run.peak / 1e9)


def main() -> int:
    """Measures, prints and keeps, after each command; 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--stories", type=int, default=1_000, help="(default: 1000)")
    parser.add_argument("--sources", type=int, default=100_000, help="(default: 100000)")
    parser.add_argument("--rows", type=int, default=100_000, help="of a series (default: 100000)")
    options = parser.parse_args()
    size = Size(options.stories, options.sources, options.rows)
    said = f"{size.stories:,} stories of {size.findings} findings, {size.sources:,} sources, {size.rows:,} series rows"
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for row in measured(size, Path(scratch) / "project"):
            print(f"{row.name}: {row.ours:.3g} {row.unit}", flush=True)
            rows.append(row)
            keep("large_edition", f"{machine()}; {said}, once", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
