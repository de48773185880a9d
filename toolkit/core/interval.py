"""Ranges through operations: the least and greatest value of a number whose inputs are ranges.

Where an input stands in a tree more than once, the ranges of the parts do not tell the range of the whole: x / x is 1
whatever x may be. Plain Python alone, as toolkit.core.operation.
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

CORNERS = 10  # up to 2**10 corners of the box of uncertain inputs are evaluated
FRACTIONS = ("sum", "product", "ratio")


class Node(Protocol):
    """What ranges go through: a number, or a row of an archive's receipts."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def operation(self) -> Operation: ...
    @property
    def inputs(self) -> Sequence[Self]: ...
    @property
    def atoms(self) -> Mapping[Self, Use]: ...


N = TypeVar("N", bound=Node)


@dataclass(frozen=True)
class Use:
    """How a number hangs on one uncertain input.

    `above` and `below` are its degrees in a fraction of polynomials, infinite where the number is none. `direction` is
    1 where the number rises with it throughout, -1 where it falls, 0 where neither is known. `at_ends` is true where
    the extreme values lie at the input's ends, whatever the other inputs are.
    """

    above: float
    below: float
    direction: int
    at_ends: bool


SELF = Use(1, 0, 1, True)


def atoms_of(node: N) -> dict[N, Use]:
    """The uncertain inputs of a node in order of use, and how it hangs on each; itself where nothing below is known."""
    if node.low == node.high:
        return {}
    if node.operation.rule is None:
        return {node: SELF}
    return _uses(node.operation, node.inputs)


def ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    """The least and greatest value that an operation with a rule, or one of shape range, gives for its inputs.

    Exact where the extremes lie at ends of the uncertain inputs; else wide enough, perhaps wider than need be.
    Raises ValueError for an operation that has neither, ArithmeticError or ValueError where it has no value.
    """
    if operation.primitive.shape == "range":
        return _range_ends(operation, inputs)
    name = operation.name
    if (
        len(inputs) == 2
        and inputs[0] == inputs[1]
        and (name == "ratio" or (name == "sum" and operation["signs"] == "+-"))
    ):
        return (1.0, 1.0) if name == "ratio" else (0.0, 0.0)
    low, high = _independent_ends(operation, inputs)
    seen = [atom for part in inputs for atom in part.atoms]
    if low == high or len(set(seen)) == len(seen):
        return low, high
    narrowed = _corner_range(operation, inputs)
    return (max(low, narrowed[0]), min(high, narrowed[1])) if narrowed else (low, high)


def value_at(node: N, at: Mapping[N, float]) -> float:
    """The value of a node where some nodes of its tree take the values of `at`, and all points their own.

    Raises ValueError for a range that no rule gives a value.
    """
    if node in at:
        return at[node]
    if node.low == node.high:
        return node.low
    rule = node.operation.rule
    if rule is None:
        raise ValueError(f"the range {node.low} to {node.high} has no value")
    return rule(*(value_at(part, at) for part in node.inputs))


def _rule(operation: Operation) -> Callable[..., float]:
    if operation.rule is None:
        raise ValueError(f"the operation {operation.name} has no rule")
    return operation.rule


def _range_ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    name = operation.name
    if name == "span":
        return inputs[0].low, inputs[1].high
    if name in ("low_end", "high_end"):
        end = inputs[0].low if name == "low_end" else inputs[0].high
        return end, end
    parts = inputs[1:] if name == "choice" else inputs
    return min(part.low for part in parts), max(part.high for part in parts)


def _independent_ends(operation: Operation, inputs: Sequence[N]) -> tuple[float, float]:
    """The ends where no two inputs hang on each other."""
    rule = _rule(operation)
    if operation.primitive.shape == "sum":
        falls = [operation.name == "sum" and sign == "-" for sign in _marks(operation, inputs)]
        pairs = [((p.high, p.low) if fall else (p.low, p.high)) for p, fall in zip(inputs, falls, strict=True)]
        found = [rule(*(pair[place] for pair in pairs)) for place in (0, 1)]
        return min(found), max(found)  # a factor may be negative
    if operation.primitive.shape == "rising":
        return rule(*(part.low for part in inputs)), rule(*(part.high for part in inputs))
    values = [rule(*corner) for corner in itertools.product(*({part.low, part.high} for part in inputs))]
    if _turns(operation) and inputs[0].low < 0 < inputs[0].high:
        values.append(rule(0.0))
    return min(values), max(values)


