"""The readings of one claim side by side, as a notebook takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.core.text import nearest_first
from toolkit.database.open import Database
from toolkit.notebook.number_from_pandas import NotebookInputs


class ClaimReadings(Mapping[str, Number]):
    """The readings of one claim by "source#figure", oldest first; JupyterLab completes these.

    `id` is its id, `rows` has each reading with facts of its source, those without a value too. Raises ToolkitError for
    an unknown claim, and by [key] for an unknown reading.
    """

    def __init__(self, database: Database, claim: str, inputs: NotebookInputs | None = None):
        self.id, self._database = claim, database
        self._inputs = NotebookInputs() if inputs is None else inputs
        self.rows = database.readings(claim)
        if not self.rows:
            claim_ids = [row["id"] for row in database.rows("SELECT id FROM claims ORDER BY id")]
            raise ToolkitError(
                f"the claim {claim!r}",
                "no reading of it" if claim in claim_ids else "not in data/claims/",
                nearest_first(claim, [name for name in claim_ids if name != claim]),
                "correct the id, or enter the claim and a figure that speaks to it",
            )
        certainty = database.certainty(claim)
        self.statement, self.certainty = certainty["statement"], certainty["level"]
        self.reasons = tuple(certainty["reasons"])
        self._keys = {row["key"].removeprefix("figure:"): row["key"] for row in self.rows if row["low"] is not None}

    def __getitem__(self, reading: str) -> Number:
        if reading not in self._keys:
            raise ToolkitError(
                f"{self.id}[{reading!r}]", "no such reading", nearest_first(reading, self), "correct the key"
            )
        number = self._database.leaf(self._keys[reading])
        self._inputs.add(number)
        return number

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        lines = [f"{name}: {self._database.leaf(key)}" for name, key in self._keys.items()]
        return "\n".join([f"{self.statement} ({self.id})", *lines])
