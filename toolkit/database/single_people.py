"""Rows and headings that are single people, by names, codes, phones or accounts that a dataset does not publish."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from toolkit.core.errors import Problem
from toolkit.database.withheld import RowsProblem
from toolkit.engine.connect import Connection, first_value
from toolkit.engine.paths import identifier

if TYPE_CHECKING:
    from toolkit.database.dataset_questions import DatasetQuestions, QueryResult
    from toolkit.datasets.declaration import Dataset

ALIKE = 0.5  # of some words are in a column: then they are made of that column
PLAIN = re.compile(r"[a-z_][a-z_0-9]*")  # a heading that somebody wrote


def single_people(
    database: DatasetQuestions, result: QueryResult, by_people: Mapping[str, str], where: str
) -> dict[str, Problem]:
    """Why no row of an answer may be published, by dataset; `by_people` are the columns that tell its rows apart.

    Of a private dataset no row is of one person, however much is known of them; of others none of which too little is,
    which is counted elsewhere. No heading is a person.
    """
    problems: dict[str, Problem] = {}
    selected = result.columns[: len(result.columns) - result.added]
    headings = [name for name, _ in selected if not PLAIN.fullmatch(name)]
    for dataset in (limit.dataset for limit in result.limits):
        naming = database.naming(dataset.name)
        if columns_shown := _columns_told(database.cursor(), dataset, naming, headings):
            problems[dataset.name] = _people_problem(where, dataset, columns_shown, "headings")
        keys = result.selection.keys if result.selection and result.selection.dataset == dataset.name else ()
        told_apart = by_people.get(dataset.name, "").split(", ")
        by = [column for column in naming if column in told_apart or identifier(column) in keys]
        for array in result.arrays if by and dataset.private else ():
            if columns_shown := _columns_told(database.cursor(), dataset, by, array.tolist()):
                problems[dataset.name] = _people_problem(where, dataset, columns_shown, "rows")
    return problems


def single_people_of_frame(
    cursor: Connection,
    dataset: Dataset,
    naming: Collection[str],
    headings: Collection[str],
    labels: Iterable[Collection[object]],
    where: str,
) -> Problem | None:
    """Why no row of a frame may be published; `headings` are those of its numbers, `labels` its columns of words."""
    texts = [one.name for one in dataset.columns if one.name in naming and one.type == "text"]
    if columns_shown := _columns_told(cursor, dataset, texts, headings):
        return _people_problem(where, dataset, columns_shown, "headings")
    for words in labels if dataset.private else ():
        if columns_shown := _columns_told(cursor, dataset, texts, words):
            return _people_problem(where, dataset, columns_shown, "rows")
    return None


def _columns_told(cursor: Connection, dataset: Dataset, columns: Iterable[str], words: Collection[object]) -> list[str]:
    """Those of a dataset's columns from which half of these words are, without regard to case and spaces at ends."""
    distinct_words = sorted({str(word).strip().lower() for word in words if word is not None})
    query = (
        "SELECT count(DISTINCT one) FROM (SELECT lower(trim(CAST({} AS VARCHAR))) AS one FROM {}) "
        "WHERE one IN (SELECT unnest($given))"
    )
    columns_shown = []
    for column in columns if distinct_words else ():
        sql = query.format(identifier(column), identifier(dataset.name))
        if first_value(cursor.execute(sql, {"given": distinct_words})) >= max(1, ALIKE * len(distinct_words)):
            columns_shown.append(column)
    return columns_shown


def _people_problem(where: str, dataset: Dataset, columns: Iterable[str], shown_as: str) -> RowsProblem:
    """The problem of people, by these columns, that are `shown_as` "rows", of a private dataset, or as "headings"."""
    by, file = " and ".join(columns), f"data/datasets/{dataset.name}.yml"
    found, allowed, remedy = {
        "rows": (
            f"rows of single people of {dataset.name}",
            f"groups of people: the dataset is private, and {file} does not list {by} under publish:",
            "group by something else",
        ),
        "headings": (
            f"headings that are people of {dataset.name}",
            "people in rows, so that what is known of each can be counted, or columns that "
            f"{file} lists under publish:",
            f"group by {by}, a row each",
        ),
    }[shown_as]
    return RowsProblem(
        where, f"{found}, by {by}", allowed, f"{remedy}; or, if it harms nobody, list {by} under publish: in {file}"
    )
