"""How many rows of a dataset a number was computed from, as the number that is its input."""

from __future__ import annotations

from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import Operation
from toolkit.core.text import HASH_SHOWN
from toolkit.core.unit import Unit
from toolkit.core.wording import Style
from toolkit.database.dataset_questions import file_name
from toolkit.database.table import DATASET
from toolkit.datasets.declaration import Dataset


def rows_of(dataset: Dataset, count: int, step: Operation, dimensionless: Unit) -> Number:
    """A number of rows of a dataset, the input of what was computed from them; its label has the file and its hash."""
    return Number(
        count,
        count,
        dimensionless,
        Kind.SYNTHETIC if dataset.synthetic else Kind.MEASURED,
        step,
        label=f"rows of {dataset.title} ({file_name(dataset)}, SHA-256 {dataset.sha256[:HASH_SHOWN]})",
        ref=f"{DATASET}{dataset.name}",
        style=Style(digits=len(str(count))),
    )
