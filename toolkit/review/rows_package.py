"""The data package of the rows that SQL counted or added up, of datasets that may be shared and are small enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.core.project import Project
from toolkit.core.tree import shared_digest
from toolkit.database.dataset_views import declarations
from toolkit.database.table import DATASET
from toolkit.datasets.declaration import Dataset, DatasetColumn
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.stored import file_of
from toolkit.engine.paths import identifier
from toolkit.review.data_packages import Resource, package
from toolkit.review.keys_behind import keys_behind
from toolkit.review.recompute import LISTED, OF_KEYS

if TYPE_CHECKING:
    from toolkit.database.open import Database

LARGEST = 50_000_000  # bytes: a dataset's file that is larger is not in an archive
MOST_ROWS = 200_000  # in one archive; the numbers with the fewest rows come first
PRIVATE, ELSEWHERE = "rows of a dataset that may not be shared", "rows of a dataset that is kept elsewhere"
TOO_LARGE = "rows of a dataset that is too large for an archive"
ROWS = {
    "rows": "the step in findings/nodes.csv that these are the rows of",
    "row": "the number of the row among the dataset's, from 1; or the key of a figure or a series row",
    "column": "a column of the dataset; empty where rows are counted, and for keys",
    "value": "what the row has there; empty for nothing, 1 for what is no number; of a key 1, -1 if it is taken off",
}
ROW = identifier("the number of a row")  # a name that no column of a dataset has
DATASETS = {
    "dataset": "its name",
    "title": "its title",
    "rows": "how many rows it has",
    "given": "why its rows are not here; empty if its file is in datasets/",
}


@dataclass
class _Wanted:
    """The rows leaf of a receipt as JSON, and the columns of the dataset that steps take from its rows."""

    leaf: Mapping
    columns: set[str] = field(default_factory=set)


def rows(project: Project, stored: Mapping) -> dict[str, bytes]:
    """The package of the rows behind an edition's findings; `stored` is its manifest.

    Raises RecordError and ToolkitError as `open_database` does, ToolkitError for rows that cannot be asked for.
    """
    used = sorted({name for story in stored["stories"].values() for name in story.get("datasets", {})})
    declared = declarations(project) if used else {}
    datasets = {name: declared[name] for name in used if name in declared}
    kept = {name: reason_left_out(project, one) for name, one in datasets.items()}
    wanted = _wanted(stored, {name: one for name, one in datasets.items() if not kept[name]})
    found = list(_listed(project, stored, wanted, datasets)) if wanted else []
    about = [(name, one.title, one.rows, kept[name]) for name, one in datasets.items()]
    return package(
        "rows",
        f"Rows behind the findings of {stored['name']}",
        [
            Resource("rows", "rows.csv", "Rows that SQL counted or added up", ROWS, found),
            Resource("datasets", "datasets.csv", "The datasets that the findings rest on", DATASETS, about, "dataset"),
        ],
    )


def reason_left_out(project: Project, dataset: Dataset) -> str:
    """Why a dataset's file is not in an archive, in words; "" if it is."""
    if dataset.private:
        return PRIVATE
    if dataset.linked:
        return ELSEWHERE
    size = sum(path.stat().st_size for path in files_at(file_of(project, dataset)))
    return TOO_LARGE if size > LARGEST else ""


def _wanted(stored: Mapping, datasets: Mapping[str, Dataset]) -> dict[str, _Wanted]:
    """The rows leaves of what can be worked out from rows, by digest, those with the fewest rows first."""
    found: dict[str, _Wanted] = {}
    for story in stored["stories"].values():
        nodes = story["nodes"]
        for node in nodes.values():
            made, name = node["operation"], node["inputs"][0] if len(node["inputs"]) == 1 else ""
            if name and nodes[name]["operation"]["name"] in LISTED and (made["name"] == "count" or "aggregate" in made):
                if nodes[name]["operation"]["name"] == OF_KEYS or _dataset(nodes[name]) in datasets:
                    one = found.setdefault(shared_digest(name), _Wanted(nodes[name]))
                    one.columns.add(str(made["of"]))
    left, chosen = MOST_ROWS, {}
    for name, one in sorted(found.items(), key=lambda pair: (pair[1].leaf["low"], pair[0])):
        left -= int(one.leaf["low"])
        if left >= 0:
            chosen[name] = one
    return chosen


def _dataset(leaf: Mapping) -> str:
    return (leaf.get("ref") or "").removeprefix(DATASET)


def _listed(
    project: Project, stored: Mapping, wanted: Mapping[str, _Wanted], datasets: Mapping[str, Dataset]
) -> Iterator[tuple]:
    from toolkit.database.open import open_database

    database = open_database(project)
    for name, one in sorted(wanted.items()):
        if one.leaf["operation"]["name"] == OF_KEYS:
            for key in keys_behind(database, stored, one.leaf):
                yield name, key.removeprefix("-"), "", -1 if key.startswith("-") else 1
        else:
            yield from _rows_of(database, name, one, datasets[_dataset(one.leaf)])


def _rows_of(database: Database, name: str, wanted: _Wanted, dataset: Dataset) -> Iterator[tuple]:
    columns = [column for column in dataset.columns if column.name in wanted.columns]
    listed = "".join(f", {_value(column)} AS {identifier(column.name)}" for column in columns)
    where = wanted.leaf["operation"]["where"]
    numbered = f"(SELECT row_number() OVER () AS {ROW}, * FROM {identifier(dataset.name)})"
    condition = f" WHERE {where}" if where else ""
    asked = f"SELECT {ROW}{listed} FROM {numbered}{condition} ORDER BY {ROW}"
    _, found = database.answer(f"the rows of {dataset.name}", asked)
    for number, *values in found:
        for column, value in zip(columns, values, strict=True):
            yield name, number, column.name, value
        if "" in wanted.columns:
            yield name, number, "", None


def _value(column: DatasetColumn) -> str:
    """A column as numbers, in SQL; of what is no number whether it is there."""
    said = identifier(column.name)
    return (
        f"CAST({said} AS DOUBLE)"
        if column.type in ("integer", "decimal")
        else f"CASE WHEN {said} IS NOT NULL THEN 1 END"
    )
