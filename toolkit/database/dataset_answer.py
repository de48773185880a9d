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
        roles = {name: meaning.role for (name, _), meaning in zip(self._columns, self._meanings, strict=True)}
        refuse_missing_keys(self.where, self._columns, roles, bool(self.result.others))
        indices = [index for index, (name, sql_type) in enumerate(self._columns) if not _is_keys(name, sql_type)]
        problems = list(self._wrong_units(indices))
        problems += mixed_scales(self._query_meanings.scopes, self.where, self.database)
        columns_and_values = [self._column(index) for index in indices]
        for index, (column, values) in zip(indices, columns_and_values, strict=True):
            sql_type = self._columns[index][1]
            problems += unfit_numbers(self.where, column.name, sql_type, values, column.unit is not None)
            if found := self._meanings[index].over_whole(self.result.arrays[index].tolist()):
                problems.append(Problem(f"{self.where}, column {column.name}", *found))
        if problems:
            raise ToolkitError(problems)
        columns, all_values = zip(*columns_and_values, strict=True)
        return Table(self.name, columns, Answer(all_values), sql, rests_on=self._rests_on)

    # columns

    @property
    def _columns(self) -> Sequence[tuple[str, str]]:
        """(name, type) of the columns that the query selects, without those that were added to count rows."""
        return self.result.columns[: len(self.result.columns) - self.result.added]

    def _column(self, index: int) -> tuple[Column, Values]:
        name, sql_type = self._columns[index]
        cells = self._cells(index)
        if cells.problem is None and (too_few := self._withheld.too_few_rows(index)):
            make_cell = where_enough(cells.make_cell, *too_few) if is_number(sql_type) else cells.make_cell
            cells = cells._replace(problem=too_few.problem, make_cell=make_cell)
        label, published, unit_in_frame = heading(name), None, None
        if cells.unit is not None:
            label = number_heading(name, cells.unit, self.database.units)
            published, unit_in_frame = unit_text(self._published_unit(index, cells.unit)), unit_text(cells.unit)
        column = Column(name, label, published, cells.problem, unit_in_frame, form=cells.style.form)
        origin = f"{name}, {self.name}, {self.result.about}"
        return column, Values(self.result.arrays[index], cells.make_cell, origin, whole=True, digested=True)

    def _cells(self, index: int) -> _Cells:
        """What a column holds: typed numbers, words, reported numbers, numbers without a unit, or numbers of rows."""
        (name, sql_type), meaning = self._columns[index], self._meanings[index]
        single_row = single_row_problem(self.where, name, meaning, self.database.declared.datasets)
        if is_number(sql_type) and meaning.role == Role.LITERAL:
            return _bare(literal_problem(self.where, name))
        if not is_quantity(name, sql_type, meaning.role):
            in_text = numbers_in_text(self.where, name) if sql_type == "VARCHAR" and meaning.told else None
            problem = single_row or in_text
            return _Cells(words_of_column(sql_type, self.result.arrays[index], problem), problem)
        if meaning.role == Role.REPORTED:
            make_cell = self._reported(index)
            first = Values(self.result.arrays[index], make_cell, "").first
            of_first = (first.unit, first.style) if isinstance(first, Number) else ()
            return _Cells(make_cell, single_row, *of_first)
        unit_and_style = self._unit_and_style(index)
        if unit_and_style is None:
            casts = {Role.LABEL: "INTEGER", Role.UNKNOWN: "" if is_fraction(sql_type) else "VARCHAR"}
            return _bare(single_row or without_unit_problem(self.where, name, casts.get(meaning.role, "")))
        if single_row:
            return _bare(single_row, *unit_and_style)
        counted = not is_fraction(sql_type) and (meaning.role == Role.COUNT or name.startswith("n_"))
        return _Cells(self._number(index, *unit_and_style, counted), None, *unit_and_style)

    @cached_property
    def _withheld(self) -> AnswerWithheld:
        return AnswerWithheld(self.database, self.result, self._columns, self._meanings, self.where)

    @cached_property
    def _given_units(self) -> Mapping[str, str]:
        return given_by_column(self.units, self._columns, self._meanings, self.database.units)

    def _unit_and_style(self, index: int) -> tuple[Unit, Style] | None:
        """Unit and style of a column of quantities; None where nothing says its unit."""
        (name, sql_type), meaning = self._columns[index], self._meanings[index]
        if (unit_given := self._given_units.get(name)) is not None:
            unit_of_values, form = self._column_of_sql(index).stated(unit_given, self.database.units)
            return unit_of_values, Style(form)
        unit = money_of_things(meaning.unit) if meaning.unit is not None else None
        if unit is None and name.startswith("n_") and not is_fraction(sql_type):
            unit = no_unit(self.database.units)
        if unit is None or meaning.role == Role.TRUTH:
            return None
        unit, form = unit_and_form(name, unit, meaning, self.database.units)
        return unit, Style(form)

    def _published_unit(self, index: int, unit: Unit) -> Unit:
        """The unit in which a column's numbers are published: without scales, of a product what is left of it."""
        if self._columns[index][0] in self._given_units:
            return unit_without_scales(unit)
        return cancelled(unit, self._query_meanings.declared(self._meanings[index]))

    def _wrong_units(self, indices: Sequence[int]) -> Iterator[Problem]:
        """The problems of `units`, and of names of columns that say another unit than the query does."""
        by_name = {self._columns[index][0]: index for index in indices}
        for name, unit in self._given_units.items():
            where = f"{self.where}, units, {name}"
            if name not in by_name:
                columns = ", ".join(by_name)
                yield Problem(f"{self.where}, units", f"no column {name!r}", columns, "name a column of the answer")
                continue
            expression = self._expressions.get(index := by_name[name])
            if self._meanings[index].role is not Role.COUNT and expression is not None and has_typed_choice(expression):
                yield typed_choice_problem(where, unit)
            try:
                yield from self._column_of_sql(index).wrong(unit, self.database.units, where)
            except ToolkitError as error:
                yield from error.problems
        for name, index in by_name.items():
            (_, sql_type), meaning = self._columns[index], self._meanings[index]
            if not is_quantity(name, sql_type, meaning.role):
                continue
            where, expression = f"{self.where}, column {name}", self._expressions.get(index)
            try:
                self._query_meanings.refuse_kept_per(where, name, expression, meaning)
                named_as_declared = self._query_meanings.is_named_as_declared(name, meaning)
                if name not in self._given_units and not named_as_declared:
                    refuse_wrong_name(where, name, meaning, self.database.units, self._query_meanings.declared(meaning))
                elif meaning.averaged or name not in self._given_units:
                    refuse_no_count(where, name, meaning)
                if not named_as_declared and (unit_and_style := self._unit_and_style(index)) is not None:
                    refuse_per_many(where, name, self._published_unit(index, unit_and_style[0]))
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
        return self._query_meanings.of_columns(self.result.tree, [name for name, _ in self._columns])

    @cached_property
    def _expression_texts(self) -> list[str]:
        """What each column is in the query, as SQL; "" where that is long, or cannot be told."""
        texts = [self.database.sql_of_expression(expression) for expression in self._expressions.values()]
        return [text if len(text) <= LONGEST else "" for text in texts or [""] * len(self.result.columns)]

    def _column_of_sql(self, index: int) -> ColumnOfSql:
        """What is known of a column for which a unit is given."""
        meaning, expression = self._meanings[index], self._expressions.get(index)
        meanings = self._query_meanings
        factors, ratio = (scale_of(expression), factor_of(expression)), expression is not None and is_ratio(expression)
        read, bare = meanings.columns_read(meaning), meanings.bare_columns(meaning)
        return ColumnOfSql(meaning, self._unscaled[index], read, *factors, ratio, bare)

    @cached_property
    def _unscaled(self) -> list[Meaning]:
        return self._query_meanings.unscaled(self.result.tree, [name for name, _ in self._columns])

    @property
    def _expressions(self) -> dict[int, Node]:
        """The expression of each column by its place; {} where that cannot be told."""
        selected: Sequence[Node] = self.result.tree.get("select_list", ())
        can_tell = len(selected) == len(self._columns) and not any(
            expression["class"] == "STAR" for expression in selected
        )
        return dict(enumerate(selected)) if can_tell else {}

    # numbers

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets that the query reads."""
        return tuple(self.database.dataset(name) for name in self.result.datasets)

    @cached_property
    def _rests_on(self) -> tuple[Number, ...]:
        """All rows of the datasets that the query reads, its usage log, and what its keys name."""
        none = no_unit(self.database.units)
        rows = (rows_of(data, data.rows, operation("rows_within", all=data.rows), none) for data in self.datasets)
        key_arrays = (
            array
            for (name, sql_type), array in zip(self.result.columns, self.result.arrays, strict=True)
            if _is_keys(name, sql_type)
        )
        cells = (cell for array in key_arrays for cell in array.tolist() if cell is not None)
        keys = (key.removeprefix("-") for cell in cells for key in cell)  # "-": its value is taken off
        return (*rows, *self._logs, *map(self.database.leaf, dict.fromkeys(key for key in keys if key)))

    @property
    def _logs(self) -> tuple[Number, ...]:
        return (self.log.leaf,) if self.log else ()

    def _number(self, index: int, unit: Unit, style: Style, counted: bool) -> Callable[[Any, int], Cell]:
        (name, sql_type), published_unit = self._columns[index], self._published_unit(index, unit)
        column_words = heading(name).lower()
        words = {"question": self.name, "column": column_words, "expression": self._expression_texts[index]}
        by_author = name in self._given_units and self._column_of_sql(index).by_author(unit, style.form)
        unit_by = {"unit_by": "author"} if by_author else self._meanings[index].unit_by
        step = step_of(self.result, index, words, unit, self.parameters, self.datasets, unit_by)
        ref = f"question:{self.name}#{column_words}"

        def published(value: Any) -> Any:
            return value if unit == published_unit else convert_exactly(float(value), unit, published_unit)

        def values() -> Iterator[float]:
            return (float(published(value)) for value in self.result.arrays[index].tolist() if value is not None)

        whole = not is_fraction(sql_type) and unit == published_unit
        style_of = styles_in_column(values, published_unit, style, whole, counted)

        def cell(value: Any, row: int) -> Number:
            inputs, amount = self._inputs(name, row), published(value)
            kind = kind_of_result(number.kind for number in inputs)
            return Number(amount, amount, published_unit, kind, step(row), inputs, ref=ref, style=style_of(amount))

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
        keys_column = next((keys for keys in (f"keys_{name}", "keys") if keys in names), None)
        keys = self.result.arrays[names.index(keys_column)][row] if keys_column else None
        return Evidence.of(self.database, self.database.keys_of(list(keys) if isinstance(keys, Iterable) else None))

    def _reported(self, index: int) -> Callable[[Any, int], Cell]:
        """What makes the numbers of a column of figures or series: they rest on these alone, not on the datasets."""
        (name, _), meaning = self._columns[index], self._meanings[index]

        def cell(value: Any, row: int) -> Number:
            ends, column_words = (float(value), float(value)), heading(name).lower()
            where, evidence = f"{self.where}, column {name}", self._evidence(name, row)
            number = number_of(self.database, self.name, column_words, ends, evidence, meaning, where)
            if number.operation.name == "query" and not (evidence.many or self.log):
                self._keys_asked_again.refuse_other_rows(where, name, (name,), ends, evidence.keys)
            return number

        return cell

    @cached_property
    def _keys_asked_again(self) -> AskedAgain:
        return AskedAgain(self.database, sql_of(self.database.cursor(), self.result.tree), self.parameters)


def _is_keys(name: str, sql_type: str) -> bool:
    return is_key(name) and sql_type == "VARCHAR[]"
