"""What was worked out about units, kept in the registry of units that it is of, with which it ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

import pint

More = TypeVarTuple("More")
Answer = TypeVar("Answer")


def kept_in_registry(
    function: Callable[[Any, *More], Answer],
) -> Callable[[pint.UnitRegistry[Any], *More], Answer]:
    """As functools.cache, of a function whose first argument is a registry of units.

    A cache of the module would hold every registry that a process has read, and pint refuses to compare units of two.
    """

    @wraps(function)
    def answer(units: pint.UnitRegistry[Any], *more: *More) -> Answer:
        kept: dict[tuple[*More], Answer] = vars(units).setdefault("answers", {}).setdefault(function, {})
        if more not in kept:
            kept[more] = function(units, *more)
        return kept[more]

    return answer
