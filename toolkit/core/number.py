"""Number: a value that knows its unit, its kind and what it was computed from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NoReturn, cast

from toolkit.core import interval
from toolkit.core.errors import NumberError
from toolkit.core.interval import Dependence
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.operation import Operation, operation
from toolkit.core.operation import from_json as operation_from_json
from toolkit.core.project import digest
from toolkit.core.tree import made_from, nodes_of, nodes_to_json
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    aligned,
    convert_exactly,
    factor,
    is_dimensionless,
    no_unit,
    parse_unit,
    unit_text,
    unit_without_scales,
)
from toolkit.core.wording import Style
from toolkit.core.written import Written, style_after_conversion, style_of_sum

MIME = "application/vnd.toolkit.number+json"
COMPARED_DIGITS = 9  # two editions agree where their values do to so many significant digits


@dataclass(frozen=True, eq=False)
class Number(Written):
    """Low and high (equal for a point) in `unit`, a kind, an operation, and the inputs it was applied to.

    Arithmetic gives numbers: units are checked, intervals carried, the kind is the highest of the inputs'.
    Only 0 and 1 may stand bare beside a number; any other constant is `assume`d or reported.
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
            object.__setattr__(self, end, float(getattr(self, end)) + 0.0)  # no −0.0, which JSON does not keep
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise NumberError(self.label or self.operation.name, f"{self.low} to {self.high}", "finite values")
        if self.low > self.high:
            raise NumberError(self.label or self.operation.name, f"low {self.low} over high {self.high}", "low <= high")

    # identity: same value, same unit, same derivation

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that stand for value, unit and derivation; wording does not count."""
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
        return derive(operation("sum", signs="-"), [self], self.unit)

    def __lt__(self, other: Number | int) -> bool:
        return _certain(self - other, "<")

    def __gt__(self, other: Number | int) -> bool:
        return _certain(other - self, ">")

    def __bool__(self) -> bool:
        raise NumberError("a condition", f"{self} has no truth value", "a comparison such as x < y")

    def __float__(self) -> float:
        raise NumberError(
            "float()", f"{self} would lose its unit and sources", "numbers of the desk", "use .low, .high"
        )

    # another unit

    def to(self, unit: str) -> Number:
        """The same quantity in another unit of the same dimension. Raises NumberError for one of another."""
        return convert(self, parse_unit(unit, self.unit._REGISTRY))

    # receipts

    @property
    def method(self) -> str:
        """The operation in words, its inputs by their places: "{0} ÷ {1}"."""
        return self.operation.words([f"{{{place}}}" for place in range(len(self.inputs))])

    def leaves(self) -> tuple[Number, ...]:
        """The figures, series rows, usage logs and assumptions this rests on, in order of use."""
        if not self.inputs:
            return () if self.operation.name == "constant" else (self,)
        return tuple(dict.fromkeys(leaf for number in self.inputs for leaf in number.leaves()))

    def nodes(self) -> dict[str, Number]:
        """The receipt: every number of the tree by its digest, this one first."""
        return nodes_of([self])

    def named(self, label: str) -> Number:
        """The same number under a label of its own in receipts."""
        return replace(self, label=label)

    def to_json(self) -> dict[str, Any]:
        """The number with its whole tree, without loss: `from_json` gives it back."""
        return {"root": self.digest, "nodes": nodes_to_json([self])}

    @classmethod
    def from_json(cls, found: Mapping[str, Any], units: UnitRegistry) -> Number:
        """The number that `to_json` gave; `units` must define the units in it."""
        return nodes_from_json(found["nodes"], units)[found["root"]]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": str(self), MIME: self.to_json()}

    @cached_property
    def uncertain_inputs(self) -> dict[Number, Dependence]:
        """The uncertain inputs in its tree in order of use, and how the number depends on each."""
        return interval.uncertain_inputs_of(self)


# numbers from JSON


def nodes_from_json(nodes: Mapping[str, Mapping[str, Any]], units: UnitRegistry) -> dict[str, Number]:
    """The numbers that `nodes_to_json` gave; `units` must define the units in them."""

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

    return made_from(nodes, make)


def to_nine_digits(value: float) -> str:
    """A value to nine significant digits, as two editions are compared; noise in the last bits does not count."""
    return f"{float(f'{value:.12g}'):.{COMPARED_DIGITS}g}"


# how numbers are made


def leaf(low: float, high: float, unit: Unit, kind: Kind, ref: str, label: str, style: Style | None = None) -> Number:
    """A number that somebody gave: `low` and `high` in `unit` as printed; scales such as million are taken out."""
    plain = unit_without_scales(unit)
    ends = convert_exactly(low, unit, plain), convert_exactly(high, unit, plain)
    return Number(*ends, plain, kind, operation("printed"), label=label, ref=ref, style=style or Style())


def constant(value: float, unit: Unit) -> Number:
    """A constant of a formula: it rests on nothing and is listed nowhere."""
    return Number(float(value), float(value), unit, Kind.COMPUTED, operation("constant"))


def derive(made: Operation, inputs: Sequence[Number], unit: Unit, style: Style | None = None) -> Number:
    """A number by an operation that has a rule: its range follows from those of its inputs.

    Raises NumberError where the operation has no value that a number could hold.
    """
    try:
        low, high = interval.ends(made, inputs)
    except (ArithmeticError, ValueError) as error:
        raise NumberError(
            made.words([str(number) for number in inputs]), f"no value ({error})", "finite values"
        ) from error
    kind = kind_of_result(number.kind for number in inputs)
    return Number(low, high, unit, kind, made, tuple(inputs), style=style or Style())


def convert(number: Number, unit: Unit) -> Number:
    """The same quantity in another unit of the same dimension, as a step of its own."""
    if number.unit == unit:
        return number
    times, over = factor(number.unit, unit)
    said = operation("convert", times=times, over=over, unit=unit_text(unit))
    return derive(said, [number], unit, style_after_conversion(number.style, number.unit, unit))


def refuse_bare(value: object, action: str) -> NoReturn:
    """Raises NumberError: a bare value was about to be mixed with a number."""
    raise NumberError(
        f"{value!r} {action} a number",
        "a bare value has no unit and no source",
        "numbers of the desk; 0 and 1 alone may stand bare",
        "use assume(value, unit, why=...) or a figure from data/",
    )


def _zero_or_one(value: int, action: str) -> int:
    """A bare 0 or 1. Raises NumberError for all else that stands beside a number."""
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        return value
    refuse_bare(value, action)


def _sum(left: Number, right: Number | int, sign: int) -> Number:
    if not isinstance(right, Number):
        if _zero_or_one(right, "added to") == 0:
            return left
        known, one = _beside_one(left, f"{left} {'+' if sign > 0 else '−'} {right}")
        return derive(operation("sum", signs="+" + "-+"[sign > 0]), [known, one], one.unit, left.style)
    right = convert(right, left.unit)
    style = style_of_sum(left.style, right.style, sign)
    if sign > 0 and _is_sum(left) and all(part.unit == left.unit for part in left.inputs):
        terms = [*left.inputs, right]
        return derive(operation("sum", signs="+" * len(terms)), terms, left.unit, style)
    return derive(operation("sum", signs="+" + "-+"[sign > 0]), [left, right], left.unit, style)


def _sum_from_bare(left: int, right: Number, sign: int) -> Number:
    if _zero_or_one(left, "added to") == 0:
        return right if sign > 0 else -right
    known, one = _beside_one(right, f"{left} {'+' if sign > 0 else '−'} {right}")
    return derive(operation("sum", signs="+" + "-+"[sign > 0]), [one, known], one.unit, right.style)


def _beside_one(known: Number, said: str) -> tuple[Number, Number]:
    """A plain number without scales, and 1. Raises NumberError for a number with a unit."""
    if not is_dimensionless(known.unit):
        raise NumberError(said, f"1 has no unit, {known} is in {unit_text(known.unit)}", "a plain number")
    one = constant(1, no_unit(known.unit))
    return convert(known, one.unit), one


def _is_sum(number: Number) -> bool:
    """A sum that a further term may join: nothing is taken off, and it is no question's answer."""
    made = number.operation
    return made.name == "sum" and not number.ref and "-" not in str(made["signs"])


