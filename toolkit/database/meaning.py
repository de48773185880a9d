"""What one column of a query holds, and what two have in common, or make as a product or ratio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from toolkit.core.unit import Unit, base_units, is_dimensionless, no_unit, unit_text, unit_without_scales
from toolkit.database.rates import is_rate, over_whole

Place = tuple[str, str]  # a dataset or another table, and a column of it


class Role(Enum):
    """What kind of thing a column holds."""

    LABEL = "label"
    RANK = "rank"
    COUNT = "count"
    TRUTH = "truth"
    QUANTITY = "quantity"
    REPORTED = "number of figures or series"
    LITERAL = "typed"  # nothing of a table is in it
    NOTHING = "nothing"  # NULL, beside any other
    MIXED = "mixed"  # made of quantities in a way that says no unit
    UNKNOWN = "unknown"
    UNTRACED = "untraced"  # from where the query cannot be followed


KNOWN = (Role.QUANTITY, Role.COUNT, Role.REPORTED)  # roles whose unit the query says


class Step(Enum):
    """How a column's values are made of those of figures and series rows: by a primitive of core/operation.py."""

    VALUE = "value"  # of one row, as it is
    SUM = "sum"  # with signs
    MEAN = "mean"
    LEAST = "least"
    GREATEST = "greatest"
    REACH = "reach"  # a pair of columns: the least low end to the greatest high end
    STATISTIC = "statistic"  # another one of rows, such as a median: no primitive gives it, and no row is in it twice
    OTHER = "query"  # by nothing that can be followed


@dataclass(frozen=True)
class Meaning:
    """What a column holds.

    `unit` may be None: of what is reported it then is that of the rows used.

    `single` are the columns of datasets that it shows row by row, `keys` those it groups by, `made` all that its values
    are made of.
    """

    role: Role
    unit: Unit | None = None
    single: frozenset[Place] = frozenset()
    keys: frozenset[Place] = frozenset()
    made: frozenset[Place] = frozenset()
    points: bool = False  # what is left of one share less another
    step: Step = Step.OTHER
    averaged: bool = False  # a mean, a quantile or a ratio: no count, whatever its unit
    told: bool = False  # a text of it shows a number
    ratio: bool = False  # of two of one unit
    relative: bool = False  # a share under any name: such a ratio less one, a part of a whole, a mean of yes and no
    added_up: bool = False
    period: str = ""  # by which it is added up, "month" say

    @property
    def is_sum_of_rates(self) -> bool:
        """Whether it adds up prices or shares, which are in their unit only where they are parts of one whole."""
        share = self.unit is not None and (unit_text(self.unit) == "percent" or self.ratio or self.relative)
        return self.added_up and not self.points and is_rate(self.unit, share=share)

    @property
    def unit_by(self) -> Mapping[str, str]:
        """The setting of a step by which its receipt says that the unit is its author's word."""
        return {"unit_by": "author"} if self.is_sum_of_rates else {}

    def over_whole(self, values: Iterable[float | None]) -> tuple[str, str, str] | None:
        """(found, allowed, remedy) where these values are sums of percentages and come to more than 100%; else None."""
        if self.unit is None or not (self.is_sum_of_rates and (self.relative or unit_text(self.unit) == "percent")):
            return None
        most = max((abs(float(value)) for value in values if value is not None), default=0) * base_units(self.unit)[0]
        return over_whole(" and ".join(sorted(column for _, column in self.made)), most)

    def to_power(self, power: float) -> Meaning:
        """The meaning of a power of a quantity: of dollars dollars squared, whose root is dollars again."""
        if self.role is not Role.QUANTITY or self.unit is None or is_dimensionless(self.unit):
            return UNKNOWN
        return Meaning(Role.QUANTITY, self.unit**power)  # type: ignore[arg-type]  # pint says it of plain units alone


UNKNOWN, LABEL = Meaning(Role.UNKNOWN), Meaning(Role.LABEL)
LITERAL = Meaning(Role.LITERAL)
NOTHING = Meaning(Role.NOTHING)
MIXED = Meaning(Role.MIXED)
REPORTED = Meaning(Role.REPORTED, step=Step.VALUE)  # a number of figures, whose unit is that of the rows that are used
Columns = dict[str, Meaning]
Tables = Sequence[tuple[str, Columns | None]]  # of a query, by their names there; None for a typed one


def meaning_places(meaning: Meaning, part: str) -> frozenset[Place]:
    """The columns that a meaning has as `made` or as `single`."""
    return meaning.made if part == "made" else meaning.single


