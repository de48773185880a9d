"""Number: a value that knows its unit, its kind and what it was computed from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

from toolkit.core import interval
from toolkit.core.bare_value import zero_or_one
from toolkit.core.errors import NumberError
from toolkit.core.interval import Dependence
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.number_style import Styled, style_after_conversion, style_beside_one, style_in, style_of_sum
from toolkit.core.operation import Operation, operation
from toolkit.core.operation import from_json as operation_from_json
from toolkit.core.project import digest
from toolkit.core.tree import chosen_in, nodes_of, nodes_to_json, numbers_from_json
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    convert_exactly,
    factor,
    is_dimensionless,
    no_unit,
    parse_unit,
    unit_text,
    unit_without_scales,
)
from toolkit.core.unit_cancelling import aligned
from toolkit.core.units_per_many import unit_with_words
from toolkit.core.wording import RELIABLE_DIGITS, Style

MIME = "application/vnd.toolkit.number+json"
COMPARED_DIGITS = 9  # values of two editions agree if they are equal to nine significant digits


@dataclass(frozen=True, eq=False)
class Number(Styled):
    """Low and high (equal for a point) in `unit`, with a kind and the operation and inputs that gave it.

    Arithmetic gives numbers again: it checks units, computes the range, and takes the highest kind of the inputs. The
    only bare Python numbers it accepts are 0 and 1; any other constant has to be a source's figure or an `assume`.
    `label` names the number in receipts, `ref` is the key of a value that was read, `why` an assumption's reason,
    `style` how it is written. Raises NumberError for an end that is not finite, for low over high, for a power that is
    not whole, and where Python asks for a bare value: `if number`, `float(number)`.
    """

    low: float
    high: float
    unit: Unit
    kind: Kind
    operation: Operation
    inputs: tuple[Number, ...] = ()
    label: str = ""
    ref: str | None = None
    why: str | None = None
    style: Style = field(default=Style())

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            object.__setattr__(self, end, float(getattr(self, end)) + 0.0)  # 0.0 for −0.0, which JSON does not keep
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise NumberError(self.label or self.operation.name, f"{self.low} to {self.high}", "finite values")
        if self.low > self.high:
            raise NumberError(self.label or self.operation.name, f"low {self.low} over high {self.high}", "low <= high")

    # identity: same value, same unit, same derivation

    @cached_property
    def digest(self) -> str:
        """A hash of value, unit and derivation, 16 hexadecimal digits; labels count for leaves only, style never."""
        leaf = (self.ref or "", self.why or "", self.label) if not self.inputs else filter(None, (self.ref,))
        parts = (repr(self.low), repr(self.high), unit_text(self.unit), str(self.kind), self.method, *leaf)
        return digest([*parts, *(number.digest for number in self.inputs)])[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Number) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    # arithmetic

    def __add__(self, other: Number | int) -> Number:
        return _sum(self, other, 1)

    def __radd__(self, other: int) -> Number:
        return _sum_from_bare(other, self, 1)

    def __sub__(self, other: Number | int) -> Number:
        return _sum(self, other, -1)

    def __rsub__(self, other: int) -> Number:
        return _sum_from_bare(other, self, -1)

    def __mul__(self, other: Number | int) -> Number:
        return _product(self, other)

    def __rmul__(self, other: int) -> Number:
        return _product(self, other)

    def __truediv__(self, other: Number | int) -> Number:
        return _ratio(self, other)

    def __rtruediv__(self, other: int) -> Number:
        return _ratio_of_bare(other, self)

    def __pow__(self, power: int) -> Number:
        if not isinstance(power, int) or isinstance(power, bool):
            raise NumberError("**", f"the power {power!r}", "a whole number", "for others use exp and log")
        if power < 0:
            if self.low <= 0 <= self.high:
                raise NumberError("**", f"a negative power of {self}, which may be zero", "a value other than zero")
            return 1 / self**-power
        return derive(operation("power", power=power), [self], cast(Unit, self.unit**power))

    def __neg__(self) -> Number:
        return derive(operation("sum", signs="-"), [self], self.unit, self.style)

    def __lt__(self, other: Number | int) -> bool:
        return _certain(self - other, "<")

    def __gt__(self, other: Number | int) -> bool:
        return _certain(other - self, ">")

    def __bool__(self) -> bool:
        raise NumberError("a condition", f"{self} has no truth value", "a comparison such as x < y")

    def __float__(self) -> float:
        raise NumberError("float()", f"{self} would lose its unit and sources", "a Number", "use .low, .high")

    # another unit

    def to(self, unit: str) -> Number:
        """The same quantity in another unit. Raises NumberError for one of another dimension, or that has no words."""
        return convert(self, unit_with_words(unit, self.unit._REGISTRY))

    # receipts

    @property
    def method(self) -> str:
        """The operation in words, with its inputs by position: "{0} ÷ {1}"."""
        return self.operation.words([f"{{{place}}}" for place in range(len(self.inputs))])

    def leaves(self) -> tuple[Number, ...]:
        """The figures, series rows, usage logs and assumptions in the tree, in order of use; constants are left out."""
        return self._leaves

    @cached_property
    def _leaves(self) -> tuple[Number, ...]:
        itself = () if self.operation.name == "constant" else (self,)
        return tuple(dict.fromkeys(leaf for part in self.inputs for leaf in part._leaves)) if self.inputs else itself

    def nodes(self) -> dict[str, Number]:
        """The receipt: every number of the tree by its digest, this one first."""
        return nodes_of([self])

    def named(self, label: str) -> Number:
        """The same number with another label in receipts."""
        return replace(self, label=label)

    def to_json(self) -> dict[str, Any]:
        """The number with its whole tree; `from_json` rebuilds it without loss."""
        return {"root": self.digest, "nodes": nodes_to_json([self])}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any], units: UnitRegistry) -> Number:
        """The number whose `to_json` is `tree`. Raises NumberError for a unit not in `units`, or KeyError."""
        return nodes_from_json(tree["nodes"], units)[tree["root"]]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": str(self), MIME: self.to_json()}

    @cached_property
    def uncertain_inputs(self) -> dict[Number, Dependence]:
        """The uncertain inputs in its tree in order of use, and how the number depends on each."""
        return interval.uncertain_inputs_of(self)


# numbers from JSON


def nodes_from_json(nodes: Mapping[str, Mapping[str, Any]], units: UnitRegistry) -> dict[str, Number]:
    """The numbers whose `nodes_to_json` are `nodes`, by name. Raises as `Number.from_json` does."""

    def make(node: Mapping[str, Any], inputs: tuple[Number, ...]) -> Number:
        return Number(
            low=node["low"],
            high=node["high"],
            unit=parse_unit(node["unit"], units),
            kind=Kind[node["kind"].upper()],
            operation=operation_from_json(node["operation"]),
            inputs=inputs,
            label=node.get("label", ""),
            ref=node.get("ref"),
            why=node.get("why"),
            style=Style(**node.get("style", {})),
        )

    return numbers_from_json(nodes, make)


def to_nine_digits(value: float) -> str:
    """A value to nine significant digits, as values of two editions are compared, whatever their last bits are."""
    return f"{float(f'{value:.{RELIABLE_DIGITS}g}'):.{COMPARED_DIGITS}g}"


# how numbers are made


def leaf(low: float, high: float, unit: Unit, kind: Kind, ref: str, label: str, style: Style | None = None) -> Number:
    """A number without inputs: `low` and `high` as printed, in `unit`, and held in it without scales (million)."""
    base = unit_without_scales(unit)
    ends = [convert_exactly(end, unit, base) for end in dict.fromkeys((low, high))]  # one for a point
    return Number(ends[0], ends[-1], base, kind, Operation("printed"), (), label, ref, style=style or style_in(unit))


def constant(value: float, unit: Unit) -> Number:
    """A constant of a formula: no inputs, and not among the leaves of what is computed with it."""
    return Number(float(value), float(value), unit, Kind.COMPUTED, operation("constant"))


def derive(step: Operation, inputs: Sequence[Number], unit: Unit, style: Style | None = None) -> Number:
    """The number that an operation gives for its inputs: one that has a rule, or whose primitive has the shape "range".

    The caller checks that no divisor can be zero. Raises NumberError where the result is no finite value.
    """
    try:
        low, high = interval.ends(step, inputs)
    except (ArithmeticError, ValueError) as error:
        words = step.words([str(number) for number in inputs])
        raise NumberError(words, f"no value ({error})", "finite values") from error
    kind = kind_of_result(number.kind for number in inputs)
    return Number(low, high, unit, kind, step, tuple(inputs), style=style or Style())


def convert(number: Number, unit: Unit) -> Number:
    """The same quantity in another unit, as one step. Raises NumberError for different dimensions."""
    if number.unit == unit:
        return number
    multiplier, divisor = factor(number.unit, unit)
    step = operation("convert", times=multiplier, over=divisor, unit=unit_text(unit))
    return derive(step, [number], unit, style_after_conversion(number, unit))


def _sum(left: Number, right: Number | int, sign: int) -> Number:
    if not isinstance(right, Number):
        if zero_or_one(right, "added to") == 0:
            return left
        plain, one = _beside_one(left, f"{left} {'+' if sign > 0 else '−'} {right}")
        style = style_beside_one(left.style)
        return derive(operation("sum", signs="+" + "-+"[sign > 0]), [plain, one], one.unit, style)
    if sign > 0 and _is_sum(left) and all(part.unit == left.unit for part in left.inputs):
        return signed_sum([(1, part) for part in left.inputs] + [(1, convert(right, left.unit))])
    return signed_sum([(1, left), (sign, convert(right, left.unit))])


def signed_sum(terms: Sequence[tuple[int, Number]]) -> Number:
    """The sum of numbers of one unit, each with the sign 1 or -1, as one step. A term −b is subtracted as b.

    Raises NumberError for a sum that is not finite.
    """
    plain = [(-sign, number.inputs[0]) if _is_negation(number) else (sign, number) for sign, number in terms]
    plain.sort(key=lambda term: term[0] < 0)  # "45% − 40%" for "−40% + 45%"
    signs, numbers = [sign for sign, _ in plain], [number for _, number in plain]
    style = style_of_sum(numbers, signs)
    return derive(operation("sum", signs="".join("-+"[sign > 0] for sign in signs)), numbers, terms[0][1].unit, style)


def _sum_from_bare(left: int, right: Number, sign: int) -> Number:
    if zero_or_one(left, "added to") == 0:
        return right if sign > 0 else -right
    plain, one = _beside_one(right, f"{left} {'+' if sign > 0 else '−'} {right}")
    return derive(operation("sum", signs="+" + "-+"[sign > 0]), [one, plain], one.unit, style_beside_one(right.style))


def _beside_one(number: Number, where: str) -> tuple[Number, Number]:
    """A dimensionless number, its scales multiplied out, and 1. Raises NumberError for a number with a unit."""
    if not is_dimensionless(number.unit):
        raise NumberError(where, f"1 has no unit, {number} is in {unit_text(number.unit)}", "a plain number")
    one = constant(1, no_unit(number.unit))
    return convert(number, one.unit), one


def _is_sum(number: Number) -> bool:
    """True for a sum to which a term may be added in one step: no term is subtracted, and it is no query's answer."""
    step = number.operation
    return step.name == "sum" and not number.ref and "-" not in str(step["signs"])


