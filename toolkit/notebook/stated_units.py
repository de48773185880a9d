"""Units that are said of what a notebook worked out, held against what its code made of the columns that it read.

Frames have values as their file has them, in its scale: 45 of percent, 4.1 of million EUR. So what was multiplied by
hand and is then said to be in the unit that was read is a thousand times too large; and minutes are no hours, however
they are named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.currency import has_currency
from toolkit.core.errors import Problem
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    convert_exactly,
    is_counted,
    is_dimensionless,
    no_unit,
    powers,
    unit_text,
    unit_without_scales,
    units_of,
)
from toolkit.core.unit_cancelling import cancelled, is_share_of_counted, is_time
from toolkit.core.units_per_many import in_one_scale
from toolkit.database.column_names import Name
from toolkit.database.given_units import POINTS as POINTS_GIVEN
from toolkit.database.given_units import ColumnRead, parse_given
from toolkit.database.rates import SaidBy, is_rate, said_by
from toolkit.database.typed_factors import is_conversion, unit_after
from toolkit.notebook.made import ABOUT, EITHER, PERCENT, POINTS, QUANTITY, RATIO, MadeOf

THOUSANDS = tuple(1000.0**power for power in (-4, -3, -2, -1, 1, 2, 3, 4))
HUNDRED = 100.0  # per cent of shares, cents of euros
PER_MANY = tuple(10.0**power for power in range(2, 7))  # per 100, … per million of what is below the line
TYPED = (
    "typed numbers: no receipt can say where they are from",
    "numbers that were worked out from what the notebook took from the project",
    "make them assumptions, assume(…, …, why=…), enter them as figures of a source, or add them as a dataset",
)
NO_QUANTITY = {
    "count": "a count",
    "truth": "conditions, which hold or do not",
    "label": "labels: years, ranks, places or numbers of classes",
    "bare": "a logarithm, a correlation or the like, which has no unit",
}
ONE_SIZE = "values of one unit, in one size of it"
Wrong = tuple[str, str, str]  # what was found, what is allowed, what to do


@dataclass(frozen=True)
class Stated:
    """A unit that an author gives for values, or the name of their column says, and its form of writing.

    `said` is what says it, as errors have it: "the unit EUR", "a name that says EUR".
    """

    said: str
    unit: Unit
    form: str

    def wrong(self, made: MadeOf, read: Sequence[ColumnRead]) -> Wrong | None:
        """(found, allowed, remedy) where it is another than the values have; None where it may be theirs.

        `made` is what their code says, `read` are all columns that the notebook read: where the code does not say which
        of them the values are made of, one of them that fits is enough.
        """
        if made.kind == "typed" and not is_dimensionless(self.unit):
            return TYPED
        if made.mixed:
            return made.mixed[0], ONE_SIZE, made.mixed[1]
        uncounted = made.kind in ("label", "bare") or not self.counts
        if (kind := NO_QUANTITY.get(made.kind)) and uncounted and not is_dimensionless(self.unit):
            return f"{self.said}, and {kind}", "the unit of a quantity, for values of it", 'say "1"'
        if made.kind != "unknown":
            return self._other_than(made, read) if made.kind == "values" else None
        of_column_without_unit = len(made.names) == 1
        is_index = made.names and math.isclose(made.factor, HUNDRED) and not is_counted(self.unit)  # 2015 = 100
        if of_column_without_unit or is_index:
            return None
        problems = [self._other_than(possible, read) for possible in self._possibly_made_of(made, read)]
        return None if None in problems else next(iter(problems), None)

    @property
    def counts(self) -> bool:
        """Whether it says what rows are, or how many there are for each of others: contract, contract/month."""
        things = [(self.unit._REGISTRY.Unit(name), power) for name, power in powers(self.unit).items()]
        return all(is_counted(thing) or (power < 0 and is_time(thing)) for thing, power in things)

    def _possibly_made_of(self, made: MadeOf, read: Sequence[ColumnRead]) -> list[MadeOf]:
        """What values may be, of which the code says the factor alone: of each column in a unit of this kind."""
        base = unit_without_scales(self.unit)
        shares = []
        if is_dimensionless(base):
            columns = [column for column in read if column.form == PERCENT] if self.form in (PERCENT, POINTS) else []
            if unit_text(self.unit) != PERCENT or math.isclose(made.factor, HUNDRED):  # anything may be a share
                shares = [MadeOf("values", made.factor, no_unit(self.unit), QUANTITY)]
        else:
            columns = [column for column in read if unit_without_scales(column.unit) == base]
        of_columns = (MadeOf("values", made.factor, column.unit, QUANTITY, (column.name,)) for column in columns)
        return [*shares, *of_columns]

    def said_by(self, made: MadeOf, read: Sequence[ColumnRead] = ()) -> SaidBy:
        """Who says it of values that the code has in a unit."""
        own = made.unit if made.unit is not None else no_unit(self.unit)
        if is_dimensionless(self.unit):
            own_count = is_counted(own) and (self.form == QUANTITY or is_share_of_counted(own))
            return SaidBy.CODE if own_count else SaidBy.NOBODY
        if is_dimensionless(own):
            return SaidBy.CODE if is_counted(self.unit) or (not made.names and self.counts) else SaidBy.NOBODY
        units = [column.unit for column in read if column.name in made.names]
        return said_by(own, self.unit, added_up=made.added_up, period=made.period, of_columns=units)

    def _other_than(self, made: MadeOf, read: Sequence[ColumnRead]) -> Wrong | None:
        """What is wrong where it is another unit, scale or form than values have by their code."""
        own = made.unit if made.unit is not None else no_unit(self.unit)
        if own.dimensionality != self.unit.dimensionality:
            wrong = self._wrong_unit(made, own) if _is_as_read(made) or made.unsaid else None
            if self.said_by(made, read) is SaidBy.NOBODY or made.unsaid:
                return wrong
            right_factor = _scale(own) / _scale(self.unit)
            return None if math.isclose(made.factor, right_factor) else self._wrong_factor(made) or wrong
        if is_dimensionless(own) and is_dimensionless(self.unit) and (wrong := self._wrong_form(made)):
            return wrong
        if made.unsaid:
            return None
        right_factor = convert_exactly(1.0, own, self.unit)
        if math.isclose(made.factor, right_factor):
            return None
        in_scales_alone = unit_without_scales(own) == unit_without_scales(self.unit)
        if right_factor == 1 and in_scales_alone:
            return self._wrong_factor(made)
        if in_scales_alone:  # a factor near the right one may be meant, such as an exchange rate
            is_far = not 1 / ABOUT < made.factor / right_factor < ABOUT
        else:
            is_far = not is_conversion(made.factor, right_factor)
        return self._wrong_unit(made, own) if _is_as_read(made) or is_far else None

    def _wrong_form(self, made: MadeOf) -> Wrong | None:
        if self.form == PERCENT and made.form in (POINTS, EITHER):
            allowed = "percentage points, for what is left of one share less another"
            return "a share, said of a difference", allowed, f'say "{POINTS_GIVEN}"'
        if self.form == POINTS and made.form == RATIO:
            allowed = f"{POINTS_GIVEN} for what is left of one share less another"
            share = "percent" if math.isclose(made.factor, HUNDRED) else "share"
            return "percentage points, and a ratio that is no difference of two", allowed, f'say "{share}"'
        if self.form == QUANTITY and made.form in (PERCENT, POINTS) and (said := said_of(made)):
            return f"{self.said}, and values in {said}", said, f'say "{said}": a bare 0.45 is read as 0.45%'
        return None

    def _wrong_factor(self, made: MadeOf) -> Wrong | None:
        """What is wrong with a factor that changes a scale by hand, where the unit stays that which was read."""
        factor, plain, counted = made.factor, is_dimensionless(self.unit), is_counted(self.unit)
        hundreds = (HUNDRED, 1 / HUNDRED)
        if plain and (self.form == QUANTITY or not _is_one_of(factor, hundreds)):
            return None
        rate = any(power < 0 for power in powers(self.unit).values())
        is_index = not (plain or rate or counted) and math.isclose(factor, HUNDRED) and len(made.names) > 1
        if is_index:
            return None
        # of counts a hundred may be a number of rows; of money it makes cents
        changes = [*THOUSANDS, *(() if counted else hundreds), *((HUNDRED,) if has_currency(powers(self.unit)) else ())]
        changes += PER_MANY if rate else ()
        other = None if plain else unit_after(made.unit or self.unit, factor, units_of(self.unit))
        if not plain and other is None and not _is_one_of(factor, changes):
            return None
        by = f"* {factor:.12g}" if factor > 1 else f"/ {1 / factor:.12g}"
        remedy = f"leave out {by}, and rounding after it: pages write numbers in words that fit"
        other = no_unit(self.unit) if unit_text(self.unit) == PERCENT and factor < 1 else other
        if other is not None:
            remedy = f'say "{said_as(other, PERCENT if plain else QUANTITY)}", or {remedy}'
        if rate and factor > 1 and counted:
            remedy = f'leave out {by}, in its name too; or say "1", with {factor:.0f} in its name: …_per_{factor:.0f}_…'
        return (
            f"values that the code changes by {by}, in the unit that they had before",
            "shares, 0.45 for 45%"
            if unit_text(self.unit) == "1"
            else f"values in {unit_text(self.unit)}, as the notebook read them",
            remedy,
        )

    def _wrong_unit(self, made: MadeOf, own: Unit) -> Wrong:
        """What is wrong with a unit that values are not in as they were read."""
        share = is_dimensionless(own) and unit_text(own) != PERCENT
        name = "share" if share else unit_text(in_one_scale(own))
        names = [*dict.fromkeys(made.names)]
        were = f"{' and '.join(names[:3])} {'was' if len(names) == 1 else 'were'} read in" if names else "values are in"
        remedy = f'say "{name}"'
        if unit_without_scales(own) == unit_without_scales(self.unit):
            remedy += ", and do not change the scale yourself: pages write it in words that fit"
        elif made.period:
            remedy += f', or "{name}/{made.period}" of what is added up by {made.period}'
        elif own.dimensionality == self.unit.dimensionality:
            factor = convert_exactly(1.0, own, self.unit) / made.factor
            by = f"* {factor:g}" if factor > 1 else f"/ {1 / factor:g}"
            remedy = f"convert the values, {by}; or work them out in SQL, which knows the sizes of units"
        found = f"where {were} {'shares, 0.45 for 45%' if share else name}"
        return (
            f"{self.said}, {'and a ratio, 0.45 for 45%' if share and made.form == RATIO else found}",
            f"{name}, as the notebook read it",
            remedy,
        )


def stated(text: str, made: MadeOf, read: Sequence[ColumnRead], registry: UnitRegistry) -> Stated:
    """The unit that an author gives for values; points of shares, 0.05 for 5, are hundredths already.

    Raises NumberError for a unit that is not defined.
    """
    unit, form = parse_given(text, registry)
    if text == POINTS_GIVEN:
        units_of_shares = {unit_text(column.unit) for column in read if column.form == PERCENT}
        if made.kind == "values" and (made.unit is not None or made.form in (EITHER, RATIO)):
            scale = 1.0 if made.unit is None else _scale(made.unit)
            units_of_shares = {PERCENT if math.isclose(made.factor, HUNDRED * scale) else "1"}
        unit = no_unit(registry) if units_of_shares and PERCENT not in units_of_shares else unit
    return Stated(f"the unit {text}", unit, form)


def published(unit: Unit, made: MadeOf, read: Sequence[ColumnRead]) -> Unit:
    """The unit in which values that are said to be in `unit` are published: without scales.

    That of a product, as their code says, has nothing in it in two sizes.
    """
    unscaled = unit_without_scales(unit)
    is_product = len(made.names) > 1 and unit == made.known
    return cancelled(unscaled, [column.unit for column in read]) if is_product else unscaled


def by_author(given: Stated, made: MadeOf, read: Sequence[ColumnRead]) -> Mapping[str, Any]:
    """The setting of a step by which its receipt says that the unit is its author's word: code did not say it."""
    not_followed = made.kind == "unknown" and not (is_dimensionless(given.unit) and given.form == QUANTITY)
    differs = made.known is not None and made.known.dimensionality != given.unit.dimensionality
    by_no_code = differs and given.said_by(made, read) is not SaidBy.CODE
    sum_of_rates = made.added_up and is_rate(made.unit, share=made.form in (PERCENT, RATIO))
    return {"unit_by": "author"} if not_followed or by_no_code or made.unsaid or sum_of_rates else {}


