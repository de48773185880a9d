"""Units that authors give for what they worked out, held against those of the columns that it is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.core.currency import CURRENCIES
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    base_units,
    is_counted,
    is_dimensionless,
    no_unit,
    parse_unit,
    powers,
    singular_and_plural,
    unit_text,
    unit_without_scales,
    units_of,
)
from toolkit.core.unit_cancelling import is_share_of_counted
from toolkit.core.units_per_many import in_one_scale, unit_with_words
from toolkit.database.column_names import COUNTS, FORMS, unit_or_form
from toolkit.database.columns import is_fraction, is_quantity
from toolkit.database.meaning import KNOWN, Meaning, Role
from toolkit.database.rates import SaidBy, said_by
from toolkit.database.table import Column, Table
from toolkit.database.typed_factors import is_conversion, is_same
from toolkit.database.unit_problems import no_points_problem, ratio_in_percent_problem
from toolkit.datasets.declaration import Dataset

PERCENT, POINTS = "percent", "percentage points"
MANY = {1e2: "hundred", 1e3: "thousand", 1e4: "ten_thousand", 1e5: "hundred_thousand", 1e6: "million"}
IN_WORDS = {"100k": 1e5} | {name: many for many, name in MANY.items()}
PER_MANY = re.compile(rf"_per_(\d{{1,3}}(?:_?000)+|\d{{2,}}|{'|'.join(IN_WORDS)})(?=_|$)")  # in names of rates
TINY = 1e-9  # of a power of ten
NAMES_OF_COUNTS = ("n", "count", "size")  # that pandas gives; others begin with n_
# roles of columns that may be quantities of which nothing says a unit
WITHOUT_UNIT = (Role.QUANTITY, Role.MIXED, Role.UNKNOWN, Role.UNTRACED)


@dataclass(frozen=True)
class ColumnRead:
    """A column of numbers that a notebook took from its project: the unit and form of its values in a frame."""

    name: str
    unit: Unit
    form: str


def parse_given(text: str, units: UnitRegistry) -> tuple[Unit, str]:
    """The unit that an author gives, and the form in which numbers in it are written.

    A share needs no definition; what is left of one percentage less another is in POINTS. Raises NumberError for a unit
    that is not defined, or has a scale below the line.
    """
    if text == POINTS:
        return parse_unit("percent", units), "points"
    unit = no_unit(units) if text == "share" else unit_with_words(text, units)
    return unit, FORMS.get(text) or FORMS.get(unit_text(unit), "quantity")


def given_by_column(
    units_given: Mapping[str, str] | str,
    columns: Iterable[tuple[str, str]],
    meanings: Iterable[Meaning],
    registry: UnitRegistry,
) -> Mapping[str, str]:
    """The units that an author gives, by column; one for all is that of quantities that lack one, but of no ratio.

    `columns` are the names and DuckDB types of an answer's, `meanings` what they hold. Raises NumberError where the
    unit for all is not defined.
    """
    if not isinstance(units_given, str):
        return units_given
    unit, _ = parse_given(units_given, registry)
    return {
        name: units_given
        for (name, kind), meaning in zip(columns, meanings, strict=True)
        if is_quantity(name, kind, meaning.role)
        and meaning.unit is None
        and meaning.role in WITHOUT_UNIT
        and not _is_ratio(meaning)
        and may_be_named(name, not is_fraction(kind), unit, registry)
    }


def _is_ratio(meaning: Meaning) -> bool:
    """Whether a column may be a ratio; a mean or a median is of one column."""
    return meaning.averaged and (meaning.role is Role.UNKNOWN or len(meaning.made) > 1)


def may_be_named(name: str, whole: bool, unit: Unit, registry: UnitRegistry) -> bool:
    """Whether the name of a column, of whole numbers or not, says neither a count nor another unit than this one."""
    if whole and (name in NAMES_OF_COUNTS or name.startswith(COUNTS)):
        return False
    named = unit_or_form(name, registry).unit
    return named == unit or (named is None and "_per_" not in name)


def columns_read(answers: Iterable[Table], datasets: Iterable[Dataset], registry: UnitRegistry) -> Iterator[ColumnRead]:
    """The columns of numbers that a notebook took, with the units that their values have in its frames.

    `answers` are its own, `datasets` those whose files a library read by itself, so that they are as the files state
    them. Raises NumberError for a unit that is not defined.
    """
    for table in answers:
        for column in table.columns:
            if column.unit:
                yield ColumnRead(column.name, *unit_in_frame(table, column, registry))
    for dataset in datasets:
        for declared in dataset.columns:
            if declared.unit:
                yield ColumnRead(declared.name, *parse_given(declared.unit, registry))


@dataclass(frozen=True)
class ColumnOfSql:
    """A column of SQL for which a unit may be given: what it means, and the columns, `read` and `bare`, that it is of.

    `factor` is what typed factors multiply it by, `scale` those that change one; `unscaled` is what it means without
    these. `ratio`: it divides one by another.
    """

    meaning: Meaning
    unscaled: Meaning
    read: Sequence[ColumnRead]
    scale: float
    factor: float
    ratio: bool
    bare: Sequence[str]  # names of columns that have no unit

    def stated(self, unit_given: str, units: UnitRegistry) -> tuple[Unit, str]:
        """As `parse_given`; points of shares, 0.05 for 5, are hundredths already unless the query multiplies by 100.

        Raises NumberError as `parse_given`.
        """
        unit, form = parse_given(unit_given, units)
        if unit_given == POINTS and self.meaning.unit is not None and is_dimensionless(self.meaning.unit):
            return self.meaning.unit, form
        return (no_unit(units), form) if unit_given == POINTS and self._of_shares else (unit, form)

    @property
    def _of_shares(self) -> bool:
        return self.scale == 1 and (self.ratio or self.meaning.ratio)

    def wrong(self, unit_given: str, units: UnitRegistry, where: str) -> Iterator[Problem]:
        """A problem where the unit given is another than the query says. Raises NumberError for one not defined."""
        (unit, form), meaning = parse_given(unit_given, units), self.meaning
        yield from self._other_than_named(unit_given, unit, units, where)
        # the query cannot say what count(*) counts: an author may name it, as people
        of_things_counted = meaning.role == Role.COUNT and is_counted(unit) and [*powers(unit).values()] == [1]
        if meaning.role not in KNOWN or meaning.unit is None or of_things_counted:
            if unit_given != PERCENT or not self._is_per_cent:
                yield from self._changed_scale(unit_given, unit, units, where)
            return
        if unit_given in FORMS and is_share_of_counted(meaning.unit):  # turnout: votes over voters
            return
        if unit_given == "1" and meaning.relative and unit_text(meaning.unit) == PERCENT:  # an index of 100
            return
        are_points = meaning.points and is_dimensionless(meaning.unit)
        unit_of_values = POINTS if are_points else unit_text(in_one_scale(meaning.unit))
        points = unit_given == POINTS and meaning.points
        other_form = unit_of_values in (PERCENT, POINTS) and form == "quantity"  # a bare 0.45 for 45%
        other_form = other_form or (unit_of_values == POINTS and unit_given != POINTS)
        if unit_given == POINTS and not points and (meaning.ratio or meaning.relative):
            yield no_points_problem(where)
        elif unit_given == PERCENT and unit_text(meaning.unit) == "1" and (meaning.ratio or meaning.relative):
            yield ratio_in_percent_problem(where)
        elif not points and (
            other_form or not (is_same(unit, meaning.unit) or self._said_by(unit) is not SaidBy.NOBODY)
        ):
            yield Problem(
                where,
                f"the unit {unit_given}, and values in {unit_of_values} as their columns are declared",
                "the unit of the values; pages write them in words that fit",
                f'say "{unit_of_values}"' if unit_of_values == POINTS else "leave it out, or correct the declaration",
            )

    def _said_by(self, unit: Unit) -> SaidBy:
        own = self.meaning.unit
        if own is None or is_dimensionless(unit) or not math.isclose(_scale_in(own), _scale_in(unit)):
            return SaidBy.NOBODY
        units, added_up = [one.unit for one in self.read], self.meaning.added_up
        return said_by(own, unit, added_up=added_up, period=self.meaning.period, of_columns=units)

    def by_author(self, unit: Unit, form: str) -> bool:
        """Whether the unit given is its author's word, which the query does not say."""
        if self.meaning.role not in KNOWN or self.meaning.unit is None:
            return not (is_dimensionless(unit) and form == "quantity")
        return not is_same(unit, self.meaning.unit) and self._said_by(unit) is SaidBy.AUTHOR

    def _other_than_named(self, unit_given: str, unit: Unit, units: UnitRegistry, where: str) -> Iterator[Problem]:
        """A problem for each column without a unit whose name says millions, or another scale than the unit given."""
        for name in self.bare if not (self.ratio or is_dimensionless(unit)) else ():
            unit_in_name = unit_or_form(name, units).unit
            size = _scale_in(unit_in_name) if unit_in_name is not None else 1
            if size > 1 and not math.isclose(size, self.scale * _scale_in(unit)):
                scale = " ".join(word for word in powers(unit_in_name) if _scale_in(units.Unit(word)) > 1)  # type: ignore[arg-type]
                right = f"{scale} {unit_text(unit_without_scales(unit))}"
                yield Problem(
                    where,
                    f"the unit {unit_given}, and values of {name}, which has no unit and says {scale}",
                    f"values as the file has them: {right}",
                    f'say "{right}", or give {name} its unit in data/datasets/',
                )

    @property
    def _is_per_cent(self) -> bool:
        """Whether it is a hundred times a share."""
        before = self.unscaled.unit if self.unscaled.role in KNOWN and not self.unscaled.points else None
        of_share = before is not None and (is_dimensionless(before) or is_share_of_counted(before))
        return of_share and before is not None and math.isclose(self.scale, 100 * base_units(before)[0])

    def _scale_of_rate(self, unit: Unit, before: Unit | None) -> float | None:
        """As `_scale_of_rate`; what counts are divided by is the one column that is read."""
        if before is None and self.ratio and len(self.read) == 1:
            before = no_unit(unit) / self.read[0].unit
        return None if before is None else _scale_of_rate(unit, before)

    def _changed_scale(self, unit_given: str, unit: Unit, units: UnitRegistry, where: str) -> Iterator[Problem]:
        """The problem of a given unit that the query's own factors, or their lack, make another."""
        before = self.unscaled.unit if self.unscaled.role in KNOWN else None
        if before is not None and unit_given == POINTS and is_dimensionless(before) and not self.unscaled.points:
            yield no_points_problem(where)
        elif self.scale != 1 and (right := self._scale_of_rate(unit, before)) is not None:
            if not math.isclose(right, self.scale):
                yield Problem(
                    where,
                    f"the unit {unit_given}, and values that the query multiplies by {self.scale:,g}",
                    f"values in {unit_given}, as SQL sees them" + (f", times {right:,g}" if right != 1 else ""),
                    "leave the factor out" + (_per_many(unit, self.scale) if self.scale in MANY and right == 1 else ""),
                )
        elif unit_given == PERCENT and self._of_shares:
            yield ratio_in_percent_problem(where)
        elif (unit_read := self._converted_from(unit)) is not None:
            right = base_units(unit_read)[0] / base_units(unit)[0]
            yield Problem(
                where,
                f"the unit {unit_given}, and values in {unit_text(unit_read)}, times {self.factor:.6g}",
                f"values in {unit_text(unit_read)}, or these times {right:.6g} for {unit_given}",
                f'say "{unit_text(unit_read)}", without a factor: pages write numbers in words that fit',
            )
        elif other := [
            candidate
            for candidate in self._kin(unit_given, unit, before)
            if not self._fits(candidate, self.stated(unit_given, units)[0])
        ]:
            unit_as_read = unit_text(other[0])
            by = "" if self.scale == 1 else f", times {self.scale:,g}"
            yield Problem(
                where,
                f"the unit {unit_given}, and values in {unit_as_read}{by}",
                "the unit that values have after the query's own factors",
                f'say "{unit_as_read}" of them as they are: pages write numbers in words that fit',
            )

    def _converted_from(self, unit: Unit) -> Unit | None:
        """The unit of the one column that is read, where typed factors do not make it the other unit; else None."""
        # a query inside may have factors too
        unit_read = self.read[0].unit if len(self.read) == 1 and not self.ratio and self.factor != 1 else unit
        is_same_quantity = unit_read.dimensionality == unit.dimensionality
        if unit_without_scales(unit_read) == unit_without_scales(unit) or not is_same_quantity:
            return None
        return None if is_conversion(self.factor, base_units(unit_read)[0] / base_units(unit)[0]) else unit_read

    def _kin(self, unit_given: str, unit: Unit, before: Unit | None) -> list[Unit]:
        """The units of values that may be in `unit`, as they are read; none of ratios, and of plain numbers none."""
        units_read = [before] if before is not None else [] if self.ratio else [one.unit for one in self.read]
        if unit_given in (*FORMS, POINTS):
            return [one for one in units_read if one == before or unit_text(one) == PERCENT]
        if is_dimensionless(unit):
            return [one for one in units_read if one == before and not is_dimensionless(one)]
        return [one for one in units_read if unit_without_scales(one) == unit_without_scales(unit)]

    def _fits(self, unit_read: Unit, unit: Unit) -> bool:
        """Whether values that were read in one unit are in another after typed factors that change a scale.

        Twice as much, or a tenth, may be meant.
        """
        power = math.log10(abs(self.scale) * _scale_in(unit) / _scale_in(unit_read))
        is_money = CURRENCIES.keys() & powers(unit_read).keys()  # a hundredth of which is cents
        step = 1 if is_dimensionless(unit_read) or is_money else 3
        return abs(power) < TINY or abs(power - round(power)) > TINY or round(power) % step != 0


