"""Units that are said of what a notebook worked out, held against what its code made of the columns that it read.

Frames have values as their file has them, in its scale: 45 of percent, 4.1 of million EUR. So what was multiplied by
hand and is then said to be in the unit that was read is a thousand times too large; and minutes are no hours, however
they are named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.core.currency import has_currency
from toolkit.core.errors import Problem, StoryError
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
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
from toolkit.database.column_names import Name, unit_or_form
from toolkit.database.frame_columns import FrameColumn
from toolkit.database.given_units import POINTS as POINTS_GIVEN
from toolkit.database.given_units import ColumnRead, parse_given
from toolkit.database.rates import SaidBy, is_rate, said_by
from toolkit.database.typed_factors import is_conversion, unit_after
from toolkit.notebook.made import ABOUT, EITHER, PERCENT, POINTS, QUANTITY, RATIO, MadeOf

THOUSANDS = tuple(1000.0**power for power in (-4, -3, -2, -1, 1, 2, 3, 4))
CENTS = 100.0
FLOATING = 1e-9  # of a count: what adding floats leaves of whole numbers
RATES = tuple(10.0**power for power in range(2, 7))  # per 100, … per million of what is below the line
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


@dataclass(frozen=True)
class Stated:
    """A unit that an author gives for values, or the name of their column says, and its form of writing.

    `said` is what says it, as errors have it: "the unit EUR", "a name that says EUR".
    """

    said: str
    unit: Unit
    form: str

    def wrong(self, made: MadeOf, read: Sequence[ColumnRead]) -> tuple[str, str, str] | None:
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
        # a column that was read without a unit, or values over one times a hundred: an index has that base
        if len(made.names) == 1 or (made.names and math.isclose(made.factor, CENTS) and not is_counted(self.unit)):
            return None
        problems = [self._other_than(one, read) for one in self._kin(made, read)]
        return None if None in problems else next(iter(problems), None)

    @property
    def counts(self) -> bool:
        """Whether it says what rows are, or how many there are for each of others: contract, contract/month."""
        units = [(self.unit._REGISTRY.Unit(name), power) for name, power in powers(self.unit).items()]
        return all(is_counted(one) or (power < 0 and is_time(one)) for one, power in units)

    def _kin(self, made: MadeOf, read: Sequence[ColumnRead]) -> list[MadeOf]:
        """What values may be, of which the code says the factor alone: of each column in a unit of this kind."""
        base = unit_without_scales(self.unit)
        if is_dimensionless(base):
            kin = [one for one in read if one.form == PERCENT] if self.form in (PERCENT, POINTS) else []
            shares = MadeOf("values", made.factor, no_unit(self.unit), QUANTITY)  # anything may be a share
            plain = [shares] if unit_text(self.unit) != PERCENT or math.isclose(made.factor, 100) else []
        else:
            kin, plain = [one for one in read if unit_without_scales(one.unit) == base], []
        return [*plain, *(MadeOf("values", made.factor, one.unit, QUANTITY, (one.name,)) for one in kin)]

    def said_by(self, made: MadeOf, read: Sequence[ColumnRead] = ()) -> SaidBy:
        """Who says it of values that the code has in a unit."""
        own = made.unit if made.unit is not None else no_unit(self.unit)
        if is_dimensionless(self.unit):
            own_count = is_counted(own) and (self.form == QUANTITY or is_share_of_counted(own))
            return SaidBy.CODE if own_count else SaidBy.NOBODY
        if is_dimensionless(own):
            return SaidBy.CODE if is_counted(self.unit) or (not made.names and self.counts) else SaidBy.NOBODY
        units = [one.unit for one in read if one.name in made.names]
        return said_by(own, self.unit, added_up=made.added_up, period=made.period, of_columns=units)

    def _other_than(self, made: MadeOf, read: Sequence[ColumnRead]) -> tuple[str, str, str] | None:
        own = made.unit if made.unit is not None else no_unit(self.unit)
        if own.dimensionality != self.unit.dimensionality:
            other = self._another(made, own) if _plain(made) or made.unsaid else None
            if self.said_by(made, read) is SaidBy.NOBODY or made.unsaid:
                return other
            right = _scale(own) / _scale(self.unit)
            return None if math.isclose(made.factor, right) else self._changed(made) or other
        if is_dimensionless(own) and is_dimensionless(self.unit) and (found := self._another_form(made)):
            return found
        if made.unsaid:
            return None
        right = convert_exactly(1.0, own, self.unit)
        if math.isclose(made.factor, right):
            return None
        scaled = unit_without_scales(own) == unit_without_scales(self.unit)
        if right == 1 and scaled:
            return self._changed(made)
        left = made.factor / right
        far = not 1 / ABOUT < left < ABOUT if scaled else not is_conversion(made.factor, right)
        if _plain(made) or far:
            return self._another(made, own)
        return None

    def _another_form(self, made: MadeOf) -> tuple[str, str, str] | None:
        if self.form == PERCENT and made.form in (POINTS, EITHER):
            allowed = "percentage points, for what is left of one share less another"
            return "a share, said of a difference", allowed, f'say "{POINTS_GIVEN}"'
        if self.form == POINTS and made.form == RATIO:
            allowed = f"{POINTS_GIVEN} for what is left of one share less another"
            share = "percent" if math.isclose(made.factor, 100) else "share"
            return "percentage points, and a ratio that is no difference of two", allowed, f'say "{share}"'
        if self.form == QUANTITY and made.form in (PERCENT, POINTS) and (said := said_of(made)):
            return f"{self.said}, and values in {said}", said, f'say "{said}": a bare 0.45 is read as 0.45%'
        return None

    def _changed(self, made: MadeOf) -> tuple[str, str, str] | None:
        """The problem of a factor that changes a scale by hand, and is not said."""
        factor, plain, found = made.factor, is_dimensionless(self.unit), powers(self.unit)
        hundred = any(math.isclose(factor, one) for one in (CENTS, 1 / CENTS))
        if plain and (self.form == QUANTITY or not hundred):
            return None
        rate = any(power < 0 for power in found.values())
        if (
            not (plain or rate or is_counted(self.unit)) and math.isclose(factor, 100) and len(made.names) > 1
        ):  # an index
            return None
        hundreds = (CENTS, 1 / CENTS) if not is_counted(self.unit) else ()
        changing = (*THOUSANDS, *hundreds, *[CENTS] * has_currency(found), *RATES * rate)
        other = None if plain else unit_after(made.unit or self.unit, factor, units_of(self.unit))
        if not plain and other is None and not any(math.isclose(factor, one) for one in changing):
            return None
        by = f"* {factor:.12g}" if factor > 1 else f"/ {1 / factor:.12g}"
        remedy = f"leave out {by}, and rounding after it: pages write numbers in words that fit"
        other = no_unit(self.unit) if unit_text(self.unit) == PERCENT and factor < 1 else other
        if other is not None:
            remedy = f'say "{said_as(other, PERCENT if plain else QUANTITY)}", or {remedy}'
        if rate and factor > 1 and is_counted(self.unit):
            remedy = f'leave out {by}, in its name too; or say "1", with {factor:.0f} in its name: …_per_{factor:.0f}_…'
        return (
            f"values that the code changes by {by}, in the unit that they had before",
            "shares, 0.45 for 45%"
            if unit_text(self.unit) == "1"
            else f"values in {unit_text(self.unit)}, as the notebook read them",
            remedy,
        )

    def _another(self, made: MadeOf, own: Unit) -> tuple[str, str, str]:
        """The problem of a unit that values are not in as they were read."""
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
            right = convert_exactly(1.0, own, self.unit) / made.factor
            by = f"* {right:g}" if right > 1 else f"/ {1 / right:g}"
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
        kin = {unit_text(one.unit) for one in read if one.form == PERCENT}
        if made.kind == "values" and (made.unit is not None or made.form in (EITHER, RATIO)):
            scale = 1.0 if made.unit is None else _scale(made.unit)
            kin = {PERCENT if math.isclose(made.factor, 100 * scale) else "1"}
        unit = no_unit(registry) if kin and PERCENT not in kin else unit
    return Stated(f"the unit {text}", unit, form)


def published(unit: Unit, made: MadeOf, read: Sequence[ColumnRead]) -> Unit:
    """The unit in which values that are said to be in `unit` are published: without scales.

    That of a product, as their code says, has nothing in it in two sizes.
    """
    plain = unit_without_scales(unit)
    product = len(made.names) > 1 and unit == made.known
    return cancelled(plain, [one.unit for one in read]) if product else plain


def by_author(given: Stated, made: MadeOf, read: Sequence[ColumnRead]) -> Mapping[str, Any]:
    """The setting of a step by which its receipt says that the unit is its author's word: code did not say it."""
    not_followed = made.kind == "unknown" and not (is_dimensionless(given.unit) and given.form == QUANTITY)
    other = made.known is not None and made.known.dimensionality != given.unit.dimensionality
    other = other and given.said_by(made, read) is not SaidBy.CODE
    of_rates = made.added_up and is_rate(made.unit, share=made.form in (PERCENT, RATIO))
    return {"unit_by": "author"} if not_followed or other or made.unsaid or of_rates else {}


