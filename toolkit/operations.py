"""What a notebook does with numbers beyond + − × ÷: assume, span, log, exp, total."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from toolkit.errors import NumberError
from toolkit.numbers import Kind, Number, derive, leaf, refuse_bare
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
    kind = max(Kind.COMPUTED, low.kind, high.kind)
    return Number(low.low, high.high, low.unit, kind, "from {0} to {1}", (low, high), style=low.style)


def log(number: Number) -> Number:
    """The natural logarithm of a plain positive number."""
    return derive("log({0})", math.log, _positive(number, "log"))


def exp(number: Number) -> Number:
    """e to the power of a plain number."""
    return derive("exp({0})", math.exp, _plain(number, "exp"))


def total(numbers: Iterable[Number]) -> Number:
    """The sum of one or more numbers of one dimension, as one step."""
    numbers = list(numbers)
    if not numbers:
        raise NumberError("total", "nothing to add", "one number or more")
    result = numbers[0]
    for number in numbers[1:]:
        result = result + number
    return result


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
