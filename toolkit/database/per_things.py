"""Who says that values are so much per something: money a month of sums by month, money of money a head.

Whether each row is of one month or one head neither code nor query says. Then it is its author's word.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from toolkit.core.currency import has_currency
from toolkit.core.unit import Unit, is_counted, is_dimensionless, powers, unit_without_scales, units_of
from toolkit.core.unit_cancelling import is_time

PERIODS = ("hour", "day", "week", "month", "quarter", "year")  # by which rows are grouped, the shortest first
ROUNDED = 1.02  # what shares of a whole, each rounded, may come to


class SaidBy(IntEnum):
    """Who says a unit: the code, its author alone, or nobody, as it is another."""

    CODE, AUTHOR, NOBODY = range(3)


def said_by(own: Unit, unit: Unit, *, added_up: bool, period: str, of_columns: Collection[Unit] = ()) -> SaidBy:
    """Who says `unit` of values in their `own` one: per what each is of, or without what it is per.

    Values that are `added_up` may be so by `period`, "month" say. `of_columns` are the units of the columns that they
    are made of: of what these measure the code divides or multiplies by itself.
    """
    own, units, who = unit_without_scales(own), units_of(unit), SaidBy.CODE
    above, divided = powers(own), {name for one in of_columns for name, power in powers(one).items() if power > 0}
    measured = divided | {name for one in of_columns for name in powers(one)}
    for name, power in powers(own / unit_without_scales(unit)).items():
        thing, in_own = units.Unit(name), above.get(name, 0)
        counted = is_counted(thing)
        if counted and power == -1 and not in_own and not any(one > 0 for one in above.values()):  # of a count
            by = SaidBy.CODE
        elif power == 1 == in_own:  # EUR of EUR times packs
            by = SaidBy.CODE if counted else SaidBy.AUTHOR if has_currency(above) else SaidBy.NOBODY
        elif power == 1 and period and is_time(thing):
            by = SaidBy.CODE if period in units and units.Unit(period) == thing else SaidBy.NOBODY
        elif power == 1 and (counted or is_time(thing)) and name not in measured:
            by = SaidBy.AUTHOR
        elif power == -1 == in_own and (counted or (added_up and is_time(thing))):
            by = SaidBy.AUTHOR if added_up or name in divided else SaidBy.CODE
        else:
            by = SaidBy.NOBODY
        who = max(who, by)
    return who


def is_rate(unit: Unit | None, *, share: bool) -> bool:
    """Whether a sum of values is in their unit only where they are parts of one whole: prices, and shares."""
    if unit is None or is_dimensionless(unit):
        return share
    return any(power < 0 for power in powers(unit_without_scales(unit)).values())


def over_whole(name: str, most: float) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) of a sum of percentages that comes to more than a whole, 1.0; None of others."""
    if most <= ROUNDED:
        return None
    return (
        f"a sum of {name or 'percentages'} that comes to {most:.0%}",
        "a sum of the parts of one whole, at most 100%",
        "take the mean; or add up what they are parts of, and divide by the sum of the wholes",
    )