def problem_of(found: tuple[str, str, str], where: str) -> Problem:
    """The problem of a unit that is `wrong`."""
    return Problem(where, *found)


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
        share = made.form in (PERCENT, RATIO)
        hundred = math.isclose(factor, 100) or (unit is not None and unit_text(unit) == PERCENT)
        return ("percent" if hundred else "share") if share else ""
    return unit_text(in_one_scale(unit))


def said_in_full(made: MadeOf, name: str, named: Name) -> str:
    """The unit of values that code takes together as they were read, "" of others; `named` is what their name says.

    A name may say it without its scale, and no other; nor a rate of what is none.
    """
    own, said = made.known, said_of(made)
    if own is None or not _plain(made) or said in ("", "1", "share", POINTS_GIVEN):
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


def _plain(made: MadeOf) -> bool:
    """Whether no typed number changed the size of values."""
    return math.isclose(made.factor, 1)


def refuse_renamed(renamed: ColumnRead | None, unit: Unit, where: str) -> None:
    """Raises StoryError where a name says another unit than its values were read in under their own name."""
    if renamed is not None and unit_without_scales(renamed.unit) != unit_without_scales(unit):
        raise StoryError(
            where,
            f"a name that says {unit_text(unit)}, and the values of {renamed.name}, in {unit_text(renamed.unit)}",
            "a name that ends in their unit, or in none",
            f'name it otherwise, or give its unit: units={{…: "{unit_text(renamed.unit)}"}}',
        )


