"""Values that pandas or NumPy worked out, brought back as numbers whose receipt has the code and what they rest on.

A frame does not say reliably where its values came from: a + b keeps the attributes of one of the two. So a result
rests on all that its notebook took before, unless its author names what it rests on.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

from toolkit.core.errors import Problem, StoryError, collect_problems
from toolkit.core.kind import Kind, kind_of_result
from toolkit.core.number import Number
from toolkit.core.number_functions import assumptions
from toolkit.core.operation import LARGEST_INTEGER, Setting, operation
from toolkit.core.project import digest
from toolkit.core.unit import Unit, convert_exactly, is_dimensionless, no_unit
from toolkit.core.wording import Style
from toolkit.database.answer import Answer
from toolkit.database.evidence_summary import KEYS
from toolkit.database.frame_withheld import withheld_value
from toolkit.database.given_units import columns_read
from toolkit.database.open import Database
from toolkit.database.table import Table, datasets_of
from toolkit.database.withheld import RowsProblem
from toolkit.datasets.declaration import Dataset
from toolkit.notebook.calling_cell import Call, calling_cell
from toolkit.notebook.columns_behind import ColumnsBehind
from toolkit.notebook.compared_numbers import ComparedNumbers
from toolkit.notebook.made_in_code import MadeInCode
from toolkit.notebook.read_by_libraries import rows_let_in
from toolkit.notebook.repeated_rows import RepeatedRows
from toolkit.notebook.stated_units import by_author, problem_of, published, stated
from toolkit.notebook.sums import wrong_sum
from toolkit.notebook.totals_in_frames import totals_left_in

MILLION = 1_000_000
ALL, NAMED = "all", "named"  # what a result rests on: all that was taken before, or what its author named


@dataclass
class NotebookInputs:
    """What a notebook read of its project so far: numbers without inputs, each once, in order; and its tables.

    `named` finds the rows of datasets whose files the sources of cells name: pandas may read them by itself. `raw` are
    the datasets of which it has rows or groups that no page may show; false where it only looked at the first rows.
    """

    named: Callable[[Sequence[str]], Sequence[Number]] = lambda sources: ()
    tables: list[Table] = field(default_factory=list)  # also those that were made of frames
    raw: dict[str, bool] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)  # the datasets whose files pandas or another library reads by itself
    _new: list[Number | Table] = field(default_factory=list)
    _leaves: dict[Number, None] = field(default_factory=dict)

    def add(self, *inputs: Number | Table) -> None:
        """Adds numbers and tables; of a table that is stored by column one row is enough."""
        for added in inputs:
            stored = isinstance(added, Table) and isinstance(added.rows, Answer)
            self._new += _numbers_of(added) if stored else [added]
            if isinstance(added, Table):
                self.tables.append(added)
                withheld = any(isinstance(problem, RowsProblem) for problem in added.withheld)
                self.raw |= dict.fromkeys(added.datasets, True) if withheld else {}

    def files(self, database: Database, call: Call) -> list[Dataset]:
        """The datasets whose files libraries read by themselves, and those that the sources of a call name."""
        self.add(*self.named((*call.before, call.module, call.code)))
        return [database.dataset(name) for name in sorted(self.opened)]

    @property
    def answers(self) -> tuple[Table, ...]:
        """The answers among its tables: what frames of its own say of units is its author's word."""
        return tuple(table for table in self.tables if table.sql is not None)

    def table_of(self, frame: Any) -> Table | None:
        """The table that a frame is the frame of, values and columns unchanged; None if it is of none.

        So is what a frame has of the columns of an answer whose single rows no page may show: SQL can group them.
        """
        whole = next((table for table in reversed(self.tables) if table.is_frame(frame)), None)
        parts = (table.only([*frame.columns]) for table in reversed(self.tables) if table.has_columns(frame))
        return whole or next((one for one in parts if _has_only_rows(one.withheld)), None)

    @property
    def leaves(self) -> tuple[Number, ...]:
        """All of them, and after these the assumptions that were made."""
        for added in self._new:
            for number in _numbers_of(added):
                self._leaves.update(dict.fromkeys(number.leaves()))
        self._new.clear()
        return tuple(dict.fromkeys([*self._leaves, *assumptions]))


def _has_only_rows(withheld: Sequence[Problem]) -> bool:
    """Whether columns are withheld for their single rows alone."""
    return bool(withheld) and all(isinstance(problem, RowsProblem) for problem in withheld)


