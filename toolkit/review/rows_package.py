"""The data package of the rows that SQL counted or added up, of datasets that may be shared and are small enough.

They are rows of a dataset; or those that a question made of datasets before it added them up, with WITH or a JOIN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from toolkit.build.manifest import numbers_of
from toolkit.core.errors import ToolkitError
from toolkit.core.followed import DATASET, OF_KEYS, ArchivedStep, steps_listed
from toolkit.core.number import Number
from toolkit.core.project import Project
from toolkit.database.dataset_views import declarations
from toolkit.database.question_text import parameters_of
from toolkit.database.rows_behind import sql_of_rows
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.stored import dataset_path
from toolkit.engine.paths import identifier
from toolkit.review.data_packages import Resource, package
from toolkit.review.keys_behind import keys_behind, sql_of_question

if TYPE_CHECKING:
    from toolkit.database.open import Database

LARGEST = 50_000_000  # bytes: a dataset's file that is larger is not in an archive
NUMERIC = ("integer", "decimal")  # types of columns
PRIVATE, ELSEWHERE = "rows of a dataset that may not be shared", "rows of a dataset that is kept elsewhere"
TOO_LARGE = "rows of a dataset that is too large for an archive"
ROWS = {
    "rows": "the step in findings/nodes.csv that these are the rows of",
    "row": "the number of the row among the dataset's or the question's, from 1; or the key of a figure or series row",
    "column": "a column, or what SQL takes of each row; empty where rows are counted, and for keys",
    "value": "what the row has there; empty for nothing, 1 for what is no number; of a key 1, -1 if it is taken off",
}
ROW = identifier("the number of a row")  # a name that no column of a dataset has
DATASETS = {
    "dataset": "its name",
    "title": "its title",
    "rows": "how many rows it has",
    "given": "why its rows are not here; empty if its file is in datasets/",
}


def rows(project: Project, stored: Mapping) -> dict[str, bytes]:
    """The package of the rows behind an edition's findings; `stored` is its manifest.

    Raises DataFileError and ToolkitError as `open_database` does, ToolkitError for rows that cannot be asked for.
    """
    names = sorted({name for story in stored["stories"].values() for name in story.get("datasets", {})})
    declared = declarations(project) if names else {}
    datasets = {name: declared[name] for name in names if name in declared}
    reasons = {name: reason_left_out(project, dataset) for name, dataset in datasets.items()}
    steps = steps_of(number for numbers in numbers_of(stored).values() for number in numbers.values())
    shared = {name for name, why in reasons.items() if not why}
    listed_rows = list(_listed(project, stored, steps, datasets, shared)) if steps_listed(steps, shared) else []
    about = [(name, dataset.title, dataset.rows, reasons[name]) for name, dataset in datasets.items()]
    return package(
        "rows",
        f"Rows behind the findings of {stored['name']}",
        [
            Resource("rows", "rows.csv", "Rows that SQL counted or added up", ROWS, listed_rows),
            Resource("datasets", "datasets.csv", "The datasets that the findings rest on", DATASETS, about, "dataset"),
        ],
    )


def reason_left_out(project: Project, dataset: Dataset) -> str:
    """Why a dataset's file and rows are not in an archive, in words; "" if they are.

    They are only where each column may be published, or the records are invented.
    """
    if dataset.private or not (dataset.synthetic or {column.name for column in dataset.columns} <= {*dataset.publish}):
        return PRIVATE
    if dataset.linked:
        return ELSEWHERE
    size = sum(path.stat().st_size for path in files_at(dataset_path(project, dataset)))
    return TOO_LARGE if size > LARGEST else ""


def steps_of(numbers: Iterable[Number]) -> dict[str, ArchivedStep]:
    """Numbers of receipts as steps, by digest."""
    return {
        number.digest: ArchivedStep(
            number.operation, [part.digest for part in number.inputs], number.ref or "", number.low
        )
        for number in numbers
    }


def _listed(
    project: Project,
    stored: Mapping,
    steps: Mapping[str, ArchivedStep],
    datasets: Mapping[str, Dataset],
    shared: set[str],
) -> Iterator[tuple]:
    """The rows of the table. Raises ToolkitError for a question that does not give those of a receipt again."""
    from toolkit.database.open import open_database

    database = open_database(project)
    for name, results in sorted(steps_listed(steps, shared).items()):
        step, aggregates = steps[name], _aggregates_by_column(results)
        if step.operation.name == OF_KEYS:
            rows_of_step = _keys(database, stored, step)
        elif step.inputs:
            rows_of_step = _rows_of_question(database, stored, step, aggregates)
        else:
            rows_of_step = _rows_of(database, step, aggregates, datasets[step.ref.removeprefix(DATASET)])
        yield from ((name, *row) for row in rows_of_step)


def _aggregates_by_column(results: Collection[ArchivedStep]) -> dict[str, set[str]]:
    """The aggregates by the column or expression that they take of each row."""
    aggregates: dict[str, set[str]] = {}
    for step in results:
        settings = dict(step.operation.settings)
        aggregates.setdefault(str(settings["of"]), set()).add(str(settings.get("aggregate", "count")))
    return aggregates


def _rows_of(
    database: Database, step: ArchivedStep, aggregates: Mapping[str, set[str]], dataset: Dataset
) -> Iterator[tuple]:
    types = {column.name: column.type for column in dataset.columns}
    columns = sorted(aggregates.keys() - {""}, key=lambda of: ([*types].index(of) if of in types else len(types), of))
    values = [_value(identifier(of) if of in types else of, aggregates[of], types.get(of, "")) for of in columns]
    where = step.operation["where"]
    numbered = f"(SELECT row_number() OVER () AS {ROW}, * FROM {identifier(dataset.name)})"
    condition = f" WHERE {where}" if where else ""
    listed = "".join(f", {value} AS {identifier(f'value {place}')}" for place, value in enumerate(values))
    sql = f"SELECT {ROW}{listed} FROM {numbered}{condition} ORDER BY {ROW}"
    _, answer = database.answer(f"the rows of {dataset.name}", sql)
    for number, *cells in answer:
        for of, cell in zip(columns, cells, strict=True):
            yield number, of, cell
        if "" in aggregates:
            yield number, "", None


def _rows_of_question(
    database: Database, stored: Mapping, step: ArchivedStep, aggregates: Mapping[str, set[str]]
) -> Iterator[tuple]:
    """What a question that is not plain added up, by size."""
    operation, of = step.operation, str(step.operation["of"])
    question, parameters = str(operation["question"]), parameters_of(str(operation["asked"]))
    if parameters is None:
        raise _not_again(question)
    value = _value(of, aggregates[of]) if of else "1"
    sql = sql_of_question(database, stored, question)
    sql_of_step = sql_of_rows(database.cursor(), sql, parameters, str(operation["where"]), [value])
    _, answer = database.answer(f"the rows of {question}", sql_of_step)
    if len(answer) != operation["rows"]:
        raise _not_again(question)
    cells = sorted((row[-1] for row in answer), key=lambda cell: (cell is None, cell))
    for number, cell in enumerate(cells, 1):
        yield number, of, cell if of else None


def _keys(database: Database, stored: Mapping, step: ArchivedStep) -> Iterator[tuple]:
    keys = keys_behind(database, stored, step)
    if not keys:
        raise _not_again(step.ref.removeprefix("rows:").partition("#")[0])
    for key in keys:
        yield key.removeprefix("-"), "", -1 if key.startswith("-") else 1


def _not_again(question: str) -> ToolkitError:
    return ToolkitError(
        f"the question {question}",
        "other rows than those of its receipt, or parameters that cannot be read back",
        "rows that come again, and parameters that are texts, numbers, dates or lists of them",
        "make them so, and build the edition again",
    )


def _value(of: str, aggregates: Collection[str], type_: str = "") -> str:
    """What is taken of a row as a number, in SQL; where it is only counted, or no number, whether it is there."""
    only_counted = {*aggregates} == {"count"} and type_ not in NUMERIC
    if only_counted or type_ not in ("", *NUMERIC):
        return f"CASE WHEN ({of}) IS NOT NULL THEN 1 END"
    return f"CAST({of} AS DOUBLE)"
