"""By how many per cent output is higher where use is one per cent higher, between people, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy

from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import parse_unit
from toolkit.database.usage_logs import UsageLog
from toolkit.engine.connect import arrays_of

DRAWS = 1_000
INTERVAL = (0.025, 0.975)  # quantiles of the draws


def output_elasticity(usage_log: UsageLog, seed: int = 1) -> Number:
    """The 95 % interval of the slope of log merged requests on log tokens between a log's developers, without a unit.

    The metric output_elasticity is the slope itself. The number has the log as its input; its operation names the
    bootstrap draws and their seed. Raises ToolkitError as `interval` does, and for a log that has no merged requests
    recorded.
    """
    recorded = usage_log.connection.cursor().execute("SELECT count(merged_prs) FROM developer").fetchone()
    if recorded == (0,):
        raise ToolkitError(
            "the elasticity of output",
            f"what the people of {usage_log.name} merged is not recorded",
            "a log with outcomes",
            "ask about a log that has them",
        )
    sql = "SELECT tokens, merged_prs FROM developer WHERE tokens > 0 AND merged_prs > 0 ORDER BY user_id"
    columns = arrays_of(usage_log.connection.cursor().execute(sql))
    low, _, high = interval(columns["tokens"], columns["merged_prs"], seed)
    method = (
        f"slope of log merged requests on log tokens between {len(columns['tokens'])} developers with both: "
        f"95 % interval of {DRAWS} bootstrap draws of developers, seed {seed}"
    )
    return Number(
        low=low,
        high=high,
        unit=parse_unit("1", usage_log.units),
        kind=usage_log.kind,
        operation=operation("statistic", said=method),
        inputs=(usage_log.leaf,),
        label="elasticity of merged requests with respect to tokens",
    )


def interval(use: numpy.ndarray, output: numpy.ndarray, seed: int = 1) -> tuple[float, float, float]:
    """(low, slope, high): the least squares slope of log output on log use, and its 95 % percentile interval.

    `use` and `output` have shape (people,); people with zero of either are left out, the others resampled. Raises
    ToolkitError if fewer than ten people are left, or all of them have the same use.
    """
    positive = (numpy.asarray(use) > 0) & (numpy.asarray(output) > 0)
    x, y = numpy.log(numpy.asarray(use, dtype=float)[positive]), numpy.log(numpy.asarray(output, dtype=float)[positive])
    if len(x) < 10 or numpy.ptp(x) == 0:
        raise ToolkitError(
            "the elasticity of output",
            f"{len(x)} people with use and output",
            "ten or more, who differ in their use",
            "ask about a larger log",
        )
    x, y = x - x.mean(), y - y.mean()
    low, high = numpy.quantile(list(_slopes(x, y, numpy.random.default_rng(seed))), INTERVAL)
    return float(low), float(x @ y / (x @ x)), float(high)


def _slopes(x: numpy.ndarray, y: numpy.ndarray, random: numpy.random.Generator) -> Iterator[float]:
    """The least squares slope of each draw; draws in which all people have the same use are left out."""
    count = len(x)
    products = numpy.column_stack([x, y, x * y, x * x])
    for _ in range(DRAWS):
        weights = numpy.bincount(random.integers(0, count, count), minlength=count)
        sum_x, sum_y, sum_xy, sum_xx = weights @ products
        spread = sum_xx - sum_x * sum_x / count
        if spread > 1e-12 * (sum_xx + 1):  # more than rounding
            yield (sum_xy - sum_x * sum_y / count) / spread
