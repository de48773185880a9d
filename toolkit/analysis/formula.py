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
    values: list[float] = [0.0] * len(inputs)  # of the numbers in the tree, `inputs` first
    index_of = {part: index for index, part in enumerate(inputs)}  # of a number's value
    steps: list[tuple[Callable[..., float], tuple[int, ...], int]] = []  # rule, indices of arguments, index of result
    fixed: set[int] = set()  # indices of values that do not depend on `inputs`
    met: set[Number] = set()

    def visit(part: Number) -> int:
        """The index of a number's value; adds its value, and the steps that work it out, at the first visit."""
        if part in inputs:
            met.add(part)
        if part in index_of:
            return index_of[part]
        rule = part.operation.rule
        arguments = tuple(visit(below) for below in part.inputs) if rule else ()
        index_of[part] = index = len(values)
        values.append(part.low)
        if not arguments and part.low != part.high:
            raise NumberError(
                f"the formula of {_name(number)}",
                f"the range {part} ({_name(part)}) among its inputs",
                "a value for every range",
                "name it among the inputs",
            )
        if rule is None or fixed.issuperset(arguments):  # without a rule it is no step, and stays as it was stated
            fixed.add(index)
        else:
            steps.append((rule, arguments, index))
        return index

    top = visit(number)
    if absent := [part for part in inputs if part not in met]:
        raise NumberError(
            f"the formula of {_name(number)}",
            f"{_name(absent[0])} is no part of it",
            "numbers that it was computed from",
            "name one of them",
        )

    def formula(input_values: Sequence[float]) -> float:
        values[: len(inputs)] = input_values
        for rule, arguments, index in steps:
            values[index] = rule(*(values[argument] for argument in arguments))
        return values[top]

    return formula


def distribution_of(part: Number, distribution: str, uniform: Collection[Number]) -> str:
    """The distribution that an input is drawn from: "uniform" if it is in `uniform`, else `distribution`.

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