def _product(left: Number, right: Number | int) -> Number:
    if not isinstance(right, Number):
        if _zero_or_one(right, "multiplied with") == 0:
            raise NumberError(f"{left} × {right}", "a bare zero", "a number other than zero")
        return left
    left, right, unit = _aligned(left, right, 1)
    return derive(operation("product"), [left, right], unit)


def _ratio(left: Number, right: Number | int) -> Number:
    if not isinstance(right, Number):
        if _zero_or_one(right, "divided with") == 0:
            raise NumberError(f"{left} ÷ {right}", "a bare zero", "a number other than zero")
        return left
    _refuse_zero_divisor(left, right)
    like = not is_dimensionless(left.unit)
    same = left.style.form == right.style.form == "times"
    left, right, unit = _aligned(left, right, -1)
    style = Style("times") if (like and is_dimensionless(unit)) or same else Style()
    return derive(operation("ratio"), [left, right], unit, style)


def _ratio_of_bare(left: int, right: Number) -> Number:
    if _zero_or_one(left, "divided with") == 0:
        raise NumberError(f"{left} ÷ {right}", "a bare zero", "a number other than zero")
    _refuse_zero_divisor(left, right)
    one, right, unit = _aligned(constant(1, no_unit(right.unit)), right, -1)
    return derive(operation("ratio"), [one, right], unit)


def _refuse_zero_divisor(left: Number | int, right: Number) -> None:
    if right.low <= 0 <= right.high:
        raise NumberError(f"{left} ÷ {right}", f"the divisor {right} may be zero", "a divisor clear of zero")


def _aligned(left: Number, right: Number, power: int) -> tuple[Number, Number, Unit]:
    """Both factors with one unit for each dimension and without scales, and the unit of what they give."""
    units = aligned(left.unit, right.unit)
    left, right = (convert(number, unit) for number, unit in zip((left, right), units, strict=True))
    return left, right, left.unit * right.unit**power


def _certain(difference: Number, mark: str) -> bool:
    if difference.high < 0:
        return True
    if difference.low >= 0:
        return False
    raise NumberError(mark, "the two ranges overlap", "ranges apart from each other", "compare .low or .high")
