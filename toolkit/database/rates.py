"""Values that are so much per something, such as EUR/person: who says that they are, and what their sums are in.

A mean of 12 EUR by month may be called 12 EUR/month: whether each row is of one month neither code nor query says. Then
it is its author's word, and the receipt says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from toolkit.core.currency import has_currency
from toolkit.core.unit import Unit, is_counted, is_dimensionless, powers, unit_without_scales, units_of
from toolkit.core.unit_cancelling import is_time

PERIODS = ("hour", "day", "week", "month", "quarter", "year")  # by which rows are grouped, the shortest first
MOST_OF_A_WHOLE = 1.02  # what shares of one whole, each of them rounded, may add up to


class SaidBy(IntEnum):
    """Who says a unit: the code or query, its author alone, or nobody, as it is another. The later one counts."""

    CODE, AUTHOR, NOBODY = range(3)


@dataclass(frozen=True)
class Difference:
    """One thing of which two units have different powers: of EUR and EUR/person the person."""

    name: str
    power: float  # in the values' own unit, less that in the unit they are said to have: 1 of the person above
    own_powers: Mapping[str, float]  # of all things in their own unit: {"EUR": 1}
    thing: Unit
    added_up: bool
    in_periods: bool  # whether rows are grouped by month, say
    is_period: bool  # whether the thing is that period
    is_measured: bool  # by a column that they are made of, so that code or query divides or multiplies by it
    is_amount: bool  # of such a column: what it measures is so many of the thing

    @property
    def own_power(self) -> float:
        return self.own_powers.get(self.name, 0)

    @property
    def is_counted(self) -> bool:
        return is_counted(self.thing)

    @property
    def names_what_is_counted(self) -> bool:
        """Whether nothing but the thing itself is added above the line, as the request of request/hour to 1/hour."""
        nothing_above = not any(power > 0 for power in self.own_powers.values())
        return self.is_counted and self.power == -1 and not self.own_power and nothing_above

    @property
    def drops_factor(self) -> bool:
        """Whether the thing is left out above the line, as the pack of EUR*pack."""
        return self.power == 1 == self.own_power

    @property
    def is_per_time_of_periods(self) -> bool:
        """Whether it is a time that is added below the line to sums by month, say."""
        return self.power == 1 and self.in_periods and is_time(self.thing)

    @property
    def adds_per(self) -> bool:
        """Whether it is added below the line, as the person of EUR/person to EUR."""
        return self.power == 1 and (self.is_counted or is_time(self.thing))

    @property
    def drops_per(self) -> bool:
        """Whether it is left out below the line, as the person of EUR/person."""
        return self.power == -1 == self.own_power and (self.is_counted or (self.added_up and is_time(self.thing)))


@dataclass(frozen=True)
class UnitRule:
    """Who says a difference for which `holds` is true."""

    example: str  # values in one unit that are said to be in another
    holds: Callable[[Difference], bool]
    who: SaidBy


# the first that holds counts; where none does, nobody says the unit
RULES = (
    UnitRule("1/hour: request/hour", lambda d: d.names_what_is_counted, SaidBy.CODE),
    UnitRule("EUR*pack: EUR", lambda d: d.drops_factor and d.is_counted, SaidBy.CODE),
    UnitRule("EUR*hour: EUR", lambda d: d.drops_factor and has_currency(d.own_powers), SaidBy.AUTHOR),
    UnitRule("metre*hour: metre", lambda d: d.drops_factor, SaidBy.NOBODY),
    UnitRule("token, by month: token/month", lambda d: d.is_per_time_of_periods and d.is_period, SaidBy.CODE),
    UnitRule("token, by month: token/day", lambda d: d.is_per_time_of_periods, SaidBy.NOBODY),
    UnitRule("EUR: EUR/person", lambda d: d.adds_per and not d.is_measured, SaidBy.AUTHOR),
    UnitRule("sum of EUR/person: EUR", lambda d: d.drops_per and (d.added_up or d.is_amount), SaidBy.AUTHOR),
    UnitRule("EUR/person: EUR", lambda d: d.drops_per, SaidBy.CODE),
)


def said_by(own: Unit, unit: Unit, *, added_up: bool, period: str, of_columns: Collection[Unit] = ()) -> SaidBy:
    """Who says `unit` of values in their `own` one: per what each is of, or without what it is per.

    Values that are `added_up` may be so by `period`, "month" say. `of_columns` are the units of the columns that they
    are made of.
    """
    who = [SaidBy.CODE]
    for difference in _differences(unit_without_scales(own), unit, added_up, period, of_columns):
        who.append(next((rule.who for rule in RULES if rule.holds(difference)), SaidBy.NOBODY))
    return max(who)


def _differences(
    own: Unit, unit: Unit, added_up: bool, period: str, of_columns: Collection[Unit]
) -> Iterator[Difference]:
    units, own_powers = units_of(unit), powers(own)
    columns = [powers(column) for column in of_columns]
    amounts = {name for column in columns for name, power in column.items() if power > 0}
    measured = {name for column in columns for name in column}
    for name, power in powers(own / unit_without_scales(unit)).items():
        thing = units.Unit(name)
        yield Difference(
            name,
            power,
            own_powers,
            thing,
            added_up,
            in_periods=bool(period),
            is_period=bool(period) and period in units and units.Unit(period) == thing,
            is_measured=name in measured,
            is_amount=name in amounts,
        )


def is_rate(unit: Unit | None, *, share: bool) -> bool:
    """Whether a sum of values is in their unit only where they are parts of one whole: prices, and shares."""
    if unit is None or is_dimensionless(unit):
        return share
    return any(power < 0 for power in powers(unit_without_scales(unit)).values())


def over_whole(name: str, most: float) -> tuple[str, str, str] | None:
    """(found, allowed, remedy) of a sum of percentages that comes to more than a whole, 1.0; None of others."""
    if most <= MOST_OF_A_WHOLE:
        return None
    return (
        f"a sum of {name or 'percentages'} that comes to {most:.0%}",
        "a sum of the parts of one whole, at most 100%",
        "take the mean; or add up what they are parts of, and divide by the sum of the wholes",
    )
