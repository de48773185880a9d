"""The units of a frame's columns: as they were read, as their author gives them, or by name where that is no guess.

pandas keeps a column's name through a count, and its own arithmetic through a change of scale. So values that were read
in million USD are called USD by nobody, unless their author says so.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from toolkit.core.errors import Problem, StoryError, ToolkitError
from toolkit.core.number import Number
from toolkit.core.unit import (
    Unit,
    UnitRegistry,
    is_counted,
    is_dimensionless,
    no_unit,
    parse_unit,
    unit_text,
    unit_without_scales,
)
from toolkit.core.unit_cancelling import is_time
from toolkit.database.column_names import unit_or_form
from toolkit.database.columns import LABEL
from toolkit.database.frame_columns import FLOATS, INTEGERS, FrameColumn, columns_of_frame
from toolkit.database.given_units import (
    NAMES_OF_COUNTS,
    PERCENT,
    ColumnRead,
    columns_read,
    may_be_named,
    refuse_other_scale,
    refuse_scaled_product,
    stated_unit,
    unit_in_frame,
)
from toolkit.database.table import Column, Table, heading
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.scales_in_code import (
    CodeScales,
    column_of,
    is_changed_to,
    refuse_changed_scale,
    refuse_share_of_difference,
)
from toolkit.notebook.values_as_read import Read, ValuesAsRead, within


@dataclass(frozen=True)
class MeasuredColumn:
    """What a column of numbers measures: its unit, the form of writing it, its heading."""

    unit: Unit
    form: str
    heading: str
    counted: bool = False


@dataclass(frozen=True)
class WithoutUnit(Problem):
    """The problem of a column of numbers without a unit; `unit` is one that a column of its name was read in, or ""."""

    column: str = ""
    unit: str = ""

    @staticmethod
    def of(where: str, column: str, unit: str) -> WithoutUnit:
        """The problem of one column."""
        counted = ', or "1" for a count of rows' if unit and unit != "1" else ""
        return WithoutUnit(
            where,
            "numbers without a unit",
            f'units={{"{column}": "…"}}, a name that ends in a unit, or n_… for a count',
            f'give its unit: story.table(…, units={{"{column}": "{unit or 1}"}})'
            + (counted if unit else " if it has none"),
            column,
            unit,
        )


def joined(problems: Sequence[Problem], where: str) -> list[Problem]:
    """The problems of a frame, those of several columns without a unit as one."""
    without = [problem for problem in problems if isinstance(problem, WithoutUnit)]
    if len(without) < 2:
        return [*problems]
    names = [problem.column for problem in without]
    units = {problem.unit for problem in without} - {""}
    one = units.pop() if len(units) == 1 else ""
    by_column = ", ".join(f'"{problem.column}": "{problem.unit or "…"}"' for problem in without[:4])
    whole = Problem(
        f"{where}, columns {', '.join(names[:12])}{' …' if len(names) > 12 else ''}",
        f"numbers without a unit in {len(names)} columns",
        "a unit for each; names that end in a unit, or n_… for a count, say it",
        f"give them theirs: story.table(…, units={{{by_column}{', …' if len(names) > 4 else ''}}}), "
        f'or one for all that lack it: units="{one or 1}"' + ("" if one else " where they have none, as counts"),
    )
    return [*(problem for problem in problems if problem not in without), whole]


@dataclass(frozen=True)
class FrameUnits:
    """Finds what the columns of a frame measure; `asked` are the answers that its notebook took.

    `datasets` are those whose files a library read by itself, so that values in its frames are as the file states them.
    """

    frame: Any
    asked: Sequence[Table]
    datasets: Sequence[Dataset]
    registry: UnitRegistry
    call: Call = Call("")  # that the frame came back by

    def measured(
        self, column: str, given: str | None, values: FrameColumn, where: str, lacking: str | None = None
    ) -> MeasuredColumn:
        """What a column measures: as it was read where it is unchanged, by `given`, or by its name; else `lacking`.

        Raises ToolkitError if none of them says a unit, or one in another scale than the values were read in.
        """
        alike = self._read.alike(values.name) or self._read.alike(column)
        own = self._own(values) or self._melted(values, f"{where}, column {column}")
        if given is not None:
            return self._stated(given, own, values, f"{where}, units, {column}")
        if own is not None:
            return own
        where = f"{where}, column {column}"
        renamed = self._renamed(values)
        if self._is_count(column, values):
            _refuse_fractions(values, where)
            _refuse_renamed(renamed, no_unit(self.registry), where)
            return MeasuredColumn(no_unit(self.registry), "quantity", heading(column.removeprefix("n_")), True)
        found = unit_or_form(column, self.registry)
        named_label = values.type == INTEGERS and LABEL.fullmatch(column)  # whose values are no years or ranks
        part_of_date = found.one and found.unit is not None and is_time(found.unit) and values.type == INTEGERS
        if found.unit is not None and not part_of_date:
            _refuse_renamed(renamed, found.unit, where)
        units = [self._said(table, one) for table, one, _ in alike if one.unit]
        counts = found.form == PERCENT and values.type == INTEGERS and any(v and v > 1 for v in values.array.tolist())
        kept = units and not self._read.made_of(values)  # of a name that was read in a unit, and says nothing now
        if found.unit is None or part_of_date or named_label or counts or kept:
            self._refuse_several(alike, where)
            counted = lacking != "1" and values.type == INTEGERS and self._scales.counts(self._made(values))
            if lacking is not None and {*units} <= {lacking} and not counted:
                stated = self._stated(lacking, None, values, f"{where}, units")
                if may_be_named(column, values.type == INTEGERS, stated.unit, self.registry):
                    return stated
            units = units or [self._said(table, one) for table, one, _ in self._read.named_after(column)]
            raise StoryError([WithoutUnit.of(where, column, "1" if counted else units[0] if units else "")])
        self._refuse_guess(values, found.unit, found.form, where)
        return MeasuredColumn(found.unit, found.form, heading(found.words))

    def refuse_label(self, values: FrameColumn, where: str) -> None:
        """Raises StoryError for a column named as one of labels, ranks say, whose values were read as quantities."""
        if not values.is_label:
            return
        known = [read.values for read in self._read.alike(values.name)]
        found = None if any(within(values, one) for one in known) else self._renamed(values)
        if found:
            raise StoryError(
                f"{where}, column {values.name}",
                f"a name that says a label, and the values of {found.name}, in {unit_text(found.unit)}",
                "a name that says what it holds",
                "name it after what it holds",
            )

    def _is_count(self, column: str, values: FrameColumn) -> bool:
        """Whether a column is one of counts by its name, or of joined names the last: describe() counts in floats."""
        joined_names = getattr(getattr(self.frame, "columns", None), "nlevels", 1) > 1
        name = column.rpartition("_")[2] if joined_names else column
        names = (*NAMES_OF_COUNTS, "nunique") if joined_names else NAMES_OF_COUNTS
        whole = values.type == INTEGERS or name == "count" and not any(v and v % 1 for v in values.array.tolist())
        return column.startswith("n_") or (name in names and whole)

    def _melted(self, values: FrameColumn, where: str) -> MeasuredColumn | None:
        """What a column measures if columns that were read stand in it below one another. Raises StoryError for two."""
        found = self._read.melted(values, self._texts)
        units = {self._said(one.table, one.column): one for one in found}
        if len(units) > 1:
            raise StoryError(
                where,
                "values of " + " and ".join(f"{one.name} in {unit}" for unit, one in [*units.items()][:3]),
                "values of one unit in a column",
                "take the rows of one of them, or leave them columns of their own",
            )
        return replace(self._as_read(found[0].table, found[0].column), heading=heading(values.name)) if found else None

    def _renamed(self, values: FrameColumn) -> ColumnRead | None:
        """The column of another name whose values, as they were read, these are; None if there is none."""
        found = self._read.renamed(values)
        return ColumnRead(found.name, *unit_in_frame(found.table, found.column, self.registry)) if found else None

    def _said(self, table: Table, column: Column) -> str:
        """The unit of a column's values in a frame, as `units=` takes it."""
        unit, form = unit_in_frame(table, column, self.registry)
        return "share" if form == PERCENT and is_dimensionless(unit) else unit_text(unit)

    def _refuse_several(self, alike: Sequence[Read], where: str) -> None:
        """Raises StoryError where a column of this name was read with numbers of several units."""
        for table, one, _ in alike:
            units = (
                {unit_text(cell.unit) for cell in table[one.name] if isinstance(cell, Number)} if not one.unit else {}
            )
            if len(units) > 1:
                raise StoryError(
                    where,
                    f"numbers that were read in several units, {' and '.join(sorted(units)[:3])}",
                    "numbers of one unit in a column",
                    "take the rows of one unit in the question, WHERE claim = '…' say",
                )

    def as_read(self, where: str) -> dict[str, Unit]:
        """The units of the columns of a frame of pandas that are as they were read, as SQL has them; {} of others.

        Columns without unit or form are left out: they may be anything that is counted. Raises NumberError for a unit
        that is not defined.
        """
        try:
            columns = columns_of_frame(self.frame, where)
        except ToolkitError:  # nothing of it can be published as it is; a question may take parts of it
            return {}
        numbers = {one.name: self._own(one) for one in columns if one.type in (FLOATS, INTEGERS)}
        return {
            name: parse_unit(PERCENT, self.registry) if own.form == PERCENT else own.unit
            for name, own in numbers.items()
            if own is not None and (own.form == PERCENT or not is_dimensionless(own.unit))
        }

    @cached_property
    def _read(self) -> ValuesAsRead:
        return ValuesAsRead(self.frame, self.asked)

    def _own(self, values: FrameColumn) -> MeasuredColumn | None:
        """What a column measures if it is as it was read under its name."""
        found = self._read.own(values)
        return self._as_read(found.table, found.column) if found else None

    def _stated(self, given: str, own: MeasuredColumn | None, values: FrameColumn, where: str) -> MeasuredColumn:
        """What a column measures by the unit that is given for it."""
        try:
            stated = MeasuredColumn(*stated_unit(given, self._columns_read(), self.registry), heading(values.name))
        except ToolkitError as error:
            raise StoryError(
                Problem(where, problem.found, problem.allowed, problem.remedy) for problem in error.problems
            ) from error
        renamed = None if own else self._renamed(values)
        name, unit = (values.name, own.unit) if own else (renamed.name, renamed.unit) if renamed else ("", stated.unit)
        if not _may_be_said(stated.unit, unit):
            raise StoryError(
                where,
                f"the unit {given}, and the values of {name} as they were read, in {unit_text(unit)}",
                "the unit in which they were read",
                "leave it out; or give what you worked out a name of its own, and its unit",
            )
        if own is None:
            if not is_changed_to(self._scales.factor(self._made(values)), stated.unit, self._columns_read()):
                refuse_other_scale(given, self._columns_read(), self.registry, where)
            self._refuse_worked_out(values, stated, where)
        return stated

    def _refuse_worked_out(self, values: FrameColumn, stated: MeasuredColumn, where: str) -> None:
        """Raises ToolkitError where the code gives a column another size than its unit says."""
        read, sources = self._columns_read(), (*self.call.before, self.call.module)
        refuse_scaled_product(stated.unit, read, sources, where)
        made, scales = self._made(values), self._scales
        refuse_changed_scale(scales.factor(made), (stated.unit, stated.form), read, where)
        if scales.is_difference(made):
            refuse_share_of_difference((stated.unit, stated.form), read, where)

    @cached_property
    def _texts(self) -> list[FrameColumn]:
        return [one for one in columns_of_frame(self.frame, "its frame") if one.type == "VARCHAR"]

    @cached_property
    def _scales(self) -> CodeScales:
        return CodeScales(self.call)

    def _made(self, values: FrameColumn) -> ast.expr:
        return column_of(self._frame_in_code, values.name)

    @cached_property
    def _frame_in_code(self) -> ast.expr | None:
        """The expression of the frame: the argument of the call, or that of the one `alt.Chart` in it."""
        given = self.call.argument("frame")
        charted = {ast.unparse(one): one for one in self.call.arguments_within(given, "Chart")}
        return next(iter(charted.values())) if len(charted) == 1 else given

    def _refuse_guess(self, values: FrameColumn, unit: Unit, form: str, where: str) -> None:
        """Raises StoryError where a name says a unit, and values of its kind were read in another scale."""
        base = unit_without_scales(unit)
        self._refuse_worked_out(values, MeasuredColumn(unit, form, values.name), where)
        if is_changed_to(self._scales.factor(self._made(values)), unit, self._columns_read()):
            return
        for read in self._columns_read():
            same = is_dimensionless(base) and form == PERCENT and unit_text(read.unit) == PERCENT
            if same or (not is_dimensionless(base) and read.unit != unit and unit_without_scales(read.unit) == base):
                plain = "share" if is_dimensionless(base) else unit_text(unit)
                given = unit_text(read.unit)
                raise StoryError(
                    where,
                    f"a name that says {plain}, where {read.name} was read in {given}",
                    f'units={{"{values.name}": "…"}}: a name does not say in which of the two it is',
                    f'change no scale yourself, and give it "{given}": pages write it in words that fit',
                )

    def _columns_read(self) -> list[ColumnRead]:
        return list(columns_read(self.asked, self.datasets, self.registry))

    def _as_read(self, table: Table, column: Column) -> MeasuredColumn:
        """What a column of an answer measures, in the unit that its values have in a frame."""
        return MeasuredColumn(*unit_in_frame(table, column, self.registry), column.label)


