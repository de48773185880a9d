"""The kinds of numbers, from reported to synthetic. Another kind is one more line here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Kind(IntEnum):
    """Where a number comes from; arithmetic gives computed, or the highest kind of its inputs.

    `label` is the kind in words on a page, `mark` in fewer words beside a number in text or a number without inputs.
    """

    label: str
    mark: str

    def __new__(cls, rank: int, label: str, mark: str = "") -> Kind:
        kind = int.__new__(cls, rank)
        kind._value_ = rank
        kind.label, kind.mark = label, mark or label
        return kind

    REPORTED = 0, "reported"
    COMPUTED = 1, "computed from reported figures"
    MEASURED = 2, "measured"
    ASSUMED = 3, "computed with assumptions", "assumed"
    SYNTHETIC = 4, "SIMULATED"

    def __str__(self) -> str:
        return self.name.lower()


KINDS = {str(kind): kind.label for kind in Kind}
MARKS = {str(kind): kind.mark for kind in Kind}


def kind_of_result(kinds: Iterable[Kind]) -> Kind:
    """The kind of a number computed from inputs of these kinds: computed, or the highest of theirs."""
    return max([Kind.COMPUTED, *kinds])
