"""Monte Carlo: a number computed many times, each with values drawn from the ranges among its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from toolkit.analysis.formula import DISTRIBUTIONS, distribution_of, evaluator, quantile
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.project import digest
from toolkit.core.unit import no_unit, unit_text
from toolkit.core.wording import Style

SHARE = Style("percent")


@dataclass(frozen=True)
class Draws:
    """The values of a number over many draws of its inputs.

    Numbers made of draws are of kind assumed or above: nobody reported how likely the values inside a range are.
    """

    number: Number
    count: Number  # of draws
    values: tuple[float, ...]  # in the number's unit, in the order of the draws
    distribution: str  # how inputs were drawn, one of DISTRIBUTIONS
    seed: int

    def central_interval(self, coverage: Number) -> Number:
        """The central interval with `coverage`, 0 to 1 at its low end, of the draws: both ends lose the same share."""
        low, high = np.quantile(self.values, [(1 - coverage.low) / 2, (1 + coverage.low) / 2]).tolist()
        return self._number(low, high, "the middle {2} of {1} draws of {0}", coverage)

    @property
    def median(self) -> Number:
        """The median of the draws."""
        value = float(np.median(self.values))
        return self._number(value, value, "the median of {1} draws of {0}")

    def share_below(self, limit: Number) -> Number:
        """The share of the draws that lie below the low end of `limit`. Raises NumberError for another dimension."""
        end = limit.to(unit_text(self.number.unit)).low
        share = float(np.mean(np.array(self.values) < end))
        number = self._number(share, share, "the share of {1} draws of {0} below {2}", limit)
        return _dimensionless(number, self.number, SHARE)

    def density(self, points: int = 80) -> list[tuple[Number, Number]]:
        """(value, density) at `points` places from the first to the last thousandth of the draws, for a chart.

        The density is over the natural logarithm, estimated with a normal kernel of Silverman's width, and divided by
        its greatest value. Raises NumberError if a draw is not above zero, or all are equal.
        """
        if min(self.values) <= 0 or min(self.values) == max(self.values):
            raise NumberError(
                "the spread of draws",
                f"{min(self.values)} to {max(self.values)}",
                "different values above zero",
                "draw a number that is above zero",
            )
        logs = np.log(self.values)
        # Silverman's rule of thumb; 1.34 is the interquartile range of a standard normal variable
        width = 0.9 * min(logs.std(), np.subtract(*np.quantile(logs, [0.75, 0.25])) / 1.34) * len(logs) ** -0.2
        first, last = np.quantile(logs, [0.001, 0.999])
        at = np.linspace(first, last, points)
        heights = [float(np.mean(np.exp(-(((point - logs) / width) ** 2) / 2))) for point in at]
        top = max(heights)
        return [
            (
                self._number(value, value, f"point {place} along {{1}} draws of {{0}}"),
                _dimensionless(
                    self._number(height / top, height / top, f"density at point {place} of {{1}} draws of {{0}}"),
                    self.number,
                    Style(),
                ),
            )
            for place, (value, height) in enumerate(zip(np.exp(at).tolist(), heights, strict=True), 1)
        ]

    def _number(self, low: float, high: float, method: str, *more: Number) -> Number:
        # In `method`, {0} stands for the number, {1} for the count, {2} on for `more`.
        words = f"{method}, each input drawn {DISTRIBUTIONS[self.distribution]}, seed {self.seed}"
        kind = max(Kind.ASSUMED, self.number.kind, *(number.kind for number in more), self.count.kind)
        inputs = (self.number, self.count, *more)
        return Number(
            low=low,
            high=high,
            unit=self.number.unit,
            kind=kind,
            operation=operation("draws", said=words),
            inputs=inputs,
            style=self.number.style,
        )


def draw(
    number: Number, count: Number, distribution: str = "log", uniform: Collection[Number] = (), seed: int = 1
) -> Draws:
    """Draws every range among the inputs of `number` `count` times, and computes `number` from each draw.

    `distribution` is "log" (log-uniform) or "uniform"; those among `uniform` have the latter in any case. The
    draws of an input depend on the seed and on the input's key alone, not on its words, so two numbers drawn with one
    seed share those of common inputs. Raises NumberError if there is nothing to draw, or if a range drawn over its
    logarithm reaches zero.
    """
    inputs = tuple(number.uncertain_inputs)
    times = round(count.low)
    if not inputs or times < 1:
        raise NumberError(
            "draw",
            f"{len(inputs)} ranges and {times} draws of {number}",
            "one of each or more",
            "draw a number that rests on a range",
        )
    value = evaluator(number, inputs)
    columns = []
    for part, key in zip(inputs, _keys(inputs), strict=True):
        shares = np.random.default_rng([seed, int(digest(key)[:16], 16)]).random(times).tolist()
        input_distribution = distribution_of(part, distribution, uniform)
        columns.append([quantile(part, input_distribution, share) for share in shares])
    return Draws(number, count, tuple(value(at) for at in zip(*columns, strict=True)), distribution, seed)


def _keys(inputs: Collection[Number]) -> Iterator[tuple[str, str]]:
    """What each input is known by: its key, else its ends and unit; and how many before it are known by the same."""
    before: Counter[str] = Counter()
    for part in inputs:
        name = part.ref or f"{part.low!r} to {part.high!r} {unit_text(part.unit)}"
        yield name, str(before[name])
        before[name] += 1


def _dimensionless(statistic: Number, number: Number, style: Style) -> Number:
    """The number `statistic` of draws of `number`, as a share or density: without a unit."""
    unit = no_unit(number.unit)
    return Number(
        low=statistic.low,
        high=statistic.high,
        unit=unit,
        kind=statistic.kind,
        operation=statistic.operation,
        inputs=statistic.inputs,
        style=style,
    )
