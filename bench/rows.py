"""What the benches found, as rows of docs/benchmarks.md: each ours beside its peer and its floor, from one run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "benchmarks"  # committed, so that a bench that runs alone leaves the others' parts of the page
LEAST = 5  # rounds of which a median is taken
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One measurement: a name, our value and the peer's as medians, what the peer is, and the floor, None for none.

    A floor is what the machine would need at the least, and `floor_is` says how it was found. `goal` is the share of
    the peer's value that ours may have, or, without a peer, the most that it may be.
    """

    name: str
    unit: str
    ours: float
    peer: float | None = None
    peer_is: str = ""
    floor: float | None = None
    floor_is: str = ""
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's; None without a peer."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def holds(self) -> bool:
        """Whether the goal is reached; True without one."""
        measured = self.ours if self.ratio is None else self.ratio
        return self.goal is None or measured <= self.goal


def in_turn(runs: dict[str, Callable[[], T]], rounds: int = LEAST) -> dict[str, list[T]]:
    """What each run measures, `rounds` times; another one goes first in every round."""
    names = list(runs)
    found: dict[str, list[T]] = {name: [] for name in names}
    for place in range(rounds):
        first = place % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(runs[name]())
    return found


def keep(bench: str, machine: str, rows: Sequence[Row], left_out: Sequence[str] = ()) -> None:
    """Keeps what a bench found for docs/benchmarks.md; `left_out` says which peers were not measured, and why."""
    KEPT.mkdir(parents=True, exist_ok=True)
    when = {"date": datetime.now(UTC).date().isoformat(), "commit": commit()}
    found = {"machine": machine, **when, "rows": [asdict(row) for row in rows], "left_out": list(left_out)}
    (KEPT / f"{bench}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def commit() -> str:
    """The commit that is measured, with a + where files outside docs/ differ from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    return git("rev-parse", "--short=10", "HEAD") + ("+" if git("status", "--porcelain", "--", ".", ":!docs") else "")