def problem_of(wrong: Wrong, where: str) -> Problem:
    """The problem of a unit that is `wrong`."""
    return Problem(where, *wrong)


def said_of(made: MadeOf) -> str:
    """The unit that values have as their code says, as `units=` takes it; "" where it does not say it."""
    if made.kind == "count":
        return "1"
    if made.kind != "values":
        return ""
    if made.form in (POINTS, EITHER):
        return POINTS_GIVEN
    factor, unit = made.factor, made.unit
    if unit is not None and (other := unit_after(unit, factor, units_of(unit))) is not None:
        factor, unit = 1.0, other
    if unit is None or is_dimensionless(unit):
        if made.form not in (PERCENT, RATIO):
            return ""
        in_percent = math.isclose(factor, HUNDRED) or (unit is not None and unit_text(unit) == PERCENT)
        return "percent" if in_percent else "share"
    return unit_text(in_one_scale(unit))


def said_in_full(made: MadeOf, name: str, named: Name) -> str:
    """The unit of values that code takes together as they were read, "" of others; `named` is what their name says.

    A name may say it without its scale, and no other; nor a rate of what is none.
    """
    own, said = made.known, said_of(made)
    if own is None or not _is_as_read(made) or said in ("", "1", "share", POINTS_GIVEN):
        return ""
    if named.unit is not None:
        same = unit_without_scales(own) == unit_without_scales(named.unit)
        return said if same and not is_dimensionless(named.unit) else ""
    return "" if "_per_" in f"_{name}" and all(power > 0 for power in powers(own).values()) else said


