"""What a number is: reported, computed, measured, assumed or synthetic. A table, where another kind is a line."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Kind(IntEnum):
    """What a number is; the higher one wins in arithmetic.

    `label` is what a page says of it, `mark` the same beside a number in the text, and of a number without inputs.
    """

    label: str
    mark: str

    def __new__(cls, rank: int, label: str, mark: str = "") -> Kind:
        made = int.__new__(cls, rank)
        made._value_ = rank
        made.label, made.mark = label, mark or label
        return made

    REPORTED = 0, "reported"
    COMPUTED = 1, "computed from reported figures"
    MEASURED = 2, "measured in logs"
    ASSUMED = 3, "computed with assumptions", "assumed"
    SYNTHETIC = 4, "SIMULATED"

    def __str__(self) -> str:
        return self.name.lower()


KINDS = {str(kind): kind.label for kind in Kind}
MARKS = {str(kind): kind.mark for kind in Kind}


def kind_of_result(kinds: Iterable[Kind]) -> Kind:
    """The kind of what is made of numbers of some kinds: computed, or the highest of theirs."""
    return max([Kind.COMPUTED, *kinds])
