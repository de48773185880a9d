"""What a build refuses of datasets: stories that rest on a draft, numbers that rest on too few rows, changed files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.build.differencing_attacks import limits_of, sets_published, small_differences
from toolkit.core.errors import Problem, StoryError
from toolkit.core.number import Number, nodes_from_json
from toolkit.core.project import Project
from toolkit.core.unit import UnitRegistry, registry
from toolkit.database.table import DATASET
from toolkit.notebook import mime
from toolkit.notebook.run import Executed

if TYPE_CHECKING:
    from toolkit.database.open import Database


def dataset_problems(project: Project) -> list[Problem]:
    """What is wrong with declarations of datasets and with their files: missing, moved, changed, not declared.

    Raises ToolkitError for a data/units.txt that is wrong.
    """
    if not (project.data / "datasets").is_dir():
        return []
    from toolkit.datasets.read_all import read_datasets, undeclared_files
    from toolkit.datasets.stored import check_files

    problems: list[Problem] = []
    sources = {path.stem for path in (project.data / "sources").glob("*.yml")}
    datasets = read_datasets(project, sources, registry(project.data / "units.txt"), problems).values()
    return [*problems, *undeclared_files(project, datasets), *check_files(project, datasets)]


def linked_files(project: Project) -> dict[str, tuple[str, str]]:
    """The path and the SHA-256 of each dataset that lies outside data/, by the dataset's name.

    Raises DataFileError with every problem of the declarations.
    """
    from toolkit.database.dataset_views import declarations

    linked = {name: dataset for name, dataset in declarations(project).items() if dataset.linked}
    return {name: (dataset.file, dataset.sha256) for name, dataset in linked.items()}


def refuse_unpublishable(stories: Sequence[Executed], database: Database) -> None:
    """Raises StoryError for every story that rests on a draft, or shows a number that rests on too few rows.

    And for two numbers of an edition that together give such a number away.
    """
    problems = [problem for story in stories for problem in _problems(story, database.units)]
    limits = {name: limit for story in stories for name, limit in limits_of(story.record.get("datasets", {})).items()}
    if limits and not problems:
        numbers = [number for story in stories for number in published_numbers(story, database.units)]
        for name, limit in sorted(limits.items()):
            problems += small_differences(database, name, limit, sets_published(numbers, DATASET + name))
    if problems:
        raise StoryError(problems)


def _problems(story: Executed, units: UnitRegistry) -> Iterator[Problem]:
    datasets: Mapping[str, Mapping[str, Any]] = story.record.get("datasets", {})
    for name, dataset in datasets.items():
        if dataset["source"] is None:
            yield Problem(
                f"story {story.slug}, the dataset {name}",
                "a draft, as it has no source",
                "datasets whose source is in data/sources/",
                f"enter who published it in data/sources/, and its id as source: in data/datasets/{name}.yml",
            )
    limits = {DATASET + name: dataset.get("smallest_group", 1) for name, dataset in datasets.items()}
    if all(limit == 1 for limit in limits.values()):
        return
    unique = {number.digest: number for number in published_numbers(story, units)}
    for number in unique.values():
        limit = limits.get(number.ref or "", 1)
        if number.operation.name == "rows_where" and 0 < number.low < limit:
            name = str(number.ref).removeprefix(DATASET)
            yield Problem(
                f"story {story.slug}, a number of {name}, {number.operation['where']}",
                f"it rests on {number.low:.0f} rows",
                f"at least {limit}: smallest_group in data/datasets/{name}.yml",
                f"add HAVING count(*) >= {limit} to its query, or group more coarsely",
            )


def published_numbers(story: Executed, units: UnitRegistry) -> Iterator[Number]:
    """The numbers of the receipts of all that a story's page can show: of findings, prose, charts and tables."""
    receipts = [story.record["nodes"]]
    for cell in story.notebook.cells:
        for output in cell.get("outputs", ()):
            for kind in (mime.CHART, mime.TABLE, mime.NUMBER):
                receipts.append(output.get("data", {}).get(kind, {}).get("nodes") or {})
        for expression in cell.metadata.get("user_expressions", ()):
            receipts.append(expression["result"].get("data", {}).get(mime.NUMBER, {}).get("nodes") or {})
    return (number for nodes in receipts for number in nodes_from_json(nodes, units).values())
