"""`toolkit ingest` of a tree of Claude Code transcripts, against `ccusage daily --offline` on the same tree.

Both run in turn, so that neither has a quieter machine. ccusage is a measuring device and no dependency: npm installs
version 20.0.24 into the folder that CCUSAGE names; without it the toolkit is measured alone. ccusage only counts; the
toolkit also accounts for each line, replaces names by keyed hashes and writes the events. Where ccusage's own count is
not right stands in docs/benchmarks.md: the tree has none of it. Exits with 1 if totals differ, the toolkit takes more
wall time (medians), or needs more than 512 MB. What adding to a log takes is measured by bench.ingest_by_size.

    npm install --prefix DIR ccusage@20.0.24
    CCUSAGE=DIR python -m bench.ingest_against_ccusage [--megabytes 700] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.claude_code_tree import write_tree
from bench.rows import Row, in_turn, keep

ROOT = Path(__file__).parents[1]
LIMIT = 512  # MB
TYPES = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")


@dataclass(frozen=True)
class Run:
    wall: float  # seconds
    processor: float  # seconds, of all processors
    peak: int  # KB, resident
    tokens: int  # of all types


def run(command: list[str], environment: dict[str, str], out: Path) -> tuple[float, float, int]:
    """Wall time, processor time and peak memory of a command, whose output goes into a file."""
    start = time.perf_counter()
    with out.open("wb") as file:
        redirect = [(os.POSIX_SPAWN_DUP2, file.fileno(), 1)]
        child = os.posix_spawn(command[0], command, {**os.environ, **environment}, file_actions=redirect)
        _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{command[0]} ended with {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss


def project_in(place: Path) -> Path:
    """An empty project."""
    project = place / "project"
    shutil.rmtree(project, ignore_errors=True)
    (project / "data").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "units.txt", project / "data")
    (project / "pyproject.toml").write_text("[project]\nname = 'bench'\nversion = '1'\n", encoding="utf-8")
    return project


def toolkit(place: Path, project: Path, *trees: Path) -> Run:
    """One ingest of trees into a project, whose log may have some of them."""
    out = place / "toolkit.json"
    told = ["--project", str(project), "ingest", *map(str, trees), "--as", "bench", "--json"]
    measured = run([sys.executable, "-m", "toolkit", *told], {"TOOLKIT_KEYS": str(place / "keys")}, out)
    said = json.loads(out.read_bytes())
    assert said["records"] == sum(said[part] for part in ("events", "duplicates", "other_lines", "quarantined"))
    return Run(*measured, sum(total["input_tokens"] + total["output_tokens"] for total in said["totals"]))


def ccusage(program: Path, tree: Path, place: Path) -> Run:
    """One daily report."""
    out = place / "ccusage.json"
    measured = run([str(program), "daily", "--offline", "--json"], {"CLAUDE_CONFIG_DIR": str(tree)}, out)
    return Run(*measured, sum(json.loads(out.read_bytes())["totals"][name] for name in TYPES))


def main() -> int:
    """Measures both and keeps what was found; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=700)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    folder = os.environ.get("CCUSAGE")
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        lines = write_tree(place / "tree", chosen.megabytes)
        runs = {"toolkit": lambda: toolkit(place, project_in(place), place / "tree")}
        if folder:
            program = (Path(folder) / "node_modules" / ".bin" / "ccusage").resolve()
            runs["ccusage"] = lambda: ccusage(program, place / "tree", place)
        found = in_turn(runs, chosen.rounds)
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {lines:,} lines"
    rows = _rows(found, f"{chosen.megabytes:.0f} MB")
    print(machine)
    for row in rows:
        beside = "" if row.peer is None else f", {row.peer_is} {row.peer:.2f} {row.unit}: {row.ratio:.2f} of it"
        print(f"{row.name}: {row.ours:.2f} {row.unit}{beside}{'' if row.holds else ', more than it may be'}")
    keep("ingest_against_ccusage", machine, rows, [] if folder else ["ccusage, as CCUSAGE names no folder that has it"])
    equal = len({one.tokens for own in found.values() for one in own}) == 1
    print(f"totals {'agree' if equal else 'differ'}")
    return 0 if equal and all(row.holds for row in rows) else 1


def _rows(found: dict[str, list[Run]], size: str) -> list[Row]:
    def medians(value: str) -> tuple[float, float | None]:
        ours, peer = ([getattr(one, value) for one in found.get(name, [])] for name in ("toolkit", "ccusage"))
        return median(ours), median(peer) if peer else None

    wall, processor = medians("wall"), medians("processor")
    beside = "ccusage daily --offline 20.0.24" if wall[1] else ""
    peak = max(one.peak for one in found["toolkit"]) / 1000
    return [
        Row(f"toolkit ingest of {size} of Claude Code transcripts", "s", *wall, beside, goal=1.0 if beside else None),
        Row("its time of processors", "s", *processor, beside),
        Row("its memory", "MB", peak, goal=LIMIT),
    ]


if __name__ == "__main__":
    sys.exit(main())
