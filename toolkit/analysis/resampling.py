"""Shares and ratios with the interval that comes from drawing people, not weeks, again.

Weeks of one person are alike, so that people are the unit that is drawn with replacement, all their weeks together:
the percentile bootstrap of Efron and Tibshirani (An Introduction to the Bootstrap, 1993, chapter 13) over clusters,
as in Davison and Hinkley (Bootstrap Methods and their Application, 1997, section 3.8). Where none or all of the cases
are hits no draw differs from another, and Wilson's interval is given instead (Journal of the American Statistical
Association 22, 1927, page 209), with people in the place of trials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import NormalDist

import numpy

from toolkit.core.errors import ToolkitError
from toolkit.core.number import Number, derive
from toolkit.core.operation import operation
from toolkit.core.unit import Unit, no_unit
from toolkit.core.wording import Style

SHARE, TIMES = Style("percent"), Style("times")


@dataclass(frozen=True)
class Estimate:
    """A value as counted, and the range that drawing people again gives it."""

    counted: Number
    interval: Number

    def named(self, label: str) -> Estimate:
        """The same under a label of its own in receipts."""
        return Estimate(self.counted.named(label), self.interval.named(f"{label}, interval"))


@dataclass(frozen=True)
class Draws:
    """How people are drawn: share of the draws that the interval holds, their number, and their seed."""

    coverage: Number
    count: Number
    seed: Number
    _kept: dict[int, numpy.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def times(self, people: int) -> numpy.ndarray:
        """How often each of so many people stands in each draw: draws by people."""
        if people not in self._kept:
            random = numpy.random.default_rng(int(self.seed.low))
            draws = random.multinomial(people, numpy.full(people, 1 / people), int(self.count.low))
            self._kept[people] = draws.astype(float)
        return self._kept[people]

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The two quantiles between which the interval lies."""
        out = (1 - self.coverage.low) / 2
        return out, 1 - out

    def interval(self, values: numpy.ndarray, around: Number) -> Number:
        """The range that the middle draws span, resting on `around`; draws without a value are left out.

        Raises ToolkitError if no draw has a value.
        """
        found = values[numpy.isfinite(values)]
        if not len(found):
            raise ToolkitError(
                f"an interval around {around}", "no draw has a value", "one draw or more", "ask about a larger feed"
            )
        low, high = (float(end) for end in numpy.quantile(found, self.ends))
        return self._range(low, high, around, "middle {1} of {2} draws of people, seed {3}, around {0}")

    def _range(self, low: float, high: float, around: Number, method: str) -> Number:
        inputs = (around, self.coverage, self.count, self.seed)
        return Number(low, high, around.unit, around.kind, operation("draws", said=method), inputs, style=around.style)

    def ratio(
        self,
        above: numpy.ndarray,
        below: numpy.ndarray,
        base: Sequence[Number],
        words: tuple[str, str],
        unit: Unit | None = None,
        style: Style = SHARE,
    ) -> Estimate:
        """The sum of `above` over that of `below`, both one value a person; `words` say what the two count.

        Both sums rest on `base`. Raises ToolkitError if there is nothing below.
        """
        top, bottom = float(above.sum()), float(below.sum())
        if bottom <= 0:
            raise ToolkitError(f"the share of {words[0]}", f"no {words[1]}", "one or more", "ask about a larger feed")
        one = no_unit(base[0].unit)
        over, under = (_count(value, one, base, word) for value, word in zip((top, bottom), words, strict=True))
        counted = derive(operation("ratio"), [over, under], unit or one, style)
        if style == SHARE and top in (0.0, bottom):
            people = int((below > 0).sum())
            low, high = wilson(people if top else 0, people, self.coverage.low)
            wilsons = f"Wilson's interval for {people} people, coverage {{1}}, around {{0}}"
            return Estimate(counted, self._range(low, high, counted, wilsons))
        times = self.times(len(above))
        with numpy.errstate(divide="ignore", invalid="ignore"):
            drawn = (times @ above) / (times @ below)
        return Estimate(counted, self.interval(drawn, counted))

    def of_sums(
        self,
        rule: Callable[..., numpy.ndarray],
        columns: numpy.ndarray,
        base: Sequence[Number],
        method: str,
        style: Style,
    ) -> Estimate:
        """`rule` of the sums of some columns with one row a person; a plain number that rests on `base`."""
        with numpy.errstate(divide="ignore", invalid="ignore"):
            counted = _point(float(rule(*columns.sum(axis=0))), base, method, style)
            drawn = rule(*(self.times(len(columns)) @ columns).T)
        return Estimate(counted, self.interval(drawn, counted))

    def of_people(
        self, rule: Callable[[numpy.ndarray], float], people: int, base: Sequence[Number], method: str, style: Style
    ) -> Estimate:
        """`rule` of how often each person is there, once each and then for each draw; it rests on `base`."""
        counted = _point(rule(numpy.ones(people)), base, method, style)
        return Estimate(counted, self.interval(numpy.array([rule(row) for row in self.times(people)]), counted))


def wilson(hits: int, trials: int, coverage: float) -> tuple[float, float]:
    """Low and high end of Wilson's score interval for a share of `hits` in `trials`, 0 to 1.

    Raises ToolkitError unless there is a trial, and as many as hits.
    """
    if trials <= 0 or not 0 <= hits <= trials:
        raise ToolkitError("Wilson's interval", f"{hits} of {trials}", "0 to all of one trial or more", "count again")
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share, square = hits / trials, z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / trials / 4)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == trials else middle + half)


def _point(value: float, base: Sequence[Number], method: str, style: Style) -> Number:
    one = no_unit(base[0].unit)
    return Number(
        value,
        value,
        one,
        max(number.kind for number in base),
        operation("statistic", said=method),
        tuple(base),
        style=style,
    )


def _count(value: float, unit: Unit, base: Sequence[Number], words: str) -> Number:
    kind = max(number.kind for number in base)
    return Number(
        value,
        value,
        unit,
        kind,
        operation("statistic", said=f"sum of {words}"),
        tuple(base),
        words,
        style=written_out(value),
    )


def written_out(count: float) -> Style:
    """The style of a count: every digit of it."""
    return Style(digits=len(f"{count:.0f}"))