def said_as(unit: Unit, form: str) -> str:
    """A unit of values in a frame, and the form of writing them, as an author gives both."""
    return "share" if form == PERCENT and unit_text(unit) == "1" else unit_text(unit)


def may_be_said(stated: Unit, own: Unit) -> bool:
    """Whether a unit may be given for values that were read in `own`: it, or, of what is counted, none or one."""
    pair = {stated, own}
    return len(pair) == 1 or (any(map(is_dimensionless, pair)) and any(map(is_counted, pair)))


def _scale(unit: Unit) -> float:
    """How many of its unit without scales a unit is: 1000 of thousand EUR."""
    return convert_exactly(1.0, unit, unit_without_scales(unit))


def _is_as_read(made: MadeOf) -> bool:
    """Whether no typed number changed the size of values."""
    return math.isclose(made.factor, 1)


def _is_one_of(factor: float, factors: Iterable[float]) -> bool:
    return any(math.isclose(factor, other) for other in factors)


def in_several_sizes(given: str, read: Sequence[ColumnRead], registry: UnitRegistry) -> bool:
    """Whether columns that were read are in several sizes of a unit, so that it may be false of some.

    Raises NumberError for a unit that is not defined.
    """
    plain = unit_without_scales(parse_given(given, registry)[0])
    sizes = {one.unit for one in read if unit_without_scales(one.unit) == plain}
    return len(sizes) > 1 and not is_dimensionless(plain)
