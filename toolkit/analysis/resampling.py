"""Shares, ratios and other statistics of people, each with a bootstrap interval over people.

Weeks of one person are alike, so people are resampled with replacement, each with all their weeks: the percentile
bootstrap of Efron and Tibshirani (An Introduction to the Bootstrap, 1993, chapter 13) over clusters, as in Davison
and Hinkley (Bootstrap Methods and their Application, 1997, section 3.8). Where a share is exactly 0 or 1 every draw
gives the same share, so Wilson's interval is given instead (Journal of the American Statistical Association 22, 1927,
page 209), with people in the place of trials.
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
from toolkit.core.operation import Operation, operation
from toolkit.core.unit import Unit, no_unit
from toolkit.core.wording import Style

SHARE, TIMES = Style("percent"), Style("times")


@dataclass(frozen=True)
class Estimate:
    """The value of a statistic over all people, and its interval from resampling them."""

    value: Number
    interval: Number

    def named(self, label: str) -> Estimate:
        """The same estimate, its two numbers labelled `label` and "`label`, interval" in receipts."""
        return Estimate(self.value.named(label), self.interval.named(f"{label}, interval"))


@dataclass(frozen=True)
class PeopleBootstrap:
    """The settings of a bootstrap over people: coverage of the interval (0 to 1), number of draws, and seed.

    `inputs` in its methods are the numbers that a statistic is recorded as computed from, one or more.
    """

    coverage: Number
    count: Number
    seed: Number
    _counts: dict[int, numpy.ndarray] = field(default_factory=dict, repr=False, compare=False)  # by number of people

    def draw_counts(self, people: int) -> numpy.ndarray:
        """How often each of `people` persons is in each draw: shape (draws, people), each row adding up to `people`."""
        if people not in self._counts:
            random = numpy.random.default_rng(int(self.seed.low))
            draws = random.multinomial(people, numpy.full(people, 1 / people), int(self.count.low))
            self._counts[people] = draws.astype(float)
        return self._counts[people]

    @cached_property
    def tail_levels(self) -> tuple[float, float]:
        """The levels of the two quantiles that end the interval: 0.05 and 0.95 for a coverage of 0.9."""
        tail = (1 - self.coverage.low) / 2
        return tail, 1 - tail

    def interval(self, values: numpy.ndarray, around: Number) -> Number:
        """The percentile interval of the draws' `values`, shape (draws,), in the unit of the estimate `around`.

        Draws whose value is not finite are left out. Raises ToolkitError if no draw has a finite value.
        """
        finite = values[numpy.isfinite(values)]
        if not len(finite):
            raise ToolkitError(
                f"an interval around {around}", "no draw has a value", "one draw or more", "ask about a larger log"
            )
        low, high = (float(end) for end in numpy.quantile(finite, self.tail_levels))
        return self._range(
            low, high, around, operation("draws", said="middle {1} of {2} draws of people, seed {3}, around {0}")
        )

    def _range(self, low: float, high: float, around: Number, step: Operation) -> Number:
        inputs = (around, self.coverage, self.count, self.seed)  # {0} to {3} in its words stand for these, in order
        return Number(
            low=low,
            high=high,
            unit=around.unit,
            kind=around.kind,
            operation=step,
            inputs=inputs,
            style=around.style,
        )

    def share(
        self, hits: numpy.ndarray, cases: numpy.ndarray, inputs: Sequence[Number], labels: tuple[str, str]
    ) -> Estimate:
        """The sum of `hits` as a share of the sum of `cases`, each case a hit or not; both of shape (people,).

        `labels` say what the two count. A share of exactly 0 or 1 has Wilson's interval, people with a case being the
        trials. Raises ToolkitError if there is no case.
        """
        hit_count, case_count = float(hits.sum()), float(cases.sum())
        if case_count <= 0:
            raise ToolkitError(f"the share of {labels[0]}", f"no {labels[1]}", "one or more", "ask about a larger log")
        unit = no_unit(inputs[0].unit)
        sums = [_sum(value, unit, inputs, label) for value, label in zip((hit_count, case_count), labels, strict=True)]
        estimate = derive(operation("ratio"), sums, unit, SHARE)
        if hit_count in (0.0, case_count):
            people = int((cases > 0).sum())
            low, high = wilson(people if hit_count else 0, people, self.coverage.low)
            method = f"Wilson's interval for {people} people, coverage {{1}}, around {{0}}"
            return Estimate(estimate, self._range(low, high, estimate, operation("statistic", said=method)))
        counts = self.draw_counts(len(hits))
        with numpy.errstate(divide="ignore", invalid="ignore"):  # a draw may have no case
            draws = (counts @ hits) / (counts @ cases)
        return Estimate(estimate, self.interval(draws, estimate))

    def of_sums(
        self,
        rule: Callable[..., numpy.ndarray],
        columns: numpy.ndarray,
        inputs: Sequence[Number],
        method: str,
        style: Style,
    ) -> Estimate:
        """`rule` of the sums over people of `columns`, shape (people, columns), one argument a column; without a unit.

        `rule` is called twice: with the sums over all people (scalars), then with those of each draw (arrays of shape
        (draws,)). `method` says in receipts what it computes. Raises ToolkitError if no draw has a finite value.
        """
        with numpy.errstate(divide="ignore", invalid="ignore"):
            estimate = _statistic(float(rule(*columns.sum(axis=0))), inputs, method, style)
            draws = rule(*(self.draw_counts(len(columns)) @ columns).T)
        return Estimate(estimate, self.interval(draws, estimate))

    def of_people(
        self, rule: Callable[[numpy.ndarray], float], people: int, inputs: Sequence[Number], method: str, style: Style
    ) -> Estimate:
        """`rule` of weights of shape (people,): once 1 for everybody, then each draw's counts; without a unit.

        `rule` returns a float, or nan where a draw has no value. `method` says in receipts what it computes.
        Raises ToolkitError if no draw has a finite value.
        """
        estimate = _statistic(rule(numpy.ones(people)), inputs, method, style)
        draws = numpy.array([rule(weights) for weights in self.draw_counts(people)])
        return Estimate(estimate, self.interval(draws, estimate))


def wilson(hits: int, trials: int, coverage: float) -> tuple[float, float]:
    """Low and high end, 0 to 1, of Wilson's score interval for a share of `hits` in `trials`.

    Raises ToolkitError unless trials >= 1 and 0 <= hits <= trials.
    """
    if trials <= 0 or not 0 <= hits <= trials:
        raise ToolkitError("Wilson's interval", f"{hits} of {trials}", "0 to all of one trial or more", "count again")
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share, square = hits / trials, z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / trials / 4)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == trials else middle + half)


def _statistic(value: float, inputs: Sequence[Number], method: str, style: Style) -> Number:
    unit = no_unit(inputs[0].unit)
    kind = max(number.kind for number in inputs)
    return Number(
        low=value,
        high=value,
        unit=unit,
        kind=kind,
        operation=operation("statistic", said=method),
        inputs=tuple(inputs),
        style=style,
    )


def _sum(value: float, unit: Unit, inputs: Sequence[Number], label: str) -> Number:
    kind = max(number.kind for number in inputs)
    step = operation("statistic", said=f"sum of {label}")
    return Number(
        low=value,
        high=value,
        unit=unit,
        kind=kind,
        operation=step,
        inputs=tuple(inputs),
        label=label,
        style=all_digits(value),
    )


def all_digits(count: float) -> Style:
    """The style of a count: all its digits before the decimal point are printed."""
    return Style(digits=len(f"{count:.0f}"))
