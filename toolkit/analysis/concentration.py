"""What a lognormal distribution over people implies for the few with the most.

Two quantities, such as tokens and output, are lognormal over the same people. `sigma` is the standard deviation of a
quantity's natural logarithm, `correlation` that of the two logarithms, `top` the share of people, 0 to 1, in the
group with the most of the first quantity; it is called `group` where a bottom group of the same share is compared.
Functions with `output` in their name are about the second quantity, and take its `sigma`. The formulas follow from
the moments of a truncated normal variable: with Z standard normal and z its (1 - top) quantile, E[Z | Z > z] = phi(z)
/ top and E[exp(s Z) | Z > z] = exp(s*s/2) * Phi(s - z) / top.

Ranges of `sigma` and `correlation` give the exact range of a result; a range of `top`, which stands twice in most
formulas, gives one that holds the exact range and is wider. Functions raise NumberError where an input has a unit, or
`top` is not above 0 and below 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from toolkit.core.errors import NumberError
from toolkit.core.number import Number, derive
from toolkit.core.number_functions import (
    exp,
    formula_constant,
    log,
    normal_below,
    normal_density,
    normal_quantile,
    root,
)
from toolkit.core.operation import operation
from toolkit.core.unit import no_unit

ROUNDING = 1e-12  # how far a correlation that is solved for may lie outside 0 to 1
CURVE_REACH = 3.2  # how many sigmas a curve of densities reaches to each side of the median
MultipleFormula = Callable[[Number, Number, Number], Number]  # (sigma, correlation, top or group): a multiple


def edge(top: Number) -> Number:
    """The standard normal quantile at which the top group begins: 1.28 for a tenth.

    Raises NumberError for a share that is not above 0 and below 1.
    """
    return normal_quantile(1 - top).named("quantile at which the top group begins")


def tail_mean(top: Number) -> Number:
    """The mean of a standard normal variable within the top group: 1.755 for a tenth.

    Raises NumberError, as all below that take one do, for a group that is no share between 0 and 1.
    """
    return (normal_density(edge(top)) / top).named("mean of a standard normal variable in the top group")


def top_share(sigma: Number, top: Number) -> Number:
    """The share of the first quantity's sum that the top group has, 0 to 1. Raises NumberError as `tail_mean` does."""
    return normal_below(sigma - edge(top)).percent


def mean_over_median(sigma: Number) -> Number:
    """The mean as a multiple of the median."""
    return exp(sigma**2 / formula_constant(2, sigma)).times


def top_over_mean(sigma: Number, top: Number) -> Number:
    """The mean of the top group as a multiple of everybody's mean; at most 1 / top."""
    return (top_share(sigma, top) / top).times


def top_over_median(sigma: Number, top: Number) -> Number:
    """The mean of the top group as a multiple of the median."""
    return (mean_over_median(sigma) * top_over_mean(sigma, top)).times


def typical_output(sigma: Number, correlation: Number, top: Number) -> Number:
    """Geometric mean of the second quantity in the top group by the first, as a multiple of its median."""
    return exp(sigma * correlation * tail_mean(top)).times


def mean_output_over_mean(sigma: Number, correlation: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of everybody's mean.

    Raises NumberError as `tail_mean` does.
    """
    return (normal_below(sigma * correlation - edge(top)) / top).times


def mean_output_over_median(sigma: Number, correlation: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of its median."""
    return (mean_over_median(sigma) * mean_output_over_mean(sigma, correlation, top)).times


def mean_output_top_over_bottom(sigma: Number, correlation: Number, group: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group over that in the bottom group of equal size.

    Raises NumberError as `tail_mean` does.
    """
    shift, begins = sigma * correlation, edge(group)
    return (normal_below(shift - begins) / normal_below(-shift - begins)).times


def correlation_for(result: MultipleFormula, multiple: Number, sigma: Number, group: Number) -> Number:
    """The correlation at which `result`, one of the four functions in SOLVERS, gives `multiple`.

    Raises NumberError if no correlation in 0 to 1 gives it, or if an input is a range.
    """
    for number in (multiple, sigma, group):
        if number.low != number.high:
            raise NumberError("correlation_for", f"the range {number}", "single values", "solve for each end")
    solve, label = SOLVERS[result]
    try:
        correlation = solve(multiple, sigma, group)
    except NumberError:  # a share outside 0 to 1: no shift of a normal variable gives it
        correlation = None
    if correlation is None or not -ROUNDING <= correlation.low <= 1 + ROUNDING:
        raise NumberError(
            "correlation_for",
            f"{multiple.low} times",
            "a multiple that a correlation of 0 to 1 can give",
            "widen the spread or ask for less",
        )
    return correlation.named(f"correlation at which the {label} is {multiple}")


def _typical_correlation(multiple: Number, sigma: Number, top: Number) -> Number:
    return log(multiple) / (sigma * tail_mean(top))


def _mean_correlation(multiple: Number, sigma: Number, top: Number) -> Number:
    return (normal_quantile(multiple * top) + edge(top)) / sigma


def _median_correlation(multiple: Number, sigma: Number, top: Number) -> Number:
    return _mean_correlation(multiple / mean_over_median(sigma), sigma, top)


def _bottom_correlation(multiple: Number, sigma: Number, group: Number) -> Number:
    # tail_shift: the shift at which one tail of a normal variable is so many times the opposite one
    return derive(operation("tail_shift"), [multiple, edge(group)], no_unit(multiple.unit)) / sigma


_IN_TOP = "mean of the second quantity in the top group"
# For each result: the formula solved for the correlation, of (multiple, sigma, group), and the multiple in words.
SOLVERS: dict[MultipleFormula, tuple[MultipleFormula, str]] = {
    typical_output: (_typical_correlation, f"geometric {_IN_TOP} by the first, as a multiple of its median"),
    mean_output_over_mean: (_mean_correlation, f"arithmetic {_IN_TOP} by the first, as a multiple of everybody's mean"),
    mean_output_over_median: (_median_correlation, f"arithmetic {_IN_TOP} by the first, as a multiple of its median"),
    mean_output_top_over_bottom: (
        _bottom_correlation,
        f"arithmetic {_IN_TOP} over that in the bottom group of equal size",
    ),
}


def density_curve(median: Number, sigma: Number, count: int) -> list[tuple[Number, Number]]:
    """(value, density over its natural logarithm) at `count` points of a lognormal distribution, for a chart.

    They reach from CURVE_REACH sigmas below the median to CURVE_REACH above; `count` is two or more.
    """
    points = []
    for step in range(count):
        z = formula_constant(-CURVE_REACH + 2 * CURVE_REACH * step / (count - 1), sigma)
        points.append((median * exp(z * sigma), normal_density(z) / sigma))
    return points


def contour(
    sigma: Number, output_sigma: Number, correlation: Number, share: Number, count: int
) -> list[tuple[Number, Number]]:
    """The ellipse in which `share` of people lie: `count` points (first, second quantity), as multiples of medians.

    `sigma` is of the first quantity, `output_sigma` of the second. The squared distance of two independent standard
    normal variables from 0 is exponential with mean two; `count` is two or more. Raises NumberError where `share` is
    not below 1.
    """
    radius = root(formula_constant(-2, share) * log(1 - share))
    # the weight of the part of the second logarithm that the first does not give
    independent = root(1 - correlation**2)
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / (count - 1)
        u, v = formula_constant(math.cos(angle), share), formula_constant(math.sin(angle), share)
        points.append(
            (exp(sigma * radius * u).times, exp(output_sigma * radius * (correlation * u + independent * v)).times)
        )
    return points
