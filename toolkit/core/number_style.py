"""How a number is written: `.percent`, `.digits(2)` and the like. It counts neither for equality nor the hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from toolkit.core.errors import NumberError
from toolkit.core.operation import Operation
from toolkit.core.unit import Unit, is_dimensionless, unit_text
from toolkit.core.wording import Style, Wording, wording_of

MOST_DIGITS = 17  # a double has no more
FORMS = {"percent": "percent", "share": "percent", "multiple": "times"}  # units that are ways of writing too
UNCHANGED = ("convert", "taken")  # operations whose result is their input, in another unit or from a list


class Styled:
    """A mixin for a dataclass with a range in a unit, its inputs and a style; each property gives a restyled copy."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    low: float
    high: float
    unit: Unit
    inputs: tuple[Any, ...]
    operation: Operation
    style: Style

    @property
    def is_given(self) -> bool:
        """True for a number without inputs, whose digits are those that were printed."""
        return not self.inputs

    def digits(self, count: int) -> Self:
        """A copy written with `count` significant figures. Raises NumberError unless it is an integer from 1 to 17."""
        if type(count) is not int or not 1 <= count <= MOST_DIGITS:
            allowed = f"an integer from 1 to {MOST_DIGITS}"
            raise NumberError(f"{self}.digits", f"{count!r} significant figures", allowed, "name how many are printed")
        return replace(self, style=replace(self.style, digits=count))

    @property
    def percent(self) -> Self:
        """Written as a percentage; the difference of two shares in percentage points."""
        return self._written_as("points" if is_difference(self) else "percent")

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

    @property
    def standalone(self) -> Self:
        """Written as lists and receipts write it, where no sentence has just named its unit: in full, with its unit."""
        return replace(self, style=replace(self.style, bare=False, brief=False))

    def _written_as(self, form: str) -> Self:
        if not is_dimensionless(self.unit):
            raise NumberError(f"writing {self} as {form}", unit_text(self.unit), "a number without a unit")
        return replace(self, style=replace(self.style, form=form))

    @cached_property
    def wording(self) -> Wording:
        """The number as it is written; without `digits` a number with inputs has two significant figures."""
        as_printed = self.is_given or self.style.digits
        style = self.style if as_printed else replace(self.style, digits=2)
        return wording_of(self.low, self.high, self.unit, style)

    def __str__(self) -> str:
        return self.wording.prose

    __repr__ = __str__

    @property
    def short(self) -> str:
        """The wording for a chart's label: "9.9×", "69m", "$650bn"."""
        return self.wording.short


def style_in(unit: Unit) -> Style:
    """The style of a value given in a unit: 45 percent is written 45%, 4 multiple 4 times."""
    return Style(FORMS.get(unit_text(unit), "quantity"))


def style_after_conversion(number: Styled, unit: Unit) -> Style:
    """The style of `number` in another unit; "percent" is both a unit and a form, so the form follows the unit."""
    if unit_text(unit) == "percent":
        return replace(number.style, form="points" if is_difference(number) else "percent")
    return replace(number.style, form="quantity") if unit_text(number.unit) == "percent" else number.style


def style_of_sum(numbers: Sequence[Styled], signs: Sequence[int]) -> Style:
    """The style of a sum of numbers with signs (1 or -1), that of the first.

    Beside a percentage other numbers are shares. As many shares taken off as added, or more, leave percentage points,
    but of a whole a share; others added to points leave a percentage.
    """
    styles = [number.style for number in numbers]
    if not {style.form for style in styles} & {"percent", "points"}:
        return styles[0]
    left = sum(sign for style, sign in zip(styles, signs, strict=True) if style.form != "points")
    share = left > 0 or any(sign > 0 and _is_whole(number) for number, sign in zip(numbers, signs, strict=True))
    return replace(styles[0], form="percent" if share else "points")


def style_beside_one(style: Style) -> Style:
    """The style of a sum of 1 and a number of this style: 1 + 5 percentage points is 105%."""
    return replace(style, form="percent") if style.form == "points" else style


def style_of_all(styles: Sequence[Style], name: str) -> Style:
    """The style of a mean or a range of numbers, that of the first.

    Raises NumberError for percentages beside percentage points, which are differences of percentages.
    """
    if {style.form for style in styles} >= {"percent", "points"}:
        raise NumberError(
            name,
            "percentages beside percentage points",
            "numbers that are all shares, or all differences of shares",
            "leave one sort out, or say by .percent or .points what a number is",
        )
    return styles[0]


def is_difference(number: Styled) -> bool:
    """True for what is written in percentage points, and for a sum of shares that takes off as many as it adds.

    What is left of a whole is a share.
    """
    if number.style.form == "points":
        return True
    step, inputs = number.operation, number.inputs
    if step.name in UNCHANGED:
        return is_difference(inputs[0])
    signs = str(step["signs"]) if step.name == "sum" else ""
    return 1 <= signs.count("+") <= signs.count("-") and not any(map(_is_whole, inputs))


def _is_whole(number: Styled) -> bool:
    """True for 1 or 100% that somebody stated, and for what is left of it: 1 − a."""
    while number.operation.name == "sum" and str(number.operation["signs"]).startswith("+-"):
        number = number.inputs[0]
    return not number.inputs and number.low == number.high == 1