def _scale_in(unit: Unit) -> float:
    """What the scales of a unit multiply by: a million of million USD."""
    return base_units(unit)[0] / base_units(unit_without_scales(unit))[0]


def _scale_of_rate(unit: Unit, before: Unit) -> float | None:
    """What values in `before` are multiplied by for a rate in a unit: 1,000 for contract/thousand_people.

    None for what is no rate per something counted.
    """
    units = units_of(unit)
    per = [name for name, power in powers(unit).items() if power < 0 and is_counted(units.Unit(name))]
    left = [units.Unit(name) for name in powers(unit / before)]
    if not per or not all(is_counted(part) or is_dimensionless(part) for part in left):
        return None
    return base_units(before)[0] / base_units(unit)[0]


def _per_many(unit: Unit, scale: float) -> str:
    """How a rate per a hundred or more of a thing is said: its unit, and the line of data/units.txt that it needs."""
    units = units_of(unit)
    thing = next(name for name, power in powers(unit).items() if power < 0 and is_counted(units.Unit(name)))
    many = f"{MANY[scale]}_{singular_and_plural(thing, units)[1].replace(' ', '_')}"
    unit_per_many = unit_text(unit).replace(f"/{thing}", f"/{many}")
    line = "" if many in units else f"add the line {many} = {scale:.0f} * {thing} to data/units.txt, and "
    return f'; or {line}give it the unit "{unit_per_many}"'


def refuse_per_many(where: str, column: str, unit: Unit) -> None:
    """Raises ToolkitError for a column that is named as a rate per 1,000 or so, whose numbers are per one."""
    many_in_name, below = PER_MANY.search(column), [name for name, power in powers(unit).items() if power < 0]
    per = [units_of(unit).Unit(name) for name in below]
    if many_in_name and any(map(is_counted, per)) and all(base_units(thing)[0] == 1 for thing in per):
        many = IN_WORDS.get(many_in_name[1]) or float(many_in_name[1].replace("_", ""))
        raise ToolkitError(
            where,
            f"a name that says per {many_in_name[1]}, and values in {unit_text(unit)}",
            "the same in the name and in the unit",
            f"leave {many_in_name[1]} out of the name" + (_per_many(unit, many) if many in MANY else ""),
        )


def unit_in_frame(table: Table, column: Column, registry: UnitRegistry) -> tuple[Unit, str]:
    """The unit of a column's values in the frame of its table, and the form of writing them.

    Raises NumberError as `parse_given`.
    """
    return parse_unit(table.unit_in_frame(column) or "1", registry), column.form
