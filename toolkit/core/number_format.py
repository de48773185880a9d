"""How a number is formatted. Its style counts neither for equality nor for the hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from toolkit.core.errors import NumberError
from toolkit.core.unit import Unit, is_dimensionless, unit_text
from toolkit.core.wording import Style, Wording, wording_of


class Formatted:
    """A mixin for a dataclass with a range in a unit, its inputs and a style; each property gives a restyled copy."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    low: float
    high: float
    unit: Unit
    inputs: tuple[object, ...]
    style: Style

    @property
    def is_given(self) -> bool:
        """True for a number without inputs, whose digits are those that were printed."""
        return not self.inputs

    def digits(self, count: int) -> Self:
        """A copy written with `count` significant figures."""
        return replace(self, style=replace(self.style, digits=count))

    @property
    def percent(self) -> Self:
        """Written as a percentage."""
        return self._written_as("percent")

    @property
    def points(self) -> Self:
        """Written in percentage points, as the difference of two percentages is."""
        return self._written_as("points")

    @property
    def times(self) -> Self:
        """Written as a multiple: "9.9 times"."""
        return self._written_as("times")

    @property
    def plain(self) -> Self:
        """Written without percent, points or times."""
        return self._written_as("quantity")

    @property
    def bare(self) -> Self:
        """Written without the words of its unit, for a sentence that has just named it."""
        return replace(self, style=replace(self.style, bare=True))

    @property
    def words(self) -> Self:
        """Written with a whole number up to twelve spelt out: "ten times"."""
        return replace(self, style=replace(self.style, words=True))

    @property
    def brief(self) -> Self:
        """Written in the short form of charts: "69m", "9.9×"."""
        return replace(self, style=replace(self.style, brief=True))

    def _written_as(self, form: str) -> Self:
        if not is_dimensionless(self.unit):
            raise NumberError(f"writing {self} as {form}", unit_text(self.unit), "a number without a unit")
        return replace(self, style=replace(self.style, form=form))

    @cached_property
    def wording(self) -> Wording:
        """The number as it is written; without `digits` a number with inputs has two significant figures."""
        digits = self.style.digits or (None if self.is_given else 2)
        return wording_of(self.low, self.high, self.unit, replace(self.style, digits=digits))

    def __str__(self) -> str:
        return self.wording.prose

    __repr__ = __str__

    @property
    def short(self) -> str:
        """The wording for a chart's label: "9.9×", "69m", "$650bn"."""
        return self.wording.short


def style_after_conversion(style: Style, old: Unit, new: Unit) -> Style:
    """The style after a change of unit; "percent" is both a unit and a form, so the form follows the unit."""
    percent = [unit_text(unit) == "percent" for unit in (old, new)]
    if percent[1]:
        return replace(style, form="percent")
    return replace(style, form="quantity") if percent[0] else style


def style_of_sum(styles: Sequence[Style], signs: Sequence[int]) -> Style:
    """The style of a sum of terms with signs (1 or -1), that of the first.

    As many percentages taken off as added, or more, leave percentage points; others added to points leave a percentage.
    """
    if not {style.form for style in styles} <= {"percent", "points"}:
        return styles[0]
    left = sum(sign for style, sign in zip(styles, signs, strict=True) if style.form == "percent")
    return replace(styles[0], form="percent" if left > 0 else "points")
