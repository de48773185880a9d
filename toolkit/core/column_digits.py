"""How many figures the values of a column are written with: as many as it takes to tell them apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from toolkit.core.unit import Unit
from toolkit.core.wording import RELIABLE_DIGITS, Style, currency, round_to

FEWEST, MOST = 2, 4  # significant figures of the values of one column, where they are rounded
FEW = 3  # values with no more significant figures than this are never rounded
MILLION = 1_000_000
ALIKE = 10  # values are rounded at one place only if the greatest is less than ten times the least
APART = 4  # greatest minus least is at least four units of that place, where MOST figures allow it
LOOKED_AT = 10_000  # a longer column, which no page shows, is written with the figures of its style


@dataclass(frozen=True)
class ColumnStyle:
    """How the values of one column are written.

    `place` is the power of ten that all are rounded to. Without it each value has its own figures: all of them where
    the column is written `in_full`, else as many as `style` says. Values below `whole_below` are whole numbers and
    have all their figures.
    """

    style: Style
    whole_below: float = 0
    place: int | None = None
    in_full: bool = False

    def of(self, value: float) -> Style:
        """The style of a value of the column."""
        return replace(self.style, digits=self._digits(value))

    def _digits(self, value: float) -> int | None:
        if abs(value) < self.whole_below:
            return len(f"{abs(value):.0f}")
        exact = round_to(value, RELIABLE_DIGITS).normalize()
        if self.place is not None and exact:
            return max(1 if self.in_full else FEWEST, exact.adjusted() - self.place + 1)
        return len(exact.as_tuple().digits) if self.in_full else self.style.digits


def column_style(values: Iterable[float], unit: Unit, style: Style, integral: bool, counts: bool) -> ColumnStyle:
    """How a column of `values`, some of them maybe missing (NaN), is written in a style.

    `integral` numbers below a million have all their figures, and so have `counts` of any size.
    Written in full are values below a million with at most two places after the point (in per cent, of the
    percentage), and those of at most three figures. Others of like size are rounded at one place, by which they can
    be told apart, to two to four figures; values of very different size have two figures each. Money has cents or none.
    """
    values = [*itertools.islice(filter(math.isfinite, values), LOOKED_AT + 1)]
    exact = sorted({abs(round_to(value, RELIABLE_DIGITS)).normalize() for value in values if value})
    below = math.inf if counts else MILLION if integral else 0
    plain = ColumnStyle(style, below if style.form == "quantity" else 0)
    if not exact or len(values) > LOOKED_AT:
        return plain
    whole_place = -2 if style.form in ("percent", "points") else 0  # of whole numbers, or of whole per cents
    last = min(_last_place(value) for value in exact)
    if last >= whole_place - 2 and exact[-1] < MILLION:
        return replace(plain, place=_in_cents(min(last, whole_place), unit), in_full=True)
    if all(len(value.as_tuple().digits) <= FEW for value in exact):
        return replace(plain, in_full=True)
    place = _place(exact, max(values) - min(values))
    return plain if place is None else replace(plain, place=_in_cents(place, unit))


def styles_in_column(
    values: Callable[[], Iterable[float]], unit: Unit, style: Style, integral: bool, counts: bool
) -> Callable[[float], Style]:
    """A function from a value to how it is written in its column; `values` is called when the first is asked for."""

    @cache
    def column() -> ColumnStyle:
        return column_style(values(), unit, style, integral, counts)

    return lambda value: column().of(value)


def _last_place(value: Decimal) -> int:
    """The power of ten of the last figure of a value."""
    return int(value.as_tuple().exponent)


def _in_cents(place: int, unit: Unit) -> int:
    """The place, but of money two places after the point where it would be one."""
    return -2 if place == -1 and currency(unit) else place


def _place(exact: list[Decimal], spread: float) -> int | None:
    """The power of ten to which values are rounded that lie `spread` apart; None where they differ much in size."""
    least, greatest = exact[0], exact[-1]
    if greatest >= ALIKE * least:
        return None
    place = least.adjusted() - FEWEST + 1
    while 0 < spread < APART * 10.0**place and greatest.adjusted() - place + 1 < MOST:
        place -= 1
    return place