def _corner_range(operation: Operation, inputs: Sequence[N]) -> tuple[float, float] | None:
    """Least and greatest value over the box of uncertain inputs; None where they may lie inside it."""
    uses = _uses(operation, inputs)
    free = [atom for atom, use in uses.items() if not use.direction]
    if len(free) > CORNERS or not all(use.at_ends for use in uses.values()):
        return None
    rule, found = _rule(operation), []
    for up in (False, True):
        fixed = {
            atom: atom.high if (use.direction > 0) == up else atom.low for atom, use in uses.items() if use.direction
        }
        for corner in itertools.product(*((atom.low, atom.high) for atom in free)):
            at = fixed | dict(zip(free, corner, strict=True))
            found.append(rule(*(value_at(part, at) for part in inputs)))
    return min(found), max(found)


def _marks(operation: Operation, inputs: Sequence[N]) -> str:
    return str(operation["signs"]) if operation.name == "sum" else "+" * len(inputs)


def _turns(operation: Operation) -> bool:
    shape = operation.primitive.shape
    return shape == "turning" or (shape == "power" and float(operation["power"]) % 2 == 0)


def _uses(operation: Operation, inputs: Sequence[N]) -> dict[N, Use]:
    atoms = dict.fromkeys(atom for part in inputs for atom in part.atoms)
    return {atom: _use(operation, inputs, [part.atoms.get(atom) for part in inputs]) for atom in atoms}


def _use(operation: Operation, inputs: Sequence[N], parts: Sequence[Use | None]) -> Use:
    """How a step hangs on an atom on which some of its inputs do (None for those that do not)."""
    shape = operation.primitive.shape
    there = [part for part in parts if part]
    directions = {part.direction * _side(operation, inputs, place) for place, part in enumerate(parts) if part}
    direction = directions.pop() if len(directions) == 1 else 0
    above, below = _degrees(shape, [(part.above, part.below) if part else (0, 0) for part in parts])
    alone = len(there) == 1 and there[0].at_ends and (shape in (*FRACTIONS, "rising") or _one_sided(operation, inputs))
    return Use(above, below, direction, max(above, below) <= 1 or direction != 0 or alone)


def _side(operation: Operation, inputs: Sequence[N], place: int) -> int:
    """1 where a step rises with its input at `place` throughout, -1 where it falls, 0 where neither is known."""
    shape = operation.primitive.shape
    if shape == "sum":
        if operation.name == "convert":
            return 1 if float(operation["times"]) / float(operation["over"]) > 0 else -1
        return 1 if _marks(operation, inputs)[place] == "+" else -1
    if shape == "product":
        return math.prod(_sign(part) for other, part in enumerate(inputs) if other != place)
    if shape == "ratio":
        return _sign(inputs[1]) if place == 0 else -_sign(inputs[0])
    if shape == "rising":
        return 1
    if shape == "power" and not _turns(operation):
        return 1
    if _one_sided(operation, inputs):
        return _sign(inputs[0]) * (-1 if operation.name == "normal_density" else 1)
    return 0


def _one_sided(operation: Operation, inputs: Sequence[N]) -> bool:
    if operation.primitive.shape == "power" and not _turns(operation):
        return True
    return _turns(operation) and _sign(inputs[0]) != 0


def _sign(part: Node) -> int:
    return 1 if part.low >= 0 else -1 if part.high <= 0 else 0


def _degrees(shape: str, degrees: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The degrees above and below the line of a step, from those of its inputs.

    Where neither is over one the fraction rises or falls in the input throughout (linear over linear).
    """
    downs = sum(below for _, below in degrees)
    if shape == "sum":
        return max(above + downs - below if math.isfinite(below) else math.inf for above, below in degrees), downs
    if shape == "product":
        return sum(above for above, _ in degrees), downs
    if shape == "ratio":
        (above, below), (above_too, below_too) = degrees
        return above + below_too, below + above_too
    return math.inf, math.inf
