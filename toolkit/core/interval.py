"""Ranges through operations: the least and greatest value of a number whose inputs are ranges.

They follow from the `shape` that each operation has in operation.py; a new operation needs nothing here.

Where an uncertain input is used more than once in a tree, the ranges of a step's inputs do not determine the step's
range: x / x is 1 whatever x may be. Only the standard library is imported, as in toolkit.core.operation, since archives
carry both files and run them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from toolkit.core.operation import Operation

if TYPE_CHECKING:
    from typing import Self  # of Python 3.11, and the archive's script runs on 3.10

MOST_FREE_INPUTS = 10  # all combinations of the ends of so many inputs are tried: at most 2 * 2**10 evaluations
FRACTIONS = ("sum", "product", "ratio")  # shapes whose results are fractions of polynomials in the inputs


class Node(Protocol):
    """A value with a range and the operation that made it: a number, or a row of an archive's receipts."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def operation(self) -> Operation: ...
    @property
    def inputs(self) -> Sequence[Self]: ...
    @property
    def uncertain_inputs(self) -> Mapping[Self, Dependence]: ...


N = TypeVar("N", bound=Node)


@dataclass(frozen=True)
class Dependence:
    """How a number depends on one uncertain input of its tree.

    Written as a fraction of two polynomials in that input, the number has these two degrees; both are infinite where
    it is no such fraction. `direction` is 1 where the number never falls as the input rises, -1 where it never rises,
    0 where neither is known. `extremes_at_ends` is true where, whatever values the other inputs have, the number is
    least and greatest at the low or high end of this one.
    """

    numerator_degree: float
    denominator_degree: float
    direction: int
    extremes_at_ends: bool


IDENTITY = Dependence(numerator_degree=1, denominator_degree=0, direction=1, extremes_at_ends=True)


def uncertain_inputs_of(node: N) -> dict[N, Dependence]:
    """The uncertain inputs in a node's tree in order of use, and how the node depends on each; {} for a point.

    A range whose operation has no rule, such as a printed one, is the only uncertain input of itself.
    """
    if node.low == node.high:
        return {}
    if node.operation.rule is None:
        return {node: IDENTITY}
    return _dependences(node.operation, node.inputs)


def ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    """The least and greatest value of an operation that has a rule, or the shape range, applied to its inputs.

    Exact where both extremes lie at ends of the uncertain inputs; otherwise the range holds every possible value and
    may be wider than need be. The caller checks that the divisor of a ratio cannot be zero: here 1 / [-1, 1] gives -1
    to 1 without an error. Raises ValueError for an operation with neither rule nor that shape, ArithmeticError or
    ValueError where the rule has no value.
    """
    if operation.primitive.shape == "range":
        return _range_ends(operation, inputs)
    name = operation.name
    if (  # x / x and x - x: the same value above and below
        len(inputs) == 2
        and inputs[0] == inputs[1]
        and (name == "ratio" or (name == "sum" and operation["signs"] == "+-"))
    ):
        return (1.0, 1.0) if name == "ratio" else (0.0, 0.0)
    low, high = _independent_ends(operation, inputs)
    uncertain_inputs = [uncertain for term in inputs for uncertain in term.uncertain_inputs]
    if low == high or len(set(uncertain_inputs)) == len(uncertain_inputs):
        return low, high
    at_corners = _corner_ends(operation, inputs)
    return (max(low, at_corners[0]), min(high, at_corners[1])) if at_corners else (low, high)


def _value_at(node: N, values: Mapping[N, float]) -> float:
    """The value of a node where some nodes of its tree have the values in `values`, and every point its own.

    Raises ValueError for a range that is not in `values` and whose operation has no rule, and what a rule raises.
    """
    if node in values:
        return values[node]
    if node.low == node.high:
        return node.low
    rule = node.operation.rule
    if rule is None:
        raise ValueError(f"the range {node.low} to {node.high} has no value")
    return rule(*(_value_at(part, values) for part in node.inputs))


def _rule(operation: Operation) -> Callable[..., float]:
    """The rule of an operation. Raises ValueError if it has none."""
    if operation.rule is None:
        raise ValueError(f"the operation {operation.name} has no rule")
    return operation.rule


def _range_ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    """The low and high of an operation of shape range; the first input of a `choice` is no option."""
    name = operation.name
    if name == "span":
        return inputs[0].low, inputs[1].high
    if name in ("low_end", "high_end"):
        end = inputs[0].low if name == "low_end" else inputs[0].high
        return end, end
    parts = inputs[1:] if name == "choice" else inputs
    return min(part.low for part in parts), max(part.high for part in parts)


def _independent_ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    """The least and greatest value where no two inputs depend on the same uncertain one."""
    rule = _rule(operation)
    if operation.primitive.shape == "sum":
        subtracted = [operation.name == "sum" and sign == "-" for sign in _signs(operation, inputs)]
        least = rule(*(part.high if minus else part.low for part, minus in zip(inputs, subtracted, strict=True)))
        greatest = rule(*(part.low if minus else part.high for part, minus in zip(inputs, subtracted, strict=True)))
        return min(least, greatest), max(least, greatest)  # the factor of `convert` may be negative
    if operation.primitive.shape == "rising":
        return rule(*(part.low for part in inputs)), rule(*(part.high for part in inputs))
    values = [rule(*corner) for corner in itertools.product(*({part.low, part.high} for part in inputs))]
    if _turns_at_zero(operation) and inputs[0].low < 0 < inputs[0].high:
        values.append(rule(0.0))
    return min(values), max(values)


