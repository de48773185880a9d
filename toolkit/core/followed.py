"""Which steps of a receipt can be recomputed, and of which of them an archive lists the rows for that.

The script in an archive imports this too: it needs Python and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from toolkit.core.operation import Operation

# why a step is taken as it was published, as its receipt says it too; twins in recheck/tree.js
DRAWN, SIMULATED, IN_SQL, IN_PANDAS = "drawn at random", "simulated", "worked out in SQL", "worked out in pandas"
STATISTIC, ROWS = "a statistic of rows that are not here", "rows that are not here"
FIGURES, DATASET = ("figure:", "series:"), "dataset:"  # how the `ref` of a leaf begins
# operations of steps that stand for rows: those of a dataset under a condition, those of keys, all of a dataset
OF_DATASET, OF_KEYS, ALL_ROWS = "rows_where", "rows", "rows_within"
LISTED = (OF_DATASET, OF_KEYS)  # whose rows an archive may list
MOST_ROWS = 200_000  # listed in an archive; the steps with the fewest rows come first
REASONS = {"draws": DRAWN, "query": IN_SQL, "code": IN_PANDAS, "statistic": STATISTIC, "measured": IN_PANDAS}


def why_not_recomputed(
    step: Operation, kind: str, ref: str, has_inputs: bool, behind: str = "", listed: bool = False
) -> str:
    """Why a step is taken as it was published and not recomputed, in words; "" for one that is recomputed.

    `step` is its operation, `behind` the name of that of the step whose rows it takes, "" for none; `listed` says that
    these rows are in the archive.
    """
    name = step.name
    of_rows = name == "count" or "aggregate" in dict(step.settings)
    if name in (*LISTED, ALL_ROWS) or lists_own(step) or (behind in LISTED and of_rows):
        return "" if listed else ROWS
    printed = ref.startswith(FIGURES) and not has_inputs
    computed = has_inputs and (step.rule or step.primitive.shape == "range")
    combined = name == "combinations" and step["of"] in ("range", "below")
    if printed or computed or combined or name in ("assumed", "constant", "count"):
        return ""
    real = kind != "synthetic" or name in ("draws", "query", "code") or ref.startswith(DATASET)
    return REASONS.get(name, ROWS) if real else SIMULATED


def lists_own(step: Operation) -> bool:
    """True for a step whose own rows, which SQL made, rows/rows.csv may list in place of those of its one input."""
    return {"aggregate", "where"} <= dict(step.settings).keys()


class ArchivedStep(NamedTuple):
    """A number of a receipt, with what decides whether its rows are listed; `inputs` are ids of numbers."""

    operation: Operation
    inputs: Sequence[str]
    ref: str
    low: float

    @property
    def size(self) -> int:
        """How many rows it stands for, if it stands for rows."""
        return int(str(self.operation["rows"])) if self.inputs else int(self.low)


def steps_listed(steps: Mapping[str, ArchivedStep], shared: Collection[str]) -> dict[str, list[ArchivedStep]]:
    """The steps whose rows belong in an archive, by id, each with the steps that are computed from these rows.

    `steps` are all of the receipts by id, `shared` the datasets whose rows may be listed.
    """
    candidates: dict[str, list[ArchivedStep]] = {}
    for name, step in steps.items():
        behind = name if lists_own(step.operation) else step.inputs[0] if len(step.inputs) == 1 else ""
        if not behind or not (behind == name or takes_rows(step.operation, steps[behind].operation)):
            continue
        leaves = [steps[leaf] for leaf in steps[behind].inputs] or [steps[behind]]
        if steps[behind].operation.name == OF_KEYS or all(leaf.ref.removeprefix(DATASET) in shared for leaf in leaves):
            candidates.setdefault(behind, []).append(step)
    left, listed = MOST_ROWS, {}
    for name in sorted(candidates, key=lambda listed_id: (steps[listed_id].size, listed_id)):
        left -= steps[name].size
        if left >= 0:
            listed[name] = candidates[name]
    return listed


def takes_rows(step: Operation, behind: Operation) -> bool:
    """True for an operation that takes the rows of the step `behind`, its one input."""
    return behind.name in LISTED and (step.name == "count" or "aggregate" in dict(step.settings))
