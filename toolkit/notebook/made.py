"""What values that a notebook works out are made of: columns in their units, times typed numbers; a count; a condition.

Arithmetic keeps it: price times quantity is in the unit of both together, a share less another is in points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from toolkit.core.unit import Unit, base_units, convert_exactly, is_counted, is_dimensionless, unit_text
from toolkit.database.table import Table

Kind = Literal["values", "count", "truth", "typed", "label", "bare", "unknown"]
ABOUT = 30  # values so many times larger are in another scale
QUANTITY, PERCENT, POINTS, RATIO, EITHER = "quantity", "percent", "points", "ratio", "ratio or points"


@dataclass(frozen=True)
class MadeOf:
    """What code makes; a label is a year, an hour or another whole number that rows are grouped by, bare a logarithm.

    `unit` is that of its columns as they were read, of values alone, and `factor` the typed numbers that it was
    multiplied by since; of one that is typed `factor` is itself. `form` tells shares, what is left of one less another,
    and ratios apart. `mixed` says of values in two sizes of one unit that were put together what was found, and what to
    do. `names` are those of the columns. `tables` have the one column whose values, each once, or sums of them these
    are: more than one where the code does not say which. What is `added_up` may be so in each `period`, "month" say, by
    which the code groups rows. `unsaid`: typed numbers of several sizes, in a column of their own, multiply it.
    """

    kind: Kind = "unknown"
    factor: float = 1.0
    unit: Unit | None = None
    form: str = QUANTITY
    names: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    added_up: bool = False
    period: str = ""
    unsaid: bool = False
    mixed: tuple[str, str] | None = None

    @property
    def known(self) -> Unit | None:
        """The unit of values, None of all else."""
        return self.unit if self.kind == "values" else None

    def unknown(self) -> MadeOf:
        """Something else made of it, of which the factor alone is left."""
        return MadeOf(factor=1.0 if self.kind == "typed" else self.factor, mixed=self.mixed)

    def repeated(self) -> MadeOf:
        """The same, perhaps several times over."""
        return replace(self, tables=())

    def in_rows(self) -> MadeOf:
        """The same in the rows of a frame: a sum stands there in several, and is no sum of one."""
        return self.repeated() if self.added_up else self

    def total(self, period: str = "") -> MadeOf:
        """Its sum: of a condition the number of rows in which it holds, of a typed number that of rows."""
        if self.kind == "label":
            return UNKNOWN
        return MadeOf("count") if self.kind in ("truth", "typed") else replace(self, added_up=True, period=period)

    def mean(self) -> MadeOf:
        """Its mean: of a condition the share of rows in which it holds."""
        if self.kind == "label":
            return UNKNOWN
        return MadeOf("values", unit=None, form=RATIO) if self.kind == "truth" else self.repeated()

    def __neg__(self) -> MadeOf:
        return replace(self, factor=-self.factor) if self.kind == "typed" else self

    def __mul__(self, other: MadeOf) -> MadeOf:
        if "label" in (self.kind, other.kind):
            return UNKNOWN
        if "typed" in (self.kind, other.kind):
            typed, rest = (self, other) if self.kind == "typed" else (other, self)
            return rest._times(typed.factor, typed) if typed.factor else typed
        return self._joined(other, 1)

    def __truediv__(self, other: MadeOf) -> MadeOf:
        if "label" in (self.kind, other.kind):
            return UNKNOWN
        if other.kind == "typed":
            return self._times(1 / other.factor, other) if other.factor else self.unknown()
        return self._joined(other, -1)

    def _times(self, factor: float, typed: MadeOf) -> MadeOf:
        return replace(self, factor=self.factor * factor, tables=(), unsaid=self.unsaid or typed.unsaid)

    def __matmul__(self, other: MadeOf) -> MadeOf:
        return (self * other).total()

    def __pow__(self, power: float) -> MadeOf:
        """A power of values with a unit: the root of a sum of squares is in theirs; of shares nobody says it."""
        if self.known is None or is_dimensionless(self.known):
            return self.unknown()
        unit: Unit = self.known**power  # type: ignore[assignment]  # pint says it of plain units alone
        return replace(self, factor=abs(self.factor) ** power, unit=unit, form=QUANTITY, tables=())

    def __add__(self, other: MadeOf) -> MadeOf:
        return self._beside(other, subtracted=False)

    def __sub__(self, other: MadeOf) -> MadeOf:
        return self._beside(other, subtracted=True)

    def _joined(self, other: MadeOf, power: int) -> MadeOf:
        """The product with another, or the ratio to it: of two columns of several units, each to its own."""
        alike = power < 0 and self.mixed == other.mixed
        mixed = None if alike else self.mixed or other.mixed
        return replace(self._product(other, power), mixed=mixed, unsaid=self.unsaid or other.unsaid)

    def _product(self, other: MadeOf, power: int) -> MadeOf:
        factor = self.factor * (other.factor**power if other.factor else 1.0)
        if "unknown" in (self.kind, other.kind):
            alike = self.kind == other.kind and power < 0
            over_index = power < 0 and self.known is not None and len(other.names) == 1  # a column without a unit
            names = (*self.names, *other.names) if over_index else ()
            return MadeOf(factor=factor, form=RATIO if alike else QUANTITY, names=names)
        if "values" not in (self.kind, other.kind):
            return MadeOf("values", factor, form=RATIO) if power < 0 else MadeOf("count", factor)
        units = [one.unit for one in (self, other) if one.unit is not None]
        if not units:
            return MadeOf("values", factor, form=RATIO)
        none = units[0]._REGISTRY.Unit("")
        unit = (self.unit or none) * (other.unit or none) ** power
        return MadeOf("values", factor, unit, self._form_joined(other, power, unit), (*self.names, *other.names))

    def _form_joined(self, other: MadeOf, power: int, unit: Unit) -> str:
        """The form of a product or a ratio; that of shares is kept through weights: share * pupils / pupils."""
        special = [one.form for one in (self, other) if one.form in (PERCENT, POINTS, EITHER)]
        if power > 0 and special:
            return POINTS if POINTS in special else special[0]
        if special == [self.form]:
            return self.form
        return RATIO if is_dimensionless(unit) else QUANTITY

    def _beside(self, other: MadeOf, *, subtracted: bool) -> MadeOf:
        """The sum with another, or the difference."""
        if "label" in (self.kind, other.kind):
            return UNKNOWN
        if self.kind == other.kind == "typed":
            factor = self.factor + (-other.factor if subtracted else other.factor)
            return replace(self, factor=factor, unsaid=self.unsaid or other.unsaid)
        if "typed" in (self.kind, other.kind):
            typed, rest = (self, other) if self.kind == "typed" else (other, self)
            if rest.unit is not None and "[temperature]" in rest.unit.dimensionality:  # another scale of it
                return rest.unknown()
            if subtracted and typed is other and typed.factor == 1 and rest.kind == "unknown":
                return MadeOf("values", rest.factor, form=RATIO) if rest.form == RATIO else rest  # x / y - 1
            if wrong := rest.beside_whole(typed.factor, first=typed is self):
                return replace(rest.unknown(), mixed=wrong)
            gap = subtracted and typed is other and typed.factor != 1 and rest.form == PERCENT  # share - 0.3
            return replace(rest, form=POINTS if gap else rest.form, tables=())
        if self.kind == other.kind and self.kind in ("count", "truth"):
            return MadeOf("count")
        if not (self.kind == other.kind == "values" and self._like(other)):
            factor = self.factor if math.isclose(self.factor, other.factor) else 1.0
            return MadeOf(factor=factor, mixed=self.mixed or other.mixed or self.mixed_with(other))
        form, names, unsaid = (
            self._form_beside(other, subtracted),
            (*self.names, *other.names),
            self.unsaid or other.unsaid,
        )
        return replace(other, form=form, names=names, tables=(), unsaid=unsaid)

    def _form_beside(self, other: MadeOf, subtracted: bool) -> str:
        forms = {self.form, other.form}
        if POINTS in forms or (subtracted and forms == {PERCENT}):
            return POINTS
        return EITHER if subtracted and forms <= {PERCENT, RATIO, EITHER} else other.form

    def mixed_with(self, other: MadeOf) -> tuple[str, str] | None:
        """(what was found, what to do) of values in another size of the same unit; None where they are in one."""
        if not (self.kind == other.kind == "values") or self.unsaid or other.unsaid:
            return None
        units = [one.unit for one in (self, other) if one.unit is not None]
        if len(units) == 2 and not any(map(is_dimensionless, units)):
            if units[0].dimensionality != units[1].dimensionality:
                return None if all(map(is_counted, units)) else self._of_two_kinds(other)
        elif not ((self._is_share() or other._is_share()) and all(one.form != QUANTITY for one in (self, other))):
            return None
        by = abs(self.size() / other.size())
        if math.isclose(by, 1, rel_tol=1e-9) or self._is_weighted(other, by):
            return None
        larger = self if by > 1 else other
        names, factor = " and ".join(dict.fromkeys(larger.names)) or "those of the larger unit", max(by, 1 / by)
        found = f"values in {self._in_words()} and in {other._in_words()} together"
        if self.unit == other.unit and self.names == other.names:  # some rows of a column
            return found, f"convert all rows; or, of a file that has some in another scale, by assume({factor:.12g}, …)"
        return found, f"multiply {names} by {factor:.12g} first, or divide the others"

    def or_not(self, before: MadeOf, names: str) -> MadeOf:
        """The same, or what it was `before` code changed columns of which it does not say whether this is one."""
        if self._like(before) and self.form == before.form:
            return before
        if before.kind == "unknown":
            return self
        if before.kind != "values" or self.kind != "values" and self.factor == 1:
            return replace(UNKNOWN, mixed=self.mixed or before.mixed)
        found = f"values in {before._in_words()}, or in {self._in_words()}: which columns {names} names is not typed"
        return replace(UNKNOWN, mixed=(found, f"type the names of the columns, in a list in place of {names}"))

    def _is_weighted(self, other: MadeOf, by: float) -> bool:
        """Whether typed factors may be meant as such, and not as scales: 0.4 * a + 0.6 * b, spent > 1.1 * planned."""
        if self.factor == other.factor == 1:
            return False
        own = abs(self.size() * self.factor / (other.size() * other.factor))
        if math.isclose(own, 1):
            power = math.log10(by)
            return abs(power) < 2 or not math.isclose(power, round(power))
        return 1 / ABOUT < by < ABOUT

    def filled(self, others: Iterable[MadeOf]) -> MadeOf:
        """The same with other values in some places."""
        return replace(self, mixed=self.mixed or next(filter(None, map(self.mixed_with, others)), None))

    def beside_whole(self, whole: float, *, first: bool) -> tuple[str, str] | None:
        """(what was found, what to do) of these added to 1 or 100, or taken off it, if they are parts of another whole.

        One that stands `first` is a whole; a percentage and 1 may be a point more.
        """
        right = {1.0: 100.0, 100.0: 1.0}.get(whole)
        if right is None or not self._is_share():
            return None
        if first and math.isclose(self.size(), 1 / right):
            return f"{whole:g} and values in {self._in_words()}", f"write {right:g} in place of {whole:g}"
        if math.isclose(self.size(), 100 / whole) and not math.isclose(self.factor, 1):
            return f"{whole:g} and values in {self._in_words()}", f"leave out the factor {self.factor:g}"
        return None

    def _of_two_kinds(self, other: MadeOf) -> tuple[str, str]:
        found = f"values in {self._in_words()} and in {other._in_words()} together"
        return found, "put values of one unit together, or work out a ratio of the two"

    def _is_share(self) -> bool:
        """Whether values are per cent, shares, or what is left of one less another."""
        return (self.unit is None or is_dimensionless(self.unit)) and self.form in (PERCENT, POINTS, EITHER)

    def size(self) -> float:
        """How many base units one of these values is, typed factors counted in: 0.01 of per cent."""
        return (1.0 if self.unit is None else base_units(self.unit)[0]) / (self.factor or 1.0)

    def _in_words(self) -> str:
        unit = "shares" if self.unit is None or unit_text(self.unit) == "1" else unit_text(self.unit)
        return unit if math.isclose(self.factor, 1) else f"{unit} times {self.factor:.12g}"

    def _like(self, other: MadeOf) -> bool:
        """Whether both are in one unit, their factors counted in: minutes over 60 and hours are."""
        if self.unit is None or other.unit is None:
            plain = all(one is None or is_dimensionless(one) for one in (self.unit, other.unit))
            return plain and math.isclose(self.factor, other.factor)
        if self.unit.dimensionality != other.unit.dimensionality:
            return False
        return math.isclose(self.factor / other.factor, convert_exactly(1.0, self.unit, other.unit), rel_tol=1e-9)


UNKNOWN, COUNT, TRUTH, LABEL = MadeOf(), MadeOf("count"), MadeOf("truth"), MadeOf("label")


def typed(number: float) -> MadeOf:
    """What is a number that is typed."""
    return MadeOf("typed", number)


def made_alike(found: list[MadeOf]) -> MadeOf:
    """What all of several are, each of its own rows."""
    if not found:
        return UNKNOWN
    if {one.kind for one in found} == {"typed"}:
        return found[0] if len({one.factor for one in found}) == 1 else replace(typed(1), unsaid=True)
    alike = all(replace(one, names=(), tables=()) == replace(found[0], names=(), tables=()) for one in found)
    if alike:
        return found[0].repeated()
    pairs = (one.mixed or one.mixed_with(found[0]) for one in found)
    return replace(UNKNOWN, mixed=next(filter(None, pairs), None))


def made_either(found: list[MadeOf]) -> MadeOf:
    """What one of several is, that the code chooses: of typed 0 and 1 a condition, else all but what is typed."""
    typed_ones = [one for one in found if one.kind == "typed"]
    if len(typed_ones) == len(found):
        return TRUTH if {one.factor for one in found} == {0, 1} else UNKNOWN
    return made_alike([one for one in found if one not in typed_ones])
