"""Number: a value that knows its unit, its kind and what it was computed from."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import NoReturn

from toolkit import wording
from toolkit.errors import NumberError
from toolkit.intervals import Degrees, corner_range, degrees, sum_method
from toolkit.project import digest
from toolkit.units import Unit, convert, factor, is_plain, parse_unit, plain_unit, reduced, unit_text
from toolkit.wording import Style

MIME = "application/vnd.toolkit.number+json"


class Kind(IntEnum):
    """What a number is; the higher one wins in arithmetic."""

    REPORTED = 0
    COMPUTED = 1
    MEASURED = 2
    ASSUMED = 3
    SYNTHETIC = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, eq=False)
class Number:
    """Low and high (equal for a point) in `unit`, a kind, and the inputs the method was applied to.

    Arithmetic gives numbers: units are checked, intervals carried, the kind is the highest of the inputs'.
    Only 0 and 1 may stand bare beside a number; any other constant is `assume`d or reported.
    """

    low: float
    high: float
    unit: Unit
    kind: Kind
    method: str
    inputs: tuple[Number, ...] = ()
    label: str = ""
    ref: str | None = None
    why: str | None = None
    style: Style = Style()
    rule: Callable[..., float] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise NumberError(self.label or self.method, f"{self.low} to {self.high}", "finite values")
        if self.low > self.high:
            raise NumberError(self.label or self.method, f"low {self.low} over high {self.high}", "low <= high")

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

    def __radd__(self, other: Number | int) -> Number:
        return _sum(other, self, 1)

    def __sub__(self, other: Number | int) -> Number:
        return _sum(self, other, -1)

    def __rsub__(self, other: Number | int) -> Number:
        return _sum(other, self, -1)

    def __mul__(self, other: Number | int) -> Number:
        return _product(self, other, 1)

    def __rmul__(self, other: Number | int) -> Number:
        return _product(other, self, 1)

    def __truediv__(self, other: Number | int) -> Number:
        return _product(self, other, -1)

    def __rtruediv__(self, other: Number | int) -> Number:
        return _product(other, self, -1)

    def __pow__(self, power: int) -> Number:
        if not isinstance(power, int) or isinstance(power, bool):
            raise NumberError("**", f"the power {power!r}", "a whole number", "for others use exp and log")
        if power < 0 and self.low <= 0 <= self.high:
            raise NumberError("**", f"a negative power of {self}, which may be zero", "a value other than zero")
        return derive(f"{{0}} ** {power}", lambda value: value**power, self, unit=self.unit**power, zero=power % 2 == 0)

    def __neg__(self) -> Number:
        return derive("−{0}", lambda value: -value, self, unit=self.unit)

    def __lt__(self, other: Number | int) -> bool:
        return _certain(self - other, "<")

    def __gt__(self, other: Number | int) -> bool:
        return _certain(other - self, ">")

    def __bool__(self) -> bool:
        raise NumberError("a condition", f"{self} has no truth value", "a comparison such as x < y")

    def __float__(self) -> float:
        raise NumberError("float()", f"{self} would lose its unit and sources", "numbers of the desk",
                          "use .low, .high")  # fmt: skip

    # wording

    def to(self, unit: str) -> Number:
        """The same quantity in another unit of the same dimension."""
        new = parse_unit(unit, self.unit._REGISTRY)
        if new == self.unit:
            return self
        return derive(f"{{0}} in {unit_text(new)}", lambda value: convert(value, self.unit, new), self, unit=new,
                      style=self.style)  # fmt: skip

    def digits(self, count: int) -> Number:
        """Written with `count` significant figures."""
        return replace(self, style=replace(self.style, digits=count))

    @property
    def percent(self) -> Number:
        """Written as a percentage."""
        return self._written_as("percent")

    @property
    def times(self) -> Number:
        """Written as a multiple: "9.9 times"."""
        return self._written_as("times")

    @property
    def plain(self) -> Number:
        """Written as a plain number."""
        return self._written_as("quantity")

    @property
    def bare(self) -> Number:
        """Written without the words of its unit, where the sentence has just named it."""
        return replace(self, style=replace(self.style, bare=True))

    @property
    def words(self) -> Number:
        """A small whole number spelt: "ten times"."""
        return replace(self, style=replace(self.style, words=True))

    @property
    def brief(self) -> Number:
        """Written in the short form of charts: "69m", "9.9×"."""
        return replace(self, style=replace(self.style, brief=True))

    def _written_as(self, form: str) -> Number:
        if not is_plain(self.unit):
            raise NumberError(f"writing {self} as {form}", unit_text(self.unit), "a number without a unit")
        return replace(self, style=replace(self.style, form=form))

    @property
    def _style(self) -> Style:
        return self.style if self.style.digits or not self.inputs else replace(self.style, digits=2)

    def __str__(self) -> str:
        return wording.prose(self.low, self.high, self.unit, self._style)

    __repr__ = __str__

    @property
    def short(self) -> str:
        """The wording for a chart's label: "9.9×", "69m", "$650bn"."""
        return wording.chart(self.low, self.high, self.unit, self._style)

    # receipts

    def leaves(self) -> tuple[Number, ...]:
        """The figures, series rows, feeds and assumptions this rests on, in order of use."""
        if not self.inputs:
            return (self,)
        return tuple(dict.fromkeys(leaf for number in self.inputs for leaf in number.leaves()))

    def nodes(self) -> dict[str, dict]:
        """The receipt: every number of the tree by its digest, as JSON values."""
        found: dict[str, dict] = {}
        _collect(self, found)
        return found

    def named(self, label: str) -> Number:
        """The same number under a label of its own in receipts."""
        return replace(self, label=label)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            "text/plain": str(self),
            MIME: {"text": str(self), "root": self.digest, "nodes": self.nodes()},
        }

    @cached_property
    def atoms(self) -> Degrees:
        """Uncertain inputs, with their degree above and below the line; None where that is not known."""
        if self.low == self.high:
            return {}
        if self.rule is None:
            return {self: (1, 0)}
        return degrees(self)


