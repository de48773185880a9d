"""Which steps of a receipt can be recomputed, and for which of them an archive must hold the rows.

The script in an archive imports this too: it needs Python and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from toolkit.core.operation import Operation

# why a step is taken as it was published, as its receipt says it too; keep in step with recheck/tree.js
DRAWN, SIMULATED, IN_SQL, IN_PANDAS = "drawn at random", "simulated", "worked out in SQL", "worked out in pandas"
STATISTIC, ROWS = "a statistic of rows that are not here", "rows that are not here"
FIGURES, DATASET = ("figure:", "series:"), "dataset:"  # how the `ref` of a leaf begins
# operations of steps that stand for rows: of a dataset under a condition, of series by key, of a whole dataset
OF_DATASET, OF_KEYS, ALL_ROWS = "rows_where", "rows", "rows_within"
LISTABLE = (OF_DATASET, OF_KEYS)  # whose rows an archive may hold
MOST_ROWS = 200_000  # held in an archive; the steps with the fewest rows come first
REASONS = {"draws": DRAWN, "query": IN_SQL, "code": IN_PANDAS, "statistic": STATISTIC, "measured": IN_PANDAS}


def why_not_recomputed(
    step: Operation, kind: str, ref: str, has_inputs: bool, rows_from: str = "", rows_archived: bool = False
) -> str:
    """Why a step is taken as it was published and not recomputed, in words; "" for one that is recomputed.

    `step` is its operation, `rows_from` the name of the operation whose rows it takes, "" for none; `rows_archived`
    says that these rows are in the archive.
    """
    name = step.name
    of_rows = name == "count" or "aggregate" in dict(step.settings)
    if name in (*LISTABLE, ALL_ROWS) or has_own_rows(step) or (rows_from in LISTABLE and of_rows):
        return "" if rows_archived else ROWS
    printed = ref.startswith(FIGURES) and not has_inputs
    computed = has_inputs and (step.rule or step.primitive.shape == "range")
    # the ends of a multiverse and shares below a limit: the script tries all combinations again
    combined = name == "combinations" and step["of"] in ("range", "below")
    if printed or computed or combined or step.primitive.kind or name == "count":
        return ""
    not_only_simulated = kind != "synthetic" or name in ("draws", "query", "code") or ref.startswith(DATASET)
    return REASONS.get(name, ROWS) if not_only_simulated else SIMULATED


def has_own_rows(step: Operation) -> bool:
    """True for a step whose rows SQL worked out before it added them up: rows/rows.csv may hold these instead."""
    return {"aggregate", "where"} <= dict(step.settings).keys()


class ArchivedStep(NamedTuple):
    """A number of a receipt, with what decides whether its rows are listed; `inputs` are ids of numbers."""

    operation: Operation
    inputs: Sequence[str]
    ref: str
    low: float

    @property
    def size(self) -> int:
        """How many rows it stands for; a step without inputs is itself the number of rows."""
        return int(str(self.operation["rows"])) if self.inputs else int(self.low)


def steps_listed(steps: Mapping[str, ArchivedStep], publishable: Collection[str]) -> dict[str, list[ArchivedStep]]:
    """The steps whose rows belong in an archive, by id, each with the steps that are computed from these rows.

    `steps` are all of the receipts by id, `publishable` the datasets whose rows their declarations let be published.
    """
    candidates: dict[str, list[ArchivedStep]] = {}
    for name, step in steps.items():
        behind = name if has_own_rows(step.operation) else step.inputs[0] if len(step.inputs) == 1 else ""
        if not behind or not (behind == name or takes_rows(step.operation, steps[behind].operation)):
            continue
        leaves = [steps[leaf] for leaf in steps[behind].inputs] or [steps[behind]]
        if steps[behind].operation.name == OF_KEYS or all(
            leaf.ref.removeprefix(DATASET) in publishable for leaf in leaves
        ):
            candidates.setdefault(behind, []).append(step)
    remaining, listed = MOST_ROWS, {}
    for name in sorted(candidates, key=lambda listed_id: (steps[listed_id].size, listed_id)):
        remaining -= steps[name].size
        if remaining >= 0:
            listed[name] = candidates[name]
    return listed


def takes_rows(step: Operation, behind: Operation) -> bool:
    """True for an operation that takes the rows of the step `behind`, its one input."""
    return behind.name in LISTABLE and (step.name == "count" or "aggregate" in dict(step.settings))