def refuse_fractions(values: FrameColumn, where: str) -> None:
    """Raises StoryError for a column named as a count that holds anything but whole numbers."""
    there = [value for value in values.array.tolist() if value is not None]
    found = next((one for one in there if not math.isclose(one, round(one), rel_tol=FLOATING, abs_tol=FLOATING)), None)
    if found is not None:
        raise StoryError(
            where,
            f"a name that says a count, and {found}",
            "whole numbers in a column n_<what>",
            f"name it after what it holds, such as {values.name.replace('n_', 'mean_', 1)}; units= gives its unit",
        )


def refuse_quantity(name: str, made: MadeOf, read: Sequence[ColumnRead], registry: UnitRegistry, where: str) -> None:
    """Raises StoryError where the code of a column named as a count says that it is none: euros, or thousands."""
    own, said = made.known, unit_or_form(name, registry)
    if own is None or is_dimensionless(own):
        return
    if is_counted(unit_without_scales(own)) and math.isclose(made.factor, base_units(own)[0]):
        return
    if said.unit is None or Stated(name, said.unit, said.form).wrong(made, read):
        by = "" if _plain(made) else f", times {made.factor:g}"
        raise StoryError(
            where,
            f"a name that says a count, and values in {unit_text(own)}{by}",
            "counts, or what is counted as it was read, in a column n_<what>",
            f'name it otherwise, and say "{unit_text(own)}", without a factor: pages write it in words that fit',
        )


def in_several_sizes(given: str, read: Sequence[ColumnRead], registry: UnitRegistry) -> bool:
    """Whether columns that were read are in several sizes of a unit, so that it may be false of some.

    Raises NumberError for a unit that is not defined.
    """
    plain = unit_without_scales(parse_given(given, registry)[0])
    sizes = {one.unit for one in read if unit_without_scales(one.unit) == plain}
    return len(sizes) > 1 and not is_dimensionless(plain)