def leaf(low: float, high: float, unit: Unit, kind: Kind, ref: str, label: str, style: Style | None = None) -> Number:
    """A number the desk holds: `low` and `high` in `unit` as printed; factors such as million are taken out."""
    plain = plain_unit(unit)
    values = [float(f"{convert(value, unit, plain):.15g}") for value in (low, high)]  # as printed, not 0.1 + 0.2
    return Number(*values, plain, kind, "as printed", (), label, ref, None, style or Style())


def derive(
    method: str, rule: Callable[..., float], *inputs: Number, unit: Unit | None = None, style: Style | None = None,
    zero: bool = False,
) -> Number:  # fmt: skip
    """A number by a `rule` of its inputs that rises or falls in each of them throughout.

    The interval is exact then; `zero` says that the rule's least value lies at an input of zero, as for
    even powers. `method` names the inputs as {0}, {1}.
    """
    ends = [rule(*corner) for corner in itertools.product(*({number.low, number.high} for number in inputs))]
    if zero and inputs[0].low < 0 < inputs[0].high:
        ends.append(rule(0.0))
    kind = max(Kind.COMPUTED, *(number.kind for number in inputs))
    unit = inputs[0].unit._REGISTRY.Unit("") if unit is None else unit
    return Number(min(ends), max(ends), unit, kind, method, tuple(inputs), style=style or Style(), rule=rule)


def refuse_bare(value: object, action: str) -> NoReturn:
    """Raises NumberError: a bare value was about to be mixed with a number."""
    raise NumberError(
        f"{value!r} {action} a number",
        "a bare value has no unit and no source",
        "numbers of the desk; 0 and 1 alone may stand bare",
        "use assume(value, unit, why=...) or a figure from data/",
    )


def _as_number(value: object, like: Number, action: str) -> Number | None:
    """`value` as an operand: a number as it is, None for a bare 0 or 1, an error for all else."""
    if isinstance(value, Number):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        return None
    refuse_bare(value, action)


