"""What a number is: reported, computed, measured, assumed or synthetic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Kind(IntEnum):
    """What a number is; the higher one wins in arithmetic."""

    REPORTED = 0
    COMPUTED = 1
    MEASURED = 2
    ASSUMED = 3
    SYNTHETIC = 4

    def __str__(self) -> str:
        return self.name.lower()


def kind_of_result(kinds: Iterable[Kind]) -> Kind:
    """The kind of what is made of numbers of some kinds: computed, or the highest of theirs."""
    return max([Kind.COMPUTED, *kinds])
