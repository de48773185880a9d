"""Runs the loops of tests/counts.py in full and writes what came of it to docs/soak.md, of attacks to docs/checking.md.

`python -m tests.soak --only builds` runs one of them; the other lines of the table stay as they are.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from tests import attacks
from tests.counts import LOOPS

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "soak.md"
HEAD = """# What was tried in full

`make soak` writes this page, `make soak ARGS="--only NAME"` one line of it. The same tests go round few times in
`make test` and `make test-slow`; `tests/counts.py` has both counts. A loop ends at its first failure in each of its
parts, so that a failure is one of a part, not of a count. A + after a commit: with changes that it does not hold.

| name | what | count | failures | seconds | machine | date | commit |
| --- | --- | ---: | ---: | ---: | --- | --- | --- |
"""


def run(name: str) -> tuple[dict[str, int], list[attacks.Row]]:
    """Runs a loop's tests; how often they went round, how many failed, and the seconds; the attacks that they tried."""
    select = LOOPS[name].select or f"soak(loop='{name}')"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--soak", "-n", "2", "--dist", "worksteal", "-m", select, "-q"]
        start = time.monotonic()
        status = subprocess.run([*command, f"--junitxml={report}"], cwd=ROOT).returncode
        seconds = time.monotonic() - start
        if status not in (0, 1):
            sys.exit(f"{name}: pytest ended with {status}, before the tests did")
        cases = list(ElementTree.parse(report).iter("testcase"))
    tried = [case for case in cases if case.find("skipped") is None]
    failed = [case for case in tried if case.find("failure") is not None or case.find("error") is not None]
    told = {"count": sum(map(rounds, tried)), "failures": len(failed), "seconds": round(seconds)}
    recorded = [
        found.get("value", "") for case in tried for found in case.iterfind("properties/property[@name='attack']")
    ]
    return told, attacks.rows_of(recorded, name)


def rounds(case: ElementTree.Element) -> int:
    """How often one test went round, where it recorded that; else once."""
    found = case.find("properties/property[@name='rounds']")
    return 1 if found is None else int(found.get("value"))


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python " + (
        platform.python_version()
    )


def commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--", ".", f":!{TABLE.relative_to(ROOT).as_posix()}")
    return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def write(lines: dict[str, str]) -> None:
    """The table, in the order of the loops; a loop that was never run in full says so."""
    never = {name: f"| {name} | {loop.said} | not run | | | | | |" for name, loop in LOOPS.items()}
    TABLE.write_text(HEAD + "\n".join({**never, **lines}[name] for name in LOOPS) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=LOOPS, metavar="NAME", help=f"one of {', '.join(LOOPS)}")
    wanted = parser.parse_args().only or list(LOOPS)
    text = TABLE.read_text(encoding="utf-8") if TABLE.is_file() else ""
    lines = {name: line for line, name in re.findall(r"^(\| (\S+) \|.*)$", text, re.MULTILINE) if name in LOOPS}
    failures = 0
    for name in wanted:
        print(f"== {name}: {LOOPS[name].said}", flush=True)
        found, attacked = run(name)
        failures += found["failures"]
        told = [name, LOOPS[name].said, *found.values(), machine(), datetime.now(UTC).date().isoformat(), commit()]
        lines[name] = f"| {' | '.join(map(str, told))} |"
        write(lines)
        known = attacks.TABLE.read_text(encoding="utf-8")
        attacks.TABLE.write_text(attacks.replaced(known, name, attacked, LOOPS), encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