def _sum(left: Number | int, right: Number | int, sign: int) -> Number:
    a = _as_number(left, right, "added to") if not isinstance(left, Number) else left
    b = _as_number(right, left, "added to") if not isinstance(right, Number) else right
    known = b if a is None else a
    mark = "+" if sign > 0 else "−"
    if a is None or b is None:
        bare = float(left if a is None else right)
        if bare == 0 and (a is not None or sign > 0):
            return known
        if bare == 1 and not is_plain(known.unit):
            raise NumberError(f"1 {mark} {known}", f"1 has no unit, {known} is in {unit_text(known.unit)}",
                              "a plain number")  # fmt: skip
        method = f"{bare:.0f} {mark} {{0}}" if a is None else f"{{0}} {mark} {bare:.0f}"
        rule = (lambda value: bare + sign * value) if a is None else (lambda value: value + sign * bare)
        return derive(method, rule, known, unit=known.unit, style=known.style)
    if a == b and sign < 0:
        return combine("{0} − {1}", lambda x, y: 0.0, (a, b), a.unit, a.style, (0.0, 0.0))
    times, over = factor(b.unit, a.unit)
    terms, rule, method = (a, b), (lambda x, y: x + sign * (y * times / over)), f"{{0}} {mark} {{1}}"
    alike = sign > 0 and times == over == 1
    if alike and not a.ref and a.method == sum_method(len(a.inputs)) and all(n.unit == a.unit for n in a.inputs):
        terms = (*a.inputs, b)
        rule, method = (lambda *values: math.fsum(values)), sum_method(len(terms))
    elif alike:
        rule, method = (lambda *values: math.fsum(values)), sum_method(2)
    ends = [n.low for n in terms] if sign > 0 else [a.low, b.high]
    tops = [n.high for n in terms] if sign > 0 else [a.high, b.low]
    return combine(method, rule, terms, a.unit, a.style, (rule(*ends), rule(*tops)))


def _product(left: Number | int, right: Number | int, power: int) -> Number:
    mark = "×" if power > 0 else "÷"
    a = left if isinstance(left, Number) else _as_number(left, right, "multiplied with")
    b = right if isinstance(right, Number) else _as_number(right, left, "multiplied with")
    if (left == 0 if a is None else False) or (right == 0 if b is None else False):
        raise NumberError(f"{left} {mark} {right}", "a bare zero", "a number other than zero")
    if b is None:
        return a
    if power < 0 and b.low <= 0 <= b.high:
        raise NumberError(f"{left} {mark} {right}", f"the divisor {right} may be zero", "a divisor clear of zero")
    if a is None:
        return b if power > 0 else derive("1 ÷ {0}", lambda value: 1 / value, b, unit=1 / b.unit)
    unit, scale = reduced(a.unit * b.unit if power > 0 else a.unit / b.unit)
    like = power < 0 and not is_plain(a.unit) and is_plain(unit)
    style = Style("times") if like or (power < 0 and a.style.form == b.style.form == "times") else Style()
    rule = (lambda x, y: x * y * scale) if power > 0 else (lambda x, y: x / y * scale)
    if a == b and power < 0:
        return combine("{0} ÷ {1}", rule, (a, b), unit, style, (1.0, 1.0))
    ends = [rule(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return combine(f"{{0}} {mark} {{1}}", rule, (a, b), unit, style, (min(ends), max(ends)))


def combine(method, rule, inputs, unit, style, ends) -> Number:
    """A number from arithmetic; `ends` holds for independent inputs and is narrowed where they share some."""
    kind = max(Kind.COMPUTED, *(number.kind for number in inputs))
    made = Number(*ends, unit, kind, method, tuple(inputs), style=style, rule=rule)
    seen = [atom for number in inputs for atom in number.atoms]
    if made.low == made.high or len(set(seen)) == len(seen):
        return made
    narrowed = corner_range(made)
    if narrowed is None:
        return made  # the interval of independent inputs is wider than need be, never too narrow
    return replace(made, low=max(made.low, narrowed[0]), high=min(made.high, narrowed[1]))


def _collect(number: Number, found: dict[str, dict]) -> None:
    if number.digest in found:
        return
    found[number.digest] = {
        "low": number.low, "high": number.high, "unit": unit_text(number.unit), "kind": str(number.kind),
        "method": number.method, "inputs": [part.digest for part in number.inputs], "label": number.label,
        "ref": number.ref, "why": number.why, "text": str(number), "short": number.short,
    }  # fmt: skip
    for part in number.inputs:
        _collect(part, found)


def _certain(difference: Number, mark: str) -> bool:
    if difference.high < 0:
        return True
    if difference.low >= 0:
        return False
    raise NumberError(mark, "the two ranges overlap", "ranges apart from each other", "compare .low or .high")
