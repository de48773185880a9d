"""What may not be published of a dataset: typed numbers, values of single rows, and groups that are too small.

Each rule is a function that returns the problem. Authors can still explore such values, as numbers and texts that no
page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import Problem
from toolkit.core.operation import LARGEST_INTEGER
from toolkit.database.answer import Values, text_maker
from toolkit.database.cell import Cell
from toolkit.database.columns import FINITE
from toolkit.database.meaning import Meaning
from toolkit.datasets.declaration import Dataset


class UnpublishableNumber(float):
    """A number that an author may explore and no page may show: `problem` says why and what to do."""

    problem: Problem

    def __new__(cls, value: float, problem: Problem) -> UnpublishableNumber:
        number = super().__new__(cls, value)
        number.problem = problem
        return number

    def __str__(self) -> str:
        return repr(int(self)) if self.is_integer() else repr(float(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The value, and why no page may show it: a build that refuses it in prose says so."""
        return {"text/plain": f"{self}, {self.problem.found} (to publish it: {self.problem.remedy})"}


class UnpublishableText(str):
    """A text of a single row that an author may explore and no page may show: `problem` says why and what to do."""

    problem: Problem

    def __new__(cls, value: str, problem: Problem) -> UnpublishableText:
        text = super().__new__(cls, value)
        text.problem = problem
        return text


def literal_problem(where: str, name: str) -> Problem:
    """The problem of a column whose value is typed into the query."""
    return Problem(
        f"{where}, column {name}",
        "a number that is typed into the query: no column of a table went into it",
        "values of the rows of tables, or how many there are",
        "enter it as a figure, or use assume(value, unit, why=…) in the notebook, where counts can be worked on too",
    )


def numbers_in_text(where: str, name: str) -> Problem:
    """The problem of a column of texts into which the query writes numbers, which then have no receipts."""
    return Problem(
        f"{where}, column {name}",
        "a text that the query makes of numbers",
        "labels, and numbers in columns of their own",
        "select the number itself, without the text around it: its unit and words are added where it is shown",
    )


@dataclass(frozen=True)
class RowsProblem(Problem):
    """The problem of a column or a table that shows single rows of a dataset, or groups that are too small."""


def unfit_numbers(where: str, name: str, kind: str, values: Values, quantity: bool) -> Iterator[Problem]:
    """The problems of a column's values: infinite ones, and, in a column of quantities, integers of too many digits.

    `kind` is the column's type in DuckDB: a sum of integers, a HUGEINT, has lost its last digits in Python already.
    """
    if not values.finite:
        yield Problem(f"{where}, column {name}", "a value that is not finite", *FINITE)
    if quantity and (inexact := values.inexact_of(kind)) is not None:
        yield Problem(
            f"{where}, column {name}",
            f"{inexact}, which no number here has in all its digits",
            f"whole quantities up to {LARGEST_INTEGER:,}",
            f"CAST({name} AS VARCHAR) if it is a code, or CAST(… AS DOUBLE) to round it to 16 digits",
        )


def single_row_problem(where: str, name: str, meaning: Meaning, datasets: Mapping[str, Dataset]) -> RowsProblem | None:
    """The problem of a column that shows values of single rows which no declaration lists under publish:."""
    hidden = sorted(f"{one}.{column}" for one, column in meaning.single if column not in datasets[one].publish)
    if not hidden:
        return None
    files = " and ".join(sorted({f"data/datasets/{place.split('.')[0]}.yml" for place in hidden}))
    said = ", ".join(hidden[:5]) + (" …" if len(hidden) > 5 else "")
    return RowsProblem(
        f"{where}, column {name}",
        f"values of single rows, of {said}",
        f"groups of rows, or columns that {files} lists under publish:",
        f"group the rows, leave the column out, or, if it harms nobody, list it under publish: in {files}",
    )


@dataclass(frozen=True)
class Limit:
    """How many rows of a dataset must be behind what is published of it, and why.

    `people` are its columns that look like people and are not published. In a dataset that is not private the limit
    applies only to what is worked out from unpublished columns, and to groups by people.
    """

    dataset: Dataset
    rows: int
    people: str

    def concerns(self, meaning: Meaning, quantity: bool, by_people: bool) -> bool:
        """Whether the limit applies to a column of an answer."""
        own, listed = self.dataset.name, self.dataset.publish
        hidden = any(name == own and column not in listed for name, column in meaning.made)
        return self.dataset.smallest_group > 1 or by_people or (quantity and hidden)


def small_group_problem(where: str, limit: Limit, counts: Iterable[int] | None, by: str = "") -> RowsProblem | None:
    """The problem of an answer some of whose rows rest on too few rows of a dataset; None if each rests on enough.

    `counts` has, for each row of the answer, how many rows of the dataset it rests on; None where that is not known.
    `by` names the columns that look like people by which the answer is grouped.
    """
    name, least = limit.dataset.name, limit.rows
    file = f"data/datasets/{name}.yml"
    if limit.dataset.smallest_group > 1:
        why, otherwise = f"smallest_group in {file}", ""
    else:
        said = by or limit.people
        why, otherwise = (
            f"no single person, of {said}",
            f", or, if {said} harms nobody, list it under publish: in {file}",
        )
    if counts is None:
        return RowsProblem(
            where,
            f"rows with an unknown number of rows of {name} behind them",
            f"at least {least} rows behind each: {why}",
            f"ask {name} alone, with WHERE, GROUP BY and HAVING count(*) >= {least}{otherwise}",
        )
    small = sum(0 < count < least for count in counts)
    if not small:
        return None
    return RowsProblem(
        where,
        f"{small} row{'s' if small > 1 else ''} resting on fewer than {least} rows of {name}"
        + (f", by {by}" if by else ""),
        f"at least {least} rows behind each: {why}",
        f"add HAVING count(*) >= {least}, or group more coarsely{otherwise}",
    )


def left_out_problem(where: str, limit: Limit, left_out: int | None) -> RowsProblem | None:
    """The problem of an answer that leaves few rows of a private dataset out; None if it leaves out none, or enough.

    `left_out` is how many, None where that is not known.
    """
    name, least = limit.dataset.name, limit.rows
    if left_out is not None and not 0 < left_out < least:
        return None
    few = "an unknown number of rows" if left_out is None else f"{left_out} row{'s' if left_out > 1 else ''}"
    return RowsProblem(
        where,
        f"{few} of {name} left out: who knows the sum of all has theirs",
        f"none, or at least {least}, left out of all rows and of each line of groups: smallest_group in "
        f"data/datasets/{name}.yml",
        "group more coarsely, or leave out more; WHERE … IS NOT NULL leaves out none",
    )


def bare_numbers(problem: Problem) -> Callable[[Any, int], Cell]:
    """A function that makes the cells of a column of numbers that no page may show."""
    return lambda value, row: UnpublishableNumber(value, problem)


def words_of_column(kind: str, array: Any, problem: Problem | None) -> Callable[[Any, int], Cell]:
    """A function that makes the cells of a column of words; with a `problem` no page may show them."""
    cell = text_maker(kind, array)
    if problem is None:
        return cell
    return lambda value, row: UnpublishableText(str(cell(value, row)), problem)


def where_enough(
    cell: Callable[[Any, int], Cell], problem: Problem, rows: frozenset[int] | None
) -> Callable[[Any, int], Cell]:
    """A function that makes the cells of a column of numbers; no page may show those in `rows`, None for all."""
    return lambda value, row: (bare_numbers(problem) if rows is None or row in rows else cell)(value, row)
