"""The declared datasets as views of a connection: each by its name, over its Parquet file.

SQL and frames see values as the file has them, 4.1 of million USD and 45 of percent: the scale is in the unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.core.errors import DataFileError, Problem, ToolkitError
from toolkit.core.project import Project
from toolkit.core.unit import registry
from toolkit.datasets.declaration import Dataset
from toolkit.engine.connect import Connection
from toolkit.engine.paths import identifier


@dataclass(frozen=True)
class DeclaredDatasets:
    """The datasets of a project by name, the SQL of those that can be read, and what is wrong with the others."""

    datasets: dict[str, Dataset]
    relations: dict[str, str]
    files: tuple[Path, ...]
    unreadable: dict[str, ToolkitError]

    @property
    def invented_sources(self) -> frozenset[str]:
        """The sources of invented datasets, which say nothing of how new the data are."""
        return frozenset(one.source for one in self.datasets.values() if one.synthetic and one.source)

    def make_views(self, connection: Connection) -> None:
        """Makes a view of each dataset that can be read, for every cursor of the connection."""
        for name, rows in self.relations.items():
            connection.execute(f"CREATE VIEW {identifier(name)} AS SELECT * FROM {rows}")


def shared_names(datasets: Iterable[str], reported: Collection[str]) -> Iterator[Problem]:
    """A problem for each dataset whose name a table of what is `reported` has, such as a series."""
    for name in datasets:
        if name in reported:
            yield Problem(
                f"data/datasets/{name}.yml",
                f"the name {name}, which another table of the project has",
                "a name of its own",
                "rename the dataset: its file, and its id",
            )


def declarations(project: Project) -> dict[str, Dataset]:
    """The datasets that data/datasets/ declares, by name.

    Raises DataFileError with every problem of these files, and ToolkitError for a data/units.txt that is wrong.
    """
    if not any((project.data / "datasets").glob("*.yml")):
        return {}
    from toolkit.datasets.read_all import read_datasets  # reads YAML, which takes a while to import

    problems: list[Problem] = []
    sources = {path.stem for path in (project.data / "sources").glob("*.yml")}
    datasets = read_datasets(project, sources, registry(project.data / "units.txt"), problems)
    if problems:
        raise DataFileError(problems)
    return datasets


def declared_datasets(project: Project) -> DeclaredDatasets:
    """The datasets that data/datasets/ declares, a Parquet copy of each made first where it needs one.

    Raises DataFileError and ToolkitError as `declarations` does; what is wrong with files is said when they are asked.
    """
    declared = DeclaredDatasets(declarations(project), {}, (), {})
    if not declared.datasets:
        return declared
    from toolkit.datasets.stored import parquet_of, relation

    files = []
    for name, dataset in declared.datasets.items():
        try:
            declared.relations[name] = relation(project, dataset)
            files.append(parquet_of(project, dataset))
        except ToolkitError as error:
            declared.unreadable[name] = error
    return replace(declared, files=tuple(files))