def _refuse_renamed(renamed: ColumnRead | None, unit: Unit, where: str) -> None:
    """Raises StoryError where a name says another unit than its values were read in under their own name."""
    if renamed is not None and unit_without_scales(renamed.unit) != unit_without_scales(unit):
        raise StoryError(
            where,
            f"a name that says {unit_text(unit)}, and the values of {renamed.name}, in {unit_text(renamed.unit)}",
            "a name that ends in their unit, or in none",
            f'name it otherwise, or give its unit: units={{…: "{unit_text(renamed.unit)}"}}',
        )


def _may_be_said(stated: Unit, own: Unit) -> bool:
    """Whether a unit may be given for values that were read in `own`: it, or, of what is counted, none or one."""
    pair = {stated, own}
    return len(pair) == 1 or (any(map(is_dimensionless, pair)) and any(map(is_counted, pair)))


def _refuse_fractions(values: FrameColumn, where: str) -> None:
    """Raises StoryError for a column named as a count that holds anything but whole numbers."""
    found = next((value for value in values.array.tolist() if value is not None and value % 1), None)
    if found is not None:
        raise StoryError(
            where,
            f"a name that says a count, and {found}",
            "whole numbers in a column n_<what>",
            f"name it after what it holds, such as {values.name.replace('n_', 'mean_', 1)}; units= gives its unit",
        )
