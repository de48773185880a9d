"""What may not be published of a dataset's answer: columns that rest on too few rows of it, or show single people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from toolkit.core.errors import Problem
from toolkit.database.columns import is_quantity
from toolkit.database.dataset_questions import DatasetQuestions, QueryResult
from toolkit.database.meaning import Meaning, Role
from toolkit.database.single_people import single_people
from toolkit.database.withheld import left_out_problem, small_group_problem


class TooFewRows(NamedTuple):
    """Why cells of a column may not be published, and the rows of the answer that they stand in; None for all."""

    problem: Problem
    rows: frozenset[int] | None = None


@dataclass(frozen=True)
class AnswerWithheld:
    """What is withheld of an answer; `columns` has (name, type) of each that the query selects, with its meaning."""

    database: DatasetQuestions
    result: QueryResult
    columns: Sequence[tuple[str, str]]
    meanings: Sequence[Meaning]
    where: str

    def too_few_rows(self, place: int) -> TooFewRows | None:
        """Why the column at this place may not be published; None where it rests on enough rows of each dataset."""
        (name, kind), meaning = self.columns[place], self.meanings[place]
        quantity = meaning.role != Role.LABEL and is_quantity(name, kind, meaning.role)
        for limit in self.result.limits:
            dataset = limit.dataset.name
            person_column = self._person_columns.get(dataset, "")
            if dataset in self._single_people:
                return TooFewRows(self._single_people[dataset])
            if not limit.concerns(meaning, quantity, bool(person_column)):
                continue
            counts = self.result.counts(dataset, place)
            if problem := small_group_problem(self.where, limit, counts, person_column):
                small = frozenset(row for row, count in enumerate(counts or ()) if 0 < count < limit.rows)
                can_tell = self.result.selection is not None and counts is not None
                return TooFewRows(problem, small if can_tell else None)
            if problem := left_out_problem(self.where, limit, self.result.left_out.get(dataset, 0)):
                return TooFewRows(problem)
        return None

    @cached_property
    def _person_columns(self) -> dict[str, str]:
        """The columns about people, by dataset, that tell the answer's rows apart."""
        keys = (
            meaning.keys | (meaning.made if meaning.role in (Role.LABEL, Role.RANK) else frozenset())
            for meaning in self.meanings
        )
        return self.database.people_among(frozenset().union(*keys))

    @cached_property
    def _single_people(self) -> dict[str, Problem]:
        return single_people(self.database, self.result, self._person_columns, self.where)
