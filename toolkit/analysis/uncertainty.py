"""Monte Carlo: a number drawn many times over the ranges it rests on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from toolkit.analysis.formula import SHAPES, formula, shape_of, uncertain, within
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import no_unit, unit_text
from toolkit.core.wording import Style

SHARE = Style("percent")


@dataclass(frozen=True)
class Draws:
    """A number drawn `count` times, in the number's unit and in the order of the draws.

    What is made of draws is assumed: nobody reported how likely the values inside a range are.
    """

    number: Number
    count: Number
    values: tuple[float, ...]
    shape: str
    seed: int

    def middle(self, part: Number) -> Number:
        """The range that leaves out equal shares of the draws below and above; `part` is what it holds, 0 to 1."""
        low, high = np.quantile(self.values, [(1 - part.low) / 2, (1 + part.low) / 2]).tolist()
        return self._made(low, high, "the middle {2} of {1} draws of {0}", part)

    @property
    def median(self) -> Number:
        """The value that half of the draws lie below."""
        value = float(np.median(self.values))
        return self._made(value, value, "the median of {1} draws of {0}")

    def below(self, limit: Number) -> Number:
        """The share of the draws that lie below a limit of the same dimension."""
        end = limit.to(unit_text(self.number.unit)).low
        share = float(np.mean(np.array(self.values) < end))
        made = self._made(share, share, "the share of {1} draws of {0} below {2}", limit)
        return _plain(made, self.number, SHARE)

    def spread(self, points: int = 80) -> list[tuple[Number, Number]]:
        """(value, density) along the draws without the last thousandth at either end, for a chart.

        The density is over the logarithm, as a part of its highest, smoothed by a normal kernel of Silverman's width.
        Raises NumberError where a draw is not above zero, or all are alike.
        """
        if min(self.values) <= 0 or min(self.values) == max(self.values):
            raise NumberError(
                "the spread of draws",
                f"{min(self.values)} to {max(self.values)}",
                "different values above zero",
                "draw a number that is above zero",
            )
        logs = np.log(self.values)
        width = 0.9 * min(logs.std(), np.subtract(*np.quantile(logs, [0.75, 0.25])) / 1.34) * len(logs) ** -0.2
        first, last = np.quantile(logs, [0.001, 0.999])
        at = np.linspace(first, last, points)
        heights = [float(np.mean(np.exp(-(((one - logs) / width) ** 2) / 2))) for one in at]
        top = max(heights)
        return [
            (
                self._made(value, value, f"point {place} along {{1}} draws of {{0}}"),
                _plain(
                    self._made(height / top, height / top, f"density at point {place} of {{1}} draws of {{0}}"),
                    self.number,
                    Style(),
                ),
            )
            for place, (value, height) in enumerate(zip(np.exp(at).tolist(), heights, strict=True), 1)
        ]

    def _made(self, low: float, high: float, method: str, *more: Number) -> Number:
        said = f"{method}, each input drawn {SHAPES[self.shape]}, seed {self.seed}"
        kind = max(Kind.ASSUMED, self.number.kind, *(number.kind for number in more), self.count.kind)
        inputs = (self.number, self.count, *more)
        return Number(low, high, self.number.unit, kind, operation("draws", said=said), inputs, style=self.number.style)


def draw(number: Number, count: Number, shape: str = "log", even: Collection[Number] = (), seed: int = 1) -> Draws:
    """Draws each range that `number` rests on, `count` times, by `shape` ("log", "even"; those in `even` evenly).

    An input's draws follow from the seed and the input alone: it is drawn once wherever it stands, and two numbers
    drawn with one seed share the draws of what they have in common.
    Raises NumberError if there is nothing to draw, or if a range drawn over its logarithm reaches zero.
    """
    inputs = uncertain(number)
    times = round(count.low)
    if not inputs or times < 1:
        raise NumberError(
            "draw",
            f"{len(inputs)} ranges and {times} draws of {number}",
            "one of each or more",
            "draw a number that rests on a range",
        )
    value = formula(number, inputs)
    columns = []
    for part in inputs:
        shares = np.random.default_rng([seed, int(part.digest, 16)]).random(times).tolist()
        chosen = shape_of(part, shape, even)
        columns.append([within(part, chosen, share) for share in shares])
    return Draws(number, count, tuple(value(at) for at in zip(*columns, strict=True)), shape, seed)


def _plain(made: Number, number: Number, style: Style) -> Number:
    """A share or a density that was made of draws of `number`: without its unit."""
    unit = no_unit(number.unit)
    return Number(made.low, made.high, unit, made.kind, made.operation, made.inputs, style=style)
