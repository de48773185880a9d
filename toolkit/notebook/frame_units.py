"""The units of a frame's columns: as they were read, as their author gives them, or by name where that is no guess.

pandas keeps a column's name through a count, and its own arithmetic through a change of scale. So values that were read
in million USD are called USD by nobody, unless their author says so.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from toolkit.database.column_names import Name, number_heading, refuse_kept_per, unit_or_form
from toolkit.database.columns import LABEL
from toolkit.database.frame_columns import INTEGERS, FrameColumn, columns_of_frame
from toolkit.database.given_units import (
    NAMES_OF_COUNTS,
    PERCENT,
    ColumnRead,
    columns_read,
    may_be_named,
    parse_given,
    unit_in_frame,
)
from toolkit.database.meaning import Meaning
from toolkit.database.table import Column, Table, heading
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.made import MadeOf
from toolkit.notebook.made_in_code import MadeInCode
from toolkit.notebook.misnamed_columns import refuse_fractions, refuse_guess, refuse_quantity, refuse_renamed
from toolkit.notebook.stated_units import (
    ONE_SIZE,
    Stated,
    by_author,
    in_several_sizes,
    may_be_said,
    problem_of,
    published,
    said_as,
    said_in_full,
    said_of,
    stated,
)
from toolkit.notebook.sums import wrong_sum
from toolkit.notebook.values_as_read import ValuesAsRead, all_in
from toolkit.notebook.without_unit import WithoutUnit


@dataclass(frozen=True)
class MeasuredColumn:
    """What a column of numbers measures: the units of its values and of what is published, its form, its heading."""

    unit: Unit
    published: Unit
    form: str
    heading: str
    counted: bool = False
    by: Mapping[str, Any] = field(default_factory=dict)  # `by_author`


@dataclass(frozen=True)
class FrameUnits:
    """Finds what the columns of a frame measure; `asked` are the answers that its notebook took.

    `datasets` are those whose files a library read by itself, so that values in its frames are as the file states them.
    `code` is the expression of the frame where it is no argument of the call; `of_query` are columns of a query.
    """

    frame: Any
    asked: Sequence[Table]
    datasets: Sequence[Dataset]
    registry: UnitRegistry
    call: Call = Call("")  # that the frame came back by
    code: ast.expr | None = None
    of_query: Mapping[str, Meaning] = field(default_factory=dict)

    def measured(
        self, column: str, given: str | None, values: FrameColumn, where: str, lacking: str | None = None
    ) -> MeasuredColumn:
        """What a column measures: as it was read where it is unchanged, by `given`, or by its name; else `lacking`.

        Raises ToolkitError if none of them says a unit, or one in another scale than the values were read in.
        """
        own = self.own(values) or self._melted(values, f"{where}, column {column}")
        if own is None and "_per_" in column and (same := self._read.same_in_rows(values)) is not None:
            unit, _ = unit_in_frame(same.table, same.column, self.registry)
            refuse_kept_per(f"{where}, column {column}", column, same.name, unit)
        made = self.made(values)
        if made.mixed and own is None:
            raise StoryError(f"{where}, column {column}", made.mixed[0], ONE_SIZE, made.mixed[1])
        if given is not None:
            return self._stated(given, own, values, f"{where}, units, {column}")
        if own is not None:
            return own
        where = f"{where}, column {column}"
        renamed = self._renamed(values)
        if self._is_count(column, values):
            return self._counted(column, values, renamed, where)
        return self._by_name(column, values, renamed, where, lacking)

    def _counted(self, column: str, values: FrameColumn, renamed: ColumnRead | None, where: str) -> MeasuredColumn:
        none, name = no_unit(self.registry), column.removeprefix("n_")
        refuse_fractions(values, where)
        refuse_renamed(renamed, none, where)
        refuse_quantity(name, self.made(values), self._columns_read(), self.registry, where)
        return MeasuredColumn(none, none, "quantity", heading(name), True)

    def _by_name(
        self, column: str, values: FrameColumn, renamed: ColumnRead | None, where: str, lacking: str | None
    ) -> MeasuredColumn:
        """What a column measures by its name, where that is no guess, else in the unit `lacking` of all without one."""
        made, name, read = self.made(values), unit_or_form(column, self.registry), self._columns_read()
        of_other = made.kind == "values" and (made.known is None or not is_time(made.known))
        is_time_of_one = name.one and name.unit is not None and is_time(name.unit)  # no2_week is in no weeks
        part_of_date = is_time_of_one and (values.type == INTEGERS or of_other)
        if name.unit is not None and not part_of_date:
            refuse_renamed(renamed, name.unit, where)
        units_known = self._known_units(column, values, renamed)
        unsure = part_of_date or self._leaves_open(column, name, values)
        if not unsure and (followed := said_in_full(made, column, name)):
            return self._stated(followed, None, values, where)
        counted = lacking != "1" and values.type == INTEGERS and made.kind == "count"
        # a name is kept through a change of scale
        may_lack = not counted and (unsure or name.unit is None or made.known is not None)
        if lacking is not None and may_lack and (for_all := self._for_all(lacking, made, units_known, values, where)):
            return for_all
        if unsure or name.unit is None:
            self._refuse_several(column, where)
            proposed = "1" if counted else units_known[0] if units_known else ""
            if proposed and (wrong := stated(proposed, made, read, self.registry).wrong(made, [])):
                raise StoryError([problem_of(wrong, where)])  # no remedy is one that would be refused
            raise StoryError([WithoutUnit.of(where, column, proposed, made)])
        in_percent = name.form == PERCENT == "".join(units_known[:1])
        unit = parse_unit(PERCENT, self.registry) if in_percent else name.unit
        refuse_guess(values.name, unit, name.form, made, read, where)
        by = by_author(Stated("", unit, name.form), made, read)
        return MeasuredColumn(unit, unit_without_scales(unit), name.form, heading(name.words), by=by)

    def _leaves_open(self, column: str, name: Name, values: FrameColumn) -> bool:
        """Whether a name is that of a label, of a share of counts or of a scale alone, or may have lost its sense."""
        if LABEL.fullmatch(column):  # whose values are no years or ranks
            return True
        if name.form == PERCENT and values.type == INTEGERS and any(v and v > 1 for v in values.array.tolist()):
            return True
        of_scale = (
            name.form == "quantity" and name.unit is not None and is_dimensionless(name.unit)
        )  # thousands: of what?
        return of_scale or self._is_kept(column, self.made(values), name.unit, values)

    def _is_kept(self, column: str, made: MadeOf, unit: Unit | None, values: FrameColumn) -> bool:
        """Whether a name says the unit of a column that was read, or of what is counted, and now says nothing."""
        read = any(one.name == column for one in self._columns_read())
        if made.kind == "values":
            own = made.unit if made.unit is not None else no_unit(self.registry)
            if read and column not in made.names:  # it was bound anew
                return True
            other = unit is not None and own.dimensionality != unit.dimensionality
            named = "_per_" in column or math.isclose(made.factor, 1)  # a rate per thousand is in no thousands
            return other and unit is not None and (read or (is_counted(unit) and named))
        return read and not self._read.may_be_aggregates(values)

    def _known_units(self, column: str, values: FrameColumn, renamed: ColumnRead | None) -> list[str]:
        """The units that a column may have: as its code says, as its values were read, or columns of its name."""
        made = self.made(values)
        if said := said_of(made):
            return ["1" if said == PERCENT and "index" in column.split("_") else said]
        if renamed is not None:
            return [said_as(renamed.unit, renamed.form)]
        alike = self._read.of_name(values.name) or self._read.of_name(column)
        return [said_as(*unit_in_frame(table, one, self.registry)) for table, one, _ in alike if one.unit]

    def _for_all(
        self, lacking: str, made: MadeOf, said: Sequence[str], values: FrameColumn, where: str
    ) -> MeasuredColumn | None:
        """What a column measures by a unit that is given for all that lack one; None where it is of another kind."""
        known = made.known is not None and not is_dimensionless(made.known)
        if made.kind == "unknown" and in_several_sizes(lacking, self._columns_read(), self.registry):
            return None
        own = stated(lacking, made, self._columns_read(), self.registry).unit
        same = made.unit.dimensionality == own.dimensionality if known and made.unit else {*said} <= {lacking}
        named = unit_without_scales(own) if made.kind == "values" else own
        if not (same or (lacking == "1" and not known)):
            return None
        if lacking != "1" and not may_be_named(values.name, values.type == INTEGERS, named, self.registry):
            return None
        return self._stated(lacking, None, values, f"{where}, units")

    def is_label(self, values: FrameColumn) -> bool:
        """Whether whole numbers are labels, by their name, or years, hours and others by which the code groups rows."""
        if values.is_label or self.made(values).kind != "label" or self.own(values) is not None:
            return values.is_label
        return not any(value is not None and value % 1 for value in values.array.tolist())

    def refuse_sum(self, values: FrameColumn, where: str) -> None:
        """Raises StoryError for sums of a column over no rows, or of shares that come to more than a whole."""
        numbers, meaning = values.array.tolist(), self.of_query.get(values.name)
        found = wrong_sum(self.made(values), numbers) if meaning is None else meaning.over_whole(numbers)
        if found and self.own(values) is None:
            raise StoryError([problem_of(found, f"{where}, column {values.name}")])

    def refuse_label(self, values: FrameColumn, where: str) -> None:
        """Raises StoryError for a column named as one of labels, ranks say, whose values were read as quantities."""
        if not values.is_label:
            return
        known = [read.values for read in self._read.of_name(values.name)]
        found = None if any(all_in(values, values_read) for values_read in known) else self._renamed(values)
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
        units = {said_as(*unit_in_frame(one.table, one.column, self.registry)): one for one in found}
        if len(units) > 1:
            raise StoryError(
                where,
                "values of " + " and ".join(f"{one.name} in {unit}" for unit, one in [*units.items()][:3]),
                "values of one unit in a column",
                "take the rows of one of them, or leave them columns of their own",
            )
        return replace(self._as_read(found[0].table, found[0].column), heading=heading(values.name)) if found else None

    def _renamed(self, values: FrameColumn) -> ColumnRead | None:
        """The column of another name whose values, as they were read, these are; None of what the code works out."""
        made = self.made(values)
        if made.kind in ("count", "truth") or (made.kind == "values" and len(made.names) != 1):
            return None
        found = self._read.under_other_name(values)
        return ColumnRead(found.name, *unit_in_frame(found.table, found.column, self.registry)) if found else None

    def _refuse_several(self, column: str, where: str) -> None:
        """Raises StoryError where a column of this name was read with numbers of several units."""
        for table, one, _ in self._read.of_name(column):
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

    @cached_property
    def _read(self) -> ValuesAsRead:
        return ValuesAsRead(self.frame, self._behind.tables(self._frame_in_code))

    def own(self, values: FrameColumn) -> MeasuredColumn | None:
        """What a column measures if it is as it was read under its name."""
        found = self._read.under_own_name(values)
        return self._as_read(found.table, found.column) if found else None

    def _stated(self, given: str, own: MeasuredColumn | None, values: FrameColumn, where: str) -> MeasuredColumn:
        """What a column measures by the unit that is given for it."""
        made, columns = self.made(values), self._columns_read()
        if (meaning := self.of_query.get(values.name)) is not None and (unit := meaning.unit) is not None:
            (_, form), label = parse_given(given, self.registry), number_heading(values.name, unit, self.registry)
            return MeasuredColumn(unit, unit_without_scales(unit), form, label, by=meaning.unit_by)
        try:
            stated_unit = stated(given, made, columns, self.registry)
        except ToolkitError as error:
            raise StoryError(
                Problem(where, problem.found, problem.allowed, problem.remedy) for problem in error.problems
            ) from error
        renamed = None if own else self._renamed(values)
        name, unit = (
            (values.name, own.unit) if own else (renamed.name, renamed.unit) if renamed else ("", stated_unit.unit)
        )
        bare = own is not None and own.form == PERCENT and stated_unit.form == "quantity"  # 0.45 for 45%
        if bare or not may_be_said(stated_unit.unit, unit):
            read_in = "shares" if bare else unit_text(unit)
            raise StoryError(
                where,
                f"the unit {given}, and the values of {name} as they were read, in {read_in}",
                "the unit in which they were read",
                "leave it out; or give what you worked out a name of its own, and its unit",
            )
        if own is None and (wrong := stated_unit.wrong(made, columns)):
            raise StoryError([problem_of(wrong, where)])
        label = number_heading(values.name, stated_unit.unit, self.registry)
        if own is not None and stated_unit.unit == own.unit:
            return replace(own, form=stated_unit.form, heading=label)
        by = by_author(stated_unit, made, columns)
        return MeasuredColumn(
            stated_unit.unit, published(stated_unit.unit, made, columns), stated_unit.form, label, by=by
        )

    @cached_property
    def _texts(self) -> list[FrameColumn]:
        return [one for one in columns_of_frame(self.frame, "its frame") if one.type == "VARCHAR"]

    def made(self, values: FrameColumn) -> MadeOf:
        """What the code of a column says that it is made of."""
        return self._code.of(self._frame_in_code, values.name)

    @cached_property
    def _code(self) -> MadeInCode:
        return MadeInCode(self.call, self._behind)

    @cached_property
    def _behind(self) -> ColumnsBehind:
        return ColumnsBehind(self.asked, self.datasets, self.registry, self.call)

    @cached_property
    def _frame_in_code(self) -> ast.expr | None:
        """The expression of the frame: the argument of the call, or that of the one `alt.Chart` in it."""
        given = self.code if self.code is not None else self.call.argument("frame")
        charted = {ast.unparse(one): one for one in self.call.arguments_within(given, "Chart")}
        return next(iter(charted.values())) if len(charted) == 1 else given

    def _columns_read(self) -> list[ColumnRead]:
        return list(columns_read(self.asked, self.datasets, self.registry))

    def _as_read(self, table: Table, column: Column) -> MeasuredColumn:
        """What a column of an answer measures, in the unit that its values have in a frame."""
        unit, form = unit_in_frame(table, column, self.registry)
        return MeasuredColumn(unit, parse_unit(column.unit or "1", self.registry), form, column.label)
