"""What a lognormal spread between people implies for the few at its top.

Two quantities are taken as lognormal over the same people, with standard deviations `sigma` of the natural
logarithm and a correlation `link` of the two logarithms. `top` is the share of people in the group with the
most of the first quantity. The formulas follow from the moments of a truncated normal variable: with Z
standard normal and z its (1 - top) quantile, E[Z | Z > z] = phi(z) / top and
E[exp(s Z) | Z > z] = exp(s*s/2) * Phi(s - z) / top.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from toolkit.errors import NumberError
from toolkit.numbers import Number, derive
from toolkit.wording import Style

NORMAL = NormalDist()
TIMES, SHARE = Style("times"), Style("percent")


def edge(top: Number) -> Number:
    """The standard normal quantile at which the top group begins: 1.28 for a tenth."""
    return derive("normal quantile above which {0} lies", _edge, top)


def tail_mean(top: Number) -> Number:
    """The mean of a standard normal variable within the top group: 1.755 for a tenth."""
    return derive("mean of a standard normal variable in its top {0}", _tail_mean, top)


def top_share(sigma: Number, top: Number) -> Number:
    """The share of the whole that the top group holds, 0 to 1."""
    return derive("share of the top {1} at spread {0}", lambda s, p: _cdf(s - _edge(p)), sigma, top, style=SHARE)


def mean_over_median(sigma: Number) -> Number:
    """The mean as a multiple of the median."""
    return derive("exp({0}² ÷ 2)", lambda s: math.exp(s * s / 2), sigma, style=TIMES)


def top_over_mean(sigma: Number, top: Number) -> Number:
    """The mean of the top group as a multiple of everybody's mean; at most 1 / top."""
    return derive("mean of the top {1} over the mean, spread {0}", lambda s, p: _cdf(s - _edge(p)) / p,
                  sigma, top, style=TIMES)  # fmt: skip


def top_over_median(sigma: Number, top: Number) -> Number:
    """The mean of the top group as a multiple of the median."""
    return derive("mean of the top {1} over the median, spread {0}",
                  lambda s, p: math.exp(s * s / 2) * _cdf(s - _edge(p)) / p, sigma, top, style=TIMES)  # fmt: skip


def typical_output(sigma: Number, link: Number, top: Number) -> Number:
    """Geometric mean of the second quantity in the top group by the first, as a multiple of its median."""
    return derive("exp({0} × {1} × tail mean of {2})", lambda s, r, p: math.exp(s * r * _tail_mean(p)),
                  sigma, link, top, style=TIMES)  # fmt: skip


def mean_output_over_median(sigma: Number, link: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of its median."""
    return derive("mean output of the top {2} over the median, spread {0}, link {1}",
                  lambda s, r, p: math.exp(s * s / 2) * _cdf(s * r - _edge(p)) / p,
                  sigma, link, top, style=TIMES)  # fmt: skip


def mean_output_over_mean(sigma: Number, link: Number, top: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group by the first, as a multiple of everybody's mean."""
    return derive("mean output of the top {2} over the mean, spread {0}, link {1}",
                  lambda s, r, p: _cdf(s * r - _edge(p)) / p, sigma, link, top, style=TIMES)  # fmt: skip


def mean_output_top_over_bottom(sigma: Number, link: Number, group: Number) -> Number:
    """Arithmetic mean of the second quantity in the top group over that in the bottom group of equal size."""
    return derive("mean output of the top {2} over the bottom {2}, spread {0}, link {1}",
                  lambda s, r, p: _cdf(s * r - _edge(p)) / _cdf(-s * r - _edge(p)),
                  sigma, link, group, style=TIMES)  # fmt: skip


def link_for(
    meaning: Callable[[Number, Number, Number], Number], multiple: Number, sigma: Number, group: Number
) -> Number:
    """The link at which `meaning` (one of the functions above) gives `multiple`; found by halving 0 to 1.

    Raises NumberError if no link in 0 to 1 gives it, or if an input is a range.
    """
    for number in (multiple, sigma, group):
        if number.low != number.high:
            raise NumberError("link_for", f"the range {number}", "single values", "solve for each end")

    def rule(wanted: float, spread: float, share: float) -> float:
        at = meaning(sigma, group, group).rule
        low, high = 0.0, 1.0
        if not at(spread, low, share) <= wanted <= at(spread, high, share):
            raise NumberError("link_for", f"{wanted} times", "a multiple that a link of 0 to 1 can give",
                              "widen the spread or ask for less")  # fmt: skip
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if at(spread, middle, share) < wanted else (low, middle)
        return (low + high) / 2

    name = (meaning.__doc__ or meaning.__name__).split(".")[0].lower()
    return derive(f"link at which the {name} is {{0}}, spread {{1}}, group {{2}}", rule, multiple, sigma, group)


def _edge(top: float) -> float:
    return NORMAL.inv_cdf(1 - top)


def _cdf(value: float) -> float:
    """The standard normal distribution function, exact far below the mean too."""
    return math.erfc(-value / math.sqrt(2)) / 2


def _tail_mean(top: float) -> float:
    return NORMAL.pdf(_edge(top)) / top


def density_curve(median: Number, sigma: Number, count: int) -> list[tuple[Number, Number]]:
    """(value, density over the logarithm) at `count` points from 3.2 spreads below the median to 3.2 above."""
    points = []
    for step in range(count):
        z = -3.2 + 6.4 * step / (count - 1)
        value = derive(f"{{0}} × exp({z:.2f} × {{1}})", lambda m, s, z=z: m * math.exp(z * s), median, sigma,
                       unit=median.unit)  # fmt: skip
        method = f"lognormal density, {z:.2f} spreads from the median"
        points.append((value, derive(method, lambda s, z=z: NORMAL.pdf(z) / s, sigma)))
    return points


def contour(
    sigma: Number, output_sigma: Number, link: Number, share: Number, count: int
) -> list[tuple[Number, Number]]:
    """The ellipse that holds `share` of people: (first, second quantity) as multiples of their medians.

    For two normal variables the squared distance from the centre is exponential with mean two.
    """
    points = []
    for step in range(count):
        angle = 2 * math.pi * step / (count - 1)
        u, v = math.cos(angle), math.sin(angle)
        points.append((
            derive("first quantity on the ellipse of {1}", lambda s, p, u=u: math.exp(s * _radius(p) * u), sigma, share,
                   style=TIMES),
            derive("second quantity on the ellipse of {2}, link {1}",
                   lambda s, r, p, u=u, v=v: math.exp(s * _radius(p) * (r * u + math.sqrt(1 - r * r) * v)),
                   output_sigma, link, share, style=TIMES),
        ))  # fmt: skip
    return points


def _radius(share: float) -> float:
    return math.sqrt(-2 * math.log(1 - share))
