"""Functions on numbers beyond + − × ÷: assume, span, log, exp, totals, means and ends of ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.core.bare_value import refuse_bare
from toolkit.core.call_errors import clear_call
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number, constant, convert, derive, leaf, signed_sum
from toolkit.core.number_style import style_of_all
from toolkit.core.operation import operation
from toolkit.core.unit import is_dimensionless, no_unit, parse_unit, unit_text
from toolkit.core.wording import Style

assumptions: dict[Number, None] = {}  # all that were made in this process, in order: a kernel is one process


@clear_call
def assume(value: float | tuple[float, float], unit: str, why: str) -> Number:
    """A number of kind assumed: `value`, or (low, high), in `unit`; `why` is the reason that receipts print.

    Raises NumberError if `why` is empty, low is over high, or the unit is not defined.
    """
    if not why.strip():
        raise NumberError("assume", "no reason", "one sentence", "say why the value may be assumed")
    low, high = value if isinstance(value, tuple) else (value, value)
    number = leaf(float(low), float(high), parse_unit(unit), Kind.ASSUMED, "assumption", why)
    number = replace(number, operation=operation("assumed"), why=why)
    assumptions.setdefault(number)
    return number


def span(low: Number, high: Number) -> Number:
    """The range from the low end of `low` to the high end of `high`, in the unit of `low`.

    Raises NumberError if their dimensions differ or the result has its low over its high.
    """
    return _range("span", (low, convert(high, low.unit)))


def log(number: Number) -> Number:
    """The natural logarithm of a number without a unit. Raises NumberError for a unit, and unless it is above zero."""
    return derive(operation("log"), [_positive(number, "log")], no_unit(number.unit))


def exp(number: Number) -> Number:
    """e to the power of a number without a unit. Raises NumberError for a number with one."""
    return _dimensionless_step("exp", number)


def root(number: Number) -> Number:
    """The square root of a number without a unit. Raises NumberError for a unit, and if it may be negative."""
    if _dimensionless(number, "root").low < 0:
        raise NumberError(f"root({number})", f"a low end of {number.low}", "zero or more")
    return derive(operation("power", power=0.5), [_dimensionless(number, "root")], no_unit(number.unit))


def normal_below(number: Number) -> Number:
    """The share, 0 to 1, of a standard normal distribution that lies below a number without a unit.

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
    """The density of a standard normal distribution at a number. Raises NumberError for a number with a unit."""
    return _dimensionless_step("normal_density", number)


def _dimensionless_step(name: str, number: Number, style: Style | None = None) -> Number:
    """A primitive from one number without a unit to another. Raises NumberError for a number with a unit."""
    return derive(operation(name), [_dimensionless(number, name)], no_unit(number.unit), style)


def formula_constant(value: float, like: Number) -> Number:
    """A constant of a formula, without a unit and left out of lists of inputs; `like` is any number of the project."""
    return constant(value, no_unit(like.unit))


def total(numbers: Iterable[Number], less: Iterable[Number] = ()) -> Number:
    """The sum of one or more numbers minus those in `less`, as one step, in the unit of the first.

    Raises NumberError for an empty list, a bare value, and different dimensions.
    """
    added = _in_unit_of_first(numbers, "total")
    subtracted = _in_unit_of_first([added[0], *less], "total")[1:]
    if len(added) == 1 and not subtracted:
        return added[0]
    return signed_sum([*((1, number) for number in added), *((-1, number) for number in subtracted)])


def mean(numbers: Iterable[Number]) -> Number:
    """The arithmetic mean, as one step, in the unit of the first number. Raises NumberError as `total` does."""
    terms = _in_unit_of_first(numbers, "mean")
    return derive(operation("mean"), terms, terms[0].unit, style_of_all([term.style for term in terms], "mean"))


def least_to_greatest(numbers: Iterable[Number]) -> Number:
    """The range from the lowest low end to the highest high end of numbers, in the unit of the first.

    Raises NumberError as `total` does.
    """
    return _range("reach", _in_unit_of_first(numbers, "least_to_greatest"))


def low_end(number: Number) -> Number:
    """The low end of a range as a number: a point."""
    return _range("low_end", (number,))


def high_end(number: Number) -> Number:
    """The high end of a range as a number: a point."""
    return _range("high_end", (number,))


def _range(name: str, terms: tuple[Number, ...]) -> Number:
    return derive(operation(name), terms, terms[0].unit, style_of_all([term.style for term in terms], name))


def _in_unit_of_first(numbers: Iterable[Number], name: str) -> tuple[Number, ...]:
    """All numbers in the unit of the first. Raises NumberError for none, a bare value, and different dimensions."""
    numbers = tuple(numbers)
    if not numbers:
        raise NumberError(name, "no number", "one number or more")
    for number in numbers:
        if not isinstance(number, Number):
            refuse_bare(number, f"given to {name} beside")
    return tuple(convert(number, numbers[0].unit) for number in numbers)


def _dimensionless(number: Number, name: str) -> Number:
    """A number without a unit, its scales multiplied out. Raises NumberError for one with a unit."""
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