@dataclass(frozen=True)
class Basis:
    """What a result rests on: its inputs, whether its author named them, and the code that it was worked out by.

    Code of a `hidden` cell is named by its hash alone.
    """

    inputs: tuple[Number, ...]
    rests: str
    code: str
    hidden: bool = False

    @property
    def kind(self) -> Kind:
        """Computed, or the highest kind of the inputs."""
        return kind_of_result(number.kind for number in self.inputs)

    @property
    def sha(self) -> str:
        """A hash of the code, 12 hexadecimal digits, by which pages name it."""
        return digest([self.code])[:12]

    def number(self, ends: tuple[float, float], unit: Unit, how: str, style: Style, **more: Setting) -> Number:
        """A number of this basis; `how` says in words what was worked out."""
        step = operation("code", how=how, sha=self.sha, code="" if self.hidden else self.code, rests=self.rests, **more)
        return Number(*ends, unit, self.kind, step, self.inputs, style=style)


def number_from_pandas(
    slug: str, inputs: NotebookInputs, database: Database, value: Any, unit: str, of: Any, how: str
) -> Number:
    """A value of pandas or NumPy, or (low, high), as a number in `unit`.

    Raises StoryError, or ToolkitError for a unit of another scale than values were read in, as `Story.number` says.
    """
    call = calling_cell()
    argument = call.argument("value")
    where = f"story {slug}, story.number({ast.unparse(argument) if argument is not None else '…'}, …)"
    problems = list(_typed(call, argument, where, f"assume({_said(argument)}, {unit!r}, why=…)"))
    if not how.strip():
        problems.append(
            Problem(where, "an empty how", 'how="what was worked out, in a few words"', "say it: receipts print it")
        )
    with collect_problems(problems):
        ends = ends_of(value, where)
    files = inputs.files(database, call)
    problems += totals_left_in(database, inputs.answers, call, of, where, files)
    problems += ComparedNumbers(call, inputs.answers, database).problems(where)
    problems += RepeatedRows(call, inputs.answers).problems(where)
    read_columns = list(columns_read(inputs.answers, files, database.units))
    made = MadeInCode(call, ColumnsBehind(inputs.answers, files, database.units, call)).of(argument)
    with collect_problems(problems):
        stated_unit = stated(unit, made, read_columns, database.units)
    with collect_problems(problems):
        basis = basis_of(inputs, database, call, of, where)
    if problems:
        raise StoryError(problems)
    problems += [
        problem_of(found, where)
        for found in (stated_unit.wrong(made, read_columns), wrong_sum(made, ends[1:]))
        if found
    ]
    if problems:
        raise StoryError(problems)
    whole = isinstance(value, Integral) or (hasattr(value, "dtype") and value.dtype.kind in "iu")
    counted = whole and is_dimensionless(stated_unit.unit)
    if withheld := withheld_value(database, datasets_of(basis.inputs), inputs.raw, () if counted else ends, where):
        raise StoryError([withheld])
    plain = published(stated_unit.unit, made, read_columns)
    return basis.number(
        *converted(ends, stated_unit.unit, plain),
        how.strip(),
        style_of(stated_unit.unit, stated_unit.form, whole, ends[1]),
        **by_author(stated_unit, made, read_columns),
    )


def _typed(call: Call, argument: ast.expr | None, where: str, instead: str) -> Iterator[Problem]:
    """The problem of an argument that was typed, and not worked out."""
    if call.typed(argument):
        yield Problem(
            where,
            "a typed value, or one that nothing of the project went into: no receipt can say where it is from",
            "a value that was worked out from what the notebook took from the project",
            f"make it an assumption, {instead}, or enter it as a figure of a source",
        )


def _said(argument: ast.expr | None) -> str:
    return ast.unparse(argument) if isinstance(argument, ast.Constant) else "…"


def refuse_typed_frame(call: Call, where: str) -> None:
    """Raises StoryError if the frame in a call was typed, and not worked out."""
    problems = list(_typed(call, call.argument("frame"), where, "assume(…, …, why=…)"))
    if problems:
        raise StoryError(problems)


def ends_of(value: Any, where: str) -> tuple[float, float]:
    """(low, high) of a value or a pair of two. Raises StoryError for what is no finite number, and low over high."""
    low, high = (
        _float(end, where) for end in (value if isinstance(value, tuple) and len(value) == 2 else (value,) * 2)
    )
    if low > high:
        raise StoryError(where, f"low {low!r} over high {high!r}", "(low, high)", "swap the two")
    return low, high


def _float(value: Any, where: str) -> float:
    if isinstance(value, Number):
        raise StoryError(where, f"the number {value}, which has a receipt", "a value of pandas", "use it as it is")
    size = getattr(value, "size", 1)
    if hasattr(value, "item") and size == 1:
        value = value.item()
    if size != 1:
        raise StoryError(
            where,
            f"a {type(value).__name__} of {size} values",
            "one value",
            "take one of them, such as .max() or .iloc[0]; of all make a table with story.table(…)",
        )
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal, Fraction)):
        missing = value is None or type(value).__name__ in ("NAType", "NaTType")
        found = "nothing: the value is missing" if missing else f"{value!r}, a {type(value).__name__}"
        raise StoryError(where, found, "a finite number", "work out one number")
    if not math.isfinite(value):
        raise StoryError(where, f"{float(value)}", "a finite number", "look for a missing value, or a division by zero")
    if isinstance(value, Integral) and int(float(value)) != int(value):
        allowed = f"whole quantities up to {LARGEST_INTEGER:,}"
        raise StoryError(where, f"{value}, which no number here has in all its digits", allowed, "round it: float(…)")
    return float(value)


