"""Numbers in a query that are compared with a dataset's column as its file states it, which SQL sees without scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from toolkit.core.errors import Problem
from toolkit.core.unit import UnitRegistry, factor, parse_unit, unit_without_scales
from toolkit.datasets.declaration import Dataset

FAR = 1000  # a number that is so many times smaller than a scale was meant in it: 5 beside values in millions

BOUNDING = frozenset(("greatest", "least", "ifnull"))  # functions of a column and what stands beside it


class StatedScale(NamedTuple):
    """A unit that a file states a column in: values without scales are those of the file, `times` and by `over`."""

    stated: str
    times: float
    over: float


IN_PERCENT = StatedScale("percent", 1.0, 100.0)  # that of shares too, which a notebook worked out


def scales_of(datasets: Iterable[Dataset], units: UnitRegistry) -> dict[str, StatedScale]:
    """The scales that files state columns of datasets in, by the columns' names in small letters.

    Raises NumberError for a declared unit that is not defined.
    """
    return {
        column.name.lower(): StatedScale(column.unit, *factor(unit, unit_without_scales(unit)))
        for dataset in datasets
        for column in dataset.columns
        if column.unit and (unit := parse_unit(column.unit, units)) != unit_without_scales(unit)
    }


def is_in_scale(number: float, scale: StatedScale) -> bool:
    """Whether a number was meant in the scale of a column: 45 of one in percent."""
    size = abs(number)
    return (scale.over != 1 and size > 1) or (scale.times != 1 and 0 < size < scale.times / FAR)


def is_below_all(number: float, scale: StatedScale, least: float) -> bool:
    """Whether a number is below the `least` value of a column, so that it tells none apart, but not in their scale."""
    return 0 < number < least < number * scale.times


def in_scale_problem(where: str, numbers: Sequence[str], scale: StatedScale, seen: str) -> Problem:
    """The problem of numbers, as they are typed, that were meant in the scale of a column.

    `seen` says in what the column's values are seen.
    """
    by = f"/ {scale.over:.17g}" if scale.over != 1 else f"* {scale.times:.17g}"
    return Problem(
        where,
        f"{', '.join(numbers)} compared with a column in {scale.stated}, {seen}",
        "numbers in the unit without scales: 0.45 for 45 percent, 4100000 for 4.1 million",
        f"write {', '.join(f'{one} {by}' for one in numbers)}",
    )
