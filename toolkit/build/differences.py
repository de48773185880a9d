"""Small groups of private datasets that a reader finds by taking one published number from another.

No number may rest on few rows; nor may two of which one rests on all rows of the other and a few more. The numbers of
one column of a question count as one too, since a reader can add them up.
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

Sets = dict[str, frozenset[str]]  # what is published, in words, and the conditions of which its rows fulfil one
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
    """The problem of each two published sets of which one has all rows of the other and fewer than `limit` more."""
    kinds = _kinds_of_rows(database, dataset, sorted(frozenset().union(*sets.values())))
    inside = {name: {at for at, one in enumerate(kinds) if one.fulfil & members} for name, members in sets.items()}
    outside = {name: {at for at, one in enumerate(kinds) if members <= one.not_} for name, members in sets.items()}
    said: set[frozenset[str]] = set()
    for name, members in sets.items():
        for other, others in sets.items():
            more = sum(kinds[at].rows for at in inside[name] & outside[other])
            if 0 < more < limit and not inside[other] & outside[name] and members | others not in said:
                said.add(members | others)
                yield Problem(
                    f"numbers of {dataset}: {name}; {other}",
                    f"{more} row{'s' if more > 1 else ''} in the one and not in the other, which has no more",
                    f"none, or at least {limit}, between two published numbers: smallest_group in "
                    f"data/datasets/{dataset}.yml",
                    "leave one of the two out, or group more coarsely",
                )


@dataclass(frozen=True)
class _Kind:
    """How many `rows` of a dataset fulfil the same conditions, and for which they do `not_`, as no value is missing."""

    rows: int
    fulfil: frozenset[str]
    not_: frozenset[str]


def _kinds_of_rows(database: DatasetQuestions, dataset: str, conditions: Sequence[str]) -> list[_Kind]:
    cursor = database.cursor()
    listed = "".join(f", ({ignoring_missing(cursor, one)})::BOOLEAN AS c{at}" for at, one in enumerate(conditions))
    asked = f"SELECT count(*){listed} FROM {identifier(dataset)} GROUP BY ALL"
    return [
        _Kind(
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
