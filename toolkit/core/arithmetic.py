"""What a notebook does with numbers beyond + − × ÷: assume, span, log, exp, totals, means and ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, constant, convert, derive, leaf, refuse_bare
from toolkit.core.operation import operation
from toolkit.core.unit import is_dimensionless, no_unit, parse_unit, unit_text
from toolkit.core.wording import Style


def assume(value: float | tuple[float, float], unit: str, why: str) -> Number:
    """An assumption: `value` (or low and high) in `unit`, and why it may be made; its kind is assumed.

    Raises NumberError if the reason is missing.
    """
    if not why.strip():
        raise NumberError("assume", "no reason", "one sentence", "say why the value may be assumed")
    low, high = value if isinstance(value, tuple) else (value, value)
    made = leaf(float(low), float(high), parse_unit(unit), Kind.ASSUMED, "assumption", why)
    return replace(made, operation=operation("assumed"), why=why)


def span(low: Number, high: Number) -> Number:
    """The range from one number to another of the same dimension, where either end may hold.

    Raises NumberError if the two do not fit or lie the wrong way round.
    """
    return _range("span", (low, convert(high, low.unit)))


def log(number: Number) -> Number:
    """The natural logarithm of a plain positive number. Raises NumberError for another."""
    return derive(operation("log"), [_positive(number, "log")], no_unit(number.unit))


def exp(number: Number) -> Number:
    """e to the power of a plain number. Raises NumberError for a number with a unit."""
    return _dimensionless_step("exp", number)


def root(number: Number) -> Number:
    """The square root of a plain number that is not negative. Raises NumberError for another."""
    if _dimensionless(number, "root").low < 0:
        raise NumberError(f"root({number})", f"a low end of {number.low}", "zero or more")
    return derive(operation("power", power=0.5), [_dimensionless(number, "root")], no_unit(number.unit))


def normal_below(number: Number) -> Number:
    """The share of a standard normal distribution that lies below a plain number, 0 to 1.

    Raises NumberError for a number with a unit.
    """
    return _dimensionless_step("normal_below", number, Style("percent"))


def normal_quantile(share: Number) -> Number:
    """The number below which a share of a standard normal distribution lies.

    Raises NumberError for a share that is not above 0 and below 1.
    """
    if not 0 < _dimensionless(share, "normal_quantile").low <= share.high < 1:
        raise NumberError(f"normal_quantile({share})", f"{share.low} to {share.high}", "between zero and one")
    return _dimensionless_step("normal_quantile", share)


def normal_density(number: Number) -> Number:
    """The density of a standard normal distribution at a plain number. Raises NumberError for a number with a unit."""
    return _dimensionless_step("normal_density", number)


def _dimensionless_step(name: str, number: Number, style: Style | None = None) -> Number:
    """A primitive of one plain number that gives one. Raises NumberError for a number with a unit."""
    return derive(operation(name), [_dimensionless(number, name)], no_unit(number.unit), style)


def formula_constant(value: float, like: Number) -> Number:
    """A constant of a formula, such as a place on a curve: without a unit, and listed nowhere."""
    return constant(value, no_unit(like.unit))


def total(numbers: Iterable[Number], less: Iterable[Number] = ()) -> Number:
    """The sum of one or more numbers of one dimension, without those in `less`, as one step.

    Raises NumberError for none, for a bare value, and for numbers of other dimensions; so do the next two.
    """
    added, subtracted = _alike(numbers, "total"), list(less)
    terms = (*added, *_alike([added[0], *subtracted], "total")[1:])
    if len(terms) == 1:
        return terms[0]
    return derive(
        operation("sum", signs="+" * len(added) + "-" * len(subtracted)), terms, added[0].unit, added[0].style
    )


def mean(numbers: Iterable[Number]) -> Number:
    """The arithmetic mean of numbers of one dimension, as one step."""
    terms = _alike(numbers, "mean")
    return derive(operation("mean"), terms, terms[0].unit, terms[0].style)


def least_to_greatest(numbers: Iterable[Number]) -> Number:
    """The range from the lowest end of numbers of one dimension to the highest, where any of them may hold."""
    return _range("reach", _alike(numbers, "least_to_greatest"))


def low_end(number: Number) -> Number:
    """The low end of a range, as a number."""
    return _range("low_end", (number,))


def high_end(number: Number) -> Number:
    """The high end of a range, as a number."""
    return _range("high_end", (number,))


def _range(name: str, terms: tuple[Number, ...]) -> Number:
    return derive(operation(name), terms, terms[0].unit, terms[0].style)


def _alike(numbers: Iterable[Number], name: str) -> tuple[Number, ...]:
    """The numbers in the unit of the first."""
    numbers = tuple(numbers)
    if not numbers:
        raise NumberError(name, "no number", "one number or more")
    for number in numbers:
        if not isinstance(number, Number):
            refuse_bare(number, f"given to {name} beside")
    return tuple(convert(number, numbers[0].unit) for number in numbers)


def _dimensionless(number: Number, name: str) -> Number:
    """A plain number without scales. Raises NumberError for one with a unit."""
    if not isinstance(number, Number):
        refuse_bare(number, f"given to {name} as")
    if not is_dimensionless(number.unit):
        raise NumberError(
            f"{name}({number})",
            f"the unit {unit_text(number.unit)}",
            "a number without a unit",
            "divide by a quantity of the same unit first",
        )
    return convert(number, no_unit(number.unit))


def _positive(number: Number, name: str) -> Number:
    if _dimensionless(number, name).low <= 0:
        raise NumberError(f"{name}({number})", f"a low end of {number.low}", "above zero")
    return _dimensionless(number, name)
