"""By how many per cent output is higher where use is one per cent higher, between people, with a bootstrap interval."""

from __future__ import annotations

import numpy

from toolkit.errors import ToolkitError

DRAWS = 1_000
INTERVAL = (0.025, 0.975)


def elasticity(use: numpy.ndarray, output: numpy.ndarray, seed: int = 1) -> tuple[float, float, float]:
    """(low, slope, high): slope of log output on log use, and its 95 % percentile interval.

    People with no use or no output are left out; people, not weeks, are drawn again. Raises ToolkitError if fewer
    than ten people are left or all of them use the same.
    """
    kept = (numpy.asarray(use) > 0) & (numpy.asarray(output) > 0)
    x, y = numpy.log(numpy.asarray(use, dtype=float)[kept]), numpy.log(numpy.asarray(output, dtype=float)[kept])
    if len(x) < 10 or numpy.ptp(x) == 0:
        raise ToolkitError("the elasticity of output", f"{len(x)} people with use and output",
                           "ten or more, who differ in their use", "ask about a larger feed")  # fmt: skip
    random = numpy.random.default_rng(seed)
    weights = [random.multinomial(len(x), numpy.full(len(x), 1 / len(x))) for _ in range(DRAWS)]
    slopes = [_slope(x, y, weight) for weight in weights]
    low, high = numpy.quantile([slope for slope in slopes if slope is not None], INTERVAL)
    return float(low), float(_slope(x, y, numpy.ones(len(x)))), float(high)


def _slope(x: numpy.ndarray, y: numpy.ndarray, weight: numpy.ndarray) -> float | None:
    """Weighted least squares; None where all drawn people use the same."""
    centred = x - numpy.average(x, weights=weight)
    spread = numpy.dot(weight, centred * centred)
    return numpy.dot(weight, centred * y) / spread if spread > 0 else None