def _is_negation(number: Number) -> bool:
    """True for −b that nobody has named."""
    step = number.operation
    return step.name == "sum" and step["signs"] == "-" and not (number.ref or number.label)


def _product(left: Number, right: Number | int) -> Number:
    if not isinstance(right, Number):
        if zero_or_one(right, "multiplied by") == 0:
            raise NumberError(f"{left} × {right}", "a bare zero", "a number other than zero")
        return left
    left, right, unit = _aligned(left, right, 1)
    return derive(operation("product"), [left, right], unit)


def _ratio(left: Number, right: Number | int) -> Number:
    if not isinstance(right, Number):
        if zero_or_one(right, "divided by") == 0:
            raise NumberError(f"{left} ÷ {right}", "a bare zero", "a number other than zero")
        return left
    _refuse_zero_divisor(left, right)
    had_unit = not is_dimensionless(left.unit)
    both_multiples = left.style.form == right.style.form == "times"
    left, right, unit = _aligned(left, right, -1)
    style = Style("times") if (had_unit and is_dimensionless(unit)) or both_multiples else Style()
    return derive(operation("ratio"), [left, right], unit, style)


def _ratio_of_bare(left: int, right: Number) -> Number:
    if zero_or_one(left, "divided by") == 0:
        raise NumberError(f"{left} ÷ {right}", "a bare zero", "a number other than zero")
    _refuse_zero_divisor(left, right)
    one, right, unit = _aligned(constant(1, no_unit(right.unit)), right, -1)
    return derive(operation("ratio"), [one, right], unit)


def _refuse_zero_divisor(left: Number | int, right: Number) -> None:
    if right.low <= 0 <= right.high:
        raise NumberError(f"{left} ÷ {right}", f"the divisor {right} may be zero", "a divisor that cannot be zero")


def _aligned(left: Number, right: Number, power: int) -> tuple[Number, Number, Unit]:
    """Both factors in common units without scales, and the unit of left × right (power 1) or left ÷ right (-1)."""
    units = aligned(left.unit, right.unit)
    left, right = (convert(number, unit) for number, unit in zip((left, right), units, strict=True))
    return left, right, left.unit * right.unit**power


def _certain(difference: Number, mark: str) -> bool:
    """True if a difference is below zero, False if not; NumberError if its range is on both sides, or on a choice."""
    if choices := chosen_in(difference):  # what the code does next would depend on it, and no receipt could say so
        raise NumberError(mark, f"a comparison that rests on the choice {min(choices)}", "numbers that rest on none")
    if difference.high < 0:
        return True
    if difference.low >= 0:
        return False
    raise NumberError(mark, "the two ranges overlap", "ranges apart from each other", "compare .low or .high")
