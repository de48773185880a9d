"""What a lognormal spread between people implies for the few at its top.

Two quantities are taken as lognormal over the same people, with standard deviations `sigma` of the natural
logarithm and a correlation `link` of the two logarithms. `top` is the share of people in the group with the
most of the first quantity. The formulas follow from the moments of a truncated normal variable: with Z
standard normal and z its (1 - top) quantile, E[Z | Z > z] = phi(z) / top and
E[exp(s Z) | Z > z] = exp(s*s/2) * Phi(s - z) / top.

Ranges of spreads and links give the exact range of an answer; a range of `top`, which stands in most formulas twice,
one that is wide enough and wider than need be.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from toolkit.core.arithmetic import exp, formula_constant, log, normal_below, normal_density, normal_quantile, root
from toolkit.core.errors import NumberError
from toolkit.core.number import Number, derive
from toolkit.core.operation import operation
from toolkit.core.unit import no_unit

Meaning = Callable[[Number, Number, Number], Number]


def edge(top: Number) -> Number:
    """The standard normal quantile at which the top group begins: 1.28 for a tenth."""
    return normal_quantile(1 - top).named("quantile at which the top group begins")


def tail_mean(top: Number) -> Number:
    """The mean of a standard normal variable within the top group: 1.755 for a tenth."""
    return (normal_density(edge(top)) / top).named("mean of a standard normal variable in the top group")


def top_share(sigma: Number, top: Number) -> Number:
    """The share of the whole that the top group holds, 0 to 1."""
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


def typical_output(sigma: Number, link: Number, top: Number) -> Number:
    """Geometric mean of the second quantity in the top group by the first, as a multiple of its median."""
    return exp(sigma * link * tail_mean(top)).times


def mean_output_over_mean(sigma: Number, link: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of everybody's mean."""
    return (normal_below(sigma * link - edge(top)) / top).times


def mean_output_over_median(sigma: Number, link: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of its median."""
    return (mean_over_median(sigma) * mean_output_over_mean(sigma, link, top)).times


def mean_output_top_over_bottom(sigma: Number, link: Number, group: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group over that in the bottom group of equal size."""
    shift, begins = sigma * link, edge(group)
    return (normal_below(shift - begins) / normal_below(-shift - begins)).times


def link_for(meaning: Meaning, multiple: Number, sigma: Number, group: Number) -> Number:
    """The link at which `meaning` (one of the four outputs above) gives `multiple`: each formula solved for its link.

    Raises NumberError if no link in 0 to 1 gives it, or if an input is a range.
    """
    for number in (multiple, sigma, group):
        if number.low != number.high:
            raise NumberError("link_for", f"the range {number}", "single values", "solve for each end")
    try:
        found = LINKS[meaning](multiple, sigma, group)
    except NumberError:  # a share outside 0 to 1: no shift of a normal variable gives it
        found = None
    if found is None or not -1e-12 <= found.low <= 1 + 1e-12:
        raise NumberError(
            "link_for",
            f"{multiple.low} times",
            "a multiple that a link of 0 to 1 can give",
            "widen the spread or ask for less",
        )
    name = (meaning.__doc__ or meaning.__name__).split(".")[0].lower()
    return found.named(f"link at which the {name} is {multiple}")


def _typical_link(multiple: Number, sigma: Number, top: Number) -> Number:
    return log(multiple) / (sigma * tail_mean(top))


def _mean_link(multiple: Number, sigma: Number, top: Number) -> Number:
    return (normal_quantile(multiple * top) + edge(top)) / sigma


def _median_link(multiple: Number, sigma: Number, top: Number) -> Number:
    return _mean_link(multiple / mean_over_median(sigma), sigma, top)


def _bottom_link(multiple: Number, sigma: Number, group: Number) -> Number:
    return derive(operation("tail_shift"), [multiple, edge(group)], no_unit(multiple.unit)) / sigma


LINKS: dict[Meaning, Meaning] = {
    typical_output: _typical_link,
    mean_output_over_mean: _mean_link,
    mean_output_over_median: _median_link,
    mean_output_top_over_bottom: _bottom_link,
}


def density_curve(median: Number, sigma: Number, count: int) -> list[tuple[Number, Number]]:
    """(value, density over the logarithm) at `count` points from 3.2 spreads below the median to 3.2 above."""
    points = []
    for step in range(count):
        z = formula_constant(-3.2 + 6.4 * step / (count - 1), sigma)
        points.append((median * exp(z * sigma), normal_density(z) / sigma))
    return points


def contour(
    sigma: Number, output_sigma: Number, link: Number, share: Number, count: int
) -> list[tuple[Number, Number]]:
    """The ellipse that holds `share` of people: (first, second quantity) as multiples of their medians.

    For two normal variables the squared distance from the centre is exponential with mean two.
    """
    radius = root(formula_constant(-2, share) * log(1 - share))
    across = root(1 - link**2)
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / (count - 1)
        u, v = formula_constant(math.cos(angle), share), formula_constant(math.sin(angle), share)
        points.append((exp(sigma * radius * u).times, exp(output_sigma * radius * (link * u + across * v)).times))
    return points