def common(meanings: Iterable[Meaning]) -> Meaning:
    """The meaning that all of these have, sets of places left out; unknown where they differ."""
    meanings_of_values = [meaning for meaning in meanings if meaning.role != Role.NOTHING]
    if not meanings_of_values:
        return NOTHING
    units, roles = {meaning.unit for meaning in meanings_of_values}, {meaning.role for meaning in meanings_of_values}
    shared = Meaning(
        Role.QUANTITY,
        points=all(meaning.points for meaning in meanings_of_values),
        step=common_step({meaning.step for meaning in meanings_of_values}),
        averaged=any(meaning.averaged for meaning in meanings_of_values),
        told=any(meaning.told for meaning in meanings_of_values),
        added_up=any(meaning.added_up for meaning in meanings_of_values),
        ratio=all(meaning.ratio for meaning in meanings_of_values),
        relative=all(meaning.relative for meaning in meanings_of_values),
    )
    if roles == {Role.REPORTED}:
        if len(units - {None}) > 1:
            return UNKNOWN
        return replace(shared, role=Role.REPORTED, unit=units.pop() if len(units) == 1 else None)
    if len(roles) == 1 and len(units) == 1:
        return replace(shared, role=roles.pop(), unit=units.pop())
    if len(units) != 1 or None in units or Role.TRUTH in roles:
        return UNKNOWN
    return replace(shared, unit=units.pop())


def common_step(steps: set[Step]) -> Step:
    """The step of values each of which is made by one of `steps`: a value of one row is the sum of it."""
    if steps == {Step.VALUE, Step.SUM}:
        return Step.SUM
    return steps.pop() if len(steps) == 1 else Step.OTHER


def both(meanings: Sequence[Meaning]) -> Meaning:
    """What these have in common, with all that any of them shows or is made of."""
    single, keys, made = (
        frozenset().union(*(getattr(meaning, part) for meaning in meanings)) for part in ("single", "keys", "made")
    )
    is_told = any(meaning.told for meaning in meanings)
    return replace(common(meanings), single=single, keys=keys, made=made, told=is_told)


def product_or_ratio(sign: str, left: Meaning, right: Meaning, dimensionless: Unit) -> Meaning:
    """A product or ratio: a share, or a quantity times or over a count; unknown with a typed factor."""
    if not {left.role, right.role} <= {Role.QUANTITY, Role.COUNT, Role.REPORTED}:
        return UNKNOWN
    if sign == "/" and left.unit == right.unit and (left.unit is not None or left.role == right.role):
        return Meaning(Role.QUANTITY, dimensionless, averaged=True, ratio=True)
    if sign == "/" and (scale := _scale_between(left.unit, right.unit)) is not None:  # of thousands over millions
        return Meaning(Role.QUANTITY, scale, averaged=True, ratio=True)
    if right.unit is not None and is_dimensionless(right.unit):  # of a dataset it may be percent, or have another scale
        return replace(_times(left, right.unit if sign == "*" else dimensionless / right.unit), averaged=sign == "/")
    if sign == "*" and left.unit is not None and is_dimensionless(left.unit):
        return _times(right, left.unit)
    roles = {left.role, right.role}
    measured = roles in ({Role.QUANTITY}, {Role.QUANTITY, Role.REPORTED})  # of figures and series alone the rows say it
    if measured and left.unit is not None and right.unit is not None:
        return Meaning(Role.QUANTITY, left.unit * right.unit if sign == "*" else left.unit / right.unit)
    return UNKNOWN


def _scale_between(left: Unit | None, right: Unit | None) -> Unit | None:
    """The scale by which units of one quantity differ, such as thousand/million; None for others, and for numbers."""
    if (
        left is None
        or right is None
        or is_dimensionless(left)
        or unit_without_scales(left) != unit_without_scales(right)
    ):
        return None
    return None if unit_text(left / right) == "percent" else left / right


def _times(meaning: Meaning, scale: Unit) -> Meaning:
    """What is reported stays so; other quantities get the scale of a share or a count into their unit."""
    if meaning.role == Role.REPORTED:
        return replace(meaning, step=Step.OTHER) if scale == no_unit(scale) else UNKNOWN
    return Meaning(Role.QUANTITY, meaning.unit * scale if meaning.unit is not None else None)


def columns_by_name(columns_of_query: Sequence[tuple[str, Meaning]], aliases: Sequence[str]) -> Columns:
    """The columns of a table by name, the first ones named by its aliases; what two of one name have in common."""
    columns: Columns = {}
    for index, (name, meaning) in enumerate(columns_of_query):
        name = aliases[index] if index < len(aliases) else name
        twin = columns.get(name)
        columns[name] = meaning if twin is None else both((twin, meaning))
    return columns
