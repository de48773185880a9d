"""Small groups of private datasets that a reader could derive by subtracting one published number from another.

In statistical disclosure control this is a differencing attack. No number may rest on few rows, nor may two numbers be
published of which one rests on all rows of the other and on fewer than the limit more. The numbers of one column of a
question count as one too, since a reader can add them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.core.number import Number
from toolkit.core.text import shortened
from toolkit.database.left_out import ignoring_missing
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    from toolkit.database.dataset_questions import DatasetQuestions

Sets = dict[str, frozenset[str]]  # sets of rows by what is published of them; one of the conditions holds for each row
ROWS_WHERE = "rows_where"  # the operation of a number of rows that fulfil a condition
ALL_ROWS = "true"  # as a condition


def sets_published(numbers: Iterable[Number], ref: str) -> Sets:
    """What is published of the dataset that `ref` names: single numbers, and all of a column of a question together."""
    conditions_by_column: dict[str, set[str]] = {}
    for number in numbers:
        for rows in number.inputs:
            if rows.ref == ref and rows.operation.name == ROWS_WHERE and number.operation.name == "query":
                column = f"{number.operation['question']}, {number.operation['column']}"
                conditions_by_column.setdefault(column, set()).add(str(rows.operation["where"]) or ALL_ROWS)
    sets: Sets = {}
    for column, conditions in conditions_by_column.items():
        sets |= {f"{column}, where {shortened(condition)}": frozenset({condition}) for condition in conditions}
        if len(conditions) > 1:
            sets[f"{column}, {len(conditions)} groups together"] = frozenset(conditions)
    return sets


def small_differences(database: DatasetQuestions, dataset: str, limit: int, sets: Sets) -> Iterator[Problem]:
    """A problem for every pair of published sets of which one has all rows of the other and fewer than `limit` more."""
    classes = _row_classes(database, dataset, sorted(frozenset().union(*sets.values())))
    indexes = range(len(classes))
    inside = {name: {index for index in indexes if classes[index].true & any_of} for name, any_of in sets.items()}
    outside = {name: {index for index in indexes if any_of <= classes[index].false} for name, any_of in sets.items()}
    reported: set[frozenset[str]] = set()
    for name, conditions in sets.items():
        for other, other_conditions in sets.items():
            more = sum(classes[index].rows for index in inside[name] & outside[other])
            is_subset = not inside[other] & outside[name]  # no row is in `other` alone
            if 0 < more < limit and is_subset and conditions | other_conditions not in reported:
                reported.add(conditions | other_conditions)
                yield Problem(
                    f"numbers of {dataset}: {name}; {other}",
                    f"{more} row{'s' if more > 1 else ''} of the first not in the second, which is a part of it",
                    f"none, or at least {limit}, between two published numbers: smallest_group in "
                    f"data/datasets/{dataset}.yml",
                    "leave one of the two out, or group more coarsely",
                )


@dataclass(frozen=True)
class _RowClass:
    """How many `rows` of a dataset have the same conditions true, the same false, and the others NULL.

    Millions of rows are few classes: each pair of published sets is compared by these.
    """

    rows: int
    true: frozenset[str]
    false: frozenset[str]


def _row_classes(database: DatasetQuestions, dataset: str, conditions: Sequence[str]) -> list[_RowClass]:
    cursor = database.cursor()
    columns = "".join(
        f", ({ignoring_missing(cursor, condition)})::BOOLEAN AS c{index}" for index, condition in enumerate(conditions)
    )
    sql = f"SELECT count(*){columns} FROM {identifier(dataset)} GROUP BY ALL"
    return [
        _RowClass(
            rows,
            frozenset(condition for condition, holds in zip(conditions, truths, strict=True) if holds),
            frozenset(condition for condition, holds in zip(conditions, truths, strict=True) if holds is False),
        )
        for rows, *truths in cursor.execute(sql).fetchall()
    ]


def limits_of(datasets: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    """The smallest group of each private dataset among those that a story's record names."""
    limits = {name: dataset.get("smallest_group", 1) for name, dataset in datasets.items()}
    return {name: limit for name, limit in limits.items() if isinstance(limit, int) and limit > 1}
