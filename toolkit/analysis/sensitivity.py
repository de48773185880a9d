"""How a number depends on its inputs: one varied at a time (tornado), and every combination of choices (multiverse)."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from toolkit.analysis.formula import distribution_of, evaluator, quantile
from toolkit.core.errors import NumberError
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.number import Number, derive
from toolkit.core.number_functions import high_end, low_end
from toolkit.core.operation import operation
from toolkit.core.unit import locale_of, no_unit, unit_text
from toolkit.core.wording import Style, grouped_digits

MOST_COMBINATIONS = 1_000_000  # of a multiverse


@dataclass(frozen=True)
class Swing:
    """A number with one input at its two ends and all others at their median."""

    input: Number
    result: Number  # the range between the two
    middle: Number  # the number with every input at its middle
    increasing: bool  # whether the input's high end gives the greater result, or an equal one


def tornado(number: Number, distribution: str = "log", uniform: Collection[Number] = ()) -> tuple[Swing, ...]:
    """A swing for each range among the inputs of `number`, widest first (as a ratio where `distribution` is "log").

    The middle of an input is the median of its draws; inputs in `uniform` are drawn evenly between their ends, the
    others by `distribution`, as in `uncertainty.draw`. Where the number is not monotone in an input, its values between
    the ends may lie outside the swing. Raises NumberError for an unknown distribution, and if a range drawn over its
    logarithm reaches zero.
    """
    inputs = tuple(number.uncertain_inputs)
    value = evaluator(number, inputs)
    middles = [quantile(varied, distribution_of(varied, distribution, uniform), 0.5) for varied in inputs]
    centre = value(middles)
    kind = max(Kind.ASSUMED, number.kind)  # kinds are ordered: a median of draws is at least assumed

    def result(words: str, values: Collection[float], *varied: Number) -> Number:
        return Number(
            low=min(values),
            high=max(values),
            unit=number.unit,
            kind=kind,
            operation=operation("statistic", said=words),
            inputs=(number, *varied),
            style=number.style,
        )

    middle = result("{0} with every input at its middle", [centre])
    swings = []
    for index, varied in enumerate(inputs):
        ends = [value([*middles[:index], end, *middles[index + 1 :]]) for end in (varied.low, varied.high)]
        swing = result("{0} with {1} at its two ends and all else at its middle", ends, varied)
        swings.append(Swing(varied, swing, middle, ends[1] >= ends[0]))
    return tuple(sorted(swings, key=lambda swing: (-_width(swing.result, distribution), swing.input.digest)))


def _width(result: Number, distribution: str) -> float:
    if distribution == "log" and result.low > 0:
        return math.log(result.high / result.low)
    return result.high - result.low


@dataclass(frozen=True)
class Multiverse:
    """A number at every combination of options, the least result first."""

    number: Number
    choices: tuple[tuple[Number, tuple[Number, ...]], ...]  # an input, and the options for it
    values: tuple[float, ...]  # results, rising, in the unit of `number`
    option_indices: tuple[tuple[int, ...], ...]  # of each result: for each choice the index of the option taken

    def __len__(self) -> int:
        return len(self.values)

    @property
    def range(self) -> Number:
        """The range from the least to the greatest result."""
        words = f"least to greatest of {self._combinations} of {{0}}"
        return self._number(self.values[0], self.values[-1], words, "range")

    @property
    def median(self) -> Number:
        """The median of the results."""
        value = median(self.values)
        return self._number(value, value, f"median of {self._combinations} of {{0}}")

    @cached_property
    def count(self) -> Number:
        """The number of combinations, as a Number."""
        options = " × ".join(str(len(options)) for _, options in self.choices)
        count = self._share(float(len(self)), f"the combinations of {options} options of {{0}}")
        return replace(count, style=Style(digits=len(str(len(self)))))

    def share_below(self, limit: Number) -> Number:
        """The share of the combinations whose result lies below the low end of `limit`.

        Raises NumberError for a limit of another dimension.
        """
        end = limit.to(unit_text(self.number.unit)).low
        share = bisect.bisect_left(self.values, end) / len(self)
        words = f"the share of {self._combinations} of {{0}} below {{{len(self.choices) + 1}}}"
        return self._share(share, words, "below", limit)

    def with_fixed(self, choice: Number, option: Number) -> Multiverse:
        """Those combinations in which `choice`, an input, takes one option. Raises NumberError if there are none."""
        index = next((index for index, (chosen, _) in enumerate(self.choices) if chosen == choice), -1)
        options = self.choices[index][1] if index >= 0 else ()
        option = option.to(unit_text(choice.unit))
        if option not in options:
            raise NumberError(
                "the multiverse",
                f"{option} for {choice}",
                "a choice of the multiverse and one of its options",
                "name one of these",
            )
        rows = [row for row in zip(self.values, self.option_indices, strict=True) if options[row[1][index]] == option]
        choices = (*self.choices[:index], (choice, (option,)), *self.choices[index + 1 :])
        option_indices = tuple((*indices[:index], 0, *indices[index + 1 :]) for _, indices in rows)
        return Multiverse(self.number, choices, tuple(value for value, _ in rows), option_indices)

    def cumulative_distribution(self, points: int) -> Iterator[tuple[Number, Number]]:
        """The cumulative distribution at `points` ranks, for a chart: (share of combinations at or below, result)."""
        last = len(self) - 1
        for index in dict.fromkeys(round(last * step / max(points - 1, 1)) for step in range(points)):
            value, rank = self.values[index], index + 1
            yield (
                self._share(rank / len(self), f"rank {self._in_digits(rank)} of {self._combinations} of {{0}}"),
                self._number(value, value, f"result {self._in_digits(rank)} of {self._combinations} of {{0}}"),
            )

    @property
    def _combinations(self) -> str:
        return f"{self._in_digits(len(self))} combinations"

    def _in_digits(self, count: int) -> str:
        return grouped_digits(count, locale_of(self.number.unit))

    @cached_property
    def choices_as_numbers(self) -> tuple[Number, ...]:
        """Each choice as a number whose inputs are the input and its options, for receipts to list."""
        return tuple(_choice_as_number(chosen, options) for chosen, options in self.choices)

    def _number(self, low: float, high: float, words: str, of: str = "place", *limits: Number) -> Number:
        """A number of the combinations: `of` is which, as `combinations` of core/operation.py has it."""
        inputs = (self.number, *self.choices_as_numbers, *limits)
        kind = kind_of_result(number.kind for number in inputs)
        step = operation("combinations", of=of, count=len(self), said=words)
        return Number(
            low=low, high=high, unit=self.number.unit, kind=kind, operation=step, inputs=inputs, style=self.number.style
        )

    def _share(self, share: float, words: str, of: str = "place", *limits: Number) -> Number:
        number = self._number(share, share, words, of, *limits)
        return replace(number, unit=no_unit(number.unit), style=Style("percent"))


def multiverse(number: Number, options: Mapping[Number, Iterable[Number]]) -> Multiverse:
    """`number` at every combination of options; `options` maps a number in its tree to those that may replace it.

    An option that is a range counts as two, its ends. Raises NumberError if a key of `options` is not in the tree, an
    option has another dimension, there is an input without options, or there are none or over MOST_COMBINATIONS.
    """
    choices = tuple((chosen, tuple(_single_values(chosen, offered))) for chosen, offered in options.items())
    count = math.prod(len(values) for _, values in choices)
    if not 1 <= count <= MOST_COMBINATIONS:
        raise NumberError(
            "multiverse",
            f"{count:,} combinations",
            f"1 to {MOST_COMBINATIONS:,}",
            "offer fewer options, at least one an input",
        )
    value = evaluator(number, [chosen for chosen, _ in choices])
    rows = sorted(
        (value([values[index].low for (_, values), index in zip(choices, indices, strict=True)]), indices)
        for indices in itertools.product(*(range(len(values)) for _, values in choices))
    )
    return Multiverse(number, choices, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def _choice_as_number(chosen: Number, options: tuple[Number, ...]) -> Number:
    return derive(operation("choice"), (chosen, *options), chosen.unit, chosen.style).named(chosen.label)


def _single_values(chosen: Number, offered: Iterable[Number]) -> Iterator[Number]:
    """The options for an input in its own unit, each a single value."""
    for option in dict.fromkeys(offered):
        fitted = option.to(unit_text(chosen.unit))
        if fitted.low == fitted.high:
            yield fitted
            continue
        yield from (low_end(fitted), high_end(fitted))