def converted(ends: tuple[float, float], unit: Unit, plain: Unit) -> tuple[tuple[float, float], Unit]:
    """A value in a unit and what it is in the one in which it is `published`: 42 percent is 0.42."""
    low, high = (convert_exactly(end, unit, plain) for end in ends)
    return (low, high), plain


def style_of(unit: Unit, form: str, integral: bool, high: float) -> Style:
    """How a number is written. A whole number has all its digits, unless they are millions of a unit."""
    exact = integral and form == "quantity" and (is_dimensionless(unit) or abs(high) < MILLION)
    return Style(form, len(f"{abs(high):.0f}") if exact else None)


def basis_of(inputs: NotebookInputs, database: Database, call: Call, of: Any, where: str) -> Basis:
    """What a result of this call rests on.

    Raises StoryError for nothing, what has no receipt, code not found, and what a library read that no dataset has.
    """
    is_named, opened = of is not None, inputs.files(database, call)
    rested_on = list(_named(of, where)) if is_named else list(inputs.leaves)
    problems = [] if is_named else [*rows_let_in(opened, call, where)]
    if not rested_on:
        problems.append(
            Problem(
                where,
                "it rests on nothing: " + ("of= has no number" if is_named else "the notebook took nothing before"),
                "a value that was worked out from datasets, figures, tables or usage logs of the project",
                "take it from story[…], story.ask(…) or another of these first, or name what it rests on with of=",
            )
        )
    behind = ColumnsBehind(inputs.answers, (), database.units, call)
    if is_named and (other := behind.of_others(datasets_of(rested_on))):
        problems.append(Problem(where, *other))
    if not call.code:
        problems.append(
            Problem(where, "code that cannot be found", "a call in a cell", "call it in a cell, and use its name here")
        )
    if problems:
        raise StoryError(problems)
    return Basis(_in_short(list(dict.fromkeys(rested_on))), NAMED if is_named else ALL, call.code, call.hidden)


def _named(of: Any, where: str) -> Iterator[Number]:
    """The numbers that an author names by of=; of a table, a usage log or a source those that it has."""
    if isinstance(of, Number):
        yield of
    elif isinstance(of, Table):
        for number in _numbers_of(of):
            settings = dict(number.operation.settings)
            if "code" in settings:  # the rows of a table that came back from pandas before
                yield number
            else:
                yield from number.inputs if number.operation.name == "code" else number.leaves()
    elif isinstance(getattr(of, "leaf", None), Number):
        yield of.leaf
    elif isinstance(of, Iterable) and not isinstance(of, (str, bytes)) and not hasattr(of, "iloc"):
        for item in of.values() if isinstance(of, Mapping) else of:
            yield from _named(item, where)
    else:
        raise StoryError(
            where,
            f"of= has a {type(of).__name__}, which does not say where it is from",
            "numbers, tables, usage logs, story[…], or a list of these",
            "name the table that the frame came from",
        )


def _numbers_of(source: Number | Table) -> Sequence[Number]:
    """The numbers of a table, of one of datasets its rows, of one stored by column the first; itself."""
    if isinstance(source, Number):
        return (source,)
    if source.rests_on:
        return source.rests_on
    if isinstance(source.rows, Answer):
        return [cell for cell in source.rows.first() if isinstance(cell, Number)]
    return source.numbers


def _in_short(numbers: list[Number]) -> tuple[Number, ...]:
    """Inputs as a receipt has them: rows of series, where there are very many, as one count for each series."""
    if len(numbers) <= KEYS:
        return tuple(numbers)
    rows: dict[str, list[str]] = {}
    for number in numbers:
        if (number.ref or "").startswith("series:"):
            rows.setdefault(str(number.ref).partition(":")[2].partition("#")[0], []).append(str(number.ref))
    other_numbers = [number for number in numbers if not (number.ref or "").startswith("series:")]
    return (*other_numbers, *(_count_of(name, keys, numbers[0].unit) for name, keys in rows.items()))


def _count_of(series: str, keys: list[str], like: Unit) -> Number:
    count, keys_digest = float(len(keys)), digest(sorted(keys))[:16]
    return Number(
        low=count,
        high=count,
        unit=no_unit(like),
        kind=Kind.REPORTED,
        operation=operation("counted"),
        label=f"rows of the series {series}",
        ref=f"rows:{series}",
        why=f"the notebook took them; together their keys have the digest {keys_digest}",
        style=Style(digits=len(str(len(keys)))),
    )
