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

Sets = dict[str, frozenset[str]]  # what is published, in words, and its conditions: any of them holds for each row
ROWS = "rows_where"  # the operation of a number of rows that fulfil a condition
ALL = "true"


def sets_published(numbers: Iterable[Number], ref: str) -> Sets:
    """What is published of the dataset that `ref` names: single numbers, and all of a column of a question together."""
    columns: dict[str, set[str]] = {}
    for number in numbers:
        for rows in number.inputs:
            if rows.ref == ref and rows.operation.name == ROWS and number.operation.name == "query":
                asked = f"{number.operation['question']}, {number.operation['column']}"
                columns.setdefault(asked, set()).add(str(rows.operation["where"]) or ALL)
    found: Sets = {}
    for asked, conditions in columns.items():
        found |= {f"{asked}, where {shortened(one)}": frozenset({one}) for one in conditions}
        if len(conditions) > 1:
            found[f"{asked}, {len(conditions)} groups together"] = frozenset(conditions)
    return found


def small_differences(database: DatasetQuestions, dataset: str, limit: int, sets: Sets) -> Iterator[Problem]:
    """A problem for every pair of published sets of which one has all rows of the other and fewer than `limit` more."""
    classes = _row_classes(database, dataset, sorted(frozenset().union(*sets.values())))
    inside = {name: {at for at, rows in enumerate(classes) if rows.true & asked} for name, asked in sets.items()}
    outside = {name: {at for at, rows in enumerate(classes) if asked <= rows.false} for name, asked in sets.items()}
    reported: set[frozenset[str]] = set()
    for name, members in sets.items():
        for other, others in sets.items():
            more = sum(classes[at].rows for at in inside[name] & outside[other])
            is_subset = not inside[other] & outside[name]  # no row is in `other` alone
            if 0 < more < limit and is_subset and members | others not in reported:
                reported.add(members | others)
                yield Problem(
                    f"numbers of {dataset}: {name}; {other}",
                    f"{more} row{'s' if more > 1 else ''} of the first not in the second, which is a part of it",
                    f"none, or at least {limit}, between two published numbers: smallest_group in "
                    f"data/datasets/{dataset}.yml",
                    "leave one of the two out, or group more coarsely",
                )


@dataclass(frozen=True)
class _RowClass:
    """How many `rows` of a dataset have the same conditions true, the same false, and the others NULL."""

    rows: int
    true: frozenset[str]
    false: frozenset[str]


def _row_classes(database: DatasetQuestions, dataset: str, conditions: Sequence[str]) -> list[_RowClass]:
    cursor = database.cursor()
    listed = "".join(f", ({ignoring_missing(cursor, one)})::BOOLEAN AS c{at}" for at, one in enumerate(conditions))
    asked = f"SELECT count(*){listed} FROM {identifier(dataset)} GROUP BY ALL"
    return [
        _RowClass(
            rows,
            frozenset(one for one, holds in zip(conditions, row, strict=True) if holds),
            frozenset(one for one, holds in zip(conditions, row, strict=True) if holds is False),
        )
        for rows, *row in cursor.execute(asked).fetchall()
    ]


def limits_of(datasets: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    """The smallest group of each private dataset among those that a story's record names."""
    found = {name: one.get("smallest_group", 1) for name, one in datasets.items()}
    return {name: limit for name, limit in found.items() if isinstance(limit, int) and limit > 1}
