"""What an edition costs by its size, each size twice the one before: whole editions, and one page.

`editions` have up to 50 stories of 10 findings, 25,000 sources and 100,000 series rows; of the `pages` the largest has
40 charts and 400 receipts. Each size is an invented project that is built from
empty, built again with nothing changed and with a sentence changed, checked and verified; times are of processors, of
the command and all that it starts. Exits with 1 if something takes more than 2.3 times of what it takes at half the
size. Draws docs/editions_by_size.svg and its like, over the size, beside a line along which cost grows in step.
bench.large_edition measures one of 1,000 stories.

    python -m bench.editions_by_size [editions] [pages] [--sizes 4]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.build_against_nbconvert import machine, measure
from bench.invented_edition import Size, change_sentence, write_project
from bench.rows import KEPT, ROOT, Row, keep

Costs = dict[str, float]  # of a size: seconds or bytes by what was measured
POINTS = KEPT / "editions_by_size.points.json"
SIZES = 4
STEEPER = 2.3  # times the cost of half the size
LEAST = 0.5  # seconds of processors: less is start-up and noise
BYTES = "bytes"  # in the name of what is counted in them


def edition(part: float, root: Path) -> Costs:
    """What an edition costs of so large a part of the largest."""
    write_project(root, Size(round(50 * part), round(25_000 * part), round(100_000 * part)))
    found = commands(root)
    pages = [path.stat().st_size for path in (root / "reports").glob("story-*.html")]
    whole = sum(path.stat().st_size for path in (root / "reports").rglob("*") if path.is_file())
    return found | {"bytes of a story's page": max(pages), "bytes of the edition": whole}


def page(part: float, root: Path) -> Costs:
    """What one page costs of so many charts and receipts."""
    write_project(root, Size(1, 1_000, 1_000, round(400 * part), round(40 * part)))
    found = commands(root)
    return found | {"bytes of the page": (root / "reports" / "story-0000.html").stat().st_size}


def commands(root: Path) -> Costs:
    """Seconds of processors of each command, in the order in which somebody runs them."""
    found = {"built from empty": command("build", [], root), "nothing changed": command("build", [], root)}
    change_sentence(root, 0)
    found["a sentence changed"] = command("build", [], root)
    return found | {"checked": command("check", [], root), "verified": command("verify", ["reports"], root)}


def command(name: str, arguments: list[str], root: Path) -> float:
    """Seconds of processors of a command of the toolkit."""
    return measure(["toolkit", name, *arguments], root).processor


CURVES: dict[str, tuple[str, Callable[[float, Path], Costs], str]] = {
    "editions": (
        "An edition, from 6 stories to 50",
        edition,
        "50 stories of 10 findings, 25,000 sources, 100,000 series rows",
    ),
    "pages": ("A page, from 50 receipts to 400", page, "a page of 40 charts and 400 receipts"),
}


def points(curve: str, sizes: int) -> dict[str, Costs]:
    """The costs of a curve by part of the largest size, smallest first, printed as they are known."""
    found = {}
    for place in range(SIZES)[:sizes]:
        part = 2.0 ** (place - SIZES + 1)
        with tempfile.TemporaryDirectory() as scratch:
            found[str(part)] = CURVES[curve][1](part, Path(scratch) / "project")
        print(f"{curve}, {part:g}: {json.dumps(found[str(part)])}", flush=True)
    return found


def growth(of: dict[str, Costs], what: str) -> float | None:
    """How many times its cost at half the size something costs at the largest; None where that is start-up."""
    *_, half, whole = of.values()
    return whole[what] / half[what] if half[what] >= LEAST else None


def rows_of(curve: str, of: dict[str, Costs]) -> list[Row]:
    """A curve's rows of the page: what the largest size costs, and how much more that is than half the size does."""
    part, largest = list(of.items())[-1]
    said = CURVES[curve][2] + ("" if part == "1.0" else f", {float(part):g} of it")
    rows = []
    for what, cost in largest.items():
        rows.append(Row(f"{said}: {what}", "MB", cost / 1e6) if BYTES in what else Row(f"{said}: {what}", "s", cost))
        if len(of) > 1 and (times := growth(of, what)) is not None:
            rows.append(Row(f"{what}, at twice the size", "times", times, goal=STEEPER))
    return rows


def draw(curve: str, of: dict[str, Costs]) -> None:
    """Costs over size, both as multiples of the smallest, in a form of the toolkit."""
    from toolkit.charts import standalone
    from toolkit.charts.drawing import Cell, Drawing

    first = next(iter(of.values()))
    lines = {what: [costs[what] / first[what] for costs in of.values()] for what in first}
    lines["in step"] = [2.0**place for place in range(len(of))]
    rows = [
        {"size": cell(2.0**place, Cell), "cost": cell(cost, Cell), "what": what}
        for what, costs in lines.items()
        for place, cost in enumerate(costs)
    ]
    drawing = Drawing(
        id=curve,
        form="lines",
        rows=tuple(rows),
        encodings={
            "x": "size",
            "y": "cost",
            "color": "what",
            "interpolate": "monotone",
            "x_title": "times the smallest size",
            "y_title": "times its cost",
            "emphasis": "in step",
            "x_scale": "log",
            "y_scale": "log",
        },
        kind="measured",
        title=CURVES[curve][0],
        subtitle="Seconds of processors, or bytes, as multiples of what the smallest size costs; one run each",
        source=f"bench/editions_by_size.py; {machine()}",
        notes="Invented projects.",
        alt="A line for each thing measured, which rises with the size, and a line along which it would rise in step.",
    )
    name = "editions_by_size" + (f"_{curve}" if curve != "editions" else "")
    (ROOT / "docs" / f"{name}.svg").write_text(standalone(drawing), encoding="utf-8")


def cell(value: float, cell_of: type) -> object:
    """A multiple as a cell of a chart."""
    digits = f"{value:.3g}"
    return cell_of(value, value, f"{digits} times", "measured", "times", digits)


def main() -> int:
    """Measures, draws and keeps; 0 if nothing grows faster than its size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("curves", nargs="*", help=f"default: all of {', '.join(CURVES)}")
    parser.add_argument("--sizes", type=int, default=SIZES, help="so many, from the smallest")
    options = parser.parse_args()
    POINTS.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, dict[str, Costs]] = json.loads(POINTS.read_text()) if POINTS.is_file() else {}
    for curve in options.curves or CURVES:
        known[curve] = points(curve, options.sizes)
        POINTS.write_text(json.dumps(known, indent=1))
        draw(curve, known[curve])
    rows = [row for curve in CURVES if curve in known for row in rows_of(curve, known[curve])]
    missing = [f"{CURVES[curve][2]}: not measured" for curve in CURVES if curve not in known]
    keep("editions_by_size", f"{machine()}; seconds of processors, once each", rows, missing)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
