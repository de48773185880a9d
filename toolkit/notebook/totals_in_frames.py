"""Frames and numbers of pandas that add up rows of totals with what these are totals of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from toolkit.core.errors import Problem
from toolkit.database.open import Database
from toolkit.database.table import Table
from toolkit.database.total_rows import tables_with_totals, total_problem, unnamed_totals
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.notebook.calling_cell import Call
from toolkit.notebook.columns_behind import is_named


def totals_left_in(
    database: Database,
    asked: Sequence[Table],
    call: Call,
    of: Any,
    where: str,
    files: Iterable[Dataset] = (),
    kept: Mapping[str, Collection[str]] = MappingProxyType({}),
    names: Sequence[str] = (),
    rows: int = 0,
) -> Iterator[Problem]:
    """A problem for each column with totals of rows that the notebook `asked`, or read of `files`, and chose none of.

    The code of the call chooses by them where it names one of them, or what it takes is made by code that does. A frame
    that has `kept` such rows in this column, by its name, shows them as what they are, and so do columns with their
    `names`, as of a pivot. A column that a question left
    out cannot be chosen by: its frame has all its `rows` still, or is refused. What `of` names is looked at alone.
    """
    tables = asked if of is None else [one for one in asked if one is of]
    sources = (*call.before, call.module) if call.main_argument is None else [*call.texts_behind(call.main_argument)]
    behind = [table for table in tables if is_named(table, sources)]
    opened = [one for one in files if any(PurePath(one.file).name in text for text in sources)]
    if not (behind or opened):  # what cannot be followed in code may rest on any
        behind, opened = [*tables], [*files]
    of_files = [(one, column) for one in opened for column in one.columns if column.totals and of is None]
    for dataset, column in dict.fromkeys([*tables_with_totals(database.datasets, behind), *of_files]):
        words = {*(column.totals or ())}
        named = any(word in source for word in words for source in sources)
        if not named and words.isdisjoint((*kept.get(column.name, ()), *names)):
            problem = total_problem(where, dataset, column)
            yield _of_frame(problem, column, "or name another table that it rests on: of=")
    shorter = [table for table in behind if len(table) != rows and is_named(table, sources)]
    for dataset, column in (
        one for table in shorter for one in unnamed_totals(database.cursor(), database.datasets, table)
    ):
        problem = total_problem(where, dataset, column)
        yield _of_frame(problem, column, f"or select {column.name} too, which tells them apart")


def _of_frame(problem: Problem, column: DatasetColumn, otherwise: str) -> Problem:
    """The problem with what to do in pandas."""
    left = f"in pandas frame[~frame.{column.name}.isin({[*(column.totals or ())]})]"
    return replace(problem, remedy=f"{problem.remedy}; {left}; {otherwise}")
