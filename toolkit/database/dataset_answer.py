"""Answers of datasets as tables: numbers of kind measured, or synthetic, that rest on rows; made when a cell is read.

A question may read figures, series and one usage log beside them: its numbers rest on each of these as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.core.column_digits import styles_in_column
from toolkit.core.errors import Problem, ToolkitError
from toolkit.core.kind import kind_of_result
from toolkit.core.number import Number
from toolkit.core.operation import operation
from toolkit.core.unit import Unit, convert_exactly, no_unit, unit_text, unit_without_scales
from toolkit.core.unit_cancelling import cancelled, money_of_things
from toolkit.core.wording import Style
from toolkit.database.answer import Answer, Values
from toolkit.database.answer_withheld import AnswerWithheld
from toolkit.database.asked_again import AskedAgain
from toolkit.database.cell import Cell
from toolkit.database.column_meaning import Meanings
from toolkit.database.column_names import number_heading, refuse_no_count, refuse_wrong_name, unit_and_form
from toolkit.database.columns import is_fraction, is_key, is_number, is_quantity
from toolkit.database.dataset_questions import QueryResult
from toolkit.database.dataset_rows import rows_of
from toolkit.database.evidence import Evidence, number_of
from toolkit.database.given_units import ColumnOfSql, given_by_column, refuse_per_many
from toolkit.database.meaning import Columns, Meaning, Role
from toolkit.database.mixed_scales import mixed_scales
from toolkit.database.query import refuse_missing_keys
from toolkit.database.query_tree import Node, factor_of, has_typed_choice, is_ratio, scale_of, sql_of
from toolkit.database.question_step import rows_at, step_of
from toolkit.database.table import Column, Table, heading
from toolkit.database.unit_problems import typed_choice_problem, without_unit_problem
from toolkit.database.withheld import (
    bare_numbers,
    literal_problem,
    numbers_in_text,
    single_row_problem,
    unfit_numbers,
    where_enough,
    words_of_column,
)
from toolkit.datasets.declaration import Dataset

if TYPE_CHECKING:
    from toolkit.database.open import Database
    from toolkit.database.usage_logs import UsageLog

LONGEST = 80  # letters of an expression that stands in a sentence


class _Cells(NamedTuple):
    """What makes the cells of a column, and why no page may show them, if none may; of numbers unit and style."""

    make_cell: Callable[[Any, int], Cell]
    problem: Problem | None
    unit: Unit | None = None
    style: Style = Style()


def _bare(problem: Problem, *unit_and_style: Any) -> _Cells:
    """Numbers to be explored alone: no page may show them."""
    return _Cells(bare_numbers(problem), problem, *unit_and_style)


@dataclass(frozen=True)
class DatasetAnswer:
    """An answer to be made a table: the result, under which name, and `where`, which names the query in errors.

    `log` is the usage log that the query reads, None if it reads none; `logged` has the columns of its tables.
    """

    database: Database
    name: str
    where: str
    result: QueryResult
    parameters: Mapping[str, object]
    units: Mapping[str, str] | str
    log: UsageLog | None = None
    logged: Mapping[str, Columns] = field(default_factory=dict)
    _inputs_by_row: dict[int, tuple[Number, ...]] = field(default_factory=dict)

    def table(self, sql: str) -> Table:
        """The table. Raises ToolkitError with every column and unit that is wrong."""
        roles = {name: meaning.role for (name, _), meaning in zip(self._own_columns, self._meanings, strict=True)}
        refuse_missing_keys(self.where, self._own_columns, roles, bool(self.result.others))
        places = [place for place, (name, kind) in enumerate(self._own_columns) if not _is_keys(name, kind)]
        problems = list(self._wrong_units(places))
        problems += mixed_scales(self._query_meanings.scopes, self.where, self.database)
        made = [self._column(place) for place in places]
        for place, (column, values) in zip(places, made, strict=True):
            kind = self._own_columns[place][1]
            problems += unfit_numbers(self.where, column.name, kind, values, column.unit is not None)
        if problems:
            raise ToolkitError(problems)
        columns, all_values = zip(*made, strict=True)
        return Table(self.name, columns, Answer(all_values), sql, rests_on=self._rests_on)

    # columns

    @property
    def _own_columns(self) -> Sequence[tuple[str, str]]:
        """(name, type) of the columns that the query selects, without those that were added to count rows."""
        return self.result.columns[: len(self.result.columns) - self.result.added]

    def _column(self, place: int) -> tuple[Column, Values]:
        name, kind = self._own_columns[place]
        cells = self._cells(place)
        if cells.problem is None and (too_few := self._withheld.too_few_rows(place)):
            make_cell = where_enough(cells.make_cell, *too_few) if is_number(kind) else cells.make_cell
            cells = cells._replace(problem=too_few.problem, make_cell=make_cell)
        label, published, unit_in_frame = heading(name), None, None
        if cells.unit is not None:
            label = number_heading(name, cells.unit, self.database.units)
            published, unit_in_frame = unit_text(self._published(place, cells.unit)), unit_text(cells.unit)
        column = Column(name, label, published, cells.problem, unit_in_frame, form=cells.style.form)
        origin = f"{name}, {self.name}, {self.result.about}"
        return column, Values(self.result.arrays[place], cells.make_cell, origin, whole=True, digested=True)

    def _cells(self, place: int) -> _Cells:
        """What a column holds: typed numbers, words, reported numbers, numbers without a unit, or numbers of rows."""
        (name, kind), meaning = self._own_columns[place], self._meanings[place]
        single_row = single_row_problem(self.where, name, meaning, self.database.declared.datasets)
        if is_number(kind) and meaning.role == Role.LITERAL:
            return _bare(literal_problem(self.where, name))
        if not is_quantity(name, kind, meaning.role):
            in_text = numbers_in_text(self.where, name) if kind == "VARCHAR" and meaning.told else None
            problem = single_row or in_text
            return _Cells(words_of_column(kind, self.result.arrays[place], problem), problem)
        if meaning.role == Role.REPORTED:
            make_cell = self._reported(place)
            first = Values(self.result.arrays[place], make_cell, "").first
            found = (first.unit, first.style) if isinstance(first, Number) else ()
            return _Cells(make_cell, single_row, *found)
        unit_and_style = self._unit(place)
        if unit_and_style is None:
            casts = {Role.LABEL: "INTEGER", Role.UNKNOWN: "" if is_fraction(kind) else "VARCHAR"}
            return _bare(single_row or without_unit_problem(self.where, name, casts.get(meaning.role, "")))
        if single_row:
            return _bare(single_row, *unit_and_style)
        counted = not is_fraction(kind) and (meaning.role == Role.COUNT or name.startswith("n_"))
        return _Cells(self._number(place, *unit_and_style, counted), None, *unit_and_style)

    @cached_property
    def _withheld(self) -> AnswerWithheld:
        return AnswerWithheld(self.database, self.result, self._own_columns, self._meanings, self.where)

    @cached_property
    def _given_units(self) -> Mapping[str, str]:
        return given_by_column(self.units, self._own_columns, self._meanings, self.database.units)

    def _unit(self, place: int) -> tuple[Unit, Style] | None:
        """Unit and style of a column of quantities; None where nothing says its unit."""
        (name, kind), meaning = self._own_columns[place], self._meanings[place]
        if (given := self._given_units.get(name)) is not None:
            stated, form = self._column_of_sql(place).stated(given, self.database.units)
            return stated, Style(form)
        unit = money_of_things(meaning.unit) if meaning.unit is not None else None
        if unit is None and name.startswith("n_") and not is_fraction(kind):
            unit = no_unit(self.database.units)
        if unit is None or meaning.role == Role.TRUTH:
            return None
        unit, form = unit_and_form(name, unit, meaning, self.database.units)
        return unit, Style(form)

    def _published(self, place: int, unit: Unit) -> Unit:
        """The unit in which a column's numbers are published: without scales, of a product what is left of it."""
        if self._own_columns[place][0] in self._given_units:
            return unit_without_scales(unit)
        return cancelled(unit, self._query_meanings.declared(self._meanings[place]))

    def _wrong_units(self, places: Sequence[int]) -> Iterator[Problem]:
        """The problems of `units`, and of names of columns that say another unit than the query does."""
        by_name = {self._own_columns[place][0]: place for place in places}
        for name, unit in self._given_units.items():
            where = f"{self.where}, units, {name}"
            if name not in by_name:
                columns = ", ".join(by_name)
                yield Problem(f"{self.where}, units", f"no column {name!r}", columns, "name a column of the answer")
                continue
            expression = self._expressions.get(place := by_name[name])
            if self._meanings[place].role is not Role.COUNT and expression is not None and has_typed_choice(expression):
                yield typed_choice_problem(where, unit)
            try:
                yield from self._column_of_sql(place).wrong(unit, self.database.units, where)
            except ToolkitError as error:
                yield from error.problems
        for name, place in by_name.items():
            (_, kind), meaning = self._own_columns[place], self._meanings[place]
            if not is_quantity(name, kind, meaning.role):
                continue
            where, expression = f"{self.where}, column {name}", self._expressions.get(place)
            try:
                self._query_meanings.refuse_kept_per(where, name, expression, meaning)
                named_as_declared = self._query_meanings.is_named_as_declared(name, meaning)
                if name not in self._given_units and not named_as_declared:
                    refuse_wrong_name(where, name, meaning, self.database.units, self._query_meanings.declared(meaning))
                elif meaning.averaged or name not in self._given_units:
                    refuse_no_count(where, name, meaning)
                if (
                    not self._query_meanings.is_named_as_declared(name, meaning)
                    and (known := self._unit(place)) is not None
                ):
                    refuse_per_many(where, name, self._published(place, known[0]))
            except ToolkitError as error:
                yield from error.problems

    @cached_property
    def _query_meanings(self) -> Meanings:
        datasets = {dataset.name: dataset for dataset in self.datasets}
        guarded = frozenset(limit.dataset.name for limit in self.result.limits)
        tables = {**self.database.reported_columns, **self.logged}
        return Meanings(datasets, tables, self.database.units, guarded=guarded)

    @cached_property
    def _meanings(self) -> list[Meaning]:
        """What each column holds; one that cannot be traced in the query is taken to show any row."""
        return self._query_meanings.of_columns(self.result.tree, [name for name, _ in self._own_columns])

    @cached_property
    def _expression_texts(self) -> list[str]:
        """What each column is in the query, as SQL; "" where that is long, or cannot be told."""
        said = [self.database.sql_of_expression(expression) for expression in self._expressions.values()] or [""] * len(
            self.result.columns
        )
        return [text if len(text) <= LONGEST else "" for text in said]

    def _column_of_sql(self, place: int) -> ColumnOfSql:
        """What is known of a column for which a unit is given."""
        meaning, expression = self._meanings[place], self._expressions.get(place)
        read, bare = self._query_meanings.columns_read(meaning), self._query_meanings.bare_columns(meaning)
        factors, ratio = (scale_of(expression), factor_of(expression)), expression is not None and is_ratio(expression)
        return ColumnOfSql(meaning, self._unscaled[place], read, *factors, ratio, bare)

    @cached_property
    def _unscaled(self) -> list[Meaning]:
        return self._query_meanings.unscaled(self.result.tree, [name for name, _ in self._own_columns])

    @property
    def _expressions(self) -> dict[int, Node]:
        """The expression of each column by its place; {} where that cannot be told."""
        selected: Sequence[Node] = self.result.tree.get("select_list", ())
        told = len(selected) == len(self._own_columns) and not any(
            expression["class"] == "STAR" for expression in selected
        )
        return dict(enumerate(selected)) if told else {}

    # numbers

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets that the query reads."""
        return tuple(self.database.dataset(name) for name in self.result.datasets)

    @cached_property
    def _rests_on(self) -> tuple[Number, ...]:
        """All rows of the datasets that the query reads, its usage log, and what its keys name."""
        none = no_unit(self.database.units)
        rows = (rows_of(one, one.rows, operation("rows_within", all=one.rows), none) for one in self.datasets)
        keyed = (
            array
            for (name, kind), array in zip(self.result.columns, self.result.arrays, strict=True)
            if _is_keys(name, kind)
        )
        # "-" before a key: its value is taken off
        keys = (key.removeprefix("-") for array in keyed for cell in array.tolist() if cell is not None for key in cell)
        return (*rows, *self._logs, *map(self.database.leaf, dict.fromkeys(key for key in keys if key)))

    @property
    def _logs(self) -> tuple[Number, ...]:
        return (self.log.leaf,) if self.log else ()

    def _number(self, place: int, unit: Unit, style: Style, counted: bool) -> Callable[[Any, int], Cell]:
        (name, kind), base = self._own_columns[place], self._published(place, unit)
        said = heading(name).lower()
        words = {"question": self.name, "column": said, "expression": self._expression_texts[place]}
        step = step_of(self.result, place, words, unit, self.parameters, self.datasets)
        ref = f"question:{self.name}#{said}"

        def published(value: Any) -> Any:
            return value if unit == base else convert_exactly(float(value), unit, base)

        def values() -> Iterator[float]:
            return (float(published(one)) for one in self.result.arrays[place].tolist() if one is not None)

        written = styles_in_column(values, base, style, not is_fraction(kind) and unit == base, counted)

        def cell(value: Any, row: int) -> Number:
            inputs, plain = self._inputs(name, row), published(value)
            kind = kind_of_result(number.kind for number in inputs)
            return Number(plain, plain, base, kind, step(row), inputs, ref=ref, style=written(plain))

        return cell

    def _inputs(self, name: str, row: int) -> tuple[Number, ...]:
        """What a cell rests on: rows of datasets, a usage log, and the figures and series rows that its keys name."""
        if row not in self._inputs_by_row:
            none = no_unit(self.database.units)
            rows = (rows_at(self.result, dataset, row, none) for dataset in self.datasets)
            self._inputs_by_row[row] = (*rows, *self._logs)
        evidence = self._evidence(name, row)
        if not (evidence.keys or evidence.many):
            return self._inputs_by_row[row]
        return (*self._inputs_by_row[row], *evidence.inputs_or_count(self.database, self.name, heading(name).lower()))

    def _evidence(self, name: str, row: int) -> Evidence:
        names = [column for column, _ in self.result.columns]
        keyed = next((one for one in (f"keys_{name}", "keys") if one in names), None)
        keys = self.result.arrays[names.index(keyed)][row] if keyed else None
        return Evidence.of(self.database, self.database.keys_of(list(keys) if isinstance(keys, Iterable) else None))

    def _reported(self, place: int) -> Callable[[Any, int], Cell]:
        """What makes the numbers of a column of figures or series: they rest on these alone, not on the datasets."""
        (name, _), meaning = self._own_columns[place], self._meanings[place]

        def cell(value: Any, row: int) -> Number:
            ends, said = (float(value), float(value)), heading(name).lower()
            where, evidence = f"{self.where}, column {name}", self._evidence(name, row)
            made = number_of(self.database, self.name, said, ends, evidence, meaning, where)
            if made.operation.name == "query" and not (evidence.many or self.log):
                self._keys_asked_again.refuse_other_rows(where, name, (name,), ends, evidence.keys)
            return made

        return cell

    @cached_property
    def _keys_asked_again(self) -> AskedAgain:
        return AskedAgain(self.database, sql_of(self.database.cursor(), self.result.tree), self.parameters)


def _is_keys(name: str, kind: str) -> bool:
    return is_key(name) and kind == "VARCHAR[]"
