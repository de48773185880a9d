"""The data package of the rows that SQL counted or added up, of datasets that may be shared and are small enough.

They are rows of a dataset; or those that a question made of datasets before it added them up, with WITH or a JOIN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.core.operation import from_json
from toolkit.core.project import Project
from toolkit.core.tree import shared_digest
from toolkit.database.dataset_views import declarations
from toolkit.database.rows_behind import sql_of_rows
from toolkit.database.table import DATASET
from toolkit.datasets.declaration import Dataset
from toolkit.datasets.file_hash import files_at
from toolkit.datasets.stored import file_of
from toolkit.engine.paths import identifier
from toolkit.review.data_packages import Resource, package
from toolkit.review.keys_behind import keys_behind, parameters, sql_of_question
from toolkit.review.recompute import LISTED, OF_KEYS, lists_own

if TYPE_CHECKING:
    from toolkit.database.open import Database

LARGEST = 50_000_000  # bytes: a dataset's file that is larger is not in an archive
NUMERIC = ("integer", "decimal")  # types of columns
MOST_ROWS = 200_000  # in one archive; the numbers with the fewest rows come first
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


@dataclass
class _Wanted:
    """A step of a receipt as JSON whose rows are wanted, how many, and the aggregates by what they take of each."""

    step: Mapping
    count: int
    taken: dict[str, set[str]] = field(default_factory=dict)


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
    """The steps whose rows others, or they themselves, can be worked out from, by digest: the fewest rows first."""
    found: dict[str, _Wanted] = {}
    for story in stored["stories"].values():
        nodes = story["nodes"]
        for name, node in nodes.items():
            if (listed := _listed_at(name, nodes)) and _may_be_listed(nodes[listed], nodes, datasets):
                step, made = nodes[listed], node["operation"]
                one = found.setdefault(shared_digest(listed), _Wanted(step, _count(step)))
                one.taken.setdefault(str(made["of"]), set()).add(str(made.get("aggregate", "count")))
    left, chosen = MOST_ROWS, {}
    for name, one in sorted(found.items(), key=lambda pair: (pair[1].count, pair[0])):
        left -= one.count
        if left >= 0:
            chosen[name] = one
    return chosen


def _listed_at(name: str, nodes: Mapping[str, Mapping]) -> str:
    """The step whose rows a step can be worked out from, "" for none: its one input, or itself."""
    made, inputs = nodes[name]["operation"], nodes[name]["inputs"]
    if lists_own(from_json(made)):
        return name
    of_rows = len(inputs) == 1 and nodes[inputs[0]]["operation"]["name"] in LISTED
    return inputs[0] if of_rows and (made["name"] == "count" or "aggregate" in made) else ""


def _may_be_listed(step: Mapping, nodes: Mapping[str, Mapping], datasets: Mapping[str, Dataset]) -> bool:
    if step["operation"]["name"] == OF_KEYS:
        return True
    return all(_dataset(leaf) in datasets for leaf in ([nodes[one] for one in step["inputs"]] or [step]))


def _count(step: Mapping) -> int:
    return int(step["operation"]["rows"] if step["inputs"] else step["low"])


def _dataset(leaf: Mapping) -> str:
    return (leaf.get("ref") or "").removeprefix(DATASET)


def _listed(
    project: Project, stored: Mapping, wanted: Mapping[str, _Wanted], datasets: Mapping[str, Dataset]
) -> Iterator[tuple]:
    from toolkit.database.open import open_database

    database = open_database(project)
    for name, one in sorted(wanted.items()):
        made = one.step["operation"]
        if made["name"] == OF_KEYS:
            for key in keys_behind(database, stored, one.step):
                yield name, key.removeprefix("-"), "", -1 if key.startswith("-") else 1
        elif one.step["inputs"]:
            yield from _rows_of_question(database, stored, name, one)
        else:
            yield from _rows_of(database, name, one, datasets[_dataset(one.step)])


def _rows_of(database: Database, name: str, wanted: _Wanted, dataset: Dataset) -> Iterator[tuple]:
    types = {column.name: column.type for column in dataset.columns}
    taken = sorted(wanted.taken.keys() - {""}, key=lambda of: ([*types].index(of) if of in types else len(types), of))
    values = [_value(identifier(of) if of in types else of, wanted.taken[of], types.get(of, "")) for of in taken]
    where = wanted.step["operation"]["where"]
    numbered = f"(SELECT row_number() OVER () AS {ROW}, * FROM {identifier(dataset.name)})"
    condition = f" WHERE {where}" if where else ""
    listed = "".join(f", {value} AS {identifier(f'value {place}')}" for place, value in enumerate(values))
    asked = f"SELECT {ROW}{listed} FROM {numbered}{condition} ORDER BY {ROW}"
    _, found = database.answer(f"the rows of {dataset.name}", asked)
    for number, *cells in found:
        for of, cell in zip(taken, cells, strict=True):
            yield name, number, of, cell
        if "" in wanted.taken:
            yield name, number, "", None


def _rows_of_question(database: Database, stored: Mapping, name: str, wanted: _Wanted) -> Iterator[tuple]:
    """What a question that is not plain added up, by size; nothing where it does not give as many rows as it did."""
    made, of = wanted.step["operation"], str(wanted.step["operation"]["of"])
    question, given = str(made["question"]), parameters(str(made["asked"]))
    if given is None:
        return
    value = _value(of, wanted.taken[of]) if of else "1"
    sql = sql_of_question(database, stored, question)
    asked = sql_of_rows(database.cursor(), sql, given, str(made["where"]), [value])
    _, found = database.answer(f"the rows of {question}", asked)
    cells = sorted((row[-1] for row in found), key=lambda cell: (cell is None, cell))
    for number, cell in enumerate(cells if len(cells) == made["rows"] else (), 1):
        yield name, number, of, cell if of else None


def _value(of: str, aggregates: Collection[str], type_: str = "") -> str:
    """What is taken of a row as a number, in SQL; where it is only counted, or no number, whether it is there."""
    counted = {*aggregates} == {"count"} and type_ not in NUMERIC
    if counted or type_ not in ("", *NUMERIC):
        return f"CASE WHEN ({of}) IS NOT NULL THEN 1 END"
    return f"CAST({of} AS DOUBLE)"
