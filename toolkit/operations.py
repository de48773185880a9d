"""What a notebook does with numbers beyond + − × ÷: assume, span, log, exp, totals, means and ends."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from toolkit.errors import NumberError
from toolkit.intervals import sum_method
from toolkit.numbers import Kind, Number, combine, derive, leaf, refuse_bare
from toolkit.units import is_plain, parse_unit, unit_text


def assume(value: float | tuple[float, float], unit: str, why: str) -> Number:
    """An assumption: `value` (or low and high) in `unit`, and why it may be made; its kind is assumed.

    Raises NumberError if the reason is missing.
    """
    if not why.strip():
        raise NumberError("assume", "no reason", "one sentence", "say why the value may be assumed")
    low, high = value if isinstance(value, tuple) else (value, value)
    made = leaf(float(low), float(high), parse_unit(unit), Kind.ASSUMED, "assumption", why)
    return replace(made, method="assumed", why=why)


def span(low: Number, high: Number) -> Number:
    """The range from one number to another of the same dimension, where either end may hold.

    Raises NumberError if the two do not fit or lie the wrong way round.
    """
    high = high.to(unit_text(low.unit))
    return _range((low.low, high.high), "from {0} to {1}", (low, high))


def log(number: Number) -> Number:
    """The natural logarithm of a plain positive number."""
    return derive("log({0})", math.log, _positive(number, "log"))


def exp(number: Number) -> Number:
    """e to the power of a plain number."""
    return derive("exp({0})", math.exp, _plain(number, "exp"))


def total(numbers: Iterable[Number], less: Iterable[Number] = ()) -> Number:
    """The sum of one or more numbers of one dimension, without those in `less`, as one step."""
    added, taken = _alike(numbers, "total"), list(less)
    terms = (*added, *_alike([added[0], *taken], "total")[1:])
    if len(terms) == 1:
        return terms[0]

    def rule(*values: float) -> float:
        return math.fsum((*values[: len(added)], *(-value for value in values[len(added) :])))

    ends = [rule(*(number.low for number in added), *(number.high for number in terms[len(added) :])),
            rule(*(number.high for number in added), *(number.low for number in terms[len(added) :]))]  # fmt: skip
    return combine(sum_method(len(terms), len(taken)), rule, terms, added[0].unit, added[0].style, ends)


def mean(numbers: Iterable[Number]) -> Number:
    """The arithmetic mean of numbers of one dimension, as one step."""
    terms = _alike(numbers, "mean")
    ends = [math.fsum(getattr(number, end) for number in terms) / len(terms) for end in ("low", "high")]
    method = f"({sum_method(len(terms))}) ÷ {len(terms)}"
    return combine(method, lambda *values: math.fsum(values) / len(values), terms, terms[0].unit, terms[0].style, ends)


def least_to_greatest(numbers: Iterable[Number]) -> Number:
    """The range from the lowest end of numbers of one dimension to the highest, where any of them may hold."""
    terms = _alike(numbers, "least_to_greatest")
    ends = min(number.low for number in terms), max(number.high for number in terms)
    return _range(ends, "least to greatest of " + ", ".join(f"{{{place}}}" for place in range(len(terms))), terms)


def low_end(number: Number) -> Number:
    """The low end of a range, as a number."""
    return _range((number.low, number.low), "the low end of {0}", (number,))


def high_end(number: Number) -> Number:
    """The high end of a range, as a number."""
    return _range((number.high, number.high), "the high end of {0}", (number,))


def _range(ends: tuple[float, float], method: str, terms: tuple[Number, ...]) -> Number:
    kind = max(Kind.COMPUTED, *(number.kind for number in terms))
    return Number(*ends, terms[0].unit, kind, method, terms, style=terms[0].style)


def _alike(numbers: Iterable[Number], name: str) -> tuple[Number, ...]:
    """The numbers in the unit of the first."""
    numbers = tuple(numbers)
    if not numbers:
        raise NumberError(name, "no number", "one number or more")
    for number in numbers:
        if not isinstance(number, Number):
            refuse_bare(number, f"given to {name} beside")
    return tuple(number.to(unit_text(numbers[0].unit)) for number in numbers)


def _plain(number: Number, name: str) -> Number:
    if not isinstance(number, Number):
        refuse_bare(number, f"given to {name} as")
    if not is_plain(number.unit):
        raise NumberError(f"{name}({number})", f"the unit {unit_text(number.unit)}", "a number without a unit",
                          "divide by a quantity of the same unit first")  # fmt: skip
    return number


def _positive(number: Number, name: str) -> Number:
    if _plain(number, name).low <= 0:
        raise NumberError(f"{name}({number})", f"a low end of {number.low}", "above zero")
    return number
