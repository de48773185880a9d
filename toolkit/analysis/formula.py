"""A number as a function of its inputs: its tree of operations, evaluated again with other values for some of them.

An input that the tree has in several places takes one value in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from toolkit.core.errors import NumberError
from toolkit.core.number import Number

# How an input is drawn from its range, in words for receipts: the log-uniform and the uniform distribution.
DISTRIBUTIONS = {"log": "evenly over its logarithm", "uniform": "evenly over its values"}
Formula = Callable[[Sequence[float]], float]


def evaluator(number: Number, inputs: Sequence[Number]) -> Formula:
    """`number` as a function of the values of `inputs`, in their order, each in its own unit.

    `inputs` may be any numbers in the tree of `number`. Raises NumberError for one that is not in it, and for a range
    without inputs in the tree that is not among `inputs`.
    """
    slots: list[float] = [0.0] * len(inputs)  # the values of the numbers of the tree, `inputs` first
    slot_of = {part: place for place, part in enumerate(inputs)}
    steps: list[tuple[Callable[..., float], tuple[int, ...], int]] = []  # rule, slots of arguments, slot of result
    fixed: set[int] = set()  # slots that do not depend on `inputs`
    met: set[Number] = set()

    def slot(part: Number) -> int:
        if part in inputs:
            met.add(part)
        if part in slot_of:
            return slot_of[part]
        rule = part.operation.rule
        places = tuple(slot(below) for below in part.inputs) if rule else ()
        slot_of[part] = place = len(slots)
        slots.append(part.low)
        if not places and part.low != part.high:
            raise NumberError(
                f"the formula of {_name(number)}",
                f"the range {part} ({_name(part)}) among its inputs",
                "a value for every range",
                "name it among the inputs",
            )
        if rule is None or fixed.issuperset(places):
            fixed.add(place)
        else:
            steps.append((rule, places, place))
        return place

    top = slot(number)
    if absent := [part for part in inputs if part not in met]:
        raise NumberError(
            f"the formula of {_name(number)}",
            f"{_name(absent[0])} is no part of it",
            "numbers that it was computed from",
            "name one of them",
        )

    def value(at: Sequence[float]) -> float:
        slots[: len(inputs)] = at
        for rule, places, place in steps:
            slots[place] = rule(*(slots[below] for below in places))
        return slots[top]

    return value


def distribution_of(part: Number, distribution: str, uniform: Collection[Number]) -> str:
    """The distribution an input is drawn from: `distribution`, "log" or "uniform"; for one of `uniform` the latter.

    Raises NumberError for an unknown distribution, and where a range drawn over its logarithm reaches zero.
    """
    name = "uniform" if part in uniform else distribution
    if name not in DISTRIBUTIONS:
        raise NumberError(
            "the distribution of the draws", repr(distribution), ", ".join(DISTRIBUTIONS), "use one of these"
        )
    if name == "log" and part.low <= 0:
        raise NumberError(
            f"draws of {_name(part)}", f"{part} over its logarithm", "a range above zero", "name it in `uniform`"
        )
    return name


def quantile(part: Number, distribution: str, share: float) -> float:
    """The value, in its unit, below which `share` (0 to 1) of an input's draws lie."""
    if distribution == "uniform":
        return part.low + share * (part.high - part.low)
    return part.low * math.exp(share * math.log(part.high / part.low))


def _name(number: Number) -> str:
    return number.label or number.operation.name
