"""Rows of a dataset that are totals of others: a question that adds them up with these counts them twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.database.rows_behind import RowSelection
from toolkit.datasets.profile import is_total_in_sql
from toolkit.engine.paths import identifier, quoted

if TYPE_CHECKING:
    from toolkit.database.open import Database

NAMED = 3  # words that an error lists


def totals_added_up(database: Database, chosen: RowSelection | None, where: str) -> Iterator[Problem]:
    """A problem for each column with words for totals, where the query adds such rows up with others.

    It is one that groups rows of one dataset, and not by this column; of other queries it is not known.
    """
    if chosen is None or not (chosen.dataset and chosen.grouped):
        return
    for column in database.dataset(chosen.dataset).columns:
        if not column.totals or identifier(column.name) in chosen.keys or column.name in chosen.keys:
            continue
        condition = " AND ".join([*([f"({chosen.where})"] if chosen.where else []), is_total_in_sql(column.name)])
        texts = dict.fromkeys(text for (text,) in database.first_rows(chosen.dataset, [column.name], condition))
        if texts:
            listed = ", ".join(quoted(text) for text in [*texts][:NAMED])
            yield Problem(
                where,
                f"rows of {chosen.dataset} that are totals of others, {column.name} {listed}, added up with these",
                "rows that stand for themselves",
                f"leave them out, WHERE {column.name} NOT IN ({listed}); or, if they are no totals, write totals: 0 "
                f"under {column.name} in data/datasets/{chosen.dataset}.yml",
            )
