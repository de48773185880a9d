"""`toolkit ingest` of a tree of Claude Code transcripts, against `ccusage daily --offline` on the same tree.

Both run in turn, so that neither has a quieter machine. ccusage is a measuring device and no dependency: npm installs
version 20.0.24 into the folder that is named. ccusage only counts; the toolkit also accounts for each line, replaces
names by keyed hashes and writes the events. Exits with 1 if totals differ, the toolkit takes more wall time (medians),
or needs more than 512 MB.

    npm install --prefix DIR ccusage@20.0.24
    python -m bench.ingest_against_ccusage DIR [--megabytes 700] [--rounds 3]
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

ROOT = Path(__file__).parents[1]
LIMIT = 512_000  # KB
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


def toolkit(tree: Path, place: Path) -> Run:
    """One ingest into an empty project."""
    project, out = place / "project", place / "toolkit.json"
    shutil.rmtree(project, ignore_errors=True)
    (project / "data").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "units.txt", project / "data")
    (project / "pyproject.toml").write_text("[project]\nname = 'bench'\nversion = '1'\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "--project",
        str(project),
        "ingest",
        str(tree),
        "--as",
        "bench",
        "--json",
    ]
    measured = run(command, {"TOOLKIT_KEYS": str(place / "keys")}, out)
    said = json.loads(out.read_bytes())
    assert said["records"] == sum(said[part] for part in ("events", "duplicates", "other_lines", "quarantined"))
    return Run(*measured, sum(total["input_tokens"] + total["output_tokens"] for total in said["totals"]))


def ccusage(program: Path, tree: Path, place: Path) -> Run:
    """One daily report."""
    out = place / "ccusage.json"
    measured = run([str(program), "daily", "--offline", "--json"], {"CLAUDE_CONFIG_DIR": str(tree)}, out)
    return Run(*measured, sum(json.loads(out.read_bytes())["totals"][name] for name in TYPES))


def main() -> int:
    """Measures both and prints a table; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where npm installed ccusage")
    parser.add_argument("--megabytes", type=float, default=700)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    program = (chosen.folder / "node_modules" / ".bin" / "ccusage").resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lines = write_tree(place / "tree", chosen.megabytes)
        runs = [(toolkit(place / "tree", place), ccusage(program, place / "tree", place)) for _ in range(chosen.rounds)]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {lines:,} lines")
    for name, own in (("toolkit", [one for one, _ in runs]), ("ccusage", [one for _, one in runs])):
        wall, processor = median(one.wall for one in own), median(one.processor for one in own)
        peak = max(one.peak for one in own) // 1000
        print(f"{name}: {wall:.1f} s, {processor:.1f} s of processors, {peak} MB, {own[0].tokens:,} tokens")
    share = median(one.wall for one, _ in runs) / median(one.wall for _, one in runs)
    print(f"the toolkit takes {share:.2f} of the wall time of ccusage")
    equal = all(one.tokens == other.tokens for one, other in runs)
    return 0 if equal and share <= 1 and max(one.peak for one, _ in runs) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