def _corner_ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float] | None:
    """The least and greatest value at the corners of the box that the ranges of the uncertain inputs span.

    None where an extreme may lie inside the box, or where more than MOST_FREE_INPUTS inputs have no known direction.
    """
    dependences = _dependences(operation, inputs)
    free = [source for source, dependence in dependences.items() if not dependence.direction]
    if len(free) > MOST_FREE_INPUTS or not all(dependence.extremes_at_ends for dependence in dependences.values()):
        return None
    rule, results = _rule(operation), []
    for upward in (False, True):  # inputs of known direction at the ends that make the result least, then greatest
        directed = {
            source: source.high if (dependence.direction > 0) == upward else source.low
            for source, dependence in dependences.items()
            if dependence.direction
        }
        for corner in itertools.product(*((source.low, source.high) for source in free)):
            values = directed | dict(zip(free, corner, strict=True))
            results.append(rule(*(_value_at(part, values) for part in inputs)))
    return min(results), max(results)


def _signs(operation: Operation, inputs: Sequence[N]) -> str:
    """A plus or minus for each input; only a `sum` has minuses."""
    return str(operation["signs"]) if operation.name == "sum" else "+" * len(inputs)


def _turns_at_zero(operation: Operation) -> bool:
    """True for a function of one input that rises on one side of zero and falls on the other."""
    shape = operation.primitive.shape
    return shape == "turning" or (shape == "power" and float(operation["power"]) % 2 == 0)


def _dependences(operation: Operation, inputs: Sequence[N]) -> dict[N, Dependence]:
    """How the result of an operation depends on each uncertain input in its tree."""
    uncertain_inputs = dict.fromkeys(uncertain for operand in inputs for uncertain in operand.uncertain_inputs)
    return {
        uncertain: _dependence(operation, inputs, [operand.uncertain_inputs.get(uncertain) for operand in inputs])
        for uncertain in uncertain_inputs
    }


def _dependence(operation: Operation, inputs: Sequence[N], operands: Sequence[Dependence | None]) -> Dependence:
    """How a result depends on one uncertain input; `operands` says how each input of the operation does: None, not."""
    shape = operation.primitive.shape
    dependent_operands = [operand for operand in operands if operand]
    directions = {
        operand.direction * _direction(operation, inputs, position)
        for position, operand in enumerate(operands)
        if operand
    }
    direction = directions.pop() if len(directions) == 1 else 0
    numerator, denominator = _degrees(
        shape,
        [(operand.numerator_degree, operand.denominator_degree) if operand else (0, 0) for operand in operands],
    )
    through_one_operand = (
        len(dependent_operands) == 1
        and dependent_operands[0].extremes_at_ends
        and (shape in (*FRACTIONS, "rising") or _is_monotonic(operation, inputs))
    )
    linear_over_linear = max(numerator, denominator) <= 1  # such a fraction rises or falls throughout
    return Dependence(
        numerator_degree=numerator,
        denominator_degree=denominator,
        direction=direction,
        extremes_at_ends=linear_over_linear or direction != 0 or through_one_operand,
    )


def _direction(operation: Operation, inputs: Sequence[N], position: int) -> int:
    """1 where the result never falls as the operand at `position` rises, -1 where it never rises, 0 if unknown."""
    shape = operation.primitive.shape
    if shape == "sum":
        if operation.name == "convert":
            return 1 if float(operation["times"]) / float(operation["over"]) > 0 else -1
        return 1 if _signs(operation, inputs)[position] == "+" else -1
    if shape == "product":
        return math.prod(_side_of_zero(part) for other, part in enumerate(inputs) if other != position)
    if shape == "ratio":
        return _side_of_zero(inputs[1]) if position == 0 else -_side_of_zero(inputs[0])
    if shape == "rising":
        return 1
    if shape == "power" and not _turns_at_zero(operation):
        return 1
    if _is_monotonic(operation, inputs):
        return _side_of_zero(inputs[0]) * (-1 if operation.name == "normal_density" else 1)
    return 0


def _is_monotonic(operation: Operation, inputs: Sequence[N]) -> bool:
    """True for a power, or a function that turns at zero, that only rises or only falls over the input's range."""
    if operation.primitive.shape == "power" and not _turns_at_zero(operation):
        return True
    return _turns_at_zero(operation) and _side_of_zero(inputs[0]) != 0


def _side_of_zero(part: Node) -> int:
    """1 for a range without negative values, -1 for one without positive values, 0 for one that has both."""
    return 1 if part.low >= 0 else -1 if part.high <= 0 else 0


def _degrees(shape: str, degrees: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The degrees of a result's numerator and denominator, from those of its operands; infinite for other shapes."""
    common_denominator = sum(denominator for _, denominator in degrees)  # the product of all of them
    if shape == "sum":
        numerators_over_it = [
            numerator + common_denominator - denominator if math.isfinite(denominator) else math.inf
            for numerator, denominator in degrees
        ]
        return max(numerators_over_it), common_denominator
    if shape == "product":
        return sum(numerator for numerator, _ in degrees), common_denominator
    if shape == "ratio":
        (numerator, denominator), (divisor_numerator, divisor_denominator) = degrees
        return numerator + divisor_denominator, denominator + divisor_numerator
    return math.inf, math.inf
